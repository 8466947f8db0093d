//! rustls-webpki, the verifier behind rustls, with ring's algorithms.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, SignatureVerificationAlgorithm, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring};

use super::{Case, Purpose, Question, Verdict, cases, compare};

const ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    ring::ECDSA_P256_SHA256,
    ring::ECDSA_P256_SHA384,
    ring::ECDSA_P384_SHA256,
    ring::ECDSA_P384_SHA384,
    ring::ED25519,
    ring::RSA_PKCS1_2048_8192_SHA256,
    ring::RSA_PKCS1_2048_8192_SHA384,
    ring::RSA_PKCS1_2048_8192_SHA512,
];

#[test]
fn webpki_agrees() {
    // It judges end entities only and reads no requests.
    let asked = |question| !matches!(question, Question::Root | Question::Intermediate | Question::Request);
    let answers = cases(asked).into_iter().map(|case| (case.clone(), judge(&case))).collect();
    compare("webpki", answers);
}

fn judge(case: &Case) -> Verdict {
    verify(case).map_err(|error| format!("{error:?}"))
}

fn verify(case: &Case) -> Result<(), webpki::Error> {
    let subject = read(&case.subject).remove(0);
    let trusted = read(&case.trusted).remove(0);
    let intermediates = case.intermediates.as_deref().map(read).unwrap_or_default();
    let anchors = [anchor_from_trusted_cert(&trusted)?];
    let usage = match case.purpose {
        Purpose::Client => KeyUsage::client_auth(),
        _ => KeyUsage::server_auth(),
    };
    let leaf = EndEntityCert::try_from(&subject)?;
    let now = UnixTime::since_unix_epoch(SystemTime::now().duration_since(UNIX_EPOCH).unwrap());
    leaf.verify_for_usage(ALGORITHMS, &anchors, &intermediates, now, usage, None, None)?;
    if case.purpose == Purpose::Server {
        leaf.verify_is_valid_for_subject_name(&ServerName::try_from(case.host).unwrap())?;
    }
    Ok(())
}

fn read(path: &std::path::Path) -> Vec<CertificateDer<'static>> {
    let pem = fs::read(path).unwrap();
    CertificateDer::pem_slice_iter(&pem).map(Result::unwrap).collect()
}
