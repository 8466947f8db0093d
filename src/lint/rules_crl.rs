//! Lints about certificate revocation lists (RFC 5280 section 5).

use super::der::{self, tag};
use super::extension::id;
use super::finding::Severity::{Notice, Warning};
use super::rule::{CRL, Lint, RULE, when};
use crate::vocab::spoken::hex;

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "crl-version",
        source: "RFC 5280 section 5.1.2.1",
        refused_by: &["Go", "rustls"],
        message: "it is not of version 2, as all CRLs should be",
        fix: "make the CRL again as version 2",
        find: |document| when(document.version != Some(&[1])),
        ..CRL_RULE
    },
    Lint {
        code: "crl-next-update-missing",
        source: "RFC 5280 section 5.1.2.5",
        refused_by: &["rustls"],
        message: "it does not say when the next one comes (nextUpdate)",
        fix: "make the CRL again with nextUpdate",
        find: |document| when(document.times[1].is_none()),
        ..CRL_RULE
    },
    Lint {
        code: "crl-authority-key-id-missing",
        source: "RFC 5280 section 5.2.1",
        message: "it has no authorityKeyIdentifier, which leads to the issuer's key",
        fix: "make the CRL again with one",
        follows_from: &["crl-version"],
        find: |document| when(document.extension(id::AUTHORITY_KEY_ID).is_none()),
        ..CRL_RULE
    },
    Lint {
        code: "crl-number-missing",
        source: "RFC 5280 section 5.2.3",
        message: "it has no number (cRLNumber), so nobody knows which of two is newer",
        fix: "make the CRL again with a number that grows",
        follows_from: &["crl-version"],
        find: |document| when(document.extension(id::CRL_NUMBER).is_none()),
        ..CRL_RULE
    },
    Lint {
        code: "crl-number-critical",
        source: "RFC 5280 section 5.2.3",
        message: "the number (cRLNumber) is critical, and it must not be",
        fix: "make the CRL again with the extension not critical",
        find: |document| when(document.extension(id::CRL_NUMBER).is_some_and(|found| found.is_critical())),
        ..CRL_RULE
    },
    Lint {
        code: "crl-number-range",
        source: "RFC 5280 section 5.2.3",
        message: "the number (cRLNumber) is negative or longer than 20 octets",
        fix: "make the CRL again with a number that grows from 0",
        find: |document| {
            let number = document.extension(id::CRL_NUMBER)?;
            let number = der::single_of(tag::INTEGER, number.value)?.contents;
            when(number.len() > 20 || number.first().is_some_and(|first| *first >= 0x80))
        },
        ..CRL_RULE
    },
    Lint {
        code: "crl-delta-not-critical",
        source: "RFC 5280 section 5.2.4",
        message: "the deltaCRLIndicator is not critical, so the list is taken for a complete one",
        fix: "make the CRL again with the extension critical",
        find: |document| when(document.extension(id::DELTA_CRL).is_some_and(|found| !found.is_critical())),
        ..CRL_RULE
    },
    Lint {
        code: "crl-scope-not-critical",
        source: "RFC 5280 section 5.2.5",
        message: "the issuingDistributionPoint is not critical, so the list is taken for a complete one",
        fix: "make the CRL again with the extension critical",
        find: |document| {
            let scope = document.extension(id::ISSUING_DISTRIBUTION_POINT);
            when(scope.is_some_and(|found| !found.is_critical()))
        },
        ..CRL_RULE
    },
    Lint {
        code: "crl-list-empty",
        source: "RFC 5280 section 5.1.2.6",
        message: "the list of revoked certificates is there and empty, and without any it must be left out",
        fix: "make the CRL again with a program that leaves it out",
        find: |document| when(document.revoked.is_some_and(|list| list.contents.is_empty())),
        ..CRL_RULE
    },
    Lint {
        code: "crl-entry-malformed",
        source: "RFC 5280 section 5.1.2.6",
        refused_by: &["OpenSSL", "Go", "rustls"],
        message: "entry {} of the list is not a serial number with a date",
        fix: "make the CRL again with a program that writes them",
        find: |document| document.entries.malformed.map(|place| place.to_string()),
        ..CRL_RULE
    },
    Lint {
        code: "crl-entry-repeated",
        severity: Warning,
        source: "RFC 5280 section 5.1.2.6",
        message: "the certificate {} is listed twice",
        fix: "make the CRL again with each certificate once",
        find: |document| document.entries.repeated.map(hex),
        ..CRL_RULE
    },
    Lint {
        code: "crl-entry-in-future",
        severity: Notice,
        source: "RFC 5280 section 5.1.2.6",
        message: "a certificate is revoked at a time later than thisUpdate",
        fix: "list certificates from their revocation on",
        find: |document| {
            let this_update = document.times[0].and_then(|time| time.stamp)?;
            when(document.entries.latest.is_some_and(|latest| latest > this_update))
        },
        ..CRL_RULE
    },
    Lint {
        code: "crl-entry-reason",
        source: "RFC 5280 section 5.3.1",
        refused_by: &["rustls"],
        message: "the reason for revoking {} is none that exists",
        fix: "make the CRL again with a reason from 1 to 6 or 8 to 10",
        find: |document| document.entries.reason.map(hex),
        ..CRL_RULE
    },
    Lint {
        code: "crl-entry-reason-unspecified",
        severity: Notice,
        source: "RFC 5280 section 5.3.1",
        message: "the reason for revoking {} is \"unspecified\", which should be left out",
        fix: "leave the reason out",
        find: |document| document.entries.unspecified.map(hex),
        ..CRL_RULE
    },
    Lint {
        code: "crl-entry-extension-repeated",
        source: "RFC 5280 section 5.3",
        refused_by: &["Go"],
        message: "the entry for {} has an extension twice",
        fix: "make the CRL again with each extension once",
        find: |document| document.entries.repeated_extension.map(hex),
        ..CRL_RULE
    },
    Lint {
        code: "crl-entry-extension-unknown-critical",
        source: "RFC 5280 section 5.3",
        refused_by: &["OpenSSL", "rustls"],
        message: "the entry for {} has a critical extension that is not known, so the list has to be refused",
        fix: "make the CRL again without it",
        find: |document| document.entries.unknown_critical.map(hex),
        ..CRL_RULE
    },
    Lint {
        code: "crl-entry-extension-critical",
        severity: Warning,
        source: "RFC 5280 sections 5.3.1 and 5.3.2",
        message: "the entry for {} has a critical reasonCode or invalidityDate, and these are not critical",
        fix: "make the CRL again with these extensions not critical",
        find: |document| document.entries.critical.map(hex),
        ..CRL_RULE
    },
];

const CRL_RULE: Lint = Lint { on: CRL, ..RULE };
