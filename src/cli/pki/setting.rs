//! What all decisions of one run are made with.

use std::path::Path;

use time::OffsetDateTime;

use crate::plan::Permissions;
use crate::store::Folder;

use super::memory::Memory;

/// What all decisions are made with.
#[derive(Clone, Copy)]
pub(super) struct Setting<'s> {
    pub(super) folder: Option<&'s Folder>,
    /// What of it was verified before.
    pub(super) memory: &'s Memory,
    /// The manifest, for messages.
    pub(super) manifest: &'s Path,
    /// What the paths of the manifest are relative to.
    pub(super) manifest_folder: &'s Path,
    pub(super) now: OffsetDateTime,
    pub(super) permissions: Permissions<'s>,
    /// The authorities that may get a new key or name.
    pub(super) replace: &'s [String],
    /// The authorities that get a new key.
    pub(super) rotate: &'s [String],
    /// Nothing is going to be written, so no costly keys are generated.
    pub(super) only_plan: bool,
}
