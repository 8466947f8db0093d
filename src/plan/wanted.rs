//! What is wanted of an entry, and whether it may be.

use time::OffsetDateTime;

use crate::issue::certificate::Certificate;
use crate::issue::clean::{Adjustment, CleanError};
use crate::issue::csr::{CertificateSigningRequest, CsrError};
use crate::issue::policy::{ApprovedTemplate, Policy, PolicyError, SigningRequest};
use crate::issue::root;
use crate::key::PublicKey;
use crate::model::pki::RenewBefore;
use crate::model::profile::Profile;
use crate::model::request::CertificateRequest;
use crate::vocab::san::SanError;

/// What an entry is.
#[derive(Clone, Copy, Debug)]
pub enum Role<'a> {
    /// It signs itself, by this profile.
    Root(&'a Profile),
    /// It is signed by an issuer, by this policy.
    Issued {
        /// Who signs.
        issuer: &'a Certificate,
        /// What the issuer lets through.
        policy: Policy<'a>,
    },
}

/// What is wanted of an entry.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Its name.
    pub name: &'a str,
    /// What is asked for.
    pub request: &'a CertificateRequest,
    /// By whom it is signed.
    pub role: Role<'a>,
    /// When it is renewed.
    pub renew: RenewBefore,
    /// It issues others.
    pub is_authority: bool,
}

/// What is asked for can never be issued.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// What no judge would accept.
    #[error(transparent)]
    Clean(#[from] CleanError),
    /// The request.
    #[error(transparent)]
    Csr(#[from] CsrError),
    /// The profile or the issuer.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A name.
    #[error(transparent)]
    San(#[from] SanError),
}

impl PlanError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Clean(error) => error.hint(),
            Self::Csr(error) => error.hint(),
            Self::Policy(error) => error.hint(),
            Self::San(error) => error.hint().map(str::to_owned),
        }
    }
}

/// What policy lets through of the request, for a key, made clean; and what was changed for that.
///
/// # Errors
/// What the profile or the issuer forbids, and what no judge would accept.
pub fn approve(
    wanted: &Wanted<'_>,
    key: &PublicKey,
    now: OffsetDateTime,
) -> Result<(ApprovedTemplate, Vec<Adjustment>), PlanError> {
    approve_csr(wanted, &CertificateSigningRequest::unsigned(wanted.request, key)?, now)
}

/// The same of a request that is signed already.
///
/// # Errors
/// As those of [`approve`].
pub fn approve_csr(
    wanted: &Wanted<'_>,
    csr: &CertificateSigningRequest,
    now: OffsetDateTime,
) -> Result<(ApprovedTemplate, Vec<Adjustment>), PlanError> {
    match wanted.role {
        Role::Root(profile) => {
            let mut approved = root::approve_root(csr, None, profile, now)?;
            let mut adjustments = approved.left_out(csr, None);
            adjustments.extend(approved.clean(None)?);
            approved.start_by(now, profile);
            adjustments.extend(approved.backdated(profile, now));
            Ok((approved, adjustments))
        }
        Role::Issued { issuer, policy } => {
            let request = SigningRequest { csr, hosts: None, subject: None, crl_url: None };
            let mut approved = policy.approve(&request, Some(issuer), now)?;
            let mut adjustments = approved.left_out(csr, Some(issuer));
            adjustments.extend(approved.left_out_of_ca(wanted.request.ca.as_ref()));
            adjustments.extend(approved.clean(Some(issuer))?);
            approved.start_by(now, policy.profile);
            adjustments.extend(approved.start_with(issuer, policy.profile.not_after.is_some()));
            adjustments.extend(approved.backdated(policy.profile, now));
            Ok((approved, adjustments))
        }
    }
}
