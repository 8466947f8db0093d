//! What the steps of issuing cost, each alone in this process: `cargo bench --bench micro`, with a word behind `--`
//! only the steps whose names contain it.
//!
//! Medians and quartiles of single calls; the whole program is measured by `benches/against_cfssl`.

#![allow(missing_docs, clippy::print_stdout, clippy::disallowed_methods, clippy::unwrap_used)]

use std::hint::black_box;
use std::io;
use std::time::{Duration, Instant};

use certwright::issue::csr::CertificateSigningRequest;
use certwright::issue::policy::{Policy, SigningRequest};
use certwright::issue::root;
use certwright::issue::signer::Issuer;
use certwright::key::PrivateKey;
use certwright::model::config::{SecretSource, SigningConfig};
use certwright::model::request::CertificateRequest;
use certwright::vocab::algorithm::{Curve, KeySpec, RsaBits};
use certwright::wire::json;
use time::OffsetDateTime;

/// A step is called for as long as this, but at least so many times.
const PATIENCE: Duration = Duration::from_secs(1);
const LEAST_CALLS: usize = 20;

const CA_CSR: &str =
    r#"{"CN": "A CA", "key": {"algo": "ecdsa", "size": 256}, "names": [{"C": "US", "O": "Org"}]}"#;
const LEAF_CSR: &str = r#"{"CN": "etcd", "hosts": ["192.168.122.68", "ext.example.com", "etcd.local", "etcd"],
    "key": {"algo": "ecdsa", "size": 256}, "names": [{"C": "US", "L": "CA", "ST": "San Francisco"}]}"#;
const CONFIG: &str = r#"{"signing": {"default": {"expiry": "43800h"}, "profiles": {
    "server": {"expiry": "43800h", "usages": ["signing", "key encipherment", "server auth"]},
    "client": {"expiry": "43800h", "usages": ["signing", "key encipherment", "client auth"]}}}}"#;

fn main() {
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with('-')).unwrap_or_default();
    let bench = Bench { wanted };
    println!("{:<44} {:>11} {:>11} {:>11}", "step", "1st quart.", "median", "3rd quart.");
    for (name, spec) in [
        ("ECDSA P-256", KeySpec::Ecdsa(Curve::P256)),
        ("ECDSA P-384", KeySpec::Ecdsa(Curve::P384)),
        ("ECDSA P-521", KeySpec::Ecdsa(Curve::P521)),
        ("Ed25519", KeySpec::Ed25519),
        ("RSA 2048", KeySpec::Rsa(RsaBits::new(2048).unwrap())),
        ("RSA 4096", KeySpec::Rsa(RsaBits::new(4096).unwrap())),
    ] {
        bench.time(&format!("generate a key, {name}"), || PrivateKey::generate(spec).unwrap());
    }
    let key = PrivateKey::generate(KeySpec::Ecdsa(Curve::P256)).unwrap();
    let pem = key.to_pem();
    bench.time("read a key, ECDSA P-256", || PrivateKey::from_pem(pem.as_bytes(), None).unwrap());
    bench.time("read a configuration", config);
    bench.time("read a request's JSON", || request(LEAF_CSR));
    let csr = CertificateSigningRequest::build(&request(LEAF_CSR), &key).unwrap().to_pem();
    bench.time("read and verify a CSR, ECDSA P-256", || {
        CertificateSigningRequest::from_pem(csr.as_bytes()).unwrap()
    });
    let (issuer, config) = (issuer(), config());
    bench.time("sign from a request's JSON, ECDSA P-256", || {
        let csr = CertificateSigningRequest::build(&request(LEAF_CSR), &key).unwrap();
        sign(&issuer, &config, &csr)
    });
}

struct Bench {
    wanted: String,
}

impl Bench {
    fn time<T>(&self, name: &str, mut step: impl FnMut() -> T) {
        if !name.contains(&self.wanted) {
            return;
        }
        let start = Instant::now();
        let mut times = Vec::new();
        while times.len() < LEAST_CALLS || start.elapsed() < PATIENCE {
            let before = Instant::now();
            black_box(step());
            times.push(before.elapsed());
        }
        times.sort();
        let [low, middle, high] = [1, 2, 3].map(|quarter| micros(times[times.len() * quarter / 4]));
        println!("{name:<44} {low:>11} {middle:>11} {high:>11}");
    }
}

fn micros(time: Duration) -> String {
    format!("{:.1} us", time.as_secs_f64() * 1e6)
}

fn request(text: &str) -> CertificateRequest {
    CertificateRequest::from_document(json::read(text.as_bytes()).unwrap().value).unwrap().0
}

fn config() -> SigningConfig {
    SigningConfig::from_document(json::read(CONFIG.as_bytes()).unwrap(), &NoSecrets).unwrap().0
}

fn issuer() -> Issuer {
    let key = PrivateKey::generate(KeySpec::Ecdsa(Curve::P256)).unwrap();
    let request = request(CA_CSR);
    let csr = CertificateSigningRequest::build(&request, &key).unwrap();
    let profile = root::new_root_profile(&request).unwrap();
    let signed = root::sign_root(&csr, None, &profile, &key, OffsetDateTime::now_utc()).unwrap();
    Issuer::new(signed.certificate, key).unwrap()
}

fn sign(issuer: &Issuer, config: &SigningConfig, csr: &CertificateSigningRequest) -> String {
    let policy = Policy { profile: config.profile("server").unwrap(), default: config.default_profile() };
    let request = SigningRequest { csr, hosts: None, subject: None, crl_url: None };
    let approved = policy.approve(&request, Some(issuer.certificate()), OffsetDateTime::now_utc()).unwrap();
    issuer.sign_approved(&approved).unwrap().certificate.to_pem()
}

/// The configuration refers to none.
struct NoSecrets;

impl SecretSource for NoSecrets {
    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn file(&self, _: &str) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }
}
