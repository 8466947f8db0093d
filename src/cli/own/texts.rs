//! Folders that are made where they are missing, and public texts in them: what `init` and `man` write.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::output::files::{FileKind, FileToWrite, go_reason, write_all};

use super::failure::Failure;

/// Writes all texts into a folder under their names, or none; the folder is made where it is missing.
pub(in crate::cli) fn write(folder: &Path, texts: &[(&str, &[u8])]) -> Result<(), Failure> {
    let made = make_folder(folder)?;
    let files: Vec<_> = texts
        .iter()
        .map(|(name, text)| FileToWrite {
            path: folder.join(name),
            contents: text.to_vec().into(),
            kind: FileKind::Public,
        })
        .collect();
    match write_all(&files) {
        // Nothing replaced here is private or another user's secret: there is nothing to tell.
        Ok(_) => Ok(()),
        Err(error) => {
            remove_folders(&made);
            Err(error.into())
        }
    }
}

/// Makes a folder and what is missing above it; the folders made, the innermost first.
pub(in crate::cli) fn make_folder(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let is_missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
    let missing: Vec<PathBuf> = folder.ancestors().take_while(is_missing).map(Path::to_owned).collect();
    match fs::create_dir_all(folder) {
        Ok(()) => Ok(missing),
        Err(error) => Err(Failure::new(format!("cannot make the folder {folder:?}: {}", reason(&error)))),
    }
}

/// Removes what was made in vain, while it is empty; a failure to tidy up is no second failure.
pub(in crate::cli) fn remove_folders(made: &[PathBuf]) {
    made.iter().for_each(|folder| drop(fs::remove_dir(folder)));
}

/// `mkdir` says "file exists" of a file in the way, which is no reason a reader would look for.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => "a file has this name".to_owned(),
        _ => go_reason(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_made_in_vain_goes_again() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a/b");
        assert!(write(&folder, &[("missing/x", b"1")]).is_err());
        assert!(!root.path().join("a").exists());
        write(&folder, &[("x", b"1")]).unwrap();
        assert!(write(&folder, &[("missing/x", b"1")]).is_err());
        assert_eq!(fs::read(folder.join("x")).unwrap(), b"1");
    }
}
