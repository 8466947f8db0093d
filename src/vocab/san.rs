//! Subject alternative names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use der::asn1::AnyRef;
use der::{Decode, Encode, Reader, SliceReader, Tag, TagNumber, Tagged};
use thiserror::Error;

use self::uri::{Uri, UriError};
use super::quote::quote;

mod ip_text;
mod mail_address;
mod oddity;
mod uri;

pub use self::oddity::oddity;

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

/// Decides what a host string is, as cfssl does: an IP address, else a mail address (RFC 5322), else a URI that
/// Go's `url.ParseRequestURI` takes, else a DNS name. `host:8080`, `/path` and `*` are therefore URIs.
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
        let octets: Vec<Vec<u8>> = ip.iter().map(|ip| ip_octets(*ip)).collect();
        let names = dns
            .iter()
            .map(|name| (DNS, name.as_bytes()))
            .chain(email.iter().map(|address| (EMAIL, address.as_bytes())))
            .chain(octets.iter().map(|octets| (IP, octets.as_slice())))
            .chain(uri.iter().map(|uri| (URI, uri.as_bytes())))
            .map(|(number, value)| AnyRef::new(tag(number), value))
            .collect::<Result<Vec<_>, _>>();
        names.map_err(|_| SanError::TooLong)?.to_der().map_err(|_| SanError::TooLong)
    }

    /// Reads the extension's value as Go's `x509.ParseCertificateRequest` does: names of other kinds are skipped,
    /// URIs are checked and written anew.
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

const EMAIL: u32 = 1;
const DNS: u32 = 2;
const URI: u32 = 6;
const IP: u32 = 7;

fn tag(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: false, number: TagNumber(number) }
}

fn ip_octets(ip: IpAddr) -> Vec<u8> {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    }
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
