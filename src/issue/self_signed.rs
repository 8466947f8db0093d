//! Self-signed certificates, as `selfsign` makes them.

use time::OffsetDateTime;

use crate::key::PrivateKey;
use crate::model::extension::BasicConstraints;
use crate::model::profile::Profile;
use crate::vocab::san::SubjectAltNames;
use crate::vocab::serial::SerialNumber;

use super::certificate::Certificate;
use super::csr::CertificateSigningRequest;
use super::error::IssueError;
use super::policy::{ApprovedTemplate, PolicyError};
use super::signer::sign_with_serial;
use super::template::CertificateTemplate;
use super::validity::Validity;

/// Signs a request with the key it is for: the profile gives usages, lifetime, issuer URLs and whether it is a CA,
/// the request's extensions come along as they are.
///
/// # Errors
/// A profile without usages, or a failure to sign.
pub fn sign(
    csr: &CertificateSigningRequest,
    profile: &Profile,
    key: &PrivateKey,
    now: OffsetDateTime,
) -> Result<Certificate, IssueError> {
    if profile.usages.is_empty() {
        return Err(PolicyError::NoUsages.into());
    }
    let approved = ApprovedTemplate(CertificateTemplate {
        // cfssl keeps the attributes that have a fixed place.
        subject: csr.subject().without_extra().to_der(),
        public_key: csr.public_key().clone(),
        validity: Validity::of_self_signed(profile, now)?,
        usages: profile.usages.clone(),
        basic_constraints: BasicConstraints { ca: profile.ca.is_some(), path_length: None },
        subject_key_identifier: None,
        authority_key_identifier: None,
        ocsp_url: String::new(),
        issuer_urls: profile.issuer_urls.clone().unwrap_or_default(),
        subject_alt_names: SubjectAltNames::default(),
        crl_url: String::new(),
        extra: csr.extensions().to_vec(),
        signature_algorithm: None,
    });
    let subject = approved.template().subject.clone();
    sign_with_serial(&subject, key, &approved, None, SerialNumber::random_63_bits()?)
}
