//! What `certwright inspect` and `certwright diff` show: what was found in files, in words and as JSON.
//!
//! cfssl's own reports are beside this folder; they keep cfssl's shape and refuse what Go refuses. Here everything that
//! x509-parser can read is shown.

mod details;
mod diff;
mod document;
mod extension;
mod facts;
mod key;
mod kind;
mod names;
mod relations;
mod report;
mod shown;
mod signature;
mod summary;
mod tree;
mod words;

pub use diff::{Compared, Comparison, Difference, Side};
pub use document::{
    Content, Document, PrivateKeyFacts, Reading, damaged, numbered, private_key, read, unreadable,
};
pub use extension::ExtensionFacts;
pub use facts::{CertificateFacts, CrlFacts, Lifetime, NextUpdate, RequestFacts, Revoked, State};
pub use key::KeyFacts;
pub use kind::Kind;
pub use names::Names;
pub use relations::Relations;
pub use report::Report;
pub use shown::{dn, serial};
