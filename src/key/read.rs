//! Private keys from PEM and DER.

use const_oid::ObjectIdentifier;
use der::asn1::{AnyRef, ContextSpecific, OctetStringRef};
use der::{Decode, SliceReader, Tag, TagNumber, Tagged};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::ecdsa::EcSecret;
use super::encryption::{self, Password};
use super::error::KeyError;
use super::private::Secret;
use super::public::{EC_PUBLIC_KEY, ED25519_KEY, RSA_ENCRYPTION};
use super::rsa::RsaSecret;
use crate::vocab::algorithm::Curve;
use crate::vocab::pem::{self, PemBlock};

/// Reads the first PEM block that is not `EC PARAMETERS` (OpenSSL writes one before the key).
pub(super) fn from_pem(input: &[u8], password: Option<&Password>) -> Result<Secret, KeyError> {
    let block = first_key_block(input)?;
    let header = encryption::LegacyHeader::find(block.headers());
    let contents = block.into_contents();
    if let Some(header) = header {
        let password = password.ok_or(KeyError::Encrypted)?;
        return from_decrypted(&header.decrypt(&contents, password)?);
    }
    match Structure::of(&contents)? {
        Structure::Encrypted => {
            let password = password.ok_or(KeyError::Encrypted)?;
            from_decrypted(&encryption::decrypt_pkcs8(&contents, password)?)
        }
        _ => from_der(&contents),
    }
}

/// Reads PKCS#8, PKCS#1 or SEC1, told apart by their first elements. What follows the outer structure is ignored,
/// as Go does, except in PKCS#1.
pub(super) fn from_der(der: &[u8]) -> Result<Secret, KeyError> {
    match Structure::of(der)? {
        Structure::Pkcs8 => from_pkcs8(der),
        Structure::Pkcs1 => from_pkcs1(der),
        Structure::Sec1 => from_sec1(der, None),
        Structure::Encrypted => Err(KeyError::Encrypted),
    }
}

/// A wrong password passes the check of the padding once in 256 times; what it yields is then no structure.
fn from_decrypted(der: &[u8]) -> Result<Secret, KeyError> {
    match Structure::of(der) {
        Ok(_) => from_der(der),
        Err(_) => Err(KeyError::WrongPassword),
    }
}

fn first_key_block(mut input: &[u8]) -> Result<PemBlock, KeyError> {
    loop {
        let (block, rest) = pem::decode(input).ok_or(KeyError::NoPem)?;
        if block.label() != "EC PARAMETERS" {
            return Ok(block);
        }
        input = rest;
    }
}

/// The structures a private key comes in.
enum Structure {
    /// `PrivateKeyInfo` (RFC 5208) or `OneAsymmetricKey` (RFC 5958): INTEGER, SEQUENCE.
    Pkcs8,
    /// `RSAPrivateKey` (RFC 8017): INTEGER, INTEGER.
    Pkcs1,
    /// `ECPrivateKey` (RFC 5915): INTEGER, OCTET STRING.
    Sec1,
    /// `EncryptedPrivateKeyInfo` (RFC 5958): SEQUENCE, OCTET STRING.
    Encrypted,
}

impl Structure {
    fn of(der: &[u8]) -> Result<Self, KeyError> {
        let unknown = || KeyError::Malformed { what: "private key: not PKCS#8, PKCS#1 or SEC1" };
        let mut elements = elements_of(der, "private key: not PKCS#8, PKCS#1 or SEC1")?;
        let first = AnyRef::decode(&mut elements).map_err(|_| unknown())?;
        let second = AnyRef::decode(&mut elements).map_err(|_| unknown())?;
        match (first.tag(), second.tag()) {
            (Tag::Integer, Tag::Sequence) => Ok(Self::Pkcs8),
            (Tag::Integer, Tag::Integer) => Ok(Self::Pkcs1),
            (Tag::Integer, Tag::OctetString) => Ok(Self::Sec1),
            (Tag::Sequence, Tag::OctetString) => Ok(Self::Encrypted),
            _ => Err(unknown()),
        }
    }
}

fn from_pkcs8(der: &[u8]) -> Result<Secret, KeyError> {
    let malformed = |_| KeyError::Malformed { what: "PKCS#8 private key" };
    let mut elements = elements_of(der, "PKCS#8 private key")?;
    AnyRef::decode(&mut elements).map_err(malformed)?;
    let algorithm = AlgorithmIdentifierRef::decode(&mut elements).map_err(malformed)?;
    let key = <&OctetStringRef>::decode(&mut elements).map_err(malformed)?.as_bytes();
    // Attributes and a public key may follow; neither is of use here.
    match algorithm.oid {
        RSA_ENCRYPTION => from_pkcs1(key),
        EC_PUBLIC_KEY => from_sec1(key, algorithm.parameters_oid().ok()),
        ED25519_KEY if algorithm.parameters.is_some() => {
            Err(KeyError::Malformed { what: "Ed25519 private key: parameters present" })
        }
        ED25519_KEY => ed25519_seed(key).map(Secret::Ed25519),
        oid => Err(KeyError::UnsupportedAlgorithm { oid }),
    }
}

fn from_pkcs1(der: &[u8]) -> Result<Secret, KeyError> {
    RsaSecret::from_pkcs1(der).map(|key| Secret::Rsa(Box::new(key)))
}

/// Reads an `ECPrivateKey`; the curve of a surrounding PKCS#8 goes before its own.
fn from_sec1(der: &[u8], outer_curve: Option<ObjectIdentifier>) -> Result<Secret, KeyError> {
    let malformed = |_| KeyError::Malformed { what: "EC private key" };
    let mut elements = elements_of(der, "EC private key")?;
    if u64::decode(&mut elements).map_err(malformed)? != 1 {
        return Err(KeyError::Malformed { what: "EC private key: version is not 1" });
    }
    let scalar = <&OctetStringRef>::decode(&mut elements).map_err(malformed)?.as_bytes();
    let curve = match outer_curve {
        Some(oid) => oid,
        None => {
            ContextSpecific::<ObjectIdentifier>::decode_explicit(&mut elements, TagNumber(0))
                .map_err(|_| KeyError::Malformed {
                    what: "EC private key: no named curve in its parameters",
                })?
                .ok_or(KeyError::Malformed { what: "EC private key: no curve named" })?
                .value
        }
    };
    let curve = Curve::from_oid(curve).ok_or(KeyError::UnsupportedCurve { oid: curve })?;
    EcSecret::new(curve, scalar).map(Secret::Ecdsa)
}

/// RFC 8410 section 7: the private key is an OCTET STRING inside the OCTET STRING.
fn ed25519_seed(der: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let malformed = || KeyError::Malformed { what: "Ed25519 private key" };
    let seed = <&OctetStringRef>::from_der(der).map_err(|_| malformed())?.as_bytes();
    Ok(Zeroizing::new(seed.try_into().map_err(|_| malformed())?))
}

/// A reader of the outer SEQUENCE's elements.
fn elements_of<'a>(der: &'a [u8], what: &'static str) -> Result<SliceReader<'a>, KeyError> {
    let malformed = |_| KeyError::Malformed { what };
    let mut reader = SliceReader::new(der).map_err(malformed)?;
    let outer = AnyRef::decode(&mut reader).map_err(malformed)?;
    if outer.tag() != Tag::Sequence {
        return Err(KeyError::Malformed { what });
    }
    SliceReader::new(outer.value()).map_err(malformed)
}
