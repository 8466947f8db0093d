//! `certwright man [FOLDER]`: the manual pages, made from the commands themselves.

use std::io;
use std::path::Path;

use clap::Command;
use clap_mangen::Man;

use super::own::failure::Failure;
use super::own::texts;
use super::streams;

/// How to read and to install them.
pub(super) const EXAMPLES: &str = "Examples:
  certwright man | man -l -
  certwright man /usr/local/share/man/man1      certwright.1, certwright-apply.1 and so on";

/// Prints the program's page, or writes all pages into a folder.
pub(super) fn run(folder: Option<&Path>, mut program: Command) -> Result<(), Failure> {
    program.build();
    let failed = |error: io::Error| Failure::new(format!("cannot make a manual page: {error}"));
    let Some(folder) = folder else {
        let (_, page) = page(&program).map_err(failed)?;
        return streams::print_bytes(&page).map_err(Failure::new);
    };
    let pages = pages(&program).map_err(failed)?;
    let texts: Vec<_> = pages.iter().map(|(name, page)| (name.as_str(), page.as_slice())).collect();
    texts::write(folder, &texts)
}

/// A command's page and those of its subcommands, with the names of their files.
fn pages(command: &Command) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut all = vec![page(command)?];
    for subcommand in command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        all.extend(pages(subcommand)?);
    }
    Ok(all)
}

fn page(command: &Command) -> io::Result<(String, Vec<u8>)> {
    let man = Man::new(command.clone()).source(concat!("certwright ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    man.render(&mut text)?;
    Ok((man.get_filename(), text))
}
