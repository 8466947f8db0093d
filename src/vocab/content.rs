//! What the bytes of a file hold: by its name, by the label of a PEM block, by the shape of a DER structure.

use super::{asn1, text};

/// What a PEM block or a DER structure holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A certificate.
    Certificate,
    /// A certificate with OpenSSL's trust settings behind it.
    TrustedCertificate,
    /// A certification request.
    Request,
    /// A certificate revocation list.
    Crl,
    /// A private key, encrypted or not.
    PrivateKey,
    /// A private key in OpenSSH's own form.
    OpensshKey,
    /// A public key with its algorithm.
    PublicKey,
    /// An RSA public key alone.
    Pkcs1PublicKey,
    /// The parameters of a key, which OpenSSL writes in front of it.
    Parameters,
    /// PKCS#7's signedData.
    Pkcs7,
}

/// The labels of PEM blocks (RFC 7468, and what OpenSSL writes beside it).
const LABELS: [(&str, Kind); 14] = [
    ("CERTIFICATE", Kind::Certificate),
    ("X509 CERTIFICATE", Kind::Certificate),
    ("TRUSTED CERTIFICATE", Kind::TrustedCertificate),
    ("CERTIFICATE REQUEST", Kind::Request),
    ("NEW CERTIFICATE REQUEST", Kind::Request),
    ("X509 CRL", Kind::Crl),
    ("PUBLIC KEY", Kind::PublicKey),
    ("RSA PUBLIC KEY", Kind::Pkcs1PublicKey),
    ("EC PARAMETERS", Kind::Parameters),
    ("DH PARAMETERS", Kind::Parameters),
    ("OPENSSH PRIVATE KEY", Kind::OpensshKey),
    ("PKCS7", Kind::Pkcs7),
    ("PKCS #7 SIGNED DATA", Kind::Pkcs7),
    ("CMS", Kind::Pkcs7),
];

/// Endings of names under which a file is expected to hold something that we know.
const TELLING: [&str; 12] =
    [".pem", ".crt", ".cer", ".cert", ".key", ".der", ".csr", ".req", ".crl", ".p12", ".pfx", ".p8"];

/// Whether the name of a file promises something that we know.
pub fn is_telling(name: &str) -> bool {
    TELLING.iter().any(|end| name.ends_with(end))
}

/// Why a DER structure is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damaged {
    /// Its length says more than there is.
    #[error("it is cut off")]
    CutOff,
    /// Its length says less than there is.
    #[error("bytes follow behind its end, from byte {from} on")]
    Followed {
        /// The first of them, from 0.
        from: usize,
    },
    /// Its length is none of DER, or what is within it does not fit.
    #[error("its structure is wrong")]
    Structure,
}

impl Damaged {
    fn of(der: &[u8]) -> Self {
        match whole_length(der) {
            Some(length) if length > der.len() => Self::CutOff,
            Some(length) if length < der.len() => Self::Followed { from: length },
            _ => Self::Structure,
        }
    }
}

/// The octets of an element with its tag and length (X.690 section 8.1.3).
fn whole_length(der: &[u8]) -> Option<usize> {
    let first = usize::from(*der.get(1)?);
    if first < 0x80 {
        return Some(2 + first);
    }
    let count = first & 0x7f;
    let octets = der.get(2..2 + count).filter(|_| (1..=4).contains(&count))?;
    let length = octets.iter().fold(0usize, |sum, octet| sum << 8 | usize::from(*octet));
    length.checked_add(2 + count)
}

/// What a file holds that is known and not read, and what to do about it.
pub fn foreign(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    match bytes {
        bytes if text::is_utf16(bytes) => Some((text::UTF16, text::UTF16_HINT)),
        [0xfe, 0xed, 0xfe, 0xed, ..] => Some((
            "a Java keystore (JKS) is not read",
            "convert it: keytool -importkeystore -srckeystore FILE -destkeystore NEW.p12 -deststoretype PKCS12",
        )),
        _ => None,
    }
}

impl Kind {
    /// What a PEM label says.
    pub fn of_label(label: &str) -> Option<Self> {
        let known = LABELS.iter().find(|(word, _)| *word == label).map(|(_, content)| *content);
        known.or_else(|| label.ends_with("PRIVATE KEY").then_some(Self::PrivateKey))
    }

    /// What a DER structure looks like from outside; nothing of what is no SEQUENCE or none that we know.
    ///
    /// # Errors
    /// It begins as a SEQUENCE and is none.
    pub fn of_der(der: &[u8]) -> Result<Option<Self>, Damaged> {
        if der.first() != Some(&0x30) {
            return Ok(None);
        }
        let elements = asn1::sequence_elements(der).map_err(|_| Damaged::of(der))?;
        Ok(match tags(&elements)[..] {
            // SIGNED: the signed part, the algorithm, the signature.
            [0x30, 0x30, 0x03] => Some(Self::of_signed(elements[0])),
            // Two numbers are an RSA public key or the parameters of DH, three those of DH or DSA.
            [0x02, 0x02] | [0x02, 0x02, 0x02] => None,
            // PKCS#8, PKCS#1, SEC 1; encrypted PKCS#8.
            [0x02, 0x30, ..] | [0x02, 0x02, ..] | [0x02, 0x04, ..] | [0x30, 0x04] => Some(Self::PrivateKey),
            [0x30, 0x03] => Some(Self::PublicKey),
            [0x06, 0xa0] if elements[0] == SIGNED_DATA => Some(Self::Pkcs7),
            _ => None,
        })
    }

    fn of_signed(signed: &[u8]) -> Self {
        let Ok(elements) = asn1::sequence_elements(signed) else { return Self::Certificate };
        match tags(&elements)[..] {
            // RFC 2986 section 4.1: version, subject, key, attributes.
            [0x02, 0x30, 0x30] | [0x02, 0x30, 0x30, 0xa0] => Self::Request,
            // RFC 5280 section 5.1: version or not, algorithm, issuer, thisUpdate.
            [0x30, 0x30, 0x17 | 0x18, ..] | [0x02, 0x30, 0x30, 0x17 | 0x18, ..] => Self::Crl,
            _ => Self::Certificate,
        }
    }
}

fn tags(elements: &[&[u8]]) -> Vec<u8> {
    elements.iter().filter_map(|element| element.first().copied()).collect()
}

/// The OID of PKCS#7's signedData (RFC 2315 section 14).
const SIGNED_DATA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_say_what_is_in_a_block() {
        for (label, expected) in [
            ("TRUSTED CERTIFICATE", Some(Kind::TrustedCertificate)),
            ("NEW CERTIFICATE REQUEST", Some(Kind::Request)),
            ("ENCRYPTED PRIVATE KEY", Some(Kind::PrivateKey)),
            ("RSA PRIVATE KEY", Some(Kind::PrivateKey)),
            ("OPENSSH PRIVATE KEY", Some(Kind::OpensshKey)),
            ("CERT", None),
            ("certificate", None),
        ] {
            assert_eq!(Kind::of_label(label), expected, "{label}");
        }
    }

    #[test]
    fn der_is_told_by_its_shape() {
        assert_eq!(Kind::of_der(b""), Ok(None));
        assert_eq!(Kind::of_der(b"text"), Ok(None));
        assert_eq!(Kind::of_der(b"0123"), Err(Damaged::CutOff));
        assert_eq!(Kind::of_der(&[0x30, 0, 0]), Err(Damaged::Followed { from: 2 }));
        assert_eq!(Kind::of_der(&[0x30, 0x81, 1, 5, 0]), Err(Damaged::Followed { from: 4 }));
        assert_eq!(Kind::of_der(&[0x30, 0x82, 1]), Err(Damaged::Structure));
        assert_eq!(Kind::of_der(&[0x30, 0x80, 0, 0]), Err(Damaged::Structure));
        assert_eq!(Kind::of_der(&[0x30, 1, 2]), Err(Damaged::Structure));
        assert_eq!(Kind::of_der(&[0x30, 0]), Ok(None));
        assert_eq!(Kind::of_der(&[0x30, 6, 2, 1, 7, 2, 1, 2]), Ok(None));
        assert_eq!(Kind::of_der(&[0x30, 4, 0x30, 0, 0x03, 0]), Ok(Some(Kind::PublicKey)));
        assert_eq!(Kind::of_der(&[0x30, 4, 0x30, 0, 0x04, 0]), Ok(Some(Kind::PrivateKey)));
    }

    #[test]
    fn names_promise() {
        assert!(is_telling("a/server.pem") && is_telling("x.p8"));
        assert!(!is_telling("pem") && !is_telling("README.txt"));
    }
}
