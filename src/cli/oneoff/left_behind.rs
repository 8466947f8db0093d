//! Files in other formats that still hand out what was replaced, also a key that may have leaked.

use std::path::Path;

use crate::formats::Format;
use crate::store::Folder;

/// What was replaced.
pub(super) struct Replaced<'a> {
    pub(super) base: &'a str,
    /// The path of its certificate, as it is shown.
    pub(super) shown: &'a Path,
    /// The names of its own files.
    pub(super) own: &'a [String],
    /// Its key too.
    pub(super) rekeyed: bool,
    pub(super) is_authority: bool,
}

impl Replaced<'_> {
    /// A sentence about the files, if there are any.
    pub(super) fn told(&self, folder: &Folder) -> Option<String> {
        let names = self.files(folder);
        let old = if self.rekeyed { "the old certificate or key" } else { "the old certificate" };
        let holds = match names.len() {
            0 => return None,
            1 => "holds",
            _ => "hold",
        };
        Some(format!(
            "{} still {holds} {old}: certwright apply writes what the manifest names, certwright export --force the rest",
            names.join(", ")
        ))
    }

    /// Their paths: those that the table of formats has.
    fn files(&self, folder: &Folder) -> Vec<String> {
        let shown = |name: String| self.shown.with_file_name(name).display().to_string();
        let holds_old = |format: &Format| {
            format.holds_certificate()
                || (self.rekeyed && format.holds_key())
                || (self.is_authority && *format == Format::Truststore)
        };
        let names = Format::ALL
            .into_iter()
            .filter(holds_old)
            .map(|format| format!("{}{}", self.base, format.ending()));
        let mut found: Vec<_> = names
            .filter(|name| !self.own.contains(name) && folder.path_of(name).symlink_metadata().is_ok())
            .collect();
        // Two formats may have one ending.
        found.dedup();
        found.into_iter().map(shown).collect()
    }
}
