//! Cases of certification requests.

use der::Tag;

use super::Case;
use super::builder::{SUBJECT_ALT_NAME, Start, attribute, extensions, names};
use crate::vocab::asn1::{element, integer};

pub(super) const CASES: &[Case] = &[
    ("csr-version", Start::Csr, |parts| parts.version = integer(2), ""),
    ("csr-signature", Start::Csr, |parts| parts.signature = Some(vec![1; 64]), ""),
    ("csr-extensions-repeated", Start::Csr, |parts| parts.attributes = vec![second_request()], "2"),
    ("csr-attribute-empty", Start::Csr, |parts| parts.attributes = vec![attribute(2, &[])], ""),
    (
        "csr-attribute-repeated",
        Start::Csr,
        |parts| parts.attributes = vec![attribute(2, &[text("a")]), attribute(2, &[text("b")])],
        "1.2.840.113549.1.9.2",
    ),
    (
        "csr-challenge-password",
        Start::Csr,
        |parts| parts.attributes = vec![attribute(7, &[text("secret")])],
        "",
    ),
];

fn text(text: &str) -> Vec<u8> {
    element(Tag::Utf8String, text.as_bytes())
}

fn second_request() -> Vec<u8> {
    let value = names(&[(2, b"b.example.com")]);
    let oid = vec![0x55, 0x1d, SUBJECT_ALT_NAME + 1];
    attribute(14, &[extensions(&[super::builder::Extension { oid, critical: Vec::new(), value }])])
}
