//! Whether bytes are DER: a walk over all elements, whatever they mean (X.690 sections 8, 10 and 11).

use super::der::{self, tag};
use crate::vocab::asn1::is_minimal_integer;

/// A way not to be DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Defect {
    /// A length that is only known at the end (X.690 section 10.1).
    IndefiniteLength,
    /// A length with more octets than it needs (section 10.1).
    LongLength,
    /// A BOOLEAN that is neither 00 nor ff (section 11.1).
    Boolean,
    /// An INTEGER with more octets than it needs, or none (section 8.3.2).
    Integer,
    /// A SET OF whose elements are not sorted (section 11.6).
    Set,
    /// Unused bits of a BIT STRING that are not zero, or more than there are (section 11.2).
    UnusedBits,
    /// A string in pieces (section 10.2), or a SEQUENCE that is none.
    Constructed,
    /// An OBJECT IDENTIFIER with padding or without an end (section 8.19).
    ObjectIdentifier,
    /// A NULL with contents (section 8.8).
    Null,
    /// Bytes behind the document.
    Trailing,
}

const KINDS: usize = Defect::Trailing as usize + 1;

/// The defects that were found, each with its first place.
#[derive(Clone, Debug, Default)]
pub(super) struct Defects([Option<u32>; KINDS]);

impl Defects {
    /// Where a defect shows first: an offset in the document.
    pub(super) fn first(&self, defect: Defect) -> Option<u32> {
        self.0[defect as usize]
    }

    /// Notes a defect.
    pub(super) fn note(&mut self, defect: Defect, offset: usize) {
        self.0[defect as usize].get_or_insert(u32::try_from(offset).unwrap_or(u32::MAX));
    }

    /// Walks over the elements that `bytes` are, which stand at `offset` in the document.
    pub(super) fn walk(&mut self, bytes: &[u8], offset: usize) {
        self.descend(bytes, offset, MAX_DEPTH);
    }

    fn descend(&mut self, mut bytes: &[u8], mut offset: usize, depth: u8) {
        let Some(depth) = depth.checked_sub(1) else { return };
        while let [_, first, ..] = bytes {
            if *first == 0x80 {
                self.note(Defect::IndefiniteLength, offset);
                return;
            }
            let Some(header) = der::header(bytes) else { return };
            let Some(contents) = bytes[header.octets..].get(..header.length) else { return };
            if header.octets != shortest_header(header.length) {
                self.note(Defect::LongLength, offset);
            }
            self.judge(header.tag, contents, offset);
            if header.tag & 0x20 != 0 {
                self.descend(contents, offset + header.octets, depth);
            }
            bytes = &bytes[header.octets + header.length..];
            offset += header.octets + header.length;
        }
    }

    fn judge(&mut self, tag: u8, contents: &[u8], offset: usize) {
        let defect = match tag {
            tag::BOOLEAN if !matches!(contents, [0] | [0xff]) => Defect::Boolean,
            tag::INTEGER | tag::ENUMERATED if !is_minimal_integer(contents) => Defect::Integer,
            tag::BIT_STRING if !is_bit_string(contents) => Defect::UnusedBits,
            tag::NULL if !contents.is_empty() => Defect::Null,
            tag::OID if !is_oid(contents) => Defect::ObjectIdentifier,
            tag::SET if !is_sorted(contents) => Defect::Set,
            // SEQUENCE and SET are constructed, all other universal types primitive (sections 8 and 10.2).
            0x10 | 0x11 | 0x20..=0x2f | 0x32..=0x3f => Defect::Constructed,
            _ => return,
        };
        self.note(defect, offset);
    }
}

/// Deeper nesting is no certificate's.
const MAX_DEPTH: u8 = 32;

fn shortest_header(length: usize) -> usize {
    match length {
        0..=0x7f => 2,
        _ => 2 + (usize::BITS - length.leading_zeros()).div_ceil(8) as usize,
    }
}

fn is_bit_string(contents: &[u8]) -> bool {
    match contents {
        [unused] => *unused == 0,
        [unused @ 0..=7, .., last] => last & ((1 << unused) - 1) == 0,
        _ => false,
    }
}

fn is_oid(contents: &[u8]) -> bool {
    let starts_padded = |at: usize| contents[at] == 0x80 && (at == 0 || contents[at - 1] < 0x80);
    contents.last().is_some_and(|last| *last < 0x80) && !(0..contents.len()).any(starts_padded)
}

fn is_sorted(contents: &[u8]) -> bool {
    let mut elements = der::Elements(contents);
    let Some(mut before) = elements.next() else { return true };
    for element in elements {
        if before.whole > element.whole {
            return false;
        }
        before = element;
    }
    true
}
