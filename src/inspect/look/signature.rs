//! Who signed a certificate, a request or a CRL.

use super::words;
use crate::key::{PublicKey, Signed, is_signed_by};

/// Whether the key of a SubjectPublicKeyInfo signed a document; `None` where that cannot be told.
pub(super) fn verify(der: &[u8], spki: &[u8]) -> Option<bool> {
    is_signed_by(der, &PublicKey::from_spki_der(spki).ok()?).ok()
}

/// The algorithm in words.
pub(super) fn algorithm(der: &[u8]) -> String {
    let oid = Signed::read(der).ok().and_then(|signed| signed.algorithm_oid());
    oid.map_or_else(|| "unreadable".to_owned(), |oid| words::signature(&oid))
}

/// The signature's octets.
pub(super) fn octets(der: &[u8]) -> Option<&[u8]> {
    Signed::read(der).ok().map(|signed| signed.signature)
}
