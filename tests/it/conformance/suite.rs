//! Faults planted in the real machine, one at a time: its suites notice them, weaker ones do not.

use crate::support::is_long;
use std::collections::HashMap;

use event70::conformance::certify::{Input, Mealy, State};

use crate::conformance::machines::{Mutable, Rng, peers};
use crate::conformance::weaker::traversal;
use crate::conformance::{ONE_MORE, PLAIN, real, tests};

/// Of the wrong targets every so many-th is planted in the plain tier, of the wrong outputs all.
const STRIDE: usize = 97;
/// … and every so many-th where many are missed, which takes long to be sure of.
const SPARSE: usize = 1_999;
/// So many machines with an added state are tried in the plain tier, and in the long one.
const COPIES: (usize, usize) = (2_000, 100_000);

/// Where the tests take each transition for the first time, so that a mutant of it need only be
/// run from there on.
struct Index<'a> {
    specification: &'a Mealy,
    tests: &'a [Vec<Input>],
    taken: HashMap<(State, Input), Vec<(usize, usize)>>,
}

impl<'a> Index<'a> {
    fn new(specification: &'a Mealy, tests: &'a [Vec<Input>]) -> Self {
        let mut taken = HashMap::<_, Vec<(usize, usize)>>::new();
        for (number, test) in tests.iter().enumerate() {
            let mut state = specification.initial();
            for (place, &input) in test.iter().enumerate() {
                let places = taken.entry((state, input)).or_default();
                if places.last().is_none_or(|last| last.0 != number) {
                    places.push((number, place));
                }
                state = specification.step(state, input).unwrap().1;
            }
        }
        Self { specification, tests, taken }
    }

    /// Whether some test notices a mutant that differs in one transition, and in new states.
    fn catches(&self, mutant: &Mutable, (state, input): (State, Input)) -> bool {
        let Some(places) = self.taken.get(&(state, input)) else { return false };
        places.iter().any(|&(number, place)| {
            let (mut ours, mut theirs) = (state, state);
            self.tests[number][place..].iter().any(|&input| {
                let (expected, target) = self.specification.step(ours, input).unwrap();
                let Some((output, other)) = mutant.step(theirs, input) else { return true };
                (ours, theirs) = (target, other);
                output != expected
            })
        })
    }
}

/// How many faults were planted, and how many the tests missed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Planted {
    pub(crate) all: usize,
    pub(crate) missed: usize,
}

/// Plants every single wrong output, and every `stride`-th single wrong target of the right mode.
pub(crate) fn mutants(machine: &Mealy, tests: &[Vec<Input>], stride: usize) -> Planted {
    let index = Index::new(machine, tests);
    let mut mutant = Mutable::of(machine);
    let (mut planted, mut turn) = (Planted::default(), 0);
    for state in 0..machine.states() {
        for (at, &right) in machine.transitions(state).iter().enumerate() {
            let (input, output, target) = right;
            let targets = peers(machine, target).filter(|_| {
                turn += 1;
                turn % stride == 0
            });
            let wrong = targets.map(|other| (input, output, other));
            for wrong in wrong.chain([(input, u32::MAX, target)]) {
                mutant.rows[state][at] = wrong;
                planted.all += 1;
                if !index.catches(&mutant, (state, input)) && !mutant.conforms(machine) {
                    planted.missed += 1;
                }
            }
            mutant.rows[state][at] = right;
        }
    }
    planted
}

/// Adds a state, at random: one transition leads to a copy of its target, and of the copy one
/// transition has a wrong target of the right mode.
fn copies(machine: &Mealy, tests: &[Vec<Input>], count: usize) -> Planted {
    let index = Index::new(machine, tests);
    let (mut mutant, copy, mut rng) = (Mutable::of(machine), machine.states(), Rng(1));
    let mut planted = Planted::default();
    while planted.all < count {
        let state = rng.below(machine.states());
        let at = rng.below(machine.transitions(state).len());
        let (input, _, original) = machine.transitions(state)[at];
        let mut copied = machine.transitions(original).to_vec();
        let wrong = rng.below(copied.len());
        let mut targets: Vec<_> = peers(machine, copied[wrong].2).collect();
        if machine.mode(copied[wrong].2) == machine.mode(original) {
            targets.push(copy);
        }
        let Some(target) = rng.one_of(&targets) else { continue };
        copied[wrong].2 = *target;
        mutant.rows[state][at].2 = copy;
        mutant.modes.push(machine.mode(original));
        mutant.rows.push(copied);
        let caught = index.catches(&mutant, (state, input));
        if caught || !mutant.conforms(machine) {
            planted.all += 1;
            planted.missed += usize::from(!caught);
        }
        mutant.rows[state][at].2 = original;
        mutant.modes.pop();
        mutant.rows.pop();
    }
    planted
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn machine_and_suites_have_the_documented_sizes() {
    let states = 0..real().states();
    let transitions: usize = states.map(|state| real().transitions(state).len()).sum();
    assert_eq!((real().states(), transitions), (857, 5_505));
    assert_eq!((PLAIN.len(), PLAIN.steps()), (3_727, 129_670));
    assert_eq!((ONE_MORE.len(), ONE_MORE.steps()), (41_968, 1_698_250));
    let least = |extra| traversal(real(), extra).iter().map(Vec::len).sum::<usize>();
    assert_eq!((least(0), least(1)), (72_053, 920_195));
}

#[test]
fn every_single_fault_is_noticed() {
    let stride = if is_long() { 1 } else { STRIDE };
    let planted = mutants(real(), &tests(&PLAIN), stride);
    println!("every wrong output, 1 in {stride} of the wrong targets: {planted:?}");
    assert_eq!(planted.missed, 0);
    assert!(planted.all > 5_000, "{planted:?}");
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn faults_with_one_more_state_fail_the_suite_for_one_more() {
    let planted = copies(real(), &tests(&ONE_MORE), if is_long() { COPIES.1 } else { COPIES.0 });
    println!("machines with one added state, by chance: {planted:?}");
    assert_eq!(planted.missed, 0);
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_suite_that_identifies_no_state_misses_faults() {
    let planted = mutants(real(), &traversal(real(), 0), SPARSE);
    println!("every transition taken, but no state identified: {planted:?}");
    assert!(planted.missed > 100, "{planted:?}");
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_suite_without_one_of_its_tests_misses_faults() {
    let all = tests(&PLAIN);
    let mut rng = Rng(3);
    let fewer = |without: usize| {
        let kept = all.iter().enumerate().filter(|(number, _)| *number != without);
        kept.map(|(_, test)| test.clone()).collect::<Vec<_>>()
    };
    let missed = (0..2).map(|_| mutants(real(), &fewer(rng.below(all.len())), SPARSE).missed);
    let missed: Vec<usize> = missed.collect();
    println!("missed without one test: {missed:?}");
    assert!(missed.iter().all(|missed| *missed > 0));
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_suite_for_no_more_states_misses_faults_with_one_more() {
    let planted = copies(real(), &tests(&PLAIN), 200);
    println!("machines with one added state, suite for none: {planted:?}");
    assert!(planted.missed > 50, "{planted:?}");
}
