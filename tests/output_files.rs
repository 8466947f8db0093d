//! `output::files` and `output::stdout` as a program: umask, users, small and odd file systems, failing system
//! calls and kills. A test whose tool is missing here (strace, unshare, root) fails and names it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "clippy.toml allows them in tests, not in helpers"
)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const NOBODY: u32 = 65534;
const EMPTY_REPORT: &str = "Report { tightened: [], owner_not_kept: [], left_behind: [] }\n";

/// A folder with a copy of the example in `bin` (other users can reach it there) and an empty `out`.
struct Bench {
    root: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let test = std::env::current_exe().unwrap();
        let example = test.parent().unwrap().parent().unwrap().join("examples/write_files");
        // By another process: a fork of this one, made by a test beside us while we write, would hold the program
        // open for writing, and it could not be started ("Text file busy").
        let copied = Command::new("cp").arg(example).arg(root.path().join("bin")).status().unwrap();
        assert!(copied.success(), "cargo build --example write_files");
        fs::create_dir(root.path().join("out")).unwrap();
        for path in [root.path().to_owned(), root.path().join("bin"), root.path().join("out")] {
            fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
        }
        Self { root }
    }

    fn bin(&self) -> PathBuf {
        self.root.path().join("bin")
    }

    fn out(&self, name: &str) -> PathBuf {
        self.root.path().join("out").join(name)
    }

    /// `program ARGUMENTS bin`, to be followed by the example's arguments, started in `out`.
    fn under(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).arg(self.bin()).current_dir(self.root.path().join("out"));
        command
    }

    fn plain(&self) -> Command {
        self.under("env", &[])
    }

    fn put(&self, name: &str, contents: &str, mode: u32) {
        let path = self.out(name);
        let _ = fs::remove_file(&path);
        #[allow(clippy::disallowed_methods)]
        fs::write(&path, contents).unwrap();
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.out(name)).unwrap()
    }

    fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.out(name)).unwrap().mode() & 0o7777
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.out("")).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn require(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "{program} {arguments:?} does not work here: this test needs it"
    );
}

fn require_strace() {
    require("strace", &["-o", "/dev/null", "-e", "inject=fsync:error=EIO", "true"]);
}

#[test]
fn new_files_follow_the_umask_as_cfssljson_s_do() {
    for (umask, modes) in [
        ("022", [0o644, 0o600, 0o644]),
        ("002", [0o664, 0o600, 0o644]),
        ("000", [0o664, 0o600, 0o644]),
        ("077", [0o600, 0o600, 0o600]),
    ] {
        let bench = Bench::new();
        let script = format!(r#"umask {umask}; exec "$0" "$@""#);
        let output = run(bench.under("sh", &["-c", &script]).args([
            "cert:a.pem:C",
            "key:a-key.pem:K",
            "public:a.csr:R",
        ]));
        assert_eq!(stdout(&output), EMPTY_REPORT, "{}", stderr(&output));
        assert_eq!(["a.pem", "a-key.pem", "a.csr"].map(|name| bench.mode(name)), modes, "umask {umask}");
    }
}

#[test]
fn the_umask_does_not_touch_a_kept_mode() {
    let bench = Bench::new();
    bench.put("a.pem", "old", 0o664);
    let output = run(bench.under("sh", &["-c", r#"umask 077; exec "$0" "$@""#]).arg("cert:a.pem:C"));
    assert!(output.status.success());
    assert_eq!((bench.read("a.pem").as_str(), bench.mode("a.pem")), ("C", 0o664));
}

/// Runs as nobody if we are root; the folder `out` gets the mode and the owner.
fn as_nobody(bench: &Bench, folder_mode: u32, folder_owner: u32) -> Command {
    let mut command = bench.plain();
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
        chown(bench.out(""), Some(folder_owner), Some(folder_owner)).unwrap();
    }
    fs::set_permissions(bench.out(""), Permissions::from_mode(folder_mode)).unwrap();
    command
}

#[test]
fn a_read_only_file_is_refused_though_its_folder_is_writable() {
    let bench = Bench::new();
    bench.put("a.pem", "old", 0o400);
    let mut command = as_nobody(&bench, 0o755, NOBODY);
    if is_root() {
        chown(bench.out("a.pem"), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let output = run(command.args(["cert:b.pem:B", "cert:a.pem:C"]));
    assert_eq!(
        stderr(&output),
        "cannot write \"a.pem\"\nopen a.pem: permission denied\n\
         check the owner and mode of the file and of its folder\n"
    );
    assert_eq!((output.status.code(), bench.names()), (Some(1), vec!["a.pem".to_owned()]));
}

#[test]
fn a_writable_file_in_a_read_only_folder_is_refused() {
    let bench = Bench::new();
    bench.put("a.pem", "old", 0o666);
    let output = run(as_nobody(&bench, 0o555, 0).arg("cert:a.pem:C"));
    fs::set_permissions(bench.out(""), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(
        stderr(&output),
        "cannot write \"a.pem\": it can only be replaced as a whole, and its folder does not allow that\n\
         open a.pem: permission denied\nmake the folder \".\" writable, or write to another one\n"
    );
    assert_eq!((bench.read("a.pem").as_str(), bench.names().len()), ("old", 1));
}

#[test]
fn a_folder_that_may_be_written_but_not_listed_is_enough() {
    let bench = Bench::new();
    let output = run(as_nobody(&bench, 0o300, NOBODY).arg("key:a.pem:K"));
    fs::set_permissions(bench.out(""), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(stdout(&output), EMPTY_REPORT, "{}", stderr(&output));
    assert_eq!(bench.names(), ["a.pem"]);
}

#[test]
fn an_owner_that_cannot_be_kept_is_reported() {
    assert!(is_root(), "this test needs root: it acts as a second user");
    let bench = Bench::new();
    bench.put("a.pem", "old", 0o666);
    let output = run(as_nobody(&bench, 0o755, NOBODY).arg("cert:a.pem:C"));
    assert_eq!(
        stdout(&output),
        "Report { tightened: [], owner_not_kept: [\"a.pem\"], left_behind: [] }\n",
        "{}",
        stderr(&output)
    );
    let found = fs::metadata(bench.out("a.pem")).unwrap();
    assert_eq!((found.uid(), found.mode() & 0o7777, bench.names().len()), (NOBODY, 0o666, 1));
}

/// Runs `script` (the example is `$0`) in a mount namespace of its own with a 64 KiB file system on `out`.
fn on_a_small_disk(bench: &Bench, script: &str) -> String {
    let flags = if is_root() { "-m" } else { "-rm" };
    require("unshare", &[flags, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
    let script = format!("mount -t tmpfs -o size=64k tmpfs . && cd \"$PWD\" && {script}");
    let output = run(&mut bench.under("unshare", &[flags, "sh", "-c", &script]));
    stdout(&output) + &stderr(&output)
}

#[test]
fn a_full_disk_leaves_the_old_files() {
    let bench = Bench::new();
    let script = r#"
        echo old > a.pem; head -c 100000 /dev/zero 2>/dev/null > filler; rm filler; head -c 40000 /dev/zero > filler
        "$0" cert:a.pem:new "key:b.pem:$(head -c 60000 /dev/zero | tr '\0' k)" 2>&1
        cat a.pem; ls -A"#;
    let said = on_a_small_disk(&bench, script);
    assert_eq!(
        said,
        "cannot write \"b.pem\"\nwrite b.pem: no space left on device\nfree some space and run it again\n\
         old\na.pem\nfiller\n"
    );
}

#[test]
fn a_read_only_file_system_is_named() {
    let bench = Bench::new();
    let script = r#"
        echo old > a.pem; mount -o remount,bind,ro "$PWD"
        "$0" cert:a.pem:new 2>&1; "$0" cert:new.pem:new 2>&1; cat a.pem"#;
    let said = on_a_small_disk(&bench, script);
    let hint = "the file system is mounted read-only: write to another one";
    assert_eq!(
        said,
        format!(
            "cannot write \"a.pem\"\nopen a.pem: read-only file system\n{hint}\n\
             cannot write \"new.pem\"\nopen new.pem: read-only file system\n{hint}\nold\n"
        )
    );
}

/// A container's single mounted file cannot be renamed over; the file before it comes back.
#[test]
fn a_mount_point_is_refused_and_the_set_rolled_back() {
    let bench = Bench::new();
    let script = r#"
        echo old > a.pem; echo mounted > m.pem; echo other > other; mount --bind other m.pem
        "$0" cert:a.pem:new key:n.pem:new cert:m.pem:new 2>&1; cat a.pem m.pem; ls -A"#;
    let said = on_a_small_disk(&bench, script);
    assert_eq!(
        said,
        "cannot replace \"m.pem\"\nrename m.pem: device or resource busy\n\
         the file is a mount point: mount its folder instead\nold\nother\na.pem\nm.pem\nother\n"
    );
}

/// Every system call that can fail, failing: the old files stay, and no temporary file does.
#[test]
fn a_failing_system_call_leaves_the_old_files() {
    require_strace();
    for fault in [
        "fsync:error=ENOSPC:when=1",
        "fsync:error=EDQUOT:when=3",
        "fsync:error=EIO:when=4", // of the copy that keeps the loose old key
        "fsync:error=EIO:when=5", // of the folder, when all is in place
        "write:error=ENOSPC:when=1",
        "write:error=EIO:when=3",
        "fchmod:error=EPERM:when=2",
        "renameat,renameat2:error=EIO:when=1",
        "renameat,renameat2:error=EIO:when=2",
        "renameat,renameat2:error=EIO:when=3",
    ] {
        let bench = old_set();
        let output = run(strace(&bench, &[&format!("inject={fault}")]).args(NEW_SET));
        assert_eq!(output.status.code(), Some(1), "{fault}: {}", stderr(&output));
        assert_old_set(&bench, fault);
    }
}

#[test]
fn without_hard_links_the_old_files_are_copied_and_come_back() {
    require_strace();
    let no_links = "inject=link,linkat:error=EPERM";
    let bench = old_set();
    let output = run(strace(&bench, &[no_links, "inject=renameat,renameat2:error=EIO:when=3"]).args(NEW_SET));
    assert_eq!(stderr(&output), "cannot replace \"a.csr\"\nrename a.csr: input/output error\n\n");
    assert_old_set(&bench, no_links);
    let output = run(strace(&bench, &[no_links]).args(NEW_SET));
    assert!(output.status.success());
    assert_eq!((bench.read("a.pem").as_str(), bench.names().len()), ("new C", 3));
}

#[test]
fn what_cannot_be_undone_or_removed_is_named() {
    require_strace();
    let bench = old_set();
    let output = run(strace(&bench, &["inject=renameat,renameat2:error=EIO:when=2+"]).args(NEW_SET));
    let said = stderr(&output);
    let kept = bench.names().into_iter().find(|name| name.starts_with(".a.pem.certwright-")).unwrap();
    let first = said.lines().next().unwrap();
    assert_eq!(
        first,
        format!("cannot restore \"a.pem\" after a failure; its old content is in \"./{kept}\"")
    );
    assert_eq!((bench.read(&kept).as_str(), bench.read("a.pem").as_str()), ("old C", "new C"));

    let bench = old_set();
    let output = run(strace(&bench, &["inject=unlink,unlinkat:error=EIO:when=1"]).args(NEW_SET));
    let kept = bench.names().into_iter().find(|name| name.starts_with(".a.pem.certwright-")).unwrap();
    assert!(stdout(&output).contains(&format!("left_behind: [\"./{kept}\"]")), "{}", stdout(&output));
}

/// Kills the program at each of the system calls it makes, one run for each.
#[test]
fn killed_at_any_system_call_every_file_is_whole_and_no_key_is_loose() {
    require_strace();
    let (mut temporary, mut mixed, mut complete) = (0, 0, 0);
    for (call, count) in calls_of_a_good_run() {
        let bench = old_set();
        let fault = format!("inject={call}:signal=KILL:when={count}");
        let output = run(strace(&bench, &[&fault]).args(NEW_SET));
        assert!(
            output.status.signal() == Some(9) || output.status.code() == Some(137),
            "{fault}: {output:?}"
        );
        let new = ["a.pem", "a-key.pem", "a.csr"].map(|name| assert_whole(&bench, name));
        for name in bench.names().iter().filter(|name| name.starts_with('.')) {
            assert!(name.contains(".certwright-") && name.ends_with(".tmp"), "{name}");
            assert!(!name.contains("-key") || bench.mode(name) & !0o600 == 0, "{name}: {fault}");
            temporary += 1;
        }
        mixed += usize::from(new.contains(&true) && new.contains(&false));
        complete += usize::from(new == [true; 3]);
    }
    // The kills did hit the steps that matter.
    assert!(temporary > 50 && mixed >= 2 && complete >= 3, "{temporary}, {mixed}, {complete}");
}

/// Every system call after the program's start, by name and how many of that name came before it and with it.
fn calls_of_a_good_run() -> Vec<(String, usize)> {
    let bench = old_set();
    let trace = bench.root.path().join("trace");
    let output = run(bench.under("strace", &["-o", trace.to_str().unwrap()]).args(NEW_SET));
    assert_eq!(
        stdout(&output),
        "Report { tightened: [Tightened { path: \"a-key.pem\", from: 420, to: 384 }], owner_not_kept: [], \
         left_behind: [] }\n"
    );
    assert_eq!((bench.names().len(), bench.mode("a-key.pem")), (3, 0o600));
    let mut counts = std::collections::HashMap::new();
    let mut calls = Vec::new();
    for line in fs::read_to_string(trace).unwrap().lines() {
        let Some((name, _)) = line.split_once('(') else { continue };
        let count = counts.entry(name.to_owned()).or_insert(0);
        *count += 1;
        calls.push((name.to_owned(), *count));
    }
    // The loader opens nothing of ours; `exit_group` comes when all is done.
    let start = calls.iter().position(|(name, _)| name == "sigaltstack").unwrap_or(1);
    calls.drain(..start);
    calls
}

const NEW_SET: [&str; 3] = ["cert:a.pem:new C", "key:a-key.pem:new K", "public:a.csr:new R"];

/// An old set whose key is readable by all.
fn old_set() -> Bench {
    let bench = Bench::new();
    bench.put("a.pem", "old C", 0o640);
    bench.put("a-key.pem", "old K", 0o644);
    bench.put("a.csr", "old R", 0o644);
    bench
}

fn assert_old_set(bench: &Bench, when: &str) {
    let names = ["a-key.pem", "a.csr", "a.pem"];
    assert_eq!(bench.names(), names, "{when}");
    assert_eq!(names.map(|name| bench.read(name)), ["old K", "old R", "old C"], "{when}");
    assert_eq!(names.map(|name| bench.mode(name)), [0o644, 0o644, 0o640], "{when}");
}

/// Says whether the file is the new one; it must be one of the two, and the new key closed.
fn assert_whole(bench: &Bench, name: &str) -> bool {
    let contents = bench.read(name);
    let new = contents.starts_with("new ");
    assert!(new || contents.starts_with("old "), "{name}: {contents:?}");
    assert_eq!(contents.len(), 5);
    assert!(!(new && name == "a-key.pem") || bench.mode(name) == 0o600);
    new
}

fn strace(bench: &Bench, expressions: &[&str]) -> Command {
    let mut arguments = vec!["-o", "/dev/null"];
    arguments.extend(expressions.iter().flat_map(|expression| ["-e", expression]));
    bench.under("strace", &arguments)
}

#[test]
fn standard_output_reports_a_full_device_and_a_wrong_descriptor() {
    let bench = Bench::new();
    for (redirect, text) in [
        (">/dev/full", "No space left on device (os error 28)\n"),
        ("1</dev/null", "Bad file descriptor (os error 9)\n"),
    ] {
        let script = format!(r#"exec "$0" --stdout 5 {redirect}"#);
        let output = run(&mut bench.under("sh", &["-c", &script]));
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(1), text));
    }
    let output = run(bench.plain().args(["--stdout", "100000"]));
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 100_000));
}

#[test]
fn standard_output_reports_a_reader_that_left() {
    let bench = Bench::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = bench.plain();
    command.args(["--stdout", "5"]).stdout(writer).stderr(Stdio::piped());
    let output = command.spawn().unwrap().wait_with_output().unwrap();
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(1), "Broken pipe (os error 32)\n"));
}
