//! The names a certificate is for, and whether a host is among them (RFC 9525, which replaces RFC 6125).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use der::asn1::AnyRef;
use der::{Decode, Tag};
use x509_parser::prelude::FromDer;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use crate::vocab::asn1;
use crate::vocab::quote::printable;

/// A GeneralName (RFC 5280 section 4.2.1.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name<'a> {
    /// rfc822Name
    Email(&'a [u8]),
    /// dNSName
    Dns(&'a [u8]),
    /// directoryName: a Name
    Directory(&'a [u8]),
    /// uniformResourceIdentifier
    Uri(&'a [u8]),
    /// iPAddress: 4 or 16 octets; 8 or 32 in name constraints
    Ip(&'a [u8]),
    /// Any other kind, by its tag number.
    Other(u32),
}

impl<'a> Name<'a> {
    /// Reads one, with its tag.
    pub(super) fn from_der(der: &'a [u8]) -> Option<Self> {
        let any = AnyRef::from_der(der).ok()?;
        let Tag::ContextSpecific { number, .. } = any.header().tag() else { return None };
        Some(match number.0 {
            1 => Self::Email(any.value()),
            2 => Self::Dns(any.value()),
            4 => Self::Directory(any.value()),
            6 => Self::Uri(any.value()),
            7 => Self::Ip(any.value()),
            number => Self::Other(number),
        })
    }

    /// As in reports.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Email(text) | Self::Dns(text) | Self::Uri(text) => {
                printable(&String::from_utf8_lossy(text))
            }
            Self::Ip(octets) => ip_text(octets),
            Self::Directory(name) => super::text::name(name),
            Self::Other(number) => format!("a name of kind {number}"),
        }
    }

    /// The word for its kind.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Dns(_) => "DNS",
            Self::Directory(_) => "directory name",
            Self::Uri(_) => "URI",
            Self::Ip(_) => "IP",
            Self::Other(_) => "name",
        }
    }
}

/// The names in a subjectAltName; those that cannot be read are left out (the lints see them).
pub(super) fn general_names(value: &[u8]) -> Vec<Name<'_>> {
    let elements = asn1::sequence_elements(value).unwrap_or_default();
    elements.into_iter().filter_map(Name::from_der).collect()
}

/// An address, or an address and its mask.
pub(super) fn ip_text(octets: &[u8]) -> String {
    match octets.len() {
        4 | 16 => address(octets).map_or_else(String::new, |address| address.to_string()),
        8 | 32 => {
            let (base, mask) = octets.split_at(octets.len() / 2);
            let bits: u32 = mask.iter().map(|octet| octet.count_ones()).sum();
            format!("{}/{bits}", ip_text(base))
        }
        length => format!("an address of {length} octets"),
    }
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    match octets.len() {
        4 => <[u8; 4]>::try_from(octets).ok().map(|octets| Ipv4Addr::from(octets).into()),
        16 => <[u8; 16]>::try_from(octets).ok().map(|octets| Ipv6Addr::from(octets).into()),
        _ => None,
    }
}

/// A Name (DER) such that equal ones are those that RFC 5280 section 7.1 takes for equal: texts without regard to their
/// string type, to case, and to how many spaces there are.
pub(super) fn folded_name(der: &[u8]) -> Vec<u8> {
    name_with(der, folded_text)
}

/// Whether two Names (DER) have the same texts, letter for letter, whatever their string types.
pub(super) fn have_same_texts(one: &[u8], other: &[u8]) -> bool {
    name_with(one, str::to_owned) == name_with(other, str::to_owned)
}

/// A Name with its texts as they are to be compared.
fn name_with(der: &[u8], fold: impl Fn(&str) -> String) -> Vec<u8> {
    let Ok((_, name)) = X509Name::from_der(der) else { return der.to_vec() };
    let attribute = |attribute: &AttributeTypeAndValue<'_>| {
        let value = attribute.attr_value();
        let text = text_of(value.header.tag().0, value.data);
        let folded = text.map(|text| fold(&text).into_bytes());
        (attribute.attr_type().as_bytes().to_vec(), folded.unwrap_or_else(|| value.as_bytes().to_vec()))
    };
    let mut out = Vec::new();
    for set in name.iter_rdn() {
        let mut attributes: Vec<_> = set.iter().map(attribute).collect();
        attributes.sort();
        out.push(u8::MAX);
        for part in attributes.into_iter().flat_map(|(kind, value)| [kind, value]) {
            out.extend(part.len().to_be_bytes());
            out.extend(part);
        }
    }
    out
}

/// The text of a string type of ASN.1; `None` of other types.
fn text_of(tag: u32, octets: &[u8]) -> Option<String> {
    const UTF8: u32 = 12;
    // Printable, Teletex, IA5, Visible: the last few as everybody writes them.
    const ONE_OCTET: [u32; 4] = [19, 20, 22, 26];
    const BMP: u32 = 30;
    match tag {
        UTF8 => String::from_utf8(octets.to_vec()).ok(),
        tag if ONE_OCTET.contains(&tag) => Some(octets.iter().copied().map(char::from).collect()),
        BMP => {
            let units: Vec<_> =
                octets.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).ok()
        }
        _ => None,
    }
}

fn folded_text(text: &str) -> String {
    let words: Vec<_> = text.split_ascii_whitespace().map(str::to_ascii_lowercase).collect();
    words.join(" ")
}

/// A host that somebody connects to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// An address: compared with IP names alone (RFC 9525 section 6.4).
    Address(IpAddr),
    /// A DNS name in lower case, without a final dot.
    Name(String),
}

/// Text that is no host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no host: a DNS name or an IP address is needed, without port and path")]
pub struct NoHost {
    text: String,
}

impl std::str::FromStr for Host {
    type Err = NoHost;

    fn from_str(text: &str) -> Result<Self, NoHost> {
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Ok(Self::Address(address));
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        let is_name = !name.is_empty()
            && name.len() < 254
            && name.split('.').all(|label| !label.is_empty() && label.len() < 64)
            && name.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-._".contains(&octet));
        match is_name {
            true => Ok(Self::Name(name.to_ascii_lowercase())),
            false => Err(NoHost { text: text.to_owned() }),
        }
    }
}

impl std::fmt::Display for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// How well names cover a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coverage {
    /// One of them is the host, or a wildcard above it.
    Covered,
    /// A wildcard right below a top-level name: Go takes it, OpenSSL does not.
    TooWide,
    /// None.
    Missing,
}

/// Whether a host is among names.
pub(super) fn coverage(host: &Host, names: &[Name<'_>]) -> Coverage {
    match host {
        Host::Address(address) => {
            let is_it =
                |name: &Name<'_>| matches!(name, Name::Ip(octets) if self::address(octets) == Some(*address));
            if names.iter().any(is_it) { Coverage::Covered } else { Coverage::Missing }
        }
        Host::Name(host) => {
            let found = names.iter().filter_map(|name| match name {
                Name::Dns(pattern) => std::str::from_utf8(pattern).ok(),
                _ => None,
            });
            let found: Vec<_> = found.map(|pattern| covers(pattern, host)).collect();
            match found {
                found if found.contains(&Coverage::Covered) => Coverage::Covered,
                found if found.contains(&Coverage::TooWide) => Coverage::TooWide,
                _ => Coverage::Missing,
            }
        }
    }
}

/// RFC 9525 section 6.3: a wildcard is the whole leftmost label and stands for exactly one.
fn covers(pattern: &str, host: &str) -> Coverage {
    let pattern = pattern.to_ascii_lowercase();
    let Some(above) = pattern.strip_prefix("*.") else {
        return if pattern == host { Coverage::Covered } else { Coverage::Missing };
    };
    match host.split_once('.') {
        Some((_, rest)) if rest == above && above.contains('.') => Coverage::Covered,
        Some((_, rest)) if rest == above => Coverage::TooWide,
        _ => Coverage::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Host {
        text.parse().unwrap()
    }

    #[test]
    fn hosts_are_names_or_addresses() {
        assert_eq!(host("Etcd-0.Example.COM."), Host::Name("etcd-0.example.com".into()));
        assert_eq!(host("[::1]"), host("0:0:0:0:0:0:0:1"));
        for text in ["", "a..b", "a b", "https://a", "a:1", "*.a", "ü", "10.0.0.0/8"] {
            assert_eq!(
                text.parse::<Host>().unwrap_err().to_string(),
                format!("{text:?} is no host: a DNS name or an IP address is needed, without port and path")
            );
        }
    }

    #[test]
    fn wildcards_stand_for_one_label() {
        use Coverage::{Covered, Missing, TooWide};
        for (pattern, name, expected) in [
            ("a.example.com", "a.example.com", Covered),
            ("A.example.com", "a.example.com", Covered),
            ("*.example.com", "a.example.com", Covered),
            ("*.example.com", "example.com", Missing),
            ("*.example.com", "b.a.example.com", Missing),
            ("a*.example.com", "ab.example.com", Missing),
            ("b.*.example.com", "b.a.example.com", Missing),
            ("*.local", "a.local", TooWide),
            ("*", "local", Missing),
            ("a.example.com.", "a.example.com", Missing),
        ] {
            assert_eq!(coverage(&host(name), &[Name::Dns(pattern.as_bytes())]), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn addresses_are_compared_with_addresses_alone() {
        let address = host("10.0.0.1");
        assert_eq!(coverage(&address, &[Name::Ip(&[10, 0, 0, 1])]), Coverage::Covered);
        assert_eq!(coverage(&address, &[Name::Dns(b"10.0.0.1")]), Coverage::Missing);
        assert_eq!(coverage(&host("::1"), &[Name::Ip(&[0, 0, 0, 1])]), Coverage::Missing);
    }

    #[test]
    fn names_are_the_same_however_they_are_written() {
        let name = |tag: u8, text: &[u8]| {
            let size = u8::try_from(text.len()).unwrap();
            let head = [0x30, size + 11, 0x31, size + 9, 0x30, size + 7, 6, 3, 0x55, 4, 3, tag, size];
            folded_name(&[&head[..], text].concat())
        };
        let plain = name(12, b"My Root");
        for (tag, text) in
            [(19, &b"My Root"[..]), (12, b"  my   ROOT "), (20, b"MY root"), (30, b"\0M\0y\0 \0R\0o\0o\0t")]
        {
            assert_eq!(name(tag, text), plain, "{tag} {text:?}");
        }
        for (tag, text) in [(12, &b"MyRoot"[..]), (12, b"My Roots"), (4, b"My Root")] {
            assert_ne!(name(tag, text), plain, "{tag} {text:?}");
        }
        assert_eq!(folded_name(b"nonsense"), b"nonsense");
    }

    #[test]
    fn names_read_as_people_write_them() {
        let der = [0x30, 13, 0x82, 1, b'a', 0x87, 4, 10, 0, 0, 1, 0xa0, 0, 0x88, 0];
        let names = general_names(&der[..15]);
        assert_eq!(
            names.iter().map(Name::text).collect::<Vec<_>>(),
            ["a", "10.0.0.1", "a name of kind 0", "a name of kind 8"]
        );
        assert_eq!(ip_text(&[10, 0, 0, 0, 255, 0, 0, 0]), "10.0.0.0/8");
        assert_eq!(ip_text(&[1]), "an address of 1 octets");
    }
}
