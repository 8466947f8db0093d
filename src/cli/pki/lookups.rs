//! What a manifest names of the machine: users, groups and passwords.

use std::path::Path;

use zeroize::Zeroizing;

use crate::cli::own::documents;
use crate::cli::own::failure::Failure;
use crate::key::Password;
use crate::model::pki::FileRules;
use crate::store::Rights;
use crate::wire::json::Located;

/// The mode of files without a secret, before the umask.
pub(in crate::cli) const PUBLIC_MODE: u32 = 0o644;

/// Who may do what with the files of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct EntryRights {
    pub(super) key_mode: u32,
    pub(super) owner: Option<u32>,
    pub(super) group: Option<u32>,
}

impl EntryRights {
    /// Of a file with the private key.
    pub(super) fn key(self) -> Rights {
        Rights { mode: self.key_mode, umask: false, owner: self.owner, group: self.group }
    }

    /// Of any other file.
    pub(super) fn public(self) -> Rights {
        Rights { mode: PUBLIC_MODE, umask: true, owner: self.owner, group: self.group }
    }
}

/// The rights of an entry's files, names of users and groups looked up.
pub(super) fn rights(files: &FileRules) -> Result<EntryRights, Failure> {
    let number = |text: &Located<String>, what: &str, find: &dyn Fn(&str) -> Option<u32>| {
        if text.value.is_empty() {
            return Ok(None);
        }
        let found = text.value.parse().ok().or_else(|| find(&text.value));
        found.map(Some).ok_or_else(|| {
            Failure::new(format!("{}: there is no {what} \"{}\" on this machine", text.place, text.value))
        })
    };
    let user = |name: &str| nix::unistd::User::from_name(name).ok().flatten().map(|user| user.uid.as_raw());
    let group =
        |name: &str| nix::unistd::Group::from_name(name).ok().flatten().map(|group| group.gid.as_raw());
    Ok(EntryRights {
        key_mode: files.key_mode,
        owner: number(&files.owner, "user", &user)?,
        group: number(&files.group, "group", &group)?,
    })
}

/// The password of an entry, from where the manifest says.
pub(super) fn password(files: &FileRules, folder: &Path) -> Result<Option<Password>, Failure> {
    if !files.password_file.value.is_empty() {
        let mut bytes = documents::read(&folder.join(&files.password_file.value))
            .map_err(|failure| failure.within(&files.password_file.place))?;
        while matches!(bytes.last(), Some(b'\n' | b'\r')) {
            bytes.pop();
        }
        return Ok(Some(Password::new(std::mem::take(&mut bytes))));
    }
    let name = &files.password_env;
    if name.value.is_empty() {
        return Ok(None);
    }
    match std::env::var_os(&name.value) {
        Some(value) => {
            use std::os::unix::ffi::OsStringExt;
            let mut bytes = Zeroizing::new(value.into_vec());
            Ok(Some(Password::new(std::mem::take(&mut bytes))))
        }
        None => {
            Err(Failure::new(format!("{}: the environment variable {} is not set", name.place, name.value)))
        }
    }
}
