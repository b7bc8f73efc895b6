//! Covering arrays of two-valued columns.
//!
//! Two ways lead to one. The *greedy* way adds row after row: each begins with a combination that
//! is still open, is filled by a fixed stream, and is improved value by value for as long as it
//! covers more; the best of a few such rows is taken. The *algebraic* way is Paley's: for a prime
//! `q` of the form 4n + 3 the quadratic residues modulo `q` give `q + 1` rows in which any three
//! of `q` columns have every value, and with their complements any four (Cheng 1995), as long as
//! `q + 1` is no multiple of 8. Which of them is smaller depends on how many columns there are; an
//! array is taken only if it is seen to cover.

use super::tuples::Tuples;
use crate::draw::{RandomSource, Stream};

/// The number of rows tried for each row that is taken.
const CANDIDATES: u64 = 12;
/// The number of streams tried for a plain array.
const SEEDS: u64 = 2;

/// Paley's primes with enough columns for every kind of site.
const PRIMES: [u32; 3] = [3, 11, 19];

/// A search for rows.
#[derive(Debug)]
pub(super) struct Greedy {
    columns: u32,
    stream: Stream,
}

impl Greedy {
    /// A search with the stream of this seed.
    pub(super) fn new(columns: usize, seed: u64) -> Self {
        Self { columns: columns as u32, stream: Stream::of_case(seed, columns as u64) }
    }

    /// How much the best row that is found adds, and the row; nothing when no combination is open. `met` says which rows
    /// come with a row: itself, and what is met on the way of its repairs.
    pub(super) fn next(
        &mut self,
        open: &Tuples,
        met: &impl Fn(u32) -> Vec<u32>,
    ) -> Option<(u32, u32)> {
        let mut best: Option<(u32, u32)> = None;
        for _ in 0..CANDIDATES {
            let from = self.stream.next() as usize % (1 << 16);
            let (fixed, values) = open.unseen(from)?;
            let all = (1 << self.columns) - 1;
            let filled = values | (self.stream.next() as u32 & all & !fixed);
            let (gain, row) = self.improved(filled, fixed, open, met);
            if best.is_none_or(|(most, _)| gain > most) {
                best = Some((gain, row));
            }
        }
        best
    }

    /// Changes one value after the other for as long as that covers more. What is met in the other
    /// columns does not depend on the one that is changed, so only its own combinations count.
    fn improved(
        &self,
        mut row: u32,
        fixed: u32,
        open: &Tuples,
        met: &impl Fn(u32) -> Vec<u32>,
    ) -> (u32, u32) {
        loop {
            let before = row;
            for bit in (0..self.columns).filter(|bit| fixed & (1 << bit) == 0) {
                let other = row ^ (1 << bit);
                if open.gain_with(bit, &met(other)) > open.gain_with(bit, &met(row)) {
                    row = other;
                }
            }
            if row == before {
                return (open.gain(&met(row)), row);
            }
        }
    }
}

/// Whether these rows have every value of any `strength` of their columns.
#[must_use]
pub fn is_covering(rows: &[u32], columns: usize, strength: usize) -> bool {
    let mut tuples = Tuples::new(columns, strength);
    for row in rows {
        tuples.see(*row);
    }
    tuples.covered() == tuples.total()
}

/// The smallest array found in which any `strength` (2 to 4) of this many columns (at most 20) have
/// every value. The same every time.
///
/// ```
/// use event70_engine::{is_covering, smallest_array};
/// let rows = smallest_array(12, 3);
/// assert!(is_covering(&rows, 12, 3) && rows.len() <= 20);
/// ```
#[must_use]
pub fn smallest_array(columns: usize, strength: usize) -> Vec<u32> {
    let paley = PRIMES.into_iter().flat_map(|prime| paley_arrays(prime, columns));
    let paley = paley.filter(|rows| is_covering(rows, columns, strength)).min_by_key(Vec::len);
    (0..SEEDS).fold(paley.unwrap_or_default(), |best, seed| {
        let most = if best.is_empty() { usize::MAX } else { best.len() - 1 };
        greedy_array(columns, strength, seed, most).unwrap_or(best)
    })
}

/// An array of at most this many rows, if this stream leads to one.
fn greedy_array(columns: usize, strength: usize, seed: u64, most: usize) -> Option<Vec<u32>> {
    let mut greedy = Greedy::new(columns, seed);
    let mut open = Tuples::new(columns, strength);
    let mut rows = Vec::new();
    while let Some((_, row)) = greedy.next(&open, &|row| vec![row]) {
        if rows.len() == most {
            return None;
        }
        open.see(row);
        rows.push(row);
    }
    Some(rows)
}

/// Paley's rows for this prime, alone and with their complements; none where it has too few
/// columns.
fn paley_arrays(prime: u32, columns: usize) -> Vec<Vec<u32>> {
    if columns > prime as usize + 1 {
        return Vec::new();
    }
    let all = (1 << columns) - 1;
    let residue = |number: u32| (1..prime).any(|root| root * root % prime == number % prime);
    // Column `prime` is on throughout, so that the folded rows have one column more.
    let row = |shift: u32| {
        let on = (0..prime).filter(|column| !residue((column + shift) % prime));
        on.fold(1_u32 << prime, |row, column| row | 1 << column)
    };
    let rows = (0..prime).map(row).chain([1 << prime]);
    let rows: Vec<u32> = rows.map(|row| row & all).collect();
    let folded = rows.iter().copied().chain(rows.iter().map(|row| !row & all)).collect();
    vec![rows, folded]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paleys_rows_cover_three_columns_and_with_complements_four() {
        for (prime, rows) in [(11, 12), (19, 20)] {
            let [plain, folded] = paley_arrays(prime, prime as usize).try_into().unwrap();
            assert_eq!((plain.len(), folded.len()), (rows, 2 * rows));
            assert!(is_covering(&plain, prime as usize, 3));
            assert!(!is_covering(&plain, prime as usize, 4));
            let folded_columns = prime as usize + 1;
            let folded = &paley_arrays(prime, folded_columns)[1];
            assert!(is_covering(folded, folded_columns, 4));
        }
    }

    #[test]
    fn no_array_for_a_prime_with_too_few_columns() {
        assert!(paley_arrays(3, 5).is_empty());
    }
}
