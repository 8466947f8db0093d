//! `cfssl selfsign`: a key and a certificate signed with it.

use crate::cli::goflags::cfssl;
use crate::cli::streams::print_error;
use crate::issue::self_signed;
use crate::model::profile::Profile;
use crate::wire::response::Issued;

use super::failure::Failure;
use super::genkey::build_csr;
use super::inputs::{pop_first, read_request};
use super::session::{LoadedConfig, Session};
use super::signer::choose_profile;

const BANNER: &str = "*** WARNING ***

Self-signed certificates are dangerous. Use this self-signed
certificate at your own risk.

It is strongly recommended that these certificates NOT be used
in production.

*** WARNING ***

";

pub(super) fn run(session: &Session, config: Option<&LoadedConfig>) -> Result<(), Failure> {
    let flags = &session.flags;
    let mut args = flags.positionals();
    if flags.text(cfssl::HOSTNAME).is_none() && !flags.bool(cfssl::INITCA) {
        // cfssl asks for a host name and makes no use of it: the names are those of the request.
        (_, args) = pop_first(args)?;
    }
    let (path, rest) = pop_first(args)?;
    if !rest.is_empty() {
        return Err(Failure::plain("too many arguments are provided, please check with usage"));
    }
    let file = read_request(session, path)?;
    let built_in = Profile::built_in_self_signed();
    let profile = match config {
        Some(_) => choose_profile(session, config)?.0,
        None => &built_in,
    };
    let key = file.generate_key(session)?;
    let csr = build_csr(session, &file, &key)?;
    let certificate = self_signed::sign(&csr, profile, &key, session.now)?;
    print_error(BANNER);
    session.print_issued(&Issued {
        cert: Some(&certificate.to_pem()),
        csr: Some(&csr.to_pem()),
        key: Some(&key.to_pem()),
    })
}
