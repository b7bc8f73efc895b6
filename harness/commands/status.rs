//! The exit status: one number for each meaning.

use event70_engine::Verdict;

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
    /// A signal of this number ended it, before anything else was found.
    Interrupted(u8),
    /// An internal error of the harness, or trouble of its own.
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
            Self::Interrupted(signal) => 128_u8.saturating_add(signal),
            Self::Internal => 70,
        }
    }

    /// The one of two that is reported where both apply: the first of 70, 2, 3, 1, and
    /// last that of an interruption.
    ///
    /// ```
    /// use event70::commands::Status;
    /// assert_eq!(Status::ConnectorFailed.or(Status::Usage), Status::Usage);
    /// ```
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let weight = |status: Self| match status {
            Self::Agree => 0,
            Self::Interrupted(_) => 1,
            Self::Disagree => 2,
            Self::ConnectorFailed => 3,
            Self::Usage => 4,
            Self::Internal => 5,
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
