//! Extensions in words.

use const_oid::ObjectIdentifier;
use der::Decode as _;
use serde::Serialize;
use x509_parser::extensions::{
    AuthorityKeyIdentifier, DistributionPointName, GeneralName, NSCertType, NameConstraints, ParsedExtension,
    PolicyInformation, ReasonFlags, X509Extension,
};

use super::names::{Names, general_name, oid_text};
use super::shown::{hex, moment, oid_of, quoted, serial};
use super::words;
use crate::vocab::quote::printable;
use crate::vocab::usage::Usage;
use crate::vocab::{asn1, oid};

/// An extension of a certificate, a request or a CRL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExtensionFacts {
    /// Dotted.
    pub oid: String,
    /// Its name, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'static str>,
    /// RFC 5280 section 4.2: who does not know it must refuse the certificate.
    pub critical: bool,
    /// What it says, line by line; octets in hexadecimal where that cannot be told.
    pub value: Vec<String>,
}

impl ExtensionFacts {
    /// In words.
    pub(super) fn of(extension: &X509Extension<'_>) -> Self {
        let oid = oid_of(extension.oid.as_bytes());
        let value = known_value(extension).unwrap_or_else(|| vec![hex(extension.value)]);
        Self {
            oid: oid_text(extension.oid.as_bytes()),
            name: oid.as_ref().and_then(words::extension),
            critical: extension.critical,
            value,
        }
    }

    /// Its name, else its OID.
    pub fn title(&self) -> &str {
        self.name.unwrap_or(&self.oid)
    }
}

/// What extensions say together that a summary needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Digest {
    pub(super) names: Names,
    pub(super) usages: Vec<String>,
    /// Whether there is an extended key usage.
    pub(super) has_purposes: bool,
    pub(super) is_ca: bool,
    pub(super) path_length: Option<u32>,
    pub(super) subject_key_id: Option<String>,
    pub(super) authority_key_id: Option<String>,
    pub(super) facts: Vec<ExtensionFacts>,
}

impl Digest {
    pub(super) fn of<'a, 'b: 'a>(extensions: impl IntoIterator<Item = &'a X509Extension<'b>>) -> Self {
        let mut digest = Self::default();
        for extension in extensions {
            digest.note(extension);
            digest.facts.push(ExtensionFacts::of(extension));
        }
        digest
    }

    fn note(&mut self, extension: &X509Extension<'_>) {
        match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(names) => self.names = Names::of(&names.general_names),
            ParsedExtension::BasicConstraints(found) => {
                self.is_ca = found.ca;
                self.path_length = found.path_len_constraint;
            }
            // RFC 5280 section 4.2.1.3 comes before 4.2.1.12, whatever their order in the certificate.
            ParsedExtension::KeyUsage(usage) => {
                self.usages.splice(0..0, key_usages(usage.flags));
            }
            ParsedExtension::ExtendedKeyUsage(_) => {
                self.has_purposes = true;
                self.usages.extend(purposes(extension.value).unwrap_or_default());
            }
            ParsedExtension::SubjectKeyIdentifier(id) => self.subject_key_id = Some(hex(id.0)),
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                self.authority_key_id = id.key_identifier.as_ref().map(|id| hex(id.0));
            }
            _ => {}
        }
    }
}

fn key_usages(flags: u16) -> Vec<String> {
    (0..9).filter(|bit| flags & (1 << bit) != 0).map(|bit| Usage::Key(bit).word()).collect()
}

/// The extended key usages in their order.
fn purposes(value: &[u8]) -> Option<Vec<String>> {
    let elements = asn1::sequence_elements(value).ok()?;
    let word = |der: &&[u8]| match ObjectIdentifier::from_der(der) {
        Ok(oid) => Usage::Extended(oid).word(),
        Err(_) => hex(der),
    };
    Some(elements.iter().map(word).collect())
}

/// `None` where the value cannot be told.
fn known_value(extension: &X509Extension<'_>) -> Option<Vec<String>> {
    use ParsedExtension as Parsed;
    let lines = match extension.parsed_extension() {
        Parsed::KeyUsage(usage) => vec![key_usages(usage.flags).join(", ")],
        Parsed::ExtendedKeyUsage(_) => vec![purposes(extension.value)?.join(", ")],
        Parsed::BasicConstraints(found) => vec![basic_constraints(found.ca, found.path_len_constraint)],
        Parsed::SubjectKeyIdentifier(id) => vec![hex(id.0)],
        Parsed::AuthorityKeyIdentifier(id) => authority_key_id(id),
        Parsed::SubjectAlternativeName(names) => names.general_names.iter().map(general_name).collect(),
        Parsed::IssuerAlternativeName(names) => names.general_names.iter().map(general_name).collect(),
        Parsed::NameConstraints(constraints) => name_constraints(constraints),
        Parsed::CertificatePolicies(policies) => policies.iter().map(policy).collect(),
        Parsed::PolicyMappings(mappings) => {
            let line = |from: &[u8], to: &[u8]| format!("{} is {}", oid_text(from), oid_text(to));
            let mappings = mappings.mappings.iter();
            mappings
                .map(|m| line(m.issuer_domain_policy.as_bytes(), m.subject_domain_policy.as_bytes()))
                .collect()
        }
        Parsed::PolicyConstraints(found) => {
            let explicit =
                found.require_explicit_policy.map(|n| format!("explicit policy required after {n}"));
            let mapping = found.inhibit_policy_mapping.map(|n| format!("no policy mapping after {n}"));
            explicit.into_iter().chain(mapping).collect()
        }
        Parsed::InhibitAnyPolicy(found) => vec![format!("after {}", found.skip_certs)],
        Parsed::CRLDistributionPoints(points) => {
            let line = |point: &x509_parser::extensions::CRLDistributionPoint<'_>| {
                let names = point.distribution_point.as_ref().map(point_name);
                let reasons = point.reasons.as_ref().map(|flags| format!("for {}", reasons(flags)));
                let issuer = point.crl_issuer.as_ref().map(|names| format!("issued by {}", joined(names)));
                names.into_iter().chain(reasons).chain(issuer).collect::<Vec<_>>().join(", ")
            };
            points.iter().map(line).collect()
        }
        Parsed::AuthorityInfoAccess(access) => access.accessdescs.iter().map(access_line).collect(),
        Parsed::SubjectInfoAccess(access) => access.accessdescs.iter().map(access_line).collect(),
        Parsed::NSCertType(kinds) => vec![netscape(*kinds)],
        Parsed::NsCertComment(text) => vec![quoted(text)],
        Parsed::CRLNumber(number) => vec![number.to_string()],
        Parsed::ReasonCode(code) => vec![reason_text(code.0)],
        Parsed::InvalidityDate(time) => vec![moment(time.to_datetime())],
        Parsed::IssuingDistributionPoint(point) => issuing_point(point),
        Parsed::SCT(timestamps) => timestamps
            .iter()
            .map(|sct| format!("log {}, {}", hex(sct.id.key_id), log_time(sct.timestamp)))
            .collect(),
        _ => return other_value(extension),
    };
    Some(lines)
}

/// Extensions that x509-parser does not read.
fn other_value(extension: &X509Extension<'_>) -> Option<Vec<String>> {
    let oid = oid_of(extension.oid.as_bytes())?;
    match (oid, words::extension(&oid)?) {
        // RFC 6960 section 4.2.2.2.1, RFC 9345 section 4.2, RFC 6962 section 3.1: the value is NULL.
        (oid::OCSP_NO_CHECK | oid::DELEGATION_USAGE, _) | (_, "certificate transparency poison")
            if extension.value == [5, 0] =>
        {
            Some(Vec::new())
        }
        (_, "TLS feature") => {
            let elements = asn1::sequence_elements(extension.value).ok()?;
            let feature = |der: &&[u8]| match *der {
                // RFC 7633 section 4.2.3: the number of a TLS extension.
                [2, 1, 5] => "status_request (OCSP must staple)".to_owned(),
                [2, 1, 17] => "status_request_v2".to_owned(),
                other => hex(other),
            };
            Some(elements.iter().map(feature).collect())
        }
        (_, "delta CRL indicator") => asn1::contents(der::Tag::Integer, extension.value)
            .ok()
            .map(|number| vec![format!("base {}", hex(number))]),
        _ => None,
    }
}

/// RFC 5280 section 4.2.1.9, as summaries say it, too.
pub(super) fn basic_constraints(ca: bool, path_length: Option<u32>) -> String {
    match (ca, path_length) {
        (true, None) => "CA, no path length".to_owned(),
        (true, Some(length)) => format!("CA, path length {length}"),
        (false, None) => "no CA".to_owned(),
        (false, Some(length)) => format!("no CA, path length {length}"),
    }
}

fn authority_key_id(id: &AuthorityKeyIdentifier<'_>) -> Vec<String> {
    let key = id.key_identifier.as_ref().map(|id| hex(id.0));
    let issuer = id.authority_cert_issuer.as_ref().map(|names| format!("issuer {}", joined(names)));
    let number = id.authority_cert_serial.map(|found| format!("serial {}", serial(found)));
    key.into_iter().chain(issuer).chain(number).collect()
}

fn name_constraints(found: &NameConstraints<'_>) -> Vec<String> {
    let lists = [("permitted", &found.permitted_subtrees), ("excluded", &found.excluded_subtrees)];
    let subtrees =
        lists.into_iter().flat_map(|(word, list)| list.iter().flatten().map(move |subtree| (word, subtree)));
    subtrees.map(|(word, subtree)| format!("{word} {}", general_name(&subtree.base))).collect()
}

fn policy(policy: &PolicyInformation<'_>) -> String {
    let mut text = oid_of(policy.policy_id.as_bytes())
        .map_or_else(|| hex(policy.policy_id.as_bytes()), |oid| words::other(&oid));
    for qualifier in policy.policy_qualifiers.iter().flatten() {
        let kind = oid_of(qualifier.policy_qualifier_id.as_bytes())
            .map_or_else(|| hex(qualifier.policy_qualifier_id.as_bytes()), |oid| words::other(&oid));
        // RFC 5280 section 4.2.1.4: a CPSuri is an IA5String; a notice is a structure that nobody displays.
        let value = asn1::contents(der::Tag::Ia5String, qualifier.qualifier)
            .ok()
            .and_then(|text| str::from_utf8(text).ok());
        let value = value.map_or_else(|| hex(qualifier.qualifier), printable);
        text += &format!(", {kind} {value}");
    }
    text
}

fn joined(names: &[GeneralName<'_>]) -> String {
    names.iter().map(general_name).collect::<Vec<_>>().join(", ")
}

fn point_name(name: &DistributionPointName<'_>) -> String {
    match name {
        DistributionPointName::FullName(names) => joined(names),
        DistributionPointName::NameRelativeToCRLIssuer(_) => "a name below the CRL issuer's".to_owned(),
    }
}

/// RFC 5280 section 4.2.1.13.
const REASONS: [&str; 9] = [
    "unused",
    "key compromise",
    "CA compromise",
    "affiliation changed",
    "superseded",
    "cessation of operation",
    "certificate hold",
    "privilege withdrawn",
    "AA compromise",
];

/// A CRL entry's reason (RFC 5280 section 5.3.1): numbered as the flags, but for 0, 7 and what follows.
pub(super) fn reason_text(code: u8) -> String {
    let word = match code {
        0 => Some("unspecified"),
        1..=6 => REASONS.get(usize::from(code)).copied(),
        8 => Some("remove from CRL"),
        9 | 10 => REASONS.get(usize::from(code) - 2).copied(),
        _ => None,
    };
    word.map_or_else(|| format!("reason {code}"), str::to_owned)
}

fn reasons(flags: &ReasonFlags) -> String {
    let set = REASONS.iter().enumerate().filter(|(bit, _)| flags.flags & (1 << bit) != 0);
    set.map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
}

fn issuing_point(point: &x509_parser::extensions::IssuingDistributionPoint<'_>) -> Vec<String> {
    let name = point.distribution_point.as_ref().map(point_name);
    let some = point.only_some_reasons.as_ref().map(|flags| format!("only for {}", reasons(flags)));
    let flags = [
        (point.only_contains_user_certs, "only certificates of users"),
        (point.only_contains_ca_certs, "only certificates of CAs"),
        (point.only_contains_attribute_certs, "only attribute certificates"),
        (point.indirect_crl, "indirect"),
    ];
    let flags = flags.into_iter().filter(|(set, _)| *set).map(|(_, word)| word.to_owned());
    name.into_iter().chain(some).chain(flags).collect()
}

fn access_line(access: &x509_parser::extensions::AccessDescription<'_>) -> String {
    let method = oid_of(access.access_method.as_bytes())
        .map_or_else(|| hex(access.access_method.as_bytes()), |oid| words::other(&oid));
    format!("{method} {}", general_name(&access.access_location))
}

fn netscape(kinds: NSCertType) -> String {
    let flags = [
        (kinds.ssl_client(), "SSL client"),
        (kinds.ssl_server(), "SSL server"),
        (kinds.smime(), "S/MIME"),
        (kinds.object_signing(), "object signing"),
        (kinds.ssl_ca(), "SSL CA"),
        (kinds.smime_ca(), "S/MIME CA"),
        (kinds.object_signing_ca(), "object signing CA"),
    ];
    flags.into_iter().filter(|(set, _)| *set).map(|(_, word)| word).collect::<Vec<_>>().join(", ")
}

/// RFC 6962 section 3.2: milliseconds since 1970.
fn log_time(milliseconds: u64) -> String {
    let time = i64::try_from(milliseconds / 1000)
        .ok()
        .and_then(|seconds| time::OffsetDateTime::from_unix_timestamp(seconds).ok());
    time.map_or_else(|| format!("{milliseconds} ms"), moment)
}
