//! Failures that are known leave a run green while exactly these fail, and a list of them can be
//! written.
//!
//! Method: the reference with a bug that reports no code 3 fails one of two scenarios; the lists are
//! written by hand. A suite shares the list (see `door`).

use std::fs;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{HEALTHY, ProgramOutput, Project, process, scenario, soon};

/// Two scenarios: only of the first an EXPORT exits with code 3.
fn project() -> Project {
    let fails = scenario("conditions = ['postoffice-fragmented']", "start");
    Project::with(&[("deep/fails", &fails), ("fine", &scenario("", "start"))])
}

const BUG: &[&str] = &["--bug", "canary"];

fn entry(scenario: &str, violates: &str) -> String {
    format!(
        "[[known]]\nscenario = \"{scenario}\"\nviolates = \"{violates}\"\nreason = \"issue 12\"\n"
    )
}

/// Runs everything beside this list.
fn run(project: &Project, list: &str, options: &[&str]) -> ProgramOutput {
    project.write("known.toml", list);
    project.event70(&[&["run", "--known", "known.toml"], options].concat())
}

/// How many failures were known, new and mended.
fn tally(said: &ProgramOutput) -> [u64; 3] {
    ["known", "new", "mended"].map(|key| said.count(key))
}

#[test]
fn a_run_is_green_while_exactly_the_known_failures_fail() {
    let project = project();
    let said = run(&project, &entry("deep/fails", "article"), BUG).with_status(0);
    assert_eq!(tally(&said), [1, 0, 0]);
    assert!(said.out.contains("failures: 1 known, 0 new, 0 mended"), "{}", said.out);
    // In one line, not as a story.
    assert!(said.out.contains("known: it violates article (issue 12)"), "{}", said.out);
    assert!(!said.out.contains("verdict: "), "{}", said.out);
    // The verdicts are what they were.
    assert_eq!((said.count("missing"), said.count("agree")), (1, 1));
}

#[rstest]
#[case::a_new_one("", [0, 1, 0], "new\n")]
#[case::another_than_the_known_one(
    "deep/fails Q168211", [0, 1, 0], "new: known is that it violates Q168211 (issue 12)"
)]
#[case::beside_a_known_one(
    "deep/fails article, fine Q168211",
    [1, 0, 1],
    "mended: known to violate Q168211 (issue 12) and does not: take it out of the list"
)]
fn a_run_is_red_when_a_failure_is_new_or_mended(
    #[case] list: &str,
    #[case] tallied: [u64; 3],
    #[case] told: &str,
) {
    let entries = list.split(", ").filter_map(|one| one.split_once(' '));
    let list: String = entries.map(|(scenario, violates)| entry(scenario, violates)).collect();
    let said = run(&project(), &list, BUG).with_status(1);
    assert_eq!(tally(&said), tallied);
    assert!(said.out.contains(told), "{}", said.out);
}

#[test]
fn what_is_known_of_an_unplayed_file_counts_for_nothing() {
    let list = entry("deep/fails", "article") + &entry("standard:causes/tab-path-wrong", "article");
    let said = run(&project(), &list, &["fine"]).with_status(0);
    assert_eq!(tally(&said), [0, 0, 0]);
}

#[rstest]
#[case::as_the_program_does("standard:causes/tab-path-wrong")]
#[case::as_a_suite_does("standard/causes/tab-path-wrong")]
fn the_standard_set_is_named_in_either_way(#[case] name: &str) {
    let options = [BUG, &["standard:causes/tab-path-wrong"]].concat();
    let said = run(&project(), &entry(name, "article"), &options).with_status(0);
    assert_eq!(tally(&said), [1, 0, 0]);
}

#[test]
fn the_tree_of_results_says_new_known_and_mended() {
    let (project, list) = (project(), entry("deep/fails", "article") + &entry("fine", "Q168211"));
    let known = |standing: &str, violates: Value, reason: Value| json!({ "standing": standing, "violates": violates, "reason": reason });
    let options = [BUG, &["--format", "json"]].concat();
    let tree = run(&project, &list, &options).with_status(1).json();
    let of = |name: &str| {
        let all = tree["scenarios"].as_array().unwrap().iter();
        all.filter(|one| one["name"] == name).map(|one| one["known"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("deep/fails"), [known("known", json!("article"), json!("issue 12"))]);
    assert_eq!(of("fine"), [known("mended", json!("Q168211"), json!("issue 12"))]);
    assert_eq!(tree["summary"]["known"], json!({ "known": 1, "new": 0, "mended": 1 }));
    let tree = run(&project, "", &options).with_status(1).json();
    assert_eq!(tree["scenarios"][0]["known"], known("new", Value::Null, Value::Null));
    assert_eq!(tree["scenarios"][1]["known"], Value::Null);
    // Without a list there is nothing beside which to say it.
    let tree = project.event70(&["run", "--format", "json"]).with_status(0).json();
    assert_eq!(
        (&tree["summary"]["known"], &tree["scenarios"][0]["known"]),
        (&Value::Null, &Value::Null)
    );
}

#[rstest]
#[case::not_toml("known = ", "1:9", "not TOML")]
#[case::another_key("knwon = 1", "1:1", "did you mean `known`?")]
#[case::no_reason(
    "[[known]]\nscenario = 'fine'\nviolates = 'article'",
    "1:1",
    "`reason` is missing"
)]
#[case::no_text(
    "[[known]]\nscenario = 7\nviolates = 'article'\nreason = ''",
    "2:12",
    "expected a text"
)]
#[case::a_slip(
    "[[known]]\nscenario = 'fine'\nviolates = 'artcle'\nreason = ''",
    "3:12",
    "did you mean `article`?"
)]
#[case::twice(
    "[[known]]\nscenario = 'fine'\nviolates = 'article'\nreason = ''\n\
     [[known]]\nscenario = 'fine'\nviolates = 'Q168211'\nreason = ''",
    "6:12",
    "has an entry already"
)]
#[case::no_scenario(
    "[[known]]\nscenario = 'gone'\nviolates = 'article'\nreason = ''",
    "2:12",
    "no scenario \"gone\""
)]
#[case::the_path_of_one(
    "[[known]]\nscenario = 'scenarios/fine.toml'\nviolates = 'article'\nreason = ''",
    "2:12",
    "did you mean \"fine\"?"
)]
fn a_list_that_is_none_is_told_with_its_place(
    #[case] list: &str,
    #[case] place: &str,
    #[case] told: &str,
) {
    let said = run(&project(), list, &[]).with_status(2);
    assert_eq!(said.places("known.toml"), [place], "{}", said.err);
    assert!(said.err.contains(told) && said.out.is_empty(), "{}", said.err);
}

#[test]
fn a_list_that_is_not_there_is_wrong_usage() {
    let said = project().event70(&["run", "--known", "no/list.toml"]).with_status(2);
    assert!(said.err.starts_with("error: no/list.toml: cannot be read: "), "{}", said.err);
}

fn write(project: &Project, options: &[&str]) -> ProgramOutput {
    project.event70(&[&["run", "--write-known", "known.toml"], options].concat())
}

#[test]
fn a_list_that_is_written_makes_the_next_run_green() {
    let project = project();
    let said = write(&project, BUG).with_status(0);
    assert_eq!(tally(&said), [0, 1, 0]);
    assert!(said.err.contains("1 known failure written to known.toml"), "{}", said.err);
    let list = project.read("known.toml");
    let reason = "step 1: the article predicts 1 Event 70, the connector logged 0";
    let expected = entry("deep/fails", "article").replace("issue 12", reason);
    assert_eq!(list, expected);
    assert_eq!(tally(&run(&project, &list, BUG).with_status(0)), [1, 0, 0]);
    // Mended, and taken out of the list.
    write(&project, &[]).with_status(0);
    assert_eq!(project.read("known.toml"), "");
}

#[test]
fn entries_that_stay_keep_their_reason_in_a_list_written_anew() {
    let project = project();
    let (stays, unplayed) = (entry("deep/fails", "article"), entry("unplayed", "Q168211"));
    project.write("scenarios/unplayed.toml", scenario("", "start"));
    let [mended, gone] = ["fine", "gone"].map(|name| entry(name, "article"));
    project.write("known.toml", [&*unplayed, &gone, &mended, &stays].concat());
    let said = write(&project, &[BUG, &["deep/fails", "fine"]].concat()).with_status(0);
    assert_eq!(project.read("known.toml"), format!("{stays}\n{unplayed}"));
    assert!(said.err.contains("taken out: there is no scenario \"gone\""), "{}", said.err);
    // Another failure than the known one has another reason.
    project.write("known.toml", entry("deep/fails", "Q168211"));
    write(&project, BUG).with_status(0);
    assert!(!project.read("known.toml").contains("issue 12"), "{}", project.read("known.toml"));
}

#[test]
fn what_is_no_list_is_not_written_over() {
    let project = project();
    project.write("known.toml", "format = 1\n");
    write(&project, BUG).with_status(2);
    assert_eq!(project.read("known.toml"), "format = 1\n");
}

/// The scenarios are known to fail with the connector, but most of them are never played.
#[cfg(unix)]
#[test]
fn a_connector_that_is_given_up_is_neither_known_nor_written() {
    let names = ["a", "b", "c", "d"];
    let project = Project::with(&names.map(|name| (name, HEALTHY)));
    let list: String = names.iter().map(|name| entry(name, "connector-failed")).collect();
    let options = ["--connector", "false"];
    let said = run(&project, &list, &options).with_status(3);
    assert_eq!(tally(&said), [3, 0, 0]);
    fs::remove_file(project.path("known.toml")).unwrap();
    let said = write(&project, &options).with_status(3);
    assert!(said.err.contains("known.toml is not written"), "{}", said.err);
    assert!(!project.path("known.toml").exists());
}

/// Where each is played, a program that fails is as known as any other failure.
#[cfg(unix)]
#[test]
fn a_connector_that_fails_can_be_known() {
    let project = Project::with(&[("a", HEALTHY)]);
    let list = entry("a", "connector-failed");
    let said = run(&project, &list, &["--connector", "false"]).with_status(0);
    assert_eq!(tally(&said), [1, 0, 0]);
}

#[cfg(unix)]
#[test]
fn a_list_is_not_written_by_a_run_that_is_interrupted() {
    let project = project();
    let playing = project.path("playing");
    let script = format!(
        "read -r line; echo '{{\"done\":\"reset\"}}'; read -r line; touch {}; sleep 60",
        playing.display()
    );
    project.write("connector.sh", script);
    let mut run = process(&project);
    run.args(["run", "--write-known", "known.toml", "--connector", "sh connector.sh"]);
    let run = run.args(["--deadline", "60s"]).stderr(std::process::Stdio::piped()).spawn().unwrap();
    assert!(soon(|| playing.exists()));
    let id = run.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let said = ProgramOutput::of(&run.wait_with_output().unwrap()).with_status(130);
    assert!(said.err.contains("known.toml is not written"), "{}", said.err);
    assert!(!project.path("known.toml").exists());
}

#[test]
fn a_list_that_cannot_be_written_is_told() {
    let said = project().event70(&["run", "--write-known", "no/list.toml"]).with_status(2);
    assert!(said.err.contains("error: no/list.toml: cannot be written: "), "{}", said.err);
}
