//! What a step injects: a condition in one of its settings.

use std::fmt;

use crate::{Condition, IndexCode, PathOutcome};

/// The setting of a condition that has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setting {
    /// The condition has no settings, or none is named.
    None,
    /// `passes`: how many CHKSTAT passes the damage needs, 1 to 3.
    Passes(u8),
    /// `outcome`: what the programs do in a path with a space.
    Outcome(PathOutcome),
    /// `export-code` and `import-code`, or `code` for both: how the damaged index shows.
    Codes(IndexCodes),
}

/// How a damaged index shows in each program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IndexCodes {
    /// In EXPORT.
    pub export: IndexCode,
    /// In IMPORT.
    pub import: IndexCode,
}

impl IndexCodes {
    /// The same code in both.
    #[must_use]
    pub const fn both(code: IndexCode) -> Self {
        Self { export: code, import: code }
    }
}

/// A condition together with its setting: what a step injects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fault {
    /// What is injected.
    pub condition: Condition,
    /// Its setting; of the kind that the condition has.
    pub setting: Setting,
}

/// The condition in the setting that it has where none is named.
impl From<Condition> for Fault {
    fn from(condition: Condition) -> Self {
        Self { condition, setting: Setting::None }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.setting {
            Setting::None => write!(f, "{}", self.condition),
            setting => write!(f, "{} ({setting})", self.condition),
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Passes(passes) => write!(f, "passes {passes}"),
            Self::Outcome(outcome) => write!(f, "outcome {outcome}"),
            Self::Codes(IndexCodes { export, import }) if export == import => {
                write!(f, "code {export}")
            }
            Self::Codes(IndexCodes { export, import }) => {
                write!(f, "export-code {export}, import-code {import}")
            }
        }
    }
}
