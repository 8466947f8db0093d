//! The commands `plan` and `apply`.

use std::path::PathBuf;

use clap::Args;
use time::OffsetDateTime;

use crate::cli::clock::{now, parse_time};
use crate::cli::own::failure::Failure;
use crate::cli::{Outcome, streams};
use crate::model::pki::AuthorityKind;
use crate::output::json::to_go_json_indented;
use crate::plan::Permissions;
use crate::store::{Folder, Lock, StoreError, Transaction};
use crate::vocab::shell;

use super::authorities;
use super::load::{self, Loaded};
use super::memory::Memory;
use super::report::{Line, Report, Summary};
use super::setting::Setting;
use super::survey::Survey;

/// Which PKI, and what may happen to it.
#[derive(Args, Debug, Default)]
pub(in crate::cli) struct Common {
    /// The manifest, or the folder of a `pki.json` [default: ./pki.json]
    manifest: Option<PathBuf>,
    /// The folder of the files [default: the manifest's]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Names may go from certificates that have them
    #[arg(long)]
    allow_name_removal: bool,
    /// This authority may get a new key or name; everything below it is issued again
    #[arg(long, value_name = "NAME")]
    replace_ca: Vec<String>,
    /// This authority gets a new key, as after a leak; everything below it is issued again
    #[arg(long, value_name = "NAME")]
    rotate_ca: Vec<String>,
    /// What an authority of no name in this manifest issued may be issued again
    #[arg(long)]
    replace_issuer: bool,
    /// What is issued again gets a new key too
    #[arg(long)]
    rekey: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Take this for the present time, such as 2030-01-02 or 2030-01-02T15:04:05Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<OffsetDateTime>,
    /// Fail rather than let a certificate end earlier than asked
    #[arg(long)]
    strict: bool,
}

/// The arguments of `plan`.
#[derive(Args, Debug, Default)]
pub(in crate::cli) struct PlanArguments {
    #[command(flatten)]
    common: Common,
    /// End with exit status 3 if there is something to do
    #[arg(long)]
    check: bool,
}

/// The arguments of `apply`.
#[derive(Args, Debug, Default)]
pub(in crate::cli) struct ApplyArguments {
    #[command(flatten)]
    common: Common,
    /// Fail rather than wait if another certwright is changing the folder
    #[arg(long)]
    no_wait: bool,
}

/// Says what `apply` would do.
pub(in crate::cli) fn plan(arguments: &PlanArguments) -> Result<Outcome, Failure> {
    let common = &arguments.common;
    let loaded = load::load(common.manifest.as_deref())?;
    common.check_authorities(&loaded)?;
    let folder = Folder::open(&common.out_folder(&loaded))?;
    let memory = Memory::of(folder.as_ref(), &loaded.pki);
    let names = authorities::names(&loaded.pki.authorities, folder.as_ref(), &loaded)?;
    let setting = common.setting(&loaded, folder.as_ref(), &memory, &names, true);
    let survey = Survey::make(&loaded, setting)?;
    let summary = survey.summary();
    let foreseen = survey.foreseen();
    let is_strictly_good = if common.strict { foreseen.refuse_cuts() } else { Ok(()) };
    let mut notes = foreseen.into_notes();
    notes.extend(common.notes(&survey));
    print_plan(common.json, survey.lines(true), &notes, summary)?;
    print_notes(common.json, &notes);
    if !common.json {
        let Summary { new, changed, unchanged, refused } = summary;
        print(&format!("{new} new, {changed} to change, {unchanged} unchanged, {refused} refused\n"))?;
    }
    if summary.refused > 0 {
        return Err(Failure::new(count(summary.refused, "entry is refused", "entries are refused")));
    }
    common.check_held_up(&survey)?;
    is_strictly_good?;
    let is_work = summary.is_work() || !survey.held_up().is_empty();
    Ok(if arguments.check && is_work { Outcome::WorkToDo } else { Outcome::Done })
}

/// Makes the folder what the manifest describes.
pub(in crate::cli) fn apply(arguments: &ApplyArguments) -> Result<Outcome, Failure> {
    let common = &arguments.common;
    let loaded = load::load(common.manifest.as_deref())?;
    common.check_authorities(&loaded)?;
    let folder = Folder::create(&common.out_folder(&loaded))?;
    let lock = take_lock(&folder, arguments.no_wait)?;
    let transaction = Transaction::begin(&folder, lock)?;
    let memory = Memory::of(Some(&folder), &loaded.pki);
    let names = authorities::names(&loaded.pki.authorities, Some(&folder), &loaded)?;
    let setting = common.setting(&loaded, Some(&folder), &memory, &names, false);
    let mut survey = Survey::make(&loaded, setting)?;
    let summary = survey.summary();
    if summary.refused > 0 {
        let refused = survey.lines(false).filter(|line| line.refusal.is_some());
        let notes = common.notes(&survey);
        print_plan(common.json, refused, &notes, summary)?;
        print_notes(common.json, &notes);
        return Err(Failure::new(format!(
            "{} refused, and nothing was written",
            count(summary.refused, "entry is", "entries are")
        )));
    }
    common.check_held_up(&survey)?;
    let written = survey.carry_out(&transaction, common.strict);
    transaction.remove_staged()?;
    let mut notes = written?;
    memory.keep(&transaction)?;
    survey.remember(&transaction)?;
    notes.extend(common.notes(&survey));
    print_plan(common.json, survey.lines(false), &notes, summary)?;
    print_notes(common.json, &notes);
    if !common.json {
        let Summary { new, changed, unchanged, .. } = summary;
        print(&format!("{} changed, {unchanged} unchanged\n", new + changed))?;
    }
    Ok(Outcome::Done)
}

impl Common {
    fn check_authorities(&self, loaded: &Loaded) -> Result<(), Failure> {
        check_named(loaded, "--replace-ca", &self.replace_ca)?;
        check_named(loaded, "--rotate-ca", &self.rotate_ca)
    }

    /// What is due and cannot be renewed for longer is a failure where none may end earlier than asked.
    fn check_held_up(&self, survey: &Survey<'_>) -> Result<(), Failure> {
        match survey.held_up().into_iter().next() {
            Some(held_up) if self.strict => Err(Failure::new(held_up)),
            _ => Ok(()),
        }
    }

    /// What is worth a word though nothing is done about it.
    fn notes(&self, survey: &Survey<'_>) -> Vec<String> {
        let is_replaced = |name: &String| {
            survey.authorities().any(|(one, decision)| one.name == *name && decision.replaces_authority())
        };
        let mut notes = survey.held_up();
        notes.extend(survey.rivals());
        notes.extend(survey.leftovers());
        notes.extend(survey.plain_copies());
        let in_vain =
            self.replace_ca.iter().filter(|name| !self.rotate_ca.contains(name) && !is_replaced(name));
        notes.extend(in_vain.map(|name| {
            format!(
                "{} replaces nothing: {name} has the key and the name it is to have; {} makes a new key",
                shell::flag("--replace-ca", name),
                shell::flag("--rotate-ca", name)
            )
        }));
        notes
    }

    fn out_folder(&self, loaded: &Loaded) -> PathBuf {
        self.out.clone().unwrap_or_else(|| loaded.folder.clone())
    }

    fn setting<'s>(
        &'s self,
        loaded: &'s Loaded,
        folder: Option<&'s Folder>,
        memory: &'s Memory,
        names: &'s [Vec<u8>],
        only_plan: bool,
    ) -> Setting<'s> {
        let permissions = Permissions {
            authorities: names,
            name_removal: self.allow_name_removal,
            replace_authority: false,
            rotate_authority: false,
            new_issuer: None,
            foreign_issuer: self.replace_issuer,
            rekey: self.rekey,
        };
        Setting {
            folder,
            memory,
            manifest: &loaded.path,
            manifest_folder: &loaded.folder,
            now: now(self.at),
            permissions,
            replace: &self.replace_ca,
            rotate: &self.rotate_ca,
            only_plan,
        }
    }
}

/// A slip of the pen in an option's names must not be passed over.
fn check_named(loaded: &Loaded, option: &str, names: &[String]) -> Result<(), Failure> {
    let authorities = &loaded.pki.authorities;
    let known = || authorities.iter().map(|authority| authority.name.as_str());
    for name in names {
        let Some(authority) = authorities.iter().find(|authority| authority.name == *name) else {
            return Err(Failure::new(format!(
                "{option}: {} has no authority \"{name}\"",
                loaded.path.display()
            ))
            .with_hint(format!("its authorities: {}", known().collect::<Vec<_>>().join(", "))));
        };
        if matches!(authority.kind, AuthorityKind::Existing { .. }) {
            return Err(Failure::new(format!("{option}: the files of {name} are read and never written"))
                .with_hint(
                    "put the files of another authority in their place, or name them in the manifest",
                ));
        }
    }
    Ok(())
}

pub(super) fn print_notes(json: bool, notes: &[String]) {
    for note in notes.iter().filter(|_| !json) {
        streams::print_error(&format!("note: {note}\n"));
    }
}

/// Takes the lock of a folder, waiting for it unless told not to.
pub(in crate::cli) fn take_lock(folder: &Folder, no_wait: bool) -> Result<Lock, Failure> {
    match Lock::take(folder) {
        Err(StoreError::Locked { path }) if !no_wait => {
            streams::print_error(&format!(
                "note: waiting for another certwright that is changing {}\n",
                path.display()
            ));
            Ok(Lock::wait(folder)?)
        }
        other => Ok(other?),
    }
}

fn print_plan(
    json: bool,
    lines: impl Iterator<Item = Line> + Clone,
    notes: &[String],
    summary: Summary,
) -> Result<(), Failure> {
    const CHUNK: usize = 1 << 16;
    if json {
        let report = Report { entries: lines, notes, summary };
        return print(&format!("{}\n", to_go_json_indented(&report, "  ")));
    }
    let mut text = String::new();
    for line in lines {
        text += &line.text();
        if text.len() >= CHUNK {
            print(&std::mem::take(&mut text))?;
        }
    }
    print(&text)
}

fn print(text: &str) -> Result<(), Failure> {
    streams::print(text).map_err(Failure::new)
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
