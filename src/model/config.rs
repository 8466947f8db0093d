//! The signing configuration: `ca-config.json`, parsed.

mod profile_reader;

use std::collections::BTreeMap;
use std::io;

use crate::vocab::duration::DurationError;
use crate::vocab::validity::Rfc3339Error;
use crate::wire::json::{Document, Located, Notice, Place, nearest};
use crate::wire::signing_config::ConfigFile;

use super::profile::Profile;
use profile_reader::ProfileReader;

/// A signing policy: a default profile and named ones.
#[derive(Clone, Debug)]
pub struct SigningConfig {
    default: Profile,
    has_default: bool,
    profiles: BTreeMap<String, Profile>,
}

/// Where authentication keys come from that a configuration does not hold itself.
pub trait SecretSource {
    /// The value of an environment variable.
    fn variable(&self, name: &str) -> Option<String>;

    /// The contents of a file.
    ///
    /// # Errors
    /// It cannot be read.
    fn file(&self, path: &str) -> io::Result<Vec<u8>>;
}

/// Why a configuration cannot be used: cfssl's word for it, and where and what exactly.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{notice}")]
pub struct ConfigError {
    /// cfssl's word.
    pub fault: ConfigFault,
    /// Where, what was found, what is allowed.
    pub notice: Notice,
}

/// cfssl's reasons not to load a configuration, in its words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigFault {
    /// An authentication key that cannot be used.
    #[error("failed to create new standard auth provider")]
    AuthKey,
    /// `auth_key` names nothing.
    #[error("failed to find auth_key in auth_keys section")]
    AuthKeyNotFound,
    /// `auth_remote.auth_key` names nothing.
    #[error("failed to find auth_remote's auth_key in auth_keys section")]
    AuthRemoteKeyNotFound,
    /// An authentication key of a type other than `standard`.
    #[error("unknown authentication type")]
    AuthType,
    /// A duration.
    #[error("{0}")]
    Duration(DurationError),
    /// A local profile without a lifetime.
    #[error("empty expiry string")]
    EmptyExpiry,
    /// A profile that cannot be used.
    #[error("invalid configuration")]
    Invalid,
    /// Both `remote` and `auth_remote`.
    #[error("Invalid or unknown policy")]
    InvalidPolicy,
    /// A lint that does not exist.
    #[error("failed to build filtered lint registry: unknown lint name \"{0}\"")]
    LintName(String),
    /// A lint source that does not exist.
    #[error("failed to build excluded lint source list: unknown source \"{0}\"")]
    LintSource(String),
    /// An expression that cannot be compiled.
    #[error("failed to compile name whitelist section")]
    NameWhitelist,
    /// A profile that is `null`.
    #[error("can't parse nil profile")]
    NilProfile,
    /// No `signing` in the document.
    #[error("No \"signing\" field present")]
    NoSigning,
    /// A path length below -1.
    #[error("x509: invalid MaxPathLen, must be greater or equal to -1")]
    PathLength,
    /// A policy that cannot be encoded.
    #[error("invalid policy qualifier type")]
    PolicyQualifier,
    /// `prev_auth_key` names nothing.
    #[error("failed to find prev_auth_key in auth_keys section")]
    PrevAuthKeyNotFound,
    /// `remote` or `auth_remote.remote` names nothing.
    #[error("failed to find remote in remotes section")]
    RemoteNotFound,
    /// JSON that is none, or a value of the wrong type.
    #[error("failed to unmarshal configuration: {0}")]
    Unmarshal(String),
}

impl From<Notice> for ConfigError {
    fn from(notice: Notice) -> Self {
        Self { fault: ConfigFault::Unmarshal(notice.to_string()), notice }
    }
}

impl ConfigError {
    fn new(fault: ConfigFault, place: &Place, message: impl Into<String>) -> Self {
        Self { fault, notice: Notice::new(place, message) }
    }

    fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { notice: self.notice.with_hint(hint), ..self }
    }

    fn duration(text: &Located<String>, error: DurationError) -> Self {
        let hint = error.hint();
        let error = Self::new(ConfigFault::Duration(error.clone()), &text.place, error.to_string());
        match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }

    fn time(text: &Located<String>, error: &Rfc3339Error) -> Self {
        Self::from(Notice::new(&text.place, error.to_string()))
            .with_hint("write a full time with its offset, such as \"2030-01-02T15:04:05Z\"")
    }
}

impl SigningConfig {
    /// cfssl's policy where there is no configuration.
    pub fn built_in() -> Self {
        Self { default: Profile::built_in(), has_default: false, profiles: BTreeMap::new() }
    }

    /// The meaning of a configuration document, and what of it has no effect.
    ///
    /// # Errors
    /// A profile that cannot be used; the first in the order of the text.
    pub fn from_document(
        document: Document<ConfigFile>,
        secrets: &dyn SecretSource,
    ) -> Result<(Self, Vec<Notice>), ConfigError> {
        let Document { value: ConfigFile { signing, auth_keys, remotes, ocsp: _ }, notices } = document;
        let Some(Located { value: signing, .. }) = signing else {
            let place = Place { line: 1, column: 1, path: String::new() };
            let message = "there is no \"signing\" object";
            return Err(ConfigError::new(ConfigFault::NoSigning, &place, message)
                .with_hint("a configuration looks like what `cfssl print-defaults config` prints"));
        };
        let mut reader = ProfileReader { auth_keys: &auth_keys, remotes: &remotes, secrets, notices };
        let has_default = signing.default.is_some();
        let default = match signing.default {
            Some(Located { value, place }) => reader.read(value, &place, None)?,
            None => Profile::built_in(),
        };
        let mut profiles = BTreeMap::new();
        for (name, Located { value, place }) in signing.profiles.0 {
            let Some(profile) = value else {
                return Err(ConfigError::new(ConfigFault::NilProfile, &place, "the profile is null")
                    .with_hint("give it at least \"usages\" and \"expiry\", or remove it"));
            };
            let profile = reader.read(profile, &place, Some(&name))?;
            profiles.insert(name, profile);
        }
        Ok((Self { default, has_default, profiles }, reader.notices))
    }

    /// Whether the default profile is written there, and not cfssl's own.
    pub fn has_default(&self) -> bool {
        self.has_default
    }

    /// The profile for everything that no named profile is for.
    pub fn default_profile(&self) -> &Profile {
        &self.default
    }

    /// The profile of a name; `None` where there is none.
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.get(name)
    }

    /// The profile's name most like `name`, if one is.
    pub fn nearest_profile(&self, name: &str) -> Option<&str> {
        nearest(name, self.profile_names())
    }

    /// What to say to who names a profile that is not there.
    pub fn advice_for(&self, name: &str) -> String {
        match self.nearest_profile(name) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None if self.profiles.is_empty() && self.has_default => {
                "it has the default alone, which counts where no profile is named".to_owned()
            }
            None => self.advice_for_none("its profiles"),
        }
    }

    /// What to do where there is no profile to go by: `naming` one of those there are, or writing one.
    pub fn advice_for_none(&self, naming: &str) -> String {
        const WRITTEN: &str =
            r#""default": {"usages": ["digital signature", "server auth"], "expiry": "8760h"}"#;
        if self.profiles.is_empty() {
            return format!("write one: {WRITTEN}");
        }
        format!("{naming}: {}", self.listed_profiles())
    }

    /// The names of the profiles in one line.
    pub fn listed_profiles(&self) -> String {
        self.profile_names().collect::<Vec<_>>().join(", ")
    }

    /// The names of the profiles, sorted.
    pub fn profile_names(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }
}
