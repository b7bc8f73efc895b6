//! [`Scenario`] as a strategy of proptest.

use event70_model::Scenario;
use proptest::prelude::Rng;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::draw::{Lengths, Source, draw};
use crate::{joined, simpler_values};

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
    /// Scenarios of so many steps.
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
        Ok(ScenarioTree { current: scenario, before: None, candidates: None })
    }
}

struct Runner<'a>(&'a mut TestRunner);

impl Source for Runner<'_> {
    fn next(&mut self) -> u64 {
        self.0.rng().next_u64()
    }
}

/// A scenario that proptest simplifies: ever smaller runs of elements are left out, then pairs,
/// then values become simpler. (The reducer of this crate does more: it keeps the class of the
/// failure, and certifies what it returns.)
#[derive(Debug, Clone)]
pub struct ScenarioTree {
    current: Scenario,
    before: Option<Scenario>,
    /// Simpler forms of the scenario that failed last; made when the first is asked for.
    candidates: Option<std::vec::IntoIter<Scenario>>,
}

/// Everything that is one edit simpler, the greatest cuts first.
fn candidates(scenario: &Scenario) -> Vec<Scenario> {
    let elements = scenario.elements();
    let sizes = std::iter::successors(Some(elements.div_ceil(2)), |size| Some(size / 2));
    let cuts = sizes.take_while(|size| *size > 0).flat_map(|size| {
        let starts = (0..elements).rev().step_by(size);
        starts.map(move |end| scenario.without_range(&((end + 1).saturating_sub(size)..end + 1)))
    });
    let pairs = (0..elements).flat_map(|one| {
        (0..one).map(move |other| scenario.without(|element| element == one || element == other))
    });
    cuts.chain(pairs).chain(joined(scenario)).chain(simpler_values(scenario)).collect()
}

impl ValueTree for ScenarioTree {
    type Value = Scenario;

    fn current(&self) -> Scenario {
        self.current.clone()
    }

    /// The current scenario failed: its own simpler forms are next.
    fn simplify(&mut self) -> bool {
        if self.before.take().is_some() {
            self.candidates = None;
        }
        self.complicate_from(self.current.clone())
    }

    /// The current scenario passed: back to the one before, and on to its next simpler form.
    fn complicate(&mut self) -> bool {
        match self.before.take() {
            Some(before) => self.complicate_from(before),
            None => false,
        }
    }
}

impl ScenarioTree {
    fn complicate_from(&mut self, failing: Scenario) -> bool {
        let candidates = self.candidates.get_or_insert_with(|| candidates(&failing).into_iter());
        match candidates.next() {
            Some(simpler) => {
                self.current = simpler;
                self.before = Some(failing);
                true
            }
            None => {
                self.current = failing;
                false
            }
        }
    }
}
