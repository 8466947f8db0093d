//! Files and servers that hold several certificates: order, what is missing, what is too much.

use crate::check::assess::Assessed;
use crate::check::facts::{Facts, Index};
use crate::check::graph::Graph;
use crate::check::material::{Located, Origin};
use crate::check::rules::EVERYBODY;
use crate::lint::{Finding, Severity};
use crate::vocab::spoken::counted;

/// RFC 8446 section 4.4.2: the sender's certificate MUST come first.
const SOURCE: &str = "RFC 8446 section 4.4.2";

/// What is wrong with the certificates of one file, whose first leaf was assessed.
pub(in crate::check) fn of(graph: &Graph<'_>, file: usize, leaf: Index, assessed: &Assessed) -> Vec<Located> {
    let material = graph.material;
    let range = material.certificates_of(file);
    let is_live = material.files[file].origin == Origin::Live;
    if range.len() < 2 && !is_live {
        return Vec::new();
    }
    let mut found = Vec::new();
    let at = leaf - range.start;
    if at > 0 {
        let message = format!(
            "the certificate of the server or client is number {} of {}, and has to be the first",
            at + 1,
            range.len()
        );
        let fix = "put it first, then its issuer, and so on up";
        found.push(
            Finding::new("chain-order", Severity::Error, SOURCE, message, fix)
                .refused_by(&["nginx", "haproxy", "OpenSSL", "Go", "rustls", "Java", "GnuTLS"]),
        );
    }
    let rest: Vec<Index> = range.filter(|index| *index != leaf).collect();
    let place =
        |index: &Index| assessed.chain.iter().position(|above| graph.first(*above) == graph.first(*index));
    let places: Vec<_> = rest.iter().map(place).collect();
    let used: Vec<usize> = places.iter().copied().flatten().collect();
    if at == 0 && !used.is_sorted() {
        let message =
            "the certificates above the first are not in order: each has to be followed by its issuer";
        let fix = "put them in order: the issuer of the first, the issuer of that, and so on";
        found.push(
            Finding::new("chain-order", Severity::Warning, "RFC 5246 section 7.4.2", message, fix)
                .refused_by(&["TLS 1.2 clients that take the order at its word"]),
        );
    }
    found.extend(too_much(graph, leaf, &rest, &places, assessed));
    found.extend(missing(graph, (&rest, &used), assessed, is_live));
    found.into_iter().map(|finding| Located { file, position: None, finding }).collect()
}

/// Certificates that are no part of the chain, or are there twice.
fn too_much(
    graph: &Graph<'_>,
    leaf: Index,
    rest: &[Index],
    places: &[Option<usize>],
    assessed: &Assessed,
) -> Option<Finding> {
    // Where the chain is not known, nor is what does not belong to it.
    if assessed.chain.is_empty() {
        return None;
    }
    let is_extra = |(at, place): (usize, &Option<usize>)| match place {
        Some(_) => places[..at].contains(place),
        // Another certificate of the same authority helps those who trust another root.
        None => graph.first(rest[at]) == graph.first(leaf) || !is_alternative(graph, rest[at], assessed),
    };
    let extra: Vec<_> =
        places.iter().enumerate().filter(|found| is_extra(*found)).map(|(at, _)| at).collect();
    let first = *extra.first()?;
    let position = graph.facts(rest[first]).position + 1;
    let message = match extra.len() {
        1 => format!("certificate number {position} is no part of the chain"),
        more => {
            format!("{} are no part of the chain, number {position} the first", counted(more, "certificate"))
        }
    };
    let fix = "leave out what is not the first certificate or above it";
    Some(Finding::new("chain-extra", Severity::Warning, SOURCE, message, fix))
}

fn is_alternative(graph: &Graph<'_>, index: Index, assessed: &Assessed) -> bool {
    let facts = graph.facts(index);
    // The issuer of an intermediate that is trusted itself.
    let is_above = |above: &Index| graph.facts(*above).issuer() == facts.subject() && facts.is_authority();
    if assessed.chain.last().is_some_and(is_above) {
        return true;
    }
    let same = |above: &Index| is_same_authority(graph.facts(*above), facts);
    assessed.chain.iter().any(same) || assessed.signers.contains(&index)
}

/// Two certificates, or twice the same, of one name and key.
fn is_same_authority(one: &Facts, other: &Facts) -> bool {
    one.key == other.key && one.subject() == other.subject()
}

/// Intermediates that only stand elsewhere, and no other valid certificate of theirs here.
fn missing(
    graph: &Graph<'_>,
    (rest, used): (&[Index], &[usize]),
    assessed: &Assessed,
    is_live: bool,
) -> Option<Finding> {
    let stands_here = |above: Index| {
        let is_valid = |facts: &Facts| (facts.not_before..=facts.not_after).contains(&graph.now());
        rest.iter()
            .map(|index| graph.facts(*index))
            .any(|facts| is_same_authority(facts, graph.facts(above)) && is_valid(facts))
    };
    let needed = assessed.chain.iter().enumerate().find(|(place, above)| {
        let is_root = graph.is_trusted(**above) || graph.facts(**above).is_self_issued();
        !used.contains(place) && !is_root && !stands_here(**above)
    });
    let label = graph.material.label(*needed?.1);
    let (what, fix) = match is_live {
        true => (
            "the server does not show",
            "give the server the whole chain: certwright export --format fullchain",
        ),
        false => ("the file does not hold", "write the chain anew: certwright export --format fullchain"),
    };
    let message = format!("{what} the intermediate of {label}: who trusts the root alone refuses it");
    Some(Finding::new("missing-intermediate", Severity::Error, SOURCE, message, fix).refused_by(EVERYBODY))
}
