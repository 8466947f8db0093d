//! The rules, one file for each group.

pub(super) mod chain;
pub(super) mod files;
pub(super) mod hosts;
pub(super) mod lifetime;
pub(super) mod modes;
pub(super) mod pairing;
pub(super) mod revocation;
pub(super) mod roles;
pub(super) mod serials;
pub(super) mod time;
pub(super) mod trusted;

use super::facts::Index;
use super::graph::Graph;
use super::material::Origin;
use crate::vocab::quote::printable;

/// Who refuses what breaks the path from a certificate to what is trusted.
pub(super) const EVERYBODY: &[&str] = &["OpenSSL", "Go", "rustls", "Java", "GnuTLS"];

/// How a certificate is issued again, by where it lies.
pub(super) enum Again {
    /// A server shows it: what is to be done to it.
    Live(&'static str),
    /// Its folder is a manifest's.
    Apply,
    /// There are others in front of it in its file.
    Part,
    /// By a command.
    Command(String),
}

impl Again {
    /// As it is, if it has to be.
    fn renewed(graph: &Graph<'_>, index: Index) -> Self {
        match is_managed(graph, index) {
            true => Self::Apply,
            false => Self::at_once(graph, index),
        }
    }

    /// As it is, in any case.
    pub(super) fn at_once(graph: &Graph<'_>, index: Index) -> Self {
        Self::elsewhere(graph, index, "renew it").unwrap_or_else(|| {
            let facts = graph.facts(index);
            let label = &graph.material.files[facts.file].label;
            Self::Command(match facts.is_self_issued() {
                true => format!("certwright renew {label}"),
                false => format!("certwright renew {label} --ca {}", issuer_file(graph, index)),
            })
        })
    }

    /// By another issuer.
    fn by(graph: &Graph<'_>, index: Index, issuer: Index) -> Self {
        if is_managed(graph, index) {
            return Self::Apply;
        }
        Self::elsewhere(graph, index, "issue it again").unwrap_or_else(|| {
            let label = printable(&graph.material.files[graph.facts(index).file].label);
            let issuer = graph.material.label(issuer);
            Self::Command(format!("certwright renew {label} --ca {issuer} --replace-issuer"))
        })
    }

    /// Where no command of ours for a single file does it.
    fn elsewhere(graph: &Graph<'_>, index: Index, what: &'static str) -> Option<Self> {
        let facts = graph.facts(index);
        match facts.position {
            _ if graph.material.files[facts.file].origin == Origin::Live => Some(Self::Live(what)),
            0 => None,
            _ => Some(Self::Part),
        }
    }

    fn text(self) -> String {
        match self {
            Self::Live(what) => format!("{what}, and reload the server"),
            Self::Apply => "certwright apply".to_owned(),
            Self::Part => "issue it again, and write this file anew".to_owned(),
            Self::Command(command) => command,
        }
    }
}

fn is_managed(graph: &Graph<'_>, index: Index) -> bool {
    graph.material.files[graph.facts(index).file].managed
}

/// The command that issues a certificate again if it has to be.
pub(super) fn renew(graph: &Graph<'_>, index: Index) -> String {
    Again::renewed(graph, index).text()
}

/// The command that issues a certificate again before it has to be: `apply` waits for its manifest's `renew_before`.
pub(super) fn renew_early(graph: &Graph<'_>, index: Index) -> String {
    let now = Again::at_once(graph, index).text();
    match is_managed(graph, index) {
        true => format!("certwright apply, from its \"renew_before\" on; sooner: {now}"),
        false => now,
    }
}

/// The command that issues a certificate again with another issuer.
pub(super) fn reissue(graph: &Graph<'_>, index: Index, issuer: Index) -> String {
    Again::by(graph, index, issuer).text()
}

/// The file of what is likely its issuer; a name that speaks for itself where there is none.
fn issuer_file(graph: &Graph<'_>, index: Index) -> String {
    let label = graph.issuer_label(index);
    label.filter(|label| !label.contains('#')).unwrap_or_else(|| "ISSUER.pem".to_owned())
}
