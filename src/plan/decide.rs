//! The decision about one entry.

use time::{Duration, OffsetDateTime};

use crate::issue::certificate::Certificate;
use crate::issue::policy::ApprovedTemplate;
use crate::issue::validity::Validity;
use crate::key::{PublicKey, PublicKeyKind};
use crate::model::extension::Extension;
use crate::model::pki::RenewBefore;
use crate::vocab::name::DistinguishedName;
use crate::vocab::oid;

use super::compare::{Expected, differences};
use super::decision::{Action, Decision, Departures, HeldUp};
use super::reason::{Reason, Refusal, Replaced};
use super::wanted::{PlanError, Role, Wanted, approve};
use super::{Lying, Piece};

/// How far a certificate may begin in the future without being taken for a mistake of the clock.
const CLOCK_SKEW: Duration = Duration::hours(24);

/// What the user allows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Permissions<'a> {
    /// The names of all authorities of this PKI, and the names they had.
    pub authorities: &'a [Vec<u8>],
    /// What another one issued may be issued again.
    pub foreign_issuer: bool,
    /// The issuer's entry, if it is made anew though nobody asked to replace it.
    pub new_issuer: Option<&'a str>,
    /// Names may go.
    pub name_removal: bool,
    /// This authority may get a new key or name.
    pub replace_authority: bool,
    /// This authority gets a new key, though nothing is wrong with the one it has.
    pub rotate_authority: bool,
    /// What is issued again gets a new key.
    pub rekey: bool,
}

/// Decides about an entry.
///
/// # Errors
/// What is asked for can never be issued.
pub fn decide(
    lying: &Lying,
    wanted: &Wanted<'_>,
    permissions: Permissions<'_>,
    now: OffsetDateTime,
) -> Result<Decision, PlanError> {
    let mut reasons = about_files(lying);
    if !lying.exists() {
        reasons = vec![Reason::New];
    }
    let mut needs_key = needs_new_key(lying, wanted, &mut reasons);
    let mut refusal = None;
    let mut held_up = None;
    let mut change = None;
    let mut issue = needs_key;
    match (&lying.certificate, &lying.key) {
        (Piece::Good(certificate), Piece::Good(key)) => {
            let About { reasons: mut about, held_up: held, change: to_be } =
                about_certificate(certificate, (key, lying.is_verified), wanted, now)?;
            held_up = held;
            change = to_be;
            issue |= !about.is_empty();
            if !permissions.name_removal {
                refusal = removed_names(&about);
            }
            let rekey =
                if wanted.is_authority { permissions.rotate_authority } else { permissions.rekey && issue };
            if rekey && !needs_key {
                issue = true;
                needs_key = true;
                about.push(Reason::Rekey);
            }
            reasons.extend(about);
        }
        (Piece::Good(certificate), _) => {
            // The key is lost; names still may not go unnoticed.
            let key = certificate.public_key();
            let About { reasons: about, change: to_be, .. } =
                about_certificate(certificate, (key, false), wanted, now)?;
            change = to_be;
            if !permissions.name_removal {
                refusal = removed_names(&about);
            }
            reasons.extend(about);
        }
        _ => issue = true,
    }
    if wanted.is_authority && !permissions.replace_authority && lying.exists() {
        refusal = replaced_authority(wanted.name, needs_key, &reasons).or(refusal);
    }
    if reasons.contains(&Reason::IssuerReplaced)
        && let Some(name) = foreign_issuer(lying, wanted, permissions.authorities)
    {
        for reason in reasons.iter_mut().filter(|reason| **reason == Reason::IssuerReplaced) {
            *reason = Reason::IssuerForeign(name.clone());
        }
        if !permissions.foreign_issuer {
            refusal = Some(Refusal::ForeignIssuer(name));
        }
    }
    if let (Some(name), Role::Issued { issuer, .. }) = (permissions.new_issuer, wanted.role)
        && reasons.contains(&Reason::IssuerReplaced)
        && lying.certificate.good().is_some_and(|found| found.issuer() == issuer.subject())
    {
        refusal = Some(Refusal::NewIssuer(name.to_owned()));
    }
    let gets_own_key = needs_key || reasons.contains(&Reason::KeyMismatch);
    refusal = change.and_then(|change: RoleChange| change.refusal(lying, gets_own_key)).or(refusal);
    if let Piece::Locked(fault) = &lying.key {
        refusal = Some(Refusal::KeyLocked { file: lying.key_name(), fault: fault.clone() });
    }
    let write_csr = !issue && reasons.iter().any(|reason| is_about_csr(reason, lying));
    let action = match (issue, needs_key) {
        (false, _) => Action::Keep,
        (true, false) => Action::Issue,
        (true, true) => Action::IssueWithNewKey,
    };
    let held_up = held_up.filter(|_| !issue && refusal.is_none());
    Ok(Decision { action, write_csr, reasons, refusal, held_up, foreseen: Departures::default() })
}

/// What is wrong with the files themselves.
fn about_files(lying: &Lying) -> Vec<Reason> {
    let mut reasons = Vec::new();
    note_piece(&lying.certificate, lying.certificate_name(), &mut reasons);
    note_piece(&lying.key, lying.key_name(), &mut reasons);
    note_piece(&lying.csr, lying.csr_name(), &mut reasons);
    if let (Piece::Good(csr), Piece::Good(key)) = (&lying.csr, &lying.key)
        && csr.spki_der() != key.spki_der()
    {
        reasons.push(Reason::CsrOutdated(lying.csr_name()));
    }
    reasons
}

fn note_piece<T>(piece: &Piece<T>, file: String, reasons: &mut Vec<Reason>) {
    match piece {
        Piece::Missing => reasons.push(Reason::Missing(file)),
        Piece::Broken(fault) | Piece::Locked(fault) => {
            reasons.push(Reason::Broken { file, fault: fault.clone() });
        }
        Piece::Good(_) => {}
    }
}

fn is_about_csr(reason: &Reason, lying: &Lying) -> bool {
    match reason {
        Reason::CsrOutdated(_) => true,
        Reason::Missing(file) | Reason::Broken { file, .. } => *file == lying.csr_name(),
        _ => false,
    }
}

/// Whether the key that lies there, if any, cannot be the certificate's.
fn needs_new_key(lying: &Lying, wanted: &Wanted<'_>, reasons: &mut Vec<Reason>) -> bool {
    let Piece::Good(key) = &lying.key else { return true };
    let Ok(spec) = wanted.request.key.spec() else { return false };
    let kind = key.kind();
    let asked = PublicKeyKind::from(spec);
    let is_kind = asked == kind;
    if !is_kind {
        reasons.push(Reason::KeyType { from: kind.to_string(), to: asked.to_string() });
    }
    // Whoever trusts an authority trusts its key: another one in its place is a replacement.
    let is_strange = wanted.is_authority
        && lying.certificate.good().is_some_and(|found| found.public_key().key_bits() != key.key_bits());
    !is_kind || is_strange
}

/// What is to be said of a certificate.
struct About {
    reasons: Vec<Reason>,
    held_up: Option<HeldUp>,
    /// It is to be an authority's, and is none, or the other way round.
    change: Option<RoleChange>,
}

/// What a certificate is to be that it is not.
#[derive(Clone, Copy, PartialEq)]
enum RoleChange {
    ToAuthority,
    FromAuthority,
}

impl RoleChange {
    /// A certificate that signed itself was somebody's authority, whatever it says.
    fn of(found: &Certificate, approved: &ApprovedTemplate) -> Option<Self> {
        match (found.basic_constraints().ca, approved.template().basic_constraints.ca) {
            (true, false) => Some(Self::FromAuthority),
            (false, true) if found.subject() != found.issuer() => Some(Self::ToAuthority),
            _ => None,
        }
    }

    /// An authority's key serves nothing else, and what served something else is no authority's.
    fn refusal(self, lying: &Lying, gets_own_key: bool) -> Option<Refusal> {
        let (certificate, key) = (lying.certificate_name(), lying.key_name());
        match self {
            Self::FromAuthority => Some(Refusal::AuthorityBefore { certificate, key }),
            Self::ToAuthority if gets_own_key => None,
            Self::ToAuthority => Some(Refusal::NoAuthorityBefore { certificate, key }),
        }
    }
}

fn about_certificate(
    found: &Certificate,
    (key, is_verified): (&PublicKey, bool),
    wanted: &Wanted<'_>,
    now: OffsetDateTime,
) -> Result<About, PlanError> {
    let mut reasons = Vec::new();
    if found.public_key().key_bits() != key.key_bits() {
        reasons.push(Reason::KeyMismatch);
    }
    let (mut approved, _) = approve(wanted, found.public_key(), now)?;
    let full = approved.template().validity;
    let uncapped = full.not_after - full.not_before;
    let (issuer, profile) = match wanted.role {
        Role::Root(profile) => (None, profile),
        Role::Issued { issuer, policy } => (Some(issuer), policy.profile),
    };
    if let Some(issuer) = issuer {
        approved.cap(issuer);
    }
    let extensions = approved.extensions(issuer)?;
    if !is_verified {
        reasons.extend(about_signature(found, wanted, &extensions));
    }
    let expected = Expected { approved: &approved, uncapped, extensions: &extensions, profile, issuer };
    reasons.extend(differences(found, &expected));
    let mut held_up = None;
    match about_time(found.validity(), wanted.renew, now) {
        Timing::Early => {}
        // Nothing is gained by a certificate that begins no earlier.
        Timing::Wrong(Reason::NotYetValid(begin)) if approved.template().validity.not_before >= begin => {}
        Timing::Wrong(reason) => reasons.push(reason),
        // Nothing is gained by a certificate that ends no later.
        Timing::Due(end) => match approved.template().validity.not_after {
            new_end if new_end > end => reasons.push(Reason::Expiring(end)),
            new_end if new_end < full.not_after => held_up = Some(HeldUp::ByIssuer(new_end)),
            new_end if profile.not_after.is_some() => held_up = Some(HeldUp::ByProfile(new_end)),
            // Made within this minute.
            _ => {}
        },
    }
    Ok(About { reasons, held_up, change: RoleChange::of(found, &approved) })
}

/// The signature is checked, not just the name: an authority made again has the same one. A certificate that names
/// the right issuer and key and has not their signature was damaged.
fn about_signature(found: &Certificate, wanted: &Wanted<'_>, expected: &[Extension]) -> Option<Reason> {
    let (subject, key) = match wanted.role {
        Role::Root(_) => (found.subject(), found.public_key()),
        Role::Issued { issuer, .. } => (issuer.subject(), issuer.public_key()),
    };
    let (is_named, is_signed) = (found.issuer() == subject, found.verify(key).is_ok());
    if is_named && is_signed {
        return None;
    }
    let key_of_issuer = |list: &[Extension]| {
        list.iter().find(|one| one.oid == oid::AUTHORITY_KEY_IDENTIFIER).map(|one| one.value.clone())
    };
    let wanted_key = key_of_issuer(expected);
    let names_it = found.extensions().is_ok_and(|lying| key_of_issuer(&lying) == wanted_key);
    // Where neither names a key, the name has to do.
    let is_damaged = !is_signed && names_it && (is_named || wanted_key.is_some());
    Some(if is_damaged { Reason::Signature } else { Reason::IssuerReplaced })
}

/// How a lifetime stands to the present.
enum Timing {
    Early,
    Due(OffsetDateTime),
    Wrong(Reason),
}

fn about_time(validity: Validity, renew: RenewBefore, now: OffsetDateTime) -> Timing {
    let Validity { not_before, not_after } = validity;
    if not_before > now.saturating_add(CLOCK_SKEW) {
        return Timing::Wrong(Reason::NotYetValid(not_before));
    }
    // Also below an authority that expired itself: then nothing can be issued, and that has to be said.
    if not_after < now {
        return Timing::Wrong(Reason::Expired(not_after));
    }
    if renew.moment(not_before, not_after) <= now { Timing::Due(not_after) } else { Timing::Early }
}

/// Who issued what lies there, if that is nobody's name here: then it is likely another manifest's, and both would
/// replace it for ever.
fn foreign_issuer(lying: &Lying, wanted: &Wanted<'_>, authorities: &[Vec<u8>]) -> Option<String> {
    let Role::Issued { issuer, .. } = wanted.role else { return None };
    let found = lying.certificate.good()?.issuer();
    if found == issuer.subject() || authorities.iter().any(|name| name == found) {
        return None;
    }
    Some(match DistinguishedName::from_der(found) {
        Ok(name) if !name.common_name().is_empty() => format!("CN={}", name.common_name().escape_debug()),
        _ => "somebody without a common name".to_owned(),
    })
}

fn removed_names(reasons: &[Reason]) -> Option<Refusal> {
    let names: Vec<_> = reasons
        .iter()
        .filter_map(|reason| match reason {
            Reason::NameRemoved(name) => Some(name.clone()),
            _ => None,
        })
        .collect();
    (!names.is_empty()).then_some(Refusal::NameRemoval(names))
}

/// Whoever trusts an authority trusts its name and its key: with another one of either it is another authority.
fn replaced_authority(name: &str, needs_key: bool, reasons: &[Reason]) -> Option<Refusal> {
    let asks_for_kind = reasons.iter().any(|reason| matches!(reason, Reason::KeyType { .. }));
    let what = match (needs_key, asks_for_kind) {
        (true, false) => Replaced::LostKey,
        (true, true) => Replaced::KindOfKey,
        // A damaged certificate says nothing of the name it had.
        (false, _) if reasons.contains(&Reason::Signature) => return None,
        (false, _) if reasons.contains(&Reason::Subject) => Replaced::Name,
        (false, _) => return None,
    };
    let why = reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Some(Refusal::ReplaceAuthority { name: name.to_owned(), what, why })
}
