//! Files, folders and servers into the material.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::CheckArguments;
use crate::check::Host;
use crate::check::material::{Access, Input, Material, Origin};
use crate::check::role::Role;
use crate::cli::own::failure::Failure;
use crate::cli::sources::{Files, Found, Named, Nothing, Reader, SourceFile};
use crate::key::Password;
use crate::output::files::go_reason;

/// Reads all that the command line names.
pub(super) fn read(arguments: &CheckArguments) -> Result<Material, Failure> {
    let password = arguments.source.password()?;
    let mut material = Material::default();
    let mut reader = Reader::new(arguments.source.timeout);
    for path in &arguments.paths {
        match Named::of(path.as_os_str()) {
            Ok(Named::Server(host, port)) => server(&mut material, arguments, host, port),
            Ok(Named::Files(files)) => {
                let mut add = |found: Found<'_>| add(&mut material, found, password.as_ref(), false);
                reader.read(files, &mut add);
                if let Some(key) = key_beside(arguments, files) {
                    reader.read(Files::File(&key), &mut add);
                }
            }
            Err(nothing) => not_there(&mut material, path, Origin::Named, &nothing),
        }
    }
    if material.files.is_empty() {
        for path in &arguments.paths {
            let (label, fix) = (path.to_string_lossy(), "name other files or folders");
            material.add_unreadable(&label, Origin::Named, "there is nothing in it to check", fix);
        }
    }
    for path in &arguments.trusted {
        trusted(&mut material, &mut reader, password.as_ref(), path)?;
    }
    Ok(material)
}

/// The file in which haproxy looks for the key of a file that was named.
fn key_beside(arguments: &CheckArguments, files: Files<'_>) -> Option<PathBuf> {
    let Files::File(path) = files else { return None };
    let mut key = path.as_os_str().to_owned();
    key.push(".key");
    let key = PathBuf::from(key);
    let is_read = arguments.role == Some(Role::Haproxy) && key.is_file() && !arguments.paths.contains(&key);
    is_read.then_some(key)
}

/// A file of `--ca` has to hold a certificate; one that cannot be read is a finding.
fn trusted(
    material: &mut Material,
    reader: &mut Reader,
    password: Option<&Password>,
    path: &PathBuf,
) -> Result<(), Failure> {
    let named = match Named::of(path.as_os_str()) {
        Ok(named) => named,
        Err(nothing) => {
            not_there(material, path, Origin::Trusted, &nothing);
            return Ok(());
        }
    };
    let files = match named {
        Named::Files(Files::Folder(_)) => {
            return Err(Failure::new(format!("{path:?} is a folder, and --ca needs a file")));
        }
        Named::Server(..) => return Err(Failure::new(format!("{path:?} is no file, and --ca needs one"))),
        Named::Files(files) => files,
    };
    let before = (material.certificates.len(), material.findings());
    reader.read(files, &mut |found| add(material, found, password, true));
    if before == (material.certificates.len(), material.findings()) {
        return Err(Failure::new(format!("{path:?} holds no certificate, and --ca needs one"))
            .with_hint("name the file with the certificate of the authority, not its key or request"));
    }
    Ok(())
}

fn add(material: &mut Material, found: Found<'_>, password: Option<&Password>, is_trusted: bool) {
    match found {
        Found::File(SourceFile { path, bytes, metadata, of_folder, managed, manifest }) => {
            let origin = match (is_trusted, of_folder) {
                (true, _) => Origin::Trusted,
                (false, true) => Origin::Folder,
                (false, false) => Origin::Named,
            };
            // Who may read what everybody trusts is nobody's concern.
            let access = metadata.filter(|_| !is_trusted).map(|metadata| Access {
                mode: metadata.mode() & 0o7777,
                uid: metadata.uid(),
                gid: metadata.gid(),
            });
            let label = &path.to_string_lossy();
            let managed = managed && !is_trusted;
            let manifest = manifest.filter(|_| !is_trusted).map(Path::to_string_lossy);
            let manifest = manifest.as_deref();
            material.add(Input { label, bytes, origin, access, managed, manifest, password });
        }
        Found::Unreadable { path, error, .. } => unreadable(material, path, error, is_trusted),
    }
}

/// What is named and not there is a finding too: what else there is, is checked.
fn not_there(material: &mut Material, path: &Path, origin: Origin, nothing: &Nothing) {
    let advice = nothing.advice.filter(|_| origin == Origin::Named);
    let fix = advice.unwrap_or("name another file, or leave this one out");
    material.add_unreadable(&path.to_string_lossy(), origin, &nothing.reason, fix);
}

fn unreadable(material: &mut Material, path: &Path, error: &std::io::Error, is_trusted: bool) {
    let fix = match error.kind() {
        std::io::ErrorKind::PermissionDenied => "run it as a user who may read it",
        _ => "name another file, or leave this one out",
    };
    let origin = if is_trusted { Origin::Trusted } else { Origin::Named };
    material.add_unreadable(&path.to_string_lossy(), origin, &go_reason(error), fix);
}

fn server(material: &mut Material, arguments: &CheckArguments, host: &str, port: u16) {
    let label = format!("{host}:{port}");
    match arguments.source.fetch(host, port) {
        Ok(chain) => {
            // Whoever asks for a name wants the certificate of that name.
            let asked = arguments.source.server_name().unwrap_or(host);
            material.add_live(&label, asked.parse::<Host>().ok(), &chain);
        }
        Err(error) => {
            let fix = error.hint().unwrap_or_else(|| "start the server, or mend the address".into());
            material.add_unreadable(&label, Origin::Live, &error.to_string(), &fix);
        }
    }
}
