//! Single certificates without a manifest: `issue` and `renew`.

mod files;
mod issue;
mod issuer;
mod key_source;
mod left_behind;
mod lifetime;
mod profile;
mod refusals;
mod renew;
mod request;
mod role;

use std::path::Path;

use clap::Args;
use time::Duration;
use zeroize::Zeroizing;

pub(super) use issue::{IssueArguments, issue};
pub(super) use renew::{RenewArguments, renew};

use super::own::failure::Failure;
use super::pki::report::cut_short;
use super::{Outcome, lint, streams};
use crate::issue::certificate::Certificate;
use crate::key::PrivateKey;
use crate::plan::Cut;
use crate::vocab::pem;

/// The lints that refuse nothing.
#[derive(Args, Debug)]
struct LintArguments {
    /// The code of a lint that refuses nothing; repeatable: `certwright lint --list`
    #[arg(long = "ignore-lint", value_name = "CODE", value_delimiter = ',', value_parser = lint::parse_code)]
    ignored: Vec<&'static str>,
}

/// A command line that clap takes and that says too little.
fn misused(failure: &Failure) -> Outcome {
    failure.print();
    Outcome::Misused
}

/// A key as our own commands write it: PKCS#8.
fn pkcs8_pem(key: &PrivateKey) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(pem::encode("PRIVATE KEY", &key.to_pkcs8_der()).into_bytes())
}

/// That a certificate ends with its issuer: a note, or a failure where that is not to be.
fn told_of_cut(
    name: &str,
    issuer: &Path,
    certificate: &Certificate,
    cut: Duration,
    strict: bool,
) -> Result<String, Failure> {
    let cut = Cut { end: certificate.validity().not_after, by: cut };
    let text = cut_short(name, &issuer.display().to_string(), cut);
    if strict {
        return Err(Failure::new(text).with_hint("ask for less, or renew its issuer"));
    }
    Ok(text)
}

fn note(text: &str) {
    streams::print_error(&format!("note: {text}\n"));
}
