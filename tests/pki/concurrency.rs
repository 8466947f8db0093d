//! Eight at once: one works, the others wait for it, and what lies there in the end is whole.

use std::process::{Child, Output, Stdio};

use crate::crash::in_days;
use crate::world::{World, manifest, told};

const ROUNDS: usize = 100;
const HANDS: usize = 8;
const NAMES: [&str; 6] = ["root", "issuing", "node-n1", "node-n2", "server", "client"];

#[test]
fn eight_at_once() {
    let [later, still_later] = [in_days(300), in_days(600)];
    let start = World::new(&manifest("n[1-2]"));
    let applied = World::applied(&manifest("n[1-2]"));
    let [mut changed, mut waited] = [0, 0];
    for round in 0..ROUNDS {
        // First runs, renewals, renewals with new keys, and some of each at once.
        let world = if round % 4 == 0 { start.copy() } else { applied.copy() };
        let arguments = |hand: usize| match (round % 4, hand % 2) {
            (0, _) => vec!["apply"],
            (1, _) => vec!["apply", "--at", later.as_str()],
            (2, _) | (3, 0) => vec!["apply", "--rekey", "--at", later.as_str()],
            _ => vec!["apply", "--at", still_later.as_str()],
        };
        let running: Vec<Child> = (0..HANDS).map(|hand| spawn(&world, &arguments(hand))).collect();
        let outputs: Vec<Output> =
            running.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
        for output in &outputs {
            assert!(output.status.success(), "round {round}: {}", told(output));
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(stderr.is_empty() || stderr == WAITING, "round {round}: {stderr}");
            waited += usize::from(!stderr.is_empty());
        }
        let working =
            outputs.iter().filter(|output| !output.stdout.starts_with(b"0 changed, 6 unchanged")).count();
        // Whoever waited finds it done; where two dates mix, each may find something once more.
        assert!(working >= 1 && (round % 4 == 3 || working == 1), "round {round}: {working} worked");
        changed += working;
        check_whole(&world, round);
    }
    println!("{ROUNDS} rounds: {changed} changed something, {waited} waited");
    assert!(waited > ROUNDS, "only {waited} waited: they never met");
}

const WAITING: &str = "note: waiting for another certwright that is changing .\n";

fn spawn(world: &World, arguments: &[&str]) -> Child {
    let mut command = world.command(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn check_whole(world: &World, round: usize) {
    for name in NAMES {
        assert_eq!(world.fault_of_pair(name), None, "round {round}");
    }
    assert_eq!(world.files().len(), 3 * NAMES.len(), "round {round}");
    let mut own: Vec<_> =
        std::fs::read_dir(world.path(".certwright")).unwrap().map(|e| e.unwrap().file_name()).collect();
    own.sort();
    assert_eq!(own, ["entries"], "round {round}");
}

/// Somebody holds the lock: who would not wait fails, and who waits is let in when it is free.
#[test]
fn who_does_not_wait_fails() {
    let world = World::applied(&manifest("n[1-2]"));
    let lock = std::fs::File::open(world.path(".certwright/entries")).unwrap();
    lock.lock().unwrap();
    let said = world.fails(&["apply", "--no-wait"]);
    assert_eq!(
        said,
        "error: another certwright is changing .\n  hint: wait for it to end; without --no-wait, this one waits\n"
    );
    assert!(
        world.succeeds(&["plan"]).ends_with("0 new, 0 to change, 6 unchanged, 0 refused\n"),
        "a plan needs no lock"
    );
    let mut waiting = spawn(&world, &["apply"]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(waiting.try_wait().unwrap(), None, "it waits");
    lock.unlock().unwrap();
    let output = waiting.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(String::from_utf8_lossy(&output.stderr), WAITING);
}
