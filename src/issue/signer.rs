//! The signer: an issuer's certificate and key, and what they sign.

use time::OffsetDateTime;

use crate::key::{PrivateKey, PublicKey};
use crate::lint::{self, Severity};
use crate::model::extension::Extension;
use crate::vocab::algorithm::SignatureAlgorithm;
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

/// A new certificate that has been signed and not read yet: there is no way to it but through reading it back.
#[derive(Debug)]
pub struct Unread<'a> {
    der: Vec<u8>,
    asked: CertificateFields<'a>,
    extensions: Vec<Extension>,
}

impl<'a> Unread<'a> {
    /// Signs a certificate.
    ///
    /// # Errors
    /// A failure to sign.
    pub(super) fn sign(
        asked: CertificateFields<'a>,
        extensions: Vec<Extension>,
        key: &PrivateKey,
        algorithm: SignatureAlgorithm,
    ) -> Result<Self, IssueError> {
        let der = engine::sign_certificate(&asked, &extensions, key, algorithm)?;
        Ok(Self { der, asked, extensions })
    }

    /// Reads it back, and compares all fields with what was asked for.
    ///
    /// # Errors
    /// Something else is in it.
    pub fn read_back(self) -> Result<Unverified, IssueError> {
        let Self { der, asked, extensions } = self;
        let (certificate, fault) =
            Certificate::from_der_with(&der, asked.public_key, &asked.serial, &extensions)?;
        let faults = [
            (certificate.subject() != asked.subject, "its subject is not the one asked for"),
            (certificate.issuer() != asked.issuer, "its issuer is not the one asked for"),
            (
                certificate.public_key().spki_der() != asked.public_key.spki_der(),
                "its key is not the one asked for",
            ),
            (certificate.validity() != asked.validity, "its validity is not the one asked for"),
        ];
        let others = faults.into_iter().filter(|(is_there, _)| *is_there).map(|(_, fault)| fault);
        match others.chain(fault).next() {
            Some(fault) => Err(IssueError::Unverified(fault)),
            None => Ok(Unverified(certificate)),
        }
    }
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

    /// Signs an approved template; reading it back and verifying it is left to the caller.
    ///
    /// # Errors
    /// A failure to sign.
    pub fn sign_unread<'a>(&'a self, approved: &'a ApprovedTemplate) -> Result<Unread<'a>, IssueError> {
        let authority_key = self.authority_key(approved);
        sign_unread(self.certificate.subject(), &self.key, approved, authority_key, SerialNumber::random()?)
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

/// Signs a root; reading it back and verifying it is left to the caller.
///
/// # Errors
/// A failure to sign.
pub(super) fn sign_own_unread<'a>(
    key: &PrivateKey,
    approved: &'a ApprovedTemplate,
) -> Result<Unread<'a>, IssueError> {
    sign_unread(&approved.0.subject, key, approved, None, SerialNumber::random()?)
}

fn sign_as(
    issuer: &[u8],
    key: &PrivateKey,
    approved: &ApprovedTemplate,
    authority_key: Option<&[u8]>,
) -> Result<Signed, IssueError> {
    let serial = SerialNumber::random()?;
    let certificate = sign_with_serial(issuer, key, approved, authority_key, serial.clone())?;
    Ok(Signed { certificate, serial })
}

/// Signs with a serial number of the caller's, and verifies the result.
pub(super) fn sign_with_serial(
    issuer: &[u8],
    key: &PrivateKey,
    approved: &ApprovedTemplate,
    authority_key: Option<&[u8]>,
    serial: SerialNumber,
) -> Result<Certificate, IssueError> {
    sign_unread(issuer, key, approved, authority_key, serial)?.read_back()?.signed_by(key.public_key())
}

fn sign_unread<'a>(
    issuer: &'a [u8],
    key: &PrivateKey,
    approved: &'a ApprovedTemplate,
    authority_key: Option<&[u8]>,
    serial: SerialNumber,
) -> Result<Unread<'a>, IssueError> {
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
    let asked = CertificateFields {
        serial,
        issuer,
        validity: template.validity,
        subject: &template.subject,
        public_key: &template.public_key,
    };
    Unread::sign(asked, extensions, key, algorithm)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::issue::certificate::CertificateError;
    use crate::issue::validity::Validity;
    use crate::vocab::algorithm::{Curve, KeySpec};
    use crate::vocab::oid;

    const P256: KeySpec = KeySpec::Ecdsa(Curve::P256);
    const SUBJECT: &[u8] = &[0x30, 0];
    const ISSUER: &[u8] = b"\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02ca";

    fn asked(public_key: &PublicKey) -> CertificateFields<'_> {
        let (not_before, not_after) = (datetime!(2030-01-01 0:00 UTC), datetime!(2031-01-01 0:00 UTC));
        let validity = Validity { not_before, not_after };
        let serial = SerialNumber::random().unwrap();
        CertificateFields { serial, issuer: ISSUER, validity, subject: SUBJECT, public_key }
    }

    /// What is said of a certificate of which something else was asked.
    fn refusal(change: impl FnOnce(&mut Unread<'_>)) -> String {
        let key = PrivateKey::generate(P256).unwrap();
        let critical = |value: &[u8]| Extension::critical(oid::KEY_USAGE, value.to_vec());
        let extensions = vec![critical(&[3, 2, 7, 0x80])];
        let signed =
            Unread::sign(asked(key.public_key()), extensions.clone(), &key, key.signature_algorithm());
        let mut unread = signed.unwrap();
        let asked = CertificateFields { serial: unread.asked.serial.clone(), ..asked(key.public_key()) };
        Unread { der: unread.der.clone(), asked, extensions }.read_back().unwrap();
        change(&mut unread);
        unread.read_back().unwrap_err().to_string()
    }

    #[test]
    fn what_was_not_asked_for_is_not_handed_over() {
        let other = PrivateKey::generate(P256).unwrap();
        let said = |change: fn(&mut Unread<'_>)| refusal(change);
        let texts = [
            said(|unread| unread.asked.subject = ISSUER),
            said(|unread| unread.asked.issuer = SUBJECT),
            said(|unread| unread.asked.validity.not_after += time::Duration::SECOND),
            said(|unread| unread.asked.serial = SerialNumber::random().unwrap()),
            said(|unread| unread.extensions[0].critical = false),
            said(|unread| unread.extensions[0].value[3] = 0x40),
            said(|unread| unread.extensions.clear()),
            said(|unread| unread.extensions.push(unread.extensions[0].clone())),
        ];
        let [subject, issuer, validity, serial, extensions @ ..] = texts;
        let text = |what| format!("{}", IssueError::Unverified(what));
        assert_eq!(subject, text("its subject is not the one asked for"));
        assert_eq!(issuer, text("its issuer is not the one asked for"));
        assert_eq!(validity, text("its validity is not the one asked for"));
        assert_eq!(serial, text("its serial number is not the one asked for"));
        assert_eq!(extensions, [(); 4].map(|()| text("its extensions are not those asked for")));
        let key = refusal(|unread| {
            let spki = unread.asked.public_key.spki_der().to_vec();
            let at = unread.der.windows(spki.len()).position(|octets| octets == spki).unwrap();
            unread.der[at..at + spki.len()].copy_from_slice(other.public_key().spki_der());
        });
        assert_eq!(key, text("its key is not the one asked for"));
        let damaged = refusal(|unread| unread.der.truncate(100));
        let malformed = CertificateError::Malformed(String::new()).to_string();
        assert!(damaged.starts_with(&malformed), "{damaged}");
    }
}
