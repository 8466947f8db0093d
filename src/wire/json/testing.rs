//! What the tests of the reader share: a document type, and its reading.

use super::{Document, Map, read};

#[derive(Debug, Default, PartialEq)]
pub(super) struct Inner {
    pub(super) size: i64,
    pub(super) algo: String,
}
json_object! { Inner { "algo" => algo, "size" => size } }

#[derive(Debug, Default, PartialEq)]
pub(super) struct Outer {
    pub(super) key: Option<Inner>,
    pub(super) names: Vec<Inner>,
    pub(super) hosts: Vec<String>,
    pub(super) flag: bool,
    pub(super) map: Map<Inner>,
}
json_object! { Outer { "key" => key, "names" => names, "hosts" => hosts, "flag" => flag, "map" => map } }

/// Reads what can be read.
pub(super) fn good(text: &str) -> Document<Outer> {
    read(text.as_bytes()).unwrap()
}

/// The error and the advice about what cannot be read.
pub(super) fn bad(text: &str) -> String {
    let notice = read::<Outer>(text.as_bytes()).unwrap_err();
    match &notice.hint {
        Some(hint) => format!("{notice} ({hint})"),
        None => notice.to_string(),
    }
}
