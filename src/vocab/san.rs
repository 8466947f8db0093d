//! Subject alternative names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged};
use thiserror::Error;

use self::uri::Uri;
use super::asn1;
use super::quote::quote;

mod dns;
mod ip_text;
mod mail_address;
mod oddity;
mod uri;
#[cfg(test)]
mod verdicts;

pub use self::dns::{DnsFault, dns_fault};
pub use self::oddity::oddity;
pub use self::uri::UriError;

/// One name; which kind a host string is, [`classify`] alone decides.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum GeneralName {
    /// dNSName, as written: any text that is nothing else.
    Dns(String),
    /// rfc822Name: the bare address.
    Email(String),
    /// iPAddress; an IPv4-mapped IPv6 address counts as IPv4.
    Ip(IpAddr),
    /// uniformResourceIdentifier, percent-encoded as Go does it.
    Uri(String),
}

/// The names of a certificate or request in cfssl's four groups, order and duplicates kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubjectAltNames {
    /// dNSName entries.
    pub dns: Vec<String>,
    /// rfc822Name entries.
    pub email: Vec<String>,
    /// iPAddress entries.
    pub ip: Vec<IpAddr>,
    /// uniformResourceIdentifier entries.
    pub uri: Vec<String>,
}

/// Why names cannot be written into, or read from, a subjectAltName extension. The texts are Go's.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SanError {
    /// RFC 5280 section 4.2.1.6: names are IA5String, that is ASCII.
    #[error("x509: {} cannot be encoded as an IA5String", quote(text))]
    NotIa5 {
        /// The name.
        text: String,
    },
    /// The names are longer than the encoder takes (256 MiB).
    #[error("x509: subject alternative names are too long")]
    TooLong,
    /// The extension is no SEQUENCE.
    #[error("x509: invalid subject alternative names")]
    NotASequence,
    /// An element of the SEQUENCE is no DER.
    #[error("x509: invalid subject alternative name")]
    NotAName,
    /// A name holds bytes outside ASCII.
    #[error("x509: SAN {kind} is malformed")]
    Malformed {
        /// The ASN.1 word for the kind of name.
        kind: &'static str,
    },
    /// A URI does not parse.
    #[error("x509: cannot parse URI {}: {fault}", quote(uri))]
    Uri {
        /// The URI.
        uri: String,
        /// What is wrong with it; part of the text because Go puts it there.
        fault: UriError,
    },
    /// A URI's host has an empty label or a character outside printable ASCII.
    #[error("x509: cannot parse URI {}: invalid domain", quote(uri))]
    UriDomain {
        /// The URI.
        uri: String,
    },
    /// RFC 5280 section 4.2.1.6: four octets for IPv4, sixteen for IPv6.
    #[error("x509: cannot parse IP address of length {0}")]
    IpLength(usize),
    /// An IPv4 address in sixteen octets.
    #[error("x509: SAN iPAddress contains IPv4-mapped IPv6 address")]
    Ipv4Mapped,
}

impl SanError {
    /// What to write instead, where that can be said.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotIa5 { .. } => {
                Some("write the xn-- form of a domain; mail addresses and URIs are ASCII too")
            }
            Self::Uri { .. } | Self::UriDomain { .. } => Some(
                "host entries with a slash or colon are taken as URIs; write a bare host name for a DNS name",
            ),
            _ => None,
        }
    }
}

/// Decides what a host string is, as cfssl does: an IP address, else a mail address (RFC 5322), else a URI
/// that Go's `url.ParseRequestURI` takes, else a DNS name. `host:8080`, `/path` and `*` are therefore URIs.
pub fn classify(host: &str) -> GeneralName {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return GeneralName::Ip(ip.to_canonical());
    }
    if let Some(address) = mail_address::parse(host) {
        return GeneralName::Email(address);
    }
    match Uri::parse_request_uri(host) {
        Ok(uri) => GeneralName::Uri(uri.to_string()),
        Err(_) => GeneralName::Dns(host.to_owned()),
    }
}

impl SubjectAltNames {
    /// Sorts host strings into the groups.
    pub fn from_hosts<S: AsRef<str>>(hosts: &[S]) -> Self {
        let mut names = Self::default();
        hosts.iter().for_each(|host| names.push(classify(host.as_ref())));
        names
    }

    /// Appends a name to its group.
    pub fn push(&mut self, name: GeneralName) {
        match name {
            GeneralName::Dns(name) => self.dns.push(name),
            GeneralName::Email(address) => self.email.push(address),
            GeneralName::Ip(ip) => self.ip.push(ip),
            GeneralName::Uri(uri) => self.uri.push(uri),
        }
    }

    /// Whether there is no name at all; cfssl then writes no extension.
    pub fn is_empty(&self) -> bool {
        let Self { dns, email, ip, uri } = self;
        dns.is_empty() && email.is_empty() && ip.is_empty() && uri.is_empty()
    }

    /// The IP addresses alone.
    #[must_use]
    pub fn only_ip_addresses(self) -> Self {
        Self { ip: self.ip, ..Self::default() }
    }

    /// Whether [`to_der`](Self::to_der) can write all names; the error names the first that is not ASCII.
    pub fn check_encodable(&self) -> Result<(), SanError> {
        let mut texts = self.dns.iter().chain(&self.email).chain(&self.uri);
        match texts.find(|text| !text.is_ascii()) {
            Some(text) => Err(SanError::NotIa5 { text: text.clone() }),
            None => Ok(()),
        }
    }

    /// The extension's value: GeneralNames (RFC 5280 section 4.2.1.6), grouped DNS, email, IP, URI as in Go.
    pub fn to_der(&self) -> Result<Vec<u8>, SanError> {
        self.check_encodable()?;
        let Self { dns, email, ip, uri } = self;
        let mut names = Vec::with_capacity(USUAL_LENGTH);
        let mut name = |number, value: &[u8]| asn1::write_octets(&mut names, tag(number), value);
        dns.iter().for_each(|text| name(DNS, text.as_bytes()));
        email.iter().for_each(|address| name(EMAIL, address.as_bytes()));
        for ip in ip {
            match ip.to_canonical() {
                IpAddr::V4(ip) => name(IP, &ip.octets()),
                IpAddr::V6(ip) => name(IP, &ip.octets()),
            }
        }
        uri.iter().for_each(|uri| name(URI, uri.as_bytes()));
        // An element that is too long to be written is empty.
        Some(asn1::element(Tag::Sequence, &names)).filter(|value| !value.is_empty()).ok_or(SanError::TooLong)
    }

    /// Reads the extension's value as Go's `x509.ParseCertificateRequest` does: names of other kinds are
    /// skipped, URIs are checked and written anew.
    pub fn from_der(value: &[u8]) -> Result<Self, SanError> {
        let mut names = Self::default();
        let mut elements = read_sequence(value)?;
        while !elements.is_finished() {
            let element = AnyRef::decode(&mut elements).map_err(|_| SanError::NotAName)?;
            if let Some(name) = read_name(element)? {
                names.push(name);
            }
        }
        Ok(names)
    }
}

/// What the names of most certificates need no more octets than.
const USUAL_LENGTH: usize = 128;

const EMAIL: u32 = 1;
const DNS: u32 = 2;
const URI: u32 = 6;
const IP: u32 = 7;

fn tag(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: false, number: TagNumber(number) }
}

/// The elements of the SEQUENCE; Go does not look at what follows it.
fn read_sequence(value: &[u8]) -> Result<SliceReader<'_>, SanError> {
    let mut reader = SliceReader::new(value).map_err(|_| SanError::NotASequence)?;
    match AnyRef::decode(&mut reader) {
        Ok(sequence) if sequence.tag() == Tag::Sequence => {
            SliceReader::new(sequence.value()).map_err(|_| SanError::NotASequence)
        }
        _ => Err(SanError::NotASequence),
    }
}

fn read_name(element: AnyRef<'_>) -> Result<Option<GeneralName>, SanError> {
    // Tag numbers that take more than one byte are beyond Go's reader.
    if element.tag().number().value() > 30 {
        return Err(SanError::NotAName);
    }
    let Tag::ContextSpecific { constructed: false, number } = element.tag() else { return Ok(None) };
    Ok(Some(match number.value() {
        EMAIL => GeneralName::Email(read_ia5(element, "rfc822Name")?),
        DNS => GeneralName::Dns(read_ia5(element, "dNSName")?),
        URI => GeneralName::Uri(read_uri(read_ia5(element, "uniformResourceIdentifier")?)?),
        IP => GeneralName::Ip(read_ip(element.value())?),
        _ => return Ok(None),
    }))
}

fn read_ia5(element: AnyRef<'_>, kind: &'static str) -> Result<String, SanError> {
    match str::from_utf8(element.value()) {
        Ok(text) if text.is_ascii() => Ok(text.to_owned()),
        _ => Err(SanError::Malformed { kind }),
    }
}

fn read_uri(text: String) -> Result<String, SanError> {
    match Uri::parse_reference(&text) {
        Ok(uri) if is_domain(uri.host()) => Ok(uri.to_string()),
        Ok(_) => Err(SanError::UriDomain { uri: text }),
        Err(fault) => Err(SanError::Uri { uri: text, fault }),
    }
}

/// Labels of printable ASCII, none of them empty, or nothing; a port counts as part of the last label.
fn is_domain(host: &[u8]) -> bool {
    let is_label = |label: &[u8]| !label.is_empty() && label.iter().all(u8::is_ascii_graphic);
    host.is_empty() || host.split(|byte| *byte == b'.').all(is_label)
}

fn read_ip(octets: &[u8]) -> Result<IpAddr, SanError> {
    if let Ok(octets) = <[u8; 4]>::try_from(octets) {
        return Ok(Ipv4Addr::from(octets).into());
    }
    let octets = <[u8; 16]>::try_from(octets).map_err(|_| SanError::IpLength(octets.len()))?;
    match Ipv6Addr::from(octets) {
        ip if ip.to_ipv4_mapped().is_some() => Err(SanError::Ipv4Mapped),
        ip => Ok(ip.into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::verdicts::{Reread, VERDICTS};
    use super::*;

    #[test]
    fn hosts_are_classified_as_by_cfssl() {
        for (host, kind, text, _) in VERDICTS {
            assert_eq!(classify(host), kind(text.to_owned()), "{host:?}");
        }
    }

    #[test]
    fn names_survive_a_csr_as_in_cfssl() {
        for (host, kind, text, reread) in VERDICTS {
            let written = SubjectAltNames::from_hosts(&[host]).to_der();
            let read =
                written.and_then(|der| SubjectAltNames::from_der(&der)).map_err(|error| error.to_string());
            let expected = match reread {
                Reread::Same => Ok(only(kind(text.to_owned()))),
                Reread::As(text) => Ok(only(kind(text.to_owned()))),
                Reread::Refused(message) => Err(message.to_owned()),
            };
            assert_eq!(read, expected, "{host:?}");
        }
    }

    #[test]
    fn uris_are_read_as_by_go() {
        #[rustfmt::skip]
        let rows: Vec<(&str, Result<&str, &str>)> = vec![
            ("", Ok("")),
            ("#", Ok("")),
            ("a#", Ok("a")),
            ("/p#frag ment", Ok("/p#frag%20ment")),
            ("/p#a%20b", Ok("/p#a%20b")),
            ("/p#%C3%A9!()*$", Ok("/p#%C3%A9!()*$")),
            ("/p#it's", Ok("/p#it's")),
            ("/p#%zz", Err("x509: cannot parse URI \"/p#%zz\": parse \"/p#%zz\": invalid URL escape \"%zz\"")),
            ("relative", Ok("relative")),
            ("a b/c?d e", Ok("a%20b/c?d e")),
            ("%2A", Ok("*")),
            ("%2a", Ok("%2a")),
            ("1:b", Err("x509: cannot parse URI \"1:b\": parse \"1:b\": first path segment in URL cannot contain colon")),
            ("a/1:b", Ok("a/1:b")),
            (":foo", Err("x509: cannot parse URI \":foo\": parse \":foo\": missing protocol scheme")),
            ("\x00", Err("x509: cannot parse URI \"\\x00\": parse \"\\x00\": net/url: invalid control character in URL")),
            ("/\x7f", Err("x509: cannot parse URI \"/\\x7f\": parse \"/\\x7f\": net/url: invalid control character in URL")),
            ("/%", Err("x509: cannot parse URI \"/%\": parse \"/%\": invalid URL escape \"%\"")),
            ("/%4", Err("x509: cannot parse URI \"/%4\": parse \"/%4\": invalid URL escape \"%4\"")),
            ("/%zz", Err("x509: cannot parse URI \"/%zz\": parse \"/%zz\": invalid URL escape \"%zz\"")),
            ("//u<@h/", Err("x509: cannot parse URI \"//u<@h/\": parse \"//u<@h/\": net/url: invalid userinfo")),
            ("//u%zz@h/", Err("x509: cannot parse URI \"//u%zz@h/\": parse \"//u%zz@h/\": invalid URL escape \"%zz\"")),
            ("//u:%zz@h/", Err("x509: cannot parse URI \"//u:%zz@h/\": parse \"//u:%zz@h/\": invalid URL escape \"%zz\"")),
            ("//u:p@h/", Ok("//u:p@h/")),
            ("//a:b:c@h", Ok("//a:b%3Ac@h")),
            ("//@h", Ok("//@h")),
            ("//h:1:2/", Ok("//h:1:2/")),
            ("http://h:1:2/", Ok("http://h:1:2/")),
            ("//h<>\"/", Ok("//h<>\"/")),
            ("//h^/", Err("x509: cannot parse URI \"//h^/\": parse \"//h^/\": invalid character \"^\" in host name")),
            ("//h /", Err("x509: cannot parse URI \"//h /\": parse \"//h /\": invalid character \" \" in host name")),
            ("///p", Ok("///p")),
            ("////p", Ok("////p")),
            ("http:////p", Ok("http:////p")),
            ("http:///p", Ok("http:///p")),
            ("http:/p", Ok("http:/p")),
            ("HTTP:", Ok("http:")),
            ("http:?", Ok("http:?")),
            ("http://", Ok("http:")),
            ("http://?q", Ok("http:?q")),
            ("//h", Ok("//h")),
            ("//", Ok("")),
            ("mailto:a@b", Ok("mailto:a@b")),
            ("x:/a//b", Ok("x:/a//b")),
            ("x://h//b", Ok("x://h//b")),
            ("x:/%2F/b", Ok("x:/%2F/b")),
            ("/[a]|", Ok("/%5Ba%5D%7C")),
            ("http://h/%41%2f", Ok("http://h/%41%2f")),
            ("http://a.%6d/", Err("x509: cannot parse URI \"http://a.%6d/\": parse \"http://a.%6d/\": invalid URL escape \"%6d\"")),
        ];
        for (uri, expected) in rows {
            let names = only(GeneralName::Uri(uri.to_owned()));
            let read = SubjectAltNames::from_der(&names.to_der().unwrap()).map_err(|error| error.to_string());
            let expected = expected.map(|uri| only(GeneralName::Uri(uri.to_owned()))).map_err(str::to_owned);
            assert_eq!(read, expected, "{uri:?}");
        }
    }

    #[test]
    fn extension_values_are_read_as_by_go() {
        #[rustfmt::skip]
        let rows: Vec<(&[u8], Result<&str, &str>)> = vec![
            (b"", Err("x509: invalid subject alternative names")),
            (b"0", Err("x509: invalid subject alternative names")),
            (b"0\x80\x00\x00", Err("x509: invalid subject alternative names")),
            (b"1\x00", Err("x509: invalid subject alternative names")),
            (b"\x04\x020\x00", Err("x509: invalid subject alternative names")),
            (b"0\x00", Ok("")),
            (b"0\x00trailing", Ok("")),
            (b"0\x02\x82\x05", Err("x509: invalid subject alternative name")),
            (b"0\x01\x82", Err("x509: invalid subject alternative name")),
            (b"0\x04\x82\x81\x01a", Err("x509: invalid subject alternative name")),
            (b"0\x0b\x82\x01a\x81\x03b@c\x82\x01a", Ok("a a b@c")),
            (b"0\x04\x82\x02\xc3\xa9", Err("x509: SAN dNSName is malformed")),
            (b"0\x03\x81\x01\xff", Err("x509: SAN rfc822Name is malformed")),
            (b"0\x05\x86\x03x:\x80", Err("x509: SAN uniformResourceIdentifier is malformed")),
            (b"0\x18\x87\x04\x01\x02\x03\x04\x87\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01", Ok("1.2.3.4 ::1")),
            (b"0\x02\x87\x00", Err("x509: cannot parse IP address of length 0")),
            (b"0\x0a\x87\x08\x01\x02\x03\x04\xff\xff\xff\x00", Err("x509: cannot parse IP address of length 8")),
            (b"0\x12\x87\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x01\x02\x03\x04", Err("x509: SAN iPAddress contains IPv4-mapped IPv6 address")),
            (b"0\x19\xa0\x07\x06\x01\x01\xa0\x02\x05\x00\xa4\x020\x00\x88\x02*\x03\xa2\x01a\x80\x00\x82\x01a", Ok("a")),
            (b"0\x06\x16\x01a\x82\x01z", Ok("z")),
            (b"0\x03\x9f\x01a", Err("x509: invalid subject alternative name")),
            (b"0\x05\x9f\x1f\x00\x82\x00", Err("x509: invalid subject alternative name")),
        ];
        for (value, expected) in rows {
            let read = SubjectAltNames::from_der(value).map(shown).map_err(|error| error.to_string());
            assert_eq!(read, expected.map(str::to_owned).map_err(str::to_owned), "{value:x?}");
        }
    }

    /// Go takes any tag for that of an unknown kind of name; the decoder we use knows the universal ones.
    #[test]
    fn an_unassigned_universal_tag_is_refused_unlike_in_go() {
        assert_eq!(SubjectAltNames::from_der(b"0\x03\x1d\x01a"), Err(SanError::NotAName));
    }

    #[test]
    fn names_are_grouped_with_order_and_duplicates_kept() {
        let names = SubjectAltNames::from_hosts(&["x:y", "b", "::1", "a@b", "a", "1.2.3.4", "b"]);
        assert_eq!(shown(names.clone()), "b a b a@b ::1 1.2.3.4 x:y");
        let der = b"0\x2b\x82\x01b\x82\x01a\x82\x01b\x81\x03a@b\
            \x87\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x87\x04\x01\x02\x03\x04\x86\x03x:y";
        assert_eq!(names.to_der().unwrap(), der);
        assert_eq!(SubjectAltNames::from_der(der), Ok(names));
    }

    #[test]
    fn a_mapped_address_is_written_in_four_octets() {
        let names = SubjectAltNames { ip: vec!["::ffff:1.2.3.4".parse().unwrap()], ..Default::default() };
        assert_eq!(names.to_der().unwrap(), b"0\x06\x87\x04\x01\x02\x03\x04");
    }

    #[test]
    fn the_first_name_outside_ascii_is_named_by_group() {
        let names = SubjectAltNames::from_hosts(&["x:é", "é@x", "ok", "é.de", "ü.de"]);
        let refusal = "x509: \"é.de\" cannot be encoded as an IA5String";
        assert_eq!(names.check_encodable().unwrap_err().to_string(), refusal);
        assert_eq!(names.to_der().unwrap_err().to_string(), refusal);
        assert_eq!(SubjectAltNames::from_hosts(&["/é"]).check_encodable(), Ok(()));
    }

    #[test]
    fn hints_say_what_to_write() {
        let reread = |host| SubjectAltNames::from_der(&SubjectAltNames::from_hosts(&[host]).to_der()?);
        for (host, hint) in [
            ("é.de", "write the xn-- form of a domain; mail addresses and URIs are ASCII too"),
            (
                "//a..b",
                "host entries with a slash or colon are taken as URIs; write a bare host name for a DNS name",
            ),
            (
                "//a:b",
                "host entries with a slash or colon are taken as URIs; write a bare host name for a DNS name",
            ),
        ] {
            assert_eq!(reread(host).unwrap_err().hint(), Some(hint), "{host:?}");
        }
        assert_eq!(SanError::Ipv4Mapped.hint(), None);
    }

    #[test]
    fn no_names_are_empty() {
        assert!(SubjectAltNames::from_hosts::<&str>(&[]).is_empty());
        for host in ["", "1.2.3.4", "a@b", "*"] {
            assert!(!SubjectAltNames::from_hosts(&[host]).is_empty(), "{host:?}");
        }
        assert_eq!(SubjectAltNames::default().to_der().unwrap(), b"0\0");
    }

    fn only(name: GeneralName) -> SubjectAltNames {
        let mut names = SubjectAltNames::default();
        names.push(name);
        names
    }

    fn shown(names: SubjectAltNames) -> String {
        let ips = names.ip.iter().map(ToString::to_string).collect();
        [names.dns, names.email, ips, names.uri].concat().join(" ")
    }

    proptest! {
        #[test]
        fn any_host_has_an_answer(host in r#"([a-z:/@?\[\]%.*<>()"\\ ,;=]|%[0-9a-fA-F]{2}|=\?utf-8\?[qb]\?|//|\PC){0,16}"#) {
            let names = SubjectAltNames::from_hosts(&[&host]);
            let _ = oddity(&host);
            if let Ok(der) = names.to_der() {
                let _ = SubjectAltNames::from_der(&der).map_err(|error| error.to_string());
            }
        }

        #[test]
        fn what_was_read_once_is_read_again(host in r"(//|x:|[a-c:/@?\[\]%.*#]|%[0-9a-f]{2}){0,12}") {
            let der = SubjectAltNames::from_hosts(&[&host]).to_der().unwrap();
            if let Ok(names) = SubjectAltNames::from_der(&der) {
                prop_assert!(SubjectAltNames::from_der(&names.to_der().unwrap()).is_ok(), "{:?}", names);
            }
        }

        #[test]
        fn any_value_has_an_answer(body: Vec<u8>) {
            let value = [&[0x30, body.len().min(127) as u8], body.as_slice()].concat();
            let _ = SubjectAltNames::from_der(&value).map_err(|error| error.to_string());
        }
    }
}
