//! What a scenario's author expects, held against what is predicted and against what was seen.
//!
//! The number of Event 70 is predicted, so a wrong expectation is reported whatever the connector
//! does. Other events and the mail that waits follow from the runs that were seen, which
//! the judge holds against the documents; so they are held against the log alone.

use std::fmt;

use event70_model::{
    Assignment, Assignments, Direction, Expectation, Keyword, Scenario, Site, Trace, count,
};
use event70_rule::{Rules, fitting_each_step};

use crate::judge::count_of;

/// What an author expects of a scenario, and under which assignments.
#[derive(Debug, Clone, Copy)]
pub struct Expectations<'a> {
    /// What of each step; it may be shorter than the timeline.
    pub steps: &'a [Expectation],
    /// Under each of these the author expects it.
    pub under: Assignments,
}

impl Expectations<'_> {
    /// Nothing is expected.
    pub const NONE: Self = Self { steps: &[], under: Assignments::ALL };

    /// How many Event 70 in a step, if anything is said of it.
    pub(crate) fn event_70(&self, step: usize) -> Option<u32> {
        self.steps.get(step).and_then(|expectation| expectation.event_70)
    }

    /// What the author expects of a step and is not there after it, whatever is predicted.
    pub(crate) fn unseen(&self, step: usize, trace: &Trace, site: &impl Site) -> Option<Unseen> {
        let Expectation { events, waiting, .. } = self.steps.get(step)?;
        let of_events = events.iter().map(|(id, expected)| Unseen {
            what: Countable::Events(*id),
            expected: *expected,
            found: count_of(trace, *id),
        });
        let of_mail = Direction::ALL.iter().filter_map(|to| {
            let expected = waiting[*to as usize]?;
            Some(Unseen { what: Countable::Waiting(*to), expected, found: site.waiting(*to) })
        });
        of_events.chain(of_mail).find(|unseen| unseen.expected != unseen.found)
    }

    /// For each of the steps of which something is expected, those of these assignments under which
    /// it is predicted.
    fn held(&self, scenario: &Scenario, rules: &Rules, among: Assignments) -> Vec<Assignments> {
        fitting_each_step(rules, scenario, among, |step, outlook| {
            self.event_70(step).is_none_or(|expected| expected == outlook.event_70())
        })
    }

    /// For each step an assignment under which something else is predicted than the author expects
    /// under it; nothing of an expectation that holds.
    #[must_use]
    pub(crate) fn unmet(&self, scenario: &Scenario, rules: &Rules) -> Vec<Option<Assignment>> {
        if self.steps.iter().all(|step| step.event_70.is_none()) {
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

/// What an author expects to be counted after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Countable {
    /// Events of this number.
    Events(u16),
    /// Messages that wait to go to this side.
    Waiting(Direction),
}

/// More or fewer of something than its author expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unseen {
    /// Of what.
    pub what: Countable,
    /// How many are expected.
    pub expected: u32,
    /// How many there are.
    pub found: u32,
}

/// As `the author expects 2 Event 54 (events), 1 logged`.
impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, expected, found } = self;
        match what {
            Countable::Events(id) => {
                write!(f, "the author expects {expected} Event {id} (events), {found} logged")
            }
            Countable::Waiting(to) => {
                let messages = count(u64::from(*expected), "message");
                let to = to.keyword();
                write!(f, "the author expects {messages} to wait for {to} (waiting), {found} do")
            }
        }
    }
}
