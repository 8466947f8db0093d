//! DER building and walking, over the `der` crate: what its typed structures do not let us say byte for byte.
//!
//! Names with several equal attributes, URLs that are not ASCII and certificates read from others must keep
//! their exact bytes, so they are built and taken apart as tag, length and value.

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Decode, Encode, Reader, SliceReader, Tag, TagNumber};

/// One element: a tag and its contents.
///
/// Lengths beyond 256 MiB cannot be written; no input we accept comes near.
pub fn element(tag: Tag, contents: &[u8]) -> Vec<u8> {
    AnyRef::new(tag, contents).and_then(|any| any.to_der()).unwrap_or_default()
}

/// A SEQUENCE of finished elements.
pub fn sequence(elements: &[Vec<u8>]) -> Vec<u8> {
    element(Tag::Sequence, &elements.concat())
}

/// A SET OF, its elements in DER order (X.690 section 11.6).
pub fn set_of(mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    element(Tag::Set, &elements.concat())
}

/// A context-specific tag.
pub fn context(number: u32, constructed: bool, contents: &[u8]) -> Vec<u8> {
    element(Tag::ContextSpecific { constructed, number: TagNumber(number) }, contents)
}

/// An OBJECT IDENTIFIER.
pub fn oid(oid: &ObjectIdentifier) -> Vec<u8> {
    element(Tag::ObjectIdentifier, oid.as_bytes())
}

/// An INTEGER of a small number.
pub fn integer(value: u32) -> Vec<u8> {
    // Encoding a machine integer cannot fail.
    value.to_der().unwrap_or_default()
}

/// A BOOLEAN TRUE.
pub fn boolean_true() -> Vec<u8> {
    element(Tag::Boolean, &[0xff])
}

/// A BIT STRING without unused bits.
pub fn bit_string(bytes: &[u8]) -> Vec<u8> {
    element(Tag::BitString, &[&[0], bytes].concat())
}

/// The contents of the single element that `der` is, if its tag is `tag`.
///
/// # Errors
/// Another tag, trailing bytes, or no DER.
pub fn contents(tag: Tag, der: &[u8]) -> Result<&[u8], der::Error> {
    let any = AnyRef::from_der(der)?;
    if any.header().tag() != tag {
        return Err(tag.value_error().into());
    }
    Ok(any.value())
}

/// The elements that stand one behind the other in `bytes`, each whole with tag and length.
///
/// # Errors
/// No DER.
pub fn elements(bytes: &[u8]) -> Result<Vec<&[u8]>, der::Error> {
    let mut reader = SliceReader::new(bytes)?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        found.push(reader.tlv_bytes()?);
    }
    Ok(found)
}

/// The elements inside a SEQUENCE.
///
/// # Errors
/// Not a SEQUENCE, or no DER inside.
pub fn sequence_elements(der: &[u8]) -> Result<Vec<&[u8]>, der::Error> {
    elements(contents(Tag::Sequence, der)?)
}

/// Whether the contents of an INTEGER have no octet too many (X.690 section 8.3.2).
pub fn is_minimal_integer(contents: &[u8]) -> bool {
    !matches!(contents, [] | [0x00, 0x00..=0x7f, ..] | [0xff, 0x80..=0xff, ..])
}

/// The length in bits of a number that is not negative, written with the most significant octet first.
pub fn bit_length(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|octet| **octet == 0).count();
    number.get(zeros).map_or(0, |first| (number.len() - zeros) * 8 - first.leading_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_come_apart_as_they_were_put_together() {
        let inner = vec![integer(5), boolean_true(), context(6, false, "ü".as_bytes())];
        let outer = sequence(&inner);
        assert_eq!(sequence_elements(&outer).unwrap(), inner);
        assert!(sequence_elements(&inner[0]).is_err());
        assert!(sequence_elements(&outer[..outer.len() - 1]).is_err());
    }

    #[test]
    fn sets_are_sorted_and_keep_duplicates() {
        let set = set_of(vec![integer(2), integer(1), integer(2)]);
        assert_eq!(set, [0x31, 9, 2, 1, 1, 2, 1, 2, 2, 1, 2]);
    }

    #[test]
    fn numbers_have_a_length_in_bits() {
        for (number, bits) in [(&[][..], 0), (&[0, 0], 0), (&[1], 1), (&[0, 0x80, 0], 16), (&[0x7f, 1], 15)] {
            assert_eq!(bit_length(number), bits, "{number:?}");
        }
    }

    #[test]
    fn integers_are_minimal_and_positive() {
        assert_eq!(integer(0), [2, 1, 0]);
        assert_eq!(integer(128), [2, 2, 0, 128]);
    }
}
