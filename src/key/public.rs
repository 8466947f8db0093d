//! Public keys.

use std::fmt;

use const_oid::ObjectIdentifier;
use der::asn1::{AnyRef, BitStringRef};
use der::{Decode, Encode, Tag};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use ring::signature::{ED25519, UnparsedPublicKey};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::error::KeyError;
use super::{ecdsa, rsa};
use crate::vocab::algorithm::{Curve, KeySpec, SignatureAlgorithm};
pub(super) use crate::vocab::oid::{EC_PUBLIC_KEY, ED25519 as ED25519_KEY, RSA_ENCRYPTION};
use crate::vocab::role::KeyKind;
use crate::vocab::{asn1, oid};

/// What a key on the largest curve takes, P-521.
const LARGEST_EC_SPKI: usize = 160;

/// A public key as a certificate or request carries it, also one we cannot verify with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    spki: Vec<u8>,
    /// Where the key itself begins, in octets.
    key_start: usize,
    kind: PublicKeyKind,
}

/// What kind of key a [`PublicKey`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicKeyKind {
    /// RSA
    Rsa {
        /// The length of the modulus.
        bits: u32,
    },
    /// ECDSA on a curve we sign with.
    Ec(Curve),
    /// ECDSA on P-224: verified with only.
    EcP224,
    /// An elliptic curve we do not know, by its namedCurve OID.
    EcOther(ObjectIdentifier),
    /// Ed25519
    Ed25519,
    /// Another algorithm, by its OID.
    Unknown(ObjectIdentifier),
}

impl PublicKeyKind {
    /// The kind as roles know it.
    pub fn of_roles(self) -> Option<KeyKind> {
        match self {
            Self::Rsa { .. } => Some(KeyKind::Rsa),
            Self::Ec(_) => Some(KeyKind::Ecdsa),
            Self::Ed25519 => Some(KeyKind::Ed25519),
            Self::EcP224 | Self::EcOther(_) | Self::Unknown(_) => None,
        }
    }
}

impl From<KeySpec> for PublicKeyKind {
    fn from(spec: KeySpec) -> Self {
        match spec {
            KeySpec::Rsa(bits) => Self::Rsa { bits: bits.get() },
            KeySpec::Ecdsa(curve) => Self::Ec(curve),
            KeySpec::Ed25519 => Self::Ed25519,
        }
    }
}

/// `RSA 2048`, `ECDSA P-256`, `Ed25519`; of others the OID.
impl fmt::Display for PublicKeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA {bits}"),
            Self::Ec(curve) => write!(f, "ECDSA {curve}"),
            Self::EcP224 => f.write_str("ECDSA P-224"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::EcOther(oid) | Self::Unknown(oid) => write!(f, "{oid}"),
        }
    }
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo (RFC 5280 section 4.1). Keys of algorithms and curves we know must be well
    /// formed, as Go demands it; others are kept as they are.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        let info =
            SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::Malformed { what: "public key" })?;
        let key_bits = info
            .subject_public_key
            .as_bytes()
            .ok_or(KeyError::Malformed { what: "public key: not whole octets" })?;
        let kind = kind_of(&info.algorithm, key_bits)?;
        Ok(Self::of_parts(der.to_vec(), key_bits.len(), kind))
    }

    /// The key stands at the end: `SEQUENCE { algorithm, subjectPublicKey }`.
    fn of_parts(spki: Vec<u8>, key_length: usize, kind: PublicKeyKind) -> Self {
        let key_start = spki.len().saturating_sub(key_length);
        Self { spki, key_start, kind }
    }

    /// Reads a SubjectPublicKeyInfo, which is likely the one of a key we have: that is not checked again.
    ///
    /// # Errors
    /// As [`Self::from_spki_der`].
    pub fn from_spki_der_like(der: &[u8], known: &Self) -> Result<Self, KeyError> {
        if der == known.spki { Ok(known.clone()) } else { Self::from_spki_der(der) }
    }

    /// The whole SubjectPublicKeyInfo.
    pub fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// The contents of the subjectPublicKey BIT STRING, without its count of unused bits.
    pub fn key_bits(&self) -> &[u8] {
        self.spki.get(self.key_start..).unwrap_or_default()
    }

    /// The SHA-1 of [`Self::key_bits`] (RFC 5280 section 4.2.1.2, method 1).
    pub fn key_identifier(&self) -> [u8; 20] {
        let mut identifier = [0; 20];
        identifier.copy_from_slice(digest(&SHA1_FOR_LEGACY_USE_ONLY, self.key_bits()).as_ref());
        identifier
    }

    /// Algorithm and size.
    pub fn kind(&self) -> PublicKeyKind {
        self.kind
    }

    /// Verifies a signature over a message (hashed here); as strict as Go.
    ///
    /// # Errors
    ///
    /// [`KeyError::BadSignature`] if it is not this key's signature, [`KeyError::AlgorithmMismatch`] if it cannot
    /// be, others such as [`KeyError::UnsupportedCurve`] if we cannot tell.
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyError> {
        use SignatureAlgorithm as Alg;
        let key = self.key_bits();
        match (self.kind, algorithm) {
            (PublicKeyKind::Rsa { .. }, Alg::Rsa(hash)) => rsa::verify(key, hash, message, signature),
            (PublicKeyKind::Rsa { bits }, Alg::RsaPss(hash)) => {
                let algorithm = rsa::pss(hash, bits)?;
                UnparsedPublicKey::new(algorithm, key)
                    .verify(message, signature)
                    .map_err(|_| KeyError::BadSignature)
            }
            (PublicKeyKind::Ec(curve), Alg::Ecdsa(hash)) => {
                ecdsa::verify(curve, key, hash, message, signature)
            }
            (PublicKeyKind::EcP224, Alg::Ecdsa(hash)) => ecdsa::verify_p224(key, hash, message, signature),
            (PublicKeyKind::Ed25519, Alg::Ed25519) => UnparsedPublicKey::new(&ED25519, key)
                .verify(message, signature)
                .map_err(|_| KeyError::BadSignature),
            (PublicKeyKind::EcOther(oid), _) => Err(KeyError::UnsupportedCurve { oid }),
            (PublicKeyKind::Unknown(oid), _) => Err(KeyError::UnsupportedAlgorithm { oid }),
            _ => Err(KeyError::AlgorithmMismatch { algorithm: algorithm.go_name() }),
        }
    }

    pub(super) fn rsa(pkcs1: &[u8]) -> Result<Self, KeyError> {
        // RFC 3279 section 2.3.1: the parameters field MUST have ASN.1 type NULL.
        Self::from_spki_der(&spki_der(RSA_ENCRYPTION, Some(AnyRef::NULL), pkcs1)?)
    }

    /// The public half of a key that we have: its point is on the curve.
    pub(super) fn ecdsa(curve: Curve, point: &[u8]) -> Self {
        let mut spki = Vec::with_capacity(LARGEST_EC_SPKI);
        asn1::write(&mut spki, Tag::Sequence, |out| {
            asn1::write_algorithm(out, &EC_PUBLIC_KEY, Some(&curve.oid()));
            asn1::write_bit_string(out, point);
        });
        Self::of_parts(spki, point.len(), PublicKeyKind::Ec(curve))
    }

    pub(super) fn ed25519(octets: &[u8]) -> Result<Self, KeyError> {
        // RFC 8410 section 3: the parameters MUST be absent.
        Self::from_spki_der(&spki_der(ED25519_KEY, None, octets)?)
    }
}

fn spki_der(
    oid: ObjectIdentifier,
    parameters: Option<AnyRef<'_>>,
    key_bits: &[u8],
) -> Result<Vec<u8>, KeyError> {
    let malformed = |_| KeyError::Malformed { what: "public key" };
    let subject_public_key = BitStringRef::from_bytes(key_bits).map_err(malformed)?;
    let algorithm = AlgorithmIdentifierRef { oid, parameters };
    SubjectPublicKeyInfoRef { algorithm, subject_public_key }.to_der().map_err(malformed)
}

fn kind_of(algorithm: &AlgorithmIdentifierRef<'_>, key_bits: &[u8]) -> Result<PublicKeyKind, KeyError> {
    match algorithm.oid {
        RSA_ENCRYPTION if algorithm.parameters != Some(AnyRef::NULL) => {
            Err(KeyError::Malformed { what: "RSA public key: NULL parameters missing" })
        }
        RSA_ENCRYPTION => Ok(PublicKeyKind::Rsa { bits: rsa::public_bits(key_bits)? }),
        EC_PUBLIC_KEY => ec_kind(algorithm, key_bits),
        ED25519_KEY if algorithm.parameters.is_some() => {
            Err(KeyError::Malformed { what: "Ed25519 public key: parameters present" })
        }
        ED25519_KEY if key_bits.len() != 32 => {
            Err(KeyError::Malformed { what: "Ed25519 public key: wrong size" })
        }
        ED25519_KEY => Ok(PublicKeyKind::Ed25519),
        oid => Ok(PublicKeyKind::Unknown(oid)),
    }
}

fn ec_kind(algorithm: &AlgorithmIdentifierRef<'_>, key_bits: &[u8]) -> Result<PublicKeyKind, KeyError> {
    let curve = algorithm
        .parameters_oid()
        .map_err(|_| KeyError::Malformed { what: "EC public key: no named curve in its parameters" })?;
    let (kind, valid) = match Curve::from_oid(curve) {
        Some(known) => (PublicKeyKind::Ec(known), ecdsa::is_point(known, key_bits)),
        None if curve == oid::SECP224R1 => (PublicKeyKind::EcP224, ecdsa::is_p224_point(key_bits)),
        None => (PublicKeyKind::EcOther(curve), true),
    };
    if valid { Ok(kind) } else { Err(KeyError::Malformed { what: "EC public key: no point on its curve" }) }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scratch, fixture, patched, read};
    use super::*;
    use crate::vocab::algorithm::Hash;

    /// The SubjectPublicKeyInfo of a fixture, by OpenSSL.
    fn spki(name: &str) -> Vec<u8> {
        let scratch = Scratch::new();
        scratch.write("key", &fixture(name));
        scratch.openssl("pkey -in key -pubout -outform DER").stdout
    }

    fn text(der: &[u8]) -> String {
        PublicKey::from_spki_der(der).unwrap_err().to_string()
    }

    #[test]
    fn every_kind_is_recognized() {
        let unknown = |oid| PublicKeyKind::Unknown(ObjectIdentifier::new_unwrap(oid));
        for (name, kind) in [
            ("rsa1025", PublicKeyKind::Rsa { bits: 1025 }),
            ("p256-sec1", PublicKeyKind::Ec(Curve::P256)),
            ("secp384r1", PublicKeyKind::Ec(Curve::P384)),
            ("secp521r1", PublicKeyKind::Ec(Curve::P521)),
            ("secp224r1", PublicKeyKind::EcP224),
            ("secp256k1", PublicKeyKind::EcOther(ObjectIdentifier::new_unwrap("1.3.132.0.10"))),
            ("ed25519-v1", PublicKeyKind::Ed25519),
            ("rsapss", unknown("1.2.840.113549.1.1.10")),
            ("x25519", unknown("1.3.101.110")),
            ("ed448", unknown("1.3.101.113")),
        ] {
            let der = spki(name);
            let key = PublicKey::from_spki_der(&der).unwrap();
            assert_eq!(key.kind(), kind, "{name}");
            assert_eq!(key.spki_der(), der, "{name}");
        }
    }

    #[test]
    fn the_key_identifier_is_the_hash_of_the_bits_alone() {
        let key = read("ed25519-v2").unwrap();
        // sha1sum of the last 32 octets of the SubjectPublicKeyInfo in RFC 8410 section 10.1
        let expected: Vec<u8> = (0..20)
            .map(|at| &"a28cc1f86e5960d3e03ae75c962c97a8d448293c"[2 * at..2 * at + 2])
            .map(|pair| u8::from_str_radix(pair, 16).unwrap())
            .collect();
        assert_eq!(key.public_key().key_identifier().as_slice(), expected);
    }

    #[test]
    fn malformed_keys_of_known_kinds_are_refused() {
        let rsa = spki("rsa2048-pkcs1");
        assert_eq!(text(&rsa[1..]), "malformed public key");
        assert_eq!(text(&[&rsa[..], &[0]].concat()), "malformed public key");
        assert_eq!(
            text(&patched(&rsa, &[1, 1, 5, 0], &[1, 1, 4, 0])),
            "malformed RSA public key: NULL parameters missing"
        );
        assert_eq!(text(&patched(&rsa, &[2, 3, 1, 0, 1], &[4, 3, 1, 0, 1])), "malformed RSA public key");

        let mut p256 = spki("p256-sec1");
        let uncompressed = p256.len() - 65;
        p256[uncompressed] = 0x05;
        assert_eq!(text(&p256), "malformed EC public key: no point on its curve");
        p256[uncompressed] = 0x04;
        p256[uncompressed + 64] ^= 1;
        assert_eq!(text(&p256), "malformed EC public key: no point on its curve");
        p256[uncompressed - 1] = 1;
        assert_eq!(text(&p256), "malformed public key: not whole octets");

        let ed25519 = spki("ed25519-v1");
        let short = [&[0x30, 41], &ed25519[2..10], &[32], &ed25519[11..43]].concat();
        assert_eq!(text(&short), "malformed Ed25519 public key: wrong size");
        let null = [&[0x30, 44, 0x30, 7], &ed25519[4..9], &[5, 0], &ed25519[9..]].concat();
        assert_eq!(text(&null), "malformed Ed25519 public key: parameters present");
    }

    #[test]
    fn compressed_points_are_refused_as_go_does() {
        let scratch = Scratch::new();
        scratch.write("key", &fixture("p256-sec1"));
        let der = scratch.openssl("ec -in key -pubout -conv_form compressed -outform DER").stdout;
        assert_eq!(text(&der), "malformed EC public key: no point on its curve");
    }

    #[test]
    fn verifying_with_the_wrong_algorithm_or_an_unknown_key_says_so() {
        let algorithm = SignatureAlgorithm::Ecdsa(Hash::Sha256);
        let text = |name: &str| {
            let key = PublicKey::from_spki_der(&spki(name)).unwrap();
            key.verify(algorithm, b"message", b"signature").unwrap_err().to_string()
        };
        assert_eq!(text("rsa1024"), "signature algorithm ECDSAWithSHA256 does not fit the key");
        assert_eq!(text("ed25519-v1"), "signature algorithm ECDSAWithSHA256 does not fit the key");
        assert_eq!(text("secp256k1"), "unsupported elliptic curve 1.3.132.0.10");
        assert_eq!(text("ed448"), "unsupported key algorithm 1.3.101.113");
        assert_eq!(text("secp224r1"), "signature does not verify");
    }

    #[test]
    fn damaged_public_keys_never_panic() {
        for name in ["rsa512", "p256-sec1", "secp521r1", "secp224r1", "ed25519-v1"] {
            let der = spki(name);
            for at in 0..der.len() {
                assert!(PublicKey::from_spki_der(&der[..at]).is_err());
                for octet in [0, 0xff, der[at] ^ 1, der[at] ^ 0x80] {
                    verify_anything(&[&der[..at], &[octet], &der[at + 1..]].concat());
                }
            }
        }
    }

    fn verify_anything(der: &[u8]) {
        let Ok(key) = PublicKey::from_spki_der(der) else { return };
        let signature = [0x30, 6, 2, 1, 1, 2, 1, 1];
        for algorithm in [
            SignatureAlgorithm::Rsa(Hash::Sha1),
            SignatureAlgorithm::Ecdsa(Hash::Sha256),
            SignatureAlgorithm::Ed25519,
        ] {
            assert!(key.verify(algorithm, b"message", &signature).is_err());
            assert!(key.verify(algorithm, b"message", &[1; 64]).is_err());
        }
    }
}
