//! The files of an entry beside certificate, key and request: other formats.

use std::path::Path;

use zeroize::Zeroizing;

use crate::cli::own::failure::Failure;
use crate::formats::{self, Format, FormatError, Material, Options, pkcs12, render};
use crate::issue::certificate::Certificate;
use crate::issue::policy::ApprovedTemplate;
use crate::key::{Password, PrivateKey};
use crate::model::pki::FileRules;
use crate::model::request::KeyRequest;
use crate::plan::Reason;
use crate::store::{Folder, FoundFile, StoreError};
use crate::vocab::algorithm::KeySpec;
use crate::vocab::usage::Usage;
use crate::wire::json::{Located, nearest};

use super::lookups;

/// What an entry is written as.
pub(super) struct Extras {
    /// How its key file is written.
    key: Format,
    /// The formats with files of their own.
    formats: Vec<Format>,
    password: Option<Password>,
    server: Option<String>,
    namespace: Option<String>,
}

/// A file in another format.
pub(super) struct ExtraFile {
    pub(super) name: String,
    pub(super) contents: Zeroizing<Vec<u8>>,
    pub(super) holds_key: bool,
}

/// The extra files that lie there, in the order of the formats.
pub(super) type FoundExtras = Vec<Option<FoundFile>>;

impl Extras {
    /// The formats a manifest asks for, for a key that it asks for.
    pub(super) fn new(files: &FileRules, key: &KeyRequest, folder: &Path) -> Result<Self, Failure> {
        let mut extras = Self {
            key: Format::Key,
            formats: Vec::new(),
            password: lookups::password(files, folder)?,
            server: Some(files.server.value.clone()).filter(|server| !server.is_empty()),
            namespace: Some(files.namespace.value.clone()).filter(|namespace| !namespace.is_empty()),
        };
        let mut key_form = None;
        for (index, word) in files.formats.iter().enumerate() {
            if files.formats.iter().take(index).any(|before| before.value == word.value) {
                return Err(Failure::new(format!("the format \"{}\" is named twice", word.value))
                    .within(&word.place)
                    .with_hint("name it once"));
            }
            extras.add(word, &mut key_form).map_err(|failure| failure.within(&word.place))?;
            extras.check(word, files)?;
        }
        extras.refuse_idle(files)?;
        if extras.key == Format::TraditionalKey && matches!(key.spec(), Ok(KeySpec::Ed25519)) {
            let written = files.formats.iter().find(|word| word.value == Format::TraditionalKey.word());
            return Err(without_traditional_form(written));
        }
        Ok(extras)
    }

    /// What no format makes anything of.
    fn refuse_idle(&self, files: &FileRules) -> Result<(), Failure> {
        const OF_SERVER: &[Format] = &[Format::Kubeconfig];
        const OF_NAMESPACE: &[Format] = &[Format::KubernetesSecret, Format::Kubeconfig];
        for (key, text, users) in
            [("server", &files.server, OF_SERVER), ("namespace", &files.namespace, OF_NAMESPACE)]
        {
            if text.value.is_empty() || users.iter().any(|user| self.formats.contains(user)) {
                continue;
            }
            let words: Vec<_> = users.iter().map(|user| format!("\"{user}\"")).collect();
            let failure =
                Failure::new(format!("\"{key}\" has no effect without the format {}", words.join(" or ")));
            let hint = format!("remove \"{key}\", or add the format to \"formats\"");
            return Err(failure.within(&text.place).with_hint(hint));
        }
        Ok(())
    }

    /// Whether there is anything to be written in a format.
    fn check(&self, word: &Located<String>, files: &FileRules) -> Result<(), Failure> {
        let Some(format) = Format::from_word(&word.value) else { return Ok(()) };
        // A node's name is never empty, and has letters or digits but for oddities.
        let base = files.name.value.replace("{node}", "n");
        let name = base.rsplit('/').next().unwrap_or(&base);
        formats::check(format, name, &self.options()).map_err(|error| {
            let source = lookups::password_source(files);
            let place = match (&error, source) {
                (FormatError::Server { .. }, _) => &files.server.place,
                (FormatError::Namespace { .. }, _) => &files.namespace.place,
                (FormatError::Name { .. }, _) => &files.name.place,
                (FormatError::EmptyPassword { .. } | FormatError::PasswordNotText { .. }, Some(source)) => {
                    return in_manifest(error).within(&source.value).within(&source.place);
                }
                _ => &word.place,
            };
            in_manifest(error).within(place)
        })
    }

    /// `key` is the format of the key that was named before.
    fn add(&mut self, word: &Located<String>, key: &mut Option<Format>) -> Result<(), Failure> {
        let format = Format::from_word(&word.value).ok_or_else(|| unknown_format(&word.value))?;
        if format.needs_password() && self.password.is_none() {
            return Err(Failure::new(format!("the format \"{format}\" needs a password"))
                .with_hint("name where it comes from: \"password_file\" or \"password_env\""));
        }
        if format == Format::Kubeconfig && self.server.is_none() {
            return Err(Failure::new("a kubeconfig leads to a server")
                .with_hint("name it: \"server\": \"https://192.0.2.11:6443\""));
        }
        match format {
            Format::Pem => {}
            Format::Key | Format::TraditionalKey | Format::EncryptedKey => {
                if key.replace(format).is_some_and(|before| before != format) {
                    return Err(Failure::new("the key is one file, in one format")
                        .with_hint("name one of them, and make the other with `certwright export`"));
                }
                self.key = format;
            }
            _ if self.formats.iter().any(|known| known.ending() == format.ending()) => {
                return Err(Failure::new(format!("two formats would be the file {}", format.ending()))
                    .with_hint("name one of them, and make the other with `certwright export`"));
            }
            other => self.formats.push(other),
        }
        Ok(())
    }

    /// Whether every format can be written for these files.
    pub(super) fn check_base(&self, base: &str) -> Result<(), Failure> {
        let name = base.rsplit('/').next().unwrap_or(base);
        self.formats
            .iter()
            .try_for_each(|format| formats::check(*format, name, &self.options()))
            .map_err(in_manifest)
    }

    /// Whether there is to be a kubeconfig of a certificate that is not for clients.
    pub(super) fn are_for_no_client(&self, approved: &ApprovedTemplate) -> bool {
        let usages = &approved.template().usages;
        let is_for_clients = [Usage::CLIENT_AUTH, Usage::ANY].into_iter().any(|usage| usages.has(usage));
        // RFC 5280 section 4.2.1.12: without the extension a key may be used for anything.
        self.formats.contains(&Format::Kubeconfig) && usages.has_extended() && !is_for_clients
    }

    /// The password the key file may need.
    pub(super) fn key_password(&self) -> Option<&Password> {
        self.password.as_ref()
    }

    /// Whether the key file is encrypted.
    pub(super) fn encrypts_key(&self) -> bool {
        self.key == Format::EncryptedKey
    }

    /// Whether the key file is written as asked; PKCS#8 is what we write, and any other plain form is fine.
    pub(super) fn is_key_form(&self, file: &[u8]) -> bool {
        let has = |label: &[u8]| file.windows(label.len()).any(|part| part == label);
        match self.key {
            Format::EncryptedKey => has(b"BEGIN ENCRYPTED PRIVATE KEY"),
            Format::TraditionalKey => has(b"BEGIN RSA PRIVATE KEY") || has(b"BEGIN EC PRIVATE KEY"),
            _ => !has(b"ENCRYPTED"),
        }
    }

    /// What the files depend on, but for password, certificates and key.
    pub(super) fn told_apart_by(&self) -> impl Iterator<Item = &str> {
        let formats = self.formats.iter().map(|format| format.word());
        let others = [&self.server, &self.namespace].map(|word| word.as_deref().unwrap_or_default());
        others.into_iter().chain(formats)
    }

    /// The names of the files.
    pub(super) fn names(&self, base: &str) -> Vec<String> {
        self.formats.iter().map(|format| format!("{base}{}", format.ending())).collect()
    }

    /// What the names of the files end with, and whether each holds the key.
    pub(super) fn endings(&self) -> impl Iterator<Item = (&'static str, bool)> {
        self.formats.iter().map(|format| (format.ending(), format.holds_key()))
    }

    /// Whether a file holds what stands above the certificate alone.
    pub(super) fn is_of_chain(&self, ending: &str) -> bool {
        let format = self.formats.iter().find(|format| format.ending() == ending);
        format.is_some_and(|format| !format.holds_certificate() && !format.holds_key())
    }

    /// Reads the files.
    pub(super) fn find(&self, folder: Option<&Folder>, base: &str) -> Result<FoundExtras, StoreError> {
        let Some(folder) = folder else { return Ok(Vec::new()) };
        self.names(base).iter().map(|name| folder.read(name)).collect()
    }

    /// Which files are missing, or not of this certificate, key and chain.
    pub(super) fn differences(&self, found: &FoundExtras, of: &Material<'_>) -> Result<Vec<Reason>, Failure> {
        let mut reasons = Vec::new();
        for (index, format) in self.formats.iter().enumerate() {
            let name = format!("{}{}", of.name, format.ending());
            match found.get(index).and_then(Option::as_ref) {
                None => reasons.push(Reason::Missing(name)),
                Some(file) if !self.is_of(*format, &file.contents, of)? => {
                    reasons.push(Reason::Outdated(name))
                }
                Some(_) => {}
            }
        }
        Ok(reasons)
    }

    fn is_of(&self, format: Format, bytes: &[u8], of: &Material<'_>) -> Result<bool, Failure> {
        if !format.needs_password() {
            return Ok(*self.render(format, of)? == bytes);
        }
        // Salted, so never the same twice: what is inside counts.
        let Ok(contents) = pkcs12::read(bytes, self.password.as_ref()) else { return Ok(false) };
        if format == Format::Truststore {
            let anchor = of.chain.last().unwrap_or(of.certificate);
            return Ok(holds(&contents, anchor));
        }
        let same_key = match (&contents.key, of.key) {
            (Some(found), Some(key)) => found.public_key().spki_der() == key.public_key().spki_der(),
            _ => false,
        };
        Ok(same_key
            && pkcs12::is_encrypted_as(format, bytes)
            && holds(&contents, of.certificate)
            && of.chain.iter().all(|above| holds(&contents, above)))
    }

    /// Every file.
    pub(super) fn all(&self, of: &Material<'_>) -> Result<Vec<ExtraFile>, Failure> {
        self.formats
            .iter()
            .map(|format| {
                let name = format!("{}{}", of.name, format.ending());
                Ok(ExtraFile { name, contents: self.render(*format, of)?, holds_key: format.holds_key() })
            })
            .collect()
    }

    /// The contents of the key file.
    pub(super) fn key_file(
        &self,
        certificate: &Certificate,
        key: &PrivateKey,
    ) -> Result<Zeroizing<Vec<u8>>, Failure> {
        self.render(self.key, &Material { name: "", certificate, chain: &[], key: Some(key) })
    }

    fn render(&self, format: Format, of: &Material<'_>) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let name = of.name.rsplit('/').next().unwrap_or(of.name);
        render(format, &Material { name, ..*of }, &self.options()).map_err(in_manifest)
    }

    fn options(&self) -> Options<'_> {
        Options {
            password: self.password.as_ref(),
            server: self.server.as_deref(),
            namespace: self.namespace.as_deref(),
            ..Options::default()
        }
    }
}

fn holds(contents: &pkcs12::Contents, wanted: &Certificate) -> bool {
    std::iter::once(&contents.certificate).chain(&contents.chain).any(|one| one.der() == wanted.der())
}

/// With advice that goes into a manifest.
fn in_manifest(error: FormatError) -> Failure {
    let hint = error.hint_in_manifest();
    Failure { hint, ..Failure::from(error) }
}

fn without_traditional_form(word: Option<&Located<String>>) -> Failure {
    let failure = Failure::new("an Ed25519 key has PKCS#8 alone, and no traditional form")
        .with_hint("remove \"traditional-key\", or ask for an RSA or ECDSA key");
    match word {
        Some(word) => failure.within(&word.place),
        None => failure,
    }
}

fn unknown_format(word: &str) -> Failure {
    let words = || Format::ALL.into_iter().map(Format::word);
    let failure = Failure::new(format!("there is no format \"{word}\""));
    match nearest(word, words()) {
        Some(near) => failure.with_hint(format!("did you mean \"{near}\"?")),
        None => failure.with_hint(format!("the formats: {}", words().collect::<Vec<_>>().join(", "))),
    }
}
