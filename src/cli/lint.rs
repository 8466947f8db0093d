//! `certwright lint`: what RFC 5280 and its relatives say of certificates, CSRs and CRLs.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::Args;
use serde::Serialize;

use super::own::failure::Failure;
use super::sources::{Found, Named, PATIENCE, Reader, SourceFile, foreign, unreadable, word_parser};
use super::{Outcome, streams};
use crate::lint::{self, Finding, Kind, Lint, Severity, lints};
use crate::output::json::to_terminal_json;
use crate::vocab::content::{self, is_telling};
use crate::vocab::pem;
use crate::vocab::quote::printable;
use crate::vocab::spoken::counted;
use crate::vocab::text::without_mark;
use crate::wire::json::nearest;

const EXAMPLES: &str = "\
Examples:
  certwright lint server.pem chain.pem
  certwright lint request.csr --ignore dns-underscore
  certwright lint /etc/etcd/pki                          all certificates, requests and lists below a folder
  openssl crl -in ca.crl -outform DER | certwright lint -
  certwright lint --list

Files are PEM, with any number of certificates, certification requests and revocation lists, or DER; `-` is standard
input, and pipes are read, those of a shell's <(COMMAND) as well. Keys among them are passed over; in a folder also
names that begin with a dot, the folder `previous`, links to folders, second names of one file, and files that hold
nothing of the kind or more than 16 MiB. The time of day, chains and what a server or client needs are not looked at:
that is `certwright check`.

Exit status: 0 nothing but notices was found, 1 there are errors or warnings or something cannot be read (the rest is
looked at), 2 the command line is wrong.

With --json standard output gets {\"findings\":[{\"file\", \"document\"?, \"code\", \"severity\", \"message\", \"fix\",
\"source\", \"refused_by\"?:[TEXT], \"consequence_of\"?}], \"summary\":{\"certificates\", \"requests\",
\"revocation_lists\", \"errors\", \"warnings\", \"notices\"}}: \"document\" counts from 1 in files with several,
\"severity\" is error, warning or notice. With --list it gets [{\"code\", \"severity\", \"on\":[KIND], \"source\",
\"message\", \"fix\"}].";

/// The arguments of `lint`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct LintArguments {
    /// Files and folders; `-` reads standard input
    #[arg(required_unless_present = "list", value_name = "PATH", value_parser = word_parser())]
    paths: Vec<OsString>,
    /// List the lints: code, severity, what they look at, and the clause
    #[arg(long, conflicts_with_all = ["paths", "ignored"])]
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
    let mut reader = Reader::new(PATIENCE);
    for path in &arguments.paths {
        report.read(&mut reader, path, &arguments.ignored);
    }
    if report.documents.is_empty() {
        return match arguments.paths.first() {
            Some(path) if !report.is_incomplete => Err(nothing_in(Path::new(path))),
            _ => Ok(Outcome::Failed),
        };
    }
    streams::print(&if arguments.json { report.json() } else { report.text() })?;
    let is_clean = report.count(Severity::Error) + report.count(Severity::Warning) == 0;
    Ok(if is_clean && !report.is_incomplete { Outcome::Done } else { Outcome::Failed })
}

/// What is in a file.
#[derive(Default)]
struct Contents {
    /// Each with its kind.
    documents: Vec<(Kind, Vec<u8>)>,
    has_keys: bool,
    /// PEM blocks of any kind.
    blocks: usize,
}

impl Contents {
    /// Of a file that has to hold something, DER of no kind we know is taken for a certificate.
    fn of(bytes: &[u8], is_expected: bool) -> Self {
        let mut contents = Self::default();
        let (text, _) = without_mark(bytes);
        contents.add_pem(text);
        if contents.blocks == 0 {
            pem::embedded(text).iter().for_each(|text| contents.add_pem(text));
        }
        // What begins as a SEQUENCE is DER; text never does.
        if contents.documents.is_empty() && !contents.has_keys && bytes.first() == Some(&0x30) {
            contents.add_der(bytes, is_expected);
        }
        contents
    }

    fn add_pem(&mut self, mut text: &[u8]) {
        while let Some((block, rest)) = pem::decode(text) {
            text = rest;
            self.blocks += 1;
            if let Some(kind) = content::Kind::of_label(block.label()) {
                self.add(kind, block.contents());
            }
        }
    }

    fn add(&mut self, kind: content::Kind, der: &[u8]) {
        let (kind, der) = match kind {
            content::Kind::Certificate => (Kind::Certificate, der),
            // Behind it stand OpenSSL's settings.
            content::Kind::TrustedCertificate => (Kind::Certificate, lint::first_element(der)),
            content::Kind::Request => (Kind::Csr, der),
            content::Kind::Crl => (Kind::Crl, der),
            content::Kind::Parameters | content::Kind::Pkcs7 => return,
            _ => return self.has_keys = true,
        };
        self.documents.push((kind, der.to_vec()));
    }

    fn add_der(&mut self, der: &[u8], is_expected: bool) {
        match content::Kind::of_der(der) {
            Ok(Some(kind)) => self.add(kind, der),
            // What is wrong with its encoding is what a lint is asked for.
            _ => {
                let kind = lint::kind_of(der).or_else(|| is_expected.then_some(Kind::Certificate));
                self.documents.extend(kind.map(|kind| (kind, der.to_vec())));
            }
        }
    }
}

fn nothing_in(path: &Path) -> Failure {
    Failure::new("there is neither a certificate, a request nor a revocation list")
        .with_hint("PEM starts with -----BEGIN CERTIFICATE-----, DER with the byte 30")
        .within(path.display())
}

fn unread_blocks(path: &Path, bytes: &[u8], read: usize, begun: usize) -> Failure {
    let message = format!("of {begun} PEM blocks {read} can be read");
    let failure = match pem::joined_line(bytes) {
        Some(line) => {
            Failure::new(format!("{message}: line {line} {}", pem::JOINED)).with_hint(pem::JOINED_HINT)
        }
        None => Failure::new(message).with_hint("write the file again: its lines are damaged or cut off"),
    };
    failure.within(path.display())
}

fn joined(path: &Path, line: usize) -> Failure {
    Failure::new(format!("line {line} {}", pem::JOINED)).with_hint(pem::JOINED_HINT).within(path.display())
}

/// What was found in all files.
#[derive(Default)]
struct Report {
    findings: Vec<Located>,
    documents: BTreeMap<&'static str, usize>,
    /// Something could not be read.
    is_incomplete: bool,
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
    /// Looks at what a word of the command line names; what cannot be read is told at once.
    fn read(&mut self, reader: &mut Reader, word: &OsStr, ignored: &[&str]) {
        let files = match Named::of(word) {
            Ok(Named::Files(files)) => files,
            Ok(Named::Server(..)) => {
                let failure = Failure::new(format!("there is no file {word:?}, and servers are not asked"))
                    .with_hint("certwright check asks them, and lints what they show");
                return self.fail(&failure);
            }
            Err(nothing) => return self.fail(&nothing.of_files()),
        };
        reader.read(files, &mut |found| match found {
            Found::File(file) => self.look_at(file, ignored),
            Found::Unreadable { path, error, .. } => self.fail(&unreadable(path, error)),
        });
    }

    fn fail(&mut self, failure: &Failure) {
        failure.print();
        self.is_incomplete = true;
    }

    fn look_at(&mut self, SourceFile { path, bytes, of_folder, .. }: SourceFile<'_>, ignored: &[&str]) {
        let name = path.display().to_string();
        let is_expected = !of_folder || is_telling(&name);
        let Contents { documents, has_keys, blocks } = Contents::of(bytes, is_expected);
        let begun = pem::begun(bytes);
        if 0 < blocks && blocks < begun {
            self.fail(&unread_blocks(path, bytes, blocks, begun));
        }
        if documents.is_empty() && !has_keys && is_expected {
            let joined = pem::joined_line(bytes).map(|line| joined(path, line));
            return self.fail(&foreign(path, bytes).or(joined).unwrap_or_else(|| nothing_in(path)));
        }
        let several = documents.len() > 1;
        for (index, (kind, der)) in documents.iter().enumerate() {
            *self.documents.entry(kind.word()).or_default() += 1;
            for finding in lint::without(lint::document(*kind, der), ignored) {
                let document = several.then_some(index + 1);
                self.findings.push(Located { file: name.clone(), document, finding });
            }
        }
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
        let found = match found.as_str() {
            "" if self.is_incomplete => "nothing found in what could be read",
            "" => "nothing found",
            found => found,
        };
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
