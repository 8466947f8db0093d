//! Private keys.

use std::fmt;

use ring::signature::{self as ring_signature, Ed25519KeyPair, KeyPair};
use zeroize::Zeroizing;

use super::ecdsa::EcSecret;
use super::encryption::{self, Password};
use super::error::KeyError;
use super::public::PublicKey;
use super::random::SystemRng;
use super::rsa::RsaSecret;
use super::secret::Secret;
use super::{read, rsa_generate, write};
use crate::vocab::algorithm::{Curve, KeySpec, SignatureAlgorithm};
use crate::vocab::pem;

/// A private key we can sign with. Its secrets are wiped from memory when it is dropped.
pub struct PrivateKey {
    secret: Secret,
    public: PublicKey,
}

impl PrivateKey {
    /// Generates a key from the operating system's randomness.
    pub fn generate(spec: KeySpec) -> Result<Self, KeyError> {
        let secret = match spec {
            KeySpec::Rsa(bits) => Secret::Rsa(Box::new(RsaSecret::new(
                rsa_generate::generate(bits).map_err(|_| KeyError::Generation)?,
            )?)),
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

    /// Reads a key as [`Self::from_pem`] does, and refuses one whose public key or CRT values are not its own: other
    /// programs take them from the file.
    pub fn from_consistent_pem(pem: &[u8], password: Option<&Password>) -> Result<Self, KeyError> {
        Self::from_secret(read::from_consistent_pem(pem, password)?)
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
        Zeroizing::new(pem::encode(label, &write::traditional(&self.secret)))
    }

    /// The key as PKCS#8 version 1 (RFC 5958).
    pub fn to_pkcs8_der(&self) -> Zeroizing<Vec<u8>> {
        write::pkcs8(&self.secret)
    }

    /// The key as PKCS#8, encrypted with a password (`ENCRYPTED PRIVATE KEY`): PBES2 with PBKDF2-HMAC-SHA256 and
    /// AES-256-CBC.
    ///
    /// # Errors
    /// The system gave no randomness.
    pub fn to_encrypted_pem(&self, password: &Password) -> Result<String, KeyError> {
        let encrypted = encryption::encrypt_pkcs8(&self.to_pkcs8_der(), password)?;
        Ok(pem::encode("ENCRYPTED PRIVATE KEY", &encrypted))
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
            (Secret::Ecdsa(ec), SignatureAlgorithm::Ecdsa(hash)) => ec.sign(hash, message),
            (Secret::Ed25519(seed), SignatureAlgorithm::Ed25519) => {
                Ok(ed25519_pair(seed)?.sign(message).as_ref().to_vec())
            }
            _ => Err(KeyError::AlgorithmMismatch { algorithm: algorithm.go_name() }),
        }
    }

    fn from_secret(secret: Secret) -> Result<Self, KeyError> {
        let public = match &secret {
            Secret::Rsa(rsa) => PublicKey::rsa(&rsa.public_der()?)?,
            Secret::Ecdsa(ec) => PublicKey::ecdsa(ec.curve(), ec.point()),
            Secret::Ed25519(seed) => PublicKey::ed25519(ed25519_pair(seed)?.public_key().as_ref())?,
        };
        Ok(Self { secret, public })
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
        Curve::P521 => return EcSecret::generate_p521().map(|key| Secret::Ecdsa(Box::new(key))),
    };
    let pkcs8 = ring_signature::EcdsaKeyPair::generate_pkcs8(algorithm, SystemRng::new().ring());
    let pkcs8 = Zeroizing::new(pkcs8.map_err(|_| KeyError::Generation)?.as_ref().to_vec());
    EcSecret::from_ring(curve, &pkcs8).map(|key| Secret::Ecdsa(Box::new(key)))
}

fn ed25519_pair(seed: &[u8; 32]) -> Result<Ed25519KeyPair, KeyError> {
    Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyError::Malformed { what: "Ed25519 private key" })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scratch, fixture, read};
    use super::*;
    use crate::vocab::algorithm::{Hash, RsaBits};

    const HASHES: [(Hash, &str); 4] =
        [(Hash::Sha1, "sha1"), (Hash::Sha256, "sha256"), (Hash::Sha384, "sha384"), (Hash::Sha512, "sha512")];
    const RSA: [&str; 8] =
        ["rsa768", "rsa1024", "rsa1025", "rsa2047", "rsa2048-pkcs1", "rsa2048-e3", "rsa3072", "rsa4096"];
    const ECDSA: [&str; 3] = ["p256-sec1", "secp384r1", "secp521r1"];

    #[test]
    fn generated_keys_survive_pem_and_pkcs8_and_verify_what_they_sign() {
        let rsa = KeySpec::Rsa(RsaBits::new(2048).unwrap());
        let specs = Curve::ALL.map(KeySpec::Ecdsa).into_iter().chain([KeySpec::Ed25519, rsa]);
        for spec in specs {
            let key = PrivateKey::generate(spec).unwrap();
            let from_pem = PrivateKey::from_pem(key.to_pem().as_bytes(), None).unwrap();
            let from_pkcs8 = PrivateKey::from_der(&key.to_pkcs8_der()).unwrap();
            assert_eq!(from_pem.public_key(), key.public_key(), "{spec:?}");
            assert_eq!(from_pkcs8.to_pem(), key.to_pem(), "{spec:?}");

            let algorithm = key.signature_algorithm();
            let signature = from_pem.sign(algorithm, b"message").unwrap();
            key.public_key().verify(algorithm, b"message", &signature).unwrap();
            let error = key.public_key().verify(algorithm, b"massage", &signature).unwrap_err();
            assert!(matches!(error, KeyError::BadSignature), "{spec:?}: {error:?}");
        }
    }

    #[test]
    fn an_encrypted_key_opens_with_its_password_alone() {
        let key = read("p256-sec1").unwrap();
        let password = |text: &str| Password::new(text.into());
        let encrypted = key.to_encrypted_pem(&password("secret")).unwrap();
        let again = PrivateKey::from_pem(encrypted.as_bytes(), Some(&password("secret"))).unwrap();
        assert_eq!(again.to_pkcs8_der(), key.to_pkcs8_der());
        let refused =
            |password: Option<&Password>| PrivateKey::from_pem(encrypted.as_bytes(), password).unwrap_err();
        assert_eq!(refused(Some(&password("Secret"))), KeyError::WrongPassword);
        assert_eq!(refused(None), KeyError::Encrypted);
        assert_ne!(key.to_encrypted_pem(&password("secret")).unwrap(), encrypted, "salt and IV are new");
    }

    #[test]
    fn two_generated_keys_differ() {
        for spec in Curve::ALL.map(KeySpec::Ecdsa).into_iter().chain([KeySpec::Ed25519]) {
            let key = || PrivateKey::generate(spec).unwrap();
            assert_ne!(key().public_key(), key().public_key(), "{spec:?}");
        }
    }

    #[test]
    fn our_pem_is_openssls_to_the_byte() {
        for name in ["rsa2048-pkcs1", "rsa1025", "p256-sec1", "secp384r1", "secp521r1", "ed25519-v1"] {
            let expected = String::from_utf8(fixture(name)).unwrap();
            assert_eq!(*read(name).unwrap().to_pem(), expected, "{name}");
        }
    }

    #[test]
    fn our_pkcs8_is_openssls_to_the_byte() {
        let scratch = Scratch::new();
        for name in ["rsa2048-pkcs1", "p256-sec1", "secp521r1", "ed25519-v1"] {
            scratch.write("key", &fixture(name));
            let expected = scratch.openssl("pkcs8 -topk8 -nocrypt -in key -outform DER").stdout;
            assert_eq!(*read(name).unwrap().to_pkcs8_der(), expected, "{name}");
        }
    }

    #[test]
    fn openssl_verifies_our_signatures_and_we_verify_openssls() {
        let rsa = RSA.map(|name| (name, SignatureAlgorithm::Rsa as fn(Hash) -> SignatureAlgorithm));
        let ecdsa = ECDSA.map(|name| (name, SignatureAlgorithm::Ecdsa as fn(Hash) -> SignatureAlgorithm));
        for (name, algorithm) in rsa.into_iter().chain(ecdsa) {
            let key = read(name).unwrap();
            let scratch = Scratch::new();
            scratch.write("key", &fixture(name));
            scratch.write("message", b"message");
            scratch.openssl("pkey -in key -pubout -out public");
            // 768 bits do not hold a SHA-512 DigestInfo and its padding.
            for (hash, option) in HASHES.iter().take(if name == "rsa768" { 3 } else { 4 }) {
                let algorithm = algorithm(*hash);
                scratch.write("ours", &key.sign(algorithm, b"message").unwrap());
                scratch.openssl(&format!("dgst -{option} -verify public -signature ours message"));
                scratch.openssl(&format!("dgst -{option} -sign key -out theirs message"));
                check_verification(key.public_key(), algorithm, &scratch.read("theirs"));
            }
        }
    }

    #[test]
    fn openssl_and_we_agree_on_ed25519_and_p224() {
        let scratch = Scratch::new();
        scratch.write("message", b"message");
        scratch.write("key", &fixture("ed25519-v1"));
        let key = read("ed25519-v1").unwrap();
        scratch.write("ours", &key.sign(SignatureAlgorithm::Ed25519, b"message").unwrap());
        scratch.openssl("pkeyutl -verify -inkey key -rawin -in message -sigfile ours");
        scratch.openssl("pkeyutl -sign -inkey key -rawin -in message -out theirs");
        check_verification(key.public_key(), SignatureAlgorithm::Ed25519, &scratch.read("theirs"));

        scratch.write("key", &fixture("secp224r1"));
        let spki = scratch.openssl("pkey -in key -pubout -outform DER").stdout;
        let public = PublicKey::from_spki_der(&spki).unwrap();
        for (hash, option) in HASHES {
            scratch.openssl(&format!("dgst -{option} -sign key -out theirs message"));
            check_verification(&public, SignatureAlgorithm::Ecdsa(hash), &scratch.read("theirs"));
        }
    }

    /// The signature is good; over another message, of another hash, damaged or lengthened it is not.
    fn check_verification(key: &PublicKey, algorithm: SignatureAlgorithm, signature: &[u8]) {
        key.verify(algorithm, b"message", signature).unwrap();
        let refused = |algorithm, message: &[u8], signature: &[u8]| {
            let error = key.verify(algorithm, message, signature).unwrap_err();
            assert_eq!(error.to_string(), "signature does not verify");
        };
        refused(algorithm, b"massage", signature);
        refused(algorithm, b"message", &[signature, &[0]].concat());
        refused(algorithm, b"message", &[&[0], signature].concat());
        refused(algorithm, b"message", &signature[..signature.len() - 1]);
        refused(algorithm, b"message", &[]);
        let mut damaged = signature.to_vec();
        *damaged.last_mut().unwrap() ^= 1;
        refused(algorithm, b"message", &damaged);
        let other = |hash| if hash == Hash::Sha1 { Hash::Sha256 } else { Hash::Sha1 };
        match algorithm {
            SignatureAlgorithm::Rsa(hash) => {
                refused(SignatureAlgorithm::Rsa(other(hash)), b"message", signature)
            }
            SignatureAlgorithm::Ecdsa(hash) => {
                refused(SignatureAlgorithm::Ecdsa(other(hash)), b"message", signature);
            }
            SignatureAlgorithm::RsaPss(_) | SignatureAlgorithm::Ed25519 => {}
        }
    }

    #[test]
    fn the_algorithm_follows_the_curve() {
        let algorithm = |name| read(name).unwrap().signature_algorithm();
        assert_eq!(algorithm("p256-sec1"), SignatureAlgorithm::Ecdsa(Hash::Sha256));
        assert_eq!(algorithm("secp384r1"), SignatureAlgorithm::Ecdsa(Hash::Sha384));
        assert_eq!(algorithm("secp521r1"), SignatureAlgorithm::Ecdsa(Hash::Sha512));
        assert_eq!(algorithm("ed25519-v1"), SignatureAlgorithm::Ed25519);
    }

    #[test]
    fn signing_with_an_algorithm_of_another_key_is_refused() {
        let sign = |name, algorithm| read(name).unwrap().sign(algorithm, b"message").unwrap_err().to_string();
        let rsa = SignatureAlgorithm::Rsa(Hash::Sha256);
        let text = "signature algorithm SHA256WithRSA does not fit the key";
        assert_eq!([sign("p256-sec1", rsa), sign("ed25519-v1", rsa)], [text, text]);
        let text = "signature algorithm Ed25519 does not fit the key";
        assert_eq!(sign("rsa2048-pkcs1", SignatureAlgorithm::Ed25519), text);
    }

    #[test]
    fn debug_prints_the_kind_and_nothing_else() {
        let text = format!("{:?}", read("p256-sec1").unwrap());
        assert_eq!(text, "PrivateKey { kind: Ec(P256), .. }");
    }
}
