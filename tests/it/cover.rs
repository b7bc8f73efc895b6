//! Goal: what the scenario files cover may only grow, and nothing that must be covered is missing.
//!
//! Method: `event70 cover` measures the files of this project; its numbers are held against the
//! committed ledger `tests/it/coverage.json`. A measure is worth something only if it notices what is
//! gone, so folders are left out and the numbers must fall. The rows that `--write` adds are played
//! and measured again, and the arrays behind them are counted out by brute force.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use event70::engine::smallest_array;
use rstest::rstest;
use serde_json::Value;

use crate::support::{HEALTHY, ProgramOutput, Project, event70_here};

const LEDGER: &str = include_str!("coverage.json");
const TO_RAISE: &str = "cargo run --quiet -- cover --format json > tests/it/coverage.json";

fn measured_here(strength: &str) -> Value {
    event70_here(&["cover", "--strength", strength, "--format", "json"]).json()
}

fn number(coverage: &Value, measure: &str, key: &str) -> u64 {
    coverage["measures"][measure][key].as_u64().unwrap_or_else(|| panic!("{measure}: {coverage}"))
}

/// The measures; in which order they stand says nothing.
fn names(coverage: &Value) -> BTreeSet<String> {
    coverage["measures"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn no_number_is_below_the_ledger_and_the_ledger_is_up_to_date() {
    let (ledger, now) = (serde_json::from_str::<Value>(LEDGER).unwrap(), measured_here("4"));
    assert_eq!(names(&ledger), names(&now), "other measures than in the ledger: {TO_RAISE}");
    for measure in names(&now) {
        let (before, covered) =
            (number(&ledger, &measure, "covered"), number(&now, &measure, "covered"));
        assert!(
            covered >= before,
            "{measure}: {covered} covered, {before} before; `event70 cover --missing` names what \
             is gone. If it is meant to be gone: {TO_RAISE}"
        );
        let missing = |of: &Value| number(of, &measure, "total") - number(of, &measure, "covered");
        assert!(
            missing(&now) <= missing(&ledger),
            "{measure}: there is more to cover than before; cover it, or: {TO_RAISE}"
        );
    }
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn every_measure_that_must_be_full_is_full() {
    let coverage = measured_here("3");
    assert_eq!(coverage["full"], true);
    for measure in ["causes alone", "pairs", "rows", "repairs"] {
        let covered = number(&coverage, measure, "covered");
        assert!(covered > 0 && covered == number(&coverage, measure, "total"), "{measure}");
    }
    for (cause, counts) in coverage["causes"].as_object().unwrap() {
        for count in ["alone", "sole", "masked"] {
            assert!(counts[count].as_u64().unwrap() > 0, "{cause} is never {count}");
        }
    }
}

/// The scenario files of this project without those of one folder.
fn project_without(folder: &str) -> Project {
    fn copy(from: &Path, to: &Path, left_out: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            let target = to.join(path.file_name().unwrap());
            if path.is_dir() && path != left_out {
                copy(&path, &target, left_out);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                fs::copy(&path, &target).unwrap();
            }
        }
    }
    let project = Project::new();
    let scenarios = crate::support::sound::project().join("scenarios");
    copy(&scenarios, &project.path("scenarios"), &scenarios.join(folder));
    project
}

#[rstest]
#[case("masking", "3-way windows-nt db6")]
#[case("stories", "3-way netware-gateway db6")]
#[case("pairs", "pairs")]
#[ignore = "thorough: `just thorough` runs it"]
fn files_that_are_gone_are_missed(#[case] folder: &str, #[case] measure: &str) {
    let arguments = ["cover", "--strength", "3", "--format", "json"];
    let (less, all) = (project_without(folder).event70(&arguments).json(), measured_here("3"));
    let (less, all) = (number(&less, measure, "covered"), number(&all, measure, "covered"));
    assert!(less < all, "{measure} without {folder}: {less} of {all}");
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_single_healthy_file_covers_little_and_the_rest_is_named() {
    let project = Project::with(&[("only", HEALTHY)]);
    let said = project.event70(&["cover", "--strength", "2"]).with_status(1);
    for says in [
        "2-way windows-nt db6                190 of 760     25.00 %",
        "missing of pairs: 15\n  install-path-space\n",
        "missing of causes alone: 15\n",
        "  … (--missing names all)\n",
        "\nscenarios=1 open=",
    ] {
        assert!(said.out.contains(says), "{says} in\n{}", said.out);
    }
    let whole = project.event70(&["cover", "--strength", "2", "--missing"]).with_status(1);
    assert!(!whole.out.contains("--missing"), "{}", whole.out);
    assert!(
        whole.out.contains("tab-path-wrong: message IMPORT exits with code 3\n"),
        "{}",
        whole.out
    );
}

/// The arrays are not kept: whoever wants them has them written.
#[rstest]
#[case::pairs("2", 36)]
#[ignore = "thorough: `just thorough` runs it"]
#[case::triples("3", 100)]
fn rows_written_into_an_empty_folder_agree_and_cover_all(
    #[case] strength: &str,
    #[case] most: u64,
) {
    let project = Project::new();
    let write = |project: &Project| -> ProgramOutput {
        project.event70(&["cover", "--strength", strength, "--write", "scenarios/cover"])
    };
    assert!(write(&project).err.contains(" rows written"));
    let ran = project.event70(&["run"]).with_status(0);
    assert!((1..=most).contains(&ran.count("agree")), "{}", ran.out);
    let covered = project.event70(&["cover", "--strength", strength, "--format", "json"]).json();
    let prefix = format!("{strength}-way");
    for measure in names(&covered).iter().filter(|name| name.starts_with(&prefix)) {
        let number = |key| number(&covered, measure, key);
        assert_eq!(number("covered"), number("total"), "{measure}");
    }
    if strength != "2" {
        return;
    }
    let text = project.read("scenarios/cover/windows-nt-db6/2-way-01.toml");
    assert!(text.contains("title = \"2-way row 1 for windows-nt db6: "), "{text}");
    assert!(write(&project).err.contains("0 rows written"), "a second time nothing is missing");
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn rows_are_the_same_every_time_and_never_written_over_a_file() {
    let taken = "scenarios/cover/windows-nt-db6/2-way-01.toml";
    let project = Project::with(&[("cover/windows-nt-db6/2-way-01", HEALTHY)]);
    project.event70(&["cover", "--strength", "2", "--write", "scenarios/cover"]);
    assert_eq!(project.read(taken), HEALTHY);
    let second = "scenarios/cover/windows-nt-db6/2-way-02.toml";
    let written = project.read(second);
    fs::remove_dir_all(project.path("scenarios/cover")).unwrap();
    project.write(taken, HEALTHY);
    project.event70(&["cover", "--strength", "2", "--write", "scenarios/cover"]);
    assert_eq!(project.read(second), written);
}

#[rstest]
#[case(&["cover", "--strength", "5"], "not a number from 2 to 4")]
#[case(&["cover", "nowhere"], "nowhere: no such file or folder")]
#[case(&["cover"], "there is no scenario file")]
fn wrong_usage_is_said_to_be_wrong(#[case] arguments: &[&str], #[case] says: &str) {
    let said = Project::new().event70(arguments).with_status(2);
    assert!(said.err.contains(says), "{}", said.err);
}

#[test]
fn an_invalid_file_is_reported_and_the_others_are_measured() {
    let project = Project::with(&[("good", HEALTHY), ("bad", "format = 2\n")]);
    let said = project.event70(&["cover"]).with_status(2);
    assert!(said.err.contains("bad.toml") && said.out.contains("\nscenarios=1 "), "{}", said.out);
}

/// A naive greedy array of 12 two-valued columns has 9, 20 and 50 rows.
#[rstest]
#[case(12, 2, 9)]
#[case(12, 3, 18)]
#[case(12, 4, 24)]
#[case(19, 3, 20)]
#[ignore = "thorough: `just thorough` runs it"]
fn arrays_are_small_and_lack_nothing(
    #[case] columns: u32,
    #[case] strength: u32,
    #[case] most: usize,
) {
    let rows = smallest_array(columns as usize, strength as usize);
    assert!(covers(&rows, columns, strength));
    assert!(!covers(&rows[1..], columns, strength), "the measure of arrays notices nothing");
    assert!(rows.len() <= most, "{} rows", rows.len());
}

/// Whether any `strength` of the columns have every value in some row, by plain counting.
fn covers(rows: &[u32], columns: u32, strength: u32) -> bool {
    let mut chosen = (0..1_u32 << columns).filter(|chosen| chosen.count_ones() == strength);
    chosen.all(|chosen| {
        let mut values: Vec<u32> = rows.iter().map(|row| row & chosen).collect();
        values.sort_unstable();
        values.dedup();
        values.len() == 1 << strength
    })
}
