//! Second opinions: other implementations judge every kind of certificate for every type of key.
//!
//! Each judge is asked the same [`Question`]s and is started once for all of them where it can be. Where a judge
//! answers other than expected, the answer stands in [`exceptions::EXCEPTIONS`] with its reason; a disagreement that
//! is not there fails the test, and so does one that has gone away. A few questions are traps, which all have to refuse:
//! a judge that says yes to everything is none.

mod exceptions;
mod gnutls;
mod java;
mod nss;
mod openssl;
mod python;
mod webpki;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::support::{Programs, Workdir, require, testing_the_original};
use exceptions::EXCEPTIONS;

/// Folder of the files, and the `key` object of their requests.
const KEYS: [(&str, &str); 7] = [
    ("rsa2048", r#"{"algo":"rsa","size":2048}"#),
    ("rsa3072", r#"{"algo":"rsa","size":3072}"#),
    ("rsa4096", r#"{"algo":"rsa","size":4096}"#),
    ("p256", r#"{"algo":"ecdsa","size":256}"#),
    ("p384", r#"{"algo":"ecdsa","size":384}"#),
    ("p521", r#"{"algo":"ecdsa","size":521}"#),
    ("ed25519", r#"{"algo":"ed25519","size":256}"#),
];

/// The key type the traps are made of: the one all judges know.
const TRAP_KEY: &str = "p256";

const CONFIG: &str = r#"{"signing": {"default": {"expiry": "8760h"}, "profiles": {
    "intermediate": {"expiry": "8760h", "usages": ["cert sign", "crl sign"],
        "ca_constraint": {"is_ca": true, "max_path_len": 0, "max_path_len_zero": true}},
    "server": {"expiry": "4380h", "usages": ["signing", "key encipherment", "server auth"]},
    "client": {"expiry": "4380h", "usages": ["signing", "key encipherment", "client auth"]},
    "peer": {"expiry": "4380h", "usages": ["signing", "key encipherment", "server auth", "client auth"]}
}}}"#;

/// What a judge is asked about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    /// Is the root an authority?
    Root,
    /// Is the intermediate an authority, trusting the root?
    Intermediate,
    /// May this be the server `server.example`?
    Server,
    /// May this be a client?
    Client,
    /// May a peer be the server `peer.example`?
    PeerAsServer,
    /// May a peer be a client?
    PeerAsClient,
    /// May a self-signed certificate, itself trusted, be the server `self.example`?
    SelfSigned,
    /// Is the request signed by its key?
    Request,
    /// Trap: the server under another name.
    TrapWrongHost,
    /// Trap: the server, trusting another root of the same name.
    TrapOtherRoot,
    /// Trap: the client's certificate as server.
    TrapClientAsServer,
    /// Trap: a server below an authority that the intermediate's path length forbids.
    TrapPathLength,
}

/// What the certificate or request is to be good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Authority,
    Server,
    Client,
    Request,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Purpose::Authority => "authority",
            Purpose::Server => "server",
            Purpose::Client => "client",
            Purpose::Request => "request",
        }
    }
}

const ALL_KEYS: [Question; 8] = [
    Question::Root,
    Question::Intermediate,
    Question::Server,
    Question::Client,
    Question::PeerAsServer,
    Question::PeerAsClient,
    Question::SelfSigned,
    Question::Request,
];

const TRAPS: [Question; 4] = [
    Question::TrapWrongHost,
    Question::TrapOtherRoot,
    Question::TrapClientAsServer,
    Question::TrapPathLength,
];

/// A question about one file of one key type.
#[derive(Clone, Debug)]
struct Case {
    key: &'static str,
    question: Question,
    purpose: Purpose,
    /// The name a server has to have.
    host: &'static str,
    subject: PathBuf,
    trusted: PathBuf,
    /// A file of intermediates, or none.
    intermediates: Option<PathBuf>,
}

impl Case {
    fn new(key: &'static str, question: Question) -> Case {
        use Question::*;
        let (purpose, host, subject, trusted, intermediates) = match question {
            Root => (Purpose::Authority, "-", "root.pem", "root.pem", None),
            Intermediate => (Purpose::Authority, "-", "intermediate.pem", "root.pem", None),
            Server => (Purpose::Server, "server.example", "server.pem", "root.pem", Some("intermediate.pem")),
            Client => (Purpose::Client, "-", "client.pem", "root.pem", Some("intermediate.pem")),
            PeerAsServer => {
                (Purpose::Server, "peer.example", "peer.pem", "root.pem", Some("intermediate.pem"))
            }
            PeerAsClient => (Purpose::Client, "-", "peer.pem", "root.pem", Some("intermediate.pem")),
            SelfSigned => (Purpose::Server, "self.example", "self.pem", "self.pem", None),
            Request => (Purpose::Request, "-", "request.csr", "root.pem", None),
            TrapWrongHost => {
                (Purpose::Server, "other.example", "server.pem", "root.pem", Some("intermediate.pem"))
            }
            TrapOtherRoot => {
                (Purpose::Server, "server.example", "server.pem", "other-root.pem", Some("intermediate.pem"))
            }
            TrapClientAsServer => {
                (Purpose::Server, "client.example", "client.pem", "root.pem", Some("intermediate.pem"))
            }
            TrapPathLength => (Purpose::Server, "deep.example", "deep.pem", "root.pem", Some("below.pem")),
        };
        let path = |name: &str| files().path(key).join(name);
        Case {
            key,
            question,
            purpose,
            host,
            subject: path(subject),
            trusted: path(trusted),
            intermediates: intermediates.map(path),
        }
    }

    /// The name by which the table of exceptions knows the question.
    fn name(&self) -> String {
        format!("{} {:?}", self.key, self.question)
    }

    fn is_trap(&self) -> bool {
        TRAPS.contains(&self.question)
    }
}

/// `Ok` if the judge accepts, else what it says.
type Verdict = Result<(), String>;

/// All questions, without those the judge has no means to be asked.
fn cases(asked: impl Fn(Question) -> bool) -> Vec<Case> {
    let for_all = KEYS.iter().flat_map(|(key, _)| ALL_KEYS.map(|question| Case::new(key, question)));
    let traps = TRAPS.map(|question| Case::new(TRAP_KEY, question));
    for_all.chain(traps).filter(|case| asked(case.question)).collect()
}

/// Compares the judge's answers with what is expected of everybody and with the table of exceptions.
fn compare(judge: &str, answers: Vec<(Case, Verdict)>) {
    let mut wrong = String::new();
    let mut used = BTreeSet::new();
    for (case, verdict) in &answers {
        let name = case.name();
        let found = EXCEPTIONS.iter().find_map(|line| Some((line, line.covers(judge, &name)?)));
        let exception = found.map(|(exception, pattern)| {
            used.insert(pattern);
            exception
        });
        let as_expected = verdict.is_ok() != case.is_trap();
        match (exception, verdict) {
            (None, _) if as_expected => {}
            (None, Ok(())) => writeln!(wrong, "{name}: accepted, though it is a trap").unwrap(),
            (None, Err(text)) => writeln!(wrong, "{name}: refused:\n{text}").unwrap(),
            (Some(_), _) if as_expected => {
                writeln!(wrong, "{name}: answers as everybody now; take the line out of exceptions.rs")
                    .unwrap();
            }
            (Some(_), Ok(())) => {}
            (Some(exception), Err(text)) if text.contains(exception.says) => {}
            (Some(exception), Err(text)) => {
                writeln!(wrong, "{name}: refused, but not with {:?}:\n{text}", exception.says).unwrap();
            }
        }
    }
    let lines = EXCEPTIONS.iter().filter(|exception| exception.judge == judge);
    for pattern in lines.flat_map(|exception| exception.questions).filter(|pattern| !used.contains(*pattern))
    {
        writeln!(wrong, "{pattern}: in exceptions.rs, but never asked").unwrap();
    }
    assert!(answers.len() >= 20, "{judge} was asked {} questions only", answers.len());
    assert!(wrong.is_empty(), "{judge} disagrees:\n{wrong}");
}

/// The questions as lines of tab-separated words, for judges that are started once for all.
fn as_lines(cases: &[Case]) -> String {
    let line = |case: &Case| {
        let intermediates = case.intermediates.as_ref().map_or("-".into(), |path| path.display().to_string());
        format!(
            "{}\t{}\t{}\t{}\t{}\t{intermediates}\n",
            case.name(),
            case.purpose.name(),
            case.host,
            case.subject.display(),
            case.trusted.display(),
        )
    };
    cases.iter().map(line).collect()
}

/// Reads the answers of such a judge: question, `accepted` or `refused`, text; every question has to have one.
fn from_lines(cases: Vec<Case>, output: &str) -> Vec<(Case, Verdict)> {
    let answers: BTreeMap<&str, Verdict> = output
        .lines()
        .filter_map(|line| {
            let mut words = line.splitn(3, '\t');
            let (question, verdict) = (words.next()?, words.next()?);
            let text = words.next().unwrap_or_default();
            match verdict {
                "accepted" => Some((question, Ok(()))),
                "refused" => Some((question, Err(text.to_owned()))),
                _ => None,
            }
        })
        .collect();
    let answer = |case: Case| {
        let verdict = answers.get(case.name().as_str());
        let verdict = verdict.unwrap_or_else(|| panic!("no answer to {}:\n{output}", case.name())).clone();
        (case, verdict)
    };
    cases.into_iter().map(answer).collect()
}

/// The certificates of all key types, a folder each; made once for all judges and left in place.
fn files() -> &'static Workdir {
    static FILES: OnceLock<Workdir> = OnceLock::new();
    FILES.get_or_init(|| {
        require("openssl", "openssl");
        let files = Workdir::kept("second-opinions", Programs::Ours);
        files.write("config.json", CONFIG);
        for (folder, key) in KEYS {
            make_files(&files, folder, key);
        }
        make_traps(&files);
        files
    })
}

fn make_files(files: &Workdir, folder: &str, key: &str) {
    files.run(&format!("mkdir {folder}")).succeeds();
    let request = |name: &str, content: &str| {
        let names = r#""names": [{"C": "DE", "O": "Second Opinions"}]"#;
        files.write(&format!("{folder}/{name}.json"), format!(r#"{{{content}, {names}, "key": {key}}}"#));
    };
    request("root", r#""CN": "root", "ca": {"expiry": "17520h"}"#);
    request("intermediate", r#""CN": "intermediate""#);
    request("server", r#""CN": "server", "hosts": ["server.example", "127.0.0.1", "::1"]"#);
    request("client", r#""CN": "client", "hosts": ["client.example"]"#);
    request("peer", r#""CN": "peer", "hosts": ["peer.example", "127.0.0.1"]"#);
    request("self", r#""CN": "self", "hosts": ["self.example"]"#);
    request("request", r#""CN": "request", "hosts": ["request.example", "10.0.0.1", "a@b.example"]"#);

    let run = |command: &str, base: &str| {
        files.run(&format!("cd {folder} && {command} | cfssljson -bare {base}")).succeeds();
        assert!(!files.read(&format!("{folder}/{base}.csr")).is_empty());
    };
    run("cfssl gencert -initca root.json", "root");
    let signed = |ca: &str, name: &str| {
        let ca = format!("-ca {ca}.pem -ca-key {ca}-key.pem -config ../config.json");
        run(&format!("cfssl gencert {ca} -profile {name} {name}.json"), name);
    };
    signed("root", "intermediate");
    for name in ["server", "client", "peer"] {
        signed("intermediate", name);
    }
    run("cfssl selfsign self.example self.json", "self");
    run("cfssl genkey request.json", "request");
}

/// Every private key and what has to hold its public half: paths relative to the folder of [`files`].
fn keys() -> Vec<(String, String)> {
    let all = KEYS.iter().flat_map(|(folder, _)| {
        ["root", "intermediate", "server", "client", "peer", "self"]
            .map(|name| (format!("{folder}/{name}-key.pem"), format!("{folder}/{name}.pem")))
    });
    // The original labels Ed25519 keys `Ed25519 PRIVATE KEY`, which nobody else reads.
    all.filter(|(key, _)| !(testing_the_original() && key.starts_with("ed25519"))).collect()
}

/// What our programs would refuse to make comes from openssl.
fn make_traps(files: &Workdir) {
    let run = |command: &str| files.run(&format!("cd {TRAP_KEY} && {command}")).succeeds();
    run("cfssl gencert -initca root.json | cfssljson -bare other-root");
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    let authority = "basicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign\n";
    files.write(
        &format!("{TRAP_KEY}/second.ext"),
        format!("{authority}subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n"),
    );
    files.write(
        &format!("{TRAP_KEY}/deep.ext"),
        "basicConstraints = critical, CA:FALSE\nkeyUsage = critical, digitalSignature\n\
         extendedKeyUsage = serverAuth\nsubjectAltName = DNS:deep.example\n\
         subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n",
    );
    for (name, issuer) in [("second", "intermediate"), ("deep", "second")] {
        run(&format!(
            "openssl req -new {key} -keyout {name}-key.pem -subj '/O=Second Opinions/CN={name}' -out {name}.csr"
        ));
        run(&format!(
            "openssl x509 -req -in {name}.csr -CA {issuer}.pem -CAkey {issuer}-key.pem -CAcreateserial -days 30 \
             -extfile {name}.ext -out {name}.pem"
        ));
    }
    run("cat second.pem intermediate.pem > below.pem");
}
