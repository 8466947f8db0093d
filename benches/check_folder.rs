//! `certwright check` of a folder with ten thousand certificates, their keys and requests, beside what looks at one
//! certificate: `cargo bench --bench check_folder`. It needs GNU time, openssl and cfssl (Debian: apt install time
//! openssl golang-cfssl).
//!
//! CPU is the system's account of the processes, user and system together; the medians of the rounds count. The targets
//! are 1.5 s of CPU and 64 MiB for the folder, and 3 ms for one `inspect`.

#![allow(missing_docs, clippy::print_stdout, clippy::disallowed_methods, clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::resource::{UsageWho, getrusage};

const PROGRAM: &str = env!("CARGO_BIN_EXE_certwright");
const CERTIFICATES: usize = 10_000;
const ROUNDS: usize = 5;
/// A process of a few milliseconds is run so often in a round.
const TIMES: usize = 50;

const CPU_SECONDS: f64 = 1.5;
const PEAK_MIB: f64 = 64.0;
const INSPECT_SECONDS: f64 = 0.003;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path());
    let out = folder.path().join("out");
    let one = out.join("n0.pem").display().to_string();
    let check = ["check", out.to_str().unwrap()];
    let others: [(&str, &str, Vec<&str>); 3] = [
        ("openssl x509 -text, one", "openssl", vec!["x509", "-in", &one, "-noout", "-text"]),
        ("cfssl certinfo, one", "cfssl", vec!["certinfo", "-cert", &one]),
        ("certwright inspect, one", PROGRAM, vec!["inspect", &one]),
    ];
    let mut folder_seconds = Vec::new();
    let mut other_seconds = vec![Vec::new(); others.len()];
    for _ in 0..ROUNDS {
        folder_seconds.extend(cpu(1, PROGRAM, &check));
        for ((_, program, arguments), seconds) in others.iter().zip(&mut other_seconds) {
            seconds.extend(cpu(TIMES, program, arguments));
        }
    }
    let (seconds, peak) = (median(folder_seconds), peak_mib(&check));
    println!("certwright check, {CERTIFICATES} certificates {:>8.0} ms CPU, {peak:.1} MiB", seconds * 1e3);
    println!("  of which one                      {:>8.3} ms CPU", seconds * 1e3 / CERTIFICATES as f64);
    let mut inspect = None;
    for ((name, ..), seconds) in others.iter().zip(other_seconds) {
        match seconds.is_empty() {
            true => println!("{name:<35} not there"),
            false => {
                let seconds = median(seconds);
                println!("{name:<35} {:>8.3} ms CPU", seconds * 1e3);
                inspect = Some(seconds).filter(|_| name.starts_with("certwright")).or(inspect);
            }
        }
    }
    assert!(seconds <= CPU_SECONDS, "the folder takes {seconds:.2} s of CPU, more than {CPU_SECONDS}");
    assert!(peak <= PEAK_MIB, "the folder takes {peak:.1} MiB, more than {PEAK_MIB}");
    assert!(inspect.is_none_or(|seconds| seconds <= INSPECT_SECONDS), "inspect takes more than 3 ms");
}

/// A root and the certificates of so many nodes, with what `apply` writes beside them.
fn make(folder: &Path) {
    let manifest = format!(
        r#"{{
          "signing": {{"signing": {{"default": {{"expiry": "8760h"}}, "profiles": {{
            "server": {{"expiry": "8760h", "usages": ["digital signature", "server auth"]}}}}}}}},
          "authorities": {{"ca": {{"csr": {{"CN": "A CA", "key": {{"algo": "ecdsa", "size": 256}}}}}}}},
          "certificates": {{"node": {{
            "csr": {{"CN": "{{node}}", "key": {{"algo": "ecdsa", "size": 256}},
                     "hosts": ["{{node}}.example.com", "10.0.0.1"]}},
            "profile": "server", "nodes": ["n[0-{}]"], "file": "{{node}}"}}}}
        }}"#,
        CERTIFICATES - 1
    );
    std::fs::write(folder.join("pki.json"), manifest).unwrap();
    let mut command = Command::new(PROGRAM);
    command.args(["apply", "--out", "out"]).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(command.status().unwrap().success(), "the folder could not be made");
}

/// Seconds of CPU of one of so many runs; nothing if a run fails.
fn cpu(times: usize, program: &str, arguments: &[&str]) -> Option<f64> {
    let before = children();
    for _ in 0..times {
        let mut command = Command::new(program);
        let status = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
        if !status.success() {
            return None;
        }
    }
    Some((children() - before) / times as f64)
}

/// Seconds of CPU of all children up to now.
fn children() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    seconds(usage.user_time()) + seconds(usage.system_time())
}

fn peak_mib(arguments: &[&str]) -> f64 {
    let mut command = Command::new("/usr/bin/time");
    let output = command.args(["-f", "%M", PROGRAM]).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    text.trim().parse::<f64>().unwrap() / 1024.0
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
