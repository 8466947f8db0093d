//! A PKI so large that it is put in place in groups, and that what was verified is remembered.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::crash::in_days;
use crate::world::{Lying, World, manifest};

/// More than one group (1024 entries).
const NODES: &str = "n[1-1100]";
const SUMMARY: &str = "0 changed, 1104 unchanged\n";

#[test]
fn what_was_verified_is_remembered_and_nothing_else() {
    let world = World::applied(&manifest(NODES));
    let (files, memory) = (world.files(), Lying::at(&world.path(".certwright/verified")));
    assert_eq!(memory.mode, 0o600);
    assert_eq!(memory.bytes.len(), 1102 * 16, "one digest for each certificate that is no authority's");
    for _ in 0..2 {
        assert_eq!(world.succeeds(&["apply"]), SUMMARY);
        assert!(world.files() == files && Lying::at(&world.path(".certwright/verified")) == memory);
    }
    for (name, reason) in [
        ("node-n7.pem", "~ node-n7: its signature is damaged"),
        (
            "node-n8.csr",
            "~ node-n8: node-n8.csr cannot be used: cannot verify the request: signature does not verify",
        ),
        (
            "node-n9-key.pem",
            "~ node-n9: node-n9-key.pem cannot be used: malformed private key: its parts do not belong together",
        ),
    ] {
        let whole = world.read(name);
        let mut bytes = whole.clone();
        let last = bytes.windows(9).rposition(|part| part == b"\n-----END").unwrap();
        // A sextet of the last whole line: of the signature, of the public point.
        let place = last - 20;
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        world.write(name, &bytes);
        let plan = world.succeeds(&["plan"]);
        let lines: Vec<_> = plan.lines().filter(|line| !line.starts_with('=')).collect();
        assert_eq!(lines, [reason, "0 new, 1 to change, 1103 unchanged, 0 refused"]);
        world.write(name, &whole);
    }
    // It is no proof: without it, or with nonsense in it, everything is verified.
    for nonsense in [&b""[..], b"x", &[0; 3200]] {
        world.write(".certwright/verified", nonsense);
        assert_eq!(world.succeeds(&["apply"]), SUMMARY);
        assert_eq!(world.read(".certwright/verified"), memory.bytes);
    }
    // Another authority of the same name has verified nothing.
    let replaced = world.succeeds(&[
        "apply",
        "--replace-ca",
        "root",
        "--replace-ca",
        "issuing",
        "--rekey",
        "--at",
        "2090-01-01T00:00:00Z",
    ]);
    assert!(replaced.ends_with(", 0 unchanged\n"), "{replaced}");
}

#[test]
fn killed_between_groups() {
    let mut unfinished = 0;
    for delay in (0..10).map(|tenth| Duration::from_millis(40 * tenth)) {
        let world = World::new(&manifest(NODES));
        let mut apply =
            world.command(&["apply"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(delay);
        apply.kill().unwrap();
        apply.wait().unwrap();
        for (name, file) in world.files() {
            assert!(!file.bytes.is_empty(), "{name}");
            if let Some(base) = name.strip_suffix(".pem").filter(|base| !base.ends_with("-key")) {
                assert_eq!(world.fault_of_pair(base), None);
            }
        }
        unfinished += usize::from(world.files().len() < 3300);
        world.succeeds(&["apply"]);
        assert_eq!(world.succeeds(&["apply"]), SUMMARY);
    }
    assert!(unfinished >= 3, "only {unfinished} were killed in time");
}

/// Opening PKCS#12 takes its time, so these are remembered too, with all they depend on.
#[test]
fn other_formats_are_remembered_with_what_they_depend_on() {
    let mut wanted = manifest("n[1-260]");
    wanted["certificates"]["node"]["formats"] = json!(["pkcs12-legacy", "fullchain"]);
    wanted["certificates"]["node"]["password_file"] = json!("password");
    let world = World::new(&wanted);
    world.write("password", "first");
    world.succeeds(&["apply"]);
    let unchanged = "0 new, 0 to change, 264 unchanged, 0 refused";
    let plan = || {
        let plan = world.succeeds(&["plan"]);
        plan.lines().filter(|line| !line.starts_with('=')).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(plan(), [unchanged]);
    for name in ["node-n7.p12", "node-n7-fullchain.pem"] {
        let whole = world.read(name);
        let other = world.read(&name.replace("n7", "n8"));
        world.write(name, other);
        let reason = format!(
            "~ node-n7: {name} is not known to be its own: it is kept below \"previous\" and written anew"
        );
        assert_eq!(plan(), [reason.as_str(), "0 new, 1 to change, 263 unchanged, 0 refused"]);
        world.write(name, &whole);
    }
    assert_eq!(plan(), [unchanged]);
    world.write("password", "second");
    assert_eq!(plan().len(), 261);
    world.write("password", "first");
    world.set("/certificates/node/formats", &json!(["pkcs12", "fullchain"]));
    let changed = plan();
    assert_eq!(changed.len(), 261);
    assert_eq!(changed[0], "~ node-n1: node-n1.p12 is out of date");
    world.set("/certificates/node/formats", &json!(["pkcs12-legacy", "fullchain"]));
    assert_eq!(plan(), [unchanged]);
    // The chain: an issuer renewed with the key it had.
    world.succeeds(&["apply", "--at", &in_days(1300)]);
    assert_eq!(world.succeeds(&["apply", "--at", &in_days(1300)]), "0 changed, 264 unchanged\n");
}
