//! Where the secrets of configurations come from: this process's environment and files.

use std::io;

use crate::model::config::SecretSource;

/// The process's own environment and files.
pub(super) struct Environment;

impl SecretSource for Environment {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn file(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}
