//! The roles of entries: which there are, and whether request, profile and files are enough for them.

use crate::model::role::{Asked, advice, refusal};
use crate::vocab::role::{Need, Property, Role};
use crate::wire::json::{Located, Notice, Place, nearest};
use crate::wire::manifest::Entry;

use super::{Certificates, Node};

/// The role of an authority.
pub(super) fn of_authority(entry: &Entry) -> Result<Option<Role>, Notice> {
    let Some(role) = parse(&entry.role)? else { return Ok(None) };
    let right = match (entry.cert.value.is_empty(), entry.issuer.value.is_empty()) {
        (false, _) => {
            return Err(
                refuse(&entry.role, "an authority that exists has no role").with_hint("remove \"role\"")
            );
        }
        (true, true) => Role::Root,
        (true, false) => Role::Intermediate,
    };
    if role != right {
        return Err(refuse(&entry.role, format!("the role of this authority is not \"{}\"", role.word()))
            .with_hint(format!("it is \"{}\"", right.word())));
    }
    Ok(Some(role))
}

/// The role of a certificate.
pub(super) fn of_certificate(entry: &Entry) -> Result<Option<Role>, Notice> {
    let role = parse(&entry.role)?;
    if let Some(role) = role.filter(|role| role.is_authority()) {
        return Err(refuse(&entry.role, format!("the role \"{}\" is an authority's", role.word()))
            .with_hint("authorities stand under \"authorities\""));
    }
    Ok(role)
}

fn parse(word: &Located<String>) -> Result<Option<Role>, Notice> {
    if word.value.is_empty() {
        return Ok(None);
    }
    if let Some(role) = Role::from_word(&word.value) {
        return Ok(Some(role));
    }
    let unknown = refuse(word, format!("there is no role \"{}\"", word.value));
    Err(match nearest(&word.value, Role::words()) {
        Some(near) => unknown.with_hint(format!("did you mean \"{near}\"?")),
        None => unknown.with_hint("`certwright roles list` shows them"),
    })
}

fn refuse(at: &Located<String>, message: impl Into<String>) -> Notice {
    Notice::new(&at.place, message)
}

/// Refuses an entry that would lack something for its role.
pub(super) fn check(
    role: Role,
    certificates: &Certificates,
    entry: &Entry,
    is_signed_with_ed25519: bool,
) -> Result<(), Notice> {
    check_mode(role, certificates, entry)?;
    let order = &certificates.order;
    let key = order.request.key.spec().ok().map(Into::into);
    let lacks = |hosts: &[String]| {
        let (request, profile) = (&order.request, &order.profile);
        Asked { request, hosts, profile, key, is_signed_with_ed25519 }.lacks(role)
    };
    let common = lacks(&[]);
    if common.is_empty() {
        return Ok(());
    }
    let of_profile: Vec<_> = common.iter().copied().filter(|need| is_usage(need)).collect();
    if !of_profile.is_empty() {
        let what = match entry.profile.value.as_str() {
            "" => "the default profile".to_owned(),
            name => format!("the profile \"{name}\""),
        };
        return Err(lacking(&entry.profile.place, &what, role, &of_profile));
    }
    // Hosts that nodes have of their own may be all that is missing.
    let nodes = certificates.nodes.as_deref().unwrap_or_default();
    let with_less = |node: &&Node| !lacks(&node.hosts).is_empty();
    match (nodes.iter().find(with_less), nodes.is_empty()) {
        (None, false) => Ok(()),
        (None, true) => Err(lacking(&entry.role.place, "what is asked for", role, &common)),
        (Some(node), _) => {
            let what = format!("what is asked for the node \"{}\"", node.name);
            Err(lacking(&entry.role.place, &what, role, &lacks(&node.hosts)))
        }
    }
}

fn is_usage(need: &Need) -> bool {
    matches!(need.property, Property::Usage(_) | Property::OneOfUsages(_))
}

fn lacking(at: &Place, what: &str, role: Role, lacks: &[&'static Need]) -> Notice {
    Notice::new(at, refusal(what, role, lacks)).with_hints(advice(role, lacks))
}

/// Who owns the files where the manifest does not say is not known here.
fn check_mode(role: Role, certificates: &Certificates, entry: &Entry) -> Result<(), Notice> {
    let Some((allowed, need)) = role.key_mode() else { return Ok(()) };
    let owner_is_root = matches!(entry.owner.value.as_str(), "" | "root" | "0");
    if allowed.allows(certificates.files.key_mode, owner_is_root) {
        return Ok(());
    }
    let message = format!("the mode {} is too open for the role \"{}\"", entry.mode.value, role.word());
    Err(Notice::new(&entry.mode.place, message).with_hint(need.why))
}
