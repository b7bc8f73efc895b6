//! `--site live` as it is used: which pairs of connector and site work, what is kept, what is left.
#![cfg(all(unix, feature = "live"))]

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use event70::model::{Assignment, Assumption, Pins};

use crate::support::{HEALTHY, ProgramOutput, Project, process, scenario, skip};
use rstest::rstest;

/// A bit of everything: mail both ways, a cause, a near miss, damage, repairs.
const EVENTFUL: &str = "start; mail 17 exchange; mail 6 cc-mail; cycles 1; \
    inject tab-password-wrong; cycles 1; repair correct-postoffice-tab; \
    inject postoffice-damaged passes=2; cycles 1; repair chkstat; repair chkstat; repair analyze; \
    dirsync; kill; start; inject share-access-denied; cycles 1; repair grant-access; \
    inject read-only-access; mail 1 cc-mail; cycles 1; repair grant-access; \
    inject message-corrupt; cycles 1; repair remove-message; \
    inject programs-not-on-path; cycles 1";
const MAXIMUM: &str = "logging = \"maximum\"";

fn eventful() -> String {
    scenario(MAXIMUM, EVENTFUL)
}

/// Runs the program with a folder for temporary files of its own, which must be empty afterwards.
struct Living {
    project: Project,
}

impl Living {
    /// Nothing if there can be no live site here; then that is said.
    fn with(files: &[(&str, &str)]) -> Option<Self> {
        let living = Self { project: Project::with(files) };
        fs::create_dir(living.temporary()).unwrap();
        living.project.write("scenarios/probe.toml", HEALTHY);
        let said = living.event70(&["run", "--site", "live", "scenarios/probe.toml"]);
        fs::remove_file(living.project.path("scenarios/probe.toml")).unwrap();
        if said.err.contains("--site live:") {
            skip(&said.err);
            return None;
        }
        Some(living)
    }

    fn temporary(&self) -> std::path::PathBuf {
        self.project.path("temporary")
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = process(&self.project);
        command.args(arguments).env("TMPDIR", self.temporary());
        command
    }

    fn event70(&self, arguments: &[&str]) -> ProgramOutput {
        ProgramOutput::of(&self.command(arguments).output().unwrap())
    }

    fn left_behind(&self) -> Vec<String> {
        let entries = fs::read_dir(self.temporary()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// The keeper cleans up after a harness that was killed; it takes a moment.
    fn is_left_clean(&self) -> bool {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.left_behind().is_empty() {
            if Instant::now() > deadline {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        true
    }
}

const REFERENCE: &str = "reference";

fn behind_the_protocol() -> String {
    format!("{} connector", env!("CARGO_BIN_EXE_event70"))
}

/// It hangs at a prompt and is killed, so that it leaves no record of its end.
#[test]
fn a_run_that_does_not_finish_is_told_once() {
    let steps = "start; inject install-path-long; cycles 1";
    let Some(living) = Living::with(&[("hangs", &scenario("", steps))]) else { return };
    let connector = behind_the_protocol();
    let arguments = ["run", "--site", "live", "--connector", &connector, "scenarios/hangs.toml"];
    let said = living.event70(&arguments).with_status(0);
    assert_eq!(said.out.matches("did not finish").count(), 1, "{}", said.out);
}

#[rstest]
#[case::reference(REFERENCE)]
#[case::program(&behind_the_protocol())]
#[ignore = "thorough: `just thorough` runs it"]
fn a_scenario_reads_the_same_on_both_sites(#[case] connector: &str) {
    let Some(living) = Living::with(&[("eventful", &eventful())]) else { return };
    let told = |site| {
        let arguments =
            ["run", "--site", site, "--connector", connector, "scenarios/eventful.toml"];
        living.event70(&arguments).with_status(0).out
    };
    let live = told("live");
    assert_eq!(live, told("simulated"));
    assert!(live.contains("verdict: agree, 2 Event 70 predicted"), "{live}");
    assert_eq!(living.left_behind(), [""; 0]);
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_forgetful_connector_is_caught_and_reduced_on_the_live_site() {
    let Some(living) = Living::with(&[]) else { return };
    let arguments = ["explore", "--site", "live", "--cases", "300", "--seed", "70", "--jobs", "2"];
    let said = living.event70(&[&arguments[..], &["--bug", "tab-read-once"]].concat());
    let said = said.with_status(1);
    assert_eq!(said.count("found"), 1);
    assert_eq!(living.left_behind(), [""; 0]);
    let found = fs::read_dir(living.project.path("found")).unwrap().count();
    assert_eq!(found, 1);
}

/// The budget is what was seen, rounded up; a search that needs more has become worse.
#[rstest]
#[case("any-credentials", 10)]
#[case("any-site", 20)]
#[case("any-version", 60)]
#[case("locked-is-3", 20)]
#[case("unreachable-is-4", 20)]
#[case("damage-unseen", 30)]
#[case("damage-is-1", 30)]
#[case("leaves-mail", 10)]
#[case("loses-mail", 10)]
#[case("leaves-files", 10)]
#[case("adds-nothing", 40)]
#[case("reclaims-nothing", 70)]
#[ignore = "thorough: `just thorough` runs it"]
fn a_bug_planted_in_the_programs_is_found_within_its_budget(#[case] bug: &str, #[case] most: u32) {
    let Some(living) = Living::with(&[]) else { return };
    let cases = most.to_string();
    let arguments = ["explore", "--site", "live", "--seed", "70", "--cases", &cases];
    let said = living.event70(&[&arguments[..], &["--program-bug", bug]].concat()).with_status(1);
    assert_eq!(said.count("found"), 1, "{said:?}");
}

#[rstest]
#[case("mends-all", "passes=2")]
#[case("mends-nothing", "passes=1")]
#[ignore = "thorough: `just thorough` runs it"]
fn a_bug_planted_in_chkstat_is_found_where_it_shows(#[case] bug: &str, #[case] passes: &str) {
    let steps = format!("start; inject postoffice-damaged {passes}; repair chkstat; cycles 1");
    let Some(living) = Living::with(&[("one", &scenario("", &steps))]) else { return };
    let run = ["run", "--site", "live", "scenarios/one.toml"];
    living.event70(&run).with_status(0);
    living.event70(&[&run[..], &["--program-bug", bug]].concat()).with_status(1);
}

#[test]
fn what_only_a_live_site_can_do_is_asked_of_one() {
    let project = Project::with(&[("one", HEALTHY)]);
    let keep = project.event70(&["run", "--keep", "scenarios/one.toml"]).with_status(2);
    assert!(keep.err.contains("--site live"), "{keep:?}");
    project.event70(&["run", "--program-bug", "leaves-mail"]).with_status(2);
    project.event70(&["run", "--site", "live", "--program-bug", "unheard-of"]).with_status(2);
}

#[test]
fn what_does_not_agree_leaves_its_sandbox_if_that_is_wanted() {
    let steps = "inject tab-password-wrong; start; cycles 1";
    let Some(living) = Living::with(&[("one", &scenario("", steps))]) else { return };
    let arguments = ["run", "--site", "live", "--keep", "--bug", "canary", "scenarios/one.toml"];
    let said = living.event70(&arguments).with_status(1);
    let kept = living.left_behind();
    assert_eq!(kept.len(), 1, "{said:?}");
    let folder = living.temporary().canonicalize().unwrap().join(&kept[0]);
    assert!(said.err.contains(&format!("the sandbox is kept: {}", folder.display())), "{said:?}");
    let runs = fs::read_to_string(folder.join("EXCH1/RUNS")).unwrap();
    assert!(runs.contains(r#""/POLDSECRET""#), "{runs}");
    assert!(folder.join("CCSRV/CCDATA/CLANDATA").exists());
    // And what agrees leaves nothing, wanted or not.
    fs::remove_dir_all(folder).unwrap();
    living.event70(&["run", "--site", "live", "--keep", "scenarios/one.toml"]).with_status(0);
    assert_eq!(living.left_behind(), [""; 0]);
}

/// A program that waits for ever at its console is being waited for when the harness is ended.
#[rstest]
#[case::interrupted("INT")]
#[case::killed("KILL")]
#[ignore = "thorough: `just thorough` runs it"]
fn nothing_is_left_behind_when_the_harness_is_ended(#[case] signal: &str) {
    let many = scenario("", "start; mail 100 exchange; cycles 1000");
    let Some(living) = Living::with(&[("many", &many)]) else { return };
    let mut harness = living
        .command(&["run", "--site", "live", "scenarios/many.toml"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    while living.left_behind().len() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(100));
    let number = harness.id().to_string();
    let sent = std::process::Command::new("kill").args(["-s", signal, &number]).status().unwrap();
    assert!(sent.success());
    assert!(!harness.wait().unwrap().success());
    assert!(living.is_left_clean(), "{:?}", living.left_behind());
}

#[test]
fn what_cannot_be_live_is_said() {
    let Some(living) = Living::with(&[("one", HEALTHY)]) else { return };
    let nowhere = living.project.path("nowhere");
    let output = living
        .command(&["run", "--site", "live", "scenarios/one.toml"])
        .env("TMPDIR", &nowhere)
        .output()
        .unwrap();
    let said = ProgramOutput::of(&output).with_status(70);
    assert!(said.err.contains("error: --site live: the live site cannot be made"), "{said:?}");
    let certify = living.event70(&["certify", "--site", "live"]).with_status(2);
    assert!(certify.err.contains("certify"), "{certify:?}");
}

/// The example connector, starting EXPORT and IMPORT itself where it is told that they lie.
fn that_starts_programs() -> String {
    let example = include_str!("../../harness/examples/connector.py");
    let (before, after) = example.split_once("def run(").unwrap();
    let (_, after) = after.split_once("return receive()\n").unwrap();
    [before, STARTS_PROGRAMS, after].concat()
}

const STARTS_PROGRAMS: &str = r#"def run(program, arguments):
    """One run of EXPORT or IMPORT: what a shell would say of it."""
    import re
    import subprocess
    import time
    time.sleep(0.05)  # nobody tells the harness of a run: what was said before is to be read first
    command = [connector.site["programs"][program.lower()], *arguments]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=2)
    except subprocess.TimeoutExpired:
        return {"ran": "unfinished"}
    console = done.stdout.decode()
    if done.returncode in (126, 127):
        first = console.splitlines()[0]
        ran = "failed" if done.returncode == 126 else "not-found"
        return {"ran": ran, "code": 2, "console": first}
    moved = re.search("Messages: ([0-9]+), corrupt: ([0-9]+)", console)
    messages, corrupt = map(int, moved.groups()) if moved else (0, 0)
    return {"ran": "exited", "code": done.returncode, "messages": messages, "corrupt": corrupt,
            "console": console}
"#;

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_connector_may_start_the_programs_itself() {
    let Some(python) = python() else { return };
    let hangs = "inject install-path-space outcome=\"hang\"; cycles 1; repair shorten-store-path";
    let steps = format!("{}; repair restore-programs; {hangs}; cycles 1", EVENTFUL);
    let text = scenario(MAXIMUM, &steps);
    let Some(living) = Living::with(&[("eventful", &text)]) else { return };
    let script = living.project.write("connector.py", that_starts_programs());
    let command = format!("{python} -I -S {}", script.display());
    // What the script does where the documents leave something open is assumed of both.
    let assumed = [
        Assumption::TabTakesEffect,
        Assumption::ThreadRestart,
        Assumption::ImportRestartsThread,
        Assumption::DirsyncRestartsThread,
        Assumption::AfterHang,
        Assumption::DirsyncFailureEvent,
    ];
    let assumed = assumed.into_iter().fold(Assignment::DEFAULT, |all, key| all.with(key, true));
    let pins = Pins::all_of(assumed).to_string();
    let assumed: Vec<&str> = pins.split(' ').flat_map(|pin| ["--assume", pin]).collect();
    let arguments = ["run", "--site", "live", "--connector", &command, "scenarios/eventful.toml"];
    let live = living.event70(&[&arguments[..], &assumed].concat()).with_status(0).out;
    let arguments = ["run", "scenarios/eventful.toml"];
    let reference = living.event70(&[&arguments[..], &assumed].concat()).with_status(0).out;
    assert_eq!(live, reference);
    assert_eq!(living.left_behind(), [""; 0]);
}

/// What the programs print goes on into `%2`, or something else does.
#[rstest]
#[case::of_a_program_that_it_started(true, r#"result["console"]"#, 0)]
#[case::of_a_run_that_it_asked_for(false, r#"result["console"]"#, 0)]
#[case::with_other_line_breaks(true, r#"result["console"].replace("\n", "\r\n")"#, 0)]
#[case::not_all_of_it(true, r#"result["console"].splitlines()[0]"#, 1)]
#[case::the_code(true, r#"str(result["code"])"#, 1)]
fn event_70_may_add_what_its_run_printed_and_nothing_else(
    #[case] starts_programs: bool,
    #[case] text: &str,
    #[case] status: i32,
) {
    let Some(python) = python() else { return };
    let tab = scenario("conditions = ['tab-path-wrong']", "start; cycles 1");
    let Some(living) = Living::with(&[("tab", &tab)]) else { return };
    let example = include_str!("../../harness/examples/connector.py").to_owned();
    let example = if starts_programs { that_starts_programs() } else { example };
    let logs = r#"event(success + result["code"], "Error", "General", file"#;
    assert_eq!(example.matches(logs).count(), 1);
    let script = example.replace(logs, &format!("{logs}, {text}"));
    let script = living.project.write("connector.py", script);
    let command = format!("{python} -I -S {}", script.display());
    let arguments = ["run", "--site", "live", "--connector", &command, "scenarios/tab.toml"];
    let said = living.event70(&arguments).with_status(status);
    if status == 0 {
        let is_added = said.flowing().contains("EXPORT process ended with error: 3.");
        assert!(is_added, "{}", said.out);
    } else {
        let expected = "text of Event 70: expected nothing after the article's sentence, or what";
        assert!(said.flowing().contains(expected), "{}", said.out);
    }
}

fn python() -> Option<String> {
    let asked = std::process::Command::new("python3")
        .args(["-c", "import sys; print(sys.executable)"])
        .output()
        .ok()
        .filter(|output| output.status.success());
    if asked.is_none() {
        skip("python3 is not there");
    }
    Some(String::from_utf8(asked?.stdout).unwrap().trim().to_owned())
}

/// Nothing is written beside the sandboxes: a whole tree of decoys is the same afterwards.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn nothing_outside_the_sandbox_is_written() {
    let Some(living) = Living::with(&[("eventful", &eventful())]) else { return };
    let decoys = living.temporary();
    for name in ["CCSRV/CCDATA", "EXCH1/C/EXCHSRVR/CCMCDATA/EXPORT", "odd \u{e9}\n name"] {
        fs::create_dir_all(decoys.join(name)).unwrap();
        fs::write(decoys.join(name).join("CLANDATA"), "mine").unwrap();
    }
    let before = tree(&decoys);
    living.event70(&["run", "--site", "live", "scenarios/eventful.toml"]).with_status(0);
    assert_eq!(tree(&decoys), before);
}

/// Every path below a folder, with what is in it.
fn tree(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            let content = fs::read(&path).unwrap_or_default();
            all.push((path, content));
        }
    }
    all.sort();
    all
}
