//! Advice about host strings that were probably meant otherwise.

use std::net::{IpAddr, Ipv4Addr};

/// One line of advice if `host`, though legal, is probably not what was meant; kinds of names are those of
/// [`classify`](super::classify).
pub fn oddity(host: &str) -> Option<&'static str> {
    CHECKS.iter().find(|(applies, _)| applies(host)).map(|(_, advice)| *advice)
}

/// Why a dNSName can be no host's, in one line of advice (RFC 1123 section 2.1, with `_` and one `*` in front as
/// clients take them).
pub fn dns_fault(name: &str) -> Option<&'static str> {
    let host = name.strip_prefix("*.").unwrap_or(name);
    let labels = || host.split('.');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if host.contains('*') {
        return Some("a wildcard stands alone and in front: *.example.com");
    }
    if name.len() > 253 || labels().any(|label| label.len() > 63) {
        return Some("a DNS name has at most 253 characters, and 63 between its dots");
    }
    if labels().any(str::is_empty) {
        return Some("something is missing before, between or after its dots");
    }
    if labels().any(|label| label.starts_with('-') || label.ends_with('-') || !label.chars().all(is_plain)) {
        return Some("a DNS name has letters, digits, - and _ between its dots, and no - at their ends");
    }
    if labels().next_back().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit())) {
        return Some("it ends like an IPv4 address, which has four numbers up to 255");
    }
    None
}

type Check = (fn(&str) -> bool, &'static str);

/// The first that applies speaks.
const CHECKS: [Check; 12] = [
    (str::is_empty, "an empty name matches nothing"),
    (has_outer_blanks, "the spaces around it become part of the name"),
    (is_list, "one entry is one name; write a list of entries"),
    (is_web_address, "a URL becomes a URI name, which TLS clients do not match; write the host name alone"),
    (is_bracketed, "brackets belong into URLs; write the IPv6 address alone"),
    (is_range, "this is an address range, taken as a DNS name; a certificate names single addresses"),
    (has_port, "a name carries no port; write the host alone"),
    (has_zone, "an address in a certificate has no zone; write what precedes the %"),
    (has_leading_zeros, "an octet has a leading zero, so this is taken as a DNS name"),
    (is_path_or_star, "this becomes a URI name, which TLS clients do not match"),
    (is_international, "DNS names are ASCII; write the xn-- form"),
    (has_blanks, "a DNS name has no spaces"),
];

fn has_outer_blanks(host: &str) -> bool {
    host.trim() != host
}

/// Commas separate hosts in `-hostname`, not in JSON; a display name may hold one, before brackets.
fn is_list(host: &str) -> bool {
    host.contains([',', ';']) && !host.contains(['<', '"', ':', '/', '('])
}

fn is_web_address(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    ["http://", "https://", "//"].iter().any(|start| host.starts_with(start))
}

fn is_bracketed(host: &str) -> bool {
    host.starts_with('[')
}

fn is_range(host: &str) -> bool {
    let is_prefix =
        |bits: &str| (1..=3).contains(&bits.len()) && bits.bytes().all(|byte| byte.is_ascii_digit());
    host.split_once('/').is_some_and(|(ip, bits)| is_ip(ip) && is_prefix(bits))
}

fn has_port(host: &str) -> bool {
    let authority = host.split('/').next().unwrap_or_default();
    let is_port = |port: &str| port.parse::<u16>().is_ok();
    authority.split_once(':').is_some_and(|(name, port)| is_port(port) && is_host_name(name))
}

fn has_zone(host: &str) -> bool {
    host.split_once('%').is_some_and(|(ip, _)| is_ip(ip))
}

fn has_leading_zeros(host: &str) -> bool {
    let octets: Option<Vec<u8>> = host.split('.').map(|octet| octet.parse().ok()).collect();
    octets.is_some_and(|octets| octets.len() == 4) && host.parse::<Ipv4Addr>().is_err()
}

fn is_path_or_star(host: &str) -> bool {
    host == "*" || host.starts_with('/')
}

fn is_international(host: &str) -> bool {
    !host.is_ascii() && !host.contains(['@', ':'])
}

fn has_blanks(host: &str) -> bool {
    host.contains(char::is_whitespace) && !host.contains(['@', ':'])
}

fn is_ip(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

fn is_host_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._*".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dns_names_are_those_of_hosts() {
        for name in ["a", "a.example.com", "*.example.com", "_srv.a", "xn--bcher-kva.example", "a1.2b"] {
            assert_eq!(dns_fault(name), None, "{name}");
        }
        let long = "a".repeat(64);
        for name in
            ["127.0.0.1.1", "1.2.3", "-a", "a-.b", "a..b", "a.", "*.*.de", "a.*.de", "*", "a/b", &long]
        {
            assert!(dns_fault(name).is_some(), "{name}");
        }
    }

    #[test]
    fn odd_entries_get_advice() {
        for (host, advice) in [
            ("", "an empty name matches nothing"),
            (" a.com", "the spaces around it become part of the name"),
            ("1.2.3.4\n", "the spaces around it become part of the name"),
            ("a.com,b.com", "one entry is one name; write a list of entries"),
            (
                "HTTPS://a.com/",
                "a URL becomes a URI name, which TLS clients do not match; write the host name alone",
            ),
            (
                "//a.com",
                "a URL becomes a URI name, which TLS clients do not match; write the host name alone",
            ),
            ("[::1]", "brackets belong into URLs; write the IPv6 address alone"),
            ("[::1]:443", "brackets belong into URLs; write the IPv6 address alone"),
            (
                "10.0.0.0/8",
                "this is an address range, taken as a DNS name; a certificate names single addresses",
            ),
            (
                "2001:db8::/32",
                "this is an address range, taken as a DNS name; a certificate names single addresses",
            ),
            ("a.com:443", "a name carries no port; write the host alone"),
            ("a.com:443/path", "a name carries no port; write the host alone"),
            ("1.2.3.4:80", "a name carries no port; write the host alone"),
            ("fe80::1%eth0", "an address in a certificate has no zone; write what precedes the %"),
            ("010.0.0.1", "an octet has a leading zero, so this is taken as a DNS name"),
            ("*", "this becomes a URI name, which TLS clients do not match"),
            ("/etc", "this becomes a URI name, which TLS clients do not match"),
            ("é.de", "DNS names are ASCII; write the xn-- form"),
            ("a b.com", "a DNS name has no spaces"),
        ] {
            assert_eq!(oddity(host), Some(advice), "{host:?}");
        }
    }

    #[test]
    fn ordinary_entries_get_none() {
        for host in [
            "a.com",
            "*.a.com",
            "localhost",
            "a.com.",
            "_sip._tcp.a.com",
            "1.2.3.4",
            "::1",
            "2001:db8::1",
            "me@a.com",
            "Me, myself <me@a.com>",
            "spiffe://a.com/x",
            "urn:uuid:0",
            "ldap://a.com:389/",
            "xn--e1afmkfd.com",
            "1.2.3",
        ] {
            assert_eq!(oddity(host), None, "{host:?}");
        }
    }
}
