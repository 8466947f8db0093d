//! The SIGNED structure that certificates and requests share: what is signed, the algorithm, the signature.

use const_oid::ObjectIdentifier;
use der::{Decode, Tag};

use crate::key::{KeyError, PublicKey};
use crate::vocab::algorithm::SignatureAlgorithm;
use crate::vocab::asn1;

/// Verifies a structure with the signer's key.
pub(super) fn verify(der: &[u8], key: &PublicKey) -> Result<(), KeyError> {
    let malformed = |_| KeyError::Malformed { what: "signed structure" };
    let elements = asn1::sequence_elements(der).map_err(malformed)?;
    let [to_be_signed, algorithm, signature] = elements[..] else {
        return Err(KeyError::Malformed { what: "signed structure" });
    };
    let algorithm = signature_algorithm(algorithm)?;
    let signature = asn1::contents(Tag::BitString, signature).map_err(malformed)?;
    // The first octet counts unused bits; a signature has none.
    key.verify(algorithm, to_be_signed, signature.get(1..).unwrap_or_default())
}

fn signature_algorithm(der: &[u8]) -> Result<SignatureAlgorithm, KeyError> {
    let malformed = KeyError::Malformed { what: "signature algorithm" };
    let Ok(elements) = asn1::sequence_elements(der) else { return Err(malformed) };
    let Some(first) = elements.first() else { return Err(malformed) };
    let Ok(oid) = ObjectIdentifier::from_der(first) else {
        return Err(malformed);
    };
    SignatureAlgorithm::from_oid(&oid).ok_or(KeyError::UnsupportedAlgorithm { oid })
}
