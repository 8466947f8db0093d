//! The manifest of a whole PKI: `pki.json`.

use super::csr_request::{CsrRequest, Key};
use super::json::{Ignored, Located, Map, Merge, Notice, Reader};
use super::signing_config::ConfigFile;

/// The document.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// The address of the JSON Schema, for editors.
    pub schema: Ignored,
    /// Text for people.
    pub comment: Ignored,
    /// The signing configuration: its profiles.
    pub signing: Option<Source<ConfigFile>>,
    /// Which certificates issue others.
    pub authorities: Map<Entry>,
    /// Everything else.
    pub certificates: Map<Entry>,
    /// When to renew, where an entry does not say.
    pub renew_before: Located<String>,
}

json_object! { Manifest {
    "$schema" => schema,
    "comment" => comment,
    "signing" => signing,
    "authorities" => authorities,
    "certificates" => certificates,
    "renew_before" => renew_before,
} }

/// A document that stands in the manifest itself, or is named there: a file, or one of the built-in profiles.
#[derive(Clone, Debug)]
pub enum Source<T> {
    /// Its name.
    Named(Located<String>),
    /// The document.
    Inline(Located<Box<T>>),
}

impl<T> Default for Source<T> {
    fn default() -> Self {
        Self::Named(Located::default())
    }
}

impl<T: Merge + Default> Merge for Source<T> {
    fn merge(&mut self, raw: &str, reader: &mut Reader<'_>) -> Result<(), Notice> {
        match raw.as_bytes().first() {
            Some(b'"') => {
                let mut name = Located::default();
                name.merge(raw, reader)?;
                *self = Self::Named(name);
            }
            Some(b'{') => {
                let mut document = Box::<T>::default();
                document.merge(raw, reader)?;
                *self = Self::Inline(Located { value: document, place: reader.place(raw) });
            }
            _ => return Err(reader.wrong_type(raw, "the name of a file, or an object")),
        }
        Ok(())
    }
}

/// An entry: an authority or a certificate. Which keys go together is the model's business.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Text for people.
    pub comment: Ignored,
    /// The request.
    pub csr: Option<Source<CsrRequest>>,
    /// Who signs it; may be left out where there is one authority.
    pub issuer: Located<String>,
    /// The profile it is signed by.
    pub profile: Located<String>,
    /// The certificate of an authority that exists; never written.
    pub cert: Located<String>,
    /// The key to generate, in place of the request's; for an authority that exists, the file of its key.
    pub key: Option<Source<Key>>,
    /// In place of the request's common name.
    pub cn: Located<String>,
    /// In place of the request's hosts.
    pub hosts: Option<Located<Vec<Located<String>>>>,
    /// In place of the profile's lifetime.
    pub expiry: Located<String>,
    /// One certificate for each of these.
    pub nodes: Option<Located<Vec<Node>>>,
    /// When to renew.
    pub renew_before: Located<String>,
    /// The base name of the files, folders included; the entry's own name unless said otherwise.
    pub file: Located<String>,
    /// The mode of files with a private key, in octal.
    pub mode: Located<String>,
    /// The owner of the files, by name or number.
    pub owner: Located<String>,
    /// The group of the files, by name or number.
    pub group: Located<String>,
    /// Formats beside certificate, key and request.
    pub formats: Vec<Located<String>>,
    /// The environment variable with the password of formats that have one.
    pub password_env: Located<String>,
    /// The file with that password.
    pub password_file: Located<String>,
    /// The address a kubeconfig leads to.
    pub server: Located<String>,
    /// The namespace of a Kubernetes Secret.
    pub namespace: Located<String>,
}

json_object! { Entry {
    "comment" => comment,
    "csr" => csr,
    "issuer" => issuer,
    "profile" => profile,
    "cert" => cert,
    "key" => key,
    "cn" => cn,
    "hosts" => hosts,
    "expiry" => expiry,
    "nodes" => nodes,
    "renew_before" => renew_before,
    "file" => file,
    "mode" => mode,
    "owner" => owner,
    "group" => group,
    "formats" => formats,
    "password_env" => password_env,
    "password_file" => password_file,
    "server" => server,
    "namespace" => namespace,
} }

/// A node: `"node-1"`, `"node-[001-500]"`, or an object. Kept small, for there may be a hundred thousand.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// The name, which may hold a range.
    pub name: String,
    /// Hosts beside the entry's.
    pub hosts: Vec<String>,
}

json_object! { NodeObject { "name" => name, "hosts" => hosts } }

#[derive(Default)]
struct NodeObject {
    name: String,
    hosts: Vec<String>,
}

impl Merge for Node {
    fn merge(&mut self, raw: &str, reader: &mut Reader<'_>) -> Result<(), Notice> {
        if raw.starts_with('"') {
            return self.name.merge(raw, reader);
        }
        if !raw.starts_with('{') {
            return Err(reader.wrong_type(raw, "a name, or an object with \"name\" and \"hosts\""));
        }
        let mut object = NodeObject::default();
        object.merge(raw, reader)?;
        let NodeObject { name, hosts } = object;
        *self = Self { name, hosts };
        Ok(())
    }
}
