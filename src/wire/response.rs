//! The documents the commands print.

use serde::Serialize;

/// Key, certificate request and certificate, whichever there are: what `genkey`, `gencsr`, `gencert`, `sign` and
/// `selfsign` print. The fields stand in the order of their names, as cfssl prints a map.
#[derive(Debug, Default, Serialize)]
pub struct Issued<'a> {
    /// PEM certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cert: Option<&'a str>,
    /// PEM certificate request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csr: Option<&'a str>,
    /// PEM private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<&'a str>,
}

/// What `info` prints about a signer.
#[derive(Debug, Serialize)]
pub struct SignerInfo<'a> {
    /// PEM certificate without its final newline.
    pub certificate: &'a str,
    /// The profile's usages as written; `null` when the profile has none.
    pub usages: Option<Vec<&'a str>>,
    /// The profile's lifetime as written.
    pub expiry: &'a str,
}
