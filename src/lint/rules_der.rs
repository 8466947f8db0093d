//! Lints about the encoding: RFC 5280 section 4.1 wants DER (X.690).

use super::document::Document;
use super::finding::Severity::Error;
use super::strict::{Defect, Defects};
use super::table::{ALL, Found, Kind, Lint};

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "indefinite-length",
        severity: Error,
        on: ALL,
        source: "X.690 section 10.1",
        zlint: &[],
        refused_by: &["Go", "rustls"],
        message: "a length at byte {} is of the indefinite form, so this is BER and not DER",
        fix: "make it again with a program that writes DER",
        follows_from: &[],
        find: |document| at(document, Defect::IndefiniteLength),
    },
    Lint {
        code: "unreadable",
        severity: Error,
        on: ALL,
        source: "RFC 5280 section 4.1",
        zlint: &[],
        refused_by: &["all"],
        message: "this is no {}: its fields are not those of one, or it is cut off",
        fix: "give the file that the CA handed out, whole and unchanged",
        follows_from: &["indefinite-length"],
        find: |_| None,
    },
    Lint {
        code: "trailing-data",
        severity: Error,
        on: ALL,
        source: "RFC 5280 section 4.1",
        zlint: &[],
        refused_by: &["Go", "rustls"],
        message: "bytes follow behind the end of the document, from byte {} on",
        fix: "cut them off",
        follows_from: &[],
        find: |document| at(document, Defect::Trailing),
    },
    Lint {
        code: "length-not-minimal",
        severity: Error,
        on: ALL,
        source: "X.690 section 10.1",
        zlint: &[],
        refused_by: &["Go", "rustls"],
        message: "the length at byte {} is written with more octets than it needs, which DER forbids",
        fix: "make it again with a program that writes DER",
        follows_from: &[],
        find: |document| at(document, Defect::LongLength),
    },
    Lint {
        code: "boolean-not-der",
        severity: Error,
        on: ALL,
        source: "X.690 section 11.1",
        zlint: &[],
        refused_by: &["Go", "rustls"],
        message: "the BOOLEAN at byte {} is neither 00 nor ff",
        fix: "make it again with a program that writes DER",
        follows_from: &[],
        find: |document| at(document, Defect::Boolean),
    },
    Lint {
        code: "integer-not-minimal",
        severity: Error,
        on: ALL,
        source: "X.690 section 8.3.2",
        zlint: &[],
        refused_by: &["Go", "rustls", "OpenSSL"],
        message: "the INTEGER at byte {} has more octets than it needs, or none",
        fix: "make it again with a program that writes DER",
        follows_from: &[],
        find: |document| at(document, Defect::Integer),
    },
    Lint {
        code: "set-not-sorted",
        severity: Error,
        on: ALL,
        source: "X.690 section 11.6",
        zlint: &[],
        refused_by: &[],
        message: "the elements of the SET at byte {} are not in ascending order",
        fix: "make it again with a program that writes DER",
        follows_from: &[],
        find: |document| at(document, Defect::Set),
    },
    Lint {
        code: "unused-bits-set",
        severity: Error,
        on: ALL,
        source: "X.690 section 11.2",
        zlint: &[],
        refused_by: &["Go", "rustls"],
        message: "the unused bits of the BIT STRING at byte {} are not zero, or more than it has",
        fix: "make it again with a program that writes DER",
        follows_from: &[],
        find: |document| at(document, Defect::UnusedBits),
    },
    Lint {
        code: "constructed-string",
        severity: Error,
        on: ALL,
        source: "X.690 section 10.2",
        zlint: &[],
        refused_by: &["Go", "rustls"],
        message: "the value at byte {} is written in pieces, or a sequence is not",
        fix: "make it again with a program that writes DER",
        follows_from: &[],
        find: |document| at(document, Defect::Constructed),
    },
    Lint {
        code: "oid-malformed",
        severity: Error,
        on: ALL,
        source: "X.690 section 8.19",
        zlint: &[],
        refused_by: &["Go", "OpenSSL"],
        message: "the OBJECT IDENTIFIER at byte {} is padded, empty or without an end",
        fix: "make it again with a program that writes DER",
        follows_from: &[],
        find: |document| at(document, Defect::ObjectIdentifier),
    },
    Lint {
        code: "null-not-empty",
        severity: Error,
        on: ALL,
        source: "X.690 section 8.8",
        zlint: &[],
        refused_by: &["Go"],
        message: "the NULL at byte {} has contents",
        fix: "make it again with a program that writes DER",
        follows_from: &[],
        find: |document| at(document, Defect::Null),
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
