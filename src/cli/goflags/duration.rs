//! Stands in for `vocab::duration` until that has a parser: same name, same signature.

/// A span of time in nanoseconds, as Go's `time.Duration`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GoDuration(i64);

/// Not a duration in Go's grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid duration")]
pub struct NotADuration;

impl GoDuration {
    /// Parses Go's grammar: `[+-] (number unit)+`, or zero without a unit.
    pub fn parse(text: &str) -> Result<Self, NotADuration> {
        let (negative, mut rest) = match text.strip_prefix(['-', '+']) {
            Some(unsigned) => (text.starts_with('-'), unsigned),
            None => (false, text),
        };
        if rest == "0" {
            return Ok(Self(0));
        }
        let mut total = 0i128;
        loop {
            let (nanoseconds, tail) = element(rest).ok_or(NotADuration)?;
            total += nanoseconds;
            if total > 1 << 63 {
                return Err(NotADuration);
            }
            rest = tail;
            if rest.is_empty() {
                break;
            }
        }
        i64::try_from(if negative { -total } else { total }).map(Self).map_err(|_| NotADuration)
    }

    /// The length in nanoseconds.
    pub fn nanoseconds(self) -> i64 {
        self.0
    }
}

/// The first number and unit, in nanoseconds, and what follows them.
fn element(text: &str) -> Option<(i128, &str)> {
    let number_end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, rest) = text.split_at(number_end);
    let unit_end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
    let (unit, tail) = rest.split_at(unit_end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains('.') || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let scale = scale(unit)?;
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok().filter(|n| *n <= 1 << 63)? };
    let fraction = &fraction[..fraction.len().min(18)];
    let part: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    Some((whole * scale + part * scale / 10i128.pow(u32::try_from(fraction.len()).ok()?), tail))
}

fn scale(unit: &str) -> Option<i128> {
    match unit {
        "ns" => Some(1),
        "us" | "µs" | "μs" => Some(1_000),
        "ms" => Some(1_000_000),
        "s" => Some(1_000_000_000),
        "m" => Some(60_000_000_000),
        "h" => Some(3_600_000_000_000),
        _ => None,
    }
}
