//! URIs (RFC 3986) as Go's `net/url` parses and writes them.

use std::fmt;

use thiserror::Error;

use super::ip_text::{self, IpTextError};
use crate::vocab::quote::{quote, quote_bytes};

/// A URI reference, taken apart as far as Go's rules for writing it need.
#[derive(Debug)]
pub(super) struct Uri {
    /// In lower case; may be empty.
    scheme: String,
    /// What follows the scheme if that does not start with a slash, as written.
    opaque: String,
    /// User and password, encoded.
    userinfo: Option<String>,
    /// Host and port, decoded, so not always UTF-8.
    host: Vec<u8>,
    /// A scheme and a path without `//` between them.
    omits_host: bool,
    /// Encoded.
    path: String,
    /// As written.
    query: Option<String>,
    /// Encoded.
    fragment: Option<String>,
}

/// Why a text is no URI, with Go's text for it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("parse {}: {fault}", quote(text))]
pub struct UriError {
    text: String,
    fault: UriFault,
}

/// What is wrong with a URI.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
enum UriFault {
    #[error("net/url: invalid control character in URL")]
    ControlCharacter,
    #[error("empty url")]
    Empty,
    #[error("missing protocol scheme")]
    MissingScheme,
    #[error("invalid URI for request")]
    NotForRequest,
    #[error("first path segment in URL cannot contain colon")]
    ColonInFirstSegment,
    #[error("net/url: invalid userinfo")]
    Userinfo,
    #[error("invalid IP-literal")]
    IpLiteral,
    #[error("missing ']' in host")]
    MissingBracket,
    #[error("invalid port {} after host", quote(_0))]
    Port(String),
    #[error("invalid host: {0}")]
    IpText(IpTextError),
    #[error("invalid URL escape {}", quote_bytes(_0))]
    Escape(Vec<u8>),
    #[error("invalid character {} in host name", quote_bytes(&[*_0]))]
    HostCharacter(u8),
}

/// Where a text comes from decides what it may be.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Absolute, or a path that starts with a slash; no fragment.
    RequestUri,
    /// Anything, relative references included.
    Reference,
}

impl Uri {
    /// Go's `url.ParseRequestURI`.
    pub(super) fn parse_request_uri(text: &str) -> Result<Self, UriError> {
        Self::parse(text, Form::RequestUri).map_err(|fault| fault.in_text(text))
    }

    /// Go's `url.Parse`.
    pub(super) fn parse_reference(text: &str) -> Result<Self, UriError> {
        let (before, fragment) = text.split_once('#').unwrap_or((text, ""));
        let mut uri = Self::parse(before, Form::Reference).map_err(|fault| fault.in_text(before))?;
        if !fragment.is_empty() {
            uri.fragment = Some(normalized(fragment, Part::Fragment).map_err(|fault| fault.in_text(text))?);
        }
        Ok(uri)
    }

    /// Host and port, decoded; empty if there is none.
    pub(super) fn host(&self) -> &[u8] {
        &self.host
    }

    fn parse(text: &str, form: Form) -> Result<Self, UriFault> {
        if text.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(UriFault::ControlCharacter);
        }
        if text.is_empty() && form == Form::RequestUri {
            return Err(UriFault::Empty);
        }
        let (scheme, rest) = if text == "*" { ("", text) } else { split_scheme(text)? };
        let (hierarchy, query) = match rest.split_once('?') {
            Some((hierarchy, query)) => (hierarchy, Some(query.to_owned())),
            None => (rest, None),
        };
        let mut uri = Self { query, ..Self::with_scheme(scheme) };
        if text == "*" {
            uri.path = text.to_owned();
        } else if !hierarchy.starts_with('/') && !scheme.is_empty() {
            uri.opaque = hierarchy.to_owned();
        } else {
            check_path_start(hierarchy, form)?;
            uri.read_hierarchy(hierarchy, form)?;
        }
        Ok(uri)
    }

    fn with_scheme(scheme: &str) -> Self {
        Self {
            scheme: scheme.to_ascii_lowercase(),
            opaque: String::new(),
            userinfo: None,
            host: Vec::new(),
            omits_host: false,
            path: String::new(),
            query: None,
            fragment: None,
        }
    }

    /// `["//" authority] path`. Without a scheme, `//` starts an authority only in references, and not `///`.
    fn read_hierarchy(&mut self, hierarchy: &str, form: Form) -> Result<(), UriFault> {
        let may_have_authority =
            !self.scheme.is_empty() || form == Form::Reference && !hierarchy.starts_with("///");
        let mut path = hierarchy;
        if let Some(after) = hierarchy.strip_prefix("//").filter(|_| may_have_authority) {
            let (authority, rest) = after.split_at(after.find('/').unwrap_or(after.len()));
            self.read_authority(authority)?;
            path = rest;
        } else {
            self.omits_host = !self.scheme.is_empty() && hierarchy.starts_with('/');
        }
        self.path = normalized_path(path)?;
        Ok(())
    }

    /// `[userinfo "@"] host [":" port]`.
    fn read_authority(&mut self, authority: &str) -> Result<(), UriFault> {
        let (userinfo, host) = match authority.rsplit_once('@') {
            Some((userinfo, host)) => (Some(userinfo), host),
            None => (None, authority),
        };
        self.host = read_host(host)?;
        self.userinfo = userinfo.map(read_userinfo).transpose()?;
        Ok(())
    }
}

/// Go's `URL.String`.
impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.scheme.is_empty() {
            write!(f, "{}:", self.scheme)?;
        }
        if self.opaque.is_empty() {
            self.write_hierarchy(f)?
        } else {
            f.write_str(&self.opaque)?
        }
        if let Some(query) = &self.query {
            write!(f, "?{query}")?;
        }
        if let Some(fragment) = &self.fragment {
            write!(f, "#{fragment}")?;
        }
        Ok(())
    }
}

impl Uri {
    fn write_hierarchy(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_authority = !self.host.is_empty() || self.userinfo.is_some();
        let slashes = has_authority || !self.scheme.is_empty() && !self.omits_host && !self.path.is_empty();
        if slashes {
            f.write_str("//")?;
        }
        if let Some(userinfo) = &self.userinfo {
            write!(f, "{userinfo}@")?;
        }
        f.write_str(&escape(&self.host, Part::Host))?;
        match self.path.strip_prefix("//") {
            // An authority would be read into this path otherwise.
            Some(rest) if self.omits_host => write!(f, "%2F/{rest}"),
            _ => f.write_str(&self.path),
        }
    }
}

impl UriFault {
    fn in_text(self, text: &str) -> UriError {
        UriError { text: text.to_owned(), fault: self }
    }
}

/// RFC 3986 section 3.1; a text that does not start with a scheme has an empty one.
fn split_scheme(text: &str) -> Result<(&str, &str), UriFault> {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    match text.split_once(':') {
        Some(("", _)) => Err(UriFault::MissingScheme),
        Some((scheme, rest)) if is_scheme(scheme) => Ok((scheme, rest)),
        _ => Ok(("", text)),
    }
}

/// A relative path must not look like a scheme (RFC 3986 section 3.3), and a request needs an absolute one.
fn check_path_start(path: &str, form: Form) -> Result<(), UriFault> {
    let first_segment = path.split('/').next().unwrap_or_default();
    match form {
        _ if path.starts_with('/') => Ok(()),
        Form::RequestUri => Err(UriFault::NotForRequest),
        Form::Reference if first_segment.contains(':') => Err(UriFault::ColonInFirstSegment),
        Form::Reference => Ok(()),
    }
}

/// RFC 3986 section 3.2.1, decoded and encoded again; Go also lets an `@` through.
fn read_userinfo(text: &str) -> Result<String, UriFault> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
    if !text.bytes().all(is_allowed) {
        return Err(UriFault::Userinfo);
    }
    let again = |text: &str| unescape(text, Part::Userinfo).map(|decoded| escape(&decoded, Part::Userinfo));
    match text.split_once(':') {
        Some((user, password)) => Ok(format!("{}:{}", again(user)?, again(password)?)),
        None => again(text),
    }
}

/// Host and port (RFC 3986 section 3.2.2), decoded.
fn read_host(text: &str) -> Result<Vec<u8>, UriFault> {
    match text.rfind('[') {
        Some(0) => return read_ip_literal(&text[1..]),
        Some(_) => return Err(UriFault::IpLiteral),
        None => {}
    }
    // The last colon, so that lists such as `a:1,b:2` pass. Go refuses them in http since 1.26, but not in a
    // program that declares an older Go (GODEBUG urlstrictcolons), and cfssl declares 1.20.
    if let Some(colon) = text.rfind(':') {
        check_port(&text[colon..])?;
    }
    unescape(text, Part::Host)
}

/// What follows the opening bracket: IPv6 address, perhaps a zone (RFC 6874), `]`, perhaps a port.
fn read_ip_literal(text: &str) -> Result<Vec<u8>, UriFault> {
    let (inside, port) = text.rsplit_once(']').ok_or(UriFault::MissingBracket)?;
    check_port(port)?;
    let (address, zone) = inside.split_at(inside.find("%25").unwrap_or(inside.len()));
    let mut inside = unescape(address, Part::Host)?;
    inside.extend(unescape(zone, Part::Zone)?);
    if ip_text::check(&inside).map_err(UriFault::IpText)? == ip_text::Version::V4 {
        return Err(UriFault::IpLiteral);
    }
    Ok([b"[", inside.as_slice(), b"]", port.as_bytes()].concat())
}

fn check_port(text: &str) -> Result<(), UriFault> {
    match text.strip_prefix(':') {
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
        None if text.is_empty() => Ok(()),
        _ => Err(UriFault::Port(text.to_owned())),
    }
}

fn normalized_path(path: &str) -> Result<String, UriFault> {
    match normalized(path, Part::Path)? {
        // Go keeps a star that is the whole path, however it was written.
        path if path == "%2A" => Ok("*".to_owned()),
        path => Ok(path),
    }
}

/// The text as written if it is properly encoded, else decoded and encoded again.
fn normalized(text: &str, part: Part) -> Result<String, UriFault> {
    let decoded = unescape(text, part)?;
    let tolerated = |byte: u8| part.may_hold(byte) || b"!$&'()*+,;=:@[]%".contains(&byte);
    Ok(if text.bytes().all(tolerated) { text.to_owned() } else { escape(&decoded, part) })
}

/// The parts of a URI that differ in what they hold without encoding.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Userinfo,
    Host,
    /// Of an IPv6 address.
    Zone,
    Path,
    Fragment,
}

impl Part {
    fn may_hold(self, byte: u8) -> bool {
        let delimiters: &[u8] = match self {
            Self::Userinfo => b"$&+,;=",
            Self::Host | Self::Zone => b"!$&'()*+,;=:[]<>\"",
            Self::Path => b"$&+,/:;=@",
            Self::Fragment => b"$&+,/:;=?@!()*",
        };
        byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) || delimiters.contains(&byte)
    }

    /// Whether `byte` may be written as `escape`; only hosts and zones are particular.
    fn may_escape(self, byte: u8, escape: &[u8]) -> bool {
        match self {
            Self::Userinfo | Self::Path | Self::Fragment => true,
            _ if escape == b"%25" => true,
            // RFC 3986 section 3.2.2 has percent-encoding for what is outside ASCII.
            Self::Host => !byte.is_ascii(),
            Self::Zone => byte == b' ' || self.may_hold(byte),
        }
    }

    /// Whether `byte` may stand as it is when a URI is read, where Go is more lenient.
    fn may_read(self, byte: u8) -> bool {
        !matches!(self, Self::Host | Self::Zone) || !byte.is_ascii() || self.may_hold(byte)
    }
}

fn unescape(text: &str, part: Part) -> Result<Vec<u8>, UriFault> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let escape = &rest[..rest.len().min(3)];
            let byte = escaped_byte(escape).filter(|byte| part.may_escape(*byte, escape));
            decoded.push(byte.ok_or_else(|| UriFault::Escape(escape.to_vec()))?);
            rest = &rest[3..];
        } else if part.may_read(*first) {
            decoded.push(*first);
            rest = after;
        } else {
            return Err(UriFault::HostCharacter(*first));
        }
    }
    Ok(decoded)
}

/// The byte that `%` and two hexadecimal digits stand for.
fn escaped_byte(escape: &[u8]) -> Option<u8> {
    let &[_, high, low] = escape else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

fn escape(decoded: &[u8], part: Part) -> String {
    let mut text = String::with_capacity(decoded.len());
    for byte in decoded {
        if part.may_hold(*byte) {
            text.push(char::from(*byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
