//! The exit status: one number for each meaning.

use crate::judge::Verdict;

/// What the program's exit status says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Status {
    /// All agree.
    #[default]
    Agree,
    /// A verdict other than agree.
    Disagree,
    /// Wrong usage or an invalid scenario file.
    Usage,
    /// The connector under test failed as a program.
    ConnectorFailed,
    /// An internal error of the harness.
    Internal,
}

impl Status {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Agree => 0,
            Self::Disagree => 1,
            Self::Usage => 2,
            Self::ConnectorFailed => 3,
            Self::Internal => 70,
        }
    }

    /// The one of two that is reported where both apply: the first of 70, 2, 3, 1.
    ///
    /// ```
    /// use event70::commands::Status;
    /// assert_eq!(Status::ConnectorFailed.or(Status::Usage), Status::Usage);
    /// ```
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let weight = |status: Self| match status {
            Self::Agree => 0,
            Self::Disagree => 1,
            Self::ConnectorFailed => 2,
            Self::Usage => 3,
            Self::Internal => 4,
        };
        if weight(other) > weight(self) { other } else { self }
    }
}

impl From<Verdict> for Status {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Agree => Self::Agree,
            Verdict::Missing | Verdict::Extra | Verdict::Malformed | Verdict::Expectation => {
                Self::Disagree
            }
            Verdict::ConnectorFailed => Self::ConnectorFailed,
            Verdict::None => Self::Internal,
        }
    }
}
