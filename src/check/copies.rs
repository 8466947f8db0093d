//! Which of several files with one certificate stands for all of them in what is said.

use std::collections::HashMap;

use super::facts::{Index, KeyId};
use super::material::Material;

/// For each certificate, the one with the same bytes that stands for it.
///
/// What lies beside its key as our commands write it can be renewed where it lies, and the copies follow from it. Those
/// who come to be looked at in another way, as what is trusted, stand for none that come before them.
pub(super) fn representatives(material: &Material) -> Vec<Index> {
    let certificates = &material.certificates;
    let mut first: HashMap<&[u8], Index> = HashMap::with_capacity(certificates.len());
    let firsts: Vec<_> = certificates
        .iter()
        .enumerate()
        .map(|(index, facts)| *first.entry(&*facts.der).or_insert(index))
        .collect();
    if first.len() == certificates.len() {
        return firsts;
    }
    let ranks = Ranks::new(material);
    let origin = |index: Index| material.files[certificates[index].file].origin;
    let mut best: HashMap<Index, (Rank, Index)> = HashMap::new();
    for (index, first) in firsts.iter().copied().enumerate().filter(|(index, first)| index != first) {
        let known = best.entry(first).or_insert_with(|| (ranks.of(first), first));
        if origin(index) == origin(first) {
            *known = (*known).min((ranks.of(index), index));
        }
    }
    firsts.into_iter().map(|first| best.get(&first).map_or(first, |(_, index)| *index)).collect()
}

/// How well a file stands for the certificate in it; the least does best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// `BASE.pem`, beside its key in `BASE-key.pem`.
    Pair,
    /// The certificate alone.
    Single,
    /// More than that.
    Other,
}

/// What ranks are given by.
struct Ranks<'m> {
    material: &'m Material,
    keys: HashMap<&'m str, KeyId>,
}

impl<'m> Ranks<'m> {
    fn new(material: &'m Material) -> Self {
        let keys = material.keys.iter().filter_map(|key| Some((material.file_label(key.file), key.public?)));
        Self { material, keys: keys.collect() }
    }

    fn of(&self, index: Index) -> Rank {
        let facts = &self.material.certificates[index];
        let file = &self.material.files[facts.file];
        let key = file.label.strip_suffix(".pem").and_then(|base| self.keys.get(&*format!("{base}-key.pem")));
        match (file.is_single, key) {
            (true, Some(key)) if *key == facts.key => Rank::Pair,
            (true, _) => Rank::Single,
            (false, _) => Rank::Other,
        }
    }
}
