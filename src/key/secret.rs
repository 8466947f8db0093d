//! The secret of a private key.

use zeroize::Zeroizing;

use super::ecdsa::EcSecret;
use super::rsa::RsaSecret;

/// The secret numbers, by algorithm.
pub(super) enum Secret {
    Rsa(Box<RsaSecret>),
    Ecdsa(Box<EcSecret>),
    /// The 32 octets of RFC 8032 section 5.1.5.
    Ed25519(Zeroizing<[u8; 32]>),
}
