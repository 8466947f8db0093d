//! A PKCS#12 file, with and without a password.
#![no_main]

use certwright::formats::pkcs12;
use certwright::key::Password;

/// What the OIDs of PKCS#5 (1.2.840.113549.1.5) and of PKCS#12's own encryption (1.2.840.113549.1.12.1) start with.
const ENCRYPTION: [&[u8]; 2] =
    [&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5], &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1]];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Key derivation may take seconds, within the limits of the crate that reads: here only counts below 2^15.
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    if ENCRYPTION.into_iter().any(holds) && (holds(&[2, 3]) || holds(&[2, 4])) {
        return;
    }
    let _ = pkcs12::is_pkcs12(bytes);
    let _ = pkcs12::read(bytes, None);
    let _ = pkcs12::read(bytes, Some(&Password::new(b"secret".to_vec())));
});
