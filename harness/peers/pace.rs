//! Both sides drawing, playing and judging so many cases of 20 steps, on one thread.

use std::fmt;
use std::time::Instant;

use event70::engine::draw::Lengths;
use event70::engine::{Control, Exploration, Plan, explore};
use event70::reference::{Reference, Simulated};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, Reason, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

/// How many steps every case has.
pub const STEPS: usize = 20;

/// `event70` explores so many cases of a seed on one job; labels are counted as always.
#[must_use]
pub fn ours(seed: u64, cases: u64) -> Exploration {
    let lengths = Lengths(STEPS as u16..=STEPS as u16);
    let plan = Plan { lengths, ..Plan::new(seed, cases) };
    let bench = (Reference::new, Simulated::new);
    // One job needs no other thread, which is all that could be wanting.
    explore(&plan, &bench, 1, &Control::default(), &|_, _, _, _| {}).unwrap_or_default()
}

/// A runner of proptest that writes no files, and never gives up over rejected steps: it counts
/// them over all its cases.
#[must_use]
pub fn runner() -> TestRunner {
    let max_local_rejects = u32::MAX;
    TestRunner::new(Config { failure_persistence: None, max_local_rejects, ..Config::default() })
}

/// A test under `proptest-state-machine` tries so many cases, without the bookkeeping that
/// [`TestRunner::run`] adds to each. Says how many it tried.
///
/// # Errors
/// If proptest gives up drawing.
pub fn peers<T: StateMachineTest>(runner: &mut TestRunner, cases: u64) -> Result<u64, Reason> {
    let strategy = T::Reference::sequential_strategy(STEPS);
    for _ in 0..cases {
        let (state, steps, seen) = strategy.new_tree(runner)?.current();
        T::test_sequential(runner.config().clone(), state, steps, seen);
    }
    Ok(cases)
}

/// Cases a second of some rounds.
#[derive(Debug, Clone, Default)]
pub struct Rates(Vec<f64>);

impl Rates {
    /// Times one more round of so many cases.
    pub fn time(&mut self, cases: u64, round: impl FnOnce()) {
        let begun = Instant::now();
        round();
        self.0.push(cases as f64 / begun.elapsed().as_secs_f64());
    }

    /// Round by round how many times these are the others.
    #[must_use]
    pub fn over(&self, others: &Self) -> Self {
        Self(self.0.iter().zip(&others.0).map(|(ours, theirs)| ours / theirs).collect())
    }
}

/// As `1234 (1100 to 1300)`: the median, the least and the greatest.
impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let (Some(least), Some(most)) = (sorted.first(), sorted.last()) else {
            return f.write_str("nothing");
        };
        // A ratio needs a decimal, cases a second do not.
        let decimals = usize::from(*most < 1000.0);
        let median = sorted[sorted.len() / 2];
        write!(f, "{median:.decimals$} ({least:.decimals$} to {most:.decimals$})")
    }
}
