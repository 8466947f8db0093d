//! What our own commands issue is clean: for every built-in profile, role and type of key no finding from pkilint,
//! and accepted by OpenSSL's strict mode and by Python's `cryptography`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::support::{Outcome, Workdir, python, require};

const KEYS: [(&str, &str); 5] = [
    ("rsa2048", r#"{"algo":"rsa","size":2048}"#),
    ("p256", r#"{"algo":"ecdsa","size":256}"#),
    ("p384", r#"{"algo":"ecdsa","size":384}"#),
    ("p521", r#"{"algo":"ecdsa","size":521}"#),
    ("ed25519", r#"{"algo":"ed25519","size":256}"#),
];

/// A leaf of a built-in profile, as its README says: request, profile, issuer.
type Leaf = (&'static str, &'static str, &'static str);

const ETCD: [Leaf; 3] =
    [("etcd", "server", "ca-csr"), ("etcd", "peer", "ca-csr"), ("client", "client", "ca-csr")];

const KUBERNETES: [Leaf; 14] = [
    ("apiserver", "server", "ca-csr"),
    ("apiserver-kubelet-client", "client", "ca-csr"),
    ("admin", "client", "ca-csr"),
    ("cluster-admin", "client", "ca-csr"),
    ("controller-manager", "client", "ca-csr"),
    ("scheduler", "client", "ca-csr"),
    ("kube-proxy", "client", "ca-csr"),
    ("kubelet-client", "client", "ca-csr"),
    ("kubelet-server", "server", "ca-csr"),
    ("front-proxy-client", "client", "front-proxy-ca-csr"),
    ("etcd-server", "peer", "etcd-ca-csr"),
    ("etcd-peer", "peer", "etcd-ca-csr"),
    ("etcd-healthcheck-client", "client", "etcd-ca-csr"),
    ("apiserver-etcd-client", "client", "etcd-ca-csr"),
];

/// Of the servers, a name each has.
const HOSTS: [(&str, &str); 5] = [
    ("etcd", "localhost"),
    ("apiserver", "kubernetes.default.svc"),
    ("kubelet-server", "node1"),
    ("etcd-server", "localhost"),
    ("etcd-peer", "localhost"),
];

/// An intermediate whose profile lists what intermediates' profiles often list.
const INTERMEDIATE: &str = r#"{"expiry": "43800h",
    "usages": ["signing", "key encipherment", "server auth", "client auth"],
    "ca_constraint": {"is_ca": true, "max_path_len": 0, "max_path_len_zero": true}}"#;

/// pkilint holds a DNS name without a dot for no domain name; RFC 1034's syntax, to which RFC 5280 section 4.2.1.6
/// refers, allows it, and clusters need these.
const SINGLE_LABELS: [&str; 5] = ["client", "cp1", "kubernetes", "localhost", "node1"];

/// The policy of the web, which Python's verifier follows, has no Ed25519.
const NOT_OF_THE_WEB: &str = "ed25519";

/// A certificate and what the judges are told of it.
struct Case {
    file: String,
    role: &'static str,
    host: &'static str,
    /// The issuer first; empty for a root.
    chain: Vec<String>,
}

#[test]
fn etcd_is_clean() {
    is_clean("etcd", &["ca-csr"], &ETCD);
}

#[test]
fn kubernetes_is_clean() {
    is_clean("kubernetes", &["ca-csr", "etcd-ca-csr", "front-proxy-ca-csr"], &KUBERNETES);
}

/// The judges find what cfssl issues by the same files, and what no issuer of the chain has signed.
#[test]
fn the_judges_find_something() {
    require("openssl", "openssl");
    let work = Workdir::new("unclean");
    work.write(
        "csr.json",
        r#"{"CN": "name", "hosts": ["a.example"], "key": {"algo": "ecdsa", "size": 256}}"#,
    );
    work.run("cfssl gencert -initca csr.json | cfssljson -bare ca").succeeds();
    work.run("cfssl gencert -initca csr.json | cfssljson -bare other").succeeds();
    work.run("sed s/name/leaf/ csr.json > leaf.json; cfssl gencert -ca ca.pem -ca-key ca-key.pem leaf.json | cfssljson -bare leaf")
        .succeeds();
    let case = |chain: &str| Case {
        file: "leaf.pem".into(),
        role: "server",
        host: "a.example",
        chain: vec![chain.to_owned()],
    };
    let found = findings(&work, &[case("ca.pem")]);
    let usage =
        "pkix.key_usage_value_prohibited_for_ec: Prohibited key usage value(s) present: keyEncipherment";
    assert_eq!(found, [("leaf.pem".to_owned(), "pkilint".to_owned(), usage.to_owned())].into());
    let judges: BTreeSet<_> =
        findings(&work, &[case("other.pem")]).into_iter().map(|(_, judge, _)| judge).collect();
    assert_eq!(judges, ["openssl", "pkilint", "python"].map(String::from).into());
}

fn is_clean(profile: &str, authorities: &[&str], leaves: &[Leaf]) {
    require("openssl", "openssl");
    let work = Workdir::new(&format!("clean-{profile}"));
    let cases = write_manifest(&work, profile, authorities, leaves);
    let applied = apply(&work).succeeds();
    assert_eq!(applied.stderr, notes(profile), "what is changed is said once");
    let files: BTreeSet<_> = cases.iter().map(|case| &case.file).collect();
    let again = apply(&work).succeeds();
    assert_eq!(
        (again.stdout, again.stderr),
        (format!("0 changed, {} unchanged\n", files.len()), String::new())
    );
    let mut single_labels = BTreeSet::new();
    let mut wrong = Vec::new();
    for (file, judge, text) in findings(&work, &cases) {
        let label = SINGLE_LABELS.iter().find(|label| {
            text == format!("pkix.invalid_domain_name_syntax: Invalid domain name syntax: \"{label}\"")
        });
        match label {
            Some(label) => {
                single_labels.insert(*label);
            }
            None if judge == "python" && file.contains(NOT_OF_THE_WEB) && text.contains("Forbidden") => {}
            None => wrong.push(format!("{file}: {judge}: {text}")),
        }
    }
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
    let expected: &[&str] = if profile == "etcd" {
        &["client", "localhost"]
    } else {
        &["cp1", "kubernetes", "localhost", "node1"]
    };
    assert_eq!(single_labels, expected.iter().copied().collect(), "take the others out of the table");
}

fn apply(work: &Workdir) -> Outcome {
    work.run(&format!("{} apply", env!("CARGO_BIN_EXE_certwright")))
}

/// What apply has to say: the entries are in the order of the manifest, which is that of [`KEYS`].
fn notes(profile: &str) -> String {
    let (first, ec, ed) = match profile {
        "etcd" => (
            "intermediate-rsa2048, intermediate-p256, intermediate-p384 and 2 more",
            "p256-etcd-server, p256-below-etcd-server, p256-etcd-peer and 15 more",
            "ed25519-etcd-server, ed25519-below-etcd-server, ed25519-etcd-peer and 3 more",
        ),
        _ => (
            "intermediate-rsa2048, intermediate-p256, intermediate-p384 and 2 more",
            "p256-apiserver-server, p256-below-apiserver-server, p256-apiserver-kubelet-client-client and 81 more",
            "ed25519-apiserver-server, ed25519-below-apiserver-server, ed25519-apiserver-kubelet-client-client and \
             25 more",
        ),
    };
    format!(
        "note: {first}: left out \"key encipherment\": an authority only signs\n\
         note: {first}: added \"cert sign\": an authority signs certificates and CRLs\n\
         note: {first}: added \"crl sign\": an authority signs certificates and CRLs\n\
         note: {ec}: left out \"key encipherment\": an EC key cannot encipher keys\n\
         note: {ed}: left out \"key encipherment\": an Ed25519 key cannot encipher keys\n"
    )
}

/// Every authority and leaf of a profile, directly below its root and below an intermediate, with every type of key.
fn write_manifest(work: &Workdir, profile: &str, roots: &[&str], leaves: &[Leaf]) -> Vec<Case> {
    let read = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles").join(profile).join(name);
        fs::read_to_string(path).unwrap()
    };
    let mut config: serde_json::Value = serde_json::from_str(&read("ca-config.json")).unwrap();
    config["signing"]["profiles"]["intermediate"] = serde_json::from_str(INTERMEDIATE).unwrap();
    work.write("ca-config.json", config.to_string());
    let (mut authorities, mut certificates, mut cases) = (Vec::new(), Vec::new(), Vec::new());
    let entry = |list: &mut Vec<String>, name: &str, csr: &str, key: &str, more: &str| {
        let csr = csr.trim_end();
        list.push(format!(r#""{name}": {{"csr": {csr}, "key": {key}{more}}}"#));
    };
    for (folder, key) in KEYS {
        for root in roots {
            let name = format!("{root}-{folder}");
            entry(&mut authorities, &name, &read(&format!("{root}.json")), key, "");
            cases.push(Case { file: format!("{name}.pem"), role: "authority", host: "-", chain: Vec::new() });
        }
        let (name, root) = (format!("intermediate-{folder}"), format!("ca-csr-{folder}"));
        let more = format!(r#", "issuer": "{root}", "profile": "intermediate""#);
        entry(&mut authorities, &name, r#"{"CN": "intermediate"}"#, key, &more);
        let chain = vec![format!("{root}.pem")];
        cases.push(Case { file: format!("{name}.pem"), role: "authority", host: "-", chain });
        for (request, profile, root) in leaves {
            let below = vec![format!("intermediate-{folder}"), format!("ca-csr-{folder}")];
            for (name, issuers) in [
                (format!("{folder}-{request}-{profile}"), vec![format!("{root}-{folder}")]),
                (format!("{folder}-below-{request}-{profile}"), below),
            ] {
                let more = format!(r#", "issuer": "{}", "profile": "{profile}""#, issuers[0]);
                entry(&mut certificates, &name, &read(&format!("{request}.json")), key, &more);
                let chain: Vec<_> = issuers.iter().map(|issuer| format!("{issuer}.pem")).collect();
                let file = format!("{name}.pem");
                let host = HOSTS.iter().find(|(server, _)| server == request).map_or("-", |(_, host)| host);
                if *profile != "server" {
                    cases.push(Case { file: file.clone(), role: "client", host: "-", chain: chain.clone() });
                }
                if *profile != "client" {
                    cases.push(Case { file, role: "server", host, chain });
                }
            }
        }
    }
    let (authorities, certificates) = (authorities.join(",\n"), certificates.join(",\n"));
    work.write(
        "pki.json",
        format!(
            "{{\"signing\": \"ca-config.json\",\n\"authorities\": {{{authorities}}},\n\"certificates\": {{{certificates}}}}}"
        ),
    );
    cases
}

/// Whatever a judge says against a certificate: file, judge, text.
fn findings(work: &Workdir, cases: &[Case]) -> BTreeSet<(String, String, String)> {
    let mut found = BTreeSet::new();
    let mut asked = BTreeMap::new();
    let mut lines = String::new();
    for Case { file, role, host, chain } in cases {
        let chain = if chain.is_empty() { "-".to_owned() } else { chain.join(",") };
        lines += &format!("{file}\t{role}\t{host}\t{chain}\n");
        *asked.entry(file.clone()).or_insert(0) += 1;
    }
    work.write("clean.tsv", lines);
    work.write("clean.py", include_str!("clean.py"));
    let said = work.run(&format!("{} clean.py < clean.tsv", python().display())).succeeds().stdout;
    for line in said.lines() {
        let words: Vec<_> = line.splitn(3, '\t').map(str::to_owned).collect();
        let [file, judge, text] = words.try_into().unwrap();
        match judge.as_str() {
            "asked" => *asked.get_mut(&file).unwrap() -= 1,
            _ => drop(found.insert((file, judge, text))),
        }
    }
    assert!(asked.values().all(|left| *left == 0), "not all were judged:\n{said}");
    for case in cases {
        let outcome = openssl(work, case);
        if !outcome.success() {
            found.insert((case.file.clone(), "openssl".into(), outcome.to_string()));
        }
    }
    found
}

fn openssl(work: &Workdir, Case { file, role, host, chain }: &Case) -> Outcome {
    let purpose = match *role {
        "server" => format!("-purpose sslserver -verify_hostname {host}"),
        "client" => "-purpose sslclient".into(),
        _ => String::new(),
    };
    let anchor = chain.last().unwrap_or(file);
    let between = match &chain[..] {
        [issuer, _] => format!("-untrusted {issuer}"),
        _ => String::new(),
    };
    work.run(&format!(
        "openssl verify -x509_strict -check_ss_sig -no-CApath -no-CAstore -CAfile {anchor} {between} {purpose} {file}"
    ))
}
