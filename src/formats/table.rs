//! The table of formats.

use std::fmt;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// The certificate in PEM.
    Pem,
    /// The private key as PKCS#8.
    Key,
    /// The private key as PKCS#1 or SEC1.
    TraditionalKey,
    /// The private key as PKCS#8, encrypted with a password.
    EncryptedKey,
    /// The certificate and its intermediates.
    Fullchain,
    /// The certificates above the certificate, the root included.
    Chain,
    /// The full chain and the private key.
    Combined,
    /// The certificate in DER.
    Der,
    /// The private key as PKCS#8 in DER.
    KeyDer,
    /// Key, certificate and chain as PKCS#12.
    Pkcs12,
    /// Key, certificate and chain as PKCS#12 of old.
    Pkcs12Legacy,
    /// The root as a Java truststore.
    Truststore,
    /// Key, full chain and root as a Kubernetes Secret.
    KubernetesSecret,
    /// Key, full chain and root as a kubeconfig.
    Kubeconfig,
}

/// What is known of a format.
struct Row {
    format: Format,
    word: &'static str,
    ending: &'static str,
    holds_certificate: bool,
    holds_chain: bool,
    holds_anchor: bool,
    holds_key: bool,
    holds_name: bool,
    needs_password: bool,
    is_text: bool,
    about: &'static str,
}

impl Row {
    const fn new(format: Format, word: &'static str, ending: &'static str, about: &'static str) -> Self {
        Self {
            format,
            word,
            ending,
            about,
            holds_certificate: true,
            holds_chain: false,
            holds_anchor: false,
            holds_key: false,
            holds_name: false,
            needs_password: false,
            is_text: true,
        }
    }

    const fn with_key(self) -> Self {
        Self { holds_key: true, ..self }
    }

    const fn without_certificate(self) -> Self {
        Self { holds_certificate: false, ..self }
    }

    const fn with_chain(self) -> Self {
        Self { holds_chain: true, ..self }
    }

    const fn with_anchor(self) -> Self {
        Self { holds_anchor: true, ..self }
    }

    const fn with_name(self) -> Self {
        Self { holds_name: true, ..self }
    }

    const fn with_password(self) -> Self {
        Self { needs_password: true, ..self }
    }

    const fn binary(self) -> Self {
        Self { is_text: false, ..self }
    }
}

/// Every format, in the order of [`Format`].
const TABLE: [Row; 14] = [
    Row::new(Format::Pem, "pem", ".pem", "the certificate in PEM"),
    Row::new(Format::Key, "key", "-key.pem", "the private key as PKCS#8").with_key().without_certificate(),
    Row::new(
        Format::TraditionalKey,
        "traditional-key",
        "-key.pem",
        "the private key as PKCS#1 (RSA) or SEC1 (ECDSA); Ed25519 has PKCS#8 alone",
    )
    .with_key()
    .without_certificate(),
    Row::new(
        Format::EncryptedKey,
        "encrypted-key",
        "-key.pem",
        "the private key as PKCS#8, encrypted with a password (PBES2, AES-256)",
    )
    .with_key()
    .without_certificate()
    .with_password(),
    Row::new(
        Format::Fullchain,
        "fullchain",
        "-fullchain.pem",
        "the certificate and its intermediates, for servers",
    )
    .with_chain(),
    Row::new(
        Format::Chain,
        "chain",
        "-chain.pem",
        "the certificates above the certificate, up to and with the root",
    )
    .without_certificate(),
    Row::new(
        Format::Combined,
        "combined",
        "-combined.pem",
        "the full chain and the private key, for haproxy",
    )
    .with_chain()
    .with_key(),
    Row::new(Format::Der, "der", ".der", "the certificate in DER").binary(),
    Row::new(Format::KeyDer, "key-der", "-key.der", "the private key as PKCS#8 in DER")
        .with_key()
        .without_certificate()
        .binary(),
    Row::new(
        Format::Pkcs12,
        "pkcs12",
        ".p12",
        "key, certificate and chain as PKCS#12 with a password (AES-256, SHA-256)",
    )
    .with_chain()
    .with_name()
    .with_key()
    .with_password()
    .binary(),
    Row::new(
        Format::Pkcs12Legacy,
        "pkcs12-legacy",
        ".p12",
        "the same for old Java, macOS and Windows (3DES, SHA-1)",
    )
    .with_chain()
    .with_name()
    .with_key()
    .with_password()
    .binary(),
    Row::new(
        Format::Truststore,
        "truststore",
        "-truststore.p12",
        "the root as a Java truststore (PKCS#12 with a password)",
    )
    .with_anchor()
    .with_name()
    .without_certificate()
    .with_password()
    .binary(),
    Row::new(
        Format::KubernetesSecret,
        "kubernetes-secret",
        "-secret.yaml",
        "a Secret of type kubernetes.io/tls: full chain, key and root",
    )
    .with_anchor()
    .with_name()
    .with_key(),
    Row::new(
        Format::Kubeconfig,
        "kubeconfig",
        ".kubeconfig",
        "a kubeconfig that logs in with the certificate",
    )
    .with_anchor()
    .with_name()
    .with_key(),
];

impl Format {
    /// Every format, in the order of the table.
    pub const ALL: [Self; TABLE.len()] = {
        let mut all = [Self::Pem; TABLE.len()];
        let mut at = 0;
        while at < TABLE.len() {
            all[at] = TABLE[at].format;
            at += 1;
        }
        all
    };

    /// The format of a word, exactly as the table writes it.
    pub fn from_word(word: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.word == word).map(|row| row.format)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// What stands behind the base name in the name of its file.
    pub fn ending(self) -> &'static str {
        self.row().ending
    }

    /// Whether the certificate itself is in it; a truststore has it only of a root.
    pub fn holds_certificate(self) -> bool {
        self.row().holds_certificate
    }

    /// Whether the intermediates are in it, and it can be made without.
    pub fn holds_chain(self) -> bool {
        self.row().holds_chain
    }

    /// Whether the certificate to trust is in it.
    pub fn holds_anchor(self) -> bool {
        self.row().holds_anchor
    }

    /// Whether something in it may be named after the base name.
    pub fn holds_name(self) -> bool {
        self.row().holds_name
    }

    /// Whether the private key is in it, in clear or encrypted.
    pub fn holds_key(self) -> bool {
        self.row().holds_key
    }

    /// Whether it cannot be made without a password.
    pub fn needs_password(self) -> bool {
        self.row().needs_password
    }

    /// Whether it is text.
    pub fn is_text(self) -> bool {
        self.row().is_text
    }

    /// What it is, in a line.
    pub fn about(self) -> &'static str {
        self.row().about
    }

    fn row(self) -> &'static Row {
        // The table has the enum's order, which a test checks.
        &TABLE[self as usize]
    }
}

/// The word.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_enum_s_order_and_words_are_unique() {
        for (at, format) in Format::ALL.into_iter().enumerate() {
            assert_eq!(format as usize, at, "{format}");
            assert_eq!(Format::from_word(format.word()), Some(format));
        }
        // The last variant: one behind it would have no row.
        assert_eq!(Format::Kubeconfig as usize, TABLE.len() - 1);
        assert_eq!(Format::from_word("PEM"), None);
    }

    #[test]
    fn files_without_a_key_in_their_name_may_hold_one() {
        for format in Format::ALL {
            assert!(!format.ending().contains("-key") || format.holds_key(), "{format}");
        }
        let with_key: Vec<_> = Format::ALL.into_iter().filter(|format| format.holds_key()).collect();
        use Format::*;
        assert_eq!(
            with_key,
            [
                Key,
                TraditionalKey,
                EncryptedKey,
                Combined,
                KeyDer,
                Pkcs12,
                Pkcs12Legacy,
                KubernetesSecret,
                Kubeconfig
            ]
        );
    }
}
