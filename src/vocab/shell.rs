//! Words of commands that messages propose: whoever pastes them into a shell gets what is meant, and runs nothing else.

use std::path::Path;

use super::quote::is_printable;

/// A word as one would type it; quoted where a shell would take it apart.
pub fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@%#".contains(c);
    match text {
        // At the start of a word, a comment begins with it.
        _ if !text.is_empty() && !text.starts_with('#') && text.chars().all(is_plain) => text.to_owned(),
        _ if text.chars().all(is_printable) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => with_escapes(text),
    }
}

/// A path that no command takes for a flag; `-` is standard input.
pub fn path(path: impl AsRef<Path>) -> String {
    let text = path.as_ref().display().to_string();
    if text.len() > 1 && text.starts_with('-') { word(&format!("./{text}")) } else { word(&text) }
}

/// A flag with a value, which may begin with a dash.
pub fn flag(flag: &str, value: &str) -> String {
    let between = if value.starts_with('-') { '=' } else { ' ' };
    format!("{flag}{between}{}", word(value))
}

/// A value that is no path and may begin with a dash, where no flag follows.
pub fn last(value: &str) -> String {
    let before = if value.starts_with('-') { "-- " } else { "" };
    format!("{before}{}", word(value))
}

/// What a terminal would obey, in the escapes of bash, zsh and POSIX (2024).
fn with_escapes(text: &str) -> String {
    let mut out = String::from("$'");
    let mut buffer = [0; 4];
    for c in text.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            _ if is_printable(c) => out.push(c),
            _ => c.encode_utf8(&mut buffer).bytes().for_each(|octet| out += &format!("\\{octet:03o}")),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        for (text, expected) in [
            ("a/b-1.x", "a/b-1.x"),
            ("all.pem#2", "all.pem#2"),
            ("#2", "'#2'"),
            ("größe", "größe"),
            ("it's mine", r"'it'\''s mine'"),
            ("x $(touch pwned)", "'x $(touch pwned)'"),
            (r"a\b", r"'a\b'"),
            ("~", "'~'"),
            ("", "''"),
            ("a\x1b[2J'\\\n1\u{202e}é", r"$'a\033[2J\'\\\0121\342\200\256é'"),
        ] {
            assert_eq!(word(text), expected);
        }
    }

    #[test]
    fn no_path_is_a_flag() {
        let paths = ["-rf.pem", "- x", "a/-b", "-"].map(path);
        assert_eq!(paths, ["./-rf.pem", "'./- x'", "a/-b", "-"]);
        assert_eq!([flag("--name", "-rf"), flag("--name", "My CA")], ["--name=-rf", "--name 'My CA'"]);
        assert_eq!([last("-rf"), last("My CA")], ["-- -rf", "'My CA'"]);
    }
}
