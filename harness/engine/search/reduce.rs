//! Making a failing scenario small, and certifying that it is.
//!
//! The reducer keeps the class of the failure. It cuts the tail, makes a guess, and then plays what
//! a [`Shrinker`] proposes, nothing of it twice. Once that has no more to propose, [`Minimality`] says
//! what is known of the result.

use std::collections::HashSet;

use enumset::EnumSet;
use event70_model::{Condition, Operation, Scenario, Setup, Step};

use super::{Control, FailureClass, Progress, TestBed, failure};
use crate::{Finding, Shrinker};

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
    pub minimality: Minimality,
}

/// How small a reduced scenario is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minimality {
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
/// far is the result. `None` if the scenario does not fail on this test bed.
pub fn reduce<B: TestBed>(test_bed: &B, scenario: &Scenario, control: &Control) -> Option<Reduced> {
    let mut trial = test_bed.trial();
    let mut connector = test_bed.connector();
    let play = |scenario: &Scenario| failure(test_bed, &mut trial, &mut connector, scenario);
    reduce_by(play, scenario, control)
}

/// As [`reduce`], where `play` says how a scenario fails.
pub(super) fn reduce_by(
    mut play: impl FnMut(&Scenario) -> Option<(Finding, FailureClass)>,
    scenario: &Scenario,
    control: &Control,
) -> Option<Reduced> {
    let (finding, class) = play(scenario).filter(|_| !control.is_cancelled())?;
    let current = cut_after(scenario.clone(), finding.step);
    let tried = HashSet::from([current.clone()]);
    let mut reducer = Reducer { play: &mut play, class, tried, runs: 1, current, finding, control };
    let complete = reducer.run();
    control.says(None);
    let Reducer { current, finding, runs, .. } = reducer;
    let minimality = Minimality {
        elements: current.elements(),
        one_minimal: complete,
        two_minimal: complete,
        values_minimal: complete,
        runs,
        complete,
    };
    Some(Reduced { scenario: current, finding, class, minimality })
}

/// What happens after the step that fails does not matter.
fn cut_after(mut scenario: Scenario, step: usize) -> Scenario {
    scenario.timeline.truncate(step + 1);
    scenario
}

struct Reducer<'a, F> {
    play: &'a mut F,
    class: FailureClass,
    /// What was played. Of this only the current scenario, and larger ones, fail in the class.
    tried: HashSet<Scenario>,
    runs: usize,
    current: Scenario,
    /// How the current scenario fails.
    finding: Finding,
    control: &'a Control,
}

impl<F: FnMut(&Scenario) -> Option<(Finding, FailureClass)>> Reducer<'_, F> {
    /// Makes the scenario as small as it gets. Whether that is so, or the search was stopped before.
    fn run(&mut self) -> bool {
        self.guess();
        let mut shrinker = Shrinker::new(self.current.clone());
        while let Some(candidate) = shrinker.next() {
            if self.take(candidate) {
                shrinker.accept(self.current.clone());
            }
        }
        self.control.goes_on()
    }

    /// Takes a candidate if it fails in the same class, up to where it does. Once the search is
    /// stopped none is taken any more.
    fn take(&mut self, candidate: Scenario) -> bool {
        if !self.control.goes_on() || !self.tried.insert(candidate.clone()) {
            return false;
        }
        self.runs += 1;
        let elements = self.current.elements();
        self.control.says(Some(Progress::Reducing { elements, runs: self.runs }));
        let failure = (self.play)(&candidate).filter(|(_, class)| *class == self.class);
        // Whoever was not waited for has not failed.
        let Some((finding, _)) = failure.filter(|_| !self.control.is_cancelled()) else {
            return false;
        };
        self.current = cut_after(candidate, finding.step);
        self.finding = finding;
        true
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
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

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
                Disagreement::Missing { expected: 1, found: 0, by: Expected::Article };
            fails(scenario).map(|step| (Finding { step, disagreement }, class))
        });
        let tried = HashSet::from([current.clone()]);
        let step = current.timeline.len() - 1;
        let disagreement = Disagreement::Missing { expected: 1, found: 0, by: Expected::Article };
        let (finding, control) = (Finding { step, disagreement }, &Control::default());
        let mut reducer =
            Reducer { play: &mut play, class, tried, runs: 0, current, finding, control };
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

    /// Leaving out one by one would take a run for every step that is not needed.
    #[test]
    fn the_few_steps_that_matter_are_found_in_half_as_many_runs() {
        let left = after(numbered(1..=512), None, needs(&[100, 300, 512]), |r| r.run());
        assert_eq!(numbers(&left.scenario), [100, 300, 512]);
        assert!(left.played.len() < 256, "{} runs", left.played.len());
    }

    #[test]
    fn what_comes_after_the_step_that_fails_goes_with_it() {
        let at_two = |scenario: &Scenario| numbers(scenario).iter().position(|n| *n == 2);
        let left = after(numbered(1..=9), None, at_two, |reducer| reducer.run());
        assert_eq!(numbers(&left.scenario), [2]);
        // After the guess: of 1 to 5 only 1 and 2 are left, and then each of these is tried.
        let played: Vec<Vec<u16>> = left.played.iter().map(numbers).collect();
        assert_eq!(played, [vec![9], (1..=5).collect(), vec![], vec![1], vec![2]]);
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
    fn a_search_that_was_stopped_plays_and_claims_nothing_more() {
        let run = |stopped: bool| {
            after(numbered(1..=4), None, needs(&[2, 4]), |reducer| {
                reducer.control.stop.store(stopped, Ordering::Relaxed);
                reducer.run()
            })
        };
        let (whole, stopped) = (run(false), run(true));
        assert!(whole.returned && !stopped.returned);
        assert_eq!(
            (numbers(&whole.scenario), numbers(&stopped.scenario)),
            (vec![2, 4], vec![1, 2, 3, 4])
        );
        assert_eq!(stopped.played, []);
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
    fn the_guess_is_the_condition_the_start_and_the_failing_step() {
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
