//! The command line, what is read, JSON, the textfile.

use std::fs;
use std::os::unix::fs::symlink;

use certwright::vocab::pem;

use crate::maker::{NOW, World, good_root, root};

fn small_world() -> World {
    let root = good_root();
    let leaf = root.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("leaf-key.pem", leaf.key_pem()).write("ca.pem", root.pem());
    world
}

#[test]
fn wrong_command_lines_end_with_2() {
    let world = small_world();
    for (arguments, text) in [
        ("--json", "<PATH>"),
        ("leaf.pem --as nobody", "invalid value 'nobody' for '--as <ROLE>'"),
        ("leaf.pem --policy nobody", "invalid value 'nobody' for '--policy <WHOSE>'"),
        ("leaf.pem --ignore expird", "no finding has this code; did you mean \"expired\"?"),
        ("leaf.pem --within 30", "a number and a unit are needed: s, m, h, d, w or y"),
        (
            "leaf.pem --host a:1",
            "\"a:1\" is no host: a DNS name or an IP address is needed, without port and path",
        ),
        ("leaf.pem --at tomorrow", "a full time is needed, such as 2030-01-02T15:04:05Z"),
    ] {
        let errors = world.fails(arguments, 2);
        assert!(errors.contains(text), "{arguments}: {errors}");
    }
}

#[test]
fn what_is_not_there_is_an_error() {
    let world = small_world();
    let error = "error: cannot read missing.pem: no such file or directory\n";
    assert_eq!(world.fails("missing.pem", 1), error);
    assert_eq!(world.fails("leaf.pem --ca missing.pem", 1), error);
    assert_eq!(world.fails("leaf.pem --ca .", 1), "error: . is a folder, and --ca needs a file\n");
    fs::create_dir(world.path("empty")).unwrap();
    assert_eq!(
        world.fails("empty", 1),
        "error: there is no certificate, key, request or revocation list to check\n  hint: name other files or \
         folders\n"
    );
}

#[test]
fn what_cannot_be_read_is_found() {
    let world = small_world();
    world.write("empty.pem", "").write("text.txt", "nothing of ours\n");
    world.write("cut.pem", &fs::read_to_string(world.path("leaf.pem")).unwrap()[..300]);
    world.says("empty.pem --ca ca.pem", "unreadable-empty");
    world.says("text.txt --ca ca.pem", "unreadable-text");
    world.says("cut.pem --ca ca.pem", "unreadable-cut");
    world.write("key.pem", "-----BEGIN PRIVATE KEY-----\nMAAA\n-----END PRIVATE KEY-----\n");
    world.says("key.pem --ca ca.pem", "unreadable-key");
    world.write(
        "half.pem",
        fs::read_to_string(world.path("leaf.pem")).unwrap() + "-----BEGIN CERTIFICATE-----\nMII\n",
    );
    world.says("half.pem --ca ca.pem", "unreadable-half");
    world.write("bad.pem", pem::encode("CERTIFICATE", &[0x30, 3, 2, 1, 5]));
    world.says("bad.pem --ca ca.pem", "unreadable-certificate");
    world.write("store.jks", [0xfe, 0xed, 0xfe, 0xed, 0, 0]);
    world.says("store.jks --ca ca.pem", "unreadable-jks");
}

#[test]
fn a_folder_is_read_whole_but_for_what_is_hidden_or_earlier() {
    let world = small_world();
    let old = root("old", |_| {}).leaf("old.example", |params| {
        params.not_after = time::macros::datetime!(2030-02-01 0:00 UTC);
    });
    for folder in [".certwright", "previous", ".hidden", "sub"] {
        world.write(&format!("{folder}/old.pem"), old.pem());
    }
    world.write("README.txt", "no certificate").write("pki.json", "{}");
    symlink(world.path("sub"), world.path("loop")).unwrap();
    symlink(world.path("leaf.pem"), world.path("again.pem")).unwrap();
    world.says(".", "folder-of-apply");
    fs::remove_dir_all(world.path("sub")).unwrap();
    world.says(".", "folder-of-apply-clean");
}

#[test]
fn der_and_pem_in_other_files_are_read() {
    let root = good_root();
    let leaf = root.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.der", &leaf.der).write("leaf-key.der", leaf.key.serialized_der());
    world.write("ca.crt", &root.der);
    world.says(".", "read-der");
    let encoded = |text: String| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(text)
    };
    let config = format!(
        "clusters:\n- cluster:\n    certificate-authority-data: {}\nusers:\n- user:\n    client-certificate-data: \
         {}\n    client-key-data: {}\n",
        encoded(root.pem()),
        encoded(leaf.pem()),
        encoded(root.leaf("b.example", |_| {}).key_pem())
    );
    let other = World::new();
    other.write("admin.kubeconfig", config).mode("admin.kubeconfig", 0o600);
    other.says("admin.kubeconfig", "read-kubeconfig");
}

#[test]
fn findings_are_ignored_by_code_with_what_follows() {
    let root = good_root();
    let between = root.authority("between", |params| {
        params.not_after = time::macros::datetime!(2030-05-01 0:00 UTC);
    });
    let world = World::new();
    world.write("leaf.pem", between.leaf("a.example", |_| {}).pem() + &between.pem());
    world.write("ca.pem", root.pem());
    world.says("leaf.pem --ca ca.pem", "ignore-nothing");
    world.says("leaf.pem --ca ca.pem --ignore expired", "ignore-expired");
    world.says("leaf.pem --ca ca.pem --ignore expired-issuer,chain-extra", "ignore-consequence");
}

#[test]
fn a_role_says_what_is_lacking() {
    let world = small_world();
    world.says("leaf.pem leaf-key.pem --ca ca.pem --as etcd-server", "role-etcd-server");
    world.says("leaf.pem leaf-key.pem --ca ca.pem --as tls-server", "role-tls-server");
    world.says("ca.pem --as root", "role-root");
}

#[test]
fn json_has_the_documented_shape() {
    let root = good_root();
    let between = root.authority("between", |_| {});
    let world = World::new();
    world.write("leaf.pem", between.leaf("a.example", |_| {}).pem() + &between.pem());
    world.write("ca.pem", root.pem());
    world.says_at("2035-01-01T00:00:00Z", "leaf.pem --ca ca.pem --json", "json");
}

#[test]
fn the_textfile_is_written_whole() {
    let world = small_world();
    world.write("odd.pem", root("q\"uote\\d\nname", |_| {}).leaf("b.example", |_| {}).pem());
    let arguments = format!("leaf.pem odd.pem ca.pem --at {NOW} --prometheus out.prom");
    assert_eq!(world.run(&arguments).status.code(), Some(1));
    let text = fs::read_to_string(world.path("out.prom")).unwrap();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/check/expected/prometheus.txt");
    if std::env::var_os("CERTWRIGHT_BLESS").is_some() {
        fs::write(file, &text).unwrap();
    }
    assert_eq!(text, fs::read_to_string(file).unwrap());
    check_exposition(&text);
    let error = world.fails("leaf.pem --ca ca.pem --prometheus missing/out.prom", 1);
    assert_eq!(
        error,
        "error: cannot write \"missing/out.prom\": no such file or directory\n  hint: folders are not made: \"missing\" \
                       must exist\n"
    );
}

/// What `promtool check metrics` and node_exporter's parser insist on.
fn check_exposition(text: &str) {
    assert!(text.ends_with('\n'));
    let mut family = String::new();
    let mut seen = std::collections::BTreeSet::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# ") {
            let mut words = rest.splitn(3, ' ');
            let (kind, name, value) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            match kind {
                "HELP" => {
                    assert!(seen.insert(name.to_owned()), "the family {name} comes twice");
                    family = name.to_owned();
                }
                "TYPE" => assert_eq!((name, value), (family.as_str(), "gauge")),
                other => panic!("{other}"),
            }
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<i64>().is_ok(), "{line}");
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        assert_eq!(name, family, "a sample outside of its family");
        assert!(seen.insert(format!("sample {series}")), "the series {series} comes twice");
        check_labels(labels.strip_suffix('}').unwrap());
    }
}

fn check_labels(mut labels: &str) {
    while !labels.is_empty() {
        let (name, rest) = labels.split_once("=\"").unwrap();
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name}");
        let mut escaped = false;
        let end = rest.find(|c| {
            let closes = c == '"' && !escaped;
            assert!(!escaped || "\\\"n".contains(c), "an escape of {c:?}");
            escaped = c == '\\' && !escaped;
            closes
        });
        labels = &rest[end.unwrap() + 1..];
        labels = labels.strip_prefix(',').unwrap_or(labels);
    }
}

/// A code that no list has cannot be ignored.
#[test]
fn every_code_is_in_the_list() {
    fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }
    let mut found = 0;
    for path in files(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check")) {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (at, _) in code.match_indices("Finding::new(") {
            let rest = code[at + 13..].trim_start();
            if let Some(word) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                assert!(certwright::check::codes::CODES.contains(&word), "{word}");
                found += 1;
            }
        }
    }
    assert!(found > 25, "only {found}: this test no longer reads the sources");
}
