//! Roots: made new, made again from a key, renewed from a certificate.

use time::OffsetDateTime;

use crate::key::PrivateKey;
use crate::model::profile::{CaConstraint, Profile};
use crate::model::request::{CertificateRequest, RequestError};
use crate::vocab::duration::GoDuration;
use crate::vocab::san::SubjectAltNames;

use super::certificate::Certificate;
use super::csr::CertificateSigningRequest;
use super::error::IssueError;
use super::policy::{ApprovedTemplate, Policy, PolicyError, SigningRequest};
use super::signer::{Signed, sign_own};
use super::template::CertificateTemplate;

/// The profile a new root is issued by: cfssl's own, with what the request's `ca` says.
///
/// # Errors
/// `ca.expiry` or `ca.backdate` is no duration.
pub fn new_root_profile(request: &CertificateRequest) -> Result<Profile, RequestError> {
    let backdate = request.ca.as_ref().map(|ca| ca.backdate()).transpose()?.flatten();
    Ok(Profile {
        backdate: backdate.unwrap_or_default(),
        crl_url: request.crl_url.value.clone(),
        ..reissued_root_profile(request)?
    })
}

/// The profile a root is made again by: `ca.backdate` and `crl_url` do not count.
///
/// # Errors
/// `ca.expiry` is no duration.
pub fn reissued_root_profile(request: &CertificateRequest) -> Result<Profile, RequestError> {
    let root = Profile::root();
    let Some(ca) = &request.ca else { return Ok(root) };
    let expiry: Option<GoDuration> = ca.expiry()?;
    let constraint = CaConstraint { path_length: ca.path_length };
    Ok(Profile { expiry: expiry.unwrap_or(root.expiry), ca: Some(constraint), ..root })
}

/// Signs a request with the key it is for. Of `hosts` only the IP addresses reach the certificate.
///
/// # Errors
/// A failure to sign.
pub fn sign_root(
    csr: &CertificateSigningRequest,
    hosts: Option<&[String]>,
    profile: &Profile,
    key: &PrivateKey,
    now: OffsetDateTime,
) -> Result<Signed, IssueError> {
    sign_own(key, &approve_root(csr, hosts, profile, now)?)
}

/// What [`sign_root`] signs.
///
/// # Errors
/// What cannot be in a root.
pub fn approve_root(
    csr: &CertificateSigningRequest,
    hosts: Option<&[String]>,
    profile: &Profile,
    now: OffsetDateTime,
) -> Result<ApprovedTemplate, PolicyError> {
    let request = SigningRequest { csr, hosts, subject: None, crl_url: None };
    Policy { profile, default: profile }.approve(&request, None, now)
}

/// Renews a CA certificate: the same subject and subject key identifier byte for byte, the same key, path length
/// and length of life, starting now.
///
/// # Errors
/// Not a CA's certificate, or another certificate's key.
pub fn renew(certificate: &Certificate, key: &PrivateKey, now: OffsetDateTime) -> Result<Signed, IssueError> {
    if !certificate.basic_constraints().ca {
        return Err(IssueError::NotACa);
    }
    if certificate.public_key().key_bits() != key.public_key().key_bits() {
        return Err(IssueError::KeyMismatch);
    }
    let names = certificate.subject_alt_name().and_then(|value| SubjectAltNames::from_der(value).ok());
    let approved = ApprovedTemplate(CertificateTemplate {
        subject: certificate.subject().to_vec(),
        public_key: certificate.public_key().clone(),
        validity: certificate.validity().renewed(now)?,
        usages: Profile::root().usages,
        basic_constraints: certificate.basic_constraints(),
        subject_key_identifier: certificate.subject_key_identifier().map(<[u8]>::to_vec),
        authority_key_identifier: None,
        ocsp_url: String::new(),
        issuer_urls: Vec::new(),
        subject_alt_names: names.unwrap_or_default().only_ip_addresses(),
        crl_url: String::new(),
        extra: Vec::new(),
        signature_algorithm: None,
    });
    sign_own(key, &approved)
}
