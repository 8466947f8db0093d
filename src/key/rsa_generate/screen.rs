//! The cheap test nearly every composite number fails: 2^(n-1) mod n is 1 if n is prime (Fermat).
//!
//! It only throws candidates away; whether one is prime is for crypto-primes to say. That crate's Miller-Rabin
//! test multiplies by table entries besides squaring. With base 2 that multiplication is a doubling, which makes
//! this test about 1.3 to 1.8 times as fast. The number that passes is a secret prime, so the sequence of
//! operations does not depend on the exponent's bits; what depends on data is only whether a sum is reduced.

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

/// [`fermat`] for an n that fills its limbs. A square in two halves takes half the products of a multiplication;
/// `retrieve` then is the Montgomery reduction of the lower half.
///
/// With R = 2^(bits of L limbs), every value stays below R, not always below n.
fn fermat_by_wide_squares<const L: usize>(n: &Odd<Uint<L>>) -> bool {
    let params = FixedMontyParams::new_vartime(*n);
    let one = *FixedMontyForm::one(&params).as_montgomery();
    let mut lower_half = FixedMontyForm::zero(&params);
    let mut power = one;
    for word in n.wrapping_sub(&Uint::ONE).to_words().iter().rev() {
        for bit in (0..Word::BITS).rev() {
            let (lower, upper) = power.widening_square();
            *lower_half.as_montgomery_mut() = reduce(lower, n);
            // At most n + R - 1, so one subtraction undoes a carry.
            power = sum_modulo(&lower_half.retrieve(), &upper, n);
            let set = Choice::from_u8_lsb((word >> bit & 1) as u8);
            power = sum_modulo(&power, &Uint::ct_select(&Uint::ZERO, &power, set), n);
        }
    }
    reduce(power, n) == one
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
