//! The bytes of one file.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, fcntl_setfl};
use rustix::io::{Errno, retry_on_intr};

/// A file that is named, and standard input, is read up to this size.
const LARGEST: u64 = 256 << 20;
/// Larger files of a folder are none of ours.
const LARGEST_IN_FOLDER: u64 = 16 << 20;
/// How long somebody may take to write to a named pipe, unless the user says so.
pub(in crate::cli) const PATIENCE: Duration = Duration::from_secs(10);

/// A file that was read.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct SourceFile<'a> {
    /// Its path; `-` for standard input.
    pub(in crate::cli) path: &'a Path,
    /// What is in it.
    pub(in crate::cli) bytes: &'a [u8],
    /// Who may do what with it, unless it is a pipe or a device.
    pub(in crate::cli) metadata: Option<&'a Metadata>,
    /// It was found in a folder, and not named.
    pub(in crate::cli) of_folder: bool,
    /// It lies in a folder that `apply` keeps.
    pub(in crate::cli) managed: bool,
    /// The folder with the manifest that `apply` takes for it.
    pub(in crate::cli) manifest: Option<&'a Path>,
}

/// Standard input up to its end.
pub(super) fn read_input(buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    read_to_end(io::stdin().lock(), buffer)
}

/// Reads a file, and says what it is; nothing of one in a folder that is no file of ours.
pub(super) fn read(
    path: &Path,
    buffer: &mut Vec<u8>,
    of_folder: bool,
    patience: Duration,
) -> io::Result<Option<Metadata>> {
    buffer.clear();
    let mut file = open(path)?;
    let metadata = file.metadata()?;
    if of_folder && (!metadata.is_file() || metadata.len() > LARGEST_IN_FOLDER) {
        return Ok(None);
    }
    if !metadata.is_file() {
        read_stream(&file, buffer, patience)?;
        return Ok(Some(metadata));
    }
    if metadata.len() > LARGEST {
        return Err(too_large());
    }
    let length = usize::try_from(metadata.len()).unwrap_or_default();
    if length == 0 {
        // What the system makes up, as below /proc, has no size.
        read_to_end(&file, buffer)?;
        return Ok(Some(metadata));
    }
    // One call for the whole; whoever writes to it meanwhile gets what was there.
    buffer.resize(length, 0);
    let mut read = 0;
    while read < length {
        match file.read(&mut buffer[read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    buffer.truncate(read);
    Ok(Some(metadata))
}

/// Opens a file without waiting: a named pipe that nobody writes to would be waited for without end.
fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => Ok(file.into()),
        Err(Errno::NXIO) => Err(io::Error::other("it is a socket, and no file")),
        Err(error) => Err(error.into()),
    }
}

/// Reads a pipe or a device up to its end, however long that takes once somebody writes to it.
fn read_stream(file: &File, buffer: &mut Vec<u8>, patience: Duration) -> io::Result<()> {
    let timeout = Timespec::try_from(patience).map_err(io::Error::other)?;
    // A pipe that was never written to since it was opened is neither readable nor at its end.
    let ready = retry_on_intr(|| poll(&mut [PollFd::new(file, PollFlags::IN)], Some(&timeout)))?;
    fcntl_setfl(file, OFlags::empty())?;
    read_to_end(file, buffer)?;
    if ready == 0 && buffer.is_empty() {
        let seconds = patience.as_secs_f32();
        return Err(io::Error::other(format!("nobody has written to this pipe within {seconds} s")));
    }
    Ok(())
}

fn read_to_end(source: impl Read, buffer: &mut Vec<u8>) -> io::Result<()> {
    let read = source.take(LARGEST + 1).read_to_end(buffer)?;
    if read as u64 > LARGEST { Err(too_large()) } else { Ok(()) }
}

fn too_large() -> io::Error {
    io::Error::other("it is larger than 256 MiB")
}
