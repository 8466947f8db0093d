//! Key and signature algorithms: one table each.

use std::fmt;

use const_oid::ObjectIdentifier;
use der::Tag;
use rustls_pki_types::alg_id;

use super::{asn1, oid};

/// A NIST curve we generate keys on (RFC 5480 section 2.1.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curve {
    /// secp256r1
    P256,
    /// secp384r1
    P384,
    /// secp521r1
    P521,
}

impl Curve {
    /// Every curve, smallest first.
    pub const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// The curve of a size in bits, as a CSR JSON's `key.size` names it.
    pub fn from_bits(bits: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| i64::from(curve.bits()) == bits)
    }

    /// The curve an EC parameters OID names.
    pub fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.oid() == oid)
    }

    /// The size of the field in bits.
    pub fn bits(self) -> u32 {
        match self {
            Self::P256 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }

    /// The namedCurve OID (RFC 5480 section 2.1.1.1).
    pub fn oid(self) -> ObjectIdentifier {
        match self {
            Self::P256 => oid::SECP256R1,
            Self::P384 => oid::SECP384R1,
            Self::P521 => oid::SECP521R1,
        }
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P-{}", self.bits())
    }
}

/// The smallest RSA modulus we generate, in bits (cfssl's limit).
pub const RSA_MIN_BITS: u32 = 2048;
/// The largest RSA modulus we generate, in bits (cfssl's limit).
pub const RSA_MAX_BITS: u32 = 8192;

/// Which key to generate; only what can be generated has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySpec {
    /// RSA with two primes, e = 65537.
    Rsa(RsaBits),
    /// ECDSA on a NIST curve.
    Ecdsa(Curve),
    /// Ed25519 (RFC 8410).
    Ed25519,
}

/// An RSA modulus length between [`RSA_MIN_BITS`] and [`RSA_MAX_BITS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RsaBits(u32);

impl RsaBits {
    /// `None` outside the limits; any length between them is fine (2049 too).
    pub fn new(bits: u32) -> Option<Self> {
        (RSA_MIN_BITS..=RSA_MAX_BITS).contains(&bits).then_some(Self(bits))
    }

    /// The length in bits.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// The hash inside a signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1: read, and used by RSA keys under 2048 bits only, as cfssl does.
    Sha1,
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

/// The signature algorithms we can make or verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 4055 section 5)
    Rsa(Hash),
    /// RSASSA-PSS (RFC 4055 section 3) with MGF1 of the same hash and a salt as long as it: verified only.
    RsaPss(Hash),
    /// ECDSA (RFC 5758 section 3.2)
    Ecdsa(Hash),
    /// Ed25519 (RFC 8410 section 3)
    Ed25519,
}

/// Algorithm, OID, Go's name for it (as `certinfo` prints it), Go's number (as `certinfo -csr` prints it).
const SIGNATURE_ALGORITHMS: [(SignatureAlgorithm, ObjectIdentifier, &str, u8); 12] = [
    (SignatureAlgorithm::Rsa(Hash::Sha1), oid::RSA_SHA1, "SHA1WithRSA", 3),
    (SignatureAlgorithm::Rsa(Hash::Sha256), oid::RSA_SHA256, "SHA256WithRSA", 4),
    (SignatureAlgorithm::Rsa(Hash::Sha384), oid::RSA_SHA384, "SHA384WithRSA", 5),
    (SignatureAlgorithm::Rsa(Hash::Sha512), oid::RSA_SHA512, "SHA512WithRSA", 6),
    (SignatureAlgorithm::RsaPss(Hash::Sha256), oid::RSA_PSS, "SHA256-RSAPSS", 13),
    (SignatureAlgorithm::RsaPss(Hash::Sha384), oid::RSA_PSS, "SHA384-RSAPSS", 14),
    (SignatureAlgorithm::RsaPss(Hash::Sha512), oid::RSA_PSS, "SHA512-RSAPSS", 15),
    (SignatureAlgorithm::Ecdsa(Hash::Sha1), oid::ECDSA_SHA1, "ECDSAWithSHA1", 9),
    (SignatureAlgorithm::Ecdsa(Hash::Sha256), oid::ECDSA_SHA256, "ECDSAWithSHA256", 10),
    (SignatureAlgorithm::Ecdsa(Hash::Sha384), oid::ECDSA_SHA384, "ECDSAWithSHA384", 11),
    (SignatureAlgorithm::Ecdsa(Hash::Sha512), oid::ECDSA_SHA512, "ECDSAWithSHA512", 12),
    (SignatureAlgorithm::Ed25519, oid::ED25519, "Ed25519", 16),
];

impl SignatureAlgorithm {
    /// The algorithm an OID names, if we know it; RSASSA-PSS is told by its parameters only.
    pub fn from_oid(oid: &ObjectIdentifier) -> Option<Self> {
        let mut rows = SIGNATURE_ALGORITHMS.iter().filter(|row| row.1 != oid::RSA_PSS);
        rows.find(|row| row.1 == *oid).map(|row| row.0)
    }

    /// The algorithm that an AlgorithmIdentifier (DER) with this OID names, if we know it.
    pub fn from_identifier(der: &[u8], oid: &ObjectIdentifier) -> Option<Self> {
        // RFC 4055 section 3.1 leaves no choice but of the encoding of what is absent; this one is what all write.
        let pss = [
            (alg_id::RSA_PSS_SHA256, Hash::Sha256),
            (alg_id::RSA_PSS_SHA384, Hash::Sha384),
            (alg_id::RSA_PSS_SHA512, Hash::Sha512),
        ];
        if *oid != oid::RSA_PSS {
            return Self::from_oid(oid);
        }
        let contents = asn1::contents(Tag::Sequence, der).ok()?;
        pss.into_iter().find(|row| row.0.as_ref() == contents).map(|row| Self::RsaPss(row.1))
    }

    /// The AlgorithmIdentifier's OID.
    pub fn oid(self) -> ObjectIdentifier {
        self.row().1
    }

    /// Go's name, as cfssl's certinfo prints it.
    pub fn go_name(self) -> &'static str {
        self.row().2
    }

    /// Go's `x509.SignatureAlgorithm` number, as cfssl's `certinfo -csr` prints it.
    pub fn go_number(self) -> u8 {
        self.row().3
    }

    /// Whether the AlgorithmIdentifier carries NULL parameters (RSA does, RFC 4055 section 5) or none.
    pub fn has_null_parameters(self) -> bool {
        matches!(self, Self::Rsa(_))
    }

    fn row(self) -> &'static (Self, ObjectIdentifier, &'static str, u8) {
        // Every value is in the table (a test walks it); the first row only satisfies the type.
        SIGNATURE_ALGORITHMS.iter().find(|row| row.0 == self).unwrap_or(&SIGNATURE_ALGORITHMS[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_signature_algorithm_finds_its_own_row() {
        let hashes = [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512];
        let all = hashes
            .iter()
            .flat_map(|h| [SignatureAlgorithm::Rsa(*h), SignatureAlgorithm::Ecdsa(*h)])
            .chain([SignatureAlgorithm::Ed25519]);
        for algorithm in all {
            assert_eq!(algorithm.row().0, algorithm);
            assert_eq!(SignatureAlgorithm::from_oid(&algorithm.oid()), Some(algorithm));
        }
        for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            assert_eq!(SignatureAlgorithm::RsaPss(hash).row().0, SignatureAlgorithm::RsaPss(hash));
        }
        assert_eq!(SignatureAlgorithm::from_oid(&oid::RSA_PSS), None);
    }

    #[test]
    fn curves_round_trip() {
        for curve in Curve::ALL {
            assert_eq!(Curve::from_bits(curve.bits().into()), Some(curve));
            assert_eq!(Curve::from_oid(curve.oid()), Some(curve));
        }
        assert_eq!(Curve::from_bits(224), None);
    }
}
