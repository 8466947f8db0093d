//! The JSON reader: Go's `encoding/json` rules (the files people have were written for it), with places.
//!
//! Keys match exactly or else without regard to case, including Unicode simple folding of `s` and `k`; a
//! repeated key merges into what is there (objects field by field, lists element by element); `null` leaves the
//! default, and clears a list or a map. What Go passes over in silence, unknown and repeated keys, becomes a
//! [`Notice`].

#[macro_use]
mod merge;
#[cfg(test)]
mod properties;
mod reader;
mod strings;
mod syntax;
#[cfg(test)]
mod testing;

use std::fmt;

use serde_json::value::RawValue;

pub use merge::{Ignored, Map, Merge};
pub use reader::{Reader, nearest};

use crate::vocab::text::is_utf16;

/// Where in a document a value stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The JSON path, such as `signing.profiles.www.usages[1]`; empty for the document itself.
    pub path: String,
}

impl Place {
    /// The place of a value nobody wrote.
    pub fn is_nowhere(&self) -> bool {
        self.line == 0
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)?;
        if self.path.is_empty() { Ok(()) } else { write!(f, ": {}", self.path) }
    }
}

/// Something at a place of a document that the user should know: an error when it stops the work, a warning
/// when the reader passes over it as cfssl does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct Notice {
    /// Where.
    pub place: Place,
    /// What was found and what is allowed.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Notice {
    /// A notice without advice.
    pub fn new(place: &Place, message: impl Into<String>) -> Self {
        Self { place: place.clone(), message: message.into(), hint: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with the advice there may be.
    #[must_use]
    pub fn with_hints(self, hint: Option<String>) -> Self {
        Self { hint, ..self }
    }
}

/// A value and where it was written; the place is empty for a value nobody wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Located<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub place: Place,
}

/// A document and what was passed over while reading it.
#[derive(Clone, Debug)]
pub struct Document<T> {
    /// The document.
    pub value: T,
    /// What the reader passed over, in the order of the text.
    pub notices: Vec<Notice>,
}

/// Reads one JSON document, which has to be UTF-8.
///
/// # Errors
/// As with [`read`], and text that is not UTF-8, also where it is escaped.
pub fn read_utf8<T: Merge + Default>(bytes: &[u8]) -> Result<Document<T>, Notice> {
    if let Some(notice) = syntax::not_utf8(bytes).filter(|_| !is_utf16(bytes)) {
        return Err(notice);
    }
    let document = read(bytes)?;
    let half = std::str::from_utf8(bytes).ok().and_then(syntax::lone_surrogate);
    half.map_or(Ok(document), Err)
}

/// Reads one JSON document; what is not UTF-8 is replaced, as Go does.
///
/// # Errors
/// A syntax error or a value of the wrong type, with its place.
pub fn read<T: Merge + Default>(bytes: &[u8]) -> Result<Document<T>, Notice> {
    if is_utf16(bytes) {
        return Err(syntax::utf16());
    }
    let text = strings::decode_utf8(bytes);
    let mut reader = Reader::new(&text);
    let raw: &RawValue = serde_json::from_str(&text).map_err(|error| syntax::error(&text, &error))?;
    let mut value = T::default();
    value.merge(raw.get(), &mut reader)?;
    Ok(Document { value, notices: reader.into_notices() })
}
