//! RSA key generation.

use ::rsa::PrivateKey;

use super::error::KeyError;
use super::random::SystemRng;
use crate::vocab::algorithm::RsaBits;

/// A new key with two primes and e = 65537.
pub(crate) fn generate(bits: RsaBits) -> Result<PrivateKey, KeyError> {
    let bits = usize::try_from(bits.get()).map_err(|_| KeyError::Generation)?;
    PrivateKey::new(&mut SystemRng::new(), bits).map_err(|_| KeyError::Generation)
}
