//! Walks a document, knows where it is, and collects notices.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
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
    characters: CharacterCount,
    path: Vec<Step>,
    notices: Vec<Notice>,
}

/// Tells how many characters stand before an offset without reading the text up to it.
#[derive(Debug)]
struct CharacterCount {
    /// The characters before each block.
    before_block: Vec<usize>,
}

impl CharacterCount {
    const BLOCK: usize = 256;

    fn of(text: &str) -> Self {
        let mut count = 0;
        let mut before_block = Vec::with_capacity(text.len() / Self::BLOCK + 2);
        for block in text.as_bytes().chunks(Self::BLOCK) {
            before_block.push(count);
            count += character_starts(block);
        }
        // The end of the text may be the start of a block.
        before_block.push(count);
        Self { before_block }
    }

    fn before(&self, text: &str, offset: usize) -> usize {
        let block = offset / Self::BLOCK;
        let before_block = self.before_block.get(block).copied();
        let in_block = text.as_bytes().get(block * Self::BLOCK..offset);
        before_block.unwrap_or_default() + in_block.map_or(0, character_starts)
    }
}

/// Every byte but the continuations of UTF-8.
fn character_starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let characters = CharacterCount::of(text);
        Self { text, line_starts, characters, path: Vec::new(), notices: Vec::new() }
    }

    /// The place of a value, given its text (a slice of the document).
    pub fn place(&self, raw: &str) -> Place {
        let (line, column) = self.position(raw);
        Place { line, column, path: self.path_text() }
    }

    /// Line and column of a value, both from 1.
    pub(in crate::wire) fn position(&self, raw: &str) -> (usize, usize) {
        // Values are slices of the document, so the distance of their starts is their offset.
        let offset = (raw.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize).min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let column = self.characters.before(self.text, offset) - self.characters.before(self.text, start) + 1;
        (line, column)
    }

    pub(super) fn into_notices(self) -> Vec<Notice> {
        self.notices
    }

    fn path_text(&self) -> String {
        let mut text = String::with_capacity(USUAL_PATH);
        for step in &self.path {
            match step {
                Step::Index(index) => text.extend(["[", &index.to_string(), "]"]),
                Step::Key(key) => push_key(&mut text, &shortened(key, LONGEST_KEY)),
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
        field: impl FnMut(&mut Self, usize, &str) -> Result<(), Notice>,
    ) -> Result<(), Notice> {
        self.walk(raw, (keys, find_key), field)
    }

    /// The same for documents that were not written for Go: only the exact key is one, and `null` is no object.
    ///
    /// # Errors
    /// The value is not an object, or a member has the wrong type.
    pub fn exact_object(
        &mut self,
        raw: &str,
        keys: &[&str],
        mut field: impl FnMut(&mut Self, usize, &str) -> Result<(), Notice>,
    ) -> Result<(), Notice> {
        if raw == "null" {
            return Err(self.wrong_type(raw, "an object"));
        }
        self.walk(raw, (keys, find_exact_key), |reader, index, value| {
            reader.check_written(keys.get(index).copied().unwrap_or_default(), value)?;
            field(reader, index, value)
        })
    }

    /// Nothing is asked for by nothing; a comment may be anything.
    fn check_written(&self, key: &str, value: &str) -> Result<(), Notice> {
        let fault = match value {
            _ if key == "comment" => return Ok(()),
            "null" => "expected a value, found null",
            "\"\"" => "the text is empty",
            _ => return Ok(()),
        };
        Err(Notice::new(&self.place(value), fault).with_hint(format!("write a value, or remove \"{key}\"")))
    }

    fn walk(
        &mut self,
        raw: &str,
        (keys, find): (&[&str], FindKey),
        mut field: impl FnMut(&mut Self, usize, &str) -> Result<(), Notice>,
    ) -> Result<(), Notice> {
        let Some(members) = self.members(raw)? else { return Ok(()) };
        let mut seen = vec![false; keys.len()];
        for (key, value) in members {
            let Some(index) = find(keys, &key) else {
                let notice = self.at(Step::Key(key.clone()), |r| unknown_key(&r.place(value), &key, keys));
                self.notices.push(notice);
                continue;
            };
            self.at(Step::Key(key.clone()), |reader| {
                if std::mem::replace(&mut seen[index], true) {
                    let again =
                        Notice::new(&reader.place(value), format!("the key \"{key}\" is given again"));
                    reader.notice(again.with_hint(match value.as_bytes().first() {
                        Some(b'{' | b'[') => "the later value is merged into the earlier one; keep one",
                        _ => "the later value counts; keep one",
                    }));
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

/// Most paths are no longer.
const USUAL_PATH: usize = 48;

/// Every value below a key carries its path: an endless key would stand there as often as there are values.
const LONGEST_KEY: usize = 100;

fn push_key(path: &mut String, key: &str) {
    if !is_plain(key) {
        path.push_str(&format!("[{key:?}]"));
        return;
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}

fn shortened(text: &str, longest: usize) -> Cow<'_, str> {
    // There are no more characters than octets.
    if text.len() <= longest {
        return Cow::Borrowed(text);
    }
    match text.char_indices().nth(longest) {
        Some((end, _)) => Cow::Owned(format!("{}...", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// What a user sees of a value that does not fit.
fn describe(raw: &str) -> String {
    let short = |raw| shortened(raw, 40);
    match raw.as_bytes().first() {
        Some(b'{') => "an object".to_owned(),
        Some(b'[') => "a list".to_owned(),
        Some(b'"') => format!("the string {}", short(raw)),
        Some(b't' | b'f' | b'n') => raw.to_owned(),
        _ => format!("the number {}", short(raw)),
    }
}

/// The index of a key.
type FindKey = fn(&[&str], &str) -> Option<usize>;

fn find_exact_key(keys: &[&str], key: &str) -> Option<usize> {
    keys.iter().position(|known| *known == key)
}

/// Go looks for the exact key first, then for the first that folds to the same.
fn find_key(keys: &[&str], key: &str) -> Option<usize> {
    find_exact_key(keys, key)
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
    let length = word.chars().count();
    known
        // Ten times the length is never similar enough, and comparing takes the product of both.
        .filter(|candidate| length <= 10 * candidate.chars().count())
        // A single letter is near every word that begins with it.
        .filter(|candidate| candidate.len() > 1)
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
                while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                    members.push((GoString::of(key.get()).map_err(A::Error::custom)?, value.get()));
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
    fn columns_count_characters_on_lines_of_any_length() {
        let before = "é".repeat(1000);
        let document = good(&format!("{{\n\"{before}\": 0, \"x\":1}}"));
        let columns: Vec<_> = document.notices.iter().map(|notice| notice.place.column).collect();
        assert_eq!(columns, [1005, 1012]);
    }

    #[test]
    fn a_long_key_is_shortened_in_paths() {
        let document = good(&format!("{{\"map\":{{\"{}\":{{\"x\":1}}}}}}", "k".repeat(101)));
        assert_eq!(document.notices[0].place.path, format!("map[\"{}...\"].x", "k".repeat(100)));
    }

    #[test]
    fn deep_nesting_under_an_unknown_key_is_read_past() {
        let text = format!("{{\"x\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(good(&text).value, Outer::default());
    }
}
