//! PKCS#12 (RFC 7292): keystores, Java truststores, and reading them.

use const_oid::ObjectIdentifier as Oid;
use p12_keystore::{self as p12};
use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

use super::{Asked, Format, FormatError, order};
use crate::issue::certificate::{Certificate, CertificateError};
use crate::key::{KeyError, Password, PrivateKey};
use crate::vocab::oid::{PBES2, PKCS12_PBE};

/// Iterations of each of a file's three derivations (certificates, key, seal); together what OWASP advises for
/// PBKDF2 with SHA-256, and far below what Java (5,000,000) accepts.
const MODERN_ITERATIONS: u32 = 200_000;
/// What OpenSSL writes; old programs were never given more.
const LEGACY_ITERATIONS: u32 = 2048;

/// A root's alias where the base name is another certificate's.
const AUTHORITY_ALIAS: &str = "ca";

/// How a file is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strength {
    /// PBES2 with AES-256, HMAC-SHA256: OpenSSL 1.1, Java 8u301, macOS 15, Windows 10 and later.
    Modern,
    /// PKCS#12's own 3DES, HMAC-SHA1: everything older.
    Legacy,
}

/// The key with its certificate and chain.
pub(super) fn keystore(asked: &Asked<'_>, strength: Strength) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let key = asked.key()?;
    let material = asked.material;
    let certificates: Vec<_> =
        [material.certificate].into_iter().chain(material.chain).map(entry).collect::<Result<_, _>>()?;
    let key = p12::PrivateKey::from_der(&key.to_pkcs8_der()).map_err(failed)?;
    // What ties key and certificate together; OpenSSL takes this hash, too.
    let id = Sha1::digest(material.certificate.der()).to_vec();
    let chain = p12::PrivateKeyChain::new(id, key, certificates);
    sealed(asked, p12::KeyStoreEntry::PrivateKeyChain(chain), strength)
}

/// The certificate to trust, marked as Java wants it marked.
pub(super) fn truststore(asked: &Asked<'_>) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let anchor = entry(asked.anchor()?)?;
    sealed(asked, p12::KeyStoreEntry::Certificate(anchor), Strength::Modern)
}

fn entry(certificate: &Certificate) -> Result<p12::Certificate, FormatError> {
    p12::Certificate::from_der(certificate.der()).map_err(failed)
}

/// A password, if it is text that PKCS#12 can hold.
pub(super) fn check_password(format: Format, password: &Password) -> Result<&str, FormatError> {
    text_of(password).ok_or(FormatError::PasswordNotText { format })
}

fn sealed(
    asked: &Asked<'_>,
    entry: p12::KeyStoreEntry,
    strength: Strength,
) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let password = asked.password()?;
    let password = check_password(asked.format, password)?;
    let mut store = p12::KeyStore::new();
    store.add_entry(alias(asked)?, entry);
    let writer = store.writer(password);
    let writer = match strength {
        Strength::Modern => writer
            .encryption_algorithm(p12::EncryptionAlgorithm::PbeWithHmacSha256AndAes256)
            .encryption_iterations(MODERN_ITERATIONS)
            .mac_algorithm(p12::MacAlgorithm::HmacSha256)
            .mac_iterations(MODERN_ITERATIONS),
        Strength::Legacy => writer
            .encryption_algorithm(p12::EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc)
            .encryption_iterations(LEGACY_ITERATIONS)
            .mac_algorithm(p12::MacAlgorithm::HmacSha1)
            .mac_iterations(LEGACY_ITERATIONS),
    };
    writer.write().map(Zeroizing::new).map_err(failed)
}

/// Whether a file is encrypted as the files of a format are. How often keys are derived is its maker's affair, as is the
/// seal.
pub fn is_encrypted_as(format: Format, bytes: &[u8]) -> bool {
    // Looked for as octets: they stand in no other part of a file, but by one chance in 2^70 or so.
    let has = |scheme: Oid| bytes.windows(scheme.as_bytes().len()).any(|part| part == scheme.as_bytes());
    let is_legacy = format == Format::Pkcs12Legacy;
    has(PKCS12_PBE) == is_legacy && has(PBES2) != is_legacy
}

fn alias<'a>(asked: &Asked<'a>) -> Result<&'a str, FormatError> {
    let alias = asked.options.alias.unwrap_or(match asked.format {
        Format::Truststore if !asked.material.chain.is_empty() => AUTHORITY_ALIAS,
        _ => asked.material.name,
    });
    if alias.is_empty() || !in_basic_plane(alias) || alias.contains(char::is_control) {
        return Err(FormatError::Alias { alias: alias.to_owned() });
    }
    Ok(alias)
}

/// RFC 7292 appendix B.1: the password is a BMPString.
fn text_of(password: &Password) -> Option<&str> {
    std::str::from_utf8(password.as_bytes()).ok().filter(|text| in_basic_plane(text))
}

fn in_basic_plane(text: &str) -> bool {
    text.chars().all(|c| u32::from(c) <= 0xffff)
}

fn failed(error: p12::error::Error) -> FormatError {
    FormatError::Pkcs12(Box::new(error))
}

/// What a PKCS#12 file holds.
#[derive(Debug)]
pub struct Contents {
    /// The certificate of the key; without a key, the only one.
    pub certificate: Certificate,
    /// The certificates above it, its issuer first.
    pub chain: Vec<Certificate>,
    /// The key.
    pub key: Option<PrivateKey>,
}

/// A PKCS#12 file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Pkcs12Error {
    /// It opens with another password.
    #[error("the PKCS#12 file is encrypted")]
    Encrypted,
    /// Damaged, or not the password.
    #[error("the password does not open the PKCS#12 file")]
    WrongPassword,
    /// Not PKCS#12, or of a kind we cannot read.
    #[error("the PKCS#12 file cannot be read: {0}")]
    Malformed(String),
    /// More keys than one.
    #[error("the PKCS#12 file holds {0} private keys")]
    ManyKeys(usize),
    /// Certificates alone, where a key is wanted.
    #[error("the PKCS#12 file holds no private key")]
    NoKey,
    /// No certificate, or several and none belongs to a key.
    #[error("the PKCS#12 file holds {certificates} certificates, and {}", if *.key { "none belongs to its key" } else { "no key to choose by" })]
    NoCertificate {
        /// How many.
        certificates: usize,
        /// Whether there is a key.
        key: bool,
    },
    /// A certificate of a kind we do not know.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A key of a kind we do not know.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl Pkcs12Error {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Encrypted => {
                "name where its password is (export: --password-file FILE, --password-env VARIABLE)"
            }
            Self::ManyKeys(_) => {
                "take one out: keytool -importkeystore -srckeystore FILE -srcalias NAME -destkeystore NEW"
            }
            Self::NoKey => "a truststore has none: name the keystore, or the file with the key",
            Self::NoCertificate { .. } => "take the certificate out: openssl pkcs12 -nokeys -in FILE",
            Self::Certificate(error) => return error.hint(),
            Self::Key(error) => return error.hint(),
            Self::WrongPassword | Self::Malformed(_) => return None,
        };
        Some(hint.to_owned())
    }
}

/// Whether bytes look like PKCS#12: a SEQUENCE that starts with the version, 3 (RFC 7292 section 4).
pub fn is_pkcs12(bytes: &[u8]) -> bool {
    let length_octets = match bytes {
        [0x30, length, ..] if *length > 0x80 => usize::from(*length & 0x7f),
        [0x30, ..] => 0,
        _ => return false,
    };
    bytes.get(2 + length_octets..).is_some_and(|inside| inside.starts_with(&[2, 1, 3]))
}

/// Everything in a PKCS#12 file, each with its alias.
#[derive(Debug)]
pub struct Bags {
    /// The certificates' DER.
    pub certificates: Vec<(Option<String>, Vec<u8>)>,
    /// The private keys.
    pub keys: Vec<(Option<String>, Result<PrivateKey, KeyError>)>,
}

/// Reads a PKCS#12 file, whatever it holds.
///
/// # Errors
/// It does not open.
pub fn bags(bytes: &[u8], password: Option<&Password>) -> Result<Bags, Pkcs12Error> {
    let archive = open(bytes, password)?;
    let certificates =
        archive.certs.into_iter().map(|bag| (bag.friendly_name, bag.cert.as_der().to_vec())).collect();
    let keys = archive
        .keys
        .into_iter()
        .map(|bag| (bag.friendly_name, PrivateKey::from_der(bag.key.as_der())))
        .collect();
    Ok(Bags { certificates, keys })
}

/// Reads the only private key of a PKCS#12 file.
///
/// # Errors
/// It does not open, or has not exactly one key.
pub fn key(bytes: &[u8], password: Option<&Password>) -> Result<PrivateKey, Pkcs12Error> {
    only_key(&open(bytes, password)?)?.ok_or(Pkcs12Error::NoKey)
}

fn only_key(archive: &p12::Pkcs12Archive) -> Result<Option<PrivateKey>, Pkcs12Error> {
    match archive.keys.as_slice() {
        [] => Ok(None),
        [bag] => Ok(Some(PrivateKey::from_der(bag.key.as_der())?)),
        bags => Err(Pkcs12Error::ManyKeys(bags.len())),
    }
}

/// Reads a PKCS#12 file with at most one key.
///
/// # Errors
/// It does not open, or has not exactly one certificate to offer.
pub fn read(bytes: &[u8], password: Option<&Password>) -> Result<Contents, Pkcs12Error> {
    let archive = open(bytes, password)?;
    let key = only_key(&archive)?;
    let pool: Vec<_> =
        archive.certs.iter().map(|bag| Certificate::from_der(bag.cert.as_der())).collect::<Result<_, _>>()?;
    let certificate = match (&key, pool.as_slice()) {
        (Some(key), pool) => pool.iter().find(|found| found.public_key() == key.public_key()),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    let Some(certificate) = certificate.cloned() else {
        return Err(Pkcs12Error::NoCertificate { certificates: pool.len(), key: key.is_some() });
    };
    Ok(Contents { chain: order(&certificate, &pool), certificate, key })
}

fn open(bytes: &[u8], password: Option<&Password>) -> Result<p12::Pkcs12Archive, Pkcs12Error> {
    let text = match password {
        Some(password) => text_of(password).ok_or(Pkcs12Error::WrongPassword)?,
        None => "",
    };
    p12::Pkcs12Archive::from_pkcs12(bytes, text).map_err(|error| match error {
        p12::error::Error::MacError(_) | p12::error::Error::UnpadError | p12::error::Error::Pkcs5Error(_) => {
            if password.is_some() {
                Pkcs12Error::WrongPassword
            } else {
                Pkcs12Error::Encrypted
            }
        }
        other => Pkcs12Error::Malformed(other.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::error::tests::leaf;
    use super::super::{Options, render};
    use super::*;
    use proptest::prelude::*;

    fn rendered(format: Format) -> Vec<u8> {
        let password = Password::new("gehëim".into());
        let options = Options { password: Some(&password), ..Options::default() };
        render(format, &leaf(), &options).unwrap().to_vec()
    }

    fn refused(bytes: &[u8], password: Option<&str>) -> String {
        let password = password.map(|text| Password::new(text.into()));
        let error = read(bytes, password.as_ref()).unwrap_err();
        format!("{error}\n{}", error.hint().unwrap_or_default())
    }

    #[test]
    fn what_is_written_is_read_again() {
        for format in [Format::Pkcs12, Format::Pkcs12Legacy] {
            let file = rendered(format);
            assert!(is_pkcs12(&file));
            for other in [Format::Pkcs12, Format::Pkcs12Legacy] {
                assert_eq!(is_encrypted_as(other, &file), other == format, "{format}, {other}");
            }
            let found = read(&file, Some(&Password::new("gehëim".into()))).unwrap();
            assert_eq!(found.certificate.der(), leaf().certificate.der());
            let ders = |chain: &[Certificate]| chain.iter().map(|c| c.der().to_vec()).collect::<Vec<_>>();
            assert_eq!(ders(&found.chain), ders(leaf().chain));
            assert_eq!(found.key.unwrap().to_pkcs8_der(), leaf().key.unwrap().to_pkcs8_der());
            assert_eq!(refused(&file, Some("wrong")), "the password does not open the PKCS#12 file\n");
            assert_eq!(
                refused(&file, None),
                "the PKCS#12 file is encrypted\nname where its password is (export: --password-file FILE, \
                 --password-env VARIABLE)"
            );
        }
        let store = read(&rendered(Format::Truststore), Some(&Password::new("gehëim".into()))).unwrap();
        assert_eq!((store.certificate.der(), store.key.is_some()), (leaf().chain[1].der(), false));
    }

    #[test]
    fn texts_and_hints_are_exact() {
        let text = |error: Pkcs12Error| format!("{error}\n{}", error.hint().unwrap_or_default());
        assert_eq!(
            text(Pkcs12Error::ManyKeys(2)),
            "the PKCS#12 file holds 2 private keys\ntake one out: keytool -importkeystore -srckeystore FILE \
             -srcalias NAME -destkeystore NEW"
        );
        let hint = "take the certificate out: openssl pkcs12 -nokeys -in FILE";
        for (key, reason) in [(true, "none belongs to its key"), (false, "no key to choose by")] {
            assert_eq!(
                text(Pkcs12Error::NoCertificate { certificates: 2, key }),
                format!("the PKCS#12 file holds 2 certificates, and {reason}\n{hint}")
            );
        }
        assert!(refused(&[0x30, 3, 2, 1, 3], None).starts_with("the PKCS#12 file cannot be read: "));
    }

    /// Neither sealed nor encrypted.
    const OPEN: &[u8] = include_bytes!("testdata/leaf.p12");

    #[test]
    fn a_file_without_seal_is_read() {
        assert!(!is_encrypted_as(Format::Pkcs12, OPEN) && !is_encrypted_as(Format::Pkcs12Legacy, OPEN));
        let found = read(OPEN, None).unwrap();
        assert_eq!(found.certificate.der(), leaf().certificate.der());
        assert_eq!(found.key.unwrap().to_pkcs8_der(), leaf().key.unwrap().to_pkcs8_der());
    }

    proptest! {
        #[test]
        fn a_damaged_file_has_an_answer(at in 0..OPEN.len(), octet: u8, length in 0..OPEN.len()) {
            let mut file = OPEN.to_vec();
            file[at] = octet;
            let _ = read(&file, None);
            let _ = read(&OPEN[..length], None);
        }

        #[test]
        fn any_bytes_have_an_answer(bytes: Vec<u8>) {
            let _ = is_pkcs12(&bytes);
            let _ = read(&bytes, None);
        }
    }
}
