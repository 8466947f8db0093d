//! Advice about host strings that were probably meant otherwise.

use std::net::Ipv4Addr;

use super::dns::{has_port, has_zone, is_bracketed, is_range};

/// One line of advice if `host`, though legal, is probably not what was meant; kinds of names are those of
/// [`classify`](super::classify).
pub fn oddity(host: &str) -> Option<&'static str> {
    CHECKS.iter().find(|(applies, _)| applies(host)).map(|(_, advice)| *advice)
}

type Check = (fn(&str) -> bool, &'static str);

/// The first that applies speaks.
const CHECKS: [Check; 14] = [
    (str::is_empty, "an empty name matches nothing"),
    (has_outer_blanks, "the spaces around it become part of the name"),
    (is_list, "one entry is one name; write a list of entries"),
    (has_kind, "write the name without its kind, which is told by its form"),
    (is_web_address, "a URL becomes a URI name, which TLS clients do not match; write the host name alone"),
    (is_bracketed, "brackets belong into URLs; write the IPv6 address alone"),
    (is_range, "this is an address range, taken as a DNS name; a certificate names single addresses"),
    (has_port, "a name carries no port; write the host alone"),
    (has_zone, "an address in a certificate has no zone; write what precedes the %"),
    (has_leading_zeros, "an octet has a leading zero, so this is taken as a DNS name"),
    (is_path_or_star, "this becomes a URI name, which TLS clients do not match"),
    (is_international, "DNS names are ASCII; write the xn-- form"),
    (has_blanks, "a DNS name has no spaces"),
    (has_final_dot, "a name in a certificate has no dot at its end"),
];

fn has_outer_blanks(host: &str) -> bool {
    host.trim() != host
}

/// Commas separate hosts in `-hostname`, not in JSON; a display name may hold one, before brackets.
fn is_list(host: &str) -> bool {
    host.contains([',', ';']) && !host.contains(['<', '"', ':', '/', '('])
}

/// As OpenSSL writes names.
fn has_kind(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    ["dns:", "ip:", "ip address:", "email:", "uri:"].iter().any(|kind| host.starts_with(kind))
}

fn is_web_address(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    ["http://", "https://", "//"].iter().any(|start| host.starts_with(start))
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

/// Go from 1.25.2 on does not even read a certificate with such a DNS name.
fn has_final_dot(host: &str) -> bool {
    host.ends_with('.') && !host.contains(['@', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_entries_get_advice() {
        for (host, advice) in [
            ("", "an empty name matches nothing"),
            (" a.com", "the spaces around it become part of the name"),
            ("1.2.3.4\n", "the spaces around it become part of the name"),
            ("a.com,b.com", "one entry is one name; write a list of entries"),
            ("DNS:a.com", "write the name without its kind, which is told by its form"),
            ("IP Address:10.0.0.1", "write the name without its kind, which is told by its form"),
            ("email:me@a.com", "write the name without its kind, which is told by its form"),
            ("URI:https://a.com", "write the name without its kind, which is told by its form"),
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
            ("a.com.", "a name in a certificate has no dot at its end"),
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
