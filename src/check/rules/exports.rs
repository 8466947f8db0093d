//! What was made of a certificate before it was issued again with another key, and lies beside it still.

use std::cmp::Reverse;

use crate::check::facts::Index;
use crate::check::graph::Graph;
use crate::check::material::{Key, Located};
use crate::check::rules::{apply, issuer_file};
use crate::formats::Format;
use crate::lint::{Finding, Severity};
use crate::vocab::quote::printable;
use crate::vocab::shell;

use super::pair_names::{KEEPERS, SOURCE, stem};

const CODE: &str = "export-outdated";

/// What is left of earlier pairs among the certificates that a key is for by the names of their files. `None` if the
/// latest of them has no key here: then who is wrong cannot be told.
pub(super) fn of(graph: &Graph<'_>, key: &Key, partners: &[Index]) -> Option<Vec<Located>> {
    let material = graph.material;
    let likely = |index: &Index| {
        let facts = graph.facts(*index);
        let file = &material.files[facts.file];
        // Who is issued again at once begins with the same minute.
        (facts.not_before, file.is_single, Reverse(file.label.len()))
    };
    let latest = partners.iter().copied().max_by_key(likely)?;
    let wanted = graph.facts(latest).key;
    if key.public == Some(wanted) {
        let is_earlier = |index: &&Index| {
            let mut range = material.certificates_of(graph.facts(**index).file);
            !range.any(|one| graph.facts(one).key == wanted)
        };
        let earlier = partners.iter().filter(is_earlier);
        return Some(earlier.map(|index| earlier_certificate(graph, *index, latest, key)).collect());
    }
    let name = |key: &Key| stem(material.file_label(key.file));
    let mut others =
        material.keys.iter().filter(|other| other.public == Some(wanted) && other.file != key.file);
    let own = others.find(|other| name(other) == name(key))?;
    Some(vec![earlier_key(graph, key, latest, own)])
}

fn earlier_certificate(graph: &Graph<'_>, index: Index, latest: Index, key: &Key) -> Located {
    let material = graph.material;
    let facts = graph.facts(index);
    let which = if facts.not_before < graph.facts(latest).not_before { "an older" } else { "another" };
    let latest_label = material.label(latest);
    let has_own = material.keys.iter().any(|own| own.file == facts.file && own.public == Some(facts.key));
    let fix = again(graph, facts.file, latest, key);
    let finding = if has_own {
        let message = format!("it holds {which} certificate and key than {latest_label}");
        Finding::new(CODE, Severity::Warning, "certwright", message, fix)
    } else {
        let key = printable(material.file_label(key.file));
        let message =
            format!("it holds {which} certificate than {latest_label}, not that of the key in {key}");
        Finding::new(CODE, Severity::Error, SOURCE, message, fix).refused_by(&KEEPERS)
    };
    Located { file: facts.file, position: None, finding }
}

fn earlier_key(graph: &Graph<'_>, key: &Key, latest: Index, own: &Key) -> Located {
    let material = graph.material;
    let own_label = printable(material.file_label(own.file));
    let message = format!("it is not the key of {}, which is in {own_label}", material.label(latest));
    let fix = again(graph, key.file, latest, own);
    let finding = Finding::new(CODE, Severity::Error, SOURCE, message, fix).refused_by(&KEEPERS);
    Located { file: key.file, position: None, finding }
}

/// How a file is made again of the pair that counts.
fn again(graph: &Graph<'_>, file: usize, latest: Index, key: &Key) -> String {
    let material = graph.material;
    let [label, certificate, key] =
        [file, graph.facts(latest).file, key.file].map(|file| material.file_label(file));
    if let Some(folder) = &material.files[file].manifest {
        return format!("{}, if it is in \"formats\" there; else remove it", apply(folder));
    }
    let base = certificate.strip_suffix(".pem");
    let format = Format::ALL.into_iter().find(|format| label.strip_suffix(format.ending()) == base);
    let Some(format) = format.filter(|_| base.is_some()) else {
        return format!("make it again of {}, or remove it", printable(certificate));
    };
    let key_option = if format.holds_key() { format!(" --key {}", shell::path(key)) } else { String::new() };
    let chain = match format.holds_chain() {
        true => format!(" --chain {}", issuer_file(graph, graph.issuer(latest))),
        false => String::new(),
    };
    let out = label
        .rsplit_once('/')
        .map_or(String::new(), |(folder, _)| format!(" --out {}", shell::path(format!("{folder}/"))));
    format!(
        "certwright export {} --format {format}{key_option}{chain}{out} --force",
        shell::path(certificate)
    )
}
