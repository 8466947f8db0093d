//! A CA configuration: JSON to policy, where the environment and the file system have nothing.
#![no_main]

use std::io;

use certwright::model::config::{SecretSource, SigningConfig};
use certwright::wire::json;

struct Nothing;

impl SecretSource for Nothing {
    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn file(&self, _: &str) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = json::read(bytes) else { return };
    match SigningConfig::from_document(document, &Nothing) {
        Ok((config, _)) => assert!(config.profile_names().all(|name| config.profile(name).is_some())),
        Err(error) => drop(error.to_string()),
    }
});
