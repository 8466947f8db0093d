//! Why a set of files could not be written.

use rustix::io::Errno;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Why [`write_all`](super::write_all) wrote nothing. The path is as the caller gave it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The file cannot be opened or made; nothing was changed.
    #[error("cannot write {path:?}")]
    Open {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file itself could be written, but its folder does not let it be replaced; nothing was changed.
    #[error("cannot write {path:?}: it can only be replaced as a whole, and its folder does not allow that")]
    Folder {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The bytes did not all get to the disk; nothing was changed.
    #[error("cannot write {path:?}")]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The finished file could not be put in place; what was replaced before it is back.
    #[error("cannot replace {path:?}")]
    Replace {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Putting a set in place failed midway, and so did putting back this file of it.
    #[error("cannot restore {path:?} after a failure{}", where_is(.backup.as_deref()))]
    NotRestored {
        /// The file that now has its new content.
        path: PathBuf,
        /// Where its old content is, if it existed.
        backup: Option<PathBuf>,
        /// The failure that came first.
        #[source]
        cause: Box<WriteError>,
    },
}

impl WriteError {
    /// The file the error is about, as the caller gave it.
    pub fn path(&self) -> &Path {
        match self {
            Self::Open { path, .. }
            | Self::Folder { path, .. }
            | Self::Write { path, .. }
            | Self::Replace { path, .. }
            | Self::NotRestored { path, .. } => path,
        }
    }

    /// The system's reason; of the first failure, if there were two.
    pub fn reason(&self) -> &io::Error {
        match self {
            Self::Open { source, .. }
            | Self::Folder { source, .. }
            | Self::Write { source, .. }
            | Self::Replace { source, .. } => source,
            Self::NotRestored { cause, .. } => cause.reason(),
        }
    }

    /// The words Go's `os.WriteFile` has for it, for programs that stand in for cfssl:
    /// `open X: no such file or directory`.
    pub fn go_text(&self) -> String {
        let operation = match self {
            Self::Open { .. } | Self::Folder { .. } => "open",
            Self::Write { .. } => "write",
            Self::Replace { .. } | Self::NotRestored { .. } => "rename",
        };
        format!("{operation} {}: {}", self.path().display(), go_reason(self.reason()))
    }

    /// What to do about it, if that is known.
    pub fn hint(&self) -> Option<String> {
        if let Self::Folder { .. } = self {
            return Some(format!("make the folder {:?} writable, or write to another one", self.folder()));
        }
        let errno = Errno::from_io_error(self.reason())?;
        Some(match errno {
            Errno::NOENT | Errno::NOTDIR => {
                format!("folders are not made: {:?} must exist", self.folder())
            }
            Errno::ISDIR => "a folder has this name: remove it or choose another name".to_owned(),
            Errno::NOSPC | Errno::DQUOT => "free some space and run it again".to_owned(),
            Errno::ROFS => "the file system is mounted read-only: write to another one".to_owned(),
            Errno::NAMETOOLONG => "choose a shorter name".to_owned(),
            Errno::LOOP => "the symbolic links lead in a circle: remove one of them".to_owned(),
            Errno::TXTBSY => "a running program has this name: choose another one".to_owned(),
            Errno::BUSY => "the file is a mount point: mount its folder instead".to_owned(),
            Errno::ACCESS | Errno::PERM => {
                "check the owner and mode of the file and of its folder".to_owned()
            }
            _ => return None,
        })
    }

    /// The folder of the file, or of what links lead to.
    fn folder(&self) -> PathBuf {
        let mut path = self.path().to_owned();
        // As many as Linux follows.
        for _ in 0..40 {
            let Ok(target) = fs::read_link(&path) else { break };
            path = path.parent().unwrap_or(Path::new("")).join(target);
        }
        match path.parent() {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            _ => PathBuf::from("."),
        }
    }
}

fn where_is(backup: Option<&Path>) -> String {
    backup.map_or_else(String::new, |path| format!("; its old content is in {path:?}"))
}

/// Go's words for what not all C libraries put into the same ones.
const GO_WORDS: [(Errno, &str); 12] = [
    (Errno::BUSY, "device or resource busy"),
    (Errno::DQUOT, "disk quota exceeded"),
    (Errno::IO, "input/output error"),
    (Errno::LOOP, "too many levels of symbolic links"),
    (Errno::MFILE, "too many open files"),
    (Errno::NAMETOOLONG, "file name too long"),
    (Errno::NFILE, "too many open files in system"),
    (Errno::NOMEM, "cannot allocate memory"),
    (Errno::NOTSUP, "operation not supported"),
    (Errno::OVERFLOW, "value too large for defined data type"),
    (Errno::XDEV, "invalid cross-device link"),
    (Errno::DOTDOT, "RFS specific error"),
];

/// The system's reason in Go's words, which are GNU's C library's with a small first letter.
pub fn go_reason(error: &io::Error) -> String {
    if error.raw_os_error().is_none() && error.kind() == io::ErrorKind::InvalidInput {
        // A NUL byte in a path: refused before the system sees it, by Go as by Rust.
        return "invalid argument".to_owned();
    }
    let errno = Errno::from_io_error(error);
    if let Some((_, words)) = GO_WORDS.iter().find(|(known, _)| Some(*known) == errno) {
        return (*words).to_owned();
    }
    let text = error.to_string();
    let text = text.split(" (os error ").next().unwrap_or_default();
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            format!("{}{}", first.to_lowercase(), &text[first.len_utf8()..])
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(errno: Errno) -> WriteError {
        WriteError::Open { path: "out/server-key.pem".into(), source: errno.into() }
    }

    #[test]
    fn texts_are_exact() {
        let path = PathBuf::from("server\n-key.pem");
        let source = || Errno::ACCESS.into();
        let text = |error: WriteError| error.to_string();
        let open = WriteError::Open { path: path.clone(), source: source() };
        assert_eq!(text(open), r#"cannot write "server\n-key.pem""#);
        let write = WriteError::Write { path: path.clone(), source: source() };
        assert_eq!(text(write), r#"cannot write "server\n-key.pem""#);
        let folder = WriteError::Folder { path: path.clone(), source: source() };
        assert_eq!(
            text(folder),
            r#"cannot write "server\n-key.pem": it can only be replaced as a whole, and its folder does not allow that"#
        );
        let replace = || WriteError::Replace { path: path.clone(), source: source() };
        assert_eq!(text(replace()), r#"cannot replace "server\n-key.pem""#);
        let lost = WriteError::NotRestored { path: "a".into(), backup: None, cause: Box::new(replace()) };
        assert_eq!(text(lost), r#"cannot restore "a" after a failure"#);
        let lost = WriteError::NotRestored {
            path: "a".into(),
            backup: Some("b".into()),
            cause: Box::new(replace()),
        };
        assert_eq!(lost.to_string(), r#"cannot restore "a" after a failure; its old content is in "b""#);
        assert_eq!(lost.go_text(), "rename a: permission denied");
    }

    /// Every text is what Go's `syscall.Errno.Error` prints on Linux.
    #[test]
    fn reasons_are_in_go_s_words() {
        for (errno, text) in [
            (Errno::ACCESS, "permission denied"),
            (Errno::BUSY, "device or resource busy"),
            (Errno::DQUOT, "disk quota exceeded"),
            (Errno::EXIST, "file exists"),
            (Errno::FBIG, "file too large"),
            (Errno::IO, "input/output error"),
            (Errno::ISDIR, "is a directory"),
            (Errno::LOOP, "too many levels of symbolic links"),
            (Errno::MFILE, "too many open files"),
            (Errno::NAMETOOLONG, "file name too long"),
            (Errno::NOENT, "no such file or directory"),
            (Errno::NOSPC, "no space left on device"),
            (Errno::NOTDIR, "not a directory"),
            (Errno::NXIO, "no such device or address"),
            (Errno::PERM, "operation not permitted"),
            (Errno::ROFS, "read-only file system"),
            (Errno::TXTBSY, "text file busy"),
            (Errno::XDEV, "invalid cross-device link"),
            (Errno::DOTDOT, "RFS specific error"),
        ] {
            assert_eq!(open(errno).go_text(), format!("open out/server-key.pem: {text}"));
        }
        let nul = std::fs::metadata("a\0b").unwrap_err();
        assert_eq!(go_reason(&nul), "invalid argument");
    }

    #[test]
    fn hints_are_exact() {
        for (errno, hint) in [
            (Errno::NOENT, r#"folders are not made: "out" must exist"#),
            (Errno::NOTDIR, r#"folders are not made: "out" must exist"#),
            (Errno::ISDIR, "a folder has this name: remove it or choose another name"),
            (Errno::NOSPC, "free some space and run it again"),
            (Errno::DQUOT, "free some space and run it again"),
            (Errno::ROFS, "the file system is mounted read-only: write to another one"),
            (Errno::NAMETOOLONG, "choose a shorter name"),
            (Errno::LOOP, "the symbolic links lead in a circle: remove one of them"),
            (Errno::TXTBSY, "a running program has this name: choose another one"),
            (Errno::BUSY, "the file is a mount point: mount its folder instead"),
            (Errno::ACCESS, "check the owner and mode of the file and of its folder"),
            (Errno::PERM, "check the owner and mode of the file and of its folder"),
        ] {
            assert_eq!(open(errno).hint().as_deref(), Some(hint));
        }
        let root = tempfile::tempdir().unwrap();
        let link = root.path().join("link");
        std::os::unix::fs::symlink("nowhere/x", &link).unwrap();
        let missing = root.path().join("nowhere");
        assert_eq!(
            WriteError::Open { path: link, source: Errno::NOENT.into() }.hint(),
            Some(format!("folders are not made: {missing:?} must exist"))
        );
        assert_eq!(open(Errno::IO).hint(), None);
        let folder = WriteError::Folder { path: "a".into(), source: Errno::ACCESS.into() };
        assert_eq!(
            folder.hint().as_deref(),
            Some(r#"make the folder "." writable, or write to another one"#)
        );
    }
}
