//! The system's randomness in the shape the RustCrypto crates ask for.

use ring::rand::{SecureRandom, SystemRandom};
use rsa::rand_core::{TryCryptoRng, TryRng};

/// The operating system's random number generator.
#[derive(Debug)]
pub(crate) struct SystemRng(SystemRandom);

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("no randomness from the operating system")]
pub(crate) struct NoRandomness;

impl SystemRng {
    pub(crate) fn new() -> Self {
        Self(SystemRandom::new())
    }

    /// The same source for ring.
    pub(crate) fn ring(&self) -> &SystemRandom {
        &self.0
    }
}

impl TryRng for SystemRng {
    type Error = NoRandomness;

    fn try_next_u32(&mut self) -> Result<u32, NoRandomness> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, NoRandomness> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        self.0.fill(bytes).map_err(|_| NoRandomness)
    }
}

impl TryCryptoRng for SystemRng {}
