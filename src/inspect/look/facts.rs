//! What a certificate, a request or a CRL says.

use serde::Serialize;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};
use x509_parser::certificate::X509Certificate;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::cri_attributes::ParsedCriAttribute;
use x509_parser::prelude::FromDer as _;
use x509_parser::revocation_list::CertificateRevocationList;
use x509_parser::x509::X509Name;

use super::extension::{Digest, ExtensionFacts, reason_text};
use super::key::KeyFacts;
use super::kind::Kind;
use super::names::Names;
use super::shown::{attribute, dn, fingerprint, rfc3339, serial};
use super::signature;
use crate::vocab::oid;
use crate::vocab::spoken::span;

/// From when to when, seen from a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lifetime {
    /// RFC 3339
    pub not_before: String,
    /// RFC 3339
    pub not_after: String,
    /// Whole days from the beginning to the end.
    pub lifetime_days: i64,
    /// Whole days left; negative once it has ended.
    pub days_left: i64,
    /// Whether it is valid.
    pub state: State,
    #[serde(skip)]
    pub(super) begin: OffsetDateTime,
    #[serde(skip)]
    pub(super) end: OffsetDateTime,
    #[serde(skip)]
    pub(super) now: OffsetDateTime,
    /// Of a CRL, which does not end but should be replaced.
    #[serde(skip)]
    of_list: bool,
}

/// Where a moment lies in a lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Before it.
    NotYetValid,
    /// In it.
    Valid,
    /// Behind it.
    Expired,
}

impl Lifetime {
    pub(super) fn new(begin: OffsetDateTime, end: OffsetDateTime, now: OffsetDateTime) -> Self {
        let state = match now {
            // RFC 5280 section 4.1.2.5: both ends are included.
            _ if now < begin => State::NotYetValid,
            _ if now > end => State::Expired,
            _ => State::Valid,
        };
        let left = end - now;
        // Rounded down on both sides of the end.
        let days_left = left.whole_seconds().div_euclid(Duration::DAY.whole_seconds());
        Self {
            not_before: rfc3339(begin),
            not_after: rfc3339(end),
            lifetime_days: (end - begin).whole_days(),
            days_left,
            state,
            begin,
            end,
            now,
            of_list: false,
        }
    }

    fn of_list(begin: OffsetDateTime, end: OffsetDateTime, now: OffsetDateTime) -> Self {
        Self { of_list: true, ..Self::new(begin, end, now) }
    }

    /// RFC 5280 section 4.1.2.5: 99991231235959Z means no end.
    pub(super) fn is_endless(&self) -> bool {
        self.end.year() == 9999 && self.end.ordinal() == 365
    }

    /// `364 days left`, `expired 3 days ago`, `begins in 2 hours`.
    pub fn left(&self) -> String {
        match self.state {
            State::NotYetValid => format!("begins in {}", span((self.begin - self.now).whole_seconds())),
            State::Expired if self.of_list => {
                format!("overdue by {}", span((self.now - self.end).whole_seconds()))
            }
            State::Expired => format!("expired {} ago", span((self.now - self.end).whole_seconds())),
            State::Valid if self.is_endless() => "without end".to_owned(),
            State::Valid => format!("{} left", span((self.end - self.now).whole_seconds())),
        }
    }
}

/// A certificate.
#[derive(Clone, Debug, Serialize)]
pub struct CertificateFacts {
    /// What it is for.
    pub kind: Kind,
    /// RFC 4514, with a blank behind each comma.
    pub subject: String,
    /// The subject's first common name, as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub common_name: Option<String>,
    /// As the subject.
    pub issuer: String,
    /// A hexadecimal number.
    pub serial: String,
    /// When.
    #[serde(flatten)]
    pub lifetime: Lifetime,
    /// The subject alternative names.
    pub names: Names,
    /// Usages and extended usages, in cfssl's words.
    pub usages: Vec<String>,
    /// basicConstraints
    pub is_ca: bool,
    /// pathLenConstraint
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_length: Option<u32>,
    /// Its key.
    pub key: KeyFacts,
    /// In words.
    pub signature_algorithm: String,
    /// Whether it is signed with its own key; absent where that cannot be verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_signed: Option<bool>,
    /// Hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_key_id: Option<String>,
    /// Hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority_key_id: Option<String>,
    /// Every extension, in its order.
    pub extensions: Vec<ExtensionFacts>,
    /// Fingerprint.
    pub sha256: String,
    /// Fingerprint.
    pub sha1: String,
    /// 1, 2 or 3.
    pub version: u32,
    #[serde(skip)]
    pub(super) raw_subject: Vec<u8>,
    #[serde(skip)]
    pub(super) raw_issuer: Vec<u8>,
    #[serde(skip)]
    pub(super) der: Vec<u8>,
}

impl CertificateFacts {
    /// Reads a certificate; what follows it is allowed only `with_trust` (OpenSSL's TRUSTED CERTIFICATE).
    ///
    /// # Errors
    /// Not a certificate.
    pub(super) fn read(der: &[u8], with_trust: bool, now: OffsetDateTime) -> Result<Self, String> {
        let (rest, parsed) = X509Certificate::from_der(der).map_err(|error| reason(&error))?;
        if !rest.is_empty() && !with_trust {
            return Err(format!("{} bytes follow it", rest.len()));
        }
        Ok(Self::of(&parsed, &der[..der.len() - rest.len()], now))
    }

    fn of(parsed: &X509Certificate<'_>, der: &[u8], now: OffsetDateTime) -> Self {
        let digest = Digest::of(parsed.extensions());
        let key = KeyFacts::of(parsed.public_key().raw);
        let is_self_issued = parsed.subject().as_raw() == parsed.issuer().as_raw();
        let self_signed = if is_self_issued { signature::verify(der, &key.spki) } else { Some(false) };
        let kind = Kind::of(&digest, is_self_issued, self_signed);
        Self {
            kind,
            subject: dn(parsed.subject()),
            common_name: attribute(parsed.subject(), &oid::COMMON_NAME),
            issuer: dn(parsed.issuer()),
            serial: serial(parsed.raw_serial()),
            lifetime: Lifetime::new(
                parsed.validity().not_before.to_datetime(),
                parsed.validity().not_after.to_datetime(),
                now,
            ),
            names: digest.names,
            usages: digest.usages,
            is_ca: digest.is_ca,
            path_length: digest.path_length,
            key,
            signature_algorithm: signature::algorithm(der),
            self_signed,
            subject_key_id: digest.subject_key_id,
            authority_key_id: digest.authority_key_id,
            extensions: digest.facts,
            sha256: fingerprint(&Sha256::digest(der)),
            sha1: fingerprint(&Sha1::digest(der)),
            version: parsed.version().0 + 1,
            raw_subject: parsed.subject().as_raw().to_vec(),
            raw_issuer: parsed.issuer().as_raw().to_vec(),
            der: der.to_vec(),
        }
    }

    /// Whether subject and issuer are the same name.
    pub(super) fn is_self_issued(&self) -> bool {
        self.raw_subject == self.raw_issuer
    }
}

/// A certificate request.
#[derive(Clone, Debug, Serialize)]
pub struct RequestFacts {
    /// As a certificate's.
    pub subject: String,
    /// As a certificate's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub common_name: Option<String>,
    /// The subject alternative names asked for.
    pub names: Names,
    /// The usages asked for.
    pub usages: Vec<String>,
    /// Whether it asks for a CA.
    pub is_ca: bool,
    /// The path length asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_length: Option<u32>,
    /// The key to be certified.
    pub key: KeyFacts,
    /// In words.
    pub signature_algorithm: String,
    /// Whether its key signed it; absent where that cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature_verified: Option<bool>,
    /// Whether it holds a challenge password (RFC 2985 section 5.4.1), which is not shown.
    pub challenge_password: bool,
    /// Every extension asked for.
    pub extensions: Vec<ExtensionFacts>,
    /// Fingerprint.
    pub sha256: String,
    #[serde(skip)]
    pub(super) der: Vec<u8>,
}

impl RequestFacts {
    /// Reads a request.
    ///
    /// # Errors
    /// Not a request.
    pub(super) fn read(der: &[u8]) -> Result<Self, String> {
        let (rest, parsed) = X509CertificationRequest::from_der(der).map_err(|error| reason(&error))?;
        if !rest.is_empty() {
            return Err(format!("{} bytes follow it", rest.len()));
        }
        let info = &parsed.certification_request_info;
        let extensions = info.iter_attributes().filter_map(|attribute| match attribute.parsed_attribute() {
            ParsedCriAttribute::ExtensionRequest(request) => Some(&request.extensions),
            _ => None,
        });
        let digest = Digest::of(extensions.flatten());
        let key = KeyFacts::of(info.subject_pki.raw);
        let signature_verified = signature::verify(der, &key.spki);
        Ok(Self {
            subject: dn(&info.subject),
            common_name: attribute(&info.subject, &oid::COMMON_NAME),
            names: digest.names,
            usages: digest.usages,
            is_ca: digest.is_ca,
            path_length: digest.path_length,
            key,
            signature_algorithm: signature::algorithm(der),
            signature_verified,
            challenge_password: info.iter_attributes().any(|attribute| {
                matches!(attribute.parsed_attribute(), ParsedCriAttribute::ChallengePassword(_))
            }),
            extensions: digest.facts,
            sha256: fingerprint(&Sha256::digest(der)),
            der: der.to_vec(),
        })
    }
}

/// A certificate revocation list.
#[derive(Clone, Debug, Serialize)]
pub struct CrlFacts {
    /// As a certificate's.
    pub issuer: String,
    /// RFC 3339
    pub this_update: String,
    /// When the next one is due; absent if the list does not say.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextUpdate>,
    /// What is revoked.
    pub revoked: Vec<Revoked>,
    /// In words.
    pub signature_algorithm: String,
    /// Every extension of the list.
    pub extensions: Vec<ExtensionFacts>,
    /// Fingerprint.
    pub sha256: String,
    #[serde(skip)]
    pub(super) lifetime: Option<Lifetime>,
    #[serde(skip)]
    pub(super) raw_issuer: Vec<u8>,
    #[serde(skip)]
    pub(super) der: Vec<u8>,
}

/// When the next CRL is due.
#[derive(Clone, Debug, Serialize)]
pub struct NextUpdate {
    /// RFC 3339
    pub next_update: String,
    /// Whole days left; negative once it is overdue.
    pub days_left: i64,
}

/// An entry of a CRL.
#[derive(Clone, Debug, Serialize)]
pub struct Revoked {
    /// A hexadecimal number.
    pub serial: String,
    /// RFC 3339
    pub date: String,
    /// RFC 5280 section 5.3.1
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl CrlFacts {
    /// Reads a CRL.
    ///
    /// # Errors
    /// Not a CRL.
    pub(super) fn read(der: &[u8], now: OffsetDateTime) -> Result<Self, String> {
        let (rest, parsed) = CertificateRevocationList::from_der(der).map_err(|error| reason(&error))?;
        if !rest.is_empty() {
            return Err(format!("{} bytes follow it", rest.len()));
        }
        let issuer: &X509Name<'_> = parsed.issuer();
        let begin = parsed.last_update().to_datetime();
        let lifetime = parsed.next_update().map(|end| Lifetime::of_list(begin, end.to_datetime(), now));
        let revoked = parsed.iter_revoked_certificates().map(|entry| Revoked {
            serial: serial(entry.raw_serial()),
            date: rfc3339(entry.revocation_date.to_datetime()),
            reason: entry.reason_code().map(|(_, code)| reason_text(code.0)),
        });
        Ok(Self {
            issuer: dn(issuer),
            this_update: rfc3339(begin),
            next: lifetime.as_ref().map(|lifetime| NextUpdate {
                next_update: lifetime.not_after.clone(),
                days_left: lifetime.days_left,
            }),
            revoked: revoked.collect(),
            signature_algorithm: signature::algorithm(der),
            extensions: parsed.extensions().iter().map(ExtensionFacts::of).collect(),
            sha256: fingerprint(&Sha256::digest(der)),
            lifetime,
            raw_issuer: issuer.as_raw().to_vec(),
            der: der.to_vec(),
        })
    }
}

/// x509-parser's words without its parser's.
fn reason(error: &x509_parser::nom::Err<x509_parser::error::X509Error>) -> String {
    use x509_parser::error::X509Error;
    use x509_parser::nom::Err;
    match error {
        Err::Incomplete(_) => "it ends too early".to_owned(),
        Err::Error(X509Error::NomError(_) | X509Error::Der(_))
        | Err::Failure(X509Error::NomError(_) | X509Error::Der(_)) => "its structure is wrong".to_owned(),
        Err::Error(error) | Err::Failure(error) => error.to_string(),
    }
}
