//! What must be: predicts Event 70 from the timeline and the catalogue alone.
//!
//! The invariant has never seen a connector or a site. It reads the history of a timeline as a
//! historian would: *over which steps did each condition hold* ([`history`]), *during which steps
//! was the service up* ([`service`]), and then, for every EXPORT run that the documents call for,
//! *which of the conditions that held stood first in its way* ([`predict`](Invariant::predict)).
//! For each step it returns how many runs there are, how they end, and the evidence: the condition
//! that decided, since when it holds, and what it masks.
//!
//! Nothing here may reach the site or a connector; a test holds that wall. They are two
//! independent writings of the same rule, and comparing them is what this project is for.

mod history;
mod prediction;
mod remedy;
mod service;

use enumset::EnumSet;

pub use history::{Since, Standing};
pub use prediction::{Evidence, ExportKind, Exports, StepPrediction};
pub use remedy::remedy;

use crate::conditions::{CATALOGUE, Condition, Direction, Exchange, Outcome, Row};
use crate::scenario::{Operation, Scenario, Step};
use crate::words::Word;
use history::History;
use service::Service;

/// An EXPORT that moved this many messages is followed by another at once (Q168211).
const FULL_BATCH: u32 = 16;

/// Predicts scenarios. Its buffers are used again from one scenario to the next, so that
/// predicting allocates nothing once they are large enough.
#[derive(Debug)]
pub struct Invariant {
    stops: [Stops; Exchange::ALL.len()],
    history: History,
    service: Vec<Service>,
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
            service: Vec::new(),
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
        service::read(scenario, &self.history, &stops, &mut self.service);
        let service = &self.service;
        self.history.read_site_entry(scenario, |step, holding| {
            service[step].acts && holding.is_disjoint(stops.directory_export | stops.import)
        });
        self.read_exports(scenario, &stops);
        &self.steps
    }

    /// What holds just before step `at` of the scenario that was predicted last; `at` may be the
    /// number of its steps, for what holds at the end. In the order in which runs meet it.
    #[must_use]
    pub fn standing(&self, at: usize) -> Vec<Standing> {
        self.history.standing(at)
    }

    /// For every step the EXPORT runs in it and how they end.
    fn read_exports(&mut self, scenario: &Scenario, stops: &Stops) {
        self.steps.clear();
        let mut inbound: u32 = 0;
        for (index, step) in scenario.timeline.iter().enumerate() {
            let service = self.service[index];
            let holding = self.history.holding(index);
            let (kind, cycles, in_the_way) = match *step {
                Step::Mail(Direction::Exchange, messages) => {
                    inbound += u32::from(messages);
                    (None, 0, EnumSet::empty())
                }
                Step::Do(Operation::Start | Operation::Restart) if service.acts => {
                    (Some(ExportKind::Messages), 1, holding & stops.message_export)
                }
                Step::Cycles(count) if service.acts => {
                    let count = service.cycles.min(u32::from(count));
                    (Some(ExportKind::Messages), count, holding & stops.message_export)
                }
                Step::Do(Operation::Dirsync) if service.acts => {
                    (Some(ExportKind::Directory), 1, holding & stops.directory_export)
                }
                _ => (None, 0, EnumSet::empty()),
            };
            let exports = kind.map(|kind| {
                let runs = match (kind, in_the_way.is_empty(), step) {
                    (_, false, _) => cycles,
                    (ExportKind::Directory, true, _) => 3,
                    (ExportKind::Messages, true, Step::Cycles(_)) => {
                        let full = inbound / FULL_BATCH;
                        inbound = 0;
                        cycles + full
                    }
                    (ExportKind::Messages, true, _) => {
                        inbound -= inbound.min(FULL_BATCH);
                        1
                    }
                };
                Exports { kind, runs, evidence: self.history.evidence(index, in_the_way) }
            });
            self.steps.push(StepPrediction { exports });
        }
    }
}
