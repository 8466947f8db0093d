//! A certificate issued again: all that is in it, for another time and perhaps another key.

use der::Tag;

use crate::key::{PrivateKey, PublicKey};
use crate::model::extension::Extension;
use crate::vocab::serial::SerialNumber;
use crate::vocab::{asn1, oid};

use super::certificate::Certificate;
use super::csr::CertificateSigningRequest;
use super::engine::{self, CertificateFields};
use super::error::IssueError;
use super::extensions::authority_key_extension;
use super::signer::{Issuer, Unread};
use super::validity::Validity;

/// What is to be issued again.
#[derive(Clone, Copy, Debug)]
pub struct Renewal<'a> {
    /// The certificate.
    pub certificate: &'a Certificate,
    /// The key it is to have.
    pub public_key: &'a PublicKey,
    /// Its new validity.
    pub validity: Validity,
}

impl Renewal<'_> {
    /// Issues it by an issuer: the subject byte for byte and the extensions in their order, but for the key
    /// identifiers.
    ///
    /// # Errors
    /// A failure to sign.
    pub(super) fn sign<'b>(&'b self, issuer: &'b Issuer) -> Result<Unread<'b>, IssueError> {
        let above = issuer.certificate();
        let identifier = match above.subject_key_identifier() {
            Some(identifier) => identifier.to_vec(),
            None => above.public_key().key_identifier().to_vec(),
        };
        let mut extensions = self.extensions()?;
        put(&mut extensions, authority_key_extension(&identifier));
        self.sign_as(above.subject(), issuer.key(), extensions)
    }

    /// Issues it by its own key.
    ///
    /// # Errors
    /// A failure to sign.
    pub(super) fn sign_own(&self, key: &PrivateKey) -> Result<Unread<'_>, IssueError> {
        let mut extensions = self.extensions()?;
        // RFC 5280 section 4.2.1.1: it may be left out of what signs itself, so it is there if it was.
        if extensions.iter().any(|extension| extension.oid == oid::AUTHORITY_KEY_IDENTIFIER) {
            put(&mut extensions, authority_key_extension(&self.key_identifier()));
        }
        self.sign_as(self.certificate.subject(), key, extensions)
    }

    fn sign_as<'b>(
        &'b self,
        issuer: &'b [u8],
        key: &PrivateKey,
        extensions: Vec<Extension>,
    ) -> Result<Unread<'b>, IssueError> {
        let asked = CertificateFields {
            serial: SerialNumber::random()?,
            issuer,
            validity: self.validity,
            subject: self.certificate.subject(),
            public_key: self.public_key,
        };
        Unread::sign(asked, extensions, key, key.signature_algorithm())
    }

    /// Everything but what only the old certificate could have: logs gave their timestamps to that one.
    fn extensions(&self) -> Result<Vec<Extension>, IssueError> {
        let mut extensions = self.certificate.extensions()?;
        extensions.retain(|extension| extension.oid != oid::SIGNED_TIMESTAMPS);
        let identifier = asn1::element(Tag::OctetString, &self.key_identifier());
        put(&mut extensions, Extension::new(oid::SUBJECT_KEY_IDENTIFIER, identifier));
        Ok(extensions)
    }

    /// What a certificate below refers to, so that it stays with the key.
    fn key_identifier(&self) -> Vec<u8> {
        let is_same_key = self.certificate.public_key().key_bits() == self.public_key.key_bits();
        match self.certificate.subject_key_identifier().filter(|_| is_same_key) {
            Some(identifier) => identifier.to_vec(),
            None => self.public_key.key_identifier().to_vec(),
        }
    }
}

/// The request that asks for a certificate as it is: subject byte for byte, names, and whether it is a CA.
///
/// # Errors
/// A key that cannot sign.
pub fn request_for(
    certificate: &Certificate,
    key: &PrivateKey,
) -> Result<CertificateSigningRequest, IssueError> {
    let mut extensions = certificate.extensions()?;
    let is_ca = certificate.basic_constraints().ca;
    extensions.retain(|extension| match extension.oid {
        oid::SUBJECT_ALT_NAME => true,
        oid::BASIC_CONSTRAINTS => is_ca,
        _ => false,
    });
    let der = engine::sign_request(certificate.subject(), &extensions, key)?;
    Ok(CertificateSigningRequest::from_der(&der)?)
}

/// Puts an extension in the place of the one of its type, or behind the others.
fn put(extensions: &mut Vec<Extension>, new: Extension) {
    match extensions.iter_mut().find(|extension| extension.oid == new.oid) {
        Some(place) => *place = new,
        None => extensions.push(new),
    }
}
