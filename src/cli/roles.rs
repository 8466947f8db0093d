//! `certwright roles`: what each consumer needs of a certificate, and why.

use std::fmt::Write;

use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;

use super::own::failure::Failure;
use super::streams;
use crate::check::role::{code, severity};
use crate::lint::Severity;
use crate::output::json::to_go_json;
use crate::vocab::role::{Force, Need, Property, Role};

pub(super) const EXAMPLES: &str = "\
Examples:
  certwright roles list
  certwright roles explain etcd-server
  certwright issue --ca ca.pem --as etcd-server --cn m1 --host 10.0.0.1
  certwright check --as etcd-server m1.pem

A role stands for a program that takes certificates, and knows what that program refuses: each need was found by
running the program, or reading its source where it says so.

With --json a role has \"role\", \"what\", \"needs\", \"usages\" (those it is issued with) and \"files\"; each of the needs
has \"property\", \"code\" and \"severity\" (those of the finding of `check`), \"why\", \"without\", \"source\" and
\"refused_by\" (a list).";

#[derive(Debug, Subcommand)]
pub(super) enum RolesCommand {
    /// List the roles
    List {
        /// Print JSON: a list of what `explain --json` prints
        #[arg(long)]
        json: bool,
    },
    /// Say what a role needs, why, and what breaks without it
    Explain {
        /// A role that `list` prints
        #[arg(value_parser = role_parser())]
        role: Role,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command.
pub(super) fn run(command: &RolesCommand) -> Result<(), Failure> {
    let text = match command {
        RolesCommand::List { json: false } => list(),
        RolesCommand::List { json: true } => json(&Role::ALL.map(Report::of)),
        RolesCommand::Explain { role, json: false } => explain(*role),
        RolesCommand::Explain { role, json: true } => json(&Report::of(*role)),
    };
    Ok(streams::print(&text)?)
}

/// Reads a role's word; the words are in help texts, completions and errors.
pub(super) fn role_parser() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::words())
        .try_map(|word| Role::from_word(&word).ok_or("this is not in the table of roles"))
}

fn list() -> String {
    Role::ALL.iter().map(|role| format!("{:<19} {}\n", role.word(), role.description().what)).collect()
}

fn explain(role: Role) -> String {
    let row = role.description();
    let mut text = format!("{}: {}\n", row.word, row.what);
    for need in row.needs {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n{} {}\n  because {}\n  without it: {}\n  source: {}\n",
            verb(need),
            need.property,
            need.why,
            need.without,
            need.source
        );
    }
    let _ = write!(text, "\nissued with: {}{}\nfiles: {}\n", usages(role), host_of_issue(role), row.files);
    text
}

/// What a role lets pass, and the lints of `issue` do not.
fn host_of_issue(role: Role) -> &'static str {
    let is_lenient = |need: &Need| matches!(need.property, Property::AnyNameOrCommonName);
    match role.description().needs.iter().any(is_lenient) {
        true => "; and a host in any case: with a common name alone, the lint san-missing refuses it",
        false => "",
    }
}

fn verb(need: &Need) -> &'static str {
    match need.force {
        Force::Refused => "needs",
        Force::Usual => "as a rule needs",
        Force::Note => "for some uses needs",
    }
}

fn words(role: Role) -> Vec<String> {
    role.usages(false).map(|usage| usage.field_word()).collect()
}

fn usages(role: Role) -> String {
    let mut words = words(role);
    let for_rsa =
        role.usages(true).enumerate().find(|(_, usage)| !role.usages(false).any(|known| known == *usage));
    if let Some((at, usage)) = for_rsa {
        words.insert(at, format!("{} (RSA only)", usage.word()));
    }
    words.join(", ")
}

fn json(document: &impl Serialize) -> String {
    format!("{}\n", to_go_json(document))
}

/// A role as JSON.
#[derive(Serialize)]
struct Report {
    role: &'static str,
    what: &'static str,
    needs: Vec<NeedReport>,
    usages: Vec<String>,
    files: &'static str,
}

#[derive(Serialize)]
struct NeedReport {
    property: String,
    code: &'static str,
    severity: Severity,
    why: &'static str,
    without: &'static str,
    source: &'static str,
    refused_by: &'static [&'static str],
}

impl Report {
    fn of(role: Role) -> Self {
        let row = role.description();
        let needs = row.needs.iter().map(NeedReport::of).collect();
        Self { role: row.word, what: row.what, needs, usages: words(role), files: row.files }
    }
}

impl NeedReport {
    fn of(need: &'static Need) -> Self {
        let Need { property, force: _, why, without, source, refused_by } = *need;
        let property = property.to_string();
        Self {
            property,
            code: code(need.property),
            severity: severity(need),
            why,
            without,
            source,
            refused_by,
        }
    }
}
