//! Single certificates without a manifest: `issue` and `renew`.

mod files;
mod issue;
mod issuer;
mod key_source;
mod lifetime;
mod profile;
mod renew;
mod request;
mod role;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zeroize::Zeroizing;

pub(super) use issue::{IssueArguments, issue};
pub(super) use renew::{RenewArguments, renew};

use super::own::failure::Failure;
use super::{Outcome, streams};
use crate::key::PrivateKey;
use crate::vocab::pem;

/// A command line that clap takes and that says too little.
fn misused(failure: &Failure) -> Outcome {
    failure.print();
    Outcome::Misused
}

/// A key as our own commands write it: PKCS#8.
fn pkcs8_pem(key: &PrivateKey) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(pem::encode("PRIVATE KEY", &key.to_pkcs8_der()).into_bytes())
}

fn note(text: &str) {
    streams::print_error(&format!("note: {text}\n"));
}

fn date(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_else(|_| time.to_string())
}
