//! `event70 merge` puts the shards of an exploration together: what was counted and learned in all
//! of them is what one exploration would have come to, and what one shard has seen and another
//! contradicts is a finding. What is no shard, not of the same exploration, missing or there twice
//! is told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use event70::engine::{Control, Plan, TestBed, explore};
use event70::model::{Assignment, Assignments, Assumption};
use event70::report::results::{Header, Tested};
use event70::report::{ExplorationEntry, FoundEntry, Part, merged};
use rstest::rstest;
use serde_json::{Value, json};

use crate::contradictions::{Divided, by_exchange};
use crate::support::open::reference;
use crate::support::{ProgramOutput, Project};

const CASES: u64 = 2000;

/// What each of so many shards comes to, all cases of a seed together.
fn shards(test_bed: &impl TestBed, seed: u64, shards: u64) -> Vec<Part> {
    let shard = |shard| {
        let plan = Plan { shard, shards, ..Plan::new(seed, CASES) };
        let control = Control::default();
        let explored = explore(&plan, test_bed, 1, &control, &|_, _, _, _| {}).unwrap();
        let found = explored.found.as_ref().map(|found| FoundEntry {
            case: found.case,
            verdict: found.class.verdict.to_string(),
            class: found.class.to_string(),
            title: String::new(),
            message: found.finding.disagreement.to_string(),
            repeats: [0; 2],
            runs: 0,
            one_minimal: false,
            two_minimal: false,
            scenario: String::new(),
            beside: Vec::new(),
        });
        let [connector, site, description] = ["x", "simulated", "x"].map(str::to_owned);
        let header = Header::new(Tested { connector, bug: None, site, description });
        let entry = ExplorationEntry::of(header, &plan, &explored, found, 1.0, false);
        Part { name: format!("{shard}"), entry }
    };
    (0..shards).map(shard).collect()
}

#[rstest]
#[case::by_default(Assignment::DEFAULT)]
#[case::next_run(Assignment::DEFAULT.with(Assumption::TabTakesEffect, true))]
#[case::held(Assignment::DEFAULT.with(Assumption::HangHolds, true))]
fn shards_together_learn_what_one_exploration_learns(
    #[case] assignment: Assignment,
    #[values(2, 3, 7)] number: u64,
) {
    let test_bed = reference(assignment);
    let whole = merged(&shards(&test_bed, 5, 1)).unwrap();
    let mut together = merged(&shards(&test_bed, 5, number)).unwrap();
    assert_eq!(whole.cases, CASES);
    assert!(whole.learned.left.0.len() < 100, "{}", whole.learned.left.0.len());
    together.seconds = whole.seconds;
    assert_eq!(together, whole);
}

/// No shard may see a contradiction that all of them make together.
#[test]
fn what_shards_contradict_each_other_in_is_the_finding_of_one_exploration() {
    let mut between = 0;
    for seed in 0..8 {
        let divided = Divided::by(by_exchange);
        let whole = merged(&shards(&divided, seed, 1)).unwrap();
        let parts = shards(&divided, seed, 5);
        let together = merged(&parts).unwrap();
        assert_eq!(together.learned, whole.learned, "{seed}");
        let [here, there] = [&together, &whole].map(|entry| entry.found.as_ref().unwrap());
        assert_eq!((here.case, &here.class), (there.case, &there.class), "{seed}");
        if parts.iter().all(|part| part.entry.found.as_ref() != Some(here)) {
            between += 1;
            assert!(here.message.contains("tab-takes-effect is "), "{}", here.message);
            assert!(!here.beside.is_empty() && here.beside[0].case < here.case, "{here:?}");
        }
    }
    assert!(between > 0, "some contradiction is one between shards");
}

/// The documents of a search in so many shards, as files `1.json`, `2.json` and so on.
fn files(project: &Project, options: &[&str], shards: u64) -> Vec<String> {
    let mut files = Vec::new();
    for shard in 1..=shards {
        let (of, file) = (format!("{shard}/{shards}"), format!("{shard}.json"));
        let search = ["explore", "--seed", "4", "--format", "json", "--shard", &of];
        project.write(&file, project.event70(&[&search[..], options].concat()).out);
        files.push(file);
    }
    files
}

fn merge(project: &Project, files: &[String], options: &[&str]) -> ProgramOutput {
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    project.event70(&[&["merge"], &files[..], options].concat())
}

/// A document but for how long it took.
fn timeless(mut document: Value) -> Value {
    document["seconds"] = json!(0);
    document
}

#[rstest]
#[case::claims_unmet(&["--cases", "60"], 1)]
#[case::pinned(&["--cases", "3000"], 0)]
#[case::open(&["--cases", "3000", "--assume", "open"], 0)]
fn merged_shards_are_the_document_of_one_search(#[case] options: &[&str], #[case] status: i32) {
    let project = Project::new();
    let shards = files(&project, options, 3);
    let search = ["explore", "--seed", "4", "--format", "json"];
    let whole = project.event70(&[&search[..], options].concat()).with_status(status);
    let together = merge(&project, &shards, &["--format", "json"]).with_status(status);
    assert_eq!(timeless(together.json()), timeless(whole.json()));
    let search = ["explore", "--seed", "4"];
    let told = project.event70(&[&search[..], options].concat()).out;
    let merged = merge(&project, &shards, &[]).with_status(status).out;
    let without_time = |text: &str| text.rsplit_once(" seconds=").unwrap().0.to_owned();
    assert_eq!(format!("seed 0000000000000004\n{}", without_time(&merged)), without_time(&told));
}

#[test]
fn the_first_finding_of_all_shards_is_told_with_its_scenario() {
    let project = Project::new();
    let shards = files(&project, &["--bug", "canary", "--cases", "3000"], 3);
    let documents = shards
        .iter()
        .map(|file| serde_json::from_str::<Value>(&project.read(file)).unwrap()["found"].clone());
    let first = documents.min_by_key(|found| found["case"].as_u64()).unwrap();
    let said = merge(&project, &shards, &[]).with_status(1);
    let line = format!("missing  case {}: {}", first["case"], first["title"].as_str().unwrap());
    assert!(said.out.starts_with(&line), "{line}: {}", said.out);
    assert!(said.out.contains(first["scenario"].as_str().unwrap()), "{}", said.out);
    assert_eq!(said.count("found"), 1);
}

/// A shard is made to have seen the opposite of what another has.
#[test]
fn a_contradiction_between_shards_names_the_cases_and_what_differs() {
    let project = Project::new();
    let shards = files(&project, &["--assume", "open", "--cases", "300"], 2);
    let key = Assumption::TabTakesEffect;
    for (file, is_other, case) in [("1.json", false, 10), ("2.json", true, 21)] {
        let mut document: Value = serde_json::from_str(&project.read(file)).unwrap();
        let fitting = Assignments::ALL.with(key, is_other).to_hex();
        document["learned"]["telling"] = json!([{ "case": case, "fitting": fitting }]);
        project.write(file, document.to_string());
    }
    let said = merge(&project, &shards, &[]).with_status(1);
    let flowing = said.flowing();
    assert!(flowing.starts_with("malformed case 21: tab-takes-effect is the same in every"));
    let told = "both this and case 10: tab-takes-effect is restart there and next-run here";
    assert!(flowing.contains(told), "{flowing}");
    assert!(said.err.contains("--seed 0000000000000004 --cases 22"), "{}", said.err);
    assert_eq!((said.count("found"), said.count("cases")), (1, 300));
}

#[rstest]
#[case::missing(&["1.json"], &["shard 2/2"])]
#[case::twice(&["1.json", "copy.json", "2.json"], &["1.json", "copy.json", "1/2"])]
#[case::other_seed(&["1.json", "seed.json"], &["1.json", "seed.json", "the seed"])]
#[case::other_cases(&["1.json", "cases.json"], &["the number of cases", "300", "301"])]
#[case::other_connector(&["1.json", "bug.json"], &["the connector", "canary"])]
#[case::other_assumption(&["1.json", "assume.json"], &["what is assumed", "hang-holds=connector"])]
#[case::other_shards(&["1.json", "of-3.json"], &["the number of shards", "2 and 3"])]
#[case::interrupted(&["1.json", "interrupted.json"], &["interrupted.json", "shard 2/2"])]
#[case::no_file(&["1.json", "none.json"], &["none.json"])]
#[case::no_json(&["1.json", "text.json"], &["text.json", "explore --format json"])]
#[case::no_set(&["1.json", "set.json"], &["set.json", "256 hexadecimal digits"])]
#[case::other_document(&["1.json", "run.json"], &["run.json", "explore --format json"])]
fn what_is_no_whole_exploration_is_refused(#[case] merged: &[&str], #[case] named: &[&str]) {
    let project = Project::new();
    files(&project, &["--cases", "300"], 2);
    let shard = |of: &str, seed: &str, options: &[&str]| {
        let search = ["explore", "--format", "json", "--shard", of, "--seed", seed];
        project.event70(&[&search[..], options].concat()).out
    };
    let second = project.read("2.json");
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut document = serde_json::from_str(&second).unwrap();
        change(&mut document);
        document.to_string()
    };
    for (name, text) in [
        ("copy", project.read("1.json")),
        ("seed", shard("2/2", "5", &["--cases", "300"])),
        ("cases", shard("2/2", "4", &["--cases", "301"])),
        ("bug", shard("2/2", "4", &["--cases", "300", "--bug", "canary"])),
        ("assume", shard("2/2", "4", &["--cases", "300", "--assume", "hang-holds=connector"])),
        ("of-3", shard("2/3", "4", &["--cases", "300"])),
        ("interrupted", changed(&|document| document["interrupted"] = json!(true))),
        ("set", changed(&|document| document["learned"]["left"] = json!("f0"))),
        ("text", "no document".to_owned()),
        ("run", json!({ "format": 1, "scenarios": [] }).to_string()),
    ] {
        project.write(&format!("{name}.json"), text);
    }
    let files: Vec<String> = merged.iter().map(|file| (*file).to_owned()).collect();
    let said = merge(&project, &files, &[]).with_status(2);
    assert!(named.iter().all(|named| said.err.contains(named)), "{named:?}: {}", said.err);
    assert_eq!(said.out, "");
}

/// A connector that is given up is the finding of its shard, and of all shards together.
#[cfg(unix)]
#[test]
fn a_shard_whose_connector_fails_reset_can_be_merged() {
    let project = Project::new();
    let explore =
        ["explore", "--seed", "5", "--cases", "8", "--format", "json", "--connector", "false"];
    for shard in ["1/2", "2/2"] {
        let said = project.event70(&[&explore[..], &["--shard", shard]].concat()).with_status(3);
        assert!(said.err.contains("failed `reset` 3 times in a row"), "{}", said.err);
        let document = said.json();
        assert_eq!(document["found"]["verdict"], "connector-failed");
        project.write(&format!("{}.json", &shard[..1]), &said.out);
    }
    assert!(!project.path("found").exists());
    let merged = project.event70(&["merge", "1.json", "2.json"]).with_status(3);
    assert_eq!(merged.count("found"), 1);
    assert!(merged.out.contains("exited with status 1"), "{}", merged.out);
}
