//! `event70 init` writes a project for somebody's connector that is ready as it is: what it says to do
//! next works, its workflow does too, and no file is ever overwritten.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use rstest::rstest;
use tempfile::TempDir;

use crate::support::{event70_in, is_long, skip};

/// A shell in a folder, for which the program under test is `event70`.
pub(crate) fn shell(folder: &Path, line: &str) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_event70"));
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", program.parent().unwrap().display());
    let mut shell = Command::new("bash");
    shell.current_dir(folder).env("PATH", path).env("CARGO_NET_OFFLINE", "true");
    shell.env("GITHUB_SHA", "0123456789abcdef0123").args(["-c", line]).output().unwrap()
}

/// Whether there is what a language needs; if not, that is said.
pub(crate) fn there_is(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output();
    let is_there = found.is_ok_and(|output| output.status.success());
    let required = std::env::var_os("EVENT70_REQUIRE_ADAPTERS").is_some();
    assert!(is_there || !required, "EVENT70_REQUIRE_ADAPTERS is set, but there is no {program}");
    if !is_there {
        skip(&format!("there is no {program}"));
    }
    is_there
}

/// Carries out a command, which must succeed. Whoever explores for a short time has not met everything,
/// and is told so.
pub(crate) fn succeeds(folder: &Path, command: &str) {
    let output = shell(folder, command);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    let is_short = command.contains(" explore ") && out.contains(" found=0 ");
    let works = output.status.success() || is_short && output.status.code() == Some(1);
    assert!(works, "{command}: {:?}\n{out}\n{err}", output.status);
}

/// The lines that a project says to go on with.
fn next_steps(out: &str) -> Vec<&str> {
    let (_, next) = out.split_once("\nnext:\n").unwrap();
    next.lines().map(str::trim).collect()
}

/// What the workflow runs, but for where it gets the program from.
fn workflow_steps(folder: &Path) -> Vec<String> {
    let workflow = fs::read_to_string(folder.join(".github/workflows/event70.yml")).unwrap();
    let steps = workflow.lines().filter_map(|line| line.trim().strip_prefix("- run: "));
    let steps: Vec<String> = steps.map(str::to_owned).collect();
    assert!(steps[0].starts_with("cargo install "), "{steps:?}");
    steps[1..].to_vec()
}

#[rstest]
#[case::python("python", "python3")]
#[case::node("node", "node")]
#[case::shell("shell", "sh")]
#[case::c("c", "cc")]
fn what_it_says_to_do_next_works(#[case] language: &str, #[case] needs: &str) {
    if needs != "sh" && !there_is(needs) {
        return;
    }
    let folder = TempDir::new().unwrap();
    let init = ["init", "--language", language, "my connector"];
    let said = event70_in(folder.path(), &init).with_status(0);
    let steps = next_steps(&said.out);
    assert_eq!(steps[0], "cd 'my connector'");
    let long = ["--standard", "certify"];
    let quick = steps[1..].iter().filter(|step| !long.iter().any(|long| step.contains(long)));
    for step in quick {
        succeeds(&folder.path().join("my connector"), step);
    }
}

#[rstest]
#[case::python("python", "python3")]
#[case::c("c", "cc")]
#[case::rust("rust", "cargo")]
#[ignore = "thorough: `just thorough` runs it"]
fn every_step_and_its_workflow_work(#[case] language: &str, #[case] needs: &str) {
    if !there_is(needs) {
        return;
    }
    if language == "python" && !is_long() {
        return skip(
            "a certificate takes Python a minute, and the guide's test has it: EVENT70_LONG=1",
        );
    }
    let folder = TempDir::new().unwrap();
    let said = event70_in(folder.path(), &["init", "--language", language]).with_status(0);
    if language == "rust" && !shell(folder.path(), "cargo fetch").status.success() {
        return skip("serde_json is not there without a network");
    }
    let steps = next_steps(&said.out).into_iter().map(str::to_owned);
    for step in steps.chain(workflow_steps(folder.path())) {
        succeeds(folder.path(), &step.replace("--for 5m", "--for 5s"));
    }
}

#[test]
fn its_files_are_those_that_it_names() {
    let folder = TempDir::new().unwrap();
    let said = event70_in(folder.path(), &["init"]).with_status(0);
    let named: Vec<&str> =
        said.out.lines().filter_map(|line| line.strip_prefix("wrote ")).collect();
    let files =
        ["connector.py", "PROTOCOL.md", "scenarios/first.toml", ".github/workflows/event70.yml"];
    assert_eq!(named, files);
    for file in files {
        assert!(folder.path().join(file).is_file(), "{file}");
    }
    let adapter = fs::read_to_string(folder.path().join("connector.py")).unwrap();
    assert!(adapter.lines().take(10).any(|line| line.starts_with("What to change: ")));
}

#[test]
fn a_file_that_is_there_keeps_all_from_being_written() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("scenarios")).unwrap();
    fs::write(folder.path().join("scenarios/first.toml"), "mine").unwrap();
    let said = event70_in(folder.path(), &["init"]).with_status(2);
    assert!(said.err.contains("already there") && said.err.contains("scenarios/first.toml"));
    assert_eq!(fs::read_to_string(folder.path().join("scenarios/first.toml")).unwrap(), "mine");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn every_adapter_says_at_its_head_what_to_change() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/examples");
    let names = fs::read_dir(examples).unwrap().map(|entry| entry.unwrap().path());
    let adapters: Vec<_> = names.filter(|path| path.file_stem().unwrap() == "connector").collect();
    assert_eq!(adapters.len(), 5);
    for adapter in adapters {
        let text = fs::read_to_string(&adapter).unwrap();
        let head = text.lines().take(10).collect::<Vec<_>>().join("\n");
        for told in ["What to change: part 2", "PROTOCOL.md", "event70 run --connector"] {
            assert!(head.contains(told), "{}: {told}", adapter.display());
        }
    }
}
