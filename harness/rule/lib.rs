//! What the documents say, as data, and what follows from it: the invariant.
//!
//! The invariant predicts Event 70 from a timeline and the tables alone. It cannot reach a site or
//! a connector: the crate that holds those is no dependency of this one.

mod catalogue;
mod event_log;
mod invariant;

pub use catalogue::{
    ASSUMPTIONS, AssumptionEntry, Barrier, Basis, CATALOGUE, CHOICES, Choice, Class, Clearing,
    ConditionEntry, ConditionRow, Documented, Outcome, Passage, REPAIRS, RepairEntry, Side, allows,
    cleared_by, clears, default_fault, every_fault, faults_of, is_affected, on_editions, row,
    settings,
};
pub use event_log::{
    EventMessage, FOREIGN_70, LOGGED, LogEntry, MESSAGES, NEVER_JUDGED, event, event_of_run,
    is_judged, message, message_index, printed_text, prints,
};
pub use invariant::{
    Alteration, Clause, Deciding, Evidence, ExportKind, Exports, Imports, Invariant, Outlook,
    RestartReason, RuleState, Rules, RunKind, Since, Standing, StepPrediction, Thread,
    UNDELIVERABLE, VersionSpace, alterations, deciding, fitting_each_step, remedy, restart_reason,
};
