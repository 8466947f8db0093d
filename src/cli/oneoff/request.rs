//! What is asked for: a CSR JSON, a request from elsewhere, or flags alone.

use std::path::Path;

use clap::ValueEnum;

use crate::cli::own::documents;
use crate::cli::own::failure::Failure;
use crate::issue::csr::CertificateSigningRequest;
use crate::key::PublicKey;
use crate::model::request::{CertificateRequest, KeyRequest};
use crate::vocab::algorithm::KeySpec;
use crate::vocab::san::{SubjectAltNames, oddity};
use crate::vocab::{oid, pem};
use crate::wire::csr_request::{CsrRequest, Key};
use crate::wire::json::{Located, Notice, Place};

/// A kind of key to generate.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum KeyChoice {
    P256,
    P384,
    P521,
    Ed25519,
    Rsa2048,
    Rsa3072,
    Rsa4096,
}

impl KeyChoice {
    fn request(self) -> KeyRequest {
        let (algo, size) = match self {
            Self::P256 => ("ecdsa", 256),
            Self::P384 => ("ecdsa", 384),
            Self::P521 => ("ecdsa", 521),
            Self::Ed25519 => ("ed25519", 0),
            Self::Rsa2048 => ("rsa", 2048),
            Self::Rsa3072 => ("rsa", 3072),
            Self::Rsa4096 => ("rsa", 4096),
        };
        let key = Key { algo: Located { value: algo.into(), ..Located::default() }, size: located(size) };
        KeyRequest::from_document(located(key))
    }
}

fn located<T>(value: T) -> Located<T> {
    Located { value, place: Place::default() }
}

/// What is asked for, and where it was written.
pub(super) struct Asked {
    pub(super) request: CertificateRequest,
    /// The file it came from, for messages; `None` for flags alone.
    pub(super) file: Option<String>,
    /// The key of a request from elsewhere.
    pub(super) external: Option<PublicKey>,
    /// The names a request from elsewhere asks for.
    names: SubjectAltNames,
}

/// What flags put in place of what is written.
pub(super) struct Flags<'a> {
    pub(super) cn: Option<&'a str>,
    pub(super) hosts: &'a [String],
    pub(super) key: Option<KeyChoice>,
}

impl Asked {
    /// Reads what is asked for; nothing but flags is an empty request.
    pub(super) fn read(json: Option<&Path>, csr: Option<&Path>, flags: &Flags<'_>) -> Result<Self, Failure> {
        let mut asked = match (json, csr) {
            (Some(path), _) => Self::of_json(path)?,
            (None, Some(path)) => Self::of_csr(path)?,
            (None, None) => Self::of(CertificateRequest::default(), None),
        };
        asked.apply(flags);
        Ok(asked)
    }

    fn of(request: CertificateRequest, file: Option<String>) -> Self {
        Self { request, file, external: None, names: SubjectAltNames::default() }
    }

    fn of_json(path: &Path) -> Result<Self, Failure> {
        let bytes = documents::read(path)?;
        let name = if path.as_os_str() == "-" { "standard input".as_ref() } else { path.as_os_str() };
        let document: CsrRequest = documents::parse(&bytes, name)?;
        let mut request = documents::request(document, name)?;
        request.drop_lone_empty_host();
        Ok(Self::of(request, Some(name.display().to_string())))
    }

    fn of_csr(path: &Path) -> Result<Self, Failure> {
        let bytes = documents::read(path)?;
        let csr = CertificateSigningRequest::from_pem(&bytes)
            .map_err(|error| Failure::from(error).within(path.display()))?;
        if pem::decode(&bytes).is_some_and(|(_, rest)| CertificateSigningRequest::from_pem(rest).is_ok()) {
            return Err(Failure::new(format!("{} holds several requests", path.display()))
                .with_hint("put each into a file of its own, and issue them one by one"));
        }
        let mut request = CertificateRequest::default();
        request.subject = csr.subject().clone();
        // The names are among them.
        request.extensions = csr.extensions().to_vec();
        Ok(Self {
            external: Some(csr.public_key().clone()),
            names: csr.subject_alt_names().clone(),
            ..Self::of(request, Some(path.display().to_string()))
        })
    }

    fn apply(&mut self, flags: &Flags<'_>) {
        if let Some(cn) = flags.cn {
            self.request.set_common_name(cn);
        }
        if !flags.hosts.is_empty() {
            self.request.extensions.retain(|extension| extension.oid != oid::SUBJECT_ALT_NAME);
            self.names = SubjectAltNames::default();
            self.request.set_hosts(flags.hosts.iter().cloned());
        }
        if let Some(key) = flags.key {
            self.request.key = key.request();
        }
    }

    /// The request's own basic constraints make way for what the profile says.
    pub(super) fn drop_basic_constraints(&mut self) {
        self.request.extensions.retain(|extension| extension.oid != oid::BASIC_CONSTRAINTS);
    }

    /// Whether it names anything a client could look for.
    pub(super) fn has_hosts(&self) -> bool {
        !self.request.hosts.is_empty()
            || !self.names.is_empty()
            || self.request.extensions.iter().any(|extension| extension.oid == oid::SUBJECT_ALT_NAME)
    }

    /// What names of files can be made of: the common name, else the first host.
    pub(super) fn title(&self) -> Option<&str> {
        let hosts = self.request.hosts.iter().map(|host| host.value.as_str());
        let names = [self.request.subject.common_name()].into_iter().chain(hosts);
        names.chain(self.names.dns.iter().map(String::as_str)).find(|name| !name.is_empty())
    }

    /// Our own commands issue nothing for hosts that no client could ask for.
    pub(super) fn check_hosts(&self) -> Result<(), Failure> {
        for host in &self.request.hosts {
            let Some(advice) = oddity(&host.value) else { continue };
            let message = format!("no client could ask for the host \"{}\"", host.value);
            return Err(match &self.file {
                Some(file) if !host.place.is_nowhere() => {
                    documents::in_file(file, [Notice::new(&host.place, message).with_hint(advice)])
                }
                _ => Failure::new(message).within("--host").with_hint(advice),
            });
        }
        let odd = self.names.dns.iter().find_map(|name| oddity(name).map(|advice| (name, advice)));
        match odd {
            None => Ok(()),
            Some((name, advice)) => {
                let failure = Failure::new(format!("no client could ask for the host \"{name}\""));
                Err(failure
                    .within(self.file.as_deref().unwrap_or_default())
                    .with_hint(format!("{advice}; or give other names with --host")))
            }
        }
    }

    /// The kind of key to generate.
    pub(super) fn key_spec(&self) -> Result<KeySpec, Failure> {
        self.request.key.spec().map_err(|error| self.at_top(&error))
    }

    /// A fault of the request, in its file.
    pub(super) fn at_top(&self, error: &crate::model::request::RequestError) -> Failure {
        match &self.file {
            Some(file) => {
                let top = Place { line: 1, column: 1, path: String::new() };
                documents::in_file(file, [error.notice(&top)])
            }
            None => Failure { message: error.to_string(), hint: error.hint() },
        }
    }
}
