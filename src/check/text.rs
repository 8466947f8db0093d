//! How names, times and spans read in a finding.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

/// Seconds of a day.
pub(super) const DAY: i64 = 24 * 3600;

/// A moment, in seconds since 1970: `2030-01-02T15:04:05Z`.
pub fn moment(seconds: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    time.format(&Rfc3339).unwrap_or_else(|_| time.to_string())
}

/// A span of seconds in its largest unit: `40 days`, `1 hour`.
pub fn span(seconds: i64) -> String {
    let seconds = seconds.abs();
    let (number, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => (seconds / 60, "minute"),
        7200..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / DAY, "day"),
    };
    counted(number, unit)
}

/// `1 day`, `2 days`.
pub(super) fn counted(number: impl TryInto<u64> + std::fmt::Display, unit: &str) -> String {
    let text = number.to_string();
    let plural = if text == "1" { "" } else { "s" };
    format!("{text} {unit}{plural}")
}

/// A distinguished name (DER): `C=US, O=Org, CN=server`.
pub fn name(der: &[u8]) -> String {
    match X509Name::from_der(der) {
        Ok((_, name)) if name.iter().next().is_none() => "(an empty name)".to_owned(),
        Ok((_, name)) => printable(&name.to_string()),
        Err(_) => "(a name that cannot be read)".to_owned(),
    }
}

/// Text of a certificate in a report: nothing in it moves the cursor or ends the line.
pub(super) fn printable(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// Octets as hexadecimal digits.
pub fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// At most so many of a list, joined, and how many more there are.
pub(super) fn some_of(items: &[String], most: usize) -> String {
    let shown = items.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    match items.len().checked_sub(most) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_their_largest_unit() {
        let texts = [0, 1, 119, 120, 7199, 7200, 172_799, 172_800, -864_000].map(span);
        let expected = [
            "0 seconds",
            "1 second",
            "119 seconds",
            "2 minutes",
            "119 minutes",
            "2 hours",
            "47 hours",
            "2 days",
            "10 days",
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn names_and_lists_are_short_and_stay_on_their_line() {
        assert_eq!(name(&[0x30, 0]), "(an empty name)");
        assert_eq!(name(&[1]), "(a name that cannot be read)");
        assert_eq!(printable("a\nb\u{1b}[1mü"), "a\\nb\\u{1b}[1mü");
        let items = ["a", "b", "c"].map(String::from);
        assert_eq!([some_of(&items, 3), some_of(&items, 2)], ["a, b, c", "a, b and 1 more"]);
        assert_eq!(hex(&[0, 0xab]), "00ab");
    }
}
