//! IP addresses as the hosts of URIs: checked, and refused with the texts of Go's `net/netip`.

use thiserror::Error;

use crate::vocab::quote::quote_bytes;

/// Why a text is no IP address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("ParseAddr({}): {problem}{}", quote_bytes(text), place(at))]
pub(super) struct IpTextError {
    text: Vec<u8>,
    problem: &'static str,
    /// What is left of the text where the problem is; empty if that is not said.
    at: Vec<u8>,
}

/// Which kind of address a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V4,
    V6,
}

/// Checks an address as Go's `netip.ParseAddr` does; IPv6 may have a zone.
pub(super) fn check(text: &[u8]) -> Result<Version, IpTextError> {
    let checked = match text.iter().find(|byte| b".:%".contains(byte)) {
        Some(b'.') => check_v4(text).map(|()| Version::V4),
        Some(b':') => check_v6(text).map(|()| Version::V6),
        Some(_) => Err(problem("missing IPv6 address")),
        None => Err(problem("unable to parse IP")),
    };
    checked.map_err(|(problem, at)| IpTextError { text: text.to_vec(), problem, at: at.to_vec() })
}

/// A problem, and what is left of the text there.
type Problem<'a> = (&'static str, &'a [u8]);

fn problem(text: &'static str) -> Problem<'static> {
    (text, b"")
}

fn place(at: &[u8]) -> String {
    if at.is_empty() { String::new() } else { format!(" (at {})", quote_bytes(at)) }
}

/// Four numbers up to 255 without leading zeros.
fn check_v4(text: &[u8]) -> Result<(), Problem<'_>> {
    let (mut value, mut digits, mut dots) = (0, 0, 0);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' if digits == 1 && value == 0 => {
                return Err(problem("IPv4 field has octet with leading zero"));
            }
            b'0'..=b'9' => {
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(problem("IPv4 field has value >255"));
                }
            }
            b'.' if digits == 0 || at == text.len() - 1 => {
                return Err(("IPv4 field must have at least one digit", &text[at..]));
            }
            b'.' if dots == 3 => return Err(problem("IPv4 address too long")),
            b'.' => (value, digits, dots) = (0, 0, dots + 1),
            _ => return Err(("unexpected character", &text[at..])),
        }
    }
    if dots < 3 { Err(problem("IPv4 address too short")) } else { Ok(()) }
}

/// RFC 4291 section 2.2, with a zone (RFC 4007 section 11).
fn check_v6(text: &[u8]) -> Result<(), Problem<'_>> {
    let address = match text.iter().position(|byte| *byte == b'%') {
        Some(percent) if percent + 1 == text.len() => return Err(problem("zone must be a non-empty string")),
        Some(percent) => &text[..percent],
        None => text,
    };
    let mut groups = Groups { rest: address, count: 0, elided: false };
    if let Some(rest) = address.strip_prefix(b"::") {
        groups = Groups { rest, elided: true, ..groups };
    }
    while groups.count < 8 && !groups.rest.is_empty() {
        groups.next()?;
    }
    match groups {
        Groups { rest, .. } if !rest.is_empty() => Err(("trailing garbage after address", rest)),
        Groups { count: 8, elided: true, .. } => {
            Err(problem("the :: must expand to at least one field of zeros"))
        }
        Groups { count, elided, .. } if count < 8 && !elided => Err(problem("address string too short")),
        _ => Ok(()),
    }
}

/// The groups of an IPv6 address, read from left to right.
struct Groups<'a> {
    rest: &'a [u8],
    count: usize,
    /// Whether `::` was met.
    elided: bool,
}

impl<'a> Groups<'a> {
    /// Reads one group and the colons behind it, or an IPv4 address at the end.
    fn next(&mut self) -> Result<(), Problem<'a>> {
        let rest = self.rest;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        match digits {
            0 => return Err(("each colon-separated field must have at least one digit", rest)),
            1..=4 => {}
            _ => return Err(("each group must have 4 or less digits", rest)),
        }
        if rest.get(digits) == Some(&b'.') {
            return self.embedded_v4();
        }
        self.count += 1;
        self.rest = &rest[digits..];
        self.colons()
    }

    fn embedded_v4(&mut self) -> Result<(), Problem<'a>> {
        if !self.elided && self.count != 6 {
            return Err(("embedded IPv4 address must replace the final 2 fields of the address", self.rest));
        }
        if self.count > 6 {
            return Err(("too many hex fields to fit an embedded IPv4 at the end of the address", self.rest));
        }
        check_v4(self.rest)?;
        self.count += 2;
        self.rest = b"";
        Ok(())
    }

    fn colons(&mut self) -> Result<(), Problem<'a>> {
        match self.rest {
            [] => {}
            [b':'] => return Err(("colon must be followed by more characters", self.rest)),
            [b':', b':', ..] if self.elided => return Err(("multiple :: in address", &self.rest[1..])),
            [b':', b':', after @ ..] => (self.rest, self.elided) = (after, true),
            [b':', after @ ..] => self.rest = after,
            _ => return Err(("unexpected character, want colon", self.rest)),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The standard library is the second opinion on which texts are addresses.
        #[test]
        fn agrees_with_the_standard_library(text in "(::|[0-9a-f]{0,5}|:|[0-9]{1,3}\\.|1\\.2\\.3\\.4){0,9}") {
            let expected = match (text.parse::<Ipv4Addr>(), text.parse::<Ipv6Addr>()) {
                (Ok(_), _) => Some(Version::V4),
                (_, Ok(_)) => Some(Version::V6),
                _ => None,
            };
            prop_assert_eq!(check(text.as_bytes()).ok(), expected);
        }

        #[test]
        fn any_bytes_have_an_answer(bytes: Vec<u8>) {
            let _ = check(&bytes).map_err(|error| error.to_string());
        }
    }
}
