//! The command line: argument vectors, messages, exit codes.

pub mod certwright;
pub mod cfssl;
pub mod cfssljson;
mod check;
mod clock;
mod completions;
mod diff;
mod environment;
mod export;
pub mod goflags;
mod init;
mod inspect;
mod links;
mod lint;
mod man;
mod oneoff;
mod own;
mod pki;
mod profiles;
mod progress;
mod roles;
mod schema;
mod sources;
mod streams;

use std::ffi::{OsStr, OsString};
use std::path::Path;

pub use streams::claim_streams;

/// What a run ends with, as exit status: 0 done, 1 refused or failed, 2 wrong command line, 3 work to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused or failed.
    Failed,
    /// The command line was wrong.
    Misused,
    /// There is something to do (`plan --check`).
    WorkToDo,
}

impl Outcome {
    /// The exit status.
    pub fn exit_status(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Misused => 2,
            Self::WorkToDo => 3,
        }
    }
}

/// Runs an argument vector, its program name included: under cfssl's names as cfssl, otherwise as certwright.
pub fn run(args: &[OsString]) -> Outcome {
    let (program, rest) = match args {
        [program, rest @ ..] => (program.as_os_str(), rest),
        [] => (OsStr::new("certwright"), args),
    };
    match Path::new(program).file_stem().and_then(OsStr::to_str) {
        Some("cfssl") => cfssl::run(rest),
        Some("cfssljson") => cfssljson::run(program, rest),
        _ => certwright::run(args),
    }
}
