//! ASN.1 times as Go reads and prints them: RFC 3339, the zone kept as it was written.

use time::{Date, Month};

/// The zones of a time: `Z`, `+hhmm`, `-hhmm`, but not zero written as an offset.
struct Zone<'a>(&'a [u8]);

/// A UTCTime, with or without seconds; the years 50 to 99 are 19xx (RFC 5280 section 4.1.2.5.1).
pub(super) fn utc_time(content: &[u8]) -> Option<String> {
    let (digits, zone) = split_zone(content)?;
    let full = match digits.len() {
        10 => [digits, b"00"].concat(),
        12 => digits.to_vec(),
        _ => return None,
    };
    let century: &[u8] = if full.first()? >= &b'5' { b"19" } else { b"20" };
    rfc3339(&[century, &full].concat(), b"", zone)
}

/// A GeneralizedTime in whole seconds.
pub(super) fn generalized_time(content: &[u8]) -> Option<String> {
    let (digits, zone) = split_zone(content)?;
    rfc3339(digits, b"", zone)
}

/// A GeneralizedTime whose seconds may have a fraction: up to nine digits, the last not zero.
pub(super) fn generalized_time_with_fraction(content: &[u8]) -> Option<String> {
    let (digits, zone) = split_zone(content)?;
    let Some(point) = digits.iter().position(|byte| *byte == b'.') else {
        return rfc3339(digits, b"", zone);
    };
    let (whole, fraction) = digits.split_at(point);
    let decimals = &fraction[1..];
    let well_formed = (1..=9).contains(&decimals.len())
        && decimals.iter().all(u8::is_ascii_digit)
        && decimals.last() != Some(&b'0');
    if well_formed { rfc3339(whole, fraction, zone) } else { None }
}

fn split_zone(content: &[u8]) -> Option<(&[u8], Zone<'_>)> {
    if let Some(digits) = content.strip_suffix(b"Z") {
        return Some((digits, Zone(b"Z")));
    }
    let (digits, zone) = content.split_at_checked(content.len().checked_sub(5)?)?;
    Some((digits, Zone(zone)))
}

/// `YYYYMMDDhhmmss`, the fraction with its point, and the zone.
fn rfc3339(digits: &[u8], fraction: &[u8], zone: Zone<'_>) -> Option<String> {
    if digits.len() != 14 {
        return None;
    }
    let [year, month, day] = [number(&digits[..4])?, number(&digits[4..6])?, number(&digits[6..8])?];
    let [hour, minute, second] = [number(&digits[8..10])?, number(&digits[10..12])?, number(&digits[12..])?];
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok()?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let month = u8::from(month);
    let fraction = std::str::from_utf8(fraction).ok()?;
    let zone = zone.rfc3339()?;
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}"))
}

impl Zone<'_> {
    fn rfc3339(&self) -> Option<String> {
        if self.0 == b"Z" {
            return Some("Z".to_owned());
        }
        let (sign @ (b'+' | b'-'), digits) = self.0.split_first()? else { return None };
        let [hours, minutes] = [number(digits.get(..2)?)?, number(digits.get(2..)?)?];
        let shown = hours < 24 && minutes < 60 && (hours, minutes) != (0, 0);
        shown.then(|| format!("{}{hours:02}:{minutes:02}", char::from(*sign)))
    }
}

fn number(digits: &[u8]) -> Option<u16> {
    digits.iter().all(u8::is_ascii_digit).then(|| std::str::from_utf8(digits).ok()?.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utc_times() {
        for (content, shown) in [
            ("261123224700Z", "2026-11-23T22:47:00Z"),
            ("491231235959Z", "2049-12-31T23:59:59Z"),
            ("500101000000Z", "1950-01-01T00:00:00Z"),
            ("2611232247Z", "2026-11-23T22:47:00Z"),
            ("261123224700+0130", "2026-11-23T22:47:00+01:30"),
            ("2611232247-2359", "2026-11-23T22:47:00-23:59"),
        ] {
            assert_eq!(utc_time(content.as_bytes()).as_deref(), Some(shown));
        }
        for bad in [
            "",
            "Z",
            "261123224700",
            "261123224760Z",
            "261123246000Z",
            "261123240000Z",
            "260229000000Z",
            "261301000000Z",
            "2611232247000Z",
            "261123224700+0000",
            "261123224700+2400",
            "261123224700+0160",
            "261123224700z",
            "26112322470+Z",
            "261123224700.5Z",
        ] {
            assert_eq!(utc_time(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn generalized_times() {
        assert_eq!(generalized_time(b"99991231235959Z").as_deref(), Some("9999-12-31T23:59:59Z"));
        assert_eq!(generalized_time(b"00000229010203Z").as_deref(), Some("0000-02-29T01:02:03Z"));
        for bad in ["20261123224700.5Z", "202611232247Z", "261123224700Z", "+0261123224700Z"] {
            assert_eq!(generalized_time(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn fractions() {
        let shown = |content: &[u8]| generalized_time_with_fraction(content);
        assert_eq!(shown(b"20261123224700.05Z").as_deref(), Some("2026-11-23T22:47:00.05Z"));
        assert_eq!(shown(b"20261123224700Z").as_deref(), Some("2026-11-23T22:47:00Z"));
        for bad in
            ["20261123224700.Z", "20261123224700.50Z", "20261123224700.1234567891Z", "20261123224700,5Z"]
        {
            assert_eq!(shown(bad.as_bytes()), None, "{bad}");
        }
    }
}
