//! `certwright inspect` and `certwright diff` on hostile input, and what they never show. What they show is in
//! `tests/refusals/inspect.md` and `diff.md`; servers are in `tests/live.rs`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "in a test, a panic is the report")]
#![allow(dead_code, reason = "the helpers are shared with other tests")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use certwright::inspect::look::{Comparison, Document, Reading, Report, Side, read};
use certwright::key::PrivateKey;
use certwright::output::json::to_go_json;
use certwright::vocab::pem;
use proptest::prelude::*;
use time::OffsetDateTime;

use support::Workdir;

/// Files of every kind, DER.
const KINDS: [&str; 6] =
    ["odd.pem", "server.pem", "server.csr", "issuing.crl", "rsa-key.der", "alone-key.pem"];

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/look")
}

fn der(name: &str) -> Vec<u8> {
    let bytes = fs::read(data().join(name)).unwrap();
    pem::decode(&bytes).map_or(bytes.clone(), |(block, _)| block.contents().to_vec())
}

fn documents(bytes: &[u8]) -> Vec<Document> {
    let now = OffsetDateTime::from_unix_timestamp(1_780_000_000).unwrap();
    read(bytes, "file\u{1b}[2J", Reading { now, password: None })
}

/// Everything that can be said of some bytes: text safe for terminals, and JSON.
fn everything(bytes: &[u8]) -> String {
    let sides: Vec<_> = documents(bytes).iter().filter_map(Side::of).collect();
    let server = documents(&der("server.pem")).iter().find_map(Side::of).unwrap();
    let compared = sides.iter().map(|side| Comparison::of(side, &server).text());
    let report = Report::new(documents(bytes));
    let text = [report.text(true), report.damage().collect(), compared.collect()].concat();
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    text + &to_go_json(&report.json())
}

#[test]
fn no_octet_of_a_file_is_beyond_us() {
    for name in KINDS {
        let file = der(name);
        for at in 0..file.len() {
            everything(&file[..at]);
            for octet in [0, 0xff, file[at] ^ 1, file[at] ^ 0x80] {
                everything(&[&file[..at], &[octet], &file[at + 1..]].concat());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn several_wrong_octets_have_an_answer(kind in 0..KINDS.len(), changes: Vec<(u16, u8)>) {
        let mut file = der(KINDS[kind]);
        for (at, octet) in changes {
            let length = file.len();
            file[usize::from(at) % length] = octet;
        }
        everything(&file);
        for label in ["CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CRL", "CERTIFICATE REQUEST", "PUBLIC KEY", "PRIVATE KEY"] {
            everything(pem::encode(label, &file).as_bytes());
        }
    }

    #[test]
    fn any_bytes_have_an_answer(bytes: Vec<u8>) {
        everything(&bytes);
        everything(&[&[0x30], bytes.as_slice()].concat());
    }

    #[test]
    fn any_text_has_an_answer(text in r"(-----BEGIN |-----END |CERTIFICATE|-----|:|\n|\r|[ -~]|\PC){0,32}") {
        everything(text.as_bytes());
    }
}

#[test]
fn private_keys_stay_private() {
    for name in ["server-key.pem", "root-key.pem", "alone-key.pem", "rsa-key.der"] {
        let key = PrivateKey::from_der(&der(name)).unwrap();
        let secret = key.to_pkcs8_der();
        let public = key.public_key().spki_der();
        let shown =
            everything(&fs::read(data().join(name)).unwrap()).to_lowercase().replace([':', '\n', ' '], "");
        assert!(shown.contains("privatekey"));
        let hex = |octets: &[u8]| octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
        for window in secret.windows(12).filter(|window| !public.windows(12).any(|known| known == *window)) {
            assert!(!shown.contains(&hex(window)), "{name} shows {}", hex(window));
        }
    }
}

/// Thousands of certificates with one name, and thousands that one of them could have signed.
#[test]
fn many_certificates_with_one_name_take_their_time_once() {
    let (one, count) = (der("orphan.pem"), 1500);
    let mut text = String::new();
    for number in 0..count {
        // Another signature, so that none is another's copy.
        let mut copy = one.clone();
        let at = copy.len() - 1;
        copy[at] = u8::try_from(number % 256).unwrap();
        copy[at - 1] = u8::try_from(number / 256).unwrap();
        text += &pem::encode("CERTIFICATE", &copy);
        let mut root = der("root.pem");
        let at = root.len() - 1;
        root[at] = u8::try_from(number % 256).unwrap();
        root[at - 1] = u8::try_from(number / 256).unwrap();
        text += &pem::encode("CERTIFICATE", &root);
    }
    let started = Instant::now();
    let shown = Report::new(documents(text.as_bytes())).text(false);
    assert!(shown.lines().count() > 2 * count);
    assert!(started.elapsed().as_secs() < 60, "{:?} for {} octets", started.elapsed(), text.len());
    println!("{:?} for {} octets", started.elapsed(), text.len());
}

/// The line of a summary that begins with a word.
fn line(bytes: &[u8], word: &str) -> String {
    let shown = Report::new(documents(bytes)).text(false);
    let found = shown.lines().find_map(|line| line.strip_prefix(&format!("  {word:<11}")));
    found.unwrap_or_else(|| panic!("no {word} in {shown}")).to_owned()
}

/// A structure whose signature has another last octet.
fn forged(name: &str) -> Vec<u8> {
    let mut forged = der(name);
    *forged.last_mut().unwrap() ^= 1;
    forged
}

fn together(parts: &[(&str, &[u8])]) -> Vec<u8> {
    parts.iter().map(|(label, der)| pem::encode(label, der)).collect::<String>().into_bytes()
}

#[test]
fn wrong_signatures_are_told() {
    let wrong = "ECDSA with SHA-256, NOT by its key: the request was changed or is damaged";
    assert_eq!(line(&forged("server.csr"), "signature"), wrong);
    let root = forged("root.pem");
    let itself = "CN=Example Root, O=Example, C=DE, but not with its own key";
    assert_eq!(line(&root, "issued by"), itself);
    assert!(everything(&root).contains("CA in its own name, not signed by its own key \"Example Root\""));

    let issuing = der("issuing.pem");
    let list = together(&[("X509 CRL", &forged("issuing.crl")), ("CERTIFICATE", &issuing)]);
    assert_eq!(line(&list, "signed by"), "another key than that of file\\u{1b}[2J#2");
    let list = together(&[("X509 CRL", &der("issuing.crl")), ("CERTIFICATE", &issuing)]);
    assert_eq!(line(&list, "signed by"), "file\\u{1b}[2J#2");

    let orphan = together(&[("CERTIFICATE", &der("orphan.pem")), ("CERTIFICATE", &der("root.pem"))]);
    let issuer = "CN=Example Root, O=Example, C=DE, but not with the key of file\\u{1b}[2J#2";
    assert_eq!(line(&orphan, "issued by"), issuer);
}

/// RSASSA-PSS with the salt OpenSSL takes unasked is no algorithm that we verify: the names alone tell.
#[test]
fn what_cannot_be_verified_is_told() {
    let files = Workdir::new("inspect-pss");
    let program = env!("CARGO_BIN_EXE_certwright");
    let make = "set -e; exec 2>/dev/null
openssl req -x509 -newkey rsa:2048 -nodes -days 9 -keyout ca.key -out ca.pem -subj /CN=ca -sigopt rsa_padding_mode:pss
openssl req -x509 -newkey ed25519 -nodes -days 9 -keyout a.key -out a.pem -subj /CN=a -CA ca.pem -CAkey ca.key \\
  -sigopt rsa_padding_mode:pss
openssl genpkey -algorithm ed448 -out odd.key";
    files.run(make).succeeds();
    let shown = files.run(&format!("'{program}' inspect a.pem ca.pem odd.key")).succeeds();
    shown
        .shows("  issued by  CN=ca, perhaps ca.pem (the signature cannot be verified)\n")
        .shows("  issued by  itself, perhaps: the signature cannot be verified\n")
        .shows("\nca.pem: root CA \"ca\", 8 days left\n└─ a.pem: intermediate CA \"a\", 8 days left; its signature cannot be verified\n")
        .shows("odd.key: private key: unsupported key algorithm 1.3.101.113\n");
}

/// With a salt as long as the hash it is.
#[test]
fn pss_signatures_are_verified() {
    let files = Workdir::new("inspect-pss-verified");
    let program = env!("CARGO_BIN_EXE_certwright");
    let make = "set -e; exec 2>/dev/null
pss='-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:-1'
openssl req -x509 -newkey rsa:2048 -nodes -days 9 -keyout ca.key -out ca.pem -subj /CN=ca -sha384 $pss
openssl req -x509 -newkey ed25519 -nodes -days 9 -keyout a.key -out a.pem -subj /CN=a -CA ca.pem -CAkey ca.key $pss
openssl req -new -key ca.key -subj /CN=b -sha512 $pss -out b.csr";
    files.run(make).succeeds();
    let shown = files.run(&format!("'{program}' inspect a.pem ca.pem b.csr")).succeeds();
    shown
        .shows("  issued by  CN=ca, in ca.pem\n")
        .shows("  signature  RSASSA-PSS, by its key\n")
        .shows("\nca.pem: root CA \"ca\", 8 days left\n└─ a.pem: intermediate CA \"a\", 8 days left\n");
}

#[test]
fn the_same_values_with_another_signature_differ() {
    let side = |der: &[u8]| documents(der).iter().find_map(Side::of).unwrap();
    let compared = Comparison::of(&side(&der("server.pem")), &side(&forged("server.pem")));
    assert!(!compared.same);
    let expected = "encoding\n  + the same values, in another order or encoding, or with another signature\n";
    assert!(compared.text().ends_with(expected), "{}", compared.text());
}

/// What OpenSSL says of the same certificates.
#[test]
fn openssl_sees_the_same_certificates() {
    let files = Workdir::new("inspect-openssl");
    let program = env!("CARGO_BIN_EXE_certwright");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let certificates = ["inspect/cert-", "look/", "keys/"].into_iter().flat_map(|start| {
        let (folder, start) = start.split_once('/').unwrap();
        fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path()).filter(move |path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.starts_with(start) && name.ends_with(".pem")
        })
    });
    let mut compared = 0;
    for path in certificates {
        let path = path.display();
        let openssl = files.run(&format!(
            "openssl x509 -in '{path}' -noout -fingerprint -sha256 -serial -enddate -dateopt iso_8601"
        ));
        let ours = files.run(&format!("'{program}' inspect --json '{path}'"));
        let Ok(report) = serde_json::from_str::<serde_json::Value>(&ours.stdout) else { continue };
        let certificate = &report["documents"][0];
        if !openssl.success() || certificate["type"] != "certificate" {
            continue;
        }
        let text = |key: &str| certificate[key].as_str().unwrap().to_owned();
        let expected = format!(
            "sha256 Fingerprint={}\nserial={}\nnotAfter={}\n",
            text("sha256"),
            text("serial").replace(':', "").to_uppercase(),
            text("not_after").replace('T', " "),
        );
        assert_eq!(openssl.stdout, expected, "{path}");
        compared += 1;
    }
    assert!(compared > 35, "{compared}");
}

/// The help text names every key of the JSON.
#[test]
fn the_shape_of_the_json_is_documented() {
    fn keys(value: &serde_json::Value, found: &mut BTreeSet<String>) {
        match value {
            serde_json::Value::Object(members) => members.iter().for_each(|(key, value)| {
                found.insert(key.clone());
                keys(value, found);
            }),
            serde_json::Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
            _ => {}
        }
    }
    let files = Workdir::new("inspect-shape");
    let program = env!("CARGO_BIN_EXE_certwright");
    let help = files.run(&format!("'{program}' inspect --help")).succeeds().stdout;
    let report = files.run(&format!("'{program}' inspect --json '{}'", data().display())).stdout;
    let mut found = BTreeSet::new();
    keys(&serde_json::from_str(&report).unwrap(), &mut found);
    assert!(found.len() > 45, "{found:?}");
    let words: BTreeSet<_> = help.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    assert!(found.iter().all(|key| words.contains(key.as_str())), "{found:?}");
}

/// Each below the one before: lines must not grow with the chain.
#[test]
fn a_long_chain_keeps_its_lines_short() {
    let files = Workdir::new("inspect-chain");
    let program = env!("CARGO_BIN_EXE_certwright");
    let make = "set -e
req() { openssl req -x509 -newkey ed25519 -nodes -days 9 -keyout $1.key -out $1.pem -subj /CN=$1 2>/dev/null $2; }
req 0; for n in $(seq 50); do req $n \"-CA $((n - 1)).pem -CAkey $((n - 1)).key\"; done
for n in $(seq 0 50); do cat $n.pem >> chain; done";
    files.run(make).succeeds();
    let shown = files.run(&format!("'{program}' inspect chain")).succeeds().stdout;
    let tree = shown.split("What ends when").next().unwrap();
    assert_eq!(tree.matches("└─ chain#").count(), 50, "{tree}");
    assert!(tree.lines().all(|line| line.chars().count() < 200), "{tree}");
}

/// A place is named a few times, not a thousand times.
#[test]
fn copies_are_counted() {
    let files = Workdir::new("inspect-copies");
    let program = env!("CARGO_BIN_EXE_certwright");
    files.write("copies", fs::read_to_string(data().join("issuing.pem")).unwrap().repeat(500));
    let shown = files.run(&format!("'{program}' inspect copies --at 2026-07-01T00:00:00Z")).succeeds().stdout;
    assert_eq!(
        shown,
        "Who signed whom\nsigned by none of these:\ncopies#1, copies#2, copies#3, copies#4, copies#5 and 495 more: \
         intermediate CA \"Example Issuing\", 549 days left\n"
    );
}
