//! Subject alternative names: the four kinds Go reads; the others are skipped.

use std::net::{IpAddr, Ipv6Addr};

use super::reader::{Reader, tag};
use super::uri::Uri;
use super::{InspectError, malformed};
use crate::vocab::spoken::hex;

/// The OID of subjectAltName (RFC 5280 section 4.2.1.6).
pub(super) const SUBJECT_ALT_NAME: &[u32] = &[2, 5, 29, 17];

/// The names by kind, each kind in the order of the extension.
#[derive(Debug, Default)]
pub(super) struct AltNames {
    pub(super) dns_names: Vec<String>,
    pub(super) email_addresses: Vec<String>,
    pub(super) ip_addresses: Vec<IpAddr>,
    pub(super) uris: Vec<Uri>,
}

impl AltNames {
    /// Reads GeneralNames.
    pub(super) fn from_extension(value: &[u8]) -> Result<Self, InspectError> {
        let malformed = || malformed("subject alternative name extension");
        let mut general_names = Reader::new(value).inside(tag::SEQUENCE).ok_or_else(malformed)?;
        let mut names = Self::default();
        while !general_names.is_empty() {
            let name = general_names.element().filter(|name| !name.has_high_tag()).ok_or_else(malformed)?;
            match name.tag {
                0x81 => names.email_addresses.push(ia5(name.content).ok_or_else(malformed)?.to_owned()),
                0x82 => names.dns_names.push(ia5(name.content).ok_or_else(malformed)?.to_owned()),
                0x86 => names.uris.push(uri(ia5(name.content).ok_or_else(malformed)?)?),
                0x87 => names.ip_addresses.push(ip_address(name.content)?),
                _ => {}
            }
        }
        Ok(names)
    }
}

fn ia5(content: &[u8]) -> Option<&str> {
    std::str::from_utf8(content).ok().filter(|text| text.is_ascii())
}

fn uri(text: &str) -> Result<Uri, InspectError> {
    Uri::parse(text).ok_or_else(|| InspectError::Uri { uri: text.to_owned() })
}

/// Four or sixteen octets; an IPv4 address written as sixteen is neither.
fn ip_address(octets: &[u8]) -> Result<IpAddr, InspectError> {
    let is_v6 = |address: &[u8; 16]| Ipv6Addr::from(*address).to_ipv4_mapped().is_none();
    let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    let v6 = || <[u8; 16]>::try_from(octets).ok().filter(is_v6).map(IpAddr::from);
    v4.ok().or_else(v6).ok_or_else(|| InspectError::IpAddress { hex: hex(octets) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(value: &[u8]) -> String {
        AltNames::from_extension(value).unwrap_err().to_string()
    }

    #[test]
    fn other_kinds_are_skipped() {
        let names = AltNames::from_extension(b"\x30\x09\x88\x01\x2a\xa2\x00\x82\x02ab").unwrap();
        assert_eq!(names.dns_names, ["ab"]);
    }

    #[test]
    fn refusals() {
        let malformed = "the subject alternative name extension is missing or malformed";
        for value in [
            &b""[..],
            b"\x30\x03\x82\x01\xe9",
            b"\x30\x03\x81\x01\xe9",
            b"\x30\x03\x86\x01\xe9",
            b"\x30\x01\x82",
        ] {
            assert_eq!(refusal(value), malformed, "{value:x?}");
        }
        assert_eq!(refusal(b"\x30\x03\x9f\x1f\x00"), malformed);
        assert_eq!(
            refusal(b"\x30\x05\x87\x03\x01\x02\xff"),
            "an IP address among the subject alternative names is invalid: 0102ff"
        );
        assert_eq!(
            refusal(b"\x30\x12\x87\x10\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f\0\0\x01"),
            "an IP address among the subject alternative names is invalid: 00000000000000000000ffff7f000001"
        );
        assert_eq!(
            refusal(b"\x30\x04\x86\x02:a"),
            "a URI among the subject alternative names is invalid: \":a\""
        );
    }
}
