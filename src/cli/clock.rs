//! The present time, or the one that `--at` takes for it.

use std::env;
use std::sync::Once;

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::streams;

/// What is to be said once.
static NOTE: Once = Once::new();

/// Reads a time; a day is its first second in UTC.
pub(super) fn parse_time(text: &str) -> Result<OffsetDateTime, String> {
    OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| OffsetDateTime::parse(&format!("{text}T00:00:00Z"), &Rfc3339))
        .map_err(|_| "a time is needed, such as 2030-01-02 or 2030-01-02T15:04:05Z".into())
}

/// The time that is taken for the present one.
pub(super) fn now(at: Option<OffsetDateTime>) -> OffsetDateTime {
    at.unwrap_or_else(system_clock)
}

/// The system's clock. A static program does not load the library with which `faketime` moves it, but whoever tries a
/// renewal with it counts on its offset all the same.
#[expect(clippy::disallowed_methods, reason = "the command line is where the clock is read")]
fn system_clock() -> OffsetDateTime {
    let now = OffsetDateTime::now_utc();
    if cfg!(target_env = "musl")
        && env::var("LD_PRELOAD").is_ok_and(|libraries| libraries.contains("libfaketime"))
        && let Ok(fake) = env::var("FAKETIME")
    {
        match parse_offset(&fake) {
            Some(offset) => return now.saturating_add(offset),
            None => NOTE.call_once(|| {
                streams::print_error(&format!(
                    "note: the time is the real one: a static program takes only an offset from faketime, not {fake:?}\n"
                ));
            }),
        }
    }
    now
}

/// An offset as `faketime` hands it on: `+90000`, `-2d`.
fn parse_offset(text: &str) -> Option<Duration> {
    let number = text.trim_end_matches(['s', 'm', 'h', 'd', 'y']);
    let unit = match &text[number.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "y" => 365 * 86_400,
        _ => return None,
    };
    let count: i64 = number.starts_with(['+', '-']).then(|| number.parse().ok())??;
    count.checked_mul(unit).map(Duration::seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn offsets_are_faketime_s() {
        for (text, seconds) in [
            ("+97450477", Some(97_450_477)),
            ("-2d", Some(-172_800)),
            ("+3m", Some(180)),
            ("+1y", Some(31_536_000)),
            ("@2030-01-01 00:00:00", None),
            ("2030-01-01", None),
            ("+1dd", None),
            ("+", None),
            ("+9223372036854775807d", None),
            ("", None),
        ] {
            assert_eq!(parse_offset(text), seconds.map(Duration::seconds), "{text}");
        }
    }

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
