//! The signer: an issuer's certificate and key, and what they sign.

use time::OffsetDateTime;

use crate::key::{PrivateKey, PublicKey};
use crate::lint::{self, Severity};
use crate::vocab::serial::SerialNumber;

use super::certificate::Certificate;
use super::engine::{self, CertificateFields};
use super::error::IssueError;
use super::extensions;
use super::path::{self, IssuerPath};
use super::policy::{ApprovedTemplate, Policy, PolicyError, SigningRequest, fitting};

/// A CA's certificate and the key it was made for.
#[derive(Debug)]
pub struct Issuer {
    certificate: Certificate,
    key: PrivateKey,
}

/// A new certificate and its serial number.
#[derive(Debug)]
pub struct Signed {
    /// The certificate, verified.
    pub certificate: Certificate,
    /// Its serial number.
    pub serial: SerialNumber,
}

/// A new certificate that nobody has verified yet: there is no way to it but through its verification.
#[derive(Debug)]
pub struct Unverified(pub(super) Certificate);

impl Unverified {
    /// The same, if no lint but those to be ignored finds an error in it.
    ///
    /// # Errors
    /// The first error that is found.
    pub(super) fn linted(self, ignored: &[&str]) -> Result<Self, IssueError> {
        let findings = lint::without(lint::certificate(self.0.der()), ignored);
        let mut errors = findings.into_iter().filter(|found| found.severity == Severity::Error);
        match errors.find(|found| found.consequence_of.is_none()) {
            Some(finding) => Err(IssueError::Lint(Box::new(finding))),
            None => Ok(self),
        }
    }

    /// The certificate, verified along its issuers; a root, without any, by itself.
    ///
    /// # Errors
    /// What would make it good for nothing.
    pub(super) fn verified(
        self,
        issuers: Option<&IssuerPath>,
        now: OffsetDateTime,
    ) -> Result<Certificate, IssueError> {
        match issuers {
            Some(issuers) => issuers.verify(&self.0, now)?,
            None => path::verify_root(&self.0, now)?,
        }
        Ok(self.0)
    }

    /// The certificate, if a key signed it.
    ///
    /// # Errors
    /// Another key did.
    pub(super) fn signed_by(self, key: &PublicKey) -> Result<Certificate, IssueError> {
        let verified = self.0.verify(key);
        verified.map_err(|_| IssueError::Unverified("its signature is not the issuer's"))?;
        Ok(self.0)
    }

    /// Whether it is an authority's.
    pub(super) fn is_authority(&self) -> bool {
        self.0.basic_constraints().ca
    }
}

impl Issuer {
    /// Puts a certificate and its key together.
    ///
    /// # Errors
    /// The key belongs to another certificate.
    pub fn new(certificate: Certificate, key: PrivateKey) -> Result<Self, IssueError> {
        if certificate.public_key().spki_der() != key.public_key().spki_der()
            && certificate.public_key().key_bits() != key.public_key().key_bits()
        {
            return Err(IssueError::KeyMismatch);
        }
        Ok(Self { certificate, key })
    }

    /// The certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The key.
    pub(super) fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// Signs what a policy lets through of a request.
    ///
    /// # Errors
    /// What the policy forbids, or a failure to sign.
    pub fn sign(
        &self,
        request: &SigningRequest<'_>,
        policy: Policy<'_>,
        now: OffsetDateTime,
    ) -> Result<Signed, IssueError> {
        let approved = policy.approve(request, Some(&self.certificate), now)?;
        self.sign_approved(&approved)
    }

    /// Signs an approved template.
    ///
    /// # Errors
    /// A failure to sign.
    pub fn sign_approved(&self, approved: &ApprovedTemplate) -> Result<Signed, IssueError> {
        sign_as(self.certificate.subject(), &self.key, approved, self.authority_key(approved))
    }

    /// Signs an approved template, and leaves the verification of the signature to that of the path.
    ///
    /// # Errors
    /// A failure to sign.
    pub fn sign_unverified(&self, approved: &ApprovedTemplate) -> Result<Unverified, IssueError> {
        let authority_key = self.authority_key(approved);
        sign_unverified(self.certificate.subject(), &self.key, approved, authority_key)
    }

    /// Go writes no authority key identifier where subject and issuer are the same.
    fn authority_key(&self, approved: &ApprovedTemplate) -> Option<&[u8]> {
        let differs = self.certificate.subject() != approved.0.subject;
        self.certificate.subject_key_identifier().filter(|_| differs)
    }
}

/// Signs a root: the subject is its own issuer.
///
/// # Errors
/// A failure to sign.
pub(super) fn sign_own(key: &PrivateKey, approved: &ApprovedTemplate) -> Result<Signed, IssueError> {
    sign_as(&approved.0.subject, key, approved, None)
}

/// Signs a root, and leaves the verification of the signature to that of the path.
pub(super) fn sign_own_unverified(
    key: &PrivateKey,
    approved: &ApprovedTemplate,
) -> Result<Unverified, IssueError> {
    sign_unverified(&approved.0.subject, key, approved, None)
}

fn sign_unverified(
    issuer: &[u8],
    key: &PrivateKey,
    approved: &ApprovedTemplate,
    authority_key: Option<&[u8]>,
) -> Result<Unverified, IssueError> {
    made(issuer, key, approved, authority_key, &SerialNumber::random()?).map(Unverified)
}

fn sign_as(
    issuer: &[u8],
    key: &PrivateKey,
    approved: &ApprovedTemplate,
    authority_key: Option<&[u8]>,
) -> Result<Signed, IssueError> {
    let serial = SerialNumber::random()?;
    let certificate = sign_with_serial(issuer, key, approved, authority_key, &serial)?;
    Ok(Signed { certificate, serial })
}

/// Signs with a serial number of the caller's, and verifies the result.
pub(super) fn sign_with_serial(
    issuer: &[u8],
    key: &PrivateKey,
    approved: &ApprovedTemplate,
    authority_key: Option<&[u8]>,
    serial: &SerialNumber,
) -> Result<Certificate, IssueError> {
    Unverified(made(issuer, key, approved, authority_key, serial)?).signed_by(key.public_key())
}

/// Signs, and reads back: all but the signature has been compared.
fn made(
    issuer: &[u8],
    key: &PrivateKey,
    approved: &ApprovedTemplate,
    authority_key: Option<&[u8]>,
    serial: &SerialNumber,
) -> Result<Certificate, IssueError> {
    let template = &approved.0;
    let extensions = extensions::of_template(template, authority_key).map_err(PolicyError::from)?;
    // RFC 5280 section 4.2: not more than one instance of an extension.
    for (index, extension) in extensions.iter().enumerate() {
        if extensions[..index].iter().any(|earlier| earlier.oid == extension.oid) {
            return Err(IssueError::DuplicateExtension(extension.oid));
        }
    }
    let algorithm = fitting(template.signature_algorithm, key.public_key().kind())
        .unwrap_or_else(|| key.signature_algorithm());
    let fields = CertificateFields {
        serial,
        issuer,
        validity: template.validity,
        subject: &template.subject,
        public_key: &template.public_key,
    };
    let der = engine::sign_certificate(&fields, &extensions, key, algorithm)?;
    read_back(&der, &fields)
}

/// Reads a new certificate back: what is handed over has passed this.
pub(super) fn read_back(der: &[u8], asked: &CertificateFields<'_>) -> Result<Certificate, IssueError> {
    let certificate = Certificate::from_der_for(der, asked.public_key)?;
    if certificate.subject() != asked.subject || certificate.issuer() != asked.issuer {
        return Err(IssueError::Unverified("its names are not those asked for"));
    }
    if certificate.public_key().spki_der() != asked.public_key.spki_der() {
        return Err(IssueError::Unverified("its key is not the one asked for"));
    }
    if certificate.validity() != asked.validity {
        return Err(IssueError::Unverified("its validity is not the one asked for"));
    }
    Ok(certificate)
}
