//! Folders: made durable, and removed with all that is in them.

use std::io;

use rustix::fs::{AtFlags, fsync, unlinkat};
use rustix::io::{Errno, retry_on_intr};

use super::folder::{Folder, StoreError, io_error, split};

/// Makes durable which names a folder has.
pub(super) fn sync_folder(folder: &Folder, name: &str) -> Result<(), StoreError> {
    let Some(opened) = folder.find_folder(name)? else { return Ok(()) };
    retry_on_intr(|| fsync(&*opened)).map_err(|errno| io_error("write", &folder.path_of(name), errno))
}

/// Removes the files of a folder of ours whose names begin so.
pub(super) fn remove_files(folder: &Folder, name: &str, prefix: &str) -> Result<(), StoreError> {
    let Some(opened) = folder.find_folder(name)? else { return Ok(()) };
    for file in folder.names_in(name)?.iter().filter(|file| file.starts_with(prefix)) {
        match unlinkat(&*opened, file, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(errno) => return Err(io_error("remove", &folder.path_of(name).join(file), errno)),
        }
    }
    Ok(())
}

/// Removes a folder of ours with all that is in it; nothing happens if there is none.
pub(super) fn remove_tree(folder: &Folder, name: &str) -> Result<(), StoreError> {
    let Some(opened) = folder.find_folder(name)? else { return Ok(()) };
    let refused = |source: io::Error| StoreError::Io { action: "remove", path: folder.path_of(name), source };
    let entries = rustix::fs::Dir::read_from(&*opened).map_err(|errno| refused(errno.into()))?;
    for entry in entries {
        let entry = entry.map_err(|errno| refused(errno.into()))?;
        let last = entry.file_name();
        if last == c"." || last == c".." {
            continue;
        }
        match unlinkat(&*opened, last, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(Errno::ISDIR | Errno::PERM) => {
                remove_tree(folder, &format!("{name}/{}", last.to_string_lossy()))?
            }
            Err(errno) => return Err(refused(errno.into())),
        }
    }
    folder.forget(name);
    let (parent, last) = split(name);
    let Some(parent) = folder.find_folder(parent)? else { return Ok(()) };
    match unlinkat(&*parent, last, AtFlags::REMOVEDIR) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(refused(errno.into())),
    }
}
