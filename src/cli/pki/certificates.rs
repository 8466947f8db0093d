//! The certificates of a PKI, thousands of them on all processors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use crate::cli::own::failure::Failure;
use crate::cli::progress::Progress;
use crate::issue::policy::Policy;
use crate::key::{PrivateKey, PublicKey};
use crate::model::pki::{Certificates, Member};
use crate::plan::{self, Action, Decision, Departures, Permissions, Role, Wanted};
use crate::store::{Change, Stage, StoreError, Transaction};
use crate::vocab::algorithm::{Curve, KeySpec, RSA_MIN_BITS, RsaBits};

use super::authorities::{Standing, cannot_issue, refuse_key_of};
use super::entry::{self, Above, Output};
use super::form::Form;
use super::found;
use super::report::Remarks;
use super::setting::Setting;

/// So many entries are issued, staged and put in place together: memory stays flat however many there are.
const GROUP: usize = 1024;

/// So many entries a thread takes at a time, where there are many.
const HANDFUL: usize = 16;

/// So many entries are looked at before another thread has begun.
const LOOKED_AT: usize = 16;

/// So many entries are issued before another thread has begun.
const ISSUED: usize = 5;

/// A plan goes as far as to sign so many certificates, and one of so many entries.
const REHEARSED: usize = 128;

/// Keys that nobody sees, for certificates that are only planned.
#[derive(Default)]
struct StandIns {
    rsa: OnceLock<PrivateKey>,
    ec: OnceLock<PrivateKey>,
    ed25519: OnceLock<PrivateKey>,
}

impl StandIns {
    /// One of the kind that is asked for; its size is of no account.
    fn of(&self, wanted: &Wanted<'_>) -> Result<&PrivateKey, Failure> {
        let spec = wanted.request.key.spec().map_err(|error| Failure::new(error.to_string()))?;
        let (kept, spec) = match spec {
            KeySpec::Rsa(bits) => (&self.rsa, KeySpec::Rsa(RsaBits::new(RSA_MIN_BITS).unwrap_or(bits))),
            KeySpec::Ecdsa(_) => (&self.ec, KeySpec::Ecdsa(Curve::P256)),
            KeySpec::Ed25519 => (&self.ed25519, KeySpec::Ed25519),
        };
        if let Some(key) = kept.get() {
            return Ok(key);
        }
        let key = PrivateKey::generate(spec)?;
        Ok(kept.get_or_init(|| key))
    }
}

/// All certificates of a PKI, by number.
pub(super) struct Jobs<'p> {
    entries: &'p [Certificates],
    /// The number of each entry's first certificate.
    starts: Vec<usize>,
    forms: Vec<Form>,
    count: usize,
}

/// What is to be done with a certificate; those that stay have none.
pub(super) struct Task {
    pub(super) job: usize,
    pub(super) decision: Arc<Decision>,
    /// None of its files lies there.
    is_new: bool,
}

/// What is to be done, and what stays though it is due, both by number.
pub(super) struct Decided {
    pub(super) tasks: Vec<Task>,
    pub(super) held_up: Vec<Task>,
}

/// Equal decisions are kept once: most of a large PKI has the same.
#[derive(Default)]
struct Shared(Mutex<Option<Arc<Decision>>>);

impl Shared {
    fn keep(&self, decision: Decision) -> Arc<Decision> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some(last) if **last == decision => Arc::clone(last),
            _ => Arc::clone(last.insert(Arc::new(decision))),
        }
    }
}

impl<'p> Jobs<'p> {
    /// All of them, with the form each has.
    pub(super) fn new(entries: &'p [Certificates], setting: Setting<'_>) -> Result<Self, Failure> {
        let mut count = 0;
        let mut starts = Vec::with_capacity(entries.len());
        for entry in entries {
            starts.push(count);
            count += entry.len();
        }
        let forms = entries
            .iter()
            .map(|entry| Form::new(&entry.files, &entry.order.request.key, setting))
            .collect::<Result<_, _>>()?;
        Ok(Self { entries, starts, forms, count })
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    fn at(&self, job: usize) -> Option<(&'p Certificates, &Form, Member)> {
        let index = self.starts.partition_point(|start| *start <= job).checked_sub(1)?;
        let entry = self.entries.get(index)?;
        Some((entry, self.forms.get(index)?, entry.member(job - self.starts.get(index)?)))
    }

    /// The base name of a certificate's files, and how they are written.
    pub(super) fn file(&self, job: usize) -> Option<(String, &Form)> {
        let index = self.starts.partition_point(|start| *start <= job).checked_sub(1)?;
        let file = self.entries.get(index)?.file(job - self.starts.get(index)?);
        Some((file, self.forms.get(index)?))
    }

    /// The name of a certificate.
    pub(super) fn name(&self, job: usize) -> String {
        self.at(job).map_or_else(String::new, |(_, _, member)| member.name)
    }

    /// Who issues a certificate.
    pub(super) fn issuer<'s>(&self, job: usize, standing: &'s [Standing]) -> Option<&'s Standing> {
        standing.get(self.at(job)?.0.order.issuer)
    }

    /// Decides about every certificate.
    pub(super) fn decide(&self, standing: &[Standing], setting: Setting<'_>) -> Result<Decided, Failure> {
        let progress = Progress::start("looking", self.count);
        let shared = Shared::default();
        let stand_ins = StandIns::default();
        let mut tasks = on_all_processors(self.count, LOOKED_AT, |_, job| {
            progress.advance(1);
            let Some((entry, form, member)) = self.at(job) else { return Ok(None) };
            let Some(issuer) = standing.get(entry.order.issuer) else { return Ok(None) };
            let within = |failure: Failure| form.at_entry(failure, &member.name);
            let known = Some((setting.memory, issuer.chain.as_slice()));
            let found = found::find(setting.folder, &member.file, form, known)
                .map_err(|error| Failure::from(error).within(&member.name))?;
            let wanted = wanted(entry, &member, issuer);
            let permissions = Permissions { new_issuer: issuer.made_unasked(setting), ..setting.permissions };
            let mut decision = plan::decide(&found.lying, &wanted, permissions, setting.now)
                .map_err(|error| within(error.into()))?;
            let about_files = entry::about_files(&found, form, &issuer.chain, (&decision, setting.folder));
            decision.reasons.extend(about_files.map_err(within)?);
            refuse_key_of(standing, &found.lying, &mut decision);
            form.rights.check(&mut decision);
            if decision.action != Action::Keep && decision.refusal.is_none() {
                decision.refusal = cannot_issue(issuer, setting.now);
            }
            if decision.action != Action::Keep && decision.refusal.is_none() {
                let key = if decision.action == Action::Issue { found.lying.key.good() } else { None };
                let foreseen =
                    self.look_ahead((job, &member), (&wanted, key), (form, issuer), setting, &stand_ins);
                decision.foreseen = foreseen.map_err(within)?;
            }
            if decision.is_nothing() {
                setting.memory.note(found.digest);
                if decision.held_up.is_none() {
                    return Ok(None);
                }
            }
            Ok(Some(Task { job, decision: shared.keep(decision), is_new: found.is_nothing() }))
        })?;
        tasks.sort_by_key(|task| task.job);
        let (held_up, tasks) = tasks.into_iter().partition(|task| task.decision.is_nothing());
        Ok(Decided { tasks, held_up })
    }

    /// What will be said of a certificate that is going to be issued, and whether it can be.
    ///
    /// A plan looks at each as far as it can. To apply it is to find out; only where the keys take their time, or the
    /// first are in place before the last are issued, each is looked at before.
    fn look_ahead(
        &self,
        (job, member): (usize, &Member),
        (wanted, key): (&Wanted<'_>, Option<&PublicKey>),
        (form, issuer): (&Form, &Standing),
        setting: Setting<'_>,
        stand_ins: &StandIns,
    ) -> Result<Departures, Failure> {
        if !setting.only_plan {
            let is_slow = matches!(wanted.request.key.spec(), Ok(KeySpec::Rsa(_)));
            if is_slow || self.count > GROUP {
                plan::approve(wanted, issuer.certificate.public_key(), setting.now)?;
            }
            return Ok(Departures::default());
        }
        let own = || stand_ins.of(wanted).map(PrivateKey::public_key);
        let key = key.map_or_else(own, Ok)?;
        let foreseen = entry::foresee(wanted, key, &issuer.certificate, form, setting.now)?;
        let Some(signer) = issuer.signer() else { return Ok(Departures::default()) };
        form.extras.check_base(&member.file)?;
        if self.is_rehearsed(job) {
            entry::rehearse(wanted, key, signer, form, setting.now)?;
        }
        Ok(foreseen)
    }

    /// Whether a plan goes as far as to sign: of many alike, a few are enough, and one of each entry is.
    fn is_rehearsed(&self, job: usize) -> bool {
        job < REHEARSED || self.starts.iter().take(REHEARSED).any(|start| *start == job)
    }

    /// Does what was decided, a group at a time; `first` goes with the first group.
    pub(super) fn carry_out(
        &self,
        tasks: &[Task],
        first: Vec<Change>,
        place: Place<'_>,
    ) -> Result<Remarks, Failure> {
        let Place { transaction, strict, .. } = place;
        let mut remarks = Remarks::default();
        let progress = Progress::start("issuing", tasks.len());
        let stage = |group: &[Task], files: usize, changes: &mut Vec<Change>, remarks: &mut Remarks| {
            let mut staged = on_all_processors(group.len(), ISSUED, |worker, index| {
                progress.advance(1);
                let Some(task) = group.get(index) else { return Ok(None) };
                let stage = worker.stage(transaction, files)?;
                self.stage(task, place, stage).map(|(change, said)| Some((index, change, said)))
            })?;
            staged.sort_by_key(|(index, ..)| *index);
            for (_, change, said) in staged {
                changes.push(change);
                remarks.append(said);
            }
            if strict { remarks.refuse_cuts() } else { Ok(()) }
        };
        let mut changes = first;
        let mut groups = tasks.chunks(GROUP);
        let group = groups.next().unwrap_or_default();
        let files = (changes.len() + group.len()) * 3;
        stage(group, files, &mut changes, &mut remarks)?;
        // While one group is put in place, which is to wait for the disk, the next is issued.
        for group in groups {
            let ready = Mutex::new(std::mem::take(&mut changes));
            let commit = || {
                let ready = std::mem::take(&mut *ready.lock().unwrap_or_else(PoisonError::into_inner));
                transaction.commit(ready)
            };
            thread::scope(|scope| {
                // Where the system refuses a thread, one comes after the other.
                let committed = match thread::Builder::new().spawn_scoped(scope, commit) {
                    Ok(other) => Err(other),
                    Err(_) => Ok(commit()),
                };
                let staged = stage(group, group.len() * 3, &mut changes, &mut remarks);
                committed.unwrap_or_else(joined).map_err(Failure::from).and(staged)
            })?;
        }
        if !changes.is_empty() {
            transaction.commit(changes)?;
        }
        Ok(remarks)
    }

    fn stage(&self, task: &Task, place: Place<'_>, stage: &mut Stage) -> Result<(Change, Remarks), Failure> {
        let Place { standing, setting, .. } = place;
        let gone = || Failure::new(format!("{} is not there any more", self.name(task.job)));
        let (entry, form, member) = self.at(task.job).ok_or_else(gone)?;
        let issuer = standing.get(entry.order.issuer).ok_or_else(gone)?;
        let wanted = wanted(entry, &member, issuer);
        let folder = setting.folder.filter(|_| !task.is_new);
        let mut found = found::find(folder, &member.file, form, None)?;
        if task.decision.action == Action::Keep {
            let output = Output { base: &member.file, form, decision: &task.decision, found: &found };
            return Ok((output.stage_repairs(&wanted, &issuer.chain, stage)?, Remarks::default()));
        }
        let within = |failure: Failure| form.at_entry(failure, &member.name);
        let key = entry::key_for(&task.decision, &mut found, &wanted).map_err(within)?;
        let above = Above { signer: issuer.signer(), chain: &issuer.chain };
        let issued = entry::issue(&wanted, &key, above, (&member.file, form), setting.now).map_err(within)?;
        let output = Output { base: &member.file, form, decision: &task.decision, found: &found };
        let change = output.stage_issued(&issued, stage)?;
        setting.memory.note(output.digest(&issued, setting.memory, &issuer.chain));
        let mut remarks = Remarks::default();
        remarks.add(&member.name, &issuer.name, &issued.departures);
        Ok((change, remarks))
    }
}

/// Below whom, with what and where certificates are issued.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) standing: &'p [Standing],
    pub(super) setting: Setting<'p>,
    pub(super) transaction: &'p Transaction<'p>,
    /// None may end earlier than asked.
    pub(super) strict: bool,
}

/// What a thread came to.
fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn wanted<'a>(entry: &'a Certificates, member: &'a Member, issuer: &'a Standing) -> Wanted<'a> {
    let policy = Policy { profile: &entry.order.profile, default: &entry.order.default };
    Wanted {
        name: &member.name,
        request: &member.request,
        role: Role::Issued { issuer: &issuer.certificate, policy },
        renew: entry.files.renew,
        is_authority: false,
    }
}

/// What a thread keeps from one entry to the next.
#[derive(Default)]
struct Worker {
    stage: Option<Stage>,
}

impl Worker {
    fn stage(&mut self, transaction: &Transaction<'_>, files: usize) -> Result<&mut Stage, StoreError> {
        match &mut self.stage {
            Some(stage) => Ok(stage),
            empty => Ok(empty.insert(transaction.stage(files)?)),
        }
    }
}

/// Works through the numbers below `count`, `few` or more on each processor; the first failure ends it.
fn on_all_processors<T: Send>(
    count: usize,
    few: usize,
    work: impl Fn(&mut Worker, usize) -> Result<Option<T>, Failure> + Sync,
) -> Result<Vec<T>, Failure> {
    let threads = if count <= few { 1 } else { processors(count).min(count.div_ceil(few)) };
    let handful = (count / threads / 4).clamp(1, HANDFUL);
    let next = AtomicUsize::new(0);
    let one = || -> Result<Vec<T>, Failure> {
        let mut worker = Worker::default();
        let mut done = Vec::new();
        loop {
            let first = next.fetch_add(handful, Ordering::Relaxed);
            if first >= count {
                return Ok(done);
            }
            for index in first..count.min(first + handful) {
                match work(&mut worker, index) {
                    Ok(result) => done.extend(result),
                    Err(failure) => {
                        next.store(count, Ordering::Relaxed);
                        return Err(failure);
                    }
                }
            }
        }
    };
    let results = thread::scope(|scope| {
        // A thread the system refuses is missed by nobody: the others take its part.
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, one).ok();
        let others: Vec<_> = (1..threads).filter_map(spawn).collect();
        let own = one();
        std::iter::once(own).chain(others.into_iter().map(joined)).collect::<Vec<_>>()
    });
    let mut all = Vec::new();
    for done in results {
        all.extend(done?);
    }
    Ok(all)
}

/// How many processors there are for so many entries.
///
/// The standard library heeds the quotas of control groups too. To read these takes as long as to issue a certificate,
/// and of a short run they take nothing away.
fn processors(count: usize) -> usize {
    const SHORT: usize = 64;
    if count > SHORT {
        return thread::available_parallelism().map_or(1, usize::from);
    }
    rustix::thread::sched_getaffinity(None).map_or(1, |allowed| allowed.count() as usize).max(1)
}
