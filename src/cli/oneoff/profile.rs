//! The profile a certificate is issued by: of a configuration, or built in.

use std::path::Path;

use crate::cli::own::documents;
use crate::cli::own::failure::Failure;
use crate::model::config::SigningConfig;
use crate::model::profile::Profile;
use crate::model::role::{self, BUILT_IN};
use crate::vocab::role::Role;
use crate::wire::json::nearest;
use crate::wire::signing_config::ConfigFile;

/// A profile, and the one that fills its gaps.
pub(super) struct Terms {
    pub(super) profile: Profile,
    pub(super) default: Profile,
    /// How messages call it: `the profile "server"`.
    pub(super) called: String,
    pub(super) is_built_in: bool,
    /// Without hosts nobody could use what it issues.
    pub(super) needs_hosts: bool,
}

/// Which profile is asked for.
pub(super) struct Choice<'a> {
    pub(super) config: Option<&'a Path>,
    pub(super) name: Option<&'a str>,
    pub(super) intermediate: bool,
    /// What the certificate is for; it takes the place of a profile.
    pub(super) role: Option<Role>,
    /// Built-in profiles depend on it.
    pub(super) is_rsa: bool,
}

impl Choice<'_> {
    pub(super) fn terms(&self) -> Result<Terms, Failure> {
        let terms = match (self.config, self.role.filter(|_| self.name.is_none())) {
            (config, Some(role)) => self.of_role(role, config)?,
            (Some(path), None) => self.of_config(path)?,
            (None, None) => self.built_in()?,
        };
        if self.intermediate && terms.profile.ca.is_none() {
            return Err(Failure::new(format!("{} issues no authorities", terms.called))
                .with_hint("add \"ca_constraint\": {\"is_ca\": true} to the profile, or name another"));
        }
        Ok(terms)
    }

    fn built_in(&self) -> Result<Terms, Failure> {
        let name = self.name.unwrap_or(if self.intermediate { "intermediate" } else { "server" });
        let Some((_, role)) = BUILT_IN.into_iter().find(|(known, _)| *known == name) else {
            let names = BUILT_IN.map(|(known, _)| known);
            let failure = Failure::new(format!("there is no built-in profile \"{name}\""));
            return Err(match nearest(name, names.into_iter()) {
                Some(near) => failure.with_hint(format!("did you mean \"{near}\"?")),
                None => failure.with_hint(format!(
                    "one of {}; or name the file that has it: --config ca-config.json",
                    names.join(", ")
                )),
            });
        };
        let profile = role::profile(role, None, self.is_rsa);
        let called = format!("the profile \"{name}\"");
        let needs_hosts = matches!(role, Role::TlsServer | Role::MtlsPeer);
        Ok(Terms { default: profile.clone(), profile, called, is_built_in: true, needs_hosts })
    }

    fn of_role(&self, role: Role, config: Option<&Path>) -> Result<Terms, Failure> {
        let config = config.map(read_config).transpose()?;
        let profile = role::profile(role, config.as_ref().map(SigningConfig::default_profile), self.is_rsa);
        let called = format!("the role \"{}\"", role.word());
        Ok(Terms {
            default: profile.clone(),
            profile,
            called,
            is_built_in: config.is_none(),
            needs_hosts: false,
        })
    }

    fn of_config(&self, path: &Path) -> Result<Terms, Failure> {
        let config = read_config(path)?;
        let name = self.name.or(self.intermediate.then_some("intermediate"));
        let found = match name {
            None => Some(config.default_profile()),
            Some(name) => config.profile(name),
        };
        let Some(profile) = found else { return Err(unknown(path, name.unwrap_or_default(), &config)) };
        let called = match name {
            None => format!("the default profile of {}", path.display()),
            Some(name) => format!("the profile \"{name}\" of {}", path.display()),
        };
        if name.is_none() && !config.has_default() {
            return Err(Failure::new(format!("{} has no default profile", path.display()))
                .with_hint(config.advice_for_none("name one with --profile")));
        }
        if profile.usages.is_empty() {
            return Err(Failure::new(format!("{called} has no usages"))
                .with_hint(config.advice_for_none("name one that has some with --profile")));
        }
        let default = config.default_profile().clone();
        Ok(Terms { profile: profile.clone(), default, called, is_built_in: false, needs_hosts: false })
    }
}

fn read_config(path: &Path) -> Result<SigningConfig, Failure> {
    let bytes = documents::read(path)?;
    let file: ConfigFile = documents::parse(&bytes, path.as_os_str())?;
    documents::signing_config(file, path.as_os_str())
}

fn unknown(path: &Path, name: &str, config: &SigningConfig) -> Failure {
    let failure = Failure::new(format!("{} has no profile \"{name}\"", path.display()));
    failure.with_hint(config.advice_for(name))
}
