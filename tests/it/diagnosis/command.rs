//! The command: what it reads, prints and saves, and its exit status.

use std::fs;

use rstest::rstest;

use crate::support::Project;

/// The text of a log that `event70 run` has printed of a scenario file.
fn played(project: &Project, name: &str, steps: &str, site: &str) -> String {
    let text = format!("format = 1\ntitle = \"A log\"\n\n[site]\n{site}\n{steps}");
    project.write(&format!("scenarios/{name}.toml"), &text);
    let said = project.event70(&["run", &format!("scenarios/{name}.toml")]).with_status(0);
    let log = format!("{name}.log");
    project.write(&log, &said.out);
    log
}

const START_AND_CYCLE: &str = "[[steps]]\ndo = \"start\"\n\n[[steps]]\nmail = 2\nto = \"cc-mail\"\n\n\
                               [[steps]]\ncycles = 2\n";
/// EXPORT ends with code 3 and IMPORT succeeds, which a missing site entry alone does.
const NEVER_SYNCHRONIZED: &str = "dirsync = \"never\"\nlogging = \"maximum\"\n";

#[test]
fn what_run_prints_is_led_back_to_its_cause() {
    let project = Project::new();
    let log = played(&project, "entry", START_AND_CYCLE, NEVER_SYNCHRONIZED);
    let said = project.event70(&["diagnose", &log]).with_status(0);
    for told in [
        "whole log",
        "cause 5, site-entry-missing",
        "it may be ignored until the first dirsync completes",
        "certain   site-entry-missing",
        "smallest histories: 1, each with 1 condition and 0 unseen changes",
        "let a dirsync complete; it makes the entry (Q166045 cause 5)",
        "logs=1 explained=1 histories=1 unexplained=0",
    ] {
        assert!(said.out.contains(told), "{told} is not in {}", said.out);
    }
}

#[test]
fn the_tree_says_the_same() {
    let project = Project::new();
    let log = played(&project, "entry", START_AND_CYCLE, NEVER_SYNCHRONIZED);
    let tree = project.event70(&["diagnose", &log, "--format", "json"]).with_status(0).json();
    let entry = &tree["logs"][0];
    assert_eq!(entry["histories"][0]["conditions"], serde_json::json!(["site-entry-missing"]));
    assert_eq!(entry["cost"], serde_json::json!({"conditions": 1, "changes": 0, "least": true}));
    let ruled_out = entry["conditions"].as_array().unwrap().iter();
    let standing = |condition: &str| {
        ruled_out.clone().find(|one| one["condition"] == condition).unwrap().clone()
    };
    assert_eq!(standing("site-entry-missing")["standing"], "certain");
    assert_eq!(standing("tab-password-wrong")["standing"], "ruled-out");
}

/// One Event 70 is one of many; what was seen after it leaves one cause over.
#[test]
fn what_was_seen_afterwards_narrows_what_is_left() {
    let project = Project::new();
    project.write("one.csv", "12/6/1997,9:00:15 AM,MSExchangeCCMC,Error,General,70,N/A,EXCH1,\n");
    let explanations = |options: &[&str]| {
        let said = project.event70(&[&["diagnose", "one.csv"], options].concat()).with_status(0);
        said.count("histories")
    };
    let all = explanations(&[]);
    assert!(all > 10, "{all}");
    let still = explanations(&["--saw", "repair grant-access; cycles 1: 70"]);
    let over = explanations(&["--saw", "repair grant-access; cycles 1: none"]);
    assert!(still < all && over < all, "{over} and {still} of {all}");
    // A dirsync has cured it, or else every thread was held by a code 3, if that is assumed.
    let entry = ["--saw", "cycles 1: 70", "--saw", "dirsync: none", "--saw", "cycles 1: none"];
    assert_eq!(explanations(&entry), 2);
    let not_held = ["--assume", "after-code-3-in-space=next-cycle"];
    assert_eq!(explanations(&[&entry[..], &not_held[..]].concat()), 1);
    let known = ["--host", "windows-nt", "--database", "db6", "--exchange", "5.5-sp1"];
    assert!(explanations(&known) < all);
}

#[test]
fn each_saved_scenario_plays_and_is_read_again() {
    let project = Project::new();
    let log = played(&project, "entry", START_AND_CYCLE, NEVER_SYNCHRONIZED);
    let said = project.event70(&["diagnose", &log, "--save", "scenarios/reports"]).with_status(0);
    assert!(said.err.contains("saved as"), "{}", said.err);
    let saved = project.path("scenarios/reports/site-entry-missing.toml");
    let text = fs::read_to_string(&saved).unwrap();
    assert!(text.contains("# The log begins with what follows."), "{text}");
    project.event70(&["run", "scenarios/reports"]).with_status(0);
}

/// What no model can have made is named and makes the status 1 if anything is judged of it; a log
/// that nothing explains says up to where.
#[rstest]
#[case::exception("83,N/A,EXCH1,\n", 0, "Event 83 is set aside")]
#[case::other_type("70,N/A,EXCH1,\n", 1, "Event 70 is set aside: it is not of the type")]
fn what_cannot_be_explained_is_named(#[case] end: &str, #[case] status: i32, #[case] told: &str) {
    let project = Project::new();
    let kind = if status == 0 { "Error" } else { "Warning" };
    project.write("odd.csv", format!("12/6/1997,9:00:15 AM,MSExchangeCCMC,{kind},General,{end}"));
    let said = project.event70(&["diagnose", "odd.csv"]).with_status(status);
    assert!(said.out.contains(told), "{}", said.out);
}

#[test]
fn an_end_of_dirsync_without_a_beginning_has_no_history_in_a_whole_log() {
    let project = Project::new();
    let line = "12/6/1997,9:00:15 AM,MSExchangeCCMC,Information,Dir-Synch,14031,N/A,EXCH1,\n";
    project.write("end.csv", line);
    let said = project.event70(&["diagnose", "end.csv", "--whole"]).with_status(1);
    let told = "nothing that is documented explains this log up to record 1";
    assert!(said.out.contains(told), "{}", said.out);
    project.event70(&["diagnose", "end.csv"]).with_status(0);
}

#[rstest]
#[case::missing(&["diagnose", "nowhere.evt"], "cannot be read")]
#[case::no_log(&["diagnose", "noise.bin"], "noise.bin")]
#[case::no_step(&["diagnose", "noise.bin", "--saw", "restrat: 70"], "did you mean `restart`")]
#[case::no_events(&["diagnose", "noise.bin", "--saw", "restart"], "after a colon")]
#[case::both(&["diagnose", "noise.bin", "--whole", "--excerpt"], "--excerpt")]
fn wrong_usage_says_what_is_wrong(#[case] arguments: &[&str], #[case] told: &str) {
    let project = Project::new();
    project.write("noise.bin", "nothing of the kind");
    let said = project.event70(arguments).with_status(2);
    assert!(said.err.contains(told), "{}", said.err);
}

/// One unreadable log keeps no other from being diagnosed.
#[test]
fn each_log_is_diagnosed_by_itself() {
    let project = Project::new();
    let log = played(&project, "entry", START_AND_CYCLE, NEVER_SYNCHRONIZED);
    project.write("empty.evt", "");
    let said = project.event70(&["diagnose", "empty.evt", &log]).with_status(2);
    assert!(said.err.contains("empty.evt"), "{}", said.err);
    assert!(said.out.contains("cause 5, site-entry-missing"), "{}", said.out);
}
