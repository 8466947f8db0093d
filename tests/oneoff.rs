//! Single certificates, issued and renewed, judged by openssl. Refusals are in `tests/refusals/issue.md` and
//! `renew.md`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "in a test, a panic is the report")]
#![allow(dead_code, reason = "the helpers are shared with other tests")]

mod support;

use support::{Outcome, Workdir, require};

const PROGRAM: &str = env!("CARGO_BIN_EXE_certwright");

/// A folder with a root: `ca.pem`.
fn world(name: &str) -> Workdir {
    require("openssl", "openssl");
    let dir = Workdir::new(name);
    certwright(&dir, "issue --root --cn 'My CA' --name ca").succeeds();
    dir
}

fn certwright(dir: &Workdir, arguments: &str) -> Outcome {
    dir.run(&format!("'{PROGRAM}' {arguments}"))
}

fn openssl(dir: &Workdir, arguments: &str) -> String {
    dir.run(&format!("openssl {arguments}")).succeeds().stdout
}

fn verify(dir: &Workdir, purpose: &str, file: &str) {
    openssl(dir, &format!("verify -x509_strict -purpose {purpose} -CAfile ca.pem {file}"));
}

/// The public keys of certificate, private key and request are one.
fn assert_pair(dir: &Workdir, base: &str) -> String {
    let certificate = openssl(dir, &format!("x509 -in {base}.pem -noout -pubkey"));
    assert_eq!(openssl(dir, &format!("pkey -in {base}-key.pem -pubout")), certificate);
    assert_eq!(openssl(dir, &format!("req -in {base}.csr -noout -pubkey -verify")), certificate);
    certificate
}

fn extension(dir: &Workdir, base: &str, name: &str) -> String {
    openssl(dir, &format!("x509 -in {base}.pem -noout -ext {name}"))
}

/// One line of `openssl x509`: `serial=...`.
fn field(dir: &Workdir, base: &str, name: &str) -> String {
    openssl(dir, &format!("x509 -in {base}.pem -noout -{name} -nameopt RFC2253"))
}

#[test]
fn every_kind_of_key_makes_a_pair_that_openssl_accepts() {
    let dir = world("kinds");
    for (kind, text) in [
        ("p256", "ASN1 OID: prime256v1"),
        ("p384", "ASN1 OID: secp384r1"),
        ("p521", "ASN1 OID: secp521r1"),
        ("ed25519", "ED25519"),
        ("rsa2048", "(2048 bit)"),
        ("rsa3072", "(3072 bit)"),
    ] {
        certwright(&dir, &format!("issue --ca ca.pem --cn {kind} --host a.example.com --key {kind}"))
            .succeeds();
        assert_pair(&dir, kind);
        verify(&dir, "sslserver", &format!("{kind}.pem"));
        let shown = openssl(&dir, &format!("x509 -in {kind}.pem -noout -text"));
        assert!(shown.contains(text), "{kind}: {shown}");
        assert_eq!(shown.contains("Key Encipherment"), kind.starts_with("rsa"), "{kind}");
        assert!(dir.read(&format!("{kind}-key.pem")).starts_with("-----BEGIN PRIVATE KEY-----\n"));
        assert_eq!(dir.mode(&format!("{kind}-key.pem")), 0o600);
    }
}

#[test]
fn the_built_in_profiles_are_what_their_names_say() {
    let dir = world("profiles");
    for (profile, accepted, refused) in [
        ("server", vec!["sslserver"], vec!["sslclient"]),
        ("client", vec!["sslclient"], vec!["sslserver"]),
        ("peer", vec!["sslserver", "sslclient"], vec![]),
    ] {
        certwright(
            &dir,
            &format!("issue --ca ca.pem --cn {profile} --host a.example.com --profile {profile}"),
        )
        .succeeds();
        let file = format!("{profile}.pem");
        accepted.iter().for_each(|purpose| verify(&dir, purpose, &file));
        for purpose in refused {
            dir.run(&format!("openssl verify -purpose {purpose} -CAfile ca.pem {file}"))
                .fails_with("purpose");
        }
        let names = extension(&dir, profile, "subjectAltName");
        assert!(names.contains("DNS:a.example.com"), "{names}");
    }
    openssl(&dir, "x509 -in server.pem -noout -checkend 31000000");
    dir.run("openssl x509 -in server.pem -noout -checkend 31600000").fails_with("");
    openssl(&dir, "x509 -in ca.pem -noout -checkend 315000000");
}

#[test]
fn an_intermediate_issues_below_its_root() {
    let dir = world("intermediate");
    certwright(&dir, "issue --ca ca.pem --intermediate --cn Issuing --name issuing").succeeds();
    certwright(&dir, "issue --ca issuing.pem --cn leaf --host a.example.com").succeeds();
    openssl(&dir, "verify -x509_strict -purpose sslserver -CAfile ca.pem -untrusted issuing.pem leaf.pem");
    assert!(extension(&dir, "issuing", "basicConstraints").contains("CA:TRUE, pathlen:0"));
}

#[test]
fn a_request_from_elsewhere_keeps_key_subject_and_names() {
    let dir = world("elsewhere");
    let request = "req -new -newkey rsa:2048 -nodes -keyout away-key.pem -subj '/O=Acme/CN=away' \
                   -addext 'subjectAltName=DNS:away.example.com,IP:10.1.2.3' -out away.csr";
    openssl(&dir, request);
    let before = dir.files();
    certwright(&dir, "issue --ca ca.pem --csr away.csr").succeeds().shows("+ away: ends on ");
    assert_pair(&dir, "away");
    verify(&dir, "sslserver", "away.pem");
    assert_eq!(field(&dir, "away", "subject"), "subject=CN=away,O=Acme\n");
    let names = extension(&dir, "away", "subjectAltName");
    assert!(names.contains("DNS:away.example.com, IP Address:10.1.2.3"), "{names}");
    assert_eq!(dir.files().len(), before.len() + 1, "only the certificate is new");
    certwright(&dir, "issue --ca ca.pem --csr away.csr --host b.example.com --name b").succeeds();
    let names = extension(&dir, "b", "subjectAltName");
    assert!(names.contains("DNS:b.example.com") && !names.contains("away"), "{names}");
    dir.run("sed 's/^MI/MJ/' away.csr > bad.csr").succeeds();
    certwright(&dir, "issue --ca ca.pem --csr bad.csr --name bad").fails_with("error: bad.csr: ");
}

#[test]
fn a_key_that_exists_is_used_and_not_copied() {
    let dir = world("existing");
    openssl(&dir, "genpkey -algorithm ed25519 -out mine-key.pem");
    let key = dir.read("mine-key.pem");
    certwright(&dir, "issue --ca ca.pem --existing-key mine-key.pem --cn mine --host a.example.com")
        .succeeds();
    assert_pair(&dir, "mine");
    assert_eq!(dir.read("mine-key.pem"), key);
    openssl(&dir, "genpkey -algorithm RSA -aes256 -pass pass:secret -out closed.pem");
    let closed = "P=secret '$0' issue --ca ca.pem --existing-key closed.pem --ca-password-env P --cn c --host c.example";
    dir.run(&closed.replace("$0", PROGRAM)).succeeds();
    verify(&dir, "sslserver", "c.pem");
}

#[test]
fn json_is_what_cfssljson_reads_and_writes_nothing() {
    let dir = world("json");
    let before = dir.files();
    let made = certwright(&dir, "issue --ca ca.pem --cn j --host j.example.com --json").succeeds().stdout;
    assert_eq!(dir.files(), before);
    dir.write("j.json", &made);
    certwright(&dir, "cfssljson -f j.json -bare j").succeeds();
    assert_pair(&dir, "j");
    verify(&dir, "sslserver", "j.pem");
}

#[test]
fn a_csr_json_and_a_configuration_are_cfssls() {
    let dir = world("cfssl");
    dir.write(
        "request.json",
        r#"{"CN":"etcd","hosts":["etcd.example.com"],"names":[{"O":"Acme"}],"key":{"algo":"ecdsa","size":384}}"#,
    );
    dir.write(
        "config.json",
        r#"{"signing":{"profiles":{"etcd":{"usages":["signing","client auth"],"expiry":"48h"}}}}"#,
    );
    certwright(&dir, "issue --ca ca.pem --config config.json --profile etcd request.json").succeeds();
    assert_pair(&dir, "etcd");
    verify(&dir, "sslclient", "etcd.pem");
    assert_eq!(field(&dir, "etcd", "subject"), "subject=CN=etcd,O=Acme\n");
    dir.run("openssl x509 -in etcd.pem -noout -checkend 180000").fails_with("");
    certwright(&dir, "issue --root request.json --name root --days 2").succeeds();
    dir.run("openssl x509 -in root.pem -noout -checkend 180000").fails_with("");
    openssl(&dir, "verify -x509_strict -CAfile root.pem root.pem");
}

#[test]
fn a_renewal_keeps_all_but_time_and_serial_number() {
    let dir = world("renew");
    let past = "--at 2026-01-02T03:04:05Z";
    dir.run("rm -f ca.pem ca-key.pem ca.csr").succeeds();
    certwright(&dir, &format!("issue --root --cn Old --name ca {past}")).succeeds();
    dir.write(
        "config.json",
        r#"{"signing":{"profiles":{"all":{"usages":["signing","server auth","client auth"],"expiry":"720h",
            "crl_url":"http://crl.example.com/","ocsp_url":"http://ocsp.example.com/",
            "issuer_urls":["http://ca.example.com/"],"policies":[{"id":"1.2.3.4"}]}}}}"#,
    );
    let request = r#"{"CN":"all","hosts":["b.example.com","a.example.com","::1","me@example.com"],
        "names":[{"O":"Zoë","OU":"x","E":"me@example.com"}]}"#;
    dir.write("all.json", request);
    certwright(&dir, &format!("issue --ca ca.pem --config config.json --profile all all.json {past}"))
        .succeeds();
    let key = assert_pair(&dir, "all");
    dir.run("cp all.pem old.pem && sha256sum all-key.pem > sum").succeeds();
    certwright(&dir, "renew all.pem --ca ca.pem --at 2026-01-30T00:00:00Z").succeeds();
    assert_eq!(assert_pair(&dir, "all"), key);
    dir.run("sha256sum -c sum").succeeds();
    openssl(&dir, "verify -x509_strict -attime 1770000000 -CAfile ca.pem all.pem");
    // Everything openssl shows but serial number, validity and signature.
    let rest = |file: &str| {
        openssl(
            &dir,
            &format!("x509 -in {file}.pem -noout -text -certopt no_serial,no_validity,no_sigdump,no_signame"),
        )
    };
    assert_eq!(rest("all"), rest("old"));
    assert!(rest("all").contains("Policy: 1.2.3.4"));
    assert_ne!(field(&dir, "all", "serial"), field(&dir, "old", "serial"));
    assert_eq!(
        field(&dir, "old", "dates"),
        "notBefore=Jan  2 02:59:00 2026 GMT\nnotAfter=Feb  1 02:59:00 2026 GMT\n"
    );
    assert_eq!(
        field(&dir, "all", "dates"),
        "notBefore=Jan 29 23:55:00 2026 GMT\nnotAfter=Feb 28 23:55:00 2026 GMT\n"
    );
    assert_eq!(dir.read("previous/all/all.pem"), dir.read("old.pem"));
}

#[test]
fn the_extensions_of_others_stay_as_they_are() {
    let dir = world("foreign");
    openssl(&dir, "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out f-key.pem");
    openssl(&dir, "req -new -key f-key.pem -subj '/DC=org/DC=example/CN=f+serialNumber=7/UID=me' -out f.csr");
    dir.write(
        "extensions",
        "keyUsage=critical,digitalSignature,nonRepudiation\nsubjectAltName=critical,otherName:1.2.3;UTF8:x,DNS:f.example\n\
         1.2.3.4.5=critical,ASN1:UTF8String:kept\nauthorityKeyIdentifier=keyid,issuer:always\ntlsfeature=status_request\n\
         extendedKeyUsage=clientAuth,1.2.3.9\nsubjectKeyIdentifier=01:02:03\n1.3.6.1.4.1.11129.2.4.2=ASN1:NULL\n",
    );
    openssl(&dir, "x509 -req -in f.csr -CA ca.pem -CAkey ca-key.pem -days 9 -extfile extensions -out f.pem");
    dir.run("cp f.pem old.pem").succeeds();
    certwright(&dir, "renew f.pem --ca ca.pem --ignore-lint extension-unknown-critical").succeeds();
    assert_pair(&dir, "f");
    dir.run(
        "openssl x509 -in f.pem -noout -subject -nameopt dump_all,dump_der > new; \
             openssl x509 -in old.pem -noout -subject -nameopt dump_all,dump_der | diff - new",
    )
    .succeeds();
    let names = "keyUsage,subjectAltName,extendedKeyUsage,subjectKeyIdentifier,basicConstraints,tlsfeature";
    assert_eq!(extension(&dir, "f", names), extension(&dir, "old", names));
    let text = openssl(&dir, "x509 -in f.pem -noout -text");
    assert!(text.contains("1.2.3.4.5: critical"), "{text}");
    assert!(!text.contains("CT Precertificate SCTs"), "the logs gave these to the old one: {text}");
    assert!(!extension(&dir, "f", "authorityKeyIdentifier").contains("serial"), "its issuer's may change");
}

#[test]
fn a_new_key_is_of_the_same_kind_and_can_be_taken_back() {
    let dir = world("rekey");
    for kind in ["p384", "ed25519", "rsa2048"] {
        certwright(&dir, &format!("issue --ca ca.pem --cn {kind} --host a.example.com --key {kind}"))
            .succeeds();
        let before = assert_pair(&dir, kind);
        let names = extension(&dir, kind, "subjectAltName,keyUsage,extendedKeyUsage");
        let [old_key, old_pem] =
            [format!("{kind}-key.pem"), format!("{kind}.pem")].map(|file| dir.read(&file));
        certwright(&dir, &format!("renew {kind}.pem --ca ca.pem --rekey")).succeeds().shows("with a new key");
        let after = assert_pair(&dir, kind);
        assert_ne!(after, before);
        assert_eq!(after.len(), before.len(), "{kind}");
        assert_eq!(extension(&dir, kind, "subjectAltName,keyUsage,extendedKeyUsage"), names);
        verify(&dir, "sslserver", &format!("{kind}.pem"));
        assert_eq!(dir.mode(&format!("{kind}-key.pem")), 0o600);
        certwright(&dir, &format!("rollback {kind}")).succeeds();
        assert_eq!(dir.read(&format!("{kind}-key.pem")), old_key);
        assert_eq!(dir.read(&format!("{kind}.pem")), old_pem);
    }
}

#[test]
fn a_root_renews_itself_and_what_it_signed_still_holds() {
    let dir = world("root");
    certwright(&dir, "issue --ca ca.pem --cn leaf --host a.example.com").succeeds();
    let [key, identifier, serial] =
        [assert_pair(&dir, "ca"), extension(&dir, "ca", "subjectKeyIdentifier"), field(&dir, "ca", "serial")];
    certwright(&dir, "renew ca.pem --days 30").succeeds();
    assert_eq!(assert_pair(&dir, "ca"), key);
    assert_eq!(extension(&dir, "ca", "subjectKeyIdentifier"), identifier);
    assert_ne!(field(&dir, "ca", "serial"), serial);
    verify(&dir, "sslserver", "leaf.pem");
    // The leaf ends with the root as it is now.
    certwright(&dir, "renew leaf.pem --ca ca.pem").succeeds();
    assert_eq!(field(&dir, "leaf", "enddate"), field(&dir, "ca", "enddate"));
    // Both at once: the root first, whatever the order.
    certwright(&dir, "renew leaf.pem ca.pem --ca ca.pem --days 60").succeeds();
    assert_eq!(field(&dir, "leaf", "enddate"), field(&dir, "ca", "enddate"));
    dir.run("openssl x509 -in leaf.pem -noout -checkend 5000000").succeeds();
    verify(&dir, "sslserver", "leaf.pem");
}

#[test]
fn another_issuer_is_a_wish_of_its_own() {
    let dir = world("replace");
    certwright(&dir, "issue --ca ca.pem --cn leaf --host a.example.com").succeeds();
    dir.run("rm -f ca.pem ca-key.pem ca.csr").succeeds();
    certwright(&dir, "issue --root --cn 'My CA' --name ca").succeeds();
    let before = dir.files();
    let leaf = dir.read("leaf.pem");
    certwright(&dir, "renew leaf.pem --ca ca.pem").fails_with("and another key");
    assert_eq!((dir.files(), dir.read("leaf.pem")), (before, leaf));
    certwright(&dir, "renew leaf.pem --ca ca.pem --replace-issuer").succeeds();
    verify(&dir, "sslserver", "leaf.pem");
    assert_pair(&dir, "leaf");
}

#[test]
fn modes_stay_and_the_report_is_json() {
    let dir = world("modes");
    certwright(&dir, "issue --ca ca.pem --cn leaf --host a.example.com").succeeds();
    dir.run("chmod 640 leaf-key.pem; chmod 444 leaf.pem").succeeds();
    let report = certwright(&dir, "renew leaf.pem --ca ca.pem --rekey --json").succeeds().stdout;
    assert_eq!((dir.mode("leaf-key.pem"), dir.mode("leaf.pem")), (0o640, 0o444));
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let line = &report["renewed"][0];
    assert_eq!(
        (&line["name"], &line["certificate"], &line["rekeyed"]),
        (&"leaf".into(), &"leaf.pem".into(), &true.into())
    );
    assert_eq!(report["notes"], serde_json::json!([]));
    dir.run("chmod 644 leaf-key.pem").succeeds();
    certwright(&dir, "renew leaf.pem --ca ca.pem --rekey").succeeds();
    assert_eq!(dir.mode("leaf-key.pem"), 0o640, "nothing for everybody");
}
