//! A mistake that somebody plants in an adapter can be mended from the output alone: it names the step
//! or the end of the conversation, what was expected, what was found, and the document or assumption.
//!
//! The adapter is in a language that is not among the examples, and was written from PROTOCOL.md. It
//! gives the text of every event. Where Perl or its JSON::PP is missing, the tests say so and pass.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use rstest::rstest;

use crate::support::{ProgramOutput, Project, skip};

fn source() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/planted_mistakes/connector.pl");
    fs::read_to_string(path).unwrap()
}

/// Runs an adapter; nothing, aloud, where there is no Perl for it.
fn run(source: &str, options: &[&str]) -> Option<ProgramOutput> {
    let probe = Command::new("perl").args(["-MJSON::PP", "-e", "1"]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        skip("there is no Perl with JSON::PP");
        return None;
    }
    let project = Project::new();
    project.write("connector.pl", source);
    // Nothing here may take so long to answer.
    let run = ["run", "--connector", "perl connector.pl", "--deadline", "60s"];
    Some(project.event70(&[&run, options].concat()))
}

const PATH_WRONG: &str = "standard:causes/tab-path-wrong";
const NOT_FOUND: &str = "standard:silence/programs-missing-over-everything";
const DIRSYNC_FAILS: &str = "standard:near-misses/failed-dirsync-at-level-maximum";

#[test]
fn the_adapter_is_right_as_it_is() {
    let options = [PATH_WRONG, NOT_FOUND, DIRSYNC_FAILS, "--assume", "start-exports=yes"];
    let Some(said) = run(&source(), &options) else { return };
    assert_eq!(said.with_status(0).count("agree"), 3);
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_adapter_agrees_with_the_standard_set() {
    let Some(said) = run(&source(), &["--standard"]) else { return };
    let said = said.with_status(0);
    assert_eq!(said.count("agree"), event70::standard::files().count() as u64);
}

#[rstest]
#[case::wrong_text(
    "returned result code 3. $not_accessible %2",
    "ended with result code 3. $not_accessible %2",
    &[PATH_WRONG],
    &[
        "! text of Event 70: expected Lotus cc:Mail EXPORT to file msg0002.ccm returned result code 3.",
        "found \"Lotus cc:Mail EXPORT to file msg0002.ccm ended with result code 3.",
        "against the article",
    ]
)]
#[case::wrong_first_string(
    "event($base + $ran->{code}, 'Error', 'General', $file);",
    "event($base + $ran->{code}, 'Error', 'General', \"EXPORT\\\\$file\");",
    &[PATH_WRONG],
    &["! file of Event 70: expected msg0002.ccm, found \"EXPORT\\\\msg0002.ccm\"", "the article"]
)]
#[case::no_run_at_the_start(
    "= (1, 0);\n    export_batches();",
    "= (1, 0);",
    &[PATH_WRONG, "--assume", "start-exports=yes"],
    &[
        "1 start = no Event 70",
        "predicted: 1 message EXPORT",
        "seen: no run; assumed is start-exports = yes; start-exports = no would fit",
    ]
)]
#[case::restart_count(
    "if ($restarts > 25) {",
    "if ($restarts > 20) {",
    &[NOT_FOUND],
    &["! Event 85 is logged after 21 runs that were not found; 24 or 25 restarts come before it \
       (Q294947)"]
)]
#[case::dirsync_that_stops_late(
    "return undef;",
    "return 0;",
    &[DIRSYNC_FAILS],
    &["! a dirsync logs Event 14031 if all of its runs exited 0, and only then (Q197258)"]
)]
fn the_output_alone_says_what_to_mend(
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] options: &[&str],
    #[case] told: &[&str],
) {
    tells(right, wrong, options, told);
}

/// It takes ten thousand runs before it is given up.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_output_alone_says_which_step_loops() {
    let told = [
        "step 1: the connector asked for runs without end",
        "harness: {\"ran\":\"exited\",\"code\":0,\"console\":\"\",\"messages\":0",
        "connector: {\"run\":{\"arguments\":[\"/NEXCHANGE\"",
    ];
    let (right, wrong) =
        ("last unless defined $moved && $moved == $full;", "last unless defined $moved;");
    tells(right, wrong, &[PATH_WRONG], &told);
}

/// That the output tells this of an adapter with a mistake in the place of what is right.
fn tells(right: &str, wrong: &str, options: &[&str], told: &[&str]) {
    let source = source();
    assert_eq!(source.matches(right).count(), 1, "{right:?} is not exactly once in the adapter");
    let Some(said) = run(&source.replace(right, wrong), options) else { return };
    assert!([1, 3].contains(&said.status), "{}\n{}", said.out, said.err);
    let flowing = said.flowing();
    for told in told {
        assert!(flowing.contains(told), "{told:?} is not in {}", said.out);
    }
}
