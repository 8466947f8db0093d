//! Lints about CAs, and the key identifiers that lead from a certificate to its issuer (RFC 5280 section 4.2.1).

use super::der::{self, tag};
use super::document::Document;
use super::extension::{BasicConstraints, id};
use super::finding::Severity::{Notice, Warning};
use super::kind::Kind;
use super::rule::{CERTIFICATE, CERTIFICATE_AND_CRL, Found, Lint, RULE, when};
use super::rules_usage::{CERT_SIGN, CRL_SIGN};

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "basic-constraints-not-critical",
        source: "RFC 5280 section 4.2.1.9",
        zlint: &[("e_basic_constraints_not_critical", "RFC5280")],
        refused_by: &["OpenSSL -x509_strict", "Python 3.13"],
        message: "basicConstraints of the CA is not critical",
        fix: "issue the CA again with basicConstraints critical",
        find: |document| {
            let extension = document.extension(id::BASIC_CONSTRAINTS);
            when(document.is_ca() && extension.is_some_and(|found| !found.is_critical()))
        },
        ..RULE
    },
    Lint {
        code: "ca-false-encoded",
        severity: Warning,
        source: "X.690 section 11.5",
        message: "basicConstraints says that it is no CA, while that is the default and DER leaves defaults out",
        fix: "issue it again with a program that writes DER",
        find: |document| constraints(document, |found| found.encoded == Some(&[0])),
        ..RULE
    },
    Lint {
        code: "cert-sign-without-ca",
        source: "RFC 5280 section 4.2.1.9",
        zlint: &[("e_ext_key_usage_cert_sign_without_ca", "RFC5280")],
        refused_by: &["OpenSSL -x509_strict"],
        message: "the key usage has keyCertSign, but basicConstraints does not make it a CA",
        fix: "issue it again with CA:TRUE, or without \"cert sign\"",
        find: |document| {
            let malformed = document.extensions.basic_constraints.is_none()
                && document.extension(id::BASIC_CONSTRAINTS).is_some();
            when(has_usage(document, CERT_SIGN) && !document.is_ca() && !malformed)
        },
        ..RULE
    },
    Lint {
        code: "crl-sign-without-ca",
        severity: Notice,
        source: "RFC 5280 section 4.2.1.3",
        message: "the key usage has cRLSign, but it is no CA",
        fix: "issue it again without \"crl sign\", unless it signs CRLs for a CA",
        follows_from: &["cert-sign-without-ca"],
        find: |document| when(has_usage(document, CRL_SIGN) && !document.is_ca()),
        ..RULE
    },
    Lint {
        code: "path-length-without-ca",
        source: "RFC 5280 section 4.2.1.9",
        zlint: &[("e_path_len_constraint_improperly_included", "RFC5280")],
        refused_by: &["OpenSSL -x509_strict"],
        message: "it has a path length, but is no CA",
        fix: "issue it again without a path length",
        find: |document| constraints(document, |found| found.path_length.is_some() && !found.ca),
        ..RULE
    },
    Lint {
        code: "path-length-negative",
        source: "RFC 5280 section 4.2.1.9",
        zlint: &[("e_path_len_constraint_zero_or_less", "RFC5280")],
        refused_by: &["OpenSSL", "Go", "rustls"],
        message: "the path length is negative",
        fix: "issue it again with 0 or more, or without a path length",
        find: |document| {
            constraints(document, |found| {
                let first = found.path_length.and_then(|length| length.first());
                first.is_some_and(|first| *first >= 0x80)
            })
        },
        ..RULE
    },
    Lint {
        code: "ca-key-usage-missing",
        source: "RFC 5280 section 4.2.1.3",
        zlint: &[("e_ca_key_usage_missing", "CABF_BR")],
        refused_by: &["OpenSSL -x509_strict", "Python 3.13"],
        message: "the CA has no key usage",
        fix: "issue the CA again with keyCertSign and cRLSign",
        find: |document| when(document.is_ca() && document.extension(id::KEY_USAGE).is_none()),
        ..RULE
    },
    Lint {
        code: "ca-without-cert-sign",
        source: "RFC 5280 section 4.2.1.3",
        zlint: &[("e_ca_key_cert_sign_not_set", "CABF_BR")],
        refused_by: &["OpenSSL", "Go", "Java", "GnuTLS"],
        message: "the key usage of the CA lacks keyCertSign, so nothing below it is accepted",
        fix: "issue the CA again with keyCertSign and cRLSign",
        find: |document| {
            let usage = document.extensions.key_usage;
            when(document.is_ca() && usage.is_some_and(|usage| usage != 0 && usage & CERT_SIGN == 0))
        },
        ..RULE
    },
    Lint {
        code: "path-length-without-cert-sign",
        source: "RFC 5280 section 4.2.1.9",
        zlint: &[("e_path_len_constraint_improperly_included", "RFC5280")],
        refused_by: &["OpenSSL -x509_strict"],
        message: "it has a path length, but its key usage lacks keyCertSign",
        fix: "issue the CA again with keyCertSign and cRLSign",
        follows_from: &[
            "ca-without-cert-sign",
            "ca-key-usage-missing",
            "key-usage-empty",
            "extension-malformed",
        ],
        find: |document| {
            let signs = has_usage(document, CERT_SIGN);
            constraints(document, |found| found.path_length.is_some() && found.ca && !signs)
        },
        ..RULE
    },
    Lint {
        code: "ca-without-crl-sign",
        severity: Notice,
        source: "RFC 5280 section 4.2.1.3",
        zlint: &[("e_ca_crl_sign_not_set", "CABF_BR")],
        message: "the key usage of the CA lacks cRLSign, so it cannot sign CRLs",
        fix: "issue the CA again with keyCertSign and cRLSign, if it is to revoke",
        follows_from: &["ca-without-cert-sign"],
        find: |document| {
            let usage = document.extensions.key_usage;
            when(document.is_ca() && usage.is_some_and(|usage| usage != 0 && usage & CRL_SIGN == 0))
        },
        ..RULE
    },
    Lint {
        code: "subject-key-id-missing",
        source: "RFC 5280 section 4.2.1.2",
        zlint: &[("e_ext_subject_key_identifier_missing_ca", "RFC5280")],
        refused_by: &["OpenSSL -x509_strict", "Python 3.13"],
        message: "the CA has no subjectKeyIdentifier",
        fix: "issue the CA again with one",
        find: |document| when(document.is_ca() && document.extension(id::SUBJECT_KEY_ID).is_none()),
        ..RULE
    },
    Lint {
        code: "subject-key-id-empty",
        on: CERTIFICATE,
        source: "RFC 5280 section 4.2.1.2",
        message: "the subjectKeyIdentifier is empty",
        fix: "issue it again with one",
        find: |document| {
            let own = document.extension(id::SUBJECT_KEY_ID);
            let value = own.and_then(|own| der::single_of(tag::OCTET_STRING, own.value));
            when(value.is_some_and(|value| value.contents.is_empty()))
        },
        ..RULE
    },
    Lint {
        code: "leaf-subject-key-id-missing",
        severity: Notice,
        source: "RFC 5280 section 4.2.1.2",
        zlint: &[("w_ext_subject_key_identifier_missing_sub_cert", "RFC5280")],
        message: "it has no subjectKeyIdentifier, which certificates should have",
        fix: "issue it again with one",
        follows_from: &["version-1"],
        find: |document| when(!document.is_ca() && document.extension(id::SUBJECT_KEY_ID).is_none()),
        ..RULE
    },
    Lint {
        code: "authority-key-id-missing",
        source: "RFC 5280 section 4.2.1.1",
        zlint: &[("e_ext_authority_key_identifier_missing", "RFC5280")],
        refused_by: &["OpenSSL -x509_strict", "Python 3.13"],
        message: "it has no authorityKeyIdentifier, which leads to the issuer's key",
        fix: "issue it again with one",
        follows_from: &["version-1"],
        find: |document| {
            when(!document.is_self_issued() && document.extension(id::AUTHORITY_KEY_ID).is_none())
        },
        ..RULE
    },
    Lint {
        code: "authority-key-id-without-key-id",
        on: CERTIFICATE_AND_CRL,
        source: "RFC 5280 section 4.2.1.1",
        zlint: &[("e_ext_authority_key_identifier_no_key_identifier", "RFC5280")],
        refused_by: &["OpenSSL -x509_strict"],
        message: "the authorityKeyIdentifier does not name the issuer's key",
        fix: "issue it again with the issuer's subjectKeyIdentifier in it",
        find: |document| {
            let issuer = authority_key_id(document);
            when(!document.is_self_issued() && issuer.is_some_and(|issuer| issuer.key_id.is_none()))
        },
        ..RULE
    },
    Lint {
        code: "authority-key-id-with-issuer",
        severity: Warning,
        source: "RFC 4158 section 3.5.12",
        zlint: &[("e_mp_authority_key_identifier_correct", "Mozilla")],
        message: "the authorityKeyIdentifier names the serial number of the CA, so it fails once the CA is renewed",
        fix: "issue it again with the key identifier alone",
        find: |document| {
            let issuer = authority_key_id(document);
            when(issuer.is_some_and(|issuer| issuer.key_id.is_some() && issuer.names && issuer.serial))
        },
        ..RULE
    },
    Lint {
        code: "authority-key-id-half",
        on: CERTIFICATE_AND_CRL,
        source: "RFC 5280 section 4.2.1.1",
        message: "the authorityKeyIdentifier names an issuer or a serial number without the other",
        fix: "issue it again with the key identifier alone",
        find: |document| when(authority_key_id(document).is_some_and(|issuer| issuer.names != issuer.serial)),
        ..RULE
    },
];

/// AuthorityKeyIdentifier (RFC 5280 section 4.2.1.1)
pub(super) struct AuthorityKeyId<'a> {
    pub(super) key_id: Option<&'a [u8]>,
    names: bool,
    serial: bool,
}

pub(super) fn authority_key_id<'a>(document: &Document<'a>) -> Option<AuthorityKeyId<'a>> {
    let mut parts = document.extension(id::AUTHORITY_KEY_ID)?.sequence()?.inner();
    let key_id = parts.read(tag::context(0)).map(|key_id| key_id.contents);
    let names = parts.read(tag::constructed(1)).is_some();
    let serial = parts.read(tag::context(2)).is_some();
    parts.is_done().then_some(AuthorityKeyId { key_id, names, serial })
}

fn constraints(document: &Document<'_>, is_defect: impl Fn(BasicConstraints<'_>) -> bool) -> Found {
    when(document.kind == Kind::Certificate && document.extensions.basic_constraints.is_some_and(is_defect))
}

fn has_usage(document: &Document<'_>, bit: u16) -> bool {
    document.extensions.key_usage.is_some_and(|usage| usage & bit != 0)
}

/// Whether the key identifiers say that another key signed it.
pub(super) fn is_signed_by_another_key(document: &Document<'_>) -> bool {
    let own = document.extension(id::SUBJECT_KEY_ID).and_then(|own| der::single(own.value));
    let issuer = authority_key_id(document).and_then(|issuer| issuer.key_id);
    own.zip(issuer).is_some_and(|(own, issuer)| own.contents != issuer)
}
