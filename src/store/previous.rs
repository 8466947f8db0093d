//! The generation before the last change of an entry: `previous/BASE/`, with the files' own names.

use rustix::fs::{AtFlags, Mode, linkat, mkdirat, renameat};
use rustix::io::Errno;

use super::folder::{Folder, FoundFile, OWN, StoreError, io_error, split};
use super::transaction::remove_tree;

pub(super) const PREVIOUS: &str = "previous";

/// Where a base name's earlier generation lies. A base name may hold folders, and a `+` cannot stand in one.
fn place_of(base: &str) -> String {
    format!("{PREVIOUS}/{}", base.replace('/', "+"))
}

/// Makes what lies there the earlier generation; the one before goes.
///
/// The files get second links: what is written later is always a new file.
pub(super) fn keep(folder: &Folder, base: &str, files: &[String]) -> Result<(), StoreError> {
    let own = folder.own()?;
    let staged = format!("{OWN}/kept");
    remove_tree(folder, &staged)?;
    let place = place_of(base);
    let refused = |errno| io_error("keep the earlier generation in", &folder.path_of(&place), errno);
    mkdirat(&*own, "kept", Mode::RWXU).map_err(refused)?;
    let kept = folder.find_folder(&staged)?.ok_or_else(|| refused(Errno::NOENT))?;
    for name in files {
        let (parent, last) = split(name);
        let Some(parent) = folder.find_folder(parent)? else { continue };
        match linkat(&*parent, last, &*kept, last, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(errno) => return Err(refused(errno)),
        }
    }
    folder.forget(&staged);
    let all = folder.make_private(PREVIOUS)?;
    let (_, last) = split(&place);
    folder.forget(&place);
    // The earlier one moves out of the way: a folder cannot be replaced by one that has files in it.
    let dropped = format!("{OWN}/dropped");
    remove_tree(folder, &dropped)?;
    match renameat(&*all, last, &*own, "dropped") {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(errno) => return Err(refused(errno)),
    }
    renameat(&*own, "kept", &*all, last).map_err(refused)?;
    remove_tree(folder, &dropped)
}

/// Removes what an interrupted [`keep`] left: links to what lies in place, and a generation that was to go.
pub(super) fn recover(folder: &Folder) -> Result<(), StoreError> {
    ["kept", "dropped"].iter().try_for_each(|name| remove_tree(folder, &format!("{OWN}/{name}")))
}

/// The files of the earlier generation, under the names they had.
pub(super) fn read(folder: &Folder, base: &str) -> Result<Vec<(String, FoundFile)>, StoreError> {
    let place = place_of(base);
    let missing = || StoreError::NoPrevious { name: base.to_owned(), path: folder.path_of(&place) };
    let opened = folder.find_folder(&place)?.ok_or_else(missing)?;
    let entries = rustix::fs::Dir::read_from(&*opened)
        .map_err(|errno| io_error("read", &folder.path_of(&place), errno))?;
    let (parent, _) = split(base);
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|errno| io_error("read", &folder.path_of(&place), errno))?;
        let last = entry.file_name().to_string_lossy().into_owned();
        if last == "." || last == ".." {
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
