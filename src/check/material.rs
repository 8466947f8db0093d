//! What was read: files and the certificates, keys, requests and revocation lists in them.

mod read;

use crate::key::Password;
use crate::lint::Finding;
use crate::vocab::quote::printable;
use crate::vocab::role::KeyKind;

use super::facts::{Facts, KeyId};
use super::names::Host;

/// Everything a run looks at, in the order in which it was read.
#[derive(Debug, Default)]
pub struct Material {
    /// The files with something in them that we know.
    pub files: Vec<SourceFile>,
    /// All certificates.
    pub certificates: Vec<Facts>,
    /// All private keys.
    pub keys: Vec<Key>,
    /// All certificate signing requests.
    pub requests: Vec<Request>,
    /// All revocation lists.
    pub lists: Vec<RevocationList>,
    /// Something that should hold a certificate could not be read.
    pub is_broken: bool,
    /// What was found while reading.
    pub(super) findings: Vec<Located>,
}

/// A file, or the server that showed certificates.
#[derive(Debug)]
pub struct SourceFile {
    /// Its name as in reports.
    pub label: String,
    /// How it came to be looked at.
    pub origin: Origin,
    /// Who may do what with it; none of a server.
    pub access: Option<Access>,
    /// It lies in a folder that `apply` keeps.
    pub managed: bool,
    /// The folder of the manifest that `apply` takes for it.
    pub manifest: Option<String>,
    /// Nothing but one PEM block is in it: what our commands take for a certificate.
    pub is_single: bool,
    /// The first of its certificates.
    pub first_certificate: usize,
    /// How many certificates it holds.
    pub certificates: usize,
    /// A private key that needs a password, or a container that does.
    pub encrypted: bool,
    /// Its PEM stands inside of another document, as in a kubeconfig: what is in it need not belong together.
    pub embedded: bool,
    /// The host that was connected to, of a server.
    pub host: Option<Host>,
}

impl SourceFile {
    fn new(label: &str, origin: Origin, first_certificate: usize) -> Self {
        Self {
            label: label.to_owned(),
            origin,
            access: None,
            managed: false,
            manifest: None,
            is_single: false,
            first_certificate,
            certificates: 0,
            encrypted: false,
            embedded: false,
            host: None,
        }
    }
}

/// How a file came to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It was named.
    Named,
    /// It lies in a folder that was named.
    Folder,
    /// It was named as holding what is trusted.
    Trusted,
    /// A server showed it.
    Live,
}

/// Mode and owner of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The 12 permission bits.
    pub mode: u32,
    /// The owner's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
}

/// A private key.
#[derive(Debug)]
pub struct Key {
    /// Its file.
    pub file: usize,
    /// Its public half; none if it could not be read.
    pub public: Option<KeyId>,
    /// Its kind; none if it could not be read, or no role knows it.
    pub kind: Option<KeyKind>,
}

/// A certificate signing request.
#[derive(Debug)]
pub struct Request {
    /// Its file.
    pub file: usize,
    /// The whole of it.
    pub der: Vec<u8>,
    /// Its public key; none if it cannot be read.
    pub key: Option<KeyId>,
}

impl Request {
    /// Whether it has the subject and the names of a certificate.
    pub(super) fn says_the_same(&self, facts: &Facts) -> bool {
        let has = |part: &[u8]| self.der.windows(part.len().max(1)).any(|window| window == part);
        has(facts.subject()) && facts.names().is_none_or(has)
    }
}

/// A certificate revocation list.
#[derive(Debug)]
pub struct RevocationList {
    /// Its file.
    pub file: usize,
    /// The whole of it.
    pub der: Vec<u8>,
}

/// A finding and what it is about.
#[derive(Clone, Debug)]
pub struct Located {
    /// The file.
    pub file: usize,
    /// Which certificate of the file, from 0; none for the file as a whole.
    pub position: Option<usize>,
    /// What was found.
    pub finding: Finding,
}

/// A file to be read.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Its name as in reports.
    pub label: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
    /// How it came to be looked at.
    pub origin: Origin,
    /// Who may do what with it.
    pub access: Option<Access>,
    /// It lies in a folder that `apply` keeps.
    pub managed: bool,
    /// The folder of the manifest that `apply` takes for it.
    pub manifest: Option<&'a str>,
    /// For what is encrypted.
    pub password: Option<&'a Password>,
}

impl Material {
    /// How much was found while reading.
    pub fn findings(&self) -> usize {
        self.findings.len()
    }

    /// The name of a certificate in reports: its file, and its place in it if that is not the first.
    pub fn label(&self, index: usize) -> String {
        printable(&self.place(index))
    }

    /// The same as it is, for programs.
    pub fn place(&self, index: usize) -> String {
        let Some(facts) = self.certificates.get(index) else { return String::new() };
        let file = self.file_label(facts.file);
        match facts.position {
            0 => file.to_owned(),
            position => format!("{file}#{}", position + 1),
        }
    }

    /// The name of a file, as it is.
    pub fn file_label(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| &file.label)
    }

    /// A finding about a certificate.
    pub(super) fn about(&self, index: usize, finding: Finding) -> Located {
        let facts = &self.certificates[index];
        let alone = self.files[facts.file].certificates == 1;
        Located { file: facts.file, position: (!alone).then_some(facts.position), finding }
    }

    /// The certificates of a file.
    pub(super) fn certificates_of(&self, file: usize) -> std::ops::Range<usize> {
        let file = &self.files[file];
        file.first_certificate..file.first_certificate + file.certificates
    }
}
