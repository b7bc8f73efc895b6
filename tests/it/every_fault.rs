//! Whoever mends a scenario file mends it once: every fault of the file is told at the first run, two
//! of one step as well, and what is not TOML hides nothing else. What only follows from a fault is
//! not told.
//!
//! Method: each row is one faulty file, with the places of its complaints, counted by hand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use crate::support::{HEALTHY, ProgramOutput, Project};
use rstest::rstest;

/// Every row stands below these two lines.
const HEADER: &str = "format = 1\ntitle = \"x\"\n";

/// Plays this text beside a valid file, which must come out well all the same.
fn refused(text: &str) -> ProgramOutput {
    let said = Project::with(&[("bad", text), ("good", HEALTHY)]).event70(&["run"]).with_status(2);
    assert_eq!((said.count("agree"), said.count("invalid")), (1, 1));
    said
}

#[test]
fn all_faults_of_a_file_are_reported_in_the_order_of_the_text() {
    let body = "hots = 1\n[site]\nhost = \"netware\"\nlogging = 7\n[[steps]]\ndo = \"strat\"\n\
                event-70 = -1\n[[steps]]\nmail = 0\nto = \"mars\"\n[[steps]]\n";
    let said = refused(&format!("{HEADER}{body}"));
    let places = ["3:1", "5:8", "6:11", "8:6", "9:12", "11:8", "12:6", "13:1"];
    assert_eq!(said.places("bad.toml"), places, "{}", said.err);
}

#[rstest]
#[case::of_two_settings("inject = \"postoffice-damaged\"\npasses = 4\ncode = 2", &["5:10", "6:1"])]
#[case::of_a_verb_and_a_setting("cycles = 0\nto = \"exchange\"", &["4:10", "5:1"])]
#[case::of_a_verb_and_an_expectation("do = \"strat\"\nevent-70 = -1", &["4:6", "5:12"])]
#[case::of_a_verb_and_a_key("do = \"strat\"\nevents-70 = 1", &["4:6", "5:1"])]
#[case::of_both_parts_of_mail("mail = 0\nto = \"mars\"", &["4:8", "5:6"])]
#[case::of_mail_and_nobody("mail = 0", &["3:1", "4:8"])]
#[case::of_a_condition_and_its_setting("inject = \"postoffice-damagd\"\npasses = 9", &["4:10", "5:10"])]
#[case::of_a_condition_and_two_settings("inject = \"damaged\"\ncode = 2\noutcome = \"x\"",
    &["4:10", "5:8", "6:11"])]
#[case::of_two_verbs_and_the_second("do = \"start\"\ncycles = 0", &["5:1", "5:10"])]
#[case::of_two_verbs_and_both("repair = \"chk\"\ncycles = \"1\"", &["4:10", "5:1", "5:10"])]
#[case::of_three_verbs("do = \"start\"\ncycles = 1\nrepair = \"chkstat\"", &["5:1", "6:1"])]
#[case::of_no_verb_and_a_setting("passes = 9\nevent-70 = -1", &["3:1", "4:10", "5:12"])]
#[case::of_two_levels("logging = { general = \"x\", generel = \"none\" }", &["4:23", "4:28"])]
#[case::of_a_word_and_of_toml("do = \"strat\"\nevent-70 = 01", &["4:6", "5:12"])]
#[case::of_toml_and_a_word("event-70 = nope\ndo = \"strat\"", &["4:12", "5:6"])]
#[case::of_toml_twice("do = start\nevent-70 = nope", &["4:6", "5:12"])]
#[case::of_a_key_that_comes_twice("do = \"strat\"\ndo = \"stop\"\nevent-70 = -1",
    &["4:6", "5:1", "6:12"])]
#[case::of_a_number_that_is_none("do = \"strat\"\nevent-70 = 1_0'", &["4:6", "5:12"])]
fn every_fault_of_a_step_is_reported(#[case] step: &str, #[case] places: &[&str]) {
    let said = refused(&format!("{HEADER}[[steps]]\n{step}\n"));
    assert_eq!(said.places("bad.toml"), places, "{}", said.err);
}

#[test]
fn every_fault_of_a_step_in_one_line_is_reported() {
    let body = "steps = [{ do = \"strat\", event-70 = 01, to = 1, cycles = 0 }]";
    let said = refused(&format!("{HEADER}{body}\n"));
    // What follows the number that is none may belong to anything; its own number is wrong anyway.
    assert_eq!(said.places("bad.toml"), ["3:17", "3:37", "3:58"], "{}", said.err);
}

#[rstest]
#[case::a_table_without_its_end("[site\nhost = \"netware-gateway\"\n[[steps]]\ninject = \"lsa2-hotfix\"",
    &["3:6"])]
#[case::a_step_without_its_end("[[steps]\ndo = \"start\"", &["3:9"])]
#[case::a_list_without_its_end("steps = [{ do = \"start\" }", &["3:26"])]
#[case::a_text_without_its_end("[[steps]]\ndo = \"\"\"start\n", &["6:1"])]
fn what_follows_from_broken_toml_is_not_reported(#[case] body: &str, #[case] places: &[&str]) {
    let said = refused(&format!("{HEADER}{body}\n"));
    assert_eq!(said.places("bad.toml"), places, "{}", said.err);
}
