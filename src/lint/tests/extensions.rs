//! Cases of extensions: CAs, key identifiers, usages, constraints, policies.

use der::Tag;

use super::Case;
use super::builder::{
    AUTHORITY_KEY_ID, BASIC_CONSTRAINTS, CRL_POINTS, EXTENDED_KEY_USAGE, Extension, KEY_USAGE,
    NAME_CONSTRAINTS, POLICIES, Parts, SUBJECT_ALT_NAME, SUBJECT_KEY_ID, Start, ca_with_path_length, ed25519,
    key_usage, oid, purposes,
};
use crate::vocab::asn1::{self, bit_string, boolean_true, context, element, integer, sequence};

const ACCESS: [u8; 8] = [0x2b, 6, 1, 5, 5, 7, 1, 1];
const SUBJECT_ACCESS: [u8; 8] = [0x2b, 6, 1, 5, 5, 7, 1, 11];

pub(super) const CASES: &[Case] = &[
    ("version-1-encoded", Start::Leaf, version_1_encoded, ""),
    (
        "extension-repeated",
        Start::Leaf,
        |parts| {
            let (oid, value) = (vec![0x2a, 3], vec![5, 0]);
            for _ in 0..2 {
                let extension = Extension { oid: oid.clone(), critical: Vec::new(), value: value.clone() };
                parts.extensions.get_or_insert_default().push(extension);
            }
        },
        "1.2.3",
    ),
    (
        "extension-malformed",
        Start::Leaf,
        |parts| parts.set_extension(SUBJECT_KEY_ID, false, vec![7; 20]),
        "subjectKeyIdentifier",
    ),
    (
        "extension-malformed",
        Start::Csr,
        |parts| parts.set_extension(SUBJECT_ALT_NAME, false, integer(1)),
        "subjectAltName",
    ),
    (
        "extension-malformed",
        Start::Ca,
        |parts| parts.set_extension(NAME_CONSTRAINTS, true, vec![0x30, 5, 1]),
        "nameConstraints",
    ),
    ("extension-unknown-critical", Start::Leaf, |parts| parts.set(&[0x2a, 3], true, vec![5, 0]), "1.2.3"),
    ("extension-unknown-critical", Start::Crl, |parts| parts.set(&[0x2a, 3], true, vec![5, 0]), "1.2.3"),
    (
        "precertificate",
        Start::Leaf,
        |parts| parts.set(&[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 3], true, vec![5, 0]),
        "",
    ),
    (
        "critical-false-encoded",
        Start::Leaf,
        |parts| parts.extension(SUBJECT_KEY_ID).critical = element(Tag::Boolean, &[0]),
        "subjectKeyIdentifier",
    ),
    (
        "subject-key-id-critical",
        Start::Leaf,
        |parts| parts.extension(SUBJECT_KEY_ID).critical = boolean_true(),
        "subjectKeyIdentifier",
    ),
    (
        "authority-key-id-critical",
        Start::Leaf,
        |parts| parts.extension(AUTHORITY_KEY_ID).critical = boolean_true(),
        "authorityKeyIdentifier",
    ),
    (
        "authority-info-access-critical",
        Start::Leaf,
        |parts| parts.set(&ACCESS, true, access("http://ocsp.example.com")),
        "authorityInfoAccess",
    ),
    (
        "subject-info-access-critical",
        Start::Leaf,
        |parts| parts.set(&SUBJECT_ACCESS, true, access("http://ocsp.example.com")),
        "subjectInfoAccess",
    ),
    (
        "freshest-crl-critical",
        Start::Leaf,
        |parts| parts.set_extension(46, true, points("http://a.example.com/a.crl")),
        "freshestCRL",
    ),
    (
        "directory-attributes-critical",
        Start::Leaf,
        |parts| parts.set_extension(9, true, sequence(&[])),
        "subjectDirectoryAttributes",
    ),
    (
        "issuer-alt-name-critical",
        Start::Leaf,
        |parts| parts.set_extension(18, true, sequence(&[context(2, false, b"ca.example.com")])),
        "issuerAltName",
    ),
    (
        "crl-points-critical",
        Start::Leaf,
        |parts| parts.set_extension(CRL_POINTS, true, points("http://a.example.com/a.crl")),
        "cRLDistributionPoints",
    ),
    (
        "san-critical",
        Start::Leaf,
        |parts| parts.extension(SUBJECT_ALT_NAME).critical = boolean_true(),
        "subjectAltName",
    ),
    (
        "name-constraints-not-critical",
        Start::Ca,
        |parts| parts.set_extension(NAME_CONSTRAINTS, false, permitted(2, b"example.com", &[])),
        "nameConstraints",
    ),
    (
        "policy-constraints-not-critical",
        Start::Ca,
        |parts| parts.set_extension(36, false, sequence(&[context(0, false, &[0])])),
        "policyConstraints",
    ),
    (
        "inhibit-any-policy-not-critical",
        Start::Ca,
        |parts| parts.set_extension(54, false, integer(0)),
        "inhibitAnyPolicy",
    ),
    (
        "policy-mappings-not-critical",
        Start::Ca,
        |parts| parts.set_extension(33, false, sequence(&[sequence(&[oid(&[0x2a, 3]), oid(&[0x2a, 4])])])),
        "policyMappings",
    ),
    (
        "basic-constraints-not-critical",
        Start::Ca,
        |parts| parts.extension(BASIC_CONSTRAINTS).critical.clear(),
        "",
    ),
    (
        "ca-false-encoded",
        Start::Leaf,
        |parts| parts.set_extension(BASIC_CONSTRAINTS, true, sequence(&[element(Tag::Boolean, &[0])])),
        "",
    ),
    (
        "cert-sign-without-ca",
        Start::Leaf,
        |parts| parts.extension(KEY_USAGE).value = key_usage(0b1000_0100),
        "",
    ),
    ("cert-sign-without-ca", Start::Ca, |parts| parts.remove_extension(BASIC_CONSTRAINTS), ""),
    (
        "crl-sign-without-ca",
        Start::Leaf,
        |parts| parts.extension(KEY_USAGE).value = key_usage(0b1000_0010),
        "",
    ),
    (
        "path-length-without-ca",
        Start::Leaf,
        |parts| parts.set_extension(BASIC_CONSTRAINTS, true, sequence(&[integer(0)])),
        "",
    ),
    (
        "path-length-negative",
        Start::Ca,
        |parts| {
            let value = sequence(&[boolean_true(), element(Tag::Integer, &[0xff])]);
            parts.set_extension(BASIC_CONSTRAINTS, true, value);
        },
        "",
    ),
    ("ca-key-usage-missing", Start::Ca, |parts| parts.remove_extension(KEY_USAGE), ""),
    (
        "ca-without-cert-sign",
        Start::Ca,
        |parts| parts.extension(KEY_USAGE).value = key_usage(0b1000_0010),
        "",
    ),
    ("path-length-without-cert-sign", Start::Ca, path_length_alone, ""),
    ("ca-without-crl-sign", Start::Ca, |parts| parts.extension(KEY_USAGE).value = key_usage(0b0000_0100), ""),
    ("subject-key-id-missing", Start::Ca, |parts| parts.remove_extension(SUBJECT_KEY_ID), ""),
    (
        "subject-key-id-empty",
        Start::Leaf,
        |parts| parts.extension(SUBJECT_KEY_ID).value = element(Tag::OctetString, &[]),
        "",
    ),
    ("leaf-subject-key-id-missing", Start::Leaf, |parts| parts.remove_extension(SUBJECT_KEY_ID), ""),
    ("authority-key-id-missing", Start::Leaf, |parts| parts.remove_extension(AUTHORITY_KEY_ID), ""),
    (
        "authority-key-id-without-key-id",
        Start::Crl,
        |parts| parts.extension(AUTHORITY_KEY_ID).value = sequence(&[]),
        "",
    ),
    (
        "authority-key-id-with-issuer",
        Start::Leaf,
        |parts| {
            parts.extension(AUTHORITY_KEY_ID).value = key_id_with(&[issuer_of_key(), context(2, false, &[5])])
        },
        "",
    ),
    (
        "authority-key-id-half",
        Start::Leaf,
        |parts| parts.extension(AUTHORITY_KEY_ID).value = key_id_with(&[issuer_of_key()]),
        "",
    ),
    ("key-usage-empty", Start::Leaf, |parts| parts.extension(KEY_USAGE).value = vec![3, 1, 0], ""),
    ("key-usage-not-critical", Start::Leaf, |parts| parts.extension(KEY_USAGE).critical.clear(), ""),
    (
        "key-usage-trailing-zeros",
        Start::Leaf,
        |parts| parts.extension(KEY_USAGE).value = vec![3, 2, 6, 0x80],
        "",
    ),
    (
        "key-usage-trailing-zeros",
        Start::Leaf,
        |parts| parts.extension(KEY_USAGE).value = vec![3, 3, 7, 0x80, 0],
        "",
    ),
    (
        "key-usage-unknown-bits",
        Start::Leaf,
        |parts| parts.extension(KEY_USAGE).value = vec![3, 3, 6, 0x80, 0x40],
        "",
    ),
    (
        "ec-key-encipherment",
        Start::Leaf,
        |parts| parts.extension(KEY_USAGE).value = key_usage(0b1011_0000),
        "keyEncipherment and dataEncipherment",
    ),
    (
        "edwards-key-usage",
        Start::Leaf,
        |parts| {
            parts.key = sequence(&[ed25519(), bit_string(&[1; 32])]);
            parts.extension(KEY_USAGE).value = key_usage(0b1000_1000);
        },
        "keyAgreement",
    ),
    (
        "rsa-key-agreement",
        Start::RsaLeaf,
        |parts| parts.extension(KEY_USAGE).value = key_usage(0b1000_1000),
        "keyAgreement",
    ),
    (
        "encipher-only-without-key-agreement",
        Start::Leaf,
        |parts| parts.extension(KEY_USAGE).value = key_usage(0b1000_0001),
        "encipherOnly",
    ),
    (
        "extended-key-usage-empty",
        Start::RsaLeaf,
        |parts| parts.set_extension(EXTENDED_KEY_USAGE, false, sequence(&[])),
        "",
    ),
    (
        "extended-key-usage-repeated",
        Start::Leaf,
        |parts| parts.set_extension(EXTENDED_KEY_USAGE, false, purposes(&[1, 2, 1])),
        "serverAuth",
    ),
    (
        "any-extended-key-usage-critical",
        Start::Leaf,
        |parts| parts.set_extension(EXTENDED_KEY_USAGE, true, sequence(&[oid(&[0x55, 0x1d, 0x25, 0])])),
        "",
    ),
    (
        "usages-contradict",
        Start::RsaLeaf,
        |parts| parts.extension(KEY_USAGE).value = key_usage(0b0010_0000),
        "clientAuth needs digitalSignature or keyAgreement",
    ),
    (
        "name-constraints-without-ca",
        Start::Leaf,
        |parts| parts.set_extension(NAME_CONSTRAINTS, true, permitted(2, b"example.com", &[])),
        "",
    ),
    (
        "name-constraints-empty",
        Start::Ca,
        |parts| parts.set_extension(NAME_CONSTRAINTS, true, sequence(&[])),
        "",
    ),
    (
        "name-constraints-distance",
        Start::Ca,
        |parts| {
            let value = permitted(2, b"example.com", &context(0, false, &[1]));
            parts.set_extension(NAME_CONSTRAINTS, true, value);
        },
        "",
    ),
    (
        "name-constraints-ip",
        Start::Ca,
        |parts| parts.set_extension(NAME_CONSTRAINTS, true, permitted(7, &[10, 0, 0, 0], &[])),
        "4 octets, and only 8 and 32 are possible",
    ),
    (
        "name-constraints-ip",
        Start::Ca,
        |parts| {
            parts.set_extension(NAME_CONSTRAINTS, true, permitted(7, &[10, 0, 0, 0, 255, 0, 255, 0], &[]))
        },
        "a mask that is no prefix",
    ),
    (
        "name-constraints-dns",
        Start::Ca,
        |parts| parts.set_extension(NAME_CONSTRAINTS, true, permitted(2, b"*.example.com", &[])),
        "\"*.example.com\"",
    ),
    (
        "name-constraints-leading-dot",
        Start::Ca,
        |parts| parts.set_extension(NAME_CONSTRAINTS, true, permitted(2, b".example.com", &[])),
        "\".example.com\"",
    ),
    (
        "name-constraints-kind",
        Start::Ca,
        |parts| parts.set_extension(NAME_CONSTRAINTS, true, permitted(8, &[0x2a, 3], &[])),
        "",
    ),
    (
        "policy-repeated",
        Start::Leaf,
        |parts| parts.set_extension(POLICIES, false, sequence(&[policy(&[]), policy(&[])])),
        "1.2.3",
    ),
    ("policies-empty", Start::Leaf, |parts| parts.set_extension(POLICIES, false, sequence(&[])), ""),
    (
        "policy-text-too-long",
        Start::Leaf,
        |parts| parts.set_extension(POLICIES, false, notice(Tag::Utf8String, &"ü".repeat(201))),
        "201",
    ),
    (
        "policy-text-type",
        Start::Leaf,
        |parts| parts.set_extension(POLICIES, false, notice(Tag::Ia5String, "text")),
        "",
    ),
    ("policy-constraints-empty", Start::Ca, |parts| parts.set_extension(36, true, sequence(&[])), ""),
    (
        "policy-mapping-any",
        Start::Ca,
        |parts| {
            let pair = sequence(&[oid(&[0x55, 0x1d, 0x20, 0]), oid(&[0x2a, 4])]);
            parts.set_extension(33, true, sequence(&[pair]));
        },
        "",
    ),
    ("crl-points-empty", Start::Leaf, |parts| parts.set_extension(CRL_POINTS, false, sequence(&[])), ""),
    (
        "crl-point-incomplete",
        Start::Leaf,
        |parts| parts.set_extension(CRL_POINTS, false, sequence(&[sequence(&[context(1, false, &[0, 2])])])),
        "",
    ),
    (
        "crl-point-url",
        Start::Leaf,
        |parts| parts.set_extension(CRL_POINTS, false, points("pki.example.com/a.crl")),
        "\"pki.example.com/a.crl\"",
    ),
    (
        "crl-point-https",
        Start::Leaf,
        |parts| parts.set_extension(CRL_POINTS, false, points("https://a.example.com/a.crl")),
        "\"https://a.example.com/a.crl\"",
    ),
    ("authority-info-access-empty", Start::Leaf, |parts| parts.set(&ACCESS, false, sequence(&[])), ""),
    (
        "authority-info-access-url",
        Start::Leaf,
        |parts| parts.set(&ACCESS, false, access("http:///ocsp")),
        "\"http:///ocsp\"",
    ),
];

/// A first field that says what is not said, beside the finding that version 1 has no identifiers.
fn version_1_encoded(parts: &mut Parts) {
    parts.version = context(0, true, &integer(0));
}

fn path_length_alone(parts: &mut Parts) {
    parts.set_extension(BASIC_CONSTRAINTS, true, ca_with_path_length(0));
    parts.remove_extension(KEY_USAGE);
}

fn access(url: &str) -> Vec<u8> {
    let ocsp = oid(&[0x2b, 6, 1, 5, 5, 7, 0x30, 1]);
    sequence(&[sequence(&[ocsp, context(6, false, url.as_bytes())])])
}

fn points(url: &str) -> Vec<u8> {
    let full_name = context(0, true, &context(6, false, url.as_bytes()));
    sequence(&[sequence(&[context(0, true, &full_name)])])
}

/// A permitted subtree: the tag of the name, the name, and what follows.
fn permitted(tag: u32, base: &[u8], distance: &[u8]) -> Vec<u8> {
    let subtree = sequence(&[context(tag, false, base), distance.to_vec()]);
    sequence(&[context(0, true, &subtree)])
}

fn key_id_with(more: &[Vec<u8>]) -> Vec<u8> {
    sequence(&[context(0, false, &[8; 20]), more.concat()])
}

fn issuer_of_key() -> Vec<u8> {
    context(1, true, &context(2, false, b"ca.example.com"))
}

fn policy(qualifiers: &[Vec<u8>]) -> Vec<u8> {
    let qualifiers = if qualifiers.is_empty() { Vec::new() } else { sequence(qualifiers) };
    sequence(&[oid(&[0x2a, 3]), qualifiers])
}

fn notice(tag: Tag, text: &str) -> Vec<u8> {
    let user_notice = oid(&[0x2b, 6, 1, 5, 5, 7, 2, 2]);
    let notice = sequence(&[asn1::element(tag, text.as_bytes())]);
    sequence(&[policy(&[sequence(&[user_notice, notice])])])
}
