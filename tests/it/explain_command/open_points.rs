//! What the documents leave open is named where it decides: an assumption, with what its other value
//! would predict, and the order in which a run meets several conditions.

use event70::model::{Assumption, Keyword};
use event70::rule::{self, Invariant};
use rstest::rstest;
use serde_json::{Value, json};

use super::{explained, explained_tree, of_each_step};
use crate::support::{Project, scenario};

#[rstest]
#[case::across_barriers("'tab-name-wrong', 'postoffice-locked'", &[1], true,
    json!([{ "condition": "tab-name-wrong", "ended": "exited", "code": 3 }]),
    "which comes first is our choice (C1) and decides: with tab-name-wrong first a run exits with \
     code 3")]
#[case::within_a_barrier("'tab-name-wrong', 'tab-password-wrong'", &[2], false,
    json!([{ "condition": "tab-password-wrong", "ended": "exited", "code": 3 }]),
    "which comes first is our choice (C2); any order ends a run alike")]
#[case::both("'tab-path-wrong', 'share-access-denied', 'install-path-long'", &[1], true,
    json!([{ "condition": "tab-path-wrong", "ended": "exited", "code": 3 },
        { "condition": "share-access-denied", "ended": "exited", "code": 3 }]),
    "(C1) and decides: with tab-path-wrong first a run exits with code 3 and with \
     share-access-denied first a run exits with code 3")]
#[case::across_and_within(
    "'directory-index-damaged', 'postoffice-damaged', 'postoffice-fragmented', 'tab-name-wrong'",
    &[1], true,
    json!([{ "condition": "directory-index-damaged", "ended": "exited", "code": 1 },
        { "condition": "postoffice-damaged", "ended": "exited", "code": 3 },
        { "condition": "postoffice-fragmented", "ended": "exited", "code": 3 }]),
    "with directory-index-damaged first a run exits with code 1")]
fn more_than_one_condition_in_the_way_names_our_choice_of_order(
    #[case] conditions: &str,
    #[case] choices: &[u8],
    #[case] decides: bool,
    #[case] masked: Value,
    #[case] told: &str,
) {
    let site = format!("conditions = [{conditions}]");
    let tree = explained_tree(&site, "start", &[]);
    let order = json!({ "choices": choices, "masked": masked, "decides": decides });
    assert_eq!(of_each_step(&tree, "order"), [order]);
    let explanation = explained(&site, "start");
    assert!(explanation.contains(told), "{explanation}");
}

#[test]
fn one_condition_in_the_way_needs_no_choice_of_order() {
    let tree = explained_tree("conditions = ['tab-name-wrong']", "start", &[]);
    assert_eq!(of_each_step(&tree, "order"), [Value::Null]);
}

/// Which assumptions decide a step, each with what is predicted under both values.
fn deciding(step: &Value) -> Vec<(String, [(String, u64); 2])> {
    let side = |side: &Value| {
        (side["value"].as_str().unwrap().to_owned(), side["event-70"].as_u64().unwrap())
    };
    let entries = step["explanation"]["assumptions"].as_array().unwrap().iter();
    let each = |entry: &Value| {
        let key = entry["assumption"].as_str().unwrap().to_owned();
        (key, [side(&entry["assumed"]), side(&entry["other"])])
    };
    entries.map(each).collect()
}

#[rstest]
#[case::default(&[], "restart", "next-run", [2, 0],
    "tab-takes-effect = restart decides: under next-run: 0 Event 70, 2 message EXPORTs exit with \
     code 0")]
#[case::given(&["--assume", "tab-takes-effect=next-run"], "next-run", "restart", [0, 2],
    "tab-takes-effect = next-run decides: under restart: 2 Event 70, 2 message EXPORTs exit with \
     code 3")]
fn evidence_names_the_assumption_that_decides_a_step(
    #[case] arguments: &[&str],
    #[case] assumed: &str,
    #[case] other: &str,
    #[case] event_70: [u64; 2],
    #[case] told: &str,
) {
    let steps = "start; repair correct-postoffice-tab; cycles 2";
    let site = "conditions = ['tab-path-wrong']";
    let tree = explained_tree(site, steps, arguments);
    let [of_assumed, of_other] = event_70;
    let sides = [(assumed.to_owned(), of_assumed), (other.to_owned(), of_other)];
    assert_eq!(deciding(&tree["steps"][2]), [("tab-takes-effect".to_owned(), sides)]);
    assert_eq!(deciding(&tree["steps"][1]), []);
    let project = Project::with(&[("row", &scenario(site, steps))]);
    let explain = [&["explain", "scenarios/row.toml"], arguments].concat();
    let explanation = project.event70(&explain).with_status(0).flowing();
    assert!(explanation.contains(told), "{explanation}");
}

#[test]
fn a_value_that_the_file_pins_is_the_one_that_decides() {
    let pinned = "[assume]\nstart-exports = 'no'\n";
    let text = scenario("conditions = ['tab-path-wrong']", "start") + pinned;
    let project = Project::with(&[("row", &text)]);
    let explain = ["explain", "scenarios/row.toml", "--format", "json"];
    let tree = project.event70(&explain).with_status(0).json();
    let sides = [("no".to_owned(), 0), ("yes".to_owned(), 1)];
    let of_start = deciding(&tree["scenarios"][0]["steps"][0]);
    assert_eq!(of_start, [("start-exports".to_owned(), sides)]);
}

/// Flipping a key must predict other runs exactly where it is named, whatever the scenario: each
/// file of the project is predicted under every single flip by the public invariant.
#[test]
fn what_is_named_as_deciding_is_what_a_flip_changes() {
    let mut named = 0;
    for crate::support::sound::Sound { name, file, .. } in crate::support::sound::files() {
        let assumed = file.assume.assignment();
        let mut invariant = Invariant::assuming(assumed);
        let predicted = invariant.predict(&file.scenario).to_vec();
        let told = rule::deciding(&file.scenario, invariant.rules());
        for key in Assumption::ALL.iter().filter(|key| key.is_inferable()) {
            invariant.assume(assumed.with(*key, !assumed.has(*key)));
            let flipped = invariant.predict(&file.scenario);
            for (step, (is, would_be)) in predicted.iter().zip(flipped).enumerate() {
                let is_named = told[step].iter().any(|deciding| deciding.assumption == *key);
                let differs = is.outlook.to_string() != would_be.outlook.to_string();
                assert!(is_named || !differs, "{name} step {}: {key} decides", step + 1);
                let is_alike = is.outlook == would_be.outlook;
                assert!(!(is_named && is_alike), "{name} step {}: {key} does not", step + 1);
                named += u32::from(is_named);
            }
        }
    }
    assert!(named >= 100, "{named}");
}
