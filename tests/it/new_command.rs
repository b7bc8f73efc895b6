//! `event70 new` writes a scenario file to start from: it runs as it is, names every word that can
//! stand in it, and never costs anybody a file that is there already.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::fs;
use std::path::Path;

use event70::model::{Condition, Keyword, Repair};
use rstest::rstest;

use crate::support::{HEALTHY, Project, skip};

/// Every file and folder below the project, for seeing that nothing was left behind.
fn everything_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let parts = path.strip_prefix(folder).unwrap().iter();
            found.push(parts.map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"));
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    found.sort();
    found
}

#[rstest]
#[case::plain("monday", "scenarios/monday.toml")]
#[case::with_its_ending("monday.toml", "scenarios/monday.toml")]
#[case::in_folders_that_are_not_there(
    "stories/winter/monday-morning",
    "scenarios/stories/winter/monday-morning.toml"
)]
#[case::with_an_apostrophe("the 'good' day", "scenarios/the 'good' day.toml")]
#[case::with_its_ending_in_capitals("monday.TOML", "scenarios/monday.toml")]
#[case::with_other_letters("Überraschung", "scenarios/Überraschung.toml")]
#[case::of_figures("1997", "scenarios/1997.toml")]
#[case::of_a_dash_and_an_underscore("stories/-_", "scenarios/stories/-_.toml")]
fn the_file_runs_as_it_is(#[case] name: &str, #[case] file: &str) {
    let project = Project::new();
    let said = project.event70(&["new", name]).with_status(0);
    let command = said.out.trim_end().rsplit("; next: ").next().unwrap();
    assert_eq!(shell_words::split(command).unwrap(), ["event70", "run", file], "{}", said.out);
    let run = project.event70(&["run", file]).with_status(0);
    assert_eq!((run.count("agree"), run.count("invalid")), (1, 0));
    assert!(run.count("logged") > 0, "a file to start from shows an Event 70: {}", run.out);
}

#[test]
fn the_file_has_a_comment_and_every_word_that_can_stand_in_it() {
    let project = Project::new();
    project.event70(&["new", "monday"]).with_status(0);
    let text = project.read("scenarios/monday.toml");
    assert!(text.lines().any(|line| line.starts_with('#')), "{text}");
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
    let missing = [Condition::all_keywords(), Repair::all_keywords()].concat();
    let missing: Vec<_> = missing.iter().filter(|word| !words.contains(word)).collect();
    assert!(missing.is_empty(), "{missing:?} in: {text}");
    for key in ["do", "cycles", "inject", "repair", "mail", "to", "logging", "event-70"] {
        assert!(words.contains(&key), "{key} in: {text}");
    }
    for word in ["5.5-sp1", "netware-direct", "db8", "never", "maximum", "dirsync", "cc-mail"] {
        assert!(text.contains(&format!("\"{word}\"")), "{word} in: {text}");
    }
}

#[test]
fn a_file_that_is_there_is_left_as_it_is() {
    let project = Project::with(&[("deep/monday", HEALTHY)]);
    for name in ["deep/monday", "deep/monday.toml"] {
        let said = project.event70(&["new", name]).with_status(2);
        assert!(said.err.contains("already exists"), "{}", said.err);
    }
    assert_eq!(project.read("scenarios/deep/monday.toml"), HEALTHY);
    let left = everything_below(&project.path(""));
    assert_eq!(left, ["scenarios", "scenarios/deep", "scenarios/deep/monday.toml"]);
}

#[rstest]
#[case::upwards("../outside")]
#[case::upwards_from_within("deep/../../outside")]
#[case::only_upwards("..")]
#[case::absolute("/outside")]
#[case::empty("")]
#[case::only_the_ending(".toml")]
#[case::ends_with_a_slash("deep/")]
#[case::ends_with_a_slash_and_ending("deep/.toml")]
#[case::line_break("two\nlines")]
#[case::tabulator("a\tb")]
#[case::escape("\u{1b}[31m")]
#[case::backslash("..\\outside")]
#[case::drive("c:outside")]
fn a_name_that_leads_nowhere_good_is_refused(#[case] name: &str) {
    let project = Project::new();
    let said = project.event70(&["new", name]).with_status(2);
    assert!(said.err.starts_with("error: "), "{}", said.err);
    assert_eq!(everything_below(&project.path("")), ["scenarios"]);
}

#[test]
fn only_the_file_and_its_folders_are_left_behind() {
    let project = Project::new();
    project.event70(&["new", "deep/monday"]).with_status(0);
    let left = everything_below(&project.path(""));
    assert_eq!(left, ["scenarios", "scenarios/deep", "scenarios/deep/monday.toml"]);
}

#[test]
fn another_folder_can_be_named() {
    let project = Project::new();
    project.event70(&["new", "monday", "--dir", "elsewhere"]).with_status(0);
    project.event70(&["run", "elsewhere"]).with_status(0);
    assert_eq!(everything_below(&project.path("scenarios")), [""; 0]);
}

#[rstest]
#[case::straight_below_a_file("neighbour.toml/monday")]
#[case::far_below_a_file("neighbour.toml/deep/monday")]
fn a_folder_that_cannot_be_made_is_reported_as_what_it_is(#[case] name: &str) {
    let project = Project::with(&[("neighbour", HEALTHY)]);
    let said = project.event70(&["new", name]).with_status(2);
    assert!(said.err.contains("monday.toml"), "{}", said.err);
    assert!(!said.err.contains("already exists"), "there is no such file: {}", said.err);
    assert_eq!(project.read("scenarios/neighbour.toml"), HEALTHY);
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_to_is_reported() {
    use std::os::unix::fs::PermissionsExt;

    let project = Project::new();
    let folder = project.path("scenarios");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(folder.join("probe"), "").is_ok() {
        return skip("whoever runs this test may write to every folder (root?)");
    }
    let said = project.event70(&["new", "monday"]).with_status(2);
    assert!(said.err.contains("monday.toml"), "{}", said.err);
    assert_eq!(everything_below(&folder), [""; 0]);
}

#[cfg(unix)]
#[test]
fn whoever_may_read_the_neighbours_may_read_the_new_file() {
    use std::os::unix::fs::PermissionsExt;

    let project = Project::with(&[("neighbour", HEALTHY)]);
    project.event70(&["new", "monday"]).with_status(0);
    let mode = |file| fs::metadata(project.path(file)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("scenarios/monday.toml"), mode("scenarios/neighbour.toml"));
}
