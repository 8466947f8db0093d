//! Where a judge and we disagree about a defective twin, and why. A line that is no longer true fails the test.

/// What some judges say to some cases, other than we.
pub(crate) struct Disagreement {
    pub(crate) judges: &'static [&'static str],
    pub(crate) cases: &'static [&'static str],
    /// Why; for the reader.
    #[allow(dead_code, reason = "the table's own documentation")]
    pub(crate) reason: &'static str,
}

pub(crate) const DISAGREEMENTS: &[Disagreement] = &[];
