//! The JSON reader: Go's `encoding/json` rules (the files people have were written for it), with places.
//!
//! Keys match exactly or else without regard to case, including Unicode simple folding of `s` and `k`; a
//! repeated key merges into what is there (objects field by field, lists element by element); `null` leaves the
//! default, and clears a list. What Go passes over in silence, unknown and repeated keys, becomes a [`Notice`].

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

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

/// Reads one JSON document.
///
/// # Errors
/// A syntax error or a value of the wrong type, with its place.
pub fn read<T: Merge + Default>(bytes: &[u8]) -> Result<Document<T>, Notice> {
    let text = decode_utf8(bytes);
    let mut reader = Reader::new(&text);
    let raw: &RawValue = serde_json::from_str(&text).map_err(|error| syntax_error(&text, &error))?;
    let mut value = T::default();
    value.merge(raw.get(), &mut reader)?;
    Ok(Document { value, notices: reader.notices })
}

/// Go replaces every byte that is not UTF-8 by U+FFFD.
fn decode_utf8(bytes: &[u8]) -> Cow<'_, str> {
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

fn syntax_error(text: &str, error: &serde_json::Error) -> Notice {
    let place = Place { line: error.line().max(1), column: error.column().max(1), path: String::new() };
    if text.trim().is_empty() {
        return Notice::new(&place, "unexpected end of JSON input").with_hint("the input is empty");
    }
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let notice = Notice::new(&place, format!("not valid JSON: {message}"));
    match syntax_hint(text, error) {
        Some(hint) => notice.with_hint(hint),
        None => notice,
    }
}

fn syntax_hint(text: &str, error: &serde_json::Error) -> Option<&'static str> {
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
    match from.as_bytes() {
        _ if error.is_eof() => Some("the text ends too early: a bracket or quote is not closed"),
        [b'}' | b']', ..] if before.trim_end().ends_with(',') => {
            Some("remove the comma before the closing bracket")
        }
        [b'/' | b'#', ..] => Some("JSON has no comments"),
        [b'\'', ..] => Some("JSON strings stand in double quotes"),
        _ if error.to_string().starts_with("trailing characters") => {
            Some("exactly one JSON document is expected")
        }
        [b'"' | b'{' | b'[', ..] => Some("is a comma missing before this?"),
        _ => None,
    }
}

/// A type that takes a JSON value in, over what it already holds.
pub trait Merge {
    /// Takes in the value whose text is `raw`.
    ///
    /// # Errors
    /// The value has the wrong type.
    fn merge(&mut self, raw: &str, reader: &mut Reader<'_>) -> Result<(), Notice>;
}

/// One step of a JSON path.
#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Index(usize),
}

/// Knows where it is in the text, and collects notices.
#[derive(Debug)]
pub struct Reader<'t> {
    text: &'t str,
    line_starts: Vec<usize>,
    path: Vec<Step>,
    notices: Vec<Notice>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, line_starts, path: Vec::new(), notices: Vec::new() }
    }

    /// The place of a value, given its text (a slice of the document).
    pub fn place(&self, raw: &str) -> Place {
        // Values are slices of the document, so the distance of their starts is their offset.
        let offset = (raw.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize).min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count()) + 1;
        Place { line, column, path: self.path_text() }
    }

    fn path_text(&self) -> String {
        let mut text = String::new();
        for step in &self.path {
            match step {
                Step::Index(index) => text.push_str(&format!("[{index}]")),
                Step::Key(key) if is_plain(key) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(key);
                }
                Step::Key(key) => text.push_str(&format!("[{key:?}]")),
            }
        }
        text
    }

    /// Records what is passed over.
    pub fn notice(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// The error for a value that is not what is expected here.
    pub fn wrong_type(&self, raw: &str, expected: &str) -> Notice {
        Notice::new(&self.place(raw), format!("expected {expected}, found {}", describe(raw)))
    }

    fn at<R>(&mut self, step: Step, then: impl FnOnce(&mut Self) -> R) -> R {
        self.path.push(step);
        let result = then(self);
        self.path.pop();
        result
    }

    /// Walks the members of an object: `field` takes the index of the key in `keys`, and the value's text.
    /// Nothing happens for `null`.
    ///
    /// # Errors
    /// The value is not an object, or a member has the wrong type.
    pub fn object(
        &mut self,
        raw: &str,
        keys: &[&str],
        mut field: impl FnMut(&mut Self, usize, &str) -> Result<(), Notice>,
    ) -> Result<(), Notice> {
        let Some(members) = self.members(raw)? else { return Ok(()) };
        let mut seen = vec![false; keys.len()];
        for (key, value) in members {
            let Some(index) = find_key(keys, &key) else {
                let notice = self.at(Step::Key(key.clone()), |r| unknown_key(&r.place(value), &key, keys));
                self.notices.push(notice);
                continue;
            };
            self.at(Step::Key(key.clone()), |reader| {
                if std::mem::replace(&mut seen[index], true) {
                    let again =
                        Notice::new(&reader.place(value), format!("the key \"{key}\" is given again"));
                    reader
                        .notice(again.with_hint("the later value is merged into the earlier one; keep one"));
                }
                field(reader, index, value)
            })?;
        }
        Ok(())
    }

    /// The members of an object with free keys, in the order of the text; `None` for `null`.
    ///
    /// # Errors
    /// The value is not an object.
    pub fn members<'r>(&self, raw: &'r str) -> Result<Option<Vec<(String, &'r str)>>, Notice> {
        match raw.as_bytes().first() {
            Some(b'n') => Ok(None),
            Some(b'{') => match serde_json::from_str::<Members<'_>>(raw) {
                Ok(Members(members)) => Ok(Some(members)),
                Err(error) => Err(Notice::new(&self.place(raw), error.to_string())),
            },
            _ => Err(self.wrong_type(raw, "an object")),
        }
    }

    /// Takes in a member with a free key.
    ///
    /// # Errors
    /// The value has the wrong type.
    pub fn member<T: Merge>(&mut self, key: &str, value: &mut T, raw: &str) -> Result<(), Notice> {
        self.at(Step::Key(key.to_owned()), |reader| value.merge(raw, reader))
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// What a user sees of a value that does not fit.
fn describe(raw: &str) -> String {
    let short = |raw: &str| {
        let cut: String = raw.chars().take(40).collect();
        if cut.len() < raw.len() { format!("{cut}...") } else { cut }
    };
    match raw.as_bytes().first() {
        Some(b'{') => "an object".to_owned(),
        Some(b'[') => "a list".to_owned(),
        Some(b'"') => format!("the string {}", short(raw)),
        Some(b't' | b'f' | b'n') => raw.to_owned(),
        _ => format!("the number {}", short(raw)),
    }
}

/// Go looks for the exact key first, then for the first that folds to the same.
fn find_key(keys: &[&str], key: &str) -> Option<usize> {
    keys.iter()
        .position(|known| *known == key)
        .or_else(|| keys.iter().position(|known| known.chars().map(fold).eq(key.chars().map(fold))))
}

/// Unicode simple folding as far as it can reach an ASCII letter.
fn fold(c: char) -> char {
    match c {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        _ => c.to_ascii_lowercase(),
    }
}

fn unknown_key(place: &Place, key: &str, keys: &[&str]) -> Notice {
    let notice = Notice::new(place, format!("the key \"{key}\" is not known here and is ignored"));
    match nearest(key, keys.iter().copied()) {
        Some(known) => notice.with_hint(format!("did you mean \"{known}\"?")),
        None => notice.with_hint(format!("known here: {}", keys.join(", "))),
    }
}

/// The known word nearest to what was written, if one is near.
pub fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let word = word.to_lowercase();
    known
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity > 0.82)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

struct Members<'r>(Vec<(String, &'r str)>);

impl<'de> serde::Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((GoString(key), value)) = map.next_entry::<GoString, &RawValue>()? {
                    members.push((key, value.get()));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct Elements<'r>(Vec<&'r str>);

impl<'de> serde::Deserialize<'de> for Elements<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ElementsVisitor;
        impl<'de> Visitor<'de> for ElementsVisitor {
            type Value = Elements<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = seq.next_element::<&RawValue>()? {
                    elements.push(element.get());
                }
                Ok(Elements(elements))
            }
        }
        deserializer.deserialize_seq(ElementsVisitor)
    }
}

/// A string as Go reads it: an escaped lone surrogate becomes U+FFFD.
struct GoString(String);

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

impl Merge for String {
    fn merge(&mut self, raw: &str, reader: &mut Reader<'_>) -> Result<(), Notice> {
        match raw.as_bytes().first() {
            Some(b'n') => Ok(()),
            Some(b'"') => match serde_json::from_str::<GoString>(raw) {
                Ok(GoString(text)) => {
                    *self = text;
                    Ok(())
                }
                Err(error) => Err(Notice::new(&reader.place(raw), error.to_string())),
            },
            _ => Err(reader.wrong_type(raw, "a string")),
        }
    }
}

impl Merge for bool {
    fn merge(&mut self, raw: &str, reader: &mut Reader<'_>) -> Result<(), Notice> {
        match raw {
            "null" => {}
            "true" => *self = true,
            "false" => *self = false,
            _ => return Err(reader.wrong_type(raw, "true or false")),
        }
        Ok(())
    }
}

impl Merge for i64 {
    fn merge(&mut self, raw: &str, reader: &mut Reader<'_>) -> Result<(), Notice> {
        if raw == "null" {
            return Ok(());
        }
        let error = || {
            let hint = "write whole numbers without quotes, fraction or exponent";
            reader.wrong_type(raw, "an integer").with_hint(hint)
        };
        *self = raw.parse().map_err(|_| error())?;
        Ok(())
    }
}

impl<T: Merge + Default> Merge for Vec<T> {
    fn merge(&mut self, raw: &str, reader: &mut Reader<'_>) -> Result<(), Notice> {
        match raw.as_bytes().first() {
            Some(b'n') => self.clear(),
            Some(b'[') => {
                let Elements(elements) = serde_json::from_str(raw)
                    .map_err(|error| Notice::new(&reader.place(raw), error.to_string()))?;
                self.resize_with(elements.len(), T::default);
                for (index, (slot, element)) in self.iter_mut().zip(elements).enumerate() {
                    reader.at(Step::Index(index), |reader| slot.merge(element, reader))?;
                }
            }
            _ => return Err(reader.wrong_type(raw, "a list")),
        }
        Ok(())
    }
}

impl<T: Merge + Default> Merge for Option<T> {
    fn merge(&mut self, raw: &str, reader: &mut Reader<'_>) -> Result<(), Notice> {
        if raw == "null" {
            *self = None;
            return Ok(());
        }
        self.get_or_insert_default().merge(raw, reader)
    }
}

impl<T: Merge> Merge for Located<T> {
    fn merge(&mut self, raw: &str, reader: &mut Reader<'_>) -> Result<(), Notice> {
        self.place = reader.place(raw);
        self.value.merge(raw, reader)
    }
}

/// An object with free keys, in the order of the text; a repeated key replaces the earlier value whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map<T>(pub Vec<(String, Located<T>)>);

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Map<T> {
    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Located<T>> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }
}

impl<T: Merge + Default> Merge for Map<T> {
    fn merge(&mut self, raw: &str, reader: &mut Reader<'_>) -> Result<(), Notice> {
        for (key, raw) in reader.members(raw)?.unwrap_or_default() {
            let mut value = Located::<T>::default();
            reader.member(&key, &mut value, raw)?;
            match self.0.iter_mut().find(|(known, _)| *known == key) {
                Some((_, earlier)) => {
                    let again = Notice::new(&value.place, format!("the key \"{key}\" is given again"));
                    reader.notice(again.with_hint("the later one replaces the earlier; keep one"));
                    *earlier = value;
                }
                None => self.0.push((key, value)),
            }
        }
        Ok(())
    }
}

/// A value of any kind that is read past.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ignored;

impl Merge for Ignored {
    fn merge(&mut self, _: &str, _: &mut Reader<'_>) -> Result<(), Notice> {
        Ok(())
    }
}

/// Implements [`Merge`] for a struct: the one table of an object's keys and the fields they fill.
macro_rules! json_object {
    ($name:ident { $($key:literal => $field:ident),+ $(,)? }) => {
        impl $crate::wire::json::Merge for $name {
            fn merge(
                &mut self,
                raw: &str,
                reader: &mut $crate::wire::json::Reader<'_>,
            ) -> Result<(), $crate::wire::json::Notice> {
                // Taken apart without `..`: a field without a key does not compile.
                let Self { $($field),+ } = self;
                let fields: &mut [&mut dyn $crate::wire::json::Merge] = &mut [$($field),+];
                reader.object(raw, &[$($key),+], |reader, index, raw| fields[index].merge(raw, reader))
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq)]
    struct Inner {
        size: i64,
        algo: String,
    }
    json_object! { Inner { "algo" => algo, "size" => size } }

    #[derive(Debug, Default, PartialEq)]
    struct Outer {
        key: Option<Inner>,
        names: Vec<Inner>,
        hosts: Vec<String>,
        flag: bool,
        map: Map<Inner>,
    }
    json_object! { Outer { "key" => key, "names" => names, "hosts" => hosts, "flag" => flag, "map" => map } }

    fn good(text: &str) -> Document<Outer> {
        read(text.as_bytes()).unwrap()
    }

    fn bad(text: &str) -> String {
        let notice = read::<Outer>(text.as_bytes()).unwrap_err();
        match &notice.hint {
            Some(hint) => format!("{notice} ({hint})"),
            None => notice.to_string(),
        }
    }

    #[test]
    fn keys_match_without_regard_to_case() {
        let document = good("{\"KEY\":{\"\u{17f}ize\":1},\"\u{212a}ey\":{\"Algo\":\"a\"}}");
        assert_eq!(document.value.key, Some(Inner { size: 1, algo: "a".into() }));
        assert_eq!(document.notices.len(), 1, "the key given twice is noticed");
    }

    #[test]
    fn repeated_keys_merge_as_in_go() {
        let text = r#"{"names":[{"algo":"US","size":1},{"algo":"x"}],"names":[{"algo":"UK"}]}"#;
        assert_eq!(good(text).value.names, [Inner { size: 1, algo: "UK".into() }]);
        let text = r#"{"map":{"a":{"algo":"x","size":1}, "a":{"size":2}}}"#;
        assert_eq!(good(text).value.map.get("a").unwrap().value, Inner { size: 2, algo: String::new() });
    }

    #[test]
    fn null_leaves_or_clears() {
        assert_eq!(good("null").value, Outer::default());
        let document = good(r#"{"hosts":["a"],"hosts":null,"flag":null,"key":{"size":3},"key":null}"#);
        assert_eq!(document.value, Outer::default());
        assert_eq!(good(r#"{"hosts":[null,"a"]}"#).value.hosts, ["", "a"]);
    }

    #[test]
    fn unknown_keys_are_noticed_with_their_place() {
        let document = good("{\n  \"key\": {\n    \"siez\": 1\n  }, \"names\": [{\"odd one\": 1}]\n}");
        let notices: Vec<_> = document.notices.iter().map(ToString::to_string).collect();
        assert_eq!(
            notices,
            [
                "3:13: key.siez: the key \"siez\" is not known here and is ignored",
                "4:28: names[0][\"odd one\"]: the key \"odd one\" is not known here and is ignored",
            ]
        );
        assert_eq!(document.notices[0].hint.as_deref(), Some("did you mean \"size\"?"));
        assert_eq!(document.notices[1].hint.as_deref(), Some("known here: algo, size"));
    }

    #[test]
    fn wrong_types_name_place_found_and_expected() {
        let integer = "(write whole numbers without quotes, fraction or exponent)";
        for (text, expected) in [
            (r#"{"flag": 1}"#, "1:10: flag: expected true or false, found the number 1".to_owned()),
            (r#"{"hosts": ["a", 5]}"#, "1:17: hosts[1]: expected a string, found the number 5".to_owned()),
            (r#"{"hosts": "a"}"#, "1:11: hosts: expected a list, found the string \"a\"".to_owned()),
            (r#"{"key": []}"#, "1:9: key: expected an object, found a list".to_owned()),
            ("[]", "1:1: expected an object, found a list".to_owned()),
            (
                r#"{"key":{"size":"2048"}}"#,
                format!("1:16: key.size: expected an integer, found the string \"2048\" {integer}"),
            ),
            (
                r#"{"key":{"size":2e3}}"#,
                format!("1:16: key.size: expected an integer, found the number 2e3 {integer}"),
            ),
            (
                r#"{"key":{"size":2048.0}}"#,
                format!("1:16: key.size: expected an integer, found the number 2048.0 {integer}"),
            ),
            (
                r#"{"key":{"size":99999999999999999999}}"#,
                format!(
                    "1:16: key.size: expected an integer, found the number 99999999999999999999 {integer}"
                ),
            ),
        ] {
            assert_eq!(bad(text), expected);
        }
    }

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
                "\u{feff}{}",
                "1:1: not valid JSON: expected value (the file starts with a byte order mark; save it without one)",
            ),
        ] {
            assert_eq!(bad(text), expected);
        }
    }

    #[test]
    fn strings_are_read_as_go_reads_them() {
        assert_eq!(good(r#"{"hosts":["\ud800x","\u0000","é"]}"#).value.hosts, ["\u{fffd}x", "\0", "é"]);
        let document: Document<Outer> = read(b"{\"hosts\":[\"a\xff\xfeb\"]}").unwrap();
        assert_eq!(document.value.hosts, ["a\u{fffd}\u{fffd}b"]);
    }

    #[test]
    fn deep_nesting_under_an_unknown_key_is_read_past() {
        let text = format!("{{\"x\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(good(&text).value, Outer::default());
    }
}
