//! `certwright check`: what a consumer will refuse, before it does.

mod read;

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use time::OffsetDateTime;

use super::clock::{now, parse_time};
use super::own::failure::Failure;
use super::roles::role_parser;
use super::sources::SourceArguments;
use super::{Outcome, streams};
use crate::check::material::Material;
use crate::check::policy::Policy;
use crate::check::question::Question;
use crate::check::report::{Document, Report};
use crate::check::role::Role;
use crate::check::{self, Host, codes, prometheus, text};
use crate::output::files::{FileKind, FileToWrite, write_all};
use crate::output::json::to_terminal_json;
use crate::vocab::duration::GoDuration;
use crate::vocab::spoken::span;

const EXAMPLES: &str = "\
Examples:
  certwright check /etc/etcd/pki                         all certificates, keys, requests and lists below a folder
  certwright check server.pem server-key.pem --ca ca.pem --host api.example.com --host 10.0.0.1
  certwright check server.pem --as etcd-server           what an etcd server needs, too: `certwright roles list`
  certwright check api.example.com:443 --ca ca.pem       what a server shows
  certwright check pki/ --at 2027-01-01                  what will be wrong on that day
  certwright check pki/ --within 14d --prometheus /var/lib/node_exporter/certwright.prom

Trusted is what --ca names; without it, the authorities among the files that signed themselves. In a folder, names that
begin with a dot, the folder `previous`, links to folders, second names of one file, and files that hold nothing of the
kind or more than 16 MiB are passed over. Pipes are read, those of a shell's <(COMMAND) as well; `-` is standard input.

Exit status: 0 nothing but notices was found, 1 there are errors or warnings, 2 the command line is wrong.

With --json standard output gets {\"findings\":[{\"file\", \"certificate\"?, \"code\", \"severity\", \"message\", \"fix\",
\"source\", \"refused_by\"?:[TEXT], \"consequence_of\"?}], \"certificates\":[{\"file\", \"subject\", \"issuer\", \"serial\",
\"not_before\", \"not_after\", \"effective_not_after\"}], \"summary\":{\"certificates\", \"keys\", \"requests\",
\"revocation_lists\", \"errors\", \"warnings\", \"notices\"}, \"checked_at\"}: \"certificate\" counts from 1 in files
with several, \"severity\" is error, warning or notice, \"effective_not_after\" the first end in the chain.";

/// The arguments of `check`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct CheckArguments {
    /// Files (PEM, DER, PKCS#12, kubeconfig), folders, or HOST:PORT; `-` reads standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// What the certificates are for; `certwright roles list` explains
    #[arg(long = "as", value_name = "ROLE", value_parser = role_parser())]
    role: Option<Role>,
    /// A name or address that clients connect to; repeatable
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<Host>,
    /// Certificates that are trusted; repeatable
    #[arg(long = "ca", value_name = "FILE")]
    trusted: Vec<PathBuf>,
    /// Take this for the present time, such as 2030-01-02 or 2030-01-02T15:04:05Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<OffsetDateTime>,
    /// Warn so long before an end, such as 30d, 2w, 12h [default: 30d, or a third of its life]
    #[arg(long, value_name = "TIME", value_parser = parse_within)]
    within: Option<i64>,
    /// Whose rules count in full; repeatable
    #[arg(long = "policy", value_name = "WHOSE", value_parser = policies_parser())]
    policies: Vec<Policy>,
    /// The code of findings to leave out, with what follows from them; repeatable
    #[arg(long = "ignore", value_name = "CODE", value_delimiter = ',', value_parser = parse_code)]
    ignored: Vec<String>,
    #[command(flatten)]
    source: SourceArguments,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write a textfile for Prometheus' node_exporter, whatever is found; `-` prints it in place of the findings
    #[arg(long, value_name = "FILE")]
    prometheus: Option<PathBuf>,
}

fn policies_parser() -> impl TypedValueParser<Value = Policy> {
    let words = Policy::ALL.map(|policy| PossibleValue::new(policy.word()).help(policy.about()));
    PossibleValuesParser::new(words)
        .try_map(|word| Policy::from_word(&word).ok_or("this is not in the table of policies"))
}

fn parse_code(word: &str) -> Result<String, String> {
    if codes::is_code(word) {
        return Ok(word.to_owned());
    }
    let nearest = codes::nearest(word).map(|code| format!("; did you mean {code:?}?"));
    Err(format!("no finding has this code{}", nearest.unwrap_or_default()))
}

fn parse_within(text: &str) -> Result<i64, String> {
    match GoDuration::parse_with_days(text) {
        Ok(span) if !span.is_negative() => Ok(span.nanoseconds() / 1_000_000_000),
        _ => Err("a number and a unit are needed: s, m, h, d, w or y".to_owned()),
    }
}

/// Runs the command.
pub(super) fn run(arguments: &CheckArguments) -> Result<Outcome, Failure> {
    let textfile = arguments.prometheus.as_deref();
    let prints_textfile = textfile.is_some_and(|path| path.as_os_str() == "-");
    if prints_textfile && arguments.json {
        Failure::new("--json and --prometheus - both write to standard output")
            .with_hint("name a file for the textfile")
            .print();
        return Ok(Outcome::Misused);
    }
    let now = now(arguments.at);
    let material = read::read(arguments)?;
    let question = Question {
        now: now.unix_timestamp(),
        within: arguments.within,
        hosts: arguments.hosts.clone(),
        role: arguments.role,
        policies: arguments.policies.clone(),
        ignored: arguments.ignored.clone(),
    };
    let report = check::check(&material, &question);
    let metrics = || prometheus::text(&report, &material, question.now);
    let text = match arguments.json {
        _ if prints_textfile => metrics(),
        true => to_terminal_json(&Document::new(&report, &material, question.now)),
        false => human(&report, &material, question.now),
    };
    // Each of the two is written whatever becomes of the other.
    let written = match textfile.filter(|_| !prints_textfile) {
        Some(path) => write_textfile(path, &metrics()),
        None => Ok(()),
    };
    if let Err(reason) = streams::print(&text) {
        Failure::new(reason).print();
        written?;
        return Ok(Outcome::Failed);
    }
    written?;
    Ok(if report.is_clean() { Outcome::Done } else { Outcome::Failed })
}

fn human(report: &Report, material: &Material, now: i64) -> String {
    let mut out: String = report.findings.iter().map(|found| found.text(material)).collect();
    if let Some(row) = report.soonest(now) {
        let (ends, label) = (row.effective_not_after, material.label(row.index));
        out += &format!("next to expire: {label} on {}, in {}\n", text::moment(ends), span(ends - now));
    }
    out + &report.summary(material) + "\n"
}

fn write_textfile(path: &std::path::Path, text: &str) -> Result<(), Failure> {
    let file = FileToWrite {
        path: path.to_owned(),
        contents: text.as_bytes().to_vec().into(),
        kind: FileKind::Public,
    };
    write_all(&[file])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_a_number_and_a_unit() {
        assert_eq!(parse_within("30d"), Ok(2_592_000));
        assert_eq!(parse_within("0s"), Ok(0));
        for text in ["30", "d", "-1d", "1.5", ""] {
            let error = parse_within(text).unwrap_err();
            assert_eq!(error, "a number and a unit are needed: s, m, h, d, w or y", "{text}");
        }
    }
}
