//! The rules, one file for each group.

pub(super) mod chain;
mod exports;
pub(super) mod files;
pub(super) mod hosts;
pub(super) mod lifetime;
pub(super) mod modes;
mod pair_names;
pub(super) mod pairing;
pub(super) mod revocation;
pub(super) mod roles;
pub(super) mod serials;
pub(super) mod time;
pub(super) mod trusted;

use super::facts::{Facts, Index};
use super::graph::Graph;
use super::material::Origin;
use crate::vocab::shell;

/// Who refuses what breaks the path from a certificate to what is trusted.
pub(super) const EVERYBODY: &[&str] = &["OpenSSL", "Go", "rustls", "Java", "GnuTLS"];

/// How a certificate is issued again, by where it lies.
pub(super) enum Again {
    /// A server shows it: what is to be done to it.
    Live(&'static str),
    /// The manifest of this folder made it.
    Apply(String),
    /// Its file holds more than it, or is none that our commands take.
    Part,
    /// By a command.
    Command(String),
}

impl Again {
    /// As it is, if it has to be.
    fn renewed(graph: &Graph<'_>, index: Index) -> Self {
        match manifest(graph, index) {
            Some(folder) => Self::Apply(folder.to_owned()),
            None => Self::at_once(graph, index),
        }
    }

    /// As it is, in any case.
    pub(super) fn at_once(graph: &Graph<'_>, index: Index) -> Self {
        Self::elsewhere(graph, index, "renew it").unwrap_or_else(|| {
            let facts = graph.facts(index);
            let label = shell::path(&graph.material.files[facts.file].label);
            Self::Command(match facts.is_self_issued() {
                true => format!("certwright renew {label}"),
                false => {
                    let issuer = issuer_file(graph, graph.issuer(index));
                    format!("certwright renew {label} --ca {issuer}")
                }
            })
        })
    }

    /// By another issuer.
    fn by(graph: &Graph<'_>, index: Index, issuer: Index) -> Self {
        if let Some(folder) = manifest(graph, index) {
            return Self::Apply(folder.to_owned());
        }
        Self::elsewhere(graph, index, "issue it again").unwrap_or_else(|| {
            let label = shell::path(&graph.material.files[graph.facts(index).file].label);
            let issuer = issuer_file(graph, Some(issuer));
            Self::Command(format!("certwright renew {label} --ca {issuer} --replace-issuer"))
        })
    }

    /// Where no command of ours for a single file does it.
    fn elsewhere(graph: &Graph<'_>, index: Index, what: &'static str) -> Option<Self> {
        let file = &graph.material.files[graph.facts(index).file];
        match file.origin {
            Origin::Live => Some(Self::Live(what)),
            _ if file.is_single => None,
            _ => Some(Self::Part),
        }
    }

    fn text(self) -> String {
        match self {
            Self::Live(what) => format!("{what}, and reload the server"),
            Self::Apply(folder) => apply(&folder),
            Self::Part => "issue it again, and write this file anew".to_owned(),
            Self::Command(command) => command,
        }
    }
}

fn manifest<'g>(graph: &'g Graph<'_>, index: Index) -> Option<&'g str> {
    graph.material.files[graph.facts(index).file].manifest.as_deref()
}

/// The command for the manifest of a folder.
pub(super) fn apply(folder: &str) -> String {
    match folder {
        "" | "." => "certwright apply".to_owned(),
        folder => format!("certwright apply {}", shell::path(folder)),
    }
}

/// The command that issues a certificate again if it has to be.
pub(super) fn renew(graph: &Graph<'_>, index: Index) -> String {
    Again::renewed(graph, index).text()
}

/// The command that issues a certificate again before it has to be: `apply` waits for its manifest's `renew_before`.
pub(super) fn renew_early(graph: &Graph<'_>, index: Index) -> String {
    let now = Again::at_once(graph, index).text();
    match manifest(graph, index) {
        Some(folder) => format!("{}, from its \"renew_before\" on; sooner: {now}", apply(folder)),
        None => now,
    }
}

/// The command that issues a certificate again with another issuer.
pub(super) fn reissue(graph: &Graph<'_>, index: Index, issuer: Index) -> String {
    Again::by(graph, index, issuer).text()
}

/// A file with an issuer alone in it, as a command's `--ca` wants it; a name that speaks for itself where there is none.
pub(super) fn issuer_file(graph: &Graph<'_>, issuer: Option<Index>) -> String {
    let material = graph.material;
    let is_usable = |facts: &&Facts| {
        let file = &material.files[facts.file];
        file.is_single && file.origin != Origin::Live
    };
    let file = issuer.and_then(|issuer| {
        let wanted = graph.facts(issuer);
        let same = || material.certificates.iter().filter(|facts| facts.der == wanted.der);
        [wanted].into_iter().find(is_usable).or_else(|| same().find(is_usable))
    });
    file.map_or_else(|| "ISSUER.pem".to_owned(), |facts| shell::path(material.file_label(facts.file)))
}
