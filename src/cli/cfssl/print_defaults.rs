//! `cfssl print-defaults`: documents to start from.

use std::ffi::OsStr;

use super::failure::Failure;
use super::inputs::pop_first;
use super::session::Session;

const CONFIG: &str = include_str!("print_defaults/config.json");
const CSR: &str = include_str!("print_defaults/csr.json");

pub(super) fn run(session: &Session) -> Result<(), Failure> {
    let (kind, _) = pop_first(session.flags.positionals())?;
    let text = match kind.to_str() {
        Some("config") => CONFIG,
        Some("csr") => CSR,
        _ => return unknown(session, kind),
    };
    // cfssl ends the document with an empty line.
    session.print(&format!("{text}\n"))
}

fn unknown(session: &Session, kind: &OsStr) -> Result<(), Failure> {
    let list = "Default configurations are available for:\n\tconfig\n\tcsr\n";
    session.print(list)?;
    if kind == "list" {
        return Ok(());
    }
    Err(Failure::plain(format!("there is no default document \"{}\"", kind.display())))
}
