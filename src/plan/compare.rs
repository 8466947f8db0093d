//! A certificate that lies there against the one that would be issued now.

use std::collections::BTreeMap;

use const_oid::ObjectIdentifier;
use time::Duration;

use crate::issue::certificate::Certificate;
use crate::issue::policy::ApprovedTemplate;
use crate::issue::validity::MOMENTS;
use crate::model::extension::Extension;
use crate::model::profile::Profile;
use crate::vocab::oid;
use crate::vocab::san::SubjectAltNames;

use super::reason::Reason;

/// What would be issued, and for how long before its issuer's end cut it short.
pub(super) struct Expected<'a> {
    pub(super) approved: &'a ApprovedTemplate,
    pub(super) uncapped: Duration,
    pub(super) extensions: &'a [Extension],
    pub(super) profile: &'a Profile,
    pub(super) issuer: Option<&'a Certificate>,
}

/// Everything in which a certificate differs from what is expected, but for key and signature.
pub(super) fn differences(found: &Certificate, expected: &Expected<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if found.subject() != expected.approved.template().subject {
        reasons.push(Reason::Subject);
    }
    let Ok(lying) = found.extensions() else { return vec![Reason::Extension("its encoding".into())] };
    reasons.extend(names(found.subject_alt_name(), expected.extensions));
    reasons.extend(extensions(&lying, expected.extensions));
    if outlives_issuer(found, expected) {
        reasons.push(Reason::IssuerEndsEarlier);
    } else if !has_lifetime(found, expected) {
        reasons.push(Reason::Lifetime);
    }
    reasons
}

fn names(found: Option<&[u8]>, expected: &[Extension]) -> Vec<Reason> {
    let read = |value: Option<&[u8]>| {
        value.and_then(|value| SubjectAltNames::from_der(value).ok()).unwrap_or_default()
    };
    let [old, new] =
        [read(found), read(value_of(expected, &oid::SUBJECT_ALT_NAME))].map(|names| texts(&names));
    let only = |one: &Names, other: &Names| {
        let names = one.iter().filter(|(name, _)| !other.contains_key(*name)).map(|(_, text)| text.clone());
        names.collect::<Vec<_>>()
    };
    let added = only(&new, &old).into_iter().map(Reason::NameAdded);
    let removed = only(&old, &new).into_iter().map(Reason::NameRemoved);
    added.chain(removed).collect()
}

/// Names as they are compared, and as they are written.
type Names = BTreeMap<String, String>;

/// RFC 5280 section 7.2: DNS names are compared without regard to case.
fn texts(names: &SubjectAltNames) -> Names {
    let dns = names.dns.iter().map(|name| (name.to_ascii_lowercase(), name.clone()));
    let others = names.ip.iter().map(ToString::to_string);
    let others = others.chain(names.email.iter().chain(&names.uri).cloned());
    dns.chain(others.map(|text| (text.clone(), text))).collect()
}

fn value_of<'e>(extensions: &'e [Extension], oid: &ObjectIdentifier) -> Option<&'e [u8]> {
    extensions.iter().find(|extension| extension.oid == *oid).map(|extension| extension.value.as_slice())
}

/// The extensions that key and issuer do not decide, and that are no names.
fn extensions(found: &[Extension], expected: &[Extension]) -> Vec<Reason> {
    const DECIDED_ELSEWHERE: [ObjectIdentifier; 3] =
        [oid::SUBJECT_ALT_NAME, oid::SUBJECT_KEY_IDENTIFIER, oid::AUTHORITY_KEY_IDENTIFIER];
    let mut reasons = Vec::new();
    for extension in found.iter().chain(expected) {
        if DECIDED_ELSEWHERE.contains(&extension.oid) {
            continue;
        }
        let [old, new] = [found, expected].map(|list| list.iter().find(|one| one.oid == extension.oid));
        let same = match (old, new) {
            (Some(old), Some(new)) => old.critical == new.critical && old.value == new.value,
            _ => false,
        };
        let reason = reason_for(&extension.oid);
        if !same && !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

fn reason_for(extension: &ObjectIdentifier) -> Reason {
    match *extension {
        oid::KEY_USAGE | oid::EXTENDED_KEY_USAGE => Reason::Usages,
        oid::BASIC_CONSTRAINTS => Reason::Extension("basic constraints".into()),
        oid::CRL_DISTRIBUTION_POINTS => Reason::Extension("CRL distribution point".into()),
        oid::AUTHORITY_INFO_ACCESS => Reason::Extension("OCSP or issuer URL".into()),
        oid::CERTIFICATE_POLICIES => Reason::Extension("certificate policies".into()),
        other => Reason::Extension(format!("extension {other}")),
    }
}

/// Below an authority whose own life was shortened; moments lie between an authority and its first leaf.
fn outlives_issuer(found: &Certificate, expected: &Expected<'_>) -> bool {
    let end = found.validity().not_after;
    expected.profile.not_after.is_none()
        && expected.issuer.is_some_and(|issuer| issuer.validity().not_after.saturating_add(MOMENTS) < end)
}

/// A lifetime is as long as the profile says, or as fixed as it says, or as long as the issuer lets it be.
fn has_lifetime(found: &Certificate, expected: &Expected<'_>) -> bool {
    let lying = found.validity();
    let wanted = expected.approved.template().validity;
    if expected.profile.not_before.is_some() && lying.not_before != wanted.not_before {
        return false;
    }
    if expected.profile.not_after.is_some() {
        return lying.not_after == wanted.not_after;
    }
    let length = lying.not_after - lying.not_before;
    let is_capped = expected.issuer.is_some_and(|issuer| issuer.validity().not_after == lying.not_after);
    length == expected.uncapped || (is_capped && length < expected.uncapped)
}
