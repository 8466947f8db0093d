//! Drives `output::files` and `output::stdout` from outside, for the tests that need a process of their own:
//! another umask or user, a signal, a failing system call.
//!
//! `write_files {key|cert|public}:PATH:CONTENT ...` or `write_files --stdout BYTES`

use certwright::output::files::{FileKind, FileToWrite, write_all};
use certwright::output::stdout::write_stdout;
use std::process::ExitCode;

#[allow(clippy::print_stdout, clippy::print_stderr)]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, count] = &arguments[..]
        && flag == "--stdout"
    {
        let bytes = vec![b'x'; count.parse().unwrap_or(1)];
        return match write_stdout(&bytes) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        };
    }
    match write_all(&arguments.iter().map(|text| parse(text)).collect::<Vec<_>>()) {
        Ok(report) => {
            println!("{report:?}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}\n{}\n{}", error.go_text(), error.hint().unwrap_or_default());
            ExitCode::FAILURE
        }
    }
}

fn parse(text: &str) -> FileToWrite {
    let mut parts = text.splitn(3, ':');
    let mut part = || parts.next().unwrap_or_default().to_owned();
    let kind = match part().as_str() {
        "key" => FileKind::PrivateKey,
        "cert" => FileKind::Certificate,
        _ => FileKind::Public,
    };
    FileToWrite { path: part().into(), contents: part().into_bytes().into(), kind }
}
