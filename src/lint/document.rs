//! A certificate, CSR or CRL taken apart as far as the lints look at it: leniently, nothing is judged here.

use super::der::{self, Element, Elements, tag};
use super::entries::EntryFaults;
use super::extension::{Extension, Extensions, id};
use super::general_names::NameFaults;
use super::key::Key;
use super::kind::Kind;
use super::names::Name;
use super::strict::{Defect, Defects};
use super::times::Time;
use crate::vocab::oid;

/// What a document is made of. What its kind does not have is empty.
pub(super) struct Document<'a> {
    pub(super) kind: Kind,
    pub(super) defects: Defects,
    /// The version as encoded.
    pub(super) version: Option<&'a [u8]>,
    /// The contents of the serial number.
    pub(super) serial: &'a [u8],
    /// The AlgorithmIdentifier inside what is signed; a CSR has none.
    pub(super) signed_algorithm: Option<Element<'a>>,
    /// The AlgorithmIdentifier beside the signature.
    pub(super) algorithm: Element<'a>,
    /// The signature's BIT STRING.
    pub(super) signature: Element<'a>,
    /// What is signed.
    pub(super) signed: Element<'a>,
    /// The issuer; a CSR has none.
    pub(super) issuer: Option<Name<'a>>,
    /// The subject; a CRL has none.
    pub(super) subject: Option<Name<'a>>,
    /// notBefore and notAfter, or thisUpdate and nextUpdate.
    pub(super) times: [Option<Time<'a>>; 2],
    pub(super) key: Option<Key<'a>>,
    /// The whole SubjectPublicKeyInfo.
    pub(super) key_info: &'a [u8],
    pub(super) has_unique_identifier: bool,
    pub(super) extensions: Extensions<'a>,
    /// A CSR's attributes.
    pub(super) attributes: Elements<'a>,
    /// A CRL's revokedCertificates.
    pub(super) revoked: Option<Element<'a>>,
    /// What is wrong with these.
    pub(super) entries: EntryFaults<'a>,
    /// What is wrong with the names of subjectAltName.
    pub(super) names: NameFaults<'a>,
}

impl<'a> Document<'a> {
    /// Takes a document of a kind apart; what it is not, as far as its bytes tell.
    pub(super) fn read(kind: Kind, der: &'a [u8]) -> Result<Self, Defects> {
        let mut defects = Defects::default();
        defects.walk(der, 0);
        let Some(mut document) = Self::take_apart(kind, der) else { return Err(defects) };
        document.defects = defects;
        document.look_into_wrapped(der);
        if let Some(names) = document.extension(id::SUBJECT_ALT_NAME).and_then(Extension::sequence) {
            document.names = NameFaults::of(names.inner());
        }
        if let Some(revoked) = document.revoked {
            document.entries = EntryFaults::of(revoked.inner());
        }
        Ok(document)
    }

    fn take_apart(kind: Kind, der: &'a [u8]) -> Option<Self> {
        let mut file = Elements(der);
        let mut parts = file.read(tag::SEQUENCE)?.inner();
        let signed = parts.read(tag::SEQUENCE)?;
        let mut document = Self {
            kind,
            defects: Defects::default(),
            version: None,
            serial: &[],
            signed_algorithm: None,
            algorithm: parts.read(tag::SEQUENCE)?,
            signature: parts.read_any(&[tag::BIT_STRING, tag::BIT_STRING | 0x20])?,
            signed,
            issuer: None,
            subject: None,
            times: [None, None],
            key: None,
            key_info: &[],
            has_unique_identifier: false,
            extensions: Extensions::default(),
            attributes: Elements(&[]),
            revoked: None,
            entries: EntryFaults::default(),
            names: NameFaults::default(),
        };
        let mut fields = signed.inner();
        match kind {
            Kind::Certificate => document.take_certificate(&mut fields)?,
            Kind::Csr => document.take_csr(&mut fields)?,
            Kind::Crl => document.take_crl(&mut fields)?,
        }
        (fields.is_done() && parts.is_done()).then_some(document)
    }

    /// TBSCertificate (RFC 5280 section 4.1).
    fn take_certificate(&mut self, fields: &mut Elements<'a>) -> Option<()> {
        if let Some(version) = fields.read(tag::constructed(0)) {
            self.version = Some(der::single_of(tag::INTEGER, version.contents)?.contents);
        }
        self.serial = fields.read(tag::INTEGER)?.contents;
        self.signed_algorithm = Some(fields.read(tag::SEQUENCE)?);
        self.issuer = Some(Name::read(fields.read(tag::SEQUENCE)?));
        let mut validity = fields.read(tag::SEQUENCE)?.inner();
        self.times = [Some(Time::read(validity.next()?)), Some(Time::read(validity.next()?))];
        if !validity.is_done() {
            return None;
        }
        self.subject = Some(Name::read(fields.read(tag::SEQUENCE)?));
        self.read_key(fields)?;
        for number in [1, 2] {
            self.has_unique_identifier |=
                fields.read_any(&[tag::context(number), tag::constructed(number)]).is_some();
        }
        if let Some(extensions) = fields.read(tag::constructed(3)) {
            self.extensions.add(der::single_of(tag::SEQUENCE, extensions.contents)?)?;
        }
        Some(())
    }

    /// CertificationRequestInfo (RFC 2986 section 4.1); a CSR without attributes [0] is one of old programs.
    fn take_csr(&mut self, fields: &mut Elements<'a>) -> Option<()> {
        self.version = Some(fields.read(tag::INTEGER)?.contents);
        self.subject = Some(Name::read(fields.read(tag::SEQUENCE)?));
        self.read_key(fields)?;
        if let Some(attributes) = fields.read(tag::constructed(0)) {
            self.attributes = attributes.inner();
        }
        let mut attributes = self.attributes;
        for attribute in attributes.by_ref() {
            if attribute.tag != tag::SEQUENCE {
                return None;
            }
            let mut parts = attribute.inner();
            let (oid, values) = (parts.read(tag::OID)?, parts.read(tag::SET)?);
            if oid.contents == EXTENSION_REQUEST {
                for value in values.inner() {
                    self.extensions.add(value)?;
                }
            }
        }
        attributes.is_done().then_some(())
    }

    /// TBSCertList (RFC 5280 section 5.1).
    fn take_crl(&mut self, fields: &mut Elements<'a>) -> Option<()> {
        const TIMES: [u8; 2] = [tag::UTC_TIME, tag::GENERALIZED_TIME];
        self.version = fields.read(tag::INTEGER).map(|version| version.contents);
        self.signed_algorithm = Some(fields.read(tag::SEQUENCE)?);
        self.issuer = Some(Name::read(fields.read(tag::SEQUENCE)?));
        self.times = [Some(Time::read(fields.read_any(&TIMES)?)), fields.read_any(&TIMES).map(Time::read)];
        self.revoked = fields.read(tag::SEQUENCE);
        if let Some(extensions) = fields.read(tag::constructed(0)) {
            self.extensions.add(der::single_of(tag::SEQUENCE, extensions.contents)?)?;
        }
        Some(())
    }

    fn read_key(&mut self, fields: &mut Elements<'a>) -> Option<()> {
        let info = fields.read(tag::SEQUENCE)?;
        self.key_info = info.whole;
        self.key = Some(Key::read(info)?);
        Some(())
    }

    /// Goes on where DER is wrapped in strings: extensions we know, RSA keys.
    fn look_into_wrapped(&mut self, der: &[u8]) {
        let offset = |part: &[u8]| (part.as_ptr() as usize).wrapping_sub(der.as_ptr() as usize);
        for extension in self.extensions.iter().filter(|extension| extension.is_known()) {
            self.defects.walk(extension.value, offset(extension.value));
        }
        if let Some(Key::Rsa { sequence, .. }) = &self.key {
            self.defects.walk(sequence, offset(sequence));
        }
        self.defects.walk(self.ecdsa_signature(), offset(self.ecdsa_signature()));
        let document = der::header(der).map_or(0, |header| header.octets + header.length);
        if document < der.len() {
            self.defects.note(Defect::Trailing, document);
        }
    }

    /// The contents of the signature's BIT STRING.
    pub(super) fn signature_octets(&self) -> &'a [u8] {
        self.signature.contents.get(1..).unwrap_or_default()
    }

    /// The contents of the algorithm's OID beside the signature.
    pub(super) fn algorithm_oid(&self) -> &'a [u8] {
        self.algorithm.inner().read(tag::OID).map_or(&[], |oid| oid.contents)
    }

    /// An ECDSA signature is DER again (RFC 5480 appendix A); others are empty here.
    fn ecdsa_signature(&self) -> &'a [u8] {
        if self.algorithm_oid().starts_with(ECDSA) { self.signature_octets() } else { &[] }
    }

    /// An extension by the last arc of its OID, or one of the other [`id`]s.
    pub(super) fn extension(&self, id: u8) -> Option<&Extension<'a>> {
        self.extensions.find(id)
    }

    /// Whether it is a certificate whose issuer has its subject's name (RFC 5280 section 3.2: self-issued).
    pub(super) fn is_self_issued(&self) -> bool {
        matches!((&self.subject, &self.issuer), (Some(subject), Some(issuer)) if subject.whole == issuer.whole)
    }

    /// Whether it says to be a CA's.
    pub(super) fn is_ca(&self) -> bool {
        self.extensions.basic_constraints.is_some_and(|found| found.ca)
    }
}

/// extensionRequest (RFC 2985 section 5.4.2)
pub(super) const EXTENSION_REQUEST: &[u8] = oid::EXTENSION_REQUEST.as_bytes();
/// The arc of ECDSA's signature algorithms (RFC 5758 section 3.2)
pub(super) const ECDSA: &[u8] = oid::ECDSA.as_bytes();
