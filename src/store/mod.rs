//! The output folder: what lies there, and how a set of changes gets there whole.
//!
//! Everything happens below one folder that is opened once; no symbolic link below it is followed but those of an
//! interrupted switch. What is on its way lies in `.certwright`, which only its owner can list:
//!
//! - `.certwright/new` and `.certwright/new-...` are files that are written and not in place yet.
//! - `.certwright/verified` holds digests of what was verified, where there is much of it: see [`verified`].
//! - `.certwright/entries` holds which entries a manifest had, and is locked while somebody changes the folder: see
//!   [`entries`].
//! - `.certwright/kept` and `.certwright/dropped` hold generations on their way into `previous` and out of it.
//! - `.certwright/switch` holds what has to change together: see [`switch`]. The modes of the files in it are final.
//!
//! The generation before the last change of an entry lies in `previous`.

mod entries;
mod folder;
mod lock;
mod previous;
mod stage;
mod switch;
mod transaction;
mod tree;
mod verified;

pub use entries::Entries;
pub use folder::{Folder, FoundFile, StoreError};
pub use lock::Lock;
pub use stage::{Change, NewFile, Rights, Stage, StagedFile};
pub use transaction::Transaction;
pub use verified::{Digest, Verified};
