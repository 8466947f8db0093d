//! What kind of key it is.

use const_oid::ObjectIdentifier;
use der::Decode as _;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::shown::{fingerprint, hex};
use super::words;
use crate::key::{PublicKey, PublicKeyKind};
use crate::vocab::asn1;

/// A public key, or the public half of a private one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyFacts {
    /// `RSA`, `ECDSA`, `Ed25519` or another.
    pub algorithm: String,
    /// The length of an RSA modulus.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bits: Option<u32>,
    /// The curve of an ECDSA key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub curve: Option<String>,
    /// Of the whole SubjectPublicKeyInfo, as pins have it (RFC 7469).
    pub sha256: String,
    /// The SubjectPublicKeyInfo.
    #[serde(skip)]
    pub(super) spki: Vec<u8>,
}

impl KeyFacts {
    /// Of a SubjectPublicKeyInfo; a malformed one is shown by its algorithm.
    pub(super) fn of(spki: &[u8]) -> Self {
        let (algorithm, bits, curve) = match PublicKey::from_spki_der(spki).map(|key| key.kind()) {
            Ok(PublicKeyKind::Rsa { bits }) => ("RSA".to_owned(), Some(bits), None),
            Ok(PublicKeyKind::Ec(curve)) => ("ECDSA".to_owned(), None, Some(curve.to_string())),
            Ok(PublicKeyKind::EcP224) => ("ECDSA".to_owned(), None, Some("P-224".to_owned())),
            Ok(PublicKeyKind::EcOther(oid)) => ("ECDSA".to_owned(), None, Some(words::curve(&oid))),
            Ok(PublicKeyKind::Ed25519) => ("Ed25519".to_owned(), None, None),
            Ok(PublicKeyKind::Unknown(oid)) => (words::key(&oid), None, None),
            Err(_) => (malformed(spki), None, None),
        };
        Self { algorithm, bits, curve, sha256: fingerprint(&Sha256::digest(spki)), spki: spki.to_vec() }
    }

    /// `RSA 2048`, `ECDSA P-256`, `Ed25519`.
    pub fn text(&self) -> String {
        match (&self.bits, &self.curve) {
            (Some(bits), _) => format!("{} {bits}", self.algorithm),
            (None, Some(curve)) => format!("{} {curve}", self.algorithm),
            (None, None) => self.algorithm.clone(),
        }
    }

    /// The key's octets in lines, without the algorithm.
    pub(super) fn octets(&self) -> Option<String> {
        let parts = asn1::sequence_elements(&self.spki).ok()?;
        let bits = asn1::contents(der::Tag::BitString, parts.get(1)?).ok()?;
        Some(hex(bits.get(1..)?))
    }
}

fn malformed(spki: &[u8]) -> String {
    let oid = asn1::sequence_elements(spki).ok().and_then(|parts| {
        let algorithm = asn1::sequence_elements(parts.first()?).ok()?;
        ObjectIdentifier::from_der(algorithm.first()?).ok()
    });
    oid.map_or_else(|| "unreadable key".to_owned(), |oid| format!("{}, unreadable", words::key(&oid)))
}
