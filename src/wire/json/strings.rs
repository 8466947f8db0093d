//! Strings as Go reads them: what is not Unicode becomes U+FFFD.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Visitor};

/// Go replaces every byte that is not UTF-8 by U+FFFD.
pub(super) fn decode_utf8(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Cow::Owned(text)
}

/// A string as Go reads it: an escaped lone surrogate becomes U+FFFD.
pub(super) struct GoString(pub(super) String);

impl<'de> serde::Deserialize<'de> for GoString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct GoStringVisitor;
        impl Visitor<'_> for GoStringVisitor {
            type Value = GoString;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(GoString(replace_surrogates(bytes)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(GoString(text.to_owned()))
            }
        }
        deserializer.deserialize_bytes(GoStringVisitor)
    }
}

impl GoString {
    /// The text of a string as it stands in a document that was read already.
    ///
    /// # Errors
    /// Not a string.
    pub(super) fn of(raw: &str) -> Result<String, serde_json::Error> {
        let quoted = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
        match quoted.filter(|text| !text.contains(['\\', '"'])) {
            Some(text) => Ok(text.to_owned()),
            None => serde_json::from_str(raw).map(|Self(text)| text),
        }
    }
}

/// serde_json hands an escaped lone surrogate on as its three-byte generalised UTF-8.
fn replace_surrogates(mut bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    while !bytes.is_empty() {
        match std::str::from_utf8(bytes) {
            Ok(rest) => {
                text.push_str(rest);
                break;
            }
            Err(error) => {
                let (valid, rest) = bytes.split_at(error.valid_up_to());
                text.push_str(&String::from_utf8_lossy(valid));
                text.push(char::REPLACEMENT_CHARACTER);
                bytes = rest.get(3..).unwrap_or_default();
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Outer, good};
    use super::super::{Document, read};

    #[test]
    fn strings_are_read_as_go_reads_them() {
        assert_eq!(good(r#"{"hosts":["\ud800x","\u0000","é"]}"#).value.hosts, ["\u{fffd}x", "\0", "é"]);
        let document: Document<Outer> = read(b"{\"hosts\":[\"a\xff\xfeb\"]}").unwrap();
        assert_eq!(document.value.hosts, ["a\u{fffd}\u{fffd}b"]);
    }
}
