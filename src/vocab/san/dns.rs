//! What keeps a dNSName from being the name of a host, and what was probably meant.

use std::net::IpAddr;

/// What is wrong with a DNS name: one fault at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DnsFault {
    /// It has a NUL in it.
    Nul,
    /// It is not ASCII.
    NotAscii,
    /// It has spaces or line breaks in it.
    Spaces,
    /// It is a URL.
    Url,
    /// It begins with a bracket, as addresses in URLs do.
    Brackets,
    /// It is a range of addresses.
    Range,
    /// It is an address with a zone.
    Zone,
    /// It is an address.
    IsIp,
    /// It has a port.
    Port,
    /// It is a wildcard alone.
    BareWildcard,
    /// A wildcard does not stand alone and in front.
    WildcardPlace,
    /// It ends with a dot.
    TrailingDot,
    /// It begins with a dot.
    LeadingDot,
    /// There is nothing between two of its dots.
    EmptyLabel,
    /// It has other characters than letters, digits, `-` and `_`.
    Character,
    /// It has more than 253 characters.
    TooLong,
    /// There are more than 63 characters between two of its dots.
    LabelTooLong,
    /// A part begins or ends with `-`.
    Hyphen,
    /// Its last part is a number.
    Number,
    /// It has an `_`, which clients take.
    Underscore,
    /// A wildcard stands for all below a top-level domain, which some clients take.
    BroadWildcard,
}

impl DnsFault {
    /// How many there are.
    pub const COUNT: usize = Self::BroadWildcard as usize + 1;

    /// What to write instead, in one line; nothing where clients take the name (RFC 1123 section 2.1, with `_` and one
    /// `*` in front).
    pub fn advice(self) -> Option<&'static str> {
        Some(match self {
            Self::BareWildcard | Self::WildcardPlace => "a wildcard stands alone and in front: *.example.com",
            Self::TooLong | Self::LabelTooLong => {
                "a DNS name has at most 253 characters, and 63 between its dots"
            }
            Self::TrailingDot | Self::LeadingDot | Self::EmptyLabel => {
                "something is missing before, between or after its dots"
            }
            Self::IsIp | Self::Number => "it ends like an IPv4 address, which has four numbers up to 255",
            Self::Underscore | Self::BroadWildcard => return None,
            _ => "a DNS name has letters, digits, - and _ between its dots, and no - at their ends",
        })
    }
}

/// What is wrong with a DNS name.
pub fn dns_fault(name: &[u8]) -> Option<DnsFault> {
    use DnsFault as Fault;
    if name.contains(&0) {
        return Some(Fault::Nul);
    }
    // What is not UTF-8 is not ASCII either.
    let Some(name) = std::str::from_utf8(name).ok().filter(|name| name.is_ascii()) else {
        return Some(Fault::NotAscii);
    };
    if name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-' || octet == b'.') {
        return label_fault(name);
    }
    [
        (name.contains(|c: char| c.is_ascii_whitespace()), Fault::Spaces),
        (name.contains("//"), Fault::Url),
        (is_bracketed(name), Fault::Brackets),
        (is_range(name), Fault::Range),
        (has_zone(name), Fault::Zone),
        (is_ip(name), Fault::IsIp),
        (has_port(name), Fault::Port),
        (name == "*", Fault::BareWildcard),
        (name.strip_prefix("*.").unwrap_or(name).contains('*'), Fault::WildcardPlace),
        (!is_host_name(name), Fault::Character),
    ]
    .iter()
    .find(|(applies, _)| *applies)
    .map(|(_, fault)| *fault)
    .or_else(|| label_fault(name))
}

/// What is wrong with a name of letters, digits, `-`, `_`, `.` and one `*` in front.
fn label_fault(name: &str) -> Option<DnsFault> {
    use DnsFault as Fault;
    let host = name.strip_prefix("*.").unwrap_or(name);
    let labels = || host.split('.');
    let is_number = |label: &str| label.bytes().all(|octet| octet.is_ascii_digit());
    if host.starts_with('.') {
        Some(Fault::LeadingDot)
    } else if host.is_empty() || host.contains("..") {
        Some(Fault::EmptyLabel)
    } else if host.ends_with('.') {
        Some(Fault::TrailingDot)
    } else if name.len() > 253 {
        Some(Fault::TooLong)
    } else if labels().any(|label| label.len() > 63) {
        Some(Fault::LabelTooLong)
    } else if labels().any(|label| label.starts_with('-') || label.ends_with('-')) {
        Some(Fault::Hyphen)
    } else if labels().next_back().is_some_and(is_number) {
        Some(if is_ip(host) { Fault::IsIp } else { Fault::Number })
    } else if host.contains('_') {
        Some(Fault::Underscore)
    } else if host.len() < name.len() && !host.contains('.') {
        Some(Fault::BroadWildcard)
    } else {
        None
    }
}

pub(super) fn is_ip(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

pub(super) fn is_bracketed(name: &str) -> bool {
    name.starts_with('[')
}

pub(super) fn is_range(name: &str) -> bool {
    let is_prefix =
        |bits: &str| (1..=3).contains(&bits.len()) && bits.bytes().all(|byte| byte.is_ascii_digit());
    name.split_once('/').is_some_and(|(ip, bits)| is_ip(ip) && is_prefix(bits))
}

pub(super) fn has_zone(name: &str) -> bool {
    name.split_once('%').is_some_and(|(ip, _)| is_ip(ip))
}

pub(super) fn has_port(name: &str) -> bool {
    let authority = name.split('/').next().unwrap_or_default();
    let is_port = |port: &str| port.parse::<u16>().is_ok();
    authority.split_once(':').is_some_and(|(host, port)| is_port(port) && is_host_name(host))
}

fn is_host_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._*".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dns_names_are_those_of_hosts() {
        let advice = |name: &str| dns_fault(name.as_bytes()).and_then(DnsFault::advice);
        for name in
            ["a", "a.example.com", "*.example.com", "_srv.a", "*.com", "xn--bcher-kva.example", "a1.2b"]
        {
            assert_eq!(advice(name), None, "{name}");
        }
        let long = "a".repeat(64);
        for name in
            ["127.0.0.1.1", "1.2.3", "-a", "a-.b", "a..b", "a.", "*.*.de", "a.*.de", "*", "a/b", "é", &long]
        {
            assert!(advice(name).is_some(), "{name}");
        }
        assert_eq!(dns_fault(b"a.com:443/path"), Some(DnsFault::Port));
        assert_eq!(dns_fault(b"10.0.0.0/8"), Some(DnsFault::Range));
    }
}
