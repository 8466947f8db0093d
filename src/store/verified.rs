//! What was verified before: the same bytes below the same issuer need not be verified again.
//!
//! `.certwright/verified` holds digests, sorted. It is a memory and no proof: what it lacks is verified, and whoever can
//! write it can write the certificates too. It is not synced: half of it is only half a memory.

use std::fs::File;
use std::io::Write;

use rustix::fs::{Mode, OFlags, openat, renameat};

use super::folder::{Folder, OWN, StoreError, io_error};
use super::transaction::Transaction;

const NAME: &str = "verified";

/// The first half of the SHA-256 of what was verified.
pub type Digest = [u8; 16];

/// The digests of what was verified.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verified(Vec<Digest>);

impl Verified {
    /// What is known of a folder; nothing, where that cannot be read.
    pub fn of(folder: &Folder) -> Self {
        match folder.read(&format!("{OWN}/{NAME}")) {
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
        self.write_own(NAME, verified.0.as_flattened())
    }

    /// Writes a file of ours, which is not synced.
    pub(super) fn write_own(&self, name: &str, contents: &[u8]) -> Result<(), StoreError> {
        let own = self.folder.own()?;
        let new = format!("{name}.new");
        let path = self.folder.path_of(OWN).join(&new);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(&*own, &new, flags, Mode::RUSR | Mode::WUSR)
            .map_err(|errno| io_error("write", &path, errno))?;
        File::from(file).write_all(contents).map_err(|source| StoreError::Io {
            action: "write",
            path: path.clone(),
            source,
        })?;
        renameat(&*own, &new, &*own, name).map_err(|errno| io_error("write", &path, errno))
    }
}
