//! What a certificate is, in a word.

use serde::Serialize;

use super::extension::Digest;

/// What a certificate is, by its extensions and its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A CA that signed itself.
    Root,
    /// A CA below another.
    Intermediate,
    /// A CA in its own name that another key signed.
    SelfIssuedCa,
    /// For both ends of a connection.
    Peer,
    /// For servers.
    Server,
    /// For clients.
    Client,
    /// For signing code.
    CodeSigning,
    /// For mail.
    Email,
    /// For answers of OCSP.
    OcspSigning,
    /// For time stamps.
    TimeStamping,
    /// For purposes without a word of their own.
    Other,
    /// For any purpose: it names none.
    AnyPurpose,
}

/// The extended usages that make a kind, in cfssl's words.
const PURPOSES: [(&str, Kind); 6] = [
    ("server auth", Kind::Server),
    ("client auth", Kind::Client),
    ("code signing", Kind::CodeSigning),
    ("email protection", Kind::Email),
    ("ocsp signing", Kind::OcspSigning),
    ("timestamping", Kind::TimeStamping),
];

impl Kind {
    pub(super) fn of(digest: &Digest, is_self_issued: bool, self_signed: Option<bool>) -> Self {
        let has = |word: &str| digest.usages.iter().any(|usage| usage == word);
        match (digest.is_ca, is_self_issued) {
            (true, true) if self_signed == Some(false) => Self::SelfIssuedCa,
            (true, true) => Self::Root,
            (true, false) => Self::Intermediate,
            (false, _) if !digest.has_purposes || has("any") => Self::AnyPurpose,
            (false, _) if has("server auth") && has("client auth") => Self::Peer,
            (false, _) => PURPOSES.iter().find(|(word, _)| has(word)).map_or(Self::Other, |(_, kind)| *kind),
        }
    }

    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Root => "root CA",
            Self::Intermediate => "intermediate CA",
            Self::SelfIssuedCa => "CA in its own name, not signed by its own key",
            Self::Peer => "peer certificate (server and client)",
            Self::Server => "server certificate",
            Self::Client => "client certificate",
            Self::CodeSigning => "code signing certificate",
            Self::Email => "e-mail certificate",
            Self::OcspSigning => "OCSP signing certificate",
            Self::TimeStamping => "time stamping certificate",
            Self::Other => "certificate",
            Self::AnyPurpose => "certificate for any purpose",
        }
    }
}
