//! `certwright lint`: what RFC 5280 and its relatives say of certificates, CSRs and CRLs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use zeroize::Zeroizing;

use super::own::documents;
use super::own::failure::Failure;
use super::{Outcome, streams};
use crate::lint::{self, Finding, Kind, Lint, Severity, lints};
use crate::output::json::to_terminal_json;
use crate::vocab::pem;
use crate::vocab::quote::printable;
use crate::vocab::spoken::counted;
use crate::wire::json::nearest;

const EXAMPLES: &str = "\
Examples:
  certwright lint server.pem chain.pem
  certwright lint request.csr --ignore dns-underscore
  openssl crl -in ca.crl -outform DER | certwright lint -
  certwright lint --list

Files are PEM, with any number of certificates, certification requests and revocation lists, or DER; `-` is standard
input. Private keys among them are passed over. The time of day, chains and what a server or client needs are not
looked at: that is `certwright check`.

Exit status: 0 nothing but notices was found, 1 there are errors or warnings, 2 the command line is wrong.

With --json standard output gets {\"findings\":[{\"file\", \"document\"?, \"code\", \"severity\", \"message\", \"fix\",
\"source\", \"refused_by\"?:[TEXT], \"consequence_of\"?}], \"summary\":{\"certificates\", \"requests\",
\"revocation_lists\", \"errors\", \"warnings\", \"notices\"}}: \"document\" counts from 1 in files with several,
\"severity\" is error, warning or notice. With --list it gets [{\"code\", \"severity\", \"on\":[KIND], \"source\",
\"message\", \"fix\"}].";

/// Say where certificates, requests and revocation lists break RFC 5280 and its relatives
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct LintArguments {
    /// The files; `-` reads standard input
    #[arg(required_unless_present = "list", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// List the lints: code, severity, what they look at, and the clause
    #[arg(long, conflicts_with_all = ["files", "ignored"])]
    list: bool,
    /// The code of a lint to leave out, with what follows from its findings; repeatable
    #[arg(long = "ignore", value_name = "CODE", value_delimiter = ',', value_parser = parse_code)]
    ignored: Vec<&'static str>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The code of a lint that there is.
pub(super) fn parse_code(word: &str) -> Result<&'static str, String> {
    Lint::from_code(word).map(|lint| lint.code).ok_or_else(|| {
        match nearest(word, lints().map(|lint| lint.code)) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => "`certwright lint --list` shows what there is".to_owned(),
        }
    })
}

/// Runs the command.
pub(super) fn run(arguments: &LintArguments) -> Result<Outcome, Failure> {
    if arguments.list {
        let text = if arguments.json { list_json() } else { list() };
        return Ok(streams::print(&text).map(|()| Outcome::Done)?);
    }
    let mut report = Report::default();
    for file in &arguments.files {
        report.look_at(file, &arguments.ignored)?;
    }
    if let (true, Some(file)) = (report.documents.is_empty(), arguments.files.first()) {
        return Err(nothing_in(file));
    }
    streams::print(&if arguments.json { report.json() } else { report.text() })?;
    let is_clean = report.count(Severity::Error) + report.count(Severity::Warning) == 0;
    Ok(if is_clean { Outcome::Done } else { Outcome::Failed })
}

/// The documents of a file, by kind.
fn documents_in(bytes: &[u8]) -> Vec<(Kind, Vec<u8>)> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while let Some((block, next)) = pem::decode(rest) {
        rest = next;
        let kind = match block.label() {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Kind::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Kind::Csr,
            "X509 CRL" => Kind::Crl,
            _ => continue,
        };
        // Behind a TRUSTED CERTIFICATE stand OpenSSL's settings.
        let is_trusted = block.label() == "TRUSTED CERTIFICATE";
        let contents = if is_trusted { lint::first_element(block.contents()) } else { block.contents() };
        found.push((kind, contents.to_vec()));
    }
    // What begins as a SEQUENCE is DER; text never does.
    if found.is_empty() && bytes.first() == Some(&0x30) {
        found.push((lint::kind_of(bytes).unwrap_or(Kind::Certificate), bytes.to_vec()));
    }
    found
}

fn nothing_in(file: &Path) -> Failure {
    Failure::new("there is neither a certificate, a request nor a revocation list")
        .with_hint("PEM starts with -----BEGIN CERTIFICATE-----, DER with the byte 30")
        .within(file.display())
}

/// Whether there are PEM blocks of keys.
fn holds_keys(mut bytes: &[u8]) -> bool {
    while let Some((block, rest)) = pem::decode(bytes) {
        if block.label().ends_with("PRIVATE KEY") || block.label().ends_with("PUBLIC KEY") {
            return true;
        }
        bytes = rest;
    }
    false
}

/// What was found in all files.
#[derive(Default)]
struct Report {
    findings: Vec<Located>,
    documents: BTreeMap<&'static str, usize>,
}

/// A finding and its place.
#[derive(Serialize)]
struct Located {
    file: String,
    /// From 1, in a file with several.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<usize>,
    #[serde(flatten)]
    finding: Finding,
}

#[derive(Serialize)]
struct Document<'a> {
    findings: &'a [Located],
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    certificates: usize,
    requests: usize,
    revocation_lists: usize,
    errors: usize,
    warnings: usize,
    notices: usize,
}

impl Report {
    fn look_at(&mut self, file: &Path, ignored: &[&str]) -> Result<(), Failure> {
        let bytes = Zeroizing::new(documents::read(file)?);
        let documents = documents_in(&bytes);
        if documents.is_empty() && holds_keys(&bytes) {
            return Ok(());
        }
        if documents.is_empty() {
            return Err(nothing_in(file));
        }
        let several = documents.len() > 1;
        for (index, (kind, der)) in documents.iter().enumerate() {
            *self.documents.entry(kind.word()).or_default() += 1;
            for finding in lint::without(lint::document(*kind, der), ignored) {
                let document = several.then_some(index + 1);
                self.findings.push(Located { file: file.display().to_string(), document, finding });
            }
        }
        Ok(())
    }

    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|found| found.finding.severity == severity).count()
    }

    fn documents(&self, kind: Kind) -> usize {
        self.documents.get(kind.word()).copied().unwrap_or_default()
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for Located { file, document, finding } in &self.findings {
            let number = document.map_or_else(String::new, |number| format!("#{number}"));
            text += &finding.text(&format!("{}{number}", printable(file)));
        }
        let looked_at = [
            (self.documents(Kind::Certificate), "certificate"),
            (self.documents(Kind::Csr), "request"),
            (self.documents(Kind::Crl), "revocation list"),
        ];
        let found = [Severity::Error, Severity::Warning, Severity::Notice]
            .map(|severity| (self.count(severity), severity.word()));
        let [looked_at, found] = [so_many(&looked_at), so_many(&found)];
        let found = if found.is_empty() { "nothing found" } else { &found };
        text + &format!("{looked_at}: {found}\n")
    }

    fn json(&self) -> String {
        let summary = Summary {
            certificates: self.documents(Kind::Certificate),
            requests: self.documents(Kind::Csr),
            revocation_lists: self.documents(Kind::Crl),
            errors: self.count(Severity::Error),
            warnings: self.count(Severity::Warning),
            notices: self.count(Severity::Notice),
        };
        to_terminal_json(&Document { findings: &self.findings, summary })
    }
}

/// `3 certificates, 1 request`; what there is none of is left out.
fn so_many(numbers: &[(usize, &str)]) -> String {
    let there = numbers.iter().filter(|(number, _)| *number > 0);
    there.map(|(number, word)| counted(number, word)).collect::<Vec<_>>().join(", ")
}

fn list() -> String {
    let kinds = |lint: &Lint| lint.on.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(",");
    let line = |lint: &Lint| {
        format!("{:<36} {:<7} {:<19} {}\n", lint.code, lint.severity.word(), kinds(lint), lint.source)
    };
    lints().map(line).collect()
}

#[derive(Serialize)]
struct Row {
    code: &'static str,
    severity: Severity,
    on: Vec<&'static str>,
    source: &'static str,
    message: &'static str,
    fix: &'static str,
}

fn list_json() -> String {
    let row = |lint: &Lint| Row {
        code: lint.code,
        severity: lint.severity,
        on: lint.on.iter().map(|kind| kind.word()).collect(),
        source: lint.source,
        message: lint.message,
        fix: lint.fix,
    };
    to_terminal_json(&lints().map(row).collect::<Vec<_>>())
}
