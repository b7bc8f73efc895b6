//! How small a failing scenario gets, and in how many runs: `event70` and `proptest-state-machine`.
//!
//! For each of some seeded bugs and 100 seeds, both sides make the same drawn scenario small. A
//! result is 1-minimal (2-minimal) if it stops failing so without any one (any two) of its elements;
//! it has *slipped* if it fails in another way than what was drawn. Our runs include those of the
//! certificate: `cargo run --release --example shrink`.

use event70::reference::Bug;
use event70_peers::shrink::{Failing, Pair, Small, pair};
use proptest::test_runner::Reason;

const SEEDS: u64 = 100;
/// As long as the timelines of the dossier's measurement.
const STEPS: usize = 40;
/// From a bug that any cause shows to those that need three particular steps in order.
const BUGS: &[Bug] = &[
    Bug::Canary,
    Bug::OncePerLife,
    Bug::NumberOnSuccessOnly,
    Bug::SilentAfterKill,
    Bug::SilentAfterDirsyncAndRestart,
    Bug::StaleAfterDirsync,
];

/// Sums over the seeds.
#[derive(Default)]
struct Sums {
    one_minimal: u64,
    two_minimal: u64,
    slipped: u64,
    elements: usize,
    runs: usize,
}

impl Sums {
    fn add(&mut self, failing: &mut Failing, pair: &Pair, small: &Small) {
        let class =
            |failing: &mut Failing, scenario| failing.failure(scenario).map(|found| found.1);
        let one_minimal = failing.is_one_minimal(&small.scenario);
        self.one_minimal += u64::from(one_minimal);
        self.two_minimal += u64::from(one_minimal && failing.is_two_minimal(&small.scenario));
        let slipped = class(failing, &small.scenario) != class(failing, &pair.drawn);
        self.slipped += u64::from(slipped);
        self.elements += small.scenario.elements();
        self.runs += small.runs;
    }

    fn print(&self, bug: &str, side: &str, seeds: u64) {
        let percent = |count: u64| 100.0 * count as f64 / seeds as f64;
        let mean = |sum: usize| sum as f64 / seeds as f64;
        println!(
            "{bug:<34}{side:<24}{:>8.0} %{:>8.0} %{:>7.0} %{:>10.1}{:>8.1}",
            percent(self.one_minimal),
            percent(self.two_minimal),
            percent(self.slipped),
            mean(self.elements),
            mean(self.runs),
        );
    }
}

fn main() -> Result<(), Reason> {
    println!(
        "{:<34}{:<24}{:>10}{:>10}{:>9}{:>10}{:>8}",
        "bug", "made small by", "1-minimal", "2-minimal", "slipped", "elements", "runs"
    );
    let (mut our_total, mut their_total) = (Sums::default(), Sums::default());
    for bug in BUGS {
        let (mut ours, mut theirs) = (Sums::default(), Sums::default());
        let mut failing = Failing::with(*bug);
        for seed in 0..SEEDS {
            let pair = pair(*bug, seed, STEPS)?;
            for sums in [&mut ours, &mut our_total] {
                sums.add(&mut failing, &pair, &pair.ours);
            }
            for sums in [&mut theirs, &mut their_total] {
                sums.add(&mut failing, &pair, &pair.theirs);
            }
        }
        ours.print(&bug.to_string(), "event70", SEEDS);
        theirs.print("", "proptest-state-machine", SEEDS);
    }
    let all = SEEDS * BUGS.len() as u64;
    our_total.print("all", "event70", all);
    their_total.print("", "proptest-state-machine", all);
    Ok(())
}
