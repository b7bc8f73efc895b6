//! Which failure a failure is.
//!
//! Making a scenario smaller must not slide from one bug to another. Two failures are of one class
//! if they have the same verdict, the same flaw, and the same condition decides the run; two failures
//! of a program, if it fails in the same way at the same command.

use std::fmt;

use event70_model::{Condition, Keyword};
use event70_rule::{ExportKind, StepPrediction};

use crate::{Disagreement, Expected, Flaw, Verdict};

/// The class of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FailureClass {
    /// Missing, extra, malformed or failed.
    pub verdict: Verdict,
    /// Which field or rule is malformed, or in which way the program failed.
    pub flaw: Option<&'static str>,
    /// The condition that decides the runs of the failing step, by the invariant.
    pub condition: Option<Condition>,
    /// What is exported in the failing step.
    pub exports: Option<ExportKind>,
    /// The command that a program did not carry out. No condition decides that.
    pub at: Option<&'static str>,
}

impl FailureClass {
    /// Nothing fits a scenario and others together, each of which something fits. In which step that
    /// shows, and with how many Event 70, depends on the others.
    pub const CONTRADICTION: Self = Self {
        verdict: Verdict::Malformed,
        flaw: Some("contradiction"),
        condition: None,
        exports: None,
        at: None,
    };

    /// The class of a disagreement about a step that was predicted so.
    #[must_use]
    pub fn of(disagreement: &Disagreement, predicted: Option<&StepPrediction>) -> Self {
        if disagreement.misfit().is_some_and(|misfit| !misfit.beside.is_empty()) {
            return Self::CONTRADICTION;
        }
        let flaw = match disagreement {
            Disagreement::Malformed(Flaw::Field { field, .. }) => Some(*field),
            Disagreement::Malformed(Flaw::SameFile(_)) => Some("same-file"),
            Disagreement::Malformed(Flaw::Time { .. }) => Some("time"),
            Disagreement::Malformed(Flaw::Duty(duty)) => Some(duty.kind()),
            Disagreement::Malformed(Flaw::Runs(_)) => Some("runs"),
            Disagreement::Missing { by: Expected::Assumed(_), .. }
            | Disagreement::Extra { by: Expected::Assumed(_), .. } => Some("assumed"),
            Disagreement::Malformed(Flaw::Mail { .. }) => Some("mail"),
            Disagreement::Malformed(Flaw::CommandLine(_)) => Some("command-line"),
            Disagreement::Malformed(Flaw::Unsteady { leak: true }) => Some("leak"),
            Disagreement::Malformed(Flaw::Unsteady { leak: false }) => Some("unsteady"),
            Disagreement::Failed(failure) => Some(failure.kind.keyword()),
            _ => None,
        };
        if let Disagreement::Failed(failure) = disagreement {
            let (verdict, at) = (disagreement.verdict(), failure.during);
            return Self { verdict, flaw, condition: None, exports: None, at };
        }
        // What a document asks for whatever holds is no condition's doing.
        let predicted = match disagreement {
            Disagreement::Malformed(Flaw::Duty(_)) => None,
            _ => predicted,
        };
        let exports = predicted.and_then(StepPrediction::exports);
        let condition = exports.and_then(|exports| exports.condition());
        let exports = exports.map(|exports| exports.kind);
        Self { verdict: disagreement.verdict(), flaw, condition, exports, at: None }
    }
}

/// As a name: `missing-site-entry-missing`, `malformed-file-tab-path-wrong`, `extra-in-dirsync`.
impl fmt::Display for FailureClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.verdict)?;
        if let Some(flaw) = self.flaw {
            write!(f, "-{flaw}")?;
        }
        if let Some(condition) = self.condition {
            write!(f, "-{condition}")?;
        }
        if let Some(command) = self.at {
            write!(f, "-at-{command}")?;
        }
        if self.exports == Some(ExportKind::Directory) {
            f.write_str("-in-dirsync")?;
        }
        Ok(())
    }
}
