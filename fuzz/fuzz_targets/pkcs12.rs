//! A PKCS#12 file, with and without a password.
#![no_main]

use certwright::formats::pkcs12;
use certwright::key::Password;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Key derivation may take seconds, within the limits of the crate that reads: here only counts below 2^15.
    if bytes.windows(2).any(|pair| pair == [2, 3] || pair == [2, 4]) {
        return;
    }
    let _ = pkcs12::is_pkcs12(bytes);
    let _ = pkcs12::read(bytes, None);
    let _ = pkcs12::read(bytes, Some(&Password::new(b"secret".to_vec())));
});
