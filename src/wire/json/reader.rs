//! Walks a document, knows where it is, and collects notices.

use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::strings::GoString;
use super::{Merge, Notice, Place};

/// One step of a JSON path.
#[derive(Clone, Debug)]
pub(super) enum Step {
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
    pub(super) fn new(text: &'t str) -> Self {
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

    pub(super) fn into_notices(self) -> Vec<Notice> {
        self.notices
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

    pub(super) fn at<R>(&mut self, step: Step, then: impl FnOnce(&mut Self) -> R) -> R {
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

    /// The elements of a list.
    pub(super) fn elements<'r>(&self, raw: &'r str) -> Result<Vec<&'r str>, Notice> {
        match serde_json::from_str(raw) {
            Ok(Elements(elements)) => Ok(elements),
            Err(error) => Err(Notice::new(&self.place(raw), error.to_string())),
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

#[cfg(test)]
mod tests {
    use super::super::testing::{Inner, Outer, good};

    #[test]
    fn keys_match_without_regard_to_case() {
        let document = good("{\"KEY\":{\"\u{17f}ize\":1},\"\u{212a}ey\":{\"Algo\":\"a\"}}");
        assert_eq!(document.value.key, Some(Inner { size: 1, algo: "a".into() }));
        assert_eq!(document.notices.len(), 1, "the key given twice is noticed");
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
    fn deep_nesting_under_an_unknown_key_is_read_past() {
        let text = format!("{{\"x\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(good(&text).value, Outer::default());
    }
}
