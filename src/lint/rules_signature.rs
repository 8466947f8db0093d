//! Lints about the signature and its algorithm (RFC 5280 section 4.1.1.2).

use const_oid::ObjectIdentifier;

use super::der::{self, Elements, tag};
use super::document::{Document, ECDSA};
use super::finding::Severity::Notice;
use super::kind::Kind;
use super::rule::{ALL, CERTIFICATE_AND_CRL, Found, Lint, RULE, when};
use super::rules_ca::is_signed_by_another_key;
use crate::vocab::oid;

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "signature-algorithms-differ",
        on: CERTIFICATE_AND_CRL,
        source: "RFC 5280 section 4.1.1.2",
        zlint: &[("e_cert_sig_alg_not_match_tbs_sig_alg", "RFC5280")],
        refused_by: &["OpenSSL", "Go", "rustls"],
        message: "the algorithm inside what is signed is not the one beside the signature",
        fix: "issue it again: something changed it after it was signed",
        find: |document| {
            when(document.signed_algorithm.is_some_and(|inner| inner.whole != document.algorithm.whole))
        },
        ..RULE
    },
    Lint {
        code: "signature-md5",
        on: ALL,
        source: "RFC 6151 section 2",
        refused_by: &["OpenSSL", "Go", "rustls", "Java"],
        message: "it is signed with {}, which can be forged",
        fix: "issue it again with SHA-256",
        find: |document| weak(document, &OLD_HASHES),
        ..RULE
    },
    Lint {
        code: "signature-sha1",
        on: ALL,
        source: "RFC 9155 section 2",
        refused_by: &["OpenSSL (level 1)", "Go 1.18", "rustls", "GnuTLS"],
        message: "it is signed with {}, which can be forged",
        fix: "issue it again with SHA-256",
        find: |document| if is_root(document) { None } else { weak(document, &SHA1) },
        ..RULE
    },
    Lint {
        code: "root-signature-sha1",
        severity: Notice,
        source: "RFC 9155 section 2",
        message: "it is signed with {} by itself, a signature nobody has to check",
        fix: "use SHA-256 for the next root",
        find: |document| if is_root(document) { weak(document, &SHA1) } else { None },
        ..RULE
    },
    Lint {
        code: "rsa-signature-without-null",
        on: ALL,
        source: "RFC 4055 section 5",
        zlint: &[("e_tbs_signature_rsa_encryption_parameter_not_null", "RFC5280")],
        refused_by: &["rustls"],
        message: "the parameters of the RSA signature algorithm are not NULL",
        fix: "issue it again with a program that writes them",
        find: |document| {
            let parameters = parameters(document);
            when(is_rsa(document.algorithm_oid()) && parameters != [5, 0])
        },
        ..RULE
    },
    Lint {
        code: "signature-parameters",
        on: ALL,
        source: "RFC 5758 section 3.2 and RFC 8410 section 3",
        zlint: &[("e_mp_ecdsa_signature_encoding_correct", "Mozilla")],
        refused_by: &["rustls"],
        message: "the signature algorithm has parameters, and ECDSA and EdDSA have none",
        fix: "issue it again with a program that leaves them out",
        find: |document| {
            let found = document.algorithm_oid();
            let edwards = [oid::ED25519, oid::ED448];
            let none = found.starts_with(ECDSA) || edwards.iter().any(|known| known.as_bytes() == found);
            when(none && !parameters(document).is_empty())
        },
        ..RULE
    },
    Lint {
        code: "signature-malformed",
        on: ALL,
        source: "RFC 5480 appendix A",
        refused_by: &["OpenSSL", "Go", "rustls"],
        message: "the signature is not two positive numbers, as one of ECDSA is",
        fix: "issue it again",
        find: malformed,
        ..RULE
    },
];

/// An algorithm's OID and name.
type Weak = (ObjectIdentifier, &'static str);

const OLD_HASHES: [Weak; 2] = [(oid::RSA_MD2, "MD2"), (oid::RSA_MD5, "MD5")];
const SHA1: [Weak; 4] = [
    (oid::RSA_SHA1, "SHA-1"),
    (oid::ECDSA_SHA1, "SHA-1"),
    (oid::DSA_SHA1, "SHA-1"),
    (oid::OIW_RSA_SHA1, "SHA-1"),
];

/// PKCS#1's signature algorithms with a hash, RSASSA-PSS not among them.
const RSA: [ObjectIdentifier; 8] = [
    oid::RSA_MD2,
    oid::RSA_MD4,
    oid::RSA_MD5,
    oid::RSA_SHA1,
    oid::RSA_SHA224,
    oid::RSA_SHA256,
    oid::RSA_SHA384,
    oid::RSA_SHA512,
];

fn is_rsa(oid: &[u8]) -> bool {
    RSA.iter().any(|known| known.as_bytes() == oid)
}

fn weak(document: &Document<'_>, weak: &[Weak]) -> Found {
    let oid = document.algorithm_oid();
    weak.iter().find(|row| row.0.as_bytes() == oid).map(|row| row.1.to_owned())
}

/// A certificate that its own key signed stands at the top, where no signature is checked.
fn is_root(document: &Document<'_>) -> bool {
    document.kind == Kind::Certificate && document.is_self_issued() && !is_signed_by_another_key(document)
}

fn parameters<'a>(document: &Document<'a>) -> &'a [u8] {
    let mut parts = document.algorithm.inner();
    parts.read(tag::OID);
    parts.0
}

fn malformed(document: &Document<'_>) -> Found {
    if !document.algorithm_oid().starts_with(ECDSA) {
        return None;
    }
    let numbers = |mut parts: Elements<'_>| {
        let is_positive = |contents: &[u8]| contents.first().is_some_and(|first| *first < 0x80);
        let both = [parts.read(tag::INTEGER), parts.read(tag::INTEGER)];
        both.iter().all(|number| number.is_some_and(|number| is_positive(number.contents))) && parts.is_done()
    };
    let signature = der::single_of(tag::SEQUENCE, document.signature_octets());
    when(!signature.is_some_and(|pair| numbers(pair.inner())))
}
