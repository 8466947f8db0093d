//! How Go's `encoding/json` shows types that JSON has no word for.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::BoxedUint;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::reader::Oid;

/// A `[]byte`: a base64 string.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// A Go string made of bytes that need not be UTF-8: every byte that belongs to no character becomes U+FFFD.
pub(super) fn text(bytes: &[u8]) -> String {
    let chunks = bytes.utf8_chunks();
    chunks.map(|chunk| chunk.valid().to_owned() + &"\u{fffd}".repeat(chunk.invalid().len())).collect()
}

/// A slice that was never filled is `null`, not `[]`.
pub(super) fn null_if_empty<T>(list: Vec<T>) -> Option<Vec<T>> {
    if list.is_empty() { None } else { Some(list) }
}

/// A `*big.Int`: all its digits as a JSON number.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct BigInt(Box<RawValue>);

impl BigInt {
    /// From two's complement octets, most significant first.
    pub(super) fn from_signed(octets: &[u8]) -> Option<Self> {
        RawValue::from_string(decimal(octets)).ok().map(Self)
    }

    /// From the octets of a number that is not negative.
    pub(super) fn from_unsigned(octets: &[u8]) -> Option<Self> {
        RawValue::from_string(unsigned_decimal(octets)).ok().map(Self)
    }
}

/// The decimal digits of two's complement octets, most significant first.
pub(super) fn decimal(octets: &[u8]) -> String {
    if octets.first().is_none_or(|first| first & 0x80 == 0) {
        return unsigned_decimal(octets);
    }
    format!("-{}", unsigned_decimal(&negated(octets)))
}

fn unsigned_decimal(octets: &[u8]) -> String {
    BoxedUint::from_be_slice_vartime(octets).to_string_radix_vartime(10)
}

/// Two's complement: all bits turned round, plus one.
fn negated(octets: &[u8]) -> Vec<u8> {
    let mut carry = true;
    let mut turned: Vec<u8> = octets.iter().map(|octet| !octet).collect();
    for octet in turned.iter_mut().rev() {
        (*octet, carry) = octet.overflowing_add(u8::from(carry));
    }
    turned
}

/// An `asn1.ObjectIdentifier`: a list of numbers.
impl Serialize for Oid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.arcs().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals() {
        for (octets, digits) in [
            (&[0x00][..], "0"),
            (&[0x01], "1"),
            (&[0x00, 0x80], "128"),
            (&[0x80], "-128"),
            (&[0xff], "-1"),
            (&[0xff, 0x00], "-256"),
            (&[0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "1208925819614629174706176"),
        ] {
            assert_eq!(decimal(octets), digits);
        }
        assert_eq!(unsigned_decimal(&[0x80]), "128");
    }

    #[test]
    fn bytes_outside_utf_8_are_replaced_one_by_one() {
        assert_eq!(text(b"a\xe2\x82b"), "a\u{fffd}\u{fffd}b");
        assert_eq!(text("é".as_bytes()), "é");
    }
}
