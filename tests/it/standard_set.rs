//! The program contains the project's scenario files, the standard set, and runs them in any folder:
//! one by name, all of them, or, for a program under test, without being asked.

use std::fs;

use event70::standard::{files, pack};
use rstest::rstest;
use tempfile::TempDir;

use crate::support::{HEALTHY, ProgramOutput, Project, event70_in, page_is_up_to_date, sound};

/// Runs the program where there is nothing at all.
fn elsewhere(arguments: &[&str]) -> ProgramOutput {
    let folder = tempfile::tempdir().unwrap();
    event70_in(folder.path(), arguments)
}

/// The reference behind the protocol, as a command.
fn program() -> String {
    format!("{} connector", shell_words::quote(env!("CARGO_BIN_EXE_event70")))
}

#[test]
fn the_standard_set_is_the_scenario_files() {
    let on_disk = sound::files().iter();
    let on_disk: Vec<(&str, String)> =
        on_disk.map(|file| (&*file.name, fs::read_to_string(&file.path).unwrap())).collect();
    let packed = pack(on_disk.iter().map(|(name, text)| (*name, &**text)));
    page_is_up_to_date("harness/standard/standard.pack", &packed);
    let files: Vec<(&str, &str)> = files().map(|file| (file.name, file.text)).collect();
    let is_rebuilt = std::env::var_os("INSTA_UPDATE").is_none_or(|value| value != "always");
    if is_rebuilt {
        assert!(on_disk.iter().map(|(name, text)| (*name, &**text)).eq(files));
    }
}

#[test]
fn all_of_it_is_run_from_any_folder() {
    let said = elsewhere(&["run", "--standard"]).with_status(0);
    assert_eq!(said.count("agree"), files().count() as u64);
    assert!(said.out.contains("standard:causes/tab-password-wrong"), "{}", said.out);
}

/// A program that fails is given up soon.
#[cfg(unix)]
#[test]
fn a_program_is_held_against_it_where_there_are_no_files() {
    let said = elsewhere(&["run", "--connector", "false"]).with_status(3);
    assert!(said.err.contains("this is the standard set (--standard)"), "{}", said.err);
    assert!(said.out.contains("standard:causes/"), "{}", said.out);
    let own = Project::with(&[("mine", HEALTHY)]);
    let own = own.event70(&["run", "--connector", &program()]).with_status(0);
    assert_eq!((own.count("scenarios"), &*own.err), (1, ""));
}

#[cfg(unix)]
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn all_of_it_is_run_with_a_program() {
    let said = elsewhere(&["run", "--connector", &program()]).with_status(0);
    assert_eq!(said.count("agree"), files().count() as u64);
}

#[test]
fn the_reference_alone_is_not_held_against_it_unasked() {
    let said = elsewhere(&["run"]).with_status(2);
    assert!(said.err.contains("--standard"), "{}", said.err);
}

#[rstest]
#[case::a_folder("standard:causes", "standard:causes/")]
#[case::with_a_slash("standard:causes/", "standard:causes/")]
#[case::a_scenario("standard:causes/tab-path-wrong", "standard:causes/tab-path-wrong")]
#[case::with_its_ending("standard:causes/tab-path-wrong.toml", "standard:causes/tab-path-wrong")]
fn a_part_of_it_is_named_as_files_are(#[case] path: &str, #[case] each: &str) {
    let json = elsewhere(&["run", path, "--format", "json"]).with_status(0).json();
    let scenarios = json["scenarios"].as_array().unwrap();
    assert!(!scenarios.is_empty());
    for scenario in scenarios {
        for key in ["name", "file"] {
            assert!(scenario[key].as_str().unwrap().starts_with(each), "{key}: {}", scenario[key]);
        }
    }
}

#[test]
fn a_scenario_of_it_is_told_whole_and_explained() {
    let path = "standard:causes/tab-password-wrong";
    let said = elsewhere(&["run", path]).with_status(0);
    assert!(said.out.contains("Error 70 MSExchangeCCMC General"), "{}", said.out);
    let json = elsewhere(&["run", path, "--format", "json"]).with_status(0).json();
    let line = json["scenarios"][0]["steps"][0]["line"].as_u64().unwrap();
    let text = files().find(|file| path.ends_with(file.name)).unwrap().text;
    assert!(text.lines().nth(line as usize - 1).unwrap().contains("[[steps]]"), "{line}: {text}");
    let said = elsewhere(&["explain", path]).with_status(0);
    assert!(said.out.contains("tab-password-wrong"), "{}", said.out);
}

#[rstest]
#[case::of_the_set("standard:causes/tab-pasword-wrong")]
#[case::without_the_set("causes/tab-password-wrong")]
fn a_name_that_leads_nowhere_is_told_with_one_that_does(#[case] name: &str) {
    let said = elsewhere(&["run", name]).with_status(2);
    let meant = "did you mean `standard:causes/tab-password-wrong`?";
    assert!(said.err.contains(meant), "{}", said.err);
}

#[test]
fn a_report_names_it_and_no_file_on_disk() {
    let folder = TempDir::new().unwrap();
    event70_in(folder.path(), &["run", "standard:limits", "--junit", "r.xml"]).with_status(0);
    let report = fs::read_to_string(folder.path().join("r.xml")).unwrap();
    assert!(report.contains("<testsuite id=\"0\" package=\"event70\" name=\"standard:limits\""));
    assert!(!report.contains(".toml"), "{report}");
}

#[test]
fn a_file_of_the_same_name_stays_another() {
    let (name, path) = ("causes/tab-path-wrong", "standard:causes/tab-path-wrong");
    let project = Project::with(&[(name, HEALTHY)]);
    let said = project.event70(&["run", path, "scenarios", path]).with_status(0);
    assert_eq!((said.count("agree"), said.count("scenarios")), (2, 2));
}

#[test]
fn what_it_covers_is_what_the_files_cover() {
    let said = elsewhere(&["cover", "--standard", "--strength", "2"]).with_status(0);
    assert_eq!(said.count("scenarios"), files().count() as u64);
}
