//! What the README shows is what certwright says.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "helpers of tests")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const CONFIG: &str = r#"{
  "signing": {
    "default": { "expiry": "8760h", "usages": ["signing", "server atuh", "client auth"] }
  }
}
"#;

#[test]
fn the_warning_and_the_error_it_shows_are_real() {
    let folder = tempfile::tempdir().unwrap();
    let in_folder = folder.path();
    fs::write(in_folder.join("request.json"), r#"{"CN": "x", "hosts": ["a.example"]}"#).unwrap();
    sh(in_folder, "\"$0\" cfssl gencert -initca request.json | \"$0\" cfssljson -bare ca");
    let gencert =
        "\"$0\" cfssl gencert -ca ca.pem -ca-key ca-key.pem -config ca-config.json request.json >issued.json";
    fs::write(in_folder.join("ca-config.json"), CONFIG).unwrap();
    let log = sh(in_folder, gencert);
    let warning = log.lines().find_map(|line| line.split_once("[WARNING]")).unwrap().1;
    assert_shown(&format!("    [WARNING]{warning}"));
    fs::write(in_folder.join("ca-config.json"), CONFIG.replace("8760h", "365d")).unwrap();
    let said = sh(in_folder, gencert);
    assert_eq!(said.lines().count(), 3, "{said}");
    said.lines().for_each(|line| assert_shown(&format!("    {line}")));
}

#[test]
fn the_links_it_makes_are_cfssl_and_cfssljson() {
    let folder = tempfile::tempdir().unwrap();
    let made = sh(
        folder.path(),
        "\"$0\" links . >&2; \"$0\" links . >&2; ./cfssl version >&2; ./cfssljson -version >&2",
    );
    assert_eq!(made.matches(" -> ").count(), 2, "a second run changes nothing: {made}");
    assert_eq!(made.matches("Version: 1.6.5\n").count(), 2, "{made}");
    fs::remove_file(folder.path().join("cfssl")).unwrap();
    fs::write(folder.path().join("cfssl"), "mine").unwrap();
    let refused = sh(folder.path(), "\"$0\" links .");
    assert!(refused.starts_with("error: \"./cfssl\" exists and is not a link to "), "{refused}");
}

/// Runs a script with the program as `$0`; what it says on standard error.
fn sh(folder: &Path, script: &str) -> String {
    let program = env!("CARGO_BIN_EXE_certwright");
    let output =
        Command::new("sh").args(["-c", script, program]).current_dir(folder).stdin(Stdio::null()).output();
    String::from_utf8(output.unwrap().stderr).unwrap()
}

fn assert_shown(line: &str) {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    assert!(readme.lines().any(|shown| shown == line), "the README does not show: {line}");
}
