//! How bytes become files: all of a set or none, each with its final mode from the first byte.
//!
//! Every file is staged under a temporary name (`.NAME.certwright-XXXXXXXX.tmp`) in its own folder, written and
//! synced; only when all are staged are they renamed into place. A failure removes the temporary files and puts
//! back what had been replaced. A signal, whenever it comes, leaves every file whole, old or new; only temporary
//! files may be left behind, and none of them is more widely readable than the file it belongs to.
//!
//! What exists already:
//! - A regular file keeps its mode, and its owner and group if the system lets us; a private key loses what goes
//!   beyond 0600. It must be open to writing, as for a program that writes in place. It is replaced, so its other
//!   hard links keep the old content, and its ACL and extended attributes are not carried over.
//! - A symbolic link stays; the file it leads to is replaced or made.
//! - A FIFO, a device, and a file reached through a descriptor (`/dev/stdout`, `/proc/self/fd/1`) are written
//!   straight through, after everything is staged and before anything is renamed; this cannot be taken back.
//! - A folder is an error, and folders are never made.

mod error;
mod staged;
mod target;

pub use error::{WriteError, go_reason};

use staged::{Replacement, commit, sync};
use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use target::{Finder, Place, Target};
use zeroize::Zeroizing;

/// What a file holds, which decides its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A certificate: 0664 less the umask, as cfssljson makes them.
    Certificate,
    /// A private key, in clear or encrypted: 0600, and never more than that.
    PrivateKey,
    /// Anything else that is no secret (CSR, bundle, OCSP response): 0644 less the umask.
    Public,
}

impl FileKind {
    /// The mode of a new file, before the umask.
    pub fn mode(self) -> u32 {
        match self {
            Self::Certificate => 0o664,
            Self::PrivateKey => 0o600,
            Self::Public => 0o644,
        }
    }
}

/// One file of a set.
#[derive(Clone)]
pub struct FileToWrite {
    /// Where to, as the user wrote it.
    pub path: PathBuf,
    /// All of its bytes.
    pub contents: Zeroizing<Vec<u8>>,
    /// Decides the mode.
    pub kind: FileKind,
}

/// Without the contents, which may be a private key.
impl std::fmt::Debug for FileToWrite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileToWrite")
            .field("path", &self.path)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// What [`write_all`] did that its caller may want to tell; paths are as given.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Private keys that replaced a file with a wider mode.
    pub tightened: Vec<Tightened>,
    /// Replaced files that belong to another user or group now.
    pub owner_not_kept: Vec<PathBuf>,
    /// Temporary files holding old content that could not be removed.
    pub left_behind: Vec<PathBuf>,
}

/// A private key whose file was open to more than its owner's reading and writing.
#[derive(Debug, PartialEq, Eq)]
pub struct Tightened {
    /// The private key.
    pub path: PathBuf,
    /// The mode it had (12 bits).
    pub from: u32,
    /// The mode it has now.
    pub to: u32,
}

/// Writes all of `files`, or none of them. Two paths that lead to the same file make one file with the last
/// content, as writing one after the other would; it is a private key if one of them is.
///
/// # Errors
/// The first file that failed and why. Nothing has changed then, but for files written straight through and for
/// [`WriteError::NotRestored`].
pub fn write_all(files: &[FileToWrite]) -> Result<Report, WriteError> {
    let plan = Plan::new(files)?;
    let mut report = Report::default();
    let mut staged = Vec::with_capacity(plan.jobs.len());
    for job in plan.jobs {
        staged.push(Replacement::stage(job, &mut report)?);
    }
    sync(&mut staged)?;
    for file in plan.streams {
        write_through(file)?;
    }
    commit(staged, &mut report)?;
    Ok(report)
}

/// A file to be replaced or made.
struct Job<'a> {
    place: Place,
    file: &'a FileToWrite,
    /// What its mode is made from: the first kind named for this place, or a private key's.
    kind: FileKind,
}

/// The set, sorted out; making it changes nothing.
struct Plan<'a> {
    jobs: Vec<Job<'a>>,
    streams: Vec<&'a FileToWrite>,
}

impl<'a> Plan<'a> {
    fn new(files: &'a [FileToWrite]) -> Result<Self, WriteError> {
        let mut plan = Self { jobs: Vec::new(), streams: Vec::new() };
        let mut finder = Finder::default();
        let mut by_place = HashMap::new();
        for file in files {
            let found = finder.find(&file.path);
            match found.map_err(|source| WriteError::Open { path: file.path.clone(), source })? {
                Target::Stream => plan.streams.push(file),
                Target::Place(place) => {
                    let index = *by_place.entry(place.identity()).or_insert(plan.jobs.len());
                    match plan.jobs.get_mut(index) {
                        Some(job) => job.overrule(file),
                        None => plan.jobs.push(Job { place, file, kind: file.kind }),
                    }
                }
            }
        }
        Ok(plan)
    }
}

impl<'a> Job<'a> {
    fn overrule(&mut self, file: &'a FileToWrite) {
        self.file = file;
        if file.kind == FileKind::PrivateKey {
            self.kind = FileKind::PrivateKey;
        }
    }
}

fn write_through(file: &FileToWrite) -> Result<(), WriteError> {
    let mut stream = OpenOptions::new()
        .write(true)
        .truncate(true)
        .open(&file.path)
        .map_err(|source| WriteError::Open { path: file.path.clone(), source })?;
    stream.write_all(&file.contents).map_err(|source| WriteError::Write { path: file.path.clone(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use FileKind::{Certificate, PrivateKey, Public};
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::path::Path;

    fn file(path: impl Into<PathBuf>, kind: FileKind, contents: &str) -> FileToWrite {
        FileToWrite { path: path.into(), contents: contents.as_bytes().to_vec().into(), kind }
    }

    fn put(path: &Path, contents: &str, mode: u32) {
        // The lint is about our output; this is what was there before.
        #[allow(clippy::disallowed_methods)]
        fs::write(path, contents).unwrap();
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().mode() & 0o7777
    }

    fn read(path: &Path) -> String {
        fs::read_to_string(path).unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn refused(files: &[FileToWrite]) -> WriteError {
        write_all(files).unwrap_err()
    }

    #[test]
    fn an_existing_set_is_replaced_and_keeps_its_modes() {
        let dir = tempfile::tempdir().unwrap();
        let [cert, key, csr] = ["a.pem", "a-key.pem", "a.csr"].map(|name| dir.path().join(name));
        put(&cert, "old and longer", 0o600);
        // Root may open a 0400 file for writing; others are refused (tests/output_files.rs).
        put(&key, "old", if rustix::process::geteuid().is_root() { 0o400 } else { 0o600 });
        put(&csr, "old", 0o1666);
        let key_mode = mode(&key);
        let set = [file(&cert, Certificate, "C"), file(&key, PrivateKey, "K"), file(&csr, Public, "R")];
        assert_eq!(write_all(&set).unwrap(), Report::default());
        assert_eq!([read(&cert), read(&key), read(&csr)], ["C", "K", "R"]);
        assert_eq!([mode(&cert), mode(&key), mode(&csr)], [0o600, key_mode, 0o666]);
        assert_eq!(names(dir.path()), ["a-key.pem", "a.csr", "a.pem"]);
    }

    #[test]
    fn a_loose_private_key_is_tightened_and_reported() {
        let dir = tempfile::tempdir().unwrap();
        for (old, new) in [(0o644, 0o600), (0o640, 0o600), (0o700, 0o600), (0o4600, 0o600)] {
            let key = dir.path().join(format!("{old:o}-key.pem"));
            put(&key, "old", old);
            let report = write_all(&[file(&key, PrivateKey, "K")]).unwrap();
            assert_eq!(report.tightened, [Tightened { path: key.clone(), from: old, to: new }]);
            assert_eq!((mode(&key), read(&key).as_str()), (new, "K"));
        }
    }

    #[test]
    fn owner_and_group_are_kept() {
        if !rustix::process::geteuid().is_root() {
            eprintln!("SKIPPED: only root can give files away");
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let cert = dir.path().join("a.pem");
        put(&cert, "old", 0o640);
        std::os::unix::fs::chown(&cert, Some(1234), Some(4321)).unwrap();
        write_all(&[file(&cert, Certificate, "C")]).unwrap();
        let found = fs::metadata(&cert).unwrap();
        assert_eq!((found.uid(), found.gid(), mode(&cert)), (1234, 4321, 0o640));
    }

    #[test]
    fn symbolic_links_stay_and_lead_to_the_new_content() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("real")).unwrap();
        put(&at("real/old.pem"), "old", 0o640);
        symlink("real/old.pem", at("a.pem")).unwrap();
        symlink("a.pem", at("twice.pem")).unwrap();
        symlink("real/new.pem", at("dangling.pem")).unwrap();
        let set = [file(at("twice.pem"), Certificate, "C"), file(at("dangling.pem"), PrivateKey, "D")];
        write_all(&set).unwrap();
        assert_eq!((read(&at("real/old.pem")).as_str(), mode(&at("real/old.pem"))), ("C", 0o640));
        assert_eq!((read(&at("real/new.pem")).as_str(), mode(&at("real/new.pem"))), ("D", 0o600));
        for link in ["a.pem", "twice.pem", "dangling.pem"] {
            assert!(fs::symlink_metadata(at(link)).unwrap().is_symlink());
        }
        assert_eq!(names(&at("real")), ["new.pem", "old.pem"]);
    }

    #[test]
    fn refusals_leave_everything_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        put(&at("good.pem"), "old", 0o644);
        fs::create_dir(at("folder")).unwrap();
        symlink("loop.pem", at("loop.pem")).unwrap();
        symlink("nowhere/x", at("lost.pem")).unwrap();
        let before = names(dir.path());
        let long = "a".repeat(256);
        for (name, reason) in [
            ("folder", "is a directory"),
            ("new/", "is a directory"),
            ("loop.pem", "too many levels of symbolic links"),
            ("nowhere/a.pem", "no such file or directory"),
            ("lost.pem", "no such file or directory"),
            ("good.pem/a.pem", "not a directory"),
            (long.as_str(), "file name too long"),
            ("nul\0", "invalid argument"),
        ] {
            // By hand: joining would lose the closing slash.
            let path = format!("{}/{name}", dir.path().display());
            let error = refused(&[file(at("good.pem"), Certificate, "C"), file(&path, Public, "x")]);
            assert_eq!(error.go_text(), format!("open {path}: {reason}"));
            assert_eq!(error.to_string(), format!("cannot write {path:?}"));
            assert_eq!((read(&at("good.pem")).as_str(), names(dir.path())), ("old", before.clone()));
        }
        assert_eq!(refused(&[file("", Public, "x")]).go_text(), "open : no such file or directory");
    }

    #[test]
    fn the_longest_name_is_fine() {
        let dir = tempfile::tempdir().unwrap();
        let name = "a".repeat(255);
        for contents in ["1", "2"] {
            write_all(&[file(dir.path().join(&name), Public, contents)]).unwrap();
            assert_eq!((read(&dir.path().join(&name)).as_str(), names(dir.path()).len()), (contents, 1));
        }
    }

    #[test]
    fn hard_links_to_a_replaced_file_keep_the_old_content() {
        let dir = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| dir.path().join(name));
        put(&a, "old", 0o644);
        fs::hard_link(&a, &b).unwrap();
        write_all(&[file(&a, Public, "new")]).unwrap();
        assert_eq!([read(&a), read(&b)], ["new", "old"]);
    }

    #[test]
    fn of_two_paths_to_one_file_the_last_wins_and_a_key_stays_a_key() {
        let dir = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| dir.path().join(name));
        symlink("a", &b).unwrap();
        let set =
            [file(&a, Public, "1"), file(dir.path().join("./b"), PrivateKey, "2"), file(&a, Public, "3")];
        write_all(&set).unwrap();
        assert_eq!((read(&b).as_str(), mode(&a)), ("3", 0o600));
    }

    #[test]
    fn what_is_no_regular_file_is_written_straight_through() {
        let dir = tempfile::tempdir().unwrap();
        let [fifo, full, good] = ["fifo", "full", "good"].map(|name| dir.path().join(name));
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let reader = std::thread::spawn({
            let fifo = fifo.clone();
            move || read(&fifo)
        });
        write_all(&[file(&fifo, PrivateKey, "K"), file("/dev/null", Public, "x")]).unwrap();
        assert_eq!(reader.join().unwrap(), "K");

        symlink("/dev/full", &full).unwrap();
        let error = refused(&[file(&good, Public, "x"), file(&full, Public, "x")]);
        assert_eq!(error.go_text(), format!("write {}: no space left on device", full.display()));
        assert!(!good.exists());
        assert_eq!(names(dir.path()), ["fifo", "full"]);
    }

    /// A file that somebody holds open keeps its identity, as `> out` in a shell needs it to.
    #[test]
    fn a_file_behind_a_descriptor_is_not_swapped() {
        use std::os::fd::AsRawFd;
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        put(&out, "old and longer", 0o644);
        let held = fs::File::open(&out).unwrap();
        let path = format!("/proc/self/fd/{}", held.as_raw_fd());
        write_all(&[file(path, Public, "new")]).unwrap();
        assert_eq!(fs::metadata(&out).unwrap().ino(), held.metadata().unwrap().ino());
        assert_eq!(read(&out), "new");
    }

    #[test]
    fn debug_does_not_show_a_key() {
        let text = format!("{:?}", file("k", PrivateKey, "secret"));
        assert_eq!(text, r#"FileToWrite { path: "k", kind: PrivateKey, .. }"#);
    }
}
