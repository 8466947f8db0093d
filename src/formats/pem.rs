//! PEM files.

use zeroize::Zeroizing;

use crate::issue::certificate::Certificate;
use crate::key::PrivateKey;
use crate::vocab::pem;

/// The label of PKCS#8 (RFC 7468 section 10).
const PRIVATE_KEY_LABEL: &str = "PRIVATE KEY";

/// One block behind the other.
pub(super) fn certificates<'a>(
    certificates: impl IntoIterator<Item = &'a Certificate>,
) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(certificates.into_iter().flat_map(|found| found.to_pem().into_bytes()).collect())
}

/// PKCS#8.
pub(super) fn key(key: &PrivateKey) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(pem::encode(PRIVATE_KEY_LABEL, &key.to_pkcs8_der()).into_bytes())
}

/// PKCS#1 or SEC1; Ed25519 has neither.
pub(super) fn traditional_key(key: &PrivateKey) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(key.to_pem().as_bytes().to_vec())
}

/// Certificates, then the key.
pub(super) fn combined<'a>(
    chain: impl IntoIterator<Item = &'a Certificate>,
    private_key: &PrivateKey,
) -> Zeroizing<Vec<u8>> {
    let [chain, key] = [certificates(chain), key(private_key)];
    // `concat` allocates once, so that no copy of the key stays behind in memory.
    Zeroizing::new([chain.as_slice(), key.as_slice()].concat())
}
