//! Why nothing could be issued.

use const_oid::ObjectIdentifier;

use crate::lint::Finding;
use crate::vocab::serial::NoRandomness;

use super::certificate::CertificateError;
use super::csr::CsrError;
use super::engine::EngineError;
use super::path::PathError;
use super::policy::PolicyError;
use super::validity::TimeOutOfRange;

/// Why nothing could be issued.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// A certificate that cannot be read.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A certificate request that cannot be read or built.
    #[error(transparent)]
    Csr(#[from] CsrError),
    /// Two extensions of one type.
    #[error("the extension {0} would be in the certificate twice")]
    DuplicateExtension(ObjectIdentifier),
    /// Nothing was signed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The private key belongs to another certificate.
    #[error("the private key does not belong to the certificate")]
    KeyMismatch,
    /// A lint finds an error in what was made.
    #[error("the new certificate would break {}: {} ({})", .0.source, .0.message, .0.code)]
    Lint(Box<Finding>),
    /// A certificate to renew is not a CA's.
    #[error("input certificate is not a CA cert")]
    NotACa,
    /// What was made would be good for nothing.
    #[error("the new certificate is good for nothing: {0}")]
    Path(#[from] PathError),
    /// A policy that forbids it.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The system gave no random bytes.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// A validity that cannot be written.
    #[error(transparent)]
    Time(#[from] TimeOutOfRange),
    /// What was made does not pass its own check.
    #[error("the new certificate does not pass verification: {0}")]
    Unverified(&'static str),
}

impl IssueError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Certificate(error) => error.hint(),
            Self::Csr(error) => error.hint(),
            Self::Engine(EngineError::Key(error)) => error.hint(),
            Self::KeyMismatch => {
                Some("give the key the certificate was made for; they are written as a pair".into())
            }
            Self::Lint(finding) => Some(format!(
                "{fix}; or silence the lint: --ignore-lint {code}, in a manifest \"lint\": {{\"ignore\": [\"{code}\"]}}",
                fix = finding.fix,
                code = finding.code
            )),
            Self::NotACa => {
                Some("only a certificate with basicConstraints CA:TRUE can be renewed as a CA".into())
            }
            Self::Path(error) => error.hint(),
            Self::Policy(error) => error.hint(),
            Self::DuplicateExtension(_) => {
                Some("RFC 5280 section 4.2 allows one; remove it from the request or from the profile".into())
            }
            Self::Time(_) => Some("shorten \"expiry\", or move \"not_before\" and \"not_after\"".into()),
            Self::Engine(_) | Self::Randomness(_) | Self::Unverified(_) => None,
        }
    }
}
