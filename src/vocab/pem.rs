//! PEM labels and framing (RFC 7468): tolerant reading as Go's `encoding/pem` does it, exact writing.

use std::collections::HashMap;
use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use zeroize::Zeroizing;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"\n-----END ";
const DASHES: &[u8] = b"-----";

/// Digits in one line of base64 (RFC 7468 section 2).
const DIGITS_PER_LINE: usize = 64;

/// Go's base64: padding is required, stray bits in the last digit are not looked at.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// One PEM block. The contents may be a private key: they are wiped on drop and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PemBlock {
    label: String,
    headers: Vec<(String, String)>,
    contents: Zeroizing<Vec<u8>>,
}

impl PemBlock {
    /// The words behind BEGIN, such as `CERTIFICATE`.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The headers in the order of the file, each name once (the last value counts).
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The value of a header such as `DEK-Info`.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str())
    }

    /// The decoded bytes.
    pub fn contents(&self) -> &[u8] {
        &self.contents
    }

    /// The decoded bytes, still wiped on drop.
    pub fn into_contents(self) -> Zeroizing<Vec<u8>> {
        self.contents
    }
}

impl fmt::Debug for PemBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, headers, contents } = self;
        f.debug_struct("PemBlock")
            .field("label", label)
            .field("headers", headers)
            .field("contents", &format_args!("[{} bytes]", contents.len()))
            .finish()
    }
}

/// Finds the first well-formed block and returns it with the input behind it, as Go's `pem.Decode`.
///
/// Whatever stands before the block is skipped, malformed blocks included.
pub fn decode(input: &[u8]) -> Option<(PemBlock, &[u8])> {
    let mut from = 0;
    loop {
        let end = from + find(&input[from..], END)?;
        match read_block(input, from, end) {
            Ok(block) => return Some((block, next_line(input, end + END.len()))),
            // Lines taken for headers ran beyond this END: Go gives up on the whole input.
            Err(read_to) if read_to > end + END.len() => return None,
            Err(_) => from = end + END.len(),
        }
    }
}

/// The line in which one block ends and the next begins, as `cat` makes it of files without a last line break.
pub fn joined_line(input: &[u8]) -> Option<usize> {
    let at = find(input, b"----------BEGIN ")?;
    Some(1 + input[..at].iter().filter(|octet| **octet == b'\n').count())
}

/// How many blocks are begun, whether they can be read or not.
pub fn begun(mut input: &[u8]) -> usize {
    let mut found = 0;
    while let Some(at) = input.iter().position(|octet| *octet == BEGIN[0]) {
        input = &input[at..];
        let length = if input.starts_with(BEGIN) { BEGIN.len() } else { 1 };
        found += usize::from(length > 1);
        input = &input[length..];
    }
    found
}

/// What to say of such a line, behind its number.
pub const JOINED: &str = "ends a PEM block and begins the next";
/// What to do about it.
pub const JOINED_HINT: &str = "put a line break between -----END ...----- and -----BEGIN ...-----";

/// What base64 makes of `-----BEGIN `: how kubeconfigs and Kubernetes Secrets carry PEM.
const EMBEDDED: &[u8] = b"LS0tLS1CRUdJTi";

/// The PEM that stands in base64 inside of another document.
pub fn embedded(document: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let Ok(text) = std::str::from_utf8(document) else { return Vec::new() };
    if find(document, EMBEDDED).is_none() {
        return Vec::new();
    }
    let words = text.split(|c: char| c.is_whitespace() || "\"',{}[]".contains(c));
    let words = words.filter(|word| word.as_bytes().starts_with(EMBEDDED));
    words.filter_map(|word| STANDARD.decode(word).map(Zeroizing::new).ok()).collect()
}

/// Writes a block: 64 columns, LF, a newline at the end (RFC 7468 section 3, strict textual encoding).
pub fn encode(label: &str, der: &[u8]) -> String {
    let begin = ["-----BEGIN ", label, "-----\n"].concat();
    let end = ["-----END ", label, "-----\n"].concat();
    let digits = der.len().div_ceil(3) * 4;
    let lines = digits.div_ceil(DIGITS_PER_LINE);
    // Allocated once, so that no copy of a private key stays behind in memory: the digits are written where the last of
    // them will stand, and then moved to the front line by line.
    let (mut to, mut from) = (begin.len(), begin.len() + lines);
    let behind = from + digits;
    let mut out = vec![0; behind + end.len()];
    out[..to].copy_from_slice(begin.as_bytes());
    out[behind..].copy_from_slice(end.as_bytes());
    // There is room for all of them.
    let _written = STANDARD.encode_slice(der, &mut out[from..behind]);
    while from < behind {
        let line = DIGITS_PER_LINE.min(behind - from);
        out.copy_within(from..from + line, to);
        out[to + line] = b'\n';
        (to, from) = (to + line + 1, from + line);
    }
    // Base64 is ASCII.
    String::from_utf8(out).unwrap_or_default()
}

/// Reads the block that the END marker at `end` closes; an error says how far the reading went.
fn read_block(input: &[u8], from: usize, end: usize) -> Result<PemBlock, usize> {
    // The last BEGIN counts: earlier ones have no END of their own.
    let begin = rfind(&input[from..end], BEGIN).map(|at| from + at).ok_or(from)?;
    if begin > from && input[begin - 1] != b'\n' {
        return Err(from);
    }
    let (first_line, body) = line_at(input, begin + BEGIN.len());
    let label = first_line.strip_suffix(DASHES).ok_or(body)?;
    let (headers, body) = read_headers(input, body)?;
    if !headers.is_empty() && end < body {
        return Err(body);
    }
    if !is_trailer_of(label, &input[end + END.len()..]) {
        return Err(body);
    }
    // Without a body the END marker's newline is the one that ended the BEGIN line.
    let contents = decode_base64(input.get(body..end).unwrap_or_default()).ok_or(body)?;
    Ok(PemBlock { label: String::from_utf8_lossy(label).into_owned(), headers, contents })
}

type Headers = Vec<(String, String)>;

/// Every line with a colon is a header; returns where the first other line starts.
fn read_headers(input: &[u8], mut at: usize) -> Result<(Headers, usize), usize> {
    let mut headers = Headers::new();
    let mut index = HashMap::new();
    loop {
        if at >= input.len() {
            return Err(usize::MAX);
        }
        let (line, next) = line_at(input, at);
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return Ok((headers, at)) };
        let (name, value) = (trimmed(&line[..colon]), trimmed(&line[colon + 1..]));
        let slot = *index.entry(name.clone()).or_insert(headers.len());
        match headers.get_mut(slot) {
            Some(header) => header.1 = value,
            None => headers.push((name, value)),
        }
        at = next;
    }
}

fn trimmed(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// Whether `LABEL-----` follows, and nothing else but blanks up to the end of the line.
fn is_trailer_of(label: &[u8], input: &[u8]) -> bool {
    let after = input.strip_prefix(label).and_then(|rest| rest.strip_prefix(DASHES));
    after.is_some_and(|rest| line_at(rest, 0).0.is_empty())
}

/// Base64 as Go reads it, with blanks and line ends between the digits.
pub(super) fn decode_base64(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    digits.extend(text.iter().filter(|byte| !b" \t\r\n".contains(byte)));
    BASE64.decode(&*digits).ok().map(Zeroizing::new)
}

/// The line at an offset without its end and trailing blanks, and the offset of the next line.
fn line_at(input: &[u8], at: usize) -> (&[u8], usize) {
    let rest = &input[at..];
    let (line, next) = match rest.iter().position(|byte| *byte == b'\n') {
        Some(newline) => (rest[..newline].strip_suffix(b"\r").unwrap_or(&rest[..newline]), at + newline + 1),
        None => (rest, input.len()),
    };
    let length = line.iter().rposition(|byte| !b" \t".contains(byte)).map_or(0, |last| last + 1);
    (&line[..length], next)
}

fn next_line(input: &[u8], at: usize) -> &[u8] {
    &input[line_at(input, at).1..]
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn rfind(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).rposition(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn blocks_on_one_line_are_found() {
        assert_eq!([begun(b""), begun(b"--BEGIN -----BEGIN X-----\n-----BEGIN -----BEGIN ")], [0, 3]);
        let text = b"-----BEGIN X-----\nQUJD\n-----END X----------BEGIN X-----\nQUJD\n-----END X-----\n";
        assert_eq!(joined_line(text), Some(3));
        assert_eq!(joined_line(b"-----BEGIN X-----\nQUJD\n-----END X-----\n-----BEGIN X-----\n"), None);
    }

    #[test]
    fn pem_within_base64_is_found() {
        let found = embedded(b"a: LS0tLS1CRUdJTiBYLS0tLS0K, b: \"LS0tLS1CRUdJTi*\"");
        assert_eq!(found.iter().map(|pem| pem.as_slice()).collect::<Vec<_>>(), [b"-----BEGIN X-----\n"]);
        assert!(embedded(b"\xffLS0tLS1CRUdJTiBYLS0tLS0K").is_empty());
    }

    /// Label, headers by name, contents, and the length of what follows.
    type Found = (&'static str, &'static [(&'static str, &'static str)], &'static [u8], usize);

    #[test]
    fn finds_what_go_finds() {
        #[rustfmt::skip]
        let rows: Vec<(&[u8], Option<Found>)> = vec![
            (b"-----BEGIN X-----\nQUJD\n-----END X-----\n", Some(("X", &[], b"ABC", 0))),
            (b"", None),
            (b"junk", None),
            (b"-----BEGIN X-----\nQUJD\n-----END X-----", Some(("X", &[], b"ABC", 0))),
            (b"junk\n-----BEGIN X-----\nQUJD\n-----END X-----\nmore\n", Some(("X", &[], b"ABC", 5))),
            (b"junk-----BEGIN X-----\nQUJD\n-----END X-----\n", None),
            (b"-----BEGIN X-----\r\nQUJD\r\n-----END X-----\r\n", Some(("X", &[], b"ABC", 0))),
            (b"-----BEGIN X-----\nQU\nJ D\t\n\n-----END X-----\n", Some(("X", &[], b"ABC", 0))),
            (b"-----BEGIN X-----\n-----END X-----\n", Some(("X", &[], b"", 0))),
            (b"-----BEGIN X-----\n\n-----END X-----\n", Some(("X", &[], b"", 0))),
            (b"-----BEGIN X-----  \nQUJD\n-----END X-----\t \nrest", Some(("X", &[], b"ABC", 4))),
            (b"-----BEGIN X-----\nQUJD\n-----END Y-----\n", None),
            (b"-----BEGIN X-----\nQUJD\n-----END Y-----\n-----BEGIN X-----\nQUJD\n-----END X-----\n", Some(("X", &[], b"ABC", 0))),
            (b"-----BEGIN X-----\nQUJD\n-----END X-----x\n", None),
            (b"-----BEGIN X-----\nQUJD\n-----END X----\n", None),
            (b"-----BEGIN X----\nQUJD\n-----END X-----\n", None),
            (b"-----BEGIN X-----\nQUJ\n-----END X-----\n", None),
            (b"-----BEGIN X-----\nQR==\n-----END X-----\n", Some(("X", &[], b"A", 0))),
            (b"-----BEGIN X-----\nQQ=\n=\n-----END X-----\n", Some(("X", &[], b"A", 0))),
            (b"-----BEGIN X-----\nQQ\n-----END X-----\n", None),
            (b"-----BEGIN X-----\nQQ==QQ==\n-----END X-----\n", None),
            (b"-----BEGIN X-----\nQU*D\n-----END X-----\n", None),
            (b"-----BEGIN Y-----\n-----BEGIN X-----\nQUJD\n-----END X-----\n", Some(("X", &[], b"ABC", 0))),
            (b"-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nQUJD\n-----END X-----\n", Some(("X", &[("DEK-Info", "AES-128-CBC,00"), ("Proc-Type", "4,ENCRYPTED")], b"ABC", 0))),
            (b"-----BEGIN X-----\r\n a :  b \r\na:c\r\nd:\r\n\r\nQUJD\r\n-----END X-----\r\n", Some(("X", &[("a", "c"), ("d", "")], b"ABC", 0))),
            (b"-----BEGIN X-----\na: b\nQUJD\n-----END X-----\n", Some(("X", &[("a", "b")], b"ABC", 0))),
            (b"-----BEGIN X-----\na: b\n-----END X-----\n", None),
            (b"-----BEGIN X-----\na: b\n-----END X:-----\n-----BEGIN X-----\nQUJD\n-----END X-----\n", None),
            (b"-----BEGIN X-----\nQUJD\n-----END X-----", Some(("X", &[], b"ABC", 0))),
            (b"-----BEGIN -----\nQUJD\n-----END -----\n", Some(("", &[], b"ABC", 0))),
            (b"-----BEGIN A:B-----\nQUJD\n-----END A:B-----\n", Some(("A:B", &[], b"ABC", 0))),
            (b"-----BEGIN \xff-----\nQUJD\n-----END \xff-----\n", Some(("�", &[], b"ABC", 0))),
            (b"-----END X-----\n-----BEGIN X-----\nQUJD\n-----END X-----\n", Some(("X", &[], b"ABC", 0))),
            (b"\n-----END X----------BEGIN X-----\nQUJD\n-----END X-----\n", None),
            (b"\n-----END -----BEGIN X-----\nQUJD\n-----END X-----\n", Some(("X", &[], b"ABC", 0))),
            (b"-----BEGIN X-----QUJD-----END X-----", None),
            (b"-----BEGIN X-----\na:b\n-----END X-----\nc:d\ne:f\n-----BEGIN X-----\nQUJD\n-----END X-----\n", Some(("X", &[], b"ABC", 0))),
            (b"-----BEGIN X-----\na:b\nc:d", None),
        ];
        for (input, expected) in rows {
            let shown = String::from_utf8_lossy(input);
            let Some((label, headers, contents, rest)) = expected else {
                assert_eq!(decode(input), None, "{shown}");
                continue;
            };
            let (block, behind) = decode(input).unwrap_or_else(|| panic!("no block in {shown}"));
            let mut found: Vec<_> = block.headers().iter().map(|h| (h.0.as_str(), h.1.as_str())).collect();
            found.sort_unstable();
            assert_eq!(
                (block.label(), found.as_slice(), block.contents()),
                (label, headers, contents),
                "{shown}"
            );
            assert_eq!(behind, &input[input.len() - rest..], "{shown}");
        }
    }

    #[test]
    fn headers_are_found_by_name_and_kept_in_order() {
        let input =
            b"-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nQUJD\n-----END X-----\n";
        let (block, _) = decode(input).unwrap();
        assert_eq!(block.header("DEK-Info"), Some("AES-128-CBC,00"));
        assert_eq!(block.header("dek-info"), None);
        assert_eq!(block.headers()[0].0, "Proc-Type");
        assert_eq!(block.into_contents().as_slice(), b"ABC");
    }

    #[test]
    fn debug_keeps_the_contents_to_itself() {
        let (block, _) = decode(b"-----BEGIN X-----\nQUJD\n-----END X-----\n").unwrap();
        assert_eq!(format!("{block:?}"), r#"PemBlock { label: "X", headers: [], contents: [3 bytes] }"#);
    }

    #[test]
    fn writes_64_columns() {
        assert_eq!(encode("X Y", b""), "-----BEGIN X Y-----\n-----END X Y-----\n");
        assert_eq!(encode("X", b"A"), "-----BEGIN X-----\nQQ==\n-----END X-----\n");
        let (line, zeros) = ("A".repeat(64), [0; 49]);
        assert_eq!(encode("X", &zeros[..48]), format!("-----BEGIN X-----\n{line}\n-----END X-----\n"));
        assert_eq!(encode("X", &zeros), format!("-----BEGIN X-----\n{line}\nAA==\n-----END X-----\n"));
    }

    #[test]
    fn a_key_is_written_without_reallocation() {
        for length in [0, 1, 47, 48, 49, 1000] {
            let text = encode("PRIVATE KEY", &vec![7; length]);
            assert!(text.capacity() - text.len() < 66, "{length}: {} of {}", text.len(), text.capacity());
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(der: Vec<u8>, label in "[A-Z]([A-Z0-9 ]{0,20}[A-Z])?") {
            let text = encode(&label, &der);
            let (block, rest) = decode(text.as_bytes()).unwrap();
            prop_assert_eq!((block.label(), block.contents(), rest), (label.as_str(), der.as_slice(), &b""[..]));
        }

        #[test]
        fn any_input_has_an_answer(input in r"(-----BEGIN |-----END |X|-----|:|\n|\r|[ -~]|\PC){0,24}") {
            let _ = decode(input.as_bytes());
        }

        #[test]
        fn any_bytes_have_an_answer(bytes: Vec<u8>) {
            prop_assert!(decode(&bytes).is_none());
        }
    }
}
