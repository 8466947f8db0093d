//! What differs between two certificates, two requests, or one of each.

use std::collections::BTreeMap;

use serde::Serialize;
use x509_parser::extensions::X509Extension;
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::X509Name;

use super::document::{Content, Document};
use super::extension::{Digest, ExtensionFacts, basic_constraints};
use super::facts::{CertificateFacts, RequestFacts};
use super::key::KeyFacts;
use super::shown::{dn, quoted};
use super::summary::title;
use crate::key::PublicKeyKind;
use crate::model::extension::Extension;
use crate::model::request::{CertificateRequest, RequestError};
use crate::vocab::asn1;
use crate::vocab::san::SubjectAltNames;

/// One side of a comparison.
#[derive(Debug)]
pub struct Side {
    file: String,
    title: String,
    /// A certificate says more than what can be asked for.
    is_certificate: bool,
    subject: String,
    issuer: Option<String>,
    serial: Option<String>,
    not_before: Option<String>,
    not_after: Option<String>,
    names: Vec<String>,
    usages: Vec<String>,
    constraints: Option<String>,
    key: Key,
    signature_algorithm: Option<String>,
    extensions: BTreeMap<String, ExtensionFacts>,
    der: Option<Vec<u8>>,
}

#[derive(Debug)]
struct Key {
    text: String,
    /// A request as JSON has none yet.
    sha256: Option<String>,
}

/// The extensions that have fields of their own: names, usages, constraints.
const DIGESTED: [&str; 4] = ["2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.37"];

impl Side {
    /// A certificate or a request; `None` of anything else.
    pub fn of(document: &Document) -> Option<Self> {
        let (file, title) = (document.place(), title(document));
        match &document.content {
            Content::Certificate(facts) => Some(Self::certificate(file, title, facts)),
            Content::Request(facts) => Some(Self::request(file, title, facts)),
            _ => None,
        }
    }

    fn certificate(file: String, title: String, facts: &CertificateFacts) -> Self {
        Self {
            file,
            title,
            is_certificate: true,
            subject: facts.subject.clone(),
            issuer: Some(facts.issuer.clone()),
            serial: Some(facts.serial.clone()),
            not_before: Some(facts.lifetime.not_before.clone()),
            not_after: Some(facts.lifetime.not_after.clone()),
            names: facts.names.texts(),
            usages: facts.usages.clone(),
            constraints: Some(basic_constraints(facts.is_ca, facts.path_length)),
            key: Key::of(&facts.key),
            signature_algorithm: Some(facts.signature_algorithm.clone()),
            extensions: by_oid(&facts.extensions),
            der: Some(facts.der.clone()),
        }
    }

    fn request(file: String, title: String, facts: &RequestFacts) -> Self {
        let asks = |oid: &str| facts.extensions.iter().any(|extension| extension.oid == oid);
        Self {
            file,
            title,
            is_certificate: false,
            subject: facts.subject.clone(),
            issuer: None,
            serial: None,
            not_before: None,
            not_after: None,
            names: facts.names.texts(),
            usages: facts.usages.clone(),
            constraints: asks("2.5.29.19").then(|| basic_constraints(facts.is_ca, facts.path_length)),
            key: Key::of(&facts.key),
            signature_algorithm: Some(facts.signature_algorithm.clone()),
            extensions: by_oid(&facts.extensions),
            der: Some(facts.der.clone()),
        }
    }

    /// A request as JSON.
    ///
    /// # Errors
    /// A key that cannot be made, or names that cannot be written.
    pub fn of_request(file: &str, request: &CertificateRequest) -> Result<Self, RequestError> {
        let subject = request.subject.to_der();
        let subject = X509Name::from_der(&subject).map(|(_, name)| dn(&name)).unwrap_or_default();
        let asked: Vec<Vec<u8>> = request.extensions.iter().map(encoded).collect();
        let parsed: Vec<_> = asked
            .iter()
            .filter_map(|der| X509Extension::from_der(der).ok())
            .map(|(_, extension)| extension)
            .collect();
        let digest = Digest::of(&parsed);
        let names = match request.extensions.iter().any(|extension| extension.oid.to_string() == "2.5.29.17")
        {
            // As in cfssl, an extension with names takes the place of the hosts.
            true => digest.names.texts(),
            false => hosts(request),
        };
        let asks_constraints = digest.facts.iter().any(|extension| extension.oid == "2.5.29.19");
        let constraints = match &request.ca {
            Some(ca) => Some(basic_constraints(true, ca.path_length)),
            None => asks_constraints.then(|| basic_constraints(digest.is_ca, digest.path_length)),
        };
        Ok(Self {
            file: crate::vocab::quote::printable(file),
            title: format!("request (JSON) {}", quoted(request.subject.common_name())),
            is_certificate: false,
            subject,
            issuer: None,
            serial: None,
            not_before: None,
            not_after: None,
            names,
            usages: digest.usages,
            constraints,
            key: Key { text: PublicKeyKind::from(request.key.spec()?).to_string(), sha256: None },
            signature_algorithm: None,
            extensions: by_oid(&digest.facts),
            der: None,
        })
    }
}

impl Key {
    fn of(facts: &KeyFacts) -> Self {
        Self { text: facts.text(), sha256: Some(facts.sha256.clone()) }
    }
}

fn by_oid(extensions: &[ExtensionFacts]) -> BTreeMap<String, ExtensionFacts> {
    extensions.iter().map(|extension| (extension.oid.clone(), extension.clone())).collect()
}

fn encoded(extension: &Extension) -> Vec<u8> {
    let critical = if extension.critical { asn1::boolean_true() } else { Vec::new() };
    let value = asn1::element(der::Tag::OctetString, &extension.value);
    asn1::sequence(&[asn1::oid(&extension.oid), critical, value])
}

fn hosts(request: &CertificateRequest) -> Vec<String> {
    let SubjectAltNames { dns, email, ip, uri } = SubjectAltNames::from_hosts(&request.host_names());
    let ip = ip.iter().map(ToString::to_string).collect();
    super::names::Names { dns, ip, email, uri, other: Vec::new() }.texts()
}

/// What differs, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `subject`, `names`, `key`, `extension NAME`, ...
    pub field: String,
    /// What only the first has.
    pub removed: Vec<String>,
    /// What only the second has.
    pub added: Vec<String>,
}

/// A comparison.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// The first.
    pub a: Compared,
    /// The second.
    pub b: Compared,
    /// Whether nothing differs.
    pub same: bool,
    /// What does.
    pub differences: Vec<Difference>,
}

/// What was compared.
#[derive(Debug, Serialize)]
pub struct Compared {
    /// Where it is.
    pub file: String,
    /// What it is.
    pub what: String,
}

impl Comparison {
    /// Compares. What only a certificate can say is left out beside a request; of a certificate's extensions those
    /// that the request asks for are compared.
    pub fn of(a: &Side, b: &Side) -> Self {
        let mut found = Differences::default();
        let strict = a.is_certificate == b.is_certificate;
        found.single("subject", Some(&a.subject), Some(&b.subject));
        found.single("issuer", a.issuer.as_ref(), b.issuer.as_ref());
        found.single("serial", a.serial.as_ref(), b.serial.as_ref());
        found.single("not before", a.not_before.as_ref(), b.not_before.as_ref());
        found.single("not after", a.not_after.as_ref(), b.not_after.as_ref());
        found.sets("names", &a.names, &b.names);
        if strict || (!a.usages.is_empty() && !b.usages.is_empty()) {
            found.sets("usages", &a.usages, &b.usages);
        }
        let constraints = |side: &Side| side.constraints.clone().into_iter().collect::<Vec<_>>();
        if strict || (a.constraints.is_some() && b.constraints.is_some()) {
            found.sets("basic constraints", &constraints(a), &constraints(b));
        }
        found.keys(&a.key, &b.key);
        if strict {
            found.single(
                "signature algorithm",
                a.signature_algorithm.as_ref(),
                b.signature_algorithm.as_ref(),
            );
        }
        found.extensions(a, b, strict);
        if found.0.is_empty() && strict && a.der.is_some() && b.der.is_some() && a.der != b.der {
            let what = "the same values, in another order or encoding, or with another signature";
            found.push("encoding", Vec::new(), vec![what.to_owned()]);
        }
        let compared = |side: &Side| Compared { file: side.file.clone(), what: side.title.clone() };
        Self { a: compared(a), b: compared(b), same: found.0.is_empty(), differences: found.0 }
    }

    /// For people, in the manner of `diff -u`; empty if nothing differs.
    pub fn text(&self) -> String {
        if self.same {
            return String::new();
        }
        let mut out = format!("--- {}: {}\n+++ {}: {}\n", self.a.file, self.a.what, self.b.file, self.b.what);
        for Difference { field, removed, added } in &self.differences {
            out += &format!("{field}\n");
            removed.iter().for_each(|value| out += &format!("  - {value}\n"));
            added.iter().for_each(|value| out += &format!("  + {value}\n"));
        }
        out
    }
}

#[derive(Default)]
struct Differences(Vec<Difference>);

impl Differences {
    fn push(&mut self, field: &str, removed: Vec<String>, added: Vec<String>) {
        if !removed.is_empty() || !added.is_empty() {
            self.0.push(Difference { field: field.to_owned(), removed, added });
        }
    }

    /// A value that both have.
    fn single(&mut self, field: &str, a: Option<&String>, b: Option<&String>) {
        if let (Some(a), Some(b)) = (a, b) {
            self.sets(field, std::slice::from_ref(a), std::slice::from_ref(b));
        }
    }

    /// Values in any order; each counts as often as it is there.
    fn sets(&mut self, field: &str, a: &[String], b: &[String]) {
        let shown = |value: &str| if value.is_empty() { "(empty)".to_owned() } else { value.to_owned() };
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        a.iter().for_each(|value| *counts.entry(value).or_default() += 1);
        b.iter().for_each(|value| *counts.entry(value).or_default() -= 1);
        let mut removed = Vec::new();
        for value in a {
            if let Some(count) = counts.get_mut(value.as_str()).filter(|count| **count > 0) {
                *count -= 1;
                removed.push(shown(value));
            }
        }
        let mut added = Vec::new();
        for value in b {
            if let Some(count) = counts.get_mut(value.as_str()).filter(|count| **count < 0) {
                *count += 1;
                added.push(shown(value));
            }
        }
        self.push(field, removed, added);
    }

    fn keys(&mut self, a: &Key, b: &Key) {
        let same = match (&a.sha256, &b.sha256) {
            (Some(one), Some(other)) => one == other,
            _ => a.text == b.text,
        };
        if !same {
            let shown = |key: &Key| match &key.sha256 {
                Some(sha256) => format!("{}, SHA-256 {sha256}", key.text),
                None => key.text.clone(),
            };
            self.push("key", vec![shown(a)], vec![shown(b)]);
        }
    }

    fn extensions(&mut self, a: &Side, b: &Side, strict: bool) {
        let mut oids: Vec<_> = a.extensions.keys().chain(b.extensions.keys()).collect();
        oids.sort();
        oids.dedup();
        for oid in oids {
            let (one, other) = (a.extensions.get(oid), b.extensions.get(oid));
            let Some(title) = one.or(other).map(ExtensionFacts::title) else { continue };
            // What was not asked for is the signer's business.
            let asked = |side: &Side| side.is_certificate || side.extensions.contains_key(oid);
            let is_digested = DIGESTED.contains(&oid.as_str());
            if !strict && (!asked(a) || !asked(b) || is_digested) {
                continue;
            }
            let field = format!("extension {title}");
            match (one, other) {
                (Some(one), Some(other)) if is_digested => {
                    self.sets(&field, &[criticality(one)], &[criticality(other)]);
                }
                (None, _) | (_, None) if is_digested => {}
                _ => {
                    let values = |side: Option<&ExtensionFacts>| side.map(lines).unwrap_or_default();
                    self.sets(&field, &values(one), &values(other));
                }
            }
        }
    }
}

fn criticality(extension: &ExtensionFacts) -> String {
    if extension.critical { "critical" } else { "not critical" }.to_owned()
}

/// What it says, and that it is critical.
fn lines(extension: &ExtensionFacts) -> Vec<String> {
    let critical = extension.critical.then(|| "critical".to_owned());
    let empty = extension.value.is_empty().then(|| "present".to_owned());
    critical.into_iter().chain(empty).chain(extension.value.iter().cloned()).collect()
}
