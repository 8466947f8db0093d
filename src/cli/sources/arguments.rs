//! The flags of commands that look at files and servers.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::cli::export::source::{password_of_file, password_of_variable};
use crate::cli::own::failure::Failure;
use crate::key::Password;
use crate::live::{self, Endpoint, LiveError, StartTls};
use crate::vocab::duration::GoDuration;

/// Flags of `inspect`, `diff` and `check`.
#[derive(Args, Debug)]
pub(in crate::cli) struct SourceArguments {
    /// The file with the password of encrypted keys and PKCS#12 files
    #[arg(long, value_name = "FILE", conflicts_with = "password_env")]
    password_file: Option<PathBuf>,
    /// The environment variable with the password of encrypted keys and PKCS#12 files
    #[arg(long, value_name = "VARIABLE")]
    password_env: Option<OsString>,
    /// The name to ask a server for (SNI) [default: the host; an empty name asks for none]
    #[arg(long, value_name = "NAME")]
    server_name: Option<String>,
    /// What to speak to a server before TLS
    #[arg(long, value_name = "PROTOCOL", value_parser = starttls_parser())]
    starttls: Option<StartTls>,
    /// How long to wait for a server, or for somebody to write to a named pipe
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = timeout)]
    pub(in crate::cli) timeout: Duration,
}

fn starttls_parser() -> impl TypedValueParser<Value = StartTls> {
    PossibleValuesParser::new(StartTls::ALL.map(StartTls::word))
        .try_map(|word| StartTls::from_word(&word).ok_or("unknown"))
}

fn timeout(text: &str) -> Result<Duration, String> {
    let wrong = || "a time is needed, such as 10s".to_owned();
    let nanoseconds = GoDuration::parse(text).map_err(|_| wrong())?.nanoseconds();
    u64::try_from(nanoseconds).ok().filter(|time| *time > 0).map(Duration::from_nanos).ok_or_else(wrong)
}

impl SourceArguments {
    /// The password, if one is named.
    pub(in crate::cli) fn password(&self) -> Result<Option<Password>, Failure> {
        match (&self.password_file, &self.password_env) {
            (Some(path), _) => password_of_file(path).map(Some),
            (None, Some(variable)) => password_of_variable(variable).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// The certificates that a server shows, its own first.
    pub(in crate::cli) fn fetch(&self, host: &str, port: u16) -> Result<Vec<Vec<u8>>, LiveError> {
        let endpoint =
            Endpoint { host, port, server_name: self.server_name.as_deref(), starttls: self.starttls };
        live::fetch_from(&endpoint, self.timeout)
    }

    /// The name that a server is asked for where it is not its host's.
    pub(in crate::cli) fn server_name(&self) -> Option<&str> {
        self.server_name.as_deref().filter(|name| !name.is_empty())
    }
}
