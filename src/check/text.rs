//! How names, times and lists read in a finding.

use time::OffsetDateTime;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use crate::inspect::look::dn;
use crate::vocab::spoken;

/// Seconds of a day.
pub(super) const DAY: i64 = 24 * 3600;

/// A moment, in seconds since 1970: `2030-01-02T15:04:05Z`.
pub fn moment(seconds: i64) -> String {
    spoken::moment(OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH))
}

/// A distinguished name (DER): `CN=server, O=Org, C=US`.
pub fn name(der: &[u8]) -> String {
    match X509Name::from_der(der) {
        Ok((_, name)) if name.iter().next().is_none() => "(an empty name)".to_owned(),
        Ok((_, name)) => dn(&name),
        Err(_) => "(a name that cannot be read)".to_owned(),
    }
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
    fn names_and_lists_are_short_and_stay_on_their_line() {
        assert_eq!(name(&[0x30, 0]), "(an empty name)");
        assert_eq!(name(&[1]), "(a name that cannot be read)");
        let items = ["a", "b", "c"].map(String::from);
        assert_eq!([some_of(&items, 3), some_of(&items, 2)], ["a, b, c", "a, b and 1 more"]);
    }
}
