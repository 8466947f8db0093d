//! Distinguished names (RFC 5280 section 4.1.2.4) as cfssl builds and rebuilds them.

use const_oid::ObjectIdentifier;
use der::Tag;

use super::{asn1, oid};

/// A subject attribute that has a fixed place in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeType {
    /// C
    Country,
    /// ST
    State,
    /// L
    Locality,
    /// street
    Street,
    /// postalCode
    PostalCode,
    /// O
    Organization,
    /// OU
    OrganizationalUnit,
    /// CN
    CommonName,
    /// serialNumber
    SerialNumber,
}

/// In the order of a name's relative distinguished names.
const ATTRIBUTE_TYPES: [(AttributeType, ObjectIdentifier); 9] = [
    (AttributeType::Country, oid::COUNTRY),
    (AttributeType::State, oid::STATE),
    (AttributeType::Locality, oid::LOCALITY),
    (AttributeType::Street, oid::STREET),
    (AttributeType::PostalCode, oid::POSTAL_CODE),
    (AttributeType::Organization, oid::ORGANIZATION),
    (AttributeType::OrganizationalUnit, oid::ORGANIZATIONAL_UNIT),
    (AttributeType::CommonName, oid::COMMON_NAME),
    (AttributeType::SerialNumber, oid::SERIAL_NUMBER),
];

/// What an attribute is called in messages, and how many characters it may have: RFC 5280 appendix A.1 (ub-common-name
/// and so on); street and postal code by X.520.
const ATTRIBUTES: [(ObjectIdentifier, &str, Option<usize>); 16] = [
    (oid::COMMON_NAME, "common name (CN)", Some(64)),
    (oid::ORGANIZATION, "organization (O)", Some(64)),
    (oid::ORGANIZATIONAL_UNIT, "organizational unit (OU)", Some(64)),
    (oid::COUNTRY, "country (C)", None),
    (oid::LOCALITY, "locality (L)", Some(128)),
    (oid::STATE, "state (ST)", Some(128)),
    (oid::SERIAL_NUMBER, "serial number", Some(64)),
    (oid::STREET, "street", Some(128)),
    (oid::POSTAL_CODE, "postal code", Some(40)),
    (oid::TITLE, "title", Some(64)),
    (oid::EMAIL_ADDRESS, "e-mail address", Some(255)),
    (oid::SURNAME, "surname", None),
    (oid::GIVEN_NAME, "given name", None),
    (oid::DN_QUALIFIER, "name qualifier", None),
    (oid::PSEUDONYM, "pseudonym", None),
    (oid::DOMAIN_COMPONENT, "domain component (DC)", None),
];

/// The word for an attribute, by the contents of its OID.
pub fn attribute_word(oid: &[u8]) -> &'static str {
    ATTRIBUTES.iter().find(|row| row.0.as_bytes() == oid).map_or("attribute", |row| row.1)
}

/// How many characters an attribute may have, by the contents of its OID.
pub fn upper_bound(oid: &[u8]) -> Option<usize> {
    ATTRIBUTES.iter().find(|row| row.0.as_bytes() == oid).and_then(|row| row.2)
}

impl AttributeType {
    /// Every type, in the order of a name.
    pub fn all() -> impl Iterator<Item = Self> {
        ATTRIBUTE_TYPES.iter().map(|row| row.0)
    }

    /// Its OID.
    pub fn oid(self) -> ObjectIdentifier {
        ATTRIBUTE_TYPES[self as usize].1
    }

    /// The type that the contents of an OID name, if it has a fixed place.
    fn from_octets(oid: &[u8]) -> Option<Self> {
        ATTRIBUTE_TYPES.iter().find(|row| row.1.as_bytes() == oid).map(|row| row.0)
    }

    /// A name has one common name and one serial number; of the others it may have several.
    fn is_single(self) -> bool {
        matches!(self, Self::CommonName | Self::SerialNumber)
    }
}

/// A name by its attributes; the order and grouping of its encoding follow from the types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DistinguishedName {
    fixed: [Vec<String>; ATTRIBUTE_TYPES.len()],
    extra: Vec<(ObjectIdentifier, String)>,
}

/// A name that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// Not a sequence of sets of attributes.
    #[error("the name is not a sequence of attribute sets")]
    Malformed(#[from] der::Error),
    /// A value that is not of one of the string types, or not valid in its type.
    #[error("the value of the attribute {0} is not a valid string")]
    NotAString(ObjectIdentifier),
}

impl DistinguishedName {
    /// Adds a value; an empty one is no value. A second common name or serial number replaces the first.
    pub fn add(&mut self, kind: AttributeType, value: impl Into<String>) {
        let value = value.into();
        let values = &mut self.fixed[kind as usize];
        if kind.is_single() {
            values.clear();
        }
        if !value.is_empty() {
            values.push(value);
        }
    }

    /// Adds an attribute behind those with a fixed place, whatever its type.
    pub fn add_extra(&mut self, oid: ObjectIdentifier, value: impl Into<String>) {
        self.extra.push((oid, value.into()));
    }

    /// The values of a type.
    pub fn values(&self, kind: AttributeType) -> &[String] {
        &self.fixed[kind as usize]
    }

    /// The common name; empty when there is none.
    pub fn common_name(&self) -> &str {
        self.values(AttributeType::CommonName).first().map_or("", String::as_str)
    }

    /// Nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.fixed.iter().all(Vec::is_empty) && self.extra.is_empty()
    }

    /// Whether attributes were added behind those with a fixed place.
    pub fn has_extra(&self) -> bool {
        !self.extra.is_empty()
    }

    /// The attributes that have a fixed place, alone.
    #[must_use]
    pub fn without_extra(&self) -> Self {
        Self { fixed: self.fixed.clone(), extra: Vec::new() }
    }

    /// This name where it has values of a type, `other` where it has none; attributes without a fixed place and
    /// those cfssl's SUBJECT cannot name (street, postalCode) are those of this name alone.
    #[must_use]
    pub fn or_values_of(mut self, other: &Self) -> Self {
        for (kind, _) in ATTRIBUTE_TYPES {
            let nameable = !matches!(kind, AttributeType::Street | AttributeType::PostalCode);
            if nameable && self.values(kind).is_empty() {
                self.fixed[kind as usize] = other.values(kind).to_vec();
            }
        }
        self
    }

    /// The DER of the name.
    ///
    /// All values of a type stand in one relative distinguished name; an extra attribute of a type with a fixed
    /// place takes that place's values away.
    pub fn to_der(&self) -> Vec<u8> {
        self.written(|_, value| tag_of(value))
    }

    /// The same with the types that RFC 5280 appendix A.1 has for e-mail addresses and domain components, which cfssl
    /// writes as it writes all others.
    pub fn to_exact_der(&self) -> Vec<u8> {
        self.written(|oid, value| match *oid {
            oid::EMAIL_ADDRESS | oid::DOMAIN_COMPONENT if value.is_ascii() => Tag::Ia5String,
            _ => tag_of(value),
        })
    }

    fn written(&self, tag: impl Fn(&ObjectIdentifier, &str) -> Tag) -> Vec<u8> {
        let attribute = |out: &mut Vec<u8>, oid: &ObjectIdentifier, value: &str| {
            asn1::write(out, Tag::Sequence, |out| {
                asn1::write_octets(out, Tag::ObjectIdentifier, oid.as_bytes());
                asn1::write_octets(out, tag(oid, value), value.as_bytes());
            });
        };
        let attribute_alone = |oid: &ObjectIdentifier, value: &str| {
            let mut alone = Vec::new();
            attribute(&mut alone, oid, value);
            alone
        };
        let rdns = |out: &mut Vec<u8>| {
            for (kind, oid) in &ATTRIBUTE_TYPES {
                match self.values(*kind) {
                    [] => {}
                    _ if self.extra.iter().any(|(extra, _)| extra == oid) => {}
                    [value] => asn1::write(out, Tag::Set, |out| attribute(out, oid, value)),
                    values => {
                        let attributes = values.iter().map(|value| attribute_alone(oid, value)).collect();
                        out.extend(asn1::set_of(attributes));
                    }
                }
            }
            for (oid, value) in &self.extra {
                asn1::write(out, Tag::Set, |out| attribute(out, oid, value));
            }
        };
        let mut name = Vec::with_capacity(USUAL_LENGTH);
        asn1::write(&mut name, Tag::Sequence, rdns);
        name
    }

    /// Reads a name: of a common name or serial number given several times the last counts, attributes without
    /// a fixed place are kept in their order. A value of another type than the strings cfssl reads (VisibleString,
    /// a number) is left out, as by cfssl.
    ///
    /// # Errors
    /// Malformed, or with a string that is not valid in its type.
    pub fn from_der(der: &[u8]) -> Result<Self, NameError> {
        let mut name = Self::default();
        let mut rdns = asn1::contents(Tag::Sequence, der)?;
        while !rdns.is_empty() {
            let (rdn, rest) = asn1::split_first(rdns)?;
            let mut attributes = asn1::contents(Tag::Set, rdn)?;
            while !attributes.is_empty() {
                let (attribute, rest) = asn1::split_first(attributes)?;
                name.add_read(attribute)?;
                attributes = rest;
            }
            rdns = rest;
        }
        Ok(name)
    }

    /// Adds an attribute as [`Self::from_der`] reads it.
    fn add_read(&mut self, attribute: &[u8]) -> Result<(), NameError> {
        let (oid, value) = asn1::split_first(asn1::contents(Tag::Sequence, attribute)?)?;
        let oid = asn1::contents(Tag::ObjectIdentifier, oid)?;
        let (tag, value) = asn1::tag_and_contents(value)?;
        let kind = AttributeType::from_octets(oid);
        let oid = match kind {
            Some(kind) => kind.oid(),
            None => ObjectIdentifier::from_bytes(oid).map_err(der::Error::from)?,
        };
        if !STRING_TAGS.contains(&tag) {
            return Ok(());
        }
        let text = read_string(tag, value).ok_or(NameError::NotAString(oid))?;
        match kind {
            Some(kind) => self.add(kind, text),
            None => self.add_extra(oid, text),
        }
        Ok(())
    }
}

/// PrintableString where its alphabet suffices, UTF8String otherwise (RFC 5280 section 4.1.2.4).
fn tag_of(value: &str) -> Tag {
    if value.bytes().all(is_printable) { Tag::PrintableString } else { Tag::Utf8String }
}

/// What most names need no more octets than.
const USUAL_LENGTH: usize = 128;

/// X.680 section 41.4, table 10.
fn is_printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte)
}

/// The types of string cfssl reads.
const STRING_TAGS: [Tag; 6] = [
    Tag::Utf8String,
    Tag::PrintableString,
    Tag::NumericString,
    Tag::Ia5String,
    Tag::TeletexString,
    Tag::BmpString,
];

/// What Go's reader accepts: `*`, `&` and `_` are common in PrintableStrings; T61String is read as Latin-1.
fn read_string(tag: Tag, value: &[u8]) -> Option<String> {
    let text = || std::str::from_utf8(value).ok().map(str::to_owned);
    let ascii = |allowed: fn(u8) -> bool| text().filter(|text| text.bytes().all(allowed));
    match tag {
        Tag::Utf8String => text(),
        Tag::PrintableString => ascii(|byte| is_printable(byte) || byte == b'*' || byte == b'&'),
        Tag::NumericString => ascii(|byte| byte.is_ascii_digit() || byte == b' '),
        Tag::Ia5String => ascii(|byte| byte.is_ascii()),
        Tag::TeletexString => Some(value.iter().map(|byte| char::from(*byte)).collect()),
        Tag::BmpString => {
            let units: Vec<_> = value
                .chunks(2)
                .map(|pair| u16::from_be_bytes([pair[0], *pair.get(1)?]).into())
                .collect::<Option<Vec<u16>>>()?;
            let text = String::from_utf16_lossy(&units);
            Some(text.trim_end_matches('\0').to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_another_type_is_left_out_and_a_bad_string_refused() {
        let read = |tag, value: &[u8]| {
            let attribute = asn1::sequence(&[asn1::oid(&oid::COMMON_NAME), asn1::element(tag, value)]);
            DistinguishedName::from_der(&asn1::sequence(&[asn1::set_of(vec![attribute])]))
        };
        assert_eq!(read(Tag::Utf8String, b"x").unwrap().common_name(), "x");
        assert!(read(Tag::VisibleString, b"x").unwrap().is_empty());
        assert!(read(Tag::Integer, b"\x05").unwrap().is_empty());
        let error = read(Tag::PrintableString, b"\x01").unwrap_err();
        assert_eq!(error.to_string(), "the value of the attribute 2.5.4.3 is not a valid string");
    }

    fn name(values: &[(AttributeType, &str)]) -> DistinguishedName {
        let mut name = DistinguishedName::default();
        for (kind, value) in values {
            name.add(*kind, *value);
        }
        name
    }

    #[test]
    fn types_stand_in_their_order_and_values_share_a_set() {
        use AttributeType::*;
        let der =
            name(&[(CommonName, "x"), (Organization, "b"), (Organization, "a"), (Country, "US")]).to_der();
        let expected = [
            &[0x30, 50][..],
            &[0x31, 11, 0x30, 9, 6, 3, 85, 4, 6, 0x13, 2, b'U', b'S'],
            &[0x31, 20, 0x30, 8, 6, 3, 85, 4, 10, 0x13, 1, b'a', 0x30, 8, 6, 3, 85, 4, 10, 0x13, 1, b'b'],
            &[0x31, 10, 0x30, 8, 6, 3, 85, 4, 3, 0x13, 1, b'x'],
        ]
        .concat();
        assert_eq!(der[2..], expected[2..]);
    }

    #[test]
    fn the_table_is_in_the_order_of_the_types() {
        for (index, (kind, oid)) in ATTRIBUTE_TYPES.iter().enumerate() {
            assert_eq!(*kind as usize, index);
            assert_eq!(AttributeType::from_octets(oid.as_bytes()), Some(*kind));
        }
    }

    #[test]
    fn a_value_outside_the_printable_alphabet_is_utf8() {
        for (value, tag) in [
            ("a b'()+,-./:=?", Tag::PrintableString),
            ("a*b", Tag::Utf8String),
            ("a@b", Tag::Utf8String),
            ("a_b", Tag::Utf8String),
            ("Ü", Tag::Utf8String),
            ("a&b", Tag::Utf8String),
        ] {
            assert_eq!(tag_of(value), tag, "{value}");
        }
    }

    #[test]
    fn an_exact_name_has_the_types_of_the_rfc() {
        let mut name = name(&[(AttributeType::CommonName, "x")]);
        name.add_extra(oid::EMAIL_ADDRESS, "a@b");
        let [written, exact] = [name.to_der(), name.to_exact_der()];
        let tag = |der: &[u8]| der[der.len() - 5];
        assert_eq!([tag(&written), tag(&exact)], [0x0c, 0x16]);
        assert_eq!(written[..written.len() - 5], exact[..exact.len() - 5]);
    }

    #[test]
    fn reading_and_writing_agree() {
        let mut written = name(&[(AttributeType::Country, "ÜÜ"), (AttributeType::SerialNumber, "7")]);
        written.add_extra(oid::EMAIL_ADDRESS, "a@b");
        written.add(AttributeType::Street, "Main Street 1");
        assert_eq!(DistinguishedName::from_der(&written.to_der()).unwrap(), written);
        assert!(DistinguishedName::from_der(&written.to_der()[..20]).is_err());
    }

    #[test]
    fn an_extra_attribute_takes_the_fixed_place_away() {
        let mut twice = name(&[(AttributeType::Country, "US")]);
        twice.add_extra(oid::COUNTRY, "DE");
        assert_eq!(
            DistinguishedName::from_der(&twice.to_der()).unwrap(),
            name(&[(AttributeType::Country, "DE")])
        );
    }

    #[test]
    fn a_subject_override_replaces_type_by_type() {
        let own = name(&[(AttributeType::Organization, "new")]);
        let mut csr = name(&[
            (AttributeType::Organization, "old"),
            (AttributeType::CommonName, "cn"),
            (AttributeType::Street, "gone"),
        ]);
        csr.add_extra(oid::EMAIL_ADDRESS, "gone@x");
        let expected = name(&[(AttributeType::Organization, "new"), (AttributeType::CommonName, "cn")]);
        assert_eq!(own.or_values_of(&csr), expected);
    }

    #[test]
    fn odd_string_types_are_read() {
        let read = |tag, bytes: &[u8]| read_string(tag, bytes);
        assert_eq!(read(Tag::BmpString, &[0, b'A', 0x20, 0xac]), Some("A€".into()));
        assert_eq!(read(Tag::BmpString, &[0]), None);
        assert_eq!(read(Tag::TeletexString, &[0xe9]), Some("é".into()));
        assert_eq!(read(Tag::PrintableString, b"a*"), Some("a*".into()));
        assert_eq!(read(Tag::PrintableString, b"a@"), None);
        assert_eq!(read(Tag::NumericString, b"1 2"), Some("1 2".into()));
        assert_eq!(read(Tag::Integer, &[1]), None);
    }
}
