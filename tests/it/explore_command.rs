//! `event70 explore` plays random cases and says what it found: status and last line for scripts,
//! the same result for the same seed, a counterexample kept whole under a name of its own, nothing
//! passed in silence that was never seen. It ends well on Ctrl-C, on a full disk, on a folder that
//! cannot be written, and beside another exploration.
//!
//! Numbers of cases are the least that show what a test is about; `EVENT70_LONG=1` takes a hundred
//! times as many where more could show more.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use crate::support::factor;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use event70::format::load;
use event70::model::{Condition, Keyword, Level};
use rstest::rstest;
use serde_json::Value;

use crate::support::{ProgramOutput, Project, process, skip};

/// Enough cases for every claim to be met, by far.
const ENOUGH: &str = "30000";

/// The names of the files in a folder below a project, sorted; hidden ones too.
fn files_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn last_line(said: &ProgramOutput) -> &str {
    said.out.lines().last().unwrap_or_default()
}

/// The keys of the last line, which is nothing but `key=value` pairs.
fn keys(said: &ProgramOutput) -> Vec<&str> {
    let pairs = last_line(said).split(' ').map(|pair| pair.split_once('='));
    pairs.map(|pair| pair.unwrap_or_else(|| panic!("{}", last_line(said))).0).collect()
}

/// What was printed, but for how long it took.
fn timeless(said: &ProgramOutput) -> String {
    let (before, _) = said.out.rsplit_once(" seconds=").unwrap();
    before.to_owned()
}

/// What is said of the canary, found with this seed and kept in `found`.
fn canary(project: &Project, seed: &str) -> ProgramOutput {
    project.event70(&["explore", "--bug", "canary", "--seed", seed, "--save", "found"])
}

/// A kept counterexample of the canary: the name of its file, and its text.
fn kept_canary(project: &Project, seed: &str) -> (String, String) {
    let said = canary(project, seed).with_status(1);
    let files = files_in(&project.path("found"));
    let [file] = &files[..] else { panic!("{files:?}: {}", said.err) };
    (file.clone(), project.read(&format!("found/{file}")))
}

#[test]
fn the_reference_agrees_with_status_0_and_a_summary_line() {
    let project = Project::new();
    let cases = (30_000 * factor()).to_string();
    let said = project.event70(&["explore", "--cases", &cases]).with_status(0);
    let expected = ["cases", "steps", "found", "unknown", "seed", "seconds", "rate", "unrepeated"];
    assert_eq!(keys(&said), expected);
    assert_eq!(said.count("cases").to_string(), cases);
    assert!(said.count("steps") > said.count("cases"), "{}", said.out);
    assert_eq!((said.count("found"), said.count("unknown")), (0, 0));
    assert_eq!(files_in(&project.path("scenarios")), [""; 0], "nothing is kept");
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_seed_that_is_drawn_is_printed_and_gives_the_same_again() {
    let project = Project::new();
    let drawn = project.event70(&["explore", "--cases", ENOUGH]).with_status(0);
    let (_, seed) = last_line(&drawn).split_once("seed=").unwrap();
    let (seed, _) = seed.split_once(' ').unwrap();
    assert!(drawn.out.starts_with(&format!("seed {seed}\n")), "{}", drawn.out);
    let again = project.event70(&["explore", "--cases", ENOUGH, "--seed", seed]).with_status(0);
    assert_eq!(timeless(&again), timeless(&drawn));
    let other = project.event70(&["explore", "--cases", ENOUGH]).with_status(0);
    assert_ne!(timeless(&other), timeless(&drawn), "another seed each time");
}

#[rstest]
#[case::plain(&[])]
#[case::one_job(&["--jobs", "1"])]
#[case::labels(&["--labels"])]
#[case::finding(&["--bug", "restarts-survive"])]
#[ignore = "thorough: `just thorough` runs it"]
fn the_same_seed_gives_the_same_output(#[case] options: &[&str]) {
    let project = Project::new();
    let mut arguments = vec!["explore", "--cases", "20000", "--seed", "0xC0FFEE"];
    arguments.extend(options);
    let (one, other) = (project.event70(&arguments), project.event70(&arguments));
    assert_eq!((one.status, timeless(&one)), (other.status, timeless(&other)));
    // What was kept by the first is known to the second.
    assert_eq!(one.err.replace("saved as", "known:"), other.err.replace("saved as", "known:"));
    arguments.extend(["--jobs", "7"]);
    if !options.contains(&"--jobs") {
        assert_eq!(timeless(&project.event70(&arguments)), timeless(&one));
    }
}

#[rstest]
#[case::no_cases(&["--cases", "0"], "--cases")]
#[case::negative_cases(&["--cases=-1"], "--cases")]
#[case::cases_no_number(&["--cases", "many"], "--cases")]
#[case::seed_no_number(&["--seed", "xyz"], "--seed")]
#[case::seed_too_long(&["--seed", "12345678123456781"], "--seed")]
#[case::seed_empty(&["--seed", ""], "--seed")]
#[case::seed_with_a_sign(&["--cases", "9", "--seed", "+5"], "--seed")]
#[case::shard_zero(&["--shard", "0/2"], "--shard")]
#[case::shard_past_the_last(&["--shard", "3/2"], "--shard")]
#[case::shard_of_none(&["--shard", "0/0"], "--shard")]
#[case::shard_no_part(&["--shard", "x"], "--shard")]
#[case::time_without_unit(&["--for", "60"], "--for")]
#[case::time_none(&["--for", "0s"], "--for")]
#[case::time_before(&["--for=-5s"], "--for")]
#[case::time_no_time(&["--for", "soon"], "--for")]
#[case::no_jobs(&["--jobs", "0"], "--jobs")]
#[case::bug_unknown(&["--bug", "canry"], "--bug")]
fn wrong_usage_is_refused_before_anything_is_explored(
    #[case] options: &[&str],
    #[case] named: &str,
) {
    let mut arguments = vec!["explore"];
    arguments.extend(options);
    let said = Project::new().event70(&arguments).with_status(2);
    assert!(said.err.contains(named), "{}", said.err);
    assert_eq!(said.out, "");
}

#[test]
fn a_shard_without_a_case_has_nothing_to_do() {
    let arguments = ["explore", "--cases", "2", "--shard", "3/3"];
    let said = Project::new().event70(&arguments).with_status(2);
    assert!(!said.err.is_empty(), "it says why");
}

#[test]
fn a_finding_is_saved_and_fails_again_but_not_on_the_reference() {
    let project = Project::new();
    let arguments = ["explore", "--bug", "canary", "--seed", "1"];
    let said = project.event70(&arguments).with_status(1);
    assert_eq!((said.count("found"), said.count("unknown")), (1, 0));
    let files = files_in(&project.path("found"));
    let [file] = &files[..] else { panic!("{files:?}") };
    // The canary never reports code 3; some condition of the catalogue must have decided.
    let condition = file.strip_prefix("missing-").unwrap_or_else(|| panic!("{file}"));
    assert!(Condition::ALL.iter().any(|c| condition.starts_with(c.keyword())), "{file}");
    let text = project.read(&format!("found/{file}"));
    assert!(said.out.contains(&text), "the file is printed: {}", said.out);
    assert!(said.err.contains(file), "{}", said.err);
    assert!(text.contains("of seed 0x0000000000000001"), "{text}");
    load(&project.path(&format!("found/{file}"))).unwrap();
    project.event70(&["run", "found", "--bug", "canary"]).with_status(1);
    project.event70(&["run", "found"]).with_status(0);
}

#[test]
fn a_counterexample_that_is_there_already_is_not_kept_twice() {
    let project = Project::new();
    let (file, text) = kept_canary(&project, "1");
    assert_eq!(kept_canary(&project, "1"), (file, text));
}

#[test]
fn a_name_that_another_text_has_is_left_to_it() {
    let project = Project::new();
    let (file, text) = kept_canary(&project, "1");
    let stem = file.strip_suffix(".toml").unwrap();
    project.write(&format!("found/{file}"), "somebody's own");
    canary(&project, "1").with_status(1);
    canary(&project, "1").with_status(1);
    let second = format!("{stem}-2.toml");
    let mut expected = vec![file.clone(), second.clone()];
    expected.sort();
    assert_eq!(files_in(&project.path("found")), expected);
    assert_eq!(project.read(&format!("found/{file}")), "somebody's own");
    assert_eq!(project.read(&format!("found/{second}")), text);
}

#[rstest]
#[case::text(&[])]
#[case::json(&["--format", "json"])]
fn if_the_folder_is_not_writable_the_finding_is_printed_whole(#[case] options: &[&str]) {
    let project = Project::new();
    let (file, text) = kept_canary(&project, "1");
    project.write("a-file", "not a folder");
    let mut arguments = vec!["explore", "--bug", "canary", "--seed", "1", "--save", "a-file/found"];
    arguments.extend(options);
    let said = project.event70(&arguments).with_status(2);
    assert!(said.err.contains("cannot be written"), "{}", said.err);
    assert!(said.out.contains(&text) || said.err.contains(&text), "{file}: {said:?}");
    if options.is_empty() {
        assert_eq!(said.count("found"), 1);
    }
    assert_eq!(project.read("a-file"), "not a folder");
}

#[test]
fn what_was_never_seen_is_listed_and_is_no_success() {
    let project = Project::new();
    let said = project.event70(&["explore", "--cases", "5", "--seed", "1"]).with_status(1);
    let unknown = said.out.lines().filter(|line| line.starts_with("unknown: ")).count() as u64;
    assert!(unknown > 10, "five cases cannot show everything: {}", said.out);
    assert_eq!((said.count("found"), said.count("unknown")), (0, unknown));
    assert_eq!(said.count("cases"), 5);
    let json = ["explore", "--cases", "5", "--seed", "1", "--format", "json"];
    let json = project.event70(&json).with_status(1).json();
    assert_eq!(json["unknown"].as_array().unwrap().len() as u64, unknown);
    assert_eq!(json["found"], Value::Null);
}

#[test]
fn with_labels_each_claim_is_counted() {
    let project = Project::new();
    let arguments = ["explore", "--cases", "20000", "--seed", "2"];
    let labels = project.event70(&[&arguments[..], &["--labels"]].concat()).with_status(0);
    for condition in Condition::ALL {
        let label = format!("{condition} holds");
        let line = labels.out.lines().find(|line| line.ends_with(&label));
        let count = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        assert!(count.is_some_and(|count| count > 0), "{label}: {line:?}");
    }
    let plain = project.event70(&arguments).with_status(0);
    assert!(!plain.out.contains("tab-name-wrong holds"), "{}", plain.out);
}

#[rstest]
#[case::agrees(&["--cases", "20000"], 0)]
#[case::found(&["--bug", "canary"], 1)]
fn json_is_one_document_and_nothing_else(#[case] options: &[&str], #[case] status: i32) {
    let project = Project::new();
    let mut arguments = vec!["explore", "--format", "json", "--seed", "3", "--save", "found"];
    arguments.extend(options);
    let document = project.event70(&arguments).with_status(status).json();
    assert_eq!(document["seed"], "0000000000000003");
    assert!(document["cases"].as_u64().unwrap() >= 1);
    assert!(document["claims"].as_array().unwrap().len() > 80);
    let files = files_in(&project.path("found"));
    let kept = files.first().map(|file| project.read(&format!("found/{file}")));
    assert_eq!(document["found"]["scenario"].as_str(), kept.as_deref());
    assert_eq!(kept.is_some(), status == 1);
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_shards_of_a_search_cover_every_case_once() {
    let project = Project::new();
    let of = |shard: &[&str], name: &str| {
        let arguments = ["explore", "--cases", "999", "--seed", "4", "--observe", name];
        let said = project.event70(&[&arguments[..], shard].concat());
        let cases = observations(&project, name);
        let cases: Vec<u64> =
            cases.iter().map(|case| case["metadata"]["case"].as_u64().unwrap()).collect();
        assert_eq!(said.count("cases"), cases.len() as u64);
        (said.count("steps"), cases)
    };
    let (steps_one, one) = of(&["--shard", "1/2"], "one");
    let (steps_two, two) = of(&["--shard", "2/2"], "two");
    let (steps, mut whole) = of(&[], "whole");
    let mut both = [one, two].concat();
    both.sort_unstable();
    whole.sort_unstable();
    assert_eq!(whole, (0..999).collect::<Vec<_>>());
    assert_eq!((both, steps_one + steps_two), (whole, steps));
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_search_for_some_time_ends_by_itself() {
    let project = Project::new();
    let said = project.event70(&["explore", "--for", "300ms", "--seed", "5"]);
    assert!([0, 1].contains(&said.status), "{said:?}");
    assert!(said.count("cases") > 0);
    assert_eq!(said.count("found"), 0);
    assert_eq!(said.status == 0, said.count("unknown") == 0, "{}", said.out);
}

#[test]
fn of_time_and_number_what_ends_first_ends_the_search() {
    let project = Project::new();
    let arguments = ["explore", "--for", "1h", "--cases", "20000", "--seed", "5"];
    assert_eq!(project.event70(&arguments).with_status(0).count("cases"), 20_000);
}

/// Every line of a file of observations.
fn observations(project: &Project, file: &str) -> Vec<Value> {
    let text = project.read(file);
    assert!(text.is_empty() || text.ends_with('\n'), "the last line is whole");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What the schema that Hypothesis publishes requires of a test case, and there may be nothing else;
/// that each value is what it should be is held in `harness/checks`.
const OBSERVED: [&str; 12] = [
    "arguments",
    "coverage",
    "features",
    "how_generated",
    "metadata",
    "property",
    "representation",
    "run_start",
    "status",
    "status_reason",
    "timing",
    "type",
];

#[rstest]
#[case::agrees(&["--cases", "700"], None)]
#[case::finds(&["--cases", "20000", "--bug", "failed-as-70", "--jobs", "1"], Some("failed"))]
fn every_case_is_observed_in_the_published_format(
    #[case] options: &[&str],
    #[case] last: Option<&str>,
) {
    let project = Project::new();
    let mut arguments = vec!["explore", "--seed", "6", "--observe", "cases.jsonl"];
    arguments.extend(options);
    let said = project.event70(&arguments);
    let observed = observations(&project, "cases.jsonl");
    assert_eq!(observed.len() as u64, said.count("cases"));
    let mut cases = BTreeSet::new();
    for observation in &observed {
        let keys: BTreeSet<&str> =
            observation.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, BTreeSet::from(OBSERVED));
        cases.insert(observation["metadata"]["case"].as_u64().unwrap());
    }
    assert_eq!(cases, (0..said.count("cases")).collect());
    let failed = |observation: &&Value| observation["status"] != "passed";
    let statuses: Vec<_> = observed.iter().filter(failed).map(|o| o["status"].as_str()).collect();
    assert_eq!(statuses, last.map(Some).into_iter().collect::<Vec<_>>());
    if last.is_some() {
        let reason = observed.last().unwrap()["status_reason"].as_str().unwrap();
        assert!(said.out.to_lowercase().contains(&reason.to_lowercase()), "{reason}: {}", said.out);
    }
}

#[rstest]
#[case::in_no_folder("none/cases.jsonl")]
#[case::a_folder("scenarios")]
fn observations_that_cannot_be_written_are_wrong_usage(#[case] file: &str) {
    let project = Project::new();
    let arguments = ["explore", "--cases", "10", "--observe", file];
    let said = project.event70(&arguments).with_status(2);
    assert!(said.err.contains(file), "{}", said.err);
    assert_eq!(said.out, "", "nothing is explored");
}

#[test]
fn a_disk_that_is_full_is_reported_and_the_search_goes_on() {
    if !Path::new("/dev/full").exists() {
        return skip("there is no /dev/full");
    }
    let project = Project::new();
    let arguments = ["explore", "--cases", "3000", "--seed", "7", "--observe", "/dev/full"];
    let said = project.event70(&arguments).with_status(70);
    assert!(said.err.contains("free some disk space"), "{}", said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);
    assert_eq!(said.count("cases"), 3000);
}

/// Starts an exploration that goes on for a minute, and interrupts it once it has begun.
#[cfg(unix)]
fn interrupted(project: &Project, options: &[&str]) -> ProgramOutput {
    use std::io::{BufRead, BufReader, Read};
    let mut command = process(project);
    command.args(["explore", "--for", "60s", "--seed", "8"]).args(options);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    out.read_line(&mut text).unwrap();
    // The handler is set just after the seed is printed; cases are observed only after that.
    let observed = project.path("cases.jsonl");
    let some = || fs::metadata(&observed).is_ok_and(|file| file.len() > 0);
    while !some() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // Whoever starts the tests in the background may have SIGINT ignored; a signal is a signal.
    let kill = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    out.read_to_string(&mut text).unwrap();
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    ProgramOutput { status: child.wait().unwrap().code().unwrap_or(-1), out: text, err }
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_search_cleanly_with_what_was_seen_so_far() {
    let project = Project::new();
    let said = interrupted(&project, &["--observe", "cases.jsonl"]);
    assert_eq!((said.status, said.count("interrupted")), (143, 1), "{said:?}");
    assert!(!said.err.contains("panicked"), "{}", said.err);
    assert_eq!(observations(&project, "cases.jsonl").len() as u64, said.count("cases"));
}

#[test]
fn two_searches_that_keep_into_one_folder_both_end_well() {
    let project = Project::new();
    let bugs = ["canary", "code-3-as-68", "start-silent", "doubled", "canary", "code-3-as-68"];
    let children = bugs.map(|bug| {
        let mut command = process(&project);
        let arguments = ["explore", "--seed", "9", "--save", "one/folder", "--bug", bug];
        let piped = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        piped.spawn().unwrap()
    });
    for (child, bug) in children.into_iter().zip(bugs) {
        let said = ProgramOutput::of(&child.wait_with_output().unwrap()).with_status(1);
        let kept = said.err.split_once("saved as ").or(said.err.split_once("known: "));
        let (_, kept) = kept.unwrap_or_else(|| panic!("{bug}: {said:?}"));
        assert!(project.path(kept.lines().next().unwrap()).exists(), "{said:?}");
    }
    let files = files_in(&project.path("one/folder"));
    // Two bugs may show in one scenario, which is kept once.
    let distinct: BTreeSet<&str> = bugs.into_iter().collect();
    assert!((1..=distinct.len()).contains(&files.len()), "{files:?}");
    for file in &files {
        assert!(file.ends_with(".toml") && !file.starts_with('.'), "{files:?}");
        load(&project.path(&format!("one/folder/{file}"))).unwrap();
    }
}

#[rstest]
#[case::minimum("needs-logging", Level::None)]
#[case::maximum("lost-at-maximum", Level::Maximum)]
fn what_matters_is_marked_in_the_file(#[case] bug: &str, #[case] level: Level) {
    let project = Project::new();
    let arguments = ["explore", "--bug", bug, "--seed", "c", "--save", "found"];
    let said = project.event70(&arguments).with_status(1);
    let mark = said.out.lines().find(|line| line.starts_with("# logging: fails with"));
    let mark = mark.unwrap_or_else(|| panic!("{}", said.out));
    let (fails, passes) = mark.split_once(';').unwrap();
    for other in Level::ALL {
        let word = format!("\"{other}\"");
        assert_eq!(
            (fails.contains(&word), passes.contains(&word)),
            (*other == level, *other != level)
        );
    }
}
