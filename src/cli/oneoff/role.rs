//! What is asked for against the role it is for.

use crate::cli::own::failure::Failure;
use crate::model::role::{self, advice, refusal};
use crate::vocab::role::{KeyKind, Need, Property, Role};

use super::profile::Terms;
use super::request::Asked;

/// A role of authorities where none is made, or the other way round.
pub(super) fn misplaced(role: Role, is_root: bool, is_intermediate: bool) -> Option<Failure> {
    let (is_right, hint) = match role {
        Role::Root => (is_root, "--root makes a root, and takes the place of --ca"),
        Role::Intermediate => (is_intermediate && !is_root, "--intermediate makes an authority below --ca"),
        _ => (
            !is_root && !is_intermediate,
            "an authority has the role root or intermediate, and signs what others need",
        ),
    };
    let message = match (is_right, is_root, is_intermediate) {
        (true, ..) => return None,
        (false, true, _) => format!("--root: a root has no role \"{}\"", role.word()),
        (false, _, true) => format!("--intermediate: an intermediate has no role \"{}\"", role.word()),
        (false, false, false) => format!("--as {}: no authority is made", role.word()),
    };
    Some(Failure::new(message).with_hint(hint))
}

/// Fills in what the role leaves no choice about, and refuses what would lack something. The key: its kind, and whether
/// an Ed25519 key signs.
pub(super) fn check(
    role: Role,
    asked: &mut Asked,
    terms: &Terms,
    (key, is_signed_with_ed25519): (Option<KeyKind>, bool),
) -> Result<(), Failure> {
    if asked.external.is_none() {
        role::complete(role, &mut asked.request);
    }
    let request = &asked.request;
    let lacks =
        role::Asked { request, hosts: &[], profile: &terms.profile, key, is_signed_with_ed25519 }.lacks(role);
    let of_profile: Vec<_> = lacks.iter().copied().filter(|need| is_of_profile(need)).collect();
    if !of_profile.is_empty() {
        return Err(refused(&terms.called, role, &of_profile, advice(role, &of_profile)));
    }
    if lacks.is_empty() {
        return Ok(());
    }
    let flags: Option<Vec<_>> = lacks.iter().map(|need| flag(need)).collect();
    let hint = match flags {
        None => advice(role, &lacks),
        Some(flags) => {
            Some(format!("{}; `certwright roles explain {}` says why", flags.join(" "), role.word()))
        }
    };
    Err(refused("what is asked for", role, &lacks, hint))
}

fn refused(what: &str, role: Role, lacks: &[&'static Need], hint: Option<String>) -> Failure {
    Failure { hint, ..Failure::new(refusal(what, role, lacks)) }
}

fn is_of_profile(need: &Need) -> bool {
    matches!(
        need.property,
        Property::Usage(_) | Property::OneOfUsages(_) | Property::Authority | Property::NoAuthority
    )
}

/// What to type.
fn flag(need: &Need) -> Option<String> {
    Some(match need.property {
        Property::AnyName | Property::AnyNameOrCommonName => "--host HOST".into(),
        Property::AnyIp => "--host ADDRESS".into(),
        Property::Name(name) => format!("--host {name}"),
        Property::NameWith(start) => format!("--host {start}cluster.local"),
        Property::CommonName => "--cn USER".into(),
        Property::CommonNameOf(some) => format!("--cn {}", some.join(" or --cn ")),
        Property::CommonNameWith(start) => format!("--cn {start}NAME"),
        Property::Key(kinds) if kinds.contains(&KeyKind::Ecdsa) => "--key p256".into(),
        _ => return None,
    })
}
