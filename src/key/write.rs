//! Private keys to DER.

use der::asn1::{AnyRef, OctetStringRef};
use der::{Encode, Tag, TagNumber};
use pkcs8::PrivateKeyInfoRef;
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::ecdsa::EcSecret;
use super::error::KeyError;
use super::public::{EC_PUBLIC_KEY, ED25519_KEY, RSA_ENCRYPTION};
use super::secret::Secret;
use crate::vocab::asn1;

/// More than a key on the largest curve takes, P-521: nothing of it is copied to a larger place and left behind.
const LARGEST_EC_KEY: usize = 256;

/// PKCS#1, SEC1 with curve and public key, or (Ed25519) PKCS#8.
pub(super) fn traditional(secret: &Secret) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    match secret {
        Secret::Rsa(rsa) => Ok(Zeroizing::new(rsa.pkcs1().to_vec())),
        Secret::Ecdsa(ec) => {
            let mut der = Zeroizing::new(Vec::with_capacity(LARGEST_EC_KEY));
            write_sec1(&mut der, ec, true);
            Ok(der)
        }
        Secret::Ed25519(_) => pkcs8(secret),
    }
}

/// PKCS#8 version 1.
pub(super) fn pkcs8(secret: &Secret) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    match secret {
        Secret::Rsa(rsa) => wrap(RSA_ENCRYPTION, Some(AnyRef::NULL), rsa.pkcs1()),
        // The curve stands in the AlgorithmIdentifier and is not repeated.
        Secret::Ecdsa(ec) => {
            let mut der = Zeroizing::new(Vec::with_capacity(LARGEST_EC_KEY));
            asn1::write(&mut der, Tag::Sequence, |out| {
                asn1::write_octets(out, Tag::Integer, &[0]);
                asn1::write_algorithm(out, &EC_PUBLIC_KEY, Some(&ec.curve().oid()));
                asn1::write(out, Tag::OctetString, |out| write_sec1(out, ec, false));
            });
            Ok(der)
        }
        Secret::Ed25519(seed) => {
            let key = OctetStringRef::new(seed.as_slice()).and_then(|octets| octets.to_der());
            wrap(ED25519_KEY, None, &encoded(key)?)
        }
    }
}

/// Writes an `ECPrivateKey` (RFC 5915 section 3).
fn write_sec1(out: &mut Vec<u8>, ec: &EcSecret, with_curve: bool) {
    let tagged = |number| Tag::ContextSpecific { constructed: true, number: TagNumber(number) };
    asn1::write(out, Tag::Sequence, |out| {
        asn1::write_octets(out, Tag::Integer, &[1]);
        asn1::write_octets(out, Tag::OctetString, ec.scalar());
        if with_curve {
            let curve = ec.curve().oid();
            asn1::write(out, tagged(0), |out| {
                asn1::write_octets(out, Tag::ObjectIdentifier, curve.as_bytes());
            });
        }
        asn1::write(out, tagged(1), |out| asn1::write_bit_string(out, ec.point()));
    });
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
