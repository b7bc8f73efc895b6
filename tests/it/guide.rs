//! The guide from nothing to a certified connector is true: every command in it works, one after the
//! other, in an empty folder, in the order in which the guide gives them.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use rstest::rstest;
use tempfile::TempDir;

use crate::init_command::{shell, succeeds, there_is};

fn guide() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/examples/README.md");
    fs::read_to_string(path).unwrap()
}

/// The commands of the guide, each with the title of its section.
fn commands(guide: &str) -> Vec<(&str, &str)> {
    let sections = guide.split("\n## ").skip(1).filter_map(|section| section.split_once('\n'));
    let blocks = sections.flat_map(|(title, text)| {
        text.split("```sh\n").skip(1).map(move |rest| (title, rest.split("```").next().unwrap()))
    });
    blocks.flat_map(|(title, block)| block.lines().map(move |line| (title, line))).collect()
}

/// Carries out what stands in these sections. What a connector of its own is would be in its place.
fn works(is_wanted: impl Fn(&str) -> bool) {
    if !there_is("python3") {
        return;
    }
    let (guide, folder) = (guide(), TempDir::new().unwrap());
    for (_, command) in commands(&guide).into_iter().filter(|(title, _)| is_wanted(title)) {
        succeeds(folder.path(), command);
    }
}

#[test]
fn its_sections_come_in_the_order_that_helps() {
    let guide = guide();
    let titles: Vec<&str> = commands(&guide).iter().map(|(title, _)| *title).collect();
    let words: Vec<&str> = titles.iter().filter_map(|title| title.split(' ').nth(1)).collect();
    let sections: Vec<(&str, usize)> =
        words.chunk_by(|one, other| one == other).map(|words| (words[0], words.len())).collect();
    let order =
        [("Copy", 1), ("Run", 5), ("Certify", 1), ("Explore", 1), ("Live", 2), ("Diagnose", 2)];
    assert_eq!(sections, order);
}

#[test]
fn copying_and_running_work_as_printed() {
    works(|title| title.starts_with("1.") || title.starts_with("2."));
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn every_command_works_as_printed() {
    works(|_| true);
}

/// What is said of a language is what `init` writes.
#[rstest]
#[case("python")]
#[case("node")]
#[case("shell")]
#[case("c")]
#[case("rust")]
fn its_table_names_what_init_writes(#[case] language: &str) {
    let (guide, folder) = (guide(), TempDir::new().unwrap());
    let row = guide.lines().find(|line| line.starts_with(&format!("| `{language}` |"))).unwrap();
    let command = row.trim_end_matches(" |").rsplit("| `").next().unwrap().trim_end_matches('`');
    let said = shell(folder.path(), &format!("event70 init --language {language}"));
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains(&format!("--connector \"{command}\"")), "{command}: {said}");
}
