//! Files, folders and servers into the material.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

use zeroize::{Zeroize as _, Zeroizing};

use super::CheckArguments;
use crate::check::Host;
use crate::check::material::{Access, Input, Material, Origin};
use crate::cli::export::source::password_of_file;
use crate::cli::own::failure::Failure;
use crate::cli::streams;
use crate::key::Password;
use crate::live;
use crate::output::files::go_reason;

/// How long a server may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Files of a folder that are larger are none of ours.
const LARGEST_IN_FOLDER: u64 = 16 << 20;
/// A named file that is larger is not read.
const LARGEST: u64 = 256 << 20;
/// What `apply` keeps beside the files, and what is no part of them.
const OURS: &str = ".certwright";
const EARLIER: &str = "previous";

/// Reads all that the command line names.
pub(super) fn read(arguments: &CheckArguments) -> Result<Material, Failure> {
    let password = arguments.password_file.as_deref().map(password_of_file).transpose()?;
    let mut reader =
        Reader { material: Material::default(), password, met: HashSet::new(), buffer: Vec::new() };
    for path in &arguments.paths {
        reader.named(path)?;
    }
    for path in &arguments.trusted {
        let metadata = fs::metadata(path).map_err(|error| cannot_read(path, &error))?;
        if metadata.is_dir() {
            return Err(Failure::new(format!("{} is a folder, and --ca needs a file", path.display())));
        }
        reader.file(path, Origin::Trusted, false);
    }
    let Material { files, .. } = &reader.material;
    if !files.iter().any(|file| file.origin != Origin::Trusted) {
        return Err(Failure::new("there is no certificate, key, request or revocation list to check")
            .with_hint("name other files or folders"));
    }
    Ok(reader.material)
}

fn cannot_read(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot read {}: {}", path.display(), go_reason(error)))
}

struct Reader {
    material: Material,
    password: Option<Password>,
    /// Files that were read, by device and number: a second name of one is passed over.
    met: HashSet<(u64, u64)>,
    /// For the bytes of one file after the other.
    buffer: Vec<u8>,
}

impl Reader {
    fn named(&mut self, path: &Path) -> Result<(), Failure> {
        if path.as_os_str() == "-" {
            let bytes = streams::read(path.as_os_str()).map_err(|error| cannot_read(path, &error))?;
            let bytes = Zeroizing::new(bytes);
            self.add("-", &bytes, Origin::Named, None, false);
            return Ok(());
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.folder(path),
            Ok(_) => {
                let managed = path.parent().is_some_and(|folder| folder.join(OURS).is_dir());
                self.file(path, Origin::Named, managed);
            }
            Err(error) => match path.to_str().and_then(live::host_and_port) {
                Some((host, port)) => self.server(host, port),
                None if error.kind() == io::ErrorKind::NotFound => return Err(cannot_read(path, &error)),
                None => self.unreadable(path, &error),
            },
        }
        Ok(())
    }

    fn folder(&mut self, folder: &Path) {
        let entries = fs::read_dir(folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(folder, &error),
        };
        let managed = folder.join(OURS).is_dir();
        // Links after what they lead to, so that files have their own names in reports.
        let is_link = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_symlink());
        entries.sort_by_cached_key(|entry| (is_link(entry), entry.file_name()));
        for entry in entries {
            let name = entry.file_name();
            if is_passed_over(&name) {
                continue;
            }
            // Of the current folder, names are shorter without it.
            let path = if folder == Path::new(".") { name.into() } else { entry.path() };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.folder(&path),
                Ok(kind) if kind.is_file() => self.file(&path, Origin::Folder, managed),
                // Kubernetes mounts its volumes as links to files; links to folders may lead in a circle.
                Ok(kind) if kind.is_symlink() => match fs::metadata(&path) {
                    Ok(metadata) if metadata.is_file() => self.file(&path, Origin::Folder, managed),
                    _ => {}
                },
                _ => {}
            }
        }
    }

    fn file(&mut self, path: &Path, origin: Origin, managed: bool) {
        let mut buffer = std::mem::take(&mut self.buffer);
        let opened = read_into(path, &mut buffer, origin);
        match opened {
            Ok(Some(metadata)) => {
                let is_new = self.met.insert((metadata.dev(), metadata.ino()));
                if is_new || origin != Origin::Folder {
                    let access =
                        Access { mode: metadata.mode() & 0o7777, uid: metadata.uid(), gid: metadata.gid() };
                    let label = path.to_string_lossy();
                    self.add(&label, &buffer, origin, metadata.is_file().then_some(access), managed);
                }
            }
            Ok(None) => {}
            Err(error) => self.unreadable(path, &error),
        }
        // A private key does not stay behind, read or not.
        buffer.zeroize();
        self.buffer = buffer;
    }

    fn add(&mut self, label: &str, bytes: &[u8], origin: Origin, access: Option<Access>, managed: bool) {
        // Who may read what everybody trusts is nobody's concern.
        let access = access.filter(|_| origin != Origin::Trusted);
        let password = self.password.as_ref();
        self.material.add(Input { label, bytes, origin, access, managed, password });
    }

    fn server(&mut self, host: &str, port: u16) {
        let label = format!("{host}:{port}");
        match live::fetch(host, port, None, PATIENCE) {
            Ok(chain) => self.material.add_live(&label, host.parse::<Host>().ok(), &chain),
            Err(error) => {
                let fix = error.hint().unwrap_or_else(|| "start the server, or mend the address".into());
                self.material.add_unreadable(&label, Origin::Live, &error.to_string(), &fix);
            }
        }
    }

    fn unreadable(&mut self, path: &Path, error: &io::Error) {
        let fix = match error.kind() {
            io::ErrorKind::PermissionDenied => "run it as a user who may read it",
            _ => "name another file, or leave this one out",
        };
        self.material.add_unreadable(&path.to_string_lossy(), Origin::Named, &go_reason(error), fix);
    }
}

/// Hidden files, Kubernetes' `..data` among them, and what lies beside the files that `apply` keeps.
fn is_passed_over(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".") || name == EARLIER
}

/// Reads a file, and who may do what with it; nothing of one that is no file of ours.
fn read_into(path: &Path, buffer: &mut Vec<u8>, origin: Origin) -> io::Result<Option<Metadata>> {
    buffer.clear();
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if origin == Origin::Folder && (!metadata.is_file() || metadata.len() > LARGEST_IN_FOLDER) {
        return Ok(None);
    }
    if metadata.len() > LARGEST {
        return Err(io::Error::other("it is too large"));
    }
    let length = usize::try_from(metadata.len()).unwrap_or_default();
    if !metadata.is_file() || length == 0 {
        file.take(LARGEST).read_to_end(buffer)?;
        return Ok(Some(metadata));
    }
    // One call for the whole; whoever writes to it meanwhile gets what was there.
    buffer.resize(length, 0);
    let mut read = 0;
    while read < length {
        match file.read(&mut buffer[read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    buffer.truncate(read);
    Ok(Some(metadata))
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
