//! What the documents leave open: the reference does, and the invariant predicts, what is assumed;
//! what a connector is, is learned from what it does.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use event70::conformance::certify::{Model, run_tests, suite};
use event70::engine::{Control, Trial, draw};
use event70::model::{Assignment, Assignments, Assumption, Keyword, Scenario};
use event70::reference::{Reference, Simulated};
use event70::rule::Rules;

/// Every assignment of all assumptions, of what shows in nothing that is judged too.
fn every_assignment() -> impl Iterator<Item = Assignment> {
    Assignments::ALL.iter().enumerate().map(|(index, assignment)| {
        let shown_in_nothing = Assumption::ALL.iter().filter(|key| !key.is_inferable());
        shown_in_nothing.enumerate().fold(assignment, |assignment, (bit, key)| {
            assignment.with(*key, index.count_ones() >> bit & 1 == 1)
        })
    })
}

#[test]
fn the_reference_does_what_is_assumed_whatever_that_is() {
    let mut scenario = Scenario::default();
    for (index, assignment) in every_assignment().enumerate() {
        let mut reference = Reference::new().assuming(assignment);
        let mut trial = Trial::under(Rules::assuming(assignment));
        for case in 0..100 {
            draw::case(7, index as u64 * 100 + case, &draw::Lengths::default(), &mut scenario);
            let site = Simulated::new(&scenario.setup);
            let finding = trial.first_finding(&scenario, site, &mut reference);
            let told = finding.map(|finding| format!("{} {scenario:#?}", finding.disagreement));
            assert_eq!(told, None, "{assignment}, case {case}");
        }
    }
}

/// The machine of each assignment is read off the reference, and its suite is passed by it.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_reference_passes_the_suite_of_each_deviation() {
    for key in Assumption::ALL {
        let assignment = Assignment::DEFAULT.with(*key, true);
        let model = Model::of_reference(assignment).unwrap();
        let tests = model.tests(&suite(&model.machine, 0).unwrap());
        let steps: usize = tests.iter().map(|(_, test)| test.len()).sum();
        println!(
            "{assignment}: {} states, {} tests, {steps} steps",
            model.machine.states(),
            tests.len()
        );
        let test_bed = (Reference::new, Simulated::new, assignment);
        let refuted = run_tests(&model, &tests, &test_bed, 2, &Control::default()).unwrap();
        assert_eq!(refuted, None, "{assignment}");
    }
}
