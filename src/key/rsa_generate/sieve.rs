//! Which numbers after a random one have no small factor.

use crypto_bigint::{Limb, NonZero, Odd, Reciprocal, Uint, Word};
use zeroize::Zeroize;

use super::PUBLIC_EXPONENT;

/// The odd primes a candidate is divided by.
pub(super) struct SmallPrimes(Vec<u32>);

impl SmallPrimes {
    /// The primes worth dividing candidates of `bits` bits by.
    pub(super) fn for_candidates_of(bits: u32) -> Self {
        Self::below(match bits {
            // Measured: the larger the candidate, the dearer the exponentiation a division saves.
            0..=1024 => 1 << 17,
            1025..=1536 => 1 << 19,
            _ => 1 << 20,
        })
    }

    /// The odd primes under `limit`, by the sieve of Eratosthenes over the odd numbers.
    fn below(limit: usize) -> Self {
        let mut composite = vec![false; limit / 2];
        let mut primes = Vec::new();
        for half in 1..limit / 2 {
            if composite[half] {
                continue;
            }
            let prime = 2 * half + 1;
            primes.push(prime as u32);
            for multiple in (prime * prime / 2..limit / 2).step_by(prime) {
                composite[multiple] = true;
            }
        }
        Self(primes)
    }
}

/// The candidates among the odd numbers from a random start on, lowest first.
pub(super) struct Window<const L: usize> {
    start: Odd<Uint<L>>,
    /// Whether `start + 2 * index` is ruled out.
    ruled_out: Vec<bool>,
    next: usize,
}

impl<const L: usize> Window<L> {
    /// Sieves `length` odd numbers.
    pub(super) fn new(start: Odd<Uint<L>>, length: usize, small_primes: &SmallPrimes) -> Self {
        let mut window = Self { start, ruled_out: vec![false; length], next: 0 };
        window.rule_out_multiples(small_primes);
        // gcd(e, p - 1) = 1 (FIPS 186-5 A.1.3 step 4.5): e is prime, so p must not be 1 modulo e.
        let residue = window.start_modulo(PUBLIC_EXPONENT.into()) as u32;
        window.rule_out((residue + PUBLIC_EXPONENT - 1) % PUBLIC_EXPONENT, PUBLIC_EXPONENT);
        window
    }

    /// Divides the start by as many small primes at once as fit one limb, then by each.
    fn rule_out_multiples(&mut self, small_primes: &SmallPrimes) {
        let mut rest = small_primes.0.as_slice();
        while !rest.is_empty() {
            let (mut product, mut count): (Word, usize) = (1, 0);
            while let Some(next) = rest.get(count).and_then(|prime| product.checked_mul(Word::from(*prime))) {
                product = next;
                count += 1;
            }
            let (group, after) = rest.split_at(count);
            let residue = self.start_modulo(product);
            for &prime in group {
                self.rule_out((residue % Word::from(prime)) as u32, prime);
            }
            rest = after;
        }
    }

    /// Rules out every `start + 2 * index` that `prime` divides, when `start - residue` is a multiple of it.
    fn rule_out(&mut self, residue: u32, prime: u32) {
        let distance = if residue == 0 { 0 } else { prime - residue };
        let first = if distance % 2 == 0 { distance / 2 } else { (distance + prime) / 2 };
        for index in (first as usize..self.ruled_out.len()).step_by(prime as usize) {
            self.ruled_out[index] = true;
        }
    }

    /// The start modulo a number that is not 0 (0 for that).
    fn start_modulo(&self, divisor: Word) -> Word {
        let divisor = NonZero::new(Limb(divisor)).into_option();
        divisor.map_or(0, |divisor| self.start.rem_limb_with_reciprocal(&Reciprocal::new(divisor)).0)
    }
}

impl<const L: usize> Iterator for Window<L> {
    type Item = Odd<Uint<L>>;

    fn next(&mut self) -> Option<Self::Item> {
        let index = self.next + self.ruled_out[self.next..].iter().position(|out| !out)?;
        self.next = index + 1;
        // An odd number plus an even one stays odd. It wraps once in 2^1000 starts; `search` looks at the length.
        Odd::new(self.start.wrapping_add(&Uint::from(2 * index as u64))).into_option()
    }
}

impl<const L: usize> Drop for Window<L> {
    fn drop(&mut self) {
        // The prime that was found here is the start plus a small number.
        self.start.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crypto_bigint::U1024;

    const L: usize = U1024::LIMBS;

    #[test]
    fn small_primes_are_the_odd_primes() {
        assert_eq!(SmallPrimes::below(32).0, [3, 5, 7, 11, 13, 17, 19, 23, 29, 31]);
        // pi(2^17) = 12251, and 2 is not among them.
        assert_eq!(SmallPrimes::below(1 << 17).0.len(), 12_250);
    }

    #[test]
    fn the_window_lets_through_exactly_what_trial_division_does() {
        let small_primes = SmallPrimes::below(2000);
        let start = Odd::new(U1024::MAX.shr_vartime(3)).unwrap();
        let seen: Vec<_> = Window::<L>::new(start, 5000, &small_primes).collect();
        let e = Uint::<L>::from(PUBLIC_EXPONENT);
        let expected: Vec<_> = (0..5000u64)
            .map(|index| start.wrapping_add(&Uint::from(2 * index)))
            .filter(|n| n.rem_vartime(&NonZero::new(e).unwrap()) != Uint::ONE)
            .filter(|n| {
                small_primes
                    .0
                    .iter()
                    .all(|p| n.rem_limb(NonZero::new(Limb(Word::from(*p))).unwrap()) != Limb::ZERO)
            })
            .map(|n| Odd::new(n).unwrap())
            .collect();
        assert!(seen.len() > 500, "{}", seen.len());
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_prime_that_is_1_modulo_e_is_left_out() {
        let e = u64::from(PUBLIC_EXPONENT);
        let start = Odd::new(Uint::<L>::from(e * 1_000_001)).unwrap();
        let seen: Vec<_> = Window::<L>::new(start, 40_000, &SmallPrimes(vec![])).collect();
        // start + 1 is even; start + e + 1 is the only odd number in reach that is 1 modulo e.
        assert_eq!(seen.len(), 39_999);
        assert!(!seen.iter().any(|n| n.as_ref() == &Uint::from(e * 1_000_002 + 1)));
    }
}
