//! The rules, one file for each group.

pub(super) mod chain;
pub(super) mod files;
pub(super) mod hosts;
pub(super) mod lifetime;
pub(super) mod modes;
pub(super) mod pairing;
pub(super) mod revocation;
pub(super) mod time;
pub(super) mod trusted;

use super::facts::Index;
use super::graph::Graph;
use super::material::Origin;
use crate::vocab::quote::printable;

/// Who refuses what breaks the path from a certificate to what is trusted.
pub(super) const EVERYBODY: &[&str] = &["OpenSSL", "Go", "rustls", "Java", "GnuTLS"];

/// The command that issues a certificate again if it has to be.
pub(super) fn renew(graph: &Graph<'_>, index: Index) -> String {
    match graph.material.files[graph.facts(index).file].managed {
        true => "certwright apply".to_owned(),
        false => renew_now(graph, index),
    }
}

/// The command that issues a certificate again before it has to be: `apply` waits for its manifest's `renew_before`.
pub(super) fn renew_early(graph: &Graph<'_>, index: Index) -> String {
    let now = renew_now(graph, index);
    match graph.material.files[graph.facts(index).file].managed {
        true => format!("certwright apply, from its \"renew_before\" on; sooner: {now}"),
        false => now,
    }
}

/// The command that issues a certificate again in any case.
pub(super) fn renew_now(graph: &Graph<'_>, index: Index) -> String {
    let material = graph.material;
    let facts = graph.facts(index);
    let file = &material.files[facts.file];
    if file.origin == Origin::Live {
        return "renew it, and reload the server".to_owned();
    }
    if facts.position > 0 {
        return "issue it again, and write this file anew".to_owned();
    }
    let label = &file.label;
    if facts.is_self_issued() {
        return format!("certwright renew {label}");
    }
    format!("certwright renew {label} --ca {}", issuer_file(graph, index))
}

/// The file of what is likely its issuer; a name that speaks for itself where there is none.
fn issuer_file(graph: &Graph<'_>, index: Index) -> String {
    let label = graph.issuer_label(index);
    label.filter(|label| !label.contains('#')).unwrap_or_else(|| "ISSUER.pem".to_owned())
}

/// The command that issues a certificate again with another issuer, or with other extensions.
pub(super) fn reissue(graph: &Graph<'_>, index: Index, issuer: Option<Index>) -> String {
    let file = &graph.material.files[graph.facts(index).file];
    match issuer {
        _ if file.origin == Origin::Live => "issue it again, and reload the server".to_owned(),
        _ if file.managed => "certwright apply".to_owned(),
        Some(issuer) if graph.facts(index).position == 0 => {
            let (label, issuer) = (printable(&file.label), graph.material.label(issuer));
            format!("certwright renew {label} --ca {issuer} --replace-issuer")
        }
        Some(_) => "issue it again, and write this file anew".to_owned(),
        None => "issue it again with the right authority".to_owned(),
    }
}
