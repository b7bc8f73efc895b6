//! The kinds of site that a history fits: a set of the eighteen there are.

use enumset::EnumSet;
use event70_model::{Condition, Database, Exchange, Host, Keyword, Setup};
use event70_rule::allows;

/// How many kinds of site there are: three editions, three hosts, two databases.
const COUNT: usize = Exchange::COUNT * Host::COUNT * Database::COUNT;

/// A set of kinds of site, a bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kinds(u32);

impl Kinds {
    /// Every kind.
    pub const ALL: Self = Self((1 << COUNT) - 1);

    /// Those of which this is true.
    #[must_use]
    pub fn such(is: impl Fn(&Setup) -> bool) -> Self {
        let fitting = (0..COUNT).filter(|index| is(&setup(*index)));
        Self(fitting.fold(0, |set, index| set | 1 << index))
    }

    /// That of this site alone.
    #[must_use]
    pub fn of(setup: &Setup) -> Self {
        let kind = |setup: &Setup| (setup.exchange, setup.host, setup.database);
        Self::such(|known| kind(known) == kind(setup))
    }

    /// Those on which this condition can hold.
    #[must_use]
    pub fn allowing(condition: Condition) -> Self {
        Self::such(|setup| allows(setup, condition))
    }

    /// The conditions that can hold on some of them.
    #[must_use]
    pub fn can_hold(self) -> EnumSet<Condition> {
        let all: EnumSet<Condition> = EnumSet::all();
        all.iter().filter(|condition| !self.and(Self::allowing(*condition)).is_empty()).collect()
    }

    /// Those in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// A healthy site of each kind in the set; that of the default is the first of all.
    pub fn setups(self) -> impl Iterator<Item = Setup> {
        (0..COUNT).filter(move |index| self.0 >> index & 1 == 1).map(setup)
    }

    /// A healthy site of the first kind in the set; of the default kind, where the set is empty.
    #[must_use]
    pub fn first(self) -> Setup {
        self.setups().next().unwrap_or_default()
    }
}

fn setup(index: usize) -> Setup {
    let (rest, database) = (index / Database::COUNT, index % Database::COUNT);
    Setup {
        exchange: Exchange::ALL[rest / Host::COUNT],
        host: Host::ALL[rest % Host::COUNT],
        database: Database::ALL[database],
        ..Setup::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_there_once_and_the_default_first() {
        let all: Vec<Setup> = Kinds::ALL.setups().collect();
        assert_eq!(all.len(), COUNT);
        assert_eq!(all[0], Setup::default());
        for (index, one) in all.iter().enumerate() {
            assert!(!all[..index].contains(one));
        }
    }

    #[test]
    fn a_condition_of_one_host_leaves_its_kinds() {
        let share = Kinds::allowing(Condition::ShareAccessDenied);
        assert!(share.setups().all(|setup| setup.host == Host::WindowsNt));
        assert_eq!(share.setups().count(), 6);
        assert!(share.and(Kinds::allowing(Condition::Lsa2Hotfix)).is_empty());
    }
}
