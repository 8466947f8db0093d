//! Files that have to change together, though each is renamed alone.
//!
//! A key and its certificate are two files, and no system call replaces two. So for a moment they are symbolic
//! links that lead through one link, `live`, and that one is replaced:
//!
//! 1. `old` gets second links to the files that lie there, `new` the new ones, `targets` their names; `live` leads to
//!    `old`.
//! 2. Each file becomes a link through `live`: what it shows stays the same.
//! 3. `live` is made to lead to `new`: everything changes at once.
//! 4. Each link becomes the new file itself.
//! 5. `live` is removed, then the rest.
//!
//! Whoever finds `live` goes on from there: with step 4 for `new`, or the same for `old`, which undoes step 2.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::fs::{AtFlags, Mode, OFlags, linkat, mkdirat, openat, readlinkat, renameat, symlinkat, unlinkat};
use rustix::io::Errno;

use super::folder::{Folder, OWN, PASSAGE_MODE, SWITCH_LINK, StoreError, io_error, split};
use super::stage::Change;
use super::tree::{remove_tree, sync_folder};

const SWITCH: &str = ".certwright/switch";
const OLD: &str = "old";
const NEW: &str = "new";
const LIVE: &str = "live";
const TARGETS: &str = "targets";
/// The next link or file, before it is renamed into place.
const NEXT: &str = "next";

/// Switches all files of some changes together.
pub(super) fn all(folder: &Folder, changes: Vec<Change>) -> Result<(), StoreError> {
    let files: Vec<_> = changes.into_iter().flat_map(|change| change.files).collect();
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    let switch = Switch::make(folder, &names)?;
    for (number, file) in files.iter().enumerate() {
        renameat(&*file.folder, &file.number, &*switch.at, format!("{NEW}/{number}"))
            .map_err(|errno| io_error("write", &folder.path_of(&file.name), errno))?;
    }
    let had_old = switch.link_old()?;
    switch.point(OLD)?;
    sync_folder(folder, SWITCH)?;
    for number in had_old {
        switch.redirect(number)?;
    }
    switch.point(NEW)?;
    sync_folder(folder, SWITCH)?;
    switch.settle(NEW)?;
    switch.remove()
}

/// Ends a switch that was interrupted.
pub(super) fn recover(folder: &Folder) -> Result<(), StoreError> {
    let Some(at) = folder.find_folder(SWITCH)? else { return Ok(()) };
    match readlinkat(&*at, LIVE, Vec::new()) {
        Ok(live) => {
            let switch = Switch { folder, targets: read_targets(folder, &at)?, at };
            let side = if live.to_bytes() == NEW.as_bytes() { NEW } else { OLD };
            switch.settle(side)?;
            switch.remove()
        }
        // Not begun, or ended but for this.
        Err(Errno::NOENT) => remove_tree(folder, SWITCH),
        Err(errno) => Err(io_error("read", &folder.path_of(SWITCH).join(LIVE), errno)),
    }
}

struct Switch<'f> {
    folder: &'f Folder,
    at: Arc<OwnedFd>,
    /// The names of the files, by number.
    targets: Vec<String>,
}

impl<'f> Switch<'f> {
    fn make(folder: &'f Folder, names: &[String]) -> Result<Self, StoreError> {
        let own = folder.own()?;
        let refused = |errno| io_error("make the folder", &folder.path_of(SWITCH), errno);
        mkdirat(&*own, "switch", PASSAGE_MODE).map_err(refused)?;
        let at = folder.find_folder(SWITCH)?.ok_or_else(|| refused(Errno::NOENT))?;
        for side in [OLD, NEW] {
            mkdirat(&*at, side, PASSAGE_MODE).map_err(refused)?;
        }
        let switch = Self { folder, at, targets: names.to_vec() };
        switch.write_targets()?;
        Ok(switch)
    }

    fn write_targets(&self) -> Result<(), StoreError> {
        let path = self.folder.path_of(SWITCH).join(TARGETS);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let made = openat(&*self.at, TARGETS, flags, Mode::RUSR | Mode::WUSR);
        let mut file = File::from(made.map_err(|errno| io_error("make", &path, errno))?);
        let text: String = self.targets.iter().map(|name| format!("{name}\n")).collect();
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|source| StoreError::Io {
            action: "write",
            path,
            source,
        })
    }

    /// Second links to what lies there; the numbers of those that do.
    fn link_old(&self) -> Result<Vec<usize>, StoreError> {
        let mut found = Vec::new();
        for (number, name) in self.targets.iter().enumerate() {
            let (parent, last) = split(name);
            let parent = self.folder.make_folder(parent)?;
            match linkat(&*parent, last, &*self.at, format!("{OLD}/{number}"), AtFlags::empty()) {
                Ok(()) => found.push(number),
                Err(Errno::NOENT) => {}
                Err(errno) => return Err(io_error("link", &self.folder.path_of(name), errno)),
            }
        }
        Ok(found)
    }

    /// Makes `live` lead to a side, at once.
    fn point(&self, side: &str) -> Result<(), StoreError> {
        let refused = |errno| io_error("write", &self.folder.path_of(SWITCH).join(LIVE), errno);
        self.clear_next()?;
        symlinkat(side, &*self.at, NEXT).map_err(refused)?;
        renameat(&*self.at, NEXT, &*self.at, LIVE).map_err(refused)
    }

    /// Puts a link through `live` in place of a file.
    fn redirect(&self, number: usize) -> Result<(), StoreError> {
        let Some(name) = self.targets.get(number) else { return Ok(()) };
        let up = "../".repeat(name.matches('/').count());
        self.clear_next()?;
        let made = symlinkat(format!("{up}{SWITCH_LINK}{number}"), &*self.at, NEXT);
        made.map_err(|errno| io_error("write", &self.folder.path_of(name), errno))?;
        self.put_next(name)
    }

    /// Puts the files of a side in place of the links; of the old side only where there is a link.
    fn settle(&self, side: &str) -> Result<(), StoreError> {
        for (number, name) in self.targets.iter().enumerate() {
            self.clear_next()?;
            match linkat(&*self.at, format!("{side}/{number}"), &*self.at, NEXT, AtFlags::empty()) {
                Ok(()) => self.put_next(name)?,
                // An old side has no file where there was none.
                Err(Errno::NOENT) => {}
                Err(errno) => return Err(io_error("write", &self.folder.path_of(name), errno)),
            }
        }
        let folders: std::collections::BTreeSet<_> = self.targets.iter().map(|name| split(name).0).collect();
        folders.into_iter().try_for_each(|name| sync_folder(self.folder, name))
    }

    fn put_next(&self, name: &str) -> Result<(), StoreError> {
        let (parent, last) = split(name);
        let parent = self.folder.make_folder(parent)?;
        renameat(&*self.at, NEXT, &*parent, last)
            .map_err(|errno| io_error("write", &self.folder.path_of(name), errno))?;
        // Renaming between two links to one file does nothing, and leaves this one.
        self.clear_next()
    }

    fn clear_next(&self) -> Result<(), StoreError> {
        match unlinkat(&*self.at, NEXT, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(io_error("remove", &self.folder.path_of(SWITCH).join(NEXT), errno)),
        }
    }

    /// First what says that there is something to recover, then the rest.
    fn remove(&self) -> Result<(), StoreError> {
        unlinkat(&*self.at, LIVE, AtFlags::empty())
            .map_err(|errno| io_error("remove", &self.folder.path_of(SWITCH).join(LIVE), errno))?;
        remove_tree(self.folder, SWITCH)
    }
}

fn read_targets(folder: &Folder, at: &OwnedFd) -> Result<Vec<String>, StoreError> {
    let path = folder.path_of(OWN).join("switch").join(TARGETS);
    let mut text = String::new();
    openat(at, TARGETS, OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW, Mode::empty())
        .map_err(io::Error::from)
        .and_then(|file| File::from(file).read_to_string(&mut text))
        .map_err(|source| StoreError::Io { action: "read", path, source })?;
    Ok(text.lines().map(str::to_owned).collect())
}
