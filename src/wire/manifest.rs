//! The manifest of a whole PKI: `pki.json`.

use super::csr_request::{CsrRequest, Key};
use super::json::{Ignored, Located, Map, Merge, Notice, Reader};
use super::signing_config::ConfigFile;

/// The document.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// The address of the JSON Schema, for editors.
    pub schema: Located<String>,
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
    /// The lints of all entries.
    pub lint: Lint,
}

json_object! { exact Manifest {
    "$schema" => schema,
    "comment" => comment,
    "signing" => signing,
    "authorities" => authorities,
    "certificates" => certificates,
    "renew_before" => renew_before,
    "lint" => lint,
} }

/// What the lints of new certificates may find.
#[derive(Clone, Debug, Default)]
pub struct Lint {
    /// The codes of lints that refuse nothing.
    pub ignore: Vec<Located<String>>,
}

json_object! { exact Lint { "ignore" => ignore } }

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
    /// What it is for, in place of a profile or beside one.
    pub role: Located<String>,
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
    /// Its lints, beside the manifest's.
    pub lint: Lint,
}

json_object! { exact Entry {
    "comment" => comment,
    "csr" => csr,
    "issuer" => issuer,
    "profile" => profile,
    "role" => role,
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
    "lint" => lint,
} }

/// A node: `"node-1"`, `"node-[001-500]"`, or an object. Kept small, for there may be a hundred thousand.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// The name, which may hold a range.
    pub name: String,
    /// Hosts beside the entry's.
    pub hosts: Vec<String>,
    /// Line and column in the manifest.
    pub position: (u32, u32),
}

json_object! { exact NodeObject { "name" => name, "hosts" => hosts } }

#[derive(Default)]
struct NodeObject {
    name: String,
    hosts: Vec<String>,
}

impl Merge for Node {
    fn merge(&mut self, raw: &str, reader: &mut Reader<'_>) -> Result<(), Notice> {
        let (line, column) = reader.position(raw);
        // A text of more than four thousand million lines is none.
        self.position = (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX));
        if raw.starts_with('"') {
            return self.name.merge(raw, reader);
        }
        if !raw.starts_with('{') {
            return Err(reader.wrong_type(raw, "a name, or an object with \"name\" and \"hosts\""));
        }
        let mut object = NodeObject::default();
        object.merge(raw, reader)?;
        (self.name, self.hosts) = (object.name, object.hosts);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::vocab::usage::Usage;
    use crate::wire::{csr_request as csr, signing_config as config};

    fn schema() -> Value {
        serde_json::from_str(include_str!("manifest.schema.json")).unwrap()
    }

    /// The keys of the object at a JSON pointer; nothing else may stand in it.
    fn keys_at(schema: &Value, pointer: &str) -> BTreeSet<String> {
        let object = schema.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is missing"));
        assert_eq!(object["additionalProperties"], Value::Bool(false), "{pointer}");
        object["properties"].as_object().unwrap().keys().cloned().collect()
    }

    fn set(keys: &[&str]) -> BTreeSet<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    #[test]
    fn the_schema_has_the_keys_that_are_read() {
        let schema = schema();
        let profile = "/$defs/profile";
        for (pointer, keys) in [
            ("", Manifest::KEYS),
            ("/$defs/node/anyOf/1", NodeObject::KEYS),
            ("/$defs/lint", Lint::KEYS),
            ("/$defs/key", csr::Key::KEYS),
            ("/$defs/request", csr::CsrRequest::KEYS),
            ("/$defs/name", csr::Name::KEYS),
            ("/$defs/ca", csr::Ca::KEYS),
            ("/$defs/extension", csr::Extension::KEYS),
            ("/$defs/config", config::ConfigFile::KEYS),
            ("/$defs/config/properties/signing", config::Signing::KEYS),
            ("/$defs/config/properties/auth_keys/additionalProperties", config::AuthKey::KEYS),
            (&format!("{profile}/properties/ca_constraint"), config::CaConstraint::KEYS),
            (&format!("{profile}/properties/auth_remote"), config::AuthRemote::KEYS),
            (&format!("{profile}/properties/CSRWhitelist"), config::CsrWhitelist::KEYS),
            (&format!("{profile}/properties/policies/items"), config::Policy::KEYS),
            (
                &format!("{profile}/properties/policies/items/properties/qualifiers/items"),
                config::Qualifier::KEYS,
            ),
        ] {
            assert_eq!(keys_at(&schema, pointer), set(keys), "{pointer}");
        }
        // Names that only Go's decoder answers to, by accident: no editor should offer them.
        let mut of_profile = keys_at(&schema, profile);
        assert!(of_profile.insert("Expiry".into()) && of_profile.insert("Backdate".into()));
        assert_eq!(of_profile, set(config::Profile::KEYS));
    }

    #[test]
    fn the_schema_has_the_keys_of_both_kinds_of_entries() {
        let schema = schema();
        let [authority, certificate] =
            ["/$defs/authority", "/$defs/certificate"].map(|pointer| keys_at(&schema, pointer));
        assert_eq!(&authority | &certificate, set(Entry::KEYS));
        assert_eq!(&authority - &certificate, set(&["cert"]));
        assert_eq!(&certificate - &authority, set(&["hosts", "nodes"]));
    }

    #[test]
    fn every_key_of_the_schema_is_described() {
        fn check(value: &Value, at: &str, count: &mut usize) {
            let Some(object) = value.as_object() else { return };
            if let Some(properties) = object.get("properties").and_then(Value::as_object) {
                for (key, property) in properties.iter().filter(|_| object.contains_key("description")) {
                    let is_described = property["description"].is_string() || property["$ref"].is_string();
                    assert!(is_described, "{at}/{key}");
                    *count += 1;
                }
            }
            object.iter().for_each(|(key, value)| check(value, &format!("{at}/{key}"), count));
        }
        let mut count = 0;
        let schema = schema();
        check(&schema, "", &mut count);
        assert!(count > 100, "only {count}");
        let definitions = schema["$defs"].as_object().unwrap();
        for (name, definition) in definitions.iter().filter(|(name, _)| *name != "lifetime") {
            assert!(definition["description"].is_string(), "{name}");
        }
    }

    #[test]
    fn the_schema_has_the_words_for_usages() {
        let schema = schema();
        let words = schema["$defs"]["profile"]["properties"]["usages"]["items"]["enum"].as_array().unwrap();
        assert_eq!(
            words.iter().map(|word| word.as_str().unwrap()).collect::<Vec<_>>(),
            Usage::words().collect::<Vec<_>>()
        );
    }
}
