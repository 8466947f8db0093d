//! certwright under the name `cfssl`: its flags, its files, its texts.

mod certinfo;
mod failure;
mod gencert;
mod gencsr;
mod genkey;
mod info;
mod inputs;
mod log;
mod print_defaults;
mod selfsign;
mod session;
mod sign;
mod signer;
mod version;

pub(super) use version::text as version_text;

use std::ffi::OsString;

use super::Outcome;
use super::goflags::{FlagError, GoCommand, ParsedFlags, cfssl, command_usage, top_usage};
use super::streams::print_error;
use failure::Failure;
use session::Session;

/// Runs `cfssl` with the arguments behind its name.
pub fn run(args: &[OsString]) -> Outcome {
    let top = match ParsedFlags::parse(&[], args) {
        Ok(top) => top,
        Err(error) => return refuse_flags(&error, &top_usage()),
    };
    let Some((name, rest)) = top.positionals().split_first() else {
        print_error(&format!("No command is given.\n{}", top_usage()));
        return Outcome::Failed;
    };
    let Some(command) = GoCommand::find(name) else {
        print_error(&format!("Command {} is not defined.\n{}", name.display(), top_usage()));
        return Outcome::Failed;
    };
    let flags = match ParsedFlags::parse(cfssl::TABLE, rest) {
        Ok(flags) => flags,
        Err(error) => return refuse_flags(&error, &command_usage(command)),
    };
    let session = Session::new(flags);
    match run_command(command, &session) {
        Ok(()) => Outcome::Done,
        Err(failure) => {
            session.report(&failure);
            Outcome::Failed
        }
    }
}

fn refuse_flags(error: &FlagError, usage: &str) -> Outcome {
    print_error(&error.report(usage));
    if matches!(error, FlagError::Help) { Outcome::Done } else { Outcome::Misused }
}

fn run_command(command: &GoCommand, session: &Session) -> Result<(), Failure> {
    // cfssl loads the configuration whatever the command is.
    let config = session.load_config()?;
    let config = config.as_ref();
    match command.name {
        "certinfo" => certinfo::run(session),
        "gencert" => gencert::run(session, config),
        "gencsr" => gencsr::run(session),
        "genkey" => genkey::run(session),
        "info" => info::run(session, config),
        "print-defaults" => print_defaults::run(session),
        "selfsign" => selfsign::run(session, config),
        "sign" => sign::run(session, config),
        "version" => version::run(),
        other => Err(Failure::not_supported(&format!("the command \"{other}\""))),
    }
}
