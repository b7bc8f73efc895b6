//! What the invariant says of one step.

use enumset::EnumSet;
use event70_model::{Condition, Fault};

use super::evidence::Evidence;
use super::outlook::Outlook;
use crate::Outcome;

/// The prediction for one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepPrediction {
    /// What runs in this step.
    pub outlook: Outlook,
    /// What decides how they end, and since when; nothing where nothing stands in their way, or no
    /// evidence was asked for.
    pub evidence: Option<Evidence>,
}

/// The EXPORT runs of one step. Conditions change between steps only, so all of them end alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exports {
    /// What is exported.
    pub kind: ExportKind,
    /// How many runs there are.
    pub runs: u32,
    /// What decides how they end; damage with the passes that are left of it.
    pub decides: Option<Fault>,
    /// Every condition in their way.
    pub in_the_way: EnumSet<Condition>,
    /// How each of them ends.
    pub outcome: Outcome,
}

/// What an EXPORT exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportKind {
    /// Messages, to the next file number.
    Messages,
    /// The directory, in dirsync.
    Directory,
}

impl StepPrediction {
    /// The EXPORT runs of this step; none where the service launches none.
    #[must_use]
    pub fn exports(&self) -> Option<Exports> {
        self.outlook.exports
    }

    /// How many Event 70 this step must log.
    #[must_use]
    pub fn event_70(&self) -> u32 {
        self.outlook.event_70()
    }
}

impl Exports {
    /// The condition that decides how they end.
    #[must_use]
    pub fn condition(&self) -> Option<Condition> {
        self.decides.map(|fault| fault.condition)
    }

    /// What is in their way as well and would stop them further on.
    #[must_use]
    pub fn masks(&self) -> EnumSet<Condition> {
        self.condition().map_or(EnumSet::empty(), |decides| self.in_the_way - decides)
    }

    /// How many Event 70 the step must log.
    #[must_use]
    pub fn event_70(&self) -> u32 {
        if self.outcome == Outcome::Exits(3) { self.runs } else { 0 }
    }
}
