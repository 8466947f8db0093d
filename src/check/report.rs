//! What a run found.

use serde::Serialize;
use serde::ser::Serializer;

use super::facts::Index;
use super::material::{Located, Material};
use super::text::{moment, name};
use crate::inspect::look::serial;
use crate::lint::{Finding, Severity};
use crate::vocab::quote::printable;
use crate::vocab::spoken::counted;

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// The findings, in the order of the files.
    pub findings: Vec<Located>,
    /// The certificates that were looked at, each once.
    pub certificates: Vec<Row>,
}

/// A certificate, and how long it is good.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Which.
    pub index: Index,
    /// The first end of it and of those above it, in seconds since 1970.
    pub effective_not_after: i64,
}

impl Report {
    /// How many findings are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|found| found.finding.severity == severity).count()
    }

    /// Nothing is wrong; notices say nothing wrong.
    pub fn is_clean(&self) -> bool {
        self.count(Severity::Error) + self.count(Severity::Warning) == 0
    }

    /// The certificate that ends first of those that are still good.
    pub fn soonest(&self, now: i64) -> Option<Row> {
        let good = self.certificates.iter().filter(|row| row.effective_not_after >= now);
        good.min_by_key(|row| row.effective_not_after).copied()
    }

    /// `3 certificates, 3 keys: 1 error, 2 warnings`.
    pub fn summary(&self, material: &Material) -> String {
        let mut what = vec![counted(self.certificates.len(), "certificate")];
        for (number, unit) in [
            (material.keys.len(), "key"),
            (material.requests.len(), "request"),
            (material.lists.len(), "revocation list"),
        ] {
            if number > 0 {
                what.push(counted(number, unit));
            }
        }
        let severities = [Severity::Error, Severity::Warning, Severity::Notice];
        let found = severities.map(|severity| (self.count(severity), severity.word()));
        let found: Vec<_> = found
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| counted(number, word))
            .collect();
        let found = if found.is_empty() { "nothing found".to_owned() } else { found.join(", ") };
        format!("{}: {found}", what.join(", "))
    }
}

impl Located {
    /// The name of what it is about: the file, and the certificate in it if there are several.
    pub fn label(&self, material: &Material) -> String {
        let file = material.file_label(self.file);
        match self.position {
            None | Some(0) => file.to_owned(),
            Some(position) => format!("{file}#{}", position + 1),
        }
    }

    /// The finding as people read it; several lines.
    pub fn text(&self, material: &Material) -> String {
        self.finding.text(&printable(&self.label(material)))
    }
}

/// The document of `--json`.
#[derive(Serialize)]
pub struct Document<'a> {
    findings: Vec<FindingEntry<'a>>,
    certificates: Vec<CertificateEntry>,
    summary: Summary,
    checked_at: String,
}

#[derive(Serialize)]
struct FindingEntry<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<usize>,
    #[serde(flatten)]
    finding: &'a Finding,
}

#[derive(Serialize)]
struct CertificateEntry {
    file: String,
    subject: String,
    issuer: String,
    serial: String,
    #[serde(serialize_with = "as_moment")]
    not_before: i64,
    #[serde(serialize_with = "as_moment")]
    not_after: i64,
    #[serde(serialize_with = "as_moment")]
    effective_not_after: i64,
}

#[derive(Serialize)]
struct Summary {
    certificates: usize,
    keys: usize,
    requests: usize,
    revocation_lists: usize,
    errors: usize,
    warnings: usize,
    notices: usize,
}

fn as_moment<S: Serializer>(seconds: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&moment(*seconds))
}

impl<'a> Document<'a> {
    /// The document of a report.
    pub fn new(report: &'a Report, material: &'a Material, now: i64) -> Self {
        let finding = |found: &'a Located| FindingEntry {
            file: material.file_label(found.file),
            certificate: found.position.map(|position| position + 1),
            finding: &found.finding,
        };
        let certificate = |row: &Row| {
            let facts = &material.certificates[row.index];
            CertificateEntry {
                file: material.place(row.index),
                subject: name(facts.subject()),
                issuer: name(facts.issuer()),
                serial: serial(facts.serial()),
                not_before: facts.not_before,
                not_after: facts.not_after,
                effective_not_after: row.effective_not_after,
            }
        };
        Self {
            findings: report.findings.iter().map(finding).collect(),
            certificates: report.certificates.iter().map(certificate).collect(),
            summary: Summary {
                certificates: report.certificates.len(),
                keys: material.keys.len(),
                requests: material.requests.len(),
                revocation_lists: material.lists.len(),
                errors: report.count(Severity::Error),
                warnings: report.count(Severity::Warning),
                notices: report.count(Severity::Notice),
            },
            checked_at: moment(now),
        }
    }
}
