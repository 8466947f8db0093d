//! A CSR, as DER and as PEM: read, and reported on.
#![no_main]

use certwright::inspect::csr_report;
use certwright::issue::csr::CertificateSigningRequest;
use certwright::vocab::pem;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let der = pem::decode(bytes).map(|(block, _)| block.into_contents());
    let der = der.as_ref().map_or(bytes, |der| der.as_slice());
    if let Ok(csr) = CertificateSigningRequest::from_der(der) {
        assert_eq!(
            CertificateSigningRequest::from_pem(csr.to_pem().as_bytes()).unwrap().to_pem(),
            csr.to_pem()
        );
    }
    let _ = CertificateSigningRequest::from_pem(bytes);
    if let Ok(report) = csr_report(der) {
        serde_json::to_string(&report).unwrap();
    }
});
