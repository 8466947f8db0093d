//! Who may import whom: the table of CONTRIBUTING.md, enforced.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of `src` and the folders its code may name.
const LAYERS: [(&str, &[&str]); 14] = [
    ("vocab", &[]),
    ("wire", &["vocab"]),
    ("model", &["vocab", "wire"]),
    ("key", &["vocab"]),
    ("lint", &["vocab", "key"]),
    ("issue", &["vocab", "wire", "model", "key", "lint"]),
    ("inspect", &["vocab", "wire", "model", "key", "issue"]),
    ("formats", &["vocab", "wire", "key", "issue"]),
    ("live", &["vocab"]),
    ("check", &["vocab", "wire", "key", "lint", "issue", "inspect", "formats"]),
    ("output", &["vocab", "wire"]),
    ("store", &[]),
    ("plan", &["vocab", "wire", "model", "key", "issue"]),
    (
        "cli",
        &[
            "vocab", "wire", "model", "key", "lint", "issue", "inspect", "formats", "live", "check",
            "output", "store", "plan",
        ],
    ),
];

/// A crate and the only folders whose code may name it.
const CRATES: [(&str, &[&str]); 12] = [
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("p12_keystore", &["formats"]),
    ("rcgen", &["issue"]),
    ("regex_lite", &["model"]),
    ("rsa", &["key"]),
    ("rustls", &["live"]),
    ("serde_saphyr", &["formats"]),
    ("webpki", &["issue"]),
    ("x509_parser", &["issue", "inspect", "lint", "check"]),
];

#[test]
fn imports_follow_the_table() {
    let names: Vec<_> = LAYERS.iter().map(|(name, _)| *name).collect();
    let mut arrows = 0;
    for (layer, allowed) in LAYERS {
        for file in rust_files(&source().join(layer)) {
            for named in
                words_after(&file, "crate::").intersection(&names.iter().copied().map(String::from).collect())
            {
                let own = named == layer;
                assert!(
                    own || allowed.contains(&named.as_str()),
                    "{}: {layer} may not use {named}",
                    file.display()
                );
                arrows += usize::from(!own);
            }
        }
    }
    assert!(arrows > 50, "only {arrows} imports found: this test no longer reads the sources");
}

#[test]
fn every_folder_is_in_the_table() {
    let folders: BTreeSet<_> = fs::read_dir(source())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(folders, LAYERS.iter().map(|(name, _)| name.to_string()).collect());
}

#[test]
fn the_contributors_read_the_same_table() {
    let text = fs::read_to_string(source().join("../CONTRIBUTING.md")).unwrap();
    for (layer, _) in LAYERS {
        assert!(text.contains(&format!("| `{layer}` |")), "{layer} is missing from CONTRIBUTING.md");
    }
}

#[test]
fn crates_stay_in_their_folders() {
    for (name, folders) in CRATES {
        for (layer, _) in LAYERS.iter().filter(|(layer, _)| !folders.contains(layer)) {
            for file in rust_files(&source().join(layer)) {
                let text = fs::read_to_string(&file).unwrap();
                let found = text.lines().any(|line| line.contains(&format!("use {name}::")));
                assert!(!found, "{}: {name} belongs into {folders:?}", file.display());
            }
        }
        let used = folders.iter().any(|folder| {
            rust_files(&source().join(folder))
                .iter()
                .any(|file| fs::read_to_string(file).unwrap().contains(&format!("{name}::")))
        });
        assert!(used, "{name} is used nowhere");
    }
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The words that follow a prefix anywhere in a file's code.
fn words_after(file: &Path, prefix: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(file).unwrap();
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| {
        line.match_indices(prefix).map(|(at, _)| word(&line[at + prefix.len()..])).collect::<Vec<_>>()
    })
    .collect()
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}
