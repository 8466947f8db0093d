//! URIs taken apart as Go's `net/url` does it, because `certinfo -csr` prints the parts.

use std::net::Ipv6Addr;

use serde::Serialize;

use super::go_json::text;
use super::public_key::Empty;

/// Go's `url.URL`.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Uri {
    /// In lower case.
    scheme: String,
    /// What follows the scheme if it does not begin with a slash.
    opaque: String,
    /// Shown as an empty object whatever it holds.
    user: Option<Empty>,
    /// With the port.
    host: String,
    /// Unescaped.
    path: String,
    /// Unescaped.
    fragment: String,
    raw_query: String,
    /// The path as written, if escaping `path` would give something else.
    raw_path: String,
    /// The fragment as written, if escaping `fragment` would give something else.
    raw_fragment: String,
    /// A `?` with nothing behind it.
    force_query: bool,
    /// No authority between the scheme and a path that begins with a slash.
    omit_host: bool,
}

impl Uri {
    /// Reads the text of a uniformResourceIdentifier; `None` if Go would not.
    pub(super) fn parse(uri: &str) -> Option<Self> {
        let (uri, fragment) = uri.split_once('#').unwrap_or((uri, ""));
        let mut parsed = Self::without_fragment(uri)?;
        (parsed.fragment, parsed.raw_fragment) = cooked_and_raw(fragment, fragment_may_hold)?;
        Some(parsed)
    }

    fn without_fragment(uri: &str) -> Option<Self> {
        if uri.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return None;
        }
        if uri == "*" {
            return Some(Self { path: uri.to_owned(), ..Self::default() });
        }
        let (scheme, rest) = split_scheme(uri)?;
        let (rest, raw_query, force_query) = split_query(rest);
        let parsed = Self {
            scheme: scheme.to_ascii_lowercase(),
            raw_query: raw_query.to_owned(),
            force_query,
            ..Self::default()
        };
        parsed.with_hierarchy(rest)
    }

    /// Adds what stands between scheme and query.
    fn with_hierarchy(mut self, rest: &str) -> Option<Self> {
        let has_scheme = !self.scheme.is_empty();
        if !rest.starts_with('/') {
            if has_scheme {
                self.opaque = rest.to_owned();
                return Some(self);
            }
            // RFC 3986 section 4.2: a colon in the first segment "would be mistaken for a scheme name".
            if rest.split('/').next()?.contains(':') {
                return None;
            }
        }
        let path = match rest.strip_prefix("//") {
            Some(hierarchy) if has_scheme || !rest.starts_with("///") => {
                let (authority, path) = hierarchy.split_at(hierarchy.find('/').unwrap_or(hierarchy.len()));
                self.set_authority(authority)?;
                path
            }
            _ => {
                self.omit_host = has_scheme && rest.starts_with('/');
                rest
            }
        };
        (self.path, self.raw_path) = cooked_and_raw(path, path_may_hold)?;
        Some(self)
    }

    fn set_authority(&mut self, authority: &str) -> Option<()> {
        let host = match authority.rsplit_once('@') {
            Some((user, host)) => {
                self.user = Some(checked_user(user)?);
                host
            }
            None => authority,
        };
        self.host = checked_host(host)?;
        Some(())
    }
}

/// `None` for a URI that begins with a colon.
fn split_scheme(uri: &str) -> Option<(&str, &str)> {
    let scheme_character = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let end = uri.bytes().position(|byte| !scheme_character(byte)).unwrap_or(uri.len());
    let (scheme, rest) = uri.split_at(end);
    match rest.strip_prefix(':') {
        Some(_) if scheme.is_empty() => None,
        Some(rest) if scheme.starts_with(|first: char| first.is_ascii_alphabetic()) => Some((scheme, rest)),
        _ => Some(("", uri)),
    }
}

/// What stands before the query, the query, and whether there is a `?` without one.
fn split_query(rest: &str) -> (&str, &str, bool) {
    match rest.split_once('?') {
        Some((before, "")) => (before, "", true),
        Some((before, query)) => (before, query, false),
        None => (rest, "", false),
    }
}

fn checked_user(user: &str) -> Option<Empty> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
    (user.bytes().all(allowed) && unescaped(user).is_some()).then_some(Empty {})
}

/// Unescapes a host with its port, then asks of it what Go asks of the domain name in a URI.
fn checked_host(host: &str) -> Option<String> {
    let unescaped = match host.rfind('[') {
        Some(0) => ip_literal(host)?,
        Some(_) => return None,
        None => {
            let port = host.rfind(':').map_or("", |colon| &host[colon..]);
            if !is_port(port) {
                return None;
            }
            unescaped_host(host)?
        }
    };
    is_domain_name(&unescaped).then_some(unescaped)
}

/// `[IPv6]`, `[IPv6%25zone]`, each with or without a port (RFC 3986 section 3.2.2, RFC 6874).
fn ip_literal(host: &str) -> Option<String> {
    let (literal, port) = host.strip_prefix('[')?.rsplit_once(']')?;
    let (address, zone) = match literal.find("%25") {
        Some(at) => (unescaped_host(&literal[..at])?, unescaped_zone(&literal[at..])?),
        None => (unescaped_host(literal)?, String::new()),
    };
    let zone_is_fine = zone.is_empty() || zone.len() > 1;
    (is_port(port) && zone_is_fine && address.parse::<Ipv6Addr>().is_ok())
        .then(|| format!("[{address}{zone}]{port}"))
}

fn is_port(port: &str) -> bool {
    port.is_empty() || port.strip_prefix(':').is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
}

fn is_domain_name(host: &str) -> bool {
    let visible = host.bytes().all(|byte| byte.is_ascii_graphic());
    host.is_empty() || visible && host.split('.').all(|label| !label.is_empty())
}

/// Hosts may escape nothing in ASCII but the percent sign, and nothing else is a domain name.
fn unescaped_host(host: &str) -> Option<String> {
    let percent_only = host.match_indices('%').all(|(at, _)| host[at..].starts_with("%25"));
    let plain = host.bytes().all(|byte| byte == b'%' || host_may_hold(byte));
    (percent_only && plain).then(|| host.replace("%25", "%"))
}

/// Zones may escape what hosts may hold.
fn unescaped_zone(zone: &str) -> Option<String> {
    let plain = zone.bytes().all(|byte| byte == b'%' || host_may_hold(byte));
    let unescaped = String::from_utf8(unescaped(zone)?).ok()?;
    let allowed = unescaped.bytes().all(|byte| byte == b'%' || host_may_hold(byte));
    (plain && allowed).then_some(unescaped)
}

/// The unescaped text, and the text as written if escaping would not lead back to it.
fn cooked_and_raw(raw: &str, may_hold: fn(u8) -> bool) -> Option<(String, String)> {
    let cooked = unescaped(raw)?;
    let raw = if escaped(&cooked, may_hold) == raw { "" } else { raw };
    Some((text(&cooked), raw.to_owned()))
}

/// `None` if a percent sign is not followed by two hexadecimal digits.
fn unescaped(escaped: &str) -> Option<Vec<u8>> {
    let mut pieces = escaped.as_bytes().split(|byte| *byte == b'%');
    let mut bytes = pieces.next()?.to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        bytes.extend_from_slice(rest);
    }
    Some(bytes)
}

fn escaped(bytes: &[u8], may_hold: fn(u8) -> bool) -> String {
    let escape =
        |byte: &u8| if may_hold(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") };
    bytes.iter().map(escape).collect()
}

// Which characters Go leaves as they are; for paths fewer than RFC 3986 allows.

fn path_may_hold(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte)
}

fn fragment_may_hold(byte: u8) -> bool {
    path_may_hold(byte) || b"?!()*".contains(&byte)
}

fn host_may_hold(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:[]<>\"".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(uri: &str) -> String {
        serde_json::to_string(&Uri::parse(uri).unwrap()).unwrap()
    }

    #[test]
    fn parts_are_found() {
        assert_eq!(
            shown("HTTPS://u:p@h.example:8443/a%20b/%2f?q=1?#f%41!"),
            r#"{"Scheme":"https","Opaque":"","User":{},"Host":"h.example:8443","Path":"/a b//","Fragment":"fA!","#
                .to_owned()
                + r#""RawQuery":"q=1?","RawPath":"/a%20b/%2f","RawFragment":"f%41!","ForceQuery":false,"OmitHost":false}"#
        );
    }

    #[test]
    fn refused() {
        for bad in [
            ":x",
            "a b:c",
            "http://h/%zz",
            "http://h/%4",
            "http://h./",
            "http://a..b",
            "http://h:x/",
            "http://[::1",
            "http://[1.2.3.4]/",
            "http://x[::1]/",
            "http://a%41/",
            "http://u\"@h/",
            "http://u%@h/",
            "1a:b",
            "a\tb",
            "http://h/#%",
            "http://h h/",
            "http://[fe80::1%25]/",
            "http://[fe80::1%25%20]/",
        ] {
            assert!(Uri::parse(bad).is_none(), "{bad}");
        }
    }
}
