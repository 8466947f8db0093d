//! The generation before the last change of an entry: `previous/BASE/`, with the files' own names.
//!
//! Of an authority, what came before that lies beside it, where it had another key: see [`preserve`].

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;

use rustix::fs::{AtFlags, Gid, Mode, OFlags, Uid, fchmod, fchown, linkat, mkdirat, openat, renameat};
use rustix::io::Errno;

use super::folder::{Folder, FoundFile, OWN, StoreError, io_error, split};
use super::tree::{remove_tree, sync_folder};

pub(super) const PREVIOUS: &str = "previous";

/// Where a base name's earlier generation lies. A base name may hold folders, and a `+` cannot stand in one.
fn place_of(base: &str) -> String {
    format!("{PREVIOUS}/{}", base.replace('/', "+"))
}

/// Where the generations before lie until what takes their place is sure, by the last part of their place.
const DROPPED: &str = ".certwright/dropped";

/// Makes what lies there the earlier generation; the one before is dropped, but lies there until [`forget_dropped`].
///
/// Files that are about to be replaced get second links. A file that stays is copied: whatever happens to it later
/// must not happen to its copy.
pub(super) fn keep(
    folder: &Folder,
    base: &str,
    files: &[String],
    replaced: &[&str],
) -> Result<(), StoreError> {
    let place = place_of(base);
    let refused = |errno| not_kept(folder, &place, errno);
    let all = folder.make_private(PREVIOUS)?;
    // What is there and no folder of ours is not ours to drop.
    folder.find_folder(&place)?;
    gather(folder, files, |name| replaced.contains(&name), &place)?;
    folder.forget(&place);
    // The earlier one moves out of the way: a folder cannot be replaced by one that has files in it.
    let (dropped, (_, last)) = (folder.make_private(DROPPED)?, split(&place));
    match renameat(&*all, last, &*dropped, last) {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(errno) => return Err(refused(errno)),
    }
    renameat(&*folder.own()?, "kept", &*all, last).map_err(refused)
}

/// Removes the generations that were dropped: what took their place has changed.
pub(super) fn forget_dropped(folder: &Folder) -> Result<(), StoreError> {
    remove_tree(folder, DROPPED)
}

/// Puts files into `kept`: second links to those that may be linked, and copies of the others.
fn gather(
    folder: &Folder,
    files: &[String],
    may_be_linked: impl Fn(&str) -> bool,
    place: &str,
) -> Result<(), StoreError> {
    let refused = |errno| not_kept(folder, place, errno);
    let staged = format!("{OWN}/kept");
    remove_tree(folder, &staged)?;
    mkdirat(&*folder.own()?, "kept", Mode::RWXU).map_err(refused)?;
    let kept = folder.find_folder(&staged)?.ok_or_else(|| refused(Errno::NOENT))?;
    for name in files {
        let (parent, last) = split(name);
        let Some(parent) = folder.find_folder(parent)? else { continue };
        let linked = if may_be_linked(name) {
            linkat(&*parent, last, &*kept, last, AtFlags::empty())
        } else {
            Err(Errno::PERM)
        };
        match linked {
            Ok(()) | Err(Errno::NOENT) => {}
            // The system links no files of other owners, and some file systems link none.
            Err(Errno::PERM | Errno::NOTSUP | Errno::MLINK) => {
                if let Some(found) = folder.read(name)? {
                    copy(&kept, last, &found).map_err(|source| StoreError::Io {
                        action: KEEP,
                        path: folder.path_of(place),
                        source,
                    })?;
                }
            }
            Err(errno) => return Err(refused(errno)),
        }
    }
    folder.forget(&staged);
    Ok(())
}

const KEEP: &str = "keep the earlier generation in";

fn not_kept(folder: &Folder, place: &str, errno: Errno) -> StoreError {
    io_error(KEEP, &folder.path_of(place), errno)
}

/// Keeps the earlier generation in another place too, `previous/BASE++1` and so on: the next one takes its own.
///
/// Nothing happens if its key lies in one of these places.
pub(super) fn preserve(folder: &Folder, base: &str) -> Result<(), StoreError> {
    let place = place_of(base);
    let key = format!("{}-key.pem", split(base).1);
    let Some(kept) = folder.read(&format!("{place}/{key}"))? else { return Ok(()) };
    // No part of a base name is empty, so no other name has this place.
    let places = (1..).map(|number: u32| format!("{place}++{number}"));
    for free in places {
        if folder.find_folder(&free)?.is_none() {
            return move_apart(folder, &place, &free);
        }
        if folder.read(&format!("{free}/{key}"))?.is_some_and(|file| file.contents == kept.contents) {
            return Ok(());
        }
    }
    Ok(())
}

/// Makes a second place for a generation; it is whole from its first moment.
fn move_apart(folder: &Folder, place: &str, free: &str) -> Result<(), StoreError> {
    let names = folder.names_in(place)?;
    let names = names.iter().map(|name| format!("{place}/{name}"));
    let files: Vec<_> = names.filter(|name| folder.has_file(name)).collect();
    gather(folder, &files, |_| true, free)?;
    let all = folder.make_private(PREVIOUS)?;
    let refused = |errno| not_kept(folder, free, errno);
    renameat(&*folder.own()?, "kept", &*all, split(free).1).map_err(refused)?;
    folder.forget(free);
    sync_folder(folder, free)?;
    sync_folder(folder, PREVIOUS)
}

/// Writes a file again, with its mode, and its owner if the system lets us.
fn copy(into: &OwnedFd, name: &str, found: &FoundFile) -> io::Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut file = File::from(openat(into, name, flags, Mode::from_raw_mode(found.mode & 0o600))?);
    let _ = fchown(&file, Some(Uid::from_raw(found.owner)), Some(Gid::from_raw(found.group)));
    fchmod(&file, Mode::from_raw_mode(found.mode))?;
    file.write_all(&found.contents)?;
    file.sync_all()
}

/// Ends what was interrupted: where nothing was changed after [`keep`], the generation before is the earlier one again.
pub(super) fn recover(folder: &Folder) -> Result<(), StoreError> {
    remove_tree(folder, &format!("{OWN}/kept"))?;
    let Some(dropped) = folder.find_folder(DROPPED)? else { return Ok(()) };
    let all = folder.make_private(PREVIOUS)?;
    for last in folder.names_in(DROPPED)?.iter().filter(|last| ![".", ".."].contains(&last.as_str())) {
        let place = format!("{PREVIOUS}/{last}");
        if is_in_place(folder, last, &place)? {
            remove_tree(folder, &place)?;
            renameat(&*dropped, last, &*all, last).map_err(|errno| not_kept(folder, &place, errno))?;
        }
    }
    sync_folder(folder, PREVIOUS)?;
    forget_dropped(folder)
}

/// Whether a generation that was kept is what still lies in place.
fn is_in_place(folder: &Folder, last: &str, place: &str) -> Result<bool, StoreError> {
    let base = last.replace('+', "/");
    for name in folder.names_in(place)? {
        let kept = format!("{place}/{name}");
        if !folder.has_file(&kept) {
            continue;
        }
        let in_place = match split(&base) {
            ("", _) => name,
            (parent, _) => format!("{parent}/{name}"),
        };
        let contents = |name: &str| Ok(folder.read(name)?.map(|file| file.contents));
        if contents(&kept)? != contents(&in_place)? {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Folder {
    /// Reads a file of an entry's earlier generation; `None` if there is none.
    ///
    /// # Errors
    /// It is a symbolic link or no file, or cannot be read.
    pub fn read_previous(&self, base: &str, ending: &str) -> Result<Option<FoundFile>, StoreError> {
        self.read(&Self::name_of_previous(base, ending))
    }

    /// The name of a file of an entry's earlier generation.
    pub fn name_of_previous(base: &str, ending: &str) -> String {
        let (_, last) = split(base);
        format!("{}/{last}{ending}", place_of(base))
    }
}

/// The files of the earlier generation, under the names they had.
pub(super) fn read(folder: &Folder, base: &str) -> Result<Vec<(String, FoundFile)>, StoreError> {
    let place = place_of(base);
    let missing = || StoreError::NoPrevious {
        name: base.to_owned(),
        known: known(folder),
        path: folder.path_of(&place),
    };
    let opened = folder.find_folder(&place)?.ok_or_else(missing)?;
    let entries = rustix::fs::Dir::read_from(&*opened)
        .map_err(|errno| io_error("read", &folder.path_of(&place), errno))?;
    let (parent, _) = split(base);
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|errno| io_error("read", &folder.path_of(&place), errno))?;
        let last = entry.file_name().to_string_lossy().into_owned();
        // What somebody put beside them is not part of it.
        if !is_of(&last, split(base).1) {
            continue;
        }
        if let Some(found) = folder.read(&format!("{place}/{last}"))? {
            let name = if parent.is_empty() { last } else { format!("{parent}/{last}") };
            files.push((name, found));
        }
    }
    if files.is_empty() {
        return Err(missing());
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(files)
}

/// Whether a file is of a base name: `BASE.pem`, `BASE-key.pem`.
fn is_of(file: &str, base: &str) -> bool {
    file.strip_prefix(base).is_some_and(|ending| ending.starts_with(['.', '-']))
}

/// The first few base names of which there is an earlier generation.
fn known(folder: &Folder) -> Vec<String> {
    const SHOWN: usize = 8;
    let Ok(Some(opened)) = folder.find_folder(PREVIOUS) else { return Vec::new() };
    let Ok(entries) = rustix::fs::Dir::read_from(&*opened) else { return Vec::new() };
    let names = entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()));
    let own = names.filter(|name| !name.starts_with('.') && !name.contains("++"));
    let mut names: Vec<_> = own.map(|name| name.replace('+', "/")).collect();
    names.sort();
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    names.extend((more > 0).then(|| format!("and {more} more")));
    names
}
