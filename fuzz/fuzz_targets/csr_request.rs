//! A CSR JSON: to what it means, to the key it asks for, to a CSR, and that read back.
#![no_main]

use std::sync::LazyLock;

use certwright::issue::csr::CertificateSigningRequest;
use certwright::key::PrivateKey;
use certwright::model::request::CertificateRequest;
use certwright::wire::csr_request::CsrRequest;
use certwright::wire::json;

static KEYS: LazyLock<[PrivateKey; 2]> = LazyLock::new(|| {
    let pems = [
        include_bytes!("../../tests/data/keys/ed25519-v1.pem").as_slice(),
        include_bytes!("../../tests/data/keys/p256-sec1.pem"),
    ];
    pems.map(|pem| PrivateKey::from_pem(pem, None).unwrap())
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = json::read::<CsrRequest>(bytes) else { return };
    let Ok((request, _)) = CertificateRequest::from_document(document.value) else { return };
    let _ = (request.key.spec(), request.require_subject());
    let key = &KEYS[bytes.len() % 2];
    if let Ok(csr) = CertificateSigningRequest::build(&request, key) {
        let again = CertificateSigningRequest::from_pem(csr.to_pem().as_bytes()).unwrap();
        assert_eq!(again.subject().to_der(), csr.subject().to_der());
        assert_eq!(again.public_key(), key.public_key());
    }
});
