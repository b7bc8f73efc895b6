//! Whenever a command ends, by a signal or killed in the middle of a system call: nothing is left
//! behind, and no file is half-written.
//!
//! By chance, with a seed: a few in the quick run, many under `EVENT70_LONG=1`.
#![cfg(target_os = "linux")]

use crate::support::is_long;
use std::collections::BTreeSet;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use std::{fs, thread};

use event70::format::{Known, load};

use crate::support::{HEALTHY, Project, scenario, skip, soon};

/// Every command that writes, starts processes or takes long.
const COMMANDS: &[&str] = &[
    "run --junit report.xml",
    "run --site live",
    "run --connector \"$EVENT70 connector\" --junit report.xml",
    "explain scenarios --connector \"$EVENT70 connector\"",
    "explain scenarios --site live",
    "explore --cases 20000 --bug canary --seed 3",
    "explore --cases 1000 --seed 7 --connector \"$EVENT70 connector\"",
    "explore --cases 30 --seed 3 --site live",
    "certify --connector \"$EVENT70 connector --bug canary\"",
    "prove --bug once-per-life",
    "cover --strength 2 --write written",
    "mutants canary",
    "review -o summary.md",
    "new stories/monday",
    "schema",
    "run --bug canary --write-known known.toml",
];

/// Numbers by chance, the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// A project with a folder of its own for temporary files.
struct Fixture {
    project: Project,
    before: BTreeSet<PathBuf>,
}

impl Fixture {
    fn new() -> Self {
        let damaged =
            scenario("conditions = ['tab-name-wrong']", "start; cycles 2; mail 3 exchange");
        let project = Project::with(&[("a", HEALTHY), ("deep/b", &damaged)]);
        fs::create_dir(project.path("tmp")).unwrap();
        let before = files_below(&project.path(""));
        Self { project, before }
    }

    /// A command of the program, with what a shell puts in front of it.
    fn command(&self, before: &str, arguments: &str) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{before} \"$EVENT70\" {arguments}")])
            .env("EVENT70", assert_cmd::cargo::cargo_bin!("event70"))
            .env("TMPDIR", self.project.path("tmp"))
            .current_dir(self.project.path(""))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Looks that all is as it should be after a command has ended.
    fn is_clean(&self, after: &str) {
        let tmp = self.project.path("tmp");
        let left =
            || fs::read_dir(&tmp).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
        assert!(soon(|| left().is_empty()), "{after}: left: {:?}", left());
        let processes = || with_environment(tmp.to_str().unwrap());
        assert!(soon(|| processes().is_empty()), "{after}: still there: {:?}", processes());
        for path in files_below(&self.project.path("")).difference(&self.before) {
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(!name.starts_with('.'), "{after}: {path:?}");
            let text = fs::read_to_string(path).unwrap();
            if path.ends_with("known.toml") {
                Known::load(path).unwrap_or_else(|error| panic!("{after}: {text}: {error}"));
                continue;
            }
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("toml") => {
                    drop(load(path).unwrap_or_else(|e| panic!("{after}: {path:?}: {e}")))
                }
                Some("xml") => assert!(text.ends_with("</testsuites>\n"), "{after}: {text}"),
                Some("txt") => {
                    assert!(text.ends_with('\n') && text.contains("# inputs: "), "{after}")
                }
                Some("md") => assert!(!text.is_empty(), "{after}: an empty review"),
                _ => panic!("{after}: {path:?}"),
            }
        }
    }
}

fn files_below(folder: &Path) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true if path.ends_with("tmp") => {}
            true => files.extend(files_below(&path)),
            false => drop(files.insert(path)),
        }
    }
    files
}

/// The processes that were given this folder for temporary files.
fn with_environment(tmp: &str) -> Vec<String> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let of = |process: &Path| {
        let environment = fs::read(process.join("environ")).unwrap_or_default();
        let line = fs::read(process.join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        (String::from_utf8_lossy(&environment).contains(&format!("TMPDIR={tmp}"))
            && !line.is_empty())
        .then_some(line)
    };
    processes.filter_map(|entry| of(&entry.path())).collect()
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_signal_at_any_moment_leaves_nothing_behind_or_half_written() {
    let signals = ["INT", "TERM", "HUP", "KILL", "QUIT"];
    let rounds = if is_long() { 200 } else { 20 };
    let (mut dice, mut ended_by_signal) = (Dice(70), 0);
    for round in 0..rounds {
        // Every command in turn, so that few rounds meet them all.
        let arguments = COMMANDS[round % COMMANDS.len()];
        let signal = signals[dice.below(signals.len())];
        let wait = Duration::from_millis(dice.below(250) as u64);
        let fixture = Fixture::new();
        // A group of its own: a terminal sends its signals to all of it.
        let child = fixture.command("exec", arguments).process_group(0).spawn().unwrap();
        thread::sleep(wait);
        let to = child.id().to_string();
        let _ =
            Command::new("kill").args([&format!("-{signal}"), &to]).stderr(Stdio::null()).status();
        let output = child.wait_with_output().unwrap();
        let after = format!("round {round}: {arguments}, {signal} after {wait:?}");
        ended_by_signal += u32::from(ended_by(&output));
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{after}");
        fixture.is_clean(&after);
    }
    assert!(ended_by_signal >= rounds as u32 / 10, "{ended_by_signal} of {rounds} were hit");
}

fn ended_by(output: &Output) -> bool {
    output.status.signal().is_some() || output.status.code().is_some_and(|code| code > 128)
}

/// Runs a command until its so-many-th system call, at which it is killed.
fn killed_at(fixture: &Fixture, arguments: &str, count: usize) -> std::io::Result<Output> {
    let strace = "exec strace -qq -o /dev/null -e trace=all -e inject=all:signal=KILL:when=";
    fixture.command(&format!("{strace}{count}"), arguments).output()
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_kill_at_any_system_call_leaves_nothing_half_written() {
    let usable = Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "-e", "inject=none:signal=KILL", "true"])
        .output();
    if !usable.is_ok_and(|output| output.status.success()) {
        return skip("strace is not there or may not be used: no kills at system calls");
    }
    let rounds = if is_long() { 1000 } else { 20 };
    let (mut dice, mut killed) = (Dice(71), 0);
    for round in 0..rounds {
        let arguments = COMMANDS[round % COMMANDS.len()];
        // Few calls start a program, and many follow: half of the kills come early.
        let most = [200, 1200][dice.below(2)];
        let count = 1 + dice.below(most);
        let fixture = Fixture::new();
        let output = killed_at(&fixture, arguments, count).unwrap();
        killed += u32::from(ended_by(&output));
        fixture.is_clean(&format!("round {round}: {arguments}, killed at call {count}"));
    }
    assert!(killed >= rounds as u32 / 4, "{killed} of {rounds} were killed");
}

/// Whatever there is not enough of: trouble of the harness, with what to do, and no verdict.
#[rstest::rstest]
#[ignore = "thorough: `just thorough` runs it"]
fn what_there_is_not_enough_of_is_trouble_and_never_a_verdict(
    #[values(
        "ulimit -n 8",
        "ulimit -n 12",
        "ulimit -n 13",
        "ulimit -n 14",
        "ulimit -n 15",
        "ulimit -n 16",
        "ulimit -v 30000",
        "ulimit -f 0",
        "trap '' XFSZ; ulimit -f 0",
        "exec >/dev/full",
        "exec >/dev/full 2>/dev/full"
    )]
    limit: &str,
    #[values(0, 1, 2, 3, 5, 6, 7, 8, 10, 15)] command: usize,
) {
    let arguments = COMMANDS[command];
    let fixture = Fixture::new();
    let output = fixture.command(&format!("{limit}; exec"), arguments).output().unwrap();
    let said = format!(
        "{limit}; {arguments}: {:?}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(!said.contains("panicked") && !said.contains("this is a bug"), "{said}");
    // What the limit does not touch goes on as ever; what it touches is never the connector's fault.
    // Where memory cannot even be asked for, the allocator ends the program: no verdict either.
    let is_bug = arguments.contains("canary") || arguments.contains("--cases 30 ");
    match output.status.code() {
        Some(0 | 70) => {}
        Some(1) => assert!(is_bug || arguments.starts_with("cover"), "{said}"),
        None => assert!(limit.contains("-v"), "{said}"),
        _ => panic!("{said}"),
    }
    assert!(!said.contains("connector-failed  "), "{said}");
    if limit.contains("/dev/full") {
        assert_eq!(output.status.code(), Some(70), "{said}");
    }
    fixture.is_clean(&said);
}

#[test]
fn without_proc_what_needs_it_says_so_and_the_rest_works() {
    let without = "exec unshare -m sh -c 'mount -t tmpfs none /proc && exec \"$@\"' sh";
    let fixture = Fixture::new();
    let schema = fixture.command(without, "schema").output().unwrap();
    if !schema.status.success() {
        return skip("a namespace without /proc cannot be made here (root?)");
    }
    for (arguments, status) in [
        ("run", 0),
        ("new stories/monday", 0),
        ("run --junit report.xml", 0),
        ("run --connector \"$EVENT70 connector\"", 70),
        ("run --site live", 70),
    ] {
        let output = fixture.command(without, arguments).output().unwrap();
        let said = format!("{arguments}: {output:?}");
        assert_eq!(output.status.code(), Some(status), "{said}");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(told.contains("help: mount /proc"), status == 70, "{said}");
        fixture.is_clean(&said);
    }
}
