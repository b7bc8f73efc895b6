//! What a scenario's author expects, held against what is predicted.

use event70_model::{Assignment, Assignments, Scenario};
use event70_rule::{Rules, fitting_each_step};

/// What an author expects of a scenario, and under which assignments.
#[derive(Debug, Clone, Copy)]
pub struct Expectations<'a> {
    /// How many Event 70 in each step, where the author says so; it may be shorter than the timeline.
    pub event_70: &'a [Option<u32>],
    /// Under each of these the author expects it.
    pub under: Assignments,
}

impl Expectations<'_> {
    /// Nothing is expected.
    pub const NONE: Self = Self { event_70: &[], under: Assignments::ALL };

    fn of(&self, step: usize) -> Option<u32> {
        self.event_70.get(step).copied().flatten()
    }

    /// For each of the steps of which something is expected, those of these assignments under which
    /// it is predicted.
    fn held(&self, scenario: &Scenario, rules: &Rules, among: Assignments) -> Vec<Assignments> {
        fitting_each_step(rules, scenario, among, |step, outlook| {
            self.of(step).is_none_or(|expected| expected == outlook.event_70())
        })
    }

    /// For each step an assignment under which something else is predicted than the author expects
    /// under it; nothing of an expectation that holds.
    #[must_use]
    pub(crate) fn unmet(&self, scenario: &Scenario, rules: &Rules) -> Vec<Option<Assignment>> {
        if self.event_70.iter().all(Option::is_none) {
            return Vec::new();
        }
        let held = self.held(scenario, rules, self.under);
        let unmet = |held: &Assignments| self.under.without(held).nearest_to_default();
        held.iter().map(unmet).collect()
    }

    /// Whether all of them hold, wherever the author expects it.
    #[must_use]
    pub fn hold(&self, scenario: &Scenario, rules: &Rules) -> bool {
        self.unmet(scenario, rules).iter().all(Option::is_none)
    }

    /// The assignment, as near to the default as may be, under which all of them hold; nothing if
    /// there is none.
    #[must_use]
    pub fn would_hold_under(&self, scenario: &Scenario, rules: &Rules) -> Option<Assignment> {
        let held = self.held(scenario, rules, Assignments::ALL);
        let all = held.iter().fold(Assignments::ALL, |all, held| all.and(held));
        all.nearest_to_default()
    }
}
