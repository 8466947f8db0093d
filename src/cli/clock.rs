//! The present time, or the one that `--at` takes for it.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads a time; a day is its first second in UTC.
pub(super) fn parse_time(text: &str) -> Result<OffsetDateTime, String> {
    OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| OffsetDateTime::parse(&format!("{text}T00:00:00Z"), &Rfc3339))
        .map_err(|_| "a time is needed, such as 2030-01-02 or 2030-01-02T15:04:05Z".into())
}

/// The time that is taken for the present one.
#[expect(clippy::disallowed_methods, reason = "the command line is where the clock is read")]
pub(super) fn now(at: Option<OffsetDateTime>) -> OffsetDateTime {
    at.unwrap_or_else(OffsetDateTime::now_utc)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn days_and_times_are_read() {
        for (text, expected) in [
            ("2027-01-01", datetime!(2027-01-01 0:00 UTC)),
            ("2027-01-01T02:00:00+02:00", datetime!(2027-01-01 0:00 UTC)),
            ("2027-01-01T00:00:00Z", datetime!(2027-01-01 0:00 UTC)),
        ] {
            assert_eq!(parse_time(text), Ok(expected), "{text}");
        }
        for text in [
            "2027",
            "2027-01",
            "20270101",
            "2027-02-30",
            "2027-W01-1",
            "2027-W01-01",
            "2027-001",
            "tomorrow",
            "",
        ] {
            let error = parse_time(text).unwrap_err();
            assert_eq!(error, "a time is needed, such as 2030-01-02 or 2030-01-02T15:04:05Z", "{text}");
        }
    }
}
