//! The commands `plan` and `apply`.

use std::path::PathBuf;

use clap::Args;
use time::OffsetDateTime;

use crate::cli::clock::{now, parse_time};
use crate::cli::own::failure::Failure;
use crate::cli::{Outcome, streams};
use crate::model::pki::AuthorityKind;
use crate::output::json::to_go_json_indented;
use crate::plan::{Decision, Permissions};
use crate::store::{Change, Folder, Lock, StoreError, Transaction};

use super::authorities::{self, Standing};
use super::certificates::{Decided, Jobs, Place, Task};
use super::entry::{self, Output};
use super::leftovers;
use super::load::{self, Loaded};
use super::memory::Memory;
use super::places;
use super::plain;
use super::report::{Line, Remarks, Report, Status, Summary};
use super::setting::Setting;

/// Which PKI, and what may happen to it.
#[derive(Args, Debug)]
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
}

/// The arguments of `plan`.
#[derive(Args, Debug)]
pub(in crate::cli) struct PlanArguments {
    #[command(flatten)]
    common: Common,
    /// End with exit status 3 if there is something to do
    #[arg(long)]
    check: bool,
}

/// The arguments of `apply`.
#[derive(Args, Debug)]
pub(in crate::cli) struct ApplyArguments {
    #[command(flatten)]
    common: Common,
    /// Fail rather than let a certificate end earlier than asked
    #[arg(long)]
    strict: bool,
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
    let names = authorities::names(&loaded.pki.authorities, folder.as_ref(), &loaded.folder)?;
    let setting = common.setting(&loaded, folder.as_ref(), &memory, &names, true);
    let survey = Survey::make(&loaded, setting)?;
    let summary = survey.summary();
    let notes = common.notes(&survey);
    print_plan(common.json, survey.lines(true), &notes, summary)?;
    print_notes(common.json, &notes);
    if !common.json {
        let Summary { new, changed, unchanged, refused } = summary;
        print(&format!("{new} new, {changed} to change, {unchanged} unchanged, {refused} refused\n"))?;
    }
    if summary.refused > 0 {
        return Err(Failure::new(count(summary.refused, "entry is refused", "entries are refused")));
    }
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
    let names = authorities::names(&loaded.pki.authorities, Some(&folder), &loaded.folder)?;
    let setting = common.setting(&loaded, Some(&folder), &memory, &names, false);
    let survey = Survey::make(&loaded, setting)?;
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
    if let Some(held_up) = survey.held_up().into_iter().next().filter(|_| arguments.strict) {
        return Err(Failure::new(held_up));
    }
    let written = survey.carry_out(&transaction, arguments.strict);
    transaction.remove_staged()?;
    let mut notes = written?;
    memory.keep(&transaction)?;
    notes.extend(common.notes(&survey));
    print_plan(common.json, survey.lines(false), &notes, summary)?;
    print_notes(common.json, &notes);
    if !common.json {
        let Summary { new, changed, unchanged, .. } = summary;
        print(&format!("{} changed, {unchanged} unchanged\n", new + changed))?;
    }
    Ok(Outcome::Done)
}

/// What is to be done with everything.
struct Survey<'l> {
    standing: Vec<Standing>,
    jobs: Jobs<'l>,
    tasks: Vec<Task>,
    /// What stays though it is due.
    held_up: Vec<Task>,
    setting: Setting<'l>,
}

impl<'l> Survey<'l> {
    fn make(loaded: &'l Loaded, setting: Setting<'l>) -> Result<Self, Failure> {
        let standing = authorities::stand(&loaded.pki.authorities, setting)?;
        let jobs = Jobs::new(&loaded.pki.certificates, setting)?;
        let out = setting.folder.map_or(loaded.folder.as_path(), Folder::path);
        places::check(&standing, &jobs, &loaded.inputs, out, &loaded.path)?;
        let Decided { tasks, held_up } = jobs.decide(&standing, setting)?;
        Ok(Self { standing, jobs, tasks, held_up, setting })
    }

    /// Private keys that no entry writes any more.
    fn leftovers(&self) -> Vec<String> {
        let mut remarks = Remarks::default();
        // What cannot be read is said where it is of use.
        let found = leftovers::find(self.setting.folder, &self.standing, &self.jobs).unwrap_or_default();
        found.into_iter().for_each(|file| remarks.add_leftover(file));
        remarks.into_notes()
    }

    /// What is due, and cannot be renewed for longer.
    fn held_up(&self) -> Vec<String> {
        let mut remarks = Remarks::default();
        for (authority, decision) in self.authorities() {
            let issuer = authority.planned.as_ref().and_then(|planned| planned.issuer(&self.standing));
            if let (Some(held_up), Some(issuer)) = (decision.held_up, issuer) {
                remarks.add_held_up(&authority.name, held_up, issuer);
            }
        }
        for Task { job, decision } in &self.held_up {
            if let (Some(held_up), Some(issuer)) = (decision.held_up, self.jobs.issuer(*job, &self.standing))
            {
                remarks.add_held_up(&self.jobs.name(*job), held_up, issuer);
            }
        }
        remarks.into_notes()
    }

    fn authorities(&self) -> impl Iterator<Item = (&Standing, &Decision)> + Clone {
        self.standing.iter().filter_map(|one| Some((one, &one.planned.as_ref()?.decision)))
    }

    /// How many entries there are of each kind.
    fn summary(&self) -> Summary {
        let tasks = self.tasks.iter().map(|task| &*task.decision);
        let mut summary = Summary { unchanged: self.jobs.len() - self.tasks.len(), ..Summary::default() };
        for decision in self.authorities().map(|(_, decision)| decision).chain(tasks) {
            summary.count(Status::of(decision));
        }
        summary
    }

    /// A line for each entry, those that stay only if `all` are wanted. They are made one by one: there may be very
    /// many.
    fn lines(&self, all: bool) -> impl Iterator<Item = Line> + Clone {
        let authorities = self.authorities().map(|(one, decision)| Line::of(&one.name, decision));
        let certificates = (0..self.jobs.len()).filter_map(move |job| {
            match self
                .tasks
                .binary_search_by_key(&job, |task| task.job)
                .ok()
                .and_then(|at| self.tasks.get(at))
            {
                Some(task) => Some(Line::of(&self.jobs.name(job), &task.decision)),
                None => all.then(|| Line::unchanged(self.jobs.name(job))),
            }
        });
        authorities.filter(move |line| all || line.status != Status::Unchanged).chain(certificates)
    }

    /// Writes everything that is to change.
    fn carry_out(&self, transaction: &Transaction<'_>, strict: bool) -> Result<Vec<String>, Failure> {
        let mut remarks = Remarks::default();
        let mut changes = Vec::new();
        let mut stage = None;
        for authority in &self.standing {
            let Some(planned) = authority.planned.as_ref().filter(|planned| !planned.decision.is_nothing())
            else {
                continue;
            };
            let stage = match &mut stage {
                Some(stage) => stage,
                empty => empty.insert(transaction.stage((self.standing.len() + self.tasks.len()) * 3)?),
            };
            changes.push(self.stage_authority(authority, planned, stage)?);
            if let Some(issued) = &planned.issued {
                remarks.add(&authority.name, "its issuer", issued);
            }
        }
        if changes.is_empty() && self.tasks.is_empty() {
            return Ok(Vec::new());
        }
        let place = Place { standing: &self.standing, setting: self.setting, transaction, strict };
        remarks.append(self.jobs.carry_out(&self.tasks, changes, place)?);
        Ok(remarks.into_notes())
    }

    fn stage_authority(
        &self,
        authority: &Standing,
        planned: &authorities::Planned,
        stage: &mut crate::store::Stage,
    ) -> Result<Change, Failure> {
        let authorities::Planned { base, form, decision, found, issued, .. } = planned;
        if let Some(issued) = issued {
            let output = Output { base, form, decision, found };
            return Ok(output.stage_issued(issued, stage)?);
        }
        // Its key went to the issuer.
        let found = entry::find(self.setting.folder, base, form, None)?;
        let output = Output { base, form, decision, found: &found };
        match planned.wanted(&authority.name, &self.standing) {
            Some(wanted) => output.stage_repairs(&wanted, authority.above(), stage),
            None => Err(Failure::new(format!("{} has no issuer", authority.name))),
        }
    }
}

impl Common {
    fn check_authorities(&self, loaded: &Loaded) -> Result<(), Failure> {
        check_named(loaded, "--replace-ca", &self.replace_ca)?;
        check_named(loaded, "--rotate-ca", &self.rotate_ca)
    }

    /// What is worth a word though nothing is done about it.
    fn notes(&self, survey: &Survey<'_>) -> Vec<String> {
        let is_replaced = |name: &String| {
            survey.authorities().any(|(one, decision)| one.name == *name && decision.replaces_authority())
        };
        let mut notes = survey.held_up();
        notes.extend(survey.leftovers());
        notes.extend(plain::notes(survey.setting.folder, &survey.standing, &survey.jobs));
        let in_vain =
            self.replace_ca.iter().filter(|name| !self.rotate_ca.contains(name) && !is_replaced(name));
        notes.extend(in_vain.map(|name| {
            format!(
                "--replace-ca {name} replaces nothing: {name} has the key and the name it is to have; \
                 --rotate-ca {name} makes a new key"
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
