//! Reports about certificates and CSRs, shaped as `cfssl certinfo` prints them.
//!
//! A report shows what Go's `crypto/x509` makes of a document, so the documents are walked as Go walks them, element
//! by element with x509-parser's DER reader ([`reader`]), and not with its `X509Certificate`: that one refuses
//! documents cfssl shows (an empty RDN, a challengePassword in a BMPString) and turns every time into UTC.

mod algorithm;
mod certificate;
mod csr;
mod go_json;
pub mod look;
mod name;
mod public_key;
mod reader;
mod san;
mod time;
mod uri;
mod value;

pub use certificate::{CertificateReport, certificate_report};
pub use csr::{CsrReport, csr_report};

/// Why a document cannot be reported on.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InspectError {
    /// A part is missing, is of another type, or is not DER.
    #[error("the {part} is missing or malformed")]
    Malformed {
        /// Which part.
        part: &'static str,
    },
    /// Something follows the document.
    #[error("{count} bytes follow the {document}")]
    TrailingData {
        /// What kind of document.
        document: &'static str,
        /// How many bytes follow it.
        count: usize,
    },
    /// A number whose decimal digits would take too long to find.
    #[error("the {part} has {octets} octets, at most {MAX_NUMBER} are shown")]
    TooLong {
        /// Which part.
        part: &'static str,
        /// How many octets it has.
        octets: usize,
    },
    /// RFC 5280 section 4.1.2.1 knows versions 1, 2, and 3, encoded as 0, 1, and 2.
    #[error("the certificate version is encoded as {encoded}, allowed are 0, 1, and 2")]
    Version {
        /// The number found.
        encoded: i64,
    },
    /// RFC 5280 section 4.1.1.2: both AlgorithmIdentifiers must be the same.
    #[error("the signature algorithm inside the signed part differs from the one outside")]
    SignatureAlgorithms,
    /// RFC 5280 section 4.2: an extension stands once.
    #[error("extension {oid} appears twice")]
    DuplicateExtension {
        /// The extension's OID, dotted.
        oid: String,
    },
    /// RFC 5280 sections 4.2.1.1 and 4.2.1.2: the key identifiers must not be critical.
    #[error("extension {oid} is critical and must not be")]
    CriticalExtension {
        /// The extension's OID, dotted.
        oid: String,
    },
    /// An `ecPublicKey` on a curve other than P-224, P-256, P-384, and P-521.
    #[error("the curve of the public key is unknown, known are P-224, P-256, P-384, and P-521")]
    Curve,
    /// An iPAddress that is none.
    #[error("an IP address among the subject alternative names is invalid: {hex}")]
    IpAddress {
        /// Its bytes, hexadecimal.
        hex: String,
    },
    /// A uniformResourceIdentifier that is none.
    #[error("a URI among the subject alternative names is invalid: \"{uri}\"")]
    Uri {
        /// The text found.
        uri: String,
    },
}

/// `part` is not what it should be.
fn malformed(part: &'static str) -> InspectError {
    InspectError::Malformed { part }
}

/// Octets of the longest number shown: an RSA key of 16384 bits has 2048. Decimal digits take quadratic time.
const MAX_NUMBER: usize = 1 << 14;

fn check_number(part: &'static str, octets: usize) -> Result<(), InspectError> {
    if octets > MAX_NUMBER { Err(InspectError::TooLong { part, octets }) } else { Ok(()) }
}
