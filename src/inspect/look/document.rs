//! What a file holds: PEM blocks in any number, or one DER structure.

use serde::Serialize;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::facts::{CertificateFacts, CrlFacts, Lifetime, RequestFacts};
use super::key::KeyFacts;
use crate::key::{KeyError, Password, PrivateKey};
use crate::vocab::asn1;
use crate::vocab::content::Kind;
use crate::vocab::pem::{self, PemBlock};
use crate::vocab::quote::printable;
use crate::vocab::text::without_mark;

/// One thing that was found, and where.
#[derive(Debug, Serialize)]
pub struct Document {
    /// The file, `-` for standard input, or `host:port`.
    pub file: String,
    /// Its number in the file, from 1; absent where the file holds nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<usize>,
    /// Its name in a PKCS#12 file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// What it is.
    #[serde(flatten)]
    pub content: Content,
}

impl Document {
    /// `bundle.pem#2`, safe for a terminal.
    pub fn place(&self) -> String {
        let file = printable(&self.file);
        self.block.map_or_else(|| file.clone(), |block| format!("{file}#{block}"))
    }

    /// When it is valid, if it says so.
    pub(super) fn lifetime(&self) -> Option<&Lifetime> {
        match &self.content {
            Content::Certificate(facts) => Some(&facts.lifetime),
            Content::Crl(facts) => facts.lifetime.as_ref(),
            _ => None,
        }
    }
}

/// What a document is.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Content {
    /// A certificate.
    Certificate(Box<CertificateFacts>),
    /// A certificate request.
    Request(Box<RequestFacts>),
    /// A certificate revocation list.
    Crl(Box<CrlFacts>),
    /// A private key; only its public half is shown.
    PrivateKey(PrivateKeyFacts),
    /// A public key.
    PublicKey {
        /// The key.
        key: KeyFacts,
    },
    /// A PKCS#12 file that the password given, if any, was not for.
    EncryptedPkcs12,
    /// Something that is not looked into.
    Unknown {
        /// Its PEM label, or what it seems to be.
        label: String,
    },
    /// Something that the system, or a password, does not let us read.
    Unreadable {
        /// What it is.
        label: String,
        /// Why.
        error: String,
    },
    /// Something that cannot be read.
    Damaged {
        /// What it was meant to be.
        label: String,
        /// Why.
        error: String,
    },
}

/// A private key.
#[derive(Debug, Serialize)]
pub struct PrivateKeyFacts {
    /// Whether it is encrypted in the file.
    pub encrypted: bool,
    /// Why its public half is not shown, where there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Its public half; absent while it is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyFacts>,
}

/// What reading needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The present time.
    pub now: OffsetDateTime,
    /// For encrypted keys.
    pub password: Option<&'a Password>,
}

/// Reads what a file holds. A file in which nothing of the kind is found gives nothing.
pub fn read(bytes: &[u8], file: &str, reading: Reading<'_>) -> Vec<Document> {
    let (bytes, _) = without_mark(bytes);
    let mut found = reading.pem_text(bytes);
    if found.is_none() {
        let embedded = pem::embedded(bytes);
        found = (!embedded.is_empty())
            .then(|| embedded.iter().filter_map(|text| reading.pem_text(text)).flatten().collect());
    }
    let found = found.unwrap_or_else(|| reading.der(bytes).into_iter().collect());
    numbered(file, found.into_iter().map(|content| (None, content)).collect())
}

/// Documents of one file, numbered if there are several.
pub fn numbered(file: &str, contents: Vec<(Option<String>, Content)>) -> Vec<Document> {
    let several = contents.len() > 1;
    let document = |(at, (alias, content)): (usize, (Option<String>, Content))| Document {
        file: file.to_owned(),
        block: several.then_some(at + 1),
        alias,
        content,
    };
    contents.into_iter().enumerate().map(document).collect()
}

/// A block, or the line of a BEGIN without a block that can be read, and the line of its END if another BEGIN is in it.
enum Block<'a> {
    Good { block: PemBlock, text: &'a [u8] },
    Bad { label: String, line: usize, joined: Option<usize> },
}

const BEGIN: &str = "-----BEGIN ";

fn pem_blocks(bytes: &[u8]) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let (mut rest, mut line) = (bytes, 1);
    while let Some((block, behind)) = pem::decode(rest) {
        let read = &rest[..rest.len() - behind.len()];
        let mut begins = begins(read, line);
        // The last one is the block's own.
        begins.pop();
        blocks.extend(begins);
        blocks.push(Block::Good { block, text: read });
        line += read.iter().filter(|octet| **octet == b'\n').count();
        rest = behind;
    }
    blocks.extend(begins(rest, line));
    blocks
}

/// The lines that begin a block.
fn begins(text: &[u8], first_line: usize) -> Vec<Block<'static>> {
    let mut found = Vec::new();
    for (line, text) in (first_line..).zip(text.split(|octet| *octet == b'\n')) {
        if let Some(label) = text.strip_prefix(BEGIN.as_bytes()) {
            let label = String::from_utf8_lossy(label).trim_end().trim_end_matches('-').to_owned();
            found.push(Block::Bad { label, line, joined: None });
        } else if let Some(Block::Bad { joined, .. }) = found.last_mut()
            && pem::joined_line(text).is_some()
        {
            joined.get_or_insert(line);
        }
    }
    found
}

impl Reading<'_> {
    /// What is in PEM blocks; `None` where there is no block.
    fn pem_text(self, text: &[u8]) -> Option<Vec<Content>> {
        let blocks = pem_blocks(text);
        let contents = || blocks.iter().filter_map(|block| self.pem(block)).collect();
        (!blocks.is_empty()).then(contents)
    }

    fn pem(self, block: &Block<'_>) -> Option<Content> {
        let (block, text) = match block {
            Block::Good { block, text } => (block, text),
            Block::Bad { label, joined: Some(line), .. } => {
                return Some(damaged(&label.to_lowercase(), format!("line {line} {}", pem::JOINED)));
            }
            Block::Bad { label, line, joined: None } => {
                let error = format!("the PEM block that begins in line {line} is incomplete or damaged");
                return Some(Content::Damaged { label: label.to_lowercase(), error });
            }
        };
        let der = block.contents();
        Some(match Kind::of_label(block.label()) {
            Some(Kind::Certificate) => self.certificate(der, false),
            Some(Kind::TrustedCertificate) => self.certificate(der, true),
            Some(Kind::Request) => request(der),
            Some(Kind::Crl) => self.crl(der),
            Some(Kind::PublicKey) => public_key(der),
            Some(Kind::Parameters) => return None,
            Some(Kind::PrivateKey) => self.private_key(text, is_encrypted(block)),
            Some(Kind::OpensshKey) => Content::Unknown { label: "OpenSSH private key".to_owned() },
            Some(Kind::Pkcs7) => pkcs7(),
            Some(Kind::Pkcs1PublicKey) | None => {
                Content::Unknown { label: format!("PEM block \"{}\"", block.label()) }
            }
        })
    }

    /// One DER structure; `None` if it is none.
    fn der(self, bytes: &[u8]) -> Option<Content> {
        let kind = match Kind::of_der(bytes) {
            Ok(kind) => kind?,
            Err(error) => return Some(damaged("DER structure", error.to_string())),
        };
        match kind {
            Kind::Certificate => Some(self.certificate(bytes, false)),
            Kind::Crl => Some(self.crl(bytes)),
            Kind::Request => Some(request(bytes)),
            Kind::PublicKey => Some(public_key(bytes)),
            Kind::PrivateKey => {
                // Framed, so that it may be encrypted.
                let text = Zeroizing::new(pem::encode("PRIVATE KEY", bytes));
                Some(self.private_key(text.as_bytes(), is_encrypted_pkcs8(bytes)))
            }
            Kind::Pkcs7 => Some(pkcs7()),
            // No shape tells these.
            Kind::TrustedCertificate | Kind::OpensshKey | Kind::Parameters | Kind::Pkcs1PublicKey => None,
        }
    }

    /// A certificate in DER.
    pub fn certificate(self, der: &[u8], with_trust: bool) -> Content {
        match CertificateFacts::read(der, with_trust, self.now) {
            Ok(facts) => Content::Certificate(Box::new(facts)),
            Err(error) => damaged("certificate", error),
        }
    }

    fn crl(self, der: &[u8]) -> Content {
        match CrlFacts::read(der, self.now) {
            Ok(facts) => Content::Crl(Box::new(facts)),
            Err(error) => damaged("CRL", error),
        }
    }

    fn private_key(self, text: &[u8], encrypted: bool) -> Content {
        let locked =
            |note: Option<String>| Content::PrivateKey(PrivateKeyFacts { encrypted: true, note, key: None });
        match PrivateKey::from_pem(text, self.password) {
            Ok(key) => private_key(&key, encrypted),
            Err(KeyError::Encrypted) => locked(None),
            Err(KeyError::WrongPassword) => unreadable("private key", "the password given does not open it"),
            Err(error) if encrypted => locked(Some(error.to_string())),
            // Keys of these kinds are fine elsewhere.
            Err(
                error @ (KeyError::UnsupportedAlgorithm { .. }
                | KeyError::UnsupportedCurve { .. }
                | KeyError::MultiPrime),
            ) => Content::PrivateKey(PrivateKeyFacts { encrypted, note: Some(error.to_string()), key: None }),
            Err(error) => damaged("private key", error.to_string()),
        }
    }
}

/// A private key.
pub fn private_key(key: &PrivateKey, encrypted: bool) -> Content {
    let key = Some(KeyFacts::of(key.public_key().spki_der()));
    Content::PrivateKey(PrivateKeyFacts { encrypted, note: None, key })
}

fn is_encrypted(block: &PemBlock) -> bool {
    block.header("Proc-Type").is_some_and(|kind| kind.contains("ENCRYPTED"))
        || is_encrypted_pkcs8(block.contents())
}

/// RFC 5958 section 3: EncryptedPrivateKeyInfo starts with an AlgorithmIdentifier, other keys with a version.
fn is_encrypted_pkcs8(der: &[u8]) -> bool {
    asn1::sequence_elements(der)
        .is_ok_and(|elements| elements.first().is_some_and(|first| first.first() == Some(&0x30)))
}

/// Something that the system, or a password, does not let us read.
pub fn unreadable(label: &str, error: impl Into<String>) -> Content {
    Content::Unreadable { label: label.to_owned(), error: error.into() }
}

/// Something that cannot be read.
pub fn damaged(label: &str, error: impl Into<String>) -> Content {
    Content::Damaged { label: label.to_owned(), error: error.into() }
}

fn request(der: &[u8]) -> Content {
    match RequestFacts::read(der) {
        Ok(facts) => Content::Request(Box::new(facts)),
        Err(error) => damaged("certificate request", error),
    }
}

fn pkcs7() -> Content {
    Content::Unknown { label: "PKCS#7".to_owned() }
}

fn public_key(der: &[u8]) -> Content {
    Content::PublicKey { key: KeyFacts::of(der) }
}
