//! Where a path leads: to a place in a folder, or to something that is written straight through.

use rustix::fs::{AtFlags, Mode, OFlags, openat, statat};
use rustix::io::{Errno, retry_on_intr};
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Links followed before we call it a loop (Linux's own limit, path_resolution(7)).
const MAX_LINKS: usize = 40;

/// What a path leads to.
pub(super) enum Target {
    /// A regular file, existing or not: replaced.
    Place(Place),
    /// Anything else that takes bytes: written straight through.
    Stream,
}

/// A name in a folder, behind all symbolic links.
pub(super) struct Place {
    pub(super) folder: Rc<Folder>,
    pub(super) name: OsString,
    /// What is there now.
    pub(super) old: Option<Old>,
}

/// What an existing file hands on.
#[derive(Clone, Copy)]
pub(super) struct Old {
    /// All 12 bits.
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Place {
    /// Equal for two paths that lead to the same directory entry.
    pub(super) fn identity(&self) -> ((u64, u64), OsString) {
        (self.folder.id, self.name.clone())
    }
}

/// A folder, held open so that nobody can swap it between two steps.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    pub(super) id: (u64, u64),
    handle: OwnedFd,
}

impl AsFd for Folder {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.handle.as_fd()
    }
}

impl Folder {
    fn open(path: &Path) -> io::Result<Self> {
        // O_PATH: a folder that may be entered and written but not listed is fine.
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let handle = retry_on_intr(|| rustix::fs::open(path, flags, Mode::empty()))?;
        let found = File::from(handle.try_clone()?).metadata()?;
        Ok(Self { path: path.to_owned(), id: (found.dev(), found.ino()), handle })
    }

    /// Makes the names in the folder durable, where the system and the folder's mode let us.
    pub(super) fn sync(&self) -> io::Result<()> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let Ok(handle) = retry_on_intr(|| openat(self, ".", flags, Mode::empty())) else { return Ok(()) };
        match retry_on_intr(|| rustix::fs::fsync(&handle)) {
            // Some file systems have no such thing.
            Ok(()) | Err(Errno::INVAL | Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Finds targets and shares the folders between them.
#[derive(Default)]
pub(super) struct Finder {
    folders: HashMap<(u64, u64), Rc<Folder>>,
}

impl Finder {
    /// Says where `path` leads. Nothing is changed, and every refusal is the one an `open` for writing would give.
    pub(super) fn find(&mut self, path: &Path) -> io::Result<Target> {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => Err(Errno::ISDIR.into()),
            Ok(found) if !found.is_file() => Ok(Target::Stream),
            Ok(_) => self.existing(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.missing(path),
            Err(error) => Err(error),
        }
    }

    fn existing(&mut self, path: &Path) -> io::Result<Target> {
        // O_CREAT, though the file exists: only with it does Linux's fs.protected_regular refuse a file that
        // somebody else has put into a shared folder, waiting for our key.
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        let old = file.metadata()?;
        let Some(end) = follow_links(path)? else { return Ok(Target::Stream) };
        let mut place = self.place(&end)?;
        let entry = statat(&place.folder, &place.name, AtFlags::SYMLINK_NOFOLLOW)?;
        if (entry.st_dev, entry.st_ino) != (old.dev(), old.ino()) {
            // The links changed under us; what the system opened is not what we would replace.
            return Err(Errno::STALE.into());
        }
        place.old = Some(Old { mode: old.mode() & 0o7777, uid: old.uid(), gid: old.gid() });
        Ok(Target::Place(place))
    }

    fn missing(&mut self, path: &Path) -> io::Result<Target> {
        // Asked for its refusal only: fs.protected_symlinks forbids some links, dangling ones included.
        match OpenOptions::new().write(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
            Ok(_) => return self.existing(path),
        }
        match follow_links(path)? {
            Some(end) => self.place(&end).map(Target::Place),
            None => Err(Errno::NOENT.into()),
        }
    }

    fn place(&mut self, path: &Path) -> io::Result<Place> {
        let name = path.file_name().ok_or(Errno::NOENT)?.to_owned();
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let folder = Folder::open(parent.unwrap_or(Path::new(".")))?;
        if path.as_os_str().as_bytes().ends_with(b"/") {
            return Err(Errno::ISDIR.into());
        }
        let folder = Rc::clone(self.folders.entry(folder.id).or_insert_with(|| Rc::new(folder)));
        Ok(Place { folder, name, old: None })
    }
}

/// The path behind all links, or `None` if one of them is a descriptor in disguise (`/proc/self/fd/1`): its text
/// need not be a path, and a file that somebody holds open must not be swapped for another.
fn follow_links(path: &Path) -> io::Result<Option<PathBuf>> {
    let proc_device = fs::metadata("/proc/self").ok().map(|proc| proc.dev());
    let mut path = path.to_owned();
    for _ in 0..=MAX_LINKS {
        match fs::symlink_metadata(&path) {
            Ok(found) if !found.is_symlink() => return Ok(Some(path)),
            Ok(found) if Some(found.dev()) == proc_device => return Ok(None),
            Ok(_) => path = path.parent().unwrap_or(Path::new("")).join(fs::read_link(&path)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(path)),
            Err(error) => return Err(error),
        }
    }
    Err(Errno::LOOP.into())
}
