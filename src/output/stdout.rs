//! Standard output, written so that a failure is seen.
//!
//! A *closed* standard output (`certwright ... >&-`) cannot be seen from here: Rust's runtime opens `/dev/null`
//! for reading and writing on a closed descriptor before `main`, and that looks in every respect (device,
//! `F_GETFL`, `F_GETFD`) like the `/dev/null` which Python's `subprocess.DEVNULL`, Node's `stdio: "ignore"` and
//! `daemon(3)` hand down on purpose. Only code that runs before `main` could tell them apart, and that needs
//! `unsafe`. Go's runtime does the same, so `cfssl genkey ... >&-` succeeds without a trace, too.

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use std::io::{self, Write};
use std::os::fd::AsFd;

/// Writes all of `bytes` to standard output, unbuffered, behind whatever was printed before.
///
/// # Errors
/// Any failure, among them a reader that went away (`EPIPE`; Rust's runtime ignores `SIGPIPE`), a full disk
/// (`ENOSPC`) and a descriptor that is not open for writing: [`std::io::Stdout`] passes over that last one
/// (`EBADF`) in silence, which is why this function does not write through it.
pub fn write_stdout(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.flush()?;
    write_descriptor(stdout.as_fd(), bytes)
}

fn write_descriptor(descriptor: impl AsFd, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(&descriptor, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = &bytes[count..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => wait_until_writable(&descriptor)?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// A pipe or terminal whose other holder made it non-blocking is not a failure.
fn wait_until_writable(descriptor: impl AsFd) -> io::Result<()> {
    let mut fds = [PollFd::new(&descriptor, PollFlags::OUT)];
    rustix::io::retry_on_intr(|| poll(&mut fds, None)).map(drop).map_err(io::Error::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{File, OpenOptions};
    use std::io::Read;

    #[test]
    fn a_full_device_is_an_error() {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        assert_eq!(write_descriptor(full, b"x").unwrap_err().kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn a_reader_that_left_is_an_error() {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        assert_eq!(write_descriptor(writer, b"x").unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn a_descriptor_open_for_reading_only_is_an_error() {
        let null = File::open("/dev/null").unwrap();
        assert_eq!(
            write_descriptor(null, b"x").unwrap_err().raw_os_error(),
            Some(Errno::BADF.raw_os_error())
        );
    }

    #[test]
    fn a_non_blocking_pipe_gets_every_byte() {
        let (mut reader, writer) = io::pipe().unwrap();
        rustix::fs::fcntl_setfl(&writer, rustix::fs::OFlags::NONBLOCK).unwrap();
        let thread = std::thread::spawn(move || {
            let mut got = Vec::new();
            reader.read_to_end(&mut got).map(|_| got)
        });
        let bytes = vec![b'x'; 1 << 20];
        write_descriptor(writer, &bytes).unwrap();
        assert!(thread.join().unwrap().unwrap() == bytes);
    }
}
