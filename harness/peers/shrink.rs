//! Both sides making the same failing scenario small.
//!
//! The peer draws until a seeded bug shows, and shrinks as its runner does; `event70` reduces the
//! very scenario that the peer drew. What each returns is checked by the same few lines, which know
//! nothing of either. The peer is told which step failed, as a test that checks every step tells it.

use std::sync::atomic::Ordering;

use event70::engine::{Control, FailureClass, Trial, reduce};
use event70::model::Scenario;
use event70::reference::{Bug, Seeded, Simulated};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Reason, RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::ReferenceStateMachine;

use crate::machine::Kept;
use crate::pace::runner;

/// After so many cases without a finding the bug does not show.
const DRAWN_AT_MOST: usize = 1_000_000;

/// A scenario made small, by whichever side.
#[derive(Debug, Clone)]
pub struct Small {
    /// What is left.
    pub scenario: Scenario,
    /// How many scenarios were played to get there.
    pub runs: usize,
}

/// A failing scenario, made small by both.
#[derive(Debug, Clone)]
pub struct Pair {
    /// As it was drawn.
    pub drawn: Scenario,
    /// By `event70`, its certificate included.
    pub ours: Small,
    /// By `proptest-state-machine`.
    pub theirs: Small,
}

/// A connector with a bug, and how scenarios fail on it.
#[derive(Debug)]
pub struct Failing {
    trial: Trial,
    connector: Seeded,
}

impl Failing {
    /// Scenarios that fail because of this bug.
    #[must_use]
    pub fn with(bug: Bug) -> Self {
        Self { trial: Trial::new(), connector: Seeded::with(bug) }
    }

    /// In which step and how this scenario fails, if it does.
    pub fn failure(&mut self, scenario: &Scenario) -> Option<(usize, FailureClass)> {
        let site = Simulated::new(&scenario.setup);
        let finding = self.trial.first_finding(scenario, site, &mut self.connector)?;
        let predicted = self.trial.invariant().predictions().get(finding.step);
        Some((finding.step, FailureClass::of(&finding.disagreement, predicted)))
    }

    fn fails_as(&mut self, scenario: &Scenario, class: &FailureClass) -> bool {
        self.failure(scenario).is_some_and(|(_, found)| found == *class)
    }

    /// Whether the scenario fails otherwise, or not at all, without any single element.
    pub fn is_one_minimal(&mut self, scenario: &Scenario) -> bool {
        let Some((_, class)) = self.failure(scenario) else { return false };
        (0..scenario.elements())
            .all(|one| !self.fails_as(&scenario.without(|element| element == one), &class))
    }

    /// Whether the scenario fails otherwise, or not at all, without any two elements.
    pub fn is_two_minimal(&mut self, scenario: &Scenario) -> bool {
        let Some((_, class)) = self.failure(scenario) else { return false };
        (0..scenario.elements()).all(|one| {
            (0..one).all(|other| {
                let without = scenario.without(|element| element == one || element == other);
                !self.fails_as(&without, &class)
            })
        })
    }
}

/// Draws with this seed until this bug shows, and has both sides make what was drawn small.
///
/// # Errors
/// If proptest gives up drawing, or the bug does not show.
pub fn pair(bug: Bug, seed: u64, steps: usize) -> Result<Pair, Reason> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(runner().config().clone(), rng);
    let strategy = Kept::sequential_strategy(steps);
    let mut failing = Failing::with(bug);
    for _ in 0..DRAWN_AT_MOST {
        let mut tree = strategy.new_tree(&mut runner)?;
        let (known, timeline, seen) = tree.current();
        let drawn = Scenario { setup: known.setup, timeline };
        let Some((step, _)) = failing.failure(&drawn) else { continue };
        if let Some(seen) = seen {
            seen.store(step + 1, Ordering::SeqCst);
        }
        let theirs = shrink(&mut failing, &mut tree, &drawn, |(known, timeline, _)| Scenario {
            setup: known.setup,
            timeline,
        });
        let reduced = reduce(&(|| Seeded::with(bug), Simulated::new), &drawn, &Control::default())
            .ok_or_else(|| Reason::from("the finding does not fail again"))?;
        let ours = Small { scenario: reduced.scenario, runs: reduced.minimality.runs };
        return Ok(Pair { drawn, ours, theirs });
    }
    Err(Reason::from("the bug does not show"))
}

/// Shrinks as proptest's runner does; the last scenario that failed is the answer.
fn shrink<T: ValueTree>(
    failing: &mut Failing,
    tree: &mut T,
    drawn: &Scenario,
    scenario: impl Fn(T::Value) -> Scenario,
) -> Small {
    let mut small = Small { scenario: drawn.clone(), runs: 1 };
    let mut more = tree.simplify();
    while more {
        let candidate = scenario(tree.current());
        small.runs += 1;
        more = if failing.failure(&candidate).is_some() {
            small.scenario = candidate;
            tree.simplify()
        } else {
            tree.complicate()
        };
    }
    small
}
