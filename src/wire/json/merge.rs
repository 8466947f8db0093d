//! How each type takes a value in, over what it already holds.

use std::collections::HashMap;

use super::reader::Step;
use super::strings::GoString;
use super::{Located, Notice, Reader};

/// A type that takes a JSON value in, over what it already holds.
pub trait Merge {
    /// Takes in the value whose text is `raw`.
    ///
    /// # Errors
    /// The value has the wrong type.
    fn merge(&mut self, raw: &str, reader: &mut Reader<'_>) -> Result<(), Notice>;
}

impl Merge for String {
    fn merge(&mut self, raw: &str, reader: &mut Reader<'_>) -> Result<(), Notice> {
        match raw.as_bytes().first() {
            Some(b'n') => Ok(()),
            Some(b'"') => {
                *self =
                    GoString::of(raw).map_err(|error| Notice::new(&reader.place(raw), error.to_string()))?;
                Ok(())
            }
            _ => Err(reader.wrong_type(raw, "a string").with_hints(in_quotes(raw))),
        }
    }
}

/// A number that is to be a string.
fn in_quotes(raw: &str) -> Option<String> {
    let is_number = raw.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    (is_number && raw.len() <= 40).then(|| format!("write it in quotes: \"{raw}\""))
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
            let digits = raw.strip_prefix('-').unwrap_or(raw);
            let hint = match digits.bytes().all(|octet| octet.is_ascii_digit()) {
                true => "numbers lie between -9223372036854775808 and 9223372036854775807",
                false => "write whole numbers without quotes, fraction or exponent",
            };
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
                let elements = reader.elements(raw)?;
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
        let Some(members) = reader.members(raw)? else {
            self.0.clear();
            return Ok(());
        };
        let mut index: HashMap<_, _> =
            self.0.iter().enumerate().map(|(at, (key, _))| (key.clone(), at)).collect();
        for (key, raw) in members {
            let mut value = Located::<T>::default();
            reader.member(&key, &mut value, raw)?;
            match index.get(&key).and_then(|at| self.0.get_mut(*at)) {
                Some((_, earlier)) => {
                    let again = Notice::new(&value.place, format!("the key \"{key}\" is given again"));
                    reader.notice(again.with_hint("the later one replaces the earlier; keep one"));
                    *earlier = value;
                }
                None => {
                    index.insert(key.clone(), self.0.len());
                    self.0.push((key, value));
                }
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
        json_object!($name by object { $($key => $field),+ });
    };
    // For documents of our own: their keys are exact.
    (exact $name:ident { $($key:literal => $field:ident),+ $(,)? }) => {
        json_object!($name by exact_object { $($key => $field),+ });
    };
    ($name:ident by $walk:ident { $($key:literal => $field:ident),+ }) => {
        impl $name {
            /// The keys, in the order of the table.
            pub(crate) const KEYS: &'static [&'static str] = &[$($key),+];
        }

        impl $crate::wire::json::Merge for $name {
            fn merge(
                &mut self,
                raw: &str,
                reader: &mut $crate::wire::json::Reader<'_>,
            ) -> Result<(), $crate::wire::json::Notice> {
                // Taken apart without `..`: a field without a key does not compile.
                let Self { $($field),+ } = self;
                let fields: &mut [&mut dyn $crate::wire::json::Merge] = &mut [$($field),+];
                reader.$walk(raw, Self::KEYS, |reader, index, raw| fields[index].merge(raw, reader))
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Inner, Outer, bad, good};

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
        assert_eq!(good(r#"{"map":{"a":{}},"map":null}"#).value, Outer::default());
        assert_eq!(good(r#"{"hosts":[null,"a"]}"#).value.hosts, ["", "a"]);
    }

    #[test]
    fn wrong_types_name_place_found_and_expected() {
        let integer = "(write whole numbers without quotes, fraction or exponent)";
        for (text, expected) in [
            (r#"{"flag": 1}"#, "1:10: flag: expected true or false, found the number 1".to_owned()),
            (
                r#"{"hosts": ["a", 5]}"#,
                "1:17: hosts[1]: expected a string, found the number 5 (write it in quotes: \"5\")"
                    .to_owned(),
            ),
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
                r#"{"key":{"size":9223372036854775808}}"#,
                "1:16: key.size: expected an integer, found the number 9223372036854775808 \
                 (numbers lie between -9223372036854775808 and 9223372036854775807)"
                    .to_owned(),
            ),
            (
                r#"{"key":{"size":2048.0}}"#,
                format!("1:16: key.size: expected an integer, found the number 2048.0 {integer}"),
            ),
        ] {
            assert_eq!(bad(text), expected);
        }
    }
}
