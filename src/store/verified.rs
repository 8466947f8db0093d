//! What was verified before: the same bytes below the same issuer need not be verified again.
//!
//! `.certwright/verified` holds digests, sorted. It is a memory and no proof: what it lacks is verified, and whoever can
//! write it can write the certificates too. It is not synced: half of it is only half a memory.

use super::folder::{Folder, OWN, StoreError, VERIFIED};
use super::transaction::Transaction;

/// The first half of the SHA-256 of what was verified.
pub type Digest = [u8; 16];

/// The digests of what was verified.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verified(Vec<Digest>);

impl Verified {
    /// What is known of a folder; nothing, where that cannot be read.
    pub fn of(folder: &Folder) -> Self {
        match folder.read(&format!("{OWN}/{VERIFIED}")) {
            Ok(Some(file)) => Self::new(file.contents.as_chunks().0.to_vec()),
            Ok(None) | Err(_) => Self::default(),
        }
    }

    /// These.
    pub fn new(mut digests: Vec<Digest>) -> Self {
        digests.sort_unstable();
        digests.dedup();
        Self(digests)
    }

    /// Whether this was verified.
    pub fn knows(&self, digest: &Digest) -> bool {
        self.0.binary_search(digest).is_ok()
    }
}

impl Transaction<'_> {
    /// Keeps what was verified for the next run.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn remember(&self, verified: &Verified) -> Result<(), StoreError> {
        self.write_own(VERIFIED, verified.0.as_flattened())
    }
}
