//! What passes between the harness and a connector in another process is what the contract says:
//! the working directory, a kill that is one, arguments and events that are held against the truth,
//! the same log as in memory, and connectors that do now this and now that.
//!
//! The connectors are `event70 connector` as it is, the same behind a filter that falsifies one
//! thing, and shell scripts.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use event70::engine::{Finding, Player, Trial, draw};
use event70::model::{
    Assignment, Connector, Keyword, Operation, Pins, Record, Scenario, Step, Trace, TraceEvent,
};
use event70::process::{LINE_BYTES_MAX, Launch, ProgramConnector};
use event70::reference::{Bug, Reference, Seeded, Simulated};
use rstest::rstest;
use serde_json::Value;

use crate::support::{ProgramOutput, Project, event70_here, is_long, scenario};

/// No connector here may take so long to answer.
const LONG: &str = "20s";

/// The command that starts the harness's own connector, with these further arguments.
fn own(arguments: &str) -> String {
    format!("'{}' connector {arguments}", assert_cmd::cargo::cargo_bin!("event70").display())
}

/// A project with one scenario and one connector, a shell script.
fn project(site: &str, steps: &str, connector: &str) -> Project {
    let project = Project::with(&[("x", &scenario(site, steps))]);
    project.write("connector.sh", connector);
    project
}

/// Runs a project's connector.
fn run(project: &Project, options: &[&str]) -> ProgramOutput {
    let arguments = ["run", "--connector", "sh connector.sh", "--deadline", LONG];
    project.event70(&[&arguments, options].concat())
}

/// Plays the harness's own connector behind a filter of everything that it says.
fn filtered(site: &str, steps: &str, filter: &str) -> ProgramOutput {
    let connector = format!("{} | sed -u -e '{filter}'", own(""));
    run(&project(site, steps, &connector), &[])
}

/// A connector that exports nothing and writes down what it is told: the command, its own number,
/// how often it was started by a file that it keeps, how many files it finds, whether the process
/// before it is still there, and where it is. Nothing but SIGKILL ends it.
const LAZY: &str = r#"
trap '' TERM INT HUP
home=${0%/*}
while read -r line; do
  command=${line#*'"do":"'}; command=${command%%'"'*}
  found=$(ls -A | wc -l)
  before=none
  [ -e pid ] && before=gone && [ "$(cat pid)" != $$ ] && kill -0 "$(cat pid)" && before=there
  if [ "$command" = start ]; then
    echo $$ > pid
    echo started >> starts
    mkdir -p deep/er && echo x > deep/er/file && ln -s "$home/outside" link && chmod 500 deep
  fi
  starts=$(cat starts | wc -l)
  echo $command $$ $starts $found $before "$(pwd -P)" >> "$home/log"
  echo "{\"done\":\"$command\"}"
done
"#;

/// The lines that [`LAZY`] wrote down, in words.
fn log_of_lazy(steps: &str) -> Vec<Vec<String>> {
    let project = project("", steps, LAZY);
    project.write("scenarios/y.toml", scenario("", "cycles 1; start"));
    project.write("outside/file", "kept");
    // It runs nothing in a cycle, against Q168211: what it is told does not depend on that.
    run(&project, &[]).with_status(if steps.contains("start; cycles") { 1 } else { 0 });
    assert_eq!(project.read("outside/file"), "kept", "a link is removed, not where it leads to");
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect();
    project.read("log").lines().map(words).collect()
}

fn column(log: &[Vec<String>], index: usize) -> Vec<&str> {
    log.iter().map(|line| line[index].as_str()).collect()
}

#[test]
fn the_working_directory_outlives_a_kill_but_not_a_reset() {
    let log = log_of_lazy("start; cycles 1; kill; start; kill; start; stop");
    let commands = ["reset", "start", "cycle", "start", "start", "stop", "reset", "start"];
    assert_eq!(column(&log, 0), commands);
    assert_eq!(column(&log, 2), ["0", "1", "1", "2", "3", "3", "0", "1"], "starts");
    assert_eq!(column(&log, 3), ["0", "0", "4", "4", "4", "4", "0", "0"], "files");
    let folders = column(&log, 5);
    assert!(folders.iter().all(|folder| *folder == folders[0]), "{folders:?}");
    let name = Path::new(folders[0]).file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("event70-"), "{name}");
    assert!(!Path::new(folders[0]).exists());
}

#[test]
fn after_a_kill_the_next_start_goes_to_a_new_process() {
    let log = log_of_lazy("start; cycles 1; kill; cycles 1; start; cycles 1; kill; start");
    let commands = ["reset", "start", "cycle", "start", "cycle", "start", "reset", "start"];
    assert_eq!(column(&log, 0), commands, "no reset after a kill");
    let before = ["none", "none", "gone", "gone", "gone", "gone", "none", "none"];
    assert_eq!(column(&log, 4), before);
    let lives: Vec<&str> = column(&log, 1);
    let [one, other, last] = [lives[0], lives[3], lives[5]];
    assert!(one != other && other != last && one != last, "{lives:?}");
    assert_eq!(lives, [one, one, one, other, other, last, last, last]);
}

#[rstest]
#[case::nothing("", "no command")]
#[case::an_open_quotation_mark("sh 'connector.sh", "quotation mark")]
fn a_command_that_is_none_is_wrong_usage(#[case] connector: &str, #[case] why: &str) {
    let project = project("", "start", "");
    let said = project.event70(&["run", "--connector", connector]).with_status(2);
    assert!(said.err.contains(why), "{}", said.err);
}

/// The wrong words make EXPORT exit with code 3, the right ones let it pass where it should not.
#[rstest]
#[case::name("", "start", "s|/NEXCHANGE|/NELSEWHERE|", "extra")]
#[case::name_of_the_tab_for_a_message("", "start", "s|/NEXCHANGE|/NHQ|", "extra")]
#[case::name_in_dirsync("", "start; dirsync", "s|/NHQ|/NELSEWHERE|", "extra")]
#[case::password("", "start", "s|/PSECRET|/PSecret|", "extra")]
#[case::no_password("", "start", "s|/PSECRET|/P|", "extra")]
#[case::path("", "start", "s|CCDATA|CCDATE|", "extra")]
#[case::right_password(
    "conditions = [\"tab-password-wrong\"]",
    "start",
    r#"s|"/P[^"]*"|"/PSECRET"|"#,
    "missing"
)]
#[case::right_name(
    "conditions = [\"tab-name-wrong\"]",
    "start; dirsync",
    r#"s|"/N[^"]*","/P|"/NHQ","/P|"#,
    "missing"
)]
fn wrong_words_in_a_command_line_have_their_effect(
    #[case] site: &str,
    #[case] steps: &str,
    #[case] filter: &str,
    #[case] verdict: &str,
) {
    let said = filtered(site, steps, filter).with_status(1);
    assert_eq!(said.count(verdict), 1, "{}", said.out);
    filtered(site, steps, "s|/BATCH|/BATCH|").with_status(0);
}

#[rstest]
#[case::no_file_number("s|msg0001|msg|", r"EXPORT knows no file EXPORT\msg.ccm")]
#[case::file_number_too_long("s|msg0001|msg000001|", r"EXPORT knows no file EXPORT\msg000001.ccm")]
#[case::file_of_import(
    r"s|EXPORT\\\\msg0001.ccm|IMPORT\\\\*.ccm|",
    r"EXPORT knows no file IMPORT\*.ccm"
)]
#[case::no_file(r#"s|,"/@[^"]*"||"#, "/@ is missing")]
#[case::no_name(r#"s|"/N[^"]*",||"#, "/N is missing")]
#[case::no_arguments(r#"s|"arguments":.*|"arguments":[]}}|"#, "/N is missing")]
#[case::two_names(r#"s|"/N\([^"]*\)"|"/N\1","/N\1"|"#, "/N is given twice")]
#[case::no_switch("s|/BATCH|QUIET|", "EXPORT has no argument QUIET")]
#[case::deleting("s|/BATCH|/DELETE|", "EXPORT has no argument /DELETE")]
#[case::a_switch_twice(r#"s|"/BATCH"|"/BATCH","/BATCH"|"#, "/BATCH is given twice")]
#[case::directory("s|/BATCH|/DIRECTORY|", r"/DIRECTORY does not go with EXPORT\msg0001.ccm")]
#[case::no_directory(r#"s|"/DIRECTORY",||"#, "/DIRECTORY is missing")]
#[case::another_program(
    r#"s|"program":"EXPORT"|"program":"EXPROT"|"#,
    "the programs are EXPORT and IMPORT"
)]
fn an_undocumented_command_line_is_malformed_with_the_reason(
    #[case] filter: &str,
    #[case] why: &str,
) {
    let said = filtered("", "start; dirsync", &format!("/\"run\"/{filter}")).with_status(1);
    assert_eq!(said.count("malformed"), 1, "{}", said.out);
    let flowing = said.flowing();
    assert!(flowing.contains("the connector asked for EX"), "{flowing}");
    assert!(flowing.contains(&format!(": {why}")), "{flowing}");
}

#[rstest]
#[case::source(
    "s|MSExchangeCCMC|MSExchangeMTA|",
    "source",
    r#"MSExchangeCCMC, found "MSExchangeMTA""#
)]
#[case::source_in_lower_case(
    "s|MSExchangeCCMC|msexchangeccmc|",
    "source",
    r#"MSExchangeCCMC, found "msexchangeccmc""#
)]
#[case::kind("s|Error|Warning|", "type", r#"Error, found "Warning""#)]
#[case::kind_that_is_none("s|Error|Failure|", "type", r#"Error, found "Failure""#)]
#[case::category("s|General|Outbound|", "category", r#"General, found "Outbound""#)]
#[case::category_that_is_none("s|General|Export|", "category", r#"General, found "Export""#)]
#[case::file("s|msg0001|msg0002|", "file", r#"msg0001.ccm, found "msg0002.ccm""#)]
#[case::file_with_its_folder(
    r"s|msg0001|EXPORT\\\\msg0001|",
    "file",
    r#"msg0001.ccm, found "EXPORT\\msg0001.ccm""#
)]
#[case::no_file(r#"s|"strings":.*|"strings":[]}}|"#, "file", r#"msg0001.ccm, found """#)]
#[case::text(
    r#"s|ccm",""|ccm","code 3"|"#,
    "text",
    r#"nothing after the article's sentence, found "code 3""#
)]
#[case::more_text(
    r#"s|ccm",""|ccm","","3"|"#,
    "text",
    r#"nothing after the article's sentence, found "3""#
)]
fn a_wrong_field_of_event_70_is_malformed_and_named(
    #[case] filter: &str,
    #[case] field: &str,
    #[case] told: &str,
) {
    let site = "conditions = [\"tab-password-wrong\"]";
    let said = filtered(site, "start", &format!("/\"event\"/{filter}")).with_status(1);
    assert_eq!(said.count("malformed"), 1, "{}", said.out);
    let told = format!("step 1: {field} of Event 70: expected {told}");
    assert!(said.flowing().contains(&told), "{told}: {}", said.out);
}

/// Which numbers a connector takes, how it writes them, and what it passes on besides, no document
/// says.
#[rstest]
#[case::beginning_anywhere("s|msg000|msgFF0|")]
#[case::not_in_order("s|msg0001|msg0007|")]
#[case::in_lower_case("s|msg000|msgab0|")]
#[case::in_upper_case("s|msg000\\(.\\).ccm|MSG4A2\\1.CCM|")]
#[case::of_one_digit("s|msg000|msg|")]
#[case::of_five_digits("s|msg000|msg9e37|")]
#[case::with_further_switches(r#"s|"/BATCH"|"/BATCH","/QUIET"|"#)]
fn a_connector_names_its_files_as_it_likes(#[case] filter: &str) {
    let site = "conditions = [\"tab-password-wrong\"]";
    let said = filtered(site, "start; cycles 2; restart; dirsync", filter).with_status(0);
    assert_eq!(said.count("predicted"), 5, "{}", said.out);
}

#[test]
fn within_a_life_each_export_takes_another_file() {
    let said = filtered("", "start; cycles 1", "s|msg000.|msg0007|").with_status(1);
    let told = "EXPORT went to msg0007.ccm, as the one before it did";
    assert!(said.flowing().contains(told), "{}", said.out);
    filtered("", "start; restart; kill; start", "s|msg000.|msg0007|").with_status(0);
}

#[rstest]
#[case::as_long_as_it_may_be(0, 0, "")]
#[case::a_byte_longer(1, 3, "longer than 65536 bytes")]
fn a_line_has_at_most_64_kib(#[case] more: usize, #[case] status: i32, #[case] told: &str) {
    let zeros = LINE_BYTES_MAX - "{\"done\":\"start\",\"x\":\"\"}\n".len() + more;
    let connector = format!(
        "read -r _; echo '{{\"done\":\"reset\"}}'; read -r _\n\
         printf '{{\"done\":\"start\",\"x\":\"%0{zeros}d\"}}\\n' 0; read -r _"
    );
    let said = run(&project("", "start", &connector), &[]).with_status(status);
    assert!(said.out.contains(told), "{}", said.out);
}

/// A folder of its own, and a program that is started in it.
fn program(command: &str) -> (tempfile::TempDir, ProgramConnector) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("connector.sh"), command).unwrap();
    let mut launch = Launch::new("sh connector.sh", folder.path()).unwrap();
    launch.deadline = Duration::from_secs(20);
    (folder, ProgramConnector::new(Arc::new(launch), None))
}

#[test]
fn output_between_commands_breaks_the_protocol_and_is_reported() {
    let (folder, mut program) = program(
        "read -r _; echo '{\"done\":\"reset\"}'; read -r _; echo '{\"done\":\"start\"}'\n\
         sleep 0.1; echo more; : > \"${0%/*}/said\"; sleep 60",
    );
    let mut trace = Trace::default();
    let site = Simulated::new(&event70::model::Setup::default());
    let mut player = Player::new(site, &mut program, &mut trace).unwrap();
    player.step(&Step::Do(Operation::Start)).unwrap();
    while !folder.path().join("said").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let failure = player.step(&Step::Cycles(1)).unwrap_err();
    assert!(failure.what.contains("after `done`"), "{failure:?}");
    assert!(failure.report.ends_with("connector: more"), "{}", failure.report);
}

/// The folders of scenario files; the one with files of many thousand cycles only in the long tier.
fn folders() -> Vec<PathBuf> {
    let all = fs::read_dir(crate::support::sound::project().join("scenarios")).unwrap();
    let mut folders: Vec<PathBuf> = all.map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.is_dir() && (tier() > 1 || !folder.ends_with("limits")));
    folders.sort();
    folders
}

fn runs_alike(folders: &[PathBuf], bug: &str) {
    // The same is assumed of both: of a program nothing would be.
    let defaults = Pins::all_of(Assignment::DEFAULT).to_string();
    let mut arguments = vec!["run", "--format", "json"];
    arguments.extend(defaults.split(' ').flat_map(|pin| ["--assume", pin]));
    arguments.extend(folders.iter().map(|folder| folder.to_str().unwrap()));
    let connector = own(bug);
    let behind = [&arguments[..], &["--deadline", LONG, "--connector", &connector]].concat();
    arguments.extend(bug.split_whitespace());
    let (one, other) = (event70_here(&arguments), event70_here(&behind));
    assert_eq!(one.status, i32::from(!bug.is_empty()), "{}", one.err);
    assert!(one.out.len() > 10_000);
    assert_eq!(one.status, other.status);
    // All but the header, which says who was tested.
    let [one, other] =
        [one, other].map(|said| said.out[said.out.find("\"scenarios\"").unwrap()..].to_owned());
    assert!(one == other, "{bug}");
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_reference_behind_the_protocol_has_an_identical_report() {
    runs_alike(&folders(), "");
}

/// It ends unless it is told the limits, and the times that they make.
const STRICT: &str = r#"
limits='"poll-seconds":60,"export-max":2,"import-max":1}}'
while read -r line; do
  case $line in
  '{"do":"reset"'*) word=reset ;;
  '{"do":"start","at":"1997-12-06T09:00:00"'*"$limits") word=start ;;
  '{"do":"cycle","at":"1997-12-06T09:01:00"'*"$limits") word=cycle ;;
  *) exit ;;
  esac
  echo "{\"done\":\"$word\"}"
done
"#;

#[test]
fn a_connector_is_told_the_limits_of_the_site() {
    let told =
        project("poll-seconds = 60, export-max = 2, import-max = 1", "start; cycles 1", STRICT);
    // It is there to the end, and has run nothing in a cycle.
    assert!(run(&told, &[]).with_status(1).out.contains("Q168211"));
    let other = project("poll-seconds = 60, export-max = 2", "start; cycles 1", STRICT);
    run(&other, &[]).with_status(3);
}

#[test]
fn limits_behind_the_protocol_are_heeded_as_in_memory() {
    let steps = "start; mail 5 exchange; mail 3 cc-mail; cycles 2; inject tab-name-wrong; cycles 1";
    let limits = "logging = 'maximum', poll-seconds = 60, export-max = 2, import-max = 1";
    let project = Project::with(&[("x", &scenario(limits, steps))]);
    let in_memory = project.event70(&["run", "scenarios/x.toml"]).with_status(0);
    let arguments = ["run", "scenarios/x.toml", "--deadline", LONG, "--connector", &own("")];
    let behind = project.event70(&arguments).with_status(0);
    let log = |said: &ProgramOutput| said.out.split("verdict:").next().unwrap().to_owned();
    assert!(log(&in_memory).contains("2 moved"), "{}", in_memory.out);
    assert_eq!(log(&behind), log(&in_memory));
}

#[rstest]
fn a_bug_behind_the_protocol_is_told_the_same_byte_for_byte(
    #[values("canary", "wrong-source", "wrong-text", "doubled", "tries-again")] bug: &str,
) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/causes");
    runs_alike(&[folder], &format!("--bug {bug}"));
}

/// What happens in each step until the first disagreement, and that. The same event several times
/// in a row may be one record or several.
fn traces(scenario: &Scenario, connector: &mut impl Connector) -> (Vec<Trace>, Option<Finding>) {
    let mut traces = Vec::new();
    let site = Simulated::new(&scenario.setup);
    let look = |seen: event70::engine::PlayedStep<'_>| {
        let mut trace = seen.trace.clone();
        trace.events = trace.events.into_iter().flat_map(each_once).collect();
        traces.push(trace);
    };
    let finding = Trial::new().until_finding(scenario, site, connector, look);
    (traces, finding)
}

fn each_once(traced: TraceEvent) -> Vec<TraceEvent> {
    match traced {
        TraceEvent::Logged(record) => {
            let once = TraceEvent::Logged(Record { times: 1, ..record });
            vec![once; record.times as usize]
        }
        other => vec![other],
    }
}

/// How many times as many scenarios as usual are drawn.
fn tier() -> u64 {
    if is_long() { 25 } else { 1 }
}

/// Plays drawn scenarios in memory and behind the protocol; says in how many there is a finding.
fn plays_alike(seed: u64, cases: u64, in_memory: &mut impl Connector, arguments: &str) -> usize {
    let mut launch = Launch::new(&own(arguments), Path::new("/")).unwrap();
    launch.deadline = Duration::from_secs(20);
    let mut behind = ProgramConnector::new(Arc::new(launch), None);
    let mut scenario = Scenario::default();
    let mut findings = 0;
    for case in 0..cases {
        draw::case(seed, case, &draw::Lengths::default(), &mut scenario);
        let (one, other) = (traces(&scenario, in_memory), traces(&scenario, &mut behind));
        findings += usize::from(one.1.is_some());
        assert_eq!(one, other, "{arguments}: case {case} of seed {seed}: {scenario:?}");
    }
    findings
}

#[test]
fn drawn_scenarios_go_alike_in_memory_and_behind_the_protocol() {
    assert_eq!(plays_alike(70, 60 * tier(), &mut Reference::new(), ""), 0);
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn every_bug_fails_alike_in_memory_and_behind_the_protocol() {
    let found = |bug: &&Bug| {
        let arguments = format!("--bug {bug}");
        plays_alike(**bug as u64, 4 * tier(), &mut Seeded::with(**bug), &arguments) > 0
    };
    let found = Bug::ALL.iter().filter(found).count();
    assert!(found > Bug::COUNT / 4, "{found} bugs made a difference");
}

/// Explores with a connector that counts its processes in a file `n` and is this from there on.
fn explored(connector: &str, cases: &str, found: &str) -> (Value, String) {
    let counts = "n=$(($(cat \"${0%/*}/n\") + 1)); echo $n > \"${0%/*}/n\"\n";
    let project = project("", "start", &format!("{counts}{connector}"));
    project.write("n", "0");
    let arguments =
        ["explore", "--connector", "sh connector.sh", "--deadline", LONG, "--seed", "1"];
    let options = ["--jobs", "1", "--cases", cases, "--save", "found", "--format", "json"];
    let said = project.event70(&[&arguments[..], &options].concat()).with_status(1);
    let document = said.json();
    let files: Vec<_> = fs::read_dir(project.path("found")).unwrap().collect();
    assert_eq!(files.len(), 1);
    let kept = files[0].as_ref().unwrap().file_name().into_string().unwrap();
    assert!(kept.starts_with(found), "{kept}");
    let text = project.read(&format!("found/{kept}"));
    assert!(text.contains(", with ") && text.contains("; not reduced: it "), "{text}");
    (document["found"].clone(), text)
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_flaky_connector_is_reported_with_its_rate_and_not_reduced() {
    let connector = format!(
        "if [ $((n % 3)) = 0 ]; then {0} | sed -u -e '/\"id\":70,/d'; else {0}; fi",
        own("")
    );
    let (found, text) = explored(&connector, "200", "missing-");
    let alike = found["repeats"][0].as_u64().unwrap();
    assert!((1..20).contains(&alike) && found["repeats"][1] == 20, "{found}");
    let told =
        format!("Replayed in a fresh connector, it failed the same way {alike} of 20 times.");
    assert!(text.contains(&told), "{text}");
    assert_eq!(found["one-minimal"], false);
}

/// A connector that does not do the same every time, and is judged right every time: what it adds to
/// the text of an event that reports a run is the number of the scenario in this process, or of this
/// process.
#[rstest]
#[case::leak("$scenario", "malformed-leak-", "something leaks from one scenario into the next")]
#[case::chance("$n", "malformed-unsteady-", "behaves differently when the scenario is replayed")]
#[ignore = "thorough: `just thorough` runs it"]
fn what_every_verdict_lets_pass_is_found_in_a_fresh_connector(
    #[case] number: &str,
    #[case] found: &str,
    #[case] told: &str,
) {
    let connector = format!(
        "{} | while IFS= read -r line; do case $line in\n\
         '{{\"done\":\"reset\"}}') scenario=$((scenario + 1));;\n\
         *'\"id\":6'*) line=$(printf '%s' \"$line\" | sed 's/,\"\"]/,\"'{number}'\"]/');; esac\n\
         printf '%s\\n' \"$line\"; done",
        own("")
    );
    let (found, text) = explored(&connector, "640", found);
    assert!(text.contains(told), "{text}");
    assert_eq!(found["case"].as_u64().unwrap() % 64, 63, "every 64th is played again");
}

/// Everything that the harness says and writes of a connector that plays with the terminal.
#[rstest]
#[case::a_string(
    r#"{"event":{"id":70,"source":"S","type":"T","category":"C","strings":["\u001b[2J"]}}"#
)]
#[case::other_fields(
    r#"{"event":{"id":7,"source":"S\u001b[2J","type":"T\u001b[2J","category":"C\u001b[2J"}}"#
)]
#[case::a_command_line(r#"{"run":{"program":"EXPORT","arguments":["/N\u001b[2J"]}}"#)]
#[case::a_program(r#"{"run":{"program":"EX\u001b[2J"}}"#)]
#[case::a_done(r#"{"done":"\u001b[2J"}"#)]
#[case::a_wrong_type(r#"{"event":{"id":"\u001b[2J"}}"#)]
#[case::raw_bytes("\u{1b}[2J")]
#[ignore = "thorough: `just thorough` runs it"]
fn control_sequences_are_shown_escaped(#[case] line: &str) {
    let connector = r#"printf 'stderr \033[2J\n' >&2; read -r _; echo '{"done":"reset"}'; read -r _
        cat "${0%/*}/line"; exit 1"#;
    let project = project("", "start", connector);
    project.write("line", format!("{line}\n"));
    let escape_in_the_name = "sh connector.sh '\u{1b}[2J'";
    for (options, shown) in [(&["--junit", "junit.xml"], 3), (&["--format", "json"], 2)] {
        let arguments = ["run", "--connector", escape_in_the_name, "--deadline", LONG];
        let said = project.event70(&[&arguments[..], options].concat()).with_status(3);
        assert!(said.out.matches(r"\u{1b}[2J").count() >= shown, "{}", said.out);
        assert!(!said.out.contains('\u{1b}') && !said.err.contains('\u{1b}'), "{said:?}");
    }
    assert!(!project.read("junit.xml").contains('\u{1b}'));
    let arguments = ["explore", "--connector", escape_in_the_name, "--deadline", LONG];
    let options = ["--jobs", "1", "--cases", "1", "--seed", "1", "--save", "found"];
    let said = project.event70(&[&arguments[..], &options].concat()).with_status(3);
    assert!(!said.out.contains('\u{1b}') && !said.err.contains('\u{1b}'), "{said:?}");
}
