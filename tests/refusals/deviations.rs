//! DEVIATIONS.md names a test for each row; here is the proof that there is one.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::case::Topic;

/// The functions of the sources and tests, and the cases of this folder.
fn tests_there_are() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names = BTreeSet::new();
    for folder in ["src", "tests"] {
        collect(&root.join(folder), &mut names);
    }
    names
}

fn collect(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            collect(&path, names);
        } else if extension == Some("rs") {
            names.extend(test_functions(&fs::read_to_string(&path).unwrap()));
        } else if extension == Some("md") && path.parent().unwrap().ends_with("tests/refusals") {
            let text = fs::read_to_string(&path).unwrap();
            names.extend(Topic::parse(&text).names().map(str::to_owned));
        }
    }
}

/// The names of functions behind a `#[test]` line.
fn test_functions(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut lines = source.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if line != "#[test]" {
            continue;
        }
        let function = lines.by_ref().find_map(|line| line.strip_prefix("fn "));
        names.extend(function.and_then(|line| line.split_once('(')).map(|(name, _)| name.to_owned()));
    }
    names
}

/// Number and last column of the rows of tables.
fn rows(text: &str) -> Vec<(&str, &str)> {
    let cells = text.lines().filter_map(|line| {
        let row = line.strip_prefix("| ")?.strip_suffix(" |")?;
        Some((row.split(" | ").next()?, row.rsplit(" | ").next()?))
    });
    cells.filter(|(number, _)| !["no.", "---"].contains(number)).collect()
}

#[test]
fn every_deviation_has_a_test_that_exists() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("DEVIATIONS.md")).unwrap();
    let there = tests_there_are();
    let rows = rows(&text);
    assert!(rows.len() > 30, "{} rows were found", rows.len());
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for (number, tests) in rows {
        if !seen.insert(number) {
            faults.push(format!("{number} is there twice"));
        }
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        if names.is_empty() || tests.contains("TODO") {
            faults.push(format!("{number} has no test"));
        }
        let missing = names.iter().filter(|name| !there.contains(**name));
        faults.extend(missing.map(|name| format!("{number}: there is no test {name}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
