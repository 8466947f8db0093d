//! From Go's grammar to clap's: checks an argument vector and rewrites it.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use super::error::FlagError;
use super::flag::{GoFlag, Kind};

/// An argument vector clap reads the same way whatever its values are: `--name=value` words, `--`, positionals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translated {
    options: Vec<OsString>,
    positionals: Vec<OsString>,
}

impl Translated {
    /// What follows the flags, unchanged.
    pub fn positionals(&self) -> &[OsString] {
        &self.positionals
    }

    /// The words for clap, without a program name.
    pub fn into_arguments(self) -> impl Iterator<Item = OsString> {
        self.options.into_iter().chain([OsString::from("--")]).chain(self.positionals)
    }
}

/// Reads `args` (without program and command name) as Go's `flag` package would: the first mistake from the
/// left is the error. A flag given twice is kept twice; clap's reader lets the last one win.
pub fn translate(flags: &[GoFlag], args: &[OsString]) -> Result<Translated, FlagError> {
    let mut options = Vec::new();
    let mut rest = args;
    while let [word, tail @ ..] = rest {
        let (name, inline) = match Word::read(word)? {
            Word::Positional => break,
            Word::Terminator => {
                rest = tail;
                break;
            }
            Word::Flag { name, value } => (name, value),
        };
        let flag = find(flags, name)?;
        let (value, tail) = take_value(flag, inline, tail)?;
        options.push(option(flag, value)?);
        rest = tail;
    }
    Ok(Translated { options, positionals: rest.to_vec() })
}

/// One word of the flag part.
enum Word<'a> {
    Positional,
    Terminator,
    Flag { name: &'a OsStr, value: Option<&'a OsStr> },
}

impl<'a> Word<'a> {
    fn read(word: &'a OsStr) -> Result<Self, FlagError> {
        let name_and_value = match word.as_bytes() {
            b"--" => return Ok(Self::Terminator),
            [b'-', b'-', rest @ ..] | [b'-', rest @ ..] if !rest.is_empty() => rest,
            _ => return Ok(Self::Positional),
        };
        if name_and_value.starts_with(b"-") || name_and_value.starts_with(b"=") {
            return Err(FlagError::BadSyntax { word: word.to_owned() });
        }
        let mut parts = name_and_value.splitn(2, |byte| *byte == b'=').map(OsStr::from_bytes);
        Ok(Self::Flag { name: parts.next().unwrap_or_default(), value: parts.next() })
    }
}

fn find<'a>(flags: &'a [GoFlag], name: &OsStr) -> Result<&'a GoFlag, FlagError> {
    flags.iter().find(|flag| flag.name == name).ok_or_else(|| match name.as_bytes() {
        b"h" | b"help" => FlagError::Help,
        _ => FlagError::Undefined { name: name.to_owned() },
    })
}

/// The flag's value and the words after it: a boolean takes none of them, other kinds the next one.
fn take_value<'a>(
    flag: &GoFlag,
    inline: Option<&'a OsStr>,
    tail: &'a [OsString],
) -> Result<(&'a OsStr, &'a [OsString]), FlagError> {
    match (inline, flag.kind, tail) {
        (Some(value), ..) => Ok((value, tail)),
        (None, Kind::Bool, _) => Ok((OsStr::new("true"), tail)),
        (None, _, [value, after @ ..]) => Ok((value, after)),
        (None, _, []) => Err(FlagError::NeedsArgument { name: flag.name }),
    }
}

fn option(flag: &GoFlag, value: &OsStr) -> Result<OsString, FlagError> {
    flag.kind.check(value).map_err(|fault| match flag.kind {
        Kind::Bool => FlagError::InvalidBool { name: flag.name, value: value.to_owned() },
        _ => FlagError::InvalidValue { name: flag.name, value: value.to_owned(), fault },
    })?;
    let mut option = OsString::from(format!("--{}=", flag.name));
    option.push(value);
    Ok(option)
}
