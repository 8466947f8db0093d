//! What differs from run to run, put in brackets.

use std::sync::LazyLock;

use regex_lite::Regex;

/// What to look for, and what stands in its place.
const CHANGING: &[(&str, &str)] = &[
    // The time in front of log lines is left out.
    (r"(?m)^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (\[[A-Z]+\])", "$1"),
    (r"serial number \d+", "serial number [number]"),
    (r"(ends?|end|ended|begins only) on \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "$1 on [time]"),
    (r"(?s)-----BEGIN ([A-Z0-9 ]+)-----.*?-----END [A-Z0-9 ]+-----", "[$1]"),
    // The usage of a command is long, and tested where it is written.
    (r"(?s)(?:\tcfssl \S+ -- [^\n]*\n\n)?Usage(?: of [^\n]*)?:\n.*", "[usage]\n"),
];

/// The text without what differs from run to run.
pub(crate) fn normal(text: &str) -> String {
    static PATTERNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        CHANGING.iter().map(|(pattern, instead)| (Regex::new(pattern).unwrap(), *instead)).collect()
    });
    PATTERNS
        .iter()
        .fold(text.to_owned(), |text, (pattern, instead)| pattern.replace_all(&text, *instead).into_owned())
}
