//! What the article warns of beside the event: mail that waits, a dirsync that does not complete, a
//! service that is down; what may be ignored, and the restart that belongs to a repair.

use rstest::rstest;
use serde_json::{Value, json};

use super::{explained, explained_tree, of_each_step};
use crate::support::{Project, scenario};

/// The part of an explanation that stands between these words.
fn between(explanation: &str, first: &str, next: &str) -> String {
    let (_, rest) = explanation.split_once(first).unwrap_or_else(|| panic!("{explanation}"));
    rest.split_once(next).unwrap_or_else(|| panic!("{explanation}")).0.to_owned()
}

#[test]
fn mail_that_waits_is_told_with_number_side_and_reason() {
    let steps = "start; inject share-access-denied; mail 3 exchange; mail 7 cc-mail; cycles 1; \
                 repair grant-access; cycles 1; inject install-path-long; mail 1 exchange; cycles 1; \
                 stop";
    let scenario = explained_tree("", steps, &[]);
    let queue = |to, messages, because, condition: Option<&str>| json!({ "to": to, "messages": messages, "because": because, "condition": condition });
    let denied = Some("share-access-denied");
    let in_the_way =
        [queue("exchange", 3, "condition", denied), queue("cc-mail", 7, "condition", denied)];
    let free = [queue("exchange", 3, "next-run", None), queue("cc-mail", 7, "next-run", None)];
    let queues = of_each_step(&scenario, "queues");
    assert_eq!(queues[0], json!([]));
    assert_eq!(queues[4], json!(in_the_way));
    assert_eq!(queues[5], json!(free));
    assert_eq!(queues[6], json!([]));
    assert_eq!(queues[9], json!([queue("exchange", 1, "thread-held", None)]));
    let down = json!([queue("exchange", 1, "service-down", None)]);
    assert_eq!((&queues[10], &scenario["explanation"]["queues"]), (&down, &down));

    let explanation = explained("", steps);
    let blocked = between(&explanation, " 5 1 cycle", " 6 repair");
    assert!(blocked.contains("3 messages wait towards Exchange: share-access-denied"), "{blocked}");
    assert!(blocked.contains("7 messages wait towards cc:Mail: share-access-denied"), "{blocked}");
    let end = between(&explanation, "How things stand at the end:", "Still active");
    assert!(end.contains("1 message waits towards Exchange: the service is down"), "{end}");
}

#[rstest]
#[case::export("conditions = ['share-access-denied']", "start; dirsync", &[],
    json!({ "outcome": "ended-by", "program": "EXPORT", "file": "CCMDIR.EXP", "ended": "exited",
        "code": 3, "condition": "share-access-denied" }),
    "did not complete: EXPORT of CCMDIR.EXP exits with code 3, stopped by share-access-denied \
     (Q166045 symptoms)")]
#[case::export_of_more("conditions = ['share-access-denied']", "start; dirsync",
    &["--assume", "dirsync-after-failure=goes-on"],
    json!({ "outcome": "ended-by", "program": "EXPORT", "file": "CCMDIR.EXP", "ended": "exited",
        "code": 3, "condition": "share-access-denied" }),
    "did not complete: EXPORT of CCMDIR.EXP exits with code 3")]
#[case::import("conditions = ['read-only-access']", "start; dirsync", &[],
    json!({ "outcome": "ended-by", "program": "IMPORT", "file": "CCMDEL.IMP", "ended": "exited",
        "code": 1, "condition": "read-only-access" }),
    "did not complete: IMPORT of CCMDEL.IMP exits with code 1, stopped by read-only-access")]
#[case::no_program("", "start; inject programs-not-on-path; dirsync", &[],
    json!({ "outcome": "ended-by", "program": "EXPORT", "file": "CCMDIR.EXP",
        "ended": "not-found", "code": null, "condition": "programs-not-on-path" }),
    "did not complete: EXPORT of CCMDIR.EXP is not found")]
#[case::held("conditions = ['install-path-long']", "start; dirsync; dirsync", &[],
    json!({ "outcome": "thread-held" }), "did not complete: its thread launches nothing")]
#[case::down("", "start; stop; dirsync", &[],
    json!({ "outcome": "service-down" }), "did not complete: the service is down")]
fn a_dirsync_that_did_not_complete_names_what_ended_it(
    #[case] site: &str,
    #[case] steps: &str,
    #[case] arguments: &[&str],
    #[case] expected: Value,
    #[case] told: &str,
) {
    let tree = explained_tree(site, steps, arguments);
    assert_eq!(of_each_step(&tree, "dirsync").last(), Some(&expected));
    assert_eq!(tree["explanation"]["last-dirsync"]["dirsync"], expected);
    let project = Project::with(&[("row", &scenario(site, steps))]);
    let explain = [&["explain", "scenarios/row.toml"], arguments].concat();
    let explanation = project.event70(&explain).with_status(0).flowing();
    let (step, end) = explanation.split_once("How things stand at the end:").unwrap();
    assert!(step.contains(told) && end.contains(told), "{explanation}");
}

#[test]
fn a_dirsync_that_completed_is_told_and_is_no_matter_at_the_end() {
    let explanation = explained("conditions = ['site-entry-missing']", "start; dirsync; cycles 1");
    assert!(explanation.contains("dirsync: completed"), "{explanation}");
    assert!(!explanation.contains("How things stand"), "{explanation}");
}

#[rstest]
#[case::not_started("", "cycles 1", None, "not-started", "down: it was not started")]
#[case::stopped(
    "",
    "start; stop; cycles 1",
    Some(2),
    "stopped",
    "down since step 2: it was stopped"
)]
#[case::killed(
    "",
    "start; cycles 1; kill; cycles 1",
    Some(3),
    "killed",
    "down since step 3: it was killed"
)]
#[case::gave_up(
    "",
    "start; inject programs-not-on-path; cycles 1; cycles 1",
    Some(3),
    "gave-up",
    "down since step 3: it gave up after too many restarts of a thread (Event 85)"
)]
#[case::gave_up_at_its_start(
    "conditions = ['programs-not-on-path']",
    "start; cycles 1",
    Some(1),
    "gave-up",
    "down since step 1: it gave up"
)]
#[case::gave_up_after_a_stop(
    "",
    "start; stop; inject programs-not-on-path; start; cycles 1",
    Some(4),
    "gave-up",
    "down since step 4: it gave up"
)]
fn a_service_that_is_down_is_told_with_why_and_since_when(
    #[case] site: &str,
    #[case] steps: &str,
    #[case] since: Option<u32>,
    #[case] because: &str,
    #[case] told: &str,
) {
    let tree = explained_tree(site, steps, &[]);
    let expected = json!({ "since-step": since, "because": because });
    assert_eq!(of_each_step(&tree, "down").last(), Some(&expected));
    assert_eq!(tree["explanation"]["down"], expected);
    let explanation = explained(site, steps);
    let (step, end) = explanation.split_once("How things stand at the end:").unwrap();
    assert!(step.contains(told) && end.contains(told), "{explanation}");
}

#[test]
fn a_service_that_is_up_is_not_told_to_be_down() {
    let tree = explained_tree("", "start; stop; restart; cycles 1", &[]);
    assert_eq!(tree["explanation"]["down"], Value::Null);
    assert!(!explained("", "start; stop; restart; cycles 1").contains("How things stand"));
}

#[test]
fn cause_5_may_be_ignored_until_the_first_dirsync_completes() {
    let site = "conditions = ['site-entry-missing', 'share-access-denied']";
    let steps = "start; repair grant-access; cycles 2; inject read-only-access; dirsync; cycles 1; \
                 repair grant-access; dirsync; cycles 1; inject site-entry-missing; cycles 1";
    let tree = explained_tree(site, steps, &[]);
    let ignorable = of_each_step(&tree, "ignorable");
    let steps_with = ignorable.iter().zip(1..).filter(|(is, _)| **is == true);
    // Another cause is not ignored, nor is cause 5 once a dirsync has completed.
    assert_eq!(steps_with.map(|(_, step)| step).collect::<Vec<_>>(), [3, 6]);
    assert_eq!(tree["explanation"]["ignorable"], false);
    let before = explained("conditions = ['site-entry-missing']", "start; cycles 2");
    let told = "may be ignored until the first dirsync with this post office completes (Q166045";
    let (step, end) = before.split_once("How things stand at the end:").unwrap();
    assert!(step.contains(told) && end.contains(told), "{before}");
}

#[test]
fn a_restart_is_told_with_the_repair_that_it_belongs_to() {
    let site = "conditions = ['tab-path-wrong', 'postoffice-locked']";
    let steps = "start; repair correct-postoffice-tab; repair release-lock; restart; \
                 inject install-path-long; cycles 1; repair shorten-store-path; cycles 1";
    let tree = explained_tree(site, steps, &[]);
    let (tab, held) = (json!("tab-in-force"), json!("thread-held"));
    let none = Value::Null;
    let expected = [&tab, &tab, &none, &none, &none, &held, &held, &none];
    assert_eq!(of_each_step(&tree, "restart").iter().collect::<Vec<_>>(), expected);
    let explanation = explained(site, steps);
    let repair = between(&explanation, " 2 repair correct-postoffice-tab", " 3 repair");
    assert!(repair.contains("repair: restart: stop and start"), "{repair}");
    // Where each run reads the tab, the repair is enough.
    let next_run = explained_tree(site, steps, &["--assume", "tab-takes-effect=next-run"]);
    assert_eq!(of_each_step(&next_run, "restart")[..2], [none.clone(), none]);
}
