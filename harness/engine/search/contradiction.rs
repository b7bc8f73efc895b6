//! Scenarios of which something that may be assumed fits each, and nothing all of them together.
//!
//! Each agrees by itself, so none of them is at fault alone: all are told, and they are made small
//! together. One is reduced as long as it contradicts the others, then the next beside what is left
//! of it, until none gets smaller beside the others.

use event70_model::{Assignments, Scenario};

use super::TestBed;
use super::reduce::reduce_by;
use super::relevance::relevance_by;
use super::{Control, FailureClass, Found, Minimality, Progress, Reduced, Relevance, Repeats};
use crate::{Finding, Seen, contradiction};

/// A scenario, and what was seen of it.
#[derive(Debug, Clone)]
pub(super) struct Observed {
    /// The number of the case.
    pub(super) case: u64,
    pub(super) scenario: Scenario,
    /// What was seen in each step.
    pub(super) seen: Vec<Seen>,
    /// The assignments that fit it.
    pub(super) fitting: Assignments,
}

/// The finding that nothing fits all of these together, which is that of the last.
pub(super) fn contradicted<B: TestBed>(
    test_bed: &B,
    observed: &[Observed],
    control: &Control,
) -> Option<Found> {
    let case = observed.last()?.case;
    let of = Repeats::wanted(false, u32::MAX);
    let repeats = Repeats::counted(of, control, |done| {
        control.says(Some(Progress::Repeating { case, done, of }));
        let again = observed.iter().map(|one| observe(test_bed, one.case, &one.scenario));
        again.collect::<Option<Vec<_>>>().is_some_and(|again| contradict(test_bed, &again))
    });
    control.says(None);
    let found = |(index, one): (usize, &Observed)| {
        let Observed { case, scenario, .. } = one.clone();
        let finding = finding(test_bed, one, &others(observed, index))?;
        let class = FailureClass::CONTRADICTION;
        Some(Found { case, scenario, finding, class, repeats, beside: Vec::new() })
    };
    let mut all = observed.iter().enumerate().map(found).collect::<Option<Vec<_>>>()?;
    let last = all.pop()?;
    Some(Found { beside: all, ..last })
}

/// Plays a scenario in a fresh connector; nothing, if it does not agree by itself.
fn observe<B: TestBed>(test_bed: &B, case: u64, scenario: &Scenario) -> Option<Observed> {
    let (mut trial, mut connector) = (test_bed.trial(), test_bed.connector());
    let finding = trial.first_finding(scenario, test_bed.site(&scenario.setup), &mut connector);
    let (scenario, seen, fitting) = (scenario.clone(), trial.seen().to_vec(), *trial.left());
    finding.is_none().then_some(Observed { case, scenario, seen, fitting })
}

/// Whether nothing fits all of these together.
fn contradict<B: TestBed>(test_bed: &B, observed: &[Observed]) -> bool {
    let assumed = *test_bed.trial().assumed();
    left_by(assumed, observed.iter().map(|one| one.fitting)).is_empty()
}

/// All but this one, each with what fits it.
fn others(observed: &[Observed], index: usize) -> Vec<(String, Assignments)> {
    let others = observed.iter().enumerate().filter(|(other, _)| *other != index);
    others.map(|(_, one)| (format!("case {}", one.case), one.fitting)).collect()
}

/// How a scenario contradicts others, if it does.
fn finding<B: TestBed>(
    test_bed: &B,
    one: &Observed,
    others: &[(String, Assignments)],
) -> Option<Finding> {
    let assumed = *test_bed.trial().assumed();
    let left = left_by(assumed, others.iter().map(|(_, fitting)| *fitting));
    contradiction(&one.scenario, &one.seen, left, others.to_vec())
}

/// What may be assumed of the connector and fits all of these.
fn left_by(assumed: Assignments, fitting: impl Iterator<Item = Assignments>) -> Assignments {
    fitting.fold(assumed, |left, one| left.and(&one))
}

/// Makes the scenarios of a contradiction small together, as far as `control` lets it: where it is
/// stopped, the smallest so far are the result. Each with the number of its case, in the order of
/// the cases; one that the others no longer need is left out. `None` if they do not contradict each
/// other in fresh connectors.
pub fn reduce_together<B: TestBed>(
    test_bed: &B,
    found: &Found,
    control: &Control,
) -> Option<Vec<(u64, Reduced)>> {
    let observed = found.all().map(|one| observe(test_bed, one.case, &one.scenario));
    let observed: Vec<Observed> = observed.collect::<Option<_>>()?;
    if control.is_cancelled() || !contradict(test_bed, &observed) {
        return None;
    }
    let (against, runs) = (vec![None; observed.len()], observed.len());
    let mut together = Together { test_bed, control, observed, against, runs, is_steady: true };
    while control.goes_on() && together.reduce_next() {}
    control.says(None);
    let Together { observed, runs, is_steady, .. } = together;
    let complete = control.goes_on() && is_steady;
    let reduced = |(index, one): (usize, &Observed)| {
        let finding = finding(test_bed, one, &others(&observed, index))?;
        let minimality = Minimality {
            elements: one.scenario.elements(),
            one_minimal: complete,
            two_minimal: complete,
            values_minimal: complete,
            runs,
            complete,
        };
        let (scenario, class) = (one.scenario.clone(), FailureClass::CONTRADICTION);
        Some((one.case, Reduced { scenario, finding, class, minimality }))
    };
    observed.iter().enumerate().map(reduced).collect()
}

/// Scenarios that contradict each other, on the way to be small.
struct Together<'a, B> {
    test_bed: &'a B,
    control: &'a Control,
    observed: Vec<Observed>,
    /// For each what the others left possible when it was reduced last.
    against: Vec<Option<Assignments>>,
    /// How many scenarios were played to get here.
    runs: usize,
    /// Whether each of them could be reduced, and not only the first time it was played.
    is_steady: bool,
}

impl<B: TestBed> Together<'_, B> {
    /// Reduces the last of them that was not yet reduced beside what the others are now. Whether
    /// there was one.
    fn reduce_next(&mut self) -> bool {
        let assumed = *self.test_bed.trial().assumed();
        let next = (0..self.observed.len()).rev().find_map(|index| {
            let others = self.observed.iter().enumerate().filter(|(other, _)| *other != index);
            let left = left_by(assumed, others.map(|(_, one)| one.fitting));
            (self.against[index] != Some(left)).then_some((index, left))
        });
        let Some((index, left)) = next else { return false };
        if left.is_empty() {
            self.observed.remove(index);
            self.against.remove(index);
        } else {
            self.against[index] = Some(left);
            match self.reduced(index) {
                Some(smaller) => self.observed[index] = smaller,
                None => self.is_steady = false,
            }
        }
        true
    }

    /// One of them made small beside the others: each time that something smaller contradicts what
    /// was seen of them, they are played again too.
    fn reduced(&mut self, index: usize) -> Option<Observed> {
        let (test_bed, case) = (self.test_bed, self.observed[index].case);
        let named = others(&self.observed, index);
        let mut others = self.observed.clone();
        let scenario = others.remove(index).scenario;
        let (mut runs, mut taken) = (0, None);
        let play = |scenario: &Scenario| {
            runs += 1;
            let one = observe(test_bed, case, scenario)?;
            let finding = finding(test_bed, &one, &named)?;
            runs += others.len();
            let again = others.iter().map(|other| observe(test_bed, other.case, &other.scenario));
            let mut again = again.collect::<Option<Vec<_>>>()?;
            again.push(one.clone());
            contradict(test_bed, &again).then(|| {
                taken = Some((finding.clone(), one.seen));
                (finding, FailureClass::CONTRADICTION)
            })
        };
        let reduced = reduce_by(play, &scenario, self.control);
        self.runs += runs;
        let Reduced { scenario, finding, .. } = reduced?;
        // Where the search was stopped meanwhile, what contradicted last was not taken.
        let (_, mut seen) = taken.filter(|(last, _)| *last == finding)?;
        seen.truncate(scenario.timeline.len());
        let fitting = test_bed.trial().assumed().and(&finding.disagreement.misfit()?.fitting);
        Some(Observed { case, scenario, seen, fitting })
    }
}

/// Which settings matter in one of the scenarios that were reduced together: with which values it
/// still contradicts the others.
pub fn relevance_together<B: TestBed>(
    test_bed: &B,
    reduced: &Reduced,
    control: &Control,
) -> Vec<Relevance> {
    let misfit = reduced.finding.disagreement.misfit();
    let others = misfit.map_or(&[][..], |misfit| &misfit.beside);
    let fails = |scenario: &Scenario| {
        let one = observe(test_bed, 0, scenario);
        one.is_some_and(|one| finding(test_bed, &one, others).is_some())
    };
    relevance_by(fails, &reduced.scenario, control)
}
