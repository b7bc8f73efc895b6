//! The suite, carried out on connectors that are known to be wrong, and on the reference.

use crate::support::is_long;
use std::sync::LazyLock;

use event70::conformance::certify::{NumberedTest, Refutation, run_tests};
use event70::engine::{Bench, Control};
use event70::model::Word;
use event70::reference::{Bug, Reference, Seeded, Simulated};

use crate::conformance::{MODEL, ONE_MORE, PLAIN};

/// Bugs that the suite for connectors of as many states as the reference lets pass, and why it may.
const EXCEPTIONS: &[(Bug, &str)] = &[(
    Bug::TiresAfterThree,
    "it counts message EXPORTs in a row that exit 3, from life to life, so it has up to four \
     states for each of the reference; and no test has four such EXPORTs in a row",
)];

/// What `event70 certify` carries out.
static CARRIED_OUT: LazyLock<Vec<NumberedTest>> = LazyLock::new(|| MODEL.tests(&PLAIN));

fn with(bug: Bug) -> impl Bench<Connector = Seeded> {
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

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn every_seeded_bug_is_refuted_but_those_with_many_more_states() {
    for bug in Bug::ALL {
        let excepted = EXCEPTIONS.iter().find(|(other, _)| other == bug);
        match (refutation(*bug), excepted) {
            (Some(_), None) => {}
            (None, Some((_, reason))) => println!("{bug} passes: {reason}"),
            (None, None) => panic!("{bug} passes"),
            (Some(found), Some(_)) => panic!("{bug} is refuted: {found:?}"),
        }
    }
}

/// More than is promised: they have more than one state more.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_suite_for_one_more_state_refutes_those_too() {
    let tests = MODEL.tests(&ONE_MORE);
    for (bug, _) in EXCEPTIONS {
        let refutation = run_tests(&MODEL, &tests, &with(*bug), 2, &Control::default()).unwrap();
        assert!(refutation.is_some(), "{bug} passes");
    }
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn file_numbers_that_wrap_early_need_the_test_of_every_number() {
    let last = CARRIED_OUT.len() - 1;
    let needs_it = |bug: &&Bug| refutation(**bug).is_some_and(|found| found.number == last);
    let bugs: Vec<&Bug> = Bug::ALL.iter().filter(needs_it).collect();
    assert_eq!(bugs, [&Bug::NumberWrapsEarly]);
}

#[test]
fn what_is_carried_out_begins_as_the_suite_says_and_leaves_no_run_unanswered() {
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
