//! Disks that are full and folders of others, as they are.

use std::fs;
use std::process::Command;

use crate::crash::in_days;
use crate::world::{PROGRAM, World, manifest, run, told};

/// File systems from one page up to enough; at each size, an apply fails whole or is done.
#[test]
fn full_disks() {
    let world = World::applied(&manifest("n[1-6]"));
    let later = in_days(300);
    let [mut full, mut done] = [0, 0];
    for pages in (1..130).step_by(3) {
        for arguments in [String::new(), format!("--at {later}"), format!("--rekey --at {later}")] {
            let script = format!(
                "mount -t tmpfs -o size={}k,mode=755 tmpfs /mnt && mkdir /mnt/p && cp pki.json /mnt/p && \
                 {{ [ -z '{arguments}' ] || cp -a *.pem *.csr /mnt/p || exit 9; }} && cd /mnt/p && \
                 {{ {PROGRAM} apply {arguments} > /dev/null; echo $? > \"$0/status\"; \
                 rm -rf \"$0/p\"; cp -a /mnt/p \"$0/\"; mount -o remount,size=4m /mnt; \
                 {PROGRAM} apply {arguments} && {PROGRAM} apply {arguments}; }}",
                pages * 4,
            );
            let found = World::new(&manifest("n[1-6]"));
            let mut command = Command::new("unshare");
            command.args(["-m", "sh", "-c", &script]).arg(found.root()).current_dir(world.root());
            let output = command.output().unwrap();
            // Too small for what was there before.
            if !found.path("status").exists() {
                continue;
            }
            let stdout = String::from_utf8_lossy(&output.stdout);
            assert!(
                output.status.success() && stdout.ends_with("0 changed, 10 unchanged\n"),
                "{}",
                told(&output)
            );
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            match found.read("status").as_slice() {
                b"0\n" => done += 1,
                b"1\n" => {
                    full += 1;
                    assert!(
                        stderr.starts_with("error: cannot ") && stderr.contains("No space left"),
                        "{stderr}"
                    );
                    assert!(
                        stderr.contains("hint: the disk is full; nothing of what was there is lost"),
                        "{stderr}"
                    );
                }
                other => panic!("{other:?}: {}", told(&output)),
            }
            check_pairs(&found, !arguments.is_empty());
        }
    }
    println!("{full} times full, {done} times done");
    assert!(full >= 10 && done >= 10, "{full} times full, {done} times done");
}

/// Every certificate has its key, and where there was one there is one.
fn check_pairs(found: &World, all: bool) {
    let mut count = 0;
    for entry in fs::read_dir(found.path("p")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(base) = name.strip_suffix(".pem").filter(|name| !name.ends_with("-key")) {
            count += 1;
            assert_eq!(found.fault_of_pair(&format!("p/{base}")), None);
        }
    }
    assert!(!all || count == 10, "{count}");
}

/// Where the system refuses threads, everything is done by the first.
#[test]
fn no_threads() {
    let world = World::new(&manifest("n[1-600]"));
    let program = world.path("certwright.json");
    run(Command::new("cp").arg(PROGRAM).arg(&program), true);
    run(Command::new("chmod").arg("0777").arg(world.root()), true);
    let alone = |argument: &str| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--clear-groups", "prlimit", "--nproc=1"]).arg(&program).arg(argument);
        run(command.current_dir(world.root()), true).lines().last().unwrap_or_default().to_owned()
    };
    assert_eq!(alone("plan"), "604 new, 0 to change, 0 unchanged, 0 refused");
    assert_eq!(alone("apply"), "604 changed, 0 unchanged");
    assert_eq!(alone("apply"), "0 changed, 604 unchanged");
}

/// A user without rights is told so, and nothing happens.
#[test]
fn somebody_else() {
    let world = World::applied(&manifest("n[1-2]"));
    let program = world.path("certwright.json");
    // By another process: a fork of this one, made by a test beside us, would hold it open for writing.
    run(Command::new("cp").arg(PROGRAM).arg(&program), true);
    let before = world.files();
    let as_nobody = |arguments: &[&str]| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program).args(arguments);
        let output = command.current_dir(world.root()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let hint = "  hint: run it as a user who may read and write there\n";
    let lock = format!("error: cannot open ./.certwright: Permission denied (os error 13)\n{hint}");
    assert_eq!(as_nobody(&["apply"]), (Some(1), lock.clone()));
    assert_eq!(as_nobody(&["rollback", "server"]), (Some(1), lock));
    let (status, said) = as_nobody(&["apply", "--out", "new"]);
    assert_eq!(
        (status, said),
        (Some(1), format!("error: cannot make the folder new: Permission denied (os error 13)\n{hint}"))
    );
    let (status, said) = as_nobody(&["plan"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("cannot read ./root-key.pem: Permission denied"), "{said}");
    assert_eq!(world.files(), before);
    run(Command::new("test").arg("!").arg("-e").arg(world.path("new")), true);
}
