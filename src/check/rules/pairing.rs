//! Which key belongs to which certificate: by the keys themselves, and by the names of their files.

use std::collections::{HashMap, HashSet};

use crate::check::facts::{Index, KeyId};
use crate::check::graph::Graph;
use crate::check::material::{Key, Located, Material, Origin};
use crate::check::role::Role;
use crate::check::rules::pair_names::{KEEPERS, SOURCE, stem};
use crate::check::rules::{apply, exports, issuer_file};
use crate::lint::{Finding, Severity};
use crate::vocab::quote::printable;
use crate::vocab::shell;

const MISMATCH: &str = "key-mismatch";

/// What is wrong between keys, certificates and requests.
pub(in crate::check) fn of(graph: &Graph<'_>, role: Option<Role>) -> Vec<Located> {
    let material = graph.material;
    // Service account keys are used without certificate.
    let is_needed = role != Some(Role::ServiceAccount);
    let pairs = Pairs::new(material);
    let keys: Vec<_> = material.keys.iter().flat_map(|key| pairs.of_key(graph, key)).collect();
    let mismatched: HashSet<_> =
        keys.iter().filter(|found| found.finding.code == MISMATCH).map(|found| found.file).collect();
    let requests = material.requests.iter().filter_map(|request| {
        let key = pairs.keys_by_name.get(&stem(material.file_label(request.file)))?;
        let public = key.public.filter(|public| request.key.is_some_and(|key| key != *public))?;
        // A certificate that the key does belong to makes the request an old one.
        let label = printable(material.file_label(key.file));
        let message = format!("it was made with another key than that of {label}");
        let has_certificate = pairs.certificates_by_key.contains_key(&public);
        let fix = match has_certificate {
            true => "remove the request, or make it anew from the key: certwright cfssl gencsr",
            false => "make it anew from the key: certwright cfssl gencsr",
        };
        let source = "RFC 2986 section 4.2";
        // Of the wrong key, no request is to be made.
        let finding = match mismatched.contains(&key.file) {
            true => {
                let fix = format!("mend {label} first");
                Finding::new("csr-mismatch", Severity::Warning, source, message, fix).because_of(MISMATCH)
            }
            false => Finding::new("csr-mismatch", Severity::Warning, source, message, fix),
        };
        Some(Located { file: request.file, position: None, finding })
    });
    let keys = keys.iter().filter(|found| is_needed || found.finding.code != "key-without-certificate");
    keys.cloned().chain(requests).collect()
}

struct Pairs<'m> {
    material: &'m Material,
    certificates_by_key: HashMap<KeyId, Vec<Index>>,
    /// The first certificate of each file, by the stem of the file's name.
    certificates_by_name: HashMap<String, Vec<Index>>,
    keys_by_name: HashMap<String, &'m Key>,
}

impl<'m> Pairs<'m> {
    fn new(material: &'m Material) -> Self {
        let mut pairs = Self {
            material,
            certificates_by_key: HashMap::with_capacity(material.certificates.len()),
            certificates_by_name: HashMap::with_capacity(material.files.len()),
            keys_by_name: HashMap::with_capacity(material.keys.len()),
        };
        for (index, facts) in material.certificates.iter().enumerate() {
            pairs.certificates_by_key.entry(facts.key).or_default().push(index);
            let file = &material.files[facts.file];
            if facts.position == 0 && matches!(file.origin, Origin::Named | Origin::Folder) {
                pairs.certificates_by_name.entry(stem(&file.label)).or_default().push(index);
            }
        }
        for key in &material.keys {
            pairs.keys_by_name.insert(stem(material.file_label(key.file)), key);
        }
        pairs
    }

    fn of_key(&self, graph: &Graph<'_>, key: &Key) -> Vec<Located> {
        let Some(public) = key.public else { return Vec::new() };
        let located = |finding| vec![Located { file: key.file, position: None, finding }];
        let by_key = self.certificates_by_key.get(&public).map(Vec::as_slice).unwrap_or_default();
        let partners = self.partners(key);
        // That its certificate is not the first of the file is told of the file.
        let is_another = |partner: &&Index| {
            if self.material.is_broken && graph.facts(**partner).is_authority() {
                return false;
            }
            let range = self.material.certificates_of(graph.facts(**partner).file);
            !range.into_iter().any(|index| graph.facts(index).key == public)
        };
        if let Some(partner) = partners.iter().find(is_another) {
            if self.is_behind_the_right_one(key, *partner) {
                return located(stray());
            }
            if let Some(outdated) = exports::of(graph, key, &partners) {
                return outdated;
            }
            return located(self.mismatch(graph, key, *partner, by_key));
        }
        // Its certificate may be the one that cannot be read.
        if !partners.is_empty() || !by_key.is_empty() || self.material.is_broken {
            return Vec::new();
        }
        if self.material.requests.iter().any(|request| request.key == Some(public)) {
            return Vec::new();
        }
        match self.only_certificate(key) {
            Some(partner) => located(self.mismatch(graph, key, partner, by_key)),
            None => {
                let message = "no certificate here belongs to this key";
                let fix = "nothing, if its certificate is elsewhere; else remove it";
                located(Finding::new("key-without-certificate", Severity::Notice, "certwright", message, fix))
            }
        }
    }

    /// Whether the key of a certificate stands in the same file, in front of another key.
    fn is_behind_the_right_one(&self, key: &Key, partner: Index) -> bool {
        let of_file = self.material.keys.iter().filter(|other| other.file == key.file);
        let first = of_file.map(|other| other.public).next().flatten();
        let facts = &self.material.certificates[partner];
        facts.file == key.file && first == Some(facts.key)
    }

    /// The certificates that a key is for by the names of the files, or by standing in the same file.
    fn partners(&self, key: &Key) -> Vec<Index> {
        let file = &self.material.files[key.file];
        if file.certificates > 0 {
            // Several pairs may stand in one file, as in a kubeconfig: one of them is enough.
            let range = self.material.certificates_of(key.file);
            let mut own: Vec<_> = range
                .clone()
                .filter(|index| Some(self.material.certificates[*index].key) == key.public)
                .collect();
            if own.is_empty() {
                let is_leaf = |index: &Index| !self.material.certificates[*index].is_authority();
                own.extend(range.clone().find(is_leaf).or_else(|| range.clone().next()));
            }
            return own;
        }
        self.certificates_by_name.get(&stem(&file.label)).cloned().unwrap_or_default()
    }

    /// The only certificate that was named beside the only key, whatever the names of their files.
    fn only_certificate(&self, key: &Key) -> Option<Index> {
        let named = |file: usize| self.material.files[file].origin == Origin::Named;
        let mut keys = self.material.keys.iter().filter(|other| named(other.file));
        if !named(key.file) || keys.next().is_none() || keys.next().is_some() {
            return None;
        }
        let certificates = self.material.certificates.iter().enumerate();
        let mut leaves = certificates.filter(|(_, facts)| named(facts.file) && !facts.is_authority());
        match (leaves.next(), leaves.next()) {
            (Some((index, _)), None) => Some(index),
            _ => None,
        }
    }

    fn mismatch(&self, graph: &Graph<'_>, key: &Key, partner: Index, by_key: &[Index]) -> Finding {
        let material = self.material;
        let partner_file = material.certificates[partner].file;
        let label = material.label(partner);
        let what = match partner_file == key.file {
            true => "the private key in it is not that of its certificate".to_owned(),
            false => format!("it is not the key of the certificate in {label}"),
        };
        let message = match by_key.first() {
            Some(other) => format!("{what}, but of the one in {}", material.label(*other)),
            None => what,
        };
        let fix = match &material.files[key.file].manifest {
            Some(folder) => apply(folder),
            None if partner_file == key.file => {
                "write the file anew with the key its certificate was made with".to_owned()
            }
            None => format!("put the key here that {label} was made with{}", new_pair(graph, partner)),
        };
        Finding::new(MISMATCH, Severity::Error, SOURCE, message, fix).refused_by(&KEEPERS)
    }
}

/// How a new pair is issued in place of one whose key is lost. `renew` takes no wrong key for it, and an authority with
/// another key is another authority.
fn new_pair(graph: &Graph<'_>, certificate: Index) -> String {
    let facts = graph.facts(certificate);
    let label = graph.material.file_label(facts.file);
    let name = label.strip_suffix(".pem").filter(|_| graph.material.files[facts.file].is_single);
    match name.map(|name| name.rsplit_once('/').unwrap_or(("", name))) {
        _ if facts.is_authority() => String::new(),
        None => ", or issue a new pair: certwright issue".to_owned(),
        Some((folder, base)) => {
            let issuer = issuer_file(graph, graph.issuer(certificate));
            let out = match folder {
                "" => String::new(),
                folder => format!(" --out {}", shell::path(folder)),
            };
            let name = shell::flag("--name", base);
            format!(
                ", or issue a new pair with its names: certwright issue --ca {issuer} --cn NAME --host NAME{out} \
                 {name} --force"
            )
        }
    }
}

/// Who reads a file of a pair takes the first key.
fn stray() -> Finding {
    let message = "there is a second private key in it, which is not that of its certificate";
    let fix = "leave it out: keys lie where they are used, and nowhere else";
    Finding::new("key-extra", Severity::Warning, "certwright", message, fix)
}
