//! A scenario's author can also expect exact counts of other events and of waiting mail.

use rstest::rstest;

use crate::support::Project;

/// A scenario whose only cycle has these lines.
fn with(expectation: &str) -> String {
    format!(
        "format = 1\ntitle = \"x\"\n\n[site]\nconditions = [\"message-corrupt\"]\n\n[[steps]]\n\
         do = \"start\"\n\n[[steps]]\nmail = 3\nto = \"exchange\"\n\n[[steps]]\ncycles = 2\n\
         {expectation}\n"
    )
}

#[rstest]
#[case::events("events = { 54 = 2, 85 = 0 }")]
#[case::waiting("waiting = { exchange = 3, cc-mail = 0 }")]
#[case::all("event-70 = 0\nevents = { 54 = 2 }\nwaiting = { exchange = 3 }")]
fn what_an_author_expects_rightly_agrees(#[case] expectation: &str) {
    let project = Project::with(&[("x", &with(expectation))]);
    assert_eq!(project.event70(&["run"]).with_status(0).count("agree"), 1);
}

#[rstest]
#[case::too_many(
    "events = { 54 = 3 }",
    "scenarios/x.toml:16:17: the author expects 3 Event 54 (events), 2 logged",
    "`54 = 2` would hold"
)]
#[case::none(
    "events = { 85 = 1, 54 = 2 }",
    "scenarios/x.toml:16:17: the author expects 1 Event 85 (events), 0 logged",
    "`85 = 0` would hold"
)]
#[case::waiting(
    "waiting = { cc-mail = 0, exchange = 2 }",
    "scenarios/x.toml:16:37: the author expects 2 messages to wait for exchange (waiting), 3 do",
    "`exchange = 3` would hold"
)]
fn what_an_author_expects_wrongly_is_named_with_its_place(
    #[case] expectation: &str,
    #[case] told: &str,
    #[case] help: &str,
) {
    let project = Project::with(&[("x", &with(expectation))]);
    let said = project.event70(&["run"]).with_status(1);
    assert_eq!(said.count("expectation"), 1);
    for words in [told, help] {
        assert!(said.err.contains(words), "{words}\n{}", said.err);
    }
    let json = project.event70(&["run", "--format", "json"]).with_status(1).json();
    assert_eq!(json["scenarios"][0]["violated"]["kind"], "author");
}

#[rstest]
#[case::never_judged("events = { 11001 = 0 }", "16:12", "of `11001` nothing can be expected")]
#[case::unknown("events = { 99 = 0 }", "16:12", "of `99` nothing can be expected")]
#[case::no_number("events = { x = 0 }", "16:12", "of `x` nothing can be expected")]
#[case::event_70("events = { 70 = 0 }", "16:12", "Event 70 has a key of its own")]
#[case::negative("events = { 54 = -1 }", "16:17", "`54` is -1")]
#[case::list("events = [54]", "16:10", "expected a table of numbers of events")]
#[case::side("waiting = { notes = 1 }", "16:13", "unknown key `notes` in waiting")]
fn what_cannot_be_expected_is_an_error_at_its_place(
    #[case] expectation: &str,
    #[case] place: &str,
    #[case] told: &str,
) {
    let project = Project::with(&[("x", &with(expectation))]);
    let said = project.event70(&["run"]).with_status(2);
    let message = format!("scenarios/x.toml:{place}: {told}");
    assert!(said.err.contains(&message), "{message}\n{}", said.err);
}

/// 43 is logged 26 times where the thread is started again at once, which nobody has to do.
#[test]
fn an_expectation_does_not_apply_to_a_connector_that_it_does_not_speak_of() {
    let text = "format = 1\ntitle = \"x\"\n\n[site]\nconditions = [\"programs-not-on-path\"]\n\n\
                [[steps]]\ndo = \"start\"\nevents = { 43 = 26, 85 = 1 }\n";
    let project = Project::with(&[("x", text)]);
    project.event70(&["run"]).with_status(0);
    let program = env!("CARGO_BIN_EXE_event70");
    let command = format!("{program} connector --assume thread-restart=next-cycle");
    let other = ["run", "--connector", &command];
    assert_eq!(project.event70(&other).with_status(0).count("agree"), 1);
    let pinned = [&other[..], &["--assume", "thread-restart=at-once"]].concat();
    let said = project.event70(&pinned).with_status(1);
    assert_eq!(said.count("malformed"), 1, "{said:?}");
}
