//! Who signed a certificate, a request or a CRL.

use const_oid::ObjectIdentifier;
use der::Decode as _;

use super::words;
use crate::key::{KeyError, PublicKey};
use crate::vocab::algorithm::SignatureAlgorithm;
use crate::vocab::asn1;

/// What comparing a signature with a key gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// This key's signature.
    Verified,
    /// Another key's, or damaged.
    Wrong,
    /// Of an algorithm or a key that we cannot verify.
    Unknown,
}

/// Compares the signature of a SIGNED structure (RFC 5280 section 4.1.1) with a key.
pub(super) fn verify(der: &[u8], spki: &[u8]) -> Verdict {
    let Ok(key) = PublicKey::from_spki_der(spki) else { return Verdict::Unknown };
    let Some((signed, algorithm, signature)) = parts(der) else { return Verdict::Wrong };
    let Some(algorithm) = algorithm_oid(algorithm).and_then(|oid| SignatureAlgorithm::from_oid(&oid)) else {
        return Verdict::Unknown;
    };
    match key.verify(algorithm, signed, signature) {
        Ok(()) => Verdict::Verified,
        Err(
            KeyError::UnsupportedAlgorithm { .. }
            | KeyError::UnsupportedCurve { .. }
            | KeyError::RsaTooLarge { .. }
            | KeyError::MultiPrime,
        ) => Verdict::Unknown,
        Err(_) => Verdict::Wrong,
    }
}

/// The algorithm in words.
pub(super) fn algorithm(der: &[u8]) -> String {
    let oid = parts(der).and_then(|(_, algorithm, _)| algorithm_oid(algorithm));
    oid.map_or_else(|| "unreadable".to_owned(), |oid| words::signature(&oid))
}

/// The signature's octets.
pub(super) fn octets(der: &[u8]) -> Option<&[u8]> {
    parts(der).map(|(_, _, signature)| signature)
}

/// What is signed, the AlgorithmIdentifier, and the signature.
fn parts(der: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let elements = asn1::sequence_elements(der).ok()?;
    let [signed, algorithm, signature] = elements[..] else { return None };
    Some((signed, algorithm, asn1::contents(der::Tag::BitString, signature).ok()?.get(1..)?))
}

fn algorithm_oid(der: &[u8]) -> Option<ObjectIdentifier> {
    ObjectIdentifier::from_der(asn1::sequence_elements(der).ok()?.first()?).ok()
}
