//! A certificate, a CSR and a revocation list, as DER and as PEM: every lint looks at it.
#![no_main]

use certwright::lint::{self, Kind};
use certwright::vocab::pem;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let der = pem::decode(bytes).map(|(block, _)| block.into_contents());
    let der = der.as_ref().map_or(bytes, |der| der.as_slice());
    for kind in Kind::ALL {
        let findings = lint::document(kind, der);
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
        for finding in &findings {
            // What something follows from is there, and is not the thing itself.
            let cause = finding.consequence_of;
            assert!(cause.is_none_or(|cause| cause != finding.code && codes.contains(&cause)));
        }
    }
});
