//! A certificate, issued or loaded: its DER and what signing needs to know of it.

use const_oid::ObjectIdentifier;
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{ParsedExtension, X509Extension};
use x509_parser::prelude::FromDer;

use crate::key::{KeyError, PublicKey, Signed};
use crate::model::extension::{BasicConstraints, Extension};
use crate::vocab::serial::SerialNumber;
use crate::vocab::usage::Usage;
use crate::vocab::{oid, pem};

use super::validity::Validity;

/// The PEM label of a certificate (RFC 7468 section 5).
pub const CERTIFICATE_LABEL: &str = "CERTIFICATE";

/// A certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    der: Vec<u8>,
    subject: Vec<u8>,
    issuer: Vec<u8>,
    public_key: PublicKey,
    subject_key_identifier: Option<Vec<u8>>,
    basic_constraints: Option<BasicConstraints>,
    key_usage: Option<u16>,
    validity: Validity,
    subject_alt_name: Option<Vec<u8>>,
}

/// A certificate that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// Its key is of no kind we know.
    #[error("the key of the certificate cannot be read")]
    Key(#[source] KeyError),
    /// Not a certificate.
    #[error("this is not a certificate: {0}")]
    Malformed(String),
    /// No PEM block.
    #[error("there is no PEM block")]
    NoPem,
    /// A PEM block of another kind.
    #[error("the PEM block is a {0}")]
    WrongLabel(String),
    /// More than one PEM block, or text behind the first.
    #[error("the PEM file should contain only one object")]
    TrailingData,
}

impl CertificateError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoPem => {
                "a certificate in PEM starts with -----BEGIN CERTIFICATE-----; DER has to be converted"
            }
            Self::TrailingData => "give the issuer's certificate alone, without its chain",
            Self::WrongLabel(_) => "a certificate is expected here",
            Self::Malformed(_) | Self::Key(_) => return None,
        };
        Some(hint.to_owned())
    }
}

impl Certificate {
    /// Reads one PEM certificate: text before it is passed over, text behind it is not allowed.
    ///
    /// # Errors
    /// No PEM, more than one block, or not a certificate.
    pub fn from_pem(input: &[u8]) -> Result<Self, CertificateError> {
        let (block, rest) = pem::decode(input).ok_or(CertificateError::NoPem)?;
        if !rest.trim_ascii().is_empty() {
            return Err(CertificateError::TrailingData);
        }
        Self::from_der(block.contents()).map_err(|error| match block.label() {
            CERTIFICATE_LABEL => error,
            label => CertificateError::WrongLabel(label.to_owned()),
        })
    }

    /// Reads a DER certificate.
    ///
    /// # Errors
    /// Not a certificate.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        Self::read(der, PublicKey::from_spki_der, |_| {})
    }

    /// The same of a certificate that is likely for a key we have; what is wrong with it, if it has not this serial
    /// number and these extensions.
    ///
    /// # Errors
    /// Not a certificate.
    pub(super) fn from_der_with(
        der: &[u8],
        key: &PublicKey,
        serial: &SerialNumber,
        extensions: &[Extension],
    ) -> Result<(Self, Option<&'static str>), CertificateError> {
        let mut fault = None;
        let read_key = |spki: &[u8]| PublicKey::from_spki_der_like(spki, key);
        let certificate = Self::read(der, read_key, |parsed| {
            let zeros = parsed.raw_serial().iter().take_while(|octet| **octet == 0).count();
            let found = parsed.extensions();
            if parsed.raw_serial()[zeros..] != *serial.octets() {
                fault = Some("its serial number is not the one asked for");
            } else if found.len() != extensions.len() || !extensions.iter().zip(found).all(is_same) {
                fault = Some("its extensions are not those asked for");
            }
        })?;
        Ok((certificate, fault))
    }

    fn read(
        der: &[u8],
        read_key: impl Fn(&[u8]) -> Result<PublicKey, KeyError>,
        see: impl FnOnce(&X509Certificate<'_>),
    ) -> Result<Self, CertificateError> {
        let malformed = |error: &dyn std::fmt::Display| CertificateError::Malformed(error.to_string());
        let (rest, parsed) = X509Certificate::from_der(der).map_err(|error| malformed(&error))?;
        if !rest.is_empty() {
            return Err(CertificateError::Malformed("there is something behind it".into()));
        }
        see(&parsed);
        let mut certificate = Self {
            der: der.to_vec(),
            subject: parsed.subject().as_raw().to_vec(),
            issuer: parsed.issuer().as_raw().to_vec(),
            public_key: read_key(parsed.public_key().raw).map_err(CertificateError::Key)?,
            subject_key_identifier: None,
            basic_constraints: None,
            key_usage: None,
            validity: Validity {
                not_before: parsed.validity().not_before.to_datetime(),
                not_after: parsed.validity().not_after.to_datetime(),
            },
            subject_alt_name: None,
        };
        for extension in parsed.extensions() {
            certificate.note_extension(extension.parsed_extension());
            if extension.oid.as_bytes() == oid::SUBJECT_ALT_NAME.as_bytes() {
                certificate.subject_alt_name = Some(extension.value.to_vec());
            }
        }
        Ok(certificate)
    }

    fn note_extension(&mut self, extension: &ParsedExtension<'_>) {
        match extension {
            ParsedExtension::SubjectKeyIdentifier(id) => self.subject_key_identifier = Some(id.0.to_vec()),
            ParsedExtension::BasicConstraints(found) => {
                let path_length = found.path_len_constraint;
                self.basic_constraints = Some(BasicConstraints { ca: found.ca, path_length });
            }
            ParsedExtension::KeyUsage(usage) => self.key_usage = Some(usage.flags),
            _ => {}
        }
    }

    /// Every extension, in its order.
    ///
    /// # Errors
    /// Cannot be: it was read before.
    pub fn extensions(&self) -> Result<Vec<Extension>, CertificateError> {
        let malformed = |error: &dyn std::fmt::Display| CertificateError::Malformed(error.to_string());
        let (_, parsed) = X509Certificate::from_der(&self.der).map_err(|error| malformed(&error))?;
        let mut found = Vec::with_capacity(parsed.extensions().len());
        for extension in parsed.extensions() {
            let oid =
                ObjectIdentifier::from_bytes(extension.oid.as_bytes()).map_err(|error| malformed(&error))?;
            found.push(Extension { oid, critical: extension.critical, value: extension.value.to_vec() });
        }
        Ok(found)
    }

    /// The DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The PEM, with a final newline.
    pub fn to_pem(&self) -> String {
        pem::encode(CERTIFICATE_LABEL, &self.der)
    }

    /// The subject's DER, byte for byte.
    pub fn subject(&self) -> &[u8] {
        &self.subject
    }

    /// The issuer's DER, byte for byte.
    pub fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// The subject's key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The subject key identifier, if there is one.
    pub fn subject_key_identifier(&self) -> Option<&[u8]> {
        self.subject_key_identifier.as_deref().filter(|id| !id.is_empty())
    }

    /// basicConstraints; without the extension, not a CA.
    pub fn basic_constraints(&self) -> BasicConstraints {
        self.basic_constraints.unwrap_or_default()
    }

    /// Whether its keyUsage, if it has one, lets it sign certificates (RFC 5280 section 4.2.1.3).
    pub fn may_sign_certificates(&self) -> bool {
        self.key_usage.is_none_or(|usage| usage & Usage::CERT_SIGN.bit() != 0)
    }

    /// From when to when it is valid.
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// The value of the subjectAltName extension, if there is one.
    pub fn subject_alt_name(&self) -> Option<&[u8]> {
        self.subject_alt_name.as_deref()
    }

    /// Valid at a moment (RFC 5280 section 4.1.2.5: both ends included).
    pub fn is_valid_at(&self, time: OffsetDateTime) -> bool {
        (self.validity.not_before..=self.validity.not_after).contains(&time)
    }

    /// Checks the signature against the issuer's key.
    ///
    /// # Errors
    /// Another key's signature, or an algorithm we cannot verify.
    pub fn verify(&self, issuer: &PublicKey) -> Result<(), KeyError> {
        Signed::read(&self.der)?.verify(issuer)
    }
}

fn is_same((expected, found): (&Extension, &X509Extension<'_>)) -> bool {
    let Extension { oid, critical, value } = expected;
    found.oid.as_bytes() == oid.as_bytes() && found.critical == *critical && found.value == value
}
