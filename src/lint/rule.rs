//! What a lint is.

use super::document::Document;
use super::finding::{Finding, Severity};
use super::kind::Kind;

pub(super) const CERTIFICATE: &[Kind] = &[Kind::Certificate];
pub(super) const CSR: &[Kind] = &[Kind::Csr];
pub(super) const CRL: &[Kind] = &[Kind::Crl];
pub(super) const CERTIFICATE_AND_CSR: &[Kind] = &[Kind::Certificate, Kind::Csr];
pub(super) const CERTIFICATE_AND_CRL: &[Kind] = &[Kind::Certificate, Kind::Crl];
pub(super) const ALL: &[Kind] = &Kind::ALL;

/// What a lint says of a document: nothing, or that it has the defect, with what stands for `{}` in the message.
pub(super) type Found = Option<String>;

/// The defect, without details.
pub(super) fn when(defect: bool) -> Found {
    defect.then(String::new)
}

/// One rule.
pub struct Lint {
    /// The stable word.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it looks at.
    pub on: &'static [Kind],
    /// The clause that says so.
    pub source: &'static str,
    /// zlint's lints for the same rule, each with its source: where they are ignored, so is this one.
    pub zlint: &'static [(&'static str, &'static str)],
    /// Who refuses a document for it; a certificate, where there are several kinds.
    pub refused_by: &'static [&'static str],
    /// The sentence; `{}` is what was found.
    pub message: &'static str,
    /// The advice.
    pub fix: &'static str,
    /// Findings that explain this one.
    pub(super) follows_from: &'static [&'static str],
    pub(super) find: fn(&Document<'_>) -> Found,
}

/// What a row says that does not say it.
pub(super) const RULE: Lint = Lint {
    code: "",
    severity: Severity::Error,
    on: CERTIFICATE,
    source: "",
    zlint: &[],
    refused_by: &[],
    message: "",
    fix: "",
    follows_from: &[],
    find: |_| None,
};

impl Lint {
    pub(super) fn finding(&self, kind: Kind, detail: &str) -> Finding {
        let message = self.message.replacen("{}", detail, 1);
        let finding = Finding::new(self.code, self.severity, self.source, message, self.fix);
        // Of rules for several kinds of documents, it is said of certificates.
        match kind == Kind::Certificate || self.on == [kind] {
            true => finding.refused_by(self.refused_by),
            false => finding,
        }
    }
}
