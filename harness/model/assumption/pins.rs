//! Which values of some assumptions are taken, and nothing of the others.

use std::fmt;

use super::{Assignment, Assignments, Assumption};
use crate::Keyword;

/// For each assumption that is named the values that are taken: one, or both.
///
/// ```
/// use event70_model::{Assumption, Pins};
/// let pins = Pins::default().with(Assumption::ThreadRestarts, "24").unwrap();
/// assert_eq!(pins.to_string(), "thread-restarts=24");
/// assert_eq!(pins.or_default().len(), 1);
/// assert_eq!(pins.or_open().len(), 512);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Pins([Option<[bool; 2]>; Assumption::COUNT]);

impl Pins {
    /// Every assumption, pinned to its value in this assignment.
    #[must_use]
    pub fn all_of(assignment: Assignment) -> Self {
        Self(std::array::from_fn(|key| {
            let is_other = assignment.has(Assumption::ALL[key]);
            Some([!is_other, is_other])
        }))
    }

    /// The assumptions in which this assignment is not as by default, pinned.
    #[must_use]
    pub fn deviations_of(assignment: Assignment) -> Self {
        let mut pins = Self::default();
        for key in assignment.deviations() {
            pins.0[key as usize] = Some([false, true]);
        }
        pins
    }

    /// What is left of each assumption of these assignments, where not both values are.
    #[must_use]
    pub fn decided_in(assignments: &Assignments) -> Self {
        let mut pins = Self::default();
        for key in Assumption::ALL.iter().filter(|key| key.is_inferable()) {
            let left = assignments.left(*key);
            pins.0[*key as usize] = Some(left).filter(|left| left[0] != left[1]);
        }
        pins
    }

    /// The same with one value more of an assumption; nothing if it has no such value.
    #[must_use]
    pub fn with(mut self, assumption: Assumption, value: &str) -> Option<Self> {
        let index = assumption.values().iter().position(|known| *known == value)?;
        self.0[assumption as usize].get_or_insert([false; 2])[index] = true;
        Some(self)
    }

    /// The values that are taken of an assumption; nothing where it is not named.
    #[must_use]
    pub fn of(&self, assumption: Assumption) -> Option<[bool; 2]> {
        self.0[assumption as usize]
    }

    /// Whether nothing is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These, and of what they do not name what `others` name.
    #[must_use]
    pub fn or(&self, others: &Self) -> Self {
        Self(std::array::from_fn(|key| self.0[key].or(others.0[key])))
    }

    /// Whether some assignment is taken by both.
    #[must_use]
    pub fn agrees_with(&self, others: &Self) -> bool {
        self.0.iter().zip(others.0).all(|pair| match pair {
            (Some(one), Some(other)) => one[0] && other[0] || one[1] && other[1],
            _ => true,
        })
    }

    /// What is taken, with every default where nothing is named.
    #[must_use]
    pub fn or_default(&self) -> Assignments {
        self.assignments([true, false])
    }

    /// What is taken, with both values where nothing is named.
    #[must_use]
    pub fn or_open(&self) -> Assignments {
        self.assignments([true, true])
    }

    fn assignments(&self, unnamed: [bool; 2]) -> Assignments {
        Assumption::ALL.iter().fold(Assignments::ALL, |assignments, key| {
            match self.of(*key).unwrap_or(unnamed) {
                [true, true] => assignments,
                [_, is_other] => assignments.with(*key, is_other),
            }
        })
    }

    /// One that is taken, as near to the default as may be.
    #[must_use]
    pub fn assignment(&self) -> Assignment {
        Assumption::ALL.iter().fold(Assignment::DEFAULT, |assignment, key| {
            assignment.with(*key, self.of(*key).is_some_and(|taken| !taken[0]))
        })
    }

    /// The assumptions that are named, each with the values that are taken.
    pub fn named(&self) -> impl Iterator<Item = (Assumption, Vec<&'static str>)> {
        let pins = *self;
        Assumption::ALL.iter().filter_map(move |key| {
            let taken = pins.of(*key)?;
            let values = key.values().into_iter().zip(taken);
            Some((*key, values.filter(|(_, is_taken)| *is_taken).map(|(value, _)| value).collect()))
        })
    }
}

/// As on the command line: `key=value`, `key=value|value`, with blanks between.
impl fmt::Display for Pins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = self.named().map(|(key, values)| format!("{key}={}", values.join("|")));
        f.write_str(&named.collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_is_taken_and_the_rest_is_as_asked_for() {
        let both = Pins::default().with(Assumption::AfterHang, "next-cycle");
        let both = both.and_then(|pins| pins.with(Assumption::AfterHang, "until-restart")).unwrap();
        assert_eq!(both.to_string(), "after-hang=until-restart|next-cycle");
        assert_eq!((both.or_default().len(), both.or_open().len()), (2, 1024));
        let one = Pins::default().with(Assumption::AfterHang, "next-cycle").unwrap();
        assert!(one.agrees_with(&both) && both.agrees_with(&one));
        let other = Pins::default().with(Assumption::AfterHang, "until-restart").unwrap();
        assert!(!one.agrees_with(&other));
        assert_eq!(one.or(&other), one);
        assert!(one.assignment().has(Assumption::AfterHang));
        assert_eq!(Pins::deviations_of(one.assignment()), one);
        assert_eq!(Pins::decided_in(&one.or_open()), one);
        assert_eq!(Pins::all_of(one.assignment()).or_open(), one.or_default());
        assert_eq!(Pins::default().with(Assumption::AfterHang, "never"), None);
    }
}
