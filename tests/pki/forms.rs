//! The files of an entry: the form of its key, files in other formats, and who may do what with them.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use serde_json::{Value, json};

use crate::crash::in_days;
use crate::world::World;

/// A root and a certificate for a server, with these keys more.
fn with(more: &Value) -> Value {
    let mut entry = json!({"cn": "s", "hosts": ["x.org"], "role": "tls-server"});
    entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"authorities": {"ca": {"cn": "R"}}, "certificates": {"s": entry}})
}

/// What `plan` and `apply` say of it; a second run has nothing to do.
fn apply(world: &World, arguments: &[&str]) -> String {
    let planned = world.succeeds(&[&["plan"], arguments].concat());
    let said = world.succeeds(&[&["apply"], arguments].concat());
    let lines =
        |text: &str| text.lines().filter(|line| line.starts_with(['~', '+'])).collect::<Vec<_>>().join("\n");
    assert_eq!(lines(&planned), lines(&said));
    assert_eq!(world.succeeds(&[&["apply"], arguments].concat()), "0 changed, 2 unchanged\n");
    lines(&said)
}

fn first_line(world: &World, file: &str) -> String {
    String::from_utf8(world.read(file)).unwrap().lines().next().unwrap().to_owned()
}

fn mode(world: &World, file: &str) -> u32 {
    fs::metadata(world.path(file)).unwrap().mode() & 0o7777
}

fn set_mode(world: &World, file: &str, mode: u32) {
    fs::set_permissions(world.path(file), fs::Permissions::from_mode(mode)).unwrap();
}

/// One run writes the key in its new form and issues the certificate again.
#[test]
fn the_form_of_a_key_changes_with_its_certificate() {
    let forms = [
        (json!([]), "-----BEGIN PRIVATE KEY-----"),
        (json!(["encrypted-key"]), "-----BEGIN ENCRYPTED PRIVATE KEY-----"),
        (json!(["traditional-key"]), "-----BEGIN EC PRIVATE KEY-----"),
        (json!(["encrypted-key"]), "-----BEGIN ENCRYPTED PRIVATE KEY-----"),
        (json!([]), "-----BEGIN PRIVATE KEY-----"),
        (json!(["traditional-key"]), "-----BEGIN EC PRIVATE KEY-----"),
    ];
    let world = World::new(&with(&json!({"password_file": "password.json"})));
    world.write("password.json", "secret");
    world.succeeds(&["apply"]);
    let mut hosts = vec!["x.org".to_owned()];
    for (number, (formats, line)) in forms.iter().enumerate().skip(1) {
        hosts.push(format!("y{number}.org"));
        world.set("/certificates/s/hosts", &json!(hosts));
        world.set("/certificates/s/formats", formats);
        let said = apply(&world, &[]);
        let expected =
            format!("~ s: name y{number}.org added, s-key.pem is in another format than asked for");
        assert_eq!(said, expected);
        assert_eq!(first_line(&world, "s-key.pem"), *line);
    }
    let later = in_days(300);
    world.set("/certificates/s/formats", &json!(["encrypted-key"]));
    let said = apply(&world, &["--at", &later]);
    assert!(
        said.ends_with("inside the renewal window, s-key.pem is in another format than asked for"),
        "{said}"
    );
    assert_eq!(first_line(&world, "s-key.pem"), forms[1].1);
}

/// "mode: the mode of files with a private key", and not only of the key file.
#[test]
fn every_file_has_the_rights_of_its_entry() {
    let formats = json!(["combined", "key-der", "pkcs12", "kubernetes-secret", "fullchain"]);
    let world = World::new(&with(&json!({"formats": formats, "password_file": "password.json"})));
    world.write("password.json", "secret");
    world.succeeds(&["apply"]);
    let secrets = ["s-key.pem", "s-combined.pem", "s-key.der", "s.p12", "s-secret.yaml"];
    let public = ["s-fullchain.pem", "s.csr", "s.pem"];
    let before = world.files();
    for file in secrets.iter().chain(&public) {
        set_mode(&world, file, 0o666);
    }
    assert_eq!(world.run(&["plan", "--check"]).status.code(), Some(3));
    let said = apply(&world, &[]);
    let reasons: Vec<_> = secrets.iter().map(|file| format!("{file} has mode 0666, to be 0600")).collect();
    let others = public.iter().map(|file| format!("{file} has mode 0666, to be 0644"));
    let reasons: Vec<_> = reasons.into_iter().chain(others).collect();
    assert_eq!(said, format!("~ s: {}", reasons.join(", ")));
    for (name, file) in world.files() {
        assert_eq!((&file.bytes, file.mode), (&before[&name].bytes, before[&name].mode), "{name}");
    }

    world.set("/certificates/s/mode", &json!("0640"));
    world.set("/certificates/s/group", &json!("65534"));
    apply(&world, &[]);
    for file in secrets {
        assert_eq!(mode(&world, file), 0o640, "{file}");
    }
    for file in secrets.iter().chain(&public) {
        assert_eq!(fs::metadata(world.path(file)).unwrap().gid(), 65534, "{file}");
    }

    // What is issued again at the same time gets its rights in the same run.
    set_mode(&world, "s-combined.pem", 0o644);
    world.set("/certificates/s/cn", &json!("other"));
    let said = apply(&world, &[]);
    assert_eq!(said, "~ s: subject changed, s-combined.pem has mode 0644, to be 0640");
    assert_eq!(mode(&world, "s-combined.pem"), 0o640);
}

/// What lies where a file is to be and was not made for the entry may be somebody's only key.
#[test]
fn files_of_others_are_kept() {
    let formats = json!(["der", "combined", "chain"]);
    let world = World::new(&with(&json!({"formats": formats})));
    for file in ["s.csr", "s.der"] {
        world.write(file, "precious");
    }
    let kept = |file: &str| {
        format!("{file} is not known to be its own: it is kept below \"previous\" and written anew")
    };
    let said = apply(&world, &[]);
    assert!(said.ends_with(&format!("{}, {}", kept("s.der"), kept("s.csr"))), "{said}");
    for file in ["s.csr", "s.der"] {
        assert_eq!(world.read(&format!("previous/s/{file}")), b"precious", "{file}");
    }

    // Beside a pair that stays; the generation that is kept is whole.
    let before = world.files();
    let other = World::applied(&with(&json!({"formats": formats})));
    for file in ["s-combined.pem", "s-chain.pem"] {
        world.write(file, other.read(file));
    }
    let said = apply(&world, &[]);
    assert_eq!(said, format!("~ s: {}, {}", kept("s-combined.pem"), kept("s-chain.pem")));
    for file in ["s-combined.pem", "s-chain.pem"] {
        assert_eq!(world.read(&format!("previous/s/{file}")), other.read(file), "{file}");
    }
    for (name, file) in world.files() {
        assert_eq!(file.bytes, before[&name].bytes, "{name}");
    }
    world.succeeds(&["rollback", "s"]);
    assert_eq!(world.read("s-combined.pem"), other.read("s-combined.pem"));
    assert_eq!(world.fault_of_pair("s"), None);
}

/// A format made again from the same key is not worth the generation before.
#[test]
fn own_formats_are_not_kept() {
    let world = World::applied(&with(&json!({"formats": ["combined", "chain", "key-der"]})));
    world.set("/certificates/s/hosts", &json!(["x.org", "y.org"]));
    apply(&world, &[]);
    let earlier = world.read("previous/s/s.pem");
    // The authority is renewed with its key, so the files with its certificate do not fit any more.
    world.succeeds(&["renew", "ca.pem"]);
    let said = apply(&world, &[]);
    assert_eq!(said, "~ s: s-chain.pem is out of date");
    world.write("s-combined.pem", world.read("previous/s/s-combined.pem"));
    let said = apply(&world, &[]);
    assert_eq!(said, "~ s: s-combined.pem is out of date");
    assert_eq!(world.read("previous/s/s.pem"), earlier);
}

/// Both kinds of PKCS#12 hold the same, and their readers are not the same.
#[test]
fn pkcs12_is_encrypted_as_asked() {
    // RFC 8018 appendix A.4 (id-PBES2), RFC 7292 appendix C (pbeWithSHAAnd3-KeyTripleDES-CBC)
    let pbes2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
    let triple_des: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x03];
    let world = World::new(&with(&json!({"formats": ["pkcs12"], "password_file": "password.json"})));
    world.write("password.json", "secret");
    world.succeeds(&["apply"]);
    let schemes = || {
        let file = world.read("s.p12");
        [pbes2, triple_des].map(|scheme| file.windows(scheme.len()).any(|part| part == scheme))
    };
    assert_eq!(schemes(), [true, false]);
    let pair = [world.read("s.pem"), world.read("s-key.pem")];
    for (format, expected) in [("pkcs12-legacy", [false, true]), ("pkcs12", [true, false])] {
        world.set("/certificates/s/formats", &json!([format]));
        assert_eq!(apply(&world, &[]), "~ s: s.p12 is out of date");
        assert_eq!(schemes(), expected);
    }
    assert_eq!([world.read("s.pem"), world.read("s-key.pem")], pair);
}
