//! Distinguished names (RFC 5280 section 4.1.2.4).

use super::der::{Element, tag};
use crate::vocab::name::attribute_word;
use crate::vocab::oid;

/// A name, its attributes in their order.
#[derive(Debug)]
pub(super) struct Name<'a> {
    pub(super) whole: &'a [u8],
    pub(super) attributes: Vec<Attribute<'a>>,
    /// Whether it is a SEQUENCE of SETs of attributes, none of these empty.
    pub(super) is_well_formed: bool,
}

/// One attribute.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute<'a> {
    /// The contents of its OID.
    pub(super) oid: &'a [u8],
    pub(super) value: Element<'a>,
}

impl<'a> Name<'a> {
    pub(super) fn read(element: Element<'a>) -> Self {
        let mut name = Self { whole: element.whole, attributes: Vec::with_capacity(6), is_well_formed: true };
        let mut sets = element.inner();
        for set in sets.by_ref() {
            let mut members = set.inner();
            let before = name.attributes.len();
            for member in members.by_ref() {
                let mut parts = member.inner();
                match (parts.read(tag::OID), parts.next()) {
                    (Some(oid), Some(value)) if member.tag == tag::SEQUENCE && parts.is_done() => {
                        name.attributes.push(Attribute { oid: oid.contents, value });
                    }
                    _ => name.is_well_formed = false,
                }
            }
            name.is_well_formed &= set.tag == tag::SET && members.is_done() && name.attributes.len() > before;
        }
        name.is_well_formed &= sets.is_done();
        name
    }

    /// Without any attribute, as a name may be.
    pub(super) fn is_empty(&self) -> bool {
        self.is_well_formed && self.attributes.is_empty()
    }

    /// The values of an attribute below `id-at`.
    pub(super) fn values(&self, arc: u8) -> impl Iterator<Item = Element<'a>> {
        self.attributes.iter().filter(move |found| found.arc() == Some(arc)).map(|found| found.value)
    }
}

impl Attribute<'_> {
    /// The last arc below `id-at` (RFC 5280 appendix A.1).
    pub(super) fn arc(&self) -> Option<u8> {
        match self.oid {
            [0x55, 0x04, arc] => Some(*arc),
            _ => None,
        }
    }

    /// How many characters its value has.
    pub(super) fn characters(&self) -> usize {
        let contents = self.value.contents;
        match self.value.tag {
            tag::BMP_STRING => contents.len() / 2,
            tag::UNIVERSAL_STRING => contents.len() / 4,
            tag::UTF8_STRING => contents.iter().filter(|octet| **octet & 0xc0 != 0x80).count(),
            _ => contents.len(),
        }
    }

    /// The word for it in messages.
    pub(super) fn word(&self) -> &'static str {
        attribute_word(self.oid)
    }
}

/// emailAddress (RFC 5280 appendix A.1)
pub(super) const EMAIL_ADDRESS: &[u8] = oid::EMAIL_ADDRESS.as_bytes();
/// domainComponent (RFC 4519 section 2.4)
pub(super) const DOMAIN_COMPONENT: &[u8] = oid::DOMAIN_COMPONENT.as_bytes();

/// Arcs below `id-at` (RFC 5280 appendix A.1).
pub(super) mod arc {
    use crate::vocab::oid::{self, last_octet};

    pub(in crate::lint) const COMMON_NAME: u8 = last_octet(&oid::COMMON_NAME);
    pub(in crate::lint) const SURNAME: u8 = last_octet(&oid::SURNAME);
    pub(in crate::lint) const SERIAL_NUMBER: u8 = last_octet(&oid::SERIAL_NUMBER);
    pub(in crate::lint) const COUNTRY: u8 = last_octet(&oid::COUNTRY);
    pub(in crate::lint) const LOCALITY: u8 = last_octet(&oid::LOCALITY);
    pub(in crate::lint) const STATE: u8 = last_octet(&oid::STATE);
    pub(in crate::lint) const STREET: u8 = last_octet(&oid::STREET);
    pub(in crate::lint) const ORGANIZATION: u8 = last_octet(&oid::ORGANIZATION);
    pub(in crate::lint) const UNIT: u8 = last_octet(&oid::ORGANIZATIONAL_UNIT);
    pub(in crate::lint) const TITLE: u8 = last_octet(&oid::TITLE);
    pub(in crate::lint) const POSTAL_CODE: u8 = last_octet(&oid::POSTAL_CODE);
    pub(in crate::lint) const GIVEN_NAME: u8 = last_octet(&oid::GIVEN_NAME);
    pub(in crate::lint) const DN_QUALIFIER: u8 = last_octet(&oid::DN_QUALIFIER);
    pub(in crate::lint) const PSEUDONYM: u8 = last_octet(&oid::PSEUDONYM);
}

/// The attributes whose values are a DirectoryString.
pub(super) const DIRECTORY_STRINGS: &[u8] = &[
    arc::COMMON_NAME,
    arc::SURNAME,
    arc::LOCALITY,
    arc::STATE,
    arc::STREET,
    arc::ORGANIZATION,
    arc::UNIT,
    arc::TITLE,
    arc::POSTAL_CODE,
    arc::GIVEN_NAME,
    arc::PSEUDONYM,
];

/// Whether a value is a string of a type names have, so that its octets are characters.
pub(super) fn is_text(value: &Element<'_>) -> bool {
    matches!(value.tag, tag::UTF8_STRING | tag::PRINTABLE_STRING | tag::IA5_STRING | tag::VISIBLE_STRING)
}
