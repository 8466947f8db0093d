//! Where documents come from: files, folders, standard input, servers.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::cli::clock::{now, parse_time};
use crate::cli::export::source::{password_of_file, password_of_variable};
use crate::cli::own::failure::Failure;
use crate::cli::streams;
use crate::formats::pkcs12::{self, Pkcs12Error};
use crate::inspect::look::{Content, Document, Reading, damaged, numbered, private_key, read};
use crate::key::Password;
use crate::live::{self, Endpoint, StartTls};
use crate::output::files::go_reason;
use crate::vocab::duration::GoDuration;
use crate::vocab::quote::printable;

/// Files of a folder that are larger hold no certificates.
const LARGEST_FILE: u64 = 16 << 20;

/// Endings by which a file of a folder promises to hold something.
const ENDINGS: [&str; 10] = ["pem", "crt", "cer", "der", "key", "csr", "crl", "p12", "pfx", "req"];

/// Flags of `inspect` and `diff`.
#[derive(Args, Debug)]
pub(in crate::cli) struct SourceArguments {
    /// The file with the password of encrypted keys and PKCS#12 files
    #[arg(long, value_name = "FILE", conflicts_with = "password_env")]
    password_file: Option<PathBuf>,
    /// The environment variable with the password of encrypted keys and PKCS#12 files
    #[arg(long, value_name = "VARIABLE")]
    password_env: Option<OsString>,
    /// The name to ask a server for (SNI) [default: the host; an empty name asks for none]
    #[arg(long, value_name = "NAME")]
    server_name: Option<String>,
    /// What to speak to a server before TLS
    #[arg(long, value_name = "PROTOCOL", value_parser = starttls_parser())]
    starttls: Option<StartTls>,
    /// How long to wait for a server
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = timeout)]
    timeout: Duration,
    /// Take this for the present time, such as 2030-01-02T15:04:05Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<OffsetDateTime>,
}

fn starttls_parser() -> impl TypedValueParser<Value = StartTls> {
    PossibleValuesParser::new(StartTls::ALL.map(StartTls::word))
        .try_map(|word| StartTls::from_word(&word).ok_or("unknown"))
}

fn timeout(text: &str) -> Result<Duration, String> {
    let wrong = || "a time is needed, such as 10s".to_owned();
    let nanoseconds = GoDuration::parse(text).map_err(|_| wrong())?.nanoseconds();
    u64::try_from(nanoseconds).ok().filter(|time| *time > 0).map(Duration::from_nanos).ok_or_else(wrong)
}

impl SourceArguments {
    /// The password, if one is named.
    pub(in crate::cli) fn password(&self) -> Result<Option<Password>, Failure> {
        match (&self.password_file, &self.password_env) {
            (Some(path), _) => password_of_file(path).map(Some),
            (None, Some(variable)) => password_of_variable(variable).map(Some),
            (None, None) => Ok(None),
        }
    }
}

/// Reads what arguments name.
pub(in crate::cli) struct Sources<'a> {
    arguments: &'a SourceArguments,
    reading: Reading<'a>,
}

impl<'a> Sources<'a> {
    pub(in crate::cli) fn new(arguments: &'a SourceArguments, password: Option<&'a Password>) -> Self {
        let now = now(arguments.at);
        Self { arguments, reading: Reading { now, password } }
    }

    /// All documents of an argument: a folder's, a file's, or a server's.
    pub(in crate::cli) fn documents(&self, what: &OsStr) -> Result<Vec<Document>, Failure> {
        let path = Path::new(what);
        if what == "-" {
            return self.file(path);
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.folder(path),
            Ok(_) => self.file(path),
            Err(error) => match what.to_str().and_then(live::host_and_port) {
                Some((host, port)) => self.server(host, port),
                None => Err(unreadable(path, &error)),
            },
        }
    }

    /// A file that was named has to hold something.
    fn file(&self, path: &Path) -> Result<Vec<Document>, Failure> {
        let bytes = self.bytes(path)?;
        let name = path.display().to_string();
        let found = self.contents(&bytes, &name);
        if found.is_empty() {
            return Err(Failure::new(format!("{path:?} holds no certificate, request, key or CRL"))
                .with_hint("PEM, DER and PKCS#12 are read"));
        }
        Ok(found)
    }

    /// The bytes of a file.
    pub(in crate::cli) fn bytes(&self, path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
        streams::read(path.as_os_str()).map(Zeroizing::new).map_err(|error| unreadable(path, &error))
    }

    /// The documents in a file's bytes.
    pub(in crate::cli) fn contents(&self, bytes: &[u8], name: &str) -> Vec<Document> {
        match pkcs12::is_pkcs12(bytes) {
            true => numbered(name, self.pkcs12(bytes)),
            false => read(bytes, name, self.reading),
        }
    }

    fn pkcs12(&self, bytes: &[u8]) -> Vec<(Option<String>, Content)> {
        let bags = match pkcs12::bags(bytes, self.reading.password) {
            Ok(bags) => bags,
            Err(Pkcs12Error::Encrypted) => return vec![(None, Content::EncryptedPkcs12)],
            Err(error) => return vec![(None, damaged("PKCS#12 file", error.to_string()))],
        };
        let certificates =
            bags.certificates.into_iter().map(|(alias, der)| (alias, self.reading.certificate(&der, false)));
        let keys = bags.keys.into_iter().map(|(alias, key)| {
            let key = key.map(|key| private_key(&key, self.reading.password.is_some()));
            (alias, key.unwrap_or_else(|error| damaged("private key", error.to_string())))
        });
        certificates.chain(keys).collect()
    }

    /// Everything below a folder, by name.
    fn folder(&self, folder: &Path) -> Result<Vec<Document>, Failure> {
        let mut found = Vec::new();
        let mut waiting = vec![folder.to_owned()];
        while let Some(folder) = waiting.pop() {
            let mut folders = Vec::new();
            for path in entries(&folder)? {
                match Entry::of(&path) {
                    Entry::Folder => folders.push(path),
                    Entry::File => found.extend(self.file_of_folder(&path)),
                    Entry::PassedOver => {}
                }
            }
            waiting.extend(folders.into_iter().rev());
        }
        if found.is_empty() {
            return Err(Failure::new(format!("{folder:?} holds no certificate, request, key or CRL")));
        }
        Ok(found)
    }

    /// A file of a folder has to hold something if its name says so.
    fn file_of_folder(&self, path: &Path) -> Vec<Document> {
        let promises =
            path.extension().and_then(OsStr::to_str).is_some_and(|ending| ENDINGS.contains(&ending));
        let name = path.display().to_string();
        let broken = |error: String| match promises {
            true => numbered(&name, vec![(None, damaged("file", error))]),
            false => Vec::new(),
        };
        let bytes = match fs::read(path) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) => return broken(go_reason(&error)),
        };
        let mut found = self.contents(&bytes, &name);
        if !promises {
            // Any file that starts with the digit 0 looks like DER.
            found.retain(|document| !matches!(document.content, Content::Damaged { .. }));
        }
        match found.is_empty() {
            true if bytes.is_empty() => broken("it is empty".to_owned()),
            true => broken("it holds no certificate, request, key or CRL".to_owned()),
            false => found,
        }
    }

    fn server(&self, host: &str, port: u16) -> Result<Vec<Document>, Failure> {
        let SourceArguments { server_name, starttls, timeout, .. } = self.arguments;
        let endpoint = Endpoint { host, port, server_name: server_name.as_deref(), starttls: *starttls };
        let chain = live::fetch_from(&endpoint, *timeout).map_err(|error| {
            let (message, server) = (error.to_string(), format!("{host}:{port}"));
            let failure = Failure::new(match message.strip_prefix(&server) {
                Some(_) => message,
                None => format!("{}: {message}", printable(&server)),
            });
            match error.hint() {
                Some(hint) => failure.with_hint(hint),
                None => failure,
            }
        })?;
        let certificates = chain.iter().map(|der| (None, self.reading.certificate(der, false)));
        Ok(numbered(&format!("{host}:{port}"), certificates.collect()))
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let failure = Failure::new(format!("cannot read {path:?}: {}", go_reason(error)));
    let could_be_a_host = path.to_str().is_some_and(|text| !text.is_empty() && !text.contains('/'));
    match error.kind() {
        io::ErrorKind::NotFound if could_be_a_host => {
            failure.with_hint("a server is written with its port, such as example.com:443 or [::1]:443")
        }
        _ => failure,
    }
}

/// The entries of a folder, sorted.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let read = || fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>();
    let mut paths = read().map_err(|error| unreadable(folder, &error))?;
    paths.sort();
    Ok(paths)
}

/// What is done with an entry of a folder.
enum Entry {
    File,
    Folder,
    PassedOver,
}

impl Entry {
    fn of(path: &Path) -> Self {
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        if name.starts_with('.') {
            return Self::PassedOver;
        }
        // A link to a folder may lead in a circle, or out of the folder that was named.
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() && (is_link || name == "previous") => Self::PassedOver,
            Ok(metadata) if metadata.is_dir() => Self::Folder,
            Ok(metadata) if metadata.is_file() && metadata.len() <= LARGEST_FILE => Self::File,
            Ok(_) => Self::PassedOver,
            // A link to nowhere is told where the name promises something.
            Err(_) => Self::File,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_have_numeric_ports() {
        for (text, expected) in [
            ("example.com:443", Some(("example.com", 443))),
            ("10.0.0.1:6443", Some(("10.0.0.1", 6443))),
            ("[::1]:443", Some(("[::1]", 443))),
            ("::1:443", None),
            ("example.com", None),
            ("example.com:https", None),
            ("example.com:+443", None),
            ("example.com:0", None),
            ("example.com:65536", None),
            ("example.com:", None),
            (":443", None),
            ("a/b:443", None),
            ("https://example.com:443", None),
        ] {
            assert_eq!(live::host_and_port(text), expected, "{text}");
        }
    }
}
