//! The present time, or the one that `--at` takes for it.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads a full time.
pub(super) fn parse_time(text: &str) -> Result<OffsetDateTime, String> {
    OffsetDateTime::parse(text, &Rfc3339)
        .map_err(|_| "a full time is needed, such as 2030-01-02T15:04:05Z".into())
}

/// The time that is taken for the present one.
#[expect(clippy::disallowed_methods, reason = "the command line is where the clock is read")]
pub(super) fn now(at: Option<OffsetDateTime>) -> OffsetDateTime {
    at.unwrap_or_else(OffsetDateTime::now_utc)
}
