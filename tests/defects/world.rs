//! A root, an authority below it and a server's certificate with nothing wrong, for a case to break.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::rc::Rc;

use super::der::{INTEGER, element, tagged};
use super::extension::{
    CRL_NUMBER, CRL_SIGN, DIGITAL_SIGNATURE, KEY_CERT_SIGN, SERVER_AUTH, authority_key_identifier,
    basic_constraints, dns, extended_key_usage, ip, key_usage, subject_alt_name, subject_key_identifier,
};
use super::maker::{
    Certificate, Extension, Key, Request, RevocationList, Signing, common_name, days, extensions,
};
use crate::support::Workdir;

/// The host that the server's certificate is for.
pub(crate) const HOST: &str = "server.example";

/// The OID of the attribute that asks for extensions (RFC 2985 section 5.4.2).
pub(crate) const EXTENSION_REQUEST: &str = "1.2.840.113549.1.9.14";

/// Everything a case may break.
pub(crate) struct World {
    /// A key for whatever a case makes wrong.
    pub(crate) other: Rc<Key>,
    pub(crate) root: Certificate,
    pub(crate) authority: Certificate,
    pub(crate) leaf: Certificate,
    /// What the server shows, when it is not the leaf and its authority.
    pub(crate) chain: Option<Vec<Certificate>>,
    /// The name by which a client calls the server.
    pub(crate) host: &'static str,
    /// The key beside the certificate, if any, and its file's mode.
    pub(crate) key: Option<String>,
    pub(crate) key_mode: u32,
    /// What befalls the text of the file that the case is about.
    pub(crate) text: fn(String) -> String,
    pub(crate) request: Request,
    pub(crate) list: RevocationList,
}

impl World {
    pub(crate) fn new() -> World {
        let [root_key, authority_key, leaf_key, other] = [(); 4].map(|()| Key::new());
        let root = authority("Root", &root_key, "Root", &root_key, 3650);
        let authority = authority("Authority", &authority_key, "Root", &root_key, 1800);
        World {
            leaf: leaf(&leaf_key, &authority_key),
            request: request(&leaf_key),
            list: list(&authority_key),
            key: Some(leaf_key.pem()),
            chain: None,
            host: HOST,
            key_mode: 0o600,
            text: |text| text,
            other,
            root,
            authority,
        }
    }

    /// The certificates in the order the server shows them.
    pub(crate) fn shown(&self) -> Vec<Certificate> {
        self.chain.clone().unwrap_or_else(|| vec![self.leaf.clone(), self.authority.clone()])
    }

    /// The leaf's alternative names.
    pub(crate) fn names(&mut self, names: impl IntoIterator<Item = Vec<u8>>) {
        self.leaf.set(subject_alt_name(names));
    }

    /// Another public key for the leaf, whose private half nobody has.
    pub(crate) fn public_key(&mut self, public_key: Vec<u8>) {
        self.leaf.public_key = public_key;
        self.key = None;
    }

    /// An authority between the root and the other one.
    pub(crate) fn upper(&mut self) -> Certificate {
        let upper = authority("Upper", &self.other, "Root", &self.root.signing.key, 1800);
        self.authority.issuer = common_name("Upper");
        self.authority.signing.key = Rc::clone(&self.other);
        self.authority.set(authority_key_identifier(&self.other.identifier()));
        self.chain = Some(vec![self.leaf.clone(), self.authority.clone(), upper.clone()]);
        upper
    }

    /// Writes `root.pem`, `authority.pem`, `server.pem` with its key, `request.csr` and `list.crl` into a folder of
    /// the working directory; `subject` is the one of them that the case is about.
    pub(crate) fn write(&self, files: &Workdir, folder: &str, subject: &str) {
        let befallen = |name: &str, text: String| {
            let text = if name == subject { (self.text)(text) } else { text };
            files.write(&format!("{folder}/{name}"), text);
        };
        fs::create_dir_all(files.path(folder)).unwrap();
        befallen("root.pem", self.root.pem());
        befallen("authority.pem", self.authority.pem());
        befallen("server.pem", self.shown().iter().map(Certificate::pem).collect());
        befallen("request.csr", self.request.pem());
        befallen("list.crl", self.list.pem());
        if let Some(key) = &self.key {
            let path = files.write(&format!("{folder}/server-key.pem"), key);
            fs::set_permissions(path, Permissions::from_mode(self.key_mode)).unwrap();
        }
    }
}

/// An authority without fault.
pub(crate) fn authority(
    subject: &str,
    key: &Rc<Key>,
    issuer: &str,
    issuer_key: &Rc<Key>,
    lifetime: i64,
) -> Certificate {
    let mut extensions = vec![
        basic_constraints(true, None),
        key_usage(KEY_CERT_SIGN | CRL_SIGN),
        subject_key_identifier(&key.identifier()),
    ];
    if issuer != subject {
        extensions.push(authority_key_identifier(&issuer_key.identifier()));
    }
    Certificate {
        version: version(2),
        serial: serial(key),
        issuer: common_name(issuer),
        not_before: days(-2),
        not_after: days(lifetime),
        subject: common_name(subject),
        public_key: key.public(),
        unique_ids: Vec::new(),
        extensions,
        signing: Signing::by(issuer_key),
    }
}

fn leaf(key: &Rc<Key>, issuer_key: &Rc<Key>) -> Certificate {
    Certificate {
        version: version(2),
        serial: serial(key),
        issuer: common_name("Authority"),
        not_before: days(-1),
        not_after: days(90),
        subject: common_name("Server"),
        public_key: key.public(),
        unique_ids: Vec::new(),
        extensions: vec![
            basic_constraints(false, None),
            key_usage(DIGITAL_SIGNATURE),
            extended_key_usage(&[SERVER_AUTH]),
            subject_key_identifier(&key.identifier()),
            authority_key_identifier(&issuer_key.identifier()),
            subject_alt_name([dns(HOST), ip(&[10, 0, 0, 1])]),
        ],
        signing: Signing::by(issuer_key),
    }
}

fn request(key: &Rc<Key>) -> Request {
    Request {
        version: element(INTEGER, [0]),
        subject: common_name(HOST),
        public_key: key.public(),
        attributes: vec![asks_for(&[subject_alt_name([dns(HOST)])])],
        signing: Signing::by(key),
    }
}

/// The attribute of a request that asks for extensions.
pub(crate) fn asks_for(list: &[Extension]) -> Vec<u8> {
    use super::der::{SET, oid, sequence};
    sequence([oid(EXTENSION_REQUEST), element(SET, extensions(list))])
}

fn list(key: &Rc<Key>) -> RevocationList {
    RevocationList {
        version: element(INTEGER, [1]),
        issuer: common_name("Authority"),
        this_update: days(-1),
        next_update: days(30),
        entries: Vec::new(),
        extensions: vec![
            authority_key_identifier(&key.identifier()),
            Extension::new(CRL_NUMBER, element(INTEGER, [7])),
        ],
        signing: Signing::by(key),
    }
}

/// A certificate's version: 0 for the first.
pub(crate) fn version(number: u8) -> Vec<u8> {
    tagged(0, element(INTEGER, [number]))
}

/// Sixteen octets, positive and without leading zeros.
fn serial(key: &Key) -> Vec<u8> {
    let mut serial = key.identifier();
    serial.truncate(16);
    serial[0] = serial[0] & 0x7f | 0x40;
    serial
}
