//! How the files of an entry are written.

use crate::cli::own::failure::Failure;
use crate::model::pki::FileRules;
use crate::model::request::KeyRequest;

use super::extras::Extras;
use super::lookups::{self, EntryRights};
use super::setting::Setting;

/// How the files of an entry are written.
pub(super) struct Form {
    pub(super) rights: EntryRights,
    pub(super) extras: Extras,
    pub(super) ignored_lints: Vec<&'static str>,
    /// Where the base name of its files stands, in the manifest.
    pub(super) place: String,
    /// Where the entry stands.
    entry: String,
}

impl Form {
    /// What the manifest asks for.
    pub(super) fn new(files: &FileRules, key: &KeyRequest, setting: Setting<'_>) -> Result<Self, Failure> {
        let form = || {
            Ok(Self {
                rights: lookups::rights(files)?,
                extras: Extras::new(files, key, setting.manifest_folder)?,
                ignored_lints: files.ignored_lints.clone(),
                place: format!("{}:{}", setting.manifest.display(), files.name.place),
                entry: format!("{}:{}", setting.manifest.display(), files.entry),
            })
        };
        form().map_err(|failure: Failure| failure.at(setting.manifest))
    }

    /// A fault of what is asked for, at its place; a node's names the node.
    pub(super) fn at_entry(&self, failure: Failure, name: &str) -> Failure {
        if self.entry.ends_with(&format!(".{name}")) {
            return failure.within(&self.entry);
        }
        failure.within(name).within(&self.entry)
    }
}
