//! Lints about what a key may be used for (RFC 5280 sections 4.2.1.3 and 4.2.1.12, RFC 8813, 9295, 3279).

use const_oid::ObjectIdentifier;

use super::der::tag;
use super::document::Document;
use super::extension::{Extension, id};
use super::finding::Severity::{Notice, Warning};
use super::key::Key;
use super::rule::{CERTIFICATE, CERTIFICATE_AND_CSR, Found, Lint, RULE, when};
use super::seen::first_repeated;
use crate::vocab::oid;
use crate::vocab::usage::Usage;

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "key-usage-empty",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 section 4.2.1.3",
        zlint: &[("e_ext_key_usage_without_bits", "RFC5280")],
        refused_by: &["OpenSSL", "Java"],
        message: "the key usage is there, but names no usage",
        fix: "make it again with a usage, or without the extension",
        find: |document| when(document.extensions.key_usage == Some(0)),
        ..RULE
    },
    Lint {
        code: "key-usage-not-critical",
        severity: Notice,
        source: "RFC 5280 section 4.2.1.3",
        zlint: &[("w_ext_key_usage_not_critical", "RFC5280")],
        message: "the key usage is not critical",
        fix: "issue it again with the key usage critical",
        find: |document| when(document.extension(id::KEY_USAGE).is_some_and(|found| !found.is_critical())),
        ..RULE
    },
    Lint {
        code: "key-usage-trailing-zeros",
        severity: Warning,
        on: CERTIFICATE_AND_CSR,
        source: "X.690 section 11.2.2",
        zlint: &[("e_incorrect_ku_encoding", "RFC5280"), ("e_superfluous_ku_encoding", "RFC5280")],
        message: "the key usage is written with zero bits behind its last usage, which DER cuts off",
        fix: "make it again with a program that writes DER",
        find: |document| when(key_usage_bits(document).is_some_and(has_trailing_zeros)),
        ..RULE
    },
    Lint {
        code: "key-usage-unknown-bits",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 section 4.2.1.3",
        zlint: &[("e_key_usage_incorrect_length", "RFC5280")],
        message: "the key usage has bits behind the nine that exist",
        fix: "make it again with usages that exist",
        find: |document| {
            let unknown =
                |bits: &[u8]| bits.get(2).is_some_and(|second| second & 0x7f != 0) || bits.len() > 3;
            when(key_usage_bits(document).is_some_and(|bits| unknown(bits) && !has_trailing_zeros(bits)))
        },
        ..RULE
    },
    Lint {
        code: "ec-key-encipherment",
        severity: Warning,
        on: CERTIFICATE_AND_CSR,
        source: "RFC 8813 section 3",
        zlint: &[("e_ecdsa_allowed_ku", "RFC8813")],
        message: "the key usage has {}, which an EC key cannot do",
        fix: "make it again without the usage",
        find: |document| match document.key {
            Some(Key::Ec { .. }) => useless(document, KEY_ENCIPHERMENT | DATA_ENCIPHERMENT),
            _ => None,
        },
        ..RULE
    },
    Lint {
        code: "edwards-key-usage",
        severity: Warning,
        on: CERTIFICATE_AND_CSR,
        source: "RFC 9295 section 3",
        message: "the key usage has {}, which an Ed25519 key cannot do",
        fix: "make it again without the usage",
        find: |document| match document.key {
            Some(Key::Edwards { .. }) => {
                useless(document, KEY_ENCIPHERMENT | DATA_ENCIPHERMENT | KEY_AGREEMENT)
            }
            _ => None,
        },
        ..RULE
    },
    Lint {
        code: "rsa-key-agreement",
        severity: Warning,
        on: CERTIFICATE_AND_CSR,
        source: "RFC 3279 section 2.3.1",
        zlint: &[("e_rsa_allowed_ku_ee", "RFC3279"), ("e_rsa_allowed_ku_ca", "RFC3279")],
        message: "the key usage has {}, which an RSA key cannot do",
        fix: "make it again without the usage",
        find: |document| match document.key {
            Some(Key::Rsa { .. }) => useless(document, KEY_AGREEMENT),
            _ => None,
        },
        ..RULE
    },
    Lint {
        code: "encipher-only-without-key-agreement",
        severity: Warning,
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 section 4.2.1.3",
        message: "the key usage has {}, which means nothing without keyAgreement",
        fix: "make it again without the usage",
        find: |document| {
            let agrees = document.extensions.key_usage.is_some_and(|usage| usage & KEY_AGREEMENT != 0);
            if agrees { None } else { useless(document, ENCIPHER_ONLY | DECIPHER_ONLY) }
        },
        ..RULE
    },
    Lint {
        code: "extended-key-usage-empty",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 section 4.2.1.12",
        refused_by: &["rustls"],
        message: "the extended key usage is there, but names no usage",
        fix: "make it again with a usage, or without the extension",
        find: |document| {
            let list = document.extension(id::EXTENDED_KEY_USAGE).and_then(Extension::sequence);
            when(list.is_some_and(|list| list.contents.is_empty()))
        },
        ..RULE
    },
    Lint {
        code: "extended-key-usage-repeated",
        severity: Notice,
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 section 4.2.1.12",
        message: "the extended key usage {} is there twice",
        fix: "name each usage once",
        find: |document| first_repeated(extended(document)).map(purpose_name),
        ..RULE
    },
    Lint {
        code: "any-extended-key-usage-critical",
        severity: Warning,
        source: "RFC 5280 section 4.2.1.12",
        zlint: &[("w_eku_critical_improperly", "RFC5280")],
        message: "the extended key usage is critical, while it has anyExtendedKeyUsage",
        fix: "issue it again with the extension not critical, or without anyExtendedKeyUsage",
        find: |document| {
            let critical = document.extension(id::EXTENDED_KEY_USAGE).is_some_and(Extension::is_critical);
            when(critical && extended(document).any(|oid| oid == ANY))
        },
        ..RULE
    },
    Lint {
        code: "usages-contradict",
        on: CERTIFICATE,
        source: "RFC 5280 section 4.2.1.12",
        refused_by: &["OpenSSL"],
        message: "the extended key usage {}, and the key usage has none of these",
        fix: "issue it again with a key usage that goes with it; \"digital signature\" goes with all",
        find: contradiction,
        ..RULE
    },
];

pub(super) const DIGITAL_SIGNATURE: u16 = Usage::SIGNING.bit();
const CONTENT_COMMITMENT: u16 = Usage::CONTENT_COMMITMENT.bit();
const KEY_ENCIPHERMENT: u16 = Usage::KEY_ENCIPHERMENT.bit();
const DATA_ENCIPHERMENT: u16 = Usage::DATA_ENCIPHERMENT.bit();
const KEY_AGREEMENT: u16 = Usage::KEY_AGREEMENT.bit();
pub(super) const CERT_SIGN: u16 = Usage::CERT_SIGN.bit();
pub(super) const CRL_SIGN: u16 = Usage::CRL_SIGN.bit();
const ENCIPHER_ONLY: u16 = Usage::ENCIPHER_ONLY.bit();
const DECIPHER_ONLY: u16 = Usage::DECIPHER_ONLY.bit();

const USAGE_NAMES: [&str; 9] = [
    "digitalSignature",
    "contentCommitment",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

const ANY: &[u8] = oid::ANY_PURPOSE.as_bytes();

/// A purpose, its name, and the key usages of which it needs one (RFC 5280 section 4.2.1.12).
const NEEDS: [(ObjectIdentifier, &str, u16); 6] = [
    (oid::SERVER_AUTH, "serverAuth", DIGITAL_SIGNATURE | KEY_ENCIPHERMENT | KEY_AGREEMENT),
    (oid::CLIENT_AUTH, "clientAuth", DIGITAL_SIGNATURE | KEY_AGREEMENT),
    (oid::CODE_SIGNING, "codeSigning", DIGITAL_SIGNATURE),
    (
        oid::EMAIL_PROTECTION,
        "emailProtection",
        DIGITAL_SIGNATURE | CONTENT_COMMITMENT | KEY_ENCIPHERMENT | KEY_AGREEMENT,
    ),
    (oid::TIME_STAMPING, "timeStamping", DIGITAL_SIGNATURE | CONTENT_COMMITMENT),
    (oid::OCSP_SIGNING, "OCSPSigning", DIGITAL_SIGNATURE | CONTENT_COMMITMENT),
];

/// The OIDs of extKeyUsage.
fn extended<'a>(document: &Document<'a>) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    let list = document.extension(id::EXTENDED_KEY_USAGE).and_then(Extension::sequence);
    list.into_iter().flat_map(|list| list.inner()).filter(|oid| oid.tag == tag::OID).map(|oid| oid.contents)
}

/// Whether it is for servers.
pub(super) fn is_server(document: &Document<'_>) -> bool {
    is_for(document, &oid::SERVER_AUTH)
}

/// Whether an extended usage is among its own.
pub(super) fn is_for(document: &Document<'_>, usage: &ObjectIdentifier) -> bool {
    extended(document).any(|oid| oid == usage.as_bytes())
}

fn needs_of(oid: &[u8]) -> Option<&'static (ObjectIdentifier, &'static str, u16)> {
    NEEDS.iter().find(|row| oid == row.0.as_bytes())
}

fn purpose_name(oid: &[u8]) -> String {
    needs_of(oid).map_or_else(|| super::oid_text(oid), |row| row.1.to_owned())
}

/// A CA's extended usages speak of what is below it.
fn contradiction(document: &Document<'_>) -> Found {
    let usage = document.extensions.key_usage.filter(|usage| *usage != 0 && !document.is_ca())?;
    let row = extended(document).filter_map(needs_of).find(|row| row.2 & usage == 0)?;
    Some(format!("{} needs {}", row.1, names_of(row.2, " or ")))
}

fn names_of(usage: u16, between: &str) -> String {
    let names = USAGE_NAMES.iter().enumerate().filter(|(bit, _)| usage >> bit & 1 == 1);
    names.map(|(_, name)| *name).collect::<Vec<_>>().join(between)
}

fn useless(document: &Document<'_>, usages: u16) -> Found {
    let found = document.extensions.key_usage? & usages;
    (found != 0).then(|| names_of(found, " and "))
}

/// The contents of keyUsage's BIT STRING.
fn key_usage_bits<'a>(document: &Document<'a>) -> Option<&'a [u8]> {
    let value = document.extension(id::KEY_USAGE)?.value;
    super::der::single_of(tag::BIT_STRING, value).map(|bits| bits.contents)
}

/// X.690 section 11.2.2: a named bit list ends with its last bit that is set. Without any, `key-usage-empty` speaks.
fn has_trailing_zeros(bits: &[u8]) -> bool {
    match bits {
        [unused @ 0..=7, octets @ .., last] if octets.iter().chain([last]).any(|octet| *octet != 0) => {
            *last == 0 || last.trailing_zeros() > u32::from(*unused)
        }
        _ => false,
    }
}
