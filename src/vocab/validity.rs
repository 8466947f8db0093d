//! Points in time as they are written in a signing configuration.

use thiserror::Error;
use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time};

use super::quote::quote_for_time;

/// The layout Go names in its messages.
const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";

/// Why a text is no RFC 3339 time. The texts are those of Go's `time.ParseError`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Rfc3339Error {
    /// The text departs from the layout.
    #[error(
        "parsing time {} as {}: cannot parse {} as {}",
        quote_for_time(text),
        quote_for_time(LAYOUT),
        quote_for_time(found),
        quote_for_time(wanted)
    )]
    Layout {
        /// The whole text.
        text: String,
        /// What is left of it where it departs.
        found: String,
        /// The part of the layout that belongs there.
        wanted: &'static str,
    },
    /// Something stands behind a complete time.
    #[error("parsing time {}: extra text: {}", quote_for_time(text), quote_for_time(extra))]
    ExtraText {
        /// The whole text.
        text: String,
        /// What follows the time.
        extra: String,
    },
    /// A field holds a number that it cannot hold.
    #[error("parsing time {}: {field} out of range", quote_for_time(text))]
    OutOfRange {
        /// The whole text.
        text: String,
        /// The field, as Go calls it.
        field: &'static str,
    },
}

/// Reads an RFC 3339 time as Go 1.27's `time.Time.UnmarshalJSON` does, in UTC.
///
/// `T` and `Z` are capitals and the offset is required. Go is more lenient than RFC 3339 section 5.6 in three places,
/// and so are we: the hour may have one digit, a comma may precede the fraction, and offsets go to `+24:60`.
/// A time whose UTC year leaves 0 to 9999 is refused (Go refuses it later, when it writes the certificate).
pub fn parse_rfc3339(text: &str) -> Result<OffsetDateTime, Rfc3339Error> {
    read_time(text).map_err(|fault| fault.in_text(text))
}

fn read_time(text: &str) -> Result<OffsetDateTime, Fault<'_>> {
    let mut fields = Fields { rest: text };
    let year = fields.year()?;
    fields.literal("-")?;
    let month = fields.two_digits("01", "month", 1..=12)?;
    fields.literal("-")?;
    let day = fields.two_digits("02", "day", 0..=99)?;
    fields.literal("T")?;
    let hour = fields.hour()?;
    fields.literal(":")?;
    let minute = fields.two_digits("04", "minute", 0..=59)?;
    fields.literal(":")?;
    let second = fields.two_digits("05", "second", 0..=59)?;
    let nanosecond = fields.fraction();
    let offset = fields.offset()?;
    if !fields.rest.is_empty() {
        return Err(Fault::ExtraText(fields.rest));
    }
    let date = calendar_date(year, month, day).ok_or(Fault::OutOfRange("day"))?;
    let time = Time::from_hms_nano(hour, minute, second, nanosecond).map_err(|_| Fault::OutOfRange("time"))?;
    in_utc(PrimitiveDateTime::new(date, time), offset).ok_or(Fault::OutOfRange("year"))
}

fn calendar_date(year: i32, month: u8, day: u8) -> Option<Date> {
    Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
}

fn in_utc(local: PrimitiveDateTime, offset: Duration) -> Option<OffsetDateTime> {
    let utc = local.checked_sub(offset)?;
    (0..=9999).contains(&utc.year()).then(|| utc.assume_utc())
}

/// What went wrong, before the whole text is attached to it.
enum Fault<'a> {
    Layout { found: &'a str, wanted: &'static str },
    ExtraText(&'a str),
    OutOfRange(&'static str),
}

impl Fault<'_> {
    fn in_text(self, text: &str) -> Rfc3339Error {
        let text = text.to_owned();
        match self {
            Self::Layout { found, wanted } => Rfc3339Error::Layout { text, found: found.to_owned(), wanted },
            Self::ExtraText(extra) => Rfc3339Error::ExtraText { text, extra: extra.to_owned() },
            Self::OutOfRange(field) => Rfc3339Error::OutOfRange { text, field },
        }
    }
}

/// The fields of a time, read from left to right.
struct Fields<'a> {
    rest: &'a str,
}

impl<'a> Fields<'a> {
    fn year(&mut self) -> Result<i32, Fault<'a>> {
        let year = self.digits(4).ok_or(self.departs_from("2006"))?;
        self.rest = &self.rest[4..];
        Ok(i32::from(year))
    }

    fn literal(&mut self, wanted: &'static str) -> Result<(), Fault<'a>> {
        self.rest = self.rest.strip_prefix(wanted).ok_or(self.departs_from(wanted))?;
        Ok(())
    }

    fn two_digits(
        &mut self,
        wanted: &'static str,
        field: &'static str,
        range: std::ops::RangeInclusive<u8>,
    ) -> Result<u8, Fault<'a>> {
        let number = self.digits(2).ok_or(self.departs_from(wanted))?;
        self.rest = &self.rest[2..];
        u8::try_from(number).ok().filter(|number| range.contains(number)).ok_or(Fault::OutOfRange(field))
    }

    /// One digit is enough for an hour.
    fn hour(&mut self) -> Result<u8, Fault<'a>> {
        match (self.digits(2), self.digits(1)) {
            (None, Some(hour)) => {
                self.rest = &self.rest[1..];
                Ok(hour as u8)
            }
            _ => self.two_digits("15", "hour", 0..=23),
        }
    }

    /// Nanoseconds; digits behind the ninth are dropped.
    fn fraction(&mut self) -> u32 {
        let Some(after) = self.rest.strip_prefix(['.', ',']) else { return 0 };
        let count = after.bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return 0;
        }
        self.rest = &after[count..];
        after.bytes().take(count).chain(std::iter::repeat(b'0')).take(9).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
    }

    fn offset(&mut self) -> Result<Duration, Fault<'a>> {
        if let Some(after) = self.rest.strip_prefix('Z') {
            self.rest = after;
            return Ok(Duration::ZERO);
        }
        let found = self.rest;
        let fault = || Fault::Layout { found, wanted: "Z07:00" };
        let &[sign, h1, h2, b':', m1, m2, ..] = found.as_bytes() else { return Err(fault()) };
        let hours = two_digit_number(h1, h2);
        let minutes = hours.and(two_digit_number(m1, m2));
        // Go looks at the ranges first, the later complaint replacing the earlier, and at the shape only then.
        if minutes.is_some_and(|minutes| minutes > 60) {
            return Err(Fault::OutOfRange("time zone offset minute"));
        }
        if hours.is_some_and(|hours| hours > 24) {
            return Err(Fault::OutOfRange("time zone offset hour"));
        }
        let (Some(hours), Some(minutes)) = (hours, minutes) else { return Err(fault()) };
        let offset = Duration::minutes(hours * 60 + minutes);
        let offset = match sign {
            b'+' => offset,
            b'-' => -offset,
            _ => return Err(fault()),
        };
        self.rest = &found[6..];
        Ok(offset)
    }

    /// The number in the next `count` bytes if they are all digits; consumes nothing.
    fn digits(&self, count: usize) -> Option<u16> {
        let digits = self.rest.as_bytes().get(..count)?;
        let number = |sum: u16, digit: &u8| sum * 10 + u16::from(digit - b'0');
        digits.iter().all(u8::is_ascii_digit).then(|| digits.iter().fold(0, number))
    }

    fn departs_from(&self, wanted: &'static str) -> Fault<'a> {
        Fault::Layout { found: self.rest, wanted }
    }
}

fn two_digit_number(tens: u8, ones: u8) -> Option<i64> {
    let both = tens.is_ascii_digit() && ones.is_ascii_digit();
    both.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}
