//! Lints about version, serial number and unique identifiers (RFC 5280 section 4.1.2).

use super::document::Document;
use super::finding::Severity::Warning;
use super::rule::{CERTIFICATE_AND_CSR, Found, Lint, RULE, when};
use crate::vocab::asn1::is_minimal_integer;

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "version-unknown",
        source: "RFC 5280 section 4.1.2.1",
        refused_by: &["Go", "rustls", "Java"],
        message: "the version is {}, and there are only 1, 2 and 3",
        fix: "issue it again as version 3",
        find: |document| when_version(document, |version| !matches!(version, Some(1..=3))),
        ..RULE
    },
    Lint {
        code: "version-1-with-extensions",
        source: "RFC 5280 section 4.1.2.1",
        zlint: &[("e_cert_extensions_version_not_3", "RFC5280")],
        refused_by: &["OpenSSL -x509_strict", "Go", "rustls", "Java", "GnuTLS"],
        message: "it has extensions, and version {} has none",
        fix: "issue it again as version 3",
        find: |document| {
            let old = document.extensions.lists > 0;
            when_version(document, |version| old && matches!(version, Some(1 | 2)))
        },
        ..RULE
    },
    Lint {
        code: "version-1",
        severity: Warning,
        source: "RFC 5280 section 4.1.2.1",
        zlint: &[("e_invalid_certificate_version", "CABF_BR")],
        refused_by: &["rustls"],
        message: "it is of version {}, so it has no extensions and nothing says what it is for",
        fix: "issue it again as version 3, with key usages and names",
        find: |document| {
            let old = document.extensions.lists == 0 && !document.has_unique_identifier;
            when_version(document, |version| old && matches!(version, Some(1 | 2)))
        },
        ..RULE
    },
    Lint {
        code: "version-1-encoded",
        severity: Warning,
        source: "X.690 section 11.5",
        message: "version 1 is written down, while it is the default and DER leaves defaults out",
        fix: "issue it again as version 3",
        follows_from: &["version-1", "version-1-with-extensions"],
        find: |document| when(document.version.is_some_and(|version| version == [0])),
        ..RULE
    },
    Lint {
        code: "serial-negative",
        source: "RFC 5280 section 4.1.2.2",
        zlint: &[("e_serial_number_not_positive", "RFC5280")],
        refused_by: &["Go 1.23"],
        message: "the serial number is negative",
        fix: "issue it again with a positive serial number",
        find: |document| when(document.serial.first().is_some_and(|first| *first >= 0x80)),
        ..RULE
    },
    Lint {
        code: "serial-zero",
        source: "RFC 5280 section 4.1.2.2",
        zlint: &[("e_serial_number_not_positive", "RFC5280")],
        message: "the serial number is zero",
        fix: "issue it again with a positive serial number",
        find: |document| when(document.serial.iter().all(|octet| *octet == 0) && !document.serial.is_empty()),
        ..RULE
    },
    Lint {
        code: "serial-too-long",
        source: "RFC 5280 section 4.1.2.2",
        zlint: &[("e_serial_number_longer_than_20_octets", "RFC5280")],
        message: "the serial number is {} octets long, and at most 20 are allowed",
        fix: "issue it again with 16 to 20 random octets as serial number, the first below 0x80",
        find: |document| (document.serial.len() > 20).then(|| document.serial.len().to_string()),
        ..RULE
    },
    Lint {
        code: "unique-identifier",
        source: "RFC 5280 section 4.1.2.8",
        zlint: &[("e_cert_contains_unique_identifier", "RFC5280")],
        refused_by: &["rustls"],
        message: "it has an issuerUniqueID or subjectUniqueID, which no CA may write any more",
        fix: "issue it again without",
        find: |document| when(document.has_unique_identifier),
        ..RULE
    },
    Lint {
        code: "extensions-empty",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 section 4.1.2.9",
        refused_by: &["rustls"],
        message: "the list of extensions is there and empty",
        fix: "leave the list out, or give it an extension",
        find: |document| when(document.extensions.lists > 0 && document.extensions.is_empty()),
        ..RULE
    },
];

fn when_version(document: &Document<'_>, is_defect: impl Fn(Option<u32>) -> bool) -> Found {
    let version = document.version.map_or(Some(1), |encoded| match encoded {
        [number @ 0..0x80] => Some(u32::from(*number) + 1),
        _ => None,
    });
    // An encoding that is no number at all is its own finding.
    if document.version.is_some_and(|encoded| !is_minimal_integer(encoded)) || !is_defect(version) {
        return None;
    }
    Some(version.map_or_else(|| "not a small number".to_owned(), |number| number.to_string()))
}
