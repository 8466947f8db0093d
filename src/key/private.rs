//! Private keys.

use std::fmt;

use ring::signature::{self as ring_signature, Ed25519KeyPair, KeyPair};
use zeroize::Zeroizing;

use super::ecdsa::EcSecret;
use super::encryption::Password;
use super::error::KeyError;
use super::public::PublicKey;
use super::random::SystemRng;
use super::rsa::RsaSecret;
use super::{read, rsa_generate, write};
use crate::vocab::algorithm::{Curve, KeySpec, SignatureAlgorithm};
use crate::vocab::pem;

/// A private key we can sign with. Its secrets are wiped from memory when it is dropped.
pub struct PrivateKey {
    secret: Secret,
    public: PublicKey,
    traditional: Zeroizing<Vec<u8>>,
    pkcs8: Zeroizing<Vec<u8>>,
}

/// The secret numbers, by algorithm.
pub(super) enum Secret {
    Rsa(Box<RsaSecret>),
    Ecdsa(EcSecret),
    /// The 32 octets of RFC 8032 section 5.1.5.
    Ed25519(Zeroizing<[u8; 32]>),
}

impl PrivateKey {
    /// Generates a key from the operating system's randomness.
    pub fn generate(spec: KeySpec) -> Result<Self, KeyError> {
        let secret = match spec {
            KeySpec::Rsa(bits) => Secret::Rsa(Box::new(RsaSecret::new(rsa_generate::generate(bits)?)?)),
            KeySpec::Ecdsa(curve) => generate_ecdsa(curve)?,
            KeySpec::Ed25519 => {
                let pkcs8 = Ed25519KeyPair::generate_pkcs8(SystemRng::new().ring());
                read::from_der(&Zeroizing::new(pkcs8.map_err(|_| KeyError::Generation)?.as_ref().to_vec()))?
            }
        };
        Self::from_secret(secret)
    }

    /// Reads the first PEM block that is not `EC PARAMETERS`, whatever its label: PKCS#8, PKCS#1 or SEC1, plain
    /// or encrypted. A password for a key that is not encrypted is ignored.
    ///
    /// An embedded public key is ignored and recomputed, as Go does it.
    pub fn from_pem(pem: &[u8], password: Option<&Password>) -> Result<Self, KeyError> {
        Self::from_secret(read::from_pem(pem, password)?)
    }

    /// Reads DER: PKCS#8, PKCS#1 or SEC1, not encrypted.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_secret(read::from_der(der)?)
    }

    /// The key as cfssl writes it: `RSA PRIVATE KEY` (PKCS#1), `EC PRIVATE KEY` (SEC1 with curve and public key),
    /// or `PRIVATE KEY` (PKCS#8) for Ed25519.
    pub fn to_pem(&self) -> Zeroizing<String> {
        let label = match self.secret {
            Secret::Rsa(_) => "RSA PRIVATE KEY",
            Secret::Ecdsa(_) => "EC PRIVATE KEY",
            Secret::Ed25519(_) => "PRIVATE KEY",
        };
        Zeroizing::new(pem::encode(label, &self.traditional))
    }

    /// The key as PKCS#8 version 1 (RFC 5958).
    pub fn to_pkcs8_der(&self) -> Zeroizing<Vec<u8>> {
        self.pkcs8.clone()
    }

    /// The public half.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The algorithm this key signs certificates and requests with: by modulus length or curve, as cfssl chooses.
    pub fn signature_algorithm(&self) -> SignatureAlgorithm {
        match &self.secret {
            Secret::Rsa(rsa) => SignatureAlgorithm::Rsa(rsa.preferred_hash()),
            Secret::Ecdsa(ec) => SignatureAlgorithm::Ecdsa(ec.preferred_hash()),
            Secret::Ed25519(_) => SignatureAlgorithm::Ed25519,
        }
    }

    /// Signs a message (hashed here). ECDSA gives the DER `ECDSA-Sig-Value` (RFC 3279 section 2.2.3).
    pub fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match (&self.secret, algorithm) {
            (Secret::Rsa(rsa), SignatureAlgorithm::Rsa(hash)) => rsa.sign(hash, message),
            (Secret::Ecdsa(ec), SignatureAlgorithm::Ecdsa(hash)) => {
                ec.sign(hash, message, self.public.key_bits())
            }
            (Secret::Ed25519(seed), SignatureAlgorithm::Ed25519) => {
                Ok(ed25519_pair(seed)?.sign(message).as_ref().to_vec())
            }
            _ => Err(KeyError::AlgorithmMismatch { algorithm: algorithm.go_name() }),
        }
    }

    fn from_secret(secret: Secret) -> Result<Self, KeyError> {
        let public = match &secret {
            Secret::Rsa(rsa) => PublicKey::rsa(&rsa.public_der()?)?,
            Secret::Ecdsa(ec) => PublicKey::ecdsa(ec.curve(), &ec.public_point()?)?,
            Secret::Ed25519(seed) => PublicKey::ed25519(ed25519_pair(seed)?.public_key().as_ref())?,
        };
        let traditional = write::traditional(&secret, public.key_bits())?;
        let pkcs8 = write::pkcs8(&secret, public.key_bits())?;
        Ok(Self { secret, public, traditional, pkcs8 })
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").field("kind", &self.public.kind()).finish_non_exhaustive()
    }
}

fn generate_ecdsa(curve: Curve) -> Result<Secret, KeyError> {
    let algorithm = match curve {
        Curve::P256 => &ring_signature::ECDSA_P256_SHA256_ASN1_SIGNING,
        Curve::P384 => &ring_signature::ECDSA_P384_SHA384_ASN1_SIGNING,
        Curve::P521 => return EcSecret::generate_p521().map(Secret::Ecdsa),
    };
    let pkcs8 = ring_signature::EcdsaKeyPair::generate_pkcs8(algorithm, SystemRng::new().ring());
    read::from_der(&Zeroizing::new(pkcs8.map_err(|_| KeyError::Generation)?.as_ref().to_vec()))
}

fn ed25519_pair(seed: &[u8; 32]) -> Result<Ed25519KeyPair, KeyError> {
    Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyError::Malformed { what: "Ed25519 private key" })
}
