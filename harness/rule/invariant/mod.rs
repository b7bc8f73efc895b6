//! What must be: predicts Event 70 from the timeline and the catalogue alone.
//!
//! The invariant has never seen a connector or a site. It moves a [`RuleState`] through the timeline:
//! *which conditions hold*, *is the service up*, and, for every EXPORT run that the documents call
//! for, *which of the conditions that hold stands first in its way*. For each step it says how many
//! runs there are, how they end, and the evidence: the condition that decides, since when it holds,
//! and what it masks.

mod alterations;
mod deciding;
mod evidence;
mod outbound;
mod outlook;
mod prediction;
mod remedy;
mod rule_state;
mod rules;
mod service;
mod version_space;
mod work;

use enumset::EnumSet;
use event70_model::{Assignment, Condition, Scenario};

pub use alterations::{Alteration, alterations};
pub use deciding::{Deciding, deciding};
pub use evidence::{Evidence, Since, Standing};
pub use outlook::{Imports, Outlook};
pub use prediction::{ExportKind, Exports, StepPrediction};
pub use remedy::{RestartReason, remedy, restart_reason};
pub use rule_state::RuleState;
pub use rules::{Clause, Rules, RunKind};
pub use service::Thread;
pub use version_space::{VersionSpace, fitting_each_step};
pub use work::UNDELIVERABLE;

use evidence::{Origins, Supposed};
use rule_state::Notes;

/// Predicts scenarios. Its buffers are used again from one scenario to the next, so that
/// predicting allocates nothing once they are large enough.
#[derive(Debug, Default)]
pub struct Invariant {
    rules: Rules,
    steps: Vec<StepPrediction>,
    states: Vec<RuleState>,
    supposes: bool,
}

impl Invariant {
    /// An invariant that reads the tables as they are.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An invariant under other rules.
    #[must_use]
    pub fn under(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// An invariant under another assignment of what the documents leave open.
    #[must_use]
    pub fn assuming(assignment: Assignment) -> Self {
        Self::under(Rules::assuming(assignment))
    }

    /// Predicts under another assignment from now on.
    pub fn assume(&mut self, assignment: Assignment) {
        self.rules.assume(assignment);
    }

    /// The rules that it goes by.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Predicts every EXPORT run of a scenario: one prediction for each step, in time linear in
    /// their number.
    pub fn predict(&mut self, scenario: &Scenario) -> &[StepPrediction] {
        let mut origins = Origins::first(&scenario.setup);
        self.walk(scenario, &mut origins);
        self.supposes = origins.have_supposed();
        &self.steps
    }

    /// The same predictions without evidence, in less time: nothing is written down of since when
    /// anything holds.
    pub fn predict_without_evidence(&mut self, scenario: &Scenario) -> &[StepPrediction] {
        let mut supposed = Supposed::default();
        self.walk(scenario, &mut supposed);
        self.supposes = supposed.0;
        &self.steps
    }

    fn walk(&mut self, scenario: &Scenario, notes: &mut impl Notes) {
        self.steps.clear();
        self.states.clear();
        let mut rule_state = RuleState::first(&scenario.setup);
        for (at, step) in scenario.timeline.iter().enumerate() {
            self.states.push(rule_state);
            notes.at(at);
            let outlook = rule_state.next_noting(*step, &self.rules, notes);
            let evidence =
                outlook.exports.and_then(|exports| notes.evidence(&exports, &rule_state));
            self.steps.push(StepPrediction { outlook, evidence });
        }
        self.states.push(rule_state);
    }

    /// Whether the predictions for the scenario that was predicted last suppose what nobody is
    /// judged by, so that a [`VersionSpace`] of one assignment allows more.
    #[must_use]
    pub fn supposes(&self) -> bool {
        self.supposes
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
        self.states[at].holding()
    }

    /// The moment just before step `at` of the scenario that was predicted last; `at` may be the
    /// number of its steps.
    #[must_use]
    pub fn rule_state(&self, at: usize) -> &RuleState {
        &self.states[at]
    }

    /// What [holds](Self::holding) just before each step of a scenario, and last what holds at its
    /// end: with settings and since when, in the order in which runs meet it.
    pub fn standing(&self, scenario: &Scenario) -> impl Iterator<Item = Vec<Standing>> {
        let (mut rule_state, mut origins) =
            (RuleState::first(&scenario.setup), Origins::first(&scenario.setup));
        (0..=scenario.timeline.len()).map(move |at| {
            let holding = rule_state.holding().iter();
            let standing =
                holding.map(|condition| origins.standing(condition, &rule_state)).collect();
            if let Some(step) = scenario.timeline.get(at) {
                origins.at(at);
                rule_state.next_noting(*step, &self.rules, &mut origins);
            }
            standing
        })
    }
}
