//! Files one after the other: those that are named, and those below folders.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

use zeroize::{Zeroize as _, Zeroizing};

use super::file::{self, SourceFile};
use super::{Files, unreadable};
use crate::cli::own::failure::Failure;
use crate::vocab::content::is_telling;

/// What `apply` keeps beside the files, and what is no part of them.
const OURS: &str = ".certwright";
const EARLIER: &str = "previous";
/// The manifest that `apply` takes of a folder.
const MANIFEST: &str = "pki.json";

/// What a reader came upon.
#[derive(Debug)]
pub(in crate::cli) enum Found<'a> {
    /// A file.
    File(SourceFile<'a>),
    /// A file or folder that cannot be read; those that need not be are passed over.
    Unreadable {
        /// Which.
        path: &'a Path,
        /// Why.
        error: &'a io::Error,
        /// It was found in a folder, and not named.
        of_folder: bool,
    },
}

/// Reads files into one buffer.
pub(in crate::cli) struct Reader {
    patience: Duration,
    /// Standard input was read: there is nothing more in it.
    has_read_input: bool,
    /// Files that were read, by device and number: a second name of one in a folder is passed over.
    met: HashSet<(u64, u64)>,
    buffer: Vec<u8>,
}

type Visit<'v> = dyn FnMut(Found<'_>) + 'v;

impl Reader {
    /// A reader that waits so long for somebody to write to a named pipe.
    pub(in crate::cli) fn new(patience: Duration) -> Self {
        Self { patience, has_read_input: false, met: HashSet::new(), buffer: Vec::new() }
    }

    /// Reads a file, or all below a folder.
    pub(in crate::cli) fn read(&mut self, files: Files<'_>, visit: &mut Visit<'_>) {
        match files {
            Files::StandardInput => self.input(visit),
            Files::Folder(folder) => self.folder(folder, false, Keeper::above(folder), visit),
            Files::File(path) => self.file(path, false, Keeper::above(path), visit),
        }
    }

    /// The bytes of one file.
    pub(in crate::cli) fn bytes(&mut self, files: Files<'_>) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let mut bytes = Zeroizing::default();
        let mut result = Ok(());
        self.read(files, &mut |found| match found {
            Found::File(file) => *bytes = file.bytes.to_vec(),
            Found::Unreadable { path, error, .. } => result = Err(unreadable(path, error)),
        });
        result.map(|()| bytes)
    }

    fn input(&mut self, visit: &mut Visit<'_>) {
        let path = Path::new("-");
        let result = match std::mem::replace(&mut self.has_read_input, true) {
            true => Err(io::Error::other("standard input can be read once")),
            false => file::read_input(&mut self.buffer),
        };
        let bytes = self.buffer.as_slice();
        match &result {
            Ok(()) => visit(Found::File(SourceFile {
                path,
                bytes,
                metadata: None,
                of_folder: false,
                managed: false,
                manifest: None,
            })),
            Err(error) => visit(Found::Unreadable { path, error, of_folder: false }),
        }
        self.buffer.zeroize();
    }

    fn folder(&mut self, folder: &Path, of_folder: bool, keeper: Keeper<'_>, visit: &mut Visit<'_>) {
        let entries = fs::read_dir(folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => return visit(Found::Unreadable { path: folder, error: &error, of_folder }),
        };
        let keeper = keeper.or(folder);
        // Links after what they lead to, so that files have their own names in reports.
        let is_link = |entry: &DirEntry| entry.file_type().is_ok_and(|kind| kind.is_symlink());
        entries.sort_by_cached_key(|entry| (is_link(entry), entry.file_name()));
        for entry in entries {
            let name = entry.file_name();
            if is_passed_over(&name) {
                continue;
            }
            // Of the current folder, names are shorter without it.
            let path = if folder == Path::new(".") { name.into() } else { entry.path() };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.folder(&path, true, keeper, visit),
                Ok(kind) if kind.is_file() => self.file(&path, true, keeper, visit),
                Ok(kind) if kind.is_symlink() => self.link(&path, keeper, visit),
                _ => {}
            }
        }
    }

    /// Kubernetes mounts its volumes as links to files; links to folders may lead in a circle.
    fn link(&mut self, path: &Path, keeper: Keeper<'_>, visit: &mut Visit<'_>) {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => self.file(path, true, keeper, visit),
            Ok(_) => {}
            // A link to nowhere is told where its name promises something.
            Err(error) if error.kind() == io::ErrorKind::NotFound && !promises(path) => {}
            Err(error) => visit(Found::Unreadable { path, error: &error, of_folder: true }),
        }
    }

    fn file(&mut self, path: &Path, of_folder: bool, keeper: Keeper<'_>, visit: &mut Visit<'_>) {
        let result = file::read(path, &mut self.buffer, of_folder, self.patience);
        match &result {
            Ok(Some(metadata)) => {
                let is_new = self.met.insert((metadata.dev(), metadata.ino()));
                if is_new || !of_folder {
                    let metadata = Some(metadata).filter(|metadata| metadata.is_file());
                    visit(Found::File(SourceFile {
                        path,
                        bytes: &self.buffer,
                        metadata,
                        of_folder,
                        managed: keeper.managed,
                        manifest: keeper.manifest,
                    }));
                }
            }
            Ok(None) => {}
            Err(error) => visit(Found::Unreadable { path, error, of_folder }),
        }
        // A private key does not stay behind, read or not.
        self.buffer.zeroize();
    }
}

/// What keeps a folder's files.
#[derive(Clone, Copy, Default)]
struct Keeper<'a> {
    /// Something of ours made files in it: `apply`, `issue` or `renew`.
    managed: bool,
    /// The nearest folder above with the manifest of an `apply` that ran.
    manifest: Option<&'a Path>,
}

impl<'a> Keeper<'a> {
    /// By the folders above, as the path is written, which ends at the current folder.
    fn above(path: &'a Path) -> Self {
        let mut above: Vec<_> = path.ancestors().skip(1).collect();
        above.reverse();
        above.into_iter().fold(Self::default(), Self::or)
    }

    fn or(self, folder: &'a Path) -> Self {
        let is_ours = folder.join(OURS).is_dir();
        let manifest = (is_ours && folder.join(MANIFEST).is_file()).then_some(folder);
        Self { managed: self.managed || is_ours, manifest: manifest.or(self.manifest) }
    }
}

/// Hidden files, Kubernetes' `..data` among them, and what lies beside the files that `apply` keeps.
fn is_passed_over(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".") || name == EARLIER
}

fn promises(path: &Path) -> bool {
    path.to_str().is_some_and(is_telling)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_files_and_earlier_generations_are_passed_over() {
        let over = |name: &str| is_passed_over(OsStr::new(name));
        assert!(over(".certwright") && over("..data") && over("previous"));
        assert!(!over("previous.pem") && !over("server.pem"));
    }
}
