//! Good documents out of pieces, so that one piece can be changed.

use der::Tag;
use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::lint::Kind;
use crate::vocab::asn1::{self, bit_string, context, element, integer, sequence};

/// A good document to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// A server's certificate.
    Leaf,
    /// A server's certificate with an RSA key.
    RsaLeaf,
    /// An intermediate CA.
    Ca,
    /// A root.
    Root,
    /// A certification request.
    Csr,
    /// A revocation list with one entry.
    Crl,
}

impl Start {
    pub(super) const ALL: [Self; 6] = [Self::Leaf, Self::RsaLeaf, Self::Ca, Self::Root, Self::Csr, Self::Crl];

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Csr => Kind::Csr,
            Self::Crl => Kind::Crl,
            _ => Kind::Certificate,
        }
    }
}

/// An extension by the contents of its OID.
pub(super) struct Extension {
    pub(super) oid: Vec<u8>,
    /// The BOOLEAN, if it is written.
    pub(super) critical: Vec<u8>,
    pub(super) value: Vec<u8>,
}

/// The pieces, each a whole element.
pub(super) struct Parts {
    start: Start,
    pub(super) version: Vec<u8>,
    pub(super) serial: Vec<u8>,
    pub(super) algorithm: Vec<u8>,
    /// Beside the signature, where it differs.
    pub(super) outer_algorithm: Option<Vec<u8>>,
    pub(super) issuer: Vec<u8>,
    /// notBefore and notAfter, or thisUpdate and nextUpdate.
    pub(super) times: [Vec<u8>; 2],
    pub(super) subject: Vec<u8>,
    pub(super) key: Vec<u8>,
    pub(super) unique_identifiers: Vec<u8>,
    pub(super) extensions: Option<Vec<Extension>>,
    /// A CSR's, beside the one that asks for the extensions.
    pub(super) attributes: Vec<Vec<u8>>,
    /// A CRL's.
    pub(super) entries: Option<Vec<Vec<u8>>>,
    /// The signature's octets, where they are not our key's.
    pub(super) signature: Option<Vec<u8>>,
    /// A last change to the whole.
    pub(super) whole: fn(Vec<u8>) -> Vec<u8>,
}

pub(super) const SUBJECT_KEY_ID: u8 = 14;
pub(super) const KEY_USAGE: u8 = 15;
pub(super) const SUBJECT_ALT_NAME: u8 = 17;
pub(super) const BASIC_CONSTRAINTS: u8 = 19;
pub(super) const CRL_NUMBER: u8 = 20;
pub(super) const NAME_CONSTRAINTS: u8 = 30;
pub(super) const CRL_POINTS: u8 = 31;
pub(super) const POLICIES: u8 = 32;
pub(super) const AUTHORITY_KEY_ID: u8 = 35;
pub(super) const EXTENDED_KEY_USAGE: u8 = 37;

impl Parts {
    pub(super) fn new(start: Start) -> Self {
        let mut parts = Self {
            start,
            version: context(0, true, &integer(2)),
            serial: element(Tag::Integer, &[0x5a; 16]),
            algorithm: ed25519(),
            outer_algorithm: None,
            issuer: name(&[(3, "Test CA")]),
            times: [utc("260101000000Z"), utc("270101000000Z")],
            subject: name(&[(3, "a.example.com")]),
            key: ec_key(&p256(), &POINT),
            unique_identifiers: Vec::new(),
            extensions: Some(Vec::new()),
            attributes: Vec::new(),
            entries: None,
            signature: None,
            whole: |der| der,
        };
        match start {
            Start::Leaf | Start::RsaLeaf => parts.make_leaf(),
            Start::Ca | Start::Root => parts.make_ca(),
            Start::Csr => parts.make_csr(),
            Start::Crl => parts.make_crl(),
        }
        parts
    }

    fn make_leaf(&mut self) {
        if self.start == Start::RsaLeaf {
            self.key = rsa_key(&modulus(256), &[1, 0, 1]);
        }
        self.set_extension(KEY_USAGE, true, key_usage(0b1000_0000));
        self.set_extension(EXTENDED_KEY_USAGE, false, purposes(&[1, 2]));
        self.set_extension(SUBJECT_KEY_ID, false, element(Tag::OctetString, &[7; 20]));
        self.set_extension(AUTHORITY_KEY_ID, false, sequence(&[context(0, false, &[8; 20])]));
        self.set_extension(SUBJECT_ALT_NAME, false, names(&[(2, b"a.example.com"), (7, &[10, 0, 0, 1])]));
    }

    fn make_ca(&mut self) {
        self.subject = name(&[(6, "DE"), (10, "Example"), (3, "Test CA 2")]);
        self.set_extension(BASIC_CONSTRAINTS, true, sequence(&[asn1::boolean_true()]));
        self.set_extension(KEY_USAGE, true, key_usage(0b0000_0110));
        self.set_extension(SUBJECT_KEY_ID, false, element(Tag::OctetString, &[7; 20]));
        if self.start == Start::Root {
            self.issuer.clone_from(&self.subject);
        } else {
            self.set_extension(AUTHORITY_KEY_ID, false, sequence(&[context(0, false, &[8; 20])]));
        }
    }

    fn make_csr(&mut self) {
        self.version = integer(0);
        self.key = sequence(&[ed25519(), bit_string(signer().public_key().as_ref())]);
        self.set_extension(KEY_USAGE, true, key_usage(0b1000_0000));
        self.set_extension(SUBJECT_ALT_NAME, false, names(&[(2, b"a.example.com")]));
    }

    fn make_crl(&mut self) {
        self.version = integer(1);
        self.entries = Some(vec![entry(0x11, &[])]);
        self.set_extension(AUTHORITY_KEY_ID, false, sequence(&[context(0, false, &[8; 20])]));
        self.set_extension(CRL_NUMBER, false, integer(1));
    }

    /// The document.
    pub(super) fn der(&self) -> Vec<u8> {
        let signed = match self.start.kind() {
            Kind::Certificate => self.certificate(),
            Kind::Csr => self.request(),
            Kind::Crl => self.revocation_list(),
        };
        let signature = self.signature.clone().unwrap_or_else(|| signer().sign(&signed).as_ref().to_vec());
        let algorithm = self.outer_algorithm.as_ref().unwrap_or(&self.algorithm);
        (self.whole)(sequence(&[signed, algorithm.clone(), bit_string(&signature)]))
    }

    fn certificate(&self) -> Vec<u8> {
        sequence(&[
            self.version.clone(),
            self.serial.clone(),
            self.algorithm.clone(),
            self.issuer.clone(),
            sequence(&self.times),
            self.subject.clone(),
            self.key.clone(),
            self.unique_identifiers.clone(),
            self.extension_list().map_or(Vec::new(), |list| context(3, true, &list)),
        ])
    }

    fn request(&self) -> Vec<u8> {
        let request = self.extension_list().map(|list| attribute(14, &[list]));
        let attributes: Vec<_> = request.into_iter().chain(self.attributes.iter().cloned()).collect();
        let attributes = context(0, true, &sorted(attributes).concat());
        sequence(&[self.version.clone(), self.subject.clone(), self.key.clone(), attributes])
    }

    fn revocation_list(&self) -> Vec<u8> {
        sequence(&[
            self.version.clone(),
            self.algorithm.clone(),
            self.issuer.clone(),
            self.times.concat(),
            self.entries.as_ref().map_or(Vec::new(), |entries| sequence(entries)),
            self.extension_list().map_or(Vec::new(), |list| context(0, true, &list)),
        ])
    }

    fn extension_list(&self) -> Option<Vec<u8>> {
        Some(extensions(self.extensions.as_ref()?))
    }

    /// Sets an extension below `id-ce`.
    pub(super) fn set_extension(&mut self, arc: u8, critical: bool, value: Vec<u8>) {
        self.set(&[0x55, 0x1d, arc], critical, value);
    }

    /// Sets an extension.
    pub(super) fn set(&mut self, oid: &[u8], critical: bool, value: Vec<u8>) {
        let list = self.extensions.get_or_insert_default();
        list.retain(|extension| extension.oid != oid);
        let critical = if critical { asn1::boolean_true() } else { Vec::new() };
        list.push(Extension { oid: oid.to_vec(), critical, value });
    }

    /// Removes an extension below `id-ce`.
    pub(super) fn remove_extension(&mut self, arc: u8) {
        self.extensions.get_or_insert_default().retain(|extension| extension.oid != [0x55, 0x1d, arc]);
    }

    /// An extension below `id-ce`.
    pub(super) fn extension(&mut self, arc: u8) -> &mut Extension {
        let list = self.extensions.get_or_insert_default();
        list.iter_mut().find(|extension| extension.oid == [0x55, 0x1d, arc]).unwrap()
    }

    /// Sets the names of subjectAltName.
    pub(super) fn set_names(&mut self, list: &[(u32, &[u8])]) {
        self.set_extension(SUBJECT_ALT_NAME, false, names(list));
    }

    /// Adds one DNS name.
    pub(super) fn add_dns(&mut self, name: &str) {
        self.set_names(&[(2, b"a.example.com"), (2, name.as_bytes())]);
    }
}

/// The key that signs everything.
fn signer() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap()
}

pub(super) fn ed25519() -> Vec<u8> {
    sequence(&[oid(&[0x2b, 0x65, 0x70])])
}

pub(super) fn oid(contents: &[u8]) -> Vec<u8> {
    element(Tag::ObjectIdentifier, contents)
}

/// `1.2.840.113549.1.1.x`, with NULL parameters.
pub(super) fn rsa_algorithm(arc: u8) -> Vec<u8> {
    sequence(&[oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, arc]), vec![5, 0]])
}

/// `ecdsa-with-SHA256`
pub(super) fn ecdsa_algorithm() -> Vec<u8> {
    sequence(&[oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02])])
}

/// An odd modulus of some octets.
pub(super) fn modulus(octets: usize) -> Vec<u8> {
    [vec![0], vec![0xc5; octets]].concat()
}

pub(super) fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let numbers = [element(Tag::Integer, modulus), element(Tag::Integer, exponent)];
    sequence(&[rsa_algorithm(1), bit_string(&sequence(&numbers))])
}

/// The generator of P-256 (SEC 2 section 2.4.2).
pub(super) const POINT: [u8; 65] = [
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
    0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f,
    0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce,
    0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
];

/// secp256r1
pub(super) fn p256() -> Vec<u8> {
    oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07])
}

pub(super) fn ec_key(parameters: &[u8], point: &[u8]) -> Vec<u8> {
    let algorithm = [oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]), parameters.to_vec()];
    sequence(&[sequence(&algorithm), bit_string(point)])
}

pub(super) fn utc(text: &str) -> Vec<u8> {
    element(Tag::UtcTime, text.as_bytes())
}

pub(super) fn generalized(text: &str) -> Vec<u8> {
    element(Tag::GeneralizedTime, text.as_bytes())
}

/// A name of attributes below `id-at`: countries as PrintableString, others as UTF8String.
pub(super) fn name(attributes: &[(u8, &str)]) -> Vec<u8> {
    let sets: Vec<_> = attributes
        .iter()
        .map(|(arc, value)| {
            let tag = if [5, 6].contains(arc) { Tag::PrintableString } else { Tag::Utf8String };
            single_name(&[0x55, 0x04, *arc], &element(tag, value.as_bytes()))
        })
        .collect();
    sequence(&sets)
}

/// A set of one attribute.
pub(super) fn single_name(attribute: &[u8], value: &[u8]) -> Vec<u8> {
    asn1::set_of(vec![sequence(&[oid(attribute), value.to_vec()])])
}

/// keyUsage of at most eight usages, digitalSignature highest.
pub(super) fn key_usage(bits: u8) -> Vec<u8> {
    element(Tag::BitString, &[bits.trailing_zeros() as u8, bits])
}

/// extKeyUsage of arcs below `id-kp`.
pub(super) fn purposes(arcs: &[u8]) -> Vec<u8> {
    let purpose = |arc: &u8| oid(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, *arc]);
    sequence(&arcs.iter().map(purpose).collect::<Vec<_>>())
}

/// GeneralNames, each with its tag.
pub(super) fn names(list: &[(u32, &[u8])]) -> Vec<u8> {
    sequence(&list.iter().map(|(tag, value)| context(*tag, false, value)).collect::<Vec<_>>())
}

pub(super) fn ca_with_path_length(length: u32) -> Vec<u8> {
    sequence(&[asn1::boolean_true(), integer(length)])
}

pub(super) fn extensions(list: &[Extension]) -> Vec<u8> {
    let extension = |found: &Extension| {
        sequence(&[oid(&found.oid), found.critical.clone(), element(Tag::OctetString, &found.value)])
    };
    sequence(&list.iter().map(extension).collect::<Vec<_>>())
}

/// A CSR's attribute below `pkcs-9`.
pub(super) fn attribute(arc: u8, values: &[Vec<u8>]) -> Vec<u8> {
    let oid = oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, arc]);
    sequence(&[oid, asn1::set_of(values.to_vec())])
}

fn sorted(mut elements: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    elements.sort();
    elements
}

/// A CRL's entry, with extensions below `id-ce`.
pub(super) fn entry(serial: u32, list: &[(u8, bool, Vec<u8>)]) -> Vec<u8> {
    let list: Vec<_> = list
        .iter()
        .map(|(arc, critical, value)| Extension {
            oid: vec![0x55, 0x1d, *arc],
            critical: if *critical { asn1::boolean_true() } else { Vec::new() },
            value: value.clone(),
        })
        .collect();
    let list = if list.is_empty() { Vec::new() } else { extensions(&list) };
    sequence(&[integer(serial), utc("251201000000Z"), list])
}
