//! Cases of distinguished names and of subjectAltName.

use der::Tag;

use super::Case;
use super::builder::{EXTENDED_KEY_USAGE, SUBJECT_ALT_NAME, Start, name, purposes, single_name};
use crate::vocab::asn1::{element, sequence};

macro_rules! long_label {
    () => {
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com"
    };
}

macro_rules! long_name {
    () => {
        concat!(
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.",
            "example.com"
        )
    };
}

pub(super) const CASES: &[Case] = &[
    ("name-malformed", Start::Leaf, |parts| parts.subject = sequence(&[element(Tag::Set, &[])]), "subject"),
    ("name-malformed", Start::Crl, |parts| parts.issuer = sequence(&[element(Tag::Set, &[5, 0])]), "issuer"),
    ("issuer-empty", Start::Leaf, |parts| parts.issuer = sequence(&[]), ""),
    ("ca-subject-empty", Start::Ca, |parts| parts.subject = sequence(&[]), ""),
    (
        "subject-empty-without-san",
        Start::Leaf,
        |parts| {
            parts.subject = sequence(&[]);
            parts.set_extension(EXTENDED_KEY_USAGE, false, purposes(&[2]));
            parts.remove_extension(SUBJECT_ALT_NAME);
        },
        "",
    ),
    (
        "subject-empty-without-san",
        Start::Csr,
        |parts| {
            parts.subject = sequence(&[]);
            parts.remove_extension(SUBJECT_ALT_NAME);
        },
        "",
    ),
    ("subject-empty-san-not-critical", Start::Leaf, |parts| parts.subject = sequence(&[]), ""),
    (
        "attribute-malformed",
        Start::Leaf,
        |parts| parts.subject = typed(3, Tag::Utf8String, b"\xff"),
        "common name (CN) of the subject",
    ),
    (
        "printable-string-characters",
        Start::Leaf,
        |parts| parts.subject = typed(10, Tag::PrintableString, b"a*b"),
        "organization (O) of the subject",
    ),
    (
        "attribute-empty",
        Start::Leaf,
        |parts| parts.subject = name(&[(3, "a.example.com"), (11, "")]),
        "organizational unit (OU) of the subject",
    ),
    (
        "attribute-type",
        Start::Leaf,
        |parts| parts.subject = typed(3, Tag::Ia5String, b"a.example.com"),
        "common name (CN) of the subject",
    ),
    (
        "attribute-not-ia5-string",
        Start::Csr,
        |parts| {
            let mail = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01];
            parts.subject = sequence(&[single_name(&mail, &element(Tag::Utf8String, b"a@example.com"))]);
        },
        "e-mail address of the subject",
    ),
    (
        "country-not-printable-string",
        Start::Leaf,
        |parts| parts.subject = typed(6, Tag::Utf8String, b"DE"),
        "country (C) of the subject",
    ),
    (
        "country-not-two-letters",
        Start::Leaf,
        |parts| parts.subject = name(&[(6, "DEU")]),
        "country (C) of the subject",
    ),
    (
        "country-lower-case",
        Start::Leaf,
        |parts| parts.subject = name(&[(6, "de")]),
        "country (C) of the subject",
    ),
    (
        "attribute-old-string",
        Start::Leaf,
        |parts| parts.subject = typed(10, Tag::TeletexString, b"Example"),
        "organization (O) of the subject",
    ),
    (
        "attribute-control-characters",
        Start::Leaf,
        |parts| parts.subject = name(&[(10, "a\nb")]),
        "organization (O) of the subject",
    ),
    (
        "attribute-outer-spaces",
        Start::Leaf,
        |parts| parts.subject = name(&[(10, "Example ")]),
        "organization (O) of the subject",
    ),
    (
        "common-name-repeated",
        Start::Leaf,
        |parts| parts.subject = name(&[(3, "b"), (3, "a.example.com")]),
        "",
    ),
    (
        "common-name-too-long",
        Start::Leaf,
        |parts| parts.subject = name(&[(3, &"a".repeat(65))]),
        "common name (CN) is 65 characters long, and at most 64",
    ),
    (
        "organization-too-long",
        Start::Leaf,
        |parts| parts.subject = name(&[(10, &"ü".repeat(65))]),
        "organization (O) is 65 characters long, and at most 64",
    ),
    (
        "organizational-unit-too-long",
        Start::Leaf,
        |parts| parts.subject = name(&[(11, &"a".repeat(65))]),
        "organizational unit (OU) is 65 characters long, and at most 64",
    ),
    (
        "locality-too-long",
        Start::Leaf,
        |parts| parts.subject = name(&[(7, &"a".repeat(129))]),
        "locality (L) is 129 characters long, and at most 128",
    ),
    (
        "state-too-long",
        Start::Leaf,
        |parts| parts.subject = name(&[(8, &"a".repeat(129))]),
        "state (ST) is 129 characters long, and at most 128",
    ),
    (
        "serial-number-attribute-too-long",
        Start::Leaf,
        |parts| parts.subject = name(&[(5, &"a".repeat(65))]),
        "serial number is 65 characters long, and at most 64",
    ),
    (
        "title-too-long",
        Start::Leaf,
        |parts| parts.subject = name(&[(12, &"a".repeat(65))]),
        "title is 65 characters long, and at most 64",
    ),
    (
        "email-attribute-too-long",
        Start::Leaf,
        |parts| {
            let mail = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01];
            let value = element(Tag::Ia5String, &[b'a'; 256]);
            parts.subject = sequence(&[single_name(&mail, &value)]);
        },
        "e-mail address is 256 characters long, and at most 255",
    ),
    ("san-missing", Start::Leaf, |parts| parts.remove_extension(SUBJECT_ALT_NAME), ""),
    (
        "common-name-not-in-san",
        Start::Leaf,
        |parts| parts.set_names(&[(2, b"b.example.com")]),
        "\"a.example.com\"",
    ),
    ("san-empty", Start::Csr, |parts| parts.set_names(&[]), ""),
    ("san-name-empty", Start::Leaf, |parts| parts.add_dns(""), "\"\""),
    ("dns-nul", Start::Leaf, |parts| parts.add_dns("a\0.example.com"), r#""a\u{0}.example.com""#),
    ("dns-not-ascii", Start::Leaf, |parts| parts.add_dns("bücher.example"), "\"bücher.example\""),
    ("dns-spaces", Start::Leaf, |parts| parts.add_dns(" b.example.com"), "\" b.example.com\""),
    ("dns-url", Start::Leaf, |parts| parts.add_dns("https://b.example.com"), "\"https://b.example.com\""),
    ("dns-brackets", Start::Leaf, |parts| parts.add_dns("[::1]"), "\"[::1]\""),
    ("dns-range", Start::Leaf, |parts| parts.add_dns("10.0.0.0/8"), "\"10.0.0.0/8\""),
    ("dns-zone", Start::Leaf, |parts| parts.add_dns("fe80::1%eth0"), "\"fe80::1%eth0\""),
    ("dns-is-ip", Start::Leaf, |parts| parts.add_dns("10.0.0.2"), "\"10.0.0.2\""),
    ("dns-is-ip", Start::Leaf, |parts| parts.add_dns("::1"), "\"::1\""),
    ("dns-port", Start::Csr, |parts| parts.add_dns("b.example.com:443"), "\"b.example.com:443\""),
    ("dns-bare-wildcard", Start::Leaf, |parts| parts.add_dns("*"), "\"*\""),
    ("dns-wildcard-place", Start::Leaf, |parts| parts.add_dns("b.*.example.com"), "\"b.*.example.com\""),
    ("dns-wildcard-place", Start::Leaf, |parts| parts.add_dns("b*.example.com"), "\"b*.example.com\""),
    ("dns-wildcard-broad", Start::Leaf, |parts| parts.add_dns("*.com"), "\"*.com\""),
    ("dns-trailing-dot", Start::Leaf, |parts| parts.add_dns("b.example.com."), "\"b.example.com.\""),
    ("dns-leading-dot", Start::Leaf, |parts| parts.add_dns(".example.com"), "\".example.com\""),
    ("dns-empty-label", Start::Leaf, |parts| parts.add_dns("b..example.com"), "\"b..example.com\""),
    ("dns-character", Start::Leaf, |parts| parts.add_dns("b@example.com"), "\"b@example.com\""),
    ("dns-too-long", Start::Leaf, |parts| parts.add_dns(LONG_NAME), concat!("\"", long_name!(), "\"")),
    (
        "dns-label-too-long",
        Start::Leaf,
        |parts| parts.add_dns(LONG_LABEL),
        concat!("\"", long_label!(), "\""),
    ),
    ("dns-hyphen", Start::Leaf, |parts| parts.add_dns("-b.example.com"), "\"-b.example.com\""),
    ("dns-number", Start::Leaf, |parts| parts.add_dns("10.0.0.300"), "\"10.0.0.300\""),
    ("dns-underscore", Start::Leaf, |parts| parts.add_dns("b_1.example.com"), "\"b_1.example.com\""),
    ("san-repeated", Start::Leaf, |parts| parts.add_dns("a.example.com"), "\"a.example.com\""),
    (
        "mail-not-ascii",
        Start::Leaf,
        |parts| parts.set_names(&[(2, b"a.example.com"), (1, "ü@example.com".as_bytes())]),
        "\"ü@example.com\"",
    ),
    (
        "mail-malformed",
        Start::Leaf,
        |parts| parts.set_names(&[(2, b"a.example.com"), (1, b"A <a@example.com>")]),
        "\"A <a@example.com>\"",
    ),
    (
        "uri-not-ascii",
        Start::Leaf,
        |parts| parts.set_names(&[(2, b"a.example.com"), (6, "https://ü".as_bytes())]),
        "\"https://ü\"",
    ),
    (
        "uri-without-scheme",
        Start::Leaf,
        |parts| parts.set_names(&[(2, b"a.example.com"), (6, b"/a/b")]),
        "\"/a/b\"",
    ),
    (
        "uri-malformed",
        Start::Leaf,
        |parts| parts.set_names(&[(2, b"a.example.com"), (6, b"https://a.example.com/a b")]),
        "\"https://a.example.com/a b\"",
    ),
    ("ip-length", Start::Leaf, |parts| parts.set_names(&[(2, b"a.example.com"), (7, &[10; 5])]), "5"),
    (
        "ip-mapped",
        Start::Leaf,
        |parts| {
            let mapped = [&[0; 10][..], &[0xff, 0xff, 10, 0, 0, 1]].concat();
            parts.set_names(&[(2, b"a.example.com"), (7, &mapped)]);
        },
        "::ffff:10.0.0.1",
    ),
    (
        "ip-unspecified",
        Start::Leaf,
        |parts| parts.set_names(&[(2, b"a.example.com"), (7, &[0; 4])]),
        "0.0.0.0",
    ),
];

const LONG_LABEL: &str = long_label!();
const LONG_NAME: &str = long_name!();

/// A subject of one attribute with a type of its own.
fn typed(arc: u8, tag: Tag, value: &[u8]) -> Vec<u8> {
    sequence(&[single_name(&[0x55, 4, arc], &element(tag, value))])
}
