//! [`Scenario`] as a strategy of proptest.

use event70_model::Scenario;
use proptest::prelude::Rng;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::draw::{Lengths, RandomSource, draw};
use crate::shrink::Shrinker;

/// Draws scenarios with the runner's own generator; composes with every other strategy.
///
/// ```
/// use event70_engine::{Scenarios, Trial};
/// use event70_reference::{Reference, Simulated};
/// use proptest::prelude::*;
///
/// // A connector of one's own would stand in the place of the reference.
/// proptest!(|(scenario in Scenarios::default(), seconds in 0u32..60)| {
///     let site = Simulated::new(&scenario.setup);
///     let finding = Trial::new().first_finding(&scenario, site, &mut Reference::new());
///     prop_assert_eq!(finding, None, "after {} s", seconds);
/// });
/// ```
#[derive(Debug, Clone, Default)]
pub struct Scenarios {
    lengths: Lengths,
}

impl Scenarios {
    /// Scenarios of this many steps.
    #[must_use]
    pub fn of_lengths(lengths: Lengths) -> Self {
        Self { lengths }
    }
}

impl Strategy for Scenarios {
    type Tree = ScenarioTree;
    type Value = Scenario;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut scenario = Scenario::default();
        draw(&mut Runner(runner), &self.lengths, &mut scenario);
        Ok(ScenarioTree { shrinker: Shrinker::new(scenario), candidate: None })
    }
}

struct Runner<'a>(&'a mut TestRunner);

impl RandomSource for Runner<'_> {
    fn next(&mut self) -> u64 {
        self.0.rng().next_u64()
    }
}

/// A scenario that proptest simplifies. (The reducer of this crate does more: it keeps the class of
/// the failure, and certifies what it returns.)
#[derive(Debug, Clone)]
pub struct ScenarioTree {
    /// Holds the scenario that failed last.
    shrinker: Shrinker<Scenario>,
    candidate: Option<Scenario>,
}

impl ValueTree for ScenarioTree {
    type Value = Scenario;

    fn current(&self) -> Scenario {
        self.candidate.as_ref().unwrap_or(self.shrinker.whole()).clone()
    }

    /// The current scenario failed: its own simpler forms are next.
    fn simplify(&mut self) -> bool {
        if let Some(failing) = self.candidate.take() {
            self.shrinker.accept(failing);
        }
        self.candidate = self.shrinker.next();
        self.candidate.is_some()
    }

    /// The current scenario passed: on to the next simpler form of the one that failed.
    fn complicate(&mut self) -> bool {
        self.candidate = self.candidate.take().and_then(|_| self.shrinker.next());
        self.candidate.is_some()
    }
}
