//! A counterexample is a scenario file: what is written reads back as the same scenario, whatever
//! stands in its texts and comments; and the file of every seeded bug fails with that bug, passes
//! without it, and tells where it comes from, how small it is and what does not matter in it.
//!
//! `EVENT70_LONG=1` writes a hundred times as many files.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use crate::support::{factor, one_in};
use std::sync::LazyLock;

use event70::engine::{
    Control, Found, Plan, Reduced, Relevance, Repeats, Scenarios, explore, reduce, relevance,
};
use event70::format::{Comments, ScenarioFile, read, write};
use event70::model::{Expectation, Keyword, Pins, Scenario};
use event70::reference::{Bug, Seeded, Simulated};
use event70::report::{Counterexample, Provenance, ReducedFinding};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::support::Project;

/// A bug that is not found in so many cases is left to the test that says so, in `reducer.rs`.
const CASES_MAX: u64 = 300_000;
/// The seed of every exploration here.
const SEED: u64 = 0x0a5c_1155_0000_0004;

/// Texts with everything in them that could break a line, a string or a comment of a file.
fn text() -> impl Strategy<Value = String> {
    let characters = prop_oneof![
        4 => any::<char>(),
        2 => prop::sample::select(vec!['"', '\\', '\n', '\r', '\t', '#', '\0', '\u{7f}', '\u{85}',
            '\u{2028}', '\'', '[', '=', '\u{feff}']),
        4 => prop::char::range('a', 'z'),
    ];
    vec(characters, 0..20).prop_map(|characters| characters.into_iter().collect())
}

/// A title is one line with something in it.
fn title() -> impl Strategy<Value = String> {
    text().prop_map(|text| {
        let line: String = text.chars().filter(|character| !character.is_control()).collect();
        format!("T{line}")
    })
}

fn expectation() -> impl Strategy<Value = Expectation> {
    let number = || prop::option::of(any::<u32>());
    let events =
        prop::collection::btree_map(prop::sample::select(vec![43, 54, 58, 85]), any::<u32>(), 0..3);
    (number(), events, [number(), number()]).prop_map(|(event_70, events, waiting)| Expectation {
        event_70,
        events: events.into_iter().collect(),
        waiting,
    })
}

fn file() -> impl Strategy<Value = ScenarioFile> {
    let texts = (title(), vec(text(), 0..3), prop::option::of(text()));
    let expected = vec(expectation(), 60);
    (texts, Scenarios::default(), expected).prop_map(|(texts, scenario, mut expected)| {
        expected.truncate(scenario.timeline.len());
        let (title, source, notes) = texts;
        let source = source.into_iter().map(Into::into).collect();
        let notes = notes.map(Into::into);
        let assume = Pins::default();
        ScenarioFile { title: title.into(), source, notes, assume, scenario, expected }
    })
}

fn comments() -> impl Strategy<Value = Comments> {
    let of_steps = vec((0..60usize, text()), 0..4);
    (vec(text(), 0..3), vec(text(), 0..3), of_steps).prop_map(|(head, site, steps)| Comments {
        head,
        site,
        steps,
    })
}

/// The lines of a file that are comments: beginning with `# `, as no other line that is written.
fn comments_of(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("# ")).collect()
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_written_file_reads_back_and_comments_change_nothing() {
    let cases = 800 * factor();
    let config = ProptestConfig { failure_persistence: None, cases, ..ProptestConfig::default() };
    let drawn = TestRunner::new(config).run(&(file(), comments()), |(file, comments)| {
        let text = write(&file, &comments);
        prop_assert_eq!(read(&text), Ok(file.clone()), "{}", text);
        let bare = write(&file, &Comments::default());
        prop_assert_eq!(read(&bare), Ok(file.clone()), "{}", bare);
        let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("# ")).collect();
        let kept: Vec<&str> = bare.lines().collect();
        let site_alone = file.scenario.setup == Scenario::default().setup;
        prop_assert!(without == kept || (site_alone && !comments.site.is_empty()), "{}", text);
        let of_steps = comments.steps.iter().filter(|(step, _)| *step < file.expected.len());
        let written = comments.head.len() + comments.site.len() + of_steps.count();
        prop_assert_eq!(comments_of(&text).len(), written, "{}", text);
        Ok(())
    });
    drawn.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_comment_stands_whole_above_what_it_is_about() {
    let file = "format = 1\ntitle = \"x\"\n[[steps]]\ndo = \"start\"\n[[steps]]\ncycles = 2\n";
    let file = read(file).unwrap();
    let comments = Comments {
        head: vec!["one\ntwo".to_owned(), "three".to_owned()],
        site: vec!["about the site".to_owned()],
        steps: vec![(1, "about the cycles".to_owned()), (1, "and more".to_owned())],
    };
    let expected = "# one two\n# three\nformat = 1\ntitle = \"x\"\n\n# about the site\n[site]\n\n\
                    [[steps]]\ndo = \"start\"\n\n# about the cycles\n# and more\n[[steps]]\n\
                    cycles = 2\n";
    assert_eq!(write(&file, &comments), expected);
}

/// A bug that was found, reduced and reported.
struct ReportedBug {
    bug: Bug,
    found: Found,
    reduced: Reduced,
    settings: Vec<Relevance>,
    counterexample: Counterexample,
}

fn told(
    found: &Found,
    reduced: &Reduced,
    settings: &[Relevance],
    from: &Provenance,
) -> Counterexample {
    let finding = ReducedFinding { found, reduced, settings };
    Counterexample::all_of(&[finding], from, None).remove(0)
}

static REPORTED: LazyLock<Vec<ReportedBug>> = LazyLock::new(|| {
    let told = Bug::ALL.iter().filter_map(|bug| {
        let test_bed = (|| Seeded::with(*bug), Simulated::new);
        let plan = Plan::new(SEED, CASES_MAX);
        let found =
            explore(&plan, &test_bed, 2, &Control::default(), &|_, _, _, _| {}).unwrap().found?;
        let reduced = reduce(&test_bed, &found.scenario, &Control::default()).unwrap();
        let settings = relevance(&test_bed, &reduced.scenario, &reduced.class, &Control::default());
        let from = Provenance { connector: format!("the bug {bug}"), seed: SEED };
        let counterexample = told(&found, &reduced, &settings, &from);
        Some(ReportedBug { bug: *bug, found, reduced, settings, counterexample })
    });
    let told: Vec<ReportedBug> = told.collect();
    assert!(told.len() + 2 >= Bug::ALL.len(), "only {} bugs were found", told.len());
    told
});

#[test]
fn the_file_of_every_bug_reads_back_as_the_reduced_scenario() {
    for ReportedBug { bug, reduced, counterexample, .. } in REPORTED.iter() {
        let file = read(&counterexample.text).unwrap_or_else(|e| panic!("{bug}: {e:?}"));
        assert_eq!(file, counterexample.file, "{bug}");
        assert_eq!(file.scenario, reduced.scenario, "{bug}");
        let told: Vec<_> = file.expected.iter().map(|step| step.event_70.is_some()).collect();
        let (last, before) = told.split_last().unwrap();
        assert!(*last && !before.contains(&true), "{bug}: an expectation at its last step");
    }
}

#[test]
fn the_file_of_every_bug_fails_with_the_bug_and_passes_without() {
    let project = Project::new();
    let some: Vec<_> = REPORTED.iter().step_by(one_in(4)).collect();
    for ReportedBug { bug, counterexample, .. } in &some {
        let below = format!("scenarios/found/{bug}/{}.toml", counterexample.stem);
        project.write(&below, &counterexample.text);
        let said = project.event70(&["run", "--bug", bug.keyword(), &below]).with_status(1);
        assert_eq!(said.count("agree"), 0, "{bug}: {}", said.out);
        let verdict = counterexample.stem.split('-').next().unwrap();
        assert_eq!(said.count(verdict), 1, "{bug}: {}", said.out);
    }
    let said = project.event70(&["run"]).with_status(0);
    assert_eq!(said.count("agree"), some.len() as u64, "{}", said.out);
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_comments_of_a_file_tell_its_origin_and_minimality() {
    for ReportedBug { bug, found, reduced, counterexample, .. } in REPORTED.iter() {
        let comments = comments_of(&counterexample.text).join("\n");
        let minimality = &reduced.minimality;
        let told = [
            format!("the bug {bug}"),
            format!("case {} of seed {SEED:#018x}", found.case),
            format!("reduced to {} in {} run", minimality.elements, minimality.runs),
            "Replayed in a fresh connector, it failed the same way 20 of 20 times.".to_owned(),
        ];
        for told in told {
            assert!(comments.contains(&told), "{bug}: no \"{told}\" in:\n{comments}");
        }
        let checked = "Checked: 1-minimal, 2-minimal, no value can be simpler.";
        assert!(comments.contains(checked), "{bug}: {comments}");
    }
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_certificate_that_is_not_given_is_denied() {
    for ReportedBug { bug, found, settings, .. } in REPORTED.iter().take(5) {
        let from = Provenance { connector: "x".to_owned(), seed: SEED };
        let repeats = Repeats { times: 20, alike: 3 };
        let found = &Found { repeats, ..found.clone() };
        let unreduced = told(found, &found.unreduced(), settings, &from);
        let lines = comments_of(&unreduced.text);
        let told = lines.join("\n");
        assert!(told.contains("not reduced: it does not fail every time"), "{bug}: {told}");
        assert!(told.contains("3 of 20 times"), "{bug}: {told}");
        let checked = lines.iter().find(|line| line.starts_with("Checked: ")).unwrap();
        assert_eq!(checked.matches("NOT ").count(), 3, "{bug}: {checked}");
    }
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn every_mark_stands_above_what_it_is_about() {
    let mut seen = 0;
    for ReportedBug { bug, settings, counterexample, .. } in REPORTED.iter() {
        let blocks: Vec<&str> = counterexample.text.split("\n\n").collect();
        let of_step = |step: usize| {
            let steps = blocks.iter().filter(|block| block.contains("[[steps]]"));
            *steps.clone().nth(step).unwrap()
        };
        let of_site = || *blocks.iter().find(|block| block.contains("[site]")).unwrap();
        for setting in settings {
            let block = setting.step.map_or_else(of_site, of_step);
            let line = format!("# {}: ", setting.setting);
            let line = block.lines().find(|text| text.starts_with(&line));
            let line = line.unwrap_or_else(|| panic!("{bug}: no {setting:?} in:\n{block}"));
            assert_eq!(line.contains("does not matter"), setting.is_dont_care(), "{bug}: {line}");
            let missing = setting.tried.iter().find(|value| !line.contains(value.as_str()));
            assert_eq!(missing, None, "{bug}: {line}");
            seen += 1;
        }
    }
    assert!(seen > 100, "only {seen} settings");
}

#[test]
fn different_scenarios_have_names_that_differ_and_say_why() {
    let mut names = std::collections::BTreeMap::new();
    for ReportedBug { bug, reduced, counterexample, .. } in REPORTED.iter() {
        let stem = &counterexample.stem;
        let rest = stem.strip_prefix(&reduced.class.to_string());
        let hash = rest.and_then(|rest| rest.strip_prefix('-')).unwrap_or_default();
        assert!(hash.len() == 8 && u32::from_str_radix(hash, 16).is_ok(), "{bug}: {stem}");
        let scenario = names.entry(stem.clone()).or_insert(&reduced.scenario);
        assert_eq!(*scenario, &reduced.scenario, "{bug}: {stem} names two scenarios");
    }
    assert!(names.len() > 20, "only {} names", names.len());
}
