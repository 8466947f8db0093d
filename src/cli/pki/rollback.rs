//! The command `rollback`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::own::failure::Failure;
use crate::cli::streams;
use crate::formats::Format;
use crate::issue::certificate::Certificate;
use crate::model::pki::is_base_name;
use crate::store::{Change, Folder, FoundFile, NewFile, Rights, Transaction};

use super::entry;
use super::run::{print_notes, take_lock};

/// The arguments of `rollback`.
#[derive(Args, Debug)]
pub(in crate::cli) struct RollbackArguments {
    /// The base name of the files to bring back, such as `server`
    name: String,
    /// The folder of the files
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    out: PathBuf,
}

/// Brings an entry's earlier generation back; what it replaces becomes the earlier one.
pub(in crate::cli) fn rollback(arguments: &RollbackArguments) -> Result<(), Failure> {
    let base = &arguments.name;
    if !is_base_name(base) {
        return Err(Failure::new(format!("\"{base}\" cannot be the base name of files"))
            .with_hint("give the name without an ending: `server` for server.pem"));
    }
    let Some(folder) = Folder::open(&arguments.out)? else {
        return Err(Failure::new(format!("there is no folder {}", arguments.out.display())));
    };
    let transaction = Transaction::begin(&folder, take_lock(&folder, false)?)?;
    let earlier = transaction.previous(base)?;
    check_whole(base, &earlier)?;
    let mut notes = after_rollback(&folder, base, &earlier)?;
    let mut stage = transaction.stage(earlier.len())?;
    let mut files = Vec::new();
    for (name, file) in earlier {
        let mode = mode_back(base, &name, file.mode);
        if mode != file.mode {
            notes.push(format!("{name} had mode {:04o}, and is back with {mode:04o}", file.mode));
        }
        let rights = Rights { mode, umask: false, owner: Some(file.owner), group: Some(file.group) };
        files.push(stage.write(&NewFile { name, contents: file.contents, rights })?);
    }
    let old = files.iter().map(|file| file.name.clone()).collect();
    let change = Change { base: base.clone(), files, old, together: true, fresh: false };
    let committed = transaction.commit(vec![change]);
    transaction.remove_staged()?;
    committed?;
    streams::print_error(&format!("the earlier generation of {base} is back\n"));
    print_notes(false, &notes);
    Ok(())
}

/// What holds a key and was open to everybody comes back for its owner alone.
fn mode_back(base: &str, name: &str, mode: u32) -> u32 {
    let ending = name.strip_prefix(base).unwrap_or_default();
    let holds_key = Format::ALL.into_iter().any(|format| format.holds_key() && format.ending() == ending);
    if holds_key && mode & 0o007 != 0 { mode & 0o600 } else { mode }
}

/// What does not come back with an earlier generation, and what does not fit it.
fn after_rollback(
    folder: &Folder,
    base: &str,
    earlier: &[(String, FoundFile)],
) -> Result<Vec<String>, Failure> {
    let mut notes = Vec::new();
    for ending in Format::ALL.into_iter().map(Format::ending) {
        let file = format!("{base}{ending}");
        if !earlier.iter().any(|(name, _)| *name == file) && folder.read(&file)?.is_some() {
            notes.push(format!("{file} was not kept and is not back: where it does not fit, `certwright apply` makes it again"));
        }
    }
    notes.dedup();
    let name = format!("{base}.pem");
    let parsed = |file: Option<&FoundFile>| Certificate::from_pem(&file?.contents).ok();
    let back = parsed(earlier.iter().find(|(file, _)| *file == name).map(|(_, file)| file));
    let gone = parsed(folder.read(&name)?.as_ref());
    if let (Some(back), Some(gone)) = (back, gone)
        && back.basic_constraints().ca
        && (back.subject() != gone.subject() || back.public_key().spki_der() != gone.public_key().spki_der())
    {
        notes.push(format!(
            "what the {base} that is gone issued is not below this one, and has to be issued again"
        ));
    }
    Ok(notes)
}

/// A generation without its key, or with a broken certificate, must not come back: it was replaced for that.
fn check_whole(base: &str, files: &[(String, FoundFile)]) -> Result<(), Failure> {
    let find = |name: String| files.iter().find(|(known, _)| *known == name).map(|(_, file)| &*file.contents);
    match (find(format!("{base}-key.pem")), find(format!("{base}.pem"))) {
        (Some(key), Some(certificate)) if entry::is_pair(key, certificate) => Ok(()),
        _ => Err(Failure::new(format!(
            "the earlier generation of {base} was not whole: no certificate with its key"
        ))
        .with_hint("what lies there now replaced it; `certwright plan` says whether that is whole")),
    }
}
