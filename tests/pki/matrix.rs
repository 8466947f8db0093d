//! One change, and exactly what it brings about: what `plan` says, what `apply` writes and what it leaves alone, that
//! the second `apply` finds nothing to do, and that the way back leads back.
//!
//! What is expected is written as a line for each entry that does not stay: the sign of its status, its name, the
//! codes of the reasons, and behind an arrow the files that are written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::crash::in_days;
use crate::world::{Lying, World, from_pem, is_pair, manifest, run, told};

const ENTRIES: [&str; 6] = ["root", "issuing", "node-n1", "node-n2", "server", "client"];

/// What every change begins with.
fn start() -> World {
    World::applied(&manifest("n[1-2]"))
}

/// Works through cases, and fails with all that are not as expected.
struct Cases {
    start: World,
    faults: Vec<String>,
    count: usize,
}

impl Cases {
    fn new() -> Self {
        Self { start: start(), faults: Vec::new(), count: 0 }
    }

    /// A change of the manifest.
    fn set(&mut self, pointer: &str, value: Value, arguments: &str, expected: &str) {
        let name = format!("{pointer} = {value} {arguments}");
        self.case(&name, |world| world.set(pointer, &value), arguments, expected);
    }

    /// Any change.
    fn case(&mut self, name: &str, change: impl FnOnce(&World), arguments: &str, expected: &str) {
        self.count += 1;
        let world = self.start.copy();
        change(&world);
        let outcome =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| bring_about(&world, arguments)));
        let found = outcome.unwrap_or_else(|_| "a panic".to_owned());
        let expected: Vec<_> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if found != expected.join("\n") {
            self.faults.push(format!("{name}\n  expected:\n{}\n  found:\n{found}", expected.join("\n")));
        }
    }

    fn end(self, least: usize) {
        assert!(
            self.faults.is_empty(),
            "{} of {}:\n{}",
            self.faults.len(),
            self.count,
            self.faults.join("\n\n")
        );
        assert!(self.count >= least, "only {} cases", self.count);
    }
}

/// Plans and applies, checks everything that holds of every change, and says what happened.
fn bring_about(world: &World, arguments: &str) -> String {
    let with = |command: &'static str, more: &[&'static str]| {
        let mut all = vec![command];
        all.extend(more);
        all.extend(words(arguments));
        world.run(&all)
    };
    let before = world.files();
    let planned = with("plan", &["--json"]);
    if planned.stdout.is_empty() {
        return String::from_utf8_lossy(&planned.stderr).trim_end().to_owned();
    }
    assert_eq!(world.files(), before, "a plan writes nothing");
    let lines = lines_of(&planned);
    let applied = with("apply", &["--json"]);
    let after = world.files();
    let refused: Vec<_> = lines.iter().filter(|line| line.starts_with('!')).cloned().collect();
    assert_eq!(planned.status.code(), Some(i32::from(!refused.is_empty())), "{}", told(&planned));
    if !refused.is_empty() {
        assert_eq!(applied.status.code(), Some(1), "{}", told(&applied));
        assert_eq!(lines_of(&applied), refused);
        assert_eq!(after, before, "what is refused is not touched");
        return lines.join("\n");
    }
    assert!(applied.status.success(), "{}", told(&applied));
    assert_eq!(lines_of(&applied), lines);
    let mut written = written(&before, &after);
    let said: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let name = line.split([' ', ':']).nth(1).unwrap_or_default();
            let files = written.remove(name).unwrap_or_default();
            format!("{line} => {files}").trim_end().to_owned()
        })
        .collect();
    let others = written.into_iter().map(|(name, files)| format!("* {name} => {files}"));
    let said: Vec<_> = said.into_iter().chain(others).collect();
    // A new key is asked for once.
    let again = world.run(&words(&format!("apply {}", arguments.replace("--rotate-ca root", ""))));
    let stdout = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(stdout.starts_with("0 changed, ") && stdout.ends_with(" unchanged\n"), "{}", told(&again));
    assert_eq!(world.files(), after, "the second apply writes nothing");
    check_all(world, arguments);
    check_way_back(world, &before, &after);
    said.join("\n")
}

fn words(text: &str) -> Vec<&str> {
    text.split(' ').filter(|word| !word.is_empty()).collect()
}

/// The lines of a report that are about something.
fn lines_of(output: &Output) -> Vec<String> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", told(output)));
    let line = |entry: &Value| {
        let sign = match entry["status"].as_str().unwrap() {
            "new" => '+',
            "change" => '~',
            "refused" => '!',
            "unchanged" => return None,
            other => panic!("{other}"),
        };
        let codes: Vec<_> =
            entry["reasons"].as_array().unwrap().iter().map(|r| r["code"].as_str().unwrap()).collect();
        Some(format!("{sign} {}: {}", entry["name"].as_str().unwrap(), codes.join(" ")))
    };
    report["entries"].as_array().unwrap().iter().filter_map(line).collect()
}

/// The kinds of files that are not as before, by base name.
fn written(before: &BTreeMap<String, Lying>, after: &BTreeMap<String, Lying>) -> BTreeMap<String, String> {
    let mut written: BTreeMap<String, String> = BTreeMap::new();
    // "-" sorts before ".", so a key comes first.
    let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for name in names {
        if before.get(name) == after.get(name) {
            continue;
        }
        let (base, kind) = [("-key.pem", "key"), (".csr", "csr"), (".pem", "pem")]
            .iter()
            .find_map(|(end, kind)| name.strip_suffix(end).map(|base| (base, *kind)))
            .unwrap_or((name, "?"));
        let kinds = written.entry(base.to_owned()).or_default();
        *kinds += if kinds.is_empty() { "" } else { " " };
        *kinds += if after.contains_key(name) { kind } else { "gone" };
    }
    written
}

/// Keys match, and OpenSSL trusts every certificate.
fn check_all(world: &World, arguments: &str) {
    let names: Vec<String> =
        world.files().keys().filter_map(|name| name.strip_suffix("-key.pem")).map(str::to_owned).collect();
    for base in &names {
        assert_eq!(world.fault_of_pair(base), None);
        let mut request = Command::new("openssl");
        request.args(["req", "-verify", "-noout", "-in"]).arg(world.path(&format!("{base}.csr")));
        run(&mut request, true);
    }
    let at = arguments.split_once("--at ").map_or_else(OffsetDateTime::now_utc, |(_, time)| {
        OffsetDateTime::parse(time.split(' ').next().unwrap(), &Rfc3339).unwrap()
    });
    let mut verify = Command::new("openssl");
    verify.args([
        "verify",
        "-attime",
        &at.unix_timestamp().to_string(),
        "-CAfile",
        "root.pem",
        "-untrusted",
        "issuing.pem",
    ]);
    let wanted: Value = serde_json::from_slice(&world.read("pki.json")).unwrap();
    let gone = |name: &str| wanted["certificates"].get(name.split("-n").next().unwrap()).is_none();
    let leaves = names.iter().filter(|name| !["root", "issuing"].contains(&name.as_str()) && !gone(name));
    verify.args(leaves.map(|name| format!("{name}.pem"))).arg("issuing.pem").current_dir(world.root());
    run(&mut verify, true);
}

/// What was replaced lies in `previous`, comes back, and goes again.
fn check_way_back(world: &World, before: &BTreeMap<String, Lying>, after: &BTreeMap<String, Lying>) {
    let is_replaced = |name: &&str| {
        let certificate = format!("{name}.pem");
        before.contains_key(&certificate)
            && before.get(&certificate).map(|f| &f.bytes) != after.get(&certificate).map(|f| &f.bytes)
    };
    for base in ENTRIES.iter().filter(|name| is_replaced(name)) {
        let names = [format!("{base}-key.pem"), format!("{base}.csr"), format!("{base}.pem")];
        for name in &names {
            let kept = fs::read(world.path(&format!("previous/{base}/{name}"))).ok();
            assert_eq!(kept.as_ref(), before.get(name).map(|file| &file.bytes), "the earlier {name}");
        }
        let bytes = |files: &BTreeMap<String, Lying>| {
            names.clone().map(|name| files.get(&name).map(|f| (f.bytes.clone(), f.mode)))
        };
        let was_pair = match (&bytes(before)[0], &bytes(before)[2]) {
            (Some((key, _)), Some((certificate, _))) => is_pair(key, certificate),
            _ => false,
        };
        if !was_pair {
            let said = world.fails(&["rollback", base]);
            assert!(said.contains("was not whole"), "{said}");
            assert_eq!(&world.files(), after);
            continue;
        }
        world.succeeds(&["rollback", base]);
        let mut expected = bytes(before);
        if expected[1].is_none() {
            expected[1] = bytes(after)[1].clone();
        }
        assert_eq!(bytes(&world.files()), expected, "rollback of {base}");
        world.succeeds(&["rollback", base]);
        assert_eq!(bytes(&world.files()), bytes(after), "rollback of the rollback of {base}");
    }
}

#[test]
fn requests() {
    let mut cases = Cases::new();
    let server = "~ server: subject => csr pem";
    cases.set("/certificates/server/csr/CN", json!("other"), "", server);
    cases.set("/certificates/server/csr/names/0/O", json!("Another"), "", server);
    cases.set("/certificates/server/csr/names/0/OU", json!("Another"), "", server);
    cases.set("/certificates/server/csr/names/0/L", json!("Bonn"), "", server);
    cases.set(
        "/certificates/node/csr/CN",
        json!("x-{node}"),
        "",
        "
        ~ node-n1: subject => csr pem
        ~ node-n2: subject => csr pem",
    );
    let hosts = "/certificates/server/csr/hosts";
    cases.set(
        hosts,
        json!(["server.example.org", "10.0.0.1", "b.example.org"]),
        "",
        "~ server: name-added => csr pem",
    );
    cases.set(hosts, json!(["10.0.0.1"]), "", "! server: name-removed");
    cases.set(hosts, json!(["10.0.0.1"]), "--allow-name-removal", "~ server: name-removed => csr pem");
    cases.set(hosts, json!(["10.0.0.1", "b.org"]), "", "! server: name-added name-removed");
    cases.set(hosts, json!(["10.0.0.1", "server.example.org"]), "", "");
    cases.set(hosts, json!(["10.0.0.1", "Server.EXAMPLE.org", "server.example.ORG"]), "", "");
    let key = "~ server: key-type => key csr pem";
    cases.set("/certificates/server/csr/key/size", json!(384), "", key);
    cases.set("/certificates/server/csr/key", json!({"algo": "ed25519"}), "", key);
    cases.set("/certificates/server/csr/key", json!({"algo": "rsa", "size": 2048}), "", key);
    cases.set("/authorities/root/csr/CN", json!("Other"), "", "! root: subject");
    cases.set(
        "/authorities/root/csr/CN",
        json!("Other"),
        "--replace-ca root",
        "
        ~ root: subject => csr pem
        ~ issuing: issuer-replaced => csr pem
        ~ client: issuer-replaced => csr pem",
    );
    cases.set("/authorities/root/csr/ca/expiry", json!("80000h"), "", "~ root: lifetime => csr pem");
    cases.set("/authorities/issuing/csr/CN", json!("Other"), "", "! issuing: subject");
    cases.set(
        "/authorities/issuing/csr/CN",
        json!("Other"),
        "--replace-ca issuing",
        "
        ~ issuing: subject => csr pem
        ~ node-n1: issuer-replaced => csr pem
        ~ node-n2: issuer-replaced => csr pem
        ~ server: issuer-replaced => csr pem",
    );
    cases.set("/authorities/issuing/csr/key/size", json!(384), "", "! issuing: key-type");
    cases.set(
        "/authorities/issuing/csr/key/size",
        json!(384),
        "--replace-ca issuing",
        "
        ~ issuing: key-type => key csr pem
        ~ node-n1: issuer-replaced => csr pem
        ~ node-n2: issuer-replaced => csr pem
        ~ server: issuer-replaced => csr pem",
    );
    cases.set(
        "/certificates/server/csr/CN",
        json!("other"),
        "--rekey",
        "~ server: subject rekey => key csr pem",
    );
    // What another PKI issued is likely another manifest's.
    let foreign = start();
    foreign.set("/authorities/issuing/csr/CN", &json!("Foreign"));
    foreign.succeeds(&["apply", "--replace-ca", "issuing"]);
    let of_another = |world: &World| {
        for end in ["-key.pem", ".csr", ".pem"] {
            world.write(&format!("server{end}"), foreign.read(&format!("server{end}")));
        }
    };
    cases.case("foreign", of_another, "", "! server: issuer-foreign");
    cases.case("foreign", of_another, "--replace-issuer", "~ server: issuer-foreign => csr pem");
    cases.case("nothing", |_| {}, "--rekey --allow-name-removal --replace-ca root", "");
    cases.case(
        "a new key",
        |_| {},
        "--rotate-ca root",
        "
        ~ root: rekey => key csr pem
        ~ issuing: issuer-replaced => csr pem
        ~ client: issuer-replaced => csr pem",
    );
    cases.end(20);
}

#[test]
fn profiles() {
    let mut cases = Cases::new();
    let all = |code: &str| {
        ["node-n1", "node-n2", "server"].map(|name| format!("~ {name}: {code} => csr pem")).join("\n")
    };
    let server = |key: &str| format!("/signing/signing/profiles/server/{key}");
    let authority = |key: &str| format!("/signing/signing/profiles/intermediate/{key}");
    cases.set(&server("usages"), json!(["signing", "client auth"]), "", &all("usages"));
    cases.set(&server("usages"), json!(["signing", "server auth", "client auth"]), "", &all("usages"));
    cases.set(&server("expiry"), json!("9000h"), "", &all("lifetime"));
    cases.set(&server("expiry"), json!("80000h"), "", &all("lifetime"));
    cases.set(&server("crl_url"), json!("http://crl.example.org"), "", &all("extension"));
    cases.set(&server("ocsp_url"), json!("http://ocsp.example.org"), "", &all("extension"));
    cases.set(&server("issuer_urls"), json!(["http://ca.example.org"]), "", &all("extension"));
    cases.set(&server("policies"), json!([{"ID": "1.2.3.4"}]), "", &all("extension"));
    cases.set(&authority("ca_constraint/max_path_len"), json!(2), "", "~ issuing: extension => csr pem");
    cases.set(
        &authority("usages"),
        json!(["cert sign", "crl sign", "digital signature"]),
        "",
        "~ issuing: usages => csr pem",
    );
    cases.set(&authority("expiry"), json!("43000h"), "", "~ issuing: lifetime => csr pem");
    cases.set(
        &authority("expiry"),
        json!("5000h"),
        "",
        &format!("~ issuing: lifetime => csr pem\n{}", all("lifetime")),
    );
    cases.set(&authority("crl_url"), json!("http://crl.example.org"), "", "~ issuing: extension => csr pem");
    cases.set("/signing/signing/default/expiry", json!("10h"), "", "");
    cases.end(13);
}

#[test]
fn entries() {
    let mut cases = Cases::new();
    let server = |key: &str| format!("/certificates/server/{key}");
    cases.set(&server("cn"), json!("other"), "", "~ server: subject => csr pem");
    cases.set(
        &server("hosts"),
        json!(["server.example.org", "10.0.0.1", "x.org"]),
        "",
        "~ server: name-added => csr pem",
    );
    cases.set(&server("expiry"), json!("100h"), "", "~ server: lifetime => csr pem");
    cases.set(&server("expiry"), json!("30d"), "", "~ server: lifetime => csr pem");
    cases.set(&server("expiry"), json!("1y"), "", "");
    cases.set(&server("key"), json!({"algo": "ed25519"}), "", "~ server: key-type => key csr pem");
    cases.set(&server("issuer"), json!("root"), "", "~ server: issuer-replaced => csr pem");
    cases.set(&server("profile"), json!("client"), "", "~ server: usages => csr pem");
    cases.set(&server("renew_before"), json!("90%"), "", "");
    cases.set(&server("mode"), json!("0640"), "", "~ server: mode => key");
    cases.set(&server("mode"), json!("0400"), "", "~ server: mode => key");
    cases.set(&server("owner"), json!("65534"), "", "~ server: owner owner owner => key csr pem");
    cases.set(&server("group"), json!("65534"), "", "~ server: owner owner owner => key csr pem");
    cases.set(&server("file"), json!("other/server"), "", "+ server: new =>\n* other/server => key csr pem");
    cases.set("/certificates/server", Value::Null, "", "");
    cases.set("/certificates/node/nodes", json!(["n[1-3]"]), "", "+ node-n3: new => key csr pem");
    cases.set("/certificates/node/nodes", json!(["n2"]), "", "");
    cases.set("/certificates/node/mode", json!("0640"), "", "~ node-n1: mode => key\n~ node-n2: mode => key");
    cases.case(
        "owner and name",
        |world| {
            world.set(&server("owner"), &json!("65534"));
            world.set(&server("cn"), &json!("other"));
        },
        "",
        "~ server: subject owner owner owner => key csr pem",
    );
    cases.case(
        "mode and name",
        |world| {
            world.set(&server("mode"), &json!("0640"));
            world.set(&server("cn"), &json!("other"));
        },
        "",
        "~ server: subject mode => key csr pem",
    );
    cases.end(18);
}

/// What may happen to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Harm {
    Deleted,
    Emptied,
    Truncated,
    Flipped,
    Swapped,
}

impl Harm {
    const ALL: [Self; 5] = [Self::Deleted, Self::Emptied, Self::Truncated, Self::Flipped, Self::Swapped];

    /// Does it to a file; `other` has another one of its kind.
    fn happen(self, world: &World, name: &str, other: &[u8]) {
        let bytes = world.read(name);
        match self {
            Self::Deleted => world.remove(name),
            Self::Emptied => world.write(name, ""),
            Self::Truncated => world.write(name, &bytes[..bytes.len() / 2]),
            Self::Flipped => world.write(name, flipped(&bytes, from_pem(&bytes).unwrap().len() - 5)),
            Self::Swapped => world.write(name, other),
        }
    }
}

/// The PEM with one byte of its DER flipped.
fn flipped(text: &[u8], at: usize) -> String {
    let (label, mut der) = pem_rfc7468::decode_vec(text).unwrap();
    der[at] ^= 0x10;
    pem_rfc7468::encode_string(label, pem_rfc7468::LineEnding::LF, &der).unwrap()
}

#[test]
fn files_of_a_certificate() {
    let mut cases = Cases::new();
    for harm in Harm::ALL {
        let code = if harm == Harm::Deleted { "missing" } else { "broken" };
        let certificate = if harm == Harm::Flipped { "signature" } else { code };
        let [key, csr, pem] = ["server-key.pem", "server.csr", "server.pem"];
        let mut harmed = |name: &str, other: &str, expected: &str| {
            let other = cases.start.read(other);
            cases.case(&format!("{name} {harm:?}"), |world| harm.happen(world, name, &other), "", expected);
        };
        match harm {
            Harm::Swapped => {
                harmed(key, "client-key.pem", "~ server: csr key-mismatch => csr pem");
                harmed(csr, "client.csr", "~ server: csr => csr");
                let differs = "key-mismatch issuer-replaced subject name-added name-added usages";
                harmed(pem, "client.pem", &format!("~ server: {differs} => csr pem"));
            }
            _ => {
                harmed(key, "client-key.pem", &format!("~ server: {code} => key csr pem"));
                harmed(csr, "client.csr", &format!("~ server: {code} => csr"));
                harmed(pem, "client.pem", &format!("~ server: {certificate} => csr pem"));
            }
        }
    }
    let both = |world: &World| {
        for end in ["-key.pem", ".pem"] {
            world.write(&format!("server{end}"), world.read(&format!("client{end}")));
        }
    };
    let differs = "csr issuer-replaced subject name-added name-added usages";
    cases.case("pair swapped", both, "", &format!("~ server: {differs} => csr pem"));
    let mode = |mode| move |world: &World| set_mode(world, "server-key.pem", mode);
    cases.case("key for all", mode(0o644), "", "~ server: mode => key");
    cases.case("tight key", mode(0o400), "", "");
    let gone = |world: &World| {
        ["server-key.pem", "server.csr", "server.pem"].iter().for_each(|name| world.remove(name))
    };
    cases.case("all gone", gone, "", "+ server: new => key csr pem");
    cases.case(
        "pair gone",
        |world| {
            world.remove("server-key.pem");
            world.remove("server.pem");
        },
        "",
        "~ server: missing missing foreign-file => key csr pem",
    );
    cases.case(
        "key for all, and lost certificate",
        |world| {
            set_mode(world, "server-key.pem", 0o666);
            world.remove("server.pem");
        },
        "",
        "~ server: missing mode => key csr pem",
    );
    cases.end(20);
}

fn set_mode(world: &World, name: &str, mode: u32) {
    fs::set_permissions(world.path(name), fs::Permissions::from_mode(mode)).unwrap();
}

/// No byte of a file can change unnoticed.
#[test]
fn flipped_bytes() {
    let world = start();
    let mut unnoticed = Vec::new();
    let mut count = 0;
    for name in ["server-key.pem", "server.csr", "server.pem", "root.pem", "issuing-key.pem"] {
        let bytes = world.read(name);
        for at in (0..from_pem(&bytes).unwrap().len()).step_by(5) {
            world.write(name, flipped(&bytes, at));
            count += 1;
            let output = world.run(&["plan", "--json"]);
            if output.stdout.is_empty() || lines_of(&output).is_empty() {
                unnoticed.push(format!("{name} {at}: {}", told(&output)));
            }
        }
        world.write(name, &bytes);
    }
    assert!(unnoticed.is_empty(), "{} of {count}: {}", unnoticed.len(), unnoticed.join("\n"));
    assert!(count > 200, "only {count}");
}

#[test]
fn files_of_authorities() {
    let mut cases = Cases::new();
    let foreign = start();
    let below_root = "~ issuing: issuer-replaced => csr pem\n~ client: issuer-replaced => csr pem";
    let below_issuing =
        ["node-n1", "node-n2", "server"].map(|n| format!("~ {n}: issuer-replaced => csr pem")).join("\n");
    for (name, below) in [("root", below_root), ("issuing", below_issuing.as_str())] {
        let allow = format!("--replace-ca {name}");
        for harm in Harm::ALL {
            let mut harmed = |end: &str, arguments: &str, expected: &str| {
                let file = format!("{name}{end}");
                let other = foreign.read(&file);
                let case = format!("{file} {harm:?} {arguments}");
                cases.case(&case, |world| harm.happen(world, &file, &other), arguments, expected);
            };
            let code = if harm == Harm::Deleted { "missing" } else { "broken" };
            if harm == Harm::Swapped {
                harmed("-key.pem", "", &format!("! {name}: csr key-mismatch"));
                harmed("-key.pem", &allow, &format!("~ {name}: csr key-mismatch => key csr pem\n{below}"));
                harmed(".csr", "", &format!("~ {name}: csr => csr"));
                let strange = if name == "root" { "key-mismatch" } else { "key-mismatch issuer-replaced" };
                let none_below = below.replace('~', "!").replace(" => csr pem", "");
                harmed(".pem", "", &format!("! {name}: {strange}\n{none_below}"));
                harmed(".pem", &allow, &format!("~ {name}: {strange} => key csr pem\n{below}"));
            } else {
                harmed("-key.pem", "", &format!("! {name}: {code}"));
                harmed("-key.pem", &allow, &format!("~ {name}: {code} => key csr pem\n{below}"));
                harmed(".csr", "", &format!("~ {name}: {code} => csr"));
                let certificate = if harm == Harm::Flipped { "signature" } else { code };
                harmed(".pem", "", &format!("~ {name}: {certificate} => csr pem"));
            }
        }
        // Whoever brings both brings another authority.
        let both = |world: &World| {
            for end in ["-key.pem", ".pem"] {
                world.write(&format!("{name}{end}"), foreign.read(&format!("{name}{end}")));
            }
        };
        let own = match name {
            "root" => "~ root: csr => csr",
            _ => "~ issuing: csr issuer-replaced => csr pem",
        };
        cases.case(&format!("{name} foreign"), both, "", &format!("{own}\n{below}"));
    }
    cases.end(43);
}

#[test]
fn the_clock() {
    let mut cases = Cases::new();
    let leaves = |code: &str| {
        ["client", "node-n1", "node-n2", "server"]
            .map(|name| format!("~ {name}: {code} => csr pem"))
            .join("\n")
    };
    let mut at = |days: i64, expected: &str| {
        cases.case(&format!("in {days} days"), |_| {}, &format!("--at {}", in_days(days)), expected);
    };
    at(200, "");
    at(250, &leaves("expiring"));
    at(400, &leaves("expired"));
    at(1300, &format!("~ issuing: expiring => csr pem\n{}", leaves("expired")));
    at(2000, &format!("~ issuing: expired => csr pem\n{}", leaves("expired")));
    at(4000, &format!("~ root: expired => csr pem\n~ issuing: expired => csr pem\n{}", leaves("expired")));
    let all = leaves("not-yet-valid");
    at(-20, &format!("~ root: not-yet-valid => csr pem\n~ issuing: not-yet-valid => csr pem\n{all}"));
    let later = format!("--rekey --at {}", in_days(250));
    cases.case("with new keys", |_| {}, &later, &leaves("expiring rekey").replace("=> csr", "=> key csr"));
    cases.end(8);
}

/// The system's clock, not only what `--at` says.
#[test]
fn the_clock_of_the_system() {
    let world = start();
    let at = |time: &str, arguments: &[&str]| {
        let mut command = Command::new("faketime");
        command.args(["-f", time]).arg(crate::world::PROGRAM).args(arguments).current_dir(world.root());
        run(&mut command, true)
    };
    assert_eq!(
        at("+200d", &["plan", "--check"]).lines().last(),
        Some("0 new, 0 to change, 6 unchanged, 0 refused")
    );
    assert_eq!(at("+250d", &["apply"]).lines().last(), Some("4 changed, 2 unchanged"));
    assert_eq!(at("+250d", &["apply"]), "0 changed, 6 unchanged\n");
    assert!(at("-2d", &["plan"]).contains("~ server: it begins only on "));
}
