//! Lints about certification requests (RFC 2986, RFC 2985 section 5.4).

use super::der::tag;
use super::document::{Document, EXTENSION_REQUEST};
use super::finding::Severity::{Notice, Warning};
use super::rule::{CSR, Lint, RULE, when};
use super::seen::first_repeated;
use crate::key::{PublicKey, Signed};
use crate::vocab::oid;

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "csr-version",
        source: "RFC 2986 section 4.1",
        message: "the version is not 1 (0 as encoded), the only one there is",
        fix: "make the request again",
        find: |document| when(document.version != Some(&[0])),
        ..CSR_RULE
    },
    Lint {
        code: "csr-signature",
        source: "RFC 2986 section 4.2",
        refused_by: &["OpenSSL", "Go", "GnuTLS", "cfssl"],
        message: "the signature is not that of the key in it: something changed it, or the key is not the signer's",
        fix: "make the request again with its key",
        follows_from: &["key-malformed", "ec-point-invalid", "signature-malformed", "rsa-exponent-even"],
        find: |document| when(has_bad_signature(document)),
        ..CSR_RULE
    },
    Lint {
        code: "csr-extensions-repeated",
        source: "RFC 2985 section 5.4.2",
        message: "extensions are asked for {} times, and CAs look at one list",
        fix: "make the request again with one list of extensions",
        find: |document| {
            let lists = document.extensions.lists;
            (lists > 1).then(|| lists.to_string())
        },
        ..CSR_RULE
    },
    Lint {
        code: "csr-attribute-empty",
        source: "RFC 2986 section 4.1",
        message: "an attribute has no value",
        fix: "make the request again without the attribute",
        find: |document| {
            let mut values = document.attributes.filter_map(|attribute| attribute.inner().nth(1));
            when(values.any(|values| values.contents.is_empty()))
        },
        ..CSR_RULE
    },
    Lint {
        code: "csr-attribute-repeated",
        severity: Warning,
        source: "RFC 2986 section 4.1",
        message: "the attribute {} is there twice",
        fix: "make the request again with each attribute once",
        find: |document| {
            let oids = document.attributes.filter_map(|attribute| attribute.inner().read(tag::OID));
            let others = oids.map(|oid| oid.contents).filter(|oid| *oid != EXTENSION_REQUEST);
            first_repeated(others).map(super::oid_text)
        },
        ..CSR_RULE
    },
    Lint {
        code: "csr-challenge-password",
        severity: Notice,
        source: "RFC 2985 section 5.4.1",
        message: "it has a challenge password, which everybody can read who sees the request",
        fix: "make the request again without, unless the CA wants one (SCEP)",
        find: |document| {
            let mut oids = document.attributes.filter_map(|attribute| attribute.inner().read(tag::OID));
            when(oids.any(|oid| oid.contents == oid::CHALLENGE_PASSWORD.as_bytes()))
        },
        ..CSR_RULE
    },
];

const CSR_RULE: Lint = Lint { on: CSR, ..RULE };

/// Of keys and algorithms we cannot verify with nothing is said.
fn has_bad_signature(document: &Document<'_>) -> bool {
    let Ok(key) = PublicKey::from_spki_der(document.key_info) else { return false };
    let (message, algorithm) = (document.signed.whole, document.algorithm.whole);
    let signed = Signed { message, algorithm, signature: document.signature_octets() };
    signed.is_by(&key) == Ok(false)
}
