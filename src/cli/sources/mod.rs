//! Where documents come from, for every command that looks at some: files, folders, standard input, servers.

mod arguments;
mod file;
mod folder;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::builder::{PathBufValueParser, TypedValueParser};

use super::own::failure::Failure;
use crate::live::{self, NoServer};
use crate::output::files::go_reason;
use crate::vocab::content::{self, is_telling};

pub(super) use arguments::SourceArguments;
pub(super) use file::{PATIENCE, SourceFile};
pub(super) use folder::{Found, Reader};

/// Reads one file, or standard input for `-`.
pub(super) fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        file::read_input(&mut bytes)?;
    } else {
        file::read(path, &mut bytes, false, PATIENCE)?;
    }
    Ok(bytes)
}

/// Takes every word but an empty one, which names nothing.
pub(super) fn word_parser() -> impl TypedValueParser<Value = OsString> {
    PathBufValueParser::new().map(PathBuf::into_os_string)
}

/// What a word of the command line names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Named<'a> {
    /// Something to be read with a [`Reader`].
    Files(Files<'a>),
    /// `host:port`
    Server(&'a str, u16),
}

/// What a [`Reader`] reads.
#[derive(Clone, Copy, Debug)]
pub(super) enum Files<'a> {
    /// `-`
    StandardInput,
    /// A file, a pipe, a device.
    File(&'a Path),
    /// A folder.
    Folder(&'a Path),
}

impl<'a> Named<'a> {
    /// What a word names; a file that exists wins over a server of the same name.
    ///
    /// # Errors
    /// There is no such file, and it is no server.
    pub(super) fn of(word: &'a OsStr) -> Result<Self, Nothing> {
        let path = Path::new(word);
        if word == "-" {
            return Ok(Self::Files(Files::StandardInput));
        }
        let error = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => return Ok(Self::Files(Files::Folder(path))),
            Ok(_) => return Ok(Self::Files(Files::File(path))),
            Err(error) => error,
        };
        match word.to_str().map_or(Err(NoServer::Form), live::host_and_port) {
            Ok((host, port)) => Ok(Self::Server(host, port)),
            Err(error @ NoServer::Port(_)) => Err(Nothing::new(path, error.to_string())),
            Err(NoServer::Form) if error.kind() == io::ErrorKind::NotFound => Err(not_there(path, &error)),
            // What is in the way is told when it is read.
            Err(NoServer::Form) => Ok(Self::Files(Files::File(path))),
        }
    }
}

/// A file that cannot be read.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot read {path:?}: {}", go_reason(error)))
}

/// What is known and not read, such as text in an encoding of Windows.
pub(super) fn foreign(path: &Path, bytes: &[u8]) -> Option<Failure> {
    let (what, hint) = content::foreign(bytes)?;
    Some(Failure::new(format!("cannot read {path:?}: {what}")).with_hint(hint))
}

/// A word that names nothing.
#[derive(Debug)]
pub(super) struct Nothing {
    path: PathBuf,
    /// Why.
    pub(super) reason: String,
    /// How a server is written, where the word may be meant for one.
    pub(super) advice: Option<&'static str>,
}

impl Nothing {
    fn new(path: &Path, reason: String) -> Self {
        Self { path: path.to_owned(), reason, advice: None }
    }

    /// The same where servers are not asked.
    pub(super) fn of_files(self) -> Failure {
        Self { advice: None, ..self }.into()
    }
}

impl From<Nothing> for Failure {
    fn from(Nothing { path, reason, advice }: Nothing) -> Self {
        let failure = Self::new(format!("cannot read {path:?}: {reason}"));
        match advice {
            Some(advice) => failure.with_hint(advice),
            None => failure,
        }
    }
}

fn not_there(path: &Path, error: &io::Error) -> Nothing {
    let nothing = Nothing::new(path, go_reason(error));
    let could_be_a_host = |text: &str| !text.is_empty() && !text.contains('/') && !is_telling(text);
    match path.to_str().is_some_and(could_be_a_host) {
        true => Nothing {
            advice: Some("a server is written with its port, such as example.com:443 or [::1]:443"),
            ..nothing
        },
        false => nothing,
    }
}
