//! The CA configuration: `ca-config.json`.

use super::json::{Ignored, Located, Map};

/// The document.
#[derive(Clone, Debug, Default)]
pub struct ConfigFile {
    /// The signing policy.
    pub signing: Option<Located<Signing>>,
    /// Keys that authenticate API requests.
    pub auth_keys: Map<AuthKey>,
    /// Remote signers.
    pub remotes: Map<String>,
    /// Parsed and unused by cfssl's command line.
    pub ocsp: Ignored,
}

json_object! { ConfigFile {
    "signing" => signing,
    "ocsp" => ocsp,
    "auth_keys" => auth_keys,
    "remotes" => remotes,
} }

/// The signing policy.
#[derive(Clone, Debug, Default)]
pub struct Signing {
    /// Named profiles; `null` counts as a profile without content.
    pub profiles: Map<Option<Profile>>,
    /// The profile for everything else.
    pub default: Option<Located<Profile>>,
}

json_object! { Signing { "profiles" => profiles, "default" => default } }

/// An entry of `auth_keys`.
#[derive(Clone, Debug, Default)]
pub struct AuthKey {
    /// `standard`.
    pub kind: Located<String>,
    /// Hex, `env:VAR` or `file:PATH`.
    pub key: Located<String>,
}

json_object! { AuthKey { "type" => kind, "key" => key } }

/// A signing profile, as written.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// cfssl's words for key usages and extended key usages.
    pub usages: Option<Vec<Located<String>>>,
    /// caIssuers URLs; an empty list blocks the default profile's.
    pub issuer_urls: Option<Vec<String>>,
    /// OCSP responder.
    pub ocsp_url: String,
    /// CRL distribution point.
    pub crl_url: String,
    /// Whether what is issued is a CA.
    pub ca_constraint: Located<CaConstraint>,
    /// Adds id-pkix-ocsp-nocheck.
    pub ocsp_no_check: bool,
    /// Lifetime.
    pub expiry: Located<String>,
    /// How far notBefore lies in the past.
    pub backdate: Located<String>,
    /// Name in `auth_keys`.
    pub auth_key: Located<String>,
    /// Copies the CSR's extensions.
    pub copy_extensions: bool,
    /// Name in `auth_keys`.
    pub prev_auth_key: Located<String>,
    /// Name in `remotes`.
    pub remote: Located<String>,
    /// Fixed start, RFC 3339.
    pub not_before: Option<Located<String>>,
    /// Fixed end, RFC 3339.
    pub not_after: Option<Located<String>>,
    /// Regular expression for all names.
    pub name_whitelist: Located<String>,
    /// A remote signer and the key to authenticate with.
    pub auth_remote: Located<AuthRemote>,
    /// Certificate transparency logs.
    pub ct_log_servers: Located<Vec<String>>,
    /// Dotted OIDs that an API request may carry.
    pub allowed_extensions: Vec<Located<Option<String>>>,
    /// Unused.
    pub cert_store: String,
    /// A zlint status word.
    pub lint_error_level: Option<Located<String>>,
    /// zlint lint names.
    pub ignored_lints: Vec<Located<String>>,
    /// zlint source names.
    pub ignored_lint_sources: Vec<Located<String>>,
    /// Certificate policies.
    pub policies: Vec<Policy>,
    /// Which fields of the CSR are used.
    pub csr_whitelist: Option<CsrWhitelist>,
    /// Makes the serial number the client's duty.
    pub client_provides_serial_numbers: Located<bool>,
    /// A Go field that shadows `expiry` when it is written with a capital: nanoseconds.
    pub go_expiry: Located<i64>,
    /// A Go field that shadows `backdate` when it is written with a capital: nanoseconds.
    pub go_backdate: Located<i64>,
}

json_object! { Profile {
    "usages" => usages,
    "issuer_urls" => issuer_urls,
    "ocsp_url" => ocsp_url,
    "crl_url" => crl_url,
    "ca_constraint" => ca_constraint,
    "ocsp_no_check" => ocsp_no_check,
    "expiry" => expiry,
    "backdate" => backdate,
    "auth_key" => auth_key,
    "copy_extensions" => copy_extensions,
    "prev_auth_key" => prev_auth_key,
    "remote" => remote,
    "not_before" => not_before,
    "not_after" => not_after,
    "name_whitelist" => name_whitelist,
    "auth_remote" => auth_remote,
    "ct_log_servers" => ct_log_servers,
    "allowed_extensions" => allowed_extensions,
    "cert_store" => cert_store,
    "lint_error_level" => lint_error_level,
    "ignored_lints" => ignored_lints,
    "ignored_lint_sources" => ignored_lint_sources,
    "policies" => policies,
    "CSRWhitelist" => csr_whitelist,
    "ClientProvidesSerialNumbers" => client_provides_serial_numbers,
    "Expiry" => go_expiry,
    "Backdate" => go_backdate,
} }

/// Whether what is issued is a CA, and how long a path below it may be.
#[derive(Clone, Debug, Default)]
pub struct CaConstraint {
    /// Issue a CA.
    pub is_ca: bool,
    /// Path length; 0 means none unless `max_path_len_zero`.
    pub max_path_len: Located<i64>,
    /// Makes `max_path_len` 0 a constraint.
    pub max_path_len_zero: bool,
}

json_object! { CaConstraint {
    "is_ca" => is_ca,
    "max_path_len" => max_path_len,
    "max_path_len_zero" => max_path_len_zero,
} }

/// A remote signer and the key to authenticate with.
#[derive(Clone, Debug, Default)]
pub struct AuthRemote {
    /// Name in `remotes`.
    pub remote: String,
    /// Name in `auth_keys`.
    pub auth_key: String,
}

json_object! { AuthRemote { "remote" => remote, "auth_key" => auth_key } }

/// An entry of `policies`.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Dotted OID.
    pub id: Located<Option<String>>,
    /// Its qualifiers.
    pub qualifiers: Vec<Qualifier>,
}

json_object! { Policy { "id" => id, "qualifiers" => qualifiers } }

/// A policy qualifier.
#[derive(Clone, Debug, Default)]
pub struct Qualifier {
    /// `id-qt-cps` or `id-qt-unotice`.
    pub kind: Located<String>,
    /// A URL, or a notice.
    pub value: String,
}

json_object! { Qualifier { "type" => kind, "value" => value } }

/// Which fields of the CSR are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CsrWhitelist {
    /// The subject.
    pub subject: bool,
    /// The key's algorithm.
    pub public_key_algorithm: bool,
    /// The key.
    pub public_key: bool,
    /// The signature algorithm, which comes from the signer.
    pub signature_algorithm: bool,
    /// DNS names.
    pub dns_names: bool,
    /// IP addresses.
    pub ip_addresses: bool,
    /// E-mail addresses.
    pub email_addresses: bool,
    /// URIs.
    pub uris: bool,
}

json_object! { CsrWhitelist {
    "Subject" => subject,
    "PublicKeyAlgorithm" => public_key_algorithm,
    "PublicKey" => public_key,
    "SignatureAlgorithm" => signature_algorithm,
    "DNSNames" => dns_names,
    "IPAddresses" => ip_addresses,
    "EmailAddresses" => email_addresses,
    "URIs" => uris,
} }
