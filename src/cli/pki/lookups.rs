//! What a manifest names of the machine: users, groups and passwords.

use std::path::{Path, PathBuf};

use nix::unistd::{getegid, geteuid};
use zeroize::Zeroizing;

use crate::cli::own::documents;
use crate::cli::own::failure::Failure;
use crate::key::Password;
use crate::model::pki::FileRules;
use crate::plan::{Decision, Refusal};
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
    /// The key that asks for what only root may do, if whoever runs this is not root.
    beyond: Option<&'static str>,
}

impl EntryRights {
    /// Refuses what would be written and could not be given away.
    pub(super) fn check(self, decision: &mut Decision) {
        if let (Some(key), false, None) = (self.beyond, decision.reasons.is_empty(), &decision.refusal) {
            decision.refusal = Some(Refusal::NotGivable(key));
        }
    }

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
    let number = |text: &Located<String>, (what, known), find: &dyn Fn(&str) -> Option<u32>| {
        if text.value.is_empty() {
            return Ok(None);
        }
        let found = text.value.parse().ok().or_else(|| find(&text.value));
        // POSIX chown(2): -1 leaves owner or group as they are.
        if found == Some(u32::MAX) {
            let message = format!("{} is no {what}: the system takes it for \"as it is\"", text.value);
            return Err(Failure::new(message)
                .within(&text.place)
                .with_hint(format!("write the name or the number of a {what}")));
        }
        found.map(Some).ok_or_else(|| {
            Failure::new(format!("{}: there is no {what} \"{}\" on this machine", text.place, text.value))
                .with_hint(format!(
                    "make the {what}, or write its number: the static program knows only {known}"
                ))
        })
    };
    let user = |name: &str| nix::unistd::User::from_name(name).ok().flatten().map(|user| user.uid.as_raw());
    let group =
        |name: &str| nix::unistd::Group::from_name(name).ok().flatten().map(|group| group.gid.as_raw());
    let owner = number(&files.owner, ("user", "/etc/passwd"), &user)?;
    let group = number(&files.group, ("group", "/etc/group"), &group)?;
    Ok(EntryRights { key_mode: files.key_mode, owner, group, beyond: beyond_us(owner, group) })
}

/// POSIX chown(2): an owner is changed by the privileged only, a group to one of one's own.
fn beyond_us(owner: Option<u32>, group: Option<u32>) -> Option<&'static str> {
    let strange_owner = owner.is_some_and(|owner| owner != geteuid().as_raw());
    let is_ours = |group| {
        group == getegid().as_raw()
            || nix::unistd::getgroups().is_ok_and(|ours| ours.iter().any(|one| one.as_raw() == group))
    };
    let strange_group = group.is_some_and(|group| !is_ours(group));
    if !strange_owner && !strange_group || may_change_owners() {
        return None;
    }
    Some(if strange_owner { "owner" } else { "group" })
}

/// Of Linux, capability 0 (CAP_CHOWN); elsewhere root has it.
fn may_change_owners() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    match effective.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()) {
        Some(mask) => mask & 1 == 1,
        None => geteuid().is_root(),
    }
}

/// What a file may be called in a manifest.
pub(super) const RELATIVE: &str = "a path relative to the manifest";

/// A file that a manifest names, as the user would write it: without ./ in front.
pub(super) fn within(folder: &Path, name: &str) -> PathBuf {
    if folder.as_os_str() == "." { PathBuf::from(name) } else { folder.join(name) }
}

/// What a password comes from, if anything.
pub(super) fn password_source(files: &FileRules) -> Option<&Located<String>> {
    [&files.password_file, &files.password_env].into_iter().find(|source| !source.value.is_empty())
}

/// The password of an entry, from where the manifest says.
pub(super) fn password(files: &FileRules, folder: &Path) -> Result<Option<Password>, Failure> {
    if !files.password_file.value.is_empty() && !files.password_env.value.is_empty() {
        return Err(Failure::new("a password comes from one place, and \"password_file\" is given too")
            .within(&files.password_env.place)
            .with_hint("remove \"password_env\" or \"password_file\""));
    }
    if !files.password_file.value.is_empty() {
        let mut bytes = documents::read(&within(folder, &files.password_file.value))
            .map_err(|failure| failure.within(&files.password_file.place).with_hint(RELATIVE))?;
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
            Err(Failure::new(format!("{}: the environment variable {} is not set", name.place, name.value))
                .with_hint(format!("export {}, or name a file: \"password_file\"", name.value)))
        }
    }
}
