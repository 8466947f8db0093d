//! One at a time. What is locked is the memory of entries, which every run that changes a folder reads and may write: a
//! file of its own would be one more to make.

use std::os::fd::OwnedFd;

use rustix::fs::{FlockOperation, Mode, OFlags, flock, openat};
use rustix::io::{Errno, retry_on_intr};

use super::folder::{ENTRIES, Folder, OWN, StoreError, io_error};

/// The right to change a folder, as long as it lives; a process that ends lets go of it, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: OwnedFd,
}

impl Lock {
    /// Takes the lock, if nobody has it.
    ///
    /// # Errors
    /// [`StoreError::Locked`], or the lock cannot be made.
    pub fn take(folder: &Folder) -> Result<Self, StoreError> {
        Self::acquire(folder, FlockOperation::NonBlockingLockExclusive)
    }

    /// Takes the lock when nobody has it any more.
    ///
    /// # Errors
    /// The lock cannot be made.
    pub fn wait(folder: &Folder) -> Result<Self, StoreError> {
        Self::acquire(folder, FlockOperation::LockExclusive)
    }

    fn acquire(folder: &Folder, operation: FlockOperation) -> Result<Self, StoreError> {
        let own = folder.own()?;
        let path = folder.path_of(OWN).join(ENTRIES);
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(&*own, ENTRIES, flags, Mode::RUSR | Mode::WUSR)
            .map_err(|errno| io_error("open", &path, errno))?;
        match retry_on_intr(|| flock(&file, operation)) {
            Ok(()) => Ok(Self { _file: file }),
            Err(Errno::WOULDBLOCK) => Err(StoreError::Locked { path: folder.path().to_owned() }),
            Err(errno) => Err(io_error("lock", &path, errno)),
        }
    }
}
