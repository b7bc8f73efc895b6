//! What no compiler and no lint sees: who depends on whom, what the vocabulary leaves open, who
//! reads the clock, and how long a file may be.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rstest::rstest;

const FILE_LINES_MAX: usize = 500;

fn harness() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("harness")
}

/// Every source file below a folder of `harness`, with its text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let (mut sources, mut folders) = (Vec::new(), vec![harness().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("peers") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = fs::read_to_string(&path).unwrap();
                sources.push((path, source));
            }
        }
    }
    assert!(!sources.is_empty(), "no source below {folder}");
    sources
}

/// The lines of a source file that are code, before its own tests.
fn code(source: &str) -> impl Iterator<Item = &str> {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//"))
}

/// The crates of this workspace that a crate depends on, through however many others.
fn reaches(name: &str) -> BTreeSet<String> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![name.to_owned()]);
    while let Some(name) = open.pop() {
        let manifest = fs::read_to_string(harness().join(&name).join("Cargo.toml")).unwrap();
        let dependencies =
            manifest.split("\n[").find_map(|table| table.strip_prefix("dependencies]"));
        let names =
            dependencies.unwrap().lines().map(|line| line.split(['.', ' ']).next().unwrap());
        let ours = names.filter_map(|name| name.strip_prefix("event70-"));
        open.extend(ours.filter(|other| reached.insert((*other).to_owned())).map(str::to_owned));
    }
    reached
}

/// Cargo refuses what is no dependency: a crate that is not reached cannot be named.
#[rstest]
#[case("reference", &["model"])]
#[case("rule", &["model"])]
#[case("process", &["model"])]
#[case("live", &["model", "process"])]
#[case("engine", &["model", "rule"])]
#[case("logs", &["model", "rule"])]
fn the_rule_and_what_is_held_against_it_cannot_name_each_other(
    #[case] name: &str,
    #[case] others: &[&str],
) {
    assert_eq!(reaches(name), others.iter().map(|other| (*other).to_owned()).collect());
}

/// No code of the vocabulary tells one condition from another, so no property of any is there.
#[test]
fn the_vocabulary_holds_no_property_of_condition_event_or_code() {
    let mut constants = BTreeSet::new();
    for (path, source) in sources("model") {
        for line in code(&source).map(str::trim) {
            let names = |word: &str| {
                line.match_indices(word).any(|(at, _)| {
                    line[at + word.len()..].starts_with(|letter: char| letter.is_uppercase())
                })
            };
            let told = ["Condition::", "Repair::"].into_iter().find(|word| names(word));
            assert_eq!(told, None, "{}: {line}", path.display());
            let constant = line.trim_start_matches("pub ").strip_prefix("const ");
            let name = constant.or(line.strip_prefix("static ")).and_then(|l| l.split(':').next());
            let is_named = |name: &&str| !name.contains('(') && *name != "_";
            constants.extend(name.filter(is_named).map(str::to_owned));
        }
    }
    let known = [
        "ALL",
        "BATCH_MAX",
        "COMPUTER",
        "CORRECT",
        "COUNT",
        "COUNT_MAX",
        "DEFAULT",
        "DELETE",
        "DIGITS_MAX",
        "DIRECTORY",
        "DISK",
        "EVENT_70",
        "EXPORT_SWITCHES",
        "FILE_SIZE",
        "IMPORT_SWITCHES",
        "INFERABLE",
        "MEMORY",
        "NONE",
        "OTHER",
        "POLL_SECONDS_MAX",
        "RIGHT",
        "SERVICE_GIVES_UP",
        "SITE_ENTRY",
        "VALUED",
        "WORDS",
        "WRONG",
    ];
    assert_eq!(constants, known.map(str::to_owned).into());
}

#[rstest]
fn only_commands_and_deadlines_read_clock_or_environment(
    #[values("model", "rule", "reference", "format", "logs", "engine", "conformance", "report")]
    folder: &str,
) {
    for (path, source) in sources(folder) {
        for line in code(&source) {
            let never = ["process::exit", "SystemTime::", "Instant::now", "env::var"];
            let word = never.into_iter().find(|word| line.contains(word));
            assert_eq!(word, None, "{}: {line}", path.display());
        }
    }
}

#[test]
fn no_file_is_longer_than_500_lines() {
    for (path, source) in sources(".") {
        let lines = source.lines().count();
        assert!(lines <= FILE_LINES_MAX, "{}: {lines} lines", path.display());
    }
}

#[test]
fn the_top_level_holds_what_the_plan_says_and_nothing_else() {
    let planned = [
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "harness",
        "justfile",
        "scenarios",
        "snapshots",
        "target",
        "tests",
    ];
    for entry in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name.starts_with('.') || planned.contains(&name.as_str()), "{name}");
    }
}

/// A file of tests that is declared nowhere is not run, and nobody hears of it.
#[test]
fn every_file_of_tests_is_declared() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension != "rs") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(name == "main" || main.contains(&format!("mod {name};")), "{name}");
    }
}
