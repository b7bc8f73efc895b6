//! The adapters in `harness/examples` are whole, correct connectors in as many languages, and a
//! mistake that somebody makes in one of them is caught by every command that can see it.
//!
//! Method: the program plays, explores and certifies each adapter as it lies there, and once more
//! behind a filter that adds keys which nobody knows and sends the others in another order. Then a
//! table of small edits of the Python adapter says of each, by the contract alone, what `run`,
//! `explore` and `certify` must make of it: `run` and `explore` judge Event 70, file numbers, mail,
//! command lines and how records are filed; `certify` judges everything that is asked for or
//! logged, for the inputs that it has. The searches behind the last two are called directly there,
//! for what is found need not be made small. A second table, in `forbidden`, has edits that a document
//! forbids.
//!
//! Where an interpreter or a compiler is missing, the tests that need it say so and pass; with
//! `EVENT70_REQUIRE_ADAPTERS` set they fail. What takes long is done in part, which is said aloud
//! as well, and in full with `EVENT70_LONG=1`.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

mod forbidden;

use crate::support::is_long;
use crate::support::open::Open;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use event70::conformance::certify::{
    ConductDifference, Model, NumberedTest, Refutation, run_tests, suite,
};
use event70::engine::{Control, Plan, TestBed, Verdict, explore};
use event70::model::{Assignment, Assumption};
use event70::process::{Launch, ProgramConnector};
use event70::reference::Simulated;
use rstest::rstest;
use tempfile::TempDir;

use crate::support::{ProgramOutput, Project, event70_here};

/// No adapter takes so long to answer, on however busy a computer.
const PATIENT: Duration = Duration::from_secs(60);
/// A deadline for a connector that is known to hang.
const SHORT: Duration = Duration::from_millis(50);
/// So many lines an adapter has at most; it is there to be read and copied.
const LINES_MAX: usize = 160;
/// The folders of scenarios that every adapter plays …
const FOLDERS: [&str; 3] = ["causes", "near-misses", "stories"];
/// … those that the fastest plays beside them …
const MORE_FOLDERS: [&str; 6] = ["decoys", "masking", "pairs", "repairs", "silence", "sites"];
/// … and the one with long timelines.
const LONG_FOLDER: &str = "limits";
/// So many cases of the seed meet every claim.
const ALL_CLAIMS: u32 = 1000;
/// So many cases of the seed are enough for what shows often.
const CASES: u32 = 8;
/// With EVENT70_LONG=1 so many times as many cases are explored.
const LONG_CASES: u32 = 40;
/// One test of the suite in so many is carried out where all would take long.
const SAMPLE: usize = 24;

/// What the adapters do where the documents leave something open.
fn assumed() -> Assignment {
    [
        Assumption::TabTakesEffect,
        Assumption::ThreadRestart,
        Assumption::ImportRestartsThread,
        Assumption::DirsyncRestartsThread,
        Assumption::AfterHang,
    ]
    .into_iter()
    .fold(Assignment::DEFAULT, |assumed, key| assumed.with(key, true))
}

/// The reference as a machine, and the suite that `event70 certify` carries out.
static SUITE: LazyLock<(Model, Vec<NumberedTest>)> = LazyLock::new(|| {
    let model = Model::of_reference(assumed()).unwrap();
    let tests = model.tests(&suite(&model.machine, 0).unwrap());
    (model, tests)
});

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Python,
    Node,
    Shell,
    C,
    Rust,
}
use Language::{C, Node, Python, Rust, Shell};

impl Language {
    const ALL: [Self; 5] = [Python, Node, Shell, C, Rust];

    fn source(self) -> PathBuf {
        let extension = match self {
            Python => "py",
            Node => "mjs",
            Shell => "sh",
            C => "c",
            Rust => "rs",
        };
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/examples");
        examples.join("connector").with_extension(extension)
    }

    /// What stands before the source to have it interpreted.
    fn interpreter(self) -> Result<Vec<String>, String> {
        match self {
            // What is found as `python3` may be somebody's script that looks for the real one.
            Python => {
                let asked = ["-I", "-S", "-c", "import sys; print(sys.executable)"];
                let real = output_of("python3", &asked)?.trim().to_owned();
                Ok(vec![real, "-I".to_owned(), "-S".to_owned()])
            }
            Node => output_of("node", &["--version"]).map(|_| vec!["node".to_owned()]),
            Shell => output_of("sh", &["-c", ":"]).map(|_| vec!["sh".to_owned()]),
            C | Rust => Ok(Vec::new()),
        }
    }

    /// The adapter, or why there is none.
    fn adapter(self) -> Result<Adapter, String> {
        let source = self.source();
        match self {
            Python | Node | Shell => Adapter::interpreted(self, &source, None),
            C => {
                let folder = tempfile::tempdir().unwrap();
                let program = folder.path().join("connector").into_os_string();
                let program = program.into_string().unwrap();
                let source = source.to_str().unwrap();
                let strictly = ["-std=c99", "-pedantic-errors", "-O2", "-o", &program, source];
                output_of("cc", &["--version"])?;
                output_of("cc", &strictly).unwrap_or_else(|error| panic!("{error}"));
                Ok(Adapter { command: shell_words::quote(&program).into(), _folder: Some(folder) })
            }
            Rust => {
                let test = std::env::current_exe().unwrap();
                let profile = test.ancestors().nth(2).unwrap();
                let program = profile.join("examples/connector");
                let built = |path: &Path| path.metadata().and_then(|file| file.modified());
                if built(&program).ok() < built(&source).ok() {
                    let why = "the example is older than its source; `cargo test` builds it";
                    return Err(why.to_owned());
                }
                let command = shell_words::quote(program.to_str().unwrap()).into();
                Ok(Adapter { command, _folder: None })
            }
        }
    }
}

/// The output of a program that succeeds, or why there is none.
fn output_of(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|error| format!("there is no {program} ({error})"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let failed = || format!("{program} does not work: {}", text(&output.stderr));
    output.status.success().then(|| text(&output.stdout)).ok_or_else(failed)
}

/// A connector that can be started.
struct Adapter {
    command: String,
    /// Where it was made, if it was.
    _folder: Option<TempDir>,
}

impl Adapter {
    fn interpreted(by: Language, file: &Path, folder: Option<TempDir>) -> Result<Self, String> {
        let words = [by.interpreter()?, vec![file.to_str().unwrap().to_owned()]].concat();
        Ok(Self { command: shell_words::join(words), _folder: folder })
    }

    /// The Python adapter with one place of its text changed.
    fn edited(from: &str, to: &str) -> Result<Self, String> {
        let text = fs::read_to_string(Python.source()).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from:?} is not exactly once in the adapter");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("connector.py");
        fs::write(&file, text.replace(from, to)).unwrap();
        Self::interpreted(Python, &file, Some(folder))
    }

    fn run(&self, below_scenarios: &[&str], deadline: Duration) -> ProgramOutput {
        let paths: Vec<String> =
            below_scenarios.iter().map(|path| format!("scenarios/{path}")).collect();
        let mut arguments = vec!["run"];
        arguments.extend(paths.iter().map(String::as_str));
        let deadline = format!("{}ms", deadline.as_millis());
        arguments.extend(["--connector", &self.command, "--deadline", &deadline]);
        event70_here(&arguments)
    }

    fn explore(&self, cases: u32, deadline: Duration) -> ProgramOutput {
        let (cases, deadline) = (cases.to_string(), format!("{}ms", deadline.as_millis()));
        let search = ["explore", "--seed", "70", "--cases", &cases, "--connector", &self.command];
        Project::new().event70(&[&search[..], &["--deadline", &deadline]].concat())
    }

    fn test_bed(&self, deadline: Duration) -> impl TestBed<Connector = ProgramConnector> {
        let launch = Launch::new(&self.command, Path::new("/")).unwrap();
        let launch = Arc::new(Launch { deadline, ..launch });
        (move || ProgramConnector::new(Arc::clone(&launch), None), Simulated::new)
    }

    /// The verdict on the first of so many cases that disagrees. The last of them is played again
    /// in a fresh process.
    fn verdict(&self, cases: u32) -> Verdict {
        let plan = Plan { fresh_every: Some(cases.into()), ..Plan::new(0x70, cases.into()) };
        let test_bed = self.test_bed(PATIENT);
        let explored =
            explore(&plan, &Open(test_bed), 1, &Control::default(), &|_, _, _, _| {}).unwrap();
        explored.found.map_or(Verdict::Agree, |found| found.finding.disagreement.verdict())
    }

    /// The first of these tests that it does not pass.
    fn refutation<'a>(
        &self,
        tests: impl IntoIterator<Item = &'a NumberedTest>,
        deadline: Duration,
    ) -> Option<Refutation> {
        let tests: Vec<_> = tests.into_iter().cloned().collect();
        run_tests(&SUITE.0, &tests, &self.test_bed(deadline), 1, &Control::default()).unwrap()
    }
}

/// Past the test runner, which shows only what tests that fail have printed.
fn aloud(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// What there is, or nothing, aloud; unless it is required.
fn there_is<T>(wanted: Result<T, String>) -> Option<T> {
    let required = std::env::var_os("EVENT70_REQUIRE_ADAPTERS").is_some();
    wanted
        .map_err(|why| {
            assert!(!required, "EVENT70_REQUIRE_ADAPTERS is set, but {why}");
            aloud(&format!("skipped: {why}"));
        })
        .ok()
}

/// The tests of the suite: all, or one in [`SAMPLE`] of them.
fn tests(all: bool) -> impl Iterator<Item = &'static NumberedTest> {
    SUITE.1.iter().step_by(if all { 1 } else { SAMPLE })
}

/// The exit status of `event70 certify` after such a refutation.
fn status_of(refutation: Option<&Refutation>) -> i32 {
    match refutation.map(|refutation| &refutation.difference) {
        None => 0,
        Some(ConductDifference::Other { .. }) => 1,
        Some(ConductDifference::Failed(_)) => 3,
    }
}

#[test]
fn an_adapter_has_fewer_than_160_lines() {
    for language in Language::ALL {
        let lines = fs::read_to_string(language.source()).unwrap().lines().count();
        assert!(lines < LINES_MAX, "{language:?}: {lines}");
    }
}

/// Where a start is slow, and every kill costs one, fewer cases are explored than it takes to meet
/// every claim.
#[rstest]
#[case::c(C, ALL_CLAIMS)]
#[case::rust(Rust, 8 * CASES)]
#[case::shell(Shell, 4 * CASES)]
#[case::python(Python, 4 * CASES)]
#[case::node(Node, CASES / 2)]
#[ignore = "thorough: `just thorough` runs it"]
fn every_adapter_agrees_with_the_article(#[case] language: Language, #[case] cases: u32) {
    let Some(adapter) = there_is(language.adapter()) else { return };
    let mut folders = FOLDERS.to_vec();
    if cases == ALL_CLAIMS || is_long() {
        folders.extend(MORE_FOLDERS);
    }
    folders.extend(is_long().then_some(LONG_FOLDER));
    let said = adapter.run(&folders, PATIENT).with_status(0);
    assert!(said.count("agree") > 100, "{}", said.out);
    assert_eq!(said.count("agree"), said.count("scenarios"));
    let cases = if is_long() { cases * LONG_CASES } else { cases };
    let said = adapter.explore(cases, PATIENT);
    assert_eq!((said.count("found"), said.count("cases")), (0, cases.into()), "{}", said.out);
    if cases >= ALL_CLAIMS {
        said.with_status(0);
    }
}

/// What limits a site can have.
const LIMITED: [&str; 3] = [
    "limits/one-message-a-run.toml",
    "limits/an-hour-between-polls.toml",
    "limits/a-thousand-messages-a-run.toml",
];

#[rstest]
fn every_adapter_heeds_the_limits_of_the_site(
    #[values(Python, Node, Shell, C, Rust)] by: Language,
) {
    let Some(adapter) = there_is(by.adapter()) else { return };
    let said = adapter.run(&LIMITED, PATIENT).with_status(0);
    assert_eq!(said.count("agree"), LIMITED.len() as u64, "{}", said.out);
}

#[rstest]
#[case::python(Python, true)]
#[case::c(C, true)]
#[case::rust(Rust, true)]
#[case::shell(Shell, false)]
#[case::node(Node, false)]
#[ignore = "thorough: `just thorough` runs it"]
fn every_adapter_is_certified(#[case] language: Language, #[case] always_in_full: bool) {
    let Some(adapter) = there_is(language.adapter()) else { return };
    if !always_in_full && !is_long() {
        aloud(&format!("in part: one test in {SAMPLE} for {language:?}; all with EVENT70_LONG=1"));
        assert_eq!(adapter.refutation(tests(false), PATIENT), None);
        return;
    }
    let deadline = format!("{}s", PATIENT.as_secs());
    let certify = ["certify", "--connector", &adapter.command, "--deadline", &deadline];
    let said = Project::new().event70(&certify).with_status(0);
    assert!(said.out.contains("\nverdict=certified "), "{}", said.out);
    assert_eq!(said.count("tests"), SUITE.1.len() as u64);
}

/// To the connector: the first key last, and before all others one that nobody knows, whose value
/// has everything in it that may mislead a reader who looks for words. From the connector: one more
/// key, before the one that counts.
const FILTER: &str = r#"
sed -u -e 's/^{\("[a-z]*":"[a-z-]*"\),\(.*\)}$/{\2,\1}/' \
    -e 's/^{/{"later":{"do":"stop","code":3,"x":[{"ran":"failed"},"}]\\",{\\\\",[[]],null]},/' |
"$@" | sed -u -e 's/^{/{"later":["}\\"{",{"done":1,"event":{}}],/'
"#;

#[rstest]
#[ignore = "thorough: `just thorough` runs it"]
fn every_adapter_ignores_unknown_keys_wherever_they_stand(
    #[values(C, Rust, Shell, Python, Node)] language: Language,
) {
    let sed = output_of("sed", &["-u", "", "/dev/null"]).and(Shell.interpreter());
    let Some(adapter) = there_is(sed.and(language.adapter())) else { return };
    let folder = tempfile::tempdir().unwrap();
    let filter = folder.path().join("filter.sh");
    fs::write(&filter, FILTER).unwrap();
    let filter = shell_words::quote(filter.to_str().unwrap()).into_owned();
    let filtered = Adapter { command: format!("sh {filter} {}", adapter.command), _folder: None };
    filtered.run(&["near-misses"], PATIENT).with_status(0);
    assert_eq!(filtered.refutation(tests(is_long()).step_by(2), PATIENT), None);
    if is_long() {
        assert_eq!(filtered.verdict(CASES * LONG_CASES), Verdict::Agree);
    }
}

/// Of each edit: the folder of scenarios that catch it or might have, and the exit status of `run`
/// with them; that of `explore`, unless it comes upon the edit only rarely; that of `certify`.
#[rstest]
// Every command sees these.
#[case::code_3_is_reported_as_71("success = 67", "success = 68", ("causes", 1), Some(1), 1)]
#[case::another_word_as_password(
    r#"tab["password"]"#, r#"tab["name"]"#, ("causes", 1), Some(1), 1
)]
#[case::password_behind_another_switch(r#""/P""#, r#""/p""#, ("causes", 1), Some(1), 1)]
#[case::done_in_another_word(
    r#"{"done": command["do"]}"#, r#"{"done": command["do"].upper()}"#, ("causes", 3), Some(3), 3
)]
#[case::crash_at_a_level("[category.lower()]", "[category]", ("causes", 3), Some(3), 3)]
// The documents allow these, and a certificate says which of them it is for; but a dirsync that
// failed has not ended well, as the second says.
#[case::no_export_at_start(
    "True, 0\n        self.export_messages()", "True, 0", ("causes", 0), Some(0), 1
)]
#[case::dirsync_goes_on_after_a_failure(
    "is None:\n                return", "is None:\n                pass", ("causes", 0), Some(1), 1
)]
#[case::gives_up_a_restart_early("< 26", "< 25", ("stories", 0), Some(0), 1)]
// It takes 26 runs of programs that are not found, and something that follows.
#[case::restarts_of_the_life_before("True, 0", "True, self.restarts", ("stories", 1), None, 1)]
// No Event 70 depends on these, and no mail is lost by them: a document asks for something else.
#[case::success_logged_at_every_level(
    r#"self.trace(success, "General", file)"#, r#"event(success, "Information", "General", file)"#,
    ("stories", 1), Some(1), 1
)]
#[case::batches_of_15("max\", 16", "max\", 15", ("stories", 1), None, 1)]
#[case::one_import_a_cycle(
    "while self.handed > 0:", "for _ in range(min(self.handed, 1)):", ("stories", 1), Some(1), 1
)]
// A certificate speaks of its inputs only, and of so many states.
#[case::errors_lost_after_230_files(
    r#"event(success + result["code"], "#, r#"self.number < 230 and event(success + result["code"], "#,
    ("stories", 1), None, 0
)]
// No document says which files a connector takes, nor when it logs what is its own affair.
#[case::file_number_in_lower_case("msg%04X", "msg%04x", ("stories", 0), Some(0), 0)]
#[case::file_name_of_five_digits("msg%04X.ccm", "MSG%05X.CCM", ("stories", 0), Some(0), 0)]
#[case::file_number_of_as_many_digits_as_it_needs("msg%04X", "msg%X", ("stories", 0), Some(0), 0)]
#[case::file_number_by_chance(
    "(self.number + 1)", "(self.number + 1 + os.urandom(1)[0])", ("stories", 0), Some(0), 0
)]
#[case::file_number_forgotten_when_killed(
    "self.number, self.handed = map", "_, self.handed = map", ("stories", 0), Some(0), 0
)]
#[case::file_number_kept_over_a_reset(
    "        connector = Connector()",
    "        connector, connector.number = Connector(), connector.number",
    ("stories", 0), Some(0), 0
)]
#[case::queue_forgotten_when_killed(
    "self.number, self.handed = map", "self.number, _ = map", ("stories", 0), Some(0), 0
)]
#[case::handed_over_at_the_level_of_another_category(
    "[category.lower()]", r#"["inbound" if number == 11001 else category.lower()]"#,
    ("stories", 0), Some(0), 0
)]
#[case::handed_over_before_the_export(
    "        self.export_messages()\n        if not",
    "        self.trace(11001, \"Outbound\")\n        self.export_messages()\n        if not",
    ("stories", 0), Some(0), 0
)]
#[case::never_handed_over(
    "self.trace(11001, \"Outbound\")", "pass", ("stories", 0), Some(0), 0
)]
#[case::event_45_at_each_start(
    "True, 0\n", "True, 0\n        event(45, \"Information\", \"General\")\n",
    ("stories", 0), Some(0), 0
)]
#[case::event_14005_when_dirsync_fails(
    "is None:\n                return",
    "is None:\n                event(14005, \"Error\", \"Dir-Synch\")\n                return",
    ("stories", 0), Some(0), 0
)]
#[case::further_switches(r#""/D" + tab["path"],"#, r#""/D" + tab["path"], "/QUIET","#, ("stories", 0), Some(0), 0)]
#[case::switches_left_out("\"/FORMAT/FAN\", ", "", ("stories", 0), Some(0), 0)]
// Whether mail that was returned is followed by another IMPORT is told by no document.
#[case::imports_on_after_mail_was_returned(
    "        if result[\"ran\"] == \"exited\":\n",
    "        if result[\"ran\"] == \"exited\" and result[\"code\"] == 5:\n            event(63, \"Error\", \"General\", file)\n            return result[\"returned\"]\n        if result[\"ran\"] == \"exited\":\n",
    ("near-misses", 0), Some(0), 0
)]
// No queue of the suite is as long.
#[case::queues_of_more_than_6_cut(
    r#"cycle(command["outbound"])"#, r#"cycle(min(command["outbound"], 6))"#,
    ("stories", 1), Some(1), 0
)]
#[ignore = "thorough: `just thorough` runs it"]
fn an_edit_is_caught_by_exactly_the_commands_that_can_see_it(
    #[case] from: &str,
    #[case] to: &str,
    #[case] (folder, run): (&str, i32),
    #[case] explore: Option<i32>,
    #[case] certify: i32,
) {
    let Some(edited) = there_is(Adapter::edited(from, to)) else { return };
    edited.run(&[folder], PATIENT).with_status(run);
    if let Some(explore) = explore {
        let verdict = edited.verdict(if is_long() { CASES * LONG_CASES } else { CASES });
        let status = match verdict {
            Verdict::Agree => 0,
            Verdict::Missing | Verdict::Extra | Verdict::Malformed | Verdict::Expectation => 1,
            Verdict::ConnectorFailed => 3,
            Verdict::None => 70,
        };
        assert_eq!(status, explore, "{verdict}");
    }
    // Whatever is refuted is refuted early.
    let refutation = edited.refutation(tests(certify > 0 || is_long()), PATIENT);
    assert_eq!(status_of(refutation.as_ref()), certify, "{refutation:?}");
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_flush_that_is_missing_is_a_hang_for_every_command() {
    let edited = Adapter::edited("flush=True", r#"flush="done" not in message"#);
    let Some(edited) = there_is(edited) else { return };
    let said = edited.run(&["stories/every-start-until-dirsync.toml"], SHORT).with_status(3);
    assert!(said.flowing().contains("did not answer within 0.05 s"), "{}", said.out);
    edited.explore(1, SHORT).with_status(3);
    assert_eq!(status_of(edited.refutation(tests(false), SHORT).as_ref()), 3);
}
