//! A search ends well: it says that it was interrupted, keeps to its time, keeps what comes again
//! and nothing else, and keeps it once.
#![cfg(unix)]

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{ProgramOutput, Project, process};
use event70::engine::{Control, Plan, Verdict, explore};
use event70::model::{Connector, Failure, Server, Stage};
use event70::reference::{Reference, Simulated};
use rstest::rstest;

/// A connector in POSIX shell: answers every command, after what `$1` says for a command.
fn connector(special: &str) -> String {
    format!(
        r#"while read -r line; do
            word=${{line#*'"do":"'}}; word=${{word%%'"'*}}
            {special}
            printf '{{"done":"%s"}}\n' "$word"
        done"#
    )
}

fn with_connector(special: &str) -> Project {
    let project = Project::new();
    project.write("connector.sh", connector(special));
    project
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
}

/// What a process said that was sent a signal once `ready`.
fn interrupted(mut command: Command, name: &str, ready: impl Fn() -> bool) -> ProgramOutput {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let began = Instant::now();
    while !ready() && began.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(20));
    }
    signal(&child, name);
    ProgramOutput::of(&child.wait_with_output().unwrap())
}

fn files(project: &Project, below: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(project.path(below)).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[rstest]
#[case::explore(&["explore", "--for", "100s", "--seed", "1", "--jobs", "2"])]
#[case::explore_as_json(&["explore", "--for", "100s", "--format", "json"])]
#[case::certify(&["certify", "--extra-states", "1", "--jobs", "1"])]
#[ignore = "thorough: `just thorough` runs it"]
fn a_signal_ends_a_search_with_its_number(#[case] arguments: &[&str]) {
    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        let project = Project::new();
        let mut command = process(&project);
        command.args(arguments);
        let began = Instant::now();
        let said = interrupted(command, name, || began.elapsed() > Duration::from_millis(400));
        assert_eq!(said.status, 128 + number, "{name}: {} {}", said.out, said.err);
        assert!(said.err.contains("interrupted"), "{}", said.err);
        let told = said.out.contains("interrupted=1") || said.out.contains("\"interrupted\":true");
        assert!(told, "{name}: {}", said.out);
    }
}

/// The reference slowed down, so that there is time to interrupt what is quick.
#[rstest]
#[case::run(&["run"])]
#[case::explain(&["explain", "scenarios"])]
#[ignore = "thorough: `just thorough` runs it"]
fn a_signal_ends_what_goes_file_by_file(#[case] arguments: &[&str]) {
    let project = with_connector("sleep 0.2");
    for number in 0..200 {
        project.write(&format!("scenarios/{number}.toml"), crate::support::HEALTHY);
    }
    let mut command = process(&project);
    command.args(arguments).args(["--connector", "sh connector.sh"]);
    let began = Instant::now();
    let said = interrupted(command, "INT", || began.elapsed() > Duration::from_millis(900));
    assert_eq!(said.status, 130, "{} {}", said.out, said.err);
    assert!(said.out.trim_end().ends_with("interrupted=1"), "{}", said.out);
    assert!(said.count("scenarios") < 200 && said.count("connector-failed") == 0, "{}", said.out);
}

#[test]
fn a_second_signal_ends_the_program_at_once() {
    // Who never answers, in a search that waits for it for long.
    let project = with_connector("sleep 100");
    let mut command = process(&project);
    command.args(["explore", "--connector", "sh connector.sh", "--deadline", "90s"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(400));
    let began = Instant::now();
    // Whoever starts the tests in the background may have SIGINT ignored.
    signal(&child, "TERM");
    signal(&child, "TERM");
    let said = ProgramOutput::of(&child.wait_with_output().unwrap());
    assert!([-1, 143].contains(&said.status), "{said:?}");
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn what_is_ignored_stays_ignored() {
    let project = Project::new();
    let event70 = assert_cmd::cargo::cargo_bin!("event70").to_str().unwrap().to_owned();
    let mut command = Command::new("sh");
    let script = "trap '' HUP; exec \"$0\" explore --cases 300000 --seed 1";
    command.args(["-c", script, &event70]).current_dir(project.path(""));
    let began = Instant::now();
    let said = interrupted(command, "HUP", || began.elapsed() > Duration::from_millis(200));
    assert_eq!((said.status, said.count("cases")), (0, 300_000), "{said:?}");
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn what_does_not_come_again_is_counted_and_the_search_goes_on() {
    let project = Project::new();
    let event70 = assert_cmd::cargo::cargo_bin!("event70").to_str().unwrap().to_owned();
    let mark = project.path("mark").to_str().unwrap().to_owned();
    // The reference, which ends once at its 40th command and never again.
    let script = format!(
        "[ -e {mark} ] && exec {event70} connector\n\
         n=0\n\
         while IFS= read -r line; do\n\
         n=$((n + 1)); if [ $n = 40 ]; then : > {mark}; exit 1; fi\n\
         printf '%s\\n' \"$line\"\n\
         done | {event70} connector\n"
    );
    project.write("connector.sh", script);
    let said = project.event70(&[
        "explore",
        "--connector",
        &format!("sh {}", project.path("connector.sh").to_str().unwrap()),
        "--cases",
        "300",
        "--seed",
        "70",
        "--jobs",
        "1",
    ]);
    assert!(project.path("mark").exists(), "the connector has ended once");
    assert_eq!(
        (said.count("unrepeated"), said.count("found")),
        (1, 0),
        "{} {}",
        said.out,
        said.err
    );
    assert_eq!(said.count("cases"), 300);
    assert!(said.status < 3, "{said:?}");
    assert!(files(&project, "found").is_empty() && files(&project, "scenarios").is_empty());
}

#[rstest]
#[case::explore(&["explore", "--jobs", "1"])]
#[case::run(&["run"])]
#[ignore = "thorough: `just thorough` runs it"]
fn a_connector_that_never_answers_is_given_up_after_three_times(#[case] arguments: &[&str]) {
    let project = with_connector("echo x >> \"$COUNT\"; sleep 100");
    for number in 0..20 {
        project.write(&format!("scenarios/{number}.toml"), crate::support::HEALTHY);
    }
    let mut command = process(&project);
    command.args(arguments).env("COUNT", project.path("count"));
    command.args(["--connector", "sh ./connector.sh", "--deadline", "300ms"]);
    let said = ProgramOutput::of(&command.output().unwrap());
    assert_eq!(said.status, 3, "{said:?}");
    assert_eq!(project.read("count").lines().count(), 3, "{said:?}");
    let reasons = said.err.matches("the connector failed `reset`");
    assert_eq!(reasons.count(), 1, "{}", said.err);
    assert!(said.err.contains("nothing at all was received") && said.err.contains("flush"));
    assert!(files(&project, "found").is_empty(), "nothing is kept of it");
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_time_bounds_repetition_and_reduction_too() {
    // It hangs in every start, and each time takes the deadline.
    let project = with_connector("[ \"$word\" = start ] && sleep 100");
    let began = Instant::now();
    let said = project.event70(&[
        "explore",
        "--connector",
        "sh ./connector.sh",
        "--deadline",
        "2s",
        "--for",
        "5s",
        "--jobs",
        "1",
        "--seed",
        "70",
    ]);
    // Four plays take longer than the whole budget; what is in hand at its end is not waited for.
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert_eq!((said.status, said.count("found")), (3, 1), "{said:?}");
    let found = files(&project, "found");
    let text = fs::read_to_string(&found[0]).unwrap();
    assert!(text.contains("the time was up"), "{text}");
}

/// Fails in every cycle while mail waits, whatever else is there; each command takes its time.
const SLOW: &str = r#"sleep 0.01; [ "$word" = reset ] && echo x >> "$COUNT"
    [ "$word" = start ] && exit 1"#;

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn an_interrupted_reduction_keeps_the_smallest_and_its_history() {
    let project = with_connector(SLOW);
    let mut command = process(&project);
    command.args(["explore", "--connector", "sh ./connector.sh", "--jobs", "1", "--seed", "70"]);
    command.env("COUNT", project.path("count"));
    let resets = || fs::read_to_string(project.path("count")).unwrap_or_default().lines().count();
    // The first, 20 times again, and the reduction has begun.
    let said = interrupted(command, "INT", || resets() >= 24);
    assert_eq!(said.status, 3, "{said:?}");
    let found = files(&project, "found");
    assert_eq!(found.len(), 1, "{said:?}");
    let text = fs::read_to_string(&found[0]).unwrap();
    assert!(text.contains("it failed the same way 20 of 20 times"), "{text}");
    assert!(
        text.contains("until it was interrupted") && text.contains("NOT known to be"),
        "{text}"
    );
    assert!(said.out.contains("interrupted=1"), "{}", said.out);
    let header = text.lines().find(|line| line.contains("Found as case")).unwrap_or_default();
    assert!(header.contains("with "), "{text}");
}

#[test]
fn a_program_failure_names_its_command_and_no_condition() {
    let project = with_connector(r#"[ "$word" = dirsync ] && exit 1"#);
    // The reference behind it, so that nothing else fails.
    let event70 = assert_cmd::cargo::cargo_bin!("event70").to_str().unwrap().to_owned();
    let script = format!(
        "while IFS= read -r line; do case \"$line\" in *'\"dirsync\"'*) exit 1;; esac; \
         printf '%s\\n' \"$line\"; done | {event70} connector\n"
    );
    project.write("connector.sh", script);
    let said = project.event70(&[
        "explore",
        "--connector",
        "sh ./connector.sh",
        "--seed",
        "70",
        "--jobs",
        "1",
        "--cases",
        "200",
    ]);
    assert_eq!(said.status, 3, "{said:?}");
    let found = files(&project, "found");
    let name = found[0].file_name().unwrap().to_str().unwrap().to_owned();
    assert!(name.starts_with("connector-failed-ended-at-dirsync-"), "{name}");
    let text = fs::read_to_string(&found[0]).unwrap();
    assert_eq!(text.matches("[[steps]]").count(), 2, "a start and a dirsync: {text}");
    assert!(text.contains("title = \"A connector survives this step: dirsync\""), "{text}");
    let agrees = project.event70(&["run", found[0].to_str().unwrap()]).with_status(0);
    assert_eq!(agrees.count("agree"), 1, "the rule holds for the reference");
}

#[test]
fn one_finding_is_kept_once() {
    let project = Project::new();
    let mut known = 0;
    for seed in 1..=8 {
        let said = project.event70(&[
            "explore",
            "--bug",
            "tab-read-once",
            "--seed",
            &seed.to_string(),
            "--cases",
            "100000",
            "--save",
            "nights",
        ]);
        assert_eq!(said.status, 1, "{said:?}");
        known += said.err.matches("known: nights/").count();
    }
    let files = files(&project, "nights");
    let mut scenarios: Vec<String> = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .map(|text| {
            text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
        })
        .collect();
    scenarios.sort();
    scenarios.dedup();
    assert_eq!((files.len(), files.len() + known), (scenarios.len(), 8));
    assert!(known > 0, "eight nights found eight scenarios: the seeds show nothing");
}

#[test]
fn findings_of_a_connector_of_ones_own_stay_out_of_the_test_set() {
    let project = Project::new();
    let said = project.event70(&["explore", "--bug", "canary", "--seed", "1"]).with_status(1);
    assert!(said.err.contains("saved as found/"), "{}", said.err);
    assert!(files(&project, "scenarios").is_empty());
    let text = fs::read_to_string(&files(&project, "found")[0]).unwrap();
    let title = text.lines().find(|line| line.starts_with("title")).unwrap();
    assert!(title.contains("Event 70 because "), "the title states the rule: {title}");
}

/// The reference, for which the harness has no room after so many commands, once it is the second
/// of its kind.
struct NoRoom {
    inner: Reference,
    commands_left: Option<u32>,
}

impl NoRoom {
    fn room(&mut self) -> Result<(), Failure> {
        match &mut self.commands_left {
            Some(0) => Err(Failure::of_harness("no descriptors are left".to_owned())),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Connector for NoRoom {
    fn reset(&mut self) -> Result<(), Failure> {
        self.room()?;
        self.inner.reset()
    }

    fn start<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.room()?;
        self.inner.start(stage)
    }

    fn cycle<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.room()?;
        self.inner.cycle(stage)
    }

    fn dirsync<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.room()?;
        self.inner.dirsync(stage)
    }

    fn stop<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.room()?;
        self.inner.stop(stage)
    }

    fn kill(&mut self) -> Result<(), Failure> {
        self.inner.kill()
    }
}

/// What cuts the play in a fresh connector off is not what the used one left over.
#[rstest]
fn trouble_beside_a_fresh_connector_is_no_verdict(
    #[values(0, 1, 3)] commands: u32,
    #[values(1, 2)] first_without_room: usize,
) {
    let made = AtomicUsize::new(0);
    let connector = || {
        let nth = made.fetch_add(1, Ordering::Relaxed);
        let commands_left = (nth >= first_without_room).then_some(commands);
        NoRoom { inner: Reference::new(), commands_left }
    };
    let plan = Plan { fresh_every: Some(1), ..Plan::new(70, 30) };
    let test_bed = (connector, Simulated::new);
    let explored = explore(&plan, &test_bed, 1, &Control::default(), &|_, _, _, _| {}).unwrap();
    let verdict = explored.found.map(|found| found.finding.disagreement.verdict());
    assert_eq!(verdict, Some(Verdict::None));
}
