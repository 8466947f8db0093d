//! What is done with an entry.

use time::{Duration, OffsetDateTime};

use crate::issue::clean::Adjustment;

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
    /// What would be issued otherwise than asked for; known where it is only planned.
    pub foreseen: Departures,
}

/// In what a certificate departs from what was asked for, if that is worth a word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Departures {
    /// What was changed against profile and request.
    pub adjustments: Vec<Adjustment>,
    /// Its issuer's end cut it short.
    pub cut: Option<Cut>,
    /// It is written as a kubeconfig, and no API server will take it.
    pub for_no_client: bool,
}

/// An earlier end than was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The end.
    pub end: OffsetDateTime,
    /// How much earlier.
    pub by: Duration,
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
