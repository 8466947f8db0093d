//! What goes wrong, and what is said then: every case of the `*.md` files beside this one, run as a user would.
//!
//! A case is a heading with the name of its behaviour, the files it needs, shell lines that prepare the folder
//! (`sh`), and a transcript (`console`). The folder starts with the files that [`world`] makes. In a transcript,
//! `$ ` begins a command for `sh`; below it stand stderr as it is, stdout with `> ` in front, `? N` for an exit
//! status other than 0, and a line for each file that is not as before: `+ made`, `~ changed`, `- gone`. Whatever is
//! not in the transcript must not happen. What differs from run to run is written in brackets, see [`normal`].
//!
//! `REFUSALS=rewrite cargo test --test refusals` writes what happened into the files; read the difference. Other
//! users, mounts and OpenSSL are needed, so the tests run as root where `tests/run` has been.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod case;
mod deviations;
mod normal;
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use case::Topic;

/// One test a file.
macro_rules! topics {
    ($($name:ident),* $(,)?) => {
        const TOPICS: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() { check(stringify!($name)); })*
    };
}

topics![
    ca_files,
    cfssljson,
    command_line,
    config,
    config_faults,
    csr_files,
    diff,
    export,
    field,
    init,
    inspect,
    issue,
    json_syntax,
    json_types,
    keys,
    lint,
    pki,
    policy,
    renew,
    requests,
    roles,
    streams,
    strict,
    unsupported,
    warnings,
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refusals")
}

/// The names of the files, sorted.
fn topics_on_disk() -> Vec<String> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

fn check(name: &str) {
    let path = folder().join(format!("{name}.md"));
    let written = fs::read_to_string(&path).unwrap();
    let topic = Topic::parse(&written);
    let found = topic.run();
    if std::env::var_os("REFUSALS").is_some_and(|value| value == "rewrite") {
        fs::write(&path, found.to_string()).unwrap();
        return;
    }
    let differences: Vec<String> = topic.differences(&found).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(written, topic.to_string(), "{name}.md has lines that belong to no case");
}

#[test]
fn every_file_is_run() {
    assert_eq!(topics_on_disk(), TOPICS);
}

#[test]
fn names_of_cases_are_unique() {
    let mut names: Vec<String> = topics_on_disk()
        .iter()
        .flat_map(|name| {
            let text = fs::read_to_string(folder().join(format!("{name}.md"))).unwrap();
            Topic::parse(&text).names().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert!(names.len() >= 80, "only {} cases", names.len());
    names.sort();
    let total = names.len();
    let repeated: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(repeated.is_empty(), "of {total} cases, these share a name: {repeated:?}");
}
