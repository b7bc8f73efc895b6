//! What the invariant says of one step, and why.

use enumset::EnumSet;

use super::standing::Standing;
use crate::conditions::{Condition, Outcome, Row};

/// The prediction for one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepPrediction {
    /// The EXPORT runs of this step; none where the service does not act.
    pub exports: Option<Exports>,
}

/// The EXPORT runs of one step. Conditions change between steps only, so all of them end alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exports {
    /// What is exported.
    pub kind: ExportKind,
    /// How many runs there are.
    pub runs: u32,
    /// What decided how they end; nothing where nothing stood in their way.
    pub evidence: Option<Evidence>,
}

/// What an EXPORT exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportKind {
    /// Messages, to the next file number.
    Messages,
    /// The directory, in dirsync.
    Directory,
}

/// Why a run ended as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// The condition that decided, in its setting, and since when it holds.
    pub standing: Standing,
    /// What held as well and would have stopped the run further on.
    pub masks: EnumSet<Condition>,
}

impl StepPrediction {
    /// How many Event 70 this step must log.
    #[must_use]
    pub fn event_70(&self) -> u32 {
        self.exports.map_or(0, |exports| match exports.outcome() {
            Outcome::Exits(3) => exports.runs,
            _ => 0,
        })
    }
}

impl Evidence {
    /// The row of the catalogue that decided.
    #[must_use]
    pub fn row(&self) -> &'static Row {
        self.standing.fault.row()
    }

    /// The condition that decided.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.standing.fault.condition
    }
}

impl Exports {
    /// How each of the runs ends.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match (&self.evidence, self.kind) {
            (None, _) => Outcome::NotStopped,
            (Some(evidence), ExportKind::Messages) => evidence.row().message_export,
            (Some(evidence), ExportKind::Directory) => evidence.row().directory_export,
        }
    }
}
