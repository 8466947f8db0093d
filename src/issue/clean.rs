//! What our own commands change of an approved template, so that the strictest judges accept what comes of it.
//!
//! Under cfssl's names nothing of this happens: what cfssl issues is issued.

use std::fmt;
use std::hash::Hash;

use const_oid::ObjectIdentifier;
use der::Tag;
use time::{Duration, OffsetDateTime};

use crate::key::PublicKeyKind;
use crate::model::profile::Profile;
use crate::vocab::name::{AttributeType, DistinguishedName, NameError, attribute_word, upper_bound};
use crate::vocab::quote::quote;
use crate::vocab::san::SubjectAltNames;
use crate::vocab::spoken::counted;
use crate::vocab::usage::{Usage, Usages};
use crate::vocab::{asn1, oid};

use super::certificate::Certificate;
use super::policy::ApprovedTemplate;
use super::template::CertificateTemplate;
use super::validity::MOMENTS;

/// A change to what a profile or request asks for: a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Adjustment {
    /// An authority's usage was added.
    AuthoritySigns(Usage),
    /// Backdating takes so much of a short lifetime.
    Backdated(Duration),
    /// A name without text was left out.
    EmptyName,
    /// An extension of the request was left out.
    Extension(ObjectIdentifier),
    /// A name of the request was left out, for an authority has none.
    HostOfAuthority(String),
    /// A usage that limits a key agreement was left out.
    NoAgreement(Usage),
    /// An authority's usage was left out.
    NotForAuthorities(Usage),
    /// Something the `ca` of the request asks for was left out.
    OfCa(&'static str),
    /// A usage that only authorities have was left out.
    OnlyForAuthorities(Usage),
    /// No key usage was left, so the key may sign.
    OnlySigning,
    /// So many names of the request were left out: they are of other kinds than we write.
    OtherNames(usize),
    /// An extension of the request was left out.
    OwnExtension(&'static str),
    /// A name was there twice.
    RepeatedName(String),
    /// An extended usage was there twice.
    RepeatedUsage(Usage),
    /// It starts with its issuer, so much later than asked.
    StartsWithIssuer(Duration),
    /// A usage the key cannot serve was left out.
    Useless {
        /// The usage.
        usage: Usage,
        /// The kind of key, with its article.
        key: &'static str,
    },
}

impl fmt::Display for Adjustment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left_out = |usage: &Usage| format!("left out \"{}\"", usage.word());
        match self {
            Self::AuthoritySigns(usage) => {
                write!(f, "added \"{}\": an authority signs certificates and CRLs", usage.word())
            }
            Self::Backdated(lost) => write!(
                f,
                "the lifetime counts from {} ago, for clocks that are behind, and is shorter by that",
                counted(lost.whole_minutes(), "minute")
            ),
            Self::EmptyName => f.write_str("left out an empty name"),
            Self::Extension(oid) => write!(
                f,
                "left out the {} of the request: only a profile with \"copy_extensions\" copies extensions",
                called(oid)
            ),
            Self::HostOfAuthority(host) => {
                write!(f, "left out the name {}: an authority's certificate has addresses only", quote(host))
            }
            Self::NoAgreement(usage) => write!(f, "{}: it limits a key agreement", left_out(usage)),
            Self::NotForAuthorities(usage) => write!(f, "{}: an authority only signs", left_out(usage)),
            Self::OnlyForAuthorities(usage) => {
                write!(f, "{}: only an authority signs certificates", left_out(usage))
            }
            Self::OfCa(key) => {
                write!(
                    f,
                    "left out \"{key}\" of the request's \"ca\": for an intermediate the profile has it"
                )
            }
            Self::OnlySigning => f.write_str("added \"signing\": no other key usage was left"),
            Self::OtherNames(1) => {
                f.write_str("left out a name of the request: it is no host, address, e-mail address or URI")
            }
            Self::OtherNames(count) => write!(
                f,
                "left out {count} names of the request: they are no hosts, addresses, e-mail addresses or URIs"
            ),
            Self::OwnExtension(what) => {
                write!(f, "left out the {what} that the request brings along: it is decided here")
            }
            Self::RepeatedName(name) => write!(f, "named {} once, not several times", quote(name)),
            Self::RepeatedUsage(usage) => write!(f, "named \"{}\" once, not several times", usage.word()),
            Self::StartsWithIssuer(later) => {
                write!(f, "starts with its issuer, {} hours later than asked", later.whole_hours())
            }
            Self::Useless { usage, key } => {
                write!(f, "{}: {key} key cannot {}", left_out(usage), deed(*usage))
            }
        }
    }
}

/// An extension in words.
fn called(oid: &ObjectIdentifier) -> String {
    match *oid {
        oid::KEY_USAGE => "key usage".into(),
        oid::EXTENDED_KEY_USAGE => "extended key usage".into(),
        oid::NAME_CONSTRAINTS => "name constraints".into(),
        other => format!("extension {other}"),
    }
}

/// What a key would do by a usage.
fn deed(usage: Usage) -> &'static str {
    match usage {
        Usage::KEY_ENCIPHERMENT => "encipher keys",
        Usage::DATA_ENCIPHERMENT => "encipher data",
        _ => "agree on keys",
    }
}

/// What no judge would accept, and what only whoever asks can change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CleanError {
    /// RFC 5280 appendix A.1: PrintableString (SIZE (2)).
    #[error("the country (C) is {}, and it has to be two letters", quote(.0))]
    Country(String),
    /// Nobody is named.
    #[error("the certificate would name nobody: it has neither a subject nor other names")]
    Nameless,
    /// An authority's subject is empty (RFC 5280 section 4.1.2.6).
    #[error("an authority needs a subject, and this one has none")]
    NamelessAuthority,
    /// The subject cannot be read back.
    #[error("the subject cannot be read")]
    Subject(#[from] NameError),
    /// Subject and issuer have the same name.
    #[error("the subject is the name of the issuer")]
    SubjectIsIssuer,
    /// RFC 5280 appendix A.1: upper bounds.
    #[error("the {} is {length} characters long, and at most {most} are allowed", attribute_word(kind.oid().as_bytes()))]
    TooLong {
        /// Which attribute.
        kind: AttributeType,
        /// How long it is.
        length: usize,
        /// How long it may be.
        most: usize,
    },
}

impl CleanError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Country(_) => "write the code of ISO 3166, such as \"DE\" or \"US\"",
            Self::Nameless => "give it a CN or hosts",
            Self::NamelessAuthority => "give it a CN",
            Self::SubjectIsIssuer => {
                "give it another CN: OpenSSL takes a certificate that names itself as issuer for self-signed"
            }
            Self::TooLong { kind: AttributeType::CommonName, .. } => {
                "shorten it, or leave it out: programs look for host names in \"hosts\""
            }
            Self::TooLong { .. } => "shorten it",
            Self::Subject(_) => return None,
        };
        Some(hint.to_owned())
    }
}

impl ApprovedTemplate {
    /// Makes the template one that the strictest judges accept, issued by an issuer or, without one, by itself;
    /// what changed.
    ///
    /// # Errors
    /// What only whoever asks can change.
    pub fn clean(&mut self, issuer: Option<&Certificate>) -> Result<Vec<Adjustment>, CleanError> {
        let template = &mut self.0;
        let mut changes = Vec::new();
        leave_out_own_extensions(template, &mut changes);
        if template.basic_constraints.ca {
            clean_authority_usages(&mut template.usages, &mut changes);
        } else {
            clean_usages(&mut template.usages, template.public_key.kind(), &mut changes);
        }
        changes.extend(template.usages.remove_repetitions().into_iter().map(Adjustment::RepeatedUsage));
        clean_names(&mut template.subject_alt_names, &mut changes);
        clean_subject(template)?;
        if let Some(issuer) = issuer {
            below(template, issuer)?;
        }
        Ok(changes)
    }

    /// Starts now, where a small backdate, from the next whole minute, would let it start later.
    pub fn start_by(&mut self, now: OffsetDateTime, profile: &Profile) {
        let validity = &mut self.0.validity;
        let ahead = validity.not_before - now;
        if profile.not_before.is_some() || !ahead.is_positive() || ahead > HALF_A_MINUTE {
            return;
        }
        let ahead = Duration::seconds(ahead.whole_seconds() + i64::from(ahead.subsec_nanoseconds() > 0));
        validity.not_before -= ahead;
        if profile.not_after.is_none() {
            validity.not_after -= ahead;
        }
    }

    /// Starts with the issuer, where it would start earlier: it is good for nothing before. The lifetime counts
    /// from the start, unless the end is fixed.
    pub fn start_with(&mut self, issuer: &Certificate, fixed_end: bool) -> Option<Adjustment> {
        let validity = &mut self.0.validity;
        let later = issuer.validity().not_before - validity.not_before;
        if !later.is_positive() {
            return None;
        }
        validity.not_before += later;
        if !fixed_end {
            validity.not_after = validity.not_after.saturating_add(later);
        }
        (later > MOMENTS).then_some(Adjustment::StartsWithIssuer(later))
    }

    /// A noticeable share of a lifetime that lies before now, unless a profile says so.
    pub fn backdated(&self, profile: &Profile, now: OffsetDateTime) -> Option<Adjustment> {
        let is_own =
            profile.backdate.is_zero() && profile.not_before.is_none() && profile.not_after.is_none();
        let lost = self.0.validity.lost_by(now).filter(|_| is_own)?;
        Some(Adjustment::Backdated(lost))
    }
}

/// What rounding to the minute adds at most.
const HALF_A_MINUTE: Duration = Duration::seconds(30);

/// Extensions that a copied request must not take out of our hands.
const OWN_EXTENSIONS: [(ObjectIdentifier, &str); 4] = [
    (oid::KEY_USAGE, "key usage"),
    (oid::BASIC_CONSTRAINTS, "basic constraints"),
    (oid::SUBJECT_KEY_IDENTIFIER, "subject key identifier"),
    (oid::AUTHORITY_KEY_IDENTIFIER, "authority key identifier"),
];

fn leave_out_own_extensions(template: &mut CertificateTemplate, changes: &mut Vec<Adjustment>) {
    for (own, what) in OWN_EXTENSIONS {
        let before = template.extra.len();
        template.extra.retain(|extension| extension.oid != own);
        if template.extra.len() != before {
            changes.push(Adjustment::OwnExtension(what));
        }
    }
    // RFC 5280 section 4.2.1.6: critical where the subject is empty, and not critical where there is one.
    let is_nameless = is_empty_name(&template.subject);
    for extension in template.extra.iter_mut().filter(|extension| extension.oid == oid::SUBJECT_ALT_NAME) {
        extension.critical = is_nameless;
    }
}

/// RFC 5280 section 4.2.1.3: who asserts cA asserts keyCertSign; all else is left to certificates for it.
fn clean_authority_usages(usages: &mut Usages, changes: &mut Vec<Adjustment>) {
    const NOT_FOR_AUTHORITIES: [Usage; 5] = [
        Usage::KEY_ENCIPHERMENT,
        Usage::DATA_ENCIPHERMENT,
        Usage::KEY_AGREEMENT,
        Usage::ENCIPHER_ONLY,
        Usage::DECIPHER_ONLY,
    ];
    let removed = NOT_FOR_AUTHORITIES.into_iter().filter(|usage| usages.remove(*usage));
    changes.extend(removed.map(Adjustment::NotForAuthorities));
    let added = [Usage::CERT_SIGN, Usage::CRL_SIGN].into_iter().filter(|usage| usages.add(*usage));
    changes.extend(added.map(Adjustment::AuthoritySigns));
}

fn clean_usages(usages: &mut Usages, key: PublicKeyKind, changes: &mut Vec<Adjustment>) {
    // RFC 5280 section 4.2.1.9: keyCertSign goes with cA.
    if usages.remove(Usage::CERT_SIGN) {
        changes.push(Adjustment::OnlyForAuthorities(Usage::CERT_SIGN));
    }
    let (key, useless) = useless(key);
    let removed = useless.iter().filter(|usage| usages.remove(**usage));
    changes.extend(removed.map(|usage| Adjustment::Useless { usage: *usage, key }));
    // RFC 5280 section 4.2.1.3: undefined in the absence of the keyAgreement bit.
    if !usages.has(Usage::KEY_AGREEMENT) {
        let limits = [Usage::ENCIPHER_ONLY, Usage::DECIPHER_ONLY];
        changes.extend(limits.into_iter().filter(|usage| usages.remove(*usage)).map(Adjustment::NoAgreement));
    }
    if !usages.has_key_usage() {
        usages.add(Usage::SIGNING);
        if !changes.is_empty() {
            changes.push(Adjustment::OnlySigning);
        }
    }
}

/// The key usages that a kind of key cannot serve.
fn useless(key: PublicKeyKind) -> (&'static str, &'static [Usage]) {
    match key {
        // RFC 4055 section 1.2, RFC 3279 section 2.3.1
        PublicKeyKind::Rsa { .. } => ("an RSA", &[Usage::KEY_AGREEMENT]),
        // RFC 8813 section 3
        PublicKeyKind::Ec(_) | PublicKeyKind::EcP224 | PublicKeyKind::EcOther(_) => {
            ("an EC", &[Usage::KEY_ENCIPHERMENT, Usage::DATA_ENCIPHERMENT])
        }
        // RFC 9295 section 3
        PublicKeyKind::Ed25519 => {
            ("an Ed25519", &[Usage::KEY_ENCIPHERMENT, Usage::DATA_ENCIPHERMENT, Usage::KEY_AGREEMENT])
        }
        PublicKeyKind::Unknown(_) => ("this", &[]),
    }
}

fn clean_names(names: &mut SubjectAltNames, changes: &mut Vec<Adjustment>) {
    let SubjectAltNames { dns, email, ip, uri } = names;
    for texts in [&mut *dns, &mut *email, &mut *uri] {
        let before = texts.len();
        texts.retain(|text| !text.is_empty());
        if texts.len() != before {
            changes.push(Adjustment::EmptyName);
        }
    }
    // RFC 5280 section 7.2: DNS names are compared without regard to case.
    let repeated = keep_first(dns, |name| name.to_ascii_lowercase()).into_iter();
    let others = [email, uri].into_iter().flat_map(|texts| keep_first(texts, String::clone));
    changes.extend(repeated.chain(others).map(Adjustment::RepeatedName));
    changes.extend(keep_first(ip, |ip| *ip).into_iter().map(|ip| Adjustment::RepeatedName(ip.to_string())));
}

/// Keeps the first of values with one meaning; what was there again, once each.
fn keep_first<T: Clone + Eq, M: Eq + Hash>(values: &mut Vec<T>, meaning: impl Fn(&T) -> M) -> Vec<T> {
    if values.len() < 2 {
        return Vec::new();
    }
    let mut seen = std::collections::HashSet::with_capacity(values.len());
    let mut repeated = Vec::new();
    values.retain(|value| {
        let is_new = seen.insert(meaning(value));
        if !is_new && !repeated.contains(value) {
            repeated.push(value.clone());
        }
        is_new
    });
    repeated
}

fn clean_subject(template: &mut CertificateTemplate) -> Result<(), CleanError> {
    if is_empty_name(&template.subject) {
        // RFC 5280 section 4.1.2.6: a CA's subject is not empty; without a subject the other names are a must.
        let has_names = !template.subject_alt_names.is_empty()
            || template.extra.iter().any(|extension| extension.oid == oid::SUBJECT_ALT_NAME);
        return match (template.basic_constraints.ca, has_names) {
            (true, _) => Err(CleanError::NamelessAuthority),
            (false, true) => Ok(()),
            (false, false) => Err(CleanError::Nameless),
        };
    }
    let subject = DistinguishedName::from_der(&template.subject)?;
    let countries = subject.values(AttributeType::Country);
    let is_code = |text: &&String| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if let Some(country) = countries.iter().find(|text| !is_code(text)) {
        return Err(CleanError::Country(country.clone()));
    }
    for kind in AttributeType::all() {
        let lengths = subject.values(kind).iter().map(|value| value.chars().count());
        let Some(length) = lengths.max() else { continue };
        match upper_bound(kind.oid().as_bytes()) {
            Some(most) if length > most => return Err(CleanError::TooLong { kind, length, most }),
            _ => {}
        }
    }
    // Only attributes without a fixed place have types of their own.
    if subject.has_extra() {
        template.subject = subject.to_exact_der();
    }
    Ok(())
}

fn is_empty_name(subject: &[u8]) -> bool {
    asn1::contents(Tag::Sequence, subject).is_ok_and(<[u8]>::is_empty)
}

fn below(template: &mut CertificateTemplate, issuer: &Certificate) -> Result<(), CleanError> {
    if template.subject == issuer.subject() {
        return Err(CleanError::SubjectIsIssuer);
    }
    if issuer.subject_key_identifier().is_none() {
        // RFC 5280 section 4.2.1.1: MUST be there; what the issuer's would be, had it one.
        template.authority_key_identifier = Some(issuer.public_key().key_identifier().to_vec());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::issue::signer::{Issuer, sign_own_unread};
    use crate::issue::validity::Validity;
    use crate::key::PrivateKey;
    use crate::model::extension::{BasicConstraints, Extension};
    use crate::vocab::algorithm::{Curve, KeySpec, RsaBits};

    const P256: KeySpec = KeySpec::Ecdsa(Curve::P256);

    fn subject(kind: AttributeType, value: &str) -> Vec<u8> {
        let mut name = DistinguishedName::default();
        name.add(kind, value);
        name.to_der()
    }

    fn template(key: &PrivateKey, words: &[&str], ca: bool) -> ApprovedTemplate {
        ApprovedTemplate(CertificateTemplate {
            subject: subject(AttributeType::CommonName, "name"),
            public_key: key.public_key().clone(),
            validity: Validity {
                not_before: datetime!(2030-01-01 0:00 UTC),
                not_after: datetime!(2031-01-01 0:00 UTC),
            },
            usages: words.iter().filter_map(|word| Usage::from_word(word)).collect(),
            basic_constraints: BasicConstraints { ca, path_length: None },
            subject_key_identifier: None,
            authority_key_identifier: None,
            ocsp_url: String::new(),
            issuer_urls: Vec::new(),
            subject_alt_names: SubjectAltNames::default(),
            crl_url: String::new(),
            extra: Vec::new(),
            signature_algorithm: None,
        })
    }

    fn key(spec: KeySpec) -> PrivateKey {
        PrivateKey::generate(spec).unwrap()
    }

    /// What is said, and what is left of the key usage.
    fn cleaned(spec: KeySpec, words: &[&str], ca: bool) -> (Vec<String>, Option<Vec<u8>>) {
        let mut approved = template(&key(spec), words, ca);
        let said = approved.clean(None).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(approved.clean(None), Ok(Vec::new()), "clean is clean");
        (said, approved.0.usages.key_usage_der())
    }

    #[test]
    fn a_key_keeps_the_usages_it_can_serve() {
        let all = ["signing", "key encipherment", "data encipherment", "key agreement"];
        let rsa = KeySpec::Rsa(RsaBits::new(2048).unwrap());
        for (spec, said, left) in [
            (rsa, vec![r#"left out "key agreement": an RSA key cannot agree on keys"#], [3, 2, 4, 0xb0]),
            (
                KeySpec::Ecdsa(Curve::P521),
                vec![
                    r#"left out "key encipherment": an EC key cannot encipher keys"#,
                    r#"left out "data encipherment": an EC key cannot encipher data"#,
                ],
                [3, 2, 3, 0x88],
            ),
            (
                KeySpec::Ed25519,
                vec![
                    r#"left out "key encipherment": an Ed25519 key cannot encipher keys"#,
                    r#"left out "data encipherment": an Ed25519 key cannot encipher data"#,
                    r#"left out "key agreement": an Ed25519 key cannot agree on keys"#,
                ],
                [3, 2, 7, 0x80],
            ),
        ] {
            assert_eq!(
                cleaned(spec, &all, false),
                (said.iter().map(ToString::to_string).collect(), Some(left.into()))
            );
        }
    }

    #[test]
    fn a_leaf_that_may_do_nothing_else_may_sign() {
        let (said, left) = cleaned(P256, &["key encipherment", "cert sign", "decipher only"], false);
        assert_eq!(
            said,
            [
                r#"left out "cert sign": only an authority signs certificates"#,
                r#"left out "key encipherment": an EC key cannot encipher keys"#,
                r#"left out "decipher only": it limits a key agreement"#,
                r#"added "signing": no other key usage was left"#,
            ]
        );
        assert_eq!(left.unwrap(), [3, 2, 7, 0x80]);
        let (said, left) = cleaned(P256, &["server auth"], false);
        assert_eq!((said, left.unwrap()), (Vec::new(), vec![3, 2, 7, 0x80]));
    }

    #[test]
    fn an_authority_signs() {
        let (said, left) = cleaned(P256, &["signing", "key encipherment", "server auth"], true);
        assert_eq!(
            said,
            [
                r#"left out "key encipherment": an authority only signs"#,
                r#"added "cert sign": an authority signs certificates and CRLs"#,
                r#"added "crl sign": an authority signs certificates and CRLs"#,
            ]
        );
        assert_eq!(left.unwrap(), [3, 2, 1, 0x86]);
    }

    #[test]
    fn nothing_stands_twice_or_empty() {
        let mut approved = template(&key(P256), &["signing", "s/mime", "email protection"], false);
        approved.0.subject_alt_names.dns =
            ["a.example", "", "a.example", "b.example", "B.Example"].map(String::from).into();
        approved.0.subject_alt_names.ip = vec![[10, 0, 0, 1].into(), [10, 0, 0, 1].into()];
        let said: Vec<_> = approved.clean(None).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                r#"named "email protection" once, not several times"#,
                "left out an empty name",
                r#"named "a.example" once, not several times"#,
                r#"named "B.Example" once, not several times"#,
                r#"named "10.0.0.1" once, not several times"#,
            ]
        );
        assert_eq!(approved.0.subject_alt_names.dns, ["a.example", "b.example"]);
        assert_eq!(approved.0.subject_alt_names.ip.len(), 1);
    }

    #[test]
    fn a_request_does_not_decide_what_is_decided_here() {
        let mut approved = template(&key(P256), &["signing"], false);
        approved.0.extra = vec![
            Extension::critical(oid::KEY_USAGE, vec![3, 2, 5, 0x20]),
            Extension::critical(oid::SUBJECT_ALT_NAME, vec![0x30, 3, 0x82, 1, b'a']),
        ];
        let said: Vec<_> = approved.clean(None).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(said, ["left out the key usage that the request brings along: it is decided here"]);
        assert_eq!(approved.0.extra.len(), 1);
        assert!(!approved.0.extra[0].critical, "there is a subject");
        approved.0.subject = DistinguishedName::default().to_der();
        approved.clean(None).unwrap();
        assert!(approved.0.extra[0].critical, "there is none");
    }

    #[test]
    fn refusals_have_a_text_and_a_hint() {
        let key = key(P256);
        let long = "x".repeat(65);
        let none = DistinguishedName::default().to_der();
        for (subject, ca, text, hint) in [
            (
                subject(AttributeType::CommonName, &long),
                false,
                "the common name (CN) is 65 characters long, and at most 64 are allowed",
                "shorten it, or leave it out: programs look for host names in \"hosts\"",
            ),
            (
                subject(AttributeType::Organization, &long),
                false,
                "the organization (O) is 65 characters long, and at most 64 are allowed",
                "shorten it",
            ),
            (
                subject(AttributeType::Country, "Germany"),
                false,
                "the country (C) is \"Germany\", and it has to be two letters",
                "write the code of ISO 3166, such as \"DE\" or \"US\"",
            ),
            (
                none.clone(),
                false,
                "the certificate would name nobody: it has neither a subject nor other names",
                "give it a CN or hosts",
            ),
            (none, true, "an authority needs a subject, and this one has none", "give it a CN"),
            (vec![0x30, 1, 0], false, "the subject cannot be read", ""),
        ] {
            let mut approved = template(&key, &["signing"], ca);
            approved.0.subject = subject;
            let error = approved.clean(None).unwrap_err();
            assert_eq!((error.to_string().as_str(), error.hint().unwrap_or_default().as_str()), (text, hint));
        }
        let mut approved = template(&key, &["signing"], false);
        approved.0.subject = subject(AttributeType::CommonName, &"\u{fc}".repeat(64));
        assert_eq!(approved.clean(None), Ok(Vec::new()), "characters, not octets");
    }

    fn authority() -> Issuer {
        let key = key(P256);
        let mut approved = template(&key, &["cert sign", "crl sign"], true);
        approved.0.subject = subject(AttributeType::CommonName, "authority");
        let made = sign_own_unread(&key, &approved).unwrap().read_back().unwrap();
        Issuer::new(made.verified(None, datetime!(2030-01-01 0:00 UTC)).unwrap(), key).unwrap()
    }

    #[test]
    fn an_issuer_of_the_same_name_is_refused() {
        let issuer = authority();
        let mut approved = template(&key(P256), &["signing"], false);
        approved.0.subject = issuer.certificate().subject().to_vec();
        let error = approved.clean(Some(issuer.certificate())).unwrap_err();
        assert_eq!(error.to_string(), "the subject is the name of the issuer");
        assert_eq!(
            error.hint().unwrap(),
            "give it another CN: OpenSSL takes a certificate that names itself as issuer for self-signed"
        );
    }

    #[test]
    fn it_starts_now_where_rounding_would_let_it_start_later() {
        let start = datetime!(2030-01-01 0:01 UTC);
        let at = |now: OffsetDateTime, profile: &Profile| {
            let mut approved = template(&key(P256), &["signing"], false);
            approved.0.validity = Validity { not_before: start, not_after: start + Duration::HOUR };
            approved.start_by(now, profile);
            let Validity { not_before, not_after } = approved.0.validity;
            (not_before - start, not_after - not_before)
        };
        let mut profile = Profile::root();
        let unmoved = (Duration::ZERO, Duration::HOUR);
        assert_eq!(
            at(start - Duration::milliseconds(28_500), &profile),
            (Duration::seconds(-29), Duration::HOUR)
        );
        assert_eq!(at(start, &profile), unmoved);
        assert_eq!(at(start - Duration::minutes(1), &profile), unmoved, "a backdate below zero");
        profile.not_after = Some(start);
        let (moved, length) = at(start - Duration::seconds(10), &profile);
        assert_eq!((moved, length), (Duration::seconds(-10), Duration::seconds(3610)));
        profile.not_before = Some(start);
        assert_eq!(at(start - Duration::seconds(10), &profile), unmoved);
    }

    #[test]
    fn it_starts_with_its_issuer() {
        let issuer = authority();
        let mut approved = template(&key(P256), &["signing"], false);
        assert_eq!(approved.start_with(issuer.certificate(), false), None);
        approved.0.validity.not_before -= Duration::hours(2);
        approved.0.validity.not_after -= Duration::days(1);
        let mut fixed = approved.clone();
        let said = approved.start_with(issuer.certificate(), false).unwrap();
        assert_eq!(said.to_string(), "starts with its issuer, 2 hours later than asked");
        assert_eq!(approved.0.validity.not_before, datetime!(2030-01-01 0:00 UTC));
        assert_eq!(approved.0.validity.not_after, datetime!(2030-12-31 2:00 UTC));
        fixed.start_with(issuer.certificate(), true).unwrap();
        assert_eq!(fixed.0.validity.not_after, datetime!(2030-12-31 0:00 UTC));
    }
}
