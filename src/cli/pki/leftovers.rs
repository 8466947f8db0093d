//! Private keys in formats that were taken out of the manifest: nothing writes these files any more, or removes them.

use std::collections::{BTreeSet, HashMap};

use crate::formats::Format;
use crate::store::{Folder, StoreError};

use super::authorities::Standing;
use super::certificates::Jobs;
use super::places;

/// The files of formats with a private key that entries could have, and none has.
pub(super) fn find(
    folder: Option<&Folder>,
    standing: &[Standing],
    jobs: &Jobs<'_>,
) -> Result<Vec<String>, StoreError> {
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let mut folders = BTreeSet::new();
    places::for_each_form(standing, jobs, |_, base, _| {
        let parent = base.rsplit_once('/').map_or("", |(parent, _)| parent);
        if !folders.contains(parent) {
            folders.insert(parent.to_owned());
        }
    });
    let mut lying: HashMap<String, Vec<String>> = HashMap::new();
    for parent in &folders {
        for name in folder.names_in(parent)? {
            let name = if parent.is_empty() { name } else { format!("{parent}/{name}") };
            for base in bases(&name) {
                lying.entry(base.to_owned()).or_default().push(name.clone());
            }
        }
    }
    let mut found = BTreeSet::new();
    if !lying.is_empty() {
        places::for_each_form(standing, jobs, |_, base, _| {
            found.extend(lying.remove(base).unwrap_or_default())
        });
    }
    if !found.is_empty() {
        places::for_each_file(standing, jobs, |_, file| {
            found.remove(file);
        });
    }
    Ok(found.into_iter().collect())
}

/// The base names of which a file could be a format with a private key.
fn bases(name: &str) -> impl Iterator<Item = &str> {
    let endings =
        Format::ALL.into_iter().filter(|format| format.holds_key() && format.ending() != "-key.pem");
    endings.filter_map(|format| name.strip_suffix(format.ending())).filter(|base| !base.is_empty())
}
