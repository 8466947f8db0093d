//! Cases of revocation lists.

use der::Tag;

use super::Case;
use super::builder::{AUTHORITY_KEY_ID, CRL_NUMBER, Start, entry, utc};
use crate::vocab::asn1::{boolean_true, element, integer, sequence};

pub(super) const CASES: &[Case] = &[
    (
        "crl-version",
        Start::Crl,
        |parts| {
            parts.version.clear();
            parts.extensions = None;
        },
        "",
    ),
    ("crl-next-update-missing", Start::Crl, |parts| parts.times[1].clear(), ""),
    ("crl-next-update-before-this-update", Start::Crl, |parts| parts.times[1] = utc("251231000000Z"), ""),
    ("crl-authority-key-id-missing", Start::Crl, |parts| parts.remove_extension(AUTHORITY_KEY_ID), ""),
    ("crl-number-missing", Start::Crl, |parts| parts.remove_extension(CRL_NUMBER), ""),
    ("crl-number-critical", Start::Crl, |parts| parts.extension(CRL_NUMBER).critical = boolean_true(), ""),
    (
        "crl-number-range",
        Start::Crl,
        |parts| parts.extension(CRL_NUMBER).value = element(Tag::Integer, &[1; 21]),
        "",
    ),
    ("crl-delta-not-critical", Start::Crl, |parts| parts.set_extension(27, false, integer(1)), ""),
    ("crl-scope-not-critical", Start::Crl, |parts| parts.set_extension(28, false, sequence(&[])), ""),
    ("crl-list-empty", Start::Crl, |parts| parts.entries = Some(Vec::new()), ""),
    (
        "crl-entry-malformed",
        Start::Crl,
        |parts| parts.entries = Some(vec![entry(5, &[]), sequence(&[integer(6)])]),
        "2",
    ),
    (
        "crl-entry-repeated",
        Start::Crl,
        |parts| parts.entries = Some(vec![entry(5, &[]), entry(5, &[])]),
        "05",
    ),
    (
        "crl-entry-in-future",
        Start::Crl,
        |parts| parts.entries = Some(vec![sequence(&[integer(5), utc("260102000000Z")])]),
        "",
    ),
    ("crl-entry-reason", Start::Crl, |parts| parts.entries = Some(vec![entry(5, &[reason(7)])]), "05"),
    (
        "crl-entry-reason-unspecified",
        Start::Crl,
        |parts| parts.entries = Some(vec![entry(5, &[reason(0)])]),
        "05",
    ),
    (
        "crl-entry-extension-repeated",
        Start::Crl,
        |parts| parts.entries = Some(vec![entry(5, &[reason(1), reason(1)])]),
        "05",
    ),
    (
        "crl-entry-extension-unknown-critical",
        Start::Crl,
        |parts| parts.entries = Some(vec![entry(5, &[(99, true, vec![5, 0])])]),
        "05",
    ),
    (
        "crl-entry-extension-critical",
        Start::Crl,
        |parts| {
            let (arc, _, value) = reason(1);
            parts.entries = Some(vec![entry(5, &[(arc, true, value)])]);
        },
        "05",
    ),
    (
        "time-without-seconds",
        Start::Crl,
        |parts| parts.entries = Some(vec![sequence(&[integer(5), utc("2512010000Z")])]),
        "\"2512010000Z\"",
    ),
];

fn reason(number: u8) -> (u8, bool, Vec<u8>) {
    (21, false, element(Tag::Enumerated, &[number]))
}
