//! Ten thousand P-256 leaves in memory, on all processors, against bare ring doing the same keys and signatures:
//! `cargo bench --bench issuance`. All run in turns; the medians of the rounds count. What is handed over is also read
//! back and verified, which bare ring does not do, and one verification costs as much as two signatures: our rate is
//! shown without both, read back, and verified.

#![allow(missing_docs, clippy::print_stdout, clippy::disallowed_methods, clippy::unwrap_used)]

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use certwright::issue::csr::CertificateSigningRequest;
use certwright::issue::policy::Policy;
use certwright::issue::root;
use certwright::issue::signer::Issuer;
use certwright::key::PrivateKey;
use certwright::model::pki::RenewBefore;
use certwright::model::profile::Profile;
use certwright::model::request::CertificateRequest;
use certwright::plan::{Role, Wanted, approve_csr};
use certwright::vocab::algorithm::{Curve, KeySpec};
use certwright::vocab::usage::Usage;
use certwright::wire::json;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use time::OffsetDateTime;

const LEAVES: usize = 10_000;
const ROUNDS: usize = 15;
const P256: KeySpec = KeySpec::Ecdsa(Curve::P256);

fn main() {
    let now = OffsetDateTime::now_utc();
    let issuer = issuer(now);
    let template = request("node");
    let usages = ["digital signature", "server auth"].into_iter().filter_map(Usage::from_word).collect();
    let profile = Profile { usages, ..Profile::built_in() };
    let issued = |index, depth| {
        // As `apply` makes the request of a node.
        let mut request = template.clone();
        request.set_common_name(format!("node-{index}"));
        request.set_hosts([format!("node-{index}.example.com"), "10.0.0.1".to_owned()]);
        let key = PrivateKey::generate(P256).unwrap();
        let policy = Policy { profile: &profile, default: &profile };
        let role = Role::Issued { issuer: issuer.certificate(), policy };
        let renew = RenewBefore::default();
        let wanted = Wanted { name: "leaf", request: &request, role, renew, is_authority: false };
        let csr = CertificateSigningRequest::build(&request, &key).unwrap();
        let (approved, _) = approve_csr(&wanted, &csr, now).unwrap();
        black_box((csr, key.to_pkcs8_der()));
        match depth {
            Depth::Signed => drop(black_box(issuer.sign_unread(&approved).unwrap())),
            Depth::ReadBack => drop(black_box(issuer.sign_unread(&approved).unwrap().read_back().unwrap())),
            Depth::Verified => drop(black_box(issuer.sign_approved(&approved).unwrap())),
        }
    };
    let (mut bare, mut ours) = (Vec::new(), [const { Vec::new() }; DEPTHS.len()]);
    for _ in 0..ROUNDS {
        bare.push(on_all_processors(|_| {
            let random = SystemRandom::new();
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
            let key =
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
            for message in [[1; 300], [2; 300]] {
                black_box(key.sign(&random, &message).unwrap());
            }
        }));
        for (times, (depth, _)) in ours.iter_mut().zip(DEPTHS) {
            times.push(on_all_processors(|index| issued(index, depth)));
        }
    }
    let bare = median(bare);
    let rate = |seconds: f64| LEAVES as f64 / seconds;
    println!("bare ring (generate, load, two signatures): {:.0} a second", rate(bare));
    for (times, (_, what)) in ours.into_iter().zip(DEPTHS) {
        let seconds = median(times);
        println!("certwright's leaves, {what}: {:.0} a second, {:.2} of it", rate(seconds), bare / seconds);
    }
}

/// How far a certificate is taken.
#[derive(Clone, Copy)]
enum Depth {
    Signed,
    ReadBack,
    Verified,
}

const DEPTHS: [(Depth, &str); 3] = [
    (Depth::Signed, "key, request and certificate signed"),
    (Depth::ReadBack, "read back and compared too"),
    (Depth::Verified, "verified too, one by one"),
];

fn issuer(now: OffsetDateTime) -> Issuer {
    let request = request("root");
    let key = PrivateKey::generate(P256).unwrap();
    let csr = CertificateSigningRequest::build(&request, &key).unwrap();
    let signed = root::sign_root(&csr, None, &Profile::root(), &key, now).unwrap();
    Issuer::new(signed.certificate, key).unwrap()
}

fn request(name: &str) -> CertificateRequest {
    let text = format!(
        r#"{{"CN": "{name}", "hosts": ["{name}.example.com", "10.0.0.1"], "names": [{{"O": "Org"}}]}}"#
    );
    CertificateRequest::from_document(json::read(text.as_bytes()).unwrap().value).unwrap().0
}

/// Seconds for all leaves.
fn on_all_processors(work: impl Fn(usize) + Sync) -> f64 {
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().unwrap().get() {
            scope.spawn(|| {
                loop {
                    match next.fetch_add(1, Ordering::Relaxed) {
                        index if index < LEAVES => work(index),
                        _ => return,
                    }
                }
            });
        }
    });
    start.elapsed().as_secs_f64()
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
