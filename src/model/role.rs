//! What is asked for against the role it is for.

use crate::vocab::duration::GoDuration;
use crate::vocab::name::AttributeType;
use crate::vocab::oid;
use crate::vocab::role::{Facts, Force, KeyKind, Need, Property, Role};
use crate::vocab::san::{SubjectAltNames, classify};

use super::profile::{CaConstraint, ONE_YEAR, Profile, TEN_YEARS};
use super::request::CertificateRequest;

/// What is asked for, and by whom it would be signed.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The request.
    pub request: &'a CertificateRequest,
    /// Hosts beside the request's.
    pub hosts: &'a [String],
    /// The profile.
    pub profile: &'a Profile,
    /// The kind of key it would have.
    pub key: Option<KeyKind>,
    /// Whether an Ed25519 key would sign it.
    pub is_signed_with_ed25519: bool,
}

impl Asked<'_> {
    /// What is lacking for a role; what matters for one use only is left out.
    pub fn lacks(&self, role: Role) -> Vec<&'static Need> {
        let request = self.request;
        let written = request.extensions.iter().filter(|extension| extension.oid == oid::SUBJECT_ALT_NAME);
        let mut names: SubjectAltNames = written
            .filter_map(|names| SubjectAltNames::from_der(&names.value).ok())
            .next()
            .unwrap_or_default();
        let hosts = request.hosts.iter().map(|host| &host.value);
        hosts.chain(self.hosts).filter(|host| !host.is_empty()).for_each(|host| names.push(classify(host)));
        let facts = Facts {
            usages: self.profile.usages.clone(),
            names: names.dns.iter().map(String::as_str).collect(),
            has_ip: !names.ip.is_empty(),
            common_name: request.subject.common_name(),
            organizations: request
                .subject
                .values(AttributeType::Organization)
                .iter()
                .map(String::as_str)
                .collect(),
            key: self.key,
            is_signed_with_ed25519: self.is_signed_with_ed25519,
            is_authority: self.profile.ca.is_some(),
        };
        facts.lacks(role).filter(|need| need.force != Force::Note).collect()
    }
}

/// Puts into a subject what a role leaves no choice about.
pub fn complete(role: Role, request: &mut CertificateRequest) {
    for need in role.needs() {
        match need.property {
            Property::Organization(name) => {
                let known = request.subject.values(AttributeType::Organization);
                if !known.iter().any(|known| known == name) {
                    request.subject.add(AttributeType::Organization, name);
                }
            }
            Property::CommonNameOf([name]) if request.subject.common_name().is_empty() => {
                request.set_common_name(*name);
            }
            _ => {}
        }
    }
}

/// The profile a role is issued by: of a configuration's default profile, if there is one, all but the usages.
/// Without one a leaf lives for one year, an authority for ten.
pub fn profile(role: Role, default: Option<&Profile>, is_rsa: bool) -> Profile {
    let mut profile = default.cloned().unwrap_or_default();
    profile.usages = role.usages(is_rsa).collect();
    profile.usage_words = Some(role.usages(is_rsa).map(|usage| usage.word()).collect());
    if profile.expiry.nanoseconds() == 0 && profile.not_after.is_none() {
        let text = if role.is_authority() { TEN_YEARS } else { ONE_YEAR };
        profile.expiry = GoDuration::parse(text).unwrap_or_default();
        text.clone_into(&mut profile.expiry_text);
    }
    let ca = profile.ca.unwrap_or(CaConstraint { path_length: Some(0) });
    profile.ca = role.is_authority().then_some(ca);
    profile
}

/// The profiles of our own commands where there is no configuration, and the roles whose they are.
pub const BUILT_IN: [(&str, Role); 4] = [
    ("server", Role::TlsServer),
    ("client", Role::TlsClient),
    ("peer", Role::MtlsPeer),
    ("intermediate", Role::Intermediate),
];

/// Why something is not enough for a role: a fragment without a full stop.
pub fn refusal(what: &str, role: Role, lacks: &[&'static Need]) -> String {
    let lacks: Vec<_> = lacks.iter().map(|need| need.property.lack()).collect();
    format!("{what} is not enough for the role \"{}\": {}", role.word(), lacks.join("; "))
}

/// The advice that goes with it: why, and what to do, of the first of them.
pub fn advice(role: Role, lacks: &[&'static Need]) -> Option<String> {
    let need = lacks.first()?;
    Some(match lacks.len() {
        1 => format!("{}; {}", need.why, need.fix()),
        _ => format!("`certwright roles explain {}` says why", role.word()),
    })
}
