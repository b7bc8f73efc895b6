//! A program that misbehaves never harms the harness. Whatever it does ends in time as *connector
//! failed*, with the command, the last lines of both sides and what it wrote to stderr; memory
//! stays bounded; and nothing stays behind, no process and no file, also when the harness is
//! interrupted.
//!
//! Each misbehaviour is a real program, written in shell into a project of its own. Its folder for
//! temporary files is the project's too: what is found in it afterwards was left behind, and so was
//! every process that has it in its environment.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::support::{HEALTHY, ProgramOutput, Project, scenario, skip};
use rstest::rstest;
use serde_json::Value;

/// What every connector here begins with: it complains, and it can say what connectors say. After
/// `begin` it has forgotten everything and was told to start.
const PRELUDE: &str = r#"
echo 'I complain' >&2
home=${0%/*}
say() { printf '%s\n' "$1"; }
begin() { read -r line; say '{"done":"reset"}'; read -r line; }
double() { text=$2; n=$1; while [ "$n" -gt 0 ]; do text=$text$text; n=$((n - 1)); done; }
own() { say '{"event":{"id":1,"source":"S","type":"T","category":"'"$1"'","strings":['"$2"']}}'; }
forever() { double 8 "$1"; while :; do printf '%s' "$text"; done; }
newline='
'
run='{"run":{"program":"EXPORT","arguments":["/N"]}}'
known='{"event":{"id":67,"source":"MSExchangeCCMC","type":"Error","category":"General"}}
{"event":{"id":68,"source":"MSExchangeCCMC","type":"Error","category":"General"}}
'
"#;

/// A deadline for programs that hang.
const SHORT: Duration = Duration::from_millis(400);
/// A deadline that no program here reaches: what is wrong with it is noticed long before.
const LONG: Duration = Duration::from_secs(60);
/// So much longer than the deadline a failure may take, on a busy computer.
const ALLOWANCE: Duration = Duration::from_secs(2);
/// So often it is looked whether something has happened.
const LOOK: Duration = Duration::from_millis(5);
/// So long may take what ends by itself, floods included.
const SOON: Duration = Duration::from_secs(8);
/// Memory that is more than enough, in KiB.
const MEMORY_KIB: u32 = 200_000;

/// A project with one scenario, one connector and its own folder for temporary files.
struct Fixture(Project);

impl Fixture {
    fn new(connector: &str) -> Self {
        Self::playing("start; cycles 1", connector)
    }

    fn playing(steps: &str, connector: &str) -> Self {
        let project = Project::with(&[("x", &scenario("", steps))]);
        project.write("connector.sh", format!("{PRELUDE}{connector}"));
        fs::create_dir(project.path("tmp")).unwrap();
        Self(project)
    }

    fn tmp(&self) -> PathBuf {
        self.0.path("tmp")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = crate::support::process(&self.0);
        command.args(arguments).env("TMPDIR", self.tmp()).stdin(Stdio::null());
        command
    }

    fn harness(&self, arguments: &[&str], deadline: Duration) -> Command {
        let mut command = self.command(arguments);
        command.args(["--connector", "sh connector.sh", "--deadline"]);
        command.arg(format!("{}ms", deadline.as_millis()));
        command
    }

    /// Runs the harness, and says how long that took. One that does not end is ended.
    fn finish(&self, mut command: Command) -> (ProgramOutput, Duration) {
        let file = |name: &str| File::create(self.0.path(name)).unwrap();
        let mut harness = Started(command.stdout(file("out")).stderr(file("err")).spawn().unwrap());
        let took = looked_until(SOON, || !harness.is_there());
        let status = took.and_then(|_| harness.0.wait().unwrap().code()).unwrap_or(-1);
        let said = ProgramOutput { status, out: self.0.read("out"), err: self.0.read("err") };
        drop(harness);
        let took = took.unwrap_or_else(|| panic!("the harness hangs: {said:?}"));
        self.assert_that_nothing_is_left();
        (said, took)
    }

    /// Waits a moment for it, since whoever cleans up may outlive the harness by that.
    fn assert_that_nothing_is_left(&self) {
        let nothing = || self.processes().is_empty() && self.folders().is_empty();
        let gone = looked_until(ALLOWANCE, nothing);
        assert!(gone.is_some(), "left behind: {:?} {:?}", self.processes(), self.folders());
    }

    fn folders(&self) -> Vec<PathBuf> {
        fs::read_dir(self.tmp()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    /// Number and command line of every process that descends from the harness, however it left.
    fn processes(&self) -> BTreeMap<String, String> {
        let Ok(all) = fs::read_dir("/proc") else { return BTreeMap::new() };
        let mark = format!("TMPDIR={}", self.tmp().display());
        let marked = |process: &PathBuf| {
            text_of(&process.join("environ")).split('\0').any(|variable| variable == mark)
        };
        let marked = all.flatten().map(|entry| entry.path()).filter(marked);
        let command = |process: &Path| text_of(&process.join("cmdline")).replace('\0', " ");
        marked.map(|process| (process.display().to_string(), command(&process))).collect()
    }

    /// Starts the harness and waits until its connectors have written so many lines to `ready`.
    fn started(&self, arguments: &[&str], lines: usize) -> Started {
        let mut command = self.harness(arguments, LONG);
        let harness = Started(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let began = || text_of(&self.0.path("ready")).lines().count() >= lines;
        assert!(looked_until(LONG, began).is_some(), "the connector does not start");
        harness
    }
}

struct Started(Child);

impl Started {
    fn signal(&self, name: &str) {
        let number = self.0.id().to_string();
        let sent = Command::new("kill").args([format!("-{name}"), number]).status().unwrap();
        assert!(sent.success());
    }

    fn is_there(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Looks until something is so, and says how long that took. While the whole computer stands still,
/// as virtual ones do, nobody looks and no time passes.
fn looked_until(most: Duration, mut is_so: impl FnMut() -> bool) -> Option<Duration> {
    for look in 0..most.as_millis().div_ceil(LOOK.as_millis()) as u32 {
        if is_so() {
            return Some(LOOK * look);
        }
        thread::sleep(LOOK);
    }
    None
}

/// The text of a file, as far as there is one.
fn text_of(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
}

fn warn_without_proc() {
    if !Path::new("/proc/self/environ").exists() {
        skip("the look for processes that are left, for there is no /proc");
    }
}

fn has_program(name: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {name}")]).output();
    found.is_ok_and(|found| found.status.success())
}

/// What is found of the one scenario, which must be that the connector failed.
fn failure_in(document: &Value) -> &Value {
    let scenario = &document["scenarios"][0];
    assert_eq!(scenario["verdict"], "connector-failed", "{scenario}");
    &scenario["finding"]
}

/// Plays a misbehaving connector, and holds what is told of it against what it did.
fn fails(connector: &str, kind: &str, told: &[&str]) {
    warn_without_proc();
    let fixture = Fixture::new(connector);
    let hangs = kind == "hung";
    let deadline = if hangs { SHORT } else { LONG };
    let (said, took) = fixture.finish(fixture.harness(&["run", "--format", "json"], deadline));
    let document = said.with_status(3).json();
    let finding = failure_in(&document);
    let report = finding["report"].as_str().unwrap();
    let everything = format!("{}\n{report}", finding["message"].as_str().unwrap());
    assert_eq!(finding["failure"], kind, "{everything}");
    for part in told {
        assert!(everything.contains(part), "{part:?} is not in: {everything}");
    }
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines[0], "command:   sh connector.sh");
    assert!(lines.iter().any(|line| line.starts_with("stderr:    ")), "{report}");
    assert!(report.len() < 40_000, "{}", report.len());
    assert!(!hangs || took < SHORT + ALLOWANCE, "{took:?}");
}

#[rstest]
#[case::at_once("exit 3", &["exited with status 3"])]
#[case::when_it_should_forget(
    "read -r line; exit 4",
    &["exited with status 4", r#"{"do":"reset""#]
)]
#[case::when_it_should_start("begin; exit 0", &["exited with status 0", r#"{"do":"start""#])]
#[case::instead_of_hearing_how_a_run_ended(
    "begin; say \"$run\"; exit 5",
    &["exited with status 5", "EXPORT"]
)]
#[case::in_the_middle_of_a_line(
    r#"begin; printf '{"done":'; exit 6"#,
    &["exited with status 6, in the middle of a line", r#"connector: {"done":"#]
)]
#[case::between_two_commands(r#"begin; say '{"done":"start"}'; exit 7"#, &["exited with status 7"])]
#[case::by_a_signal("begin; kill -KILL $$", &["ended by signal 9"])]
#[case::by_a_crash("begin; ulimit -c 0; kill -SEGV $$", &["ended by signal 11"])]
#[case::its_input(
    r#"read -r line; exec 0<&-; say '{"done":"reset"}'; sleep 60"#,
    &["closed its input and went on running"]
)]
#[case::its_output("begin; exec 1>&-; sleep 60", &["closed its output and went on running"])]
#[case::and_leaves_a_child_with_its_pipes("begin; sleep 60 & exit 8", &["exited with status 8"])]
#[case::and_leaves_a_child_that_ignores_signals(
    "begin; (trap '' TERM INT HUP; sleep 60; sleep 60) & exit 9",
    &["exited with status 9"]
)]
#[case::and_leaves_a_child_that_floods_its_errors(
    "begin; (forever 'no end ' >&2) & exit 10",
    &["exited with status 10", "no end no end"]
)]
fn a_program_that_ends_or_closes_a_pipe(#[case] connector: &str, #[case] told: &[&str]) {
    fails(connector, "ended", told);
}

#[test]
fn a_program_that_leaves_a_child_in_a_session_of_its_own() {
    if !has_program("setsid") {
        return skip("there is no setsid");
    }
    let child = "setsid sh -c 'sleep 60; exit 0'";
    fails(&format!("begin; {child} & exit 8"), "ended", &["exited with status 8"]);
    fails(&format!("begin; exec {child}"), "ended", &["exited with status 0"]);
}

#[rstest]
#[case::from_the_beginning("sleep 60", &[r#"{"do":"reset""#])]
#[case::when_it_should_start("begin; sleep 60", &[r#"{"do":"start""#])]
#[case::with_every_signal_ignored(
    "trap '' TERM INT HUP QUIT; begin; while :; do sleep 60; done",
    &[]
)]
#[case::after_it_has_asked_for_a_run("begin; say \"$run\"; sleep 60", &["EXPORT", r#"{"ran":"#])]
#[case::in_the_middle_of_a_line(
    r#"begin; printf '{"done":'; sleep 60"#,
    &[r#"connector: {"done":"#]
)]
#[case::stopped_by_a_signal("begin; kill -STOP $$", &[])]
#[case::while_it_says_something_now_and_then(
    "begin; while :; do printf '%s' \"$known\"; sleep 0.1; done",
    &["connector: {\"event\":"]
)]
#[case::and_asks_without_hearing_the_answers("begin; forever \"$run$newline\"", &["EXPORT"])]
#[case::and_floods_its_errors("begin; forever 'no end ' >&2", &["no end no end"])]
#[ignore = "thorough: `just thorough` runs it"]
fn a_program_that_hangs(#[case] connector: &str, #[case] told: &[&str]) {
    fails(connector, "hung", &[&["did not answer within 0.4 s"], told].concat());
}

/// A group cannot be killed with a process that has left it.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_program_that_hangs_in_the_process_group_of_the_harness() {
    if !has_program("perl") {
        return skip("there is no perl, and a shell cannot change its process group");
    }
    let connector = "begin; exec perl -e 'setpgrp(0, getpgrp(getppid)); sleep 60'";
    fails(connector, "hung", &["did not answer"]);
}

#[rstest]
#[case::not_json("say ready", &["is not JSON", "connector: ready"])]
#[case::an_empty_line("say ''", &["is not JSON"])]
#[case::no_object("say '[]'", &["is not an object"])]
#[case::two_objects(r#"say '{"done":"start"} {}'"#, &["is not JSON"])]
#[case::nothing_in_it("say '{}'", &["is not exactly one of event, run and done"])]
#[case::nested_too_deep("printf '{\"x\":'; double 15 '['; say \"$text\"", &["is not JSON"])]
#[case::not_utf8(r"printf '\377\376\n'", &["is not UTF-8"])]
#[case::nul(r"printf '\000\n'", &["is not JSON", r"connector: \u{0}"])]
#[case::a_field_is_missing(r#"say '{"event":{"id":70}}'"#, &["missing field"])]
#[case::a_number_too_large(r#"say '{"event":{"id":65606}}'"#, &["65606"])]
#[case::another_done(
    r#"say '{"done":"cycle"}'"#,
    &[r#""cycle" is done, but it was asked for "start""#]
)]
#[case::a_done_that_nobody_knows(r#"say '{"done":"all"}'"#, &[r#""all" is done"#])]
#[case::an_endless_line(
    "forever 'no end '",
    &["longer than 65536 bytes", "connector: no end no end"]
)]
#[case::a_long_line_in_two_parts(
    "printf '%040000d' 0; sleep 0.2; printf '%040000d\\n' 0",
    &["longer than 65536 bytes", "connector: 0000"]
)]
#[case::more_after_done(
    r#"printf '{"done":"start"}\nmore\n'"#,
    &["after `done`", "connector: more"]
)]
#[case::done_twice(r#"printf '{"done":"start"}\n{"done":"start"}\n'"#, &["after `done`"])]
fn a_program_that_breaks_the_protocol(#[case] says: &str, #[case] told: &[&str]) {
    fails(&format!("begin; {says}; sleep 60"), "broke-protocol", told);
}

#[rstest]
#[case::an_event("printf '%s' \"$known\"")]
#[case::a_run("say \"$run\"; read -r line")]
#[case::the_wrong_done(r#"say '{"done":"start"}'"#)]
#[case::more(r#"printf '{"done":"reset"}\nmore\n'"#)]
fn a_program_that_does_not_only_forget_at_reset(#[case] says: &str) {
    let connector = format!("read -r line; {says}; say '{{\"done\":\"reset\"}}'; sleep 60");
    fails(&connector, "broke-protocol", &[r#"harness:   {"do":"reset","protocol":1}"#]);
}

#[test]
fn a_program_that_says_more_after_the_last_command() {
    let connector = r#"begin; printf '{"done":"start"}\nmore\n'; sleep 60"#;
    let fixture = Fixture::playing("start", connector);
    let (said, _) = fixture.finish(fixture.harness(&["run", "--format", "json"], LONG));
    let document = said.with_status(3).json();
    let finding = failure_in(&document);
    assert_eq!(finding["failure"], "broke-protocol");
    assert!(finding["report"].as_str().unwrap().contains("connector: more"), "{finding}");
}

#[rstest]
#[case::events("forever \"$known\"", &["logged events without end", r#"harness:   {"do":"start""#])]
#[case::runs(
    "while :; do say \"$run\"; read -r line; done",
    &["asked for runs without end", r#"harness:   {"ran":"exited","code":2"#]
)]
#[case::events_with_a_run_now_and_then(
    "double 13 \"$known\"; while :; do printf '%s' \"$text\"; say \"$run\"; read -r line; done",
    &["logged events without end", r#"harness:   {"ran":"exited","code":2"#]
)]
#[ignore = "thorough: `just thorough` runs it"]
fn a_program_that_answers_without_end(#[case] connector: &str, #[case] told: &[&str]) {
    fails(&format!("begin; {connector}"), "flooded", told);
}

/// What the connector does in each case would take gigabytes if all of it were kept.
#[rstest]
#[case::known_events("forever \"$known\"")]
#[case::long_strings(r#"double 15 x; forever "$(own C "\"$text\"")$newline""#)]
#[case::many_empty_strings(r#"double 14 ',""'; forever "$(own C "\"\"$text")$newline""#)]
#[case::long_categories(r#"double 15 x; forever "$(own "$text" '""')$newline""#)]
#[case::long_command_lines(
    "double 15 x; run=$(say \"$run\" | sed \"s|/N|/N$text|\")
    while :; do say \"$run\"; read -r line; done"
)]
#[case::an_endless_line("forever 'no end '")]
#[case::errors("forever 'no end ' >&2 & sleep 0.5; kill $!; exit 1")]
#[case::much_in_each_of_many_cycles(
    r#"say '{"done":"start"}'; double 15 x; event=$(own C "\"$text\"")
    while read -r line; do say "$event"; say '{"done":"cycle"}'; done"#
)]
#[ignore = "thorough: `just thorough` runs it"]
fn a_flood_is_not_hoarded(#[case] connector: &str, #[values("text", "json")] format: &str) {
    if cfg!(not(target_os = "linux")) {
        return skip("only on Linux is a limit of memory known to hold");
    }
    let fixture = Fixture::playing("start; cycles 10000", &format!("begin; {connector}"));
    let harness = fixture.harness(&["run", "--format", format], LONG);
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("ulimit -v {MEMORY_KIB}; exec \"$@\""), "sh"]);
    limited.arg(harness.get_program()).args(harness.get_args());
    limited.current_dir(fixture.0.path("")).env("TMPDIR", fixture.tmp()).stdin(Stdio::null());
    let (said, _) = fixture.finish(limited);
    assert_eq!(said.status, 3, "{}", said.err);
    let counted = ["connector-failed=1", "\"connector-failed\":1"];
    assert!(counted.iter().any(|counted| said.out.contains(counted)));
}

#[rstest]
#[case::a_name_that_is_none("no-such-program")]
#[case::a_path_to_nothing("./no/such/program")]
#[case::a_file_that_is_no_program("./connector.sh")]
#[case::a_folder("./tmp")]
fn a_program_that_cannot_be_started(#[case] connector: &str) {
    let fixture = Fixture::new("");
    let harness = fixture.command(&["run", "--format", "json", "--connector", connector]);
    let document = fixture.finish(harness).0.with_status(3).json();
    let finding = failure_in(&document);
    assert_eq!(finding["failure"], "cannot-start");
    assert!(finding["message"].as_str().unwrap().contains("cannot be started"), "{finding}");
    assert!(finding["report"].as_str().unwrap().contains(connector), "{finding}");
}

/// A person is told the same as a machine, and the scenarios that follow are played.
#[test]
fn a_failure_is_explained_and_what_follows_is_played() {
    let forgetful = "begin; [ -e \"$home/once\" ] || { : > \"$home/once\"; exit 11; }\n\
                     while say '{\"done\":\"start\"}'; do read -r line || exit 0; begin; done";
    let fixture = Fixture::playing("start", forgetful);
    fixture.0.write("scenarios/y.toml", HEALTHY);
    let (said, _) = fixture.finish(fixture.harness(&["run"], LONG));
    let said = said.with_status(3);
    assert!(said.out.contains("\nagree          0  y: "), "{}", said.out);
    assert_eq!((said.count("agree"), said.count("connector-failed")), (1, 1));
    let told = [
        "verdict: connector-failed, ",
        "step 1: the connector exited with status 11 before it had answered\n",
        "        command:   sh connector.sh\n        harness:   {\"do\":\"reset\",",
        "        connector: {\"done\":\"reset\"}\n        harness:   {\"do\":\"start\",\"at\":",
        "        stderr:    I complain\n",
    ];
    for part in told {
        assert!(said.out.contains(part), "{part:?} is not in: {}", said.out);
    }
}

/// A good connector whose child floods stderr is good all the same.
#[test]
fn a_flood_of_errors_does_not_hold_up_a_connector_that_answers() {
    let lazy = "(forever 'no end ' >&2) & begin; say '{\"done\":\"start\"}'; read -r line\n\
                say '{\"done\":\"stop\"}'; read -r line; exit 0";
    let fixture = Fixture::playing("start; stop", lazy);
    fixture.finish(fixture.harness(&["run"], LONG)).0.with_status(0);
}

/// A connector that hangs, with a child that ignores signals and one in a session of its own.
const HANGS: &str = "begin; (trap '' TERM INT HUP; sleep 60; sleep 60) &
if command -v setsid > /dev/null; then setsid sh -c \"trap '' TERM; sleep 60; sleep 60\" & fi
trap '' TERM INT HUP; mkdir -p some/files; where=$(pwd -P)
echo \"$where\" > some/files/file; echo \"$where\" >> \"$home/ready\"
while :; do sleep 60; done";

#[rstest]
#[ignore = "thorough: `just thorough` runs it"]
fn nothing_is_left_when_the_harness_is_interrupted(
    #[values(
        "run INT",
        "run TERM",
        "run HUP",
        "run KILL",
        "explore INT",
        "explore TERM",
        "explore HUP",
        "explore KILL",
        "certify INT"
    )]
    interruption: &str,
) {
    let (command, signal) = interruption.split_once(' ').unwrap();
    warn_without_proc();
    let fixture = Fixture::new(HANGS);
    let harness = fixture.started(&[command], 1);
    harness.signal(signal);
    fixture.assert_that_nothing_is_left();
}

#[test]
fn jobs_have_working_directories_of_their_own() {
    let fixture = Fixture::new(HANGS);
    let harness = fixture.started(&["explore", "--jobs", "3"], 3);
    let ready = fixture.0.read("ready");
    let mut folders: Vec<&Path> = ready.lines().map(Path::new).collect();
    folders.sort();
    folders.dedup();
    assert_eq!(folders.len(), 3, "{ready}");
    for folder in folders {
        assert_eq!(text_of(&folder.join("some/files/file")).trim(), folder.to_str().unwrap());
    }
    harness.signal("KILL");
    fixture.assert_that_nothing_is_left();
}

#[test]
fn two_harnesses_do_not_disturb_each_other() {
    let fixture = Fixture::new(HANGS);
    let mut one = fixture.started(&["run"], 1);
    let (processes, folders) = (fixture.processes(), fixture.folders());
    let mut other = fixture.command(&["run", "--connector"]);
    other.arg(format!("{} connector", assert_cmd::cargo::cargo_bin!("event70").display()));
    ProgramOutput::of(&other.output().unwrap()).with_status(0);
    assert!(one.is_there());
    assert_eq!(fixture.folders(), folders);
    let now = fixture.processes();
    for (process, command) in processes {
        assert!(now.contains_key(&process), "{command}");
    }
    drop(one);
    fixture.assert_that_nothing_is_left();
}
