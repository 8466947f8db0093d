//! X.509's SIGNED, the form of certificates, requests and CRLs: what is signed, the algorithm, the signature.

use const_oid::ObjectIdentifier;
use der::{Decode, Tag};

use super::error::KeyError;
use super::public::PublicKey;
use crate::vocab::algorithm::SignatureAlgorithm;
use crate::vocab::asn1;

/// The parts of a signed document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed<'a> {
    /// What is signed.
    pub message: &'a [u8],
    /// The whole AlgorithmIdentifier.
    pub algorithm: &'a [u8],
    /// The signature's octets.
    pub signature: &'a [u8],
}

impl<'a> Signed<'a> {
    /// Takes a document (DER) apart.
    ///
    /// # Errors
    /// It has not these parts.
    pub fn read(der: &'a [u8]) -> Result<Self, KeyError> {
        let malformed = KeyError::Malformed { what: "signed structure" };
        let Ok(elements) = asn1::sequence_elements(der) else { return Err(malformed) };
        let [message, algorithm, signature] = elements[..] else { return Err(malformed) };
        let Ok(signature) = asn1::contents(Tag::BitString, signature) else { return Err(malformed) };
        // The first octet counts unused bits; a signature has none.
        Ok(Self { message, algorithm, signature: signature.get(1..).unwrap_or_default() })
    }

    /// The OID of the algorithm.
    pub fn algorithm_oid(&self) -> Option<ObjectIdentifier> {
        ObjectIdentifier::from_der(asn1::sequence_elements(self.algorithm).ok()?.first()?).ok()
    }

    /// Verifies the signature.
    ///
    /// # Errors
    /// It is another key's, or why that cannot be told.
    pub fn verify(&self, key: &PublicKey) -> Result<(), KeyError> {
        let Some(oid) = self.algorithm_oid() else {
            return Err(KeyError::Malformed { what: "signature algorithm" });
        };
        let algorithm = SignatureAlgorithm::from_identifier(self.algorithm, &oid);
        key.verify(algorithm.ok_or(KeyError::UnsupportedSignature { oid })?, self.message, self.signature)
    }

    /// Whether a key signed it.
    ///
    /// # Errors
    /// Why that cannot be told.
    pub fn is_by(&self, key: &PublicKey) -> Result<bool, KeyError> {
        told(self.verify(key))
    }
}

/// Whether a key signed a document (DER).
///
/// # Errors
/// Why that cannot be told.
pub fn is_signed_by(der: &[u8], key: &PublicKey) -> Result<bool, KeyError> {
    told(Signed::read(der).and_then(|signed| signed.verify(key)))
}

fn told(verified: Result<(), KeyError>) -> Result<bool, KeyError> {
    match verified {
        Ok(()) => Ok(true),
        Err(error) if error.is_unknown() => Err(error),
        Err(_) => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Scratch, fixture};
    use super::*;

    /// A certificate that an RSA key of a fixture signed by itself with OpenSSL, and its key.
    fn self_signed(key: &str, options: &str) -> (Vec<u8>, PublicKey) {
        let scratch = Scratch::new();
        scratch.write("key", &fixture(key));
        let spki = scratch.openssl("pkey -in key -pubout -outform DER").stdout;
        let command = format!("req -x509 -new -key key -subj /CN=a -outform DER {options}");
        (scratch.openssl(&command).stdout, PublicKey::from_spki_der(&spki).unwrap())
    }

    const PSS: &str = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen";

    #[test]
    fn pss_signatures_are_verified() {
        for hash in ["sha256", "sha384", "sha512"] {
            let (der, key) = self_signed("rsa2048-pkcs1", &format!("-{hash} {PSS}:-1"));
            assert_eq!(is_signed_by(&der, &key), Ok(true), "{hash}");
            let signed = Signed::read(&der).unwrap();
            let of_another = [&[1], signed.message].concat();
            assert_eq!(Signed { message: &of_another, ..signed }.is_by(&key), Ok(false));
            let (_, other) = self_signed("rsa3072", "-sha256");
            assert_eq!(signed.is_by(&other), Ok(false), "{hash}");
        }
    }

    #[test]
    fn what_cannot_be_told_says_why() {
        let unusual = "unsupported signature algorithm 1.2.840.113549.1.1.10";
        for (key, options, reason) in [
            ("rsa2048-pkcs1", format!("-sha256 {PSS}:20"), unusual),
            ("rsa2048-pkcs1", format!("-sha224 {PSS}:-1"), unusual),
            (
                "rsa1024",
                format!("-sha256 {PSS}:-1"),
                "RSASSA-PSS is verified with keys of 2048 to 8192 bits, not 1024",
            ),
        ] {
            let (der, key) = self_signed(key, &options);
            assert_eq!(is_signed_by(&der, &key).unwrap_err().to_string(), reason);
        }
        let (der, key) = self_signed("rsa2048-pkcs1", "-sha256");
        assert_eq!(is_signed_by(&der[..9], &key), Ok(false));
        assert_eq!(
            Signed::read(&der).unwrap().algorithm_oid(),
            Some(SignatureAlgorithm::Rsa(crate::vocab::algorithm::Hash::Sha256).oid())
        );
    }
}
