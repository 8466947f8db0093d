//! `certwright links FOLDER`: the links under which scripts find certwright as cfssl.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::own::texts;
use super::streams;
use crate::output::files::go_reason;

/// The names we stand in for.
const NAMES: [&str; 2] = ["cfssl", "cfssljson"];

/// Makes both links; one that leads to this program already is left alone, anything else is not touched.
pub(super) fn run(folder: &Path) -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    let links = NAMES.map(|name| folder.join(name));
    for link in &links {
        match fs::symlink_metadata(link) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("cannot look at {link:?}: {error}")),
            Ok(_) if leads_to(link, &program) => {}
            Ok(_) => {
                return Err(format!("{link:?} exists and is not a link to {program:?}: remove it first"));
            }
        }
    }
    let folders = texts::make_folder(folder).map_err(|failure| failure.message)?;
    let mut made = String::new();
    for link in links.iter().filter(|link| !leads_to(link, &program)) {
        symlink(&program, link).map_err(|error| {
            texts::remove_folders(&folders);
            format!("cannot make the link {link:?}: {}", go_reason(&error))
        })?;
        made += &format!("{} -> {}\n", link.display(), program.display());
    }
    streams::print(&made)
}

fn leads_to(link: &Path, program: &Path) -> bool {
    match (fs::canonicalize(link), fs::canonicalize(program)) {
        (Ok(link), Ok(program)) => link == program,
        _ => false,
    }
}
