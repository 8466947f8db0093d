//! Files in the places of an entry's own that were not made for it: whoever made them may need them.

use crate::check::facts::KeyId;
use crate::check::material::{Input, Material, Origin};
use crate::cli::own::failure::Failure;
use crate::issue::certificate::Certificate;
use crate::key::PublicKey;
use crate::plan::Reason;
use crate::store::{Folder, FoundFile};

use super::form::Form;
use super::found::Found;

/// Says of files that would be replaced and not kept which are not the entry's own.
pub(super) fn mark(
    reasons: &mut Vec<Reason>,
    found: &Found,
    (form, chain): (&Form, &[Certificate]),
    folder: Option<&Folder>,
) -> Result<(), Failure> {
    let candidates = candidates(reasons, found, form);
    if candidates.is_empty() {
        return Ok(());
    }
    let lying = &found.lying;
    let earlier = match folder {
        Some(folder) => folder.read_previous(&lying.base, ".pem")?,
        None => None,
    };
    let earlier = earlier.and_then(|file| Certificate::from_pem(&file.contents).ok());
    let certificates = lying.certificate.good().into_iter().chain(&earlier);
    let own = certificates.map(Certificate::public_key).chain(lying.key.good()).map(id);
    let (own, above) = (own.collect(), chain.iter().map(Certificate::public_key).map(id).collect());
    for (ending, name, file) in candidates {
        let keys: &Vec<_> = if form.extras.is_of_chain(ending) { &above } else { &own };
        // A request alone is not worth the generation before.
        let is_worthless = ending == ".csr" && earlier.is_some();
        if !is_worthless && !holds_any(&file.contents, form, keys) {
            reasons.retain(|reason| !matches!(reason, Reason::Outdated(file) if *file == name));
            reasons.push(Reason::Foreign(name));
        }
    }
    Ok(())
}

/// The files that are to be replaced where no pair is: beside one, all are kept when it is replaced.
fn candidates<'f>(
    reasons: &[Reason],
    found: &'f Found,
    form: &'f Form,
) -> Vec<(&'static str, String, &'f FoundFile)> {
    let is_alone = !found.lying.certificate.exists() && !found.lying.key.exists();
    if !is_alone && !reasons.iter().any(|reason| matches!(reason, Reason::Outdated(_))) {
        return Vec::new();
    }
    let is_outdated =
        |name: &str| reasons.iter().any(|reason| matches!(reason, Reason::Outdated(file) if file == name));
    let files = found.files(form).map(|(ending, _, file)| (ending, found.name(ending), file));
    files.filter(|(_, name, _)| is_alone || is_outdated(name)).collect()
}

fn id(key: &PublicKey) -> KeyId {
    KeyId::of(key.spki_der())
}

/// Whether a file has one of these keys: private, or of a certificate or request. In doubt it has not.
fn holds_any(bytes: &[u8], form: &Form, keys: &[KeyId]) -> bool {
    let mut material = Material::default();
    material.add(Input {
        label: "",
        bytes,
        origin: Origin::Named,
        access: None,
        managed: false,
        manifest: None,
        password: form.extras.key_password(),
    });
    let requests = material.requests.iter().filter_map(|request| request.key);
    let private = material.keys.iter().filter_map(|key| key.public);
    let mut all = material.certificates.iter().map(|facts| facts.key).chain(requests).chain(private);
    all.any(|key| keys.contains(&key))
}
