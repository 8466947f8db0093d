//! FAILURES.md names tests for each failure of the field; here is the proof that they are there.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_failure_has_tests_that_exist() {
    let text = read("tests/FAILURES.md").unwrap();
    let rows = rows(&text);
    assert!(rows.len() > 60, "{} rows were found", rows.len());
    let mut faults = Vec::new();
    let mut numbers = BTreeSet::new();
    for (number, tests) in rows {
        if !numbers.insert(number) {
            faults.push(format!("{number} is there twice"));
        }
        let places: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        if places.is_empty() {
            faults.push(format!("{number} has no test"));
        }
        faults.extend(places.iter().filter(|place| !exists(place)).map(|place| format!("{number}: {place}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_wrong_place_is_none() {
    for place in [
        "tests/failures.rs::every_failure_has_tests_that_exist",
        "tests/refusals/issue.md::issue_refuses_odd_hosts",
        "tests/defects/table/names.rs::san-trailing-dot",
        "tests/inspect_command.rs::several_wrong_octets_have_an_answer",
    ] {
        assert!(exists(place), "{place}");
    }
    for place in [
        "every_failure_has_tests_that_exist",
        "tests/failures.rs::",
        "tests/failures.rs::every_failure",
        "tests/failures.rs::exists",
        "tests/failure.rs::every_failure_has_tests_that_exist",
        "tests/refusals/issue.md::issue_refuses",
        "tests/defects/table/names.rs::san-trailing",
    ] {
        assert!(!exists(place), "{place}");
    }
}

/// Number and last column of the rows of tables.
fn rows(text: &str) -> Vec<(&str, &str)> {
    let cells = text.lines().filter_map(|line| {
        let row = line.strip_prefix("| ")?.strip_suffix(" |")?;
        Some((row.split(" | ").next()?, row.rsplit(" | ").next()?))
    });
    cells.filter(|(number, _)| !["no.", "---"].contains(number)).collect()
}

/// Whether `FILE::NAME` is a test function, a row of a table of defects, or a transcript's heading.
fn exists(place: &str) -> bool {
    let Some((file, name)) = place.split_once("::") else { return false };
    let Some(text) = read(file) else { return false };
    if file.ends_with(".md") {
        return text.lines().any(|line| line == format!("## {name}"));
    }
    if file.starts_with("tests/defects/table/") {
        return text.split_whitespace().collect::<String>().contains(&format!("(\"{name}\","));
    }
    is_test(&text, name)
}

/// Whether a function of this name stands behind a `#[test]` line.
fn is_test(source: &str, name: &str) -> bool {
    source.split("#[test]").skip(1).any(|behind| {
        let function = behind.lines().find_map(|line| line.trim().strip_prefix("fn "));
        function.and_then(|line| line.split_once('(')).is_some_and(|(found, _)| found == name)
    })
}

fn read(file: &str) -> Option<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).ok()
}
