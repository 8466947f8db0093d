//! Lints about the names of subjectAltName (RFC 5280 section 4.2.1.6).

use std::net::IpAddr;

use super::der::Element;
use super::document::Document;
use super::extension::{Extension, id};
use super::finding::Severity::{self, Notice, Warning};
use super::general_names::{NameFault, kind};
use super::names::{Name, arc, is_text};
use super::rule::{CERTIFICATE, CERTIFICATE_AND_CSR, Found, Lint, RULE, when};
use super::rules_usage::{is_for, is_server};
use crate::vocab::oid;
use crate::vocab::quote::quote_printable;
use crate::vocab::san::DnsFault;

const NAMES: &str = "RFC 5280 section 4.2.1.6";
/// What DNS names are made of.
const PREFERRED: &str = "RFC 1034 section 3.5 and RFC 5280 section 4.2.1.6";
const WILDCARDS: &str = "RFC 9525 section 6.3";

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "san-missing",
        on: CERTIFICATE,
        source: "RFC 9525 section 3",
        zlint: &[("e_ext_san_missing", "CABF_BR")],
        refused_by: &["Go 1.15", "rustls", "Python 3.7", "browsers"],
        message: "it is for servers and has no names (subjectAltName), and clients no longer look at the common name",
        fix: "issue it again with the host names as subjectAltName (\"hosts\")",
        find: |document| {
            let names = document.extension(id::SUBJECT_ALT_NAME).is_some();
            when(is_server(document) && !names && !document.is_ca())
        },
        ..RULE
    },
    Lint {
        code: "san-without-host",
        on: CERTIFICATE,
        source: "RFC 9525 section 3",
        refused_by: &["Go", "rustls"],
        message: "it is for servers, and its names (subjectAltName) are e-mail addresses alone: it names no host",
        fix: "issue it again with the host names as subjectAltName (\"hosts\")",
        find: |document| {
            let list = document.extension(id::SUBJECT_ALT_NAME).and_then(Extension::sequence);
            let has_mail_alone = |list: Element<'_>| {
                !list.contents.is_empty() && list.inner().all(|name| name.tag == kind::MAIL)
            };
            let is_for_mail = is_for(document, &oid::EMAIL_PROTECTION);
            when(is_server(document) && !is_for_mail && !document.is_ca() && list.is_some_and(has_mail_alone))
        },
        ..RULE
    },
    Lint {
        code: "common-name-not-in-san",
        severity: Notice,
        on: CERTIFICATE,
        source: "RFC 9525 section 2",
        zlint: &[("e_subject_common_name_not_exactly_from_san", "CABF_BR")],
        message: "the common name {} is not among the names (subjectAltName), so it names no host",
        fix: "add it to the names, if clients use it",
        find: common_name_not_in_san,
        ..RULE
    },
    Lint {
        code: "san-empty",
        on: CERTIFICATE_AND_CSR,
        source: NAMES,
        zlint: &[("e_ext_san_no_entries", "RFC5280")],
        refused_by: &["OpenSSL -x509_strict"],
        message: "the list of names (subjectAltName) is there and empty",
        fix: "make it again with names, or without the extension",
        find: |document| {
            let list = document.extension(id::SUBJECT_ALT_NAME).and_then(Extension::sequence);
            when(list.is_some_and(|list| list.contents.is_empty()))
        },
        ..RULE
    },
    Lint {
        zlint: &[("e_ext_san_empty_name", "RFC5280")],
        refused_by: &["GnuTLS"],
        find: |document| found(document, NameFault::Empty),
        ..name(
            "san-name-empty",
            NAMES,
            "one of the names (subjectAltName) is empty",
            "make it again without the empty name",
        )
    },
    Lint {
        zlint: &[("e_san_dns_name_includes_null_char", "Community")],
        find: |document| found(document, NameFault::Dns(DnsFault::Nul)),
        ..name(
            "dns-nul",
            NAMES,
            "the DNS name {} has a NUL in it, which some programs take for its end",
            HOST,
        )
    },
    Lint {
        zlint: &[("e_ext_san_dns_not_ia5_string", "RFC5280")],
        refused_by: &["Go"],
        find: |document| found(document, NameFault::Dns(DnsFault::NotAscii)),
        ..name("dns-not-ascii", NAMES, "the DNS name {} is not ASCII", "write its xn-- form")
    },
    Lint {
        find: |document| found(document, NameFault::Dns(DnsFault::Spaces)),
        ..name(
            "dns-spaces",
            PREFERRED,
            "the DNS name {} has spaces or line breaks in it, so it matches no host",
            HOST,
        )
    },
    Lint {
        find: |document| found(document, NameFault::Dns(DnsFault::Url)),
        ..name("dns-url", PREFERRED, "the DNS name {} is a URL, so it matches no host", HOST)
    },
    Lint {
        find: |document| found(document, NameFault::Dns(DnsFault::Brackets)),
        ..name(
            "dns-brackets",
            PREFERRED,
            "the DNS name {} is in brackets, which belong into URLs; it matches no host",
            ADDRESS,
        )
    },
    Lint {
        find: |document| found(document, NameFault::Dns(DnsFault::Range)),
        ..name(
            "dns-range",
            PREFERRED,
            "the DNS name {} is a range of addresses; a certificate names single ones",
            "write each address as an IP address",
        )
    },
    Lint {
        find: |document| found(document, NameFault::Dns(DnsFault::Zone)),
        ..name(
            "dns-zone",
            PREFERRED,
            "the DNS name {} is an address with a zone, so it matches no host",
            ADDRESS,
        )
    },
    Lint {
        refused_by: &["OpenSSL", "Go", "Java", "browsers"],
        find: |document| found(document, NameFault::Dns(DnsFault::IsIp)),
        ..name(
            "dns-is-ip",
            NAMES,
            "the DNS name {} is an IP address, and clients look for these among the IP addresses",
            ADDRESS,
        )
    },
    Lint {
        find: |document| found(document, NameFault::Dns(DnsFault::Port)),
        ..name("dns-port", PREFERRED, "the DNS name {} has a port, so it matches no host", HOST)
    },
    Lint {
        zlint: &[("e_san_bare_wildcard", "Community")],
        find: |document| found(document, NameFault::Dns(DnsFault::BareWildcard)),
        ..name(
            "dns-bare-wildcard",
            WILDCARDS,
            "the DNS name {} is a wildcard alone, which matches no host",
            WILDCARD,
        )
    },
    Lint {
        find: |document| found(document, NameFault::Dns(DnsFault::WildcardPlace)),
        ..name(
            "dns-wildcard-place",
            WILDCARDS,
            "the wildcard in the DNS name {} does not stand alone and in front",
            WILDCARD,
        )
    },
    Lint {
        severity: Warning,
        refused_by: &["OpenSSL", "GnuTLS"],
        find: |document| found(document, NameFault::Dns(DnsFault::BroadWildcard)),
        ..name(
            "dns-wildcard-broad",
            WILDCARDS,
            "the wildcard {} stands for a whole top-level domain",
            WILDCARD,
        )
    },
    Lint {
        zlint: &[("e_rfc_dnsname_empty_label", "RFC5280")],
        find: |document| found(document, NameFault::Dns(DnsFault::TrailingDot)),
        ..name(
            "dns-trailing-dot",
            PREFERRED,
            "the DNS name {} ends in a dot",
            "write it without the dot at its end",
        )
    },
    Lint {
        zlint: &[
            ("e_san_dns_name_starts_with_period", "Community"),
            ("e_rfc_dnsname_empty_label", "RFC5280"),
        ],
        find: |document| found(document, NameFault::Dns(DnsFault::LeadingDot)),
        ..name(
            "dns-leading-dot",
            PREFERRED,
            "the DNS name {} starts with a dot",
            "write *.example.com for all hosts of a domain",
        )
    },
    Lint {
        zlint: &[("e_rfc_dnsname_empty_label", "RFC5280")],
        find: |document| found(document, NameFault::Dns(DnsFault::EmptyLabel)),
        ..name(
            "dns-empty-label",
            PREFERRED,
            "the DNS name {} has two dots in a row, or nothing behind its wildcard",
            HOST,
        )
    },
    Lint {
        find: |document| found(document, NameFault::Dns(DnsFault::Character)),
        ..name("dns-character", PREFERRED, "the DNS name {} has a character that no host name has", HOST)
    },
    Lint {
        zlint: &[("e_ext_san_dns_name_too_long", "RFC5280")],
        find: |document| found(document, NameFault::Dns(DnsFault::TooLong)),
        ..name("dns-too-long", PREFERRED, "the DNS name {} has more than 253 characters", HOST)
    },
    Lint {
        zlint: &[("e_rfc_dnsname_label_too_long", "RFC5280")],
        refused_by: &["Go 1.25.2"],
        find: |document| found(document, NameFault::Dns(DnsFault::LabelTooLong)),
        ..name(
            "dns-label-too-long",
            PREFERRED,
            "the DNS name {} has more than 63 characters between two dots",
            HOST,
        )
    },
    Lint {
        severity: Warning,
        find: |document| found(document, NameFault::Dns(DnsFault::Hyphen)),
        ..name("dns-hyphen", PREFERRED, "the DNS name {} has a hyphen at the start or end of a part", HOST)
    },
    Lint {
        severity: Warning,
        find: |document| found(document, NameFault::Dns(DnsFault::Number)),
        ..name(
            "dns-number",
            "RFC 1123 section 2.1",
            "the DNS name {} ends in a number, so clients take it for an address",
            HOST,
        )
    },
    Lint {
        severity: Notice,
        find: |document| found(document, NameFault::Dns(DnsFault::Underscore)),
        ..name(
            "dns-underscore",
            PREFERRED,
            "the DNS name {} has an underscore, which host names do not have",
            HOST,
        )
    },
    Lint {
        severity: Notice,
        find: repeated,
        ..name("san-repeated", NAMES, "the name {} is there twice", "name each once")
    },
    Lint {
        refused_by: &["Go"],
        find: |document| found(document, NameFault::MailNotAscii),
        ..name(
            "mail-not-ascii",
            NAMES,
            "the e-mail address {} is not ASCII",
            "write its domain in the xn-- form",
        )
    },
    Lint {
        find: |document| found(document, NameFault::MailMalformed),
        ..name(
            "mail-malformed",
            NAMES,
            "{} is no e-mail address",
            "write it as user@example.com, without a name or brackets",
        )
    },
    Lint {
        zlint: &[("e_ext_san_uri_not_ia5", "RFC5280")],
        refused_by: &["Go"],
        find: |document| found(document, NameFault::UriNotAscii),
        ..name("uri-not-ascii", NAMES, "the URI {} is not ASCII", "write other characters as %XX")
    },
    Lint {
        zlint: &[("e_ext_san_uri_relative", "RFC5280"), ("e_ext_san_uri_format_invalid", "RFC5280")],
        refused_by: &["Java"],
        find: |document| found(document, NameFault::UriNoScheme),
        ..name(
            "uri-without-scheme",
            NAMES,
            "the URI {} has no scheme, such as https:",
            "write it whole, or as DNS name",
        )
    },
    Lint {
        refused_by: &["Java"],
        find: |document| found(document, NameFault::UriMalformed),
        ..name(
            "uri-malformed",
            "RFC 3986 section 2",
            "the URI {} has characters that a URI has not, or ends early",
            "write other characters as %XX",
        )
    },
    Lint {
        refused_by: &["Go"],
        find: |document| {
            let address = document.names.first(NameFault::IpLength)?;
            Some(address.len().to_string())
        },
        ..name("ip-length", NAMES, "an IP address has {} octets, and only 4 and 16 are possible", ADDRESS)
    },
    Lint {
        refused_by: &["Go 1.27"],
        find: |document| ip(document, NameFault::IpMapped),
        ..name(
            "ip-mapped",
            "RFC 4291 section 2.5.5.2",
            "the IP address {} is an IPv4 address in IPv6 form, which clients do not look for",
            "write the IPv4 address",
        )
    },
    Lint {
        severity: Notice,
        find: |document| ip(document, NameFault::IpUnspecified),
        ..name(
            "ip-unspecified",
            "RFC 4291 section 2.5.2",
            "the IP address {} is no host's; servers listen on it, but no client names it",
            "write the addresses that clients use",
        )
    },
];

const HOST: &str = "write the host name alone, such as www.example.com";
const ADDRESS: &str = "write it as an IP address, without anything around it";
const WILDCARD: &str = "write a wildcard in front of a domain: *.example.com";

const fn name(code: &'static str, source: &'static str, message: &'static str, fix: &'static str) -> Lint {
    Lint { code, severity: Severity::Error, on: CERTIFICATE_AND_CSR, source, message, fix, ..RULE }
}

fn found(document: &Document<'_>, fault: NameFault) -> Found {
    document.names.first(fault).map(quote_printable)
}

fn ip(document: &Document<'_>, fault: NameFault) -> Found {
    document.names.first(fault).and_then(ip_of).map(|ip| ip.to_string())
}

fn ip_of(octets: &[u8]) -> Option<IpAddr> {
    let ipv4 = <[u8; 4]>::try_from(octets).ok().map(IpAddr::from);
    ipv4.or_else(|| <[u8; 16]>::try_from(octets).ok().map(IpAddr::from))
}

fn repeated(document: &Document<'_>) -> Found {
    let list = document.extension(id::SUBJECT_ALT_NAME).and_then(Extension::sequence)?;
    let mut names: Vec<&[u8]> = list.inner().map(|name| name.whole).collect();
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1])?[0];
    let twice = super::der::single(twice)?;
    Some(match ip_of(twice.contents).filter(|_| twice.tag == kind::IP) {
        Some(ip) => ip.to_string(),
        None => quote_printable(twice.contents),
    })
}

/// Only a common name that could be a host's is looked for, and only where there are names of hosts.
fn common_name_not_in_san(document: &Document<'_>) -> Found {
    let list = document.extension(id::SUBJECT_ALT_NAME).and_then(Extension::sequence)?;
    let subject: &Name<'_> =
        document.subject.as_ref().filter(|_| is_server(document) && !document.is_ca())?;
    let common_name = subject.values(arc::COMMON_NAME).last().filter(is_text)?.contents;
    let text = std::str::from_utf8(common_name).ok()?;
    let ip = text.parse::<IpAddr>().ok();
    let is_host = |octet: u8| octet.is_ascii_alphanumeric() || b"-._*".contains(&octet);
    if ip.is_none() && !(text.contains('.') && text.bytes().all(is_host)) {
        return None;
    }
    let is_there = list.inner().any(|name| match name.tag {
        kind::DNS => name.contents.eq_ignore_ascii_case(common_name),
        kind::IP => ip.is_some() && ip_of(name.contents) == ip,
        _ => false,
    });
    (!is_there).then(|| quote_printable(common_name))
}
