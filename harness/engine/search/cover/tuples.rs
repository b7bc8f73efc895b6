//! Which conditions held and did not hold together when some EXPORT ran.
//!
//! Each condition that can hold on a kind of site is two-valued. A combination of `t` conditions,
//! each on or off, is covered if some EXPORT met exactly these values. A condition that changes
//! nothing on its edition of Exchange (C11) counts as off there.

use std::collections::BTreeSet;

use enumset::EnumSet;
use event70_model::{Condition, Keyword};
use event70_rule::Documented;

use super::played::Played;
use super::{Kind, Measure};

/// The weakest combinations that are measured.
pub(super) const WEAKEST: usize = 2;

/// The conditions that can hold on a kind of site, and which of them is which bit of a row.
#[derive(Debug, Clone)]
pub(super) struct Columns(pub(super) Vec<Condition>);

/// A row has a bit for each condition.
const _: () = assert!(Condition::COUNT <= u32::BITS as usize);

impl Columns {
    /// Those of this kind. A record of another source is momentary and holds at no time; of two
    /// conditions that exclude each other the first is one.
    pub(super) fn of(kind: Kind) -> Self {
        let is_second = |c: &Condition| c.entry().excludes.iter().any(|first| first < *c);
        let lasting = Condition::ALL.iter().filter(|c| **c != Condition::ForeignEvent70);
        let lasting = lasting.filter(|c| !is_second(c));
        Self(lasting.copied().filter(|c| c.entry().fits(kind.host, kind.database)).collect())
    }

    /// These conditions as a row of bits.
    pub(super) fn row(&self, holding: EnumSet<Condition>) -> u32 {
        let bits = self.0.iter().enumerate().filter(|(_, condition)| holding.contains(**condition));
        bits.fold(0, |row, (bit, _)| row | 1 << bit)
    }

    /// The conditions of a row of bits.
    pub(super) fn conditions(&self, row: u32) -> EnumSet<Condition> {
        let bits = self.0.iter().enumerate().filter(|(bit, _)| row & (1 << bit) != 0);
        bits.map(|(_, condition)| *condition).collect()
    }
}

/// Which values every choice of `strength` columns has been seen with.
#[derive(Debug, Clone)]
pub(super) struct Tuples {
    strength: usize,
    /// Each choice of columns, in ascending order.
    choices: Vec<Vec<u8>>,
    /// For each choice a bit for each of its values.
    seen: Vec<u16>,
    /// For each column the choices that it is in.
    with_column: Vec<Vec<usize>>,
}

impl Tuples {
    /// Nothing seen yet. At most four columns at a time, so that the values fit 16 bits.
    pub(super) fn new(columns: usize, strength: usize) -> Self {
        let mut choices = vec![Vec::new()];
        for _ in 0..strength {
            choices = choices.iter().flat_map(|chosen| longer(chosen, columns)).collect();
        }
        let mut with_column = vec![Vec::new(); columns];
        for (index, choice) in choices.iter().enumerate() {
            for column in choice {
                with_column[usize::from(*column)].push(index);
            }
        }
        let seen = vec![0; choices.len()];
        Self { strength, choices, seen, with_column }
    }

    /// Notes one row.
    pub(super) fn see(&mut self, row: u32) {
        for (choice, seen) in self.choices.iter().zip(&mut self.seen) {
            let bits = choice.iter().rev().map(|column| row >> column & 1);
            *seen |= 1 << bits.fold(0, |value, bit| value << 1 | bit);
        }
    }

    /// How many combinations these rows, at most 32, would add.
    pub(super) fn gain(&self, rows: &[u32]) -> u32 {
        let turned = turned(rows);
        (0..self.choices.len()).map(|index| self.gain_of(index, &turned)).sum()
    }

    /// As [`gain`](Self::gain), of those combinations only that have this column.
    pub(super) fn gain_with(&self, column: u32, rows: &[u32]) -> u32 {
        let turned = turned(rows);
        let choices = self.with_column[column as usize].iter();
        choices.map(|index| self.gain_of(*index, &turned)).sum()
    }

    fn gain_of(&self, index: usize, turned: &[u32; 33]) -> u32 {
        if self.is_full(index) {
            return 0;
        }
        (values(&self.choices[index], turned) & !self.seen[index]).count_ones()
    }

    /// A combination that was not seen, looked for from choice number `from` on: the columns and
    /// the row in which they have its values and all others are off.
    pub(super) fn unseen(&self, from: usize) -> Option<(u32, u32)> {
        let count = self.choices.len();
        let index = (from..from + count).map(|at| at % count).find(|at| !self.is_full(*at))?;
        let open = (!self.seen[index]).trailing_zeros();
        Some((columns_of(&self.choices[index]), row_of(&self.choices[index], open)))
    }

    fn is_full(&self, index: usize) -> bool {
        u32::from(self.seen[index]).count_ones() == 1 << self.strength
    }

    pub(super) fn covered(&self) -> u64 {
        self.seen.iter().map(|seen| u64::from(seen.count_ones())).sum()
    }

    pub(super) fn total(&self) -> u64 {
        (self.choices.len() as u64) << self.strength
    }

    /// What was not seen, each as its columns and its row.
    fn missing(&self) -> impl Iterator<Item = (u32, u32)> {
        self.choices.iter().zip(&self.seen).flat_map(|(choice, seen)| {
            let open = (0..1u32 << self.strength).filter(move |value| seen & (1 << value) == 0);
            open.map(|value| (columns_of(choice), row_of(choice, value)))
        })
    }
}

/// Every choice that has one more column, after those that it has.
fn longer(chosen: &[u8], columns: usize) -> Vec<Vec<u8>> {
    let next = chosen.last().map_or(0, |last| usize::from(*last) + 1);
    let one_more = |column: usize| {
        let mut longer = chosen.to_vec();
        longer.push(column as u8);
        longer
    };
    (next..columns).map(one_more).collect()
}

/// Rows turned into columns: for each column the rows in which it is on, and last all rows.
fn turned(rows: &[u32]) -> [u32; 33] {
    let mut turned = [0; 33];
    for (place, row) in rows.iter().enumerate().take(32) {
        turned[32] |= 1 << place;
        let mut on = *row;
        while on != 0 {
            turned[on.trailing_zeros() as usize] |= 1 << place;
            on &= on - 1;
        }
    }
    turned
}

/// The values that these columns have in such rows, a bit for each.
fn values(choice: &[u8], turned: &[u32; 33]) -> u16 {
    let mut rows_with = [0; 16];
    rows_with[0] = turned[32];
    for (place, column) in choice.iter().enumerate() {
        let on = turned[usize::from(*column)];
        for value in 0..1 << place {
            rows_with[value | 1 << place] = rows_with[value] & on;
            rows_with[value] &= !on;
        }
    }
    let values = rows_with.iter().take(1 << choice.len()).enumerate();
    let values = values.filter(|(_, rows)| **rows != 0);
    values.fold(0, |values, (value, _)| values | 1 << value)
}

fn columns_of(choice: &[u8]) -> u32 {
    choice.iter().fold(0, |columns, column| columns | 1 << column)
}

fn row_of(choice: &[u8], value: u32) -> u32 {
    let on = choice.iter().enumerate().filter(|(place, _)| value & (1 << place) != 0);
    on.fold(0, |row, (_, column)| row | 1 << column)
}

/// What every EXPORT of these scenarios met on such sites, each combination once.
pub(super) fn met(played: &[Played<'_>], kind: Kind, columns: &Columns) -> BTreeSet<u32> {
    let of_this_kind = played.iter().filter(|played| {
        let setup = played.scenario.setup;
        (setup.host, setup.database) == (kind.host, kind.database)
    });
    let looks = of_this_kind.flat_map(|played| &played.looks);
    looks
        .filter(|look| look.predicted.exports().is_some())
        .map(|look| columns.row(look.affecting()))
        .collect()
}

/// One measure for each strength and each kind of site.
pub(super) fn measures(played: &[Played<'_>], strength: usize, most: usize) -> Vec<Measure> {
    let strengths = WEAKEST..=strength;
    let measures = strengths
        .flat_map(|strength| Kind::all().map(move |kind| measure(played, kind, strength, most)));
    measures.collect()
}

fn measure(played: &[Played<'_>], kind: Kind, strength: usize, most: usize) -> Measure {
    let columns = Columns::of(kind);
    let mut tuples = Tuples::new(columns.0.len(), strength);
    for row in met(played, kind, &columns) {
        tuples.see(row);
    }
    let named = |(chosen, row): (u32, u32)| {
        let values = columns.0.iter().enumerate().filter(|(bit, _)| chosen & (1 << bit) != 0);
        let values = values.map(|(bit, condition)| {
            format!("{condition} {}", if row & (1 << bit) != 0 { "on" } else { "off" })
        });
        values.collect::<Vec<_>>().join(", ")
    };
    Measure {
        name: format!("{strength}-way {kind}"),
        // Measured, and may only grow: `cover --write` writes what is missing for whoever asks.
        required: false,
        covered: tuples.covered(),
        total: tuples.total(),
        missing: tuples.missing().take(most).map(named).collect(),
    }
}
