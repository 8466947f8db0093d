//! The documents that files, folders and servers hold.

use std::ffi::OsStr;
use std::path::Path;

use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::cli::own::failure::Failure;
use crate::cli::sources::{Files, Found, Named, Reader, SourceArguments, SourceFile, foreign, unreadable};
use crate::formats::pkcs12::{self, Pkcs12Error};
use crate::inspect::look::{
    Content, Document, Reading, damaged, numbered, private_key, read, unreadable as not_readable,
};
use crate::key::Password;
use crate::live::LiveError;
use crate::output::files::go_reason;
use crate::vocab::content::{self, is_telling};
use crate::vocab::quote::printable;

/// Reads what arguments name.
pub(in crate::cli) struct Documents<'a> {
    arguments: &'a SourceArguments,
    reading: Reading<'a>,
    reader: Reader,
}

impl<'a> Documents<'a> {
    pub(in crate::cli) fn new(
        arguments: &'a SourceArguments,
        now: OffsetDateTime,
        password: Option<&'a Password>,
    ) -> Self {
        let reader = Reader::new(arguments.timeout);
        Self { arguments, reading: Reading { now, password }, reader }
    }

    /// All documents of an argument: a folder's, a file's, or a server's.
    pub(in crate::cli) fn of(&mut self, what: &OsStr) -> Result<Vec<Document>, Failure> {
        match Named::of(what)? {
            Named::Server(host, port) => self.server(host, port),
            Named::Files(Files::Folder(folder)) => self.folder(folder),
            Named::Files(files) => {
                let bytes = self.bytes(files)?;
                let found = self.contents(&bytes, &Path::new(what).display().to_string());
                if found.is_empty() { Err(holds_nothing(Path::new(what), &bytes)) } else { Ok(found) }
            }
        }
    }

    /// The bytes of a file.
    pub(in crate::cli) fn bytes(&mut self, files: Files<'_>) -> Result<Zeroizing<Vec<u8>>, Failure> {
        self.reader.bytes(files)
    }

    /// The documents in a file's bytes.
    pub(in crate::cli) fn contents(&self, bytes: &[u8], name: &str) -> Vec<Document> {
        contents(self.reading, bytes, name)
    }

    /// Everything below a folder, by name.
    fn folder(&mut self, folder: &Path) -> Result<Vec<Document>, Failure> {
        let (mut documents, mut failure) = (Vec::new(), None);
        let reading = self.reading;
        self.reader.read(Files::Folder(folder), &mut |found| match found {
            Found::File(file) => documents.extend(file_of_folder(reading, file)),
            Found::Unreadable { path, error, of_folder: false } => failure = Some(unreadable(path, error)),
            Found::Unreadable { path, error, of_folder: true } => {
                let what = if path.is_dir() { "folder" } else { "file" };
                let content = not_readable(what, go_reason(error));
                documents.extend(numbered(&path.display().to_string(), vec![(None, content)]));
            }
        });
        match failure {
            Some(failure) => Err(failure),
            None if documents.is_empty() => {
                Err(Failure::new(format!("{folder:?} holds no certificate, request, key or CRL")))
            }
            None => Ok(documents),
        }
    }

    pub(in crate::cli) fn server(&self, host: &str, port: u16) -> Result<Vec<Document>, Failure> {
        let chain = self.arguments.fetch(host, port).map_err(|error| of_server(host, port, &error))?;
        let certificates = chain.iter().map(|der| (None, self.reading.certificate(der, false)));
        Ok(numbered(&format!("{host}:{port}"), certificates.collect()))
    }
}

fn holds_nothing(path: &Path, bytes: &[u8]) -> Failure {
    foreign(path, bytes).unwrap_or_else(|| {
        Failure::new(format!("{path:?} holds no certificate, request, key or CRL"))
            .with_hint("PEM, DER and PKCS#12 are read")
    })
}

fn of_server(host: &str, port: u16, error: &LiveError) -> Failure {
    let (message, server) = (error.to_string(), format!("{host}:{port}"));
    let failure = Failure::new(match message.strip_prefix(&server) {
        Some(_) => message,
        None => format!("{}: {message}", printable(&server)),
    });
    match error.hint() {
        Some(hint) => failure.with_hint(hint),
        None => failure,
    }
}

fn contents(reading: Reading<'_>, bytes: &[u8], name: &str) -> Vec<Document> {
    match pkcs12::is_pkcs12(bytes) {
        true => numbered(name, of_pkcs12(reading, bytes)),
        false => read(bytes, name, reading),
    }
}

fn of_pkcs12(reading: Reading<'_>, bytes: &[u8]) -> Vec<(Option<String>, Content)> {
    let bags = match pkcs12::bags(bytes, reading.password) {
        Ok(bags) => bags,
        Err(Pkcs12Error::Encrypted) => return vec![(None, Content::EncryptedPkcs12)],
        Err(error @ Pkcs12Error::WrongPassword) => {
            return vec![(None, not_readable("PKCS#12 file", error.to_string()))];
        }
        Err(error) => return vec![(None, damaged("PKCS#12 file", error.to_string()))],
    };
    let certificates =
        bags.certificates.into_iter().map(|(alias, der)| (alias, reading.certificate(&der, false)));
    let keys = bags.keys.into_iter().map(|(alias, key)| {
        let key = key.map(|key| private_key(&key, reading.password.is_some()));
        (alias, key.unwrap_or_else(|error| damaged("private key", error.to_string())))
    });
    certificates.chain(keys).collect()
}

/// A file of a folder has to hold something if its name says so.
fn file_of_folder(reading: Reading<'_>, file: SourceFile<'_>) -> Vec<Document> {
    let name = file.path.display().to_string();
    let promises = is_telling(&name);
    let mut found = contents(reading, file.bytes, &name);
    if !promises {
        // Any file that starts with the digit 0 looks like DER.
        found.retain(|document| !matches!(document.content, Content::Damaged { .. }));
    }
    if !promises || !found.is_empty() {
        return found;
    }
    let error = match (file.bytes, content::foreign(file.bytes)) {
        ([], _) => "it is empty",
        (_, Some((what, _))) => what,
        _ => "it holds no certificate, request, key or CRL",
    };
    numbered(&name, vec![(None, damaged("file", error))])
}
