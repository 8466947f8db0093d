//! What helps to begin: `init`, `schema`, `completions` and `man`. Refusals are in `tests/refusals/init.md`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "in a test, a panic is the report")]
#![allow(dead_code, reason = "the helpers are shared with other tests")]

mod support;

use std::fs;
use std::path::Path;

use support::{Workdir, python, require};

const PROGRAM: &str = env!("CARGO_BIN_EXE_certwright");

/// Every manifest that is shown or shipped is valid; what is wrong is refused by the schema and by the program alike.
#[test]
fn the_schema_and_the_program_agree() {
    let dir = Workdir::new("schema");
    dir.run(&format!("'{PROGRAM}' schema > schema.json")).succeeds();
    dir.run(&format!("'{PROGRAM}' init etcd . && rm pki.json README.md && echo secret > password"))
        .succeeds();
    for profile in ["etcd", "kubernetes"] {
        let path = format!("{}/profiles/{profile}/pki.json", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(judge(&dir, &fs::read_to_string(path).unwrap()), "valid", "{profile}");
    }
    for text in GOOD {
        assert_eq!(judge(&dir, text), "valid", "{text}");
        dir.write("pki.json", text);
        dir.run(&format!("'{PROGRAM}' plan")).succeeds();
    }
    for text in BAD {
        assert_eq!(judge(&dir, text), "invalid", "{text}");
        dir.write("pki.json", text);
        dir.run(&format!("'{PROGRAM}' apply --out out")).fails_with("error: ");
    }
}

/// What the schema says of a manifest.
fn judge(dir: &Workdir, manifest: &str) -> String {
    dir.write("judged.json", manifest);
    let python = python();
    dir.run(&format!("'{}' -c '{JUDGE}'", python.display())).succeeds().stdout.trim_end().to_owned()
}

const JUDGE: &str = r#"
import json, jsonschema
schema = json.load(open("schema.json"))
jsonschema.Draft202012Validator.check_schema(schema)
errors = list(jsonschema.Draft202012Validator(schema).iter_errors(json.load(open("judged.json"))))
print("invalid" if errors else "valid")
"#;

const GOOD: &[&str] = &[
    r#"{}"#,
    r#"{"comment": null, "signing": "etcd", "authorities": {"ca": {"cn": "CA"}}, "certificates":
        {"s": {"cn": "s", "profile": "client", "hosts": [""], "formats": ["kubernetes-secret"], "namespace": "a"}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "expiry": "10y", "renew_before": "90d"}}}"#,
    r#"{"$schema": "x", "comment": ["any", 1], "authorities": {"ca": {"cn": "CA", "key": {"algo": "ed25519"}}}}"#,
    r#"{"signing": "etcd", "authorities": {"ca": {"csr": {"CN": "CA", "names": [{"O": "x"}], "ca": {"expiry": "9h"}}}},
        "certificates": {"s": {"csr": "etcd/etcd.json", "profile": "server", "expiry": "8h30m", "renew_before": "30%",
          "file": "a/b", "mode": "0640", "owner": "0", "group": "0", "formats": ["pkcs12", "key"],
          "password_file": "password"}}}"#,
    r#"{"signing": {"signing": {"default": {"expiry": "1h"}, "profiles": {"p": {"usages": ["client auth"], "expiry": "720h"},
          "i": {"usages": ["cert sign"], "expiry": "720h", "ca_constraint": {"is_ca": true}}}}},
        "authorities": {"ca": {"csr": "ca-csr.json"}, "mid": {"cn": "Mid", "issuer": "ca", "profile": "i"}},
        "certificates": {"n": {"cn": "{node}", "issuer": "mid", "profile": "p", "hosts": ["{node}.example.com"],
          "nodes": ["a", "b-[01-20]", {"name": "c", "hosts": ["10.0.0.1"]}], "renew_before": "10d"}}}"#,
];

const BAD: &[&str] = &[
    r#"{"authorities": null}"#,
    r#"{"$schema": 5}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "owner": ""}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "key": null}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "role": null}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "formats": ["der", "der"]}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "file": "x+y"}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "server": "https://a"}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "formats": ["der"], "namespace": "a"}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "password_env": "PATH", "password_file": "password"}}}"#,
    r#"{"authorities": {"ca": {"cert": "ca.pem", "cn": "CA"}}}"#,
    r#"{"authorities": {"ca": {"cert": "ca.pem", "formats": ["der"]}}}"#,
    r#"{"authorities": {"ca": {"cert": "ca.pem", "lint": {"ignore": ["dns-number"]}}}}"#,
    r#"{"signing": "etcd", "authorities": {"ca": {"cn": "CA"}}, "certificates":
        {"s": {"cn": "s", "profile": "client", "hosts": null}}}"#,
    r#"{"signing": "etcd", "authorities": {"ca": {"cn": "CA"}}, "certificates":
        {"s": {"cn": "s", "profile": "client", "hosts": ["a", ""]}}}"#,
    r#"[]"#,
    r#"{"certificate": {}}"#,
    r#"{"signing": 1}"#,
    r#"{"signing": "nowhere/config", "certificates": {"s": {"profile": "server"}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA"}}, "certificates": {"s": {"cn": "s"}}}"#,
    r#"{"signing": "etcd", "certificates": {"s": {"cn": "s", "profile": "server"}}}"#,
    r#"{"renew_before": "100%"}"#,
    r#"{"renew_before": "a while"}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "expire": "1h"}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "expiry": "365days"}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "hosts": ["a"]}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "nodes": ["a"]}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "profile": "server"}}, "signing": "etcd"}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "key": "ca-key.pem"}}}"#,
    r#"{"authorities": {"ca": {"cert": "ca.pem", "key": {"algo": "rsa"}}}}"#,
    r#"{"authorities": {"ca": {"cert": "ca.pem", "csr": "ca-csr.json"}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "key": {"algo": "dsa"}}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "file": "../ca"}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "file": "previous/ca"}}}"#,
    r#"{"authorities": {"ca": {"cn": "CA", "mode": "0644"}}}"#,
    r#"{"authorities": {"ca": {"csr": {"CN": "CA", "hots": []}}}}"#,
    r#"{"authorities": {"ca": {"csr": {"CN": "CA", "names": [{"CN": "x"}]}}}}"#,
    r#"{"signing": "etcd", "authorities": {"ca": {"cn": "CA"}}, "certificates": {"s": {"cert": "s.pem"}}}"#,
    r#"{"signing": "etcd", "authorities": {"ca": {"cn": "CA"}}, "certificates": {"s": {"key": "s-key.pem"}}}"#,
    r#"{"signing": "etcd", "authorities": {"ca": {"cn": "CA"}}, "certificates":
        {"s": {"profile": "server", "nodes": []}}}"#,
    r#"{"signing": "etcd", "authorities": {"ca": {"cn": "CA"}}, "certificates":
        {"s": {"profile": "server", "nodes": ["a/b"]}}}"#,
    r#"{"signing": "etcd", "authorities": {"ca": {"cn": "CA"}}, "certificates":
        {"s": {"profile": "server", "nodes": [{"name": "a", "host": []}]}}}"#,
    r#"{"signing": "etcd", "authorities": {"ca": {"cn": "CA"}}, "certificates":
        {"s": {"cn": "s", "profile": "server", "formats": ["p12"]}}}"#,
    r#"{"signing": {"signing": {"default": {"usages": ["server atuh"], "expiry": "1h"}}},
        "authorities": {"ca": {"cn": "CA"}}, "certificates": {"s": {"cn": "s"}}}"#,
    r#"{"signing": {"signing": {"default": {"usages": ["any"], "expires": "1h"}}},
        "authorities": {"ca": {"cn": "CA"}}, "certificates": {"s": {"cn": "s"}}}"#,
];

/// Each shell takes its script, and bash completes from it.
#[test]
fn shells_take_their_completions() {
    let dir = Workdir::new("completions");
    for (shell, package) in [("bash", "bash"), ("zsh", "zsh"), ("fish", "fish")] {
        require(shell, package);
        dir.run(&format!("'{PROGRAM}' completions {shell} > script.{shell} && {shell} -n script.{shell}"))
            .succeeds();
    }
    let completed = |words: &str, word: usize| {
        let script = format!(
            "source ./script.bash; COMP_WORDS=({words}); COMP_CWORD={word}; \
             _certwright certwright \"${{COMP_WORDS[{word}]}}\" \"${{COMP_WORDS[{word} - 1]}}\"; echo \"${{COMPREPLY[*]}}\""
        );
        dir.write("complete", script);
        dir.run("bash ./complete").succeeds().stdout.trim_end().to_owned()
    };
    assert_eq!(completed("certwright ap", 1), "apply");
    assert_eq!(completed("certwright plan --ch", 2), "--check");
    assert_eq!(completed("certwright init ku", 2), "kubernetes");
    assert_eq!(completed("certwright completions z", 2), "zsh");
}

/// Every command has its page, and groff has no complaint.
#[test]
fn manual_pages_are_clean() {
    require("groff", "groff-base");
    let dir = Workdir::new("man");
    dir.run(&format!("'{PROGRAM}' man a/man1 && '{PROGRAM}' man a/man1")).succeeds();
    let pages = names(&dir.path("a/man1"));
    for command in
        ["", "-apply", "-plan", "-init", "-export", "-schema", "-completions", "-man", "-profiles-show"]
    {
        assert!(pages.contains(&format!("certwright{command}.1")), "{command}: {pages:?}");
    }
    for page in pages {
        let groff = dir.run(&format!("groff -man -ww -Tascii -P-cbou a/man1/{page}")).succeeds();
        assert_eq!(groff.stderr, "", "{page}");
        assert!(groff.stdout.contains("SYNOPSIS"), "{page}: {}", groff.stdout);
    }
    let printed = dir.run(&format!("'{PROGRAM}' man")).succeeds().stdout;
    assert_eq!(printed, fs::read_to_string(dir.path("a/man1/certwright.1")).unwrap());
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
