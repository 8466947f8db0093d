//! The cheap test nearly every composite number fails: 2^(n-1) mod n is 1 if n is prime (Fermat).
//!
//! It only throws candidates away; whether one is prime is for crypto-primes to say. That crate's Miller-Rabin
//! test multiplies by table entries besides squaring. With base 2 that multiplication is a doubling, which makes
//! this test about 1.3 to 1.8 times as fast.
//!
//! The number that passes is a secret prime, so squarings and additions are the same for every exponent of a length.
//! What does depend on data: the Montgomery parameters (as in crypto-primes' own tests) and whether a sum is reduced.

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{
    BoxedUint, Choice, CtSelect, Limb, MontyForm, MontyMultiplier, Odd, U1024, U1536, U2048, Uint,
    UnsignedWithMontyForm, Word,
};

/// Whether `candidate` may be prime.
pub(super) fn passes<const L: usize>(candidate: &Odd<Uint<L>>) -> bool {
    if L == U1024::LIMBS && candidate.leading_zeros() == 0 {
        return fermat_by_wide_squares(candidate);
    }
    // crypto-bigint squares faster than it multiplies in boxed integers of these two sizes only.
    if L == U1536::LIMBS || L == U2048::LIMBS {
        return Odd::new(BoxedUint::from_words(candidate.to_words()))
            .into_option()
            .is_some_and(|n| fermat(&n));
    }
    fermat(candidate)
}

/// 2^(n-1) mod n = 1, by squaring and doubling from the exponent's highest bit down.
fn fermat<T: UnsignedWithMontyForm>(n: &Odd<T>) -> bool {
    let params = T::MontyForm::new_params_vartime(n.clone());
    let mut multiplier = <T::MontyForm as MontyForm>::Multiplier::from(&params);
    let one = T::MontyForm::one(&params);
    let zero = T::MontyForm::zero(&params);
    let mut power = one.clone();
    let mut addend = one.clone();
    for bit in (0..n.bit_width_vartime()).rev() {
        multiplier.square_assign(&mut power);
        // n is odd: n - 1 has n's bits but the last.
        let set = bit != 0 && n.bit_vartime(bit);
        addend.copy_montgomery_from(if set { &power } else { &zero });
        power += &addend;
    }
    power == one
}

/// [`fermat`] for an n that fills its limbs: a square in two halves takes half the products of a multiplication,
/// and `retrieve` then is the Montgomery reduction of the lower half.
///
/// With R = 2^(bits of L limbs), every value stays below R, not always below n.
fn fermat_by_wide_squares<const L: usize>(n: &Odd<Uint<L>>) -> bool {
    let params = FixedMontyParams::new_vartime(*n);
    let one = *FixedMontyForm::one(&params).as_montgomery();
    let mut scratch = FixedMontyForm::zero(&params);
    let mut power = one;
    for word in n.wrapping_sub(&Uint::ONE).to_words().iter().rev() {
        for bit in (0..Word::BITS).rev() {
            power = square(&power, &mut scratch, n);
            let set = Choice::from_u8_lsb((word >> bit & 1) as u8);
            power = sum_modulo(&power, &Uint::ct_select(&Uint::ZERO, &power, set), n);
        }
    }
    reduce(power, n) == one
}

/// The square of a number in Montgomery form: `power`^2 / R modulo n.
fn square<const L: usize>(power: &Uint<L>, scratch: &mut FixedMontyForm<L>, n: &Odd<Uint<L>>) -> Uint<L> {
    let (lower, upper) = power.widening_square();
    *scratch.as_montgomery_mut() = reduce(lower, n);
    sum_modulo(&scratch.retrieve(), &upper, n)
}

/// a + b less n as often as it takes to be below R.
fn sum_modulo<const L: usize>(a: &Uint<L>, b: &Uint<L>, n: &Odd<Uint<L>>) -> Uint<L> {
    let (mut sum, mut carry) = a.carrying_add(b, Limb::ZERO);
    while carry != Limb::ZERO {
        let (difference, borrow) = sum.borrowing_sub(n, Limb::ZERO);
        sum = difference;
        if borrow != Limb::ZERO {
            carry = Limb::ZERO;
        }
    }
    sum
}

/// a modulo n, where n has as many bits as a Uint: at most one subtraction.
fn reduce<const L: usize>(a: Uint<L>, n: &Odd<Uint<L>>) -> Uint<L> {
    if a.cmp_vartime(n).is_lt() { a } else { a.wrapping_sub(n) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crypto_bigint::{RandomMod, U3072};
    use crypto_primes::hazmat::MillerRabin;

    /// 2^length less an odd distance.
    fn below<const L: usize>(length: u32, distance: u64) -> Odd<Uint<L>> {
        let largest = Uint::MAX.shr_vartime(Uint::<L>::BITS - length);
        Odd::new(largest.wrapping_sub(&Uint::from(distance - 1))).unwrap()
    }

    /// The distance is that of the largest prime of the length.
    fn agrees_with_miller_rabin<const L: usize>(length: u32, distance_of_prime: u64, others: usize)
    where
        Uint<L>: UnsignedWithMontyForm + RandomMod,
    {
        assert!(passes(&below::<L>(length, distance_of_prime)));
        for distance in (1..).step_by(2).take(others) {
            let candidate = below::<L>(length, distance);
            let expected = MillerRabin::new(candidate).test_base_two().is_probably_prime();
            assert_eq!(passes(&candidate), expected, "2^{length} - {distance}");
        }
    }

    #[test]
    fn primes_pass_and_composites_do_not() {
        // Fewer of the longer ones: unoptimised, they take their time.
        agrees_with_miller_rabin::<{ U1024::LIMBS }>(1024, 105, 60);
        agrees_with_miller_rabin::<{ U1536::LIMBS }>(1025, 2673, 10);
        agrees_with_miller_rabin::<{ U1536::LIMBS }>(1536, 3453, 10);
        agrees_with_miller_rabin::<{ U2048::LIMBS }>(2048, 1557, 10);
        agrees_with_miller_rabin::<{ U3072::LIMBS }>(3072, 47, 2);
    }

    #[test]
    fn wide_squares_are_squares() {
        for distance in [105, 1, 3, 0x1234_5679] {
            let n = below::<{ U1024::LIMBS }>(1024, distance);
            let params = FixedMontyParams::new_vartime(n);
            let mut scratch = FixedMontyForm::zero(&params);
            // Not below n, as the values between steps need not be.
            let mut number = Uint::MAX;
            for _ in 0..200 {
                let expected = FixedMontyForm::from_montgomery(reduce(number, &n), &params).square();
                number = square(&number, &mut scratch, &n);
                assert_eq!(reduce(number, &n), expected.to_montgomery());
                number = sum_modulo(&number, &number, &n);
            }
        }
    }

    #[test]
    fn sums_are_reduced_until_they_fit() {
        let n = below::<{ U1024::LIMBS }>(1024, 105);
        let sum = sum_modulo(&Uint::MAX, &Uint::MAX, &n);
        // 2 (R - 1) - 2 n = 2 * 104 with n = R - 105.
        assert_eq!(sum, Uint::from(2 * 104u32));
        assert_eq!(sum_modulo(&Uint::ONE, &Uint::ONE, &n), Uint::from(2u32));
        let lowest =
            Odd::new(Uint::<{ U1024::LIMBS }>::MAX.shr_vartime(1).wrapping_add(&Uint::from(2u32))).unwrap();
        // n = R / 2 + 1: 2 (R - 1) - 2 n = R - 4.
        assert_eq!(sum_modulo(&Uint::MAX, &Uint::MAX, &lowest), Uint::MAX.wrapping_sub(&Uint::from(3u32)));
        assert_eq!(reduce(Uint::MAX, &n), Uint::from(104u32));
        assert_eq!(reduce(n.get(), &n), Uint::ZERO);
    }
}
