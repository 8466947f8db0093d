//! Go's syntax of flag values.

use std::ffi::OsStr;

use super::error::ValueFault;
use super::flag::Kind;
use crate::vocab::duration::GoDuration;

impl Kind {
    /// Whether `value` is a value of this kind.
    pub(super) fn check(self, value: &OsStr) -> Result<(), ValueFault> {
        match self {
            Self::Bool => go_bool(syntax_text(value)?).map(drop),
            Self::Int => go_int(syntax_text(value)?).map(drop),
            Self::Duration => go_duration(syntax_text(value)?).map(drop),
            Self::Text => value.to_str().map(drop).ok_or(ValueFault::NotUtf8),
            Self::Path => Ok(()),
        }
    }
}

/// Bytes that are no text are in none of the syntaxes below.
fn syntax_text(value: &OsStr) -> Result<&str, ValueFault> {
    value.to_str().ok_or(ValueFault::Syntax)
}

/// `strconv.ParseBool`.
pub(super) fn go_bool(text: &str) -> Result<bool, ValueFault> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(ValueFault::Syntax),
    }
}

/// `time.ParseDuration`; flags do not tell one fault from another.
pub(super) fn go_duration(text: &str) -> Result<GoDuration, ValueFault> {
    GoDuration::parse(text).map_err(|_| ValueFault::Syntax)
}

/// `strconv.ParseInt` with base 0 and 64 bits: sign, base prefix, digits with single underscores between them.
pub(super) fn go_int(text: &str) -> Result<i64, ValueFault> {
    let (negative, unsigned) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    let (base, prefixed, digits) = split_base(unsigned);
    let magnitude = magnitude(digits, base)?;
    if !underscores_separate(digits, prefixed) {
        return Err(ValueFault::Syntax);
    }
    let value = i128::from(magnitude);
    i64::try_from(if negative { -value } else { value }).map_err(|_| ValueFault::Range)
}

/// The base, whether a prefix named it, and what follows the prefix. A leading zero is the prefix of octal
/// numbers, and of zero.
fn split_base(unsigned: &[u8]) -> (u32, bool, &[u8]) {
    match unsigned {
        [b'0', b'x' | b'X', digits @ ..] if !digits.is_empty() => (16, true, digits),
        [b'0', b'o' | b'O', digits @ ..] if !digits.is_empty() => (8, true, digits),
        [b'0', b'b' | b'B', digits @ ..] if !digits.is_empty() => (2, true, digits),
        [b'0', digits @ ..] => (8, true, digits),
        digits => (10, false, digits),
    }
}

/// Stops where 64 bits overflow, whatever follows, as Go does.
fn magnitude(digits: &[u8], base: u32) -> Result<u64, ValueFault> {
    digits.iter().filter(|byte| **byte != b'_').try_fold(0u64, |value, byte| {
        let digit = char::from(*byte).to_digit(base).ok_or(ValueFault::Syntax)?;
        let shifted = value.checked_mul(base.into()).ok_or(ValueFault::Range)?;
        shifted.checked_add(digit.into()).ok_or(ValueFault::Range)
    })
}

/// Each underscore stands between two digits; a prefix counts as one.
fn underscores_separate(digits: &[u8], prefixed: bool) -> bool {
    let before_first = if prefixed { b'0' } else { b'_' };
    let mut previous = before_first;
    for byte in digits {
        if *byte == b'_' && previous == b'_' {
            return false;
        }
        previous = *byte;
    }
    // Without a prefix there must be a digit; an empty number ends as it began.
    previous != b'_'
}
