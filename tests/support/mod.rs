//! What the tests of the programs share: folders that clean up after themselves, commands run as a user would type
//! them, and failures that show everything the command said.
//!
//! The programs under test are the built `certwright`, linked as `cfssl` and `cfssljson`. For developing the tests
//! themselves, `CERTWRIGHT_TEST_PROGRAMS=/some/folder` takes the two programs from there instead; so anyone can run
//! the suite against the original.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Where the original programs of Debian's package golang-cfssl are; the PATH may hold others.
pub(crate) const DEBIAN_PROGRAMS: &str = "/usr/bin";

/// No command of a test takes longer, unless it hangs.
const COMMAND_SECONDS: &str = "300";

/// Which programs a test is looking at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Programs {
    /// The build under test.
    Ours,
    /// Debian's cfssl 1.2.0.
    Debian,
}

impl Programs {
    /// The folder holding programs named `cfssl` and `cfssljson`; for ours, links are made in `workdir`.
    fn folder(self, workdir: &Path) -> PathBuf {
        match self {
            Programs::Ours => our_programs(workdir),
            Programs::Debian => debian_programs(),
        }
    }
}

/// True if the suite runs against the original, whose known faults are then mended or skipped where a test says so.
pub(crate) fn testing_the_original() -> bool {
    std::env::var_os("CERTWRIGHT_TEST_PROGRAMS").is_some()
}

fn our_programs(workdir: &Path) -> PathBuf {
    if let Some(folder) = std::env::var_os("CERTWRIGHT_TEST_PROGRAMS") {
        return folder.into();
    }
    let bin = workdir.join(".bin");
    fs::create_dir_all(&bin).unwrap();
    for name in ["certwright", "cfssl", "cfssljson"] {
        let link = bin.join(name);
        if !link.exists() {
            symlink(env!("CARGO_BIN_EXE_certwright"), link).unwrap();
        }
    }
    bin
}

fn debian_programs() -> PathBuf {
    let cfssl = require(&format!("{DEBIAN_PROGRAMS}/cfssl"), "golang-cfssl");
    require(&format!("{DEBIAN_PROGRAMS}/cfssljson"), "golang-cfssl");
    let version = Command::new(&cfssl).arg("version").output().unwrap();
    let version = String::from_utf8_lossy(&version.stdout);
    assert!(
        version.contains("Version: 1.2.0"),
        "{} is not Debian's cfssl 1.2.0 (package golang-cfssl) but says:\n{version}",
        cfssl.display()
    );
    DEBIAN_PROGRAMS.into()
}

/// The path of a program the test cannot do without; if it is missing, the test fails and names the Debian package.
pub(crate) fn require(program: &str, package: &str) -> PathBuf {
    let found = if program.contains('/') {
        Some(PathBuf::from(program)).filter(|path| path.is_file())
    } else {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file())
    };
    found.unwrap_or_else(|| {
        panic!("{program} is missing: install the Debian package {package}, or run tests/run, which does")
    })
}

/// The Python of `target/test-python`, which has the packages of `tests/requirements.txt`.
pub(crate) fn python() -> PathBuf {
    // Built for a target by name, the tests are a folder deeper.
    let [target, above] =
        [1, 2].map(|up| Path::new(env!("CARGO_TARGET_TMPDIR")).ancestors().nth(up).unwrap());
    let python = [target, above].map(|folder| folder.join("test-python/bin/python"));
    let python = python.iter().find(|python| python.is_file()).unwrap_or(&python[0]).clone();
    assert!(
        python.is_file(),
        "{} is missing: run tests/run, which makes it (Debian packages python3, python3-venv)",
        python.display()
    );
    python
}

/// A folder of one test, with the programs in front of the PATH; removed when the test passed, kept when it failed.
#[derive(Debug)]
pub(crate) struct Workdir {
    root: PathBuf,
    programs: PathBuf,
}

impl Workdir {
    /// A new empty folder for the programs under test.
    pub(crate) fn new(name: &str) -> Workdir {
        Workdir::with(name, Programs::Ours)
    }

    /// A folder that stays for the next look; one of an earlier run is replaced.
    pub(crate) fn kept(name: &str, programs: Programs) -> Workdir {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        Workdir::at(root, programs)
    }

    /// A new empty folder for the programs named.
    pub(crate) fn with(name: &str, programs: Programs) -> Workdir {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let root =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}-{number}", std::process::id()));
        Workdir::at(root, programs)
    }

    fn at(root: PathBuf, programs: Programs) -> Workdir {
        fs::create_dir_all(&root).unwrap();
        let programs = programs.folder(&root);
        Workdir { root, programs }
    }

    /// The path of a file in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The path of `cfssl` or `cfssljson` of either house, for command lines that mix them.
    pub(crate) fn program(&self, programs: Programs, name: &str) -> String {
        programs.folder(&self.root).join(name).display().to_string()
    }

    /// Writes a file and gives its path.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        path
    }

    /// The text of a file.
    pub(crate) fn read(&self, name: &str) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
    }

    /// The permission bits of a file.
    pub(crate) fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).unwrap().permissions().mode() & 0o7777
    }

    /// The names of the files in the folder, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(&self.root)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != ".bin")
            .collect();
        names.sort();
        names
    }

    /// Runs a command line through `sh`, exactly as typed, with umask 022 and no input.
    pub(crate) fn run(&self, command_line: &str) -> Outcome {
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new(require("timeout", "coreutils"))
            .args(["--kill-after=5", COMMAND_SECONDS, "sh", "-c", &format!("umask 022\n{command_line}")])
            .current_dir(&self.root)
            .env("PATH", format!("{}:{path}", self.programs.display()))
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Outcome {
            command_line: command_line.to_owned(),
            folder: self.root.clone(),
            status: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Drop for Workdir {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.root);
        }
    }
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Outcome {
    command_line: String,
    folder: PathBuf,
    status: Option<i32>,
    /// What it printed.
    pub(crate) stdout: String,
    /// What it logged.
    pub(crate) stderr: String,
}

impl Outcome {
    /// True for exit code 0.
    pub(crate) fn success(&self) -> bool {
        self.status == Some(0)
    }

    /// Asserts exit code 0.
    pub(crate) fn succeeds(self) -> Outcome {
        assert!(self.success(), "command failed\n{self}");
        self
    }

    /// Asserts an exit code other than 0 and a text in either stream.
    pub(crate) fn fails_with(self, text: &str) -> Outcome {
        assert!(!self.success(), "command succeeded, expected the failure {text:?}\n{self}");
        assert!(self.says(text), "command failed without saying {text:?}\n{self}");
        self
    }

    /// Asserts a text in either stream.
    pub(crate) fn shows(self, text: &str) -> Outcome {
        assert!(self.says(text), "command did not say {text:?}\n{self}");
        self
    }

    /// True if the text stands in either stream.
    pub(crate) fn says(&self, text: &str) -> bool {
        self.stdout.contains(text) || self.stderr.contains(text)
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let status = self.status.map_or("killed by a signal".to_owned(), |code| format!("exit code {code}"));
        writeln!(f, "$ cd {}\n$ {}\n{status}", self.folder.display(), self.command_line)?;
        writeln!(f, "--- stdout\n{}\n--- stderr\n{}\n---", self.stdout, self.stderr)
    }
}

/// Asks again and again until the answer is `Ok`; after the deadline, fails with the last `Err`.
pub(crate) fn wait_for<T>(what: &str, deadline: Duration, mut ask: impl FnMut() -> Result<T, String>) -> T {
    let start = Instant::now();
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(last) if start.elapsed() > deadline => {
                panic!("{what}: not within {} s; the last answer was:\n{last}", deadline.as_secs())
            }
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}
