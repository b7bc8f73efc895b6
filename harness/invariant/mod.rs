//! What must be: predicts Event 70 from the timeline and the catalogue alone.
//!
//! The invariant has never seen a connector or a site. It reads the history of a timeline as a
//! historian would: *over which steps did each condition hold* (`history`), *when was the service
//! up* (`service`), and then, for every EXPORT run that the documents call for, *which of the
//! conditions that held stood first in its way* ([`predict`](Invariant::predict)).
//! For each step it returns how many runs there are, how they end, and the evidence: the condition
//! that decided, since when it holds, and what it masks.
//!
//! Nothing here may reach the site or a connector; a test holds that wall. They are two
//! independent writings of the same rule, and comparing them is what this project is for.

mod history;
mod moment;
mod prediction;
mod remedy;
mod rules;
mod service;
mod standing;

use enumset::EnumSet;

pub use moment::{Moment, Outlook};
pub use prediction::{Evidence, ExportKind, Exports, StepPrediction};
pub use remedy::remedy;
pub use rules::{Alteration, Clause, Rules, RunKind, alterations};
pub use standing::{Since, Standing};

use crate::conditions::{CATALOGUE, Condition, Direction, Exchange, Outcome, Row};
use crate::scenario::{Scenario, Step};
use crate::words::Word;
use history::History;
use service::Service;

/// An EXPORT that moved this many messages is followed by another at once (Q168211).
const FULL_BATCH: u32 = 16;
/// Dirsync exports the directory, the mailing lists and the bulletin boards (Q295753).
const DIRECTORY_EXPORTS: u32 = 3;

/// Predicts scenarios. Its buffers are used again from one scenario to the next, so that
/// predicting allocates nothing once they are large enough.
#[derive(Debug)]
pub struct Invariant {
    stops: [Stops; Exchange::ALL.len()],
    history: History,
    steps: Vec<StepPrediction>,
}

/// Which conditions stop which kind of run, on one edition of Exchange.
#[derive(Debug, Clone, Copy)]
struct Stops {
    message_export: EnumSet<Condition>,
    directory_export: EnumSet<Condition>,
    import: EnumSet<Condition>,
}

impl Stops {
    fn on(exchange: Exchange) -> Self {
        let affected = |outcome: fn(&Row) -> Outcome| {
            CATALOGUE
                .iter()
                .filter(|entry| !entry.inert_on.contains(exchange))
                .filter(|entry| outcome(&entry.rows[0]) != Outcome::NotStopped)
                .map(|entry| entry.condition)
                .collect()
        };
        Self {
            message_export: affected(|row| row.message_export),
            directory_export: affected(|row| row.directory_export),
            import: affected(|row| row.import),
        }
    }
}

impl Default for Invariant {
    fn default() -> Self {
        Self::new()
    }
}

impl Invariant {
    /// An invariant that reads the catalogue.
    #[must_use]
    pub fn new() -> Self {
        Self {
            stops: [Exchange::V5_0, Exchange::V5_5, Exchange::V5_5Sp1].map(Stops::on),
            history: History::default(),
            steps: Vec::new(),
        }
    }

    /// Predicts every EXPORT run of a scenario: one prediction for each step.
    ///
    /// For `n` steps of which `i` inject, this takes O(n + i·d) time, where `d` is how long
    /// conditions last.
    pub fn predict(&mut self, scenario: &Scenario) -> &[StepPrediction] {
        let stops = self.stops[scenario.setup.exchange as usize];
        self.history.read(scenario);
        self.steps.clear();
        self.steps.resize(scenario.timeline.len(), StepPrediction { exports: None });
        let mut service = Service::default();
        let mut inbound: u32 = 0;
        for act in 0..self.history.acts().len() {
            let (index, step) = self.history.acts()[act];
            if let Step::Mail(Direction::Exchange, messages) = step {
                inbound += u32::from(messages);
            }
            let holding = self.history.holding(index);
            let import_is_stopped = !holding.is_disjoint(stops.import);
            let Some(launched) = service.next(step, holding, import_is_stopped, |_| true) else {
                continue;
            };
            let exports = match launched.kind {
                ExportKind::Messages => {
                    let in_the_way = holding & stops.message_export;
                    let runs = message_runs(step, launched.commands, in_the_way, &mut inbound);
                    Exports {
                        kind: launched.kind,
                        runs,
                        evidence: self.evidence(index, in_the_way),
                    }
                }
                ExportKind::Directory => {
                    let in_the_way = holding & stops.directory_export;
                    let runs = if in_the_way.is_empty() { DIRECTORY_EXPORTS } else { 1 };
                    if (in_the_way | (holding & stops.import)).is_empty() {
                        self.history.dirsync_completes(index);
                    }
                    Exports {
                        kind: launched.kind,
                        runs,
                        evidence: self.evidence(index, in_the_way),
                    }
                }
            };
            self.steps[index].exports = Some(exports);
        }
        &self.steps
    }

    fn evidence(&self, at: usize, in_the_way: EnumSet<Condition>) -> Option<Evidence> {
        if in_the_way.is_empty() { None } else { self.history.evidence(at, in_the_way) }
    }

    /// The predictions for the scenario that was predicted last.
    #[must_use]
    pub fn predictions(&self) -> &[StepPrediction] {
        &self.steps
    }

    /// Which conditions hold just before step `at` of the scenario that was predicted last; `at`
    /// may be the number of its steps, for what holds at the end.
    #[must_use]
    pub fn holding(&self, at: usize) -> EnumSet<Condition> {
        self.history.holding(at)
    }

    /// What [`holds`](Self::holding) then, with its settings and since when, in the order in which
    /// runs meet it.
    #[must_use]
    pub fn standing(&self, at: usize) -> Vec<Standing> {
        self.history.standing(at)
    }
}

/// How many message EXPORTs there are in one step, and what they leave of the inbound mail (C5).
fn message_runs(
    step: Step,
    commands: u32,
    in_the_way: EnumSet<Condition>,
    inbound: &mut u32,
) -> u32 {
    if !in_the_way.is_empty() {
        return commands;
    }
    if let Step::Cycles(_) = step {
        return commands + std::mem::take(inbound) / FULL_BATCH;
    }
    *inbound -= (*inbound).min(FULL_BATCH * commands);
    commands
}
