//! What must happen in a step, by the rule and what is assumed.

use std::fmt;

use event70_model::count;

use super::prediction::{ExportKind, Exports};

/// The runs of one step, and whether the service stops by itself in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// The EXPORT runs; none where the service launches none.
    pub exports: Option<Exports>,
    /// The message IMPORTs.
    pub imports: Imports,
    /// Whether the service gives up (Event 85).
    pub gives_up: bool,
}

/// What can be said of the message IMPORTs of a step, in whichever order a cycle has its programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imports {
    /// There is at least one, or there is none.
    Launched(bool),
    /// So many find no program and count as restarts: together with the EXPORTs that do, for which
    /// of the two finds the last is a matter of order.
    Lost(u32),
    /// In each cycle either EXPORT or IMPORT does not finish, whichever runs first.
    InPlaceOfExports,
    /// Nothing can be said.
    NotTold,
}

impl Outlook {
    /// Nothing runs.
    pub const QUIET: Self =
        Self { exports: None, imports: Imports::Launched(false), gives_up: false };

    /// How many Event 70 the step must log.
    #[must_use]
    #[inline]
    pub fn event_70(&self) -> u32 {
        self.exports.map_or(0, |exports| exports.event_70())
    }

    /// Whether the same is said of the runs in both, whatever decides how they end.
    pub(super) fn runs_as(&self, other: &Self) -> bool {
        let exports = |outlook: &Self| {
            outlook.exports.map(|Exports { kind, runs, outcome, .. }| (kind, runs, outcome))
        };
        exports(self) == exports(other)
            && self.imports == other.imports
            && self.gives_up == other.gives_up
    }
}

/// As `2 message EXPORTs (exits with code 3), IMPORT, Event 85`.
impl fmt::Display for Outlook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(Exports { kind, runs, outcome, .. }) = self.exports {
            let noun = match kind {
                ExportKind::Messages => "message EXPORT",
                ExportKind::Directory => "directory EXPORT",
            };
            parts.push(format!("{} ({outcome})", count(u64::from(runs), noun)));
        }
        match self.imports {
            Imports::Launched(true) => parts.push("IMPORT".to_owned()),
            Imports::Lost(runs) if runs > 0 => parts.push(count(u64::from(runs), "IMPORT")),
            _ => {}
        }
        if self.gives_up {
            parts.push("Event 85".to_owned());
        }
        f.write_str(&if parts.is_empty() { "no run".to_owned() } else { parts.join(", ") })
    }
}
