//! Go's duration grammar, and ours, which has days, weeks and years beside it.

use std::fmt;

use thiserror::Error;

use super::quote::quote_for_time;

/// A span of time in nanoseconds, possibly negative, as Go's `time.Duration`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoDuration(i64);

/// Why a text is no duration. The texts are those of Go's `time.ParseDuration`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DurationError {
    /// The text does not follow the grammar.
    #[error("time: invalid duration {}", quote_for_time(text))]
    Invalid {
        /// The whole text.
        text: String,
    },
    /// The text follows the grammar and exceeds 2^63-1 nanoseconds.
    #[error("time: invalid duration {}", quote_for_time(text))]
    OutOfRange {
        /// The whole text.
        text: String,
    },
    /// A number stands at the end, or before a dot, without a unit.
    #[error("time: missing unit in duration {}", quote_for_time(text))]
    MissingUnit {
        /// The whole text.
        text: String,
        /// What it was read by.
        grammar: Grammar,
    },
    /// A unit other than [`UNITS`] names.
    #[error("time: unknown unit {} in duration {}", quote_for_time(unit), quote_for_time(text))]
    UnknownUnit {
        /// The word found where a unit belongs.
        unit: String,
        /// The whole text.
        text: String,
        /// What it was read by.
        grammar: Grammar,
    },
}

/// Unit and nanoseconds; the micro sign may be U+00B5 or the Greek letter U+03BC.
pub const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", NANOS_PER_SECOND),
    ("m", 60 * NANOS_PER_SECOND),
    ("h", 3600 * NANOS_PER_SECOND),
];

/// Units people write and Go does not know, each with its hours.
const CALENDAR_UNITS: [(&str, u64); 14] = [
    ("d", 24),
    ("D", 24),
    ("day", 24),
    ("days", 24),
    ("w", 168),
    ("week", 168),
    ("weeks", 168),
    ("y", 8760),
    ("Y", 8760),
    ("yr", 8760),
    ("year", 8760),
    ("years", 8760),
    ("H", 1),
    ("hours", 1),
];

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// Which units there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grammar {
    /// Go's.
    Go,
    /// Go's, days, weeks, and years of 365 days.
    Own,
}

impl Grammar {
    /// The nanoseconds of a unit.
    fn nanoseconds(self, unit: &str) -> Option<u64> {
        match self {
            Self::Go => go_units(unit),
            Self::Own => own_units(unit),
        }
    }

    fn unit_hint(self) -> &'static str {
        match self {
            Self::Go => "the units are h, m, s, ms, us and ns; a day is 24h, a year 8760h",
            Self::Own => "the units are y, w, d, h, m, s, ms, us and ns; a month is 30d",
        }
    }

    /// So many hours in the largest unit people would look for.
    fn written(self, hours: u64) -> String {
        match self {
            Self::Own if hours.is_multiple_of(24) => format!("write days: \"{}d\"", hours / 24),
            _ => format!("write hours: \"{hours}h\""),
        }
    }
}

fn go_units(unit: &str) -> Option<u64> {
    UNITS.iter().find(|row| row.0 == unit).map(|row| row.1)
}

fn own_units(unit: &str) -> Option<u64> {
    match unit {
        "d" | "w" | "y" => CALENDAR_UNITS.iter().find(|row| row.0 == unit).map(|row| row.1 * UNITS[7].1),
        _ => go_units(unit),
    }
}

/// The largest magnitude, 2^63: the one value that only fits with a minus sign.
const MAX_MAGNITUDE: u64 = 1 << 63;

impl GoDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A duration of so many nanoseconds.
    pub const fn from_nanoseconds(nanoseconds: i64) -> Self {
        Self(nanoseconds)
    }

    /// Reads `[+-] (number unit)+`, as Go's `time.ParseDuration`: numbers are decimal with an optional
    /// fraction, units are [`UNITS`], and only a zero may stand without one.
    pub fn parse(text: &str) -> Result<Self, DurationError> {
        Self::read(text, Grammar::Go)
    }

    /// Reads the same with days (`d`), weeks (`w`) and years of 365 days (`y`), for what is ours alone.
    ///
    /// # Errors
    /// The text follows neither grammar, or is too long a time.
    pub fn parse_with_days(text: &str) -> Result<Self, DurationError> {
        Self::read(text, Grammar::Own)
    }

    fn read(text: &str, grammar: Grammar) -> Result<Self, DurationError> {
        let (negative, mut rest) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        if rest == "0" {
            return Ok(Self::ZERO);
        }
        if rest.is_empty() {
            return Err(Fault::Grammar.in_text(text, grammar));
        }
        let mut total: u64 = 0;
        while !rest.is_empty() {
            let (nanoseconds, after) =
                read_term(rest, grammar).map_err(|fault| fault.in_text(text, grammar))?;
            // Go adds without looking: 2^63 + 2^63 is zero to it, and therefore here.
            total = total.wrapping_add(nanoseconds);
            if total > MAX_MAGNITUDE {
                return Err(Fault::Range.in_text(text, grammar));
            }
            rest = after;
        }
        match (negative, i64::try_from(total)) {
            (false, Ok(total)) => Ok(Self(total)),
            (false, Err(_)) => Err(Fault::Range.in_text(text, grammar)),
            (true, _) => Ok(Self(0_i64.wrapping_sub_unsigned(total))),
        }
    }

    /// The length in nanoseconds.
    pub const fn nanoseconds(self) -> i64 {
        self.0
    }

    /// Whether this is no time at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether the duration points into the past.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

/// Go's `Duration.String`: `168h0m0s`, `1.5s`, `20ms`, `0s`.
impl fmt::Display for GoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_negative() {
            f.write_str("-")?;
        }
        let nanos = self.0.unsigned_abs();
        match nanos {
            0 => f.write_str("0s"),
            1..1_000 => write!(f, "{nanos}ns"),
            1_000..1_000_000 => write!(f, "{}\u{b5}s", Decimal { digits: nanos, places: 3 }),
            1_000_000..NANOS_PER_SECOND => write!(f, "{}ms", Decimal { digits: nanos, places: 6 }),
            _ => write_clock(f, nanos),
        }
    }
}

impl DurationError {
    /// What to write instead, where that can be guessed.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownUnit { unit, text, grammar } => Some(unit_hint(unit, text, *grammar)),
            Self::MissingUnit { text, grammar } => Some(missing_unit_hint(text, *grammar)),
            Self::OutOfRange { .. } => Some("the longest duration is 2562047h, about 292 years".to_owned()),
            Self::Invalid { text } if text.is_empty() => Some(r#"write hours, as in "8760h""#.to_owned()),
            Self::Invalid { text } if text.contains(char::is_whitespace) => {
                Some(r#"write it without spaces, as in "1h30m""#.to_owned())
            }
            Self::Invalid { .. } => Some(r#"write numbers with units, as in "8760h" or "1h30m""#.to_owned()),
        }
    }
}

/// What went wrong, before the whole text is attached to it.
enum Fault {
    Grammar,
    Range,
    MissingUnit,
    UnknownUnit(String),
}

impl Fault {
    fn in_text(self, text: &str, grammar: Grammar) -> DurationError {
        let text = text.to_owned();
        match self {
            Self::Grammar => DurationError::Invalid { text },
            Self::Range => DurationError::OutOfRange { text },
            Self::MissingUnit => DurationError::MissingUnit { text, grammar },
            Self::UnknownUnit(unit) => DurationError::UnknownUnit { unit, text, grammar },
        }
    }
}

/// One number with its unit, in nanoseconds (at most [`MAX_MAGNITUDE`]), and what follows it.
fn read_term(text: &str, grammar: Grammar) -> Result<(u64, &str), Fault> {
    let (whole_digits, rest) = split_digits(text);
    let (fraction_digits, rest) = match rest.strip_prefix('.') {
        Some(rest) => split_digits(rest),
        None => ("", rest),
    };
    // Go meets the overflowing number before it looks for a unit.
    let whole = whole_number(whole_digits)?;
    if whole_digits.is_empty() && fraction_digits.is_empty() {
        return Err(Fault::Grammar);
    }
    let (unit, rest) =
        rest.split_at(rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len()));
    let nanos_per_unit = match grammar.nanoseconds(unit) {
        Some(nanos) => nanos,
        None if unit.is_empty() => return Err(Fault::MissingUnit),
        None => return Err(Fault::UnknownUnit(unit.to_owned())),
    };
    let nanos =
        whole.checked_mul(nanos_per_unit).filter(|nanos| *nanos <= MAX_MAGNITUDE).ok_or(Fault::Range)?;
    let nanos = nanos + fraction_in_nanos(fraction_digits, nanos_per_unit);
    if nanos > MAX_MAGNITUDE { Err(Fault::Range) } else { Ok((nanos, rest)) }
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

fn whole_number(digits: &str) -> Result<u64, Fault> {
    if digits.is_empty() {
        return Ok(0);
    }
    digits.parse().ok().filter(|number| *number <= MAX_MAGNITUDE).ok_or(Fault::Range)
}

/// The fraction of a unit, rounded as Go rounds: digits that exceed 63 bits are dropped, the rest is floating
/// point.
fn fraction_in_nanos(digits: &str, nanos_per_unit: u64) -> u64 {
    let mut numerator: u64 = 0;
    let mut scale = 1.0_f64;
    for digit in digits.bytes().map(|byte| u64::from(byte - b'0')) {
        if numerator > (MAX_MAGNITUDE - 1) / 10 || numerator * 10 + digit > MAX_MAGNITUDE {
            break;
        }
        numerator = numerator * 10 + digit;
        scale *= 10.0;
    }
    (numerator as f64 * (nanos_per_unit as f64 / scale)) as u64
}

/// At least a second: hours and minutes only where there are any, seconds always.
fn write_clock(f: &mut fmt::Formatter<'_>, nanos: u64) -> fmt::Result {
    let minutes = nanos / (60 * NANOS_PER_SECOND);
    if minutes >= 60 {
        write!(f, "{}h", minutes / 60)?;
    }
    if minutes > 0 {
        write!(f, "{}m", minutes % 60)?;
    }
    write!(f, "{}s", Decimal { digits: nanos % (60 * NANOS_PER_SECOND), places: 9 })
}

/// A number whose last `places` digits stand behind a point, printed without trailing zeros.
struct Decimal {
    digits: u64,
    places: usize,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:0>width$}", self.digits, width = self.places + 1);
        let (whole, fraction) = text.split_at(text.len() - self.places);
        match fraction.trim_end_matches('0') {
            "" => f.write_str(whole),
            fraction => write!(f, "{whole}.{fraction}"),
        }
    }
}

fn unit_hint(unit: &str, text: &str, grammar: Grammar) -> String {
    let hours = CALENDAR_UNITS.iter().find(|row| row.0 == unit.trim()).and_then(|row| {
        let count: u64 = text.strip_suffix(unit)?.trim_start_matches('+').parse().ok()?;
        count.checked_mul(row.1)
    });
    match hours {
        Some(hours) => grammar.written(hours),
        None => grammar.unit_hint().to_owned(),
    }
}

fn missing_unit_hint(text: &str, grammar: Grammar) -> String {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        match grammar {
            Grammar::Go => format!(r#"add the unit: "{text}h" for hours, "{text}s" for seconds"#),
            Grammar::Own => format!(r#"add the unit: "{text}d" for days, "{text}h" for hours"#),
        }
    } else {
        r#"write a unit behind every number, as in "1h30m""#.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Text, and what Go 1.27 says: nanoseconds and `String()`, or the error.
    type Row = (&'static str, Result<(i64, &'static str), &'static str>);

    #[test]
    fn parses_and_prints_as_go() {
        #[rustfmt::skip]
        let rows: Vec<Row> = vec![
            ("0", Ok((0, "0s"))),
            ("+0", Ok((0, "0s"))),
            ("-0", Ok((0, "0s"))),
            ("0s", Ok((0, "0s"))),
            ("8760h", Ok((31536000000000000, "8760h0m0s"))),
            ("168h", Ok((604800000000000, "168h0m0s"))),
            ("1h30m", Ok((5400000000000, "1h30m0s"))),
            ("1h1h", Ok((7200000000000, "2h0m0s"))),
            ("1m1h", Ok((3660000000000, "1h1m0s"))),
            ("1.5s", Ok((1500000000, "1.5s"))),
            (".5h", Ok((1800000000000, "30m0s"))),
            ("1.h", Ok((3600000000000, "1h0m0s"))),
            ("-1.5h", Ok((-5400000000000, "-1h30m0s"))),
            ("+5s", Ok((5000000000, "5s"))),
            ("100ms", Ok((100000000, "100ms"))),
            ("20ns", Ok((20, "20ns"))),
            ("3us", Ok((3000, "3µs"))),
            ("3µs", Ok((3000, "3µs"))),
            ("3μs", Ok((3000, "3µs"))),
            ("1234567ns", Ok((1234567, "1.234567ms"))),
            ("1h0.000000001s", Ok((3600000000001, "1h0m0.000000001s"))),
            ("0.3333333333333333333h", Ok((1200000000000, "20m0s"))),
            ("0.9223372036854775807h", Ok((3320413933267, "55m20.413933267s"))),
            ("0.100000000000000000000000000001s", Ok((100000000, "100ms"))),
            ("0.50000000000000000001h", Ok((1800000000000, "30m0s"))),
            ("0.99999999999999999999999h", Ok((3600000000000, "1h0m0s"))),
            ("9223372036854775807ns", Ok((9223372036854775807, "2562047h47m16.854775807s"))),
            ("-9223372036854775808ns", Ok((-9223372036854775808, "-2562047h47m16.854775808s"))),
            ("2562047h47m16.854775807s", Ok((9223372036854775807, "2562047h47m16.854775807s"))),
            ("-2562047h47m16.854775808s", Ok((-9223372036854775808, "-2562047h47m16.854775808s"))),
            ("9223372036854775808ns9223372036854775808ns", Ok((0, "0s"))),
            ("", Err("time: invalid duration \"\"")),
            (" ", Err("time: invalid duration \" \"")),
            ("-", Err("time: invalid duration \"-\"")),
            ("+", Err("time: invalid duration \"+\"")),
            (".", Err("time: invalid duration \".\"")),
            (".s", Err("time: invalid duration \".s\"")),
            ("-.s", Err("time: invalid duration \"-.s\"")),
            ("1", Err("time: missing unit in duration \"1\"")),
            ("10", Err("time: missing unit in duration \"10\"")),
            ("1.5", Err("time: missing unit in duration \"1.5\"")),
            ("1h30", Err("time: missing unit in duration \"1h30\"")),
            ("abc", Err("time: invalid duration \"abc\"")),
            ("1d", Err("time: unknown unit \"d\" in duration \"1d\"")),
            ("365d", Err("time: unknown unit \"d\" in duration \"365d\"")),
            ("1y", Err("time: unknown unit \"y\" in duration \"1y\"")),
            ("1 h", Err("time: unknown unit \" h\" in duration \"1 h\"")),
            ("1h ", Err("time: unknown unit \"h \" in duration \"1h \"")),
            (" 1h", Err("time: invalid duration \" 1h\"")),
            ("1h-1m", Err("time: unknown unit \"h-\" in duration \"1h-1m\"")),
            ("--1h", Err("time: invalid duration \"--1h\"")),
            ("1e3s", Err("time: unknown unit \"e\" in duration \"1e3s\"")),
            ("1H", Err("time: unknown unit \"H\" in duration \"1H\"")),
            ("1é", Err("time: unknown unit \"\\xc3\\xa9\" in duration \"1\\xc3\\xa9\"")),
            ("1\"s", Err("time: unknown unit \"\\\"s\" in duration \"1\\\"s\"")),
            ("é", Err("time: invalid duration \"\\xc3\\xa9\"")),
            ("9223372036854775808ns", Err("time: invalid duration \"9223372036854775808ns\"")),
            ("9223372036854775807.5ns0.5ns", Ok((9223372036854775807, "2562047h47m16.854775807s"))),
            ("2562048h", Err("time: invalid duration \"2562048h\"")),
            ("18446744073709551616", Err("time: invalid duration \"18446744073709551616\"")),
            ("99999999999999999999d", Err("time: invalid duration \"99999999999999999999d\"")),
            ("1h99999999999999999999s", Err("time: invalid duration \"1h99999999999999999999s\"")),
        ];
        for (text, expected) in rows {
            let parsed = GoDuration::parse(text).map(|d| (d.nanoseconds(), d.to_string()));
            let expected = expected.map(|(nanos, shown)| (nanos, shown.to_owned())).map_err(str::to_owned);
            assert_eq!(parsed.map_err(|error| error.to_string()), expected, "{text:?}");
        }
    }

    #[test]
    fn ours_have_days_weeks_and_years() {
        for (text, same) in [
            ("30d", "720h"),
            ("2w", "336h"),
            ("1y", "8760h"),
            ("1d12h", "36h"),
            ("1.5d", "36h"),
            ("5m", "5m"),
        ] {
            assert_eq!(GoDuration::parse_with_days(text), GoDuration::parse(same), "{text}");
        }
        let error = |text| GoDuration::parse_with_days(text).unwrap_err().to_string();
        assert_eq!(error("1D"), "time: unknown unit \"D\" in duration \"1D\"");
        assert_eq!(error("293y"), "time: invalid duration \"293y\"");
        assert_eq!(error("30"), "time: missing unit in duration \"30\"");
    }

    #[test]
    fn hints_say_what_to_write() {
        for (text, hint) in [
            ("365d", r#"write hours: "8760h""#),
            ("1y", r#"write hours: "8760h""#),
            ("2w", r#"write hours: "336h""#),
            ("24H", r#"write hours: "24h""#),
            ("10 years", r#"write hours: "87600h""#),
            ("1fortnight", "the units are h, m, s, ms, us and ns; a day is 24h, a year 8760h"),
            ("1y2d", "the units are h, m, s, ms, us and ns; a day is 24h, a year 8760h"),
            ("99999999999999999y", "the units are h, m, s, ms, us and ns; a day is 24h, a year 8760h"),
            ("8760", r#"add the unit: "8760h" for hours, "8760s" for seconds"#),
            ("1h30", r#"write a unit behind every number, as in "1h30m""#),
            ("2562048h", "the longest duration is 2562047h, about 292 years"),
            ("", r#"write hours, as in "8760h""#),
            (" 1h", r#"write it without spaces, as in "1h30m""#),
            ("forever", r#"write numbers with units, as in "8760h" or "1h30m""#),
        ] {
            assert_eq!(GoDuration::parse(text).unwrap_err().hint().as_deref(), Some(hint), "{text:?}");
        }
    }

    #[test]
    fn hints_name_our_units_where_they_count() {
        let units = "the units are y, w, d, h, m, s, ms, us and ns; a month is 30d";
        for (text, hint) in [
            ("1mo", units),
            ("1M", units),
            ("365days", r#"write days: "365d""#),
            ("2weeks", r#"write days: "14d""#),
            ("1Y", r#"write days: "365d""#),
            ("36H", r#"write hours: "36h""#),
            ("90", r#"add the unit: "90d" for days, "90h" for hours"#),
            ("1h30", r#"write a unit behind every number, as in "1h30m""#),
        ] {
            assert_eq!(
                GoDuration::parse_with_days(text).unwrap_err().hint().as_deref(),
                Some(hint),
                "{text:?}"
            );
        }
    }

    #[test]
    fn knows_its_sign() {
        assert!(GoDuration::ZERO.is_zero() && !GoDuration::ZERO.is_negative());
        let shortest = GoDuration::from_nanoseconds(-1);
        assert!(shortest.is_negative() && !shortest.is_zero() && shortest < GoDuration::ZERO);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_again(nanos: i64) {
            let duration = GoDuration::from_nanoseconds(nanos);
            prop_assert_eq!(GoDuration::parse(&duration.to_string()), Ok(duration));
        }

        #[test]
        fn any_text_has_an_answer(text in r"[-+]?([0-9.]{0,24}(h|m|s|ns|µs|d|\PC)?){0,4}") {
            if let Err(error) = GoDuration::parse(&text) {
                prop_assert!(error.hint().is_some());
                prop_assert!(error.to_string().is_ascii());
            }
        }
    }
}
