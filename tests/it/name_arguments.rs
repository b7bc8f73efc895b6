//! What the program prints can be given back to it: a name is an argument wherever a path is, and
//! what a shell would take apart is in quotes. What leads nowhere is met with what was meant.
//!
//! Method: the real program in a project of its own; what it prints is split as a shell would.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use crate::support::{HEALTHY, Project};
use rstest::rstest;

fn project() -> Project {
    Project::with(&[
        ("causes/tab-name-wrong", HEALTHY),
        ("causes/tab-path-wrong", HEALTHY),
        ("decoys/monday morning", HEALTHY),
        ("foo", HEALTHY),
    ])
}

#[rstest]
#[case::name("causes/tab-name-wrong", 1)]
#[case::path("scenarios/causes/tab-name-wrong.toml", 1)]
#[case::path_without_ending("scenarios/causes/tab-name-wrong", 1)]
#[case::path_from_here("./scenarios/causes/tab-name-wrong", 1)]
#[case::name_with_ending("causes/tab-name-wrong.toml", 1)]
#[case::name_with_loud_ending("causes/tab-name-wrong.TOML", 1)]
#[case::name_with_a_blank("decoys/monday morning", 1)]
#[case::name_without_a_folder("foo", 1)]
#[case::folder("causes", 2)]
#[case::folder_with_a_slash("causes/", 2)]
#[case::path_of_a_folder("scenarios/causes", 2)]
fn a_name_is_an_argument_where_a_path_is(#[case] argument: &str, #[case] scenarios: u64) {
    let project = project();
    for command in [vec![], vec!["run"], vec!["explain"]] {
        let said = project.event70(&[&command[..], &[argument]].concat()).with_status(0);
        assert_eq!(said.count("scenarios"), scenarios, "{command:?} {}", said.out);
    }
    let run = project.event70(&["run", argument]);
    // Of a file that is named the whole log is printed, of a folder a line each.
    assert_eq!(run.out.contains("verdict: agree"), scenarios == 1, "{}", run.out);
    project.event70(&["cover", argument]).with_status(1);
}

#[test]
fn a_name_in_a_folder_elsewhere_needs_no_ending() {
    let project = Project::new();
    project.write("elsewhere/x.TOML", HEALTHY);
    project.event70(&["run", "elsewhere/x"]).with_status(0);
}

#[test]
fn a_path_that_is_there_comes_before_a_name() {
    let project = project();
    project.write("foo/one.toml", HEALTHY);
    project.write("foo/two.toml", HEALTHY);
    assert_eq!(project.event70(&["run", "foo"]).with_status(0).count("scenarios"), 2);
}

#[test]
fn every_name_that_a_run_prints_can_be_pasted() {
    let project = project();
    for name in ["it's", "-n", "$(touch x)", "a;b & c", "größer", "#1", "~", "a=b"] {
        project.write(&format!("scenarios/{name}.toml"), HEALTHY);
    }
    let run = project.event70(&["run"]).with_status(0);
    let lines = run.out.lines().filter_map(|line| line.strip_prefix("agree")?.split_once("  0  "));
    let printed: Vec<&str> =
        lines.filter_map(|(_, rest)| Some(rest.rsplit_once(": ")?.0)).collect();
    assert_eq!(printed.len(), 12, "{}", run.out);
    for name in printed {
        let words = shell_words::split(name).unwrap();
        let [word] = words.as_slice() else { panic!("{name} is not one word") };
        assert_eq!(project.event70(&["run", word]).with_status(0).count("scenarios"), 1, "{name}");
    }
}

#[test]
fn where_a_counterexample_was_kept_can_be_pasted() {
    let project = Project::new();
    let arguments =
        ["explore", "--cases", "500", "--bug", "canary", "--save", "scenarios/my finds"];
    let said = project.event70(&arguments);
    let kept = said.err.lines().find_map(|line| line.strip_prefix("saved as ")).unwrap();
    let words = shell_words::split(kept).unwrap();
    let [path] = words.as_slice() else { panic!("{kept} is not one word") };
    project.event70(&["run", path]).with_status(0);
}

#[rstest]
#[case::slip("causes/tab-nmae-wrong", "`causes/tab-name-wrong`")]
#[case::slip_in_a_path("scenarios/causes/tab-nmae-wrong.toml", "`causes/tab-name-wrong`")]
#[case::slip_in_the_folder("cuases/tab-name-wrong", "`causes/tab-name-wrong`")]
#[case::no_folder("tab-name-wrong", "`causes/tab-name-wrong`")]
#[case::another_folder("decoys/tab-name-wrong", "`causes/tab-name-wrong`")]
#[case::capitals("Causes/Tab-Name-Wrong", "`causes/tab-name-wrong`")]
#[case::needs_quotes("monday morning", "`'decoys/monday morning'`")]
fn a_name_that_leads_nowhere_is_met_with_the_nearest(#[case] name: &str, #[case] meant: &str) {
    let project = project();
    for command in ["run", "explain", "cover"] {
        let said = project.event70(&[command, name]).with_status(2);
        assert!(said.err.contains(&format!("did you mean {meant}?")), "{command}: {}", said.err);
    }
}

#[test]
fn a_name_that_is_near_to_none_is_met_with_none() {
    let said = project().event70(&["run", "zzzzzzzz"]).with_status(2);
    assert!(!said.err.contains("did you mean"), "{}", said.err);
    let long = "x".repeat(100_000);
    project().event70(&["run", &long]).with_status(2);
}

#[rstest]
#[case::command(&["explor"], "explore")]
#[case::command_with_options(&["explor", "--cases", "5"], "explore")]
#[case::command_after_an_option(&["--format", "json", "explan"], "explain")]
#[case::short_command(&["rn"], "run")]
#[case::option(&["explore", "--case", "5"], "--cases")]
#[case::option_of_a_run(&["--formt", "json"], "--format")]
#[case::value(&["run", "--format", "jsn"], "json")]
#[case::value_of_a_site(&["run", "--site", "simulatd"], "simulated")]
#[case::value_of_a_bug(&["explore", "--bug", "once-per-live"], "once-per-life")]
fn a_slip_in_a_command_is_met_with_what_was_meant(#[case] arguments: &[&str], #[case] meant: &str) {
    let said = project().event70(arguments).with_status(2);
    assert!(
        said.err.contains("similar") && said.err.contains(&format!("'{meant}'")),
        "{}",
        said.err
    );
}

#[test]
fn a_scenario_named_like_a_misspelt_command_is_played() {
    let project = Project::with(&[("explor", HEALTHY)]);
    project.event70(&["explor"]).with_status(0);
}
