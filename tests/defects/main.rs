//! Certificates, requests, revocation lists and their files with one defect each, beside good twins: what we find in
//! them, and what others say to them. All are made here; the tables are in `table`.

#![allow(clippy::disallowed_methods, reason = "tests write their own files and read the clock")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod case;
mod der;
mod extension;
mod judges;
mod maker;
#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "other test programs use more of it")]
mod support;
mod table;
mod world;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use judges::{JUDGES, Question};
use support::{Programs, Workdir};
use table::cases;

#[test]
fn names_are_unique_and_there_are_enough() {
    let names: BTreeSet<&str> = cases().iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases().len());
    assert!(names.len() >= 60);
}

#[test]
fn judges_say_what_the_table_says() {
    let files = Workdir::kept("defects", Programs::Ours);
    let mut questions = Vec::new();
    for case in cases() {
        for (twin, defective) in [("good", false), ("bad", true)] {
            let world = case.world(defective);
            let name = format!("{}/{twin}", case.name);
            world.write(&files, &name, case.kind.subject());
            questions.push(Question { name, kind: case.kind, host: world.host });
        }
    }
    let mut wrong = String::new();
    for judge in &JUDGES {
        let asked: Vec<Question> =
            questions.iter().filter(|question| judge.kinds.contains(&question.kind)).cloned().collect();
        let answers = (judge.answers)(&files, &asked);
        for question in &asked {
            let (case, twin) = question.name.split_once('/').unwrap();
            let case = cases().into_iter().find(|row| row.name == case).unwrap();
            let verdict = answers.get(&question.name).unwrap_or_else(|| panic!("no answer to {question:?}"));
            let refused_by = if twin == "bad" { case.refused_by } else { case.twin_refused_by };
            let refuses = refused_by.split(' ').any(|name| name == judge.name);
            match verdict {
                Ok(()) if refuses => writeln!(wrong, "{}: {} accepts it", question.name, judge.name).unwrap(),
                Err(text) if !refuses => {
                    writeln!(wrong, "{}: {} refuses it:\n{text}", question.name, judge.name).unwrap()
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
