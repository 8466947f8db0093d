//! Lints about the fields that every certificate has (RFC 5280 sections 4.1.1 and 4.1.2).

use super::document::Document;
use super::finding::Severity::Error;
use super::table::{CERTIFICATE, CERTIFICATE_AND_CRL, Found, Lint, when};

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "serial-negative",
        severity: Error,
        on: CERTIFICATE,
        source: "RFC 5280 section 4.1.2.2",
        zlint: &[("e_serial_number_not_positive", "RFC5280")],
        refused_by: &["Go 1.23"],
        message: "the serial number is negative",
        fix: "issue it again with a positive serial number",
        follows_from: &[],
        find: |document| when(document.serial.first().is_some_and(|first| *first >= 0x80)),
    },
    Lint {
        code: "serial-zero",
        severity: Error,
        on: CERTIFICATE,
        source: "RFC 5280 section 4.1.2.2",
        zlint: &[("e_serial_number_not_positive", "RFC5280")],
        refused_by: &["OpenSSL -x509_strict"],
        message: "the serial number is zero",
        fix: "issue it again with a positive serial number",
        follows_from: &[],
        find: |document| when(document.serial.iter().all(|octet| *octet == 0)),
    },
    Lint {
        code: "serial-too-long",
        severity: Error,
        on: CERTIFICATE,
        source: "RFC 5280 section 4.1.2.2",
        zlint: &[("e_serial_number_longer_than_20_octets", "RFC5280")],
        refused_by: &["rustls"],
        message: "the serial number has {} octets; 20 are allowed",
        fix: "issue it again with a serial number of 16 to 20 random octets, the first below 0x80",
        follows_from: &[],
        find: |document| (document.serial.len() > 20).then(|| document.serial.len().to_string()),
    },
    Lint {
        code: "signature-algorithms-differ",
        severity: Error,
        on: CERTIFICATE_AND_CRL,
        source: "RFC 5280 section 4.1.1.2",
        zlint: &[("e_cert_sig_alg_not_match_tbs_sig_alg", "RFC5280")],
        refused_by: &["OpenSSL", "Go", "rustls"],
        message: "the algorithm inside what is signed is not the one beside the signature",
        fix: "issue it again; something changed it after it was signed",
        follows_from: &[],
        find: |document| {
            when(document.signed_algorithm.is_some_and(|inner| inner.whole != document.algorithm.whole))
        },
    },
    Lint {
        code: "extensions-need-version-3",
        severity: Error,
        on: CERTIFICATE,
        source: "RFC 5280 section 4.1.2.1",
        zlint: &[("e_cert_extensions_version_not_3", "RFC5280")],
        refused_by: &["rustls"],
        message: "it has extensions, but its version is {}",
        fix: "issue it again as version 3",
        follows_from: &[],
        find: extensions_need_version_3,
    },
];

fn extensions_need_version_3(document: &Document<'_>) -> Found {
    let version = document.version_number();
    (document.extensions.lists > 0 && version != Some(3)).then(|| version_text(version))
}

fn version_text(version: Option<u32>) -> String {
    version.map_or_else(|| "not one that exists".to_owned(), |number| number.to_string())
}
