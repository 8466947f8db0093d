//! What an earlier run verified, for a PKI so large that verifying all of it again takes its time.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};

use ring::digest::{Context, SHA256};
use ring::pbkdf2;
use zeroize::Zeroizing;

use crate::cli::own::failure::Failure;
use crate::issue::certificate::Certificate;
use crate::model::pki::{Certificates, Pki};
use crate::store::{Digest, Folder, Transaction, Verified};

use super::extras::Extras;

/// From so many certificates on, what was verified is remembered.
const MANY: usize = 256;

/// What was verified before, and what is by now.
pub(super) struct Memory {
    /// `None` where nothing is remembered.
    before: Option<Verified>,
    now: Mutex<Vec<Digest>>,
    /// What stands for a password in a digest: it must not be easier to guess there than in the files.
    passwords: Mutex<Vec<StandIn>>,
}

/// A password, and what stands for it.
struct StandIn(Zeroizing<Vec<u8>>, [u8; 16]);

/// What is verified together: files, and what they have to fit.
#[derive(Clone, Copy)]
pub(super) struct Verifiable<'a> {
    /// The base name of the files.
    pub(super) base: &'a str,
    /// The certificates from the issuer's to the root's.
    pub(super) chain: &'a [Certificate],
    /// Which other formats there are.
    pub(super) extras: &'a Extras,
}

impl Memory {
    /// What is known of the files of a PKI in a folder.
    pub(super) fn of(folder: Option<&Folder>, pki: &Pki) -> Self {
        let count: usize = pki.certificates.iter().map(Certificates::len).sum();
        let before = folder.filter(|_| count >= MANY).map(Verified::of);
        let now = if before.is_some() { Vec::with_capacity(count) } else { Vec::new() };
        Self { before, now: Mutex::new(now), passwords: Mutex::default() }
    }

    /// Whether anything is remembered.
    pub(super) fn is_kept(&self) -> bool {
        self.before.is_some()
    }

    /// Names the files of an entry, if names are of use: certificate, key and request, and those of other formats.
    pub(super) fn digest(&self, what: Verifiable<'_>, files: [&[u8]; 3], others: &[&[u8]]) -> Option<Digest> {
        self.before.as_ref()?;
        let Verifiable { base, chain, extras } = what;
        let issuer = chain.first()?;
        let mut context = Context::new(&SHA256);
        let mut add = |part: &[u8]| {
            context.update(&part.len().to_be_bytes());
            context.update(part);
        };
        [issuer.subject(), issuer.public_key().spki_der()].into_iter().chain(files).for_each(&mut add);
        if !others.is_empty() {
            add(base.as_bytes());
            extras.told_apart_by().for_each(|word| add(word.as_bytes()));
            if let Some(password) = extras.key_password() {
                add(&self.stand_in(password.as_bytes()));
            }
            chain.iter().for_each(|above| add(above.der()));
            others.iter().for_each(|file| add(file));
        }
        context.finish().as_ref().first_chunk().copied()
    }

    fn stand_in(&self, password: &[u8]) -> [u8; 16] {
        // As many as modern PKCS#12 files are written with.
        const ITERATIONS: NonZeroU32 = NonZeroU32::MIN.saturating_add(199_999);
        let mut known = self.passwords.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(StandIn(_, stand_in)) = known.iter().find(|StandIn(one, _)| **one == password) {
            return *stand_in;
        }
        let mut stand_in = [0; 16];
        let salt = b"certwright verified";
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ITERATIONS, salt, password, &mut stand_in);
        known.push(StandIn(Zeroizing::new(password.to_vec()), stand_in));
        stand_in
    }

    /// Whether these files were verified before: the certificate by its issuer, the request and the key by it, other
    /// formats by all of them.
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
