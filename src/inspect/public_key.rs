//! Public keys: Go's structs, and what Go refuses to read.

use serde::Serialize;

use super::algorithm::{AlgorithmIdentifier, ED25519, ML_DSA_44, ML_DSA_65, ML_DSA_87};
use super::go_json::{BigInt, base64};
use super::reader::{Element, Reader, tag};
use super::{InspectError, check_number, malformed};

/// A SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) as a report shows it.
#[derive(Debug)]
pub(super) struct ShownKey {
    /// Go's `x509.PublicKeyAlgorithm`.
    pub(super) number: u8,
    /// `None` for a key of an algorithm Go does not know.
    pub(super) key: Option<PublicKey>,
}

/// Go's public key structs.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum PublicKey {
    #[serde(rename_all = "UPPERCASE")]
    Rsa {
        n: BigInt,
        e: i64,
    },
    #[serde(rename_all = "UPPERCASE")]
    Dsa {
        p: BigInt,
        q: BigInt,
        g: BigInt,
        y: BigInt,
    },
    Ec {
        #[serde(rename = "Curve")]
        curve: Empty,
        #[serde(rename = "X")]
        x: BigInt,
        #[serde(rename = "Y")]
        y: BigInt,
    },
    Ed25519(String),
    MlDsa(Empty),
}

/// A struct none of whose fields Go shows.
#[derive(Debug, Serialize)]
pub(super) struct Empty {}

const RSA: &[u32] = &[1, 2, 840, 113549, 1, 1, 1];
const DSA: &[u32] = &[1, 2, 840, 10040, 4, 1];
const EC: &[u32] = &[1, 2, 840, 10045, 2, 1];

impl ShownKey {
    /// Reads a SubjectPublicKeyInfo.
    pub(super) fn from_element(spki: &Element<'_>) -> Result<Self, InspectError> {
        let (algorithm, bits) = parts(spki).ok_or(malformed("public key"))?;
        let Some(number) = number(&algorithm) else { return Ok(Self { number: 0, key: None }) };
        if matches!(number, 1 | 2) {
            check_number("public key", spki.full.len())?;
        }
        let key = match number {
            1 => rsa(&algorithm, &bits),
            2 => dsa(&algorithm, &bits),
            3 => ec(&algorithm, &bits)?,
            4 => ed25519(&algorithm, &bits),
            _ => ml_dsa(&algorithm, &bits),
        };
        Ok(Self { number, key: Some(key.ok_or(malformed("public key"))?) })
    }
}

/// Algorithm and key octets.
fn parts<'a>(spki: &Element<'a>) -> Option<(AlgorithmIdentifier<'a>, Vec<u8>)> {
    let mut inside = Reader::new(spki.full).inside(tag::SEQUENCE)?;
    let algorithm = AlgorithmIdentifier::read(inside.inside(tag::SEQUENCE)?)?;
    Some((algorithm, inside.bit_string()?.right_aligned()))
}

fn number(algorithm: &AlgorithmIdentifier<'_>) -> Option<u8> {
    match algorithm.oid.arcs() {
        RSA => Some(1),
        DSA => Some(2),
        EC => Some(3),
        ED25519 => Some(4),
        ML_DSA_44 | ML_DSA_65 | ML_DSA_87 => Some(5),
        _ => None,
    }
}

/// RFC 3279 section 2.3.1: NULL parameters, and RSAPublicKey.
fn rsa(algorithm: &AlgorithmIdentifier<'_>, bits: &[u8]) -> Option<PublicKey> {
    let mut key = Reader::new(bits).inside(tag::SEQUENCE)?;
    let n = positive(&mut key)?;
    let e = key.int64().filter(|exponent| *exponent > 0)?;
    (algorithm.parameters == [tag::NULL, 0]).then_some(PublicKey::Rsa { n, e })
}

/// RFC 3279 section 2.3.2.
fn dsa(algorithm: &AlgorithmIdentifier<'_>, bits: &[u8]) -> Option<PublicKey> {
    let y = positive(&mut Reader::new(bits))?;
    let mut parameters = Reader::new(algorithm.parameters).inside(tag::SEQUENCE)?;
    let [p, q, g] = [positive(&mut parameters)?, positive(&mut parameters)?, positive(&mut parameters)?];
    Some(PublicKey::Dsa { p, q, g, y })
}

fn positive(reader: &mut Reader<'_>) -> Option<BigInt> {
    let octets = reader.integer()?;
    let is_positive = octets[0] & 0x80 == 0 && octets != [0];
    if is_positive { BigInt::from_signed(octets) } else { None }
}

/// RFC 5480 sections 2.1.1 and 2.2: a named curve, and an uncompressed point on it.
fn ec(algorithm: &AlgorithmIdentifier<'_>, bits: &[u8]) -> Result<Option<PublicKey>, InspectError> {
    let Some(curve) = Reader::new(algorithm.parameters).oid() else { return Ok(None) };
    let on_curve = match curve.arcs() {
        // No crate of ours knows P-224; a point beside the curve is shown, where Go refuses it.
        [1, 3, 132, 0, 33] => bits.len() == 1 + 2 * 28,
        [1, 2, 840, 10045, 3, 1, 7] => p256::PublicKey::from_sec1_bytes(bits).is_ok(),
        [1, 3, 132, 0, 34] => p384::PublicKey::from_sec1_bytes(bits).is_ok(),
        [1, 3, 132, 0, 35] => p521::PublicKey::from_sec1_bytes(bits).is_ok(),
        _ => return Err(InspectError::Curve),
    };
    Ok(if on_curve { uncompressed_point(bits) } else { None })
}

fn uncompressed_point(bits: &[u8]) -> Option<PublicKey> {
    let coordinates = bits.strip_prefix(&[4])?;
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    Some(PublicKey::Ec { curve: Empty {}, x: BigInt::from_unsigned(x)?, y: BigInt::from_unsigned(y)? })
}

/// RFC 8410 section 3: "the parameters MUST be absent".
fn ed25519(algorithm: &AlgorithmIdentifier<'_>, bits: &[u8]) -> Option<PublicKey> {
    (algorithm.parameters.is_empty() && bits.len() == 32).then(|| PublicKey::Ed25519(base64(bits)))
}

/// RFC 9881 section 2; the key sizes are those of FIPS 204 table 2.
fn ml_dsa(algorithm: &AlgorithmIdentifier<'_>, bits: &[u8]) -> Option<PublicKey> {
    let size = match algorithm.oid.arcs() {
        ML_DSA_44 => 1312,
        ML_DSA_65 => 1952,
        _ => 2592,
    };
    (algorithm.parameters.is_empty() && bits.len() == size).then_some(PublicKey::MlDsa(Empty {}))
}
