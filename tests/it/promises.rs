//! Every promise has tests in the quick tier, and a page says how many it has in each tier.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::page_is_up_to_date;

/// One module of tests: what it promises, and how many tests hold it.
struct Promise {
    name: String,
    says: String,
    quick: usize,
    thorough: usize,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it")
}

/// The first sentence of a module's documentation.
fn first_sentence(source: &str) -> String {
    let doc = source.lines().map_while(|line| line.strip_prefix("//!"));
    let text = doc.map(str::trim).take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let text = text.trim_start_matches("Goal: ");
    let end = text.find(". ").map_or(text.len(), |end| end + 1);
    let mut sentence = text[..end].to_owned();
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

/// How many tests a source has in the quick tier, and how many only in the thorough one.
fn tests_in(source: &str) -> (usize, usize) {
    let (mut quick, mut thorough) = (0, 0);
    let (mut is_test, mut is_ignored) = (false, false);
    for line in source.lines().map(str::trim) {
        is_test |= ["#[test]", "#[rstest]", "#[rstest::rstest]"].contains(&line);
        is_ignored |= line.starts_with("#[ignore");
        if line.starts_with("fn ") || line.starts_with("pub(crate) fn ") {
            quick += usize::from(is_test && !is_ignored);
            thorough += usize::from(is_test && is_ignored);
            (is_test, is_ignored) = (false, false);
        }
    }
    (quick, thorough)
}

fn promises() -> Vec<Promise> {
    let mut promises = Vec::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let sources: Vec<PathBuf> = if path.is_dir() {
            fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect()
        } else {
            vec![path.clone()]
        };
        let main = if path.is_dir() { path.join("mod.rs") } else { path };
        if name == "main" || main.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let counts = sources.iter().map(|source| tests_in(&fs::read_to_string(source).unwrap()));
        let (quick, thorough) = counts.fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
        let says = first_sentence(&fs::read_to_string(main).unwrap());
        promises.push(Promise { name, says, quick, thorough });
    }
    // Fixtures promise nothing by themselves.
    promises.retain(|promise| promise.quick + promise.thorough > 0);
    promises.sort_by(|one, other| one.name.cmp(&other.name));
    promises
}

#[test]
fn every_promise_has_a_quick_test() {
    for Promise { name, quick, .. } in promises() {
        assert!(quick > 0, "{name} has tests in the thorough tier only");
    }
}

fn page_of_promises() -> String {
    let head = "# What is promised, and by how many tests it is held\n\nPlain `cargo test` runs the \
                quick tests, `just thorough` the others too; a table of cases counts as one test. \
                This page is written from `tests/it`: `INSTA_UPDATE=always cargo test --test it \
                page_of_promises`.\n\n| module | promise | quick | thorough |\n|---|---|--:|--:|\n";
    let rows = promises().into_iter().map(|Promise { name, says, quick, thorough }| {
        format!("| `{name}` | {says} | {quick} | {thorough} |\n")
    });
    head.to_owned() + &rows.collect::<String>()
}

#[test]
fn the_page_of_promises_is_what_the_tests_are() {
    page_is_up_to_date("harness/PROMISES.md", &page_of_promises());
}
