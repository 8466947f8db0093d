//! How values read: octets, names, times, and nothing that a terminal obeys.

use const_oid::ObjectIdentifier;
use time::OffsetDateTime;
use x509_parser::asn1_rs::{Any, Class, Tag, ToDer};
use x509_parser::x509::X509Name;

use super::words;
use crate::vocab::quote::{is_printable, printable};
use crate::vocab::spoken;

/// Octets as `0a:ff`.
pub(super) fn hex(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len() * 3);
    for (at, octet) in octets.iter().enumerate() {
        text.extend((at > 0).then_some(':'));
        text.push(digit(octet >> 4));
        text.push(digit(octet & 15));
    }
    text
}

/// The contents of an INTEGER as a hexadecimal number: no zeros in front, a minus where it is negative.
pub fn serial(contents: &[u8]) -> String {
    let mut octets = contents.to_vec();
    let is_negative = octets.first().is_some_and(|first| *first >= 0x80);
    if is_negative {
        // X.690 section 8.3.3: two's complement.
        let mut carry = true;
        for octet in octets.iter_mut().rev() {
            (*octet, carry) = (!*octet).overflowing_add(u8::from(carry));
        }
    }
    let zeros = octets.iter().take_while(|octet| **octet == 0).count().min(octets.len().saturating_sub(1));
    format!("{}{}", if is_negative { "-" } else { "" }, hex(&octets[zeros..]))
}

fn digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('?')
}

/// Octets in capitals, as fingerprints are compared.
pub(super) fn fingerprint(octets: &[u8]) -> String {
    hex(octets).to_uppercase()
}

/// A DN as RFC 4514 writes it, the last attribute first and a blank behind each comma. What a terminal would obey is
/// written as `\1B` (section 2.4).
pub fn dn(name: &X509Name<'_>) -> String {
    let mut rdns: Vec<String> = Vec::new();
    for rdn in name.iter_rdn() {
        let attributes: Vec<_> = rdn
            .iter()
            .map(|attribute| {
                format!(
                    "{}={}",
                    attribute_name(attribute.attr_type().as_bytes()),
                    value(attribute.attr_value())
                )
            })
            .collect();
        rdns.push(attributes.join("+"));
    }
    rdns.reverse();
    rdns.join(", ")
}

/// The first value of an attribute, as it is.
pub(super) fn attribute(name: &X509Name<'_>, wanted: &ObjectIdentifier) -> Option<String> {
    let mut found = name.iter_attributes().filter(|found| found.attr_type().as_bytes() == wanted.as_bytes());
    string(found.next()?.attr_value())
}

fn attribute_name(oid: &[u8]) -> String {
    oid_of(oid).map_or_else(|| "?".to_owned(), |oid| words::attribute(&oid))
}

/// An OID by its contents' octets; `None` where its numbers are beyond 32 bits.
pub(super) fn oid_of(octets: &[u8]) -> Option<ObjectIdentifier> {
    ObjectIdentifier::from_bytes(octets).ok()
}

fn value(any: &Any<'_>) -> String {
    match string(any) {
        Some(text) => escaped(&text),
        // RFC 4514 section 2.4: what is no string is "#" and its encoding.
        None => format!("#{}", spoken::hex(&any.to_der_vec().unwrap_or_default())),
    }
}

/// A string in any of the types that names use (RFC 5280 section 4.1.2.4), and older ones.
pub(super) fn string(any: &Any<'_>) -> Option<String> {
    if any.class() != Class::Universal {
        return None;
    }
    let data = any.data;
    match any.tag() {
        Tag::Utf8String => String::from_utf8(data.to_vec()).ok(),
        Tag::PrintableString | Tag::Ia5String | Tag::NumericString | Tag::VisibleString | Tag::T61String => {
            Some(data.iter().map(|octet| char::from(*octet)).collect())
        }
        Tag::BmpString => {
            let units: Vec<u16> = data
                .chunks(2)
                .map(|pair| pair.iter().fold(0, |sum, octet| sum << 8 | u16::from(*octet)))
                .collect();
            String::from_utf16(&units).ok()
        }
        Tag::UniversalString => data
            .chunks(4)
            .map(|four| char::from_u32(four.iter().fold(0, |sum, octet| sum << 8 | u32::from(*octet))))
            .collect(),
        _ => None,
    }
}

/// RFC 4514 section 2.4.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let last = text.chars().count().saturating_sub(1);
    for (at, c) in text.chars().enumerate() {
        match c {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' => out.extend(['\\', c]),
            ' ' if at == 0 || at == last => out.push_str("\\ "),
            '#' if at == 0 => out.push_str("\\#"),
            _ if is_printable(c) => out.push(c),
            _ => {
                for octet in c.encode_utf8(&mut [0; 4]).bytes() {
                    out.extend([
                        '\\',
                        digit(octet >> 4).to_ascii_uppercase(),
                        digit(octet & 15).to_ascii_uppercase(),
                    ]);
                }
            }
        }
    }
    out
}

/// Text in double quotes, safe for a terminal.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", printable(text).replace('"', "\\\""))
}

/// A moment, to the second: `2026-11-24 12:00:00 UTC`.
pub(super) fn moment(time: OffsetDateTime) -> String {
    format!("{} {:02}:{:02}:{:02} UTC", date(time), time.hour(), time.minute(), time.second())
}

/// A day: `2026-11-24`.
pub(super) fn date(time: OffsetDateTime) -> String {
    format!("{:04}-{:02}-{:02}", time.year(), u8::from(time.month()), time.day())
}

/// A moment for programs (RFC 3339).
pub(super) fn rfc3339(time: OffsetDateTime) -> String {
    format!("{}T{:02}:{:02}:{:02}Z", date(time), time.hour(), time.minute(), time.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_numbers() {
        for (contents, expected) in [
            (&[0][..], "00"),
            (&[0, 0x80], "80"),
            (&[0x80], "-80"),
            (&[0xff], "-01"),
            (&[0xff, 0x7f], "-81"),
            (&[0x80, 0], "-80:00"),
            (&[1, 2], "01:02"),
            (&[], ""),
        ] {
            assert_eq!(serial(contents), expected);
        }
    }

    #[test]
    fn names_cannot_reach_the_terminal() {
        assert_eq!(escaped(" #a,b\u{1b}[2J\u{202e} "), "\\ #a\\,b\\1B[2J\\E2\\80\\AE\\ ");
        assert_eq!(escaped("#"), "\\#");
        assert_eq!(quoted("a\"\u{7}"), "\"a\\\"\\u{7}\"");
    }
}
