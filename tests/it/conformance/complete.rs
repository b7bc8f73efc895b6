//! On small machines every implementation there is gets searched: with at most so many states more
//! than the machine, none passes the suite and does something else.

use crate::support::is_long;
use event70::conformance::certify::{Input, Mealy, Mode, suite};

use crate::conformance::machines::{Mutable, Rng, Shape, random};
use crate::conformance::weaker::traversal;

/// All implementations that pass the tests, up to the names of states and as far as the tests
/// take them: a transition is chosen only when a test needs it, among the targets whose mode is
/// the right one. (Any other output or mode would be noticed at once.)
struct Search<'a> {
    specification: &'a Mealy,
    tests: &'a [Vec<Input>],
    limit: usize,
    passing: usize,
    wrong: Option<Mutable>,
    budget: usize,
}

impl Search<'_> {
    fn explore(&mut self, candidate: &mut Mutable, test: usize, done: usize, at: (usize, usize)) {
        if self.wrong.is_some() || self.budget == 0 {
            return;
        }
        self.budget -= 1;
        let (mut done, (mut ours, mut theirs)) = (done, at);
        for test in test..self.tests.len() {
            for &input in &self.tests[test][done..] {
                let (output, target) = self.specification.step(ours, input).unwrap();
                match candidate.step(theirs, input) {
                    Some((other, next)) if other == output => theirs = next,
                    Some(_) => return,
                    None => {
                        let mode = self.specification.mode(target);
                        let now = (theirs, input, output, mode);
                        return self.choose(candidate, now, test, done, target);
                    }
                }
                ours = target;
                done += 1;
            }
            (done, ours, theirs) = (0, self.specification.initial(), candidate.initial);
        }
        self.passing += 1;
        if !candidate.conforms(self.specification) {
            self.wrong = Some(candidate.clone());
        }
    }

    fn choose(
        &mut self,
        candidate: &mut Mutable,
        (from, input, output, mode): (usize, Input, u32, Mode),
        test: usize,
        done: usize,
        ours: usize,
    ) {
        let states = candidate.modes.len();
        let fresh = usize::from(states < self.limit);
        for target in 0..states + fresh {
            if target == states {
                candidate.modes.push(mode);
                candidate.rows.push(Vec::new());
            }
            if candidate.modes[target] == mode {
                let index = candidate.rows[from].partition_point(|t| t.0 < input);
                candidate.rows[from].insert(index, (input, output, target));
                self.explore(candidate, test, done + 1, (ours, target));
                candidate.rows[from].remove(index);
            }
        }
        candidate.modes.truncate(states);
        candidate.rows.truncate(states);
    }
}

enum Verdict {
    Complete(usize),
    Passes(Mutable),
    Unknown,
}

fn exhaust(specification: &Mealy, extra: usize, tests: &[Vec<Input>], budget: usize) -> Verdict {
    let initial = specification.initial();
    let mut candidate =
        Mutable { initial: 0, modes: vec![specification.mode(initial)], rows: vec![Vec::new()] };
    let limit = specification.reachable().len() + extra;
    let mut search = Search { specification, tests, limit, passing: 0, wrong: None, budget };
    search.explore(&mut candidate, 0, 0, (initial, 0));
    match search.wrong {
        Some(wrong) => Verdict::Passes(wrong),
        None if search.budget == 0 => Verdict::Unknown,
        None => Verdict::Complete(search.passing),
    }
}

#[derive(Debug, Default)]
struct Tally {
    complete: usize,
    /// The search was given up.
    unknown: usize,
    /// There is no suite.
    inseparable: usize,
    /// Implementations that pass.
    passing: usize,
    /// Machines for which the suite is still complete without one of its tests.
    spare: usize,
    /// Machines for which the suite is not complete without its identifiers.
    weak: usize,
}

fn survey(seed: u64, shape: Shape, extra: usize, machines: usize, budget: usize) -> Tally {
    let mut rng = Rng(seed);
    let mut tally = Tally::default();
    for _ in 0..machines {
        let machine = random(&mut rng, shape);
        let Ok(suite) = suite(&machine, extra) else {
            tally.inseparable += 1;
            continue;
        };
        let tests: Vec<_> = suite.tests().collect();
        match exhaust(&machine, extra, &tests, budget) {
            Verdict::Complete(passing) => {
                tally.complete += 1;
                tally.passing += passing;
            }
            Verdict::Passes(wrong) => {
                panic!("{wrong:?}\npasses {tests:?}\nof {machine:?} with {extra} extra states")
            }
            Verdict::Unknown => tally.unknown += 1,
        }
        let weak = traversal(&machine, extra);
        if matches!(exhaust(&machine, extra, &weak, budget), Verdict::Passes(_)) {
            tally.weak += 1;
        }
        if !tests.is_empty() {
            let mut fewer = tests.clone();
            fewer.remove(rng.below(tests.len()));
            if matches!(exhaust(&machine, extra, &fewer, budget), Verdict::Complete(_)) {
                tally.spare += 1;
            }
        }
    }
    println!("{shape:?} extra {extra}: {tally:?}");
    tally
}

fn shapes() -> Vec<Shape> {
    let mut all = Vec::new();
    for states in 2..=6 {
        for (inputs, outputs, modes, defined) in
            [(2, 2, 1, 10), (2, 1, 2, 10), (3, 2, 1, 8), (3, 1, 2, 8), (4, 1, 3, 7), (4, 2, 2, 5)]
        {
            all.push(Shape { states, inputs, outputs, modes, defined });
        }
    }
    all
}

/// Surveys all shapes, and demands that nearly every suite was checked to the end.
fn survey_all(extra: usize, machines: usize, budget: usize) {
    let (mut complete, mut unknown, mut weak) = (0, 0, 0);
    for (seed, shape) in shapes().into_iter().enumerate() {
        let tally = survey(seed as u64, shape, extra, machines, budget);
        complete += tally.complete;
        unknown += tally.unknown;
        weak += tally.weak;
    }
    println!("complete {complete}, not decided {unknown}, too weak without identifiers {weak}");
    assert!(complete > 10 * unknown, "{complete} complete, {unknown} not decided");
    assert!(weak * 10 > complete, "the search finds too few faults: {weak} of {complete}");
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn no_implementation_with_as_many_states_passes_wrongly() {
    survey_all(0, if is_long() { 1000 } else { 30 }, 200_000);
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn no_implementation_with_one_more_state_passes_wrongly() {
    survey_all(1, if is_long() { 200 } else { 6 }, 400_000);
}

#[test]
fn no_implementation_with_two_more_states_passes_wrongly() {
    let shape = Shape { states: 3, inputs: 2, outputs: 1, modes: 2, defined: 9 };
    let tally = survey(7, shape, 2, if is_long() { 2000 } else { 200 }, 2_000_000);
    assert!(tally.complete > 100, "{tally:?}");
}
