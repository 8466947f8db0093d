//! The folder a case runs in.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use super::normal::normal;

/// What every case finds: a CA of 48 hours (`ca.pem`, `ca-key.pem`), a leaf of 24 (`leaf.pem`, `leaf-key.pem`,
/// `leaf.csr`), another key (`other-key.pem`, `other.csr`), and the documents they were made from.
const MAKE: &str = r#"
cat > csr.json <<END
{"CN": "www.example.com", "hosts": ["www.example.com"], "key": {"algo": "ecdsa", "size": 256}}
END
cat > ca-csr.json <<END
{"CN": "Test CA", "key": {"algo": "ecdsa", "size": 256}, "ca": {"expiry": "48h"}}
END
cat > config.json <<END
{
  "signing": {
    "default": {"usages": ["server auth"], "expiry": "24h"},
    "profiles": {
      "client": {"usages": ["client auth"], "expiry": "24h"},
      "intermediate": {
        "usages": ["cert sign", "crl sign"],
        "expiry": "24h",
        "ca_constraint": {"is_ca": true, "max_path_len": 0, "max_path_len_zero": true}
      }
    }
  }
}
END
set -e
cfssl genkey -initca ca-csr.json | cfssljson -bare ca
cfssl gencert -ca ca.pem -ca-key ca-key.pem -config config.json csr.json | cfssljson -bare leaf
cfssl genkey csr.json | cfssljson -bare other
rm ca.csr
"#;

/// The programs and the files every case starts with.
struct Base {
    root: tempfile::TempDir,
}

static BASE: LazyLock<Base> = LazyLock::new(|| {
    let root = tempfile::tempdir().unwrap();
    let bin = root.path().join("bin");
    fs::create_dir(&bin).unwrap();
    // A copy, so that other users can reach it. By another process: a fork of this one, made by a test beside us
    // while we write, would hold the program open for writing, and it could not be started.
    let copied = Command::new("cp")
        .arg(env!("CARGO_BIN_EXE_certwright"))
        .arg(bin.join("certwright"))
        .status()
        .unwrap();
    assert!(copied.success());
    symlink("certwright", bin.join("cfssl")).unwrap();
    symlink("certwright", bin.join("cfssljson")).unwrap();
    fs::set_permissions(root.path(), Permissions::from_mode(0o755)).unwrap();
    let files = root.path().join("files");
    fs::create_dir(&files).unwrap();
    let made = shell(&bin, &files, MAKE);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Base { root }
});

/// The folder of one case.
pub(crate) struct World {
    folder: tempfile::TempDir,
    bin: PathBuf,
}

/// What a file is: its type and mode, and its contents.
type State = (u32, Vec<u8>);

impl World {
    /// A folder with the files every case starts with.
    pub(crate) fn new() -> Self {
        let base = BASE.root.path();
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        for entry in fs::read_dir(base.join("files")).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        Self { folder, bin: base.join("bin") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs shell lines that have to succeed.
    pub(crate) fn prepare(&self, case: &str, lines: &str) {
        let output = shell(&self.bin, self.folder.path(), &format!("set -e\n{lines}"));
        assert!(output.status.success(), "{case}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Runs a command, and writes down what happened.
    pub(crate) fn transcript(&self, command: &str) -> String {
        let before = self.files();
        let output = shell(&self.bin, self.folder.path(), command);
        let mut text = format!("$ {command}\n{}", shown(&output.stderr, ""));
        text += &shown(&output.stdout, "> ");
        match output.status.code() {
            Some(0) => {}
            Some(code) => text += &format!("? {code}\n"),
            None => text += "? killed\n",
        }
        text + &changes(&before, &self.files())
    }

    fn files(&self) -> BTreeMap<String, State> {
        let mut files = BTreeMap::new();
        collect(self.folder.path(), "", &mut files);
        files
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, State>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().display());
        let data = fs::symlink_metadata(&path).unwrap();
        let contents = if data.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        files.insert(name.clone(), (data.permissions().mode(), contents));
        if data.is_dir() {
            collect(&path, &format!("{name}/"), files);
        }
    }
}

/// Runs shell lines with the programs in front, no input, and nothing else of our environment.
fn shell(bin: &Path, folder: &Path, lines: &str) -> Output {
    Command::new("timeout")
        .args(["60", "sh", "-c", &format!("umask 022\n{lines}")])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", bin.display()))
        .env("LOOK", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/look"))
        .env("KEYS", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys"))
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn shown(bytes: &[u8], prefix: &str) -> String {
    let text = normal(&String::from_utf8_lossy(bytes));
    let mut shown: String = text.lines().map(|line| format!("{prefix}{line}\n")).collect();
    if !text.is_empty() && !text.ends_with('\n') {
        shown += "[no newline]\n";
    }
    shown
}

fn changes(before: &BTreeMap<String, State>, after: &BTreeMap<String, State>) -> String {
    let mut text = String::new();
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        text += &format!("- {name}\n");
    }
    for (name, state) in after {
        match before.get(name) {
            None => text += &format!("+ {name} {:04o}\n", state.0 & 0o7777),
            Some(old) if old != state => text += &format!("~ {name} {:04o}\n", state.0 & 0o7777),
            Some(_) => {}
        }
    }
    text
}
