//! One run: its flags, its log, the moment it started, and what the environment says.

use std::ffi::OsStr;

use time::OffsetDateTime;

use crate::cli::clock;
use crate::cli::environment::Environment;
use crate::cli::goflags::{ParsedFlags, cfssl};
use crate::cli::streams;
use crate::key::Password;
use crate::model::config::SigningConfig;
use crate::output::json::to_go_json;
use crate::wire::json::{self, Notice};
use crate::wire::response::Issued;
use crate::wire::signing_config::ConfigFile;

use super::failure::{Failure, PASSWORD_VARIABLE};
use super::log::Log;

/// Set, and not to `0`, `false` or `no`, warnings become errors: a safety switch fails to the safe side.
const STRICT_VARIABLE: &str = "CERTWRIGHT_STRICT";

pub(super) struct Session {
    pub(super) flags: ParsedFlags,
    pub(super) log: Log,
    /// The moment the run started.
    pub(super) now: OffsetDateTime,
    strict: bool,
}

impl Session {
    pub(super) fn new(flags: ParsedFlags) -> Self {
        Self {
            log: Log { threshold: flags.int(cfssl::LOGLEVEL) },
            now: clock::now(None),
            strict: std::env::var_os(STRICT_VARIABLE).is_some_and(|value| {
                !["", "0", "false", "no"].iter().any(|off| value.eq_ignore_ascii_case(off))
            }),
            flags,
        }
    }

    /// The configuration of `-config`; `None` without the flag.
    pub(super) fn load_config(&self) -> Result<Option<LoadedConfig>, Failure> {
        let Some(path) = self.flags.path(cfssl::CONFIG) else { return Ok(None) };
        let bytes = std::fs::read(path).map_err(|error| {
            let cause = Failure::coded(5200, "could not read configuration file");
            Failure::plain(format!("Failed to load config file: {}", cause.line))
                .with_detail(streams::io_line(path, &error))
        })?;
        let in_config = |error| Failure::in_config(path, error);
        let document = json::read::<ConfigFile>(&bytes).map_err(|notice| in_config(notice.into()))?;
        let (config, notices) = SigningConfig::from_document(document, &Environment).map_err(in_config)?;
        self.notices(path, notices)?;
        Ok(Some(LoadedConfig { config, path: path.to_owned() }))
    }

    /// Warns of what has no effect in a document; an error when strictness is asked for.
    pub(super) fn notices(
        &self,
        file: &OsStr,
        notices: impl IntoIterator<Item = Notice>,
    ) -> Result<(), Failure> {
        for notice in notices {
            let text = format!("{}:{notice}", file.display());
            self.warn(text, notice.hint)?;
        }
        Ok(())
    }

    /// Warns of something cfssl passes over in silence; an error when strictness is asked for.
    pub(super) fn warn(&self, text: String, hint: Option<String>) -> Result<(), Failure> {
        if self.strict {
            return Err(Failure::plain(text).with_hint(hint));
        }
        match hint {
            Some(hint) => self.log.warning(&format!("{text}; {hint}")),
            None => self.log.warning(&text),
        }
        Ok(())
    }

    /// The password for private keys; an empty one counts as none.
    pub(super) fn password(&self) -> Option<Password> {
        use std::os::unix::ffi::OsStringExt;
        let value = std::env::var_os(PASSWORD_VARIABLE)?.into_vec();
        (!value.is_empty()).then(|| Password::new(value))
    }

    /// Prints what was made.
    pub(super) fn print_issued(&self, issued: &Issued<'_>) -> Result<(), Failure> {
        self.print(&format!("{}\n", to_go_json(issued)))
    }

    /// Prints a result.
    pub(super) fn print(&self, text: &str) -> Result<(), Failure> {
        streams::print(text).map_err(Failure::plain)
    }

    /// Says why a run failed; nothing where there is nothing to say, see [`streams::print`].
    pub(super) fn report(&self, failure: &Failure) {
        let Failure { logged, line, detail, hint } = failure;
        if line.is_empty() {
            return;
        }
        if let Some(message) = logged {
            self.log.error(message);
        }
        let mut text = format!("{line}\n");
        if let Some(detail) = detail {
            text += &format!("{detail}\n");
        }
        if let Some(hint) = hint {
            text += &format!("hint: {hint}\n");
        }
        streams::print_error(&text);
    }
}

/// A configuration and the file it came from.
pub(super) struct LoadedConfig {
    pub(super) config: SigningConfig,
    pub(super) path: std::ffi::OsString,
}
