//! PEM labels and framing (RFC 7468): tolerant reading as Go's `encoding/pem` does it, exact writing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// One PEM block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PemBlock {
    /// What stands behind BEGIN.
    pub label: String,
    /// The RFC 1421 headers.
    pub headers: Vec<(String, String)>,
    /// The decoded contents.
    pub contents: Vec<u8>,
}

/// The first block and what follows it.
pub fn decode(input: &[u8]) -> Option<(PemBlock, &[u8])> {
    let text = std::str::from_utf8(input).ok()?;
    let start = text.find("-----BEGIN ")?;
    let rest = text.get(start + 11..)?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, rest) = rest.split_once(&format!("-----END {label}-----"))?;
    let mut headers = Vec::new();
    let mut base64 = String::new();
    for line in body.lines() {
        match line.split_once(':') {
            Some((name, value)) => headers.push((name.trim().to_owned(), value.trim().to_owned())),
            None => base64.push_str(line.trim()),
        }
    }
    let contents = STANDARD.decode(base64).ok()?;
    Some((PemBlock { label: label.to_owned(), headers, contents }, rest.as_bytes()))
}

/// Writes a block with lines of 64 characters.
pub fn encode(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for chunk in der.chunks(48) {
        text.push_str(&STANDARD.encode(chunk));
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}
