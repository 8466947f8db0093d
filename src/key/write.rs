//! Private keys to DER.

use der::Encode;
use der::asn1::{AnyRef, OctetStringRef};
use pkcs8::PrivateKeyInfoRef;
use sec1::{EcParameters, EcPrivateKey};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::ecdsa::EcSecret;
use super::error::KeyError;
use super::public::{EC_PUBLIC_KEY, ED25519_KEY, RSA_ENCRYPTION};
use super::secret::Secret;

/// PKCS#1, SEC1 with curve and public key, or (Ed25519) PKCS#8.
pub(super) fn traditional(secret: &Secret) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    match secret {
        Secret::Rsa(rsa) => Ok(Zeroizing::new(rsa.pkcs1().to_vec())),
        Secret::Ecdsa(ec) => sec1(ec, Some(EcParameters::NamedCurve(ec.curve().oid()))),
        Secret::Ed25519(_) => pkcs8(secret),
    }
}

/// PKCS#8 version 1.
pub(super) fn pkcs8(secret: &Secret) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    match secret {
        Secret::Rsa(rsa) => wrap(RSA_ENCRYPTION, Some(AnyRef::NULL), rsa.pkcs1()),
        // The curve stands in the AlgorithmIdentifier and is not repeated.
        Secret::Ecdsa(ec) => wrap(EC_PUBLIC_KEY, Some((&ec.curve().oid()).into()), &sec1(ec, None)?),
        Secret::Ed25519(seed) => {
            let key = OctetStringRef::new(seed.as_slice()).and_then(|octets| octets.to_der());
            wrap(ED25519_KEY, None, &encoded(key)?)
        }
    }
}

fn sec1(ec: &EcSecret, parameters: Option<EcParameters>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let key = EcPrivateKey { private_key: ec.scalar(), parameters, public_key: Some(ec.point()) };
    encoded(key.to_der())
}

fn wrap(
    oid: const_oid::ObjectIdentifier,
    parameters: Option<AnyRef<'_>>,
    key: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let key = OctetStringRef::new(key).map_err(|_| unencodable())?;
    encoded(PrivateKeyInfoRef::new(AlgorithmIdentifierRef { oid, parameters }, key).to_der())
}

fn encoded(der: der::Result<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    der.map(Zeroizing::new).map_err(|_| unencodable())
}

/// Only a key beyond DER's length limit comes here.
fn unencodable() -> KeyError {
    KeyError::Malformed { what: "private key: cannot be encoded" }
}
