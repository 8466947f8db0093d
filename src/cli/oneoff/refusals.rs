//! What no certificate is made of.

use crate::cli::own::failure::Failure;
use crate::model::profile::Profile;

use super::issuer::Authority;
use super::key_source::KeySource;
use super::profile::Terms;
use super::request::Asked;

pub(super) fn check_leaf(asked: &Asked, terms: &Terms) -> Result<(), Failure> {
    if asked.request.ca.is_some() {
        return Err(Failure::new(format!(
            "the request asks for an authority (\"ca\"), and {} issues none",
            terms.called
        ))
        .with_hint("--intermediate for an authority below --ca, --root for a new root without one"));
    }
    if asked.request.subject.is_empty() && !asked.has_hosts() {
        return Err(Failure::new("the certificate would name nobody").with_hint("--cn NAME or --host HOST"));
    }
    if terms.needs_hosts && !asked.has_hosts() {
        return Err(Failure::new("no client could connect to it: the certificate names no host")
            .with_hint("--host HOST for a server, --profile client for a client"));
    }
    Ok(())
}

pub(super) fn check_positive(asked: &Asked, profile: &Profile) -> Result<(), Failure> {
    if profile.not_after.is_none() && profile.expiry.nanoseconds() <= 0 {
        let failure = Failure::new("\"ca\": \"expiry\" has to be longer than nothing");
        return Err(failure.within(asked.file.as_deref().unwrap_or_default()));
    }
    Ok(())
}

/// Whoever serves with it could sign with it.
pub(super) fn refuse_key_of(authority: &Authority, key: &KeySource) -> Result<(), Failure> {
    let bits = authority.certificate().public_key().key_bits();
    if key.existing().is_none_or(|key| key.key_bits() != bits) {
        return Ok(());
    }
    let path = authority.path.display();
    Err(Failure::new(format!(
        "the key is that of {path}: whoever uses the certificate could sign as the authority"
    ))
    .with_hint("a certificate has a key of its own; without --existing-key, one is made"))
}

pub(super) fn refuse_path_length(path_length: Option<u32>) -> Result<(), Failure> {
    match path_length {
        None => Ok(()),
        Some(_) => Err(Failure::new("--path-length: only an authority has one")
            .with_hint("--intermediate for an authority below --ca, --root for a new root without one")),
    }
}

/// cfssl takes the hosts of authorities and leaves them out.
pub(super) fn refuse_hosts(hosts: &[String]) -> Result<(), Failure> {
    match hosts.first() {
        None => Ok(()),
        Some(host) => Err(Failure::new(format!("--host {host}: an authority's certificate names no hosts"))
            .with_hint("its name is the common name: --cn NAME")),
    }
}
