//! Octets, numbers and spans of time as people read them.

use std::fmt::Display;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Octets as hexadecimal digits: `0aff`.
pub fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// A moment, as configurations write it too (RFC 3339): `2030-01-02T15:04:05Z`.
pub fn moment(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_else(|_| time.to_string())
}

/// `1 day`, `2 days`.
pub fn counted(number: impl Display, unit: &str) -> String {
    let number = number.to_string();
    let ending = if number == "1" { "" } else { "s" };
    format!("{number} {unit}{ending}")
}

/// A span of seconds in its largest fitting unit, rounded down: `364 days`, `47 hours`, `1 minute`.
pub fn span(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    match seconds {
        0..60 => counted(seconds, "second"),
        60..3600 => counted(seconds / 60, "minute"),
        3600..172_800 => counted(seconds / 3600, "hour"),
        _ => counted(seconds / 86_400, "day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_fitting_units() {
        for (seconds, expected) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (3599, "59 minutes"),
            (3600, "1 hour"),
            (172_799, "47 hours"),
            (172_800, "2 days"),
            (-864_000, "10 days"),
        ] {
            assert_eq!(span(seconds), expected);
        }
    }

    #[test]
    fn octets_have_two_digits() {
        assert_eq!(hex(&[0, 0xab]), "00ab");
    }
}
