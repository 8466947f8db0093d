//! A folder, and the files below it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, mkdirat, openat, readlinkat, statat};
use rustix::io::Errno;
use zeroize::Zeroizing;

/// Our own folder below the output folder.
pub(super) const OWN: &str = ".certwright";

/// What stays in it between runs: the memory of entries, see [`super::entries`], and of what was verified, see
/// [`super::verified`].
pub(super) const ENTRIES: &str = "entries";
pub(super) const VERIFIED: &str = "verified";

/// What a symbolic link of an interrupted switch leads to.
pub(super) const SWITCH_LINK: &str = ".certwright/switch/live/";

/// The mode of folders for everybody, before the umask.
const FOLDER_MODE: Mode = Mode::from_raw_mode(0o755);

/// The mode of the folders that a switch leads through: whoever reads a certificate while it is switched goes
/// through them, and nobody else can list them.
pub(super) const PASSAGE_MODE: Mode = Mode::from_raw_mode(0o711);

/// Files larger than this are none of ours.
const LARGEST_FILE: u64 = 16 << 20;

/// What went wrong in the output folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Something of the operating system.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was to be done.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A symbolic link below the output folder.
    #[error("{} is a symbolic link", path.display())]
    SymbolicLink {
        /// Where.
        path: PathBuf,
    },
    /// Something that is no regular file where one belongs.
    #[error("{} is no regular file", path.display())]
    NoFile {
        /// Where.
        path: PathBuf,
    },
    /// A file that can be none of ours.
    #[error("{} is larger than {} MiB", path.display(), LARGEST_FILE >> 20)]
    TooLarge {
        /// Where.
        path: PathBuf,
    },
    /// Somebody else changes the folder.
    #[error("another certwright is changing {}", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot get the owner or the group it is to have.
    #[error("cannot give {name} to the owner and group of its entry")]
    Owner {
        /// The file.
        name: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// There is no earlier generation.
    #[error("there is no earlier generation of {name} in {}", path.display())]
    NoPrevious {
        /// Of what.
        name: String,
        /// Of what there is one.
        known: Vec<String>,
        /// Where it would be.
        path: PathBuf,
    },
}

impl StoreError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::SymbolicLink { .. } => {
                "links below the output folder are not followed: remove it, or name the folder it leads to"
            }
            Self::NoFile { .. } => "move it away",
            Self::TooLarge { .. } => "no certificate, key or request is so large: move it away",
            Self::Owner { .. } => {
                "only root gives files to others: run it as root, or take \"owner\" and \"group\" out of the entry"
            }
            Self::Locked { .. } => "wait for it to end; without --no-wait, this one waits",
            Self::NoPrevious { known, .. } if known.is_empty() => "only what was replaced has one",
            Self::NoPrevious { known, .. } => {
                return Some(format!(
                    "give the base name of the files; there is one of: {}",
                    known.join(", ")
                ));
            }
            Self::Io { source, .. } => return io_hint(source),
        };
        Some(hint.to_owned())
    }
}

fn io_hint(error: &io::Error) -> Option<String> {
    let hint = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full; nothing of what was there is lost: make room and run it again"
        }
        io::ErrorKind::PermissionDenied => "run it as a user who may read and write there",
        io::ErrorKind::NotADirectory => "a folder belongs there: move what lies in its place away",
        io::ErrorKind::ReadOnlyFilesystem => "the file system is mounted read-only",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// A file that lies there.
#[derive(Debug)]
pub struct FoundFile {
    /// Its bytes.
    pub contents: Zeroizing<Vec<u8>>,
    /// Its mode (12 bits).
    pub mode: u32,
    /// Its owner.
    pub owner: u32,
    /// Its group.
    pub group: u32,
}

/// The output folder. Names of files below it are relative, with `/` between folders and no `..`.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    root: Arc<OwnedFd>,
    /// What was opened so far, by name.
    below: Mutex<HashMap<String, Arc<OwnedFd>>>,
}

impl Folder {
    /// Opens the folder; `None` if it does not exist.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open(path: &Path) -> Result<Option<Self>, StoreError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        match rustix::fs::open(path, flags, Mode::empty()) {
            Ok(root) => {
                Ok(Some(Self { path: path.to_owned(), root: Arc::new(root), below: Mutex::default() }))
            }
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(io_error("open", path, errno)),
        }
    }

    /// Opens the folder, and makes it and the folders above it if they do not exist.
    ///
    /// # Errors
    /// It cannot be made or opened.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = Self::open(path)? {
            return Ok(folder);
        }
        let made = std::fs::create_dir_all(path);
        made.map_err(|source| StoreError::Io { action: "make the folder", path: path.to_owned(), source })?;
        match Self::open(path)? {
            Some(folder) => Ok(folder),
            None => Err(io_error("open", path, Errno::NOENT)),
        }
    }

    /// Its path, as given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file below it, for messages.
    pub fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Reads a file; `None` if there is none.
    ///
    /// # Errors
    /// It is a symbolic link or no file, or cannot be read.
    pub fn read(&self, name: &str) -> Result<Option<FoundFile>, StoreError> {
        let (parent, last) = split(name);
        let Some(parent) = self.find_folder(parent)? else { return Ok(None) };
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let opened = match openat(&*parent, last, flags, Mode::empty()) {
            Err(Errno::LOOP) => return self.read_switching(name, &parent, last),
            other => other,
        };
        match opened {
            Ok(file) => read_file(File::from(file)).map(Some).map_err(|error| self.refused(name, error)),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(io_error("read", &self.path_of(name), errno)),
        }
    }

    /// Whether there is a regular file.
    pub fn has_file(&self, name: &str) -> bool {
        let (parent, last) = split(name);
        let Ok(Some(parent)) = self.find_folder(parent) else { return false };
        let found = statat(&*parent, last, AtFlags::SYMLINK_NOFOLLOW);
        found.is_ok_and(|found| FileType::from_raw_mode(found.st_mode).is_file())
    }

    /// The names in a folder below this one; none if it does not exist.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn names_in(&self, name: &str) -> Result<Vec<String>, StoreError> {
        let Some(opened) = self.find_folder(name)? else { return Ok(Vec::new()) };
        let refused = |errno| io_error("read", &self.path_of(name), errno);
        let entries = rustix::fs::Dir::read_from(&*opened).map_err(refused)?;
        entries.map(|entry| Ok(entry.map_err(refused)?.file_name().to_string_lossy().into_owned())).collect()
    }

    /// Follows a link of an interrupted switch, and no other.
    fn read_switching(
        &self,
        name: &str,
        parent: &OwnedFd,
        last: &str,
    ) -> Result<Option<FoundFile>, StoreError> {
        let link =
            readlinkat(parent, last, Vec::new()).map_err(|e| io_error("read", &self.path_of(name), e))?;
        let target = link.to_str().unwrap_or_default().trim_start_matches("../");
        if !target.starts_with(SWITCH_LINK) {
            return Err(StoreError::SymbolicLink { path: self.path_of(name) });
        }
        match openat(&*self.root, target, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()) {
            Ok(file) => read_file(File::from(file)).map(Some).map_err(|error| self.refused(name, error)),
            Err(errno) => Err(io_error("read", &self.path_of(name), errno)),
        }
    }

    fn refused(&self, name: &str, error: ReadError) -> StoreError {
        let path = self.path_of(name);
        match error {
            ReadError::NoFile => StoreError::NoFile { path },
            ReadError::TooLarge => StoreError::TooLarge { path },
            ReadError::Io(source) => StoreError::Io { action: "read", path, source },
        }
    }

    /// A folder below this one; `None` if it does not exist. The empty name is this one.
    pub(super) fn find_folder(&self, name: &str) -> Result<Option<Arc<OwnedFd>>, StoreError> {
        self.enter(name, None)
    }

    /// A folder below this one, made if it does not exist.
    pub(super) fn make_folder(&self, name: &str) -> Result<Arc<OwnedFd>, StoreError> {
        match self.enter(name, Some(FOLDER_MODE))? {
            Some(folder) => Ok(folder),
            None => Err(io_error("open", &self.path_of(name), Errno::NOENT)),
        }
    }

    /// Our own folder.
    pub(super) fn own(&self) -> Result<Arc<OwnedFd>, StoreError> {
        match self.enter(OWN, Some(PASSAGE_MODE))? {
            Some(folder) => Ok(folder),
            None => Err(io_error("open", &self.path_of(OWN), Errno::NOENT)),
        }
    }

    /// A folder below this one that nobody else may enter, made if it does not exist.
    pub(super) fn make_private(&self, name: &str) -> Result<Arc<OwnedFd>, StoreError> {
        match self.enter(name, Some(Mode::RWXU))? {
            Some(folder) => Ok(folder),
            None => Err(io_error("open", &self.path_of(name), Errno::NOENT)),
        }
    }

    fn enter(&self, name: &str, make: Option<Mode>) -> Result<Option<Arc<OwnedFd>>, StoreError> {
        if name.is_empty() {
            return Ok(Some(Arc::clone(&self.root)));
        }
        if let Some(known) = self.known().get(name) {
            return Ok(Some(Arc::clone(known)));
        }
        let (parent, last) = split(name);
        let Some(parent) = self.enter(parent, make)? else { return Ok(None) };
        let Some(entered) = self.step(&parent, last, name, make)?.map(Arc::new) else { return Ok(None) };
        self.known().insert(name.to_owned(), Arc::clone(&entered));
        Ok(Some(entered))
    }

    fn step(
        &self,
        at: &OwnedFd,
        part: &str,
        walked: &str,
        make: Option<Mode>,
    ) -> Result<Option<OwnedFd>, StoreError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = match (openat(at, part, flags, Mode::empty()), make) {
            (Err(Errno::NOENT), Some(mode)) => {
                match mkdirat(at, part, mode) {
                    Ok(()) | Err(Errno::EXIST) => {}
                    Err(errno) => return Err(io_error("make the folder", &self.path_of(walked), errno)),
                }
                openat(at, part, flags, Mode::empty())
            }
            (opened, _) => opened,
        };
        match opened {
            Ok(folder) => Ok(Some(folder)),
            Err(Errno::NOENT) => Ok(None),
            Err(Errno::LOOP | Errno::NOTDIR) if readlinkat(at, part, Vec::new()).is_ok() => {
                Err(StoreError::SymbolicLink { path: self.path_of(walked) })
            }
            Err(errno) => Err(io_error("open", &self.path_of(walked), errno)),
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<OwnedFd>>> {
        self.below.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets a folder that is to be removed.
    pub(super) fn forget(&self, name: &str) {
        self.known().retain(|known, _| known != name && !known.starts_with(&format!("{name}/")));
    }
}

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.root.as_fd()
    }
}

enum ReadError {
    NoFile,
    TooLarge,
    Io(io::Error),
}

fn read_file(mut file: File) -> Result<FoundFile, ReadError> {
    let metadata = file.metadata().map_err(ReadError::Io)?;
    if !metadata.is_file() {
        return Err(ReadError::NoFile);
    }
    if metadata.len() > LARGEST_FILE {
        return Err(ReadError::TooLarge);
    }
    // One octet more, so that the end is found without growing, which would leave copies of a key behind.
    let length = usize::try_from(metadata.len()).unwrap_or_default();
    let mut contents = Zeroizing::new(Vec::with_capacity(length + 1));
    file.read_to_end(&mut contents).map_err(ReadError::Io)?;
    Ok(FoundFile { contents, mode: metadata.mode() & 0o7777, owner: metadata.uid(), group: metadata.gid() })
}

/// The folder and the last part of a name.
pub(super) fn split(name: &str) -> (&str, &str) {
    name.rsplit_once('/').unwrap_or(("", name))
}

pub(super) fn io_error(action: &'static str, path: &Path, errno: Errno) -> StoreError {
    StoreError::Io { action, path: path.to_owned(), source: errno.into() }
}
