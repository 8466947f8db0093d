//! DER, written byte by byte: what refuses to write nonsense is no use here.

use const_oid::ObjectIdentifier;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const UTF8_STRING: u8 = 0x0c;
pub(crate) const PRINTABLE_STRING: u8 = 0x13;
pub(crate) const IA5_STRING: u8 = 0x16;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// An element.
pub(crate) fn element(tag: u8, content: impl AsRef<[u8]>) -> Vec<u8> {
    let content = content.as_ref();
    let length = content.len().to_be_bytes();
    let significant = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let header = match content.len() {
        short @ ..0x80 => vec![tag, short as u8],
        _ => [&[tag, 0x80 | significant.len() as u8], significant].concat(),
    };
    [&header, content].concat()
}

/// An element whose length takes an octet more than needed.
pub(crate) fn long_form(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len() as u16;
    let header = match length {
        ..0x80 => vec![tag, 0x81, length as u8],
        0x80..0x100 => vec![tag, 0x82, 0, length as u8],
        _ => vec![tag, 0x83, 0, (length >> 8) as u8, length as u8],
    };
    [&header, content].concat()
}

/// An element without a length, up to two zeros: BER only.
pub(crate) fn indefinite(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, 0x80], content, &[0, 0]].concat()
}

pub(crate) fn sequence(parts: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    element(SEQUENCE, parts.into_iter().collect::<Vec<_>>().concat())
}

/// The number with the tag `[number]`, constructed.
pub(crate) fn tagged(number: u8, content: impl AsRef<[u8]>) -> Vec<u8> {
    element(0xa0 | number, content)
}

/// The same, primitive.
pub(crate) fn implicit(number: u8, content: impl AsRef<[u8]>) -> Vec<u8> {
    element(0x80 | number, content)
}

pub(crate) fn oid(dotted: &str) -> Vec<u8> {
    element(0x06, ObjectIdentifier::new(dotted).unwrap().as_bytes())
}

pub(crate) fn bits(unused: u8, octets: &[u8]) -> Vec<u8> {
    element(BIT_STRING, [&[unused], octets].concat())
}

pub(crate) fn null() -> Vec<u8> {
    element(0x05, [])
}

/// The content of an element.
pub(crate) fn content(der: &[u8]) -> &[u8] {
    let header = match der[1] {
        ..0x80 => 2,
        long => 2 + usize::from(long & 0x7f),
    };
    &der[header..]
}

/// A certificate, request or list taken apart into what is signed, the algorithm and the signature.
pub(crate) fn signed_parts(der: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = content(der);
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let size = rest.len() - content(rest).len() + length(rest);
        parts.push(rest[..size].to_vec());
        rest = &rest[size..];
    }
    parts
}

/// The length of an element's content.
fn length(der: &[u8]) -> usize {
    match der[1] {
        short @ ..0x80 => short.into(),
        long => {
            der[2..2 + usize::from(long & 0x7f)].iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
        }
    }
}
