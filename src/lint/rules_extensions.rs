//! Lints about extensions as such: known, once, of the right form, critical or not (RFC 5280 section 4.2).

use super::der::{self, Element, Elements, tag};
use super::document::Document;
use super::extension::{Extension, id};
use super::finding::Severity::{Notice, Warning};
use super::general_names;
use super::rule::{ALL, CERTIFICATE, CERTIFICATE_AND_CRL, Found, Lint, RULE, when};
use super::seen::Seen;
use crate::vocab::oid;

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "extension-repeated",
        on: ALL,
        source: "RFC 5280 section 4.2",
        zlint: &[("e_ext_duplicate_extension", "RFC5280")],
        refused_by: &["OpenSSL", "Go", "rustls", "Java", "GnuTLS"],
        message: "the extension {} is there twice",
        fix: "make it again with each extension once",
        follows_from: &["csr-extensions-repeated"],
        find: repeated,
        ..RULE
    },
    Lint {
        code: "extension-malformed",
        on: ALL,
        source: "RFC 5280 section 4.2",
        message: "the extension {} is not of its form",
        fix: "make it again with a program that writes it as RFC 5280 has it",
        find: |document| {
            let malformed = |extension: &&Extension<'_>| !is_well_formed(extension);
            document.extensions.iter().find(malformed).map(name)
        },
        ..RULE
    },
    Lint {
        code: "extension-unknown-critical",
        on: CERTIFICATE_AND_CRL,
        source: "RFC 5280 section 4.2",
        refused_by: &["OpenSSL", "Go", "rustls", "Java"],
        message: "the extension {} is critical and not known, so it has to be refused",
        fix: "issue it again with the extension not critical",
        find: |document| {
            let unknown =
                |found: &&Extension<'_>| !found.is_known() && found.is_critical() && !is_poison(found);
            document.extensions.iter().find(unknown).map(name)
        },
        ..RULE
    },
    Lint {
        code: "precertificate",
        source: "RFC 6962 section 3.1",
        refused_by: &["OpenSSL", "Go", "rustls", "Java"],
        message: "it is a precertificate for certificate transparency, which everybody refuses on purpose",
        fix: "use the certificate that was issued after it",
        find: |document| {
            when(document.extensions.iter().any(|found| is_poison(found) && found.is_critical()))
        },
        ..RULE
    },
    Lint {
        code: "critical-false-encoded",
        severity: Warning,
        on: ALL,
        source: "X.690 section 11.5",
        message: "the extension {} says that it is not critical, while that is the default and DER leaves defaults out",
        fix: "make it again with a program that writes DER",
        find: |document| document.extensions.iter().find(|found| found.critical == Some(&[0])).map(name),
        ..RULE
    },
    must_not_be_critical(
        "subject-key-id-critical",
        "RFC 5280 section 4.2.1.2",
        &[("e_ext_subject_key_identifier_critical", "RFC5280")],
        |document| critical(document, id::SUBJECT_KEY_ID),
    ),
    must_not_be_critical(
        "authority-key-id-critical",
        "RFC 5280 section 4.2.1.1",
        &[("e_ext_authority_key_identifier_critical", "RFC5280")],
        |document| critical(document, id::AUTHORITY_KEY_ID),
    ),
    must_not_be_critical(
        "authority-info-access-critical",
        "RFC 5280 section 4.2.2.1",
        &[("e_ext_aia_marked_critical", "RFC5280")],
        |document| critical(document, id::AUTHORITY_INFO_ACCESS),
    ),
    must_not_be_critical(
        "subject-info-access-critical",
        "RFC 5280 section 4.2.2.2",
        &[("e_subject_info_access_marked_critical", "RFC5280")],
        |document| critical(document, id::SUBJECT_INFO_ACCESS),
    ),
    must_not_be_critical(
        "freshest-crl-critical",
        "RFC 5280 section 4.2.1.15",
        &[("e_ext_freshest_crl_marked_critical", "RFC5280")],
        |document| critical(document, id::FRESHEST_CRL),
    ),
    must_not_be_critical(
        "directory-attributes-critical",
        "RFC 5280 section 4.2.1.8",
        &[("e_ext_subject_directory_attr_critical", "RFC5280")],
        |document| critical(document, id::SUBJECT_DIRECTORY_ATTRIBUTES),
    ),
    must_not_be_critical(
        "issuer-alt-name-critical",
        "RFC 5280 section 4.2.1.7",
        &[("w_ext_ian_critical", "RFC5280")],
        |document| critical(document, id::ISSUER_ALT_NAME),
    ),
    Lint {
        severity: Warning,
        refused_by: &[],
        ..must_not_be_critical(
            "crl-points-critical",
            "RFC 5280 section 4.2.1.13",
            &[("w_ext_crl_distribution_marked_critical", "RFC5280")],
            |document| critical(document, id::CRL_DISTRIBUTION_POINTS),
        )
    },
    Lint {
        severity: Notice,
        refused_by: &[],
        ..must_not_be_critical(
            "san-critical",
            "RFC 5280 section 4.2.1.6",
            &[("w_ext_san_critical_with_subject_dn", "CABF_BR")],
            |document| {
                let named = document.subject.as_ref().is_some_and(|subject| !subject.is_empty());
                if named { critical(document, id::SUBJECT_ALT_NAME) } else { None }
            },
        )
    },
    must_be_critical(
        "name-constraints-not-critical",
        "RFC 5280 section 4.2.1.10",
        &[
            ("e_ext_name_constraints_not_critical", "RFC5280"),
            ("w_sub_ca_name_constraints_not_critical", "CABF_BR"),
        ],
        |document| not_critical(document, id::NAME_CONSTRAINTS),
    ),
    must_be_critical(
        "policy-constraints-not-critical",
        "RFC 5280 section 4.2.1.11",
        &[("e_ext_policy_constraints_not_critical", "RFC5280")],
        |document| not_critical(document, id::POLICY_CONSTRAINTS),
    ),
    must_be_critical(
        "inhibit-any-policy-not-critical",
        "RFC 5280 section 4.2.1.14",
        &[("e_inhibit_any_policy_not_critical", "RFC5280")],
        |document| not_critical(document, id::INHIBIT_ANY_POLICY),
    ),
    Lint {
        severity: Warning,
        ..must_be_critical(
            "policy-mappings-not-critical",
            "RFC 5280 section 4.2.1.5",
            &[("w_ext_policy_map_not_critical", "RFC5280")],
            |document| not_critical(document, id::POLICY_MAPPINGS),
        )
    },
];

type Zlint = &'static [(&'static str, &'static str)];

const fn must_not_be_critical(
    code: &'static str,
    source: &'static str,
    zlint: Zlint,
    find: fn(&Document<'_>) -> Found,
) -> Lint {
    Lint {
        code,
        source,
        zlint,
        refused_by: &["OpenSSL", "Go", "rustls", "Java"],
        message: "the extension {} is critical, and it must not be",
        fix: "issue it again with the extension not critical",
        find,
        ..RULE
    }
}

const fn must_be_critical(
    code: &'static str,
    source: &'static str,
    zlint: Zlint,
    find: fn(&Document<'_>) -> Found,
) -> Lint {
    Lint {
        code,
        on: CERTIFICATE,
        source,
        zlint,
        message: "the extension {} is not critical, so whoever does not know it passes over it",
        fix: "issue it again with the extension critical",
        find,
        ..RULE
    }
}

fn critical(document: &Document<'_>, id: u8) -> Found {
    document.extension(id).filter(|found| found.is_critical()).map(name)
}

fn not_critical(document: &Document<'_>, id: u8) -> Found {
    document.extension(id).filter(|found| !found.is_critical()).map(name)
}

/// The poison of a precertificate (RFC 6962 section 3.1).
fn is_poison(extension: &Extension<'_>) -> bool {
    extension.oid == oid::PRECERTIFICATE_POISON.as_bytes()
}

fn repeated(document: &Document<'_>) -> Found {
    let mut seen = Seen::default();
    document.extensions.iter().find(|extension| !seen.insert(extension.oid)).map(name)
}

/// What an extension is called.
fn name(extension: &Extension<'_>) -> String {
    let name = match extension.id {
        id::SUBJECT_DIRECTORY_ATTRIBUTES => "subjectDirectoryAttributes",
        id::SUBJECT_KEY_ID => "subjectKeyIdentifier",
        id::KEY_USAGE => "keyUsage",
        id::SUBJECT_ALT_NAME => "subjectAltName",
        id::ISSUER_ALT_NAME => "issuerAltName",
        id::BASIC_CONSTRAINTS => "basicConstraints",
        id::CRL_NUMBER => "cRLNumber",
        id::DELTA_CRL => "deltaCRLIndicator",
        id::ISSUING_DISTRIBUTION_POINT => "issuingDistributionPoint",
        id::NAME_CONSTRAINTS => "nameConstraints",
        id::CRL_DISTRIBUTION_POINTS => "cRLDistributionPoints",
        id::CERTIFICATE_POLICIES => "certificatePolicies",
        id::POLICY_MAPPINGS => "policyMappings",
        id::AUTHORITY_KEY_ID => "authorityKeyIdentifier",
        id::POLICY_CONSTRAINTS => "policyConstraints",
        id::EXTENDED_KEY_USAGE => "extKeyUsage",
        id::FRESHEST_CRL => "freshestCRL",
        id::INHIBIT_ANY_POLICY => "inhibitAnyPolicy",
        id::AUTHORITY_INFO_ACCESS => "authorityInfoAccess",
        id::SUBJECT_INFO_ACCESS => "subjectInfoAccess",
        _ => return super::oid_text(extension.oid),
    };
    name.to_owned()
}

/// Whether the value of an extension has the form that its type wants; empty lists have lints of their own.
fn is_well_formed(extension: &Extension<'_>) -> bool {
    let value = extension.value;
    let is_sequence_of = |is_member: fn(Element<'_>) -> bool| {
        extension.sequence().is_some_and(|list| {
            let mut members = list.inner();
            members.by_ref().all(is_member) && members.is_done()
        })
    };
    match extension.id {
        id::SUBJECT_KEY_ID => der::single_of(tag::OCTET_STRING, value).is_some(),
        id::KEY_USAGE => der::single_of(tag::BIT_STRING, value).is_some_and(|bits| !bits.contents.is_empty()),
        id::BASIC_CONSTRAINTS => super::extension::basic_constraints(value).is_some(),
        id::CRL_NUMBER | id::DELTA_CRL | id::INHIBIT_ANY_POLICY => {
            der::single_of(tag::INTEGER, value).is_some()
        }
        id::SUBJECT_ALT_NAME | id::ISSUER_ALT_NAME => {
            is_sequence_of(|name| general_names::is_known(name.tag))
        }
        id::EXTENDED_KEY_USAGE => is_sequence_of(|oid| oid.tag == tag::OID),
        id::CRL_DISTRIBUTION_POINTS | id::FRESHEST_CRL => is_sequence_of(|point| point.tag == tag::SEQUENCE),
        id::CERTIFICATE_POLICIES => is_sequence_of(starts_with_oid),
        id::AUTHORITY_INFO_ACCESS | id::SUBJECT_INFO_ACCESS => is_sequence_of(is_access_description),
        id::NAME_CONSTRAINTS
        | id::AUTHORITY_KEY_ID
        | id::POLICY_CONSTRAINTS
        | id::POLICY_MAPPINGS
        | id::SUBJECT_DIRECTORY_ATTRIBUTES
        | id::ISSUING_DISTRIBUTION_POINT => {
            extension.sequence().is_some_and(|list| list.inner().are_well_formed())
        }
        _ => true,
    }
}

fn starts_with_oid(element: Element<'_>) -> bool {
    element.tag == tag::SEQUENCE && element.inner().read(tag::OID).is_some()
}

fn is_access_description(element: Element<'_>) -> bool {
    let mut parts: Elements<'_> = element.inner();
    let method = parts.read(tag::OID).is_some();
    let location = parts.next().is_some_and(|location| general_names::is_known(location.tag));
    element.tag == tag::SEQUENCE && method && location && parts.is_done()
}
