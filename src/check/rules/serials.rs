//! Serial numbers that an authority gave twice.

use std::collections::BTreeMap;

use crate::check::facts::Index;
use crate::check::graph::Graph;
use crate::check::material::Located;
use crate::inspect::look::serial;
use crate::lint::{Finding, Severity};

/// Certificates that have the issuer and the serial number of an earlier one.
pub(in crate::check) fn of(graph: &mut Graph<'_>) -> Vec<Located> {
    let material = graph.material;
    let mut by_number: BTreeMap<(&[u8], &[u8]), Vec<Index>> = BTreeMap::new();
    for (index, facts) in material.certificates.iter().enumerate() {
        if graph.is_first(index) && !facts.is_self_issued() {
            by_number.entry((facts.issuer(), facts.serial())).or_default().push(index);
        }
    }
    let mut found = Vec::new();
    for same in by_number.into_values().filter(|same| same.len() > 1) {
        // Authorities of one name number for themselves: it is the key that makes one.
        let mut first_by_key = BTreeMap::new();
        for index in same {
            let Some(signer) = graph.link(index).signers.first().copied() else { continue };
            let first = *first_by_key.entry(graph.facts(signer).key).or_insert(index);
            if first != index {
                found.push(material.about(index, given_twice(graph, index, first)));
            }
        }
    }
    found
}

/// RFC 5280 section 4.1.2.2: unique for each certificate of an authority.
fn given_twice(graph: &Graph<'_>, index: Index, first: Index) -> Finding {
    let label = graph.material.label(first);
    let number = serial(graph.facts(index).serial());
    let message = format!(
        "it has the serial number {number}, and so has {label} of the same issuer: who revokes one revokes both"
    );
    let fix = "issue one of them again, with a number of its own";
    let source = "RFC 5280 section 4.1.2.2";
    Finding::new("serial-repeated", Severity::Warning, source, message, fix).refused_by(&["NSS"])
}
