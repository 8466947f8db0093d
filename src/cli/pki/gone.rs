//! Files of entries that are in the manifest no more: nothing writes them any more, or removes them. And files that
//! another manifest has entries for too.
//!
//! What an entry wrote is remembered, for it cannot be told from the files: the same authority may have issued them for
//! another manifest, or for nobody's.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::store::{Entries, Folder, StoreError, Transaction};

use super::authorities::Standing;
use super::certificates::Jobs;
use super::load::Loaded;
use super::places;

/// What a manifest had and has no more.
#[derive(Default)]
pub(super) struct Gone {
    /// Who it is in the memory; `None` for a name that cannot stand there.
    manifest: Option<String>,
    known: Entries,
    /// The base names of all entries, and then of those that are no more, a line each.
    names: String,
    files: Vec<String>,
    /// The other manifest that has an entry for a base name.
    rivals: HashMap<String, String>,
}

impl Gone {
    /// What lies there of entries that are no more.
    pub(super) fn find(
        loaded: &Loaded,
        folder: Option<&Folder>,
        standing: &[Standing],
        jobs: &Jobs<'_>,
    ) -> Self {
        let Some(folder) = folder else { return Self::default() };
        let Some(manifest) = name_in_memory(&loaded.path, folder) else { return Self::default() };
        let mut names = String::new();
        places::for_each_form(standing, jobs, |_, base, _| {
            names.push_str(base);
            names.push('\n');
        });
        let known = Entries::of(folder);
        let rivals = rivals(&known, &manifest, &names, folder);
        let mut files = Vec::new();
        // Most runs find what the last one left.
        if known.of_manifest(&manifest) != names {
            let left = abandoned(&known, &manifest, &names);
            let read =
                if left.is_empty() { Vec::new() } else { places::within(folder.path(), &loaded.inputs) };
            for base in left {
                let Some(file) = lying(folder, &base) else { continue };
                names.push_str(&base);
                names.push('\n');
                files.extend((!is_read(&base, &read)).then_some(file));
            }
        }
        Self { manifest: Some(manifest), known, names, files, rivals }
    }

    /// The other manifest that has an entry for these files, if any file has two.
    pub(super) fn rival(&self, base: &str) -> Option<&str> {
        self.rivals.get(base).map(String::as_str)
    }

    /// Whether files have two manifests.
    pub(super) fn has_rivals(&self) -> bool {
        !self.rivals.is_empty()
    }

    /// The certificate of each, or what is left of it.
    pub(super) fn files(&self) -> impl Iterator<Item = String> {
        self.files.iter().cloned()
    }

    /// Keeps for the next run what there is now.
    pub(super) fn keep(&mut self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        let Some(manifest) = self.manifest.take() else { return Ok(()) };
        if self.known.of_manifest(&manifest) == self.names {
            return Ok(());
        }
        self.known.set(&manifest, std::mem::take(&mut self.names));
        transaction.keep_entries(&self.known)
    }
}

/// The base names that are known of a manifest, and are neither its own any more nor another's.
fn abandoned(known: &Entries, manifest: &str, names: &str) -> Vec<String> {
    let now: HashSet<_> = names.lines().collect();
    let mut left: Vec<_> = known.of_manifest(manifest).lines().filter(|base| !now.contains(base)).collect();
    if !left.is_empty() {
        let others: HashSet<_> = known.of_others(manifest).flat_map(|(_, names)| names.lines()).collect();
        left.retain(|base| !others.contains(base));
    }
    left.into_iter().map(str::to_owned).collect()
}

/// Those of the names that another manifest has too, and which one it is; one that is no more has none.
fn rivals(known: &Entries, manifest: &str, names: &str, folder: &Folder) -> HashMap<String, String> {
    let mut others =
        known.of_others(manifest).filter(|(other, _)| folder.path().join(other).exists()).peekable();
    if others.peek().is_none() {
        return HashMap::new();
    }
    let own: HashSet<_> = names.lines().collect();
    let both = others.flat_map(|(other, names)| names.lines().map(move |base| (base, other)));
    both.filter(|(base, _)| own.contains(base))
        .map(|(base, other)| (base.to_owned(), other.to_owned()))
        .collect()
}

/// The certificate that lies there of an entry, or its key.
fn lying(folder: &Folder, base: &str) -> Option<String> {
    ["", "-key"].map(|what| format!("{base}{what}.pem")).into_iter().find(|file| folder.has_file(file))
}

/// The manifest names the files itself, as those of an authority that exists.
fn is_read(base: &str, read: &[String]) -> bool {
    ["", "-key"].iter().any(|what| read.contains(&format!("{base}{what}.pem")))
}

/// A manifest is known by its place in the folder, so that both may be moved together, or else by its whole path.
fn name_in_memory(manifest: &Path, folder: &Folder) -> Option<String> {
    let manifest = manifest.canonicalize().ok()?;
    let out = folder.path().canonicalize().ok()?;
    let name = manifest.strip_prefix(&out).unwrap_or(&manifest).to_str()?;
    (!name.contains(char::is_control)).then(|| name.to_owned())
}
