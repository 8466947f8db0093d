//! How text is encoded that other systems wrote.

/// UTF-8's byte-order mark, which editors of Windows write in front of text.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Text without the byte-order mark in front of it, and whether there was one.
pub fn without_mark(bytes: &[u8]) -> (&[u8], bool) {
    bytes.strip_prefix(MARK).map_or((bytes, false), |rest| (rest, true))
}

/// Whether it is UTF-16: by its byte-order mark, or since it begins as PEM or JSON in it.
pub fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
        || matches!(bytes, [b'-' | b'{', 0, second, 0, ..] | [0, b'-' | b'{', 0, second, ..] if second.is_ascii())
}

/// What to say of text in UTF-16.
pub const UTF16: &str = "it is UTF-16 text, as PowerShell's > writes it";
/// What to do about it.
pub const UTF16_HINT: &str = "convert it: iconv -f UTF-16 -t UTF-8 FILE, or in PowerShell: Get-Content FILE | Set-Content -Encoding ascii NEW";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told() {
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        for text in ["\u{feff}x", "-----BEGIN", "{\n}"] {
            assert!(is_utf16(&utf16(text)) && is_utf16(&big(text)), "{text}");
            assert!(!is_utf16(text.as_bytes()), "{text}");
        }
        assert!(!is_utf16(&[0x30, 0x82, 1, 0]) && !is_utf16(b""));
        assert_eq!(without_mark("\u{feff}a".as_bytes()), (&b"a"[..], true));
        assert_eq!(without_mark(b"a"), (&b"a"[..], false));
    }
}
