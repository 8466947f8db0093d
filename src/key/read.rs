//! Private keys from PEM and DER.

use const_oid::ObjectIdentifier;
use der::asn1::{AnyRef, BitStringRef, ContextSpecific, OctetStringRef};
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::ecdsa::EcSecret;
use super::encryption::{self, Password};
use super::error::KeyError;
use super::public::{EC_PUBLIC_KEY, ED25519_KEY, RSA_ENCRYPTION};
use super::rsa::RsaSecret;
use super::secret::Secret;
use crate::vocab::algorithm::Curve;
use crate::vocab::pem::{self, PemBlock};

/// Reads the first PEM block that is not `EC PARAMETERS` (OpenSSL writes one before the key).
pub(super) fn from_pem(input: &[u8], password: Option<&Password>) -> Result<Secret, KeyError> {
    open(input, password).map(|(_, secret)| secret)
}

/// The same, but what stands beside the secret has to fit it. Other programs take the public key and the CRT values
/// from the file, so one damaged octet there is a fault, though the secret can be read.
pub(super) fn from_consistent_pem(input: &[u8], password: Option<&Password>) -> Result<Secret, KeyError> {
    let (der, secret) = open(input, password)?;
    let inner = match Structure::of(&der)? {
        Structure::Pkcs8 => pkcs8_contents(&der),
        _ => Some(der.as_slice()),
    };
    let is_consistent = match (&secret, inner) {
        (Secret::Rsa(rsa), Some(inner)) => rsa.pkcs1() == inner,
        (Secret::Ecdsa(ec), Some(inner)) => point_of(inner).is_none_or(|point| point == ec.point()),
        (Secret::Ed25519(_), Some(_)) => true,
        (_, None) => false,
    };
    match is_consistent {
        true => Ok(secret),
        false => Err(KeyError::Malformed { what: "private key: its parts do not belong together" }),
    }
}

/// The key's structure, decrypted, and what it holds.
fn open(input: &[u8], password: Option<&Password>) -> Result<(Zeroizing<Vec<u8>>, Secret), KeyError> {
    let block = first_key_block(input)?;
    let contents = block.contents();
    let decrypted = match encryption::LegacyHeader::find(block.headers()) {
        Some(header) => header.decrypt(contents, password.ok_or(KeyError::Encrypted)?)?,
        None => match Structure::of(contents).map_err(|error| or_label(&block, error))? {
            Structure::Encrypted => {
                encryption::decrypt_pkcs8(contents, password.ok_or(KeyError::Encrypted)?)?
            }
            _ => {
                let secret = from_der(contents)?;
                return Ok((Zeroizing::new(contents.to_vec()), secret));
            }
        },
    };
    let secret = from_decrypted(&decrypted)?;
    Ok((decrypted, secret))
}

/// What is no key is mostly another file of the same folder. A key under a wrong label is read, as in Go.
fn or_label(block: &PemBlock, error: KeyError) -> KeyError {
    match block.label() {
        label if label.ends_with("PRIVATE KEY") => error,
        label => KeyError::WrongLabel(label.to_owned()),
    }
}

/// The key inside PKCS#8 of version 0 or 1.
fn pkcs8_contents(der: &[u8]) -> Option<&[u8]> {
    let mut elements = elements_of(der, "PKCS#8 private key").ok()?;
    let version = u8::decode(&mut elements).ok()?;
    AnyRef::decode(&mut elements).ok()?;
    let key = <&OctetStringRef>::decode(&mut elements).ok()?;
    (version <= 1).then_some(key.as_bytes())
}

/// What stands behind the secret of an `ECPrivateKey`: `None` where there is nothing, and nothing of a public key
/// where it cannot be read.
fn point_of(der: &[u8]) -> Option<&[u8]> {
    let mut elements = elements_of(der, "EC private key").ok()?;
    AnyRef::decode(&mut elements).ok()?;
    AnyRef::decode(&mut elements).ok()?;
    match elements.clone().is_finished() {
        true => None,
        false => Some(embedded_point(&mut elements).unwrap_or_default()),
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
    let mut after_scalar = elements.clone();
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
    EcSecret::new(curve, scalar, embedded_point(&mut after_scalar)).map(|key| Secret::Ecdsa(Box::new(key)))
}

/// The public key of an `ECPrivateKey`, behind its parameters; `None` also where it cannot be read, since it is only
/// ever a shortcut.
fn embedded_point<'a>(elements: &mut SliceReader<'a>) -> Option<&'a [u8]> {
    let mut element = AnyRef::decode(elements).ok()?;
    if element.tag() == (Tag::ContextSpecific { constructed: true, number: TagNumber(0) }) {
        element = AnyRef::decode(elements).ok()?;
    }
    if element.tag() != (Tag::ContextSpecific { constructed: true, number: TagNumber(1) }) {
        return None;
    }
    BitStringRef::from_der(element.value()).ok()?.as_bytes()
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

#[cfg(test)]
mod tests {
    use super::super::testing::{der, fixture, patched, read};
    use super::super::{PrivateKey, PublicKeyKind};
    use super::*;

    #[test]
    fn one_key_in_every_structure_is_one_key() {
        for names in [
            &["p256-params", "p256-sec1", "p256-nopublic", "p256-pkcs8"][..],
            &["rsa2048-pkcs1", "rsa2048-pkcs8"],
            &["ed25519-v1", "ed25519-label"],
        ] {
            let first = read(names[0]).unwrap();
            for name in names {
                let key = read(name).unwrap();
                assert_eq!(key.public_key(), first.public_key(), "{name}");
                assert_eq!(key.to_pem(), first.to_pem(), "{name}");
            }
        }
    }

    #[test]
    fn no_octet_beside_the_secret_can_change_unnoticed() {
        for name in ["rsa2048-pkcs8", "rsa2048-pkcs1", "p256-pkcs8", "p256-sec1"] {
            let pem = fixture(name);
            let whole = PrivateKey::from_consistent_pem(&pem, None).unwrap();
            let (label, good) = pem_rfc7468::decode_vec(&pem).unwrap();
            for at in (0..good.len()).step_by(7) {
                let mut damaged = good.clone();
                damaged[at] ^= 0x10;
                let text = pem::encode(label, &damaged);
                if let Ok(read) = PrivateKey::from_consistent_pem(text.as_bytes(), None) {
                    assert_ne!(read.public_key(), whole.public_key(), "{name}: octet {at}");
                }
            }
        }
        let encrypted = fixture("p256-aes256");
        let password = Password::new(b"secret".to_vec());
        PrivateKey::from_consistent_pem(&encrypted, Some(&password)).unwrap();
    }

    #[test]
    fn the_other_kinds_are_read() {
        let kind = |name: &str| read(name).unwrap().public_key().kind();
        assert_eq!(kind("secp384r1"), PublicKeyKind::Ec(Curve::P384));
        assert_eq!(kind("secp521r1"), PublicKeyKind::Ec(Curve::P521));
        assert_eq!(kind("rsa2048-e3"), PublicKeyKind::Rsa { bits: 2048 });
        for bits in [512, 513, 768, 1024, 1025, 2047] {
            assert_eq!(kind(&format!("rsa{bits}")), PublicKeyKind::Rsa { bits });
        }
    }

    /// RFC 8410 section 10.3 prints the private key, section 10.1 its public key.
    #[test]
    fn ed25519_version_2_gives_the_public_key_of_the_rfc() {
        let key = read("ed25519-v2").unwrap();
        let text = "-----BEGIN PUBLIC KEY-----\n\
            MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
            -----END PUBLIC KEY-----\n";
        assert_eq!(key.public_key().spki_der(), pem::decode(text.as_bytes()).unwrap().0.contents());
    }

    #[test]
    fn what_we_cannot_use_is_refused_by_name() {
        for (name, text) in [
            ("rsa2048-3primes", "RSA keys with more than two primes are not supported"),
            ("rsa2048-3primes-pkcs1", "RSA keys with more than two primes are not supported"),
            ("rsapss", "unsupported key algorithm 1.2.840.113549.1.1.10"),
            ("x25519", "unsupported key algorithm 1.3.101.110"),
            ("ed448", "unsupported key algorithm 1.3.101.113"),
            ("secp256k1", "unsupported elliptic curve 1.3.132.0.10"),
            ("secp224r1", "unsupported elliptic curve 1.3.132.0.33"),
            ("p256-explicit", "malformed EC private key: no named curve in its parameters"),
        ] {
            assert_eq!(read(name).unwrap_err().to_string(), text, "{name}");
        }
    }

    #[test]
    fn input_without_a_key_is_refused() {
        let text = |pem: &str| PrivateKey::from_pem(pem.as_bytes(), None).unwrap_err().to_string();
        assert_eq!(text(""), "no PEM block with a private key found");
        let only_parameters =
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        assert_eq!(text(only_parameters), "no PEM block with a private key found");
        let not_a_key = "-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----\n";
        assert_eq!(text(not_a_key), "malformed private key: not PKCS#8, PKCS#1 or SEC1");
    }

    #[test]
    fn a_wrong_embedded_public_key_is_ignored() {
        let honest = read("p256-sec1").unwrap();
        let mut der = der("p256-sec1");
        *der.last_mut().unwrap() ^= 1;
        assert_eq!(PrivateKey::from_der(&der).unwrap().to_pem(), honest.to_pem());
    }

    #[test]
    fn octets_after_the_key_are_ignored_where_go_ignores_them() {
        let with_more = |name| PrivateKey::from_der(&[der(name), vec![0]].concat());
        assert!(with_more("p256-pkcs8").is_ok() && with_more("p256-sec1").is_ok());
        let error = with_more("rsa2048-pkcs1").unwrap_err();
        assert_eq!(error, KeyError::Malformed { what: "RSA private key" });
    }

    #[test]
    fn ec_scalars_may_lack_or_exceed_their_leading_zeros() {
        for digits in [&[5][..], &[0; 40], &[[0; 39].as_slice(), &[5]].concat()] {
            let secret = EcSecret::new(Curve::P256, digits, None);
            assert_eq!(secret.is_ok(), digits.last() == Some(&5), "{digits:?}");
        }
        let text =
            |digits: &[u8]| EcSecret::new(Curve::P256, digits, None).map(|_| ()).unwrap_err().to_string();
        assert_eq!(text(&[1; 33]), "malformed EC private key: scalar too long");
        assert_eq!(text(&[0xff; 32]), "malformed EC private key: scalar out of range");
    }

    #[test]
    fn malformed_ec_and_ed25519_keys_are_refused() {
        let text = |der: &[u8]| PrivateKey::from_der(der).unwrap_err().to_string();
        let sec1 = der("p256-nopublic");
        let version_2 = [&sec1[..4], &[2], &sec1[5..]].concat();
        assert_eq!(text(&version_2), "malformed EC private key: version is not 1");
        let ed25519 = der("ed25519-v1");
        let short_seed = patched(&ed25519, &[0x04, 0x22, 0x04, 0x20], &[0x04, 0x22, 0x04, 0x1f]);
        assert_eq!(text(&short_seed), "malformed Ed25519 private key");
    }

    /// No truncation, no change of an octet and no missing octet makes us panic; and a key that is read is whole.
    #[test]
    fn damaged_keys_are_refused_or_read_but_never_panic() {
        let names = ["p256-pkcs8", "p256-sec1", "ed25519-v1", "ed25519-v2", "rsa513"];
        for der in names.map(der) {
            for end in 0..der.len() {
                assert!(PrivateKey::from_der(&der[..end]).is_err(), "truncated to {end}");
            }
            for at in 0..der.len() {
                for octet in [0, 0xff, der[at] ^ 1, der[at] ^ 0x80] {
                    check_damaged(&[&der[..at], &[octet], &der[at + 1..]].concat());
                }
                check_damaged(&[&der[..at], &der[at + 1..]].concat());
            }
        }
    }

    fn check_damaged(der: &[u8]) {
        if let Ok(key) = PrivateKey::from_der(der) {
            let again = PrivateKey::from_der(&key.to_pkcs8_der()).unwrap();
            assert_eq!(again.public_key(), key.public_key());
        }
    }

    #[test]
    fn damaged_pem_never_panics() {
        let text = fixture("rsa1024-aes128");
        let password = Password::new(b"secret".to_vec());
        for end in 0..text.len() {
            let _ = PrivateKey::from_pem(&text[..end], Some(&password));
        }
        for at in 0..120 {
            let damaged = [&text[..at], b"Z", &text[at + 1..]].concat();
            let _ = PrivateKey::from_pem(&damaged, Some(&password));
        }
    }
}
