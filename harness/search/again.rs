//! Playing again: does a finding repeat, and does a connector forget?
//!
//! A connector in another process may do one thing now and another later. A finding is reduced only
//! if it repeats, for otherwise every step of the reduction would be decided by chance; and of the
//! scenarios without a finding some are played again in a fresh connector, to see what leaks from
//! one scenario into the next.

use super::{Bench, FailureClass, failure};
use crate::connector::{Connector, FailureKind, Journal};
use crate::judge::{Disagreement, Flaw};
use crate::scenario::Scenario;
use crate::site::Site;
use crate::trial::{Finding, Trial};
use crate::words::Word;

/// A finding is played again so many times …
const TIMES: u32 = 20;
/// … or so many, if each time costs the whole deadline.
const TIMES_HUNG: u32 = 3;

/// How often a finding came again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Repeats {
    /// How often its scenario was played again, each time in a fresh connector.
    pub times: u32,
    /// In how many of them it failed in the same way.
    pub alike: u32,
}

impl Repeats {
    /// Tries so often as a finding needs, but `most` times at most, and counts how often it `comes`.
    /// If the connector `hangs`, each time takes the whole deadline.
    pub(super) fn counted(hangs: bool, most: u32, mut comes: impl FnMut() -> bool) -> Self {
        let times = if hangs { TIMES_HUNG } else { TIMES }.min(most);
        let alike = (0..times).filter(|_| comes()).count() as u32;
        Self { times, alike }
    }

    /// Whether it was played again, and came every time.
    #[must_use]
    pub fn is_steady(self) -> bool {
        self.times > 0 && self.alike == self.times
    }
}

/// Plays a scenario that failed in this way again, each time in a fresh connector.
pub fn again<B: Bench>(bench: &B, scenario: &Scenario, class: &FailureClass) -> Repeats {
    let mut trial = Trial::new();
    Repeats::counted(class.flaw == Some(FailureKind::Hung.word()), TIMES, || {
        let found = failure(bench, &mut trial, &mut bench.connector(), scenario);
        found.is_some_and(|(_, other)| other == *class)
    })
}

/// Plays a scenario in this connector, which has played others, and in a fresh one. What happens
/// must be the same; the first step in which it is not is a finding.
pub(super) fn forgets<B: Bench>(
    bench: &B,
    scenario: &Scenario,
    used: &mut B::Connector,
) -> Option<Finding> {
    let site = || bench.site(&scenario.setup);
    let in_used = journals(scenario, site(), used);
    let in_fresh = journals(scenario, site(), &mut bench.connector());
    let step = first_difference(&in_used, &in_fresh)?;
    let in_another = journals(scenario, site(), &mut bench.connector());
    let leak = in_another == in_fresh;
    Some(Finding { step, disagreement: Disagreement::Malformed(Flaw::Unsteady { leak }) })
}

/// What happens in each step.
fn journals(scenario: &Scenario, site: impl Site, connector: &mut impl Connector) -> Vec<Journal> {
    let mut journals = Vec::with_capacity(scenario.timeline.len());
    let look = |seen: crate::trial::Seen<'_>| journals.push(seen.journal.clone());
    Trial::new().until_finding(scenario, site, connector, look);
    journals
}

fn first_difference(one: &[Journal], other: &[Journal]) -> Option<usize> {
    let differs = one.iter().zip(other).position(|(one, other)| one != other);
    differs.or((one.len() != other.len()).then(|| one.len().min(other.len())))
}
