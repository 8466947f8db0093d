//! Replacing files as a set: stage, keep the old ones, rename, and undo all of it on a failure.

use super::target::{Old, Place};
use super::{FileKind, Job, Report, Tightened, WriteError};
use rustix::fs::{AtFlags, Gid, Mode, OFlags, Uid, fchmod, fchown, linkat, openat, renameat, unlinkat};
use rustix::io::{Errno, retry_on_intr};
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// Random names to try; one is enough unless somebody guesses them.
const ATTEMPTS: usize = 16;
/// The longest name of a directory entry, in bytes (NAME_MAX).
const MAX_NAME: usize = 255;
/// The bits of a mode that a private key may have.
const KEY_BITS: u32 = 0o600;

/// A staged file. Dropping it removes every temporary name it still has.
pub(super) struct Replacement {
    place: Place,
    /// As the user wrote it, for messages.
    path: PathBuf,
    kind: FileKind,
    state: State,
    backup: Option<Backup>,
    /// The temporary file, until it is synced.
    written: Option<File>,
}

enum State {
    Staged { temporary: OsString },
    InPlace,
}

/// The old content under a temporary name.
struct Backup {
    name: OsString,
    /// Set for a copy, which waits with mode 0600; a second link to the file itself needs nothing.
    copied: Option<File>,
}

/// Makes the staged contents durable. All are on their way to the disk by then (see `start_writing`), so that a
/// file system with a journal writes it once and not once a file.
pub(super) fn sync(set: &mut [Replacement]) -> Result<(), WriteError> {
    for file in set {
        if let Some(written) = file.written.take() {
            written.sync_all().map_err(|source| WriteError::Write { path: file.path.clone(), source })?;
        }
    }
    Ok(())
}

/// Asks the system to start writing what a file holds; a hint, so a refusal does not matter.
fn start_writing(file: &File) {
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
}

/// Renames all of `set` into place, or puts everything back as it was.
pub(super) fn commit(mut set: Vec<Replacement>, report: &mut Report) -> Result<(), WriteError> {
    for file in &mut set {
        file.keep_old().map_err(|source| WriteError::Replace { path: file.path.clone(), source })?;
    }
    if let Err(cause) = put_in_place(&mut set) {
        return Err(roll_back(set, cause));
    }
    for mut file in set {
        report.left_behind.extend(file.discard_backup());
    }
    Ok(())
}

fn put_in_place(set: &mut [Replacement]) -> Result<(), WriteError> {
    for file in &mut *set {
        file.put_in_place().map_err(|source| WriteError::Replace { path: file.path.clone(), source })?;
    }
    let mut synced = HashSet::new();
    for file in set {
        if synced.insert(file.place.folder.id) {
            let done = file.place.folder.sync();
            done.map_err(|source| WriteError::Write { path: file.path.clone(), source })?;
        }
    }
    Ok(())
}

fn roll_back(mut set: Vec<Replacement>, cause: WriteError) -> WriteError {
    let mut lost = None;
    for file in set.iter_mut().rev() {
        if let Err(backup) = file.restore() {
            lost = Some((file.path.clone(), backup));
        }
    }
    match lost {
        Some((path, backup)) => WriteError::NotRestored { path, backup, cause: Box::new(cause) },
        None => cause,
    }
}

impl Replacement {
    /// Writes `job`'s bytes under a temporary name, with the owner and mode the file is to have.
    pub(super) fn stage(job: Job<'_>, report: &mut Report) -> Result<Self, WriteError> {
        let Job { place, file, kind } = job;
        let path = file.path.clone();
        let old_mode = place.old.map(|old| old.mode);
        let mode = old_mode.map_or(kind.mode(), |old| kept_mode(old, kind));
        // What replaces a file starts closed and gets its owner before it gets its mode.
        let first_mode = if place.old.is_some() { mode & KEY_BITS } else { mode };
        let (temporary, handle) =
            create(&place, first_mode).map_err(|source| refusal(&place, path.clone(), source))?;
        let state = State::Staged { temporary };
        let mut staged = Self { place, path: path.clone(), kind, state, backup: None, written: None };
        if let Some(old) = &staged.place.old {
            let kept = keep_owner_and_mode(&handle, old, mode);
            if !kept.map_err(|source| WriteError::Open { path: path.clone(), source })? {
                report.owner_not_kept.push(path.clone());
            }
        }
        let mut handle = handle;
        let filled = handle.write_all(&file.contents);
        filled.map_err(|source| WriteError::Write { path: path.clone(), source })?;
        start_writing(&handle);
        staged.written = Some(handle);
        if let Some(from) = old_mode.filter(|old| kind == FileKind::PrivateKey && *old != mode) {
            report.tightened.push(Tightened { path, from, to: mode });
        }
        Ok(staged)
    }

    /// Gives the old file a second name, so that it can come back.
    fn keep_old(&mut self) -> io::Result<()> {
        let Some(old) = &self.place.old else { return Ok(()) };
        // A link to a key that others can read would leave it readable if we are killed now.
        let linkable = self.kind != FileKind::PrivateKey || old.mode & !KEY_BITS == 0;
        self.backup = Some(match linkable.then(|| link_old(&self.place)) {
            Some(Ok(name)) => Backup { name, copied: None },
            // No hard links here (FAT, some network file systems), or not to another's file.
            Some(Err(_)) | None => copy_old(&self.place, old)?,
        });
        Ok(())
    }

    fn put_in_place(&mut self) -> io::Result<()> {
        if let State::Staged { temporary } = &self.state {
            renameat(&self.place.folder, temporary, &self.place.folder, &self.place.name)?;
            self.state = State::InPlace;
        }
        Ok(())
    }

    /// Undoes [`put_in_place`](Self::put_in_place). If that fails, the old content stays where the error says.
    fn restore(&mut self) -> Result<(), Option<PathBuf>> {
        if let State::Staged { .. } = self.state {
            return Ok(());
        }
        let folder = &self.place.folder;
        match self.backup.take() {
            None => unlinkat(folder, &self.place.name, AtFlags::empty()).map_err(|_| None),
            Some(backup) => {
                if let (Some(copy), Some(old)) = (&backup.copied, &self.place.old) {
                    // Best effort: the content is what must not be lost.
                    let _ = fchmod(copy, Mode::from_raw_mode(old.mode));
                }
                let name = &backup.name;
                renameat(folder, name, folder, &self.place.name).map_err(|_| Some(folder.path.join(name)))
            }
        }
    }

    /// Removes the old content; if that fails, says where it is.
    fn discard_backup(&mut self) -> Option<PathBuf> {
        let backup = self.backup.take()?;
        let removed = unlinkat(&self.place.folder, &backup.name, AtFlags::empty());
        removed.err().map(|_| self.place.folder.path.join(backup.name))
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        self.discard_backup();
        if let State::Staged { temporary } = &self.state {
            // Nothing more can be done about a failure, and the name tells what it is.
            let _ = unlinkat(&self.place.folder, temporary, AtFlags::empty());
        }
    }
}

/// The mode of a file that replaces another one; set-id and sticky bits have no business on either kind.
fn kept_mode(old: u32, kind: FileKind) -> u32 {
    match kind {
        FileKind::PrivateKey => old & KEY_BITS,
        FileKind::Certificate | FileKind::Public => old & 0o777,
    }
}

/// An existing file was open to writing, so it is the folder that refuses.
fn refusal(place: &Place, path: PathBuf, source: io::Error) -> WriteError {
    let folder_refuses =
        matches!(Errno::from_io_error(&source), Some(Errno::ACCESS | Errno::PERM | Errno::ROFS));
    if place.old.is_some() && folder_refuses {
        return WriteError::Folder { path, source };
    }
    WriteError::Open { path, source }
}

/// A new file beside `place` under a temporary name; the umask applies.
fn create(place: &Place, mode: u32) -> io::Result<(OsString, File)> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let open = |name: &OsStr| {
        retry_on_intr(|| openat(&place.folder, name, flags, Mode::from_raw_mode(mode))).map(File::from)
    };
    under_temporary_name(&place.name, open)
}

fn link_old(place: &Place) -> io::Result<OsString> {
    let link = |name: &OsStr| linkat(&place.folder, &place.name, &place.folder, name, AtFlags::empty());
    under_temporary_name(&place.name, link).map(|(name, ())| name)
}

fn copy_old(place: &Place, old: &Old) -> io::Result<Backup> {
    let (name, mut copy) = create(place, KEY_BITS)?;
    if let Err(error) = fill_copy(&mut copy, place, old) {
        let _ = unlinkat(&place.folder, &name, AtFlags::empty());
        return Err(error);
    }
    Ok(Backup { name, copied: Some(copy) })
}

fn fill_copy(copy: &mut File, place: &Place, old: &Old) -> io::Result<()> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let source: OwnedFd = retry_on_intr(|| openat(&place.folder, &place.name, flags, Mode::empty()))?;
    keep_owner_and_mode(copy, old, old.mode & KEY_BITS)?;
    io::copy(&mut File::from(source), copy)?;
    copy.sync_all()
}

fn under_temporary_name<T>(
    name: &OsStr,
    mut make: impl FnMut(&OsStr) -> rustix::io::Result<T>,
) -> io::Result<(OsString, T)> {
    for _ in 0..ATTEMPTS {
        let temporary = temporary_name(name);
        match make(&temporary) {
            Ok(made) => return Ok((temporary, made)),
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Errno::EXIST.into())
}

/// `.NAME.certwright-XXXXXXXX.tmp`, with NAME cut where the whole would be too long for a directory entry. The
/// randomness need not be strong: the name is only ever used if nobody else has it.
fn temporary_name(name: &OsStr) -> OsString {
    let random = RandomState::new().hash_one(()) as u32;
    let suffix = format!(".certwright-{random:08x}.tmp");
    let kept = name.len().min(MAX_NAME - 1 - suffix.len());
    OsString::from_vec([b".", &name.as_bytes()[..kept], suffix.as_bytes()].concat())
}

/// Gives `file` the owner, as far as the system allows, and then the mode; says whether the owner is right.
fn keep_owner_and_mode(file: &File, old: &Old, mode: u32) -> io::Result<bool> {
    let new = file.metadata()?;
    let mut kept = (new.uid(), new.gid()) == (old.uid, old.gid);
    if !kept {
        let (owner, group) = (Some(Uid::from_raw(old.uid)), Some(Gid::from_raw(old.gid)));
        kept = fchown(file, owner, group).is_ok();
        if !kept {
            // The group alone may be ours to give.
            let _ = fchown(file, None, group);
        }
    }
    fchmod(file, Mode::from_raw_mode(mode))?;
    Ok(kept)
}
