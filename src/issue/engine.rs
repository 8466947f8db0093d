//! rcgen, as the engine that builds certificates and requests.
//!
//! rcgen writes version, serial number, validity and our extensions. Three things it cannot say: names with
//! several values in one relative distinguished name, or an issuer's name byte for byte (its
//! `DistinguishedName` holds one value a type and re-encodes, rcgen issue 81); algorithms it does not know
//! (P-521 with ring, SHA-1 for small RSA keys); and keys outside its list (P-224 in a CSR). So it is given a
//! signing key that only records the bytes to be signed, our names, key and algorithm are put into their
//! places in these bytes, and then they are signed.

use std::cell::RefCell;

use const_oid::ObjectIdentifier;
use der::Tag;
use rcgen::{CertificateParams, CustomExtension, Issuer, PublicKeyData, SigningKey};

use crate::key::{KeyError, PrivateKey, PublicKey};
use crate::model::extension::Extension;
use crate::vocab::algorithm::SignatureAlgorithm;
use crate::vocab::asn1;
use crate::vocab::serial::SerialNumber;

use super::validity::Validity;

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The generator did not build what it was asked for.
    #[error("the certificate generator failed")]
    Generator,
    /// A key that cannot sign.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl From<rcgen::Error> for EngineError {
    fn from(_: rcgen::Error) -> Self {
        Self::Generator
    }
}

/// What an AlgorithmIdentifier needs no more octets than.
const USUAL_IDENTIFIER: usize = 16;

/// An OBJECT IDENTIFIER has no more arcs than octets, and one.
const MOST_ARCS: usize = ObjectIdentifier::MAX_SIZE + 1;

/// What stands around a signature and what is signed.
const ROOM_FOR_HEADERS: usize = 16;

/// The fields of a certificate that are not extensions.
#[derive(Debug)]
pub(super) struct CertificateFields<'a> {
    pub(super) serial: SerialNumber,
    pub(super) issuer: &'a [u8],
    pub(super) validity: Validity,
    pub(super) subject: &'a [u8],
    pub(super) public_key: &'a PublicKey,
}

/// Signs a certificate (RFC 5280 section 4.1); DER.
pub(super) fn sign_certificate(
    fields: &CertificateFields<'_>,
    extensions: &[Extension],
    key: &PrivateKey,
    algorithm: SignatureAlgorithm,
) -> Result<Vec<u8>, EngineError> {
    let mut params = params(extensions);
    params.serial_number = Some(rcgen::SerialNumber::from_slice(fields.serial.octets()));
    params.not_before = fields.validity.not_before;
    params.not_after = fields.validity.not_after;
    let recorder = Recorder::default();
    params.signed_by(&recorder, &Issuer::from_params(&params, &recorder))?;
    let algorithm_der = algorithm_identifier(algorithm);
    // TBSCertificate: version, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo, extensions
    let tbs = recorder.with_elements(&[
        (2, &algorithm_der),
        (3, fields.issuer),
        (5, fields.subject),
        (6, fields.public_key.spki_der()),
    ])?;
    sign(tbs, &algorithm_der, key, algorithm)
}

/// Signs a certification request (RFC 2986 section 4); DER.
pub(super) fn sign_request(
    subject: &[u8],
    extensions: &[Extension],
    key: &PrivateKey,
) -> Result<Vec<u8>, EngineError> {
    let recorder = Recorder::default();
    params(extensions).serialize_request(&recorder)?;
    // CertificationRequestInfo: version, subject, subjectPKInfo, attributes
    let info = recorder.with_elements(&[(1, subject), (2, key.public_key().spki_der())])?;
    let algorithm = key.signature_algorithm();
    sign(info, &algorithm_identifier(algorithm), key, algorithm)
}

fn params(extensions: &[Extension]) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.custom_extensions = extensions
        .iter()
        .map(|Extension { oid, critical, value }| {
            let mut arcs = [0; MOST_ARCS];
            let mut count = 0;
            for (place, arc) in arcs.iter_mut().zip(oid.arcs()) {
                *place = u64::from(arc);
                count += 1;
            }
            let mut extension = CustomExtension::from_oid_content(&arcs[..count], value.clone());
            extension.set_criticality(*critical);
            extension
        })
        .collect();
    params
}

fn sign(
    to_be_signed: Vec<u8>,
    algorithm_der: &[u8],
    key: &PrivateKey,
    algorithm: SignatureAlgorithm,
) -> Result<Vec<u8>, EngineError> {
    let signature = key.sign(algorithm, &to_be_signed)?;
    let length = to_be_signed.len() + algorithm_der.len() + signature.len();
    let mut signed = Vec::with_capacity(length + ROOM_FOR_HEADERS);
    asn1::write(&mut signed, Tag::Sequence, |out| {
        out.extend_from_slice(&to_be_signed);
        out.extend_from_slice(algorithm_der);
        asn1::write_bit_string(out, &signature);
    });
    Ok(signed)
}

fn algorithm_identifier(algorithm: SignatureAlgorithm) -> Vec<u8> {
    let mut identifier = Vec::with_capacity(USUAL_IDENTIFIER);
    asn1::write(&mut identifier, Tag::Sequence, |out| {
        asn1::write_octets(out, Tag::ObjectIdentifier, algorithm.oid().as_bytes());
        if algorithm.has_null_parameters() {
            asn1::write_octets(out, Tag::Null, &[]);
        }
    });
    identifier
}

/// A signing key that signs nothing and records what it was given.
#[derive(Default)]
struct Recorder(RefCell<Vec<u8>>);

impl Recorder {
    /// The recorded SEQUENCE with some of its elements replaced.
    fn with_elements(&self, replaced: &[(usize, &[u8])]) -> Result<Vec<u8>, EngineError> {
        let recorded = self.0.borrow();
        let mut elements = asn1::sequence_elements(&recorded).map_err(|_| EngineError::Generator)?;
        for (index, element) in replaced {
            *elements.get_mut(*index).ok_or(EngineError::Generator)? = element;
        }
        Ok(asn1::element_of(Tag::Sequence, &elements))
    }
}

impl PublicKeyData for Recorder {
    fn der_bytes(&self) -> &[u8] {
        &[]
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_ED25519
    }
}

impl SigningKey for Recorder {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.0.replace(message.to_vec());
        Ok(Vec::new())
    }
}
