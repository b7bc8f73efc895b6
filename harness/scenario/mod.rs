//! What happens: a site as it stands at first, and the steps that follow.
//!
//! A [`Scenario`] is a small value: it is drawn, played, judged, reduced and compared without a
//! file in sight. A [`ScenarioFile`] is a scenario that a person keeps: with a title, its sources
//! and what its author expects. The folder [`mod@file`] reads and writes those; [`draw`] and
//! [`Scenarios`] draw scenarios at random.

pub mod draw;
mod edit;
pub mod file;
mod setup;
mod step;
mod strategy;

pub use file::ScenarioFile;
pub use setup::Setup;
pub use step::{LoggingChange, Operation, Step};
pub use strategy::{ScenarioTree, Scenarios};

/// A site together with a timeline.
///
/// ```
/// use event70::conditions::{Condition, Fault, Repair};
/// use event70::scenario::{Operation, Scenario, Setup, Step};
///
/// let scenario = Scenario {
///     setup: Setup::default(),
///     timeline: vec![
///         Step::Inject(Fault::default_of(Condition::TabPasswordWrong)),
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
