//! What a certificate and the file of its key lack for a role.

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{ExtendedKeyUsage, GeneralName, ParsedExtension};
use x509_parser::x509::{AttributeTypeAndValue, SubjectPublicKeyInfo};

use crate::lint::{Finding, Severity};
use crate::vocab::oid;
use crate::vocab::role::{Facts, Force, KeyKind, Need, Property};
use crate::vocab::usage::{Usage, Usages};

pub use crate::vocab::role::Role;

/// What a certificate lacks for a role: one finding for each property, in the order of the role's needs.
pub fn findings(role: Role, certificate: &X509Certificate<'_>) -> Vec<Finding> {
    let facts = facts(certificate);
    let is_any = facts.usages.has(Usage::ANY);
    let mut found: Vec<Finding> = facts.lacks(role).map(|need| of_certificate(need, is_any)).collect();
    // What is no authority signs nothing, whatever its key usage says.
    if found.iter().any(|finding| finding.code == NOT_AUTHORITY) {
        let of_authorities = found.iter_mut().filter(|finding| finding.code == KEY_USAGE);
        of_authorities.for_each(|finding| finding.follows_from(NOT_AUTHORITY));
    }
    found
}

/// What a server lacks whose role nobody has told: what clients of any make refuse. Its names are looked at for the hosts
/// it is asked for by.
pub fn findings_of_server(certificate: &X509Certificate<'_>) -> Vec<Finding> {
    let mut found = findings(Role::TlsServer, certificate);
    found.retain(|finding| finding.code != NAME);
    found
}

/// Who takes a certificate for any purpose for what it was not named.
const ANY_IS_ENOUGH: [&str; 3] = ["GnuTLS", "Go", "Java"];

fn of_certificate(need: &'static Need, is_any: bool) -> Finding {
    let mut found = finding(need);
    if is_any && matches!(need.property, Property::Usage(Usage::Extended(_))) {
        found.refused_by.retain(|consumer| !ANY_IS_ENOUGH.contains(consumer));
    }
    found
}

const NOT_AUTHORITY: &str = "role-not-authority";
const KEY_USAGE: &str = "role-ku-missing";
const NAME: &str = "role-name-missing";

/// What is wrong with the mode of the file of a private key, where the consumer looks at that.
pub fn mode_finding(role: Role, mode: u32, owner_is_root: bool) -> Option<Finding> {
    let (allowed, need) = role.key_mode()?;
    if allowed.allows(mode, owner_is_root) {
        return None;
    }
    let mut found = finding(need);
    found.message = format!("the key file has mode {:04o}: {}", mode & 0o7777, need.why);
    Some(found)
}

/// What is wrong with a key of a kind, whatever its certificate is like.
pub fn key_finding(role: Role, kind: KeyKind) -> Option<Finding> {
    let is_other = |need: &&Need| matches!(need.property, Property::Key(kinds) if !kinds.contains(&kind));
    role.needs().iter().find(is_other).map(finding)
}

/// What there is to say where something that is no property of a certificate is lacking, if the role needs it.
pub fn lacking(role: Role, property: Property) -> Option<Finding> {
    role.needs().iter().find(|need| need.property == property).map(finding)
}

fn finding(need: &'static Need) -> Finding {
    Finding::new(code(need.property), severity(need), need.source, need.message(), need.fix())
        .refused_by(need.refused_by)
}

/// How bad it is to lack something.
pub fn severity(need: &Need) -> Severity {
    match need.force {
        Force::Refused => Severity::Error,
        Force::Usual => Severity::Warning,
        Force::Note => Severity::Notice,
    }
}

/// The code of a finding about a property.
pub fn code(property: Property) -> &'static str {
    match property {
        Property::Usage(Usage::Extended(_)) => "role-eku-missing",
        Property::Usage(Usage::Key(_)) | Property::OneOfUsages(_) => KEY_USAGE,
        Property::AnyName
        | Property::AnyNameOrCommonName
        | Property::AnyIp
        | Property::Name(_)
        | Property::NameWith(_) => NAME,
        Property::CommonName
        | Property::CommonNameOf(_)
        | Property::CommonNameWith(_)
        | Property::Organization(_) => "role-subject",
        Property::Key(_) => "role-key-type",
        Property::DigestSignature => "role-signature",
        Property::Authority => NOT_AUTHORITY,
        Property::NoAuthority => "role-is-authority",
        Property::Mode(_) => "role-key-mode",
        Property::PlainKey => "role-key-encrypted",
        Property::KeyBeside => "role-key-missing",
    }
}

fn facts<'a>(certificate: &'a X509Certificate<'_>) -> Facts<'a> {
    let mut facts = Facts { key: key_kind(certificate.public_key()), ..Facts::default() };
    for extension in certificate.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::KeyUsage(usage) => add_key_usages(&mut facts.usages, usage.flags),
            ParsedExtension::ExtendedKeyUsage(usage) => add_extended(&mut facts.usages, usage),
            ParsedExtension::BasicConstraints(basic) => facts.is_authority = basic.ca,
            ParsedExtension::SubjectAlternativeName(names) => {
                for name in &names.general_names {
                    match name {
                        GeneralName::DNSName(name) => facts.names.push(name),
                        GeneralName::IPAddress(_) => facts.has_ip = true,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    let subject = certificate.subject();
    facts.common_name = subject.iter_common_name().next().map(text).unwrap_or_default();
    facts.organizations = subject.iter_organization().map(text).collect();
    facts.is_signed_with_ed25519 =
        certificate.signature_algorithm.algorithm.as_bytes() == oid::ED25519.as_bytes();
    facts
}

/// A text of an encoding that nobody compares byte for byte is there, and no more is known of it.
fn text<'a>(attribute: &AttributeTypeAndValue<'a>) -> &'a str {
    attribute.as_str().unwrap_or("?")
}

fn add_key_usages(usages: &mut Usages, flags: u16) {
    (0..9).filter(|bit| flags & (1 << bit) != 0).for_each(|bit| {
        usages.add(Usage::Key(bit));
    });
}

/// For any purpose that is none of TLS.
const OTHER_PURPOSE: Usage = Usage::Extended(oid::CODE_SIGNING);

fn add_extended(usages: &mut Usages, usage: &ExtendedKeyUsage<'_>) {
    let named = [
        (usage.any, Usage::ANY),
        (usage.server_auth, Usage::SERVER_AUTH),
        (usage.client_auth, Usage::CLIENT_AUTH),
    ];
    for (is_there, usage) in named {
        if is_there {
            usages.add(usage);
        }
    }
    // What it is otherwise for is all the same; that it is limited is not.
    if !usages.has_extended() {
        usages.add(OTHER_PURPOSE);
    }
}

/// The kind of a public key, if a role knows it.
pub(super) fn key_kind(key: &SubjectPublicKeyInfo<'_>) -> Option<KeyKind> {
    let curve = key.algorithm.parameters.as_ref().and_then(|parameters| parameters.as_oid().ok());
    KeyKind::of_oids(key.algorithm.algorithm.as_bytes(), curve.as_ref().map(|curve| curve.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::codes::CODES;

    #[test]
    fn every_code_is_known() {
        for role in Role::ALL {
            for need in role.needs() {
                assert!(CODES.contains(&code(need.property)), "{}", code(need.property));
            }
        }
    }

    #[test]
    fn modes_are_those_of_the_role() {
        let found = mode_finding(Role::PostgresServer, 0o100_640, false).unwrap();
        assert_eq!((found.code, found.severity), ("role-key-mode", Severity::Error));
        assert_eq!(
            found.message,
            "the key file has mode 0640: the server reads its key only where nobody else can: 0600, or 0640 where \
             root owns it"
        );
        assert_eq!(mode_finding(Role::PostgresServer, 0o640, true), None);
        assert_eq!(mode_finding(Role::Nginx, 0o644, false), None);
    }
}
