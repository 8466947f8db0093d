//! From a profile as written to a profile that can be used.

use const_oid::ObjectIdentifier;
use time::OffsetDateTime;

use crate::model::name_whitelist::NameWhitelist;
use crate::model::profile::{
    CaConstraint, CertificatePolicy, LintLevel, LintPolicy, PolicyQualifier, Profile,
};
use crate::vocab::duration::GoDuration;
use crate::vocab::usage::Usage;
use crate::vocab::validity::parse_rfc3339;
use crate::wire::json::{Located, Map, Notice, Place, nearest};
use crate::wire::signing_config as wire;

use super::{ConfigError, ConfigFault, SecretSource};

/// zlint's lints, by name: what `ignored_lints` may name.
const LINT_NAMES: &str = include_str!("../zlint_names.txt");

/// zlint's sources: what `ignored_lint_sources` may name.
const LINT_SOURCES: [&str; 9] =
    ["RFC5280", "RFC5480", "RFC5891", "CABF_BR", "CABF_EV", "Mozilla", "Apple", "Community", "ETSI_ESI"];

/// Reads profiles one after the other, and collects what has no effect.
pub(super) struct ProfileReader<'d> {
    pub(super) auth_keys: &'d Map<wire::AuthKey>,
    pub(super) remotes: &'d Map<String>,
    pub(super) secrets: &'d dyn SecretSource,
    pub(super) notices: Vec<Notice>,
}

impl ProfileReader<'_> {
    /// Reads a profile; `name` is `None` for the default one, whose usages may be missing.
    pub(super) fn read(
        &mut self,
        written: wire::Profile,
        place: &Place,
        name: Option<&str>,
    ) -> Result<Profile, ConfigError> {
        self.check_auth_keys(&written, place)?;
        if let Some(remote) = self.remote(&written, place)? {
            self.note_local_settings(&written, place, name);
            return Ok(Profile { remote: Some(remote), ..self.read_shared(&written)? });
        }
        let profile = self.read_local(&written, place)?;
        match name {
            Some(_) => self.require_usages(&written, place)?,
            None => require_expiry(&profile, &written)?,
        }
        self.note_unknown_usages(&written);
        Ok(profile)
    }

    fn read_local(&mut self, written: &wire::Profile, place: &Place) -> Result<Profile, ConfigError> {
        if written.expiry.value.is_empty() {
            return Err(missing_expiry(written, place));
        }
        let (not_before, not_after) = (time(&written.not_before)?, time(&written.not_after)?);
        if let (Some(start), Some(end), Some(at)) = (not_before, not_after, &written.not_after)
            && end < start
        {
            return Err(ConfigError::new(
                ConfigFault::InvalidPolicy,
                &at.place,
                "not_after is before not_before",
            ));
        }
        self.note_go_fields(written);
        Ok(Profile {
            expiry: duration(&written.expiry)?,
            expiry_text: written.expiry.value.clone(),
            expiry_place: Some(written.expiry.place.clone()),
            backdate: duration(&written.backdate)?,
            not_before,
            not_after,
            ..self.read_shared(written)?
        })
    }

    /// What cfssl reads of a profile whether it is local or remote.
    fn read_shared(&mut self, written: &wire::Profile) -> Result<Profile, ConfigError> {
        let words = written.usages.as_deref().unwrap_or_default();
        Ok(Profile {
            usages: words.iter().filter_map(|word| Usage::from_word(&word.value)).collect(),
            usage_words: written
                .usages
                .as_ref()
                .map(|words| words.iter().map(|word| word.value.clone()).collect()),
            issuer_urls: written.issuer_urls.clone(),
            ocsp_url: written.ocsp_url.clone(),
            crl_url: written.crl_url.clone(),
            ca: self.ca_constraint(&written.ca_constraint)?,
            ocsp_no_check: written.ocsp_no_check,
            policies: written.policies.iter().map(policy).collect::<Result<_, _>>()?,
            name_whitelist: name_whitelist(&written.name_whitelist)?,
            csr_whitelist: written.csr_whitelist,
            copy_extensions: written.copy_extensions,
            allowed_extensions: written.allowed_extensions.iter().map(oid).collect::<Result<_, _>>()?,
            client_provides_serial_numbers: written.client_provides_serial_numbers.value,
            ct_log_servers: written.ct_log_servers.value.clone(),
            lint: self.lint(written)?,
            ..Profile::default()
        })
    }

    fn ca_constraint(
        &mut self,
        written: &Located<wire::CaConstraint>,
    ) -> Result<Option<CaConstraint>, ConfigError> {
        let Located { value: wire::CaConstraint { is_ca, max_path_len, max_path_len_zero }, place } = written;
        if !is_ca {
            if max_path_len.value != 0 || *max_path_len_zero {
                let notice = Notice::new(place, "a path length has no effect without \"is_ca\": true");
                self.notices.push(notice.with_hint("add \"is_ca\": true, or remove the path length"));
            }
            return Ok(None);
        }
        let path_length = match (max_path_len.value, max_path_len_zero) {
            (-1, _) | (0, false) => None,
            (found, _) => Some(u32::try_from(found).map_err(|_| {
                let message = format!("a path length of {found} is not allowed");
                ConfigError::new(ConfigFault::PathLength, &max_path_len.place, message)
                    .with_hint("write 0 or more, or -1 for no limit")
            })?),
        };
        Ok(Some(CaConstraint { path_length }))
    }

    fn lint(&mut self, written: &wire::Profile) -> Result<LintPolicy, ConfigError> {
        let error_level = match &written.lint_error_level {
            None => LintLevel::Reserved,
            Some(word) => LintLevel::from_word(&word.value).ok_or_else(|| unknown_lint_level(word))?,
        };
        for source in &written.ignored_lint_sources {
            if !LINT_SOURCES.contains(&source.value.trim()) {
                return Err(unknown(ConfigFault::LintSource(source.value.clone()), source, &LINT_SOURCES));
            }
        }
        for lint in &written.ignored_lints {
            let names: Vec<_> = LINT_NAMES.lines().collect();
            if !names.contains(&lint.value.as_str()) {
                return Err(unknown(ConfigFault::LintName(lint.value.clone()), lint, &names));
            }
        }
        let values = |list: &[Located<String>]| list.iter().map(|item| item.value.clone()).collect();
        Ok(LintPolicy {
            error_level,
            ignored_lints: values(&written.ignored_lints),
            ignored_sources: values(&written.ignored_lint_sources)
                .into_iter()
                .map(|source: String| source.trim().to_owned())
                .collect(),
        })
    }

    /// The remote signer's address, for a profile that points to one.
    fn remote(&self, written: &wire::Profile, place: &Place) -> Result<Option<String>, ConfigError> {
        let wire::AuthRemote { remote: auth_remote, auth_key } = &written.auth_remote.value;
        let invalid = |message: &str| {
            Err(ConfigError::new(ConfigFault::Invalid, &written.auth_remote.place, message.to_owned()))
        };
        if !written.remote.value.is_empty() && !auth_remote.is_empty() {
            let message = "the profile has both a \"remote\" and an \"auth_remote\"";
            return Err(ConfigError::new(ConfigFault::InvalidPolicy, place, message));
        }
        if auth_remote.is_empty() && !auth_key.is_empty() {
            return invalid("auth_remote has an \"auth_key\" and no \"remote\"");
        }
        let (name, at) = match (written.remote.value.is_empty(), auth_remote.is_empty()) {
            (false, _) => (&written.remote.value, &written.remote.place),
            (true, false) if auth_key.is_empty() => {
                return invalid("auth_remote has a \"remote\" and no \"auth_key\"");
            }
            (true, false) => (auth_remote, &written.auth_remote.place),
            (true, true) => return Ok(None),
        };
        match self.remotes.get(name).filter(|remote| !remote.value.is_empty()) {
            Some(remote) => Ok(Some(remote.value.clone())),
            None => {
                let message = format!("\"remotes\" has no \"{name}\"");
                Err(ConfigError::new(ConfigFault::RemoteNotFound, at, message))
            }
        }
    }

    fn check_auth_keys(&self, written: &wire::Profile, place: &Place) -> Result<(), ConfigError> {
        let Located { value: auth_remote, place: remote_place } = &written.auth_remote;
        for (name, at, fault) in [
            (&written.auth_key.value, &written.auth_key.place, ConfigFault::AuthKeyNotFound),
            (&written.prev_auth_key.value, &written.prev_auth_key.place, ConfigFault::PrevAuthKeyNotFound),
            (&auth_remote.auth_key, remote_place, ConfigFault::AuthRemoteKeyNotFound),
        ] {
            if name.is_empty() {
                continue;
            }
            let Some(key) = self.auth_keys.get(name) else {
                let at = if at.is_nowhere() { place } else { at };
                return Err(ConfigError::new(fault, at, format!("\"auth_keys\" has no \"{name}\"")));
            };
            self.check_auth_key(&key.value, &key.place)?;
        }
        Ok(())
    }

    fn check_auth_key(&self, key: &wire::AuthKey, place: &Place) -> Result<(), ConfigError> {
        if key.kind.value != "standard" {
            let message = format!("an authentication key of type \"{}\" is not known", key.kind.value);
            return Err(
                ConfigError::new(ConfigFault::AuthType, place, message).with_hint("allowed: \"standard\"")
            );
        }
        let refuse = |message: String| {
            Err(ConfigError::new(ConfigFault::AuthKey, &key.key.place, message)
                .with_hint("write the key in hexadecimal, or \"env:VARIABLE\" or \"file:PATH\""))
        };
        let text = match key.key.value.split_once(':') {
            None => key.key.value.clone(),
            Some(("env", variable)) => self.secrets.variable(variable).unwrap_or_default(),
            Some(("file", path)) => match self.secrets.file(path) {
                Ok(bytes) => String::from_utf8_lossy(&bytes).trim().to_owned(),
                Err(error) => return refuse(format!("cannot read the key file \"{path}\": {error}")),
            },
            Some((prefix, _)) => return refuse(format!("the prefix \"{prefix}:\" is not known")),
        };
        if text.len() % 2 == 1 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            // The text is a secret, so the message does not show it.
            return refuse("the key is not hexadecimal".to_owned());
        }
        Ok(())
    }

    fn require_usages(&self, written: &wire::Profile, place: &Place) -> Result<(), ConfigError> {
        let words = written.usages.as_deref().unwrap_or_default();
        if words.iter().any(|word| Usage::from_word(&word.value).is_some()) {
            return Ok(());
        }
        let message = match words {
            [] => "the profile has no \"usages\"".to_owned(),
            [first, ..] => {
                format!("the profile has no usage that is known; the first is \"{}\"", first.value)
            }
        };
        let known: Vec<_> = Usage::words().collect();
        Err(ConfigError::new(ConfigFault::Invalid, place, message)
            .with_hint(format!("allowed usages: {}", known.join(", "))))
    }

    fn note_unknown_usages(&mut self, written: &wire::Profile) {
        for word in written.usages.as_deref().unwrap_or_default() {
            if Usage::from_word(&word.value).is_some() {
                continue;
            }
            let message = format!("the usage \"{}\" is not known and is left out", word.value);
            let hint = match nearest(&word.value, Usage::words()) {
                Some(known) => format!("did you mean \"{known}\"?"),
                None => format!("allowed usages: {}", Usage::words().collect::<Vec<_>>().join(", ")),
            };
            self.notices.push(Notice::new(&word.place, message).with_hint(hint));
        }
    }

    fn note_go_fields(&mut self, written: &wire::Profile) {
        for (field, name) in [(&written.go_expiry, "expiry"), (&written.go_backdate, "backdate")] {
            if field.value != 0 {
                let message =
                    format!("a number here has no effect: \"{name}\" is a duration in small letters");
                self.notices.push(Notice::new(&field.place, message));
            }
        }
    }

    fn note_local_settings(&mut self, written: &wire::Profile, place: &Place, name: Option<&str>) {
        let local = written.usages.is_some()
            || written.issuer_urls.is_some()
            || written.ca_constraint.value.is_ca
            || written.not_before.is_some()
            || written.not_after.is_some()
            || !written.ct_log_servers.value.is_empty()
            || [
                &written.ocsp_url,
                &written.expiry.value,
                &written.backdate.value,
                &written.name_whitelist.value,
            ]
            .iter()
            .any(|text| !text.is_empty());
        if local {
            let which =
                name.map_or("the default profile".to_owned(), |name| format!("the profile \"{name}\""));
            let message = format!("{which} points to a remote signer: its local settings are skipped");
            self.notices.push(Notice::new(place, message));
        }
    }
}

fn missing_expiry(written: &wire::Profile, profile: &Place) -> ConfigError {
    let message = "the profile has no \"expiry\"";
    let places = [&written.go_expiry.place, &written.expiry.place, profile];
    let place = places.into_iter().find(|place| !place.is_nowhere()).unwrap_or(profile);
    let error = ConfigError::new(ConfigFault::EmptyExpiry, place, message);
    if written.go_expiry.value != 0 {
        return error.with_hint("write \"expiry\" in small letters, as a duration such as \"8760h\"");
    }
    error.with_hint("add one, such as \"expiry\": \"8760h\"; each profile needs its own")
}

fn require_expiry(profile: &Profile, written: &wire::Profile) -> Result<(), ConfigError> {
    if profile.expiry.is_zero() {
        let message = "the default profile's expiry is zero";
        return Err(ConfigError::new(ConfigFault::Invalid, &written.expiry.place, message));
    }
    Ok(())
}

fn duration(text: &Located<String>) -> Result<GoDuration, ConfigError> {
    if text.value.is_empty() {
        return Ok(GoDuration::default());
    }
    GoDuration::parse(&text.value).map_err(|error| ConfigError::duration(text, error))
}

fn time(text: &Option<Located<String>>) -> Result<Option<OffsetDateTime>, ConfigError> {
    let Some(text) = text else { return Ok(None) };
    let time = parse_rfc3339(&text.value).map_err(|error| ConfigError::time(text, &error))?;
    // Go's zero time stands for "not given".
    Ok((time != time::macros::datetime!(0001-01-01 0:00 UTC)).then_some(time))
}

fn name_whitelist(text: &Located<String>) -> Result<Option<NameWhitelist>, ConfigError> {
    if text.value.is_empty() {
        return Ok(None);
    }
    let compiled = NameWhitelist::new(&text.value);
    compiled.map(Some).map_err(|error| {
        let message = format!("the expression cannot be compiled: {error}");
        ConfigError::new(ConfigFault::NameWhitelist, &text.place, message)
            .with_hint("in JSON a backslash is written twice: \"\\\\.\"")
    })
}

fn policy(written: &wire::Policy) -> Result<CertificatePolicy, ConfigError> {
    let qualifiers = written.qualifiers.iter().map(|wire::Qualifier { kind, value }| {
        let refuse = |message: String| ConfigError::new(ConfigFault::PolicyQualifier, &kind.place, message);
        match kind.value.as_str() {
            "id-qt-cps" if value.is_ascii() => Ok(PolicyQualifier::Cps(value.clone())),
            "id-qt-cps" => Err(refuse("the value of a CPS qualifier has to be ASCII".to_owned())),
            "id-qt-unotice" => Ok(PolicyQualifier::UserNotice(value.clone())),
            other => Err(refuse(format!("the qualifier type \"{other}\" is not known"))
                .with_hint("allowed: \"id-qt-cps\", \"id-qt-unotice\"")),
        }
    });
    Ok(CertificatePolicy { oid: oid(&written.id)?, qualifiers: qualifiers.collect::<Result<_, _>>()? })
}

fn oid(text: &Located<Option<String>>) -> Result<ObjectIdentifier, ConfigError> {
    let written = text.value.as_deref().unwrap_or_default();
    ObjectIdentifier::new(written).map_err(|_| {
        ConfigError::from(Notice::new(&text.place, format!("\"{written}\" is not an object identifier")))
            .with_hint("write dotted numbers in quotes, such as \"1.2.3.4\"")
    })
}

fn unknown_lint_level(word: &Located<String>) -> ConfigError {
    let notice = Notice::new(&word.place, format!("the lint level \"{}\" is not known", word.value));
    ConfigError::from(notice)
        .with_hint(format!("allowed: {}", LintLevel::words().collect::<Vec<_>>().join(", ")))
}

fn unknown(fault: ConfigFault, word: &Located<String>, known: &[&str]) -> ConfigError {
    let error = ConfigError::new(fault, &word.place, format!("\"{}\" is not known to zlint", word.value));
    match nearest(&word.value, known.iter().copied()) {
        Some(known) => error.with_hint(format!("did you mean \"{known}\"?")),
        None => error,
    }
}
