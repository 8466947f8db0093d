//! Large documents take time in proportion: a MiB made to keep `lint`, `inspect` or `check` busy takes a second or
//! two, not a minute.

#![allow(clippy::disallowed_methods, reason = "tests write their own files and read the clock")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]
#![allow(clippy::print_stdout, reason = "a test prints how long it took")]
#![allow(dead_code, reason = "the makers of the test program defects make more than is needed here")]

#[path = "defects/der.rs"]
mod der;
#[path = "defects/extension.rs"]
mod extension;
#[path = "defects/maker.rs"]
mod maker;
mod support;
#[path = "defects/world.rs"]
mod world;

use std::rc::Rc;
use std::time::{Duration, Instant};

use der::{INTEGER, SEQUENCE, SET, element, null, oid, sequence};
use extension::{EXTENDED_KEY_USAGE, dns, name_constraints, subject_alt_name};
use maker::{COMMON_NAME, Certificate, Extension, Key, attribute, common_name, days, rsa_public_key};
use support::Workdir;
use world::{World, asks_for, authority};

const MIB: usize = 1 << 20;
/// A build without optimisation on a busy machine needs some room; what took quadratic time took minutes.
const LIMIT: Duration = Duration::from_secs(10);

/// Runs every command on a file, and with `ca` a check along it.
fn in_time(files: &Workdir, file: &str) {
    for command in ["lint", "inspect", "inspect --text", "check", "check --ca root.pem --host server.example"]
    {
        let start = Instant::now();
        // Reports are as long as what they report on; only the first lines are of interest in a failure.
        let outcome = files.run(&format!("certwright {command} {file} > out.txt 2> err.txt; echo $?"));
        let taken = start.elapsed();
        // For a reader of `cargo test --release --test large_documents -- --nocapture`.
        let size = std::fs::metadata(files.path(file)).unwrap().len();
        let per_mib = taken.as_secs_f64() * MIB as f64 / size as f64;
        println!("{per_mib:.3} s per MiB: {taken:.3?} for {size} octets, {command} {file}");
        assert!(taken < LIMIT, "{command} {file}: {taken:?}");
        let status = outcome.stdout.trim().to_owned();
        assert!(["0", "1"].contains(&&*status), "{command} {file}: {status}\n{}", files.read("err.txt"));
    }
}

fn files() -> (Workdir, World) {
    let (files, world) = (Workdir::new("large-documents"), World::new());
    files.write("root.pem", world.root.pem());
    (files, world)
}

/// A leaf with something large, and its authority.
fn leaf(change: impl FnOnce(&mut World)) {
    let (files, mut world) = files();
    change(&mut world);
    files.write("large.pem", world.shown().iter().map(Certificate::pem).collect::<String>());
    in_time(&files, "large.pem");
}

/// As many pieces as make a MiB.
fn pieces(piece: impl Fn(usize) -> Vec<u8>) -> Vec<Vec<u8>> {
    let mut size = 0;
    let within = |piece: &Vec<u8>| {
        size += piece.len();
        size < MIB
    };
    (0..).map(piece).take_while(within).collect()
}

#[test]
fn alternative_names() {
    leaf(|world| world.names(pieces(|number| dns(&format!("host{number}.example")))));
    leaf(|world| world.names([dns(&"a".repeat(MIB))]));
    leaf(|world| world.names([dns(&"a.".repeat(MIB / 2))]));
}

#[test]
fn subjects() {
    leaf(|world| {
        let parts = pieces(|number| element(SET, attribute(COMMON_NAME, &number.to_string())));
        world.leaf.subject = sequence(parts);
    });
    leaf(|world| {
        let parts = pieces(|number| attribute(COMMON_NAME, &number.to_string()));
        world.leaf.subject = sequence([element(SET, parts.concat())]);
    });
    leaf(|world| world.leaf.subject = common_name(&"a".repeat(MIB)));
    leaf(|world| world.leaf.subject = common_name(&"\u{301}".repeat(MIB / 2)));
}

#[test]
fn purposes_and_extensions() {
    let number = |number: usize| format!("1.3.6.1.4.1.55555.{number}");
    leaf(|world| {
        let purposes = sequence(pieces(|at| oid(&number(at))));
        world.leaf.set(Extension::new(EXTENDED_KEY_USAGE, purposes));
    });
    leaf(|world| {
        // Every one of them with an identifier of its own: the list is written before, as the maker wants words.
        let list = pieces(|at| sequence([oid(&number(at)), element(4, null())]));
        world.leaf.extensions.clear();
        world.leaf.unique_ids = der::tagged(3, sequence(list));
    });
    leaf(|world| {
        let list = pieces(|_| sequence([oid("1.3.6.1.4.1.55555.1"), element(4, null())]));
        world.leaf.extensions.clear();
        world.leaf.unique_ids = der::tagged(3, sequence(list));
    });
}

#[test]
fn numbers() {
    leaf(|world| world.leaf.serial = vec![0x41; MIB]);
    leaf(|world| world.leaf.public_key = rsa_public_key(&vec![0xc5; MIB], &[1, 0, 1]));
    leaf(|world| world.leaf.public_key = rsa_public_key(&vec![0xc5; 1024], &vec![0x55; MIB]));
}

#[test]
fn name_constraints_by_names() {
    leaf(|world| {
        world.names(pieces(|number| dns(&format!("h{number}.example"))));
        let excluded = pieces(|number| dns(&format!("x{number}.example")));
        world.authority.set(name_constraints(&[], &excluded));
        world.chain = Some(vec![world.leaf.clone(), world.authority.clone()]);
    });
}

#[test]
fn deep_nesting() {
    let (files, mut world) = files();
    // From the inside out would be quadratic here, too: the lengths are written first.
    let depth = MIB / 6;
    let mut lengths = vec![0; depth];
    for at in (0..depth - 1).rev() {
        lengths[at] = lengths[at + 1] + element(SEQUENCE, vec![]).len() + 4;
    }
    let nested: Vec<u8> = lengths
        .iter()
        .flat_map(|length| [&[SEQUENCE, 0x84][..], &(*length as u32).to_be_bytes()].concat())
        .collect();
    files.write("nested.pem", maker::pem("CERTIFICATE", &nested));
    in_time(&files, "nested.pem");
    files.write("nested.csr", maker::pem("CERTIFICATE REQUEST", &nested));
    in_time(&files, "nested.csr");
    world.leaf.set(Extension::new(EXTENDED_KEY_USAGE, nested));
    files.write("within.pem", world.leaf.pem());
    in_time(&files, "within.pem");
}

#[test]
fn requests_and_lists() {
    let (files, mut world) = files();
    let name = |number| dns(&format!("host{number}.example"));
    world.request.attributes = vec![asks_for(&[subject_alt_name(pieces(name))])];
    files.write("names.csr", world.request.pem());
    in_time(&files, "names.csr");
    world.request.attributes =
        pieces(|number| sequence([oid(&format!("1.3.6.{number}")), element(SET, null())]));
    files.write("attributes.csr", world.request.pem());
    in_time(&files, "attributes.csr");
    world.list.entries =
        pieces(|number| sequence([element(INTEGER, (number as u32 + 1).to_be_bytes()), days(-2)]));
    files.write("entries.crl", world.list.pem());
    in_time(&files, "entries.crl");
}

#[test]
fn blocks() {
    let (files, world) = files();
    files.write("same.pem", world.leaf.pem().repeat(10_000));
    in_time(&files, "same.pem");
    files.write("empty.pem", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".repeat(10_000));
    in_time(&files, "empty.pem");
    files.write("begins.pem", "-----BEGIN CERTIFICATE-----\n".repeat(MIB / 28));
    in_time(&files, "begins.pem");
    files.write("noise.pem", "-----BEGIN A-----\nAA*A\n-----END B-----\n".repeat(MIB / 40));
    in_time(&files, "noise.pem");
}

/// Every one of them could have issued every other, as far as names go.
#[test]
fn authorities_of_one_name() {
    let (files, mut world) = files();
    let root = Rc::clone(&world.root.signing.key);
    let many: Vec<Certificate> =
        (0..1500).map(|_| authority("Authority", &Key::new(), "Authority", &root, 900)).collect();
    let many = |identifiers: bool| {
        let change = |certificate: &Certificate| {
            let mut certificate = certificate.clone();
            certificate.extensions.truncate(if identifiers { 3 } else { 2 });
            certificate.pem()
        };
        many.iter().map(change).collect::<String>()
    };
    world.leaf.extensions.retain(|extension| extension.id != extension::AUTHORITY_KEY_IDENTIFIER);
    for (name, identifiers) in [("with.pem", true), ("without.pem", false)] {
        files.write(name, world.leaf.pem() + &many(identifiers));
        in_time(&files, name);
    }
}

/// A chain of many, where the search could branch at each.
#[test]
fn cross_signed_authorities() {
    let (files, world) = files();
    let keys: Vec<Rc<Key>> = (0..20).map(|_| Key::new()).collect();
    let mut text = world.leaf.pem();
    for issuer in &keys {
        for subject in &keys {
            let mut one = authority("Authority", subject, "Authority", issuer, 900);
            one.extensions.truncate(2);
            text += &one.pem();
        }
    }
    files.write("cross.pem", text);
    in_time(&files, "cross.pem");
}
