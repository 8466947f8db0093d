//! The table of defects: each row breaks one thing.

mod chain;
mod encoding;
mod extensions;
mod keys;
mod names;
mod requests;

use super::case::Case;

/// All rows.
pub(crate) fn cases() -> Vec<Case> {
    let tables: [&[Case]; 6] =
        [chain::CASES, names::CASES, extensions::CASES, encoding::CASES, keys::CASES, requests::CASES];
    tables.concat()
}
