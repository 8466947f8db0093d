//! What the tests of this layer share: the fixtures of `tests/data/keys` and OpenSSL as the second opinion.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use super::{KeyError, Password, PrivateKey};

/// The bytes of a fixture.
pub(super) fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys").join(format!("{name}.pem"));
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads a fixture without a password.
pub(super) fn read(name: &str) -> Result<PrivateKey, KeyError> {
    PrivateKey::from_pem(&fixture(name), None)
}

/// Reads a fixture with a password.
pub(super) fn read_with(name: &str, password: &str) -> Result<PrivateKey, KeyError> {
    PrivateKey::from_pem(&fixture(name), Some(&Password::new(password.into())))
}

/// The DER in a fixture's last PEM block.
pub(super) fn der(name: &str) -> Vec<u8> {
    let text = fixture(name);
    let mut rest = text.as_slice();
    let mut contents = Vec::new();
    while let Some((block, next)) = crate::vocab::pem::decode(rest) {
        contents = block.contents().to_vec();
        rest = next;
    }
    contents
}

/// Replaces the only occurrence of some bytes.
pub(super) fn patched(der: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let at: Vec<usize> = (0..der.len()).filter(|start| der[*start..].starts_with(old)).collect();
    assert_eq!(at.len(), 1, "not exactly one place to patch");
    [&der[..at[0]], new, &der[at[0] + old.len()..]].concat()
}

/// A directory of its own, removed when dropped.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("certwright-key-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    #[expect(clippy::disallowed_methods, reason = "a test's scratch file needs no care")]
    pub(super) fn write(&self, name: &str, contents: &[u8]) {
        fs::write(self.0.join(name), contents).unwrap();
    }

    pub(super) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }

    /// Runs `openssl` here; its arguments are parted by spaces.
    pub(super) fn openssl(&self, arguments: &str) -> Output {
        let output =
            Command::new("openssl").args(arguments.split(' ')).current_dir(&self.0).output().unwrap();
        assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}
