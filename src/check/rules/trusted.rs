//! What is trusted by name: roots, as a rule.

use std::collections::HashSet;

use crate::check::facts::Index;
use crate::check::graph::Graph;
use crate::check::material::{Located, Origin};
use crate::lint::{Finding, Severity};

/// Files of trusted certificates in which there is no authority, and trusted authorities `above` others that are no roots.
pub(in crate::check) fn of(graph: &mut Graph<'_>, above: &HashSet<Index>) -> Vec<Located> {
    let mut found = not_authorities(graph, above);
    let material = graph.material;
    for (index, facts) in material.certificates.iter().enumerate() {
        let is_named = material.files[facts.file].origin == Origin::Trusted;
        let is_top = is_named && above.contains(&graph.first(index)) && facts.is_authority();
        if is_top && !leads_to_root(graph, index, &mut HashSet::new()) {
            found.push(material.about(index, not_a_root()));
        }
    }
    found
}

/// Whether a trusted root stands above an authority, or in its place.
fn leads_to_root(graph: &mut Graph<'_>, index: Index, met: &mut HashSet<Index>) -> bool {
    if !met.insert(index) {
        return false;
    }
    if graph.is_self_signed(index) {
        return graph.is_trusted(index);
    }
    let stands_for_it = graph.of_same_authority(index);
    let above = graph.link(index).signers.clone();
    stands_for_it.into_iter().chain(above).any(|next| leads_to_root(graph, next, met))
}

fn not_a_root() -> Finding {
    let message = "it is an intermediate, and the root above it is not trusted: some want a way up to a root";
    let fix = "trust its root: --ca with a file of both, or of the root alone";
    Finding::new("trusted-not-root", Severity::Warning, "RFC 5280 section 6.1", message, fix)
        .refused_by(&["OpenSSL without -partial_chain"])
}

/// Of those `above` others it is told already that they are none.
fn not_authorities(graph: &Graph<'_>, above: &HashSet<Index>) -> Vec<Located> {
    let material = graph.material;
    let files = material.files.iter().enumerate().filter(|(_, file)| file.origin == Origin::Trusted);
    let is_of_use = |index| above.contains(&graph.first(index)) || may_be_trusted(graph, index);
    let found = files.filter_map(|(file, _)| {
        let mut certificates = material.certificates_of(file);
        let is_useless = !certificates.is_empty() && !certificates.any(is_of_use);
        is_useless.then(|| Located { file, position: None, finding: not_an_authority() })
    });
    found.collect()
}

/// A certificate that signed itself may be trusted as it is, by those who see it itself.
fn may_be_trusted(graph: &Graph<'_>, index: Index) -> bool {
    let facts = graph.facts(index);
    let is_shown = || {
        let file = graph.facts(graph.first(index)).file;
        graph.material.files[file].origin != Origin::Trusted
    };
    facts.is_authority() || facts.is_self_issued() && is_shown()
}

fn not_an_authority() -> Finding {
    let message =
        "it holds no certificate of an authority: some trust the certificate itself, nobody what it signed";
    let fix = "trust the certificate of the authority that signed it";
    let source = "RFC 5280 section 4.2.1.9";
    Finding::new("trusted-not-authority", Severity::Warning, source, message, fix)
        .refused_by(&["OpenSSL without -partial_chain", "GnuTLS"])
}
