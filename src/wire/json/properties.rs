//! What holds for any document.

use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::{Ignored, Located, Place, read};
use crate::wire::csr_request::{Ca, CsrRequest, Key, Name};

/// A value as it is written: objects keep repeated keys.
#[derive(Clone, Debug)]
enum Written {
    Scalar(Value),
    List(Vec<Written>),
    Object(Vec<(String, Written)>),
}

impl Written {
    fn text(&self) -> String {
        match self {
            Self::Scalar(value) => value.to_string(),
            Self::List(list) => format!("[{}]", list.iter().map(Self::text).collect::<Vec<_>>().join(",")),
            Self::Object(members) => {
                let member = |(key, value): &(String, Self)| format!("{}:{}", json!(key), value.text());
                format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
            }
        }
    }
}

/// The types Go merges into.
#[derive(Clone, Copy, Debug)]
enum Type {
    Text,
    Number,
    Truth,
    List(&'static Type),
    Map(&'static Type),
    Struct(&'static [(&'static str, Type)]),
    /// A pointer to a struct and what it starts with.
    Pointer(&'static Type, &'static str),
}

const NAME: Type = Type::Struct(&[("C", Type::Text), ("O", Type::Text), ("OID", Type::Map(&Type::Text))]);
const KEY: Type = Type::Struct(&[("algo", Type::Text), ("size", Type::Number)]);
const CA: Type = Type::Struct(&[("pathlen", Type::Number), ("pathlenzero", Type::Truth)]);
const REQUEST: Type = Type::Struct(&[
    ("CN", Type::Text),
    ("names", Type::List(&NAME)),
    ("hosts", Type::List(&Type::Text)),
    ("key", Type::Pointer(&KEY, r#"{"algo":"ecdsa","size":256}"#)),
    ("ca", Type::Pointer(&CA, r#"{"pathlen":0,"pathlenzero":false}"#)),
    ("serialnumber", Type::Text),
]);

impl Type {
    fn zero(self) -> Value {
        match self {
            Self::Text => json!(""),
            Self::Number => json!(0),
            Self::Truth => json!(false),
            Self::List(_) => json!([]),
            Self::Map(_) => json!({}),
            Self::Struct(fields) => {
                fields.iter().map(|(key, kind)| ((*key).to_owned(), kind.zero())).collect()
            }
            Self::Pointer(..) => Value::Null,
        }
    }

    /// Go's rules, except that a list that was cut and grows again starts its new elements from zero, where Go
    /// finds the old ones behind the end of its slice.
    fn merge(self, into: &mut Value, written: &Written) {
        match (self, written) {
            (Self::List(_) | Self::Map(_) | Self::Pointer(..), Written::Scalar(_)) => *into = self.zero(),
            (_, Written::Scalar(Value::Null)) => {}
            (_, Written::Scalar(value)) => *into = value.clone(),
            (Self::List(kind), Written::List(list)) => {
                let slots = into.as_array_mut().unwrap();
                slots.resize(list.len(), kind.zero());
                slots.iter_mut().zip(list).for_each(|(slot, element)| kind.merge(slot, element));
            }
            (Self::Map(kind), Written::Object(members)) => {
                for (key, member) in members {
                    let mut value = kind.zero();
                    kind.merge(&mut value, member);
                    into[key] = value;
                }
            }
            (Self::Struct(fields), Written::Object(members)) => {
                for (key, member) in members {
                    let same = |known: &str| plain(known) == plain(key);
                    let (known, kind) = fields.iter().find(|(known, _)| same(known)).unwrap();
                    kind.merge(&mut into[known], member);
                }
            }
            (Self::Pointer(target, start), written) => {
                if into.is_null() {
                    *into = serde_json::from_str(start).unwrap();
                }
                target.merge(into, written);
            }
            _ => unreachable!("{self:?} is written as {written:?}"),
        }
    }

    fn written(self) -> BoxedStrategy<Written> {
        let value = match self {
            Self::Text => "[a-c\"\\\\é\u{1}]{0,3}".prop_map(|text| Written::Scalar(json!(text))).boxed(),
            Self::Number => any::<i64>().prop_map(|number| Written::Scalar(json!(number))).boxed(),
            Self::Truth => any::<bool>().prop_map(|truth| Written::Scalar(json!(truth))).boxed(),
            Self::List(kind) => prop::collection::vec(kind.written(), 0..4).prop_map(Written::List).boxed(),
            Self::Map(kind) => {
                let member = ("[a-cA]", kind.written());
                prop::collection::vec(member, 0..4).prop_map(Written::Object).boxed()
            }
            Self::Struct(fields) => {
                let member = prop::sample::select(fields).prop_flat_map(|(key, kind)| {
                    (any::<u32>().prop_map(|choice| in_some_case(key, choice)), kind.written())
                });
                prop::collection::vec(member, 0..8).prop_map(Written::Object).boxed()
            }
            Self::Pointer(target, _) => return target.written(),
        };
        prop_oneof![1 => Just(Written::Scalar(Value::Null)), 5 => value].boxed()
    }
}

/// A key with every letter in one of the forms Go takes for the same.
fn in_some_case(key: &str, choice: u32) -> String {
    let form = |(at, letter): (usize, char)| match (choice >> (2 * at) & 3, letter.to_ascii_lowercase()) {
        (0, _) => letter,
        (1, lower) => lower,
        (2, 's') => '\u{17f}',
        (2, 'k') => '\u{212a}',
        (_, lower) => lower.to_ascii_uppercase(),
    };
    key.chars().enumerate().map(form).collect()
}

fn plain(key: &str) -> String {
    key.replace('\u{17f}', "s").replace('\u{212a}', "k").to_ascii_lowercase()
}

fn shown(request: &CsrRequest) -> Value {
    let key = |key: &Located<Key>| json!({ "algo": key.value.algo.value, "size": key.value.size.value });
    let ca =
        |ca: &Located<Ca>| json!({ "pathlen": ca.value.pathlen.value, "pathlenzero": ca.value.pathlenzero });
    json!({
        "CN": request.cn.value,
        "names": request.names.iter().map(shown_name).collect::<Vec<_>>(),
        "hosts": request.hosts.iter().map(|host| &host.value).collect::<Vec<_>>(),
        "key": request.key.as_ref().map(key),
        "ca": request.ca.as_ref().map(ca),
        "serialnumber": request.serial_number,
    })
}

fn shown_name(name: &Name) -> Value {
    let oids: Value = name.oid.0.iter().map(|(key, text)| (key.clone(), json!(text.value))).collect();
    json!({ "C": name.c, "O": name.o, "OID": oids })
}

/// The text from a place on, found by counting.
fn text_at<'t>(text: &'t str, place: &Place) -> &'t str {
    let line = text.split_inclusive('\n').take(place.line - 1).map(str::len).sum::<usize>();
    let (column, _) = text[line..].char_indices().nth(place.column - 1).unwrap();
    &text[line + column..]
}

proptest! {
    #[test]
    fn any_bytes_have_an_answer(bytes: Vec<u8>) {
        let as_text = String::from_utf8(bytes.clone());
        let found = read::<Ignored>(&bytes).is_ok();
        let _ = read::<CsrRequest>(&bytes);
        if let Ok(text) = as_text {
            prop_assert_eq!(found, serde_json::from_str::<IgnoredAny>(&text).is_ok());
        }
    }

    #[test]
    fn what_json_is_was_decided_elsewhere(
        text in r#"([\[\]{},:"]|"[a-zé]?"|"\\u[d0][8c]00"|-?[0-9]|1e5|\.|true|null|[ \n/]|\PC){0,8}"#
    ) {
        let is_json = serde_json::from_slice::<IgnoredAny>(text.as_bytes()).is_ok();
        prop_assert_eq!(read::<Ignored>(text.as_bytes()).is_ok(), is_json);
        prop_assert!(is_json || read::<CsrRequest>(text.as_bytes()).is_err());
    }

    #[test]
    fn documents_merge_as_in_go(written in REQUEST.written()) {
        let mut expected = REQUEST.zero();
        REQUEST.merge(&mut expected, &written);
        let document = read::<CsrRequest>(written.text().as_bytes()).unwrap();
        prop_assert_eq!(shown(&document.value), expected);
    }

    #[test]
    fn places_point_at_the_values(
        blanks in "[ \n\t\r]{0,9}",
        hosts in prop::collection::vec(("[a-zé€😀]{0,300}", "[ \n\r]{0,3}"), 1..6),
        unknown in "[xyzé😀]{1,9}",
    ) {
        let list: Vec<_> = hosts.iter().map(|(host, blanks)| format!("{blanks}{}{blanks}", json!(host))).collect();
        let text = format!("{blanks}{{\"hosts\":[{}],{blanks}\"{unknown}\":{blanks}7{blanks}}}", list.join(","));
        let document = read::<CsrRequest>(text.as_bytes()).unwrap();
        for (index, host) in document.value.hosts.iter().enumerate() {
            let value = json!(host.value).to_string();
            prop_assert!(text_at(&text, &host.place).starts_with(&value));
            prop_assert_eq!(&host.place.path, &format!("hosts[{index}]"));
        }
        prop_assert_eq!(document.notices.len(), 1);
        prop_assert!(text_at(&text, &document.notices[0].place).starts_with('7'));
    }
}
