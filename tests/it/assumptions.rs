//! What the documents leave open: the reference does, and the invariant predicts, what is assumed;
//! what a connector is, is learned from what it does.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::cell::Cell;

use event70::conformance::certify::{Model, infer, run_tests, suite};
use event70::engine::{Control, Exploration, Learned, Plan, TestBed, Trial, draw, explore};
use event70::model::{Assignment, Assignments, Assumption, Keyword, Scenario};
use event70::reference::{Reference, Simulated};
use event70::rule::Rules;
use rstest::rstest;

use crate::contradictions::by_scenario;
use crate::support::open::reference;
use crate::support::{Project, event70_here, is_thorough, one_in, scenario, sound};

/// What is learned of a connector from every scenario file.
fn learned_from_files(test_bed: &impl TestBed) -> Learned<String> {
    let mut learned = Learned::new(Assignments::ALL);
    let (mut trial, mut connector) = (test_bed.trial(), test_bed.connector());
    for sound in sound::files() {
        let (name, scenario) = (sound.name.clone(), &sound.file.scenario);
        let site = test_bed.site(&scenario.setup);
        let finding = trial.first_finding(scenario, site, &mut connector);
        assert_eq!(finding, None, "{name}");
        learned.learn(&name, trial.left()).unwrap();
    }
    learned
}

/// What no scenario can tell of a connector that goes by this: where a hang holds all, or is over in
/// the next cycle, EXPORT finds a missing program before IMPORT can.
fn never_seen(assignment: Assignment) -> Vec<Assumption> {
    let export_hangs_alone =
        !assignment.has(Assumption::AfterHang) && !assignment.has(Assumption::HangHolds);
    let at_once = !assignment.has(Assumption::ThreadRestart);
    let untold = at_once && !export_hangs_alone;
    untold.then_some(Assumption::ImportRestartsThread).into_iter().collect()
}

fn each_deviation() -> impl Iterator<Item = Assignment> {
    let deviations = Assumption::ALL.iter().map(|key| Assignment::DEFAULT.with(*key, true));
    std::iter::once(Assignment::DEFAULT).chain(deviations)
}

/// Whatever a connector does where the documents leave something open, it agrees, and the scenario
/// files show what it does.
#[test]
fn the_scenario_files_show_what_an_admissible_connector_does() {
    for assignment in each_deviation() {
        let learned = learned_from_files(&reference(assignment));
        let left = learned.left();
        assert!(left.contains(assignment), "{assignment}");
        for key in Assumption::ALL.iter().filter(|key| key.is_inferable()) {
            let is_decided = left.decided(*key) == Some(assignment.value(*key));
            let is_never_seen = never_seen(assignment).contains(key);
            assert_eq!(is_decided, !is_never_seen, "{key} of {assignment}");
        }
    }
}

#[test]
fn explore_agrees_with_any_admissible_connector_and_learns_the_same_on_any_jobs() {
    for assignment in each_deviation().step_by(one_in(3)) {
        let explored = |jobs| -> Exploration {
            let control = Control::default();
            explore(&Plan::new(7, 2000), &reference(assignment), jobs, &control, &|_, _, _, _| {})
                .unwrap()
        };
        let (one, two) = (explored(1), explored(2));
        assert!(one.found.is_none(), "{assignment}: {:?}", one.found);
        assert!(one.learned.left().contains(assignment), "{assignment}");
        assert_eq!(one.learned.left(), two.learned.left(), "{assignment}");
        assert!(one.learned.left().len() <= 16, "{assignment}: {}", one.learned.left().len());
    }
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn certify_infers_what_a_connector_assumes() {
    for assignment in each_deviation() {
        let inferred = infer(&reference(assignment), Assignments::ALL, || true).unwrap();
        assert_eq!(inferred.unfit, None, "{assignment}");
        let inferred = inferred.assignment;
        let told = |key: &&Assumption| key.is_inferable() || **key == Assumption::CycleOrder;
        for key in Assumption::ALL.iter().filter(told) {
            assert_eq!(inferred.value(*key), assignment.value(*key), "{key} of {assignment}");
        }
    }
}

/// Each of its scenarios goes with some assumption, and no assumption with all of them.
#[test]
fn what_no_assumption_explains_together_is_a_contradiction() {
    // By one assignment in one scenario and by another in the next.
    let divided = by_scenario(|scenarios| scenarios.is_multiple_of(2));
    let mut fickle = divided.connector();
    let mut learned = Learned::new(Assignments::ALL);
    let (mut trial, mut scenario) = (Trial::assuming(Assignments::ALL), Scenario::default());
    let contradicted = Cell::new(None);
    for case in 0..2000 {
        draw::case(7, case, &draw::Lengths::default(), &mut scenario);
        let site = Simulated::new(&scenario.setup);
        assert_eq!(trial.first_finding(&scenario, site, &mut fickle), None, "case {case}");
        if let Err(contradiction) = learned.learn(&case, trial.left()) {
            contradicted.set(Some(contradiction));
            break;
        }
    }
    let with = contradicted.take().expect("it is no connector that the documents know").with;
    assert_eq!(with.len(), 1, "two cases are enough");
    assert!(with[0].1.decided(Assumption::TabTakesEffect).is_some());
}

/// A number that only another assignment allows is a breach where that is not assumed, and it is said
/// which; where nothing is assumed it is none.
#[rstest]
#[case::tab("tab-takes-effect=next-run", "start; inject tab-path-wrong; cycles 1")]
#[case::start("start-exports=no", "inject tab-path-wrong; start")]
#[case::code_3("after-code-3-in-space=until-restart", "inject install-path-space; start; cycles 1")]
#[case::dirsync("dirsync-after-failure=goes-on", "inject tab-path-wrong; start; dirsync")]
fn a_pinned_assumption_is_judged_and_an_open_one_learned(#[case] does: &str, #[case] steps: &str) {
    let project = Project::with(&[("x", &scenario("", steps))]);
    let program = event70_program();
    let connector = format!("{program} connector --assume {does}");
    let open = project.event70(&["run", "--connector", &connector]).with_status(0);
    assert!(open.out.contains(&format!("--assume {does}")), "{}", open.out);
    let (key, value) = does.split_once('=').unwrap();
    let default = Assumption::from_keyword(key).unwrap().values()[0];
    let pinned = format!("{key}={default}");
    let said =
        project.event70(&["run", "--connector", &connector, "--assume", &pinned]).with_status(1);
    let flowing = said.flowing();
    assert!(flowing.contains("against what is assumed"), "{flowing}");
    assert!(flowing.contains(&format!("{key} = {value} would fit")), "{flowing}");
}

fn event70_program() -> String {
    format!("'{}'", assert_cmd::cargo::cargo_bin!("event70").display())
}

/// A number that no assignment allows is against a document.
#[test]
fn a_number_of_runs_that_no_assumption_allows_is_against_a_document() {
    let said = event70_here(&["run", "--bug", "tries-again", "--assume", "open"]).with_status(1);
    assert!(said.flowing().contains("against Q168211"), "{}", said.out);
}

#[test]
fn pin_writes_what_an_expectation_rests_on_and_leaves_the_rest() {
    let text = scenario("", "start; inject tab-path-wrong; cycles 1");
    let wrong = text.replace("cycles = 1", "cycles = 1, event-70 = 1");
    let project = Project::with(&[("old", &wrong), ("sound", &text)]);
    let said = project.event70(&["run"]).with_status(1);
    assert!(said.err.contains("tab-takes-effect = \"next-run\""), "{}", said.err);
    let pinned = project.event70(&["pin", "scenarios"]).with_status(0);
    assert!(pinned.out.contains("held=1 pinned=1 never=0"), "{}", pinned.out);
    project.event70(&["run"]).with_status(0);
    let again = project.event70(&["pin", "scenarios"]).with_status(0);
    assert!(again.out.contains("held=2 pinned=0 never=0"), "{}", again.out);
}

#[test]
fn a_file_that_assumes_what_is_ruled_out_is_passed_over_unless_it_is_named() {
    let pinned =
        scenario("", "start").replace("steps = ", "assume = { start-exports = 'no' }\nsteps = ");
    let project = Project::with(&[("x", &pinned), ("y", &scenario("", "start"))]);
    let said = project.event70(&["run", "--assume", "start-exports=yes"]).with_status(0);
    assert_eq!((said.count("scenarios"), said.count("passed-over")), (1, 1), "{}", said.out);
    let named = ["run", "--assume", "start-exports=yes", "scenarios/x.toml"];
    let said = project.event70(&named).with_status(2);
    assert!(said.err.contains("it assumes start-exports=no"), "{}", said.err);
}

/// Every assignment of all assumptions, of what shows in nothing that is judged too.
pub(crate) fn every_assignment() -> impl Iterator<Item = Assignment> {
    Assignments::ALL.iter().enumerate().map(|(index, assignment)| {
        let shown_in_nothing = Assumption::ALL.iter().filter(|key| !key.is_inferable());
        shown_in_nothing.enumerate().fold(assignment, |assignment, (bit, key)| {
            assignment.with(*key, index.count_ones() >> bit & 1 == 1)
        })
    })
}

#[test]
fn the_reference_does_what_is_assumed_whatever_that_is() {
    let (mut scenario, cases) = (Scenario::default(), if is_thorough() { 100 } else { 25 });
    for (index, assignment) in every_assignment().enumerate() {
        let mut reference = Reference::new().assuming(assignment);
        let mut trial = Trial::under(Rules::assuming(assignment));
        for case in 0..cases {
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
