//! A folder with a manifest, what lies in it, and the program run on it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING as P256, ECDSA_P384_SHA384_ASN1_SIGNING as P384, EcdsaKeyPair,
    Ed25519KeyPair, KeyPair, RsaKeyPair,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use x509_parser::prelude::{FromDer, X509Certificate};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_certwright");

/// A folder of one test; removed with the value.
pub(crate) struct World {
    folder: TempDir,
}

/// A file as it lies there; two files are one only if nobody wrote it in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lying {
    pub(crate) bytes: Vec<u8>,
    pub(crate) mode: u32,
    written: (i64, i64, u64),
}

impl World {
    /// A folder with nothing but the manifest.
    pub(crate) fn new(manifest: &Value) -> Self {
        let world = Self { folder: new_folder() };
        world.write("pki.json", manifest.to_string());
        world
    }

    /// The same, and applied.
    pub(crate) fn applied(manifest: &Value) -> Self {
        let world = Self::new(manifest);
        world.succeeds(&["apply"]);
        world
    }

    /// A copy with the same modes and times.
    pub(crate) fn copy(&self) -> Self {
        let folder = new_folder();
        let from = self.path(".");
        run(Command::new("cp").arg("-a").arg(from).arg(folder.path()), true);
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.path(name), contents).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    /// The program with these arguments, in the folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What the program prints; it has to end with 0.
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> String {
        run(&mut self.command(arguments), true)
    }

    /// What the program says on standard error; it has to end with 1.
    pub(crate) fn fails(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", told(&output));
        String::from_utf8(output.stderr).unwrap()
    }

    /// All files but the manifest's, ours and the earlier generations.
    pub(crate) fn files(&self) -> BTreeMap<String, Lying> {
        let mut files = BTreeMap::new();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(self.path(&folder)).unwrap() {
                let entry = entry.unwrap();
                let name = format!("{folder}{}", entry.file_name().to_str().unwrap());
                if [".certwright", "previous"].contains(&name.as_str()) || name.ends_with(".json") {
                    continue;
                }
                if entry.file_type().unwrap().is_dir() {
                    folders.push(format!("{name}/"));
                    continue;
                }
                files.insert(name, Lying::at(&entry.path()));
            }
        }
        files
    }

    /// Changes the manifest where a JSON pointer leads; `null` takes away.
    pub(crate) fn set(&self, pointer: &str, value: &Value) {
        let mut manifest: Value = serde_json::from_slice(&self.read("pki.json")).unwrap();
        let (parent, last) = pointer.rsplit_once('/').unwrap();
        let parent = manifest.pointer_mut(parent).unwrap_or_else(|| panic!("no {pointer}")).as_object_mut();
        match value {
            Value::Null => drop(parent.unwrap().remove(last).unwrap()),
            value => drop(parent.unwrap().insert(last.to_owned(), value.clone())),
        }
        self.write("pki.json", manifest.to_string());
    }

    /// What is wrong with a pair; `None` if both files are there and belong together.
    pub(crate) fn fault_of_pair(&self, base: &str) -> Option<String> {
        let read = |name: String| fs::read(self.path(&name)).map_err(|error| format!("{name}: {error}"));
        let pair = read(format!("{base}-key.pem")).and_then(|key| Ok((key, read(format!("{base}.pem"))?)));
        match pair {
            Err(fault) => Some(fault),
            Ok((key, certificate)) if is_pair(&key, &certificate) => None,
            Ok(_) => Some(format!("the key of {base} is not its certificate's")),
        }
    }
}

/// A folder that others may look into.
fn new_folder() -> TempDir {
    let mode = fs::Permissions::from_mode(0o755);
    let folder = tempfile::Builder::new().prefix("certwright-").permissions(mode).tempdir_in("/dev/shm");
    folder.unwrap()
}

impl Lying {
    pub(crate) fn at(path: &Path) -> Self {
        let metadata = fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self {
            bytes: fs::read(path).unwrap(),
            mode: metadata.mode() & 0o7777,
            written: (metadata.mtime(), metadata.mtime_nsec(), metadata.ino()),
        }
    }
}

/// Runs a command that has to end with 0; gives what it printed.
pub(crate) fn run(command: &mut Command, loud: bool) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(!loud || output.status.success(), "{command:?}\n{}", told(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Everything a command said.
pub(crate) fn told(output: &Output) -> String {
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{}\n{stdout}\n{stderr}", output.status)
}

/// Whether a private key (PKCS#8) is the certificate's; judged by other code than the program's.
pub(crate) fn is_pair(key: &[u8], certificate: &[u8]) -> bool {
    let (Some(key), Some(certificate)) = (from_pem(key), from_pem(certificate)) else { return false };
    let Ok((_, certificate)) = X509Certificate::from_der(&certificate) else { return false };
    public_of(&key).is_some_and(|public| certificate.public_key().subject_public_key.data.as_ref() == public)
}

fn public_of(key: &[u8]) -> Option<Vec<u8>> {
    let random = ring::rand::SystemRandom::new();
    let curve =
        |curve| EcdsaKeyPair::from_pkcs8(curve, key, &random).map(|pair| pair.public_key().as_ref().to_vec());
    curve(&P256)
        .or_else(|_| curve(&P384))
        .or_else(|_| {
            Ed25519KeyPair::from_pkcs8_maybe_unchecked(key).map(|pair| pair.public_key().as_ref().to_vec())
        })
        .or_else(|_| RsaKeyPair::from_pkcs8(key).map(|pair| pair.public_key().as_ref().to_vec()))
        .ok()
}

/// The DER of the first block.
pub(crate) fn from_pem(text: &[u8]) -> Option<Vec<u8>> {
    pem_rfc7468::decode_vec(text).ok().map(|(_, der)| der)
}

/// A root, an intermediate, nodes, and two other certificates: small keys, for speed.
pub(crate) fn manifest(nodes: &str) -> Value {
    let key = json!({"algo": "ecdsa", "size": 256});
    let csr = |cn: &str, hosts: &[&str]| json!({"CN": cn, "names": [{"O": "Example", "OU": "Tests"}], "hosts": hosts, "key": key});
    json!({
        "signing": {"signing": {
            "default": {"usages": ["signing", "server auth"], "expiry": "8760h"},
            "profiles": {
                "intermediate": {
                    "usages": ["cert sign", "crl sign"], "expiry": "43800h",
                    "ca_constraint": {"is_ca": true, "max_path_len": 1},
                },
                "server": {"usages": ["signing", "server auth"], "expiry": "8760h"},
                "client": {"usages": ["signing", "client auth"], "expiry": "8760h"},
            },
        }},
        "authorities": {
            "root": {"csr": {"CN": "Root", "key": key, "ca": {"expiry": "87600h"}}},
            "issuing": {"issuer": "root", "profile": "intermediate", "csr": csr("Issuing", &[])},
        },
        "certificates": {
            "node": {
                "issuer": "issuing", "profile": "server", "nodes": [nodes],
                "csr": csr("{node}", &["{node}.example.org"]),
            },
            "server": {
                "issuer": "issuing", "profile": "server",
                "csr": csr("server", &["server.example.org", "10.0.0.1"]),
            },
            "client": {"issuer": "root", "profile": "client", "csr": csr("client", &[])},
        },
    })
}
