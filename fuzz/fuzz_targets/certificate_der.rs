//! A certificate, as DER and as PEM: read, turned into a request, and reported on.
#![no_main]

use certwright::inspect::certificate_report;
use certwright::issue::certificate::Certificate;
use certwright::issue::csr::request_of;
use certwright::vocab::pem;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let der = pem::decode(bytes).map(|(block, _)| block.into_contents());
    let der = der.as_ref().map_or(bytes, |der| der.as_slice());
    if let Ok(certificate) = Certificate::from_der(der) {
        let _ = request_of(&certificate);
        let _ = certificate.verify(certificate.public_key());
        assert_eq!(Certificate::from_pem(certificate.to_pem().as_bytes()).unwrap().der(), der);
    }
    if let Ok(report) = certificate_report(der) {
        serde_json::to_string(&report).unwrap();
    }
});
