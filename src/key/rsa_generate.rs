//! RSA key generation (FIPS 186-5 appendix A.1.3): two random primes, searched for on every core.
//!
//! The search is ours, the mathematics is the crates': crypto-bigint multiplies, crypto-primes judges primality,
//! rsa validates the finished key. A candidate passes a sieve (`sieve`), a base-2 Fermat screen (`screen`) and
//! then the Miller-Rabin rounds of FIPS 186-5 (`search`).

mod screen;
mod search;
mod sieve;

use ::rsa::PrivateKey;
use ::rsa::traits::{PrivateKeyParts, PublicKeyParts};
use crypto_bigint::{
    BoxedUint, ConcatenatingMul, Gcd, Limb, NonZero, Odd, U1024, U1536, U2048, U3072, U4096, Uint,
};
use thiserror::Error;
use zeroize::Zeroize;

use crate::vocab::algorithm::RsaBits;
use search::Board;
use sieve::SmallPrimes;

/// The public exponent: Go's, and the smallest FIPS 186-5 section 5.4 (e) allows (2^16 < e, odd).
const PUBLIC_EXPONENT: u32 = 65_537;

/// Why no RSA key could be generated.
#[derive(Debug, Error)]
pub(crate) enum GenerateError {
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    Random,
    /// The rsa crate did not accept what was found.
    #[error("the generated RSA key is not valid")]
    Invalid(#[source] ::rsa::Error),
}

/// A new key with a modulus of exactly `bits` bits and e = 65537.
pub(crate) fn generate(bits: RsaBits) -> Result<PrivateKey, GenerateError> {
    // Fixed-size integers are about 15 % faster than boxed ones; one size for each common key, and one above it.
    match bits.get().div_ceil(2) {
        0..=1024 => generate_with::<{ U1024::LIMBS }>(bits),
        1025..=1536 => generate_with::<{ U1536::LIMBS }>(bits),
        1537..=2048 => generate_with::<{ U2048::LIMBS }>(bits),
        2049..=3072 => generate_with::<{ U3072::LIMBS }>(bits),
        _ => generate_with::<{ U4096::LIMBS }>(bits),
    }
}

/// [`generate`] with primes of `L` limbs.
fn generate_with<const L: usize>(bits: RsaBits) -> Result<PrivateKey, GenerateError> {
    let small_primes = SmallPrimes::for_candidates_of(bits.get().div_ceil(2));
    loop {
        let [mut p, mut q] = Board::<L>::new(bits.get()).find_primes(&small_primes)?;
        let key = assemble(&p, &q);
        p.zeroize();
        q.zeroize();
        let key = key?;
        // FIPS 186-5 A.1.1 (3): "2^(nlen/2) < d". A smaller d happens about once in 2^1000 keys.
        if key.d().bit_width() > bits.get().div_ceil(2) {
            debug_assert_eq!(key.n().bit_width(), bits.get());
            return Ok(key);
        }
    }
}

/// The key of two primes.
fn assemble<const L: usize>(p: &Odd<Uint<L>>, q: &Odd<Uint<L>>) -> Result<PrivateKey, GenerateError> {
    let (p, q) = (boxed(p), boxed(q));
    let d = private_exponent(&p, &q);
    PrivateKey::from_components(p.concatenating_mul(&q), PUBLIC_EXPONENT.into(), d, vec![p, q])
        .map_err(GenerateError::Invalid)
}

fn boxed<const L: usize>(uint: &Uint<L>) -> BoxedUint {
    BoxedUint::from_words(uint.to_words())
}

/// d = e^-1 mod lcm(p - 1, q - 1) (FIPS 186-5 A.1.1 (3)).
///
/// As e is a small prime, no inverse modulo a large number is needed: with k = -lcm^-1 mod e, e divides
/// 1 + k * lcm, and d is the quotient.
fn private_exponent(p: &BoxedUint, q: &BoxedUint) -> BoxedUint {
    let (p_minus_one, q_minus_one) = (p - &BoxedUint::one(), q - &BoxedUint::one());
    // Primes are above 1, so neither number is 0, nor is their greatest common divisor.
    let gcd = p_minus_one.gcd(&q_minus_one).to_nz().expect("the divisor of a positive number is positive");
    let lcm = (p_minus_one / gcd).concatenating_mul(&q_minus_one);
    const E: NonZero<Limb> = NonZero::<Limb>::new_unwrap(Limb::from_u32(PUBLIC_EXPONENT));
    let k = PUBLIC_EXPONENT - inverse_modulo_e(lcm.rem_limb(E).0 as u32);
    let multiple = lcm.concatenating_mul(&BoxedUint::from(k)).wrapping_add(BoxedUint::one());
    multiple.div_rem_limb(E).0
}

/// The inverse of a number modulo e: its power to e - 2 = 2^16 - 1 (Fermat: e is prime).
fn inverse_modulo_e(number: u32) -> u32 {
    let e = u64::from(PUBLIC_EXPONENT);
    (0..16).fold(1, |power, _| power * power % e * u64::from(number) % e) as u32
}

#[cfg(test)]
mod tests;
