//! What the README shows is what certwright says.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "helpers of tests")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

const CONFIG: &str = r#"{
  "signing": {
    "default": { "expiry": "8760h", "usages": ["signing", "server atuh", "client auth"] }
  }
}
"#;

/// The console blocks, run one after the other in one shell as a reader would.
#[test]
fn the_transcripts_it_shows_are_real() {
    let commands = transcripts();
    assert!(commands.len() > 20, "only {} commands", commands.len());
    let folder = tempfile::tempdir().unwrap();
    let mut script = "exec 2>&1\nPATH=$(dirname \"$0\"):$PATH\n".to_owned();
    for (command, _) in &commands {
        script += &format!("printf '%s\\n' '{NEXT}'\n{command}\n");
    }
    let program = env!("CARGO_BIN_EXE_certwright");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script, program]).current_dir(&folder).stdin(Stdio::null());
    let output = shell.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let next = format!("{NEXT}\n");
    let mut found = said.split(&next).skip(1);
    for (command, shown) in &commands {
        let found = found.next().unwrap_or_else(|| panic!("not reached: {command}"));
        assert_eq!(without_times(found), without_times(shown), "{command}");
    }
    let shipped = fs::read_to_string(folder.path().join("my-pki/pki.json")).unwrap();
    assert_eq!(without_comments(&block("json")), without_comments(&shipped));
}

/// What separates the outputs of commands.
const NEXT: &str = "=== next command ===";

/// The commands of the console blocks, and what is shown below each.
fn transcripts() -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for block in blocks("console") {
        for line in block.lines() {
            match (line.strip_prefix("$ "), line.strip_prefix("> "), commands.last_mut()) {
                (Some(command), ..) => commands.push((command.to_owned(), String::new())),
                (None, Some(more), Some((command, shown))) if shown.is_empty() => {
                    *command += &format!("\n{more}");
                }
                (None, _, Some((_, shown))) => *shown += &format!("{line}\n"),
                (None, _, None) => panic!("no command above: {line}"),
            }
        }
    }
    commands
}

/// The fenced blocks of a kind.
fn blocks(kind: &str) -> Vec<String> {
    let readme = readme();
    let fence = format!("```{kind}\n");
    let parts = readme.split(&fence).skip(1);
    parts.map(|part| part.split("```").next().unwrap().to_owned()).collect()
}

fn block(kind: &str) -> String {
    let [only] = blocks(kind).try_into().unwrap();
    only
}

fn without_times(text: &str) -> String {
    let time = regex_lite::Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").unwrap();
    time.replace_all(text, "TIME").into_owned()
}

fn without_comments(manifest: &str) -> Value {
    let mut manifest: Value = serde_json::from_str(manifest).unwrap();
    manifest.as_object_mut().unwrap().remove("comment");
    for entry in manifest["certificates"].as_object_mut().unwrap().values_mut() {
        entry.as_object_mut().unwrap().remove("comment");
    }
    manifest
}

/// Every key, status and reason has its row.
#[test]
fn its_tables_are_complete() {
    let readme = readme();
    let schema: Value = serde_json::from_slice(&certwright(&["schema"]).stdout).unwrap();
    for pointer in ["", "/$defs/authority", "/$defs/certificate"] {
        let keys = schema.pointer(&format!("{pointer}/properties")).unwrap().as_object().unwrap();
        for key in keys.keys() {
            let has_row = |line: &str| {
                line.starts_with('|') && line.split('|').nth(1).unwrap().contains(&format!("`{key}`"))
            };
            assert!(readme.lines().any(has_row), "{key}");
        }
    }
    let source = include_str!("../src/plan/reason.rs");
    let codes: Vec<_> = source.split("=> \"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(codes.len() > 15, "{codes:?}");
    let row = readme.lines().find(|line| line.contains("reasons[].code")).unwrap();
    codes.iter().for_each(|code| assert!(row.contains(&format!("`{code}`")), "{code}"));
}

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
    assert!(readme().lines().any(|shown| shown == line), "the README does not show: {line}");
}

fn readme() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap()
}

fn certwright(args: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_certwright")).args(args).output().unwrap()
}
