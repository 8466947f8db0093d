//! What an earlier run verified, for a PKI so large that verifying all of it again takes its time.

use std::sync::{Mutex, PoisonError};

use ring::digest::{Context, SHA256};

use crate::cli::own::failure::Failure;
use crate::issue::certificate::Certificate;
use crate::model::pki::{Certificates, Pki};
use crate::store::{Digest, Folder, Transaction, Verified};

/// From so many certificates on, what was verified is remembered.
const MANY: usize = 256;

/// What was verified before, and what is by now.
pub(super) struct Memory {
    /// `None` where nothing is remembered.
    before: Option<Verified>,
    now: Mutex<Vec<Digest>>,
}

impl Memory {
    /// What is known of the files of a PKI in a folder.
    pub(super) fn of(folder: Option<&Folder>, pki: &Pki) -> Self {
        let count: usize = pki.certificates.iter().map(Certificates::len).sum();
        let before = folder.filter(|_| count >= MANY).map(Verified::of);
        let now = if before.is_some() { Vec::with_capacity(count) } else { Vec::new() };
        Self { before, now: Mutex::new(now) }
    }

    /// Names the files of an entry, if names are of use.
    pub(super) fn digest(&self, issuer: &Certificate, files: [&[u8]; 3]) -> Option<Digest> {
        self.before.as_ref()?;
        let mut context = Context::new(&SHA256);
        let issuer = [issuer.subject(), issuer.public_key().spki_der()];
        for part in issuer.into_iter().chain(files) {
            context.update(&part.len().to_be_bytes());
            context.update(part);
        }
        context.finish().as_ref().first_chunk().copied()
    }

    /// Whether these files were verified before: the certificate by its issuer, the request and the key by it.
    pub(super) fn knows(&self, digest: &Digest) -> bool {
        self.before.as_ref().is_some_and(|before| before.knows(digest))
    }

    /// These files are verified.
    pub(super) fn note(&self, digest: Option<Digest>) {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).extend(digest);
    }

    /// Keeps what is verified by now, if that is not what was kept.
    pub(super) fn keep(&self, transaction: &Transaction<'_>) -> Result<(), Failure> {
        let Some(before) = &self.before else { return Ok(()) };
        let now = std::mem::take(&mut *self.now.lock().unwrap_or_else(PoisonError::into_inner));
        let now = Verified::new(now);
        if now != *before {
            transaction.remember(&now)?;
        }
        Ok(())
    }
}
