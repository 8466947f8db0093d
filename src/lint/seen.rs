//! What stood there before: few things are compared one by one, many are looked up, so that a list made to be long
//! takes time in proportion.

use std::collections::HashSet;

/// How many are compared before a table is worth its memory.
const FEW: usize = 16;

/// The parts of a list so far.
#[derive(Debug, Default)]
pub(super) struct Seen<'a> {
    few: Vec<&'a [u8]>,
    more: HashSet<&'a [u8]>,
}

impl<'a> Seen<'a> {
    /// Adds a part; false if it was there before.
    pub(super) fn insert(&mut self, part: &'a [u8]) -> bool {
        if self.few.contains(&part) {
            return false;
        }
        if self.few.len() < FEW {
            self.few.push(part);
            return true;
        }
        self.more.insert(part)
    }
}

/// The first part that stood there before.
pub(super) fn first_repeated<'a>(mut parts: impl Iterator<Item = &'a [u8]>) -> Option<&'a [u8]> {
    let mut seen = Seen::default();
    parts.find(|part| !seen.insert(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many() {
        let numbers: Vec<[u8; 1]> = (0..100).map(|number| [number]).collect();
        let parts = |twice: u8| numbers.iter().chain(&numbers[usize::from(twice)..]).map(<[u8; 1]>::as_slice);
        assert_eq!(first_repeated(parts(3)), Some(&[3][..]));
        assert_eq!(first_repeated(parts(50)), Some(&[50][..]));
        assert_eq!(first_repeated(parts(100)), None);
    }
}
