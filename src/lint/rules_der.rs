//! Lints about the encoding: RFC 5280 section 4.1 wants DER (X.690).

use super::document::Document;
use super::kind::Kind;
use super::rule::{ALL, Found, Lint, RULE};
use super::strict::{Defect, Defects};

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "indefinite-length",
        on: ALL,
        source: "X.690 section 10.1",
        refused_by: &["Go", "rustls", "GnuTLS"],
        message: "a length at byte {} is of the indefinite form, so this is BER and not DER",
        fix: "make it again with a program that writes DER",
        find: |document| at(document, Defect::IndefiniteLength),
        ..RULE
    },
    Lint {
        code: "unreadable",
        on: ALL,
        source: "RFC 5280 section 4.1",
        refused_by: &["Go", "rustls", "GnuTLS"],
        message: "this is no {}: its fields are not those of one, or it is cut off",
        fix: "give the file that the CA handed out, whole and unchanged",
        follows_from: &["indefinite-length"],
        ..RULE
    },
    Lint {
        code: "trailing-data",
        on: ALL,
        source: "RFC 5280 section 4.1",
        refused_by: &["Go", "rustls", "Java", "GnuTLS"],
        message: "bytes follow behind the end of the document, from byte {} on",
        fix: "cut them off",
        find: |document| at(document, Defect::Trailing),
        ..RULE
    },
    Lint {
        code: "length-not-minimal",
        on: ALL,
        source: "X.690 section 10.1",
        refused_by: &["Go", "rustls"],
        message: "the length at byte {} is written with more octets than it needs, which DER forbids",
        fix: "make it again with a program that writes DER",
        find: |document| at(document, Defect::LongLength),
        ..RULE
    },
    Lint {
        code: "boolean-not-der",
        on: ALL,
        source: "X.690 section 11.1",
        refused_by: &["Go", "rustls"],
        message: "the BOOLEAN at byte {} is neither 00 nor ff",
        fix: "make it again with a program that writes DER",
        find: |document| at(document, Defect::Boolean),
        ..RULE
    },
    Lint {
        code: "integer-not-minimal",
        on: ALL,
        source: "X.690 section 8.3.2",
        refused_by: &["OpenSSL", "Go"],
        message: "the INTEGER at byte {} has more octets than it needs, or none",
        fix: "make it again with a program that writes DER",
        find: |document| at(document, Defect::Integer),
        ..RULE
    },
    Lint {
        code: "set-not-sorted",
        on: ALL,
        source: "X.690 section 11.6",
        refused_by: &[],
        message: "the elements of the SET at byte {} are not in ascending order",
        fix: "make it again with a program that writes DER",
        find: |document| at(document, Defect::Set),
        ..RULE
    },
    Lint {
        code: "unused-bits-set",
        on: ALL,
        source: "X.690 section 11.2",
        refused_by: &["OpenSSL", "Go", "rustls", "Java", "GnuTLS"],
        message: "the unused bits of the BIT STRING at byte {} are not zero, or more than it has",
        fix: "make it again with a program that writes DER",
        find: |document| at(document, Defect::UnusedBits),
        ..RULE
    },
    Lint {
        code: "constructed-string",
        on: ALL,
        source: "X.690 section 10.2",
        message: "the value at byte {} is written in pieces, or a sequence is not",
        fix: "make it again with a program that writes DER",
        find: |document| at(document, Defect::Constructed),
        ..RULE
    },
    Lint {
        code: "oid-malformed",
        on: ALL,
        source: "X.690 section 8.19",
        refused_by: &["OpenSSL", "Go"],
        message: "the OBJECT IDENTIFIER at byte {} is padded, empty or without an end",
        fix: "make it again with a program that writes DER",
        find: |document| at(document, Defect::ObjectIdentifier),
        ..RULE
    },
    Lint {
        code: "null-not-empty",
        on: ALL,
        source: "X.690 section 8.8",
        message: "the NULL at byte {} has contents",
        fix: "make it again with a program that writes DER",
        find: |document| at(document, Defect::Null),
        ..RULE
    },
];

fn at(document: &Document<'_>, defect: Defect) -> Found {
    document.defects.first(defect).map(|offset| offset.to_string())
}

/// What is to be said of a document that is none: codes, and what stands for `{}`.
pub(super) fn of_unreadable(kind: Kind, defects: &Defects) -> impl Iterator<Item = (&'static str, String)> {
    let indefinite = defects.first(Defect::IndefiniteLength);
    let name = match kind {
        Kind::Certificate => "X.509 certificate",
        Kind::Csr => "certification request",
        Kind::Crl => "certificate revocation list",
    };
    indefinite
        .map(|offset| ("indefinite-length", offset.to_string()))
        .into_iter()
        .chain([("unreadable", name.to_owned())])
}
