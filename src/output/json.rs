//! JSON as Go's `encoding/json` writes it, so that a script sees the bytes it saw from cfssl.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use crate::vocab::quote::is_printable;

/// `value` on one line, as Go's `json.Marshal` writes it.
///
/// # Panics
///
/// If `value` cannot be JSON: a map whose keys are not strings, or a `Serialize` that returns an error. No document of
/// ours is either, whatever its content.
pub fn to_go_json(value: &impl Serialize) -> String {
    written(value, CompactFormatter)
}

/// `value` with one member a line, nested by `indent`, as Go's `json.MarshalIndent` with an empty prefix writes it.
/// No line feed at the end.
///
/// # Panics
///
/// As [`to_go_json`].
pub fn to_go_json_indented(value: &impl Serialize, indent: &str) -> String {
    written(value, PrettyFormatter::with_indent(indent.as_bytes()))
}

/// The same for a terminal, with a line feed at the end: what it would obey is escaped, and so it means the same.
///
/// # Panics
///
/// As [`to_go_json`].
pub fn to_terminal_json(value: &impl Serialize) -> String {
    let text = to_go_json_indented(value, "  ");
    let mut out = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        match c {
            // Line ends of the layout; inside of strings they are escaped already.
            '\n' => out.push(c),
            _ if is_printable(c) => out.push(c),
            _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out += &format!("\\u{unit:04x}")),
        }
    }
    out.push('\n');
    out
}

// A Vec never fails to be written to, serde_json writes UTF-8 only, and the values we print have string keys.
#[expect(clippy::expect_used, reason = "the comment above states the invariant")]
fn written(value: &impl Serialize, layout: impl Formatter) -> String {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, GoEscapes(layout))).expect("serializable");
    String::from_utf8(bytes).expect("UTF-8")
}

/// The layout of another formatter with Go's escapes. serde_json's own are the same for `"`, `\`, and the control
/// characters (`\b \f \n \r \t`, else `\u00xx`); Go escapes five characters more.
struct GoEscapes<F>(F);

/// What Go escapes so that JSON may stand in HTML and JavaScript.
const HTML_ESCAPES: [(char, &str); 5] =
    [('<', "\\u003c"), ('>', "\\u003e"), ('&', "\\u0026"), ('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029")];

impl<F: Formatter> Formatter for GoEscapes<F> {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some((at, found)) = rest.char_indices().find_map(|(at, c)| Some((at, html_escape(c)?))) {
            writer.write_all(&rest.as_bytes()[..at])?;
            writer.write_all(found.1.as_bytes())?;
            rest = &rest[at + found.0.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

fn html_escape(c: char) -> Option<(char, &'static str)> {
    HTML_ESCAPES.into_iter().find(|escape| escape.0 == c)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::RawValue;

    use super::*;

    #[test]
    fn json_keeps_its_meaning() {
        let text = "a\u{9b}\u{202e}\u{e0001}\n\u{1b}é";
        let json = to_terminal_json(&[text]);
        assert!(json.chars().all(|c| c == '\n' || is_printable(c)), "{json:?}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [text]);
    }

    #[test]
    fn strings_are_escaped_as_go_1_27_does() {
        let all = "\u{8}\u{c}\n\r\t\0\u{1f}\u{b}<>&\"\\/'\u{7f}\u{80}é€😀\u{2028}\u{2029}\u{fffd}";
        let go = r#""\b\f\n\r\t\u0000\u001f\u000b\u003c\u003e\u0026\"\\/'"#.to_owned()
            + "\u{7f}\u{80}é€😀"
            + r#"\u2028\u2029"#
            + "\u{fffd}\"";
        assert_eq!(to_go_json(&all), go);
    }

    #[test]
    fn escapes_stand_at_the_edges_and_side_by_side() {
        assert_eq!(to_go_json(&"<"), r#""\u003c""#);
        assert_eq!(to_go_json(&"a<>b"), r#""a\u003c\u003eb""#);
        assert_eq!(to_go_json(&""), r#""""#);
    }

    #[test]
    fn keys_are_escaped_too() {
        assert_eq!(to_go_json(&json!({"a&b": 1})), r#"{"a\u0026b":1}"#);
    }

    #[test]
    fn compact_output_has_no_white_space() {
        assert_eq!(to_go_json(&json!({"a": [1, "x", null], "b": {}})), r#"{"a":[1,"x",null],"b":{}}"#);
    }

    #[test]
    fn indented_output_keeps_empty_containers_on_one_line() {
        let value = json!({"a": [], "b": {}, "c": [1, [2]], "d": {"e": "&"}});
        let go = "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    1,\n    [\n      2\n    ]\n  ],\n  \"d\": {\n    \
                  \"e\": \"\\u0026\"\n  }\n}";
        assert_eq!(to_go_json_indented(&value, "  "), go);
        assert_eq!(to_go_json_indented(&json!([1]), "\t"), "[\n\t1\n]");
    }

    #[test]
    fn a_number_of_any_length_passes_through() {
        let digits = RawValue::from_string("123456789012345678901234567890".into()).unwrap();
        assert_eq!(to_go_json(&digits), "123456789012345678901234567890");
    }
}
