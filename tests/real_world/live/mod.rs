//! Live comparison with Debian's cfssl 1.2.0: both get the same files and the same command, and what they make is
//! compared fact by fact. Where the two differ, [`differences::DIFFERENCES`] says so with the reason; a difference that
//! is not there fails, and so does one that has gone away.

mod cases;
mod differences;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::facts::facts;
use crate::support::{Outcome, Programs, Workdir, require};
use differences::DIFFERENCES;

/// Authorities both programs issue from: name, `key` object. Debian's program makes them.
const AUTHORITIES: [(&str, &str); 6] = [
    ("rsa2048", r#"{"algo":"rsa","size":2048}"#),
    ("rsa3072", r#"{"algo":"rsa","size":3072}"#),
    ("rsa4096", r#"{"algo":"rsa","size":4096}"#),
    ("p256", r#"{"algo":"ecdsa","size":256}"#),
    ("p384", r#"{"algo":"ecdsa","size":384}"#),
    ("p521", r#"{"algo":"ecdsa","size":521}"#),
];

/// One command and its files.
struct Case {
    name: String,
    /// Files to write before: name, content.
    files: Vec<(&'static str, String)>,
    command: String,
    /// The authority whose certificate is the issuer.
    issuer: Option<&'static str>,
}

#[test]
fn results_are_the_same() {
    let mut report = Report::default();
    for case in cases::all() {
        let [ours, theirs] = [Programs::Ours, Programs::Debian].map(|programs| run(&case, programs));
        compare(&case, &ours, &theirs, &mut report);
    }
    report.finish();
}

/// `certinfo` prints the same bytes, except for key identifiers: 1.2.0 prints an octet below 16 with one digit.
#[test]
fn certinfo_is_the_same() {
    for (name, _) in AUTHORITIES {
        let command =
            format!("cfssl certinfo -cert {}", authorities().path(&format!("{name}.pem")).display());
        assert_certinfo(&command);
    }
    let issued = |case: &Case| case.issuer.is_some() && !cases::REFUSED.contains(&case.name.as_str());
    for case in cases::all().into_iter().filter(issued) {
        let work = Workdir::with("certinfo", Programs::Debian);
        let result = run_in(&work, &case);
        let result: Value = serde_json::from_str(&result.succeeds().stdout).unwrap();
        let path = work.write("subject.pem", result["cert"].as_str().unwrap());
        assert_certinfo(&format!("cfssl certinfo -cert {}", path.display()));
    }
}

#[test]
fn default_documents_are_the_same() {
    for document in ["config", "csr"] {
        let [ours, theirs] = both(&format!("cfssl print-defaults {document}"));
        assert_eq!(ours.succeeds().stdout, theirs.succeeds().stdout, "print-defaults {document}");
    }
    let [ours, theirs] = both("cfssl print-defaults list | sort");
    assert_eq!(ours.stdout, theirs.stdout, "print-defaults list");
}

/// One command without files, by both programs.
fn both(command: &str) -> [Outcome; 2] {
    [Programs::Ours, Programs::Debian].map(|programs| Workdir::with("live", programs).run(command))
}

fn assert_certinfo(command: &str) {
    let [ours, theirs] = both(command);
    let padded: String = theirs.succeeds().stdout.lines().map(|line| pad_key_id(line) + "\n").collect();
    let ours = ours.succeeds();
    assert_eq!(ours.stdout, padded, "{ours}");
}

/// `"subject_key_id": "1:AB"` becomes `"subject_key_id": "01:AB"`.
fn pad_key_id(line: &str) -> String {
    let Some((key, value)) = line.split_once("_key_id\": \"") else { return line.to_owned() };
    let (id, end) = value.split_once('"').unwrap();
    if id.is_empty() {
        return line.to_owned();
    }
    let octets: Vec<String> = id.split(':').map(|octet| format!("{octet:0>2}")).collect();
    format!("{key}_key_id\": \"{}\"{end}", octets.join(":"))
}

fn run(case: &Case, programs: Programs) -> Outcome {
    if case.command.starts_with("selfsign") {
        avoid_full_minutes();
    }
    run_in(&Workdir::with("live", programs), case)
}

/// A start that is not rounded looks as if it were on a full minute.
fn avoid_full_minutes() {
    let second = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() % 60;
    while [58, 59, 0].contains(&second()) {
        thread::sleep(Duration::from_millis(100));
    }
}

fn run_in(work: &Workdir, case: &Case) -> Outcome {
    for (name, content) in &case.files {
        work.write(name, content);
    }
    let command = case.command.replace("CAS/", &format!("{}/", authorities().path("").display()));
    work.run(&format!("cfssl {command}"))
}

fn compare(case: &Case, ours: &Outcome, theirs: &Outcome, report: &mut Report) {
    report.fact(case, "exit", &ours.success().to_string(), &theirs.success().to_string(), ours);
    let refused = cases::REFUSED.contains(&case.name.as_str());
    assert_eq!(theirs.success(), !refused, "{}\n{theirs}", case.name);
    if !(ours.success() && theirs.success()) {
        return;
    }
    let [our_result, their_result] = [ours, theirs].map(|outcome| {
        let result: BTreeMap<String, String> = serde_json::from_str(&outcome.stdout)
            .unwrap_or_else(|error| panic!("{}: {error}\n{outcome}", case.name));
        // Compact, sorted, one line: what sorting and printing again would give.
        assert_eq!(
            outcome.stdout,
            serde_json::to_string(&result).unwrap() + "\n",
            "{}: form of the JSON",
            case.name
        );
        result
    });
    let members = |result: &BTreeMap<String, String>| result.keys().cloned().collect::<Vec<_>>().join(" ");
    report.fact(case, "members", &members(&our_result), &members(&their_result), ours);
    let issuer = case.issuer.map(|name| authorities().read(&format!("{name}.pem")));
    for (member, our_text) in &our_result {
        let Some(their_text) = their_result.get(member) else { continue };
        let [our_facts, their_facts] =
            [our_text, their_text].map(|text| facts(member, text, issuer.as_deref()));
        let names: BTreeSet<&String> = our_facts.keys().chain(their_facts.keys()).collect();
        for name in names {
            let value =
                |facts: &BTreeMap<String, String>| facts.get(name).cloned().unwrap_or("absent".into());
            report.fact(case, &format!("{member} {name}"), &value(&our_facts), &value(&their_facts), ours);
        }
    }
    if let (Some(ours), Some(theirs)) = (our_result.get("cert"), their_result.get("cert")) {
        let seconds = [ours, theirs].map(|pem| not_before(pem));
        let apart = (seconds[0] - seconds[1]).abs();
        // Rounded to the minute, two moments within seconds of each other are at most one minute apart.
        assert!(apart <= 60, "{}: notBefore {apart} s apart", case.name);
    }
}

fn not_before(pem: &str) -> i64 {
    let der = crate::facts::decode(pem);
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).unwrap();
    certificate.validity().not_before.timestamp()
}

/// Collects what differs, so that one run shows it all.
#[derive(Default)]
struct Report {
    wrong: String,
    facts: usize,
    seen: BTreeSet<(&'static str, &'static str)>,
}

impl Report {
    fn fact(&mut self, case: &Case, fact: &str, ours: &str, theirs: &str, outcome: &Outcome) {
        self.facts += 1;
        if ours == theirs {
            return;
        }
        let known = DIFFERENCES.iter().find(|line| line.case == case.name && line.fact == fact);
        if let Some(known) = known {
            self.seen.insert((known.case, known.fact));
            return;
        }
        writeln!(self.wrong, "{}: {fact}\n  ours:   {ours}\n  theirs: {theirs}", case.name).unwrap();
        if fact == "exit" {
            writeln!(self.wrong, "{outcome}").unwrap();
        }
    }

    fn finish(mut self) {
        for line in DIFFERENCES.iter().filter(|line| !self.seen.contains(&(line.case, line.fact))) {
            writeln!(self.wrong, "{}: {}: no difference now; take it out of the table", line.case, line.fact)
                .unwrap();
        }
        assert!(self.facts > 1000, "only {} facts were compared", self.facts);
        assert!(self.wrong.is_empty(), "differs from cfssl 1.2.0:\n{}", self.wrong);
    }
}

/// The authorities, and requests made by openssl; made once.
fn authorities() -> &'static Workdir {
    static FILES: OnceLock<Workdir> = OnceLock::new();
    FILES.get_or_init(|| {
        require("openssl", "openssl");
        let files = Workdir::kept("live-authorities", Programs::Debian);
        for (name, key) in AUTHORITIES {
            files.write("request.json", format!(r#"{{"CN": "{name}", "names": [{{"O": "Live & Co"}}], "key": {key}}}"#));
            files.run(&format!("cfssl gencert -initca request.json | cfssljson -bare {name}")).succeeds();
        }
        for (name, options, key) in cases::OUTSIDE_REQUESTS {
            files
                .run(&format!("openssl req -new -newkey {key} -nodes -keyout {name}-key.pem -utf8 {options} -out {name}.csr"))
                .succeeds();
        }
        files
    })
}
