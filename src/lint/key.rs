//! The public key of a document.

use super::der::{self, Element, tag};
use crate::vocab::oid;

/// A SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) by its algorithm.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key<'a> {
    /// rsaEncryption (RFC 3279 section 2.3.1)
    Rsa {
        /// The algorithm's parameters.
        parameters: Option<Element<'a>>,
        /// The RSAPublicKey's bytes.
        sequence: &'a [u8],
        modulus: &'a [u8],
        exponent: &'a [u8],
    },
    /// id-ecPublicKey (RFC 5480 section 2.1.1)
    Ec { parameters: Option<Element<'a>>, point: &'a [u8] },
    /// Ed25519, Ed448 (RFC 8410 section 3)
    Edwards { parameters: Option<Element<'a>>, key: &'a [u8], ed448: bool },
    /// X25519, X448 (RFC 8410 section 3)
    Montgomery,
    /// Another, by its OID.
    Other(&'a [u8]),
    /// A key of a known algorithm that cannot be read.
    Malformed,
}

const RSA: &[u8] = oid::RSA_ENCRYPTION.as_bytes();
const EC: &[u8] = oid::EC_PUBLIC_KEY.as_bytes();
const X25519: &[u8] = oid::X25519.as_bytes();
const X448: &[u8] = oid::X448.as_bytes();
const ED25519: &[u8] = oid::ED25519.as_bytes();
const ED448: &[u8] = oid::ED448.as_bytes();

impl<'a> Key<'a> {
    /// Reads one; `None` is no SubjectPublicKeyInfo at all.
    pub(super) fn read(info: Element<'a>) -> Option<Self> {
        let mut parts = info.inner();
        let mut algorithm = parts.read(tag::SEQUENCE)?.inner();
        let (oid, parameters) = (algorithm.read(tag::OID)?.contents, algorithm.next());
        let (_, bits) = parts.read(tag::BIT_STRING)?.contents.split_first()?;
        if !algorithm.is_done() || !parts.is_done() {
            return None;
        }
        Some(match oid {
            RSA => Self::rsa(parameters, bits).unwrap_or(Self::Malformed),
            EC => Self::Ec { parameters, point: bits },
            ED25519 | ED448 => Self::Edwards { parameters, key: bits, ed448: oid == ED448 },
            X25519 | X448 => Self::Montgomery,
            _ => Self::Other(oid),
        })
    }

    fn rsa(parameters: Option<Element<'a>>, sequence: &'a [u8]) -> Option<Self> {
        let mut numbers = der::single_of(tag::SEQUENCE, sequence)?.inner();
        let modulus = numbers.read(tag::INTEGER)?.contents;
        let exponent = numbers.read(tag::INTEGER)?.contents;
        numbers.is_done().then_some(Self::Rsa { parameters, sequence, modulus, exponent })
    }
}
