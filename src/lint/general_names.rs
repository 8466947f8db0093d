//! The names of a subjectAltName (RFC 5280 section 4.2.1.6), and what is wrong with each: one fault at most.

use std::net::Ipv6Addr;

use super::der::Elements;
use crate::vocab::san::{DnsFault, dns_fault};

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameFault {
    Dns(DnsFault),
    Empty,
    MailNotAscii,
    MailMalformed,
    UriNotAscii,
    UriNoScheme,
    UriMalformed,
    IpLength,
    IpMapped,
    IpUnspecified,
}

impl NameFault {
    /// Its place in the cache: those of DNS names first.
    fn place(self) -> usize {
        DnsFault::COUNT
            + match self {
                Self::Dns(fault) => return fault as usize,
                Self::Empty => 0,
                Self::MailNotAscii => 1,
                Self::MailMalformed => 2,
                Self::UriNotAscii => 3,
                Self::UriNoScheme => 4,
                Self::UriMalformed => 5,
                Self::IpLength => 6,
                Self::IpMapped => 7,
                Self::IpUnspecified => 8,
            }
    }
}

const KINDS: usize = DnsFault::COUNT + 9;

/// For each fault the first name that has it.
#[derive(Debug, Default)]
pub(super) struct NameFaults<'a>([Option<&'a [u8]>; KINDS]);

impl<'a> NameFaults<'a> {
    /// Looks at all names.
    pub(super) fn of(names: Elements<'a>) -> Self {
        let mut faults = Self::default();
        for name in names {
            if let Some(fault) = fault_of(name.tag, name.contents) {
                faults.0[fault.place()].get_or_insert(name.contents);
            }
        }
        faults
    }

    /// The first name with a fault.
    pub(super) fn first(&self, fault: NameFault) -> Option<&'a [u8]> {
        self.0[fault.place()]
    }
}

/// The tags of GeneralName.
pub(super) mod kind {
    pub(in crate::lint) const OTHER: u8 = 0xa0;
    pub(in crate::lint) const MAIL: u8 = 0x81;
    pub(in crate::lint) const DNS: u8 = 0x82;
    pub(in crate::lint) const X400: u8 = 0xa3;
    pub(in crate::lint) const DIRECTORY: u8 = 0xa4;
    pub(in crate::lint) const EDI: u8 = 0xa5;
    pub(in crate::lint) const URI: u8 = 0x86;
    pub(in crate::lint) const IP: u8 = 0x87;
    pub(in crate::lint) const REGISTERED_ID: u8 = 0x88;
}

/// Whether a tag is one of GeneralName.
pub(super) fn is_known(tag: u8) -> bool {
    use kind::{DIRECTORY, DNS, EDI, IP, MAIL, OTHER, REGISTERED_ID, URI, X400};
    matches!(tag, OTHER | MAIL | DNS | X400 | DIRECTORY | EDI | URI | IP | REGISTERED_ID)
}

fn fault_of(tag: u8, contents: &[u8]) -> Option<NameFault> {
    match tag {
        _ if !is_known(tag) => None,
        _ if contents.is_empty() => Some(NameFault::Empty),
        kind::DNS => dns_fault(contents).map(NameFault::Dns),
        kind::MAIL => mail_fault(contents),
        kind::URI => uri_fault(contents),
        kind::IP => ip_fault(contents),
        _ => None,
    }
}

fn mail_fault(address: &[u8]) -> Option<NameFault> {
    if !address.is_ascii() {
        return Some(NameFault::MailNotAscii);
    }
    let is_odd =
        |octet: &u8| octet.is_ascii_whitespace() || octet.is_ascii_control() || b"<>()".contains(octet);
    // A quoted local part may hold anything; its form is not looked at.
    let quoted = address.first() == Some(&b'"');
    let at = address.iter().rposition(|octet| *octet == b'@');
    let has_parts = at.is_some_and(|at| at > 0 && at + 1 < address.len());
    let several = !quoted && address.iter().filter(|octet| **octet == b'@').count() > 1;
    let odd = !quoted && address.iter().any(is_odd);
    (!has_parts || several || odd).then_some(NameFault::MailMalformed)
}

/// What is wrong with a URI (RFC 3986); RFC 5280 section 4.2.1.6 wants an absolute one.
pub(super) fn uri_fault(uri: &[u8]) -> Option<NameFault> {
    if !uri.is_ascii() {
        return Some(NameFault::UriNotAscii);
    }
    let is_scheme = |octet: &u8| octet.is_ascii_alphanumeric() || b"+-.".contains(octet);
    let colon = uri.iter().position(|octet| !is_scheme(octet)).filter(|at| uri[*at] == b':');
    let Some(colon) = colon.filter(|_| uri[0].is_ascii_alphabetic()) else {
        return Some(NameFault::UriNoScheme);
    };
    let rest = &uri[colon + 1..];
    let is_legal = |octet: &u8| octet.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(octet);
    let is_escaped =
        |at: usize| rest.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    let escapes = (0..rest.len()).filter(|at| rest[*at] == b'%').all(is_escaped);
    let is_bare = matches!(rest, [] | b"/" | b"//");
    (is_bare || !escapes || !rest.iter().all(is_legal)).then_some(NameFault::UriMalformed)
}

fn ip_fault(address: &[u8]) -> Option<NameFault> {
    if address.len() != 4 && address.len() != 16 {
        return Some(NameFault::IpLength);
    }
    if address.iter().all(|octet| *octet == 0) {
        return Some(NameFault::IpUnspecified);
    }
    let ipv6 = <[u8; 16]>::try_from(address).ok().map(Ipv6Addr::from);
    ipv6.and_then(|ip| ip.to_ipv4_mapped()).map(|_| NameFault::IpMapped)
}
