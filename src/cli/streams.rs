//! Standard input, output and error, as all commands use them.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::fcntl_getfd;
use rustix::stdio;

use crate::output::files::go_reason;
use crate::output::stdout;
use crate::vocab::quote::harmless;

/// Whether standard output was closed when the process started.
static STDOUT_WAS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Lets no file that is opened later take the place of a standard stream that is closed, and remembers whether standard
/// output is: a result would be lost with exit status 0. The program calls this before anything else.
pub fn claim_streams() {
    let is_open =
        [stdio::stdin(), stdio::stdout(), stdio::stderr()].map(|stream| fcntl_getfd(stream).is_ok());
    STDOUT_WAS_CLOSED.store(!is_open[1], Ordering::Relaxed);
    for _ in is_open.into_iter().filter(|open| !open) {
        // The lowest number that is free is taken.
        let stand_in = File::options().read(true).write(true).open("/dev/null");
        mem::forget(stand_in.unwrap_or_else(|_| std::process::abort()));
    }
}

/// Writes a result to standard output, all of it.
///
/// # Errors
/// Standard output is closed, full or broken; in words for the user. The empty text, which is not printed, where the
/// reader left: `| head` has what it wants.
pub(super) fn print(text: &str) -> Result<(), String> {
    print_bytes(text.as_bytes())
}

/// Writes a result that need not be text.
///
/// # Errors
/// As [`print`].
pub(super) fn print_bytes(bytes: &[u8]) -> Result<(), String> {
    if STDOUT_WAS_CLOSED.load(Ordering::Relaxed) {
        return Err("cannot write to standard output: it is closed".to_owned());
    }
    stdout::write_stdout(bytes).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => String::new(),
        _ => format!("cannot write to standard output: {}", go_reason(&error)),
    })
}

/// Writes to standard error, where a failure to write has nowhere to go. A terminal obeys nothing in it.
pub(super) fn print_error(text: &str) {
    let _ = io::stderr().write_all(harmless(text).as_bytes());
}

/// Reads a file, or standard input for `-`.
///
/// # Errors
/// It cannot be read.
pub(super) fn read(path: &OsStr) -> io::Result<Vec<u8>> {
    if path != "-" {
        return std::fs::read(path);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Go's words for a file that cannot be read: `open X: no such file or directory`.
pub(super) fn io_line(path: &OsStr, error: &io::Error) -> String {
    let operation = if error.kind() == io::ErrorKind::IsADirectory { "read" } else { "open" };
    format!("{operation} {}: {}", path.display(), go_reason(error))
}
