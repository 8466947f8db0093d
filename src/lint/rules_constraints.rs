//! Lints about name constraints, policies and the places of CRLs and issuers (RFC 5280 sections 4.2.1.4 to 4.2.2.2).

use super::der::{self, Element, Elements, tag};
use super::document::Document;
use super::extension::{Extension, id};
use super::finding::Severity::{Notice, Warning};
use super::general_names::{self, kind};
use super::rule::{Found, Lint, RULE, when};
use super::seen::first_repeated;
use crate::vocab::oid;
use crate::vocab::quote::quote_printable;

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "name-constraints-without-ca",
        source: "RFC 5280 section 4.2.1.10",
        zlint: &[("e_ext_name_constraints_not_in_ca", "RFC5280")],
        message: "it has name constraints, but is no CA",
        fix: "issue it again without; they belong into the CA's certificate",
        find: |document| when(!document.is_ca() && document.extension(id::NAME_CONSTRAINTS).is_some()),
        ..RULE
    },
    Lint {
        code: "name-constraints-empty",
        source: "RFC 5280 section 4.2.1.10",
        zlint: &[("e_name_constraint_empty", "RFC5280")],
        refused_by: &["Go"],
        message: "the name constraints neither permit nor exclude anything",
        fix: "issue the CA again with constraints, or without the extension",
        find: |document| {
            let list = document.extension(id::NAME_CONSTRAINTS).and_then(Extension::sequence)?;
            when(list.inner().all(|subtrees| subtrees.contents.is_empty()))
        },
        ..RULE
    },
    Lint {
        code: "name-constraints-distance",
        source: "RFC 5280 section 4.2.1.10",
        zlint: &[
            ("e_name_constraint_minimum_non_zero", "RFC5280"),
            ("e_name_constraint_maximum_not_absent", "RFC5280"),
        ],
        refused_by: &["OpenSSL"],
        message: "a name constraint has a minimum or maximum, which nobody supports",
        fix: "issue the CA again without",
        find: |document| {
            let is_distance = |part: Element<'_>| part.tag != tag::context(0) || part.contents != [0];
            when(subtrees(document).any(|subtree| subtree.inner().skip(1).any(is_distance)))
        },
        ..RULE
    },
    Lint {
        code: "name-constraints-ip",
        source: "RFC 5280 section 4.2.1.10",
        refused_by: &["OpenSSL", "Go", "rustls", "Java", "GnuTLS"],
        message: "a name constraint on IP addresses has {}",
        fix: "issue the CA again with address and mask, such as 10.0.0.0/8",
        find: |document| constrained(document, kind::IP).find_map(ip_constraint_fault),
        ..RULE
    },
    Lint {
        code: "name-constraints-dns",
        source: "RFC 5280 section 4.2.1.10",
        refused_by: &["Go", "rustls"],
        message: "the name constraint {} is no domain",
        fix: "issue the CA again with a domain, such as example.com, which includes all hosts of it",
        find: |document| {
            let is_odd = |octet: &u8| !(octet.is_ascii_alphanumeric() || b"-._".contains(octet));
            constrained(document, kind::DNS).find(|name| name.iter().any(is_odd)).map(quote_printable)
        },
        ..RULE
    },
    Lint {
        code: "name-constraints-leading-dot",
        severity: Notice,
        source: "RFC 5280 section 4.2.1.10",
        message: "the name constraint {} starts with a dot, which programs take differently",
        fix: "write the domain without the dot",
        find: |document| {
            constrained(document, kind::DNS).find(|name| name.starts_with(b".")).map(quote_printable)
        },
        ..RULE
    },
    Lint {
        code: "name-constraints-kind",
        severity: Warning,
        source: "RFC 5280 section 4.2.1.10",
        zlint: &[
            ("w_name_constraint_on_x400", "RFC5280"),
            ("w_name_constraint_on_edi_party_name", "RFC5280"),
            ("w_name_constraint_on_registered_id", "RFC5280"),
        ],
        refused_by: &["OpenSSL", "Go"],
        message: "a name constraint is on a kind of name that nobody constrains",
        fix: "issue the CA again with constraints on DNS names, addresses or directories",
        find: |document| {
            let odd = [kind::X400, kind::EDI, kind::REGISTERED_ID];
            let bases = subtrees(document).filter_map(|subtree| subtree.inner().next());
            when(bases.map(|base| base.tag).any(|tag| odd.contains(&tag)))
        },
        ..RULE
    },
    Lint {
        code: "policy-repeated",
        source: "RFC 5280 section 4.2.1.4",
        zlint: &[("e_ext_cert_policy_duplicate", "RFC5280")],
        refused_by: &["Go"],
        message: "the policy {} is there twice",
        fix: "issue it again with each policy once",
        find: |document| first_repeated(policies(document).map(|(oid, _)| oid)).map(super::oid_text),
        ..RULE
    },
    Lint {
        code: "policies-empty",
        source: "RFC 5280 section 4.2.1.4",
        message: "the list of policies is there and empty",
        fix: "issue it again with a policy, or without the extension",
        find: |document| empty(document, id::CERTIFICATE_POLICIES),
        ..RULE
    },
    Lint {
        code: "policy-text-too-long",
        source: "RFC 5280 section 4.2.1.4",
        zlint: &[("e_ext_cert_policy_explicit_text_too_long", "RFC5280")],
        message: "the text of a policy has {} characters, and at most 200 are allowed",
        fix: "issue it again with a shorter text",
        find: |document| {
            let length = |text: &Element<'_>| String::from_utf8_lossy(text.contents).chars().count();
            let texts = notices(document).filter(|text| text.tag == tag::UTF8_STRING);
            texts.map(|text| length(&text)).find(|length| *length > 200).map(|length| length.to_string())
        },
        ..RULE
    },
    Lint {
        code: "policy-text-type",
        source: "RFC 6818 section 3",
        zlint: &[("e_ext_cert_policy_explicit_text_ia5_string", "RFC5280")],
        message: "the text of a policy is an IA5String",
        fix: "issue it again with a UTF8String",
        find: |document| when(notices(document).any(|text| text.tag == tag::IA5_STRING)),
        ..RULE
    },
    Lint {
        code: "policy-constraints-empty",
        source: "RFC 5280 section 4.2.1.11",
        zlint: &[("e_ext_policy_constraints_empty", "RFC5280")],
        message: "the policy constraints constrain nothing",
        fix: "issue the CA again with constraints, or without the extension",
        find: |document| empty(document, id::POLICY_CONSTRAINTS),
        ..RULE
    },
    Lint {
        code: "policy-mapping-any",
        source: "RFC 5280 section 4.2.1.5",
        zlint: &[("e_ext_policy_map_any_policy", "RFC5280")],
        message: "a policy is mapped to or from anyPolicy",
        fix: "issue the CA again with mappings between policies of one's own",
        find: |document| {
            let list = document.extension(id::POLICY_MAPPINGS).and_then(Extension::sequence)?;
            let mut pairs = list.inner().flat_map(|pair| pair.inner());
            when(pairs.any(|oid| oid.contents == ANY_POLICY))
        },
        ..RULE
    },
    Lint {
        code: "crl-points-empty",
        source: "RFC 5280 section 4.2.1.13",
        message: "the list of places for CRLs is there and empty",
        fix: "issue it again with a URL, or without the extension",
        find: |document| empty(document, id::CRL_DISTRIBUTION_POINTS),
        ..RULE
    },
    Lint {
        code: "crl-point-incomplete",
        source: "RFC 5280 section 4.2.1.13",
        zlint: &[("e_distribution_point_incomplete", "RFC5280")],
        refused_by: &["OpenSSL"],
        message: "a place for CRLs has neither a name nor an issuer",
        fix: "issue it again with a URL",
        find: |document| {
            let named = |point: Element<'_>| {
                point.inner().any(|part| [tag::constructed(0), tag::constructed(2)].contains(&part.tag))
            };
            when(points(document).any(|point| !named(point)))
        },
        ..RULE
    },
    Lint {
        code: "crl-point-url",
        source: "RFC 5280 section 4.2.1.13",
        message: "the place for CRLs {} is no URL that can be fetched",
        fix: "issue it again with a URL, such as http://pki.example.com/ca.crl",
        find: |document| urls_of_points(document).find(|url| !is_fetchable(url)).map(quote_printable),
        ..RULE
    },
    Lint {
        code: "crl-point-https",
        severity: Notice,
        source: "RFC 5280 section 8",
        message: "the place for CRLs {} is https, so fetching it needs another certificate to be checked first",
        fix: "use http: a CRL is signed",
        find: |document| {
            let mut urls = urls_of_points(document).filter(|url| is_fetchable(url));
            urls.find(|url| has_scheme(url, b"https:")).map(quote_printable)
        },
        ..RULE
    },
    Lint {
        code: "authority-info-access-empty",
        source: "RFC 5280 section 4.2.2.1",
        message: "authorityInfoAccess is there and empty",
        fix: "issue it again with a URL, or without the extension",
        find: |document| empty(document, id::AUTHORITY_INFO_ACCESS),
        ..RULE
    },
    Lint {
        code: "authority-info-access-url",
        source: "RFC 5280 section 4.2.2.1",
        message: "the place {} in authorityInfoAccess is no URL that can be fetched",
        fix: "issue it again with a URL, such as http://ocsp.example.com",
        find: |document| {
            let list = document.extension(id::AUTHORITY_INFO_ACCESS).and_then(Extension::sequence)?;
            let places = list.inner().filter_map(|access| access.inner().nth(1));
            let mut urls = places.filter(|place| place.tag == kind::URI).map(|place| place.contents);
            urls.find(|url| !is_fetchable(url)).map(quote_printable)
        },
        ..RULE
    },
];

const ANY_POLICY: &[u8] = oid::ANY_POLICY.as_bytes();
const USER_NOTICE: &[u8] = oid::QT_UNOTICE.as_bytes();

fn empty(document: &Document<'_>, id: u8) -> Found {
    let list = document.extension(id).and_then(Extension::sequence);
    when(list.is_some_and(|list| list.contents.is_empty()))
}

/// The GeneralSubtrees, permitted and excluded.
fn subtrees<'a>(document: &Document<'a>) -> impl Iterator<Item = Element<'a>> + use<'a> {
    let list = document.extension(id::NAME_CONSTRAINTS).and_then(Extension::sequence);
    list.into_iter().flat_map(|list| list.inner()).flat_map(|list| list.inner())
}

/// The contents of constraints on one kind of name.
fn constrained<'a>(document: &Document<'a>, kind: u8) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    let bases = subtrees(document).filter_map(|subtree| subtree.inner().next());
    bases.filter(move |base| base.tag == kind).map(|base| base.contents)
}

fn ip_constraint_fault(constraint: &[u8]) -> Found {
    if ![8, 32].contains(&constraint.len()) {
        return Some(format!("{} octets, and only 8 and 32 are possible", constraint.len()));
    }
    let (_, mask) = constraint.split_at(constraint.len() / 2);
    let mask =
        mask.iter().fold((0u128, 0), |(bits, length), octet| (bits << 8 | u128::from(*octet), length + 8));
    let inverted = !(mask.0 << (128 - mask.1));
    let is_prefix = inverted & inverted.wrapping_add(1) == 0;
    (!is_prefix).then(|| "a mask that is no prefix".to_owned())
}

/// Each policy's OID and qualifiers.
fn policies<'a>(document: &Document<'a>) -> impl Iterator<Item = (&'a [u8], Elements<'a>)> + use<'a> {
    let list = document.extension(id::CERTIFICATE_POLICIES).and_then(Extension::sequence);
    list.into_iter().flat_map(|list| list.inner()).filter_map(|policy| {
        let mut parts = policy.inner();
        let oid = parts.read(tag::OID)?.contents;
        Some((oid, parts.read(tag::SEQUENCE).map_or(Elements(&[]), |qualifiers| qualifiers.inner())))
    })
}

/// The explicitText of each user notice.
fn notices<'a>(document: &Document<'a>) -> impl Iterator<Item = Element<'a>> + use<'a> {
    policies(document).flat_map(|(_, qualifiers)| qualifiers).filter_map(|qualifier| {
        let mut parts = qualifier.inner();
        let notice =
            parts.read(tag::OID).filter(|oid| oid.contents == USER_NOTICE).and_then(|_| parts.next())?;
        notice.inner().find(|part| part.tag != tag::SEQUENCE)
    })
}

/// The DistributionPoints of cRLDistributionPoints.
fn points<'a>(document: &Document<'a>) -> impl Iterator<Item = Element<'a>> + use<'a> {
    let list = document.extension(id::CRL_DISTRIBUTION_POINTS).and_then(Extension::sequence);
    list.into_iter().flat_map(|list| list.inner())
}

fn urls_of_points<'a>(document: &Document<'a>) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    points(document)
        .filter_map(|point| point.inner().read(tag::constructed(0)))
        .filter_map(|name| der::single_of(tag::constructed(0), name.contents))
        .flat_map(|full_name| full_name.inner())
        .filter(|name| name.tag == kind::URI)
        .map(|name| name.contents)
}

fn has_scheme(url: &[u8], scheme: &[u8]) -> bool {
    url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// RFC 5280 sections 4.2.1.13 and 4.2.2.1: HTTP, FTP or LDAP.
fn is_fetchable(url: &[u8]) -> bool {
    let known: [&[u8]; 5] = [b"http://", b"https://", b"ldap://", b"ldaps://", b"ftp://"];
    // `ldap:///` without a host is what Windows CAs write.
    let rest = known.iter().find(|scheme| has_scheme(url, scheme)).map(|scheme| &url[scheme.len()..]);
    let has_host = rest.is_some_and(|rest| !rest.is_empty() && (rest[0] != b'/' || has_scheme(url, b"ldap")));
    has_host && general_names::uri_fault(url).is_none()
}
