//! What is asked of the material.

use super::names::Host;
use super::policy::Policy;
use super::role::Role;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The present, in seconds since 1970.
    pub now: i64,
    /// How many seconds before its end a certificate counts as expiring; none for 30 days, or a third of its life if
    /// that is less.
    pub within: Option<i64>,
    /// The hosts that somebody connects to.
    pub hosts: Vec<Host>,
    /// What the certificates are for.
    pub role: Option<Role>,
    /// Whose rules count beside those of a private PKI.
    pub policies: Vec<Policy>,
    /// Codes of findings that nobody wants to hear of.
    pub ignored: Vec<String>,
}

impl Question {
    /// Seconds before the end of a life from which on it is expiring.
    pub(super) fn notice_period(&self, not_before: i64, not_after: i64) -> i64 {
        const USUAL: i64 = 30 * 24 * 3600;
        self.within.unwrap_or_else(|| USUAL.min(not_after.saturating_sub(not_before) / 3))
    }
}
