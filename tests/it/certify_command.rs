//! `event70 certify` says that a connector is certified, and what that rests on; or it says which
//! test the connector does not pass, makes it short and keeps it, so that it can be carried out
//! again, by the program and by hand.
//!
//! Method: the program certifies the reference, in memory and as a program of its own, and connectors
//! that are known to be wrong. What it prints is held against the suite as the library makes it, and
//! what it keeps against the lines that really pass between a person and a connector.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use event70::conformance::certify::WALKS;
use event70::model::{Assignment, Pins};
use event70::rule::is_judged;
use rstest::rstest;
use serde_json::Value;

use crate::conformance::bugs::CARRIED_OUT;
use crate::conformance::{MODEL, PLAIN};
use crate::init_command::there_is;
use crate::support::{ProgramOutput, Project, process};

/// No connector here takes so long to answer, on however busy a computer.
const PATIENT: &str = "60s";
/// So long a start and an end of the program may take, on however busy a computer.
const BUSY: Duration = Duration::from_secs(1);
/// What the line with a test's inputs begins with.
const INPUTS: &str = "# inputs: ";

/// The command that starts the reference as a program, with these further arguments.
fn own(arguments: &[&str]) -> String {
    let program = assert_cmd::cargo::cargo_bin!("event70").to_str().unwrap();
    shell_words::join([&[program, "connector"], arguments].concat())
}

fn certify(project: &Project, arguments: &[&str]) -> ProgramOutput {
    project.event70(&[&["certify", "--deadline", PATIENT], arguments].concat())
}

/// The value behind a word at the beginning of a line.
fn line<'a>(said: &'a ProgramOutput, word: &str) -> &'a str {
    let line = said.out.lines().find_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{word} in: {}", said.out)).trim()
}

/// A value of the last line.
fn last<'a>(said: &'a ProgramOutput, key: &str) -> &'a str {
    let pairs = said.out.lines().last().unwrap_or_default().split(' ');
    let value = pairs.filter_map(|pair| pair.split_once('=')).find(|pair| pair.0 == key);
    value.unwrap_or_else(|| panic!("{key} in: {}", said.out)).1
}

/// The one file that was kept, and its text.
fn kept(project: &Project, folder: &str) -> (PathBuf, String) {
    let files: Vec<PathBuf> =
        fs::read_dir(project.path(folder)).unwrap().map(|file| file.unwrap().path()).collect();
    let [file] = &files[..] else { panic!("{files:?}") };
    (file.clone(), fs::read_to_string(file).unwrap())
}

#[test]
fn a_certificate_says_what_it_rests_on() {
    let project = Project::new();
    let said = certify(&project, &[]).with_status(0);
    let (model, tests) = (&*MODEL, PLAIN.len() + WALKS as usize);
    let states = model.machine.states();
    let transitions: usize = (0..states).map(|state| model.machine.transitions(state).len()).sum();
    let steps: usize = CARRIED_OUT.iter().map(|(_, test)| test.len()).sum();
    assert_eq!(line(&said, "connector"), "the reference");
    line(&said, "date").parse::<jiff::civil::Date>().unwrap();
    let inputs = model.letters();
    let machine =
        format!("the reference: {states} states, {transitions} transitions, {inputs} inputs");
    assert_eq!(line(&said, "machine"), machine);
    assert!(line(&said, "method").starts_with("SPY"));
    assert_eq!(line(&said, "K"), format!("0: complete for connectors of at most {states} states"));
    let hash = last(&said, "hash");
    assert!(hash.len() == 16 && hash.chars().all(|digit| digit.is_ascii_hexdigit()), "{hash}");
    assert_eq!(line(&said, "suite"), format!("{tests} tests, {steps} steps, hash {hash}"));
    assert!(line(&said, "result").starts_with("every test passed"));
    assert_eq!(last(&said, "verdict"), "certified");
    assert_eq!((said.count("tests"), said.count("steps")), (tests as u64, steps as u64));
    assert!(!project.path("scenarios/found").exists());
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_reference_as_a_program_is_certified_by_the_same_suite() {
    let project = Project::new();
    let in_memory = certify(&project, &[]).with_status(0);
    let own = own(&[]);
    let said = certify(&project, &["--connector", &own, "--format", "json"]).with_status(0);
    let document = said.json();
    assert_eq!(document["connector"], format!("the program `{own}`"));
    document["date"].as_str().unwrap().parse::<jiff::civil::Date>().unwrap();
    assert_eq!((&document["certified"], &document["passed"]), (&true.into(), &true.into()));
    assert_eq!(document["refuted"], Value::Null);
    assert_eq!(document["hash"], last(&in_memory, "hash"));
    for key in ["tests", "steps", "extra-states"] {
        assert_eq!(document[key], in_memory.count(key), "{key}");
    }
    for (key, word) in [("states", " states"), ("transitions", " transitions")] {
        let said = format!(" {}{word}", document[key]);
        assert!(line(&in_memory, "machine").contains(&said), "{document}");
    }
    assert!(document["seconds"].as_f64().unwrap() > 0.0);
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn an_extra_state_makes_another_and_longer_suite() {
    let project = Project::new();
    let plain = certify(&project, &[]).with_status(0);
    let more = certify(&project, &["--extra-states", "1"]).with_status(0);
    assert_ne!(last(&plain, "hash"), last(&more, "hash"));
    assert!(more.count("steps") > 5 * plain.count("steps"));
    assert_eq!((plain.count("extra-states"), more.count("extra-states")), (0, 1));
    let most = |said: &ProgramOutput| {
        let words = line(said, "K").split(' ').rev().nth(1).map(str::to_owned);
        words.unwrap().parse::<u64>().unwrap()
    };
    assert_eq!(most(&more), most(&plain) + 1);
}

/// What a connector answers to these lines, spoken by hand. At a kill its process ends and another
/// begins in the same folder.
fn answers(bug: &str, lives: &[Vec<&str>]) -> Vec<Value> {
    let project = Project::new();
    let mut answers = Vec::new();
    for lines in lives {
        let mut command = process(&project);
        command.arg("connector").args((!bug.is_empty()).then_some(["--bug", bug]).iter().flatten());
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let child = child.as_mut().unwrap();
        let spoken = lines.iter().flat_map(|line| [line, "\n"]).collect::<String>();
        // A connector that errs may end before it has heard everything.
        let _ = child.stdin.take().unwrap().write_all(spoken.as_bytes());
        let heard = std::io::read_to_string(child.stdout.take().unwrap()).unwrap();
        child.wait().unwrap();
        let heard = heard.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        // What is never judged is not compared.
        answers.extend(heard.filter(|said| {
            said["event"]["id"].as_u64().is_none_or(|id| is_judged(id.try_into().unwrap()))
        }));
    }
    answers
}

#[rstest]
#[ignore = "thorough: `just thorough` runs it"]
fn a_failed_test_is_kept_and_fails_again_played_back_or_by_hand(
    #[values("number-on-success-only", "restarts-survive", "gives-up-early")] bug: &str,
) {
    let project = Project::new();
    let said = certify(&project, &["--bug", bug, "--save", "kept"]).with_status(1);
    assert_eq!(last(&said, "verdict"), "refuted");
    let (file, text) = kept(&project, "kept");
    assert!(said.out.contains(&format!("\n{text}\n")), "{}", said.out);
    let difference = text.lines().nth(1).unwrap().strip_prefix("# ").unwrap();
    assert!(line(&said, "result").contains(difference), "{}", said.out);
    assert!(
        line(&said, "result").ends_with("It failed the same way in 20 of 20 repeats."),
        "{}",
        said.out
    );

    let path = file.to_str().unwrap();
    let again = certify(&project, &["--test", path, "--bug", bug, "--save", "again"]);
    assert_eq!(last(&again.with_status(1), "verdict"), "refuted");
    assert_eq!(kept(&project, "again").1, text);
    let faultless = certify(&project, &["--test", path]).with_status(0);
    assert_eq!((last(&faultless, "verdict"), faultless.count("tests")), ("passed", 1));
    assert!(line(&faultless, "result").ends_with("a single test is no certificate"));
    let steps = faultless.count("steps");
    assert_eq!(line(&faultless, "test"), format!("{path}: a reset, then {steps} steps"));
    assert!(line(&faultless, "method").starts_with("this test only"));
    for claim in ["complete", "SPY", "\nK ", "suite", "extra-states"] {
        assert!(!faultless.out.contains(claim), "{claim} in: {}", faultless.out);
    }

    let mut lives = vec![Vec::new()];
    let mut expected: Vec<Value> = Vec::new();
    let mut before_the_last_command = 0;
    let mut own = None;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (who, what) = line.split_once(": ").unwrap();
        match (who, what.trim_start()) {
            ("harness", what) if what.starts_with('{') => {
                lives.last_mut().unwrap().push(what);
                if what.starts_with(r#"{"do":"#) {
                    before_the_last_command = expected.len();
                }
            }
            ("harness", _) => lives.push(Vec::new()),
            // In the place of the line before.
            ("connector", what) => own = Some((expected.len() - 1, what)),
            (_, what) => expected.push(serde_json::from_str(what).unwrap()),
        }
    }
    assert_eq!(answers("", &lives), expected);
    let faulty = answers(bug, &lives);
    assert_eq!(faulty[..before_the_last_command], expected[..before_the_last_command]);
    assert_ne!(faulty, expected);
    let (place, own) = own.unwrap();
    let own: Value = serde_json::from_str(own).unwrap();
    assert_eq!((&faulty[place], &faulty[..place]), (&own, &expected[..place]));
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_same_test_is_kept_once_with_any_speaker_and_jobs() {
    let project = Project::new();
    let bug = "number-on-success-only";
    let connector = own(&["--bug", bug]);
    let subjects = [
        ("memory", ["--bug", bug]),
        ("protocol", ["--connector", &connector]),
        ("memory", ["--bug", bug]),
    ];
    let mut texts = Vec::new();
    for ((folder, subject), jobs) in subjects.into_iter().zip(["1", "3", "2"]) {
        let arguments = [&subject[..], &["--jobs", jobs, "--save", folder]].concat();
        certify(&project, &arguments).with_status(1);
        let (_, text) = kept(&project, folder);
        texts.push(text.split_once('\n').unwrap().1.to_owned());
    }
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[0], texts[2]);
}

/// What it takes for nothing to be left open that has to be found out first.
fn pinned() -> Vec<String> {
    let pins = Pins::all_of(Assignment::DEFAULT).to_string();
    pins.split(' ').flat_map(|pin| ["--assume".to_owned(), pin.to_owned()]).collect()
}

/// What no assignment allows is told before the suite, which goes by one of them all the same.
#[test]
fn what_no_assignment_allows_is_told_before_the_suite() {
    if !there_is("python3") {
        return;
    }
    let project = Project::new();
    let adapter = include_str!("../../harness/examples/connector.py");
    let twice =
        adapter.replace("self.export_messages()", "self.export_messages(); self.export_messages()");
    assert_ne!(twice, adapter);
    project.write("twice.py", twice);
    let said = certify(&project, &["--connector", "python3 twice.py"]);
    let said = said.with_status(1);
    let told = "an interval has one message EXPORT, and one more only after a full batch (Q168211)";
    assert!(said.err.contains("no assignment allows step"), "{}", said.err);
    assert!(said.err.contains(told), "{}", said.err);
    assert!(said.err.contains("may be a matter of that"), "{}", said.err);
}

#[rstest]
#[case::at_its_start("sh -c 'exit 7'", "exited with status 7")]
#[case::by_hanging("sleep 60", "did not answer within 0.3 s")]
fn a_connector_that_fails_ends_certify_before_the_suite(#[case] fails: &str, #[case] how: &str) {
    let project = Project::new();
    let certify = ["certify", "--deadline", "300ms", "--connector", fails];
    let began = Instant::now();
    let said = project.event70(&certify).with_status(3);
    // One deadline and no other; the second is for a busy computer.
    assert!(began.elapsed() < 2 * Duration::from_millis(300) + BUSY, "{:?}", began.elapsed());
    assert!(line(&said, "result").contains(how), "{}", said.out);
    assert_eq!(last(&said, "verdict"), "connector-failed");
    assert!(said.out.contains(&format!("\ncommand:   {fails}\n")), "{}", said.out);
    let document = project.event70(&[&certify[..], &["--format", "json"]].concat());
    let document = document.with_status(3).json();
    assert_eq!((&document["certified"], &document["refuted"]), (&false.into(), &Value::Null));
    assert!(document["failed"]["what"].as_str().unwrap().contains(how), "{document}");
    assert!(!project.path("scenarios/found").exists());
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_connector_that_fails_as_a_program_has_a_status_of_its_own() {
    let project = Project::new();
    let pinned = pinned();
    let pinned = pinned.iter().map(String::as_str);
    let fails = ["--connector", "sh -c 'exit 7'", "--save", "kept"];
    let fails: Vec<&str> = fails.into_iter().chain(pinned).collect();
    let said = certify(&project, &[&fails[..], &["--format", "json"]].concat()).with_status(3);
    let document = said.json();
    assert_eq!((&document["certified"], &document["passed"]), (&false.into(), &false.into()));
    let refuted = &document["refuted"];
    let told = refuted["difference"].as_str().unwrap();
    assert!(told.contains("exited with status 7"), "{told}");
    assert_eq!(refuted["repeats"], serde_json::json!([20, 20]));
    let (file, text) = kept(&project, "kept");
    assert_eq!(refuted["conversation"], text);
    // It fails at the reset before the first test already: no input is needed to show that.
    assert_eq!(text.lines().filter(|line| *line == format!("{INPUTS}none")).count(), 1, "{text}");
    let test = ["--test", file.to_str().unwrap()];
    let again = certify(&project, &[&fails[..], &test].concat());
    let again = again.with_status(3);
    assert_eq!((last(&again, "verdict"), again.count("steps")), ("refuted", 0));
    assert!(line(&again, "test").ends_with(": a reset and nothing else"), "{}", again.out);
    assert!(line(&again, "result").contains("exited with status 7"), "{}", again.out);
    let reference = certify(&project, &[&test[..], &["--format", "json"]].concat());
    let document = reference.with_status(0).json();
    assert_eq!((&document["passed"], &document["certified"]), (&true.into(), &false.into()));
    assert_eq!((&document["method"], &document["extra-states"]), (&Value::Null, &Value::Null));
    assert_eq!(document["test-file"], test[1]);
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_test_that_cannot_be_kept_is_told_all_the_same() {
    let project = Project::new();
    project.write("taken", "");
    let said = certify(&project, &["--bug", "canary", "--save", "taken"]).with_status(2);
    assert!(said.err.contains("taken: cannot be written"), "{}", said.err);
    assert!(said.out.contains(&format!("\n{INPUTS}start/0 ")), "{}", said.out);
    assert_eq!(last(&said, "verdict"), "refuted");
}

#[rstest]
#[case::a_test_that_is_not_there("--test nothing.txt", "nothing.txt: ")]
#[case::a_test_without_inputs("--test empty.txt", "empty.txt: no line begins with `# inputs: `")]
#[case::an_input_that_nobody_knows("--test leap.txt", "leap.txt: \"leap\" is not an input")]
#[case::a_test_with_too_many_inputs("--test long.txt", "long.txt: it has more than 1000000 inputs")]
#[case::a_test_for_an_extra_state(
    "--test leap.txt --extra-states 1",
    "'--test <FILE>' cannot be used with '--extra-states <K>'"
)]
#[case::too_many_extra_states("--extra-states 3", "'3' for '--extra-states <K>'")]
#[case::no_number_of_states("--extra-states some", "'some' for '--extra-states <K>'")]
#[case::no_job("--jobs 0", "'0' for '--jobs <N>'")]
#[case::a_bug_that_nobody_knows("--bug canari", "a similar value exists: 'canary'")]
#[case::a_bug_of_a_program("--bug canary --connector cat", "--bug is for the reference")]
#[case::no_command("--connector ''", "it contains no command")]
#[case::an_open_quotation_mark("--connector \"a 'b\"", "quotation mark")]
#[case::no_time("--deadline soon", "not a time such as")]
#[case::a_format_that_there_is_not("--format xml", "'xml' for '--format <FORMAT>'")]
#[ignore = "thorough: `just thorough` runs it"]
fn wrong_usage_is_told_and_nothing_is_certified(#[case] arguments: &str, #[case] told: &str) {
    let project = Project::new();
    project.write("empty.txt", "start/0 exited/0/0/0\n");
    project.write("leap.txt", "# inputs: start/0 leap exited/0/0/0\n");
    project.write("long.txt", "# inputs: start/0 unfinished*1000000\n");
    let words = shell_words::split(arguments).unwrap();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let said = project.event70(&[&["certify"], &words[..]].concat()).with_status(2);
    assert!(said.err.contains(told), "{}", said.err);
    assert!(!said.out.contains("verdict="), "{}", said.out);
}
