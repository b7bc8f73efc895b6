//! A step in the tree of results.

use event70_engine::{Disagreement, Verdict};
use event70_model::{Category, Direction, Operation, Repair, Step, clock};
use event70_rule::{ExportKind, Exports};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::account::StepAccount;
use super::explanation::StepExplanation;
use super::fault::{EvidenceEntry, FaultEntry, HoldingEntry, step_of};
use super::happened::{Ended, EventEntry, RunEntry, RunOf};
use super::scenario::{LevelsEntry, Violated};
use super::word::Word;

/// A step that was played.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct StepEntry {
    /// Its number, from 1.
    pub step: usize,
    /// The line of the scenario file on which it begins, from 1; `null` where that is not known.
    pub line: Option<usize>,
    /// The step for a person.
    pub what: String,
    /// The step in its parts.
    pub action: Action,
    /// When it begins, by the clock of the site.
    pub begins_at: String,
    /// Its verdict.
    pub verdict: Word<Verdict>,
    /// What is violated in it.
    pub violated: Option<Violated>,
    /// What speaks against agreement, for a person.
    pub message: Option<String>,
    /// How many Event 70 are predicted.
    pub predicted: u32,
    /// How many the author of the scenario expects; `null` where the author says nothing.
    pub expected: Option<u32>,
    /// How many of other events the author expects.
    pub expected_events: Vec<ExpectedEvents>,
    /// How much mail the author expects to wait after the step.
    pub expected_waiting: ExpectedWaiting,
    /// How many were logged.
    pub logged: u32,
    /// The EXPORT runs that are predicted; `null` where there must be none.
    pub exports: Option<ExportsEntry>,
    /// Why they must end so; `null` where nothing stands in their way, or where there are none.
    pub evidence: Option<EvidenceEntry>,
    /// What holds before the step, in the order in which runs meet it.
    pub conditions: Vec<HoldingEntry>,
    /// The service after the step.
    pub service: ServiceEntry,
    /// How much mail waits after the step.
    pub waiting: WaitingEntry,
    /// Whether the last maintenance of the post office is verified after the step.
    pub maintenance_verified: bool,
    /// The runs, in order.
    pub runs: Vec<RunEntry>,
    /// How many runs more there were than are listed.
    pub runs_omitted: u64,
    /// The entries of the log, in order.
    pub events: Vec<EventEntry>,
    /// How many entries more there were than are listed.
    pub events_omitted: u64,
    /// What is explained of it; `null` unless it was asked for, by `explain`.
    pub explanation: Option<StepExplanation>,
}

/// A step in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Action {
    /// The service is operated.
    Do {
        /// In which way.
        operation: Word<Operation>,
    },
    /// Polling intervals pass.
    Cycles {
        /// How many.
        cycles: u16,
    },
    /// A condition begins to hold, or gets another setting.
    Inject(FaultEntry),
    /// A repair is applied.
    Repair {
        /// Which.
        repair: Word<Repair>,
    },
    /// Messages are put in a queue.
    Mail {
        /// How many.
        messages: u16,
        /// Towards which side.
        to: Word<Direction>,
    },
    /// Diagnostics logging levels change.
    Logging {
        /// The new level of each category; `null` for one that keeps its level.
        levels: LevelsEntry,
    },
}

/// The EXPORT runs that are predicted for a step; all of them end alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ExportsEntry {
    /// What they export.
    pub kind: RunOf,
    /// How many there are.
    pub runs: u32,
    /// How they end.
    pub ended: Ended,
    /// Their result code, if they exit.
    pub code: Option<u8>,
}

/// The service at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ServiceEntry {
    /// Whether it is up.
    pub up: bool,
    /// In which step it came up or went down last; `null` if it was never up.
    pub since_step: Option<u32>,
}

/// How much mail waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct WaitingEntry {
    /// Towards Exchange.
    pub exchange: u32,
    /// Towards cc:Mail.
    pub cc_mail: u32,
}

/// How many of an event the author of a scenario expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ExpectedEvents {
    /// The event's number.
    pub event: u16,
    /// How many.
    pub times: u32,
}

/// How much mail the author of a scenario expects to wait; `null` where the author says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ExpectedWaiting {
    /// How many messages towards Exchange.
    pub exchange: Option<u32>,
    /// How many messages towards cc:Mail.
    pub cc_mail: Option<u32>,
}

impl From<(u16, u32)> for ExpectedEvents {
    fn from((event, times): (u16, u32)) -> Self {
        Self { event, times }
    }
}

impl ExpectedWaiting {
    fn of([exchange, cc_mail]: [Option<u32>; Direction::COUNT]) -> Self {
        Self { exchange, cc_mail }
    }
}

impl StepEntry {
    /// The step that follows `index` others and stands on this line of its file.
    pub(super) fn of(
        index: usize,
        line: Option<usize>,
        step: StepAccount,
        explanation: Option<StepExplanation>,
    ) -> Self {
        let disagreement = step.disagreement.as_ref();
        let [exchange, cc_mail] = step.waiting;
        Self {
            step: index + 1,
            line,
            what: step.step.to_string(),
            action: step.step.into(),
            begins_at: clock(step.begins_at).to_string(),
            verdict: Word(disagreement.map_or(Verdict::Agree, Disagreement::verdict)),
            violated: disagreement.and_then(Violated::by),
            message: disagreement.map(ToString::to_string),
            predicted: step.predicted.event_70(),
            expected: step.expected.event_70,
            expected_events: step.expected.events.iter().map(|event| (*event).into()).collect(),
            expected_waiting: ExpectedWaiting::of(step.expected.waiting),
            logged: step.event_70,
            exports: step.predicted.exports().as_ref().map(Into::into),
            evidence: step.predicted.evidence.as_ref().map(Into::into),
            conditions: step.holding.iter().map(Into::into).collect(),
            service: ServiceEntry { up: step.is_up, since_step: step_of(step.service_since) },
            waiting: WaitingEntry { exchange, cc_mail },
            maintenance_verified: step.verified,
            runs: step.happened.runs,
            runs_omitted: step.happened.runs_omitted,
            events: step.happened.events,
            events_omitted: step.happened.events_omitted,
            explanation,
        }
    }
}

impl From<Step> for Action {
    fn from(step: Step) -> Self {
        match step {
            Step::Do(operation) => Self::Do { operation: Word(operation) },
            Step::Cycles(cycles) => Self::Cycles { cycles },
            Step::Inject(fault) => Self::Inject(fault.into()),
            Step::Repair(repair) => Self::Repair { repair: Word(repair) },
            Step::Mail(to, messages) => Self::Mail { messages, to: Word(to) },
            Step::Logging(change) => Self::Logging {
                levels: LevelsEntry::of(|category: Category| change.level(category)),
            },
        }
    }
}

impl From<&Exports> for ExportsEntry {
    fn from(exports: &Exports) -> Self {
        let kind = match exports.kind {
            ExportKind::Messages => RunOf::Messages,
            ExportKind::Directory => RunOf::Directory,
        };
        let (ended, code) = Ended::by_rule(exports.outcome);
        Self { kind, runs: exports.runs, ended, code }
    }
}
