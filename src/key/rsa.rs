//! RSA with PKCS#1 v1.5 signatures.

use ::rsa::pkcs1::{EncodeRsaPrivateKey, EncodeRsaPublicKey, RsaPrivateKey, RsaPublicKey, UintRef};
use ::rsa::traits::{PrivateKeyParts, PublicKeyParts};
use ::rsa::{BoxedUint, Pkcs1v15Sign};
use der::Decode;
use ring::signature as ring_signature;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::error::KeyError;
use super::random::SystemRng;
use crate::vocab::algorithm::Hash;
use crate::vocab::asn1;
use crate::vocab::oid::RSA_PSS;

/// The longest modulus we compute with; a longer one only serves to keep us busy.
const MAX_BITS: u32 = 16384;
/// The largest public exponent Go takes.
const MAX_EXPONENT: u64 = (1 << 31) - 1;

/// An RSA private key of two primes, checked.
pub(super) struct RsaSecret {
    key: ::rsa::PrivateKey,
    pkcs1: Zeroizing<Vec<u8>>,
}

impl RsaSecret {
    pub(super) fn new(key: ::rsa::PrivateKey) -> Result<Self, KeyError> {
        check_safety(&key)?;
        let pkcs1 = key.to_pkcs1_der().map_err(|_| KeyError::InvalidRsa { what: "no CRT coefficient" })?;
        Ok(Self { pkcs1: Zeroizing::new(pkcs1.as_bytes().to_vec()), key })
    }

    /// Reads the `RSAPrivateKey` of RFC 8017 appendix A.1.2. The CRT values are recomputed.
    pub(super) fn from_pkcs1(der: &[u8]) -> Result<Self, KeyError> {
        let parts = RsaPrivateKey::<UintRef<'_>>::from_der(der)
            .map_err(|_| KeyError::Malformed { what: "RSA private key" })?;
        if parts.other_prime_infos.is_some() {
            return Err(KeyError::MultiPrime);
        }
        check_length(parts.modulus)?;
        let key = ::rsa::PrivateKey::try_from(parts).map_err(|_| KeyError::InvalidRsa {
            what: "its numbers do not belong together, or its primes differ in length",
        })?;
        Self::new(key)
    }

    /// The key as PKCS#1 DER.
    pub(super) fn pkcs1(&self) -> &[u8] {
        &self.pkcs1
    }

    /// The `RSAPublicKey` of RFC 8017 appendix A.1.1.
    pub(super) fn public_der(&self) -> Result<Vec<u8>, KeyError> {
        let document = self.key.as_public_key().to_pkcs1_der();
        Ok(document.map_err(|_| KeyError::Malformed { what: "RSA public key" })?.as_bytes().to_vec())
    }

    /// The hash cfssl signs with for this modulus length.
    pub(super) fn preferred_hash(&self) -> Hash {
        match self.bits() {
            4096.. => Hash::Sha512,
            3072.. => Hash::Sha384,
            2048.. => Hash::Sha256,
            _ => Hash::Sha1,
        }
    }

    pub(super) fn sign(&self, hash: Hash, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        if let Some(signature) = self.sign_with_ring(hash, message)? {
            return Ok(signature);
        }
        self.key.sign_with_rng(&mut SystemRng::new(), padding(hash), &digest(hash, message)).map_err(
            |error| match error {
                ::rsa::Error::MessageTooLong => KeyError::RsaTooSmall { bits: self.bits() },
                _ => KeyError::Signing,
            },
        )
    }

    /// `None` for keys and hashes ring does not take: other lengths, e = 3, SHA-1, and what it finds unusual.
    fn sign_with_ring(&self, hash: Hash, message: &[u8]) -> Result<Option<Vec<u8>>, KeyError> {
        let padding: &dyn ring_signature::RsaEncoding = match hash {
            Hash::Sha1 => return Ok(None),
            Hash::Sha256 => &ring_signature::RSA_PKCS1_SHA256,
            Hash::Sha384 => &ring_signature::RSA_PKCS1_SHA384,
            Hash::Sha512 => &ring_signature::RSA_PKCS1_SHA512,
        };
        let Ok(pair) = ring_signature::RsaKeyPair::from_der(&self.pkcs1) else {
            return Ok(None);
        };
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(padding, SystemRng::new().ring(), message, &mut signature)
            .map_err(|_| KeyError::Signing)?;
        Ok(Some(signature))
    }

    fn bits(&self) -> u32 {
        self.key.n().bit_width_vartime()
    }
}

/// The modulus length in bits of an `RSAPublicKey`.
pub(super) fn public_bits(der: &[u8]) -> Result<u32, KeyError> {
    let key = public_parts(der)?;
    bit_length(key.modulus)
}

/// Verifies a PKCS#1 v1.5 signature (RFC 8017 section 8.2.2).
pub(super) fn verify(der: &[u8], hash: Hash, message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
    let parts = public_parts(der)?;
    check_length(parts.modulus)?;
    let key = ::rsa::PublicKey::new_with_size_limits(
        number(parts.modulus)?,
        number(parts.public_exponent)?,
        1..=MAX_BITS as usize,
    )
    .map_err(|_| KeyError::InvalidRsa { what: "public key out of range" })?;
    check_exponent(key.e())?;
    key.verify(padding(hash), &digest(hash, message), signature).map_err(|_| KeyError::BadSignature)
}

/// What verifies RSASSA-PSS (RFC 8017 section 8.1.2) with MGF1 of the same hash and a salt as long as it.
pub(super) fn pss(hash: Hash, bits: u32) -> Result<&'static ring_signature::RsaParameters, KeyError> {
    if !(2048..=8192).contains(&bits) {
        return Err(KeyError::PssLength { bits });
    }
    match hash {
        Hash::Sha1 => Err(KeyError::UnsupportedSignature { oid: RSA_PSS }),
        Hash::Sha256 => Ok(&ring_signature::RSA_PSS_2048_8192_SHA256),
        Hash::Sha384 => Ok(&ring_signature::RSA_PSS_2048_8192_SHA384),
        Hash::Sha512 => Ok(&ring_signature::RSA_PSS_2048_8192_SHA512),
    }
}

/// Hashes a message.
pub(super) fn digest(hash: Hash, message: &[u8]) -> Vec<u8> {
    match hash {
        Hash::Sha1 => Sha1::digest(message).to_vec(),
        Hash::Sha256 => Sha256::digest(message).to_vec(),
        Hash::Sha384 => Sha384::digest(message).to_vec(),
        Hash::Sha512 => Sha512::digest(message).to_vec(),
    }
}

fn padding(hash: Hash) -> Pkcs1v15Sign {
    match hash {
        Hash::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
        Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    }
}

fn public_parts(der: &[u8]) -> Result<RsaPublicKey<UintRef<'_>>, KeyError> {
    RsaPublicKey::from_der(der).map_err(|_| KeyError::Malformed { what: "RSA public key" })
}

/// What Go refuses beyond numbers that do not belong together.
fn check_safety(key: &::rsa::PrivateKey) -> Result<(), KeyError> {
    check_exponent(key.e())?;
    let half = key.n().bit_width_vartime() / 2;
    if key.d().bit_width() <= half {
        return Err(KeyError::InvalidRsa { what: "private exponent too small" });
    }
    let [p, q] = key.primes() else {
        return Err(KeyError::MultiPrime);
    };
    let distance =
        if p.as_ref() > q.as_ref() { p.wrapping_sub(q.as_ref()) } else { q.wrapping_sub(p.as_ref()) };
    // Primes this close are found by Fermat's factorization (FIPS 186-5 appendix A.1.1: more than 2^(nlen/2-100)).
    if distance.bit_width() <= half.saturating_sub(100) {
        return Err(KeyError::InvalidRsa { what: "primes too close to each other" });
    }
    Ok(())
}

fn check_exponent(exponent: &BoxedUint) -> Result<(), KeyError> {
    if *exponent > BoxedUint::from(MAX_EXPONENT) {
        return Err(KeyError::InvalidRsa { what: "public exponent above 2^31 - 1" });
    }
    Ok(())
}

fn check_length(modulus: UintRef<'_>) -> Result<(), KeyError> {
    let bits = bit_length(modulus)?;
    if bits > MAX_BITS { Err(KeyError::RsaTooLarge { bits, limit: MAX_BITS }) } else { Ok(()) }
}

/// The length of a positive number.
fn bit_length(number: UintRef<'_>) -> Result<u32, KeyError> {
    match u32::try_from(asn1::bit_length(number.as_bytes())) {
        Ok(bits) if bits > 0 => Ok(bits),
        _ => Err(KeyError::Malformed { what: "RSA modulus" }),
    }
}

fn number(octets: UintRef<'_>) -> Result<BoxedUint, KeyError> {
    let octets = octets.as_bytes();
    let bits = u32::try_from(octets.len()).map_or(u32::MAX, |length| length.saturating_mul(8));
    BoxedUint::from_be_slice(octets, bits).map_err(|_| KeyError::Malformed { what: "RSA public key" })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{der, patched, read};
    use super::super::{KeyError, PrivateKey};
    use super::*;
    use crate::vocab::algorithm::SignatureAlgorithm;

    const P: &str = "e936e51079ba09c2f63c6e930cade158199c0c1028df43bf84e85430fe355b1f";
    /// The next prime but about 2^100.
    const Q_NEAR_P: &str = "e936e51079ba09c2f63c6e930cade158199c0c2028df43bf84e85430fe355ca9";
    const Q: &str = "d877bdaa601ac40acb5ceb9a7e6062c8f843035f8a28d2ec1dc9bbe384162a63";

    fn key_of(p: &str, q: &str, exponent: u64) -> Result<PrivateKey, KeyError> {
        let prime = |hex: &str| BoxedUint::from_be_hex(hex, 256).unwrap();
        let key = ::rsa::PrivateKey::from_p_q(prime(p), prime(q), exponent.into()).unwrap();
        PrivateKey::from_der(key.to_pkcs1_der().unwrap().as_bytes())
    }

    #[test]
    fn unsafe_numbers_are_refused_as_go_does() {
        assert!(key_of(P, Q, 65537).is_ok());
        let text = |result: Result<PrivateKey, KeyError>| result.unwrap_err().to_string();
        assert_eq!(text(key_of(P, Q_NEAR_P, 65537)), "invalid RSA key: primes too close to each other");
        let large = text(key_of(P, Q, (1 << 31) + 11));
        assert_eq!(large, "invalid RSA key: public exponent above 2^31 - 1");
    }

    #[test]
    fn numbers_that_do_not_belong_together_are_refused() {
        let der = der("rsa2048-pkcs1");
        // 65537 becomes 65539.
        let changed = patched(&der, &[2, 3, 1, 0, 1], &[2, 3, 1, 0, 3]);
        let error = PrivateKey::from_der(&changed).unwrap_err();
        assert_eq!(
            error.to_string(),
            "invalid RSA key: its numbers do not belong together, or its primes differ in length"
        );
        assert_eq!(error.hint().as_deref(), Some("generate a new RSA key with two primes"));
    }

    #[test]
    fn wrong_crt_values_are_recomputed() {
        let mut changed = der("rsa2048-pkcs1");
        *changed.last_mut().unwrap() ^= 2;
        let key = PrivateKey::from_der(&changed).unwrap();
        assert_eq!(key.to_pem(), read("rsa2048-pkcs1").unwrap().to_pem());
    }

    #[test]
    fn the_hash_grows_with_the_modulus() {
        for (name, hash) in [
            ("rsa512", Hash::Sha1),
            ("rsa1024", Hash::Sha1),
            ("rsa2047", Hash::Sha1),
            ("rsa2048-pkcs1", Hash::Sha256),
            ("rsa3072", Hash::Sha384),
            ("rsa4096", Hash::Sha512),
        ] {
            assert_eq!(read(name).unwrap().signature_algorithm(), SignatureAlgorithm::Rsa(hash), "{name}");
        }
    }

    #[test]
    fn a_key_too_small_for_its_hash_says_so() {
        let key = read("rsa512").unwrap();
        let error = key.sign(SignatureAlgorithm::Rsa(Hash::Sha512), b"message").unwrap_err();
        assert_eq!(error.to_string(), "RSA key of 512 bits is too small to sign with this hash");
    }

    #[test]
    fn a_huge_modulus_is_refused_before_any_arithmetic() {
        let modulus = vec![0xff; 2049];
        let key = RsaPublicKey {
            modulus: UintRef::new(&modulus).unwrap(),
            public_exponent: UintRef::new(&[1, 0, 1]).unwrap(),
        };
        let der = der::Encode::to_der(&key).unwrap();
        let error = verify(&der, Hash::Sha256, b"message", &modulus).unwrap_err();
        assert_eq!(error.to_string(), "RSA modulus of 16392 bits, at most 16384 allowed");
    }

    #[test]
    fn bits_are_counted_from_the_highest() {
        let bits = |octets: &[u8]| bit_length(UintRef::new(octets).unwrap()).ok();
        assert_eq!([bits(&[0]), bits(&[1]), bits(&[0xff]), bits(&[1, 0])], [None, Some(1), Some(8), Some(9)]);
    }
}
