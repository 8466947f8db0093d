//! What is done with an entry.

use time::OffsetDateTime;

use super::reason::{Reason, Refusal};

/// What is done with the certificate of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It stays.
    Keep,
    /// It is issued for the key that lies there.
    Issue,
    /// It is issued for a new key.
    IssueWithNewKey,
}

/// What is done with an entry, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// With its certificate.
    pub action: Action,
    /// The request file is written, though the certificate stays.
    pub write_csr: bool,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Why it is not done after all.
    pub refusal: Option<Refusal>,
    /// Why it stays though it is due.
    pub held_up: Option<HeldUp>,
}

/// A certificate is due to be renewed, and a renewal would make it last no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldUp {
    /// Its issuer ends then.
    ByIssuer(OffsetDateTime),
    /// Its profile has this fixed end.
    ByProfile(OffsetDateTime),
}

impl Decision {
    /// Nothing is to be done.
    pub fn is_nothing(&self) -> bool {
        self.reasons.is_empty() && self.refusal.is_none()
    }

    /// An authority gets another key or name, or is refused because it would.
    pub fn replaces_authority(&self) -> bool {
        self.action == Action::IssueWithNewKey || self.reasons.contains(&Reason::Subject)
    }
}
