//! Points in time (RFC 5280 section 4.1.2.5).

use super::der::{Element, tag};

/// A time as a certificate or CRL carries it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time<'a> {
    pub(super) text: &'a [u8],
    /// Year, month, day, hour, minute and second as one decimal number, which sorts as the times do.
    pub(super) stamp: Option<u64>,
    pub(super) fault: Option<TimeFault>,
}

/// What is wrong with the form of a time; the first that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeFault {
    /// No time at all, or none that exists.
    Malformed,
    /// With an offset, or without a time zone.
    NotZulu,
    /// With fractions of a second.
    Fraction,
    /// Without seconds.
    NoSeconds,
    /// A GeneralizedTime that UTCTime could say.
    Generalized,
}

impl<'a> Time<'a> {
    pub(super) fn read(element: Element<'a>) -> Self {
        let text = element.contents;
        let digits = text.iter().take_while(|octet| octet.is_ascii_digit()).count();
        let generalized = element.tag == tag::GENERALIZED_TIME;
        let is_time = generalized || element.tag == tag::UTC_TIME;
        let (number, rest) = text.split_at(digits);
        let year_digits = if generalized { 4 } else { 2 };
        let stamp = Some(number).filter(|_| is_time).and_then(|number| stamp(number, year_digits));
        let fault = match (stamp, rest) {
            (None, _) => Some(TimeFault::Malformed),
            (_, [b'.' | b',', ..]) => Some(TimeFault::Fraction),
            (_, [b'+' | b'-', ..] | []) => Some(TimeFault::NotZulu),
            (_, rest) if rest != b"Z" => Some(TimeFault::Malformed),
            _ if digits == year_digits + 8 => Some(TimeFault::NoSeconds),
            // RFC 5280 section 4.1.2.5: dates through the year 2049 are UTCTime.
            (Some(stamp), _) if generalized && stamp < FIRST_GENERALIZED => Some(TimeFault::Generalized),
            _ => None,
        };
        Self { text, stamp, fault }
    }
}

/// 2050-01-01 00:00:00
const FIRST_GENERALIZED: u64 = 20_500_101_000_000;

fn stamp(digits: &[u8], year_digits: usize) -> Option<u64> {
    let (year, rest) = digits.split_at_checked(year_digits)?;
    let number = |digits: &[u8]| digits.iter().fold(0u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    let year = match (year_digits, number(year)) {
        // RFC 5280 section 4.1.2.5.1: from 50 on, the year is 19YY.
        (2, year @ 50..) => 1900 + year,
        (2, year) => 2000 + year,
        (_, year) => year,
    };
    let (month, day, hour, minute, second) = match rest.len() {
        8 | 10 => {
            let part = |at: usize| rest.get(at..at + 2).map_or(0, number);
            (part(0), part(2), part(4), part(6), part(8))
        }
        _ => return None,
    };
    let is_moment = hour < 24 && minute < 60 && second < 60;
    if !(1..=days_in(year, month)).contains(&day) || !is_moment {
        return None;
    }
    Some(((((year * 100 + month) * 100 + day) * 100 + hour) * 100 + minute) * 100 + second)
}

fn days_in(year: u64, month: u64) -> u64 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}
