//! Scenario files have names that are files on every system, and no two have one name on any.
//!
//! Method: each row makes the files in a project of its own and has the real program make or find
//! them. What is refused is refused with the reason, and holds up no other file.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::collections::BTreeMap;
use std::fs;

use event70::format::{check_name, discover, folded_name};
use proptest::prelude::*;
use rstest::rstest;

use crate::support::{HEALTHY, ProgramOutput, Project, skip};

/// The names that `run` says it played, in order.
fn played(said: &ProgramOutput) -> Vec<String> {
    let lines = said.out.lines().filter_map(|line| line.strip_prefix("agree"));
    let names = lines.filter_map(|line| line.trim_start().split_once("  "));
    names.filter_map(|(_, rest)| Some(rest.rsplit_once(": ")?.0.to_owned())).collect()
}

/// The lines of complaints, without the excerpts and the help.
fn complaints(said: &ProgramOutput) -> Vec<&str> {
    said.err.lines().filter(|line| line.starts_with("error: ")).collect()
}

/// Whether this system keeps these two names for two files in one folder.
fn are_two_files_here(project: &Project, one: &str, other: &str) -> bool {
    project.write(&format!("probe/{one}"), "1");
    project.write(&format!("probe/{other}"), "2");
    fs::read_dir(project.path("probe")).unwrap().count() == 2
}

#[rstest]
#[case::device("aux", "device", "aux-1")]
#[case::device_in_capitals("stories/NUL", "device", "stories/NUL-1")]
#[case::device_with_an_ending("con.old", "device", "con-old")]
#[case::device_with_two_endings("prn.a.b", "device", "prn-a-b")]
#[case::device_before_a_blank("aux .x", "device", "aux -x")]
#[case::device_as_a_folder("com1/x", "device", "com1-1/x")]
#[case::device_with_a_raised_figure("lpt³", "device", "lpt³-1")]
#[case::device_of_the_console("conin$", "device", "conin$-1")]
#[case::question_mark("x?y", "`?`", "x-y")]
#[case::star("x*", "`*`", "x-")]
#[case::less("a<b", "`<`", "a-b")]
#[case::quotation_mark("a\"b", "`\"`", "a-b")]
#[case::bar("a|b", "`|`", "a-b")]
#[case::colon("c:x", "`:`", "c-x")]
#[case::backslash("a\\b", "`\\`", "a/b")]
#[case::control_character("a\u{1}b", "U+0001", "a-b")]
#[case::line_break("a\nb", "U+000A", "a-b")]
#[case::next_line("a\u{85}b", "U+0085", "a-b")]
#[case::dot_at_the_end("a.", "ends with a dot", "a")]
#[case::dot_at_the_end_of_a_folder("a./b", "ends with a dot", "a/b")]
#[case::blank_at_the_end("a ", "ends with a space", "a")]
#[case::dot_at_the_beginning(".a", "begins with a dot", "a")]
#[case::hidden_folder(".a/b", "begins with a dot", "a/b")]
#[case::nothing("", "empty", "stories/monday-morning")]
#[case::nothing_between_slashes("a//b", "empty", "a/b")]
#[case::absolute("/a", "empty", "a")]
#[case::here("./a", "below the scenarios folder", "a")]
#[case::upwards("a/../b", "below the scenarios folder", "a/b")]
#[case::folder_of_the_scenarios("scenarios/foo", "folder `scenarios` already", "foo")]
#[case::path_of_the_file("scenarios/a/foo.toml", "folder `scenarios` already", "a/foo")]
#[case::path_from_here("./scenarios/foo", "below the scenarios folder", "foo")]
#[case::folder_in_capitals("Scenarios/foo", "folder `Scenarios` already", "foo")]
#[case::too_long_a_part(&"ü".repeat(121), "longer than", &"ü".repeat(120))]
#[case::too_long(&"ab/".repeat(70), "empty", &"ab/".repeat(67)[..200])]
fn a_non_portable_name_is_refused_and_a_better_one_suggested(
    #[case] name: &str,
    #[case] reason: &str,
    #[case] better: &str,
) {
    let project = Project::new();
    let said = project.event70(&["new", name]).with_status(2);
    assert!(complaints(&said)[0].contains(reason), "{}", said.err);
    let help = said.err.lines().find_map(|line| line.strip_prefix("  help: ")).unwrap();
    assert_eq!(shell_words::split(help).unwrap(), ["event70", "new", better], "{}", said.err);
    assert_eq!(fs::read_dir(project.path("scenarios")).unwrap().count(), 0);
    project.event70(&["new", better]).with_status(0);
}

#[rstest]
#[case::like_a_device("auxiliary")]
#[case::like_a_numbered_device("com10")]
#[case::number_0("com0")]
#[case::dots_within("a.b.c")]
#[case::blanks_within("monday morning")]
#[case::folder_that_is_not_first("stories/scenarios/foo")]
#[case::as_long_as_can_be(&"x".repeat(200))]
fn a_name_that_is_a_file_everywhere_is_taken(#[case] name: &str) {
    let project = Project::new();
    project.event70(&["new", name]).with_status(0);
    let run = project.event70(&["run"]).with_status(0);
    let names: Vec<_> = played(&run).iter().map(|n| shell_words::split(n).unwrap()).collect();
    assert_eq!(names, [[name]]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// One rule: what `new` would write is found under its name, and what it refuses is complained
    /// of where it is found.
    #[test]
    fn what_new_makes_is_what_discovery_finds(name in "([a-zA-Z0-9 .ü?:-]{1,6}/)?([a-zA-Z0-9 .ü?:-]{1,6}|aux|nul\\.x)") {
        prop_assume!(!name.split('/').any(|part| part == "." || part == ".."));
        let project = Project::new();
        let path = format!("scenarios/{name}.toml");
        project.write(&path, HEALTHY);
        let found = discover(&project.path("scenarios"));
        let is_passed_over = name.split('/').any(|part| part.starts_with('.'));
        match found.as_slice() {
            [] => prop_assert!(is_passed_over),
            [found] => {
                prop_assert!(!is_passed_over);
                prop_assert_eq!(found.name.raw(), &name);
                prop_assert_eq!(found.problem.is_none(), check_name(&name).is_ok());
            }
            more => prop_assert!(false, "{more:?}"),
        }
    }
}

#[rstest]
#[case::device("aux.toml", "device")]
#[case::device_as_a_folder("nul.d/x.toml", "device")]
#[case::question_mark("x?y.toml", "`?`")]
#[case::dot_at_the_end("a..toml", "ends with a dot")]
#[case::blank_at_the_end("a .toml", "ends with a space")]
#[case::line_break("a\nb.toml", "U+000A")]
#[case::in_a_folder_of_the_same_name("scenarios/aux.toml", "device")]
#[cfg(unix)]
fn a_file_with_such_a_name_is_reported_and_the_rest_played(
    #[case] file: &str,
    #[case] reason: &str,
) {
    let project = Project::with(&[("good", HEALTHY)]);
    project.write(&format!("scenarios/{file}"), HEALTHY);
    for arguments in [vec!["run"], vec!["run", "scenarios"], vec!["run", "."]] {
        let said = project.event70(&arguments).with_status(2);
        assert_eq!((said.count("agree"), said.count("invalid")), (1, 1));
        assert!(said.err.contains(reason), "{}", said.err);
        assert_eq!(complaints(&said).len(), 1, "{}", said.err);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_whose_name_is_no_text_is_complained_of() {
    use std::os::unix::ffi::OsStrExt;

    let project = Project::with(&[("good", HEALTHY)]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.toml");
    fs::write(project.path("scenarios").join(name), HEALTHY).unwrap();
    let said = project.event70(&["run"]).with_status(2);
    assert!(complaints(&said)[0].contains("not Unicode"), "{}", said.err);
    assert_eq!((said.count("agree"), said.count("invalid")), (1, 1));
}

#[rstest]
#[case::in_case("OK.toml", "ok.toml")]
#[case::in_the_case_of_a_folder("A/x.toml", "a/x.toml")]
#[case::in_normal_form("caf\u{e9}.toml", "cafe\u{301}.toml")]
#[case::in_both("CAF\u{c9}.toml", "cafe\u{301}.toml")]
#[case::in_the_ending("x.toml", "x.TOML")]
#[case::in_a_sharp_s("straße.toml", "STRASSE.toml")]
#[case::in_what_is_not_seen("a\u{200b}b.toml", "ab.toml")]
#[case::in_the_sign_of_kelvin("\u{212a}.toml", "k.toml")]
fn files_that_differ_only_so_are_complained_of_each(#[case] one: &str, #[case] other: &str) {
    let project = Project::with(&[("good", HEALTHY)]);
    if !are_two_files_here(&project, &one.replace('/', "-"), &other.replace('/', "-")) {
        return skip("this file system takes the two names for one");
    }
    project.write(&format!("scenarios/{one}"), HEALTHY);
    project.write(&format!("scenarios/{other}"), HEALTHY);
    let said = project.event70(&["run"]).with_status(2);
    assert_eq!(played(&said), ["good"]);
    assert_eq!(complaints(&said).len(), 2, "{}", said.err);
    assert!(
        complaints(&said).iter().all(|line| line.contains("its name equals that of")),
        "{}",
        said.err
    );
}

#[test]
fn a_name_is_counted_from_the_outermost_folder() {
    let project = Project::with(&[("foo", HEALTHY), ("stories/scenarios/foo", HEALTHY)]);
    let whole = project.path("scenarios");
    for path in ["scenarios", ".", "./scenarios", whole.to_str().unwrap()] {
        let said = project.event70(&["run", path]).with_status(0);
        assert_eq!(played(&said), ["foo", "stories/scenarios/foo"], "{path}");
    }
}

#[test]
fn a_project_below_a_folder_scenarios_has_the_same_names() {
    let project = Project::with(&[("project/scenarios/deep/foo", HEALTHY)]);
    let below = project.path("scenarios/project");
    let whole = below.join("scenarios/deep/foo.toml");
    for path in ["scenarios", "scenarios/deep/foo.toml", whole.to_str().unwrap()] {
        let mut program = crate::support::process(&project);
        let said =
            ProgramOutput::of(&program.current_dir(&below).args(["run", path]).output().unwrap());
        assert_eq!(played(&said.with_status(0)), ["deep/foo"], "{path}");
    }
}

#[test]
fn two_files_of_one_name_in_two_folders_are_complained_of_each() {
    let project = Project::new();
    project.write("a/scenarios/foo.toml", HEALTHY);
    project.write("b/scenarios/foo.toml", HEALTHY);
    project.write("b/scenarios/bar.toml", HEALTHY);
    for paths in [vec!["run", "."], vec!["run", "a", "b/scenarios"]] {
        let said = project.event70(&paths).with_status(2);
        assert_eq!((played(&said), said.count("invalid")), (vec!["bar".to_owned()], 2));
    }
    project.event70(&["run", "a"]).with_status(0);
}

#[rstest]
#[case::file(".x.toml")]
#[case::file_without_a_name(".toml")]
#[case::faulty_file("deep/.x.toml")]
#[case::folder(".git/x.toml")]
#[case::folder_named_like_a_file(".x.toml/y.toml")]
fn what_begins_with_a_dot_is_passed_over(#[case] file: &str) {
    let project = Project::with(&[("good", HEALTHY)]);
    project.write(&format!("scenarios/{file}"), "this is no scenario");
    assert_eq!(played(&project.event70(&["run"]).with_status(0)), ["good"]);
}

#[test]
fn a_file_that_begins_with_a_dot_is_played_if_it_is_named() {
    let project = Project::new();
    project.write(".x.toml", HEALTHY);
    project.write("scenarios/.found/y.toml", HEALTHY);
    for path in [".x.toml", "scenarios/.found", "scenarios/.found/y.toml"] {
        assert_eq!(project.event70(&["run", path]).with_status(0).count("agree"), 1, "{path}");
    }
}

#[rstest]
fn the_ending_counts_in_any_case(#[values("toml", "TOML", "Toml", "tOmL")] ending: &str) {
    let project = Project::new();
    project.write(&format!("scenarios/deep/Second.{ending}"), HEALTHY);
    assert_eq!(played(&project.event70(&["run"]).with_status(0)), ["deep/Second"]);
    project.write(&format!("scenarios/deep/Second.{ending}"), "format = 1\n");
    assert_eq!(project.event70(&["run"]).with_status(2).count("invalid"), 1);
}

#[rstest]
#[case::in_capitals("MONDAY")]
#[case::in_capitals_with_its_ending("Monday.toml")]
fn new_leaves_a_name_that_differs_in_case_only(#[case] name: &str) {
    let project = Project::with(&[("monday", HEALTHY)]);
    let said = project.event70(&["new", name]).with_status(2);
    assert!(said.err.contains("there already") && said.err.contains("monday.toml"), "{}", said.err);
    assert_eq!(fs::read_dir(project.path("scenarios")).unwrap().count(), 1);
}

#[rstest]
#[case::device("scenarios/aux", "device")]
#[case::hidden("scenarios/.found", "begins with a dot")]
#[case::question_mark("scenarios/a?b", "`?`")]
fn nothing_is_saved_where_it_has_no_good_name(#[case] folder: &str, #[case] reason: &str) {
    let project = Project::new();
    let commands =
        [["explore", "--save"], ["prove", "--save"], ["certify", "--save"], ["cover", "--write"]];
    for [command, option] in commands {
        let said = project.event70(&[command, option, folder]).with_status(2);
        assert!(said.err.contains(reason), "{}", said.err);
    }
    assert_eq!(fs::read_dir(project.path("scenarios")).unwrap().count(), 0);
}

/// What Unicode takes for the same letter whatever its case and normal form, according to Python:
/// for the letters that every version has had since 3.2, whose folding never changes.
const FOLDED: &str = "
import sys, unicodedata
def folded(text):
    for _ in range(2):
        text = unicodedata.normalize('NFD', unicodedata.normalize('NFD', text).casefold())
    return text
for number in range(0x20000):
    known = unicodedata.ucd_3_2_0.category(chr(number)) not in ('Cn', 'Cs', 'Cc')
    print(' '.join(str(ord(letter)) for letter in folded(chr(number))) if known else '')
";

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_letter_is_folded_as_unicode_folds_it() {
    let python = std::process::Command::new("python3").args(["-c", FOLDED]).output();
    let Some(python) = python.ok().filter(|output| output.status.success()) else {
        return skip("there is no python3 that folds letters");
    };
    let folded = String::from_utf8(python.stdout).unwrap();
    let folded: Vec<&str> = folded.lines().collect();
    assert_eq!(folded.len(), 0x2_0000);
    let mut classes = BTreeMap::new();
    let mut compared = 0;
    for (number, there) in (0..).zip(folded) {
        let Some(letter) = char::from_u32(number) else { continue };
        let there = there.split_whitespace().map(|number| number.parse().unwrap());
        let there: String = there.map(|number| char::from_u32(number).unwrap()).collect();
        let here = folded_name(&letter.to_string());
        // What has no shape is left out here.
        if !there.is_empty() && !here.is_empty() {
            // Another letter may stand for the same class, but for one class only.
            assert_eq!(here, folded_name(&there), "U+{number:04X}");
            assert_eq!(classes.entry(here).or_insert(there.clone()), &there, "U+{number:04X}");
            compared += 1;
        }
    }
    assert!(compared > 40_000, "{compared}");
}

#[test]
fn every_scenario_file_of_the_project_has_a_good_name() {
    let found = discover(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"));
    assert!(found.len() > 400);
    for found in &found {
        assert!(found.problem.is_none(), "{}: {:?}", found.path.display(), found.problem);
        assert_eq!(
            folded_name(found.name.raw()),
            found.name.raw(),
            "the project writes names small"
        );
    }
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_lock_of_an_editor_is_passed_over() {
        let project = Project::with(&[("ok", HEALTHY)]);
        symlink("ann@host.example.4711:1700000000", project.path("scenarios/.#ok.toml")).unwrap();
        assert_eq!(played(&project.event70(&["run"]).with_status(0)), ["ok"]);
    }

    #[test]
    fn what_is_found_without_a_link_is_not_found_through_one() {
        let project = Project::with(&[("z/one", HEALTHY), ("z/two", HEALTHY)]);
        symlink("z", project.path("scenarios/a")).unwrap();
        symlink("../z/one.toml", project.path("scenarios/z/also-one.toml")).unwrap();
        assert_eq!(played(&project.event70(&["run"]).with_status(0)), ["z/one", "z/two"]);
    }

    #[test]
    fn what_only_links_lead_to_is_found_once() {
        let project = Project::new();
        project.write("scenarios/.store/x.toml", HEALTHY);
        project.write("scenarios/store.txt", HEALTHY);
        for link in ["a", "b"] {
            symlink(".store", project.path(&format!("scenarios/{link}"))).unwrap();
            symlink("store.txt", project.path(&format!("scenarios/{link}.toml"))).unwrap();
        }
        assert_eq!(played(&project.event70(&["run"]).with_status(0)), ["a", "a/x"]);
    }

    #[test]
    #[ignore = "thorough: `just thorough` runs it"]
    fn folders_that_link_to_each_other_are_walked_once() {
        let project = Project::with(&[("f0/x", HEALTHY)]);
        for folder in 0..20 {
            fs::create_dir_all(project.path(&format!("scenarios/f{folder}"))).unwrap();
            for other in 0..20 {
                let link = project.path(&format!("scenarios/f{folder}/l{other}"));
                if folder != other {
                    symlink(format!("../f{other}"), link).unwrap();
                }
            }
        }
        assert_eq!(played(&project.event70(&["run"]).with_status(0)), ["f0/x"]);
    }
}
