//! ECDSA on the NIST curves.

use der::{Tag, TagNumber};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaVerificationAlgorithm,
    UnparsedPublicKey,
};
use rsa::Generate;
use rsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use zeroize::Zeroizing;

use super::error::KeyError;
use super::random::SystemRng;
use super::rsa::digest;
use crate::vocab::algorithm::{Curve, Hash};
use crate::vocab::asn1;

/// A private scalar, as long as its curve's order, and its public point.
pub(super) struct EcSecret {
    curve: Curve,
    scalar: Zeroizing<Vec<u8>>,
    point: Vec<u8>,
    /// What signs, made once; none on a curve that ring does not sign on.
    ring: Option<EcdsaKeyPair>,
}

/// Evaluates an expression with `$c` standing for the curve's crate; they share their names.
macro_rules! on_curve {
    ($curve:expr, $c:ident => $body:expr) => {
        match $curve {
            Curve::P256 => {
                use p256 as $c;
                $body
            }
            Curve::P384 => {
                use p384 as $c;
                $body
            }
            Curve::P521 => {
                use p521 as $c;
                $body
            }
        }
    };
}

/// Verifies with the curve of the crate `$c`.
macro_rules! verify_on {
    ($c:ident, $point:expr, $hash:expr, $message:expr, $signature:expr) => {{
        let key = $c::ecdsa::VerifyingKey::from_sec1_bytes($point)
            .map_err(|_| KeyError::Malformed { what: "elliptic curve point" })?;
        let signature = $c::ecdsa::Signature::from_der($signature).map_err(|_| KeyError::BadSignature)?;
        key.verify_prehash(&digest($hash, $message), &signature).map_err(|_| KeyError::BadSignature)
    }};
}

impl EcSecret {
    /// Takes the scalar in any length: Go and OpenSSL have written it with zeros too many and too few.
    ///
    /// `claimed` is the public point the key came with. It is checked; a wrong one is ignored, as Go does it.
    pub(super) fn new(curve: Curve, scalar: &[u8], claimed: Option<&[u8]>) -> Result<Self, KeyError> {
        let size = field_size(curve);
        let start = scalar.iter().position(|octet| *octet != 0).unwrap_or(scalar.len());
        let digits = scalar.get(start..).unwrap_or_default();
        let Some(padding) = size.checked_sub(digits.len()) else {
            return Err(KeyError::Malformed { what: "EC private key: scalar too long" });
        };
        let mut padded = Zeroizing::new(vec![0; padding]);
        padded.reserve_exact(digits.len());
        padded.extend_from_slice(digits);
        // ring checks a point several times faster than the curve's crate computes it.
        if let Some(point) = claimed
            && let Some(ring) = ring_pair(curve, &padded, point)
        {
            return Ok(Self { curve, scalar: padded, point: point.to_vec(), ring: Some(ring) });
        }
        let point = public_point(curve, &padded)?;
        let ring = ring_pair(curve, &padded, &point);
        Ok(Self { curve, scalar: padded, point, ring })
    }

    /// A key in the one form of PKCS#8 that ring writes: with the public key, and the curve outside alone.
    pub(super) fn from_ring(curve: Curve, pkcs8: &[u8]) -> Result<Self, KeyError> {
        let malformed = |_| KeyError::Generation;
        let [_version, _algorithm, key] = asn1::sequence_elements(pkcs8).map_err(malformed)?[..] else {
            return Err(KeyError::Generation);
        };
        let key = asn1::contents(Tag::OctetString, key).map_err(malformed)?;
        let [_version, scalar, public] = asn1::sequence_elements(key).map_err(malformed)?[..] else {
            return Err(KeyError::Generation);
        };
        let scalar = asn1::contents(Tag::OctetString, scalar).map_err(malformed)?;
        let tag = Tag::ContextSpecific { constructed: true, number: TagNumber(1) };
        let point = asn1::contents(tag, public).and_then(|bits| asn1::contents(Tag::BitString, bits));
        Self::new(curve, scalar, point.map_err(malformed)?.get(1..))
    }

    /// A new P-521 key; ring generates those of the other curves.
    pub(super) fn generate_p521() -> Result<Self, KeyError> {
        let key = p521::SecretKey::try_generate_from_rng(&mut SystemRng::new())
            .map_err(|_| KeyError::Generation)?;
        Self::new(Curve::P521, &Zeroizing::new(key.to_bytes()), None)
    }

    pub(super) fn curve(&self) -> Curve {
        self.curve
    }

    pub(super) fn scalar(&self) -> &[u8] {
        &self.scalar
    }

    /// The hash as long as the curve.
    pub(super) fn preferred_hash(&self) -> Hash {
        match self.curve {
            Curve::P256 => Hash::Sha256,
            Curve::P384 => Hash::Sha384,
            Curve::P521 => Hash::Sha512,
        }
    }

    /// The public point, uncompressed (SEC1 section 2.3.3).
    pub(super) fn point(&self) -> &[u8] {
        &self.point
    }

    pub(super) fn sign(&self, hash: Hash, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.ring {
            Some(pair) if hash == self.preferred_hash() => {
                let signature = pair.sign(SystemRng::new().ring(), message).map_err(|_| KeyError::Signing)?;
                Ok(signature.as_ref().to_vec())
            }
            _ => self.sign_deterministically(hash, message),
        }
    }

    /// RFC 6979, for what ring does not offer.
    fn sign_deterministically(&self, hash: Hash, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        on_curve!(self.curve, c => {
            let key = c::ecdsa::SigningKey::from_slice(&self.scalar).map_err(|_| KeyError::Signing)?;
            let signature: c::ecdsa::Signature =
                key.sign_prehash(&digest(hash, message)).map_err(|_| KeyError::Signing)?;
            Ok(signature.to_der().as_bytes().to_vec())
        })
    }
}

/// ring's form of a key, if the point is the scalar's and ring signs on the curve.
fn ring_pair(curve: Curve, scalar: &[u8], point: &[u8]) -> Option<EcdsaKeyPair> {
    let algorithm = match curve {
        Curve::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
        Curve::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
        Curve::P521 => return None,
    };
    EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar, point, SystemRng::new().ring()).ok()
}

/// Zero and anything from the curve's order up is no scalar and has no point.
fn public_point(curve: Curve, scalar: &[u8]) -> Result<Vec<u8>, KeyError> {
    on_curve!(curve, c => {
        let secret = c::SecretKey::from_slice(scalar)
            .map_err(|_| KeyError::Malformed { what: "EC private key: scalar out of range" })?;
        Ok(secret.public_key().to_sec1_bytes().to_vec())
    })
}

/// Whether the octets are an uncompressed point on the curve, the only form Go reads.
pub(super) fn is_point(curve: Curve, octets: &[u8]) -> bool {
    on_curve!(curve, c => is_uncompressed(octets) && c::PublicKey::from_sec1_bytes(octets).is_ok())
}

/// The same for P-224, on which we only verify.
pub(super) fn is_p224_point(octets: &[u8]) -> bool {
    is_uncompressed(octets) && p224::PublicKey::from_sec1_bytes(octets).is_ok()
}

/// Verifies a DER signature.
pub(super) fn verify(
    curve: Curve,
    point: &[u8],
    hash: Hash,
    message: &[u8],
    signature: &[u8],
) -> Result<(), KeyError> {
    if let Some(algorithm) = ring_verification(curve, hash) {
        let key = UnparsedPublicKey::new(algorithm, point);
        return key.verify(message, signature).map_err(|_| KeyError::BadSignature);
    }
    on_curve!(curve, c => verify_on!(c, point, hash, message, signature))
}

/// What ring verifies, several times faster than the curves' crates.
fn ring_verification(curve: Curve, hash: Hash) -> Option<&'static EcdsaVerificationAlgorithm> {
    match (curve, hash) {
        (Curve::P256, Hash::Sha256) => Some(&ECDSA_P256_SHA256_ASN1),
        (Curve::P256, Hash::Sha384) => Some(&ECDSA_P256_SHA384_ASN1),
        (Curve::P384, Hash::Sha256) => Some(&ECDSA_P384_SHA256_ASN1),
        (Curve::P384, Hash::Sha384) => Some(&ECDSA_P384_SHA384_ASN1),
        _ => None,
    }
}

/// Verifies a DER signature by a P-224 key.
pub(super) fn verify_p224(
    point: &[u8],
    hash: Hash,
    message: &[u8],
    signature: &[u8],
) -> Result<(), KeyError> {
    verify_on!(p224, point, hash, message, signature)
}

fn is_uncompressed(octets: &[u8]) -> bool {
    octets.first() == Some(&0x04)
}

fn field_size(curve: Curve) -> usize {
    match curve {
        Curve::P256 => 32,
        Curve::P384 => 48,
        Curve::P521 => 66,
    }
}
