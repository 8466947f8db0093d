//! The usage texts, as cfssl and cfssljson print them on stderr.

use std::ffi::OsStr;
use std::fmt::Write;

use super::command::{COMMANDS, GoCommand};
use super::flag::{GoFlag, Kind};
use super::table::{cfssl, cfssljson};
use crate::vocab::quote::quote_bytes;

/// cfssl's own usage. cfssl lists the commands in another order on every run; we list them by name.
pub fn top_usage() -> String {
    let names: String = COMMANDS.iter().flat_map(|command| ["\t", command.name, "\n"]).collect();
    format!("Usage:\nAvailable commands:\n{names}Top-level flags:\n")
}

/// The usage of one cfssl command: its text, then the flags it advertises.
pub fn command_usage(command: &GoCommand) -> String {
    let mut usage = format!("\t{}", command.text);
    let advertised = command.advertised.iter().copied().chain([cfssl::LOGLEVEL.row().name]);
    for flag in advertised.filter_map(|name| cfssl::TABLE.iter().find(|flag| flag.name == name)) {
        let default = if flag.default.is_empty() { "\"\"" } else { flag.default };
        push(&mut usage, format_args!("  -{}={default}: {}\n", flag.name, flag.help));
    }
    usage
}

/// cfssljson's usage, headed by the name the program was started as.
pub fn cfssljson_usage(program: &OsStr) -> String {
    let mut usage = format!("Usage of {}:\n", program.display());
    for flag in cfssljson::TABLE {
        let (kind, default) = kind_and_default(flag);
        push(&mut usage, format_args!("  -{}{kind}\n    \t{}{default}\n", flag.name, flag.help));
    }
    usage
}

/// What Go's `PrintDefaults` adds to a name and to a description.
fn kind_and_default(flag: &GoFlag) -> (&'static str, String) {
    match flag.kind {
        Kind::Bool => ("", String::new()),
        // cfssljson has no numbers.
        _ => (" string", format!(" (default {})", quote_bytes(flag.default.as_bytes()))),
    }
}

fn push(usage: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = usage.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The right-hand sides are what cfssl and cfssljson 1.6.5 print.
    #[test]
    fn command_usages_are_those_of_cfssl() {
        for command in COMMANDS {
            assert_eq!(command_usage(command), recorded(command.name), "{}", command.name);
        }
    }

    #[test]
    fn cfssljson_usage_is_that_of_cfssljson() {
        assert_eq!(cfssljson_usage("cfssljson".as_ref()), recorded("cfssljson"));
    }

    #[test]
    fn top_usage_has_the_commands_by_name() {
        assert_eq!(top_usage(), recorded("top"));
    }

    fn recorded(name: &str) -> String {
        let path = format!("{}/src/cli/goflags/testdata/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    }
}
