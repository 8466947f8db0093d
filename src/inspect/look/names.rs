//! GeneralNames (RFC 5280 section 4.2.1.6) as text.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::Serialize;
use x509_parser::extensions::GeneralName;

use super::shown::{dn, hex, oid_of};
use super::words;
use crate::vocab::asn1;
use crate::vocab::quote::printable;

/// The names of a certificate or a request, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Names {
    /// dNSName
    pub dns: Vec<String>,
    /// iPAddress
    pub ip: Vec<String>,
    /// rfc822Name
    pub email: Vec<String>,
    /// uniformResourceIdentifier
    pub uri: Vec<String>,
    /// Any other, with its kind in front.
    pub other: Vec<String>,
}

impl Names {
    /// Sorts names into their kinds.
    pub(super) fn of(names: &[GeneralName<'_>]) -> Self {
        let mut sorted = Self::default();
        for name in names {
            match name {
                GeneralName::DNSName(text) => sorted.dns.push((*text).to_owned()),
                GeneralName::IPAddress(octets) => sorted.ip.push(ip(octets)),
                GeneralName::RFC822Name(text) => sorted.email.push((*text).to_owned()),
                GeneralName::URI(text) => sorted.uri.push((*text).to_owned()),
                other => sorted.other.push(general_name(other)),
            }
        }
        sorted
    }

    /// Every name with its kind in front, safe for a terminal.
    pub fn texts(&self) -> Vec<String> {
        let Self { dns, ip, email, uri, other } = self;
        let kinds = [("DNS", dns), ("IP", ip), ("email", email), ("URI", uri)];
        let known = kinds
            .iter()
            .flat_map(|(kind, names)| names.iter().map(move |name| format!("{kind}:{}", printable(name))));
        known.chain(other.iter().cloned()).collect()
    }
}

/// One name with its kind in front, safe for a terminal.
pub(super) fn general_name(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::DNSName(text) => format!("DNS:{}", printable(text)),
        GeneralName::IPAddress(octets) => format!("IP:{}", ip(octets)),
        GeneralName::RFC822Name(text) => format!("email:{}", printable(text)),
        GeneralName::URI(text) => format!("URI:{}", printable(text)),
        GeneralName::DirectoryName(name) => format!("name:{}", dn(name)),
        GeneralName::RegisteredID(oid) => format!("registered ID:{}", oid_text(oid.as_bytes())),
        GeneralName::OtherName(oid, value) => {
            let kind = oid_of(oid.as_bytes()).map_or_else(|| hex(oid.as_bytes()), |oid| words::other(&oid));
            format!("other name {kind}:{}", other_value(value))
        }
        GeneralName::X400Address(any) => format!("X.400 address:{}", hex(any.data)),
        GeneralName::EDIPartyName(any) => format!("EDI party:{}", hex(any.data)),
        GeneralName::Invalid(tag, octets) => format!("unreadable name {}:{}", tag.0, hex(octets)),
    }
}

/// The OID, or its octets where it is beyond what we read.
pub(super) fn oid_text(octets: &[u8]) -> String {
    oid_of(octets).map_or_else(|| hex(octets), |oid| oid.to_string())
}

/// An otherName's value: the text inside its [0], else its octets.
fn other_value(value: &[u8]) -> String {
    let text = asn1::elements(value).ok().and_then(|elements| {
        let tagged = der::asn1::AnyRef::try_from(*elements.first()?).ok()?;
        let inner = der::asn1::AnyRef::try_from(tagged.value()).ok()?;
        let is_text = matches!(
            der::Tagged::tag(&inner),
            der::Tag::Utf8String | der::Tag::Ia5String | der::Tag::PrintableString
        );
        str::from_utf8(inner.value()).ok().filter(|_| is_text).map(printable)
    });
    text.unwrap_or_else(|| hex(value))
}

/// An address (4 or 16 octets), or an address and a mask (8 or 32, RFC 5280 section 4.2.1.10).
pub(super) fn ip(octets: &[u8]) -> String {
    match octets.len() {
        4 | 16 => address(octets),
        8 | 32 => {
            let (base, mask) = octets.split_at(octets.len() / 2);
            let ones = mask.iter().map(|octet| octet.count_ones()).sum::<u32>();
            let leading = mask.iter().take_while(|octet| **octet == 0xff).count();
            let contiguous = mask.get(leading).map_or(0, |octet| octet.leading_ones())
                + 8 * u32::try_from(leading).unwrap_or(0);
            if ones == contiguous {
                format!("{}/{ones}", address(base))
            } else {
                format!("{}/{}", address(base), address(mask))
            }
        }
        _ => format!("unreadable {}", hex(octets)),
    }
}

fn address(octets: &[u8]) -> String {
    match (<[u8; 4]>::try_from(octets), <[u8; 16]>::try_from(octets)) {
        (Ok(four), _) => Ipv4Addr::from(four).to_string(),
        (_, Ok(sixteen)) => Ipv6Addr::from(sixteen).to_string(),
        _ => hex(octets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_their_masks() {
        assert_eq!(ip(&[10, 0, 0, 1]), "10.0.0.1");
        assert_eq!(ip(&[10, 0, 0, 0, 255, 0, 0, 0]), "10.0.0.0/8");
        assert_eq!(ip(&[10, 0, 0, 0, 255, 240, 0, 0]), "10.0.0.0/12");
        assert_eq!(ip(&[10, 0, 0, 0, 255, 0, 255, 0]), "10.0.0.0/255.0.255.0");
        assert_eq!(ip(&[10, 0, 0, 0, 255, 255, 255, 255]), "10.0.0.0/32");
        assert_eq!(ip(&[1, 2, 3]), "unreadable 01:02:03");
        assert_eq!(ip(&[0; 32]), "::/0");
    }
}
