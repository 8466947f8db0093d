//! What is kept of a certificate once it was read: its DER, and where in it what the rules ask for lies.

use ring::digest::{SHA256, digest};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Version;

use crate::lint::{self, Finding};
use crate::vocab::oid;
use crate::vocab::usage::Usage;

/// Certificates are named by their place in [`super::material::Material::certificates`].
pub type Index = usize;

/// A public key, as the first half of the SHA-256 of its SubjectPublicKeyInfo: to tell equal from different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 16]);

impl KeyId {
    /// Of a SubjectPublicKeyInfo.
    pub fn of(spki: &[u8]) -> Self {
        let mut id = [0; 16];
        id.copy_from_slice(&digest(&SHA256, spki).as_ref()[..16]);
        Self(id)
    }
}

/// A piece of the DER.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u32,
    length: u32,
}

impl Span {
    /// Where a slice of `der` lies in it.
    fn of(der: &[u8], part: &[u8]) -> Self {
        let start = (part.as_ptr() as usize).wrapping_sub(der.as_ptr() as usize);
        // What is no part of it is no piece at all.
        let inside = start.checked_add(part.len()).is_some_and(|end| end <= der.len());
        let number = |value| u32::try_from(value).unwrap_or_default();
        if inside { Self { start: number(start), length: number(part.len()) } } else { Self::default() }
    }

    fn within(self, der: &[u8]) -> &[u8] {
        let start = self.start as usize;
        der.get(start..start + self.length as usize).unwrap_or_default()
    }
}

/// What basicConstraints say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authority {
    /// cA
    pub ca: bool,
    /// pathLenConstraint
    pub path_length: Option<u32>,
}

/// A certificate.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its file, by its place in [`super::material::Material::files`].
    pub file: usize,
    /// Its place among the certificates of the file, from 0.
    pub position: usize,
    /// The whole of it.
    pub der: Box<[u8]>,
    /// Its public key.
    pub key: KeyId,
    /// In seconds since 1970.
    pub not_before: i64,
    /// In seconds since 1970.
    pub not_after: i64,
    /// basicConstraints, if there are any.
    pub constraints: Option<Authority>,
    /// keyUsage, if there is one; bit 0 is digitalSignature.
    pub key_usage: Option<u16>,
    /// Of version 1, without extensions.
    pub first_version: bool,
    /// What the lints say.
    pub lints: Vec<Finding>,
    subject: Span,
    issuer: Span,
    serial: Span,
    spki: Span,
    ski: Option<Span>,
    aki: Option<Span>,
    aki_serial: Option<Span>,
    names: Option<Span>,
    name_constraints: Option<Span>,
    purposes: Option<Span>,
}

impl Facts {
    /// Reads a certificate and lints it.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(der: &[u8], file: usize, position: usize) -> Result<Self, String> {
        let (rest, parsed) = X509Certificate::from_der(der).map_err(|error| error.to_string())?;
        if !rest.is_empty() {
            return Err("there is something behind it".to_owned());
        }
        let part = |part: &[u8]| Span::of(der, part);
        let mut facts = Self {
            file,
            position,
            der: der.into(),
            key: KeyId::of(parsed.public_key().raw),
            not_before: parsed.validity().not_before.timestamp(),
            not_after: parsed.validity().not_after.timestamp(),
            constraints: None,
            key_usage: None,
            first_version: parsed.version() == X509Version::V1,
            lints: lint::parsed_certificate(&parsed),
            subject: part(parsed.subject().as_raw()),
            issuer: part(parsed.issuer().as_raw()),
            serial: part(parsed.raw_serial()),
            spki: part(parsed.public_key().raw),
            ski: None,
            aki: None,
            aki_serial: None,
            names: None,
            name_constraints: None,
            purposes: None,
        };
        for extension in parsed.extensions() {
            facts.note(der, extension.oid.as_bytes(), extension.value, extension.parsed_extension());
        }
        Ok(facts)
    }

    fn note(&mut self, der: &[u8], oid: &[u8], value: &[u8], parsed: &ParsedExtension<'_>) {
        match parsed {
            ParsedExtension::SubjectKeyIdentifier(id) => self.ski = Some(Span::of(der, id.0)),
            ParsedExtension::AuthorityKeyIdentifier(aki) => {
                self.aki = aki.key_identifier.as_ref().map(|id| Span::of(der, id.0));
                self.aki_serial = aki.authority_cert_serial.map(|serial| Span::of(der, serial));
            }
            ParsedExtension::BasicConstraints(found) => {
                let path_length = found.path_len_constraint;
                self.constraints = Some(Authority { ca: found.ca, path_length });
            }
            ParsedExtension::KeyUsage(usage) => self.key_usage = Some(usage.flags),
            _ => {}
        }
        let value = Span::of(der, value);
        if oid == oid::SUBJECT_ALT_NAME.as_bytes() {
            self.names = Some(value);
        } else if oid == oid::NAME_CONSTRAINTS.as_bytes() {
            self.name_constraints = Some(value);
        } else if oid == oid::EXTENDED_KEY_USAGE.as_bytes() {
            self.purposes = Some(value);
        }
    }

    /// The subject's DER.
    pub fn subject(&self) -> &[u8] {
        self.subject.within(&self.der)
    }

    /// The issuer's DER.
    pub fn issuer(&self) -> &[u8] {
        self.issuer.within(&self.der)
    }

    /// The octets of the serial number.
    pub fn serial(&self) -> &[u8] {
        self.serial.within(&self.der)
    }

    /// The SubjectPublicKeyInfo.
    pub fn spki(&self) -> &[u8] {
        self.spki.within(&self.der)
    }

    /// The subject key identifier.
    pub fn ski(&self) -> Option<&[u8]> {
        self.ski.map(|span| span.within(&self.der))
    }

    /// The key identifier of the issuer.
    pub fn aki(&self) -> Option<&[u8]> {
        self.aki.map(|span| span.within(&self.der))
    }

    /// The serial number of the issuer's certificate.
    pub fn aki_serial(&self) -> Option<&[u8]> {
        self.aki_serial.map(|span| span.within(&self.der))
    }

    /// The value of subjectAltName.
    pub fn names(&self) -> Option<&[u8]> {
        self.names.map(|span| span.within(&self.der))
    }

    /// The value of nameConstraints.
    pub fn name_constraints(&self) -> Option<&[u8]> {
        self.name_constraints.map(|span| span.within(&self.der))
    }

    /// The value of extKeyUsage.
    pub fn purposes(&self) -> Option<&[u8]> {
        self.purposes.map(|span| span.within(&self.der))
    }

    /// It names itself as its issuer.
    pub fn is_self_issued(&self) -> bool {
        self.subject() == self.issuer()
    }

    /// It may stand above others: cA, or a root of the time before extensions.
    pub fn is_authority(&self) -> bool {
        match self.constraints {
            Some(constraints) => constraints.ca,
            None => self.first_version && self.is_self_issued(),
        }
    }

    /// Its keyUsage, if it has one, lets it sign certificates.
    pub fn may_sign_certificates(&self) -> bool {
        self.key_usage.is_none_or(|usage| usage & Usage::CERT_SIGN.bit() != 0)
    }

    /// Its keyUsage, if it has one, lets it sign revocation lists.
    pub fn may_sign_lists(&self) -> bool {
        self.key_usage.is_none_or(|usage| usage & Usage::CRL_SIGN.bit() != 0)
    }

    /// A lint found it in error.
    pub fn has_lint_error(&self) -> bool {
        self.lints.iter().any(|finding| finding.severity == lint::Severity::Error)
    }
}
