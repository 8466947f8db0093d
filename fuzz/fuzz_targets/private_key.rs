//! A private key, as PEM with and without a password and as DER; one that is read survives being written.
#![no_main]

use certwright::key::{KeyError, Password, PrivateKey};
use certwright::vocab::pem;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    check(PrivateKey::from_der(bytes));
    check(PrivateKey::from_pem(bytes, None));
    // Key derivation may take seconds, within limits that the unit tests know: here only counts below 2^15.
    let costly = |der: &[u8]| der.windows(2).any(|pair| pair == [2, 3] || pair == [2, 4]);
    if pem::decode(bytes).is_some_and(|(block, _)| !costly(block.contents())) {
        check(PrivateKey::from_pem(bytes, Some(&Password::new(b"secret".to_vec()))));
    }
});

fn check(read: Result<PrivateKey, KeyError>) {
    let Ok(key) = read else { return };
    let again = PrivateKey::from_pem(key.to_pem().as_bytes(), None).unwrap();
    assert_eq!(again.public_key(), key.public_key());
    assert_eq!(PrivateKey::from_der(&key.to_pkcs8_der()).unwrap().to_pem(), key.to_pem());
}
