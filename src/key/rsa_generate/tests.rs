use ::rsa::pkcs1v15::Pkcs1v15Sign;
use crypto_primes::{Flavor, is_prime};
use sha2::{Digest, Sha256};

use super::*;

/// A key that is all it should be, whatever its length.
fn checked_key(bits: u32) -> PrivateKey {
    let key = generate(RsaBits::new(bits).unwrap()).unwrap();
    key.validate().unwrap();
    assert_eq!(key.n().bit_width(), bits);
    assert_eq!(key.e(), &BoxedUint::from(65_537u32));
    assert!(key.d().bit_width() > bits.div_ceil(2), "{} bits of d", key.d().bit_width());
    let [p, q] = key.primes() else { panic!("{} primes", key.primes().len()) };
    for (prime, length) in [(p, bits.div_ceil(2)), (q, bits / 2)] {
        assert_eq!(prime.bit_width(), length);
        assert!(prime.bit_vartime(length - 2));
        // Baillie-PSW: none of the tests the search ran.
        assert!(is_prime(Flavor::Any, prime.as_ref()));
    }
    let difference = if p > q { p.wrapping_sub(q.as_ref()) } else { q.wrapping_sub(p.as_ref()) };
    assert!(difference.bit_width() > bits / 2 - 100);
    key
}

#[test]
fn keys_of_even_and_odd_lengths() {
    for bits in [2048, 2049, 2050, 2051, 2304, 3071, 3072] {
        checked_key(bits);
    }
}

#[test]
fn a_key_signs_and_verifies() {
    for bits in [2048, 2049, 3072] {
        let key = checked_key(bits);
        let digest = Sha256::digest(b"message");
        let signature = key.sign(Pkcs1v15Sign::new::<Sha256>(), &digest).unwrap();
        let public = key.to_public_key();
        public.verify(Pkcs1v15Sign::new::<Sha256>(), &digest, &signature).unwrap();
        public.verify(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(b"another"), &signature).unwrap_err();
    }
}

#[test]
fn many_keys_and_no_prime_twice() {
    let mut primes: Vec<_> = (0..20).flat_map(|_| checked_key(2048).primes().to_vec()).collect();
    primes.sort();
    primes.dedup();
    assert_eq!(primes.len(), 40);
}

/// The longest of the tests: most of a minute on two cores.
#[test]
fn long_keys() {
    for bits in [4096, 4097, 6144, 6145, 8191, 8192] {
        checked_key(bits);
    }
}

#[test]
fn the_private_exponent_is_the_least_inverse() {
    // p - 1 = 2 * 3 * 5 * 7 * 11 and q - 1 = 2 * 3 * 5 * 7: lcm 2310 and not their product.
    let (p, q) = (BoxedUint::from(2311u32), BoxedUint::from(211u32));
    let d = private_exponent(&p, &q);
    let e = u64::from(PUBLIC_EXPONENT);
    let d = u64::try_from(d.to_string_radix_vartime(10).parse::<u128>().unwrap()).unwrap();
    assert!(d < 2310, "{d}");
    assert_eq!(d * e % 2310, 1);
}

#[test]
fn refusals_in_words() {
    assert_eq!(GenerateError::Random.to_string(), "the operating system gave no random bytes");
    let invalid = GenerateError::Invalid(::rsa::Error::InvalidModulus);
    assert_eq!(invalid.to_string(), "the generated RSA key is not valid");
}
