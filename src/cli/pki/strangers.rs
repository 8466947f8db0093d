//! Files in the places of an entry's own that were not made for it: whoever made them may need them.

use crate::check::facts::KeyId;
use crate::check::material::{Input, Material, Origin};
use crate::cli::own::failure::Failure;
use crate::issue::certificate::Certificate;
use crate::plan::Reason;
use crate::store::Folder;

use super::entry::{Form, Found};

/// Says of files that would be replaced and not kept which are not the entry's own.
pub(super) fn mark(
    reasons: &mut Vec<Reason>,
    found: &Found,
    (form, chain): (&Form, &[Certificate]),
    folder: Option<&Folder>,
) -> Result<(), Failure> {
    let lying = &found.lying;
    // Beside a pair, all files are kept when it is replaced.
    let is_alone = !lying.certificate.exists() && !lying.key.exists();
    let is_outdated =
        |name: &str| reasons.iter().any(|reason| matches!(reason, Reason::Outdated(file) if file == name));
    let mut files = found.files(form);
    files.retain(|(name, ..)| is_alone || is_outdated(name));
    if files.is_empty() {
        return Ok(());
    }
    let earlier = match folder {
        Some(folder) => folder.read_previous(&lying.base, ".pem")?,
        None => None,
    };
    let earlier = earlier.and_then(|file| Certificate::from_pem(&file.contents).ok());
    let keys = lying.certificate.good().into_iter().chain(&earlier).map(Certificate::public_key);
    let keys: Vec<_> = keys.chain(lying.key.good()).map(|key| KeyId::of(key.spki_der())).collect();
    let above: Vec<_> = chain.iter().map(|one| KeyId::of(one.public_key().spki_der())).collect();
    for (name, holds_key, file) in files {
        let of_chain = !holds_key && form.extras.is_of_chain(&lying.base, &name);
        let keys = if of_chain { &above } else { &keys };
        // A request alone is not worth the generation before.
        let is_worthless = name == lying.csr_name() && earlier.is_some();
        if !is_worthless && !holds_any(&file.contents, form, keys) {
            reasons.retain(|reason| !matches!(reason, Reason::Outdated(file) if *file == name));
            reasons.push(Reason::Foreign(name));
        }
    }
    Ok(())
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
