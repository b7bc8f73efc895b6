//! What the tests of the program share: a throw-away project, and the real program run in it.
#![allow(dead_code, reason = "each test file uses a part of this one")]

pub(crate) mod open;
pub(crate) mod sound;
pub(crate) mod trouble;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// A valid scenario: a service that starts on a healthy site.
pub(crate) const HEALTHY: &str = "format = 1
title = \"A healthy start\"
[[steps]]
do = \"start\"
event-70 = 0
";

/// How much a test tries. Each tier holds every promise of the one before it, over more cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier {
    /// Plain `cargo test`, at every edit.
    Quick,
    /// `just thorough`, before a commit lands: `EVENT70_THOROUGH=1`.
    Thorough,
    /// `just long`, over night: `EVENT70_LONG=1`.
    Long,
}

/// The tier of this run.
pub(crate) fn tier() -> Tier {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| value == "1");
    match (is_set("EVENT70_THOROUGH"), is_set("EVENT70_LONG")) {
        (_, true) => Tier::Long,
        (true, false) => Tier::Thorough,
        (false, false) => Tier::Quick,
    }
}

/// Whether this is the long tier.
pub(crate) fn is_long() -> bool {
    tier() == Tier::Long
}

/// Whether this is at least the thorough tier.
pub(crate) fn is_thorough() -> bool {
    tier() >= Tier::Thorough
}

/// The step of a sample: everything, or in the quick tier one in so many.
pub(crate) fn one_in(quick: usize) -> usize {
    if is_thorough() { 1 } else { quick }
}

/// How many times as many cases as usual are drawn: a hundred in the long tier.
pub(crate) fn factor() -> u32 {
    if is_long() { 100 } else { 1 }
}

/// No test waits longer than this for the program; only a program that hangs takes so long.
const PATIENCE: Duration = Duration::from_secs(300);

/// A scenario of this site and these steps, written shortly: `start; cycles 2; inject X passes=2;
/// mail 5 exchange; repair Y; logging none`.
pub(crate) fn scenario(site: &str, steps: &str) -> String {
    let step = |step: &str| match *step.split_whitespace().collect::<Vec<_>>() {
        ["cycles", count] => format!("cycles = {count}"),
        ["inject", condition] => format!("inject = \"{condition}\""),
        ["inject", condition, setting] => format!("inject = \"{condition}\", {setting}"),
        ["repair", repair] => format!("repair = \"{repair}\""),
        ["mail", count, to] => format!("mail = {count}, to = \"{to}\""),
        ["logging", level] => format!("logging = \"{level}\""),
        [operation] => format!("do = \"{operation}\""),
        _ => panic!("what step is {step}?"),
    };
    let steps: String = steps.split(';').map(|text| format!("{{ {} }},\n", step(text))).collect();
    format!("format = 1\ntitle = \"A row\"\nsite = {{ {site} }}\nsteps = [\n{steps}]\n")
}

/// That a page of the project is what its data says; `INSTA_UPDATE=always` writes it anew.
pub(crate) fn page_is_up_to_date(path: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        fs::write(&path, expected).unwrap();
    }
    let page = fs::read_to_string(&path).unwrap_or_default();
    assert!(page == expected, "out of date: it says how to write it anew");
}

/// A folder of its own with an empty folder `scenarios` in it; gone at the end of the test.
pub(crate) struct Project(TempDir);

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct ProgramOutput {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Project {
    pub(crate) fn new() -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        fs::create_dir(project.path("scenarios")).unwrap();
        project
    }

    /// A project that has these scenario files, named as below `scenarios/`.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let project = Self::new();
        for (name, text) in files {
            project.write(&format!("scenarios/{name}.toml"), text);
        }
        project
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    /// Writes a file, with the folders that lead to it.
    pub(crate) fn write(&self, below: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).unwrap()
    }

    /// Runs the program in the project.
    pub(crate) fn event70(&self, arguments: &[&str]) -> ProgramOutput {
        event70_in(self.0.path(), arguments)
    }
}

/// Runs the program in the project that this crate is, as far as its scenarios are sound.
pub(crate) fn event70_here(arguments: &[&str]) -> ProgramOutput {
    event70_in(&sound::project(), arguments)
}

pub(crate) fn event70_in(folder: &Path, arguments: &[&str]) -> ProgramOutput {
    let output = assert_cmd::cargo::cargo_bin_cmd!("event70")
        .current_dir(folder)
        .args(arguments)
        .env_remove("CLICOLOR_FORCE")
        .timeout(PATIENCE)
        .output()
        .unwrap();
    ProgramOutput::of(&output)
}

/// The program as a child process, for what the helpers above do not do.
pub(crate) fn process(project: &Project) -> std::process::Command {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("event70"));
    command.current_dir(project.path("")).env_remove("CLICOLOR_FORCE");
    command
}

impl ProgramOutput {
    /// What a finished process said; a process that a signal ended has the status -1.
    pub(crate) fn of(output: &std::process::Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    pub(crate) fn with_status(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.out, self.err);
        self
    }

    /// The number of a `key=value` pair in the last line.
    pub(crate) fn count(&self, key: &str) -> u64 {
        let last = self.out.lines().last().unwrap_or_default();
        let value = last.split(' ').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
        value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{key} in: {last}"))
    }

    /// `line:column` of every complaint of this file, in the order in which they were printed.
    pub(crate) fn places(&self, file: &str) -> Vec<String> {
        let headlines = self.err.lines().filter(|line| line.starts_with("error: "));
        let places = headlines.filter_map(|line| line.split_once(&format!("{file}:")));
        places.filter_map(|(_, rest)| Some(rest.split_once(": ")?.0.to_owned())).collect()
    }

    /// The output as the one JSON document that it must be.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in: {}", self.out))
    }

    /// The output without its line breaks and indentation, so that a sentence is found whole.
    pub(crate) fn flowing(&self) -> String {
        self.out.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Ends a test that this computer cannot run, aloud.
pub(crate) fn skip(why: &str) {
    // The test runner keeps back what a passing test prints, but not what is written past it.
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// What was killed has so long to be gone.
const SOON: Duration = Duration::from_secs(20);

/// Whether something is so before long.
pub(crate) fn soon(mut is_so: impl FnMut() -> bool) -> bool {
    let until = std::time::Instant::now() + SOON;
    while !is_so() {
        if std::time::Instant::now() > until {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}
