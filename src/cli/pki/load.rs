//! The manifest and the documents it names.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::cli::own::documents::{self, in_file};
use crate::cli::own::failure::Failure;
use crate::cli::{lint, profiles};
use crate::model::config::SigningConfig;
use crate::model::pki::{AuthorityKind, Documents, Pki, odd_host};
use crate::model::request::CertificateRequest;
use crate::wire::csr_request::CsrRequest;
use crate::wire::json::{Located, Merge, Notice, Place};
use crate::wire::manifest::{Manifest, Source};
use crate::wire::signing_config::ConfigFile;

use super::lookups;

/// The manifest's name where only a folder is given.
const MANIFEST: &str = "pki.json";

/// A manifest, its meaning, and where it lies.
pub(super) struct Loaded {
    pub(super) pki: Pki,
    pub(super) path: PathBuf,
    /// What its paths are relative to.
    pub(super) folder: PathBuf,
    /// Every file that is read.
    pub(super) inputs: Vec<PathBuf>,
}

/// Reads a manifest: a file, or `pki.json` of a folder.
pub(super) fn load(argument: Option<&Path>) -> Result<Loaded, Failure> {
    let path = match argument {
        None => PathBuf::from(MANIFEST),
        Some(folder) if folder.is_dir() => folder.join(MANIFEST),
        Some(file) => file.to_owned(),
    };
    let bytes = documents::read(&path).map_err(|failure| match argument {
        None if is_missing(&path) => {
            failure.with_hint("name a manifest, or make one with `certwright init etcd`")
        }
        _ => failure,
    })?;
    let manifest: Manifest = documents::parse(&bytes, path.as_os_str())?;
    drop(bytes);
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let read = RefCell::new(vec![path.clone()]);
    let files = Files { folder: &folder, manifest: &path, read, last: RefCell::default() };
    let pki = Pki::from_document(manifest, &files).map_err(|error| match error {
        LoadError::Manifest(notice) => in_file(path.display(), [notice]),
        LoadError::Elsewhere(failure) => failure,
    })?;
    let mut inputs = files.read.into_inner();
    inputs.extend(named_files(&pki).map(|name| folder.join(name)));
    Ok(Loaded { pki, path, folder, inputs })
}

fn is_missing(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

/// The files that entries name: certificates and keys of authorities that exist, and passwords.
fn named_files(pki: &Pki) -> impl Iterator<Item = &str> {
    let existing = pki.authorities.iter().flat_map(|authority| match &authority.kind {
        AuthorityKind::Existing { certificate, key } => [Some(certificate), key.as_ref()],
        _ => [None, None],
    });
    let rules = pki.authorities.iter().map(|authority| &authority.files);
    let passwords = rules.chain(pki.certificates.iter().map(|entry| &entry.files));
    existing
        .flatten()
        .chain(passwords.map(|files| &files.password_file))
        .map(|name| name.value.as_str())
        .filter(|name| !name.is_empty())
}

/// A fault of the manifest, or of a document it names.
enum LoadError {
    Manifest(Notice),
    Elsewhere(Failure),
}

impl From<Notice> for LoadError {
    fn from(notice: Notice) -> Self {
        Self::Manifest(notice)
    }
}

struct Files<'p> {
    folder: &'p Path,
    manifest: &'p Path,
    read: RefCell<Vec<PathBuf>>,
    /// The request that was read last, and the name it was read by.
    last: RefCell<Option<(String, CertificateRequest)>>,
}

impl Documents for Files<'_> {
    type Error = LoadError;

    fn signing(&self, source: Source<ConfigFile>) -> Result<SigningConfig, LoadError> {
        let (document, name) = self.document(source, "ca-config.json")?;
        documents::signing_config(document, &name).map_err(LoadError::Elsewhere)
    }

    fn request(&self, source: Source<CsrRequest>) -> Result<CertificateRequest, LoadError> {
        let named = match &source {
            Source::Named(name) => Some(name.value.clone()),
            Source::Inline(_) => None,
        };
        // An entry for servers and one for peers often share a request.
        if let Some((last, request)) = &*self.last.borrow()
            && named.as_ref() == Some(last)
        {
            return Ok(request.clone());
        }
        let request = self.read_request(source)?;
        if let Some(name) = named {
            self.last.replace(Some((name, request.clone())));
        }
        Ok(request)
    }

    fn lint(&self, code: &Located<String>) -> Result<&'static str, Notice> {
        lint::parse_code(&code.value).map_err(|advice| {
            Notice::new(&code.place, format!("there is no lint \"{}\"", code.value)).with_hint(advice)
        })
    }
}

impl Files<'_> {
    fn read_request(&self, source: Source<CsrRequest>) -> Result<CertificateRequest, LoadError> {
        let (document, name) = self.document(source, "")?;
        let mut request = documents::request(document, &name).map_err(LoadError::Elsewhere)?;
        request.drop_lone_empty_host();
        // Here, while the file is known that it stands in.
        let at = Place { line: 1, column: 1, path: String::new() };
        let key = request.key.spec().err().map(|error| error.notice(&at));
        let faults: Vec<_> = key.into_iter().chain(request.hosts.iter().filter_map(odd_host)).collect();
        if faults.is_empty() {
            return Ok(request);
        }
        Err(LoadError::Elsewhere(in_file(name.display(), faults)))
    }

    /// The document of a source, and the name of the file it stands in.
    fn document<T: Merge + Default>(
        &self,
        source: Source<T>,
        file_of_profile: &str,
    ) -> Result<(T, std::ffi::OsString), LoadError> {
        let name = match source {
            Source::Inline(document) => return Ok((*document.value, self.manifest.as_os_str().to_owned())),
            Source::Named(name) => name,
        };
        let path = lookups::within(self.folder, &name.value);
        let bytes = match documents::read(&path) {
            Ok(bytes) => bytes,
            Err(failure) => {
                let built_in = built_in(&name.value, file_of_profile).filter(|_| !path.exists());
                let text = built_in.ok_or_else(|| LoadError::Elsewhere(self.unreadable(&name, failure)))?;
                let known = OsStr::new(&name.value);
                let document = documents::parse(text.as_bytes(), known).map_err(LoadError::Elsewhere)?;
                return Ok((document, known.to_owned()));
            }
        };
        let document = documents::parse(&bytes, path.as_os_str()).map_err(LoadError::Elsewhere)?;
        let mut read = self.read.borrow_mut();
        if !read.contains(&path) {
            read.push(path.clone());
        }
        Ok((document, path.into_os_string()))
    }

    fn unreadable(&self, name: &Located<String>, failure: Failure) -> Failure {
        failure
            .within(format!("{}:{}", self.manifest.display(), name.place))
            .with_hint("a path relative to the manifest, or a file that `certwright profiles list` names")
    }
}

/// A file of a built-in profile, by its name or its folder's.
fn built_in(name: &str, file: &str) -> Option<&'static str> {
    profiles::text(name).or_else(|| profiles::text(&format!("{name}/{file}")))
}
