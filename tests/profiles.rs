//! Every file of `profiles` is parsed and issued, and the README's first command runs.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use x509_parser::prelude::{FromDer, X509Certificate};

const PROGRAM: &str = env!("CARGO_BIN_EXE_certwright");

/// A request, the authority that signs it, the profile, and whether server and client authentication result.
const ETCD: &[(&str, &str, &str, bool, bool)] = &[
    ("etcd", "ca-csr", "server", true, true),
    ("etcd", "ca-csr", "peer", true, true),
    ("client", "ca-csr", "client", false, true),
];

const KUBERNETES: &[(&str, &str, &str, bool, bool)] = &[
    ("apiserver", "ca-csr", "server", true, false),
    ("apiserver-kubelet-client", "ca-csr", "client", false, true),
    ("admin", "ca-csr", "client", false, true),
    ("cluster-admin", "ca-csr", "client", false, true),
    ("controller-manager", "ca-csr", "client", false, true),
    ("scheduler", "ca-csr", "client", false, true),
    ("kube-proxy", "ca-csr", "client", false, true),
    ("kubelet-client", "ca-csr", "client", false, true),
    ("kubelet-server", "ca-csr", "server", true, false),
    ("front-proxy-client", "front-proxy-ca-csr", "client", false, true),
    ("etcd-server", "etcd-ca-csr", "peer", true, true),
    ("etcd-peer", "etcd-ca-csr", "peer", true, true),
    ("etcd-healthcheck-client", "etcd-ca-csr", "client", false, true),
    ("apiserver-etcd-client", "etcd-ca-csr", "client", false, true),
];

/// Subjects as kubeadm makes them.
const SUBJECTS: &[(&str, &str)] = &[
    ("admin", "O=system:masters, CN=kubernetes-super-admin"),
    ("cluster-admin", "O=kubeadm:cluster-admins, CN=kubernetes-admin"),
    ("controller-manager", "CN=system:kube-controller-manager"),
    ("scheduler", "CN=system:kube-scheduler"),
    ("kubelet-client", "O=system:nodes, CN=system:node:node1"),
    ("front-proxy-client", "CN=front-proxy-client"),
];

#[test]
fn the_etcd_requests_are_issued() {
    issue_all("etcd", ETCD, &[]);
}

#[test]
fn the_kubernetes_requests_are_issued() {
    issue_all("kubernetes", KUBERNETES, SUBJECTS);
}

#[test]
fn every_request_is_issued_above_or_makes_a_key() {
    for (folder, table) in [("etcd", ETCD), ("kubernetes", KUBERNETES)] {
        for name in json_files(folder) {
            let known = table.iter().any(|row| name == row.0 || name == row.1);
            assert!(
                known || ["ca-config", "pki", "sa"].contains(&name.as_str()),
                "{folder}/{name}.json is not issued"
            );
        }
    }
    let key = run("kubernetes", &["cfssl", "genkey", "sa.json"]);
    assert!(key.status.success(), "{key:?}");
}

#[test]
fn files_are_listed_and_shown() {
    let list = String::from_utf8(run("etcd", &["profiles", "list"]).stdout).unwrap();
    assert!(list.lines().any(|line| line == "etcd/ca-config.json"), "{list}");
    let shown = run("etcd", &["profiles", "show", "etcd/ca-config.json"]).stdout;
    assert_eq!(shown, fs::read(profiles().join("etcd/ca-config.json")).unwrap());
    let wrong = run("etcd", &["profiles", "show", "etc"]);
    assert_eq!(wrong.status.code(), Some(1));
    let text = "error: there is no profile \"etc\": `certwright profiles list` shows what there is\n";
    assert_eq!(String::from_utf8(wrong.stderr).unwrap(), text);
}

/// What `init` writes is applied without an edit, needs nothing more, and every leaf holds under its authority.
#[test]
fn the_manifests_are_applied() {
    for (profile, leaves) in [("etcd", ETCD_LEAVES), ("kubernetes", KUBERNETES_LEAVES)] {
        let folder = tempfile::tempdir().unwrap();
        let at = |args: &[&str]| Command::new(PROGRAM).args(args).current_dir(&folder).output().unwrap();
        for args in [&["init", profile, "."][..], &["apply"], &["plan", "--check"]] {
            let output = at(args);
            assert!(output.status.success(), "{profile}: {args:?}: {output:?}");
            assert!(output.stderr.is_empty(), "{profile}: {args:?}: {output:?}");
        }
        let mut found = leaves_below(folder.path(), folder.path());
        for (authority, files) in leaves {
            for file in *files {
                let verified = Command::new("openssl")
                    .args([
                        "verify",
                        "-x509_strict",
                        "-CAfile",
                        &format!("{authority}.pem"),
                        &format!("{file}.pem"),
                    ])
                    .current_dir(&folder)
                    .output()
                    .unwrap();
                assert!(verified.status.success(), "{profile}: {file}: {verified:?}");
                assert!(found.remove(*file), "{profile}: {file} is not there");
            }
        }
        assert!(found.is_empty(), "{profile}: not verified: {found:?}");
    }
}

/// Kubeconfigs are merged by the names in them: of two contexts with one name, one is lost.
#[test]
fn the_kubeconfigs_go_into_one() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&["init", "kubernetes", "."][..], &["apply"]] {
        let output = Command::new(PROGRAM).args(args).current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "{args:?}: {output:?}");
    }
    let files = ["admin", "cluster-admin", "controller-manager", "scheduler", "kube-proxy"].map(String::from);
    let files =
        files.into_iter().chain(["node1", "node2"].map(|node| format!("nodes/{node}/kubelet-client")));
    let contexts: Vec<_> = files
        .map(|file| {
            let text = fs::read_to_string(folder.path().join(format!("{file}.kubeconfig"))).unwrap();
            text.lines().find_map(|line| line.strip_prefix("current-context: ")).unwrap().to_owned()
        })
        .collect();
    assert_eq!(contexts[..2], ["kubernetes-super-admin@kubernetes", "kubernetes-admin@kubernetes"]);
    let names: BTreeSet<_> = contexts.iter().collect();
    assert_eq!(names.len(), contexts.len(), "{contexts:?}");
}

const ETCD_LEAVES: &[(&str, &[&str])] = &[("ca", &["ca", "server", "peer", "client"])];

const KUBERNETES_LEAVES: &[(&str, &[&str])] = &[
    (
        "ca",
        &[
            "ca",
            "apiserver",
            "apiserver-kubelet-client",
            "admin",
            "cluster-admin",
            "controller-manager",
            "scheduler",
            "kube-proxy",
            "nodes/node1/kubelet-client",
            "nodes/node1/kubelet-server",
            "nodes/node2/kubelet-client",
            "nodes/node2/kubelet-server",
            "sa",
        ],
    ),
    ("etcd/ca", &["etcd/ca", "etcd/server", "etcd/peer", "etcd/healthcheck-client", "apiserver-etcd-client"]),
    ("front-proxy-ca", &["front-proxy-ca", "front-proxy-client"]),
];

/// The base names of all certificates in a folder and below.
fn leaves_below(root: &Path, folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(leaves_below(root, &path));
        } else if path.extension().is_some_and(|extension| extension == "csr") {
            let base = path.with_extension("");
            found.insert(base.strip_prefix(root).unwrap().display().to_string());
        }
    }
    found
}

/// No request lies in a profile without an entry of its manifest.
#[test]
fn the_manifests_name_every_request() {
    for folder in ["etcd", "kubernetes"] {
        let manifest = fs::read_to_string(profiles().join(folder).join("pki.json")).unwrap();
        for name in json_files(folder).iter().filter(|name| *name != "pki") {
            assert!(manifest.contains(&format!("\"{name}.json\"")), "{folder}/{name}.json");
        }
    }
}

fn issue_all(folder: &str, table: &[(&str, &str, &str, bool, bool)], subjects: &[(&str, &str)]) {
    let out = tempfile::tempdir().unwrap();
    let mut authorities: Vec<_> = table.iter().map(|row| row.1).collect();
    authorities.dedup();
    for authority in authorities {
        write_parts(
            &run_well(folder, &["cfssl", "gencert", "-initca", &format!("{authority}.json")]),
            out.path(),
            authority,
        );
    }
    for (request, authority, profile, server, client) in table {
        let ca = out.path().join(format!("{authority}.pem")).display().to_string();
        let ca_key = out.path().join(format!("{authority}-key.pem")).display().to_string();
        let request_file = format!("{request}.json");
        let args = [
            "cfssl",
            "gencert",
            "-ca",
            &ca,
            "-ca-key",
            &ca_key,
            "-config",
            "ca-config.json",
            "-profile",
            profile,
            &request_file,
        ];
        let output = run_well(folder, &args);
        let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let pem = x509_parser::pem::parse_x509_pem(result["cert"].as_str().unwrap().as_bytes()).unwrap().1;
        let (_, certificate) = X509Certificate::from_der(&pem.contents).unwrap();
        let usage = certificate.extended_key_usage().unwrap().unwrap().value;
        assert_eq!((usage.server_auth, usage.client_auth), (*server, *client), "{request}");
        if let Some((_, subject)) = subjects.iter().find(|row| row.0 == *request) {
            assert_eq!(certificate.subject().to_string(), *subject);
        }
    }
}

/// Runs without a warning but cfssl's own about requests without hosts.
fn run_well(folder: &str, args: &[&str]) -> Output {
    let output = run(folder, args);
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {log}");
    let warnings: Vec<_> = log.lines().filter(|line| line.contains("[WARNING]")).collect();
    assert!(warnings.iter().all(|line| line.contains("lacks a \"hosts\" field")), "{args:?}: {warnings:?}");
    output
}

fn write_parts(output: &Output, out: &Path, name: &str) {
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for (part, file) in [("cert", format!("{name}.pem")), ("key", format!("{name}-key.pem"))] {
        fs::write(out.join(file), result[part].as_str().unwrap()).unwrap();
    }
}

fn run(folder: &str, args: &[&str]) -> Output {
    Command::new(PROGRAM).args(args).current_dir(profiles().join(folder)).output().unwrap()
}

fn profiles() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles")
}

fn json_files(folder: &str) -> Vec<String> {
    fs::read_dir(profiles().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect()
}
