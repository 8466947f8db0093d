//! What to say of a text that is no JSON.

use super::{Notice, Place};
use crate::vocab::text::{UTF16, UTF16_HINT};

/// The error, with its place and advice.
pub(super) fn error(text: &str, error: &serde_json::Error) -> Notice {
    let place = Place { line: error.line().max(1), column: error.column().max(1), path: String::new() };
    if text.trim().is_empty() {
        return Notice::new(&place, "unexpected end of JSON input").with_hint("the input is empty");
    }
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let notice = Notice::new(&place, format!("not valid JSON: {message}"));
    match hint(text, error) {
        Some(hint) => notice.with_hint(hint),
        None => notice,
    }
}

/// The error of a text in UTF-16, which JSON may be no more (RFC 8259 section 8.1).
pub(super) fn utf16() -> Notice {
    let place = Place { line: 1, column: 1, path: String::new() };
    Notice::new(&place, format!("not valid JSON: {UTF16}")).with_hint(UTF16_HINT)
}

/// The error of a text that is not UTF-8 (RFC 8259 section 8.1), of which Go makes what it can.
pub(super) fn not_utf8(bytes: &[u8]) -> Option<Notice> {
    let error = std::str::from_utf8(bytes).err()?;
    let (before, from) = bytes.split_at_checked(error.valid_up_to())?;
    let place = behind(std::str::from_utf8(before).unwrap_or_default());
    let octet = from.first().copied().unwrap_or_default();
    let message = format!("not valid JSON: the octet 0x{octet:02x} is no UTF-8");
    Some(Notice::new(&place, message).with_hint("save the file as UTF-8; it looks like Latin-1 or the like"))
}

/// The error of a string with half a character, of which Go makes U+FFFD: RFC 8259 section 8.2 lets everybody make of it
/// what they like.
pub(super) fn lone_surrogate(text: &str) -> Option<Notice> {
    let mut from = 0;
    // Outside of strings there are no backslashes.
    while let Some(found) = text.get(from..)?.find('\\') {
        let start = from + found;
        let unit = |at: usize| {
            let digits = text.get(at..)?.strip_prefix("\\u")?.get(..4)?;
            u16::from_str_radix(digits, 16).ok()
        };
        from = match (unit(start), unit(start + UNIT)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => start + 2 * UNIT,
            (Some(0xd800..=0xdfff), _) => {
                let escape = text.get(start..start + UNIT)?;
                let notice = Notice::new(
                    &behind(text.get(..start)?),
                    format!("the escape {escape} is half a character"),
                );
                return Some(
                    notice.with_hint("write the character itself, or both halves, such as \\ud83d\\ude00"),
                );
            }
            (Some(_), _) => start + UNIT,
            (None, _) => start + 2,
        };
    }
    None
}

/// The length of an escape such as `\u00e4`.
const UNIT: usize = 6;

/// The place behind a part of a document.
fn behind(before: &str) -> Place {
    let (above, line) = before.rsplit_once('\n').map_or(("", before), |(above, line)| (above, line));
    let lines = if before.len() == line.len() { 1 } else { above.matches('\n').count() + 2 };
    Place { line: lines, column: line.chars().count() + 1, path: String::new() }
}

fn hint(text: &str, error: &serde_json::Error) -> Option<&'static str> {
    if text.starts_with('\u{feff}') {
        return Some("the file starts with a byte order mark; save it without one");
    }
    if text.trim_start().starts_with("-----BEGIN") {
        return Some("this is a PEM file; a JSON document is expected here");
    }
    let line_start: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    // serde_json counts columns in bytes and names the last byte it looked at.
    let (before, from) = text.split_at_checked((line_start + error.column()).saturating_sub(1))?;
    let message = error.to_string();
    match from.as_bytes() {
        _ if message.starts_with("expected `:`") => Some("a colon belongs between a key and its value"),
        _ if message.starts_with("control character") => Some("is a quote missing at the end of the line?"),
        _ if error.is_eof() => Some("the text ends too early: a bracket or quote is not closed"),
        [b'}' | b']', ..] if before.trim_end().ends_with(',') => {
            Some("remove the comma before the closing bracket")
        }
        [b'/' | b'#', ..] => Some("JSON has no comments"),
        [b'\'', ..] => Some("JSON strings stand in double quotes"),
        _ if message.starts_with("trailing characters") => Some("exactly one JSON document is expected"),
        [b'"' | b'{' | b'[', ..] => Some("is a comma missing before this?"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::bad;
    use super::lone_surrogate;

    #[test]
    fn syntax_errors_name_line_and_column() {
        for (text, expected) in [
            ("", "1:1: unexpected end of JSON input (the input is empty)"),
            (
                "{",
                "1:1: not valid JSON: EOF while parsing an object (the text ends too early: a bracket or quote is not closed)",
            ),
            ("{}\n{}", "2:1: not valid JSON: trailing characters (exactly one JSON document is expected)"),
            (
                "{\"flag\":true,}",
                "1:14: not valid JSON: key must be a string (remove the comma before the closing bracket)",
            ),
            ("{ // x\n}", "1:3: not valid JSON: key must be a string (JSON has no comments)"),
            ("{'a': 1}", "1:2: not valid JSON: key must be a string (JSON strings stand in double quotes)"),
            (
                "{\"a\": 1 \"b\": 2}",
                "1:9: not valid JSON: expected `,` or `}` (is a comma missing before this?)",
            ),
            (
                "{\"cn\" \"CA\"}",
                "1:7: not valid JSON: expected `:` (a colon belongs between a key and its value)",
            ),
            (
                "{\"cn\": \"CA },\n}",
                "1:13: not valid JSON: control character (\\u0000-\\u001F) found while parsing a string (is a quote missing at the end of the line?)",
            ),
            (
                "\u{feff}{}",
                "1:1: not valid JSON: expected value (the file starts with a byte order mark; save it without one)",
            ),
        ] {
            assert_eq!(bad(text), expected);
        }
    }

    #[test]
    fn what_is_no_utf8_is_found() {
        for (text, expected) in [
            (&b"{\"a\": \"\xfc\"}"[..], "1:8: not valid JSON: the octet 0xfc is no UTF-8"),
            ("ä\n\nü".as_bytes().split_last().unwrap().1, "3:1: not valid JSON: the octet 0xc3 is no UTF-8"),
            (b"\n a\xff", "2:3: not valid JSON: the octet 0xff is no UTF-8"),
        ] {
            assert_eq!(super::not_utf8(text).unwrap().to_string(), expected);
        }
        assert_eq!(super::not_utf8("ü".as_bytes()), None);
    }

    #[test]
    fn text_of_powershell_is_told() {
        let text: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let notice = super::super::read::<super::super::Ignored>(&text).unwrap_err();
        assert_eq!(notice, super::utf16());
        assert_eq!(notice.to_string(), "1:1: not valid JSON: it is UTF-16 text, as PowerShell's > writes it");
    }
    #[test]
    fn half_a_character_is_none() {
        for whole in [r#"{"a": "\ud83d\ude00 \\ud800 \n\u00e4\""}"#, r#""\\""#, "1", r#""\ud800\udc00""#] {
            assert_eq!(lone_surrogate(whole), None, "{whole}");
        }
        for (half, message) in [
            (r#"["\ud800"]"#, r"1:3: the escape \ud800 is half a character"),
            ("[1,\n\"ä\\udc00\\ud800\"]", r"2:3: the escape \udc00 is half a character"),
            (r#""\ud83d\ud83d\ude00""#, r"1:2: the escape \ud83d is half a character"),
            (r#""\ud83d\n""#, r"1:2: the escape \ud83d is half a character"),
        ] {
            assert_eq!(lone_surrogate(half).unwrap().to_string(), message);
        }
    }
}
