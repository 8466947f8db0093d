//! How a failure reads under cfssl's name: its line, with its code where it has one, then place and hint.

use std::ffi::OsStr;
use std::io;

use crate::cli::streams::io_line;
use crate::inspect::InspectError;
use crate::issue::certificate::CertificateError;
use crate::issue::csr::CsrError;
use crate::issue::engine::EngineError;
use crate::issue::error::IssueError;
use crate::issue::policy::PolicyError;
use crate::key::KeyError;
use crate::model::config::{ConfigError, ConfigFault};
use crate::model::request::RequestError;
use crate::model::subject::InvalidOid;
use crate::output::json::to_go_json;
use crate::vocab::san::SanError;
use crate::vocab::serial::NoRandomness;
use crate::wire::json::Notice;

/// The password of encrypted private keys.
pub(super) const PASSWORD_VARIABLE: &str = "CFSSL_CA_PK_PASSWORD";

/// Go's words for a validity that cannot be written.
const CANNOT_REPRESENT_TIME: &str = "asn1: structure error: cannot represent time as GeneralizedTime";

/// A failure of a command.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Failure {
    /// Logged as an error before the line, as cfssl does for some.
    pub(super) logged: Option<String>,
    /// cfssl's line.
    pub(super) line: String,
    /// Where and what exactly.
    pub(super) detail: Option<String>,
    /// What to do about it.
    pub(super) hint: Option<String>,
}

/// The message of an error with a code.
#[derive(serde::Serialize)]
struct Coded<'a> {
    code: u16,
    message: &'a str,
}

impl Failure {
    /// A line of plain text.
    pub(super) fn plain(line: impl Into<String>) -> Self {
        Self { line: line.into(), ..Self::default() }
    }

    /// A line with one of cfssl's codes.
    pub(super) fn coded(code: u16, message: impl AsRef<str>) -> Self {
        Self::plain(to_go_json(&Coded { code, message: message.as_ref() }))
    }

    /// Something cfssl has and certwright has not yet.
    pub(super) fn not_supported(what: &str) -> Self {
        Self::plain(format!("{what} is not supported yet"))
    }

    /// A file that cannot be read, in Go's words.
    pub(super) fn unreadable(path: &OsStr, error: &io::Error) -> Self {
        Self::plain(io_line(path, error))
    }

    pub(super) fn with_hint(self, hint: Option<String>) -> Self {
        Self { hint: hint.or(self.hint), ..self }
    }

    pub(super) fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    pub(super) fn with_log(self, message: impl Into<String>) -> Self {
        Self { logged: Some(message.into()), ..self }
    }

    /// The line logged as an error too.
    pub(super) fn logged(self) -> Self {
        let line = self.line.clone();
        self.with_log(line)
    }

    /// A document that cannot be used: the whole line is ours, with the file in front.
    pub(super) fn in_document(file: &OsStr, notice: Notice) -> Self {
        Self::plain(format!("{}:{notice}", file.display())).with_hint(notice.hint)
    }

    /// A request that cannot be served.
    pub(super) fn in_request(file: &OsStr, error: &RequestError) -> Self {
        let failure = match error {
            RequestError::Key { fault, .. } => Self::coded(2400, fault.to_string()),
            RequestError::MissingSubject => Self::coded(5300, error.to_string()),
            RequestError::Duration { source, .. } => Self::plain(source.to_string()),
            RequestError::PathLength { .. } => {
                Self::coded(1000, "x509: invalid MaxPathLen, must be greater or equal to -1")
            }
            RequestError::Subject(InvalidOid { oid, .. }) => {
                Self::coded(9300, format!("invalid OID part {oid}"))
            }
            _ => Self::coded(9300, "CSR Bad request"),
        };
        let detail = match error {
            RequestError::MissingSubject => format!("{}: {error}", file.display()),
            _ => format!("{}:{error}", file.display()),
        };
        failure.with_detail(detail).with_hint(error.hint())
    }

    /// A configuration that cannot be used.
    pub(super) fn in_config(file: &OsStr, error: ConfigError) -> Self {
        let cause = match &error.fault {
            ConfigFault::NoSigning => Self::plain(error.fault.to_string()),
            fault => Self::coded(5200, fault.to_string()),
        };
        Self::plain(format!("Failed to load config file: {}", cause.line))
            .with_detail(format!("{}:{}", file.display(), error.notice))
            .with_hint(error.notice.hint)
    }

    /// A CA's certificate or key, or any other file with one, that cannot be used.
    pub(super) fn in_file(self, file: &OsStr) -> Self {
        let file = file.display();
        let detail = match self.detail {
            Some(reason) => format!("in {file}: {reason}"),
            None => format!("in {file}"),
        };
        Self { detail: Some(detail), ..self }
    }
}

fn password_hint() -> Option<String> {
    Some(format!("its password is read from the environment variable {PASSWORD_VARIABLE}"))
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        let failure = match &error {
            KeyError::NoPem => Self::coded(2002, "Failed to decode private key"),
            KeyError::Encrypted => {
                return Self::coded(2100, "Private key is encrypted.").with_hint(password_hint());
            }
            KeyError::WrongPassword => return Self::plain(error.to_string()).with_hint(password_hint()),
            KeyError::Generation | KeyError::Signing => Self::coded(2400, error.to_string()),
            KeyError::RsaTooSmall { .. } => Self::coded(1000, error.to_string()),
            _ => Self::coded(2003, "Failed to parse private key").with_detail(error.to_string()),
        };
        failure.with_hint(error.hint())
    }
}

impl From<CertificateError> for Failure {
    fn from(error: CertificateError) -> Self {
        let failure = match &error {
            CertificateError::NoPem => Self::coded(1002, "Failed to decode certificate"),
            CertificateError::TrailingData => Self::coded(1003, error.to_string()),
            _ => Self::coded(1003, "Failed to parse certificate").with_detail(error.to_string()),
        };
        failure.with_hint(error.hint())
    }
}

impl From<CsrError> for Failure {
    fn from(error: CsrError) -> Self {
        let hint = error.hint();
        let failure = match error {
            CsrError::Engine(EngineError::Key(error)) => return error.into(),
            CsrError::Engine(_) => Self::coded(9300, error.to_string()),
            CsrError::NoPem => Self::coded(9002, "CSR Decode failed"),
            CsrError::WrongLabel(_) => Self::coded(9300, "not a csr").with_detail(error.to_string()),
            // Names that cannot be written; the others cannot be read.
            CsrError::San(SanError::NotIa5 { .. } | SanError::TooLong) => {
                Self::coded(9300, error.to_string())
            }
            CsrError::San(_) => Self::coded(9003, error.to_string()),
            CsrError::Signature(_) => Self::coded(9300, error.to_string()),
            _ => Self::coded(9003, "CSR Parsing failed").with_detail(error.to_string()),
        };
        failure.with_hint(hint)
    }
}

impl From<PolicyError> for Failure {
    fn from(error: PolicyError) -> Self {
        let violation = |log: &str| Self::coded(5300, "Policy violation request").with_log(log);
        let failure = match &error {
            PolicyError::CaNotAllowed => violation("local signer policy disallows issuing CA certificate"),
            PolicyError::PathTooLong { .. } => {
                violation("local signer certificate disallows CA MaxPathLen extending")
            }
            PolicyError::NoCaBelowIssuer => {
                violation("local signer certificate disallows issuing CA certificate")
            }
            PolicyError::NameNotAllowed(_) => Self::coded(5500, "Request does not match policy whitelist"),
            PolicyError::NoSerialNumber => Self::coded(1400, "Missing serial number in request"),
            PolicyError::NoUsages => Self::coded(5100, "Invalid policy: no key usage available"),
            PolicyError::PathWithoutCa => {
                Self::coded(1000, "x509: only CAs are allowed to specify MaxPathLen")
            }
            PolicyError::PublicKeyNotAllowed => Self::plain("x509: unsupported public key type: <nil>"),
            PolicyError::Time(_) => Self::coded(1000, CANNOT_REPRESENT_TIME),
            PolicyError::San(san) => return Self::coded(1000, san.to_string()).with_hint(error.hint()),
            PolicyError::CtLogs | PolicyError::Remote(_) => {
                return Self::plain(error.to_string()).with_hint(error.hint());
            }
        };
        failure.with_detail(error.to_string()).with_hint(error.hint())
    }
}

impl From<IssueError> for Failure {
    fn from(error: IssueError) -> Self {
        let hint = error.hint();
        let failure = match error {
            IssueError::Certificate(error) => return error.into(),
            IssueError::Csr(error) => return error.into(),
            IssueError::Engine(EngineError::Key(error)) => return error.into(),
            IssueError::Policy(error) => return error.into(),
            IssueError::KeyMismatch => {
                Self::coded(1000, "x509: provided PrivateKey doesn't match parent's PublicKey")
            }
            IssueError::Time(_) => Self::coded(1000, CANNOT_REPRESENT_TIME).with_detail(error.to_string()),
            IssueError::NotACa => Self::plain(error.to_string()),
            _ => Self::coded(1000, error.to_string()),
        };
        failure.with_hint(hint)
    }
}

impl From<NoRandomness> for Failure {
    fn from(error: NoRandomness) -> Self {
        Self::coded(2400, error.to_string())
    }
}

impl From<InspectError> for Failure {
    fn from(error: InspectError) -> Self {
        Self::plain(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_cannot_be_read_have_another_code_than_names_that_cannot_be_written() {
        for (error, line) in [
            (
                SanError::NotIa5 { text: "\u{e4}".into() },
                r#"{"code":9300,"message":"x509: \"ä\" cannot be encoded as an IA5String"}"#,
            ),
            (
                SanError::UriDomain { uri: "http://%C3%A4/".into() },
                r#"{"code":9003,"message":"x509: cannot parse URI \"http://%C3%A4/\": invalid domain"}"#,
            ),
            (SanError::IpLength(5), r#"{"code":9003,"message":"x509: cannot parse IP address of length 5"}"#),
        ] {
            assert_eq!(Failure::from(CsrError::San(error)).line, line);
        }
    }

    #[test]
    fn a_line_is_logged_as_it_is() {
        let failure = Failure::coded(1002, "Failed to decode certificate").logged();
        assert_eq!(
            failure.logged.as_deref(),
            Some(r#"{"code":1002,"message":"Failed to decode certificate"}"#)
        );
        assert_eq!(failure.logged, Some(failure.line));
    }
}
