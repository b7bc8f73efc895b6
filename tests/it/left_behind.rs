//! Nothing of a connector is left behind, whatever it does to stay; and nothing outside its working
//! directory is touched, whatever it puts in its place.
//!
//! Each connector is a shell script that does its mischief and then becomes the reference. What it
//! leaves is known by a number in its command line, for it gets rid of its environment.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::support::{ProgramOutput, Project, scenario, soon};
use rstest::rstest;

/// A project with a connector and a folder of its own for temporary files.
struct Fixture(Project);

impl Fixture {
    fn new(mischief: &str) -> Self {
        let played = scenario("", "start; cycles 1");
        let project = Project::with(&[("one", &played), ("two", &played)]);
        project.write("connector.sh", format!("{mischief}\nexec \"$EVENT70\" connector\n"));
        project.write("other/kept", "kept");
        fs::create_dir(project.path("tmp")).unwrap();
        Self(project)
    }

    fn command(&self, limit: &str, arguments: &str) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{limit}; exec \"$EVENT70\" {arguments}")])
            .env("EVENT70", assert_cmd::cargo::cargo_bin!("event70"))
            .env("TMPDIR", self.0.path("tmp"))
            .env("OTHER", self.0.path("other"))
            .current_dir(self.0.path(""))
            .stdin(Stdio::null());
        command
    }

    fn run(&self, limit: &str) -> ProgramOutput {
        let arguments = "run --connector 'sh connector.sh'";
        ProgramOutput::of(&self.command(limit, arguments).output().unwrap())
    }

    fn left(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.0.path("tmp")).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

/// The processes that have this word in their command line.
fn with_word(word: &str) -> Vec<i32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let has_word = |number: &i32| {
        let line = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(word)
    };
    numbers.filter(has_word).collect()
}

/// A number that nobody else has in a command line.
fn mark() -> String {
    format!("9{}{:?}", std::process::id(), thread::current().id())
        .chars()
        .filter(char::is_ascii_digit)
        .collect()
}

#[rstest]
#[case::a_daemon_without_environment("(env -i setsid sh -c 'exec sleep MARK' &)")]
#[case::one_that_was_forked_twice("(env -i setsid sh -c '(setsid sleep MARK &) ; :' &)")]
#[case::one_that_ignores_signals("(env -i setsid sh -c 'trap \"\" HUP INT TERM; sleep MARK' &)")]
#[case::a_chain_that_forks_again_and_again(
    "printf 'sh \"$0\" MARK &\\n' > chain; (env -i PATH=\"$PATH\" setsid sh \"$PWD/chain\" MARK &)"
)]
fn a_process_that_wants_to_stay_is_ended(#[case] mischief: &str) {
    let mark = mark();
    let fixture = Fixture::new(&mischief.replace("MARK", &mark));
    fixture.run(":").with_status(0);
    assert_eq!(with_word(&mark), [0; 0]);
    assert!(fixture.left().is_empty(), "{:?}", fixture.left());
}

#[rstest]
#[case::by_a_link("rmdir \"$here\"; ln -s \"$OTHER\" \"$here\"")]
#[case::by_a_file("rmdir \"$here\"; : > \"$here\"")]
#[case::by_another_folder("rmdir \"$here\"; mkdir \"$here\"; : > \"$here/kept\"")]
fn a_file_in_place_of_a_working_directory_is_not_emptied(#[case] mischief: &str) {
    let fixture = Fixture::new(&format!("here=$PWD; cd /; {mischief}"));
    let said = fixture.run(":").with_status(3);
    assert!(said.flowing().contains("moved or replaced its working directory"), "{}", said.out);
    assert_eq!(fs::read_to_string(fixture.0.path("other/kept")).unwrap(), "kept");
    let another = |path: &PathBuf| path.join("kept").exists();
    assert!(fixture.left().iter().all(another), "only a folder of somebody else stays");
    if !fixture.left().is_empty() {
        assert!(said.err.contains("another folder is in its place"), "{}", said.err);
    }
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn folders_deeper_than_descriptors_reach_are_removed() {
    let deep = "here=$PWD; below=$(printf 'd/%.0s' $(seq 1500)); mkdir -p $below; cd -P $below; mkdir -p $below; cd \"$here\"";
    let fixture = Fixture::new(deep);
    fixture.run("ulimit -n 64").with_status(0);
    assert!(fixture.left().is_empty(), "{:?}", fixture.left());
}

/// Harness and watchdog are killed together: the next start takes away what they left.
#[test]
fn what_a_killed_harness_and_watchdog_left_is_swept_next_time() {
    let mark = mark();
    let fixture = Fixture::new(&format!("sleep {mark}"));
    let arguments = "run --deadline 60s --connector 'sh connector.sh'";
    let mut harness = fixture.command(":", arguments).spawn().unwrap();
    assert!(soon(|| !with_word(&mark).is_empty()));
    let parent = |process: i32| {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:")).map(str::trim);
        parent.and_then(|number| number.parse::<i32>().ok()).unwrap()
    };
    let connector = parent(with_word(&mark)[0]);
    let watchdog = parent(connector);
    assert_eq!(parent(watchdog), harness.id().cast_signed());
    for process in [watchdog, harness.id().cast_signed()] {
        assert!(
            Command::new("kill").args(["-KILL", &process.to_string()]).status().unwrap().success()
        );
    }
    harness.wait().unwrap();
    assert_eq!(fixture.left().len(), 1, "nobody was there to remove it");
    with_word(&mark)
        .iter()
        .for_each(|process| drop(Command::new("kill").arg(process.to_string()).status()));
    fixture.0.write("connector.sh", "exec \"$EVENT70\" connector");
    fixture.run(":").with_status(0);
    assert!(fixture.left().is_empty(), "{:?}", fixture.left());
}

/// Too few open files, processes or memory say nothing of a connector.
#[rstest]
fn a_limit_of_the_harness_is_no_verdict(
    #[values("ulimit -n 5", "ulimit -n 7", "ulimit -n 8", "ulimit -n 9", "ulimit -n 11")]
    limit: &str,
    #[values("run", "explore --cases 50 --seed 70 --jobs 4 --save kept")] command: &str,
) {
    let fixture = Fixture::new(":");
    let arguments = format!("{command} --connector 'sh connector.sh'");
    let said = ProgramOutput::of(&fixture.command(limit, &arguments).output().unwrap());
    assert!([0, 70].contains(&said.status), "{limit}: {} {} {}", said.status, said.out, said.err);
    if said.status == 70 {
        assert!(said.err.contains("ulimit -n") || said.out.contains("ulimit -n"), "{}", said.err);
    }
    assert!(!fixture.0.path("kept").exists(), "nothing is kept");
    assert!(fixture.left().is_empty(), "{:?}", fixture.left());
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_time_of_a_stopped_harness_is_not_the_connectors() {
    let fixture = Fixture::new("sleep 0.6");
    let arguments = "run --deadline 1s --connector 'sh connector.sh'";
    let harness = fixture.command(":", arguments).stdout(Stdio::piped()).spawn().unwrap();
    let number = harness.id().to_string();
    let signal = |name: &str| {
        assert!(Command::new("kill").args([name, &number]).status().unwrap().success());
    };
    thread::sleep(Duration::from_millis(300));
    signal("-STOP");
    thread::sleep(Duration::from_millis(2500));
    signal("-CONT");
    ProgramOutput::of(&harness.wait_with_output().unwrap()).with_status(0);
}

#[test]
fn a_byte_order_mark_is_named() {
    let fixture = Fixture::new("printf '\\357\\273\\277'");
    let said = fixture.run(":").with_status(3);
    assert!(said.flowing().contains("byte-order mark"), "{}", said.out);
}
