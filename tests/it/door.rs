//! Somebody with a connector of their own has it tested in their own `cargo test`: with one assertion,
//! or with a whole test program of a few lines, which say what is wrong, where, by which rule, and how
//! to see it again.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use event70::format::{ScenarioFile, read};
use event70::model::{Condition, Operation, Scenario, Setup, Step};
use event70::reference::{Bug, Seeded};
use event70::testing::assert_agrees;

use crate::support::skip;

fn package() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/door")
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A target folder of its own, below that of this project: its profile is another.
fn target() -> PathBuf {
    // This program lies in `target/PROFILE/deps`.
    env::current_exe().unwrap().ancestors().nth(3).unwrap().join("door")
}

#[test]
fn an_assertion_that_fails_tells_the_story() {
    let timeline = vec![
        Step::Do(Operation::Start),
        Step::Inject(Condition::PostofficeFragmented.into()),
        Step::Cycles(2),
    ];
    let scenario = Scenario { setup: Setup::default(), timeline };
    let buggy = || assert_agrees(&scenario, Seeded::with(Bug::Canary));
    let told = *std::panic::catch_unwind(buggy).unwrap_err().downcast::<String>().unwrap();
    let first = told.lines().next().unwrap();
    assert!(first.starts_with("the connector does not agree: step 3 ("), "{told}");
    for part in ["against the article", "postoffice-fragmented since step 2", "verdict: "] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // The file at its end is the scenario.
    let (_, file) = told.split_once("as a file:\n\n").unwrap();
    assert_eq!(read(file).unwrap(), ScenarioFile::from(scenario.clone()));
}

#[test]
fn what_one_assertion_costs_is_at_most_40_packages() {
    let words = ["tree", "-p", "event70", "-e", "normal", "--no-default-features", "--offline"];
    let root = env!("CARGO_MANIFEST_DIR");
    let output = cargo().current_dir(root).args(words).args(["--prefix", "none"]).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let packages: std::collections::BTreeSet<&str> =
        lines.lines().filter(|line| !line.is_empty()).map(|l| l.trim_end_matches(" (*)")).collect();
    assert!(packages.iter().any(|package| package.starts_with("event70-engine ")), "{packages:?}");
    assert!(packages.len() <= 40, "{}: {packages:#?}", packages.len());
}

/// Its own logic is in `src`; what is here it has because of event70.
#[test]
fn a_test_program_takes_at_most_60_lines() {
    let glue = package().join("tests");
    let sources = fs::read_dir(&glue).unwrap().map(|entry| entry.unwrap().path());
    let sources = sources.filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    let lines: usize = sources.map(|p| fs::read_to_string(p).unwrap().lines().count()).sum();
    assert!(lines > 0 && lines <= 60, "{lines}");
}

#[test]
#[ignore = "thorough: builds another package"]
fn one_assertion_builds_without_any_feature() {
    let check = |words: &[&str]| {
        let mut cargo = cargo();
        cargo.current_dir(package()).args(words);
        cargo.output().unwrap()
    };
    let target = target();
    let words = ["check", "--offline", "--locked", "--lib", "--target-dir"];
    let output = check(&[&words[..], &[target.to_str().unwrap()]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = check(&["fmt", "--check"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// What a test program of the package says, and whether it passes.
fn run(test: &str, variables: &[(&str, &str)], filter: &[&str]) -> (bool, String) {
    let output = cargo()
        .current_dir(package())
        .args(["test", "--offline", "--locked", "--test", test, "--target-dir"])
        .arg(target())
        .arg("--")
        .args(filter)
        .env_remove("RUST_BACKTRACE")
        .env_remove("INSTA_UPDATE")
        .env("CI", "1")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text.into_owned())
}

const FAULT: &str = "tests/faults/fragmented-during-dirsync";

#[test]
#[ignore = "thorough: builds another package"]
fn somebody_elses_package_tests_its_own_connector() {
    let (passes, told) = run("event70", &[], &[]);
    let tests = event70::standard::files().count() + 5;
    assert!(passes && told.contains(&format!("{tests} passed")), "{told}");
    let assume = ".assume(\"tab-takes-effect=next-run\")";
    assert!(told.contains(assume), "{told}");
    let found = target().join("event70");
    let _ = fs::remove_dir_all(&found);

    let (passes, told) = run("event70", &[("DOOR_BUG", "1")], &[]);
    assert!(!passes, "{told}");
    let story = [
        "  3  dirsync",
        "= 1 Event 70 from 1 directory EXPORT: postoffice-fragmented since step 2",
        "verdict: missing against the article",
        &format!("to run it again: cargo test --test event70 -- --exact {FAULT}"),
    ];
    for part in story {
        assert!(told.contains(part), "{part}: {told}");
    }
    // What the searches found lies below the target folder, and is what they say it is.
    let kept: Vec<PathBuf> =
        fs::read_dir(&found).unwrap().map(|entry| entry.unwrap().path()).collect();
    let scenarios = kept.iter().filter(|path| path.extension().is_some_and(|e| e == "toml"));
    for path in scenarios.clone() {
        read(&fs::read_to_string(path).unwrap()).unwrap();
        assert!(told.contains(&format!("kept as {}", path.display())), "{told}");
    }
    assert_eq!((scenarios.count(), kept.len()), (1, 2), "{kept:?}");
}

/// The adapter has left its process group for good before it says a word.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "thorough: builds another package"]
fn a_suite_plays_a_program_and_leaves_nothing_of_it() {
    let (passes, told) = run("program", &[], &[]);
    assert!(passes && told.contains("3 passed"), "{told}");

    let adapter = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/examples/connector.py");
    let nap = format!("{}.70", 86_400 + std::process::id());
    let script = format!("setsid sleep {nap} & exec python3 {}", adapter.display());
    let command = format!("sh -c {}", shell_words::quote(&script));
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().to_str().unwrap();
    let variables = [("DOOR_PROGRAM", command.as_str()), ("TMPDIR", folder)];
    let (passes, told) = run("program", &variables, &["--exact", FAULT]);
    assert!(passes && told.contains("1 passed"), "{told}");
    let left = fs::read_dir(folder).unwrap().count();
    assert_eq!(left, 0, "folders of connectors");
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    let naps = lines.filter(|line| String::from_utf8_lossy(line).contains(&nap)).count();
    assert_eq!(naps, 0, "processes of connectors");
}

#[test]
#[ignore = "thorough: builds another package"]
fn a_suite_is_green_while_exactly_the_known_failures_fail() {
    let (passes, told) = run("known", &[], &[]);
    assert!(passes && told.contains("failures: 1 known, 0 new, 0 mended"), "{told}");
    let known = |entries: &[(&str, &str)]| {
        let file = tempfile::NamedTempFile::new().unwrap();
        let entry = |(scenario, violates): &(&str, &str)| {
            format!("[[known]]\nscenario = {scenario:?}\nviolates = {violates:?}\nreason = \"r\"\n")
        };
        fs::write(file.path(), entries.iter().map(entry).collect::<String>()).unwrap();
        let told = run("known", &[("DOOR_KNOWN", file.path().to_str().unwrap())], &[]);
        assert!(!told.0, "{}", told.1);
        told.1
    };
    let none = known(&[]);
    assert!(none.contains("failures: 0 known, 1 new, 0 mended"), "{none}");
    // What it takes to have it known, to be pasted.
    assert!(none.contains("to have it known, add to "), "{none}");
    let entry =
        format!("[[known]]\nscenario = \"{FAULT}\"\nviolates = \"article\"\nreason = \"step 3: ");
    assert!(none.contains(&entry), "{none}");
    let other = known(&[(FAULT, "Q168211")]);
    assert!(other.contains("new: known is that it violates Q168211 (r)"), "{other}");
    let mended = known(&[(FAULT, "article"), ("tests/faults/tab-edited-over-lunch", "article")]);
    assert!(mended.contains("failures: 1 known, 0 new, 1 mended"), "{mended}");
    let gone = known(&[(FAULT, "article"), ("tests/faults/gone", "article")]);
    assert!(gone.contains(":6:12: there is no scenario \"tests/faults/gone\""), "{gone}");
}

/// A copy of the package without what was built.
fn copy_of_package(to: &Path) {
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        fs::create_dir_all(to.join(&folder)).unwrap();
        for entry in fs::read_dir(package().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let below = folder.join(entry.file_name());
            match entry.path().is_dir() {
                true if below == Path::new("target") => {}
                true => folders.push(below),
                false => drop(fs::copy(entry.path(), to.join(below)).unwrap()),
            }
        }
    }
}

/// An archive of its tests, and a copy of the package elsewhere, as on another machine. nextest takes
/// archives apart in a folder of its own, which is gone afterwards.
struct Archived {
    folder: tempfile::TempDir,
}

impl Archived {
    /// Nothing, aloud, where there is no nextest.
    fn new() -> Option<Self> {
        let nextest = cargo().args(["nextest", "--version"]).output();
        if !nextest.is_ok_and(|output| output.status.success()) {
            skip("there is no cargo-nextest");
            return None;
        }
        let archived = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(archived.path("tmp")).unwrap();
        copy_of_package(&archived.path("copy"));
        let output = cargo()
            .current_dir(package())
            .args(["nextest", "archive", "--offline", "--locked", "--test", "event70"])
            .args(["--test", "known", "--target-dir"])
            .arg(target())
            .arg("--archive-file")
            .arg(archived.path("tests.tar.zst"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Some(archived)
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(below)
    }

    /// Runs tests of the archive, in the copy; whether they pass, and what is said.
    fn run(&self, tests: &str, options: &[&str], variables: &[(&str, &str)]) -> (bool, String) {
        let output = cargo()
            .current_dir(self.path("copy"))
            .args(["nextest", "run", "--no-fail-fast", "--archive-file"])
            .arg(self.path("tests.tar.zst"))
            .arg("--workspace-remap")
            .arg(self.path("copy"))
            .args(["-E", tests])
            .args(options)
            .env("TMPDIR", self.path("tmp"))
            .env("CI", "1")
            .env_remove("INSTA_UPDATE")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// How many tests were run and passed.
fn passed(told: &str) -> usize {
    let summary = told.lines().find(|line| line.contains(" tests run: ")).unwrap_or_default();
    let number = summary.split(" tests run: ").nth(1).and_then(|rest| rest.split(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{told}"))
}

#[test]
#[ignore = "thorough: builds another package"]
fn an_archive_of_a_suite_runs_in_parts_and_in_another_folder() {
    let Some(archived) = Archived::new() else { return };
    let parts = ["slice:1/2", "slice:2/2"].map(|part| {
        let (passes, told) = archived.run("not test(certify)", &["--partition", part], &[]);
        assert!(passes, "{told}");
        passed(&told)
    });
    // Those of `event70` but the certificate; two files and a guard of `known`.
    let all = event70::standard::files().count() + 4 + 3;
    assert_eq!(parts.iter().sum::<usize>(), all, "{parts:?}");
    // The files are those of the copy: scenario, snapshot and list of known failures.
    let of_file = format!("test(={FAULT})");
    let alter = |file: &str, from: &str, to: &str| {
        let path = archived.path("copy").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}: {text}");
        fs::write(path, text.replace(from, to)).unwrap();
    };
    alter("tests/known.toml", "\"article\"", "\"Q168211\"");
    let (passes, told) = archived.run(&of_file, &[], &[]);
    assert!(!passes && told.contains("new: known is that it violates Q168211"), "{told}");
    let snapshot = format!("tests/snapshots/{FAULT}.snap");
    alter(&snapshot, "postoffice-fragmented", "postoffice-in-pieces");
    let (passes, told) = archived.run(&format!("{of_file} & binary(event70)"), &[], &[]);
    assert!(!passes && told.contains("postoffice-in-pieces"), "{told}");
}

#[test]
#[ignore = "thorough: builds another package"]
fn what_an_archived_suite_finds_outlives_nextest() {
    let Some(archived) = Archived::new() else { return };
    let searches = "binary(event70) & (test(explore) | test(certify))";
    let (passes, told) = archived.run(searches, &[], &[("DOOR_BUG", "1")]);
    assert!(!passes, "{told}");
    let kept = told.lines().filter_map(|line| line.trim().strip_prefix("kept as "));
    let kept: std::collections::BTreeSet<&str> = kept.collect();
    assert_eq!(kept.len(), 2, "{told}");
    for path in kept {
        assert!(Path::new(path).starts_with(archived.path("copy/target/event70")), "{path}");
        assert!(Path::new(path).is_file(), "{path}");
    }
    assert_eq!(fs::read_dir(archived.path("tmp")).unwrap().count(), 0);
}
