//! Killed, or refused by the system, at every call of an apply: `strace` does it.
//!
//! Few entries go through one thread, so the number of a call is the same in every run. A process that gets the
//! signal on entering a call never makes it: killing it at every call that changes something leaves every state there
//! is in between.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::world::{Lying, PROGRAM, World, manifest, run, told};

/// The calls at which it is killed.
const CALLS: &str = "openat,write,close,fsync,syncfs,flock,renameat,renameat2,linkat,symlinkat,unlinkat,mkdir,mkdirat,\
                     fchmod,fchown,getdents64,readlinkat";

/// The errors of the system, and the calls that are refused with them; `close` has nothing to refuse.
const ERRORS: [&str; 3] = ["ENOSPC", "EACCES", "EIO"];

const ENTRIES: usize = 10;

/// Of so many calls of one kind, all; of more, only some of those in the middle. Of the calls that mostly change
/// nothing fewer.
fn all_of(call: &str) -> usize {
    match call {
        "openat" | "close" | "getdents64" | "readlinkat" => 12,
        _ => 24,
    }
}

#[test]
fn a_first_run() {
    Scenario { start: World::new(&manifest("n[1-6]")), arguments: words("apply"), least: 150 }.check();
}

#[test]
fn a_renewal() {
    let arguments = words(&format!("apply --at {}", in_days(300)));
    Scenario { start: World::applied(&manifest("n[1-6]")), arguments, least: 150 }.check();
}

#[test]
fn a_renewal_with_new_keys() {
    let arguments = words(&format!("apply --rekey --at {}", in_days(300)));
    Scenario { start: World::applied(&manifest("n[1-6]")), arguments, least: 250 }.check();
}

#[test]
fn authorities_replaced() {
    let start = World::applied(&manifest("n[1-6]"));
    for name in ["root", "issuing"] {
        start.set(&format!("/authorities/{name}/csr/key"), &json!({"algo": "ed25519"}));
    }
    let arguments = words("apply --replace-ca root --replace-ca issuing");
    Scenario { start, arguments, least: 150 }.check();
}

#[test]
fn a_renewal_after_a_new_key() {
    let start = World::applied(&manifest("n[1-6]"));
    start.succeeds(&["apply", "--rotate-ca", "issuing"]);
    let arguments = words(&format!("apply --at {}", in_days(1300)));
    Scenario { start, arguments, least: 150 }.check();
}

/// The key that comes back and the one that goes are both there afterwards, whatever happened.
#[test]
fn a_rollback() {
    let start = World::applied(&manifest("n[1-2]"));
    start.succeeds(&["apply", "--rotate-ca", "issuing"]);
    let scenario = Scenario { start, arguments: words("rollback issuing"), least: 60 };
    scenario.check_points(|point| {
        let (world, keys) = scenario.hit(point)?;
        expect_success(&world.run(&["apply"]))?;
        is_no_key_lost(&world, &keys)?;
        bases(&world.files()).try_for_each(|base| world.fault_of_pair(base).map_or(Ok(()), Err))
    });
}

/// What is done where, and how many points that has at least.
struct Scenario {
    start: World,
    arguments: Vec<String>,
    least: usize,
}

/// A call, counted from 1, and what happens there.
#[derive(Clone, Debug)]
struct Point {
    call: String,
    number: usize,
    error: Option<&'static str>,
}

impl Scenario {
    fn check(&self) {
        self.check_points(|point| self.check_point(point));
    }

    #[allow(clippy::print_stdout, reason = "part of a test: how many points there were")]
    fn check_points(&self, check: impl Fn(&Point) -> Result<(), String> + Sync) {
        let points = self.points();
        let next = AtomicUsize::new(0);
        let bad = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while let Some(point) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if let Err(fault) = check(point) {
                            bad.lock().unwrap().push(format!("{point:?}: {fault}"));
                        }
                    }
                });
            }
        });
        let bad = bad.into_inner().unwrap();
        println!("{}: {} points, {} bad", self.arguments.join(" "), points.len(), bad.len());
        assert!(bad.is_empty(), "{} of {} points:\n{}", bad.len(), points.len(), bad.join("\n"));
        assert!(points.len() >= self.least, "only {} points", points.len());
    }

    /// All points, from the calls of a run that nothing happens to.
    fn points(&self) -> Vec<Point> {
        let mut points = Vec::new();
        for (call, count) in self.count_calls() {
            let all = all_of(&call);
            let every = |number: &usize| {
                number.min(&(count + 1 - number)) <= &(all / 2) || number.is_multiple_of(count.div_ceil(all))
            };
            for number in (1..=count).filter(every) {
                points.push(Point { call: call.clone(), number, error: None });
                if call != "close" {
                    let error = ERRORS.get(number % ERRORS.len()).copied();
                    points.push(Point { call: call.clone(), number, error });
                }
            }
        }
        points
    }

    fn count_calls(&self) -> BTreeMap<String, usize> {
        let world = self.start.copy();
        let log = world.path("calls.json");
        let output = self.traced(&world, &log, CALLS, &[]);
        assert!(output.status.success(), "{}", told(&output));
        let mut counts = BTreeMap::new();
        let mut threads = BTreeSet::new();
        for line in fs::read_to_string(&log).unwrap().lines() {
            let (thread, call) = line.split_once(' ').unwrap();
            threads.insert(thread.to_owned());
            if let Some((name, _)) = call.trim_start().split_once('(') {
                *counts.entry(name.to_owned()).or_insert(0) += 1;
            }
        }
        assert_eq!(threads.len(), 1, "there is one processor, and more than one thread");
        counts
    }

    fn traced(&self, world: &World, log: &Path, calls: &str, more: &[&str]) -> Output {
        // Calls are counted by thread, and on one processor there is one.
        let mut command = Command::new("taskset");
        command
            .args(["--cpu-list", first_processor(), "strace", "-f", "-o"])
            .arg(log)
            .args(["-e", &format!("trace={calls}")]);
        command.args(more).arg(PROGRAM).args(&self.arguments).current_dir(world.root()).output().unwrap()
    }

    /// The world after something happened at a point, and the keys that authorities had before.
    fn hit(&self, point: &Point) -> Result<(World, BTreeSet<Vec<u8>>), String> {
        let world = self.start.copy();
        let (before, keys) = (world.files(), keys_of_authorities(&world));
        let Point { call, number, error } = point;
        let happens = error.map_or("signal=KILL".to_owned(), |error| format!("error={error}"));
        let inject = format!("inject={call}:{happens}:when={number}");
        // Stopped nowhere else it is faster, but a signal would be lost.
        let fast: &[&str] = if error.is_some() { &["--seccomp-bpf"] } else { &[] };
        let more = [&["-e", &inject], fast].concat();
        let output = self.traced(&world, Path::new("/dev/null"), call, &more);
        expect_end(&output, *error)?;
        look(&world, &before)?;
        if output.status.code() == Some(0) && self.arguments.first().is_some_and(|word| word == "apply") {
            is_whole(&world).map_err(|fault| format!("it ended with 0, but {fault}"))?;
        }
        Ok((world, keys))
    }

    fn check_point(&self, point: &Point) -> Result<(), String> {
        let (world, keys) = self.hit(point)?;
        is_no_key_lost(&world, &keys)?;
        let arguments: Vec<_> = self.arguments.iter().map(String::as_str).collect();
        expect_success(&world.run(&arguments))?;
        is_whole(&world)?;
        is_no_key_lost(&world, &keys)?;
        let again = world.run(&arguments);
        expect_success(&again)?;
        let said = String::from_utf8_lossy(&again.stdout).into_owned();
        (said == format!("0 changed, {ENTRIES} unchanged\n")).then_some(()).ok_or(said)
    }
}

/// The first processor that we may use.
fn first_processor() -> &'static str {
    static FIRST: OnceLock<String> = OnceLock::new();
    FIRST.get_or_init(|| {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap();
        allowed.trim().chars().take_while(char::is_ascii_digit).collect()
    })
}

fn expect_end(output: &Output, error: Option<&str>) -> Result<(), String> {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let is_fine = match (error, output.status.code()) {
        (None, _) => output.status.signal() == Some(9),
        (Some(_), Some(0)) => true,
        (Some(_), Some(1)) => stderr.starts_with("error: ") && stderr.contains("cannot "),
        // The loader could not even load it.
        (Some(_), Some(127)) => true,
        _ => false,
    };
    if is_fine { Ok(()) } else { Err(told(output)) }
}

fn expect_success(output: &Output) -> Result<(), String> {
    if output.status.success() { Ok(()) } else { Err(format!("the next one failed: {}", told(output))) }
}

/// What must hold at any moment.
fn look(world: &World, before: &BTreeMap<String, Lying>) -> Result<(), String> {
    for link in links(world.root()) {
        if link.metadata().is_err() && !link.ends_with(".certwright/switch/next") {
            return Err(format!("{} leads nowhere", link.display()));
        }
    }
    let files = world.files();
    for (name, file) in &files {
        if file.bytes.is_empty() {
            return Err(format!("{name} is empty"));
        }
        let mode = if name.ends_with("-key.pem") { 0o600 } else { 0o644 };
        if file.mode != mode {
            return Err(format!("{name} has mode {:04o}", file.mode));
        }
    }
    if let Some(lost) = before.keys().find(|name| !files.contains_key(*name)) {
        return Err(format!("{lost} is gone"));
    }
    // A certificate that anybody could read stays so.
    let certificates: Vec<_> = files.keys().filter(|name| !name.ends_with("-key.pem")).collect();
    if !links(world.root()).is_empty() && !certificates.is_empty() {
        let mut read = Command::new("setpriv");
        read.args(["--reuid=65534", "--regid=65534", "--clear-groups", "cat"]).args(&certificates);
        let output = read.current_dir(world.root()).output().unwrap();
        if !output.status.success() {
            return Err(format!(
                "others cannot read the certificates: {}",
                String::from_utf8_lossy(&output.stderr)
            ));
        }
    }
    bases(&files).try_for_each(|base| world.fault_of_pair(base).map_or(Ok(()), Err))
}

/// The keys that an authority has or had, wherever they lie.
fn keys_of_authorities(world: &World) -> BTreeSet<Vec<u8>> {
    let places = ["root", "issuing"].iter().flat_map(|base| {
        let kept = ["", "++1", "++2"].map(|more| format!("previous/{base}{more}/{base}-key.pem"));
        kept.into_iter().chain([format!("{base}-key.pem")])
    });
    places.filter_map(|place| fs::read(world.path(&place)).ok()).collect()
}

fn is_no_key_lost(world: &World, before: &BTreeSet<Vec<u8>>) -> Result<(), String> {
    let lost = before.difference(&keys_of_authorities(world)).count();
    if lost == 0 { Ok(()) } else { Err(format!("{lost} keys of authorities are lost")) }
}

/// What must hold when all is done.
fn is_whole(world: &World) -> Result<(), String> {
    let files = world.files();
    if bases(&files).count() != ENTRIES || files.len() != 3 * ENTRIES {
        return Err(format!("there are {:?}", files.keys()));
    }
    if let Some(link) = links(world.root()).first() {
        return Err(format!("{} is left", link.display()));
    }
    let mut own: Vec<_> =
        fs::read_dir(world.path(".certwright")).unwrap().map(|e| e.unwrap().file_name()).collect();
    own.sort();
    if own != ["entries"] {
        return Err(format!(".certwright holds {own:?}"));
    }
    look(world, &files)
}

/// The base names of the certificates.
fn bases(files: &BTreeMap<String, Lying>) -> impl Iterator<Item = &str> {
    let certificates = files.keys().filter(|name| !name.ends_with("-key.pem"));
    certificates.filter_map(|name| name.strip_suffix(".pem"))
}

fn links(folder: &Path) -> Vec<PathBuf> {
    let mut links = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_symlink() {
            links.push(entry.path());
        } else if kind.is_dir() {
            links.extend(self::links(&entry.path()));
        }
    }
    links
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

pub(crate) fn in_days(days: i64) -> String {
    let time = OffsetDateTime::now_utc() + Duration::days(days);
    time.replace_nanosecond(0).unwrap().format(&Rfc3339).unwrap()
}

#[test]
fn the_signal_comes_before_the_call() {
    let world = World::new(&json!({}));
    let mut command = Command::new("strace");
    command.args(["-f", "-o", "/dev/null", "-e", "inject=mkdir:signal=KILL:when=1", "mkdir", "made"]);
    let output = command.current_dir(world.root()).output().unwrap();
    assert_eq!(output.status.signal(), Some(9));
    assert!(!world.path("made").exists());
    run(Command::new("mkdir").arg("made").current_dir(world.root()), true);
}
