//! Certificates, requests, revocation lists and their files with one defect each, beside good twins: what we find in
//! them, and what others say to them. All are made here; the tables are in `table`.

#![allow(clippy::disallowed_methods, reason = "tests write their own files and read the clock")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod case;
mod der;
mod disagreements;
mod extension;
mod findings;
mod judges;
mod maker;
#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "other test programs use more of it")]
mod support;
mod table;
mod world;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::OnceLock;

use case::Case;
use disagreements::{BEYOND, DISAGREEMENTS};
use findings::{findings, refused_by};
use judges::{JAVA, JUDGES, Question};
use support::{Programs, Workdir};
use table::cases;

#[test]
fn names_are_unique_and_there_are_enough() {
    let names: BTreeSet<&str> = cases().iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases().len());
    assert!(names.len() >= 60);
}

/// One defect, one finding and what follows from it; none, nothing.
#[test]
fn each_defect_is_found() {
    let mut wrong = String::new();
    for (case, question, defective) in questions() {
        let found = findings(files(), &question);
        let expected = if defective { case.findings } else { &[] };
        if found != expected.iter().map(|text| (*text).to_owned()).collect() {
            writeln!(wrong, "{}: found {found:?}, expected {expected:?}", question.name).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn judges_say_what_the_table_says() {
    let questions = questions();
    let mut wrong = String::new();
    for judge in &JUDGES {
        let asked: Vec<_> =
            questions.iter().filter(|(case, ..)| judge.kinds.contains(&case.kind)).cloned().collect();
        let list: Vec<Question> = asked.iter().map(|(_, question, _)| question.clone()).collect();
        let answers = (judge.answers)(files(), &list);
        for (case, question, defective) in &asked {
            let refused_by = if *defective { case.refused_by } else { case.twin_refused_by };
            let refuses = refused_by.split(' ').any(|name| name == judge.name);
            let name = &question.name;
            match answers.get(name).unwrap_or_else(|| panic!("no answer to {name}")) {
                Ok(()) if refuses => writeln!(wrong, "{name}: {} accepts it", judge.name).unwrap(),
                Err(text) if !refuses => {
                    writeln!(wrong, "{name}: {} refuses it:\n{text}", judge.name).unwrap()
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// We refuse what has an error. Where a judge does not, or refuses what we do not, the list says why.
#[test]
fn disagreements_are_listed_with_reasons() {
    let mut found = BTreeSet::new();
    for case in cases() {
        let ours = case.findings.iter().any(|finding| finding.starts_with("error "));
        for judge in JUDGES.iter().filter(|judge| judge.kinds.contains(&case.kind)) {
            if case.refused_by.split(' ').any(|name| name == judge.name) != ours {
                found.insert((judge.name, case.name));
            }
        }
    }
    let mut listed = BTreeSet::new();
    let mut twice = Vec::new();
    for line in DISAGREEMENTS {
        assert!(line.reason.len() > 20, "{:?}", line.cases);
        for pair in line.judges.iter().flat_map(|judge| line.cases.iter().map(move |case| (*judge, *case))) {
            if !listed.insert(pair) {
                twice.push(pair);
            }
        }
    }
    let (new, gone): (Vec<_>, Vec<_>) =
        (found.difference(&listed).collect(), listed.difference(&found).collect());
    assert!(
        new.is_empty() && gone.is_empty() && twice.is_empty(),
        "not in disagreements.rs: {new:#?}\nthere, but not true: {gone:#?}\nthere twice: {twice:#?}"
    );
}

/// A finding says who refuses what it is about: those who are judges here do, but for what they are not asked about.
#[test]
fn whoever_is_said_to_refuse_does() {
    let cases: Vec<_> = questions().into_iter().filter(|(.., defective)| *defective).collect();
    let asked: Vec<_> = cases
        .iter()
        .filter(|(case, ..)| JAVA.kinds.contains(&case.kind))
        .map(|(_, q, _)| q.clone())
        .collect();
    let javas = (JAVA.answers)(files(), &asked);
    let mut wrong = String::new();
    for (case, question, _) in &cases {
        for consumer in refused_by(files(), question) {
            let Some(judge) = judge_called(&consumer) else { continue };
            let refuses = match judge {
                "java" => javas.get(&question.name).is_none_or(Result::is_err),
                _ => case.refused_by.split(' ').any(|one| one == judge) || !is_asked(judge, case.kind),
            };
            let is_beyond =
                BEYOND.iter().any(|(judges, cases, _)| judges.contains(judge) && cases.contains(&case.name));
            if refuses == is_beyond {
                writeln!(wrong, "{}: {consumer} does{}", case.name, if refuses { "" } else { " not" })
                    .unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The judge that stands for a consumer of our findings.
fn judge_called(consumer: &str) -> Option<&'static str> {
    match consumer {
        "OpenSSL" | "OpenSSL (level 1)" | "OpenSSL (level 2)" => Some("openssl"),
        // Python's `ssl` verifies with OpenSSL, from 3.13 on strictly.
        "OpenSSL -x509_strict" | "Python 3.13" => Some("strict"),
        "GnuTLS" => Some("gnutls"),
        "Java" => Some("java"),
        "rustls" => Some("webpki"),
        _ => None,
    }
}

fn is_asked(judge: &str, kind: case::Kind) -> bool {
    JUDGES.iter().any(|one| one.name == judge && one.kinds.contains(&kind))
}

/// The twins of all cases: the row, what is asked, and whether it is the defective one.
fn questions() -> Vec<(Case, Question, bool)> {
    let twins = cases().into_iter().flat_map(|case| [(case, false), (case, true)]);
    twins.map(|(case, defective)| (case, question(&case, defective), defective)).collect()
}

fn question(case: &Case, defective: bool) -> Question {
    let name = folder(case, defective);
    Question { name, kind: case.kind, host: case.world(defective).host, role: case.role }
}

fn folder(case: &Case, defective: bool) -> String {
    format!("{}/{}", case.name, if defective { "bad" } else { "good" })
}

/// The files of all cases, made once and left in place.
fn files() -> &'static Workdir {
    static FILES: OnceLock<Workdir> = OnceLock::new();
    FILES.get_or_init(|| {
        let files = Workdir::kept("defects", Programs::Ours);
        for case in cases() {
            for defective in [false, true] {
                case.world(defective).write(&files, &folder(&case, defective), case.kind.subject());
            }
        }
        files
    })
}
