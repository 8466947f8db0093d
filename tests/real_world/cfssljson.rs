//! `cfssl` and `cfssljson` of both houses, each with the other's.

use serde_json::Value;

use crate::support::{Programs, Workdir};

const REQUESTS: [(&str, &str); 3] = [
    ("rsa", r#"{"CN": "rsa", "hosts": ["rsa.example"], "key": {"algo": "rsa", "size": 2048}}"#),
    (
        "p256",
        r#"{"CN": "p256", "hosts": ["p256.example", "10.0.0.1"], "key": {"algo": "ecdsa", "size": 256}}"#,
    ),
    ("p521", r#"{"CN": "p521", "names": [{"O": "ü & <o>"}], "key": {"algo": "ecdsa", "size": 521}}"#),
];

#[test]
fn our_cfssl_into_their_cfssljson() {
    exchange(Programs::Ours, Programs::Debian);
}

#[test]
fn their_cfssl_into_our_cfssljson() {
    exchange(Programs::Debian, Programs::Ours);
}

#[test]
fn our_cfssl_into_our_cfssljson() {
    exchange(Programs::Ours, Programs::Ours);
}

fn exchange(writer: Programs, reader: Programs) {
    let work = Workdir::new("exchange");
    let (cfssl, cfssljson) = (work.program(writer, "cfssl"), work.program(reader, "cfssljson"));
    for (name, request) in REQUESTS {
        work.write(&format!("{name}.json"), request);
        for (kind, command) in [
            ("ca", format!("{cfssl} gencert -initca {name}.json")),
            ("key", format!("{cfssl} genkey {name}.json")),
            ("leaf", format!("{cfssl} gencert -ca ca-{name}.pem -ca-key ca-{name}-key.pem {name}.json")),
            ("signed", format!("{cfssl} sign -ca ca-{name}.pem -ca-key ca-{name}-key.pem key-{name}.csr")),
        ] {
            let base = format!("{kind}-{name}");
            work.run(&format!("{command} > {base}.out")).succeeds();
            work.run(&format!("{cfssljson} -bare {base} - < {base}.out")).succeeds();
            let result: Value = serde_json::from_str(&work.read(&format!("{base}.out"))).unwrap();
            assert_files(&work, &base, &result);
            assert_envelope(&work, &cfssljson, &base, &result);
        }
    }
}

/// Every member of the result is a file, byte by byte, with the mode it should have; and there is no other file.
fn assert_files(work: &Workdir, base: &str, result: &Value) {
    let members = [("cert", "pem", 0o644), ("key", "key", 0o600), ("csr", "csr", 0o644)];
    let mut expected = vec![format!("{base}.out")];
    for (member, kind, mode) in members {
        let Some(content) = result.get(member) else { continue };
        let file = if kind == "key" { format!("{base}-key.pem") } else { format!("{base}.{kind}") };
        assert_eq!(work.read(&file), content.as_str().unwrap(), "{file}");
        assert_eq!(work.mode(&file), mode, "mode of {file}");
        expected.push(file);
    }
    assert!(expected.len() > 2, "{result}");
    expected.sort();
    let prefixes = [format!("{base}."), format!("{base}-key")];
    let ours = |file: &String| prefixes.iter().any(|prefix| file.starts_with(prefix));
    let found: Vec<String> = work.files().into_iter().filter(ours).collect();
    assert_eq!(found, expected);
}

/// The same result in the envelope of the API, read without `-bare`, from a file, and onto standard output.
fn assert_envelope(work: &Workdir, cfssljson: &str, base: &str, result: &Value) {
    let envelope = serde_json::json!({"success": true, "result": result, "errors": [], "messages": []});
    work.write("envelope.json", envelope.to_string());
    work.run(&format!("{cfssljson} -f envelope.json enveloped")).succeeds();
    for (file, member) in [("enveloped.pem", "cert"), ("enveloped-key.pem", "key"), ("enveloped.csr", "csr")]
    {
        match result.get(member) {
            Some(content) => assert_eq!(work.read(file), content.as_str().unwrap(), "{file}"),
            None => assert!(!work.path(file).exists(), "{file}"),
        }
    }
    work.run("rm enveloped*").succeeds();
    let printed = work.run(&format!("{cfssljson} -bare -stdout < {base}.out")).succeeds();
    let expected: String = ["cert", "key", "csr"]
        .iter()
        .filter_map(|member| result.get(member))
        .map(|content| format!("{}\n", content.as_str().unwrap()))
        .collect();
    assert_eq!(printed.stdout, expected, "{printed}");
}
