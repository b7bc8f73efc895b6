//! One value for each assumption.

use std::fmt;

use enumset::EnumSet;
use serde::{Deserialize, Serialize};

use super::Assumption;
use crate::Keyword;

/// One value for each assumption: the default, or the other.
///
/// ```
/// use event70_model::{Assignment, Assumption};
/// let other = Assignment::default().with(Assumption::ThreadRestarts, true);
/// assert_eq!(other.value(Assumption::ThreadRestarts), "24");
/// assert_eq!(other.value(Assumption::StartExports), "yes");
/// assert_eq!(other.to_string(), "thread-restarts = 24");
/// ```
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Assignment(u16);

const _: () = assert!(Assumption::COUNT <= 16);

impl Assignment {
    /// Every default.
    pub const DEFAULT: Self = Self(0);

    /// Whether this assumption has its other value, not the default.
    #[must_use]
    #[inline]
    pub const fn has(self, assumption: Assumption) -> bool {
        self.0 >> assumption as u16 & 1 == 1
    }

    /// The same with one assumption at its default, or at its other value.
    #[must_use]
    pub const fn with(self, assumption: Assumption, is_other: bool) -> Self {
        let bit = 1 << assumption as u16;
        Self(if is_other { self.0 | bit } else { self.0 & !bit })
    }

    /// The value of an assumption.
    #[must_use]
    pub const fn value(self, assumption: Assumption) -> &'static str {
        assumption.values()[self.has(assumption) as usize]
    }

    /// The assumptions that are not at their default.
    #[must_use]
    pub fn deviations(self) -> EnumSet<Assumption> {
        EnumSet::from_u16_truncated(self.0)
    }

    /// The same with this value of an assumption; nothing if it has no such value.
    #[must_use]
    pub fn with_value(self, assumption: Assumption, value: &str) -> Option<Self> {
        let index = assumption.values().iter().position(|known| *known == value)?;
        Some(self.with(assumption, index == 1))
    }

    /// Where it stands among the 1,024 assignments of what is inferred.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize & ((1 << Assumption::INFERABLE) - 1)
    }

    /// The assignment that stands at this place, with every default where nothing is inferred.
    pub(super) const fn at(index: usize) -> Self {
        Self(index as u16)
    }

    /// The same, with what is not inferred as in `other`.
    #[must_use]
    pub const fn outwardly(self, other: Self) -> Self {
        let inferred = (1 << Assumption::INFERABLE) - 1;
        Self(self.0 & inferred | other.0 & !inferred)
    }
}

/// What is not at its default, as `key = value, key = value`; `every default` where all is.
impl fmt::Display for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::DEFAULT {
            return f.write_str("every default");
        }
        let told = self.deviations().iter();
        let told = told.map(|key| format!("{} = {}", key.keyword(), self.value(key)));
        f.write_str(&told.collect::<Vec<_>>().join(", "))
    }
}
