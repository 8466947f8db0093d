//! `cfssl info`: what a signer of this machine would sign with.

use crate::cli::goflags::cfssl;
use crate::output::json::to_go_json;
use crate::wire::response::SignerInfo;

use super::failure::Failure;
use super::inputs::read_issuer;
use super::session::{LoadedConfig, Session};
use super::signer::{choose_profile, refuse_unsupported};

pub(super) fn run(session: &Session, config: Option<&LoadedConfig>) -> Result<(), Failure> {
    if !session.flags.positionals().is_empty() {
        let text = "argument is provided but not defined; please refer to the usage by flag -h.";
        return Err(Failure::plain(text));
    }
    refuse_unsupported(session)?;
    if config.is_none() && session.flags.text(cfssl::REMOTE).is_none() {
        let text = "Either -remote or -config must be given. Refer to cfssl info -h for usage.";
        return Err(Failure::plain(text));
    }
    let (profile, _) = choose_profile(session, config)?;
    let issuer = read_issuer(session)?;
    let certificate = issuer.certificate().to_pem();
    let info = SignerInfo {
        certificate: certificate.trim_end(),
        usages: profile.usage_words.as_ref().map(|words| words.iter().map(String::as_str).collect()),
        expiry: &profile.expiry_text,
    };
    // cfssl prints no newline here.
    session.print(&to_go_json(&info))
}
