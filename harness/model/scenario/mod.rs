//! What happens: a site as it stands at first, and the steps that follow.
//!
//! A [`Scenario`] is a small value: it is drawn, played, judged, reduced and compared without a
//! file in sight. A [`ScenarioFile`] is a scenario that a person keeps: with a title, its sources
//! and what its author expects. The folder [`mod@file`] reads and writes those; [`draw`] and
//! [`Scenarios`] draw scenarios at random.

use std::ops::Range;

mod expectation;
mod setup;
mod step;

pub use expectation::Expectation;
pub use setup::Setup;
pub use step::{COUNT_MAX, LoggingChange, Operation, Step};

/// A site together with a timeline.
///
/// ```
/// use event70_model::{Condition, Operation, Repair, Scenario, Setup, Step};
///
/// let scenario = Scenario {
///     setup: Setup::default(),
///     timeline: vec![
///         Step::Inject(Condition::TabPasswordWrong.into()),
///         Step::Do(Operation::Start),
///         Step::Repair(Repair::CorrectPostofficeTab),
///         Step::Cycles(1),
///     ],
/// };
/// assert_eq!(scenario.timeline[0].to_string(), "inject tab-password-wrong");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Scenario {
    /// The site before the first step.
    pub setup: Setup,
    /// The steps, in order. Every step is possible at any time (C12).
    pub timeline: Vec<Step>,
}

impl Scenario {
    /// How many elements the scenario has.
    #[must_use]
    pub fn elements(&self) -> usize {
        self.setup.conditions.len() + self.timeline.len()
    }

    /// The scenario without these elements: initial conditions first, then steps.
    #[must_use]
    pub fn without(&self, left_out: impl Fn(usize) -> bool) -> Self {
        let mut setup = self.setup;
        let conditions = self.setup.conditions;
        for (index, condition) in conditions.iter().enumerate() {
            if left_out(index) {
                setup.conditions.remove(condition);
            }
        }
        let first_step = conditions.len();
        let steps = self.timeline.iter().enumerate();
        let kept = steps.filter(|(index, _)| !left_out(first_step + index));
        Self { setup, timeline: kept.map(|(_, step)| *step).collect() }
    }

    /// The scenario without a run of elements.
    #[must_use]
    pub fn without_range(&self, range: &Range<usize>) -> Self {
        self.without(|element| range.contains(&element))
    }
}
