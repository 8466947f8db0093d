//! The extensions of a document.

use super::der::{self, Element, tag};
use crate::vocab::oid;

/// Short names of extensions: below `id-ce` (RFC 5280 section 4.2.1) the last arc.
pub(super) mod id {
    use crate::vocab::oid::{self, last_octet};

    pub(in crate::lint) const SUBJECT_DIRECTORY_ATTRIBUTES: u8 =
        last_octet(&oid::SUBJECT_DIRECTORY_ATTRIBUTES);
    pub(in crate::lint) const SUBJECT_KEY_ID: u8 = last_octet(&oid::SUBJECT_KEY_IDENTIFIER);
    pub(in crate::lint) const KEY_USAGE: u8 = last_octet(&oid::KEY_USAGE);
    pub(in crate::lint) const SUBJECT_ALT_NAME: u8 = last_octet(&oid::SUBJECT_ALT_NAME);
    pub(in crate::lint) const ISSUER_ALT_NAME: u8 = last_octet(&oid::ISSUER_ALT_NAME);
    pub(in crate::lint) const BASIC_CONSTRAINTS: u8 = last_octet(&oid::BASIC_CONSTRAINTS);
    pub(in crate::lint) const CRL_NUMBER: u8 = last_octet(&oid::CRL_NUMBER);
    pub(in crate::lint) const REASON: u8 = last_octet(&oid::REASON_CODE);
    pub(in crate::lint) const INVALIDITY_DATE: u8 = last_octet(&oid::INVALIDITY_DATE);
    pub(in crate::lint) const DELTA_CRL: u8 = last_octet(&oid::DELTA_CRL_INDICATOR);
    pub(in crate::lint) const ISSUING_DISTRIBUTION_POINT: u8 = last_octet(&oid::ISSUING_DISTRIBUTION_POINT);
    pub(in crate::lint) const CERTIFICATE_ISSUER: u8 = last_octet(&oid::CERTIFICATE_ISSUER);
    pub(in crate::lint) const NAME_CONSTRAINTS: u8 = last_octet(&oid::NAME_CONSTRAINTS);
    pub(in crate::lint) const CRL_DISTRIBUTION_POINTS: u8 = last_octet(&oid::CRL_DISTRIBUTION_POINTS);
    pub(in crate::lint) const CERTIFICATE_POLICIES: u8 = last_octet(&oid::CERTIFICATE_POLICIES);
    pub(in crate::lint) const POLICY_MAPPINGS: u8 = last_octet(&oid::POLICY_MAPPINGS);
    pub(in crate::lint) const AUTHORITY_KEY_ID: u8 = last_octet(&oid::AUTHORITY_KEY_IDENTIFIER);
    pub(in crate::lint) const POLICY_CONSTRAINTS: u8 = last_octet(&oid::POLICY_CONSTRAINTS);
    pub(in crate::lint) const EXTENDED_KEY_USAGE: u8 = last_octet(&oid::EXTENDED_KEY_USAGE);
    pub(in crate::lint) const FRESHEST_CRL: u8 = last_octet(&oid::FRESHEST_CRL);
    pub(in crate::lint) const INHIBIT_ANY_POLICY: u8 = last_octet(&oid::INHIBIT_ANY_POLICY);
    /// authorityInfoAccess and subjectInfoAccess (RFC 5280 section 4.2.2)
    pub(in crate::lint) const AUTHORITY_INFO_ACCESS: u8 = 101;
    pub(in crate::lint) const SUBJECT_INFO_ACCESS: u8 = 111;
    /// An extension none of our lints knows.
    pub(in crate::lint) const OTHER: u8 = 0;
}

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

fn short_name(found: &[u8]) -> u8 {
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
    match found {
        [0x55, 0x1d, last] if KNOWN.contains(last) => *last,
        _ if found == oid::AUTHORITY_INFO_ACCESS.as_bytes() => id::AUTHORITY_INFO_ACCESS,
        _ if found == oid::SUBJECT_INFO_ACCESS.as_bytes() => id::SUBJECT_INFO_ACCESS,
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
