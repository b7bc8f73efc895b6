//! What only `explain` says of a step and of the end: what decided that the documents leave open,
//! and what the article warns of beside the event.

use event70_model::{Assumption, Condition, Direction, Job, RunResult};
use event70_rule::{Imports, Outlook, RestartReason, Thread};
use schemars::JsonSchema;
use serde::Serialize;

use super::happened::Ended;
use super::step::ExportsEntry;
use super::word::Word;

/// What is explained of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct StepExplanation {
    /// The assumptions that decide: under the other value of each alone, the step would have other
    /// runs.
    pub assumptions: Vec<DecidingEntry>,
    /// The order of conditions, where more than one was in the way of the EXPORT runs.
    pub order: Option<OrderEntry>,
    /// Why a restart belongs to the repair: to that of the condition that decides, or to the one
    /// that is the step; `null` where it does not.
    pub restart: Option<RestartWord>,
    /// Whether the Event 70 of the step may be ignored until the first dirsync completes (Q166045).
    pub ignorable: bool,
    /// What came of the dirsync that the step is; `null` where it is none.
    pub dirsync: Option<DirsyncEntry>,
    /// How things stand after the step.
    #[serde(flatten)]
    pub after: AfterEntry,
}

/// What is explained of a scenario as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct EndExplanation {
    /// The last dirsync; `null` where there was none.
    pub last_dirsync: Option<LastDirsyncEntry>,
    /// Whether the next EXPORT has an Event 70 that may be ignored until the first dirsync completes
    /// (Q166045).
    pub ignorable: bool,
    /// How things stand at the end.
    #[serde(flatten)]
    pub after: AfterEntry,
}

/// How things stand at some moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AfterEntry {
    /// Why the service is down; `null` where it is up.
    pub down: Option<DownEntry>,
    /// The threads that launch nothing until the next start.
    pub held: Vec<ThreadWord>,
    /// The mail that waits; nothing of a direction in which none does.
    pub queues: Vec<QueueEntry>,
}

/// An assumption that decides what runs in a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DecidingEntry {
    /// The assumption.
    pub assumption: Word<Assumption>,
    /// What is predicted under the value that is assumed.
    pub assumed: SideEntry,
    /// What would be under the other value.
    pub other: SideEntry,
}

/// What is predicted of a step under one value of an assumption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SideEntry {
    /// The value.
    pub value: &'static str,
    /// How many Event 70.
    pub event_70: u32,
    /// The EXPORT runs; `null` where there must be none.
    pub exports: Option<ExportsEntry>,
    /// Whether there are IMPORTs.
    pub imports: ImportsWord,
    /// How many of them find no program and count as restarts.
    pub imports_lost: u32,
    /// Whether the service stops by itself (Event 85).
    pub gives_up: bool,
}

/// What can be said of the message IMPORTs of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ImportsWord {
    /// There is none.
    None,
    /// There is at least one.
    Some,
    /// Some find no program and count as restarts.
    Lost,
    /// In each cycle either EXPORT or IMPORT does not finish, whichever runs first.
    InPlaceOfExports,
    /// Nothing can be said.
    NotTold,
}

/// More than one condition is in the way, and the order in which a run meets them is our choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct OrderEntry {
    /// The numbers of the choices: 1 is the order of the barriers, 2 that within one barrier.
    pub choices: Vec<u8>,
    /// What is masked, each with how the runs would end if it came first.
    pub masked: Vec<MaskedEntry>,
    /// Whether the runs would end otherwise if one of these came first.
    pub decides: bool,
}

/// A condition that is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct MaskedEntry {
    /// The condition.
    pub condition: Word<Condition>,
    /// How a run ends that meets it first.
    pub ended: Ended,
    /// The result code, if it exits.
    pub code: Option<u8>,
}

/// Why a restart belongs to a repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RestartWord {
    /// What was entered on the tab before is in force until the next start (Q233164).
    TabInForce,
    /// A thread launches nothing until the next start (Q164695, Q181186).
    ThreadHeld,
}

/// What came of a dirsync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum DirsyncEntry {
    /// All of its runs exited with code 0.
    Completed,
    /// A run kept it from completing.
    EndedBy {
        /// The program: `EXPORT` or `IMPORT`.
        program: &'static str,
        /// The file that it writes or reads.
        file: String,
        /// How it ended.
        ended: Ended,
        /// The result code, if it exited.
        code: Option<u8>,
        /// The condition that stops such a run; `null` where the rule knows none.
        condition: Option<Word<Condition>>,
    },
    /// Nothing ran, for the service is down.
    ServiceDown,
    /// Nothing ran, for the thread of dirsync is held.
    ThreadHeld,
    /// Nothing ran, and the rule knows no reason.
    NothingRan,
}

/// The last dirsync of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LastDirsyncEntry {
    /// In which step, from 1.
    pub step: usize,
    /// What came of it.
    pub dirsync: DirsyncEntry,
}

/// Why the service is down, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DownEntry {
    /// Since which step, from 1; `null` if it was never up.
    pub since_step: Option<u32>,
    /// Why.
    pub because: DownWord,
}

/// Why a service is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DownWord {
    /// It was not started yet.
    NotStarted,
    /// It was stopped.
    Stopped,
    /// It was killed.
    Killed,
    /// It stopped by itself after too many restarts of a thread (Event 85).
    GaveUp,
}

/// Something that launches programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ThreadWord {
    /// Message EXPORT.
    Export,
    /// Message IMPORT.
    Import,
    /// Dirsync.
    Dirsync,
}

/// Mail that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct QueueEntry {
    /// Towards which side.
    pub to: Word<Direction>,
    /// How many messages.
    pub messages: u32,
    /// For what.
    pub because: WaitsWord,
    /// The condition, where it waits for one.
    pub condition: Option<Word<Condition>>,
}

/// For what mail waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WaitsWord {
    /// The service is down.
    ServiceDown,
    /// The thread that would move it launches nothing until the next start.
    ThreadHeld,
    /// A condition is in the way of the run that would move it.
    Condition,
    /// Nothing is in the way of the next run.
    NextRun,
}

impl SideEntry {
    /// What is predicted under a value.
    pub(in crate::report) fn of(value: &'static str, outlook: &Outlook) -> Self {
        let (imports, imports_lost) = match outlook.imports {
            Imports::Launched(false) => (ImportsWord::None, 0),
            Imports::Launched(true) => (ImportsWord::Some, 0),
            Imports::Lost(runs) => (ImportsWord::Lost, runs),
            Imports::InPlaceOfExports => (ImportsWord::InPlaceOfExports, 0),
            Imports::NotTold => (ImportsWord::NotTold, 0),
        };
        Self {
            value,
            event_70: outlook.event_70(),
            exports: outlook.exports.as_ref().map(Into::into),
            imports,
            imports_lost,
            gives_up: outlook.gives_up,
        }
    }
}

impl DirsyncEntry {
    /// Of a dirsync that this run ended, stopped by this condition.
    pub(in crate::report) fn ended_by(
        (job, ran): (Job, RunResult),
        condition: Option<Condition>,
    ) -> Self {
        Self::EndedBy {
            program: job.program(),
            file: job.file().to_string(),
            ended: ran.into(),
            code: ran.code(),
            condition: condition.map(Word),
        }
    }
}

impl From<RestartReason> for RestartWord {
    fn from(reason: RestartReason) -> Self {
        match reason {
            RestartReason::InForce => Self::TabInForce,
            RestartReason::Held => Self::ThreadHeld,
        }
    }
}

impl From<Thread> for ThreadWord {
    fn from(thread: Thread) -> Self {
        match thread {
            Thread::Export => Self::Export,
            Thread::Import => Self::Import,
            Thread::Dirsync => Self::Dirsync,
        }
    }
}
