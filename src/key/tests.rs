//! Tests of the key layer.

use super::*;
use crate::vocab::algorithm::{Curve, KeySpec, RsaBits};

#[test]
fn generated_keys_survive_pem_and_pkcs8_and_verify_what_they_sign() {
    let rsa = KeySpec::Rsa(RsaBits::new(2048).unwrap());
    let specs = Curve::ALL.map(KeySpec::Ecdsa).into_iter().chain([KeySpec::Ed25519, rsa]);
    for spec in specs {
        let key = PrivateKey::generate(spec).unwrap();
        let from_pem = PrivateKey::from_pem(key.to_pem().as_bytes(), None).unwrap();
        let from_pkcs8 = PrivateKey::from_der(&key.to_pkcs8_der()).unwrap();
        assert_eq!(from_pem.public_key(), key.public_key(), "{spec:?}");
        assert_eq!(from_pkcs8.to_pem(), key.to_pem(), "{spec:?}");

        let algorithm = key.signature_algorithm();
        let signature = from_pem.sign(algorithm, b"message").unwrap();
        key.public_key().verify(algorithm, b"message", &signature).unwrap();
        let error = key.public_key().verify(algorithm, b"massage", &signature).unwrap_err();
        assert!(matches!(error, KeyError::BadSignature), "{spec:?}: {error:?}");
    }
}
