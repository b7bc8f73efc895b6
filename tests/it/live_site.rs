//! The live site and the model agree: the same runs, the same codes, the same log.
//!
//! Each scenario file and many random ones are played by the reference on both sites, and what
//! happens in each step is held against each other: every run with what it was asked, how it ended
//! and how much it moved, and every record of the log. The files are played within a time budget;
//! what is left out of it is said, and `EVENT70_LONG=1` plays all.
#![cfg(all(unix, feature = "live"))]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::{fs, thread};

use event70::engine::{Player, Trial, draw};
use event70::live::{Kit, Live};
use event70::model::{
    Condition, Connector, Direction, Scenario, Setup, Site, Stage, Step, Trace, TraceEvent,
};
use event70::reference::{Reference, Simulated};
use event70::rule::default_fault;
use rstest::rstest;

use crate::support::{is_long, is_thorough};

/// The program that this crate builds, as a watchdog.
fn helper() -> event70::process::Helper {
    let program = env!("CARGO_BIN_EXE_event70").into();
    event70::process::Helper { program, arguments: vec!["watchdog".to_owned()] }
}

/// The programs of every test here are this program.
fn kit() -> Arc<Kit> {
    Kit::new(&helper()).unwrap()
}

/// Whether there can be a live site here. Where not, the test is skipped, aloud.
fn can_be_live() -> bool {
    match Kit::new(&helper()) {
        Ok(_) => true,
        Err(unfit) => {
            crate::support::skip(&unfit.to_string());
            false
        }
    }
}

/// What happens in each step on a site, and what waits in the end.
fn played(scenario: &Scenario, site: impl Site) -> (Vec<Trace>, [u32; 2], bool) {
    let (mut connector, mut trace) = (Reference::new(), Trace::default());
    let mut player = Player::new(site, &mut connector, &mut trace).unwrap();
    let mut traces = Vec::new();
    for step in &scenario.timeline {
        player.step(step).unwrap_or_else(|failure| panic!("{failure}\n{scenario:?}"));
        traces.push(player.trace().clone());
    }
    let waiting = [Direction::Exchange, Direction::CcMail].map(|to| player.site().waiting(to));
    (traces, waiting, player.site().maintenance_is_verified())
}

fn agree(name: &str, scenario: &Scenario, kit: &Arc<Kit>) {
    let model = played(scenario, Simulated::new(&scenario.setup));
    let live = played(scenario, Live::new(kit, &scenario.setup));
    for (index, (model, live)) in model.0.iter().zip(&live.0).enumerate() {
        let step = &scenario.timeline[index];
        assert_eq!(live, model, "{name}, step {}: {step}\n{:?}", index + 1, scenario);
    }
    assert_eq!(live.1, model.1, "{name}: what waits");
    assert_eq!(live.2, model.2, "{name}: whether maintenance is verified");
}

/// How many processes the live site starts for a scenario, as the model tells it.
fn runs(scenario: &Scenario) -> usize {
    let (traces, ..) = played(scenario, Simulated::new(&scenario.setup));
    let ran =
        |trace: &Trace| trace.events.iter().filter(|h| matches!(h, TraceEvent::Run { .. })).count();
    traces.iter().map(ran).sum()
}

/// Does something with each on two threads; which fails is told.
fn on_two_threads<T: Sync>(all: &[T], each: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    each(one);
                }
            });
        }
    });
}

/// The quick tier plays one file in so many.
const QUICK_EVERY: usize = 120;
/// A file that takes more runs than this is left to the long tier.
const RUNS_MAX: usize = 60;

#[test]
fn every_scenario_file_gives_the_same_log_on_both_sites() {
    if !can_be_live() {
        return;
    }
    let files = crate::support::sound::files().iter();
    let files: Vec<(String, Scenario)> =
        files.map(|sound| (sound.name.clone(), sound.file.scenario.clone())).collect();
    assert!(files.len() > 400);
    let (played, left): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|(_, scenario)| is_long() || runs(scenario) <= RUNS_MAX);
    if !is_thorough() {
        let some: Vec<_> = played.into_iter().step_by(QUICK_EVERY).collect();
        let kit = kit();
        return on_two_threads(&some, |(name, scenario)| agree(name, scenario, &kit));
    }
    if !left.is_empty() {
        let names: Vec<_> = left.iter().map(|(name, _)| name.as_str()).collect();
        let (count, names) = (left.len(), names.join(", "));
        crate::support::skip(&format!("{count} files of more than {RUNS_MAX} runs: {names}"));
    }
    let kit = kit();
    on_two_threads(&played, |(name, scenario)| agree(name, scenario, &kit));
}

#[test]
fn limits_are_enforced_alike_on_both_sites() {
    if !can_be_live() {
        return;
    }
    let file = crate::support::sound::files().iter();
    let limited = file.clone().find(|sound| sound.name == "limits/one-message-a-run").unwrap();
    agree(&limited.name, &limited.file.scenario, &kit());
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn random_scenarios_give_the_same_log_on_both_sites() {
    if !can_be_live() {
        return;
    }
    let cases: Vec<u64> = (0..if is_long() { 5_000 } else { 60 }).collect();
    let kit = kit();
    on_two_threads(&cases, |case| {
        let mut scenario = Scenario::default();
        draw::case(0x11fe, *case, &draw::Lengths::default(), &mut scenario);
        agree(&format!("case {case}"), &scenario, &kit);
    });
}

/// The site is what the programs meet: there is nothing else that would make them exit so.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn what_is_injected_can_be_seen_from_outside() {
    if !can_be_live() {
        return;
    }
    let kit = kit();
    let with = |condition| {
        let mut site = Live::new(&kit, &Setup::default());
        site.inject(default_fault(condition));
        let root = site.folder().unwrap().to_owned();
        (site, root)
    };
    let (_site, root) = with(Condition::PostofficeShutDown);
    assert!(root.join("CCSRV/CCDATA/CCPODOWN").exists());
    let (_site, root) = with(Condition::ProgramsNotOnPath);
    assert!(!root.join("EXCH1/C/WINNT/EXPORT.EXE").exists());
    let (_site, root) = with(Condition::InstallPathSpace);
    assert!(root.join("EXCH1/C/Program Files/EXCHSRVR/CCMCDATA/EXPORT.INI").exists());
    assert!(!root.join("EXCH1/C/EXCHSRVR/CCMCDATA").exists());
    let (_site, root) = with(Condition::PostofficeDamaged);
    let opened = rusqlite::Connection::open(root.join("CCSRV/CCDATA/MLANDATA")).unwrap();
    let checked: String =
        opened.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap_or_default();
    assert_ne!(checked, "ok");
    let (_site, root) = with(Condition::PostofficeLocked);
    let held = rusqlite::Connection::open(root.join("CCSRV/CCDATA/CLANDATA")).unwrap();
    assert!(
        held.query_row("SELECT count(*) FROM entries", [], |row| row.get::<_, u32>(0)).is_err()
    );
}

/// What arrives in Exchange is what was sent, each message once, in order.
#[test]
fn mail_arrives_once_and_whole() {
    if !can_be_live() {
        return;
    }
    let scenario = Scenario {
        setup: Setup::default(),
        timeline: vec![
            Step::Do(event70::model::Operation::Start),
            Step::Mail(Direction::Exchange, 40),
            Step::Cycles(1),
            Step::Inject(default_fault(Condition::PostofficeDamaged)),
            Step::Mail(Direction::Exchange, 5),
            Step::Cycles(1),
            Step::Repair(event70::model::Repair::Chkstat),
            Step::Cycles(1),
        ],
    };
    let kit = kit();
    let site = Live::new(&kit, &scenario.setup);
    let root = site.folder().unwrap().to_owned();
    let subjects = Mutex::new(Vec::new());
    let finding = Trial::new().until_finding(&scenario, site, &mut Reference::new(), |seen| {
        if seen.index + 1 == scenario.timeline.len() {
            subjects.lock().unwrap().extend(arrived(&root));
        }
    });
    assert_eq!(finding, None);
    let mut subjects = subjects.into_inner().unwrap();
    assert_eq!(subjects.len(), 45);
    subjects.dedup();
    assert_eq!(subjects.len(), 45);
}

/// The subjects of what has arrived, in the order in which it did.
fn arrived(root: &Path) -> Vec<String> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(root.join("EXCH1/MTS-IN")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let text: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    text.lines().filter(|line| line.starts_with("Subject:")).map(str::to_owned).collect()
}

/// Faults that no document knows: nothing is predicted of them but what must always hold.
#[rstest]
#[case("CCSRV/CCDATA/CLANDATA")]
#[case("CCSRV/CCDATA/MLANDATA")]
#[case("CCSRV/CCDATA/USR/USR00001")]
#[case("EXCH1/REGISTRY.JSON")]
#[case("EXCH1/REDIRECTOR.JSON")]
#[case("EXCH1/C/EXCHSRVR/CCMCDATA/EXPORT.INI")]
#[case("EXCH1/C/EXCHSRVR/CCMCDATA/EXPORT")]
#[ignore = "thorough: `just thorough` runs it"]
fn under_a_raw_fault_event_70_means_code_3_and_no_mail_is_lost(#[case] below: &str) {
    if !can_be_live() {
        return;
    }
    let kit = kit();
    for harm in [Harm::Removed, Harm::Emptied, Harm::Cut, Harm::Folder, Harm::Link] {
        let mut site = Live::new(&kit, &Setup::default());
        let root = site.folder().unwrap().to_owned();
        site.mail(Direction::Exchange, 20);
        let (mut connector, mut trace) = (Reference::new(), Trace::default());
        connector.start(&mut Stage::new(&mut site, &mut trace, 0)).unwrap();
        site.mail(Direction::Exchange, 20);
        let undo = harm.done_to(&root.join(below));
        for at in [15, 30] {
            connector.cycle(&mut Stage::new(&mut site, &mut trace, at)).unwrap();
        }
        undo();
        for at in [45, 60, 75] {
            connector.cycle(&mut Stage::new(&mut site, &mut trace, at)).unwrap();
        }
        assert_eq!(site.trouble(), None, "{below}: {harm:?}");
        every_run_ends_as_documented(&trace, &format!("{below}: {harm:?}"));
        let mut subjects = arrived(&root);
        assert_eq!(subjects.len(), 40, "{below}: {harm:?}");
        subjects.sort();
        subjects.dedup();
        assert_eq!(subjects.len(), 40, "{below}: {harm:?}");
    }
}

/// What is done to a file, or to a folder as far as it can be.
#[derive(Debug, Clone, Copy)]
enum Harm {
    Removed,
    Emptied,
    Cut,
    Folder,
    Link,
}

impl Harm {
    /// Does it, and gives back what undoes it.
    fn done_to(self, path: &Path) -> impl FnOnce() + use<> {
        let (path, aside) = (path.to_owned(), path.with_extension("aside"));
        fs::rename(&path, &aside).unwrap();
        let content = fs::read(&aside).unwrap_or_default();
        match self {
            Self::Removed => {}
            Self::Emptied => fs::write(&path, "").unwrap(),
            Self::Cut => fs::write(&path, &content[..content.len() / 2]).unwrap(),
            Self::Folder => fs::create_dir_all(path.join("in it")).unwrap(),
            Self::Link => std::os::unix::fs::symlink("/etc/passwd", &path).unwrap(),
        }
        move || {
            let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
            fs::rename(&aside, &path).unwrap();
        }
    }
}

/// Each run ends with a code that a document knows, or is told as one that did not; and the next
/// Event 70 names the file of the last EXPORT that exited with code 3.
fn every_run_ends_as_documented(trace: &Trace, what: &str) {
    let mut called_for = Vec::new();
    let mut logged = Vec::new();
    for traced in &trace.events {
        match traced {
            TraceEvent::Run { run, ran, .. } => {
                assert!(ran.code().is_none_or(|code| code <= 4), "{what}: {run:?} {ran:?}");
                if run.job.is_export() && ran.code() == Some(3) {
                    called_for.push(run.job.file().to_string());
                }
            }
            TraceEvent::Logged(record) if record.event.id == 70 => {
                logged.push(record.event.strings[0].to_string());
            }
            _ => {}
        }
    }
    assert_eq!(logged, called_for, "{what}");
}

/// A site that cannot go on is no connector's fault.
#[test]
fn a_sandbox_that_is_gone_is_trouble_of_the_harness() {
    if !can_be_live() {
        return;
    }
    let kit = kit();
    let mut site = Live::new(&kit, &Setup::default());
    fs::remove_dir_all(site.folder().unwrap()).unwrap();
    site.inject(default_fault(Condition::PostofficeFragmented));
    let trouble = site.trouble().unwrap();
    assert!(trouble.contains("the live site cannot go on"), "{trouble}");
    let mut trace = Trace::default();
    let stage = Stage::new(&mut site, &mut trace, 0);
    assert_eq!(stage.view().outbound, 0);
}
