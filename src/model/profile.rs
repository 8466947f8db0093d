//! A signing profile: what a certificate may be used for, for how long, and what is copied into it.

use const_oid::ObjectIdentifier;
use time::{Duration, OffsetDateTime};

use crate::vocab::duration::GoDuration;
use crate::vocab::usage::{Usage, Usages};
use crate::wire::json::Place;
use crate::wire::signing_config::CsrWhitelist;

use super::name_whitelist::NameWhitelist;

/// A profile, parsed. The default is cfssl's own where a document has none: see [`Profile::built_in`].
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The usages of the profile; words we do not know are left out.
    pub usages: Usages,
    /// The usages as written; `None` when the profile has no list.
    pub usage_words: Option<Vec<String>>,
    /// Lifetime, measured from notBefore; zero means the default profile's.
    pub expiry: GoDuration,
    /// The lifetime as written.
    pub expiry_text: String,
    /// Where the lifetime was written.
    pub expiry_place: Option<Place>,
    /// How far notBefore lies in the past; zero means five minutes.
    pub backdate: GoDuration,
    /// A fixed start.
    pub not_before: Option<OffsetDateTime>,
    /// A fixed end.
    pub not_after: Option<OffsetDateTime>,
    /// caIssuers URLs; `None` means the default profile's, an empty list none.
    pub issuer_urls: Option<Vec<String>>,
    /// OCSP responder; empty means the default profile's.
    pub ocsp_url: String,
    /// CRL distribution point; empty means the default profile's.
    pub crl_url: String,
    /// Present when what is issued is a CA.
    pub ca: Option<CaConstraint>,
    /// Adds id-pkix-ocsp-nocheck.
    pub ocsp_no_check: bool,
    /// Certificate policies.
    pub policies: Vec<CertificatePolicy>,
    /// Which names may be in a certificate.
    pub name_whitelist: Option<NameWhitelist>,
    /// Which fields of a CSR are used; `None` means all.
    pub csr_whitelist: Option<CsrWhitelist>,
    /// Copies a CSR's extensions.
    pub copy_extensions: bool,
    /// Extensions that an API request may carry.
    pub allowed_extensions: Vec<ObjectIdentifier>,
    /// The serial number has to come with the request.
    pub client_provides_serial_numbers: bool,
    /// Certificate transparency logs to submit to.
    pub ct_log_servers: Vec<String>,
    /// The remote signer this profile points to.
    pub remote: Option<String>,
    /// The lints whose findings would refuse a certificate.
    pub lint: LintPolicy,
}

/// The lint keys of a profile, read and checked: what takes the place of zlint refuses by them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LintPolicy {
    /// Findings above this level refuse a certificate.
    pub error_level: LintLevel,
    /// Lints left out, by name.
    pub ignored_lints: Vec<String>,
    /// Lints left out, by source.
    pub ignored_sources: Vec<String>,
}

/// zlint's result levels, by its words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum LintLevel {
    /// No linting.
    #[default]
    Reserved,
    /// Not applicable
    Na,
    /// Not effective
    Ne,
    /// Pass
    Pass,
    /// Notice
    Info,
    /// Warning
    Warn,
    /// Error
    Error,
    /// Fatal
    Fatal,
}

/// In zlint's order.
const LINT_LEVELS: [(&str, LintLevel); 8] = [
    ("reserved", LintLevel::Reserved),
    ("NA", LintLevel::Na),
    ("NE", LintLevel::Ne),
    ("pass", LintLevel::Pass),
    ("info", LintLevel::Info),
    ("warn", LintLevel::Warn),
    ("error", LintLevel::Error),
    ("fatal", LintLevel::Fatal),
];

impl LintLevel {
    /// The level a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        LINT_LEVELS.iter().find(|row| row.0 == word).map(|row| row.1)
    }

    /// zlint's number.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// Every word.
    pub fn words() -> impl Iterator<Item = &'static str> {
        LINT_LEVELS.iter().map(|row| row.0)
    }
}

/// What is issued is a CA.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaConstraint {
    /// pathLenConstraint (RFC 5280 section 4.2.1.9).
    pub path_length: Option<u32>,
}

/// A policy and its qualifiers (RFC 5280 section 4.2.1.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificatePolicy {
    /// policyIdentifier
    pub oid: ObjectIdentifier,
    /// policyQualifiers
    pub qualifiers: Vec<PolicyQualifier>,
}

/// A policy qualifier (RFC 5280 section 4.2.1.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyQualifier {
    /// id-qt-cps: the URL of a practice statement; ASCII.
    Cps(String),
    /// id-qt-unotice: a text for users.
    UserNotice(String),
}

impl Profile {
    /// cfssl's profile where there is no configuration: server and client certificates for a year.
    pub fn built_in() -> Self {
        Self::with_usages(&["signing", "key encipherment", "server auth", "client auth"], "8760h")
    }

    /// cfssl's profile for a self-signed certificate where there is no configuration.
    pub fn built_in_self_signed() -> Self {
        Self { expiry: SELF_SIGNED_EXPIRY, ..Self::built_in() }
    }

    /// cfssl's profile for roots: five years.
    pub fn root() -> Self {
        let ca = Some(CaConstraint::default());
        Self { ca, ..Self::with_usages(&["cert sign", "crl sign"], "43800h") }
    }

    /// How far before it is issued a certificate begins; nothing where the beginning is fixed.
    pub fn backdating(&self) -> Duration {
        match self.backdate.nanoseconds() {
            _ if self.not_before.is_some() => Duration::ZERO,
            0 => DEFAULT_BACKDATE,
            nanoseconds => Duration::nanoseconds(nanoseconds),
        }
    }

    fn with_usages(words: &[&str], expiry: &str) -> Self {
        Self {
            usages: words.iter().filter_map(|word| Usage::from_word(word)).collect(),
            usage_words: Some(words.iter().map(ToString::to_string).collect()),
            expiry: GoDuration::parse(expiry).unwrap_or_default(),
            expiry_text: expiry.to_owned(),
            ..Self::default()
        }
    }
}

/// What cfssl subtracts from the present where a profile does not say.
pub const DEFAULT_BACKDATE: Duration = Duration::minutes(5);

/// The life of a leaf that our own commands make.
pub const ONE_YEAR: &str = "8760h";

/// The life of an authority that our own commands make.
pub const TEN_YEARS: &str = "87600h";

/// 2190 hours: what `selfsign` gives where the profile says nothing.
pub const SELF_SIGNED_EXPIRY: GoDuration = GoDuration::from_nanoseconds(2190 * 3600 * 1_000_000_000);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_profiles_are_cfssls() {
        let built_in = Profile::built_in();
        assert_eq!(built_in.expiry.to_string(), "8760h0m0s");
        assert_eq!(built_in.usages.key_usage_der().unwrap(), [3, 2, 5, 0xa0]);
        assert_eq!(Profile::built_in_self_signed().expiry.to_string(), "2190h0m0s");
        assert_eq!(Profile::root().expiry.to_string(), "43800h0m0s");
        assert_eq!(Profile::root().usages.extended_key_usage_der(), None);
    }
}
