//! One certificate to renew, with the files beside it.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::cli::oneoff::issuer::{Opener, private_key};
use crate::cli::oneoff::left_behind::Replaced;
use crate::cli::own::documents;
use crate::cli::own::failure::Failure;
use crate::formats::{Format, Material, Options, render};
use crate::issue::certificate::{Certificate, CertificateError};
use crate::issue::renewal::request_for;
use crate::key::{PrivateKey, PublicKeyKind};
use crate::store::{Change, Folder, FoundFile, NewFile, Rights, Stage};
use crate::vocab::algorithm::{KeySpec, RsaBits};

/// What may be done with a private key at most: nothing by everybody.
const KEY_MODE_MASK: u32 = 0o770;

/// A certificate as it lies there, and what belongs to it.
pub(super) struct Entry<'p> {
    /// What `rollback` calls it.
    pub(super) base: String,
    /// The file's name in its folder.
    pub(super) file: String,
    pub(super) certificate: Certificate,
    pub(super) key: Option<Key>,
    path: PathBuf,
    found: FoundFile,
    key_path: PathBuf,
    csr: Option<FoundFile>,
    /// What opens its key, and a new one.
    opener: Opener<'p>,
}

/// The private key of a certificate.
pub(super) struct Key {
    private: PrivateKey,
    /// Its file beside the certificate; `None` for one from elsewhere.
    found: Option<FoundFile>,
}

impl<'p> Entry<'p> {
    pub(super) fn read(
        folder: &Folder,
        path: &Path,
        key: Option<&Path>,
        opener: Opener<'p>,
    ) -> Result<Self, Failure> {
        let named = path.file_name().and_then(|name| name.to_str());
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let (Some(file), Some(base)) = (named, stem) else {
            return Err(Failure::new(format!("{} is no name of a certificate's file", path.display())));
        };
        let Some(found) = folder.read(file)? else {
            // For the words of the system.
            documents::read(path)?;
            return Err(Failure::new(format!("{} is not there any more", path.display())));
        };
        let certificate = Certificate::from_pem(&found.contents).map_err(|error| {
            let hint = match error {
                CertificateError::TrailingData => Some("renew the certificate alone, without its chain"),
                _ => None,
            };
            let failure = Failure::from(error).within(path.display());
            match hint {
                Some(hint) => failure.with_hint(hint),
                None => failure,
            }
        })?;
        let beside = format!("{base}-key.pem");
        let key_path = key.map_or_else(|| path.with_file_name(&beside), Path::to_owned);
        let key_beside = match key {
            None => folder.read(&beside)?,
            Some(_) => None,
        };
        let key = match (key_beside, key) {
            (None, None) => None,
            (found, _) => Some(Key { private: private_key(&key_path, opener)?, found }),
        };
        if let Some(key) = &key
            && key.private.public_key().key_bits() != certificate.public_key().key_bits()
        {
            return Err(Failure::new(format!(
                "{} is not the private key of {}",
                key_path.display(),
                path.display()
            ))
            .with_hint(
                "--key FILE says where its key is; `certwright rollback` brings an earlier pair back",
            ));
        }
        let csr = folder.read(&format!("{base}.csr"))?;
        let (base, file, path) = (base.to_owned(), file.to_owned(), path.to_owned());
        Ok(Self { base, file, certificate, key, path, found, key_path, csr, opener })
    }

    /// The certificate's file, for messages.
    pub(super) fn shown(&self) -> std::path::Display<'_> {
        self.path.display()
    }

    /// The key's file, for messages.
    pub(super) fn key_shown(&self) -> std::path::Display<'_> {
        self.key_path.display()
    }

    pub(super) fn private_key(&self) -> Option<&PrivateKey> {
        self.key.as_ref().map(|key| &key.private)
    }

    /// Another key of the same kind, which takes the place of the one beside the certificate.
    pub(super) fn new_key(&self) -> Result<PrivateKey, Failure> {
        if self.key.as_ref().is_none_or(|key| key.found.is_none()) {
            return Err(Failure::new(format!(
                "a new key takes the place of {}-key.pem, which is not beside {}",
                self.base,
                self.shown()
            ))
            .with_hint("put key and certificate into one folder, or issue a new pair: certwright issue"));
        }
        let spec = match self.certificate.public_key().kind() {
            PublicKeyKind::Rsa { bits } => RsaBits::new(bits).map(KeySpec::Rsa),
            PublicKeyKind::Ec(curve) => Some(KeySpec::Ecdsa(curve)),
            PublicKeyKind::Ed25519 => Some(KeySpec::Ed25519),
            _ => None,
        };
        let Some(spec) = spec else {
            return Err(Failure::new(format!("no key like the one of {} is made any more", self.shown()))
                .with_hint("issue a new pair: certwright issue"));
        };
        Ok(PrivateKey::generate(spec)?)
    }

    /// Refuses if certificate or key were replaced since they were read.
    pub(super) fn check_unchanged(&self, folder: &Folder) -> Result<(), Failure> {
        let key = self.key.as_ref().and_then(|key| key.found.as_ref());
        let key = key.map(|found| (format!("{}-key.pem", self.base), found));
        for (name, before) in [(self.file.clone(), &self.found)].into_iter().chain(key) {
            let now = folder.read(&name)?;
            if now.is_none_or(|now| now.contents != before.contents) {
                let path = folder.path_of(&name);
                return Err(Failure::new(format!("{} was changed meanwhile", path.display()))
                    .with_hint("run it again"));
            }
        }
        Ok(())
    }
}

/// A certificate issued again, and the files that come of it.
pub(super) struct Renewed {
    pub(super) base: String,
    /// The certificate's path as it was given.
    pub(super) shown: String,
    pub(super) certificate: Certificate,
    pub(super) rekeyed: bool,
    pub(super) notes: Vec<String>,
    /// The certificate last.
    pub(super) files: Vec<NewFile>,
    old: Vec<String>,
}

impl Renewed {
    pub(super) fn new(
        entry: &Entry<'_>,
        certificate: Certificate,
        new_key: Option<PrivateKey>,
        notes: Vec<String>,
    ) -> Result<Self, Failure> {
        let Entry { base, file, .. } = entry;
        let [key_name, csr_name] = [format!("{base}-key.pem"), format!("{base}.csr")];
        let text = |text: String| Zeroizing::new(text.into_bytes());
        let mut files = Vec::new();
        if let (Some(key), Some(found)) = (&new_key, entry.key.as_ref().and_then(|key| key.found.as_ref())) {
            let rights = as_before(found, KEY_MODE_MASK);
            let material = Material { name: base, certificate: &certificate, chain: &[], key: Some(key) };
            let options = Options { password: entry.opener.password, ..Options::default() };
            let contents = render(form_of(&found.contents), &material, &options)?;
            files.push(NewFile { name: key_name.clone(), contents, rights });
        }
        if let (Some(found), Some(key)) = (&entry.csr, new_key.as_ref().or(entry.private_key())) {
            let csr = request_for(&entry.certificate, key).map_err(Failure::from)?;
            let rights = as_before(found, 0o7777);
            files.push(NewFile { name: csr_name.clone(), contents: text(csr.to_pem()), rights });
        }
        let rights = as_before(&entry.found, 0o7777);
        files.push(NewFile { name: file.clone(), contents: text(certificate.to_pem()), rights });
        Ok(Self {
            base: base.clone(),
            shown: entry.shown().to_string(),
            certificate,
            rekeyed: new_key.is_some(),
            notes,
            files,
            old: vec![key_name, csr_name, file.clone()],
        })
    }

    /// A sentence about files in other formats that hold what was replaced.
    pub(super) fn told_of_left_behind(&self, folder: &Folder) -> Option<String> {
        let is_authority = self.certificate.basic_constraints().ca;
        let Self { base, shown, old, rekeyed, .. } = self;
        Replaced { base, shown: Path::new(shown), own: old, rekeyed: *rekeyed, is_authority }.told(folder)
    }

    /// All certificates change together, so that an interrupted run leaves none or all renewed.
    pub(super) fn stage(&self, stage: &mut Stage) -> Result<Change, Failure> {
        let files = self.files.iter().map(|file| stage.write(file)).collect::<Result<Vec<_>, _>>()?;
        let old = self.old.clone();
        Ok(Change { base: self.base.clone(), files, old, together: true, fresh: false })
    }
}

/// The form of a key file, which the key that takes its place gets too.
fn form_of(file: &[u8]) -> Format {
    let has = |text: &[u8]| file.windows(text.len()).any(|part| part == text);
    // Also those that OpenSSL encrypted in the traditional form.
    if has(b"ENCRYPTED") {
        Format::EncryptedKey
    } else if has(b"BEGIN RSA PRIVATE KEY") || has(b"BEGIN EC PRIVATE KEY") {
        Format::TraditionalKey
    } else {
        Format::Key
    }
}

/// The rights a file had; an owner is named only where it is not whoever runs this.
fn as_before(found: &FoundFile, mask: u32) -> Rights {
    let own = rustix::process::geteuid().as_raw() == found.owner;
    Rights {
        mode: found.mode & mask,
        umask: false,
        owner: (!own).then_some(found.owner),
        group: (rustix::process::getegid().as_raw() != found.group).then_some(found.group),
    }
}
