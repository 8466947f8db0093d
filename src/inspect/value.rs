//! Attribute values: any ASN.1 type, shown as the Go type it is read into.

use serde::Serialize;

use super::go_json::base64;
use super::reader::{BitString, Element, Oid, boolean, int64, minimal_integer, tag};
use super::time::{generalized_time, generalized_time_with_fraction, utc_time};

/// A value as it is shown.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Value {
    /// Text, a time, or the octets of an OCTET STRING in base64.
    Text(String),
    Integer(i64),
    Boolean(bool),
    Oid(Oid),
    /// An `asn1.BitString`.
    #[serde(rename_all = "PascalCase")]
    Bits {
        bytes: String,
        bit_length: usize,
    },
    /// An `asn1.RawValue`: a type that Go has no other word for.
    #[serde(rename_all = "PascalCase")]
    Raw {
        class: u8,
        tag: u8,
        is_compound: bool,
        bytes: String,
        full_bytes: String,
    },
    Null,
}

impl Value {
    /// A value inside a Name; `None` if it is not what its tag promises.
    pub(super) fn in_name(element: &Element<'_>) -> Option<Self> {
        match element.tag {
            _ if element.has_high_tag() => None,
            tag::GENERALIZED_TIME => generalized_time(element.content).map(Self::Text),
            tag::NULL => Some(Self::Null),
            _ => Self::known(element).unwrap_or_else(|| Some(Self::raw(element))),
        }
    }

    /// A value inside a CSR attribute, where Go gives up the types it does not know.
    pub(super) fn in_attribute(element: &Element<'_>) -> Option<Self> {
        match element.tag {
            tag::GENERALIZED_TIME => generalized_time_with_fraction(element.content).map(Self::Text),
            _ => Self::known(element).unwrap_or(Some(Self::Null)),
        }
    }

    /// The types that names and attributes treat alike; the outer `None` for all others.
    fn known(element: &Element<'_>) -> Option<Option<Self>> {
        let content = element.content;
        let value = match element.tag {
            tag::BOOLEAN => boolean(content).map(Self::Boolean),
            tag::INTEGER => minimal_integer(content).and_then(int64).map(Self::Integer),
            tag::BIT_STRING => BitString::from_content(content).map(Self::bits),
            tag::OCTET_STRING => Some(Self::Text(base64(content))),
            tag::OID => Oid::from_content(content).map(Self::Oid),
            tag::UTC_TIME => utc_time(content).map(Self::Text),
            string => directory_string(string, content)?.map(Self::Text),
        };
        Some(value)
    }

    fn bits(bits: BitString<'_>) -> Self {
        Self::Bits { bytes: base64(bits.bytes), bit_length: bits.bit_length() }
    }

    fn raw(element: &Element<'_>) -> Self {
        Self::Raw {
            class: element.tag >> 6,
            tag: element.tag & 0x1f,
            is_compound: element.tag & 0x20 != 0,
            bytes: base64(element.content),
            full_bytes: base64(element.full),
        }
    }
}

/// The text of a value that is a string; `None` for every other type and for a string that breaks its type's rules.
pub(super) fn string_in_name(element: &Element<'_>) -> Option<String> {
    directory_string(element.tag, element.content)?
}

/// `None` if the tag is no string type, `Some(None)` if the content breaks the type's rules.
fn directory_string(tag: u8, content: &[u8]) -> Option<Option<String>> {
    let text = match tag {
        tag::UTF8_STRING => ascii_or(content, |_| true),
        tag::PRINTABLE_STRING => ascii_or(content, is_printable),
        tag::NUMERIC_STRING => ascii_or(content, |byte| byte.is_ascii_digit() || byte == b' '),
        tag::IA5_STRING => ascii_or(content, |byte| byte.is_ascii()),
        // T.61 is read as ISO 8859-1, as everyone does.
        tag::T61_STRING => Some(content.iter().map(|byte| char::from(*byte)).collect()),
        tag::BMP_STRING => bmp_string(content),
        _ => return None,
    };
    Some(text)
}

fn ascii_or(content: &[u8], allowed: impl Fn(u8) -> bool) -> Option<String> {
    let text = std::str::from_utf8(content).ok()?;
    text.bytes().all(allowed).then(|| text.to_owned())
}

/// X.680 section 41.4, and `*` and `&`, which are common in certificates.
fn is_printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" '()+,-./:=?*&".contains(&byte)
}

/// UCS-2, most significant byte first; a zero at the end is a terminator.
fn bmp_string(content: &[u8]) -> Option<String> {
    let (units, []) = content.as_chunks::<2>() else { return None };
    let units = units.strip_suffix(&[[0, 0]]).unwrap_or(units);
    units.iter().map(|unit| bmp_character(u16::from_be_bytes(*unit))).collect()
}

/// `None` for surrogates and for the code points that never are characters.
fn bmp_character(unit: u16) -> Option<char> {
    match unit {
        0xfdd0..=0xfdef | 0xfffe | 0xffff => None,
        _ => char::from_u32(unit.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::reader::Reader;
    use super::*;

    fn element(der: &[u8]) -> Element<'_> {
        Reader::new(der).element().unwrap()
    }

    fn in_name(der: &[u8]) -> Option<String> {
        Value::in_name(&element(der)).map(|value| serde_json::to_string(&value).unwrap())
    }

    #[test]
    fn string_types() {
        for (der, json) in [
            (&b"\x0c\x02\xc3\xa9"[..], "\"é\""),
            (b"\x13\x03a*&", "\"a*&\""),
            (b"\x12\x031 2", "\"1 2\""),
            (b"\x16\x02a@", "\"a@\""),
            (b"\x14\x01\xe9", "\"é\""),
            (b"\x1e\x04\x00a\x20\xac", "\"a€\""),
            (b"\x1e\x04\x00a\x00\x00", "\"a\""),
        ] {
            assert_eq!(in_name(der).as_deref(), Some(json));
        }
    }

    #[test]
    fn strings_keep_the_rules_of_their_type() {
        for bad in [
            &b"\x0c\x01\xe9"[..],
            b"\x13\x01@",
            b"\x12\x01a",
            b"\x16\x01\xe9",
            b"\x1e\x01a",
            b"\x1e\x02\xd8\x00",
            b"\x1e\x02\xff\xfe",
            b"\x1e\x02\xfd\xd0",
        ] {
            assert_eq!(in_name(bad), None, "{bad:x?}");
        }
    }

    #[test]
    fn other_types() {
        for (der, json) in [
            (&b"\x01\x01\xff"[..], "true"),
            (b"\x02\x01\xff", "-1"),
            (b"\x03\x02\x04\xf0", r#"{"Bytes":"8A==","BitLength":4}"#),
            (b"\x04\x01a", r#""YQ==""#),
            (b"\x05\x00", "null"),
            (b"\x06\x01\x2a", "[1,2]"),
            (b"\x17\x0d260102030405Z", r#""2026-01-02T03:04:05Z""#),
            (b"\x1b\x01a", r#"{"Class":0,"Tag":27,"IsCompound":false,"Bytes":"YQ==","FullBytes":"GwFh"}"#),
            (b"\xa1\x00", r#"{"Class":2,"Tag":1,"IsCompound":true,"Bytes":"","FullBytes":"oQA="}"#),
        ] {
            assert_eq!(in_name(der).as_deref(), Some(json));
        }
        for bad in [
            &b"\x01\x01\x01"[..],
            b"\x02\x02\x00\x01",
            b"\x03\x00",
            b"\x06\x00",
            b"\x17\x00",
            b"\x1f\x1f\x00",
        ] {
            assert_eq!(in_name(bad), None, "{bad:x?}");
        }
    }

    #[test]
    fn attributes_drop_what_go_does_not_know() {
        let in_attribute =
            |der| Value::in_attribute(&element(der)).map(|v| serde_json::to_string(&v).unwrap());
        assert_eq!(in_attribute(b"\x30\x00").as_deref(), Some("null"));
        assert_eq!(in_attribute(b"\x05\x00").as_deref(), Some("null"));
        assert_eq!(in_attribute(b"\x01\x01\xff").as_deref(), Some("true"));
        assert_eq!(in_attribute(b"\x01\x01\x01"), None);
    }
}
