//! One DER element after the other, as strict as Go is: minimal lengths, minimal integers, arcs below 2^31.

use x509_parser::asn1_rs::{Any, FromDer, ToDer};

use crate::vocab::asn1::is_minimal_integer;

/// Identifier octets (X.690 section 8.1.2) of the elements we look for.
pub(super) mod tag {
    pub(in crate::inspect) const BOOLEAN: u8 = 0x01;
    pub(in crate::inspect) const INTEGER: u8 = 0x02;
    pub(in crate::inspect) const BIT_STRING: u8 = 0x03;
    pub(in crate::inspect) const OCTET_STRING: u8 = 0x04;
    pub(in crate::inspect) const NULL: u8 = 0x05;
    pub(in crate::inspect) const OID: u8 = 0x06;
    pub(in crate::inspect) const UTF8_STRING: u8 = 0x0c;
    pub(in crate::inspect) const NUMERIC_STRING: u8 = 0x12;
    pub(in crate::inspect) const PRINTABLE_STRING: u8 = 0x13;
    pub(in crate::inspect) const T61_STRING: u8 = 0x14;
    pub(in crate::inspect) const IA5_STRING: u8 = 0x16;
    pub(in crate::inspect) const UTC_TIME: u8 = 0x17;
    pub(in crate::inspect) const GENERALIZED_TIME: u8 = 0x18;
    pub(in crate::inspect) const BMP_STRING: u8 = 0x1e;
    pub(in crate::inspect) const SEQUENCE: u8 = 0x30;
    pub(in crate::inspect) const SET: u8 = 0x31;
}

/// The low five bits of an identifier octet that announce a tag number above 30.
const HIGH_TAG: u8 = 0x1f;

/// A tag-length-value triple.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    /// The identifier octet: class, constructed bit, tag number.
    pub(super) tag: u8,
    /// The value.
    pub(super) content: &'a [u8],
    /// Tag, length, and value.
    pub(super) full: &'a [u8],
}

impl Element<'_> {
    /// Whether the tag number is above 30 and so not in `tag`.
    pub(super) fn has_high_tag(&self) -> bool {
        self.tag & HIGH_TAG == HIGH_TAG
    }
}

/// The elements of a DER value. Every `read` either takes one element and moves on, or says `None`.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(der: &'a [u8]) -> Self {
        Self(der)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bytes are left.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether an element with this tag is next.
    pub(super) fn next_is(&self, tag: u8) -> bool {
        self.0.first() == Some(&tag)
    }

    /// The next element, whatever it is.
    pub(super) fn element(&mut self) -> Option<Element<'a>> {
        let (rest, any) = Any::from_der(self.0).ok()?;
        let full = &self.0[..self.0.len() - rest.len()];
        // X.690 section 10.1: "the minimum number of octets"; the crate does not insist.
        let shortest = any.header.to_der_len().ok()? + any.data.len();
        if full.len() != shortest {
            return None;
        }
        self.0 = rest;
        Some(Element { tag: *full.first()?, content: any.data, full })
    }

    /// The next element if it has this tag.
    pub(super) fn element_of(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.next_is(tag) { self.element() } else { None }
    }

    /// The value of the next element if it has this tag.
    pub(super) fn read(&mut self, tag: u8) -> Option<&'a [u8]> {
        Some(self.element_of(tag)?.content)
    }

    /// The elements inside the next element if it has this tag.
    pub(super) fn inside(&mut self, tag: u8) -> Option<Self> {
        self.read(tag).map(Self)
    }

    /// `None` for a malformed element, `Some(None)` where none with this tag is next.
    pub(super) fn optional(&mut self, tag: u8) -> Option<Option<&'a [u8]>> {
        if self.next_is(tag) { self.read(tag).map(Some) } else { Some(None) }
    }

    /// The two's complement octets of an INTEGER, as few as possible (X.690 section 8.3.2).
    pub(super) fn integer(&mut self) -> Option<&'a [u8]> {
        minimal_integer(self.read(tag::INTEGER)?)
    }

    /// An INTEGER that fits.
    pub(super) fn int64(&mut self) -> Option<i64> {
        int64(self.integer()?)
    }

    /// A BOOLEAN; DER has one true (X.690 section 11.1).
    pub(super) fn boolean(&mut self) -> Option<bool> {
        boolean(self.read(tag::BOOLEAN)?)
    }

    /// An OBJECT IDENTIFIER.
    pub(super) fn oid(&mut self) -> Option<Oid> {
        Oid::from_content(self.read(tag::OID)?)
    }

    /// A BIT STRING.
    pub(super) fn bit_string(&mut self) -> Option<BitString<'a>> {
        BitString::from_content(self.read(tag::BIT_STRING)?)
    }
}

pub(super) fn minimal_integer(content: &[u8]) -> Option<&[u8]> {
    is_minimal_integer(content).then_some(content)
}

/// The value of two's complement octets.
pub(super) fn int64(octets: &[u8]) -> Option<i64> {
    let first = *octets.first()?;
    if octets.len() > 8 {
        return None;
    }
    let sign = if first & 0x80 == 0 { 0 } else { -1 };
    Some(octets.iter().fold(sign, |value, octet| (value << 8) | i64::from(*octet)))
}

pub(super) fn boolean(content: &[u8]) -> Option<bool> {
    match content {
        [0x00] => Some(false),
        [0xff] => Some(true),
        _ => None,
    }
}

/// An OBJECT IDENTIFIER as Go keeps it: its arcs, each below 2^31. Neither of our crates reads them so: asn1-rs takes
/// the first octet for the first two arcs (wrong from 2.48 on), const-oid stops at 39 octets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Oid(Vec<u32>);

impl Oid {
    /// Reads the value octets (X.690 section 8.19).
    pub(super) fn from_content(content: &[u8]) -> Option<Self> {
        let mut numbers = content.split_inclusive(|octet| octet & 0x80 == 0).map(base_128);
        let first = numbers.next()??;
        let mut arcs = if first < 80 { vec![first / 40, first % 40] } else { vec![2, first - 80] };
        for number in numbers {
            arcs.push(number?);
        }
        Some(Self(arcs))
    }

    pub(super) fn arcs(&self) -> &[u32] {
        &self.0
    }

    /// Dotted decimal.
    pub(super) fn dotted(&self) -> String {
        self.0.iter().map(u32::to_string).collect::<Vec<_>>().join(".")
    }
}

/// One number of an OID: base 128, most significant first, minimal, terminated, below 2^31.
fn base_128(octets: &[u8]) -> Option<u32> {
    let (last, leading) = octets.split_last()?;
    if last & 0x80 != 0 || leading.first() == Some(&0x80) {
        return None;
    }
    let number = octets.iter().try_fold(0_u64, |number, octet| {
        (number <= u64::from(u32::MAX)).then(|| (number << 7) | u64::from(octet & 0x7f))
    })?;
    i32::try_from(number).ok()?.try_into().ok()
}

/// A BIT STRING with its unused bits zero, as DER wants it (X.690 section 11.2.1).
#[derive(Clone, Copy)]
pub(super) struct BitString<'a> {
    /// The bits, padded at the end to whole bytes.
    pub(super) bytes: &'a [u8],
    /// How many bits of the last byte are padding.
    unused: u8,
}

impl<'a> BitString<'a> {
    /// Reads the value octets (X.690 section 8.6).
    pub(super) fn from_content(content: &'a [u8]) -> Option<Self> {
        let (unused, bytes) = content.split_first()?;
        let padding_fits = match bytes.last() {
            None => *unused == 0,
            Some(last) => *unused <= 7 && last & ((1 << *unused) - 1) == 0,
        };
        padding_fits.then_some(Self { bytes, unused: *unused })
    }

    pub(super) fn bit_length(&self) -> usize {
        self.bytes.len() * 8 - usize::from(self.unused)
    }

    /// The bits as whole bytes with the padding in front, which is how Go reads keys and signatures.
    pub(super) fn right_aligned(&self) -> Vec<u8> {
        if self.unused == 0 {
            return self.bytes.to_vec();
        }
        let mut above = 0;
        let shift = |byte: &u8| {
            let moved = (above << (8 - self.unused)) | (byte >> self.unused);
            above = *byte;
            moved
        };
        self.bytes.iter().map(shift).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_come_one_by_one() {
        let mut reader = Reader::new(&[0x30, 0x03, 0x02, 0x01, 0x05, 0x05, 0x00]);
        let mut inner = reader.inside(tag::SEQUENCE).unwrap();
        assert_eq!(inner.int64(), Some(5));
        assert!(inner.is_empty());
        assert_eq!(reader.read(tag::OCTET_STRING), None);
        assert_eq!(reader.len(), 2);
        assert_eq!(reader.element().unwrap().full, [0x05, 0x00]);
        assert!(reader.element().is_none());
    }

    #[test]
    fn lengths_are_minimal_and_within_the_input() {
        for bad in
            [&[0x04, 0x81, 0x01, 0xaa][..], &[0x04, 0x80, 0, 0], &[0x04, 0x02, 0xaa], &[0x04], &[0x1f], &[]]
        {
            assert!(Reader::new(bad).element().is_none(), "{bad:x?}");
        }
        let mut long = vec![0x04, 0x81, 0x80];
        long.resize(3 + 0x80, 0);
        assert!(Reader::new(&long).element().is_some());
        long.splice(1..3, [0x82, 0x00, 0x80]);
        assert!(Reader::new(&long).element().is_none());
    }

    #[test]
    fn integers() {
        for (octets, value) in
            [(&[0x00][..], 0), (&[0x7f], 127), (&[0x00, 0x80], 128), (&[0x80], -128), (&[0xff, 0x7f], -129)]
        {
            assert_eq!(minimal_integer(octets).and_then(int64), Some(value));
        }
        assert_eq!(int64(&[0x80, 0, 0, 0, 0, 0, 0, 0]), Some(i64::MIN));
        assert_eq!(int64(&[0x01, 0, 0, 0, 0, 0, 0, 0, 0]), None);
        for bad in [&[][..], &[0x00, 0x7f], &[0xff, 0x80]] {
            assert_eq!(minimal_integer(bad), None);
        }
    }

    #[test]
    fn oids() {
        let arcs = |content: &[u8]| Oid::from_content(content).map(|oid| oid.dotted());
        assert_eq!(arcs(&[0x55, 0x04, 0x03]).as_deref(), Some("2.5.4.3"));
        assert_eq!(arcs(&[0x88, 0x37]).as_deref(), Some("2.999"));
        assert_eq!(arcs(&[0x2a, 0x87, 0xff, 0xff, 0xff, 0x7f]).as_deref(), Some("1.2.2147483647"));
        for bad in [
            &[][..],
            &[0x55, 0x80, 0x01],
            &[0x55, 0x84],
            &[0x2a, 0x88, 0x80, 0x80, 0x80, 0x00],
            &[0x2a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ] {
            assert_eq!(arcs(bad), None, "{bad:x?}");
        }
    }

    #[test]
    fn bit_strings() {
        let aligned = |content: &[u8]| BitString::from_content(content).map(|bits| bits.right_aligned());
        assert_eq!(aligned(&[0x00, 0xab, 0xcd]), Some(vec![0xab, 0xcd]));
        assert_eq!(aligned(&[0x04, 0xab, 0xc0]), Some(vec![0x0a, 0xbc]));
        assert_eq!(aligned(&[0x00]), Some(vec![]));
        for bad in [&[][..], &[0x01], &[0x08, 0x00], &[0x04, 0xab]] {
            assert_eq!(aligned(bad), None, "{bad:x?}");
        }
        assert_eq!(BitString::from_content(&[0x03, 0xf8]).unwrap().bit_length(), 5);
    }
}
