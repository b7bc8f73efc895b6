//! `event70 explain` answers an administrator: why did this run log Event 70, since when, says who,
//! what else is hidden behind it, which of our readings and choices decide, what is held up by it
//! (mail, a dirsync, the service), and what helps. What it advises does help, and nothing of it is
//! superfluous: that is tried out on every scenario file of the project.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

mod held_up;
mod open_points;

use event70::rule::{Invariant, remedy};
use rstest::rstest;
use serde_json::Value;

use crate::support::trouble::trouble_after;
use crate::support::{HEALTHY, Project, event70_here, scenario};

/// What is explained of a scenario of this site and these steps.
fn explained(site: &str, steps: &str) -> String {
    let project = Project::with(&[("row", &scenario(site, steps))]);
    project.event70(&["explain", "scenarios/row.toml"]).with_status(0).flowing()
}

/// The tree of results of the same scenario, explained.
fn explained_tree(site: &str, steps: &str, arguments: &[&str]) -> Value {
    let project = Project::with(&[("row", &scenario(site, steps))]);
    let explain = ["explain", "scenarios/row.toml", "--format", "json"];
    let said = project.event70(&[&explain, arguments].concat()).with_status(0);
    said.json()["scenarios"][0].clone()
}

/// A part of what is explained of each step.
fn of_each_step(scenario: &Value, part: &str) -> Vec<Value> {
    let steps = scenario["steps"].as_array().unwrap().iter();
    steps.map(|step| step["explanation"][part].clone()).collect()
}

/// The part of an explanation that tells of the end.
fn end_of(explanation: &str) -> &str {
    let heads = ["Still active at the end:", "At the end nothing"];
    let start = heads.iter().find_map(|head| explanation.find(head));
    &explanation[start.unwrap_or_else(|| panic!("{explanation}"))..]
}

#[rstest]
#[case::wrong_password("causes/tab-password-wrong",
    &["tab-password-wrong", "Q166045 cause 1", "correct-postoffice-tab"])]
#[case::before_dirsync("causes/site-entry-missing-from-the-start",
    &["site-entry-missing", "from the beginning", "Q166045 cause 5",
        "repair: dirsync: let a dirsync complete", "add-site-entry"])]
#[case::gateway("causes/gateway-not-configured",
    &["gateway-not-configured", "Q164707", "configure-gateway"])]
#[case::damage("causes/postoffice-damaged",
    &["postoffice-damaged", "Q166045 cause 3", "chkstat", "restore-postoffice"])]
fn a_file_is_explained_with_cause_document_and_repair(#[case] name: &str, #[case] told: &[&str]) {
    let said = event70_here(&["explain", &format!("scenarios/{name}.toml")]).with_status(0);
    let explanation = said.flowing();
    let missing: Vec<_> = told.iter().filter(|words| !explanation.contains(**words)).collect();
    assert!(missing.is_empty(), "{missing:?} in: {}", said.out);
}

#[test]
fn what_a_cause_masks_is_named_on_a_file_of_the_project() {
    let file = "scenarios/masking/postoffice-locked/tab-name-wrong.toml";
    let explanation = event70_here(&["explain", file]).with_status(0).flowing();
    assert!(explanation.contains("masks tab-name-wrong"), "{explanation}");
}

#[test]
fn evidence_is_the_first_condition_in_the_way_since_its_step() {
    let steps = "start; inject tab-name-wrong; inject share-access-denied; cycles 2";
    let explanation = explained("conditions = ['postoffice-damaged']", steps);
    let (before, after) = explanation.split_once("2 cycles").unwrap();
    assert!(before.contains("postoffice-damaged"), "{before}");
    assert!(before.contains("from the beginning"), "{before}");
    assert!(after.contains("2 Event 70"), "{after}");
    assert!(after.contains("share-access-denied since step 3"), "{after}");
    assert!(after.contains("masks tab-name-wrong and postoffice-damaged"), "{after}");
    assert!(after.contains("Q166045 cause 2"), "{after}");
}

#[test]
fn a_condition_injected_again_holds_since_its_first_injection() {
    let steps = "inject postoffice-damaged passes=2; mail 1 exchange; \
                 inject postoffice-damaged passes=3; start";
    let explanation = explained("", steps);
    let (_, of_start) = explanation.split_once("Event 70").unwrap();
    assert!(of_start.contains("postoffice-damaged since step 1"), "{explanation}");
}

#[test]
fn the_end_says_what_holds_and_the_repairs_in_their_order() {
    let site = "conditions = ['postoffice-locked', 'postoffice-fragmented']";
    let explanation = explained(site, "start; inject postoffice-damaged passes=2; repair chkstat");
    let end = end_of(&explanation);
    for standing in ["postoffice-locked", "postoffice-fragmented", "postoffice-damaged"] {
        assert!(end.contains(standing), "{end}");
    }
    // A run meets the lock first; RECLAIM helps only when the damage is gone (C10).
    let at = |repair: &str| end.find(&format!(". {repair}: ")).unwrap_or_else(|| panic!("{end}"));
    assert!(at("release-lock") < at("chkstat") && at("chkstat") < at("reclaim"), "{end}");
    assert_eq!(end.matches(". chkstat: ").count(), 1, "one of two passes is left: {end}");
    assert!(end.contains("Run ANALYZE after every"), "{end}");
}

#[test]
fn once_all_is_repaired_nothing_is_in_the_way_at_the_end() {
    let steps = "start; repair correct-postoffice-tab; restart; cycles 1";
    let explanation = explained("conditions = ['tab-name-wrong']", steps);
    assert!(end_of(&explanation).contains("nothing stands in the way"), "{explanation}");
    let without = explained("conditions = ['tab-name-wrong']", "start; cycles 1");
    assert!(!end_of(&without).contains("nothing stands in the way"), "{without}");
}

#[test]
fn what_has_no_effect_on_this_edition_is_named_and_not_repaired() {
    let site = "exchange = '5.5-sp1', conditions = ['install-path-space']";
    let explanation = explained(site, "start; cycles 1");
    let (_, after) = explanation.split_once("1 cycle").unwrap();
    assert!(after.contains("install-path-space"), "{explanation}");
    assert!(end_of(&explanation).contains("nothing stands in the way"), "{explanation}");
    assert!(!explanation.contains("shorten-store-path"), "{explanation}");
}

#[test]
fn a_wrong_expectation_of_the_author_is_told_in_its_step() {
    let project = Project::with(&[("a", &HEALTHY.replace("event-70 = 0", "event-70 = 41"))]);
    let said = project.event70(&["explain", "scenarios/a.toml"]).with_status(1);
    assert!(said.out.contains("41"), "{}", said.out);
}

#[test]
fn what_cannot_be_explained_is_wrong_usage() {
    let project = Project::with(&[("bad", "format = 1\ntitle = \"x\"\nhots = 1\n")]);
    let said = project.event70(&["explain", "scenarios/bad.toml"]).with_status(2);
    assert!(said.err.contains("bad.toml:3:1: "), "{}", said.err);
    let said = project.event70(&["explain", "scenarios/none.toml"]).with_status(2);
    assert!(said.err.contains("none.toml"), "{}", said.err);
    project.event70(&["explain"]).with_status(2);
}

#[test]
fn only_explain_explains_in_the_tree() {
    let project = Project::with(&[("a", HEALTHY)]);
    let scenario = |command: &str| {
        let said = project.event70(&[command, "scenarios/a.toml", "--format", "json"]);
        said.with_status(0).json()["scenarios"][0].clone()
    };
    let mut explained = scenario("explain");
    let played = scenario("run");
    assert_eq!(played["explanation"], Value::Null);
    assert_eq!(played["steps"][0]["explanation"], Value::Null);
    assert!(
        explained["explanation"].is_object() && explained["steps"][0]["explanation"].is_object()
    );
    explained["explanation"] = Value::Null;
    explained["steps"][0]["explanation"] = Value::Null;
    assert_eq!(explained, played, "all else is the same");
}

#[test]
fn the_advice_helps_on_every_file_and_each_part_is_needed() {
    let (mut files, mut repairs_tried) = (0, 0);
    for crate::support::sound::Sound { name, file, .. } in crate::support::sound::files() {
        let scenario = &file.scenario;
        let mut invariant = Invariant::assuming(file.assume.assignment());
        invariant.predict(scenario);
        let standing = invariant.standing(scenario).last().unwrap();
        let last = invariant.rule_state(scenario.timeline.len());
        let advice = remedy(&scenario.setup, &standing, last, invariant.rules());
        let trouble = trouble_after(scenario, file.assume.assignment(), &advice);
        assert_eq!(trouble, None, "{name}: after {advice:?}");
        for left_out in 0..advice.len() {
            let mut rest = advice.clone();
            let repair = rest.remove(left_out);
            let trouble = trouble_after(scenario, file.assume.assignment(), &rest);
            assert!(trouble.is_some(), "{name}: {repair} is superfluous in {advice:?}");
        }
        files += 1;
        repairs_tried += advice.len();
    }
    assert!(files >= 100 && repairs_tried >= 20, "{files} files, {repairs_tried} repairs");
}
