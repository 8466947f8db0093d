//! `certwright inspect` and `certwright diff` on hostile input, and what they never show. What they show is in
//! `tests/refusals/inspect.md` and `diff.md`; servers are in `tests/live.rs`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "in a test, a panic is the report")]
#![allow(dead_code, reason = "the helpers are shared with other tests")]

mod support;

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
