//! Scenarios that contradict each other are reported as one finding and reduced together: each
//! agrees by itself, no assumption fits both, nothing of either can be left out, and both are saved.
//!
//! Method: a connector that reads the Postoffice tab at a restart, and under Exchange 5.5 at every
//! run. Its contradictions are found, reduced and tried out again by loops of this file's own. The
//! program is given one that is made of two: each command goes to the one that the site is for.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use event70::engine::{
    Control, Exploration, FailureClass, Found, Plan, Reduced, Shrink, TestBed, Trial, explore,
    reduce_together, relevance_together,
};
use event70::format::load;
use event70::model::{
    Assignment, Assignments, Assumption, Connector, Exchange, Failure, Scenario, Server, Setup,
    Stage,
};
use event70::reference::{Reference, Simulated};
use event70::report::{Counterexample, Provenance, ReducedFinding};

use crate::mending::{again, command};
use crate::support::Project;

/// Connectors of which nothing is assumed and that go by one assignment or another.
pub(crate) struct Divided<F> {
    /// Whether the nth of them reads the tab at every run, with this version of Exchange.
    pub(crate) reads_each_run: F,
    made: Arc<AtomicUsize>,
    /// How many scenarios they played, of all together.
    played: Arc<AtomicUsize>,
}

impl<F: Fn(usize, Exchange) -> bool + Clone + Sync> Divided<F> {
    pub(crate) fn by(reads_each_run: F) -> Self {
        Self { reads_each_run, made: Arc::default(), played: Arc::default() }
    }

    fn explored(&self, seed: u64, jobs: usize) -> Exploration {
        let (plan, control) = (Plan::new(seed, 2000), Control::default());
        explore(&plan, self, jobs, &control, &|_, _, _, _| {}).unwrap()
    }

    fn found(&self, seed: u64) -> Found {
        self.explored(seed, 1).found.expect("it is no connector that the documents know")
    }

    /// The assignments that fit a scenario that agrees by itself.
    fn fitting(&self, scenario: &Scenario) -> Option<Assignments> {
        let mut trial = self.trial();
        let site = self.site(&scenario.setup);
        let finding = trial.first_finding(scenario, site, &mut self.connector());
        finding.is_none().then(|| *trial.left())
    }
}

/// Connectors that read the tab at every run in scenarios of these numbers, and else at a restart.
pub(crate) fn by_scenario(
    reads_each_run: impl Fn(usize) -> bool + Clone + Sync,
) -> Divided<impl Fn(usize, Exchange) -> bool + Clone + Sync> {
    let played = Arc::<AtomicUsize>::default();
    let so_far = Arc::clone(&played);
    let reads_each_run = move |_, _| reads_each_run(so_far.load(Ordering::Relaxed));
    Divided { reads_each_run, made: Arc::default(), played }
}

/// The tab counts from the next run under Exchange 5.5, and else from a restart.
pub(crate) fn by_exchange(_: usize, exchange: Exchange) -> bool {
    exchange == Exchange::V5_5
}

impl<F: Fn(usize, Exchange) -> bool + Clone + Sync> TestBed for Divided<F> {
    type Connector = Half<F>;
    type Site = Simulated;

    fn connector(&self) -> Half<F> {
        Half {
            reference: Reference::new(),
            reads_each_run: self.reads_each_run.clone(),
            nth: self.made.fetch_add(1, Ordering::Relaxed),
            played: Arc::clone(&self.played),
        }
    }

    fn site(&self, setup: &Setup) -> Simulated {
        Simulated::new(setup)
    }

    fn trial(&self) -> Trial {
        Trial::assuming(Assignments::ALL)
    }
}

/// One of them.
pub(crate) struct Half<F> {
    reference: Reference,
    reads_each_run: F,
    nth: usize,
    played: Arc<AtomicUsize>,
}

impl<F: Fn(usize, Exchange) -> bool> Connector for Half<F> {
    fn reset(&mut self) -> Result<(), Failure> {
        self.played.fetch_add(1, Ordering::Relaxed);
        self.reference.reset()
    }

    fn start<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        let reads_each_run = (self.reads_each_run)(self.nth, stage.view().exchange);
        let assumed = Assignment::DEFAULT.with(Assumption::TabTakesEffect, reads_each_run);
        self.reference.assume(assumed);
        self.reference.start(stage)
    }

    fn cycle<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.reference.cycle(stage)
    }

    fn dirsync<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.reference.dirsync(stage)
    }

    fn stop<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.reference.stop(stage)
    }

    fn kill(&mut self) -> Result<(), Failure> {
        self.reference.kill()
    }
}

#[test]
fn of_scenarios_that_contradict_nothing_can_be_left_out() {
    for seed in 0..6 {
        let divided = Divided::by(by_exchange);
        let found = divided.found(seed);
        assert_eq!((found.class, found.repeats.is_steady()), (FailureClass::CONTRADICTION, true));
        let reduced = reduce_together(&divided, &found, &Control::default()).unwrap();
        let [(_, one), (_, other)] = &reduced[..] else { panic!("{seed}: {reduced:?}") };
        for (this, beside) in [(one, other), (other, one)] {
            let there = divided.fitting(&beside.scenario).unwrap();
            let contradicts = |scenario: &Scenario| {
                divided.fitting(scenario).is_some_and(|here| here.and(&there).is_empty())
            };
            let Reduced { scenario, minimality, finding, .. } = this;
            assert!(contradicts(scenario), "{seed}: {scenario:?}");
            assert!(minimality.complete && minimality.two_minimal, "{seed}: {minimality:?}");
            assert_eq!(finding.step + 1, scenario.timeline.len(), "{seed}");
            let elements = scenario.elements();
            let pairs = (0..elements).flat_map(|one| (0..=one).map(move |two| (one, two)));
            let cuts = pairs.map(|(one, two)| scenario.without(|at| at == one || at == two));
            let smaller = cuts.chain(scenario.simpler()).find(|smaller| contradicts(smaller));
            assert_eq!(smaller, None, "{seed}: {scenario:?}");
            let told = finding.disagreement.to_string();
            assert!(told.contains("tab-takes-effect is "), "{told}");
        }
        let exchanges = [one, other].map(|one| one.scenario.setup.exchange == Exchange::V5_5);
        assert_ne!(exchanges[0], exchanges[1], "{seed}");
        let matters = relevance_together(&divided, one, &Control::default());
        let exchange = matters.iter().find(|setting| setting.setting == "exchange").unwrap();
        assert!(!exchange.is_dont_care(), "{seed}: {exchange:?}");
    }
}

#[test]
fn a_contradiction_is_the_same_again_and_on_any_jobs() {
    let told = |jobs| {
        let divided = Divided::by(by_exchange);
        let found = divided.explored(7, jobs).found.unwrap();
        let cases: Vec<u64> = found.all().map(|one| one.case).collect();
        (cases, reduce_together(&divided, &found, &Control::default()).unwrap())
    };
    assert_eq!(told(1), told(1));
    assert_eq!(told(1), told(2));
}

/// The search is stopped in the middle of the reduction, by whatever play that is.
#[test]
fn a_reduction_that_is_stopped_ends_with_the_smallest_so_far() {
    let elements = |reduced: &[(u64, Reduced)]| -> usize {
        reduced.iter().map(|(_, one)| one.scenario.elements()).sum()
    };
    let mut sizes = Vec::new();
    for plays in [0, 5, 15, 30, 100_000] {
        let control = Arc::new(Control::default());
        let divided = Divided::by(by_exchange);
        let found = divided.found(7);
        let (until, played) = (divided.played.load(Ordering::Relaxed) + plays, &divided.played);
        let stops = Divided {
            reads_each_run: |nth, exchange| {
                let is_up = played.load(Ordering::Relaxed) > until;
                control.stop.fetch_or(is_up, Ordering::Relaxed);
                by_exchange(nth, exchange)
            },
            made: Arc::default(),
            played: Arc::clone(played),
        };
        let reduced = reduce_together(&stops, &found, &control).unwrap();
        let [(_, one), (_, other)] = &reduced[..] else { panic!("{reduced:?}") };
        let [here, there] = [one, other].map(|one| divided.fitting(&one.scenario).unwrap());
        assert!(here.and(&there).is_empty(), "after {plays}");
        assert_eq!(one.minimality.complete, plays == 100_000, "after {plays}");
        sizes.push(elements(&reduced));
    }
    assert!(sizes.is_sorted_by(|one, next| one >= next), "{sizes:?}");
    assert!(sizes.first() > sizes.last(), "{sizes:?}");
}

/// Only the first connector is divided; those in which it is played again are not.
#[test]
fn a_contradiction_that_never_comes_again_is_told_and_not_reduced() {
    let divided = Divided::by(|nth, exchange| nth == 0 && by_exchange(nth, exchange));
    let found = divided.found(7);
    assert_eq!((found.class, found.beside.len()), (FailureClass::CONTRADICTION, 1));
    assert!(found.repeats.times > 1 && found.repeats.alike == 0, "{:?}", found.repeats);
    assert_eq!(reduce_together(&divided, &found, &Control::default()), None);
}

/// A connector that hands each command to one of two, by the version of Exchange at the last start.
const DIVIDED: &str = r#"
# Not in the working directory, which is emptied at reset.
pipes=$(mktemp -d) && mkfifo "$pipes/1" "$pipes/2" "$pipes/3" "$pipes/4"
"$1" connector < "$pipes/1" > "$pipes/2" &
exec 3> "$pipes/1" 4< "$pipes/2"
"$1" connector --assume tab-takes-effect=next-run < "$pipes/3" > "$pipes/4" &
exec 5> "$pipes/3" 6< "$pipes/4"
rm -r "$pipes"
# Hands on a command, and back and forth what belongs to it, until it is done.
to_one() {
    printf '%s\n' "$1" >&3
    while IFS= read -r told <&4; do answers 3 "$2" || return 0; done
}
to_other() {
    printf '%s\n' "$1" >&5
    while IFS= read -r told <&6; do answers 5 "$2" || return 0; done
}
answers() {
    [ "$2" = silent ] || printf '%s\n' "$told"
    case $told in
        '{"done"'*) return 1 ;;
        '{"run"'*) IFS= read -r line; printf '%s\n' "$line" >&"$1" ;;
    esac
}
while IFS= read -r command; do
    case $command in
        *'"do":"reset"'*) to_one "$command" silent; to_other "$command"; continue ;;
        *'"do":"start"'*'"exchange":"5.5"'*) there=other ;;
        *'"do":"start"'*) there=one ;;
    esac
    "to_$there" "$command"
done
"#;

/// A project with that connector, and the command that starts it.
#[cfg(unix)]
fn with_divided_program() -> (Project, String) {
    let project = Project::new();
    let script = project.write("divided.sh", DIVIDED);
    let program = assert_cmd::cargo::cargo_bin!("event70");
    (project, format!("sh '{}' '{}'", script.display(), program.display()))
}

/// The two files in the folder `found` agree by themselves, each names the other, and together they
/// contradict each other.
#[cfg(unix)]
fn are_a_pair(project: &Project, connector: &str) {
    let saved = std::fs::read_dir(project.path("found")).unwrap();
    let mut saved: Vec<String> =
        saved.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    saved.sort();
    let [beside, first] = &saved[..] else { panic!("{saved:?}") };
    let stem = first.strip_suffix(".toml").unwrap();
    assert_eq!(*beside, format!("{stem}-beside.toml"), "{saved:?}");
    for (file, other) in [(first, format!("{stem}-beside")), (beside, stem.to_owned())] {
        let path = format!("found/{file}");
        let notes = load(&project.path(&path)).unwrap().notes.unwrap().raw().to_owned();
        assert!(
            notes.starts_with(&format!("contradicts {other}: tab-takes-effect is ")),
            "{notes}"
        );
        project.event70(&["run", &path, "--connector", connector]).with_status(0);
    }
    project.event70(&["run", "found"]).with_status(0);
    let again = project.event70(&["run", "found", "--connector", connector]).with_status(1);
    let flowing = again.flowing();
    assert!(flowing.contains("no assumption fits both this and found/"), "{flowing}");
    assert!(flowing.contains("tab-takes-effect is "), "{flowing}");
}

#[cfg(unix)]
#[test]
fn scenarios_that_contradict_are_files_that_contradict_again() {
    let (project, connector) = with_divided_program();
    let divided = Divided::by(by_exchange);
    let found = divided.found(7);
    let reduced = reduce_together(&divided, &found, &Control::default()).unwrap();
    let findings = reduced.iter().zip(found.all());
    let mut findings: Vec<ReducedFinding<'_>> = findings
        .map(|((_, reduced), found)| ReducedFinding { found, reduced, settings: &[] })
        .collect();
    findings.reverse();
    let from = Provenance { connector: "x".to_owned(), seed: 7 };
    for Counterexample { stem, text, .. } in Counterexample::all_of(&findings, &from, None) {
        project.write(&format!("found/{stem}.toml"), text);
    }
    are_a_pair(&project, &connector);
}

#[cfg(unix)]
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn explore_saves_the_scenarios_that_contradict_each_other() {
    let (project, connector) = with_divided_program();
    let search = ["explore", "--seed", "7", "--cases", "1000", "--connector", &connector];
    let said = project.event70(&search).with_status(1);
    assert!(said.err.contains("contradicts case "), "{}", said.err);
    assert!(said.out.contains("tab-takes-effect is the same in every scenario"), "{}", said.out);
    are_a_pair(&project, &connector);
    // One command for both.
    let played = again(&project, command(&said)).with_status(1);
    assert!(played.flowing().contains("no assumption fits both this and found/"), "{}", played.out);
    for entry in std::fs::read_dir(project.path("found")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(said.out.contains(&text), "{}", said.out);
    }
}
