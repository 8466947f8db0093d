//! The search for two primes, by as many threads as there are cores.
//!
//! A candidate that passes the screen is prime but for odds no machine will ever see. It takes one of two slots,
//! and its Miller-Rabin rounds are shared among the threads: with both slots taken nobody searches any more.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crypto_bigint::{Odd, Uint};
use crypto_primes::hazmat::MillerRabin;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::{Zeroize, Zeroizing};

use super::sieve::{SmallPrimes, Window};
use super::{GenerateError, screen};

/// Starting more threads takes longer than they would save.
const MAX_THREADS: usize = 32;

/// What the threads know together.
pub(super) struct Board<const L: usize> {
    /// The primes' lengths: together the modulus's, the longer one first.
    lengths: [u32; 2],
    state: Mutex<State<L>>,
}

struct State<const L: usize> {
    slots: [Option<Trial<L>>; 2],
    /// A thread has failed: the others need not go on.
    failed: bool,
}

/// A candidate that passed the screen, and its Miller-Rabin rounds.
struct Trial<const L: usize> {
    candidate: Odd<Uint<L>>,
    rounds_to_start: u32,
}

/// What a thread is to do next.
enum Task<const L: usize> {
    /// One Miller-Rabin round.
    Round(Odd<Uint<L>>),
    /// Look at a candidate of that length in bits.
    Search(u32),
    /// Nothing: all that is left is being done by others.
    Done,
}

impl<const L: usize> Board<L> {
    /// An empty board for a modulus of `bits` bits.
    pub(super) fn new(bits: u32) -> Self {
        let state = State { slots: [None, None], failed: false };
        Self { lengths: [bits.div_ceil(2), bits / 2], state: Mutex::new(state) }
    }

    /// Two primes whose product has the wanted length.
    pub(super) fn find_primes(self, small_primes: &SmallPrimes) -> Result<[Odd<Uint<L>>; 2], GenerateError> {
        loop {
            self.run_threads(small_primes)?;
            // A slot is empty again if a Miller-Rabin round threw out its number after others had finished.
            if let [Some(first), Some(second)] = &self.state().slots {
                return Ok([first.candidate, second.candidate]);
            }
        }
    }

    /// Searches on every core until both slots are taken and tested.
    fn run_threads(&self, small_primes: &SmallPrimes) -> Result<(), GenerateError> {
        let count = thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
        thread::scope(|scope| {
            let spawn = |index| {
                // A thread the system refuses is missed by nobody: this one searches too.
                thread::Builder::new().spawn_scoped(scope, move || self.work(index, small_primes)).ok()
            };
            let others: Vec<_> = (1..count).filter_map(spawn).collect();
            let own = self.work(0, small_primes);
            let joined = others.into_iter().filter_map(|thread| thread.join().ok());
            joined.fold(own, Result::and)
        })
    }

    /// One thread's part. The index decides which slot it fills first.
    fn work(&self, index: usize, small_primes: &SmallPrimes) -> Result<(), GenerateError> {
        let result = self.try_work(index, small_primes);
        if result.is_err() {
            self.state().failed = true;
        }
        result
    }

    fn try_work(&self, index: usize, small_primes: &SmallPrimes) -> Result<(), GenerateError> {
        let mut searcher = Searcher { small_primes, window: None, length: 0 };
        loop {
            match self.next_task(index) {
                Task::Done => return Ok(()),
                Task::Round(candidate) => {
                    if !passes_round(candidate)? {
                        self.discard(&candidate);
                    }
                }
                Task::Search(length) => {
                    if let Some(candidate) = searcher.look(length)? {
                        self.offer(length, candidate);
                    }
                }
            }
        }
    }

    fn next_task(&self, index: usize) -> Task<L> {
        let mut state = self.state();
        if state.failed {
            return Task::Done;
        }
        if let Some(trial) = state.slots.iter_mut().flatten().find(|trial| trial.rounds_to_start > 0) {
            trial.rounds_to_start -= 1;
            return Task::Round(trial.candidate);
        }
        let empty = [index % 2, (index + 1) % 2].into_iter().find(|slot| state.slots[*slot].is_none());
        empty.map_or(Task::Done, |slot| Task::Search(self.lengths[slot]))
    }

    /// Puts a number that passed the screen into an empty slot of its length, if there is one.
    fn offer(&self, length: u32, candidate: Odd<Uint<L>>) {
        let mut state = self.state();
        if state
            .slots
            .iter()
            .flatten()
            .any(|other| !far_apart(&other.candidate, &candidate, self.modulus_bits()))
        {
            return;
        }
        let empty = (0..2).find(|slot| self.lengths[*slot] == length && state.slots[*slot].is_none());
        if let Some(slot) = empty {
            state.slots[slot] = Some(Trial { candidate, rounds_to_start: miller_rabin_rounds(length) });
        }
    }

    /// Empties the slot of a number that turned out composite.
    fn discard(&self, composite: &Odd<Uint<L>>) {
        for slot in &mut self.state().slots {
            if slot.as_ref().is_some_and(|trial| trial.candidate == *composite) {
                *slot = None;
            }
        }
    }

    fn modulus_bits(&self) -> u32 {
        self.lengths.iter().sum()
    }

    fn state(&self) -> MutexGuard<'_, State<L>> {
        // Nothing is changed in two steps under the lock: a panic elsewhere leaves a usable state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<const L: usize> Drop for Trial<L> {
    fn drop(&mut self) {
        self.candidate.zeroize();
    }
}

/// A thread's place in its own window of candidates.
struct Searcher<'a, const L: usize> {
    small_primes: &'a SmallPrimes,
    window: Option<Window<L>>,
    length: u32,
}

impl<const L: usize> Searcher<'_, L> {
    /// Looks at the next candidate of `length` bits and returns it if it passes the screen.
    fn look(&mut self, length: u32) -> Result<Option<Odd<Uint<L>>>, GenerateError> {
        if self.length != length {
            self.window = None;
        }
        self.length = length;
        let window = match &mut self.window {
            Some(window) => window,
            none => none.insert(Window::new(random_start(length)?, window_length(length), self.small_primes)),
        };
        let Some(candidate) = window.next() else {
            self.window = None;
            return Ok(None);
        };
        if candidate.bit_width() != length || !screen::passes(&candidate) {
            return Ok(None);
        }
        // The other prime must not come from the same start.
        self.window = None;
        Ok(Some(candidate))
    }
}

/// How many odd numbers are sieved from one random start: in all but one of 100 000 cases a prime is among them.
fn window_length(length: u32) -> usize {
    4 * length as usize
}

/// A random odd number of `length` bits whose two highest bits are set, so that two of them have a product of
/// their lengths' sum in bits, and are at least sqrt(2) * 2^(length - 1) (FIPS 186-5 A.1.3 steps 4.4 and 5.5).
fn random_start<const L: usize>(length: u32) -> Result<Odd<Uint<L>>, GenerateError> {
    let high_bits = Uint::<L>::from(0b11u32).shl_vartime(length - 2);
    let start = random_below_two_to(length)?.bitor(&high_bits).bitor(&Uint::ONE);
    // Its lowest bit has just been set.
    Ok(start.to_odd().expect("the start is odd"))
}

/// A random number of at most `length` bits.
fn random_below_two_to<const L: usize>(length: u32) -> Result<Uint<L>, GenerateError> {
    let mut bytes = Zeroizing::new(vec![0; Uint::<L>::BYTES]);
    SystemRandom::new().fill(&mut bytes).map_err(|_| GenerateError::Random)?;
    Ok(Uint::from_le_slice(&bytes).shr_vartime(Uint::<L>::BITS - length))
}

/// One Miller-Rabin round with a random base (FIPS 186-5 B.3.1).
fn passes_round<const L: usize>(candidate: Odd<Uint<L>>) -> Result<bool, GenerateError> {
    let minus_one = candidate.wrapping_sub(&Uint::ONE);
    loop {
        let base = random_below_two_to(candidate.bit_width())?;
        // "If ((b <= 1) or (b >= w - 1)), then go to step 4.1."
        if base > Uint::ONE && base < minus_one {
            return Ok(MillerRabin::new(candidate).test(&base).is_probably_prime());
        }
    }
}

/// |p - q| > 2^(nlen/2 - 100) (FIPS 186-5 A.1.3 step 5.4).
fn far_apart<const L: usize>(p: &Odd<Uint<L>>, q: &Odd<Uint<L>>, modulus_bits: u32) -> bool {
    let difference = if p > q { p.wrapping_sub(q) } else { q.wrapping_sub(p) };
    difference.bit_width() > modulus_bits / 2 - 100 + 1
}

/// The Miller-Rabin rounds FIPS 186-5 table B.1 asks for: the odds of a composite are below 2^-112, 2^-128 and
/// 2^-144 for primes of 1024, 1536 and 2048 bits; the longer the number, the better they are for as many rounds.
///
/// The table is for candidates drawn one by one. Ours follow a random start, within [`window_length`] odd numbers,
/// about 11.5 of which are prime, and only the upper half of their length's range is used: by the union bound
/// that makes the odds at most 2 * 11.5 < 2^5 times as large, so below 2^-107. (The screen is not counted.)
fn miller_rabin_rounds(length: u32) -> u32 {
    if length < 1536 { 5 } else { 4 }
}
