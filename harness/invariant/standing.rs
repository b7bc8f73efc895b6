//! A condition that holds, and since when.

use std::fmt;

use crate::conditions::Fault;

/// Since when a condition holds without a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Since {
    /// Since before the first step.
    Beginning,
    /// Since this step, counted from 0.
    Step(u32),
}

/// A condition that holds at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What holds, in the setting of its latest injection.
    pub fault: Fault,
    /// Since when.
    pub since: Since,
    /// Since when in this setting.
    pub set: Since,
    /// How many CHKSTAT passes of damage are left; 1 for every other condition.
    pub passes_left: u8,
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Beginning => f.write_str("from the beginning"),
            Self::Step(step) => write!(f, "since step {}", step + 1),
        }
    }
}
