//! What is trusted by name: authorities, as a rule.

use std::collections::HashSet;

use crate::check::facts::Index;
use crate::check::graph::Graph;
use crate::check::material::{Located, Origin};
use crate::lint::{Finding, Severity};

/// Files of trusted certificates in which there is no authority. Of those `above` others it is told already.
pub(in crate::check) fn of(graph: &Graph<'_>, above: &HashSet<Index>) -> Vec<Located> {
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
