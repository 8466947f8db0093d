//! What is wrong with an argument vector, in Go's words.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use crate::vocab::quote::quote_bytes;

/// Why no flags could be read. The texts are those of Go's `flag` package.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FlagError {
    /// `-h`, `-help`: not a mistake, the usage text is the answer.
    #[error("flag: help requested")]
    Help,
    /// A name that is not in the table.
    #[error("flag provided but not defined: -{}", name.display())]
    Undefined {
        /// The name, without dashes.
        name: OsString,
    },
    /// The last word is a flag that takes a value.
    #[error("flag needs an argument: -{name}")]
    NeedsArgument {
        /// The flag.
        name: &'static str,
    },
    /// A value that is not of the flag's kind.
    #[error("invalid value {} for flag -{name}: {fault}", quote_bytes(value.as_bytes()))]
    InvalidValue {
        /// The flag.
        name: &'static str,
        /// The value as typed.
        value: OsString,
        /// What is wrong with it.
        fault: ValueFault,
    },
    /// A value of a boolean flag that is neither true nor false.
    #[error("invalid boolean value {} for -{name}: parse error", quote_bytes(value.as_bytes()))]
    InvalidBool {
        /// The flag.
        name: &'static str,
        /// The value as typed.
        value: OsString,
    },
    /// `---name`, `-=value`: dashes without a name.
    #[error("bad flag syntax: {}", word.display())]
    BadSyntax {
        /// The word as typed.
        word: OsString,
    },
    /// clap refused what we made for it; no argument vector is known to cause this.
    #[error("{message}")]
    Refused {
        /// clap's text.
        message: String,
    },
}

impl FlagError {
    /// cfssl's exit status: 0 after help, 2 after a mistake.
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Help => 0,
            _ => 2,
        }
    }

    /// What cfssl prints on stderr: the message and, below it, `usage`; for help `usage` alone.
    pub fn report(&self, usage: &str) -> String {
        match self {
            Self::Help => usage.to_owned(),
            mistake => format!("{mistake}\n{usage}"),
        }
    }
}

/// What is wrong with a flag's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueFault {
    /// Not of the syntax; for durations also out of range, as in Go.
    #[error("parse error")]
    Syntax,
    /// An integer beyond 64 bits.
    #[error("value out of range")]
    Range,
    /// Text that is not UTF-8; ours, Go lets it through.
    #[error("not valid UTF-8")]
    NotUtf8,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_stand_above_the_usage_and_exit_with_2() {
        let error = FlagError::Undefined { name: "x".into() };
        assert_eq!(error.report("USAGE\n"), "flag provided but not defined: -x\nUSAGE\n");
        assert_eq!(error.exit_status(), 2);
    }

    #[test]
    fn help_is_the_usage_alone_and_exits_with_0() {
        assert_eq!(FlagError::Help.report("USAGE\n"), "USAGE\n");
        assert_eq!(FlagError::Help.exit_status(), 0);
    }
}
