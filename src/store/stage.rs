//! Files on their way: written whole, with their final mode and owner, where nobody looks for them.

use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;

use rustix::fs::{Gid, Mode, OFlags, Uid, fchmod, fchown, fstat, openat};
use zeroize::Zeroizing;

use super::folder::{Folder, OWN, StoreError, io_error};

/// The folder of many staged files, below ours.
pub(super) const NEW: &str = "new";

/// What the names of a few begin with, in our folder itself.
pub(super) const FEW: &str = "new-";

/// From so many files on, the whole file system is synced at once. Fewer are synced one by one: that waits for
/// nobody else's data.
const MANY: usize = 8;

/// So many files in one folder are too many for several threads.
const CROWD: usize = 128;

/// Who may do what with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// Its mode.
    pub mode: u32,
    /// Whether the mode is less what the umask takes.
    pub umask: bool,
    /// Its owner, if not whoever runs this.
    pub owner: Option<u32>,
    /// Its group, if not the one of whoever runs this.
    pub group: Option<u32>,
}

/// A file to be.
pub struct NewFile {
    /// Its name below the output folder.
    pub name: String,
    /// Its bytes.
    pub contents: Zeroizing<Vec<u8>>,
    /// Who may do what with it.
    pub rights: Rights,
}

/// Without the contents, which may be a private key.
impl std::fmt::Debug for NewFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewFile")
            .field("name", &self.name)
            .field("rights", &self.rights)
            .finish_non_exhaustive()
    }
}

/// A file that is written and not in place yet.
#[derive(Debug)]
pub struct StagedFile {
    /// Its name below the output folder, when it is in place.
    pub name: String,
    pub(super) folder: Arc<OwnedFd>,
    pub(super) number: String,
    pub(super) file: Option<File>,
}

/// What changes of one entry.
#[derive(Debug)]
pub struct Change {
    /// The base name of its files.
    pub base: String,
    /// The new files, the certificate last.
    pub files: Vec<StagedFile>,
    /// What lies there now and is replaced or belongs to what is: the earlier generation to be.
    pub old: Vec<String>,
    /// The key is another one, so all files change together.
    pub together: bool,
    /// None of the files lies there yet, and none may appear meanwhile.
    pub fresh: bool,
}

/// One thread's place for staged files.
#[derive(Debug)]
pub struct Stage {
    folder: Arc<OwnedFd>,
    path: PathBuf,
    /// What its files' names begin with, where others have theirs in the same folder.
    prefix: String,
    count: usize,
    keep_open: bool,
}

impl Stage {
    /// A place for the `part`th of those who stage `files` in all.
    ///
    /// A few lie in our own folder: to make and remove another one takes as long as three of them. Of many, each part
    /// has a folder of its own, since the system lets one thread at a time change a folder. Very few stay open, to be
    /// synced one by one.
    pub(super) fn new(folder: &Folder, part: usize, files: usize) -> Result<Self, StoreError> {
        let own = folder.own()?;
        if files < CROWD {
            let (path, prefix) = (folder.path_of(OWN), format!("{FEW}{part}-"));
            return Ok(Self { folder: own, path, prefix, count: 0, keep_open: files < MANY });
        }
        let name = format!("{OWN}/{NEW}/{part}");
        let path = folder.path_of(&name);
        let folder = folder.make_private(&name)?;
        Ok(Self { folder, path, prefix: String::new(), count: 0, keep_open: false })
    }

    /// Whether it is a folder of its own.
    pub(super) fn is_folder(&self) -> bool {
        self.prefix.is_empty()
    }

    /// Writes a file.
    ///
    /// # Errors
    /// It cannot be made or written.
    pub fn write(&mut self, new: &NewFile) -> Result<StagedFile, StoreError> {
        let number = format!("{}{}", self.prefix, self.count);
        self.count += 1;
        let path = || self.path.join(&number);
        let Rights { mode, umask, owner, group } = new.rights;
        let keeps_first_mode = umask && owner.is_none() && group.is_none();
        // Closed until it has its owner, so that nobody opens it in between.
        let first = if keeps_first_mode { mode } else { mode & 0o600 };
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let made = openat(&*self.folder, &number, flags, Mode::from_raw_mode(first));
        let mut file = File::from(made.map_err(|errno| io_error("make", &path(), errno))?);
        if owner.is_some() || group.is_some() {
            fchown(&file, owner.map(Uid::from_raw), group.map(Gid::from_raw))
                .map_err(|errno| StoreError::Owner { name: new.name.clone(), source: errno.into() })?;
        }
        // To ask costs less than to write what is there already: only odd umasks take from a key's mode.
        let is_settled = if umask {
            first == mode
        } else {
            fstat(&file).is_ok_and(|found| found.st_mode & 0o7777 == mode)
        };
        if !is_settled {
            fchmod(&file, Mode::from_raw_mode(mode))
                .map_err(|errno| io_error("set the mode of", &path(), errno))?;
        }
        file.write_all(&new.contents).map_err(|source| StoreError::Io {
            action: "write",
            path: path(),
            source,
        })?;
        if self.keep_open {
            // Only a hint: the sooner the disk begins, the less there is to wait for.
            let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
        }
        Ok(StagedFile {
            name: new.name.clone(),
            folder: Arc::clone(&self.folder),
            number,
            file: self.keep_open.then_some(file),
        })
    }
}
