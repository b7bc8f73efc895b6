//! What a search finds is told so that an author can mend it: each difference names the rule, the
//! connector's own line stands beside the expected one, and the last thing said of a finding is the
//! command that plays it again.
//!
//! Method: the reference with a bug, in memory and behind the protocol; rule and line are written by
//! hand from the documents, and every command that is printed is given to a shell.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use event70::conformance::certify::shortened;
use event70::engine::Control;
use event70::model::{Assignment, Pins};
use event70::reference::{Bug, Seeded, Simulated};
use event70::report::conversation;
use rstest::rstest;
use serde_json::{Value, json};

use crate::conformance::MODEL;
use crate::conformance::bugs::refutation;
use crate::support::{ProgramOutput, Project, scenario};

/// The one line of a failed test that is the connector's own, and the one of the reference beside it.
fn deviating(told: &str) -> [Value; 2] {
    let lines: Vec<(&str, &str)> = told.lines().filter_map(|line| line.split_once(": ")).collect();
    let own: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].0 == "connector").collect();
    let [own] = own[..] else { panic!("{told}") };
    assert_eq!(lines[own - 1].0, "reference", "{told}");
    [own - 1, own].map(|at| serde_json::from_str(lines[at].1).unwrap())
}

/// An event of this number about a file.
fn event(id: u64, file: &str) -> Value {
    let (source, kind, category) = ("MSExchangeCCMC", "Error", "General");
    json!({ "event": {
        "id": id, "source": source, "type": kind, "category": category, "strings": [file, ""],
    } })
}

#[rstest]
#[case::silent(Bug::Canary, "against the article (Q166045)", |[reference, own]: [Value; 2]| {
    assert_eq!(reference["event"]["id"], 70);
    assert!(own["done"].is_string(), "{own}");
})]
#[case::another_event(Bug::Code3As68, "against the article (Q166045)", |[reference, own]: [Value; 2]| {
    let file = reference["event"]["strings"][0].as_str().unwrap();
    assert_eq!([reference.clone(), own], [event(70, file), event(68, file)]);
})]
#[case::event_of_a_document(Bug::Code1Silent, "against Q168465", |[reference, own]: [Value; 2]| {
    assert_eq!(reference["event"]["id"], 68);
    assert!(own.get("event").is_none(), "{own}");
})]
#[case::the_same_file(Bug::NumberOnSuccessOnly, "against Q212759", |runs: [Value; 2]| {
    let file = |run: &Value| run["run"]["arguments"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(runs.each_ref().map(file), ["/@EXPORT\\msg0002.ccm", "/@EXPORT\\msg0001.ccm"]);
})]
#[case::no_run(Bug::NoStartRun, "against Q166045 under what is assumed", |[reference, own]: [Value; 2]| {
    assert_eq!(reference["run"]["program"], "EXPORT");
    assert_eq!(own, json!({ "done": "start" }));
})]
#[case::restarts(Bug::GivesUpEarly, "against Q294947 under what is assumed", |[reference, own]: [Value; 2]| {
    assert_eq!((&reference["run"]["program"], &own["event"]["id"]), (&json!("EXPORT"), &json!(85)));
})]
#[case::what_is_passed_on(Bug::TabReadEachRun, "against Q294947 under what is assumed", |runs: [Value; 2]| {
    let words = runs.each_ref().map(|run| run["run"]["arguments"].to_string());
    assert_ne!(words[0], words[1]);
})]
fn a_failed_test_shows_the_own_line_beside_the_expected_one(
    #[case] bug: Bug,
    #[case] rule: &str,
    #[case] holds: fn([Value; 2]),
) {
    let (found, test_bed) = (refutation(bug).unwrap(), (|| Seeded::with(bug), Simulated::new));
    let short = shortened(&MODEL, &found, &test_bed, &Control::default());
    let told = conversation(&MODEL, &short, "a connector");
    holds(deviating(&told));
    let difference = told.lines().find(|line| line.starts_with("# In command ")).unwrap();
    assert!(difference.ends_with(&format!(": {rule}.")), "{difference}");
}

/// An author looks for the line in a program, so that every word of it has to be the program's.
#[test]
fn a_programs_own_line_is_shown_to_the_letter() {
    let project = Project::new();
    let own = shell_words::quote(env!("CARGO_BIN_EXE_event70"));
    let twice = r#"s|"/BATCH"|"/BATCH","/WIDE","/BATCH"|"#;
    project.write("wrong.sh", format!("{own} connector | sed -u -e '{twice}'"));
    let pins = Pins::all_of(Assignment::DEFAULT).to_string();
    let pins = pins.split(' ').flat_map(|pin| ["--assume", pin]);
    let certify = ["certify", "--connector", "sh wrong.sh", "--format", "json"];
    let said = project.event70(&certify.into_iter().chain(pins).collect::<Vec<_>>()).with_status(1);
    let refuted = said.json()["refuted"].clone();
    let [reference, own] = deviating(refuted["conversation"].as_str().unwrap());
    let words = [&reference, &own].map(|line| line["run"]["arguments"].to_string());
    let replaced = words[0].replace("\"/BATCH\"", "\"/BATCH\",\"/WIDE\",\"/BATCH\"");
    assert_eq!(replaced, words[1]);
    assert_eq!(refuted["rule"], "against Q294947");
}

/// A verdict of `run` is of many kinds, and each says what it is against.
#[rstest]
#[case::the_article("canary", "the article predicts 1 Event 70, the connector logged 0")]
#[case::a_field("wrong-category", "of Event 70: expected General, found")]
#[case::a_document("code-4-silent", "(Q179072)")]
fn a_disagreement_names_the_rule_that_is_breached(#[case] bug: &str, #[case] told: &str) {
    let [locked, damaged] = ["postoffice-locked", "postoffice-damaged"]
        .map(|condition| scenario(&format!("conditions = ['{condition}']"), "start"));
    let project = Project::with(&[("locked", &locked), ("damaged", &damaged)]);
    let said = project.event70(&["run", "--bug", bug]).with_status(1).flowing();
    let (_, message) = said.split_once("! ").unwrap();
    let message = message.split(" verdict: ").next().unwrap();
    assert!(message.contains(told), "{message}");
    assert!(message.contains("article") || message.contains("(Q"), "{message}");
}

/// The command in the last line of what was said of a finding.
pub(crate) fn command(said: &ProgramOutput) -> &str {
    let last = said.err.lines().last().unwrap_or_default();
    last.strip_prefix("to play it again: ").unwrap_or_else(|| panic!("{}", said.err))
}

/// What a shell makes of a command that was printed, with the program that prints it.
pub(crate) fn again(project: &Project, command: &str) -> ProgramOutput {
    let program = Path::new(env!("CARGO_BIN_EXE_event70")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", command])
        .env("PATH", path)
        .current_dir(project.path(""))
        .output()
        .unwrap();
    ProgramOutput::of(&output)
}

#[rstest]
#[case::explore("explore --seed 1 --bug canary")]
#[case::explore_as_json("explore --seed 1 --bug canary --format json")]
#[case::what_is_assumed("explore --seed 1 --bug canary --assume 'after-hang=next-cycle'")]
#[case::what_is_open("explore --seed 1 --bug canary --assume open")]
#[case::certify("certify --bug canary")]
#[case::prove("prove --bug canary --together 1")]
fn a_finding_ends_with_the_command_that_plays_it_again(#[case] search: &str) {
    let project = Project::new();
    let search = shell_words::split(&format!("{search} --save \"it's found\"")).unwrap();
    let search: Vec<&str> = search.iter().map(String::as_str).collect();
    let said = project.event70(&search).with_status(1);
    let command = command(&said);
    let played = again(&project, command).with_status(1);
    // The folder's name needs quotes.
    assert!(played.out.contains("Q166045"), "{command}: {}", played.out);
}

#[test]
fn the_command_of_a_program_names_it_with_its_options() {
    let project = Project::new();
    let own =
        format!("{} connector --bug canary", shell_words::quote(env!("CARGO_BIN_EXE_event70")));
    let options = ["--deadline", "90s", "--assume", "start-exports=yes|no"];
    let explore = ["explore", "--seed", "1", "--cases", "200", "--connector", &own];
    let said = project.event70(&[&explore[..], &options].concat()).with_status(1);
    let words = shell_words::split(command(&said)).unwrap();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert_eq!(words[..2], ["event70", "run"]);
    assert!(words[2].starts_with("found/") && words[2].ends_with(".toml"), "{words:?}");
    assert_eq!(words[3..7], ["--connector", &own, "--deadline", "1m30s"]);
    assert_eq!(words[7..], ["--assume", "start-exports=yes|no"]);
    again(&project, command(&said)).with_status(1);
}
