//! Making a failing scenario small, and certifying that it is.
//!
//! The reducer keeps the class of the failure. It cuts the tail, then ever smaller runs of
//! elements, single elements and pairs (an injection and its repair can only go together), then
//! simplifies values, and begins again until nothing changes. Then every single element and every
//! pair is known not to be superfluous, and the certificate says so. Nothing is tried twice.

use std::collections::HashMap;

use super::{Bench, FailureClass, failure};
use crate::conditions::Condition;
use crate::scenario::{Operation, Scenario, Step};
use crate::trial::{Finding, Trial};

/// A scenario that was made small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reduced {
    /// The small scenario; it fails in its last step.
    pub scenario: Scenario,
    /// How it fails.
    pub finding: Finding,
    /// The class of the failure, which is that of the original.
    pub class: FailureClass,
    /// How minimal it is.
    pub certificate: Certificate,
}

/// What was checked of a reduced scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Certificate {
    /// How many elements are left: initial conditions and steps.
    pub elements: usize,
    /// Without any single element the failure is gone, or another.
    pub one_minimal: bool,
    /// Without any two elements the failure is gone, or another.
    pub two_minimal: bool,
    /// No single value can be simpler.
    pub values_minimal: bool,
    /// How many scenarios were played to get here.
    pub runs: usize,
}

/// Reduces a scenario that fails. `None` if it does not fail on this bench.
pub fn reduce<B: Bench>(bench: &B, scenario: &Scenario) -> Option<Reduced> {
    let mut trial = Trial::new();
    let mut connector = bench.connector();
    let mut play = |scenario: &Scenario| failure(bench, &mut trial, &mut connector, scenario);
    let (finding, class) = play(scenario)?;
    let current = cut_after(scenario.clone(), finding.step);
    let known = HashMap::from([(current.clone(), Some(finding.step))]);
    let mut reducer = Reducer { play: &mut play, class, known, runs: 1, current };
    reducer.run();
    let certificate = reducer.certify();
    let scenario = reducer.current;
    let (finding, _) = play(&scenario)?;
    Some(Reduced { scenario, finding, class, certificate })
}

/// What happens after the step that fails does not matter.
fn cut_after(mut scenario: Scenario, step: usize) -> Scenario {
    scenario.timeline.truncate(step + 1);
    scenario
}

struct Reducer<'a, F> {
    play: &'a mut F,
    class: FailureClass,
    /// What was played, with the step in which it failed in the class that is kept.
    known: HashMap<Scenario, Option<usize>>,
    runs: usize,
    current: Scenario,
}

impl<F: FnMut(&Scenario) -> Option<(Finding, FailureClass)>> Reducer<'_, F> {
    /// In which step a scenario fails in the same class, if it does.
    fn fails(&mut self, scenario: &Scenario) -> Option<usize> {
        if let Some(known) = self.known.get(scenario) {
            return *known;
        }
        self.runs += 1;
        let failure = (self.play)(scenario).filter(|(_, class)| *class == self.class);
        let step = failure.map(|(finding, _)| finding.step);
        self.known.insert(scenario.clone(), step);
        step
    }

    /// Takes a candidate if it fails, up to where it does.
    fn take(&mut self, candidate: Scenario) -> bool {
        if candidate == self.current {
            return false;
        }
        let Some(step) = self.fails(&candidate) else { return false };
        self.current = cut_after(candidate, step);
        self.known.insert(self.current.clone(), Some(step));
        true
    }

    fn run(&mut self) {
        self.guess();
        loop {
            let before = self.current.clone();
            self.cut_chunks();
            while self.cut_singles() || self.cut_pairs() {}
            while self.simplify_values() {}
            if self.current == before {
                return;
            }
        }
    }

    /// Most failures need no more than the condition involved, a service that runs, and the step
    /// that fails: worth one try each before the walk begins.
    fn guess(&mut self) {
        let condition = self.class.condition;
        for start in [Operation::Start, Operation::Restart] {
            let first_start = self.current.timeline.iter().position(|step| starts(step, start));
            let bare = self.only(first_start, |step| injects(step, condition));
            if self.take(bare) {
                return;
            }
        }
    }

    /// The current scenario with the step that fails, one other, and those that `keep` keeps.
    fn only(&self, other: Option<usize>, keep: impl Fn(&Step) -> bool) -> Scenario {
        let last = self.current.timeline.len() - 1;
        let initial = self.current.setup.conditions.len();
        self.current.without(|element| {
            element.checked_sub(initial).is_none_or(|step| {
                step != last && Some(step) != other && !keep(&self.current.timeline[step])
            }) && !(element < initial
                && self.class.condition.is_some_and(|condition| {
                    self.current.setup.conditions.iter().nth(element) == Some(condition)
                }))
        })
    }

    /// Leaves out runs of elements, from half of them down to two.
    fn cut_chunks(&mut self) {
        let mut size = self.current.elements() / 2;
        while size > 1 {
            let mut end = self.current.elements();
            while end >= size {
                let range = end - size..end;
                let candidate = self.current.without_range(&range);
                self.take(candidate);
                end = (end - size).min(self.current.elements());
            }
            size /= 2;
        }
    }

    fn cut_singles(&mut self) -> bool {
        let mut cut = false;
        let mut element = self.current.elements();
        while element > 0 {
            element = (element - 1).min(self.current.elements() - 1);
            let candidate = self.current.without(|other| other == element);
            cut |= self.take(candidate);
        }
        cut
    }

    fn cut_pairs(&mut self) -> bool {
        let elements = self.current.elements();
        for one in (0..elements).rev() {
            for other in (0..one).rev() {
                let candidate = self.current.without(|element| element == one || element == other);
                if self.take(candidate) {
                    return true;
                }
            }
        }
        false
    }

    fn simplify_values(&mut self) -> bool {
        let candidates: Vec<Scenario> = self.current.simpler_values().collect();
        candidates.into_iter().any(|candidate| self.take(candidate))
    }

    /// Plays what has not been played of everything that is one or two elements, or one value,
    /// away.
    fn certify(&mut self) -> Certificate {
        let current = self.current.clone();
        let elements = current.elements();
        let one_minimal = (0..elements)
            .all(|one| self.fails(&current.without(|element| element == one)).is_none());
        let two_minimal = (0..elements).all(|one| {
            (0..one).all(|other| {
                let without = current.without(|element| element == one || element == other);
                self.fails(&without).is_none()
            })
        });
        let values_minimal = current.simpler_values().all(|simpler| self.fails(&simpler).is_none());
        Certificate { elements, one_minimal, two_minimal, values_minimal, runs: self.runs }
    }
}

fn starts(step: &Step, operation: Operation) -> bool {
    *step == Step::Do(operation)
}

fn injects(step: &Step, condition: Option<Condition>) -> bool {
    matches!(step, Step::Inject(fault) if Some(fault.condition) == condition)
}
