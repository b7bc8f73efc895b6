//! The suite, carried out on connectors that are known to be wrong, and on the reference.

use crate::support::is_long;
use std::sync::LazyLock;

use event70::conformance::certify::{NumberedTest, Refutation, run_tests};
use event70::engine::{Control, TestBed};
use event70::model::Keyword;
use event70::reference::{Bug, Reference, Seeded, Simulated};

use crate::conformance::{MODEL, ONE_MORE, PLAIN};

/// What `event70 certify` carries out.
pub(crate) static CARRIED_OUT: LazyLock<Vec<NumberedTest>> = LazyLock::new(|| MODEL.tests(&PLAIN));

fn with(bug: Bug) -> impl TestBed<Connector = Seeded> {
    (move || Seeded::with(bug), Simulated::new)
}

/// The first test of the suite that a bug does not pass.
pub(crate) fn refutation(bug: Bug) -> Option<Refutation> {
    run_tests(&MODEL, &CARRIED_OUT, &with(bug), 1, &Control::default()).unwrap()
}

#[test]
fn the_reference_passes_every_test() {
    let mut suites = vec![CARRIED_OUT.clone()];
    if is_long() {
        suites.push(MODEL.tests(&ONE_MORE));
    }
    for tests in suites {
        let control = Control::default();
        let refutation =
            run_tests(&MODEL, &tests, &(Reference::new, Simulated::new), 2, &control).unwrap();
        assert_eq!(refutation, None);
        assert_eq!(control.done.into_inner(), tests.len() as u64);
    }
}

/// A bug may have more states than the suite is complete for: then the walks beside it refute it.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn every_seeded_bug_is_refuted_by_the_suite_or_the_walks() {
    let by_walks = |bug: &&Bug| {
        let found = refutation(**bug).unwrap_or_else(|| panic!("{bug} passes"));
        found.number >= PLAIN.len()
    };
    let by_walks: Vec<&Bug> = Bug::ALL.iter().filter(by_walks).collect();
    println!("refuted by walks alone: {by_walks:?}");
    assert!(by_walks.contains(&&Bug::TiresAfterThree), "it has four times the states");
}

#[test]
fn tests_begin_as_the_suite_says_and_answer_every_run() {
    for (planned, (_, test)) in PLAIN.tests().zip(CARRIED_OUT.iter()) {
        assert!(test.starts_with(&planned));
        let end = MODEL.machine.target(MODEL.machine.initial(), test).unwrap();
        let row = MODEL.machine.transitions(end);
        assert!(row.iter().all(|(input, ..)| MODEL.letter(*input).is_command()));
    }
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn on_two_jobs_the_same_test_is_refuted_as_on_one() {
    for bug in [Bug::Canary, Bug::DirsyncExcuses, Bug::SilentAfterDirsyncAndRestart] {
        let on_two = run_tests(&MODEL, &CARRIED_OUT, &with(bug), 2, &Control::default()).unwrap();
        assert_eq!(on_two, refutation(bug));
    }
}
