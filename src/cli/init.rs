//! `certwright init NAME [FOLDER]`: a folder to start from.

use std::fs;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser};

use super::own::failure::Failure;
use super::own::texts;
use super::{profiles, streams};
use crate::vocab::shell;

const EXAMPLES: &str = "Examples:
  certwright init etcd                     the folder etcd
  certwright init kubernetes /srv/pki      another folder
  certwright init etcd .                   the current one

pki.json says what there is to make; the files beside it are cfssl's: requests and a configuration.
README.md says what to edit. Nothing that exists is replaced.";

/// The arguments of `init`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct InitArguments {
    /// What to start from
    #[arg(value_parser = names())]
    name: String,
    /// The folder; it is made where it is missing [default: NAME]
    folder: Option<PathBuf>,
}

/// A profile to start from.
struct Start {
    name: &'static str,
    about: &'static str,
    /// What holds names and addresses that are only examples.
    edit: &'static str,
}

/// Every profile with a manifest.
const STARTS: [Start; 2] = [
    Start {
        name: "etcd",
        about: "one CA and the certificates of an etcd cluster",
        edit: "put your members' names and addresses into etcd.json",
    },
    Start {
        name: "kubernetes",
        about: "the three CAs and all certificates of a cluster, as kubeadm names them",
        edit: "put your names and addresses into pki.json (nodes), apiserver.json, etcd-server.json, etcd-peer.json",
    },
];

fn names() -> PossibleValuesParser {
    STARTS.map(|start| PossibleValue::new(start.name).help(start.about)).into()
}

/// Writes the files of a profile, if none of them is there.
pub(super) fn run(arguments: &InitArguments) -> Result<(), Failure> {
    let Some(start) = STARTS.iter().find(|start| start.name == arguments.name) else {
        return Err(Failure::new(format!("there is no profile \"{}\" to start from", arguments.name)));
    };
    let folder = arguments.folder.as_deref().unwrap_or(Path::new(start.name));
    let files: Vec<_> = profiles::files_of(start.name).collect();
    refuse_existing(folder, &files)?;
    let texts: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    texts::write(folder, &texts)?;
    let names: Vec<_> = files.iter().map(|(name, _)| *name).collect();
    streams::print(&format!("{} now has {}\n{}", shown(folder), names.join(", "), next_step(start, folder)))
        .map_err(Failure::new)
}

fn refuse_existing(folder: &Path, files: &[(&str, &str)]) -> Result<(), Failure> {
    let is_there = |name: &&str| fs::symlink_metadata(folder.join(name)).is_ok();
    let there: Vec<_> = files.iter().map(|(name, _)| *name).filter(is_there).collect();
    if there.is_empty() {
        return Ok(());
    }
    let folder = shown(folder);
    Err(Failure::new(format!("{folder} has these already, and nothing was written: {}", there.join(", ")))
        .with_hint("name another folder: certwright init NAME FOLDER"))
}

fn next_step(start: &Start, folder: &Path) -> String {
    let argument = match folder.as_os_str() {
        here if here == "." => String::new(),
        _ => format!(" {}", shell::path(folder)),
    };
    let edit = start.edit;
    format!("next: {edit}; then: certwright plan{argument}, and certwright apply{argument}\n")
}

fn shown(folder: &Path) -> String {
    shell::word(&folder.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_with_a_manifest_is_a_start() {
        let with_manifest: Vec<_> = profiles::names()
            .filter(|name| profiles::files_of(name).any(|(file, _)| file == "pki.json"))
            .collect();
        assert_eq!(with_manifest, STARTS.map(|start| start.name));
    }

    #[test]
    fn what_is_to_be_edited_is_there() {
        for start in STARTS {
            let files: Vec<_> = profiles::files_of(start.name).map(|(name, _)| name).collect();
            let words = start.edit.split([' ', ',']).filter(|word| word.ends_with(".json"));
            let named: Vec<_> = words.collect();
            assert!(!named.is_empty());
            named.iter().for_each(|name| assert!(files.contains(name), "{name}"));
        }
    }
}
