//! Private keys to DER.

use der::{Tag, TagNumber};
use zeroize::Zeroizing;

use super::ecdsa::EcSecret;
use super::public::{EC_PUBLIC_KEY, ED25519_KEY, RSA_ENCRYPTION};
use super::secret::Secret;
use crate::vocab::asn1;

/// More than all around a key takes, or a key on the largest curve: nothing of it is copied to a larger place and left
/// behind.
const ROOM: usize = 256;

/// PKCS#1, SEC1 with curve and public key, or (Ed25519) PKCS#8.
pub(super) fn traditional(secret: &Secret) -> Zeroizing<Vec<u8>> {
    match secret {
        Secret::Rsa(rsa) => Zeroizing::new(rsa.pkcs1().to_vec()),
        Secret::Ecdsa(ec) => {
            let mut der = Zeroizing::new(Vec::with_capacity(ROOM));
            write_sec1(&mut der, ec, true);
            der
        }
        Secret::Ed25519(_) => pkcs8(secret),
    }
}

/// PKCS#8 version 1 (RFC 5958 section 2).
pub(super) fn pkcs8(secret: &Secret) -> Zeroizing<Vec<u8>> {
    let room = match secret {
        Secret::Rsa(rsa) => rsa.pkcs1().len() + ROOM,
        Secret::Ecdsa(_) | Secret::Ed25519(_) => ROOM,
    };
    let mut der = Zeroizing::new(Vec::with_capacity(room));
    asn1::write(&mut der, Tag::Sequence, |out| {
        asn1::write_octets(out, Tag::Integer, &[0]);
        match secret {
            Secret::Rsa(rsa) => {
                asn1::write(out, Tag::Sequence, |out| {
                    asn1::write_octets(out, Tag::ObjectIdentifier, RSA_ENCRYPTION.as_bytes());
                    asn1::write_octets(out, Tag::Null, &[]);
                });
                asn1::write_octets(out, Tag::OctetString, rsa.pkcs1());
            }
            // The curve stands in the AlgorithmIdentifier and is not repeated.
            Secret::Ecdsa(ec) => {
                asn1::write_algorithm(out, &EC_PUBLIC_KEY, Some(&ec.curve().oid()));
                asn1::write(out, Tag::OctetString, |out| write_sec1(out, ec, false));
            }
            Secret::Ed25519(seed) => {
                asn1::write_algorithm(out, &ED25519_KEY, None);
                asn1::write(out, Tag::OctetString, |out| {
                    asn1::write_octets(out, Tag::OctetString, seed.as_slice());
                });
            }
        }
    });
    der
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
