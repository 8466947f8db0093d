//! Go's two ways of putting a string in quotes, for messages that have to read as cfssl's do.

use std::borrow::Cow;

/// Quotes text as Go's `strconv.Quote` (the verb `%q`) does.
pub fn quote(text: &str) -> String {
    quote_bytes(text.as_bytes())
}

/// [`quote`] for bytes that need not be UTF-8; stray bytes become `\xNN`.
pub fn quote_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push_quoted(&mut out, c));
        chunk.invalid().iter().for_each(|byte| push_hex(&mut out, *byte));
    }
    out.push('"');
    out
}

/// Quotes text as Go's package `time` does in its errors: every byte outside ASCII as `\xNN`.
pub fn quote_for_time(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=0x7f => out.push(char::from(byte)),
            _ => push_hex(&mut out, byte),
        }
    }
    out.push('"');
    out
}

fn push_quoted(out: &mut String, c: char) {
    match c {
        '"' | '\\' => out.extend(['\\', c]),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0b' => out.push_str("\\v"),
        _ if is_printable(c) => out.push(c),
        '\0'..='\x7f' => push_hex(out, c as u8),
        '\u{80}'..='\u{ffff}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        _ => out.push_str(&format!("\\U{:08x}", u32::from(c))),
    }
}

fn push_hex(out: &mut String, byte: u8) {
    out.push_str(&format!("\\x{byte:02x}"));
}

/// Text that need not be UTF-8 in double quotes, for a terminal: as [`printable`], stray bytes as `\xNN`.
pub fn quote_printable(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        out.push_str(&printable(chunk.valid()).replace('"', "\\\""));
        chunk.invalid().iter().for_each(|byte| push_hex(&mut out, *byte));
    }
    out.push('"');
    out
}

/// A message, in which a terminal obeys nothing: names and hosts in it may be anybody's. Its lines stay lines.
pub fn harmless(message: &str) -> Cow<'_, str> {
    let is_control = |c: char| c.is_control() && !['\n', '\t'].contains(&c);
    if !message.contains(is_control) {
        return Cow::Borrowed(message);
    }
    let mut out = String::with_capacity(message.len() + 16);
    for c in message.chars() {
        match is_control(c) {
            true => out.extend(c.escape_unicode()),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Text for a terminal: what could move its cursor, change its colours or turn its lines around is written as
/// `\u{...}`, and a backslash twice.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            _ if is_printable(c) => out.push(c),
            _ => out.extend(c.escape_unicode()),
        }
    }
    out
}

/// Go's `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space.
pub fn is_printable(c: char) -> bool {
    // The standard library keeps such a table for Debug. It escapes combining marks only at the start of
    // a string, hence the letter in front, and quotes and the backslash everywhere.
    let text: String = ['a', c].into_iter().collect();
    matches!(c, '\'' | '"' | '\\') || text.escape_debug().nth(1) == Some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_strconv_quote() {
        for (bytes, expected) in [
            (&b"abc"[..], r#""abc""#),
            (b"", r#""""#),
            (b"it's \"x\\y\"", r#""it's \"x\\y\"""#),
            (b"\x00\x07\x08\t\n\x0b\x0c\r\x1b\x7f", r#""\x00\a\b\t\n\v\f\r\x1b\x7f""#),
            ("é.de 例".as_bytes(), r#""é.de 例""#),
            ("\u{a0}\u{ad}\u{200b}\u{2028}\u{feff}".as_bytes(), r#""\u00a0\u00ad\u200b\u2028\ufeff""#),
            (
                "e\u{301}\u{1f600}\u{e0001}\u{10ffff}".as_bytes(),
                "\"e\u{301}\u{1f600}\\U000e0001\\U0010ffff\"",
            ),
            (b"a\xffb\xc3", r#""a\xffb\xc3""#),
            ("\u{fffd}".as_bytes(), "\"\u{fffd}\""),
        ] {
            assert_eq!(quote_bytes(bytes), expected);
        }
    }

    #[test]
    fn terminals_are_safe_from_names() {
        assert_eq!(quote_printable(b"a\x1b\"\\\n\xffb"), r#""a\u{1b}\"\\\u{a}\xffb""#);
        assert_eq!(printable("a\u{1b}[31m\u{9b}b\\\u{202e}\n é'"), r"a\u{1b}[31m\u{9b}b\\\u{202e}\u{a} é'");
    }

    #[test]
    fn terminals_obey_no_message() {
        assert_eq!(harmless("a\u{1b}[2J\tb\0\u{9b}\r\n  é\n"), "a\\u{1b}[2J\tb\\u{0}\\u{9b}\\u{d}\n  é\n");
        assert!(matches!(harmless("error: é\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn quotes_as_package_time() {
        assert_eq!(quote_for_time("1é\t\"\\\x7f"), "\"1\\xc3\\xa9\\x09\\\"\\\\\x7f\"");
    }
}
