use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use sha2::{Digest, Sha256};

use super::*;

fn checked_key(bits: u32) -> PrivateKey {
    let key = generate(RsaBits::new(bits).unwrap()).unwrap();
    assert_eq!(key.n().bit_width(), bits);
    key.validate().unwrap();
    key
}

#[test]
fn p() {
    for b in [2048, 2049, 3072] {
        checked_key(b);
    }
}
