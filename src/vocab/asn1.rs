//! DER building and walking, over the `der` crate: what its typed structures do not let us say byte for byte.
//!
//! Names with several equal attributes, URLs that are not ASCII and certificates read from others must keep
//! their exact bytes, so they are built and taken apart as tag, length and value.

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Decode, Encode, Header, Length, Reader, SliceReader, Tag, TagNumber};

/// As many elements as a TBSCertificate has.
const USUAL_ELEMENTS: usize = 8;

/// Tag and length are at most so long.
const LARGEST_HEADER: usize = 10;

/// One element: a tag and its contents.
///
/// Lengths beyond 256 MiB cannot be written; no input we accept comes near.
pub fn element(tag: Tag, contents: &[u8]) -> Vec<u8> {
    element_of(tag, &[contents])
}

/// A SEQUENCE of finished elements.
pub fn sequence(elements: &[Vec<u8>]) -> Vec<u8> {
    element_of(Tag::Sequence, elements)
}

/// A SET OF, its elements in DER order (X.690 section 11.6).
pub fn set_of(mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    element_of(Tag::Set, &elements)
}

/// One element whose contents are these parts, one behind the other.
pub fn element_of<P: AsRef<[u8]>>(tag: Tag, parts: &[P]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.as_ref().len()).sum();
    let mut element = Vec::with_capacity(LARGEST_HEADER + length);
    match usual_header(tag, length) {
        Some((octets, count)) => element.extend_from_slice(&octets[..count]),
        None => match header(tag, length) {
            Ok(header) => element.extend(header),
            Err(_) => return Vec::new(),
        },
    }
    parts.iter().for_each(|part| element.extend_from_slice(part.as_ref()));
    element
}

/// Writes one element behind what is there; the contents are what a function writes. Where there is room enough,
/// nothing is copied to another place.
pub fn write(out: &mut Vec<u8>, tag: Tag, contents: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[first_octet(tag), 0]);
    contents(out);
    put_header(out, start, tag);
}

/// Writes one element with these contents behind what is there.
pub fn write_octets(out: &mut Vec<u8>, tag: Tag, contents: &[u8]) {
    write(out, tag, |out| out.extend_from_slice(contents));
}

/// The header, for which two octets were left at `start`, of what stands behind them.
fn put_header(out: &mut Vec<u8>, start: usize, tag: Tag) {
    let contents = start + 2;
    match usual_header(tag, out.len() - contents) {
        Some((octets, count)) => {
            out[start..contents].copy_from_slice(&octets[..2]);
            octets[2..count].iter().rev().for_each(|octet| out.insert(contents, *octet));
        }
        None => {
            let contents = out.split_off(contents);
            out.truncate(start);
            out.extend(element(tag, &contents));
        }
    }
}

/// Tag and length where both are what certificates are full of, and how many octets that takes.
#[inline]
fn usual_header(tag: Tag, length: usize) -> Option<([u8; 4], usize)> {
    let tag = first_octet(tag);
    match u16::try_from(length).ok().filter(|_| is_usual(tag))?.to_be_bytes() {
        [0, length @ 0..=0x7f] => Some(([tag, length, 0, 0], 2)),
        [0, length] => Some(([tag, 0x81, length, 0], 3)),
        [high, low] => Some(([tag, 0x82, high, low], 4)),
    }
}

/// Tag and length as `der` writes them.
fn header(tag: Tag, length: usize) -> Result<Vec<u8>, der::Error> {
    Header::new(tag, Length::try_from(length)?).to_der()
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
    match value {
        0..=0x7f => vec![0x02, 1, value as u8],
        // Encoding a machine integer cannot fail.
        _ => value.to_der().unwrap_or_default(),
    }
}

/// A BOOLEAN TRUE.
pub fn boolean_true() -> Vec<u8> {
    element(Tag::Boolean, &[0xff])
}

/// Writes an AlgorithmIdentifier (RFC 5280 section 4.1.1.2); its parameters are an OBJECT IDENTIFIER, or none.
pub fn write_algorithm(
    out: &mut Vec<u8>,
    algorithm: &ObjectIdentifier,
    parameters: Option<&ObjectIdentifier>,
) {
    write(out, Tag::Sequence, |out| {
        for oid in std::iter::once(algorithm).chain(parameters) {
            write_octets(out, Tag::ObjectIdentifier, oid.as_bytes());
        }
    });
}

/// Writes a BIT STRING without unused bits.
pub fn write_bit_string(out: &mut Vec<u8>, bytes: &[u8]) {
    write(out, Tag::BitString, |out| {
        out.push(0);
        out.extend_from_slice(bytes);
    });
}

/// A BIT STRING without unused bits.
pub fn bit_string(bytes: &[u8]) -> Vec<u8> {
    element_of(Tag::BitString, &[&[0], bytes])
}

/// The contents of the single element that `der` is, if its tag is `tag`.
///
/// # Errors
/// Another tag, trailing bytes, or no DER.
pub fn contents(tag: Tag, der: &[u8]) -> Result<&[u8], der::Error> {
    if let Some((found, start, end)) = usual(der)
        && end == der.len()
        && found == first_octet(tag)
    {
        return Ok(&der[start..]);
    }
    let any = AnyRef::from_der(der)?;
    if any.header().tag() != tag {
        return Err(tag.value_error().into());
    }
    Ok(any.value())
}

/// Tag and contents of the single element that `der` is.
///
/// # Errors
/// Trailing bytes, or no DER.
pub fn tag_and_contents(der: &[u8]) -> Result<(Tag, &[u8]), der::Error> {
    let tag = match der.first() {
        Some(0x0c) => Some(Tag::Utf8String),
        Some(0x13) => Some(Tag::PrintableString),
        Some(0x16) => Some(Tag::Ia5String),
        _ => None,
    };
    match (tag, usual(der)) {
        (Some(tag), Some((_, start, end))) if end == der.len() => Ok((tag, &der[start..])),
        _ => AnyRef::from_der(der).map(|any| (any.header().tag(), any.value())),
    }
}

/// The first element, whole with tag and length, and what stands behind it.
///
/// # Errors
/// No DER.
pub fn split_first(bytes: &[u8]) -> Result<(&[u8], &[u8]), der::Error> {
    let end = match usual(bytes) {
        Some((_, _, end)) => end,
        None => SliceReader::new(bytes)?.tlv_bytes()?.len(),
    };
    Ok(bytes.split_at(end))
}

/// The elements that stand one behind the other in `bytes`, each whole with tag and length.
///
/// # Errors
/// No DER.
pub fn elements(mut bytes: &[u8]) -> Result<Vec<&[u8]>, der::Error> {
    let mut found = Vec::with_capacity(if bytes.is_empty() { 0 } else { USUAL_ELEMENTS });
    while !bytes.is_empty() {
        let (element, rest) = split_first(bytes)?;
        found.push(element);
        bytes = rest;
    }
    Ok(found)
}

/// The tag of the first element, and where its contents begin and end; `None` where tag or length is none that
/// certificates are full of, or is no DER. `der` tells these apart, in a dozen times the instructions.
#[inline]
fn usual(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (tag, start, length) = match *bytes {
        [tag, length @ 0..=0x7f, ..] => (tag, 2, usize::from(length)),
        [tag, 0x81, length @ 0x80..=0xff, ..] => (tag, 3, usize::from(length)),
        [tag, 0x82, high @ 1..=0xff, low, ..] => (tag, 4, usize::from(u16::from_be_bytes([high, low]))),
        _ => return None,
    };
    (is_usual(tag) && start + length <= bytes.len()).then_some((tag, start, start + length))
}

/// The tags that certificates are full of: DER has them in one form only, and they have one octet.
#[inline]
fn is_usual(tag: u8) -> bool {
    matches!(tag, 0x01..=0x06 | 0x0c | 0x13 | 0x16..=0x18 | 0x30 | 0x31 | 0x80..=0x9e | 0xa0..=0xbe)
}

/// The octet of a tag whose number is below 31 (X.690 section 8.1.2.2).
#[inline]
fn first_octet(tag: Tag) -> u8 {
    match tag {
        Tag::BitString => return 0x03,
        Tag::OctetString => return 0x04,
        Tag::ObjectIdentifier => return 0x06,
        Tag::Sequence => return 0x30,
        Tag::Set => return 0x31,
        _ => {}
    }
    // Numbers beyond that have the highest value here, which no tag of less has.
    let number = tag.number().value().min(0x1f) as u8;
    tag.class() as u8 | u8::from(tag.is_constructed()) << 5 | number
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

    /// What `der` says of an element, its tag and its contents.
    fn by_der(bytes: &[u8]) -> Option<(&[u8], AnyRef<'_>)> {
        let element = SliceReader::new(bytes).and_then(|mut reader| reader.tlv_bytes()).ok()?;
        Some((element, AnyRef::from_der(element).ok()?))
    }

    #[test]
    fn usual_elements_are_read_as_der_reads_them() {
        let body = [0x5a; 0x1_0100];
        let lengths: [&[u8]; 13] = [
            &[0],
            &[1],
            &[0x7f],
            &[0x80],
            &[0x81, 0x7f],
            &[0x81, 0x80],
            &[0x81, 0xff],
            &[0x82, 0, 0xff],
            &[0x82, 1, 0],
            &[0x82, 0xff, 0xff],
            &[0x83, 0, 1, 0],
            &[0x83, 1, 0, 0],
            &[0xff],
        ];
        for tag in 0..=0xff {
            for length in lengths {
                for kept in [0, 1, 0x7f, 0x80, 0x100, body.len()] {
                    let bytes = [&[tag], length, &body[..kept]].concat();
                    let Some((found, start, end)) = usual(&bytes) else { continue };
                    let (element, any) = by_der(&bytes).expect("der takes it");
                    assert_eq!((&bytes[..end], &bytes[start..end]), (element, any.value()));
                    assert_eq!(found, first_octet(any.header().tag()), "{tag:#x} {length:?}");
                    assert_eq!(contents(any.header().tag(), element).unwrap(), any.value());
                }
            }
        }
    }

    #[test]
    fn elements_are_written_as_der_writes_them() {
        let tags = [
            Tag::Sequence,
            Tag::Set,
            Tag::Integer,
            Tag::BitString,
            Tag::OctetString,
            Tag::ObjectIdentifier,
            Tag::Utf8String,
            Tag::PrintableString,
            Tag::Ia5String,
            Tag::BmpString,
            Tag::ContextSpecific { constructed: true, number: TagNumber(30) },
            Tag::ContextSpecific { constructed: false, number: TagNumber(31) },
            Tag::ContextSpecific { constructed: false, number: TagNumber(1000) },
            Tag::Application { constructed: true, number: TagNumber(3) },
        ];
        for tag in tags {
            for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000] {
                let contents = vec![7; length];
                let by_der = AnyRef::new(tag, &contents).unwrap().to_der().unwrap();
                assert_eq!(element(tag, &contents), by_der, "{tag} {length}");
                assert_eq!(super::contents(tag, &by_der).unwrap(), contents);
                assert_eq!(tag_and_contents(&by_der).unwrap(), (tag, &contents[..]));
                let mut written = b"before".to_vec();
                write_octets(&mut written, tag, &contents);
                assert_eq!(written, [b"before", &by_der[..]].concat(), "{tag} {length}");
            }
        }
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
        assert_eq!(integer(127), [2, 1, 127]);
        assert_eq!(integer(128), [2, 2, 0, 128]);
    }
}
