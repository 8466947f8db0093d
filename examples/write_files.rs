//! Drives `output::files` and `output::stdout` from outside, for the tests that need a process of their own:
//! another umask or user, a signal, a failing system call.
//!
//! `write_files {key|cert|public}:PATH:CONTENT ...` or `write_files --stdout BYTES`, or, for benches/whole_pki,
//! `write_files --copy FROM TO`: how many seconds it takes to write the files of a folder to another, durably.

use certwright::output::files::{FileKind, FileToWrite, write_all};
use certwright::output::stdout::write_stdout;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
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
    if let [flag, from, to] = &arguments[..]
        && flag == "--copy"
    {
        println!("{}", copy(from.as_ref(), to.as_ref()).unwrap_or(f64::NAN));
        return ExitCode::SUCCESS;
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

/// The least that durable writing takes: staged on all processors, synced once, renamed. Reading is not counted.
#[allow(clippy::disallowed_methods)]
fn copy(from: &Path, to: &Path) -> io::Result<f64> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push((entry.file_name(), std::fs::read(entry.path())?));
        }
    }
    let threads = std::thread::available_parallelism()?.get();
    let start = std::time::Instant::now();
    std::fs::create_dir(to)?;
    let staged = |part: usize| to.join(format!(".new-{part}"));
    std::thread::scope(|scope| -> io::Result<()> {
        let write = |part: usize| -> io::Result<()> {
            std::fs::create_dir(staged(part))?;
            for (name, contents) in files.iter().skip(part).step_by(threads) {
                let mut file = OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o600)
                    .open(staged(part).join(name))?;
                file.write_all(contents)?;
            }
            Ok(())
        };
        let running: Vec<_> = (0..threads).map(|part| scope.spawn(move || write(part))).collect();
        running.into_iter().try_for_each(|thread| thread.join().map_err(|_| io::ErrorKind::Other)?)
    })?;
    let folder = std::fs::File::open(to)?;
    rustix::fs::syncfs(&folder)?;
    for (index, (name, _)) in files.iter().enumerate() {
        std::fs::rename(staged(index % threads).join(name), to.join(name))?;
    }
    (0..threads).try_for_each(|part| std::fs::remove_dir(staged(part)))?;
    folder.sync_all()?;
    Ok(start.elapsed().as_secs_f64())
}
