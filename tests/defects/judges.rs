//! Other implementations, asked about the twins of every case.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{
    CertificateDer, CertificateRevocationListDer, ServerName, SignatureVerificationAlgorithm, UnixTime,
};
use webpki::{
    BorrowedCertRevocationList, CertRevocationList, EndEntityCert, ExpirationPolicy, KeyUsage,
    RevocationCheckDepth, RevocationOptionsBuilder, anchor_from_trusted_cert, ring,
};

use crate::case::Kind;
use crate::support::{Outcome, Workdir, python, require};

/// A question: one twin of a case.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// Also the folder, relative to the working directory.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) host: &'static str,
    /// What it is checked for.
    pub(crate) role: &'static str,
}

/// `Ok` if the judge accepts, else what it says.
pub(crate) type Verdict = Result<(), String>;

/// Somebody who says yes or no.
pub(crate) struct Judge {
    pub(crate) name: &'static str,
    /// What it can be asked about.
    pub(crate) kinds: &'static [Kind],
    pub(crate) answers: fn(&Workdir, &[Question]) -> BTreeMap<String, Verdict>,
}

const ALL: &[Kind] = &[Kind::Server, Kind::Client, Kind::Request, Kind::List];

pub(crate) const JUDGES: [Judge; 5] = [
    Judge { name: "openssl", kinds: ALL, answers: |files, all| each(files, all, |f, q| openssl(f, q, "")) },
    Judge {
        name: "strict",
        kinds: &[Kind::Server, Kind::Client, Kind::List],
        answers: |files, all| each(files, all, |f, q| openssl(f, q, "-x509_strict")),
    },
    Judge { name: "gnutls", kinds: ALL, answers: |files, all| each(files, all, gnutls) },
    Judge { name: "python", kinds: ALL, answers: cryptography },
    Judge {
        name: "webpki",
        kinds: &[Kind::Server, Kind::Client, Kind::List],
        answers: |files, all| {
            each(files, all, |files, question| {
                rustls_webpki(files, question).map_err(|error| format!("{error:?}"))
            })
        },
    },
];

/// Who is asked only whether it refuses what we say it does.
pub(crate) const JAVA: Judge = Judge { name: "java", kinds: &[Kind::Server, Kind::Client], answers: java };

fn each(
    files: &Workdir,
    questions: &[Question],
    ask: impl Fn(&Workdir, &Question) -> Verdict,
) -> BTreeMap<String, Verdict> {
    questions.iter().map(|question| (question.name.clone(), ask(files, question))).collect()
}

fn is_address(host: &str) -> bool {
    host.parse::<std::net::IpAddr>().is_ok()
}

/// OpenSSL's `verify`, with the option given, or `req -verify`.
fn openssl(files: &Workdir, question: &Question, option: &str) -> Verdict {
    require("openssl", "openssl");
    let Question { name, kind, host, .. } = question;
    let purpose = match kind {
        Kind::Request => {
            // It ends with 0 whatever it finds.
            let outcome = files.run(&format!("openssl req -verify -noout -in {name}/request.csr"));
            let good = outcome.says("verify OK");
            return if good { Ok(()) } else { Err(outcome.to_string()) };
        }
        Kind::Server if is_address(host) => format!("-purpose sslserver -verify_ip {host}"),
        Kind::Server => format!("-purpose sslserver -verify_hostname {host}"),
        Kind::Client => "-purpose sslclient".to_owned(),
        Kind::List => format!("-crl_check -CRLfile {name}/list.crl"),
    };
    verdict(files.run(&format!(
        "openssl verify {option} -no-CApath -no-CAstore -CAfile {name}/root.pem -untrusted {name}/server.pem {purpose} \
         {name}/server.pem"
    )))
}

fn verdict(outcome: Outcome) -> Verdict {
    if outcome.success() { Ok(()) } else { Err(outcome.to_string()) }
}

/// GnuTLS's `certtool`.
fn gnutls(files: &Workdir, question: &Question) -> Verdict {
    require("certtool", "gnutls-bin");
    let Question { name, kind, host, .. } = question;
    let verified = |outcome: Outcome, words: &str| {
        let good = outcome.success() && outcome.says(words);
        if good { Ok(()) } else { Err(outcome.to_string()) }
    };
    let purpose = match kind {
        Kind::Request => {
            let outcome = files.run(&format!("certtool --crq-info --infile {name}/request.csr"));
            return verified(outcome, "Self signature: verified");
        }
        Kind::List => {
            let outcome = files.run(&format!(
                "certtool --verify-crl --load-ca-certificate {name}/authority.pem --infile {name}/list.crl"
            ));
            return verified(outcome, "Verification output: Verified.");
        }
        Kind::Server => format!("--verify-purpose 1.3.6.1.5.5.7.3.1 --verify-hostname {host}"),
        Kind::Client => "--verify-purpose 1.3.6.1.5.5.7.3.2".to_owned(),
    };
    let outcome = files.run(&format!(
        "certtool --verify --verify-profile medium {purpose} --load-ca-certificate {name}/root.pem \
         --infile {name}/server.pem"
    ));
    verified(outcome, "Chain verification output: Verified.")
}

/// The verifier of Python's `cryptography`, started once for all.
fn cryptography(files: &Workdir, questions: &[Question]) -> BTreeMap<String, Verdict> {
    files.write("judge.py", include_str!("judge.py"));
    started_once(files, questions, &format!("{} -W ignore judge.py", python().display()))
}

/// Java's trust manager and its comparison of host names, started once for all.
fn java(files: &Workdir, questions: &[Question]) -> BTreeMap<String, Verdict> {
    require("java", "openjdk-17-jre-headless");
    files.write("Judge.java", include_str!("Judge.java"));
    started_once(files, questions, "java --add-exports java.base/sun.security.util=ALL-UNNAMED Judge.java")
}

/// Puts all questions to one program, a line each.
fn started_once(files: &Workdir, questions: &[Question], program: &str) -> BTreeMap<String, Verdict> {
    let line = |question: &Question| {
        let Question { name, kind, host, .. } = question;
        format!("{name}\t{}\t{host}\t{name}\n", kind.word())
    };
    let list = format!("questions-{}.tsv", questions.len());
    files.write(&list, questions.iter().map(line).collect::<String>());
    let outcome = files.run(&format!("{program} < {list}")).succeeds();
    let answer = |line: &str| {
        let mut words = line.splitn(3, '\t').map(str::to_owned);
        let (name, verdict, text) = (words.next()?, words.next()?, words.next()?);
        Some((name, if verdict == "accepted" { Ok(()) } else { Err(text) }))
    };
    outcome.stdout.lines().filter_map(answer).collect()
}

const ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    ring::ECDSA_P256_SHA256,
    ring::ECDSA_P256_SHA384,
    ring::ECDSA_P384_SHA256,
    ring::ECDSA_P384_SHA384,
    ring::ED25519,
    ring::RSA_PKCS1_2048_8192_SHA256,
];

/// rustls-webpki, the verifier behind rustls, with ring's algorithms.
fn rustls_webpki(files: &Workdir, question: &Question) -> Result<(), Box<dyn std::error::Error>> {
    let folder = files.path(&question.name);
    let shown = certificates(&folder.join("server.pem"))?;
    let (leaf, intermediates) = shown.split_first().ok_or("no certificate")?;
    let trusted = certificates(&folder.join("root.pem"))?;
    let anchors = [anchor_from_trusted_cert(&trusted[0])?];
    let usage = match question.kind {
        Kind::Client => KeyUsage::client_auth(),
        _ => KeyUsage::server_auth(),
    };
    let list: CertRevocationList<'_> = revocation_list(&folder.join("list.crl"))?;
    let lists = [&list];
    let options = RevocationOptionsBuilder::new(&lists).map_err(|error| format!("{error:?}"))?;
    let options = options.with_expiration_policy(ExpirationPolicy::Enforce);
    let options = options.with_depth(RevocationCheckDepth::EndEntity).build();
    let revocation = (question.kind == Kind::List).then_some(options);
    let end_entity = EndEntityCert::try_from(leaf)?;
    let now = UnixTime::since_unix_epoch(SystemTime::now().duration_since(UNIX_EPOCH)?);
    end_entity.verify_for_usage(ALGORITHMS, &anchors, intermediates, now, usage, revocation, None)?;
    if question.kind == Kind::Server {
        end_entity.verify_is_valid_for_subject_name(&ServerName::try_from(question.host)?)?;
    }
    Ok(())
}

fn revocation_list(path: &Path) -> Result<CertRevocationList<'static>, Box<dyn std::error::Error>> {
    let der = CertificateRevocationListDer::from_pem_file(path)?;
    Ok(BorrowedCertRevocationList::from_der(&der)?.to_owned()?.into())
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Box<dyn std::error::Error>> {
    let pem = fs::read(path)?;
    Ok(CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>()?)
}
