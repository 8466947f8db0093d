//! What is to be done with everything a manifest describes.

use crate::cli::own::failure::Failure;
use crate::plan::Decision;
use crate::store::{Change, Folder, Stage, Transaction};

use super::authorities::{self, Standing};
use super::certificates::{Decided, Jobs, Place, Task};
use super::earlier::spare_key;
use super::entry::Output;
use super::found;
use super::gone::Gone;
use super::leftovers;
use super::load::Loaded;
use super::places;
use super::plain;
use super::report::{Line, Remarks, Status, Summary};
use super::setting::Setting;

/// What is to be done with everything.
pub(super) struct Survey<'l> {
    standing: Vec<Standing>,
    jobs: Jobs<'l>,
    tasks: Vec<Task>,
    /// What stays though it is due.
    held_up: Vec<Task>,
    gone: Gone,
    setting: Setting<'l>,
}

impl<'l> Survey<'l> {
    pub(super) fn make(loaded: &'l Loaded, setting: Setting<'l>) -> Result<Self, Failure> {
        let standing = authorities::stand(&loaded.pki.authorities, setting)?;
        let jobs = Jobs::new(&loaded.pki.certificates, setting)?;
        let out = setting.folder.map_or(loaded.folder.as_path(), Folder::path);
        places::check(&standing, &jobs, &loaded.inputs, out)?;
        let Decided { tasks, held_up } = jobs.decide(&standing, setting)?;
        let gone = Gone::find(loaded, setting.folder, &standing, &jobs);
        Ok(Self { standing, jobs, tasks, held_up, gone, setting })
    }

    /// Keeps for the next run which entries there are.
    pub(super) fn remember(&mut self, transaction: &Transaction<'_>) -> Result<(), Failure> {
        Ok(self.gone.keep(transaction)?)
    }

    /// Files that no entry writes any more.
    pub(super) fn leftovers(&self) -> Vec<String> {
        let mut remarks = Remarks::default();
        // What cannot be read is said where it is of use.
        let found = leftovers::find(self.setting.folder, &self.standing, &self.jobs).unwrap_or_default();
        found.into_iter().for_each(|file| remarks.add_leftover(file));
        // An entry that was renamed by mistake is refused at its new name: its files are not to be removed.
        if self.summary().refused == 0 {
            self.gone.files().for_each(|file| remarks.add_gone(file));
        }
        remarks.into_notes()
    }

    /// What is changed here, and changed back by another manifest.
    pub(super) fn rivals(&self) -> Vec<String> {
        let mut remarks = Remarks::default();
        if self.gone.has_rivals() {
            for (authority, decision) in self.authorities() {
                let base = authority.planned.as_ref().map_or("", |planned| planned.base.as_str());
                self.note_rival(&mut remarks, base, decision);
            }
            for Task { job, decision, .. } in &self.tasks {
                let base = self.jobs.file(*job).map_or_else(String::new, |(base, _)| base);
                self.note_rival(&mut remarks, &base, decision);
            }
        }
        remarks.into_notes()
    }

    fn note_rival(&self, remarks: &mut Remarks, base: &str, decision: &Decision) {
        if let (Status::Change, Some(manifest)) = (Status::of(decision), self.gone.rival(base)) {
            remarks.add_rival(format!("{base}.pem"), manifest);
        }
    }

    /// What is due, and cannot be renewed for longer.
    pub(super) fn held_up(&self) -> Vec<String> {
        let mut remarks = Remarks::default();
        for (authority, decision) in self.authorities() {
            let issuer = authority.planned.as_ref().and_then(|planned| planned.issuer(&self.standing));
            if let (Some(held_up), Some(issuer)) = (decision.held_up, issuer) {
                remarks.add_held_up(&authority.name, held_up, issuer);
            }
        }
        for Task { job, decision, .. } in &self.held_up {
            if let (Some(held_up), Some(issuer)) = (decision.held_up, self.jobs.issuer(*job, &self.standing))
            {
                remarks.add_held_up(&self.jobs.name(*job), held_up, issuer);
            }
        }
        remarks.into_notes()
    }

    /// What a plan has to say of what would be issued.
    pub(super) fn foreseen(&self) -> Remarks {
        let mut remarks = Remarks::default();
        for authority in &self.standing {
            if let Some(issued) = authority.planned.as_ref().and_then(|planned| planned.issued.as_ref()) {
                remarks.add(&authority.name, "its issuer", &issued.departures);
            }
        }
        for Task { job, decision, .. } in &self.tasks {
            let issuer = self.jobs.issuer(*job, &self.standing);
            let issuer = issuer.map_or("its issuer", |issuer| issuer.name.as_str());
            remarks.add(&self.jobs.name(*job), issuer, &decision.foreseen);
        }
        remarks
    }

    /// Private keys that are encrypted now, and lie in plain in the earlier generation.
    pub(super) fn plain_copies(&self) -> Vec<String> {
        plain::notes(self.setting.folder, &self.standing, &self.jobs)
    }

    pub(super) fn authorities(&self) -> impl Iterator<Item = (&Standing, &Decision)> + Clone {
        self.standing.iter().filter_map(|one| Some((one, &one.planned.as_ref()?.decision)))
    }

    /// How many entries there are of each kind.
    pub(super) fn summary(&self) -> Summary {
        let tasks = self.tasks.iter().map(|task| &*task.decision);
        let mut summary = Summary { unchanged: self.jobs.len() - self.tasks.len(), ..Summary::default() };
        for decision in self.authorities().map(|(_, decision)| decision).chain(tasks) {
            summary.count(Status::of(decision));
        }
        summary
    }

    /// A line for each entry, those that stay only if `all` are wanted. They are made one by one: there may be very
    /// many.
    pub(super) fn lines(&self, all: bool) -> impl Iterator<Item = Line> + Clone {
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
    pub(super) fn carry_out(
        &self,
        transaction: &Transaction<'_>,
        strict: bool,
    ) -> Result<Vec<String>, Failure> {
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
            let change = self.stage_authority(authority, planned, stage)?;
            if let Some(folder) = self.setting.folder
                && !change.old.is_empty()
            {
                spare_key(transaction, folder, &change.base)?;
            }
            changes.push(change);
            if let Some(issued) = &planned.issued {
                remarks.add(&authority.name, "its issuer", &issued.departures);
            }
        }
        if strict {
            remarks.refuse_cuts()?;
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
        stage: &mut Stage,
    ) -> Result<Change, Failure> {
        let authorities::Planned { base, form, decision, found, issued, .. } = planned;
        if let Some(issued) = issued {
            let output = Output { base, form, decision, found };
            return Ok(output.stage_issued(issued, stage)?);
        }
        // Its key went to the issuer.
        let found = found::find(self.setting.folder, base, form, None)?;
        let output = Output { base, form, decision, found: &found };
        match planned.wanted(&authority.name, &self.standing) {
            Some(wanted) => output.stage_repairs(&wanted, authority.above(), stage),
            None => Err(Failure::new(format!("{} has no issuer", authority.name))),
        }
    }
}
