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
/// `T` and `Z` are capitals and the offset is required. Go is more lenient than RFC 3339 section 5.6 in three
/// places, and so are we: the hour may have one digit, a comma may precede the fraction, and offsets go to
/// `+24:60`. A time whose UTC year leaves 0 to 9999 is refused (Go refuses it later, when it writes the
/// certificate). The text is what stands between the quotes in the JSON file, before JSON escapes are
/// resolved: Go does not resolve them here.
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
    let time =
        Time::from_hms_nano(hour, minute, second, nanosecond).map_err(|_| Fault::OutOfRange("time"))?;
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
        after
            .bytes()
            .take(count)
            .chain(std::iter::repeat(b'0'))
            .take(9)
            .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
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
        // Go looks at the ranges first, the later complaint replacing the earlier; the shape comes after.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Text, and what Go 1.27 says: seconds since 1970 and nanoseconds, or the error.
    type Row = (&'static str, Result<(i64, u32), &'static str>);

    #[test]
    fn parses_as_go() {
        // The two refusals of a year are ours: Go reads them and cannot write the certificate.
        #[rustfmt::skip]
        let rows: Vec<Row> = vec![
            ("2024-02-29T12:34:56Z", Ok((1709210096, 0))),
            ("0000-01-01T00:00:00Z", Ok((-62167219200, 0))),
            ("9999-12-31T23:59:59Z", Ok((253402300799, 0))),
            ("2024-12-31T23:59:59+05:30", Ok((1735669799, 0))),
            ("2024-01-01T00:00:00-23:59", Ok((1704153540, 0))),
            ("2024-01-01T00:00:00.5Z", Ok((1704067200, 500000000))),
            ("2024-01-01T00:00:00.1234567899Z", Ok((1704067200, 123456789))),
            ("2024-01-01T00:00:00,25Z", Ok((1704067200, 250000000))),
            ("2024-01-01T5:00:00Z", Ok((1704085200, 0))),
            ("2024-01-01T00:00:00+24:60", Ok((1703977200, 0))),
            ("2024-01-01T00:00:00-00:00", Ok((1704067200, 0))),
            ("", Err("parsing time \"\" as LAYOUT: cannot parse \"\" as \"2006\"")),
            ("2024", Err("parsing time \"2024\" as LAYOUT: cannot parse \"\" as \"-\"")),
            ("2024-01-01", Err("parsing time \"2024-01-01\" as LAYOUT: cannot parse \"\" as \"T\"")),
            ("2024-01-01 00:00:00Z", Err("parsing time \"2024-01-01 00:00:00Z\" as LAYOUT: cannot parse \" 00:00:00Z\" as \"T\"")),
            ("2024-01-01t00:00:00Z", Err("parsing time \"2024-01-01t00:00:00Z\" as LAYOUT: cannot parse \"t00:00:00Z\" as \"T\"")),
            ("2024-01-01T00:00:00z", Err("parsing time \"2024-01-01T00:00:00z\" as LAYOUT: cannot parse \"z\" as \"Z07:00\"")),
            ("2024-01-01T00:00:00", Err("parsing time \"2024-01-01T00:00:00\" as LAYOUT: cannot parse \"\" as \"Z07:00\"")),
            ("2024-01-01T00:00:00.Z", Err("parsing time \"2024-01-01T00:00:00.Z\" as LAYOUT: cannot parse \".Z\" as \"Z07:00\"")),
            ("2024-01-01T00:00:00+0100", Err("parsing time \"2024-01-01T00:00:00+0100\" as LAYOUT: cannot parse \"+0100\" as \"Z07:00\"")),
            ("2024-01-01T00:00:00+01", Err("parsing time \"2024-01-01T00:00:00+01\" as LAYOUT: cannot parse \"+01\" as \"Z07:00\"")),
            ("2024-01-01T00:00:00*01:00", Err("parsing time \"2024-01-01T00:00:00*01:00\" as LAYOUT: cannot parse \"*01:00\" as \"Z07:00\"")),
            ("2024-01-01T00:00:00+0x:00", Err("parsing time \"2024-01-01T00:00:00+0x:00\" as LAYOUT: cannot parse \"+0x:00\" as \"Z07:00\"")),
            ("2024-01-01T00:00:00+25:00", Err("parsing time \"2024-01-01T00:00:00+25:00\": time zone offset hour out of range")),
            ("2024-01-01T00:00:00+01:61", Err("parsing time \"2024-01-01T00:00:00+01:61\": time zone offset minute out of range")),
            ("2024-01-01T00:00:00+25:61", Err("parsing time \"2024-01-01T00:00:00+25:61\": time zone offset minute out of range")),
            ("2024-01-01T00:00:00+25:x0", Err("parsing time \"2024-01-01T00:00:00+25:x0\": time zone offset hour out of range")),
            ("2024-01-01T00:00:00Z ", Err("parsing time \"2024-01-01T00:00:00Z \": extra text: \" \"")),
            ("2024-01-01T00:00:00ZZ", Err("parsing time \"2024-01-01T00:00:00ZZ\": extra text: \"Z\"")),
            ("2024-00-01T00:00:00Z", Err("parsing time \"2024-00-01T00:00:00Z\": month out of range")),
            ("2024-13-01T00:00:00Z", Err("parsing time \"2024-13-01T00:00:00Z\": month out of range")),
            ("2024-1-01T00:00:00Z", Err("parsing time \"2024-1-01T00:00:00Z\" as LAYOUT: cannot parse \"1-01T00:00:00Z\" as \"01\"")),
            ("2024-01-00T00:00:00Z", Err("parsing time \"2024-01-00T00:00:00Z\": day out of range")),
            ("2024-01-32T00:00:00Z", Err("parsing time \"2024-01-32T00:00:00Z\": day out of range")),
            ("2023-02-29T00:00:00Z", Err("parsing time \"2023-02-29T00:00:00Z\": day out of range")),
            ("1900-02-29T00:00:00Z", Err("parsing time \"1900-02-29T00:00:00Z\": day out of range")),
            ("2024-01-1T00:00:00Z", Err("parsing time \"2024-01-1T00:00:00Z\" as LAYOUT: cannot parse \"1T00:00:00Z\" as \"02\"")),
            ("2024-01-01T24:00:00Z", Err("parsing time \"2024-01-01T24:00:00Z\": hour out of range")),
            ("2024-01-01Tx0:00:00Z", Err("parsing time \"2024-01-01Tx0:00:00Z\" as LAYOUT: cannot parse \"x0:00:00Z\" as \"15\"")),
            ("2024-01-01T00:60:00Z", Err("parsing time \"2024-01-01T00:60:00Z\": minute out of range")),
            ("2024-01-01T00:0:00Z", Err("parsing time \"2024-01-01T00:0:00Z\" as LAYOUT: cannot parse \"0:00Z\" as \"04\"")),
            ("2024-01-01T00:00:60Z", Err("parsing time \"2024-01-01T00:00:60Z\": second out of range")),
            ("2024-01-01T00:00:0Z", Err("parsing time \"2024-01-01T00:00:0Z\" as LAYOUT: cannot parse \"0Z\" as \"05\"")),
            ("é024-01-01T00:00:00Z", Err("parsing time \"\\xc3\\xa9024-01-01T00:00:00Z\" as LAYOUT: cannot parse \"\\xc3\\xa9024-01-01T00:00:00Z\" as \"2006\"")),
            ("2x24-01-01T00:00:00Z", Err("parsing time \"2x24-01-01T00:00:00Z\" as LAYOUT: cannot parse \"2x24-01-01T00:00:00Z\" as \"2006\"")),
            ("-024-01-01T00:00:00Z", Err("parsing time \"-024-01-01T00:00:00Z\" as LAYOUT: cannot parse \"-024-01-01T00:00:00Z\" as \"2006\"")),
            ("9999-12-31T23:59:59-01:00", Err("parsing time \"9999-12-31T23:59:59-01:00\": year out of range")),
            ("0000-01-01T00:00:00+00:01", Err("parsing time \"0000-01-01T00:00:00+00:01\": year out of range")),
        ];
        for (text, expected) in rows {
            let parsed = parse_rfc3339(text).map(|time| (time.unix_timestamp(), time.nanosecond()));
            let expected = expected.map_err(|text| text.replace("LAYOUT", "\"2006-01-02T15:04:05Z07:00\""));
            assert_eq!(parsed.map_err(|error| error.to_string()), expected, "{text:?}");
        }
    }

    #[test]
    fn gives_the_time_in_utc() {
        let time = parse_rfc3339("2024-01-01T00:00:00+05:30").unwrap();
        assert!(time.offset().is_utc());
        assert_eq!((time.year(), time.hour(), time.minute()), (2023, 18, 30));
    }

    proptest! {
        #[test]
        fn any_text_has_an_answer(text in r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\PC{0,3})?\PC{0,8}") {
            let _ = parse_rfc3339(&text).map_err(|error| error.to_string());
        }

        #[test]
        fn every_second_of_our_years_is_read(seconds in -62167219200_i64..253402300800) {
            let time = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
            let text = format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", time.year(), u8::from(time.month()),
                time.day(), time.hour(), time.minute(), time.second());
            prop_assert_eq!(parse_rfc3339(&text), Ok(time));
        }
    }
}
