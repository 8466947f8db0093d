//! Certificates, requests and revocation lists of any kind, right or wrong, signed by keys of the suite.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use sha1::{Digest, Sha1};
use time::{Duration, OffsetDateTime};

use super::der::{
    BOOLEAN, GENERALIZED_TIME, INTEGER, OCTET_STRING, PRINTABLE_STRING, SET, UTC_TIME, UTF8_STRING, bits,
    element, oid, sequence, tagged,
};

pub(crate) const COMMON_NAME: &str = "2.5.4.3";
pub(crate) const COUNTRY: &str = "2.5.4.6";
pub(crate) const ORGANIZATION: &str = "2.5.4.10";

/// A P-256 key.
#[derive(Debug)]
pub(crate) struct Key {
    pkcs8: Vec<u8>,
    pair: EcdsaKeyPair,
}

impl Key {
    pub(crate) fn new() -> Rc<Key> {
        let (random, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap().as_ref().to_vec();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, &pkcs8, &random).unwrap();
        Rc::new(Key { pkcs8, pair })
    }

    /// The subjectPublicKeyInfo.
    pub(crate) fn public(&self) -> Vec<u8> {
        public_key(&self.point())
    }

    /// The public point, not compressed.
    pub(crate) fn point(&self) -> Vec<u8> {
        self.pair.public_key().as_ref().to_vec()
    }

    /// The first method of RFC 5280 section 4.2.1.2.
    pub(crate) fn identifier(&self) -> Vec<u8> {
        Sha1::digest(self.point()).to_vec()
    }

    /// An ECDSA signature with SHA-256.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
    }

    /// An ECDSA signature with SHA-1.
    pub(crate) fn sign_sha1(&self, message: &[u8]) -> Vec<u8> {
        use p256::ecdsa::signature::hazmat::PrehashSigner;
        // ring writes the 32 octets of the private number at this place.
        let key = p256::ecdsa::SigningKey::from_slice(&self.pkcs8[36..68]).unwrap();
        let signature: p256::ecdsa::Signature = key.sign_prehash(&Sha1::digest(message)).unwrap();
        signature.to_der().as_bytes().to_vec()
    }

    pub(crate) fn pem(&self) -> String {
        pem("PRIVATE KEY", &self.pkcs8)
    }
}

/// A subjectPublicKeyInfo of the curve P-256.
pub(crate) fn public_key(point: &[u8]) -> Vec<u8> {
    sequence([sequence([oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")]), bits(0, point)])
}

/// The subjectPublicKeyInfo of an RSA key with this modulus and exponent.
pub(crate) fn rsa_public_key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if modulus[0] & 0x80 == 0 { &[] } else { &[0] };
    let key = sequence([element(INTEGER, [sign, modulus].concat()), element(INTEGER, exponent)]);
    sequence([sequence([oid("1.2.840.113549.1.1.1"), element(0x05, [])]), bits(0, &key)])
}

pub(crate) fn ecdsa_with_sha256() -> Vec<u8> {
    sequence([oid("1.2.840.10045.4.3.2")])
}

pub(crate) fn ecdsa_with_sha1() -> Vec<u8> {
    sequence([oid("1.2.840.10045.4.1")])
}

/// Text in PEM.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<&str> =
        base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// A name: one attribute to a relative distinguished name.
pub(crate) fn name(attributes: &[(&str, &str)]) -> Vec<u8> {
    sequence(attributes.iter().map(|(kind, value)| element(SET, attribute(kind, value))))
}

pub(crate) fn attribute(kind: &str, value: &str) -> Vec<u8> {
    let tag = if kind == COUNTRY { PRINTABLE_STRING } else { UTF8_STRING };
    sequence([oid(kind), element(tag, value)])
}

/// The name all certificates of the suite have, but for the last part.
pub(crate) fn common_name(value: &str) -> Vec<u8> {
    name(&[(COUNTRY, "DE"), (ORGANIZATION, "Defects"), (COMMON_NAME, value)])
}

/// A moment that many days from now.
pub(crate) fn moment(days: i64) -> OffsetDateTime {
    OffsetDateTime::now_utc() + Duration::days(days)
}

/// A moment that many days from now, as RFC 5280 section 4.1.2.5 has it written.
pub(crate) fn days(number: i64) -> Vec<u8> {
    let moment = moment(number);
    if moment.year() < 2050 { utc_time(moment) } else { generalized_time(moment) }
}

pub(crate) fn utc_time(moment: OffsetDateTime) -> Vec<u8> {
    element(UTC_TIME, format!("{:02}{}", moment.year() % 100, within_year(moment)))
}

pub(crate) fn generalized_time(moment: OffsetDateTime) -> Vec<u8> {
    element(GENERALIZED_TIME, format!("{:04}{}", moment.year(), within_year(moment)))
}

fn within_year(moment: OffsetDateTime) -> String {
    let (hour, minute, second) = moment.to_hms();
    format!("{:02}{:02}{hour:02}{minute:02}{second:02}Z", u8::from(moment.month()), moment.day())
}

/// An extension, or what stands in its place.
#[derive(Clone, Debug)]
pub(crate) struct Extension {
    pub(crate) id: &'static str,
    /// What stands between identifier and value.
    pub(crate) critical: Vec<u8>,
    pub(crate) value: Vec<u8>,
}

impl Extension {
    pub(crate) fn new(id: &'static str, value: Vec<u8>) -> Extension {
        Extension { id, critical: Vec::new(), value }
    }

    pub(crate) fn critical(self) -> Extension {
        Extension { critical: element(BOOLEAN, [0xff]), ..self }
    }

    fn der(&self) -> Vec<u8> {
        sequence([oid(self.id), self.critical.clone(), element(OCTET_STRING, &self.value)])
    }
}

/// A list of extensions.
pub(crate) fn extensions(list: &[Extension]) -> Vec<u8> {
    sequence(list.iter().map(Extension::der))
}

/// How a certificate, request or list is signed, and what befalls it.
#[derive(Clone, Debug)]
pub(crate) struct Signing {
    pub(crate) key: Rc<Key>,
    /// The algorithm inside of what is signed, and the one outside.
    pub(crate) algorithms: [Vec<u8>; 2],
    pub(crate) sign: fn(&Key, &[u8]) -> Vec<u8>,
    /// What befalls the part that is signed, before it is.
    pub(crate) before: fn(Vec<u8>) -> Vec<u8>,
    /// What befalls the whole.
    pub(crate) after: fn(Vec<u8>) -> Vec<u8>,
}

impl Signing {
    pub(crate) fn by(key: &Rc<Key>) -> Signing {
        Signing {
            key: Rc::clone(key),
            algorithms: [ecdsa_with_sha256(), ecdsa_with_sha256()],
            sign: Key::sign,
            before: |der| der,
            after: |der| der,
        }
    }

    fn finish(&self, to_be_signed: Vec<u8>) -> Vec<u8> {
        let to_be_signed = (self.before)(to_be_signed);
        let signature = bits(0, &(self.sign)(&self.key, &to_be_signed));
        (self.after)(sequence([to_be_signed, self.algorithms[1].clone(), signature]))
    }
}

/// A certificate, part by part in DER.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    pub(crate) version: Vec<u8>,
    pub(crate) serial: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) not_before: Vec<u8>,
    pub(crate) not_after: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
    /// What stands between the key and the extensions.
    pub(crate) unique_ids: Vec<u8>,
    pub(crate) extensions: Vec<Extension>,
    pub(crate) signing: Signing,
}

impl Certificate {
    /// An extension in the place of the one of the same kind, or behind the others.
    pub(crate) fn set(&mut self, extension: Extension) {
        match self.extensions.iter_mut().find(|other| other.id == extension.id) {
            Some(other) => *other = extension,
            None => self.extensions.push(extension),
        }
    }

    /// An extension less.
    pub(crate) fn take(&mut self, id: &str) {
        let before = self.extensions.len();
        self.extensions.retain(|extension| extension.id != id);
        assert_ne!(self.extensions.len(), before, "there is no {id}");
    }

    /// The extension of a kind, to be changed.
    pub(crate) fn extension(&mut self, id: &str) -> &mut Extension {
        self.extensions.iter_mut().find(|extension| extension.id == id).unwrap()
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        let extensions = match self.extensions[..] {
            [] => Vec::new(),
            _ => tagged(3, extensions(&self.extensions)),
        };
        self.signing.finish(sequence([
            self.version.clone(),
            element(INTEGER, &self.serial),
            self.signing.algorithms[0].clone(),
            self.issuer.clone(),
            sequence([self.not_before.clone(), self.not_after.clone()]),
            self.subject.clone(),
            self.public_key.clone(),
            self.unique_ids.clone(),
            extensions,
        ]))
    }

    pub(crate) fn pem(&self) -> String {
        pem("CERTIFICATE", &self.der())
    }
}

/// A certificate signing request, part by part in DER.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) version: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
    pub(crate) attributes: Vec<Vec<u8>>,
    pub(crate) signing: Signing,
}

impl Request {
    pub(crate) fn pem(&self) -> String {
        let der = self.signing.finish(sequence([
            self.version.clone(),
            self.subject.clone(),
            self.public_key.clone(),
            tagged(0, self.attributes.concat()),
        ]));
        pem("CERTIFICATE REQUEST", &der)
    }
}

/// A certificate revocation list, part by part in DER.
#[derive(Clone, Debug)]
pub(crate) struct RevocationList {
    pub(crate) version: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) this_update: Vec<u8>,
    pub(crate) next_update: Vec<u8>,
    pub(crate) entries: Vec<Vec<u8>>,
    pub(crate) extensions: Vec<Extension>,
    pub(crate) signing: Signing,
}

impl RevocationList {
    pub(crate) fn pem(&self) -> String {
        let entries = match self.entries[..] {
            [] => Vec::new(),
            _ => sequence(self.entries.clone()),
        };
        let extensions = match self.extensions[..] {
            [] => Vec::new(),
            _ => tagged(0, extensions(&self.extensions)),
        };
        let der = self.signing.finish(sequence([
            self.version.clone(),
            self.signing.algorithms[0].clone(),
            self.issuer.clone(),
            self.this_update.clone(),
            self.next_update.clone(),
            entries,
            extensions,
        ]));
        pem("X509 CRL", &der)
    }
}
