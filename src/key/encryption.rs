//! Encrypted private keys: OpenSSL's PEM encryption (RFC 1421 headers) and PKCS#8's PBES2 (RFC 8018).

use std::fmt;

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Decode, SliceReader};
use md5::{Digest, Md5};
use pkcs8::pkcs5::{self, EncryptionScheme, pbes2};
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::error::KeyError;
use super::random::SystemRng;

/// The most PBKDF2 iterations we spend on a file: less than a second, and several times what tools write.
const MAX_PBKDF2_ITERATIONS: u64 = 4_000_000;
/// The largest N*r (scrypt's memory in blocks of 128 octets): 128 MiB, 8 times OpenSSL's default.
const MAX_SCRYPT_MEMORY: u64 = 1 << 20;
/// The largest N*r*p (scrypt's work).
const MAX_SCRYPT_WORK: u64 = 1 << 20;

/// A password; wiped from memory when it is dropped.
pub struct Password(Zeroizing<Vec<u8>>);

impl Password {
    /// Takes the octets as they are: no encoding is assumed, nothing is trimmed.
    pub fn new(octets: Vec<u8>) -> Self {
        Self(Zeroizing::new(octets))
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// The `DEK-Info` header of a PEM block that is `Proc-Type: 4,ENCRYPTED`.
pub(super) struct LegacyHeader<'a> {
    dek_info: Option<&'a str>,
}

impl<'a> LegacyHeader<'a> {
    /// `None` if the block is not encrypted.
    pub(super) fn find(headers: &'a [(String, String)]) -> Option<Self> {
        let value =
            |name| headers.iter().rev().find(|header| header.0 == name).map(|header| header.1.as_str());
        value("Proc-Type")
            .filter(|kind| kind.contains("ENCRYPTED"))
            .map(|_| Self { dek_info: value("DEK-Info") })
    }

    pub(super) fn decrypt(&self, data: &[u8], password: &Password) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let (cipher, iv) = self.parse()?;
        if data.is_empty() || !data.len().is_multiple_of(iv.len()) {
            return Err(KeyError::Malformed { what: "encrypted PEM data: not a multiple of the block size" });
        }
        let key = derive_legacy(password, &iv, cipher.key_size);
        (cipher.decrypt)(&key, &iv, data)
    }

    fn parse(&self) -> Result<(&'static LegacyCipher, Vec<u8>), KeyError> {
        let malformed = KeyError::Malformed { what: "DEK-Info header" };
        let Some((name, iv)) = self.dek_info.and_then(|text| text.split_once(',')) else {
            return Err(malformed);
        };
        let cipher = LEGACY_CIPHERS
            .iter()
            .find(|cipher| cipher.name == name)
            .ok_or_else(|| KeyError::UnsupportedEncryption { what: name.to_owned() })?;
        match unhex(iv) {
            Some(iv) if iv.len() == cipher.block_size => Ok((cipher, iv)),
            _ => Err(malformed),
        }
    }
}

/// Decrypts with a key, an IV and the data.
type Decrypt = fn(&[u8], &[u8], &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError>;

/// A cipher of OpenSSL's PEM encryption.
struct LegacyCipher {
    name: &'static str,
    key_size: usize,
    block_size: usize,
    decrypt: Decrypt,
}

const LEGACY_CIPHERS: [LegacyCipher; 5] = [
    LegacyCipher {
        name: "DES-CBC",
        key_size: 8,
        block_size: 8,
        decrypt: decrypt_cbc::<cbc::Decryptor<des::Des>>,
    },
    LegacyCipher {
        name: "DES-EDE3-CBC",
        key_size: 24,
        block_size: 8,
        decrypt: decrypt_cbc::<cbc::Decryptor<des::TdesEde3>>,
    },
    LegacyCipher {
        name: "AES-128-CBC",
        key_size: 16,
        block_size: 16,
        decrypt: decrypt_cbc::<cbc::Decryptor<aes::Aes128>>,
    },
    LegacyCipher {
        name: "AES-192-CBC",
        key_size: 24,
        block_size: 16,
        decrypt: decrypt_cbc::<cbc::Decryptor<aes::Aes192>>,
    },
    LegacyCipher {
        name: "AES-256-CBC",
        key_size: 32,
        block_size: 16,
        decrypt: decrypt_cbc::<cbc::Decryptor<aes::Aes256>>,
    },
];

fn decrypt_cbc<D: BlockModeDecrypt + KeyIvInit>(
    key: &[u8],
    iv: &[u8],
    data: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mut buffer = Zeroizing::new(data.to_vec());
    let plain = D::new_from_slices(key, iv)
        .map_err(|_| KeyError::Malformed { what: "DEK-Info header" })?
        .decrypt_padded::<Pkcs7>(&mut buffer)
        .map_err(|_| KeyError::WrongPassword)?
        .len();
    buffer.truncate(plain);
    Ok(buffer)
}

/// OpenSSL's `EVP_BytesToKey` with MD5, one round and the IV's first 8 octets as salt.
fn derive_legacy(password: &Password, iv: &[u8], key_size: usize) -> Zeroizing<Vec<u8>> {
    let salt = iv.get(..8).unwrap_or(iv);
    let mut key = Zeroizing::new(Vec::with_capacity(key_size + 16));
    let mut previous = Zeroizing::new(Vec::new());
    while key.len() < key_size {
        let mut hash = Md5::new();
        hash.update(&*previous);
        hash.update(&*password.0);
        hash.update(salt);
        previous = Zeroizing::new(hash.finalize().to_vec());
        key.extend_from_slice(&previous);
    }
    key.truncate(key_size);
    key
}

/// Encrypts a `PrivateKeyInfo` with PBES2: PBKDF2 with HMAC-SHA256 and the iterations OWASP advises, AES-256-CBC.
/// Gives the `EncryptedPrivateKeyInfo`.
pub(super) fn encrypt_pkcs8(info: &[u8], password: &Password) -> Result<Vec<u8>, KeyError> {
    let parameters =
        pbes2::Parameters::generate_pbkdf2(&mut SystemRng::new()).map_err(|_| KeyError::Encryption)?;
    let info = PrivateKeyInfoRef::from_der(info).map_err(|_| KeyError::Encryption)?;
    let encrypted = info.encrypt_with_params(parameters, password.as_bytes());
    encrypted.map(|document| document.as_bytes().to_vec()).map_err(|_| KeyError::Encryption)
}

/// Decrypts an `EncryptedPrivateKeyInfo`; gives the `PrivateKeyInfo`.
pub(super) fn decrypt_pkcs8(der: &[u8], password: &Password) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let malformed = KeyError::Malformed { what: "encrypted private key" };
    let info = match EncryptedPrivateKeyInfoRef::from_der(der) {
        Ok(info) => info,
        Err(error) => return Err(unsupported_encryption(der, &error).unwrap_or(malformed)),
    };
    match &info.encryption_algorithm {
        EncryptionScheme::Pbes2(parameters) => check_cost(&parameters.kdf)?,
        other => return Err(KeyError::UnsupportedEncryption { what: other.oid().to_string() }),
    }
    let plain = info.encryption_algorithm.decrypt(&*password.0, info.encrypted_data.as_bytes());
    plain.map(Zeroizing::new).map_err(|error| match error {
        pkcs5::Error::DecryptFailed => KeyError::WrongPassword,
        pkcs5::Error::UnsupportedAlgorithm { oid } => {
            KeyError::UnsupportedEncryption { what: oid.to_string() }
        }
        _ => KeyError::Malformed { what: "encrypted private key: parameters" },
    })
}

/// Names the scheme, or the part of PBES2, that the crate does not know.
fn unsupported_encryption(der: &[u8], error: &der::Error) -> Option<KeyError> {
    let scheme = scheme_of(der)?;
    let oid = match error.kind() {
        der::ErrorKind::OidUnknown { oid } => oid,
        _ if scheme != pbes2::PBES2_OID => scheme,
        _ => return None,
    };
    Some(KeyError::UnsupportedEncryption { what: oid.to_string() })
}

fn scheme_of(der: &[u8]) -> Option<ObjectIdentifier> {
    let outer = AnyRef::from_der(der).ok()?;
    let mut elements = SliceReader::new(outer.value()).ok()?;
    AlgorithmIdentifierRef::decode(&mut elements).ok().map(|algorithm| algorithm.oid)
}

fn check_cost(kdf: &pbes2::Kdf) -> Result<(), KeyError> {
    match kdf {
        pbes2::Kdf::Pbkdf2(parameters) => {
            within("PBKDF2 iterations", parameters.iteration_count.into(), MAX_PBKDF2_ITERATIONS)
        }
        pbes2::Kdf::Scrypt(parameters) => {
            // RFC 7914 section 6: N is a power of 2 greater than 1 (the crate relies on it).
            if parameters.cost_parameter < 2 || !parameters.cost_parameter.is_power_of_two() {
                return Err(KeyError::Malformed { what: "encrypted private key: parameters" });
            }
            let memory = parameters.cost_parameter.saturating_mul(parameters.block_size.into());
            within("scrypt N*r", memory, MAX_SCRYPT_MEMORY)?;
            within("scrypt N*r*p", memory.saturating_mul(parameters.parallelization.into()), MAX_SCRYPT_WORK)
        }
        other => Err(KeyError::UnsupportedEncryption { what: other.oid().to_string() }),
    }
}

fn within(what: &'static str, found: u64, limit: u64) -> Result<(), KeyError> {
    if found > limit { Err(KeyError::DerivationTooCostly { what, found, limit }) } else { Ok(()) }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |octet: u8| char::from(octet).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::PrivateKey;
    use super::super::testing::{der, fixture, read, read_with};
    use super::*;

    const LEGACY: [&str; 6] =
        ["rsa1024-des", "rsa1024-des3", "rsa1024-aes128", "rsa1024-aes192", "rsa1024-aes256", "p256-aes256"];
    const PBES2: [&str; 9] = [
        "p256-hmacWithSHA1",
        "p256-hmacWithSHA224",
        "p256-hmacWithSHA256",
        "p256-hmacWithSHA384",
        "p256-hmacWithSHA512",
        "p256-pbes2-aes-128-cbc",
        "p256-pbes2-aes-192-cbc",
        "p256-pbes2-des3",
        "p256-scrypt",
    ];

    #[test]
    fn every_encryption_of_a_key_gives_the_key() {
        for name in LEGACY.iter().chain(&PBES2) {
            let plain = read(if name.starts_with("rsa1024") { "rsa1024" } else { "p256-sec1" }).unwrap();
            assert_eq!(read_with(name, "secret").unwrap().to_pem(), plain.to_pem(), "{name}");
        }
    }

    #[test]
    fn a_wrong_password_and_none_are_told_apart() {
        for name in LEGACY.iter().chain(&PBES2) {
            let none = read(name).unwrap_err();
            assert_eq!(none.to_string(), "private key is encrypted", "{name}");
            // The derivations of PBES2 are slow on purpose.
            let wrongs = if PBES2.contains(name) { &["Secret"][..] } else { &["", "Secret", "secret "] };
            for wrong in wrongs {
                let error = read_with(name, wrong).unwrap_err();
                assert_eq!(error.to_string(), "x509: decryption password incorrect", "{name}, {wrong:?}");
            }
        }
    }

    /// One wrong password in 256 leaves valid padding; it must not be told as a broken key.
    #[test]
    fn wrong_passwords_that_leave_valid_padding_are_wrong_passwords() {
        for attempt in 0..1500 {
            let error = read_with("rsa1024-aes128", &format!("wrong{attempt}")).unwrap_err();
            assert!(matches!(error, KeyError::WrongPassword), "{attempt}: {error:?}");
        }
    }

    #[test]
    fn a_password_for_a_plain_key_is_ignored() {
        assert!(read_with("p256-sec1", "secret").is_ok());
    }

    #[test]
    fn other_encryptions_are_refused_by_name() {
        for (name, text) in [
            ("rsa1024-camellia128", "unsupported private key encryption: CAMELLIA-128-CBC"),
            ("p256-pbes2-camellia", "unsupported private key encryption: 1.2.392.200011.61.1.1.1.2"),
            ("p256-pbes1", "unsupported private key encryption: 1.2.840.113549.1.12.1.3"),
        ] {
            let error = read_with(name, "secret").unwrap_err();
            assert_eq!(error.to_string(), text, "{name}");
            let hint = "convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY -out NEW";
            assert_eq!(error.hint().as_deref(), Some(hint));
        }
    }

    #[test]
    fn broken_legacy_headers_are_refused() {
        let text = String::from_utf8(fixture("rsa1024-aes128")).unwrap();
        let line = text.lines().find(|line| line.starts_with("DEK-Info")).unwrap();
        for broken in
            ["DEK-Info: AES-128-CBC", "DEK-Info: AES-128-CBC,00", "DEK-Info: AES-128-CBC,zz", "X: y"]
        {
            let pem = text.replace(line, broken);
            let error =
                PrivateKey::from_pem(pem.as_bytes(), Some(&Password::new(b"secret".to_vec()))).unwrap_err();
            assert_eq!(error.to_string(), "malformed DEK-Info header", "{broken}");
        }
        let (head, body) = text.split_once("\n\n").unwrap();
        let (base64, foot) = body.split_once("-----").unwrap();
        let short = format!("{head}\n\n{}\n-----{foot}", &base64[..64]);
        let cut = short.replace("-128", "-256");
        for pem in [short.replace(&base64[..64], "AAAA"), cut.replace(&base64[..64], "")] {
            let error =
                PrivateKey::from_pem(pem.as_bytes(), Some(&Password::new(b"secret".to_vec()))).unwrap_err();
            let text = "malformed encrypted PEM data: not a multiple of the block size";
            assert_eq!(error.to_string(), text);
        }
    }

    #[test]
    fn costs_meant_to_keep_us_busy_are_refused() {
        let password = Password::new(b"secret".to_vec());
        let text = |der: &[u8]| decrypt_pkcs8(der, &password).unwrap_err().to_string();
        let pbkdf2 = der("p256-pbkdf2-costly");
        let limit = "key derivation is too costly: PBKDF2 iterations 10000001, at most 4000000 allowed";
        assert_eq!(text(&pbkdf2), limit);

        let limit = "key derivation is too costly: scrypt N*r*p 16646144, at most 1048576 allowed";
        assert_eq!(text(&with_scrypt(&[2, 2, 0x40, 0, 2, 1, 8, 2, 1, 127])), limit);
        let limit = "key derivation is too costly: scrypt N*r 33554432, at most 1048576 allowed";
        assert_eq!(text(&with_scrypt(&[2, 3, 0x40, 0, 0, 2, 1, 8, 2, 1, 1])), limit);
        for not_a_power_of_two in [&[2, 2, 0x40, 1][..], &[2, 1, 0], &[2, 1, 1]] {
            let numbers = [not_a_power_of_two, &[2, 1, 8, 2, 1, 1]].concat();
            assert_eq!(text(&with_scrypt(&numbers)), "malformed encrypted private key: parameters");
        }
    }

    /// The scrypt fixture with other N, r and p; the salt takes up the difference in length.
    fn with_scrypt(numbers: &[u8]) -> Vec<u8> {
        let der = der("p256-scrypt");
        let as_written = [2, 2, 0x40, 0, 2, 1, 8, 2, 1, 1];
        let at = (0..der.len()).find(|start| der[*start..].starts_with(&as_written)).unwrap();
        let salt = 18 - numbers.len();
        let header = [4, u8::try_from(salt).unwrap()];
        [&der[..at - 10], &header, &vec![7; salt], numbers, &der[at + as_written.len()..]].concat()
    }

    #[test]
    fn of_repeated_headers_the_last_counts_as_in_go() {
        let header = |kind: &str| ("Proc-Type".to_owned(), kind.to_owned());
        assert!(LegacyHeader::find(&[header("4,ENCRYPTED"), header("4,CLEAR")]).is_none());
        assert!(LegacyHeader::find(&[header("4,CLEAR"), header("4,ENCRYPTED")]).is_some());
    }

    #[test]
    fn passwords_are_not_printed() {
        assert_eq!(format!("{:?}", Password::new(b"secret".to_vec())), "Password(..)");
    }
}
