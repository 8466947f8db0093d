//! What `certwright check` and `certwright lint` find.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::case::Kind;
use crate::judges::Question;
use crate::support::Workdir;

/// The findings about one twin as the table writes them: `error expired`, `notice b because of a`.
pub(crate) fn findings(files: &Workdir, question: &Question) -> BTreeSet<String> {
    document(files, question).iter().map(in_words).collect()
}

/// Who refuses one twin, according to its findings.
pub(crate) fn refused_by(files: &Workdir, question: &Question) -> BTreeSet<String> {
    let named = |finding: &Value| finding["refused_by"].as_array().cloned().unwrap_or_default();
    let findings = document(files, question);
    findings.iter().flat_map(named).map(|name| name.as_str().unwrap().to_owned()).collect()
}

fn document(files: &Workdir, question: &Question) -> Vec<Value> {
    let Question { name, kind, host, role } = question;
    let command = match kind {
        Kind::Server => format!("check {name}/server* --ca {name}/root.pem --as {role} --host {host}"),
        Kind::Client => format!("check {name}/server* --ca {name}/root.pem --as {role}"),
        Kind::Request => format!("check {name}/request.csr"),
        Kind::List => format!("check {name}/list.crl {name}/server.pem --ca {name}/root.pem"),
    };
    let outcome = files.run(&format!("certwright {command} --json"));
    let document: Value = serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{outcome}"));
    document["findings"].as_array().unwrap().clone()
}

fn in_words(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().unwrap().to_owned();
    let cause = finding
        .get("consequence_of")
        .map_or_else(String::new, |code| format!(" because of {}", code.as_str().unwrap()));
    format!("{} {}{cause}", text("severity"), text("code"))
}
