//! Go's `%q`, in which its messages repeat values.

use std::fmt::Write;

/// A double-quoted Go string literal of these bytes, invalid UTF-8 as `\xNN`.
pub(super) fn go_quote(bytes: &[u8]) -> String {
    let mut quoted = String::from('"');
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push_char(&mut quoted, c));
        chunk.invalid().iter().for_each(|byte| push(&mut quoted, format_args!("\\x{byte:02x}")));
    }
    quoted.push('"');
    quoted
}

fn push_char(quoted: &mut String, c: char) {
    match c {
        '"' | '\\' => quoted.extend(['\\', c]),
        // The standard library escapes it.
        '\'' => quoted.push(c),
        '\x07' => quoted.push_str("\\a"),
        '\x08' => quoted.push_str("\\b"),
        '\x0c' => quoted.push_str("\\f"),
        '\n' => quoted.push_str("\\n"),
        '\r' => quoted.push_str("\\r"),
        '\t' => quoted.push_str("\\t"),
        '\x0b' => quoted.push_str("\\v"),
        '\0'..' ' | '\x7f' => push(quoted, format_args!("\\x{:02x}", u32::from(c))),
        _ if is_printable(c) => quoted.push(c),
        '\u{10000}'.. => push(quoted, format_args!("\\U{:08x}", u32::from(c))),
        _ => push(quoted, format_args!("\\u{:04x}", u32::from(c))),
    }
}

fn push(quoted: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = quoted.write_fmt(text);
}

/// Letters, marks, numbers, punctuation, symbols and the space: what the standard library leaves alone when
/// it escapes a string. The quote in front keeps combining marks from counting as the string's first.
fn is_printable(c: char) -> bool {
    let mut text = String::from('a');
    text.push(c);
    text.escape_debug().eq(text.chars())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Right-hand sides from Go 1.27's `strconv.Quote`.
    #[test]
    fn quotes_as_go_does() {
        let cases: &[(&[u8], &str)] = QUOTED;
        for (bytes, expected) in cases {
            assert_eq!(go_quote(bytes), *expected);
        }
    }

    const QUOTED: &[(&[u8], &str)] = &[
        (b"", r#""""#),
        (b"abc'", r#""abc'""#),
        (b"a\"b\\c", r#""a\"b\\c""#),
        (b"\x07\x08\x0c\n\r\t\x0b", r#""\a\b\f\n\r\t\v""#),
        (b"\x00\x1b\x7f", r#""\x00\x1b\x7f""#),
        (b"\xff", r#""\xff""#),
        (b"a\xc3", r#""a\xc3""#),
        (b"\xed\xa0\x80", r#""\xed\xa0\x80""#),
        (b"\xf0\x9f\x98", r#""\xf0\x9f\x98""#),
        ("\u{e9}".as_bytes(), "\"\u{e9}\""),
        ("\u{85}".as_bytes(), r#""\u0085""#),
        ("\u{a0}".as_bytes(), r#""\u00a0""#),
        ("\u{200b}".as_bytes(), r#""\u200b""#),
        ("\u{2028}".as_bytes(), r#""\u2028""#),
        ("\u{e000}".as_bytes(), r#""\ue000""#),
        ("\u{e0001}".as_bytes(), r#""\U000e0001""#),
        ("\u{301}".as_bytes(), "\"\u{301}\""),
        ("e\u{301}".as_bytes(), "\"e\u{301}\""),
        ("\u{fffd}".as_bytes(), "\"\u{fffd}\""),
        ("\u{1f600}".as_bytes(), "\"\u{1f600}\""),
    ];
}
