//! The report as a textfile for Prometheus' node_exporter.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::material::Material;
use super::report::Report;
use super::text::name;
use crate::inspect::look::serial;
use crate::lint::Severity;

/// The text: one sample a line, in the exposition format 0.0.4.
pub fn text(report: &Report, material: &Material, now: i64) -> String {
    let mut out = String::with_capacity(report.certificates.len() * 400 + 1024);
    let labels: Vec<String> = report
        .certificates
        .iter()
        .map(|row| {
            let facts = &material.certificates[row.index];
            labels(&[
                ("file", &material.label(row.index)),
                ("subject", &name(facts.subject())),
                ("serial", &serial(facts.serial())),
                ("issuer", &name(facts.issuer())),
            ])
        })
        .collect();
    family(
        &mut out,
        "certwright_certificate_not_after_seconds",
        "When the certificate ends, in seconds since 1970.",
    );
    for (labels, row) in labels.iter().zip(&report.certificates) {
        let ends = material.certificates[row.index].not_after;
        sample(&mut out, "certwright_certificate_not_after_seconds", labels, ends);
    }
    let help = "The first end of the certificate and of those above it, in seconds since 1970.";
    family(&mut out, "certwright_certificate_effective_not_after_seconds", help);
    for (labels, row) in labels.iter().zip(&report.certificates) {
        let name = "certwright_certificate_effective_not_after_seconds";
        sample(&mut out, name, labels, row.effective_not_after);
    }
    let mut counts: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    // So that a sum over a severity is 0, and not absent, where nothing is found.
    for severity in [Severity::Error, Severity::Warning, Severity::Notice] {
        counts.insert(("", severity.word()), 0);
    }
    for found in &report.findings {
        *counts.entry((found.finding.code, found.finding.severity.word())).or_default() += 1;
    }
    family(
        &mut out,
        "certwright_findings",
        "How many findings certwright check has, by code and severity; an empty code is always 0.",
    );
    for ((code, severity), count) in counts {
        let labels = self::labels(&[("code", code), ("severity", severity)]);
        sample(&mut out, "certwright_findings", &labels, count);
    }
    family(&mut out, "certwright_check_timestamp_seconds", "When the check ran, in seconds since 1970.");
    sample(&mut out, "certwright_check_timestamp_seconds", "", now);
    out
}

fn family(out: &mut String, name: &str, help: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge");
}

fn sample(out: &mut String, name: &str, labels: &str, value: i64) {
    let _ = writeln!(out, "{name}{labels} {value}");
}

fn labels(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    format!("{{{}}}", pairs.join(","))
}

/// "label_value can be any sequence of UTF-8 characters, but the backslash, double-quote, and line feed characters
/// have to be escaped as \\, \", and \n".
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_values_are_escaped() {
        assert_eq!(labels(&[("a", "x\\y\"z\n"), ("b", "ü")]), "{a=\"x\\\\y\\\"z\\n\",b=\"ü\"}");
    }

    #[test]
    fn a_report_of_nothing_has_its_families() {
        let text = text(&Report::default(), &Material::default(), 5);
        assert!(text.ends_with(
            "# TYPE certwright_check_timestamp_seconds gauge\ncertwright_check_timestamp_seconds 5\n"
        ));
        assert_eq!(text.matches("# HELP ").count(), 4);
        for severity in ["error", "warning", "notice"] {
            let zero = format!("certwright_findings{{code=\"\",severity=\"{severity}\"}} 0\n");
            assert!(text.contains(&zero), "{text}");
        }
    }
}
