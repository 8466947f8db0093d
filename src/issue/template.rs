//! All that will be in a certificate but its issuer, serial number and signature.

use crate::key::PublicKey;
use crate::model::extension::{BasicConstraints, Extension};
use crate::vocab::algorithm::SignatureAlgorithm;
use crate::vocab::san::SubjectAltNames;
use crate::vocab::usage::Usages;

use super::validity::Validity;

/// A certificate to be.
#[derive(Clone, Debug)]
pub struct CertificateTemplate {
    /// The subject's DER.
    pub subject: Vec<u8>,
    /// The key to be certified.
    pub public_key: PublicKey,
    /// From when to when.
    pub validity: Validity,
    /// What for.
    pub usages: Usages,
    /// Whether it is a CA, and how long a path below it may be.
    pub basic_constraints: BasicConstraints,
    /// The subject key identifier; `None` means SHA-1 of the key.
    pub subject_key_identifier: Option<Vec<u8>>,
    /// The authority key identifier; `None` means the issuer's subject key identifier, where it has one.
    pub authority_key_identifier: Option<Vec<u8>>,
    /// OCSP responder; empty for none.
    pub ocsp_url: String,
    /// Where to find the issuer's certificate.
    pub issuer_urls: Vec<String>,
    /// Whom or what it names.
    pub subject_alt_names: SubjectAltNames,
    /// CRL distribution point; empty for none.
    pub crl_url: String,
    /// Extensions at the end; each stands in place of a standard one of its type.
    pub extra: Vec<Extension>,
    /// The algorithm to sign with; `None` means the signer's own choice.
    pub signature_algorithm: Option<SignatureAlgorithm>,
}
