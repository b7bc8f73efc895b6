//! What a scenario's author expects of a step.

use crate::Direction;

/// What must be seen in one step; nothing where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expectation {
    /// Exactly so many Event 70.
    pub event_70: Option<u32>,
    /// Exactly so many of the events of these numbers, in ascending order of the numbers.
    pub events: Vec<(u16, u32)>,
    /// So many messages wait after the step, by the side to which they go.
    pub waiting: [Option<u32>; Direction::COUNT],
}

impl Expectation {
    /// Nothing is expected.
    pub const NONE: Self =
        Self { event_70: None, events: Vec::new(), waiting: [None; Direction::COUNT] };
}

/// Exactly so many Event 70, if anything is expected.
impl From<Option<u32>> for Expectation {
    fn from(event_70: Option<u32>) -> Self {
        Self { event_70, ..Self::NONE }
    }
}
