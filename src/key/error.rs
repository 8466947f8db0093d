//! What can go wrong with a key.

use const_oid::ObjectIdentifier;
use thiserror::Error;

/// Why a key could not be generated, read or used; one variant a cause.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The input holds no PEM block (besides `EC PARAMETERS`).
    #[error("no PEM block with a private key found")]
    NoPem,
    /// The DER is not the structure it should be.
    #[error("malformed {what}")]
    Malformed {
        /// The part that is wrong.
        what: &'static str,
    },
    /// The PEM block holds something else.
    #[error("the PEM block is a {0}")]
    WrongLabel(String),
    /// The key is encrypted and no password was given.
    #[error("private key is encrypted")]
    Encrypted,
    /// The password does not decrypt the key. The text is Go's, which cfssl prints.
    #[error("x509: decryption password incorrect")]
    WrongPassword,
    /// The key is encrypted in a way we cannot undo.
    #[error("unsupported private key encryption: {what}")]
    UnsupportedEncryption {
        /// The cipher, derivation or OID as the file names it.
        what: String,
    },
    /// Deriving the decryption key would cost more than we are willing to spend on a file.
    #[error("key derivation is too costly: {what} {found}, at most {limit} allowed")]
    DerivationTooCostly {
        /// Which cost parameter.
        what: &'static str,
        /// Its value in the file.
        found: u64,
        /// The largest value we accept.
        limit: u64,
    },
    /// A key of another algorithm than RSA, ECDSA or Ed25519.
    #[error("unsupported key algorithm {oid}")]
    UnsupportedAlgorithm {
        /// The AlgorithmIdentifier's OID.
        oid: ObjectIdentifier,
    },
    /// A signature algorithm we cannot verify.
    #[error("unsupported signature algorithm {oid}")]
    UnsupportedSignature {
        /// The AlgorithmIdentifier's OID.
        oid: ObjectIdentifier,
    },
    /// An elliptic curve we do not know.
    #[error("unsupported elliptic curve {oid}")]
    UnsupportedCurve {
        /// The namedCurve OID.
        oid: ObjectIdentifier,
    },
    /// An RSA key with more than two primes.
    #[error("RSA keys with more than two primes are not supported")]
    MultiPrime,
    /// An RSA modulus beyond what we compute with.
    #[error("RSA modulus of {bits} bits, at most {limit} allowed")]
    RsaTooLarge {
        /// The length of the modulus.
        bits: u32,
        /// The longest we accept.
        limit: u32,
    },
    /// An RSA modulus too short to hold the padded hash.
    #[error("RSA key of {bits} bits is too small to sign with this hash")]
    RsaTooSmall {
        /// The length of the modulus.
        bits: u32,
    },
    /// An RSA modulus of a length that we do not verify RSASSA-PSS with.
    #[error("RSASSA-PSS is verified with keys of 2048 to 8192 bits, not {bits}")]
    PssLength {
        /// The length of the modulus.
        bits: u32,
    },
    /// The numbers of an RSA key do not belong together, or are known to be unsafe.
    #[error("invalid RSA key: {what}")]
    InvalidRsa {
        /// Which check failed.
        what: &'static str,
    },
    /// A signature algorithm of another key type.
    #[error("signature algorithm {algorithm} does not fit the key")]
    AlgorithmMismatch {
        /// Go's name of the algorithm.
        algorithm: &'static str,
    },
    /// The signature is not by this key over this message.
    #[error("signature does not verify")]
    BadSignature,
    /// Signing failed, for want of randomness or by an internal check.
    #[error("signing failed")]
    Signing,
    /// Encrypting failed, for want of randomness.
    #[error("the private key cannot be encrypted")]
    Encryption,
    /// Generating failed, for want of randomness.
    #[error("key generation failed")]
    Generation,
}

impl KeyError {
    /// Whether it says that nobody can tell whose a signature is, where others say that it is another key's.
    pub fn is_unknown(&self) -> bool {
        !matches!(self, Self::BadSignature | Self::AlgorithmMismatch { .. } | Self::Malformed { .. })
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoPem => "a PEM file starts with a line like -----BEGIN PRIVATE KEY-----",
            Self::WrongLabel(_) => "a private key is expected here",
            Self::Encrypted => "give its password, or decrypt it with: openssl pkey -in KEY -out PLAIN",
            Self::UnsupportedEncryption { .. } | Self::DerivationTooCostly { .. } => {
                "convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY -out NEW"
            }
            Self::UnsupportedAlgorithm { .. } => "use an RSA, ECDSA or Ed25519 key",
            Self::UnsupportedSignature { .. } => {
                "sign with SHA-256, SHA-384 or SHA-512; RSASSA-PSS with the same hash in MGF1 and a salt as long as it"
            }
            Self::UnsupportedCurve { .. } => "use P-256, P-384 or P-521",
            Self::MultiPrime | Self::InvalidRsa { .. } => "generate a new RSA key with two primes",
            Self::RsaTooSmall { .. } => "use an RSA key of at least 2048 bits",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
