//! Private keys that are encrypted now, and lie in plain in the earlier generation.

use crate::issue::certificate::Certificate;
use crate::key::PrivateKey;
use crate::store::{Folder, StoreError};

use super::authorities::Standing;
use super::certificates::Jobs;
use super::places;
use super::report::Remarks;

/// What is to be said of them.
pub(super) fn notes(folder: Option<&Folder>, standing: &[Standing], jobs: &Jobs<'_>) -> Vec<String> {
    let mut remarks = Remarks::default();
    // What cannot be read is said where it is of use.
    let found = find(folder, standing, jobs).unwrap_or_default();
    found.into_iter().for_each(|file| remarks.add_plain_copy(file));
    remarks.into_notes()
}

/// The files with such keys.
fn find(folder: Option<&Folder>, standing: &[Standing], jobs: &Jobs<'_>) -> Result<Vec<String>, StoreError> {
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let mut bases = Vec::new();
    places::for_each_form(standing, jobs, |_, base, form| {
        if form.extras.encrypts_key() {
            bases.push(base.to_owned());
        }
    });
    let mut found = Vec::new();
    for base in bases {
        if lies_in_plain(folder, &base)? {
            found.push(Folder::name_of_previous(&base, "-key.pem"));
        }
    }
    Ok(found)
}

fn lies_in_plain(folder: &Folder, base: &str) -> Result<bool, StoreError> {
    let Some(earlier) = folder.read_previous(base, "-key.pem")? else { return Ok(false) };
    let Ok(key) = PrivateKey::from_pem(&earlier.contents, None) else { return Ok(false) };
    let now = folder.read(&format!("{base}.pem"))?;
    let now = now.and_then(|now| Certificate::from_pem(&now.contents).ok());
    Ok(now.is_some_and(|now| now.public_key().key_bits() == key.public_key().key_bits()))
}
