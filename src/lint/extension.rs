//! The extensions of a document.

use super::der::{self, Element, tag};

/// Short names of extensions: below `id-ce` (RFC 5280 section 4.2.1) the last arc.
pub(super) mod id {
    pub(in crate::lint) const SUBJECT_DIRECTORY_ATTRIBUTES: u8 = 9;
    pub(in crate::lint) const SUBJECT_KEY_ID: u8 = 14;
    pub(in crate::lint) const KEY_USAGE: u8 = 15;
    pub(in crate::lint) const SUBJECT_ALT_NAME: u8 = 17;
    pub(in crate::lint) const ISSUER_ALT_NAME: u8 = 18;
    pub(in crate::lint) const BASIC_CONSTRAINTS: u8 = 19;
    pub(in crate::lint) const CRL_NUMBER: u8 = 20;
    pub(in crate::lint) const REASON: u8 = 21;
    pub(in crate::lint) const INVALIDITY_DATE: u8 = 24;
    pub(in crate::lint) const DELTA_CRL: u8 = 27;
    pub(in crate::lint) const ISSUING_DISTRIBUTION_POINT: u8 = 28;
    pub(in crate::lint) const CERTIFICATE_ISSUER: u8 = 29;
    pub(in crate::lint) const NAME_CONSTRAINTS: u8 = 30;
    pub(in crate::lint) const CRL_DISTRIBUTION_POINTS: u8 = 31;
    pub(in crate::lint) const CERTIFICATE_POLICIES: u8 = 32;
    pub(in crate::lint) const POLICY_MAPPINGS: u8 = 33;
    pub(in crate::lint) const AUTHORITY_KEY_ID: u8 = 35;
    pub(in crate::lint) const POLICY_CONSTRAINTS: u8 = 36;
    pub(in crate::lint) const EXTENDED_KEY_USAGE: u8 = 37;
    pub(in crate::lint) const FRESHEST_CRL: u8 = 46;
    pub(in crate::lint) const INHIBIT_ANY_POLICY: u8 = 54;
    /// authorityInfoAccess and subjectInfoAccess (RFC 5280 section 4.2.2)
    pub(in crate::lint) const AUTHORITY_INFO_ACCESS: u8 = 101;
    pub(in crate::lint) const SUBJECT_INFO_ACCESS: u8 = 111;
    /// An extension none of our lints knows.
    pub(in crate::lint) const OTHER: u8 = 0;
}

const PE: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01];

/// One extension.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extension<'a> {
    pub(super) id: u8,
    /// The contents of its OID.
    pub(super) oid: &'a [u8],
    /// `critical` as encoded.
    pub(super) critical: Option<&'a [u8]>,
    /// What is in its OCTET STRING.
    pub(super) value: &'a [u8],
}

impl<'a> Extension<'a> {
    pub(super) fn read(element: Element<'a>) -> Option<Self> {
        if element.tag != tag::SEQUENCE {
            return None;
        }
        let mut parts = element.inner();
        let oid = parts.read(tag::OID)?.contents;
        let critical = parts.read(tag::BOOLEAN).map(|critical| critical.contents);
        let value = parts.read(tag::OCTET_STRING)?.contents;
        parts.is_done().then_some(Self { id: short_name(oid), oid, critical, value })
    }

    pub(super) fn is_critical(&self) -> bool {
        self.critical.is_some_and(|value| value != [0])
    }

    /// Whether its value is of a form we know.
    pub(super) fn is_known(&self) -> bool {
        self.id != id::OTHER
    }

    /// The SEQUENCE that its value is.
    pub(super) fn sequence(&self) -> Option<Element<'a>> {
        der::single_of(tag::SEQUENCE, self.value)
    }
}

fn short_name(oid: &[u8]) -> u8 {
    const KNOWN: [u8; 21] = [
        id::SUBJECT_DIRECTORY_ATTRIBUTES,
        id::SUBJECT_KEY_ID,
        id::KEY_USAGE,
        id::SUBJECT_ALT_NAME,
        id::ISSUER_ALT_NAME,
        id::BASIC_CONSTRAINTS,
        id::CRL_NUMBER,
        id::REASON,
        id::INVALIDITY_DATE,
        id::DELTA_CRL,
        id::ISSUING_DISTRIBUTION_POINT,
        id::CERTIFICATE_ISSUER,
        id::NAME_CONSTRAINTS,
        id::CRL_DISTRIBUTION_POINTS,
        id::CERTIFICATE_POLICIES,
        id::POLICY_MAPPINGS,
        id::AUTHORITY_KEY_ID,
        id::POLICY_CONSTRAINTS,
        id::EXTENDED_KEY_USAGE,
        id::FRESHEST_CRL,
        id::INHIBIT_ANY_POLICY,
    ];
    match oid {
        [0x55, 0x1d, last] if KNOWN.contains(last) => *last,
        _ if oid.strip_prefix(PE) == Some(&[1]) => id::AUTHORITY_INFO_ACCESS,
        _ if oid.strip_prefix(PE) == Some(&[11]) => id::SUBJECT_INFO_ACCESS,
        _ => id::OTHER,
    }
}

/// basicConstraints (RFC 5280 section 4.2.1.9)
#[derive(Clone, Copy, Debug)]
pub(super) struct BasicConstraints<'a> {
    pub(super) ca: bool,
    /// `cA` as encoded.
    pub(super) encoded: Option<&'a [u8]>,
    /// The contents of pathLenConstraint.
    pub(super) path_length: Option<&'a [u8]>,
}

/// All extensions, and what most lints ask for.
#[derive(Debug, Default)]
pub(super) struct Extensions<'a> {
    list: Vec<Extension<'a>>,
    /// How often the field, or the request for extensions, occurs.
    pub(super) lists: usize,
    pub(super) basic_constraints: Option<BasicConstraints<'a>>,
    /// The bits of keyUsage, digitalSignature lowest.
    pub(super) key_usage: Option<u16>,
}

impl<'a> Extensions<'a> {
    /// Adds those of a SEQUENCE OF Extension.
    pub(super) fn add(&mut self, sequence: Element<'a>) -> Option<()> {
        self.lists += 1;
        self.list.reserve(12);
        let mut elements = sequence.inner();
        for element in elements.by_ref() {
            let extension = Extension::read(element)?;
            match extension.id {
                id::BASIC_CONSTRAINTS => self.basic_constraints = basic_constraints(extension.value),
                id::KEY_USAGE => self.key_usage = key_usage(extension.value),
                _ => {}
            }
            self.list.push(extension);
        }
        elements.is_done().then_some(())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Extension<'a>> {
        self.list.iter()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn find(&self, id: u8) -> Option<&Extension<'a>> {
        self.list.iter().find(|extension| extension.id == id)
    }
}

pub(super) fn basic_constraints(value: &[u8]) -> Option<BasicConstraints<'_>> {
    let mut parts = der::single_of(tag::SEQUENCE, value)?.inner();
    let encoded = parts.read(tag::BOOLEAN).map(|ca| ca.contents);
    let path_length = parts.read(tag::INTEGER).map(|length| length.contents);
    let ca = encoded.is_some_and(|ca| ca != [0]);
    parts.is_done().then_some(BasicConstraints { ca, encoded, path_length })
}

/// The named bits (RFC 5280 section 4.2.1.3), at most 16.
fn key_usage(value: &[u8]) -> Option<u16> {
    let (_, octets) = der::single_of(tag::BIT_STRING, value)?.contents.split_first()?;
    let octet = |at: usize| octets.get(at).copied().unwrap_or(0).reverse_bits();
    Some(u16::from_le_bytes([octet(0), octet(1)]))
}
