//! What a role asks of keys, of their files, and of what is no certificate yet; of certificates it is in [`role`].

use std::collections::HashSet;

use crate::check::facts::Index;
use crate::check::graph::Graph;
use crate::check::material::{Located, Material, Origin};
use crate::check::role::{self, Role};
use crate::lint::{Finding, Severity};
use crate::vocab::role::Property;

/// What is wrong beside the certificates that are `meant` by a role.
pub(in crate::check) fn of(graph: &Graph<'_>, role: Role, meant: &[Index]) -> Vec<Located> {
    let material = graph.material;
    let certified: HashSet<_> = material.certificates.iter().map(|facts| Some(facts.key)).collect();
    let keys = material.keys.iter().flat_map(|key| {
        let is_alone = !certified.contains(&key.public);
        let kind = key.kind.filter(|_| is_alone).and_then(|kind| role::key_finding(role, kind));
        let is_encrypted = material.files[key.file].encrypted;
        let encrypted = is_encrypted.then(|| role::lacking(role, Property::PlainKey)).flatten();
        [kind, encrypted].into_iter().flatten().map(|finding| located(key.file, finding))
    });
    let without_key = meant.iter().filter_map(|index| without_key(material, role, graph.facts(*index).file));
    let requests = material.requests.iter().filter_map(|request| {
        let is_named = material.files[request.file].origin == Origin::Named;
        let is_asked = is_named && !certified.contains(&request.key);
        is_asked.then(|| located(request.file, not_judged()))
    });
    keys.chain(without_key).chain(requests).collect()
}

fn located(file: usize, finding: Finding) -> Located {
    Located { file, position: None, finding }
}

/// A file of a certificate that was named and has no key, where the consumer takes none from elsewhere.
fn without_key(material: &Material, role: Role, file: usize) -> Option<Located> {
    let source = &material.files[file];
    let beside = format!("{}.key", source.label);
    let has_key = material.keys.iter().any(|key| key.file == file || material.file_label(key.file) == beside);
    if has_key || source.origin != Origin::Named || source.embedded {
        return None;
    }
    role::lacking(role, Property::KeyBeside).map(|finding| located(file, finding))
}

fn not_judged() -> Finding {
    let message = "a role is looked for in certificates alone: what becomes of a request, its issuer decides";
    let fix = "check the certificate once it is issued, or issue it so: certwright issue --as";
    Finding::new("role-not-judged", Severity::Notice, "certwright", message, fix)
}
