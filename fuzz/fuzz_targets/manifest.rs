//! The manifest of a whole PKI: JSON to authorities and certificates in the order of issuing, where no other file is.
#![no_main]

use std::io;

use certwright::model::config::{SecretSource, SigningConfig};
use certwright::model::pki::{Documents, Pki};
use certwright::model::request::CertificateRequest;
use certwright::wire::csr_request::CsrRequest;
use certwright::wire::json::{self, Document, Located, Notice};
use certwright::wire::manifest::{Manifest, Source};
use certwright::wire::signing_config::ConfigFile;

struct Nothing;

/// Why there is no meaning; what exactly is wrong is of no interest here.
struct Fault;

impl From<Notice> for Fault {
    fn from(_: Notice) -> Self {
        Fault
    }
}

impl SecretSource for Nothing {
    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn file(&self, _: &str) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

impl Documents for Nothing {
    type Error = Fault;

    fn signing(&self, source: Source<ConfigFile>) -> Result<SigningConfig, Fault> {
        let Source::Inline(value) = source else { return Err(Fault) };
        let document = Document { value: *value.value, notices: Vec::new() };
        SigningConfig::from_document(document, &Nothing).map(|(config, _)| config).map_err(|_| Fault)
    }

    fn request(&self, source: Source<CsrRequest>) -> Result<CertificateRequest, Fault> {
        let Source::Inline(value) = source else { return Err(Fault) };
        CertificateRequest::from_document(*value.value).map(|(request, _)| request).map_err(|_| Fault)
    }

    fn lint(&self, _: &Located<String>) -> Result<&'static str, Notice> {
        Ok("expired")
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = json::read::<Manifest>(bytes) else { return };
    let Ok(pki) = Pki::from_document(document.value, &Nothing) else { return };
    for certificates in &pki.certificates {
        assert!(certificates.order.issuer < pki.authorities.len());
        (0..certificates.len().min(100)).for_each(|index| drop(certificates.member(index)));
    }
});
