//! Who signed whom: the certificates of a run as a graph, and the ways through it up to what is trusted.
//!
//! Several certificates may stand for one authority: renewed ones with the same key, cross-signed ones, and one of the
//! same name with another key that replaced it. All of them are tried, those first whose subject key identifier is
//! the one asked for (RFC 4158 section 3.5.12: a hint, no condition).

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use super::copies::representatives;
use super::facts::{Facts, Index, KeyId};
use super::material::{Material, Origin};
use super::names::folded_name;
use crate::issue::judge::{Judge, Verdict};
use crate::key::{PublicKey, is_signed_by};

/// More certificates of one name are not tried.
const MOST_CANDIDATES: usize = 128;
/// Keys that may be tried in vain, and one for each certificate.
const MOST_TRIES: usize = 2048;
/// Of as many certificates with one name the likely issuers are picked.
const MOST_RANKED: usize = 64;
/// Longer ways are not gone.
pub(super) const MOST_AUTHORITIES: usize = 16;
/// More ways up from one authority are not looked at.
const MOST_CHAINS: usize = 32;
/// More certificates are not met on them.
const MOST_STEPS: usize = 4096;

/// The issuers of a certificate.
#[derive(Clone, Debug, Default)]
pub(super) struct Link {
    /// Certificates with its issuer's name whose key signed it.
    pub(super) signers: Vec<Index>,
    /// Certificates with its issuer's name and other keys, or keys that were not tried any more.
    pub(super) others: Vec<Index>,
    /// Why the signature cannot be verified.
    pub(super) unverifiable: Option<String>,
    /// What webpki says of an end entity below its signer alone.
    pub(super) verdict: Option<Verdict>,
}

/// A way up from an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chain {
    /// The authority first.
    pub(super) certificates: Vec<Index>,
    /// Whether the last one is trusted.
    pub(super) is_complete: bool,
}

/// The graph. What was found out once is kept.
pub(super) struct Graph<'m> {
    pub(super) material: &'m Material,
    /// Whether anything is trusted at all.
    pub(super) has_anchors: bool,
    now: i64,
    by_subject: HashMap<&'m [u8], Vec<Index>>,
    /// The certificate with the same bytes that stands for all of them.
    first: Vec<Index>,
    trusted: HashSet<Index>,
    keys: HashMap<KeyId, Option<PublicKey>>,
    judges: HashMap<Index, Option<Judge>>,
    links: HashMap<Index, Rc<Link>>,
    chains: HashMap<Index, Rc<Vec<Chain>>>,
    /// Issuers along whose chain webpki was asked.
    asked: HashSet<Index>,
    /// How many more keys may turn out to be the wrong one; then the likeliest is the only one tried.
    tries: usize,
}

impl<'m> Graph<'m> {
    /// The graph of what was read; `now` in seconds since 1970.
    pub(super) fn new(material: &'m Material, now: i64) -> Self {
        let first = representatives(material);
        let mut graph = Self {
            material,
            has_anchors: false,
            now,
            by_subject: by_subject(material, &first),
            first,
            trusted: HashSet::new(),
            keys: HashMap::new(),
            judges: HashMap::new(),
            links: HashMap::new(),
            chains: HashMap::new(),
            asked: HashSet::new(),
            tries: MOST_TRIES + material.certificates.len(),
        };
        graph.find_anchors();
        graph
    }

    /// What is trusted: certificates named as such; without any, authorities in files that signed themselves. What a
    /// server shows vouches for nothing.
    fn find_anchors(&mut self) {
        let material = self.material;
        let is_named = |facts: &Facts| material.files[facts.file].origin == Origin::Trusted;
        self.has_anchors = material.files.iter().any(|file| file.origin == Origin::Trusted);
        let named = material.certificates.iter().enumerate().filter(|(_, facts)| is_named(facts));
        self.trusted = named.map(|(index, _)| self.first[index]).collect();
        if !self.has_anchors {
            let is_of_file = |facts: &Facts| material.files[facts.file].origin != Origin::Live;
            let roots: BTreeSet<_> = (0..material.certificates.len())
                .filter(|index| self.facts(*index).is_authority() && is_of_file(self.facts(*index)))
                .filter(|index| self.facts(*index).is_self_issued())
                .map(|index| self.first[index])
                .collect();
            self.trusted = roots.into_iter().filter(|index| self.is_self_signed(*index)).collect();
            self.has_anchors = !self.trusted.is_empty();
        }
    }

    pub(super) fn facts(&self, index: Index) -> &'m Facts {
        &self.material.certificates[index]
    }

    /// No other one with the same bytes stands for it.
    pub(super) fn is_first(&self, index: Index) -> bool {
        self.first[index] == index
    }

    /// The certificate with the same bytes that stands for all of them.
    pub(super) fn first(&self, index: Index) -> Index {
        self.first[index]
    }

    pub(super) fn is_trusted(&self, index: Index) -> bool {
        self.trusted.contains(&self.first[index])
    }

    /// Its own key signed it.
    pub(super) fn is_self_signed(&mut self, index: Index) -> bool {
        let facts = self.facts(index);
        facts.is_self_issued() && self.signed(facts, facts) == Ok(true)
    }

    /// The key of a certificate, if we can verify with it.
    fn key(&mut self, facts: &Facts) -> Option<&PublicKey> {
        self.keys.entry(facts.key).or_insert_with(|| PublicKey::from_spki_der(facts.spki()).ok()).as_ref()
    }

    /// The key of an authority, to verify what else it signed.
    pub(super) fn public_key(&mut self, index: Index) -> Option<&PublicKey> {
        let facts = self.facts(index);
        self.key(facts)
    }

    /// Whether one key signed a certificate.
    ///
    /// # Errors
    /// Why that cannot be told.
    fn signed(&mut self, issuer: &Facts, below: &Facts) -> Result<bool, String> {
        let key = self.key(issuer).ok_or("the key of its issuer is of no kind that can be verified with")?;
        is_signed_by(&below.der, key).map_err(|error| error.to_string())
    }

    /// The issuers of a certificate.
    pub(super) fn link(&mut self, index: Index) -> Rc<Link> {
        if let Some(link) = self.links.get(&index) {
            return link.clone();
        }
        let link = Rc::new(self.find_link(index));
        // An end entity is asked for once.
        if self.facts(index).is_authority() {
            self.links.insert(index, link.clone());
        }
        link
    }

    fn find_link(&mut self, index: Index) -> Link {
        let mut link = Link::default();
        let mut signer = None;
        let mut strangers = Vec::new();
        for candidate in self.candidates(index) {
            let key = self.facts(candidate).key;
            if signer.is_none() && !strangers.contains(&key) && (self.tries > 0 || strangers.is_empty()) {
                match self.try_signer(candidate, index, &mut link) {
                    true => signer = Some(key),
                    false => {
                        strangers.push(key);
                        self.tries = self.tries.saturating_sub(1);
                    }
                }
            }
            let group = if signer == Some(key) { &mut link.signers } else { &mut link.others };
            group.push(candidate);
        }
        link
    }

    /// Verifies a certificate with a candidate's key: webpki does it for end entities, and says more.
    fn try_signer(&mut self, candidate: Index, below: Index, link: &mut Link) -> bool {
        let (issuer, facts) = (self.facts(candidate), self.facts(below));
        if !facts.is_authority() {
            match self.judge(candidate, facts) {
                Some(Verdict::Accepted) => {
                    link.verdict = Some(Verdict::Accepted);
                    return true;
                }
                Some(Verdict::Signature) | None => {}
                verdict => link.verdict = verdict,
            }
        }
        match self.signed(issuer, facts) {
            Ok(is_signer) => is_signer,
            Err(reason) => {
                link.unverifiable.get_or_insert(reason);
                false
            }
        }
    }

    /// webpki's verdict on an end entity below one authority, at a time when both are valid.
    fn judge(&mut self, issuer: Index, facts: &Facts) -> Option<Verdict> {
        let der = &self.facts(issuer).der;
        let judge = self.judges.entry(issuer).or_insert_with(|| Judge::new(der, &[]).ok()).as_ref()?;
        Some(judge.judge(&facts.der, self.now.clamp(facts.not_before, facts.not_after.max(facts.not_before))))
    }

    /// Certificates with the name of its issuer, the likely ones first.
    fn candidates(&self, index: Index) -> Vec<Index> {
        let below = self.facts(index);
        let Some(found) = self.by_subject.get(below.issuer()) else { return Vec::new() };
        let is_hinted = |index: Index| below.aki().is_some() && below.aki() == self.facts(index).ski();
        // Of many with one name, the first with the identifier and the first without are looked at.
        let mut counts = [0, 0];
        let mut among_first = |index: Index| {
            let count = &mut counts[usize::from(is_hinted(index))];
            *count += 1;
            *count <= MOST_RANKED
        };
        let others = found.iter().copied().filter(|found| *found != index || below.is_self_issued());
        let mut found: Vec<_> = others.filter(|index| among_first(*index)).collect();
        let rank = |index: &Index| {
            let issuer = self.facts(*index);
            (!is_hinted(*index), !issuer.is_authority(), issuer.not_after < self.now)
        };
        found.sort_by_cached_key(rank);
        found.truncate(MOST_CANDIDATES);
        found
    }

    /// The ways up from an authority; if none is complete, the longest one.
    pub(super) fn chains(&mut self, authority: Index) -> Rc<Vec<Chain>> {
        if let Some(chains) = self.chains.get(&authority) {
            return chains.clone();
        }
        let mut walk = Walk { complete: Vec::new(), longest: Vec::new(), steps: 0 };
        walk.up(self, &mut vec![authority]);
        let chain = |certificates, is_complete| Chain { certificates, is_complete };
        let chains = match walk.complete.is_empty() {
            true => vec![chain(walk.longest, false)],
            false => walk.complete.into_iter().map(|found| chain(found, true)).collect(),
        };
        let chains = Rc::new(chains);
        self.chains.insert(authority, chains.clone());
        chains
    }

    /// The present, in seconds since 1970.
    pub(super) fn now(&self) -> i64 {
        self.now
    }

    /// What is likely its issuer.
    pub(super) fn issuer(&self, index: Index) -> Option<Index> {
        self.candidates(index).into_iter().find(|found| *found != index)
    }

    /// A valid certificate of the same authority.
    pub(super) fn replacement(&self, index: Index, now: i64) -> Option<Index> {
        let is_valid = |facts: &Facts| (facts.not_before..=facts.not_after).contains(&now);
        self.of_same_authority(index).into_iter().find(|other| is_valid(self.facts(*other)))
    }

    /// Other certificates of the same authority: same name, same key.
    pub(super) fn of_same_authority(&self, index: Index) -> Vec<Index> {
        let facts = self.facts(index);
        let found = self.by_subject.get(facts.subject()).filter(|_| facts.is_authority());
        let is_other = |other: &Index| *other != self.first[index] && self.facts(*other).key == facts.key;
        found.into_iter().flatten().copied().filter(is_other).collect()
    }

    /// webpki's verdict on an end entity along a whole chain; only the first one of an issuer is asked for, since
    /// those after it were judged below the issuer and what is above it is the same.
    pub(super) fn verdict_along(&mut self, index: Index, chain: &[Index]) -> Option<Verdict> {
        let issuer = *chain.first()?;
        let all = || chain.iter().chain([&index]).map(|index| self.facts(*index));
        let begins = all().map(|facts| facts.not_before).max()?;
        let ends = all().map(|facts| facts.not_after).min()?;
        // What was never valid all at once is refused for its dates alone, and that is told.
        if begins > ends || !self.asked.insert(issuer) {
            return None;
        }
        let (top, between) = chain.split_last()?;
        let between: Vec<&[u8]> = between.iter().map(|index| &*self.facts(*index).der).collect();
        let judge = match Judge::new(&self.facts(*top).der, &between) {
            Ok(judge) => judge,
            Err(reason) => return Some(Verdict::Refused(reason)),
        };
        Some(judge.judge(&self.facts(index).der, self.now.clamp(begins, ends)))
    }
}

/// Ways up, found so far.
struct Walk {
    complete: Vec<Vec<Index>>,
    longest: Vec<Index>,
    steps: usize,
}

impl Walk {
    fn up(&mut self, graph: &mut Graph<'_>, path: &mut Vec<Index>) {
        self.steps += 1;
        let Some(top) = path.last().copied() else { return };
        if graph.is_trusted(top) {
            self.complete.push(path.clone());
            return;
        }
        if path.len() > self.longest.len() {
            self.longest.clone_from(path);
        }
        if path.len() >= MOST_AUTHORITIES {
            return;
        }
        for signer in graph.link(top).signers.iter().copied() {
            if self.steps > MOST_STEPS || self.complete.len() >= MOST_CHAINS {
                return;
            }
            // The same authority twice leads nowhere that once does not.
            let facts = graph.facts(signer);
            let met = path.iter().any(|index| {
                let other = graph.facts(*index);
                other.key == facts.key && other.subject() == facts.subject()
            });
            if !met {
                path.push(signer);
                self.up(graph, path);
                path.pop();
            }
        }
    }
}

/// The certificates that somebody names as issuer, by their names.
fn by_subject<'m>(material: &'m Material, first: &[Index]) -> HashMap<&'m [u8], Vec<Index>> {
    let mut found: HashMap<&[u8], Vec<Index>> = HashMap::new();
    for facts in &material.certificates {
        found.entry(facts.issuer()).or_default();
    }
    for (index, facts) in material.certificates.iter().enumerate() {
        if first[index] == index
            && let Some(known) = found.get_mut(facts.subject())
        {
            known.push(index);
        }
    }
    add_written_otherwise(material, &mut found);
    found
}

/// To issuers' names that nobody has octet for octet, the authorities that have the same name written otherwise.
fn add_written_otherwise(material: &Material, found: &mut HashMap<&[u8], Vec<Index>>) {
    let mut missed = found.iter_mut().filter(|(_, known)| known.is_empty()).peekable();
    if missed.peek().is_none() {
        return;
    }
    let mut folded: HashMap<Vec<u8>, Vec<Index>> = HashMap::new();
    let mut met = HashSet::new();
    for (index, facts) in material.certificates.iter().enumerate() {
        if facts.is_authority() && met.insert(&*facts.der) {
            folded.entry(folded_name(facts.subject())).or_default().push(index);
        }
    }
    for (name, known) in missed {
        known.extend(folded.get(&folded_name(name)).into_iter().flatten());
    }
}
