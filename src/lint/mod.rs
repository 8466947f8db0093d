//! What RFC 5280 and its relatives say of certificates, CSRs and CRLs, rule by rule.
//!
//! A document is taken apart once, without copying, and every [`Lint`] of one table looks at it. The time of day,
//! files, chains and what a consumer needs are [`check`](crate::check)'s.

mod der;
mod document;
mod entries;
mod extension;
mod finding;
mod general_names;
mod key;
mod kind;
mod names;
mod rule;
mod rules_ca;
mod rules_constraints;
mod rules_crl;
mod rules_csr;
mod rules_der;
mod rules_extensions;
mod rules_fields;
mod rules_keys;
mod rules_names;
mod rules_san;
mod rules_signature;
mod rules_times;
mod rules_usage;
mod seen;
mod strict;
mod table;
#[cfg(test)]
mod tests;
mod times;
mod zlint;

use x509_parser::certificate::X509Certificate;

pub use finding::{Finding, Severity};
pub use kind::Kind;
pub use rule::Lint;
pub use table::lints;
pub use zlint::Zlint;

use document::Document;
use strict::Defects;

/// What is wrong with a certificate (DER).
pub fn certificate(der: &[u8]) -> Vec<Finding> {
    document(Kind::Certificate, der)
}

/// What is wrong with a certificate that was read before.
pub fn parsed_certificate(certificate: &X509Certificate<'_>) -> Vec<Finding> {
    document(Kind::Certificate, certificate.as_raw())
}

/// What is wrong with a certification request (DER, RFC 2986).
pub fn csr(der: &[u8]) -> Vec<Finding> {
    document(Kind::Csr, der)
}

/// What is wrong with a certification request whose certificate was issued and vouches for it: its signature is not
/// verified, which is most of the time a request takes.
pub fn granted_csr(der: &[u8]) -> Vec<Finding> {
    document_but(Kind::Csr, der, "csr-signature")
}

/// What is wrong with a certificate revocation list (DER).
pub fn crl(der: &[u8]) -> Vec<Finding> {
    document(Kind::Crl, der)
}

/// What is wrong with a document of a kind (DER): one finding for each defect, and those that follow from it.
pub fn document(kind: Kind, der: &[u8]) -> Vec<Finding> {
    document_but(kind, der, "")
}

/// The same without one lint.
fn document_but(kind: Kind, der: &[u8], left_out: &str) -> Vec<Finding> {
    let mut found = match Document::read(kind, der) {
        Ok(document) => findings(&document, left_out),
        Err(defects) => unreadable(kind, &defects),
    };
    for at in 0..found.len() {
        let causes = Lint::from_code(found[at].code).map_or(&[][..], |lint| lint.follows_from);
        let cause = causes.iter().copied().find(|cause| found.iter().any(|other| other.code == *cause));
        if let Some(cause) = cause {
            found[at].follows_from(cause);
        }
    }
    found
}

/// The kind of document that bytes are, if they are one.
pub fn kind_of(der: &[u8]) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| Document::read(*kind, der).is_ok())
}

/// The first element of several.
pub fn first_element(der: &[u8]) -> &[u8] {
    der::Elements(der).next().map_or(der, |element| element.whole)
}

/// Findings without those of the codes to be ignored, and without what follows from these.
#[must_use]
pub fn without(mut findings: Vec<Finding>, ignored: &[impl AsRef<str>]) -> Vec<Finding> {
    let is_ignored = |code: &str| ignored.iter().any(|word| word.as_ref() == code);
    findings.retain(|finding| !is_ignored(finding.code) && !finding.consequence_of.is_some_and(is_ignored));
    findings
}

fn findings(document: &Document<'_>, left_out: &str) -> Vec<Finding> {
    lints()
        .filter(|lint| lint.on.contains(&document.kind) && lint.code != left_out)
        .filter_map(|lint| (lint.find)(document).map(|detail| lint.finding(document.kind, &detail)))
        .collect()
}

fn unreadable(kind: Kind, defects: &Defects) -> Vec<Finding> {
    rules_der::of_unreadable(kind, defects)
        .filter_map(|(code, detail)| Lint::from_code(code).map(|lint| lint.finding(kind, &detail)))
        .collect()
}

/// An OID in dots and digits.
fn oid_text(oid: &[u8]) -> String {
    const_oid::ObjectIdentifier::from_bytes(oid)
        .map_or_else(|_| "not a well-formed OID".to_owned(), |oid| oid.to_string())
}
