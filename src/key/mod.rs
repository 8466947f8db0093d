//! Private and public keys: generated, read, written, signed and verified with.
//!
//! ring signs wherever it can (RSA of 2048 to 4096 bits, P-256, P-384, Ed25519); the RustCrypto crates do the
//! rest: small and odd RSA keys, P-521, unusual pairs of curve and hash, and all verification but that of Ed25519 and RSASSA-PSS.

mod ecdsa;
mod encryption;
mod error;
mod private;
mod public;
mod random;
mod read;
mod rsa;
mod rsa_generate;
mod secret;
mod signed;
mod write;

#[cfg(test)]
mod testing;

pub use encryption::Password;
pub use error::KeyError;
pub use private::PrivateKey;
pub use public::{PublicKey, PublicKeyKind};
pub use signed::{Signed, is_signed_by};
