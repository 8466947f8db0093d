//! A set of changes: staged, made durable, put in place.
//!
//! What is killed at any point leaves every entry whole, old or new: an entry whose key stays gets its files by
//! renaming one after the other, all of which fit the key; an entry that is new gets its certificate last; and
//! entries whose key changes switch together (see [`super::switch`]).

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rustix::fs::{Mode, OFlags, RenameFlags, openat, renameat, renameat_with, syncfs};
use rustix::io::Errno;

use super::folder::{ENTRIES, Folder, FoundFile, OWN, StoreError, VERIFIED, io_error, split};
use super::lock::Lock;
use super::previous;
use super::stage::{Change, FEW, NEW, Stage, StagedFile};
use super::switch;
use super::tree::{remove_files, remove_tree, sync_folder};

/// Changes to a folder by the one who has its lock.
#[derive(Debug)]
pub struct Transaction<'f> {
    pub(super) folder: &'f Folder,
    _lock: Lock,
    /// How many places for staged files there are.
    stages: AtomicUsize,
    /// Nothing that was staged is left.
    is_clean: AtomicBool,
    /// Places were made that are folders of their own.
    has_folders: AtomicBool,
}

impl<'f> Transaction<'f> {
    /// Begins, and ends what an earlier one left unfinished.
    ///
    /// # Errors
    /// What was left cannot be finished.
    pub fn begin(folder: &'f Folder, lock: Lock) -> Result<Self, StoreError> {
        let transaction = Self {
            folder,
            _lock: lock,
            stages: AtomicUsize::new(0),
            is_clean: AtomicBool::new(false),
            has_folders: AtomicBool::new(false),
        };
        let lying = folder.names_in(OWN)?;
        if lying.iter().any(|name| ![".", "..", ENTRIES, VERIFIED].contains(&name.as_str())) {
            switch::recover(folder)?;
            transaction.remove_staged()?;
            previous::recover(folder)?;
        }
        transaction.is_clean.store(true, Ordering::Relaxed);
        Ok(transaction)
    }

    /// A place for the files of one thread; `files` is how many there will be in all.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn stage(&self, files: usize) -> Result<Stage, StoreError> {
        self.is_clean.store(false, Ordering::Relaxed);
        let stage = Stage::new(self.folder, self.stages.fetch_add(1, Ordering::Relaxed), files)?;
        if stage.is_folder() {
            self.has_folders.store(true, Ordering::Relaxed);
        }
        Ok(stage)
    }

    /// Puts changes in place.
    ///
    /// # Errors
    /// What could not be done; each entry is whole then, old or new.
    pub fn commit(&self, mut changes: Vec<Change>) -> Result<(), StoreError> {
        self.sync(&mut changes)?;
        for change in changes.iter().filter(|change| !change.old.is_empty()) {
            let replaced: Vec<_> = change.files.iter().map(|file| file.name.as_str()).collect();
            previous::keep(self.folder, &change.base, &change.old, &replaced)?;
        }
        let has_old = changes.iter().any(|change| !change.old.is_empty());
        if has_old {
            sync_folder(self.folder, previous::PREVIOUS)?;
        }
        let (together, alone): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| change.together);
        if !together.is_empty() {
            switch::all(self.folder, together)?;
        }
        let mut folders = BTreeSet::new();
        for change in alone {
            for file in change.files {
                put_in_place(self.folder, &file, change.fresh)?;
                folders.insert(split(&file.name).0.to_owned());
            }
        }
        for name in folders {
            sync_folder(self.folder, &name)?;
        }
        if has_old {
            previous::forget_dropped(self.folder)?;
        }
        // A few files are all of one commit.
        self.is_clean.store(!self.has_folders.load(Ordering::Relaxed), Ordering::Relaxed);
        Ok(())
    }

    /// Keeps the earlier generation of an entry in a place of its own too, before another one takes its place.
    ///
    /// # Errors
    /// It cannot be kept.
    pub fn preserve(&self, base: &str) -> Result<(), StoreError> {
        previous::preserve(self.folder, base)
    }

    /// The files of an entry's earlier generation, under the names they had.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn previous(&self, base: &str) -> Result<Vec<(String, FoundFile)>, StoreError> {
        previous::read(self.folder, base)
    }

    /// Removes what was staged and never put in place, and the place of many.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn remove_staged(&self) -> Result<(), StoreError> {
        if self.is_clean.load(Ordering::Relaxed) {
            return Ok(());
        }
        remove_tree(self.folder, &format!("{OWN}/{NEW}"))?;
        remove_files(self.folder, OWN, FEW)
    }

    /// Writes a file of ours, which is not synced.
    pub(super) fn write_own(&self, name: &str, contents: &[u8]) -> Result<(), StoreError> {
        let new = format!("{name}.new");
        self.write_over(&new, contents)?;
        let (own, path) = (self.folder.own()?, self.folder.path_of(OWN).join(&new));
        renameat(&*own, &new, &*own, name).map_err(|errno| io_error("write", &path, errno))
    }

    /// The same in place: an interrupted run leaves a part of it. It is cut to its length behind the writing: what was
    /// emptied first, ext4 writes out as soon as it is closed.
    pub(super) fn write_over(&self, name: &str, contents: &[u8]) -> Result<(), StoreError> {
        let path = self.folder.path_of(OWN).join(name);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(&*self.folder.own()?, name, flags, Mode::RUSR | Mode::WUSR)
            .map_err(|errno| io_error("write", &path, errno))?;
        let mut file = File::from(file);
        let written = file.write_all(contents).and_then(|()| file.set_len(contents.len() as u64));
        written.map_err(|source| StoreError::Io { action: "write", path, source })
    }

    fn sync(&self, changes: &mut [Change]) -> Result<(), StoreError> {
        let mut all_synced = true;
        for file in changes.iter_mut().flat_map(|change| &mut change.files) {
            match file.file.take() {
                Some(open) => open.sync_all().map_err(|source| StoreError::Io {
                    action: "write",
                    path: self.folder.path_of(&file.name),
                    source,
                })?,
                None => all_synced = false,
            }
        }
        if all_synced {
            return Ok(());
        }
        syncfs(self.folder.as_fd()).map_err(|errno| io_error("write", self.folder.path(), errno))
    }
}

/// Renames a staged file into place; a fresh one replaces nothing.
fn put_in_place(folder: &Folder, file: &StagedFile, fresh: bool) -> Result<(), StoreError> {
    let (parent, last) = split(&file.name);
    let parent = folder.make_folder(parent)?;
    let refused = |errno| io_error("write", &folder.path_of(&file.name), errno);
    if fresh {
        let renamed = renameat_with(&*file.folder, &file.number, &*parent, last, RenameFlags::NOREPLACE);
        match renamed {
            // A file system that cannot; nobody else changes the folder.
            Err(Errno::INVAL | Errno::NOSYS) => {}
            other => return other.map_err(refused),
        }
    }
    renameat(&*file.folder, &file.number, &*parent, last).map_err(refused)
}
