//! Who signed whom, and whose key is whose, among documents.

use std::collections::HashMap;

use serde::Serialize;

use super::document::{Content, Document};
use super::facts::{CertificateFacts, State};
use super::signature::verify;

/// Certificates of one name that are tried for one signature, those with the key identifier asked for and any: a
/// hostile file may hold thousands of them.
const MOST_CANDIDATES: usize = 64;
/// Keys that are tried in vain before the likeliest is the only one tried, and one for each document.
const MOST_TRIES: usize = 2048;

/// How a document relates to others; numbers are places in the list of documents, from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Relations {
    /// The certificates whose key verifies the signature, the most fitting first; never the certificate itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signed_by: Vec<usize>,
    /// Where nobody here signed it: certificates with the issuer's name and another key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_signed_by: Vec<usize>,
    /// Certificates with the issuer's name, where the signature is of a kind that cannot be verified.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub perhaps_signed_by: Vec<usize>,
    /// Nobody here that was tried signed it, and more have the issuer's name.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_all_tried: bool,
    /// The private keys of a certificate or a request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub private_keys: Vec<usize>,
    /// The certificates of a private key or a request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<usize>,
    /// The requests of a private key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<usize>,
    /// The first place where the same certificate stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<usize>,
}

/// Finds how documents relate to each other.
pub(super) fn relate(documents: &[Document]) -> Vec<Relations> {
    let mut index = Index::of(documents);
    documents.iter().enumerate().map(|(at, document)| index.relations(at, document)).collect()
}

/// Documents by what others refer to.
struct Index<'a> {
    documents: &'a [Document],
    /// The first place of each certificate.
    places: HashMap<&'a [u8], usize>,
    by_subject: HashMap<&'a [u8], Vec<usize>>,
    /// The same for a name and a key identifier together.
    by_subject_key: HashMap<(&'a [u8], &'a str), Vec<usize>>,
    certificates: HashMap<&'a [u8], Vec<usize>>,
    requests: HashMap<&'a [u8], Vec<usize>>,
    private_keys: HashMap<&'a [u8], Vec<usize>>,
    /// How many more keys may be tried in vain.
    tries: usize,
}

impl<'a> Index<'a> {
    fn of(documents: &'a [Document]) -> Self {
        let mut index = Self {
            documents,
            places: HashMap::new(),
            by_subject: HashMap::new(),
            by_subject_key: HashMap::new(),
            certificates: HashMap::new(),
            requests: HashMap::new(),
            private_keys: HashMap::new(),
            tries: MOST_TRIES + documents.len(),
        };
        for (at, document) in documents.iter().enumerate() {
            match &document.content {
                Content::Certificate(facts) => index.add_certificate(at, facts),
                Content::Request(facts) => index.requests.entry(&facts.key.spki).or_default().push(at),
                Content::PrivateKey(facts) => {
                    let spki = facts.key.iter().map(|key| key.spki.as_slice());
                    spki.for_each(|spki| index.private_keys.entry(spki).or_default().push(at));
                }
                _ => {}
            }
        }
        index
    }

    fn add_certificate(&mut self, at: usize, facts: &'a CertificateFacts) {
        if *self.places.entry(&facts.der).or_insert(at) != at {
            return;
        }
        self.by_subject.entry(&facts.raw_subject).or_default().push(at);
        if let Some(id) = &facts.subject_key_id {
            self.by_subject_key.entry((&facts.raw_subject, id)).or_default().push(at);
        }
        self.certificates.entry(&facts.key.spki).or_default().push(at);
    }

    fn relations(&mut self, at: usize, document: &Document) -> Relations {
        let mut found = Relations::default();
        match &document.content {
            Content::Certificate(facts) => {
                found.private_keys = of(&self.private_keys, &facts.key.spki);
                match self.places.get(facts.der.as_slice()) {
                    Some(first) if *first != at => found.same_as = Some(*first),
                    // Renewed with the same key, another root verifies it as well, and is not above it.
                    _ if facts.is_self_issued() && facts.self_signed != Some(false) => {}
                    _ => self.find_signers(
                        &mut found,
                        &facts.der,
                        &facts.raw_issuer,
                        facts.authority_key_id.as_deref(),
                    ),
                }
            }
            Content::Request(facts) => {
                found.private_keys = of(&self.private_keys, &facts.key.spki);
                found.certificates = of(&self.certificates, &facts.key.spki);
            }
            Content::Crl(facts) => {
                let issuer_key = facts.extensions.iter().find(|extension| extension.oid == "2.5.29.35");
                let issuer_key = issuer_key.and_then(|extension| extension.value.first());
                self.find_signers(&mut found, &facts.der, &facts.raw_issuer, issuer_key.map(String::as_str));
            }
            Content::PrivateKey(facts) => {
                if let Some(key) = &facts.key {
                    found.certificates = of(&self.certificates, &key.spki);
                    found.requests = of(&self.requests, &key.spki);
                }
            }
            _ => {}
        }
        found
    }

    /// Verifies the signature with the keys of the certificates that have the issuer's name, until one fits.
    fn find_signers(&mut self, found: &mut Relations, der: &[u8], issuer: &[u8], key_id: Option<&str>) {
        let (candidates, is_all) = self.candidates(der, issuer, key_id);
        let mut verdicts: Vec<(&[u8], Option<bool>)> = Vec::new();
        for (at, facts) in candidates {
            let spki = facts.key.spki.as_slice();
            let verdict = match verdicts.iter().find(|(known, _)| *known == spki) {
                Some((_, verdict)) => *verdict,
                None if !found.signed_by.is_empty() => continue,
                None if self.tries == 0 && !verdicts.is_empty() => {
                    found.not_all_tried = true;
                    continue;
                }
                None => {
                    let verdict = verify(der, spki);
                    verdicts.push((spki, verdict));
                    let in_vain = usize::from(verdict != Some(true));
                    self.tries = self.tries.saturating_sub(in_vain);
                    verdict
                }
            };
            match verdict {
                Some(true) => found.signed_by.push(at),
                Some(false) => found.not_signed_by.push(at),
                None => found.perhaps_signed_by.push(at),
            }
        }
        found.not_all_tried |= !is_all;
        if !found.signed_by.is_empty() {
            found.not_signed_by.clear();
            found.not_all_tried = false;
        }
    }

    /// Who may have signed it, the best first, and whether that is all. RFC 5280 section 4.2.1.1: the key identifier
    /// says which of them; then those that are valid, that trust ends at, that last longest.
    fn candidates(
        &self,
        der: &[u8],
        issuer: &[u8],
        key_id: Option<&str>,
    ) -> (Vec<(usize, &'a CertificateFacts)>, bool) {
        let of_key = key_id.and_then(|id| self.by_subject_key.get(&(issuer, id)));
        let fitting = of_key.map(Vec::as_slice).unwrap_or_default();
        let named = self.by_subject.get(issuer).map(Vec::as_slice).unwrap_or_default();
        let numbers = fitting.iter().take(MOST_CANDIDATES).chain(named.iter().take(MOST_CANDIDATES));
        let mut candidates: Vec<(usize, &CertificateFacts)> = Vec::new();
        for at in numbers {
            let is_known = candidates.iter().any(|(known, _)| known == at);
            match self.certificate(*at) {
                Some(facts) if !is_known && facts.der != der => candidates.push((*at, facts)),
                _ => {}
            }
        }
        let fits = |facts: &CertificateFacts| key_id.is_some() && facts.subject_key_id.as_deref() == key_id;
        candidates.sort_by_key(|(at, facts)| {
            let is_valid = facts.lifetime.state == State::Valid;
            let is_root = facts.self_signed == Some(true);
            (!fits(facts), !is_valid, !is_root, std::cmp::Reverse(facts.lifetime.end), *at)
        });
        (candidates, named.len() <= MOST_CANDIDATES)
    }

    fn certificate(&self, at: usize) -> Option<&'a CertificateFacts> {
        match &self.documents.get(at)?.content {
            Content::Certificate(facts) => Some(facts),
            _ => None,
        }
    }
}

fn of(map: &HashMap<&[u8], Vec<usize>>, key: &[u8]) -> Vec<usize> {
    map.get(key).cloned().unwrap_or_default()
}
