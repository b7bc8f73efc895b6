//! A set of assignments: what is still possible.

use enumset::EnumSet;

use super::{Assignment, Assumption};

/// How many assignments there are of what is inferred.
const COUNT: usize = 1 << Assumption::INFERABLE;
const WORDS: usize = COUNT / 64;

/// A set of assignments of what is inferred; a bit for each of the 1,024.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Assignments([u64; WORDS]);

/// For each assumption the assignments in which it has its other value.
const OTHER: [Assignments; Assumption::INFERABLE] = other();

const fn other() -> [Assignments; Assumption::INFERABLE] {
    let mut sets = [Assignments::NONE; Assumption::INFERABLE];
    let mut index = 0;
    while index < COUNT {
        let mut key = 0;
        while key < Assumption::INFERABLE {
            if index >> key & 1 == 1 {
                sets[key].0[index / 64] |= 1 << (index % 64);
            }
            key += 1;
        }
        index += 1;
    }
    sets
}

impl Assignments {
    /// No assignment.
    pub const NONE: Self = Self([0; WORDS]);
    /// Every assignment: all is open.
    pub const ALL: Self = Self([u64::MAX; WORDS]);

    /// This one alone.
    #[must_use]
    pub const fn only(assignment: Assignment) -> Self {
        let mut set = Self::NONE;
        let index = assignment.index();
        set.0[index / 64] |= 1 << (index % 64);
        set
    }

    /// Whether none is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::NONE
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Whether this one is among them.
    #[must_use]
    pub fn contains(&self, assignment: Assignment) -> bool {
        let index = assignment.index();
        self.0[index / 64] >> (index % 64) & 1 == 1
    }

    /// Those in both sets.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    /// Those in either set.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    /// Those that are not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & !other.0[word]))
    }

    /// Those in which an inferable assumption is at its default, or not.
    #[must_use]
    pub fn with(&self, assumption: Assumption, is_other: bool) -> Self {
        let Some(other) = OTHER.get(assumption as usize) else { return *self };
        if is_other { self.and(other) } else { self.without(other) }
    }

    /// Those that are as `assignment` in each of these assumptions.
    #[must_use]
    pub fn like(&self, assignment: Assignment, assumptions: EnumSet<Assumption>) -> Self {
        let keys = assumptions.iter();
        keys.fold(*self, |like, key| like.with(key, assignment.has(key)))
    }

    /// One of them; of several, the first.
    #[must_use]
    #[inline]
    pub fn first(&self) -> Option<Assignment> {
        let word = self.0.iter().position(|word| *word != 0)?;
        Some(Assignment::at(word * 64 + self.0[word].trailing_zeros() as usize))
    }

    /// The one with the fewest deviations from the default; of several, the first.
    #[must_use]
    pub fn nearest_to_default(&self) -> Option<Assignment> {
        self.iter().min_by_key(|assignment| assignment.deviations().len())
    }

    /// The one that differs least from `assignment`; of several, the first.
    #[must_use]
    pub fn nearest_to(&self, assignment: Assignment) -> Option<Assignment> {
        let far = |other: &Assignment| (other.index() ^ assignment.index()).count_ones();
        self.iter().min_by_key(far)
    }

    /// Each of them, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = Assignment> {
        let words = self.0;
        (0..COUNT)
            .filter(move |index| words[index / 64] >> (index % 64) & 1 == 1)
            .map(Assignment::at)
    }

    /// Which values of an assumption are left: the default, and the other.
    #[must_use]
    pub fn left(&self, assumption: Assumption) -> [bool; 2] {
        [false, true].map(|is_other| !self.with(assumption, is_other).is_empty())
    }

    /// The one value that is left of an assumption, if it is one.
    #[must_use]
    pub fn decided(&self, assumption: Assumption) -> Option<&'static str> {
        match self.left(assumption) {
            [true, false] => Some(assumption.values()[0]),
            [false, true] => Some(assumption.values()[1]),
            _ => None,
        }
    }

    /// The set as text: a hexadecimal digit for every four assignments, in their order.
    ///
    /// ```
    /// use event70_model::{Assignments, Assumption};
    /// let half = Assignments::ALL.with(Assumption::HangHolds, true);
    /// assert_eq!(Assignments::from_hex(&half.to_hex()), Some(half));
    /// ```
    #[must_use]
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|word| format!("{:016x}", word.reverse_bits())).collect()
    }

    /// The set that this text says; nothing, if it says none.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let is_hex = text.len() == WORDS * 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut words = [0; WORDS];
        for (word, at) in words.iter_mut().zip((0..).step_by(16)).filter(|_| is_hex) {
            *word = u64::from_str_radix(text.get(at..at + 16)?, 16).ok()?.reverse_bits();
        }
        is_hex.then_some(Self(words))
    }
}

impl From<Assignment> for Assignments {
    fn from(assignment: Assignment) -> Self {
        Self::only(assignment)
    }
}

impl FromIterator<Assignment> for Assignments {
    fn from_iter<I: IntoIterator<Item = Assignment>>(assignments: I) -> Self {
        assignments.into_iter().fold(Self::NONE, |set, one| set.or(&Self::only(one)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Keyword;

    #[test]
    fn a_set_is_split_by_an_assumption_into_halves() {
        for key in Assumption::ALL.iter().filter(|key| key.is_inferable()) {
            let halves = [false, true].map(|is_other| Assignments::ALL.with(*key, is_other));
            assert_eq!(halves.map(|half| half.len()), [512, 512], "{key}");
            assert_eq!(halves[0].or(&halves[1]), Assignments::ALL);
            assert!(halves[0].and(&halves[1]).is_empty());
            assert_eq!(halves[1].decided(*key), Some(key.values()[1]));
        }
    }

    #[test]
    fn what_is_alike_in_every_assumption_is_one() {
        let assignment = Assignment::default().with(Assumption::AfterHang, true);
        let alike = Assignments::ALL.like(assignment, EnumSet::all());
        assert_eq!(alike, Assignments::only(assignment));
        assert_eq!(alike.iter().collect::<Vec<_>>(), [assignment]);
        assert_eq!(Assignments::ALL.nearest_to(assignment), Some(assignment));
        assert_eq!(Assignments::ALL.nearest_to_default(), Some(Assignment::DEFAULT));
    }

    #[test]
    fn only_the_text_of_a_set_is_read_as_one() {
        let texts = [String::new(), "f".repeat(255), "g".repeat(256), "ä".repeat(128)];
        for text in texts {
            assert_eq!(Assignments::from_hex(&text), None, "{text}");
        }
        let one = Assignments::only(Assignment::default());
        assert_eq!(one.to_hex(), format!("8{}", "0".repeat(255)));
    }

    #[test]
    fn what_is_not_inferred_makes_no_difference() {
        let assignment = Assignment::default().with(Assumption::CycleOrder, true);
        assert_eq!(Assignments::only(assignment), Assignments::only(Assignment::DEFAULT));
        assert_eq!(Assignments::ALL.with(Assumption::CycleOrder, true), Assignments::ALL);
    }
}
