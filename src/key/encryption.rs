//! Encrypted private keys: OpenSSL's PEM encryption (RFC 1421 headers) and PKCS#8's PBES2 (RFC 8018).

use std::fmt;

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use der::Decode;
use md5::{Digest, Md5};
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::{self, EncryptionScheme, pbes2};
use zeroize::Zeroizing;

use super::error::KeyError;

/// The most PBKDF2 iterations we spend on a file: seconds, and more than ten times what tools write.
const MAX_PBKDF2_ITERATIONS: u64 = 10_000_000;
/// The largest N*r (scrypt's memory in blocks of 128 octets): 256 MiB, 16 times OpenSSL's default.
const MAX_SCRYPT_MEMORY: u64 = 1 << 21;
/// The largest N*r*p (scrypt's work).
const MAX_SCRYPT_WORK: u64 = 1 << 22;

/// A password; wiped from memory when it is dropped.
pub struct Password(Zeroizing<Vec<u8>>);

impl Password {
    /// Takes the octets as they are: no encoding is assumed, nothing is trimmed.
    pub fn new(octets: Vec<u8>) -> Self {
        Self(Zeroizing::new(octets))
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

/// Decrypts an `EncryptedPrivateKeyInfo`; gives the `PrivateKeyInfo`.
pub(super) fn decrypt_pkcs8(der: &[u8], password: &Password) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let info = EncryptedPrivateKeyInfoRef::from_der(der).map_err(|error| match error.kind() {
        der::ErrorKind::OidUnknown { oid } => KeyError::UnsupportedEncryption { what: oid.to_string() },
        _ => KeyError::Malformed { what: "encrypted private key" },
    })?;
    match &info.encryption_algorithm {
        EncryptionScheme::Pbes2(parameters) => check_cost(&parameters.kdf)?,
        other => return Err(KeyError::UnsupportedEncryption { what: format!("PBES1 {}", other.oid()) }),
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
