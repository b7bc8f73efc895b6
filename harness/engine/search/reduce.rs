//! Making a failing scenario small, and certifying that it is.
//!
//! The reducer keeps the class of the failure. It cuts the tail, then ever smaller runs of
//! elements, single elements and pairs (an injection and its repair can only go together), then
//! simplifies values, and begins again until nothing changes. Then every single element and every
//! pair is known not to be superfluous, and the certificate says so. Nothing is tried twice.

use std::collections::HashMap;

use enumset::EnumSet;
use event70_model::{Condition, Operation, Scenario, Setup, Step};

use super::{Bench, Control, FailureClass, Progress, failure};
use crate::{Finding, joined, simpler_values};

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
    /// No single value can be simpler, and no two neighbouring steps can be one.
    pub values_minimal: bool,
    /// How many scenarios were played to get here.
    pub runs: usize,
    /// Whether everything was tried; otherwise the search was stopped before.
    pub complete: bool,
}

/// Reduces a scenario that fails, as far as `control` lets it: where it is stopped, the smallest so
/// far is the result. `None` if the scenario does not fail on this bench.
pub fn reduce<B: Bench>(bench: &B, scenario: &Scenario, control: &Control) -> Option<Reduced> {
    let mut trial = bench.trial();
    let mut connector = bench.connector();
    let mut play = |scenario: &Scenario| failure(bench, &mut trial, &mut connector, scenario);
    let (finding, class) = play(scenario).filter(|_| !control.is_cancelled())?;
    let current = cut_after(scenario.clone(), finding.step);
    let known = HashMap::from([(current.clone(), Some(finding.step))]);
    let mut reducer = Reducer { play: &mut play, class, known, runs: 1, current, finding, control };
    reducer.run();
    let certificate = reducer.certify();
    control.says(None);
    let Reducer { current, finding, .. } = reducer;
    Some(Reduced { scenario: current, finding, class, certificate })
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
    /// How the current scenario fails.
    finding: Finding,
    control: &'a Control,
}

impl<F: FnMut(&Scenario) -> Option<(Finding, FailureClass)>> Reducer<'_, F> {
    /// In which step a scenario fails in the same class, if it does. Once the search is stopped
    /// nothing is known to fail any more.
    fn fails(&mut self, scenario: &Scenario) -> Option<usize> {
        if let Some(known) = self.known.get(scenario) {
            return *known;
        }
        self.plays(scenario).map(|finding| finding.step)
    }

    /// How a scenario fails in the same class, if it does.
    fn plays(&mut self, scenario: &Scenario) -> Option<Finding> {
        if !self.control.goes_on() {
            return None;
        }
        self.runs += 1;
        let elements = self.current.elements();
        self.control.says(Some(Progress::Reducing { elements, runs: self.runs }));
        let failure = (self.play)(scenario).filter(|(_, class)| *class == self.class);
        // Whoever was not waited for has not failed.
        let failure = failure.filter(|_| !self.control.is_cancelled());
        let finding = failure.map(|(finding, _)| finding);
        self.known.insert(scenario.clone(), finding.as_ref().map(|finding| finding.step));
        finding
    }

    /// Takes a candidate if it fails, up to where it does.
    fn take(&mut self, candidate: Scenario) -> bool {
        // One that is known to fail was taken then, and is the current one or larger.
        if candidate == self.current || self.known.contains_key(&candidate) {
            return false;
        }
        let Some(finding) = self.plays(&candidate) else { return false };
        self.current = cut_after(candidate, finding.step);
        self.known.insert(self.current.clone(), Some(finding.step));
        self.finding = finding;
        true
    }

    fn run(&mut self) {
        self.guess();
        loop {
            let before = self.current.clone();
            self.cut_chunks();
            while self.cut_singles() || self.cut_pairs() || self.join() {}
            while self.simplify_values() {}
            if self.current == before {
                return;
            }
        }
    }

    /// Most failures need no more than the condition involved, a service that runs, and the step
    /// that fails: worth one try each before the walk begins.
    fn guess(&mut self) {
        for start in [Operation::Start, Operation::Restart].map(Step::Do) {
            let first_start = self.current.timeline.iter().position(|step| *step == start);
            let bare = self.bare(first_start);
            if self.take(bare) {
                return;
            }
        }
    }

    /// The current scenario with the condition involved, one other step, and the step that fails.
    fn bare(&self, other: Option<usize>) -> Scenario {
        let Scenario { setup, timeline } = &self.current;
        let involved: EnumSet<Condition> = self.class.condition.into_iter().collect();
        let injects =
            |step: &Step| matches!(step, Step::Inject(fault) if involved.contains(fault.condition));
        let steps = timeline.iter().enumerate();
        let kept = steps
            .filter(|(at, step)| Some(*at) == other || injects(step) || at + 1 == timeline.len());
        let timeline = kept.map(|(_, step)| *step).collect();
        let conditions = setup.conditions & involved;
        Scenario { setup: Setup { conditions, ..*setup }, timeline }
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
        for element in (0..self.current.elements()).rev() {
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

    /// Makes one step of two neighbours.
    fn join(&mut self) -> bool {
        let candidates: Vec<Scenario> = joined(&self.current).collect();
        candidates.into_iter().any(|candidate| self.take(candidate))
    }

    fn simplify_values(&mut self) -> bool {
        let candidates: Vec<Scenario> = simpler_values(&self.current).collect();
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
        let values_minimal = joined(&current)
            .chain(simpler_values(&current))
            .all(|simpler| self.fails(&simpler).is_none());
        // What was not tried is not claimed.
        let complete = self.control.goes_on();
        Certificate {
            elements,
            one_minimal: one_minimal && complete,
            two_minimal: two_minimal && complete,
            values_minimal: values_minimal && complete,
            runs: self.runs,
            complete,
        }
    }
}

#[cfg(test)]
mod tests {
    use event70_model::Direction;
    use event70_rule::default_fault;

    use super::*;
    use crate::{Disagreement, Expected, Verdict};

    /// No connector is played here: a failure is whatever the test says, so that each part of the
    /// reducer meets what it is there for.
    type Play<'a> = Box<dyn FnMut(&Scenario) -> Option<(Finding, FailureClass)> + 'a>;

    /// What one part of the reducer left of a scenario, and what it played for it.
    struct Left<T> {
        returned: T,
        scenario: Scenario,
        played: Vec<Scenario>,
    }

    /// Has one part of the reducer work on a scenario of which `fails` says in which step it fails.
    fn after<T>(
        current: Scenario,
        condition: Option<Condition>,
        fails: impl Fn(&Scenario) -> Option<usize>,
        work: impl FnOnce(&mut Reducer<'_, Play<'_>>) -> T,
    ) -> Left<T> {
        let class = FailureClass {
            verdict: Verdict::Missing,
            flaw: None,
            condition,
            exports: None,
            at: None,
        };
        let mut played = Vec::new();
        let mut play: Play<'_> = Box::new(|scenario| {
            played.push(scenario.clone());
            let disagreement =
                Disagreement::Missing { expected: 1, found: 0, by: Expected::Predicted };
            fails(scenario).map(|step| (Finding { step, disagreement }, class))
        });
        let known = HashMap::from([(current.clone(), Some(current.timeline.len() - 1))]);
        let step = current.timeline.len() - 1;
        let disagreement = Disagreement::Missing { expected: 1, found: 0, by: Expected::Predicted };
        let (finding, control) = (Finding { step, disagreement }, &Control::default());
        let mut reducer =
            Reducer { play: &mut play, class, known, runs: 0, current, finding, control };
        let returned = work(&mut reducer);
        let (scenario, runs) = (reducer.current, reducer.runs);
        drop(play);
        assert_eq!(runs, played.len(), "every play is a run, and nothing else");
        Left { returned, scenario, played }
    }

    /// Steps that can be told apart.
    fn numbered(steps: impl IntoIterator<Item = u16>) -> Scenario {
        let timeline = steps.into_iter().map(|number| Step::Mail(Direction::Exchange, number));
        Scenario { timeline: timeline.collect(), ..Scenario::default() }
    }

    fn numbers(scenario: &Scenario) -> Vec<u16> {
        let steps = scenario.timeline.iter().map(|step| match step {
            Step::Mail(_, number) => *number,
            _ => 0,
        });
        steps.collect()
    }

    /// Fails in the last step where all of these are there.
    fn needs(needed: &[u16]) -> impl Fn(&Scenario) -> Option<usize> {
        move |scenario| {
            let there = numbers(scenario);
            needed.iter().all(|n| there.contains(n)).then(|| there.len().saturating_sub(1))
        }
    }

    /// Fails with 2 and 4, if 1 and 3 are both there or neither is.
    fn one_and_three_together(scenario: &Scenario) -> Option<usize> {
        let there = numbers(scenario);
        needs(&[2, 4])(scenario).filter(|_| there.contains(&1) == there.contains(&3))
    }

    #[test]
    fn runs_of_half_the_elements_down_to_two_are_left_out_from_the_end() {
        let left = after(numbered(1..=8), None, |_| None, |reducer| reducer.cut_chunks());
        let played: Vec<Vec<u16>> = left.played.iter().map(numbers).collect();
        let left_out = [5..=8, 1..=4, 7..=8, 5..=6, 3..=4, 1..=2];
        let kept = left_out.map(|out| (1..=8).filter(|n| !out.contains(n)).collect::<Vec<u16>>());
        assert_eq!(played, kept);
    }

    /// Leaving out one by one would take a run for every step that is not needed.
    #[test]
    fn among_many_steps_the_few_that_matter_are_found_in_half_as_many_runs() {
        let left = after(numbered(1..=512), None, needs(&[100, 300, 512]), |r| r.run());
        assert_eq!(numbers(&left.scenario), [100, 300, 512]);
        assert!(left.played.len() < 256, "{} runs", left.played.len());
    }

    #[test]
    fn single_elements_are_left_out_until_none_can_be() {
        let left = after(numbered(1..=4), None, needs(&[2, 4]), |r| {
            (r.cut_singles(), numbers(&r.current), r.cut_singles())
        });
        assert_eq!(left.returned, (true, vec![2, 4], false));
    }

    #[test]
    fn what_comes_after_the_step_that_fails_goes_with_it() {
        let at_two = |scenario: &Scenario| numbers(scenario).iter().position(|n| *n == 2);
        let left = after(numbered(1..=9), None, at_two, |reducer| reducer.cut_singles());
        assert_eq!(numbers(&left.scenario), [2]);
        // Of 1 to 8 only 1 and 2 are left, and then each of these is tried.
        let played: Vec<Vec<u16>> = left.played.iter().map(numbers).collect();
        assert_eq!(played, [(1..=8).collect(), vec![1], vec![2]]);
    }

    #[test]
    fn two_steps_that_only_go_together_are_left_out_together() {
        let left = after(numbered(1..=4), None, one_and_three_together, |reducer| reducer.run());
        assert_eq!(numbers(&left.scenario), [2, 4]);
    }

    /// Five cycles are needed, and it does not matter in how many steps.
    #[test]
    fn neighbours_that_can_be_one_step_are_one() {
        let cycles = |scenario: &Scenario| -> u16 {
            let counts = scenario.timeline.iter().map(|step| match step {
                Step::Cycles(count) => *count,
                _ => 0,
            });
            counts.sum()
        };
        let fails =
            |scenario: &Scenario| (cycles(scenario) >= 5).then(|| scenario.timeline.len() - 1);
        let scenario =
            Scenario { timeline: [2, 2, 1].map(Step::Cycles).to_vec(), ..Scenario::default() };
        let left = after(scenario, None, fails, |reducer| reducer.run());
        assert_eq!(left.scenario.timeline, [Step::Cycles(5)]);
    }

    /// Fails with 5 and 9, or with 1 alone, which both can become.
    #[test]
    fn what_a_simpler_value_makes_superfluous_is_left_out_as_well() {
        let fails = |scenario: &Scenario| needs(&[1])(scenario).or(needs(&[5, 9])(scenario));
        let left = after(numbered([5, 9]), None, fails, |reducer| reducer.run());
        assert_eq!(numbers(&left.scenario), [1]);
    }

    #[test]
    fn a_certificate_claims_nothing_of_a_scenario_that_is_not_so() {
        let any = |scenario: &Scenario| scenario.timeline.len().checked_sub(1);
        let certified = |steps: &[u16], fails: &dyn Fn(&Scenario) -> Option<usize>| {
            let scenario = numbered(steps.iter().copied());
            let Certificate { elements, one_minimal, two_minimal, values_minimal, .. } =
                after(scenario, None, fails, |reducer| reducer.certify()).returned;
            assert_eq!(elements, steps.len());
            (one_minimal, two_minimal, values_minimal)
        };
        assert_eq!(certified(&[2, 4], &needs(&[2, 4])), (true, true, true));
        assert_eq!(certified(&[1, 2, 4], &needs(&[2, 4])), (false, true, true));
        assert_eq!(certified(&[1, 2, 3, 4], &one_and_three_together), (true, false, true));
        assert_eq!(certified(&[2], &any), (true, true, false), "one message would do");
        assert_eq!(certified(&[1], &any), (true, true, true));
    }

    /// A site with two conditions and a timeline with an injection of each of three, two starts and
    /// two restarts.
    fn busy() -> Scenario {
        let inject = |condition| Step::Inject(default_fault(condition));
        let timeline = vec![
            inject(Condition::SiteEntryMissing),
            Step::Do(Operation::Restart),
            inject(Condition::TabNameWrong),
            Step::Do(Operation::Start),
            Step::Cycles(1),
            Step::Do(Operation::Start),
            inject(Condition::ReadOnlyAccess),
            Step::Do(Operation::Restart),
            Step::Cycles(1),
        ];
        let conditions = Condition::SiteEntryMissing | Condition::TabNameWrong;
        Scenario { setup: Setup { conditions, ..Setup::default() }, timeline }
    }

    fn bare(condition: Option<Condition>, steps: &[usize]) -> Scenario {
        let Scenario { setup, timeline } = busy();
        let conditions = condition.into_iter().collect();
        let timeline = steps.iter().map(|step| timeline[*step]).collect();
        Scenario { setup: Setup { conditions, ..setup }, timeline }
    }

    #[test]
    fn the_guess_is_the_condition_involved_the_first_start_and_the_step_that_fails() {
        let tab = Some(Condition::TabNameWrong);
        let last = |scenario: &Scenario| scenario.timeline.len().checked_sub(1);
        let by_start = after(busy(), tab, last, |reducer| reducer.guess());
        assert_eq!(by_start.played, [bare(tab, &[2, 3, 8])], "the first guess was right");
        assert_eq!(by_start.scenario, bare(tab, &[2, 3, 8]));

        let with_restart = |scenario: &Scenario| {
            let restarts = scenario.timeline.contains(&Step::Do(Operation::Restart));
            last(scenario).filter(|_| restarts)
        };
        let by_restart = after(busy(), tab, with_restart, |reducer| reducer.guess());
        assert_eq!(by_restart.played, [bare(tab, &[2, 3, 8]), bare(tab, &[1, 2, 8])]);
        assert_eq!(by_restart.scenario, bare(tab, &[1, 2, 8]));

        let never = after(busy(), None, |_| None, |reducer| reducer.guess());
        assert_eq!(never.played, [bare(None, &[3, 8]), bare(None, &[1, 8])]);
        assert_eq!(never.scenario, busy(), "a wrong guess costs two runs and nothing else");
    }
}
