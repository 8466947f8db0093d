//! What lies there of an entry.

use crate::issue::certificate::Certificate;
use crate::issue::csr::CertificateSigningRequest;
use crate::key::PrivateKey;
use crate::plan::{Lying, Piece};
use crate::store::{Digest, Folder, FoundFile, StoreError};

use super::extras::FoundExtras;
use super::form::Form;
use super::memory::{Memory, Verifiable};

/// What lies there of an entry: the pieces, and the files they came from.
pub(super) struct Found {
    pub(super) lying: Lying,
    /// The key, where it is of use.
    pub(super) private: Option<PrivateKey>,
    pub(super) key: Option<FoundFile>,
    csr: Option<FoundFile>,
    certificate: Option<FoundFile>,
    pub(super) extras: FoundExtras,
    /// The name of its files in the memory of what was verified.
    pub(super) digest: Option<Digest>,
}

/// Reads the files of an entry. What `memory` knows of this issuer is not verified again.
pub(super) fn find(
    folder: Option<&Folder>,
    base: &str,
    form: &Form,
    memory: Option<(&Memory, &[Certificate])>,
) -> Result<Found, StoreError> {
    let read = |name: String| match folder {
        Some(folder) => folder.read(&name),
        None => Ok(None),
    };
    let certificate = read(format!("{base}.pem"))?;
    let key = read(format!("{base}-key.pem"))?;
    let csr = read(format!("{base}.csr"))?;
    let extras = form.extras.find(folder, base)?;
    let digest = match (memory, &certificate, &key, &csr) {
        (Some((memory, chain)), Some(certificate), Some(key), Some(csr)) => {
            let others: Option<Vec<&[u8]>> =
                extras.iter().map(|file| Some(file.as_ref()?.contents.as_slice())).collect();
            let what = Verifiable { base, chain, extras: &form.extras };
            let files = [&certificate.contents[..], &key.contents, &csr.contents];
            others.and_then(|others| memory.digest(what, files, &others))
        }
        _ => None,
    };
    let is_known = memory.zip(digest.as_ref()).is_some_and(|((memory, _), digest)| memory.knows(digest));
    let parsed = piece(certificate.as_ref(), Certificate::from_pem);
    let (public, private, request) = match &parsed {
        Piece::Good(parsed) if is_known => {
            let public = parsed.public_key();
            (Piece::Good(public.clone()), None, Piece::Good(public.clone()))
        }
        _ => {
            let private = key_piece(key.as_ref(), form);
            let request = piece(csr.as_ref(), CertificateSigningRequest::from_pem);
            let request = request.map(|request| request.public_key().clone());
            (private.as_ref().map(|key| key.public_key().clone()), private.into_good(), request)
        }
    };
    let base = base.to_owned();
    let lying = Lying { base, certificate: parsed, key: public, csr: request, is_verified: is_known };
    Ok(Found { lying, private, key, csr, certificate, extras, digest })
}

impl Found {
    /// Whether none of the entry's files lies there.
    pub(super) fn is_nothing(&self) -> bool {
        !self.lying.exists() && self.extras.iter().all(Option::is_none)
    }

    /// The files in the order in which they are put in place: what their names end with, and whether each holds the key.
    pub(super) fn files<'f>(
        &'f self,
        form: &'f Form,
    ) -> impl Iterator<Item = (&'static str, bool, &'f FoundFile)> {
        let key = ("-key.pem", true, self.key.as_ref());
        let extras = form.extras.endings().zip(&self.extras);
        let extras = extras.map(|((ending, holds_key), file)| (ending, holds_key, file.as_ref()));
        let public = [(".csr", false, self.csr.as_ref()), (".pem", false, self.certificate.as_ref())];
        let all = std::iter::once(key).chain(extras).chain(public);
        all.filter_map(|(ending, holds_key, file)| Some((ending, holds_key, file?)))
    }

    /// The name of a file.
    pub(super) fn name(&self, ending: &str) -> String {
        format!("{}{ending}", self.lying.base)
    }
}

/// A key that is encrypted and cannot be opened is not broken.
fn key_piece(file: Option<&FoundFile>, form: &Form) -> Piece<PrivateKey> {
    let password = form.extras.key_password();
    match (piece(file, |bytes| PrivateKey::from_consistent_pem(bytes, password)), file) {
        (Piece::Broken(fault), Some(file)) if is_encrypted(&file.contents) => Piece::Locked(fault),
        (found, _) => found,
    }
}

fn is_encrypted(pem: &[u8]) -> bool {
    pem.windows(9).any(|part| part == b"ENCRYPTED")
}

fn piece<T, E: std::fmt::Display>(
    file: Option<&FoundFile>,
    read: impl FnOnce(&[u8]) -> Result<T, E>,
) -> Piece<T> {
    match file.map(|file| read(&file.contents)) {
        None => Piece::Missing,
        Some(Ok(value)) => Piece::Good(value),
        Some(Err(error)) => Piece::Broken(error.to_string()),
    }
}
