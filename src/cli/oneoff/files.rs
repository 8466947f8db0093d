//! Where the files go: into a folder, all or none, the earlier ones kept.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::cli::own::failure::Failure;
use crate::cli::pki::lookups::PUBLIC_MODE;
use crate::cli::pki::take_lock;
use crate::issue::certificate::Certificate;
use crate::key::{Password, PrivateKey, PublicKey};
use crate::model::pki::is_base_name;
use crate::store::{Change, Folder, NewFile, Rights, Transaction};
use crate::vocab::shell;

use super::left_behind::Replaced;

/// The mode of a private key.
const KEY_MODE: u32 = 0o600;

/// The files of one certificate that are to be written.
pub(super) struct Files {
    pub(super) base: String,
    pub(super) key: Option<Zeroizing<Vec<u8>>>,
    pub(super) csr: Option<String>,
    pub(super) certificate: String,
}

/// Which files of a base name would be written.
#[derive(Clone, Copy)]
pub(super) struct Kinds<'a> {
    pub(super) base: &'a str,
    /// A new key and a file for it; else the key that exists, which a key beside has to be.
    pub(super) key: Option<&'a PublicKey>,
    /// What opens a key beside.
    pub(super) password: Option<&'a Password>,
    pub(super) csr: bool,
    /// Whether an authority is made.
    pub(super) is_authority: bool,
    /// The files of the authority that signs.
    pub(super) signer: &'a [PathBuf],
}

impl Kinds<'_> {
    fn names(&self) -> Vec<String> {
        let base = self.base;
        let key = self.key.is_none().then(|| format!("{base}-key.pem"));
        let csr = self.csr.then(|| format!("{base}.csr"));
        key.into_iter().chain(csr).chain([format!("{base}.pem")]).collect()
    }

    /// Refuses to overwrite; a folder that does not exist yet is free.
    pub(super) fn check(&self, out: &Path, force: bool) -> Result<(), Failure> {
        match Folder::open(out)? {
            Some(folder) => self.check_in(&folder, force).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Whether something will be replaced.
    fn check_in(&self, folder: &Folder, force: bool) -> Result<bool, Failure> {
        self.spare_signer(folder)?;
        self.spare_authority(folder)?;
        if let Some(key) = self.key {
            self.check_key_beside(folder, key)?;
        }
        let mut found = false;
        for name in self.names() {
            if folder.read(&name)?.is_none() {
                continue;
            }
            found = true;
            if !force {
                let path = folder.path_of(&name);
                return Err(Failure::new(format!("{} exists", path.display())).with_hint(
                    "--name BASE for other names, or --force to replace it: the earlier files are kept below \
                     \"previous\"",
                ));
            }
        }
        if found {
            self.spare_earlier_authority(folder)?;
        }
        Ok(found)
    }

    /// Whoever signs once signs again.
    fn spare_signer(&self, folder: &Folder) -> Result<(), Failure> {
        let mut paths = self.names().into_iter().map(|name| folder.path_of(&name));
        match paths.find(|path| self.signer.iter().any(|file| is_same_file(path, file))) {
            None => Ok(()),
            Some(path) => Err(Failure::new(format!("{} is the authority's that signs", path.display()))
                .with_hint("--name BASE for other names")),
        }
    }

    /// An authority makes way for itself alone, with the key it has.
    fn spare_authority(&self, folder: &Folder) -> Result<(), Failure> {
        let name = format!("{}.pem", self.base);
        let Some(authority) = authority_in(folder, &name)? else { return Ok(()) };
        let bits = authority.public_key().key_bits();
        if self.is_authority && self.key.is_some_and(|key| key.key_bits() == bits) {
            return Ok(());
        }
        let path = folder.path_of(&name);
        Err(Failure::new(format!(
            "{} is an authority's: without it, nothing it signed would be accepted any more",
            path.display()
        ))
        .with_hint(format!(
            "--name BASE for other names, or move its files away; to renew it: certwright renew {}",
            shell::path(&path)
        )))
    }

    /// One earlier generation is kept: the key of an authority is not to be what has to go.
    fn spare_earlier_authority(&self, folder: &Folder) -> Result<(), Failure> {
        let base = self.base;
        let key = format!("{base}-key.pem");
        let earlier = format!("previous/{base}/{key}");
        let Some(found) = folder.read(&earlier)? else { return Ok(()) };
        let is_in_place = folder.read(&key)?.is_some_and(|now| now.contents == found.contents);
        if is_in_place || authority_in(folder, &format!("previous/{base}/{base}.pem"))?.is_none() {
            return Ok(());
        }
        let path = folder.path_of(&earlier);
        Err(Failure::new(format!("{} is an authority's key, and would be gone", path.display())).with_hint(
            format!(
                "of what is replaced, one generation is kept: move previous/{base} away, or bring it back: \
                 certwright rollback {}",
                shell::last(base)
            ),
        ))
    }

    /// A certificate beside another one's key would be no pair.
    fn check_key_beside(&self, folder: &Folder, key: &PublicKey) -> Result<(), Failure> {
        let name = format!("{}-key.pem", self.base);
        let Some(found) = folder.read(&name)? else { return Ok(()) };
        let beside = PrivateKey::from_pem(&found.contents, self.password);
        if beside.is_ok_and(|beside| beside.public_key().key_bits() == key.key_bits()) {
            return Ok(());
        }
        let path = folder.path_of(&name);
        Err(Failure::new(format!("{} is not the key of the certificate to be", path.display()))
            .with_hint("--name BASE for other names, or move it away"))
    }
}

/// The certificate of an authority, if a file is one.
fn authority_in(folder: &Folder, name: &str) -> Result<Option<Certificate>, Failure> {
    let found = folder.read(name)?;
    let certificate = found.and_then(|found| Certificate::from_pem(&found.contents).ok());
    Ok(certificate.filter(|certificate| certificate.basic_constraints().ca))
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    let place = |path| fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
    place(one).is_some_and(|one| place(other) == Some(one))
}

impl Files {
    /// Writes them; whether something was replaced.
    pub(super) fn write(&self, kinds: Kinds<'_>, out: &Path, force: bool) -> Result<bool, Failure> {
        let folder = Folder::create(out)?;
        let transaction = Transaction::begin(&folder, take_lock(&folder, false)?)?;
        // Somebody may have been faster.
        let replaces = kinds.check_in(&folder, force)?;
        self.spare_name_of_authority(&folder)?;
        let written = self.put_in_place(&transaction, replaces);
        transaction.remove_staged()?;
        written.map(|()| replaces)
    }

    /// Whatever an authority signed has its name in it.
    fn spare_name_of_authority(&self, folder: &Folder) -> Result<(), Failure> {
        let name = format!("{}.pem", self.base);
        let (before, now) =
            (authority_in(folder, &name)?, Certificate::from_pem(self.certificate.as_bytes()));
        match (before, now) {
            (Some(before), Ok(now)) if before.subject() != now.subject() => {
                let path = folder.path_of(&name);
                let path = path.display();
                let message = format!(
                    "{path} is an authority's of another name: what it signed would be accepted no more"
                );
                Err(Failure::new(message).with_hint("--name BASE for other names, or move its files away"))
            }
            _ => Ok(()),
        }
    }

    fn put_in_place(&self, transaction: &Transaction<'_>, replaces: bool) -> Result<(), Failure> {
        let base = &self.base;
        let key = Rights { mode: KEY_MODE, umask: false, owner: None, group: None };
        let public = Rights { mode: PUBLIC_MODE, umask: true, ..key };
        let text = |text: &str| Zeroizing::new(text.as_bytes().to_vec());
        let mut files = Vec::new();
        if let Some(contents) = &self.key {
            let name = format!("{base}-key.pem");
            files.push(NewFile { name, contents: contents.clone(), rights: key });
        }
        if let Some(csr) = &self.csr {
            files.push(NewFile { name: format!("{base}.csr"), contents: text(csr), rights: public });
        }
        let name = format!("{base}.pem");
        files.push(NewFile { name, contents: text(&self.certificate), rights: public });
        let mut stage = transaction.stage(files.len())?;
        let files = files.iter().map(|file| stage.write(file)).collect::<Result<Vec<_>, _>>()?;
        let old = if replaces {
            vec![format!("{base}-key.pem"), format!("{base}.csr"), format!("{base}.pem")]
        } else {
            Vec::new()
        };
        let together = replaces && self.key.is_some();
        Ok(transaction.commit(vec![Change { base: base.clone(), files, old, together, fresh: !replaces }])?)
    }

    /// A sentence about files in other formats that hold what was replaced.
    pub(super) fn told_of_left_behind(
        &self,
        out: &Path,
        is_authority: bool,
    ) -> Result<Option<String>, Failure> {
        let Some(folder) = Folder::open(out)? else { return Ok(None) };
        let base = &self.base;
        let own = ["-key.pem", ".csr", ".pem"].map(|ending| format!("{base}{ending}"));
        let shown = shown(out, &format!("{base}.pem"));
        let replaced = Replaced { base, shown: &shown, own: &own, rekeyed: self.key.is_some(), is_authority };
        Ok(replaced.told(&folder))
    }

    /// The names of what is written, for the report.
    pub(super) fn names(&self, out: &Path) -> String {
        let base = &self.base;
        let key = self.key.is_some().then(|| format!("{base}-key.pem"));
        let csr = self.csr.is_some().then(|| format!("{base}.csr"));
        let names = [format!("{base}.pem")].into_iter().chain(key).chain(csr);
        names.map(|name| shown(out, &name).display().to_string()).collect::<Vec<_>>().join(", ")
    }
}

/// A file of the folder, for messages.
fn shown(out: &Path, name: &str) -> PathBuf {
    if out == Path::new(".") { name.into() } else { out.join(name) }
}

/// A base name out of what a certificate is called: `*.example.com` is `_wildcard.example.com`.
pub(super) fn base_name(title: &str) -> Option<String> {
    let title = title.replace('*', "_wildcard");
    let plain = |c: char| if c.is_alphanumeric() || "._-".contains(c) { c } else { '-' };
    let mut name = String::new();
    for c in title.chars().map(plain) {
        if !(c == '-' && name.ends_with('-')) {
            name.push(c);
        }
    }
    let name = name.trim_end_matches('-').trim_start_matches(['.', '-']);
    check_base(name).is_ok().then(|| name.to_owned())
}

/// A base name is one that stays in the folder, and whose files nobody takes for another's.
pub(super) fn check_base(name: &str) -> Result<(), Failure> {
    let refuse =
        |hint: &str| Err(Failure::new(format!("{name:?} cannot be the base name of files")).with_hint(hint));
    if !is_base_name(name) || name.contains('/') {
        return refuse(
            "a name without folders, + and control characters, which does not start with a dot and is not \
             \"previous\"; --out names the folder",
        );
    }
    if name.ends_with("-key") {
        return refuse("its certificate would have the name of a key: NAME-key.pem");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_certificates_become_names_of_files() {
        for (title, name) in [
            ("www.example.com", Some("www.example.com")),
            ("*.example.com", Some("_wildcard.example.com")),
            ("My  Root: CA/1", Some("My-Root-CA-1")),
            ("system:node:a", Some("system-node-a")),
            ("../../etc/passwd", Some("etc-passwd")),
            ("fe80::1", Some("fe80-1")),
            ("Zoë", Some("Zoë")),
            ("//", None),
            ("previous", None),
            ("a-key", None),
        ] {
            assert_eq!(base_name(title).as_deref(), name, "{title}");
        }
    }
}
