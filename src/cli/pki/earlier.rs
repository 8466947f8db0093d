//! The earlier generation of an authority: no key of an authority is lost.

use crate::key::PrivateKey;
use crate::store::{Folder, StoreError, Transaction};

/// Keeps the earlier generation apart, before that which lies in place takes its place with another key.
pub(in crate::cli) fn spare_key(
    transaction: &Transaction<'_>,
    folder: &Folder,
    base: &str,
) -> Result<(), StoreError> {
    let Some(earlier) = folder.read_previous(base, "-key.pem")? else { return Ok(()) };
    let now = folder.read(&format!("{base}-key.pem"))?;
    if now.is_some_and(|now| is_one_key(&now.contents, &earlier.contents)) {
        return Ok(());
    }
    transaction.preserve(base)
}

/// Whether two files hold one key; in doubt they do not.
fn is_one_key(one: &[u8], other: &[u8]) -> bool {
    let key = |file| PrivateKey::from_pem(file, None).ok();
    one == other
        || key(one).zip(key(other)).is_some_and(|(one, other)| one.public_key() == other.public_key())
}
