//! The reducer is as good as its word: for every seeded bug and many seeds, the answer fails as the
//! original did, no one or two of its elements can be left out, no value can be simpler, and the
//! [`Minimality`](event70::engine::Minimality) says so; it takes few runs; and a setting that is
//! reported as one that does not matter does not matter.
//!
//! Method: the cases of a seed are explored until one fails, and its reduction is tried out again
//! by loops of this file's own. They are stricter than the reducer: a smaller scenario counts as
//! failing wherever it fails in the class, not in its last step only.
//!
//! `EVENT70_LONG=1` takes 1,000 seeds for every bug instead of what fits in seconds.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use crate::support::{Tier, tier};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use event70::engine::{
    Control, FailureClass, Plan, Reduced, Relevance, Scenarios, Shrink, Trial, explore, reduce,
    relevance,
};
use event70::model::{
    Condition, Connector, Database, Direction, Exchange, Host, Keyword, Level, Limits, Logging,
    Operation, Repair, Scenario, Setup, Step,
};
use event70::reference::{Bug, Deviation, Machine, Reference, Seeded, Simulated};
use event70::rule::{ExportKind, default_fault, every_fault};
use proptest::test_runner::{Config, TestRunner};
use rstest::rstest;

/// A bug that is not found in so many cases of a seed is not found.
const CASES_MAX: u64 = 1_000_000;
/// The median number of runs that a reduction may take.
const MEDIAN_RUNS: usize = 60;

/// How many seeds are tried with each bug, and after how many cases in all no other seed is begun.
static TIER: LazyLock<(u64, u64)> = LazyLock::new(|| match tier() {
    Tier::Quick => (3, 30_000),
    Tier::Thorough => (40, 30_000),
    Tier::Long => (1000, u64::MAX),
});

/// A bug, found and reduced.
struct Answer {
    bug: Bug,
    seed: u64,
    case: u64,
    original: FailureClass,
    reduced: Reduced,
}

/// Every bug that was found, with each of its seeds.
static ANSWERS: LazyLock<Vec<Answer>> = LazyLock::new(|| {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut mine = Vec::new();
        while let Some(bug) = Bug::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
            mine.extend(answers_to(*bug));
        }
        mine
    };
    let mut answers: Vec<Answer> = std::thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    answers.sort_by_key(|answer| (answer.bug, answer.seed));
    answers
});

/// Explores one seed after another. Ends at the first that never fails.
fn answers_to(bug: Bug) -> Vec<Answer> {
    let (seeds, cases_max) = *TIER;
    let test_bed = (|| Seeded::with(bug), Simulated::new);
    let mut answers = Vec::new();
    let mut cases = 0;
    for seed in 0..seeds {
        let plan = Plan::new(seed, CASES_MAX);
        let found =
            explore(&plan, &test_bed, 1, &Control::default(), &|_, _, _, _| {}).unwrap().found;
        let Some(found) = found else { break };
        let reduced = reduce(&test_bed, &found.scenario, &Control::default());
        let reduced = reduced.unwrap_or_else(|| panic!("{bug}, case {} of {seed}", found.case));
        answers.push(Answer { bug, seed, case: found.case, original: found.class, reduced });
        cases += found.case + 1;
        if cases > cases_max {
            break;
        }
    }
    answers
}

/// How a scenario fails, with the step.
fn failure(connector: &mut impl Connector, scenario: &Scenario) -> Option<(usize, FailureClass)> {
    let mut trial = Trial::new();
    let finding = trial.first_finding(scenario, Simulated::new(&scenario.setup), connector)?;
    let predicted = trial.invariant().predictions().get(finding.step);
    Some((finding.step, FailureClass::of(&finding.disagreement, predicted)))
}

impl Answer {
    fn fails(&self, scenario: &Scenario) -> bool {
        let failure = failure(&mut Seeded::with(self.bug), scenario);
        failure.is_some_and(|(_, class)| class == self.original)
    }

    fn named(&self) -> String {
        let Self { bug, seed, case, reduced, .. } = self;
        format!("{bug}, case {case} of seed {seed}, reduced to {:?}", reduced.scenario)
    }
}

/// The scenario without these elements, initial conditions first.
fn without(scenario: &Scenario, left_out: &[usize]) -> Scenario {
    let conditions: Vec<Condition> = scenario.setup.conditions.iter().collect();
    let mut kept = scenario.clone();
    for element in left_out.iter().filter(|element| **element < conditions.len()) {
        kept.setup.conditions.remove(conditions[*element]);
    }
    let steps = scenario.timeline.iter().enumerate();
    let steps = steps.filter(|(index, _)| !left_out.contains(&(conditions.len() + index)));
    kept.timeline = steps.map(|(_, step)| *step).collect();
    kept
}

fn size(scenario: &Scenario) -> usize {
    scenario.setup.conditions.len() + scenario.timeline.len()
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn every_seeded_bug_is_found_in_a_million_cases() {
    let found = |bug: &&Bug| ANSWERS.iter().any(|answer| answer.bug == **bug);
    let never: Vec<_> =
        Bug::ALL.iter().filter(|bug| !found(bug)).map(|bug| bug.keyword()).collect();
    assert!(never.is_empty(), "never found: {}", never.join(", "));
}

#[test]
fn the_class_of_the_failure_is_kept_and_the_last_step_shows_it() {
    for answer in ANSWERS.iter() {
        let Reduced { scenario, finding, class, .. } = &answer.reduced;
        let step = finding.step;
        let failure = failure(&mut Seeded::with(answer.bug), scenario);
        assert_eq!(failure, Some((step, answer.original)), "{}", answer.named());
        assert_eq!(*class, answer.original, "{}", answer.named());
        assert_eq!(step + 1, scenario.timeline.len(), "{}", answer.named());
    }
}

#[test]
fn no_single_element_of_an_answer_can_be_left_out() {
    for answer in ANSWERS.iter() {
        let scenario = &answer.reduced.scenario;
        for one in 0..size(scenario) {
            let fails = answer.fails(&without(scenario, &[one]));
            assert!(!fails, "without element {one}: {}", answer.named());
        }
        assert!(answer.reduced.minimality.one_minimal, "{}", answer.named());
        assert_eq!(answer.reduced.minimality.elements, size(scenario), "{}", answer.named());
    }
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn no_two_elements_of_an_answer_can_be_left_out() {
    for answer in ANSWERS.iter() {
        let scenario = &answer.reduced.scenario;
        for one in 0..size(scenario) {
            for other in one + 1..size(scenario) {
                let fails = answer.fails(&without(scenario, &[one, other]));
                assert!(!fails, "without elements {one} and {other}: {}", answer.named());
            }
        }
        assert!(answer.reduced.minimality.two_minimal, "{}", answer.named());
    }
}

#[test]
fn no_value_of_an_answer_can_be_simpler() {
    let mut tried = 0;
    for answer in ANSWERS.iter() {
        for simpler in answer.reduced.scenario.simpler() {
            assert!(!answer.fails(&simpler), "{simpler:?} is simpler: {}", answer.named());
            tried += 1;
        }
        assert!(answer.reduced.minimality.values_minimal, "{}", answer.named());
    }
    assert!(tried > 0, "no value was left to be simplified");
}

#[test]
fn the_reference_passes_every_answer() {
    for answer in ANSWERS.iter() {
        let failure = failure(&mut Reference::new(), &answer.reduced.scenario);
        assert_eq!(failure, None, "{}", answer.named());
    }
}

#[test]
fn the_median_reduction_takes_fewer_than_sixty_runs() {
    let mut by_bug: BTreeMap<Bug, Vec<usize>> = BTreeMap::new();
    for answer in ANSWERS.iter() {
        by_bug.entry(answer.bug).or_default().push(answer.reduced.minimality.runs);
    }
    for (bug, runs) in &mut by_bug {
        runs.sort_unstable();
        let (median, most) = (runs[runs.len() / 2], runs[runs.len() - 1]);
        let (least, seeds) = (runs[0], runs.len());
        eprintln!("{bug:32} {seeds:5} seeds, runs {least:3} to {most:4}, median {median:3}");
    }
    let mut all: Vec<usize> = by_bug.into_values().flatten().collect();
    all.sort_unstable();
    let part = |percent: usize| all[(all.len() - 1) * percent / 100];
    let parts = [0, 10, 25, 50, 75, 90, 99, 100].map(part);
    eprintln!("{} reductions, runs at 0/10/25/50/75/90/99/100 %: {parts:?}", all.len());
    let least = if tier() == Tier::Quick { 100 } else { 1000 };
    assert!(all.len() > least, "only {} reductions", all.len());
    assert!(part(50) < MEDIAN_RUNS, "the median is {}", part(50));
}

/// A bug that never reports code 3 shows in the first run that a condition stops: when the service
/// starts, or in the cycle after the injection. An entry that was made by hand stops no EXPORT until
/// it is deleted.
#[test]
fn the_canary_needs_only_a_condition_a_start_and_a_run() {
    let canary = ANSWERS.iter().filter(|answer| answer.bug == Bug::Canary);
    let messages = |answer: &&Answer| answer.original.exports == Some(ExportKind::Messages);
    let mut seen = 0;
    for answer in canary.filter(messages) {
        let scenario = &answer.reduced.scenario;
        let expected = match scenario.timeline.last() {
            Some(Step::Do(Operation::Start)) => 2,
            Some(Step::Cycles(1)) => 3,
            _ => 0,
        };
        let deletes = Step::Repair(Repair::DeleteSiteEntry);
        let expected = expected + usize::from(scenario.timeline.contains(&deletes));
        assert_eq!(size(scenario), expected, "{}", answer.named());
        seen += 1;
    }
    assert!(seen > 0);
}

/// The scenario with another value of a setting, as the setting names it.
fn with_value(scenario: &Scenario, setting: &Relevance, value: &str) -> Scenario {
    fn word<W: Keyword>(value: &str) -> W {
        W::from_keyword(value.trim_matches('"')).unwrap()
    }
    let mut other = scenario.clone();
    let setup = &mut other.setup;
    let Some(index) = setting.step else {
        match setting.setting {
            "exchange" => setup.exchange = word::<Exchange>(value),
            "host" => setup.host = word::<Host>(value),
            "database" => setup.database = word::<Database>(value),
            "logging" => setup.logging = Logging::all(word::<Level>(value)),
            "poll-seconds" => setup.limits.poll_seconds = value.parse().unwrap(),
            "export-max" => setup.limits.export_max = value.parse().unwrap(),
            "import-max" => setup.limits.import_max = value.parse().unwrap(),
            setting => panic!("what setting is {setting}?"),
        }
        return other;
    };
    other.timeline[index] = match (setting.setting, scenario.timeline[index]) {
        ("cycles", Step::Cycles(_)) => Step::Cycles(value.parse().unwrap()),
        ("mail", Step::Mail(to, _)) => Step::Mail(to, value.parse().unwrap()),
        ("setting", Step::Inject(fault)) => {
            let faults = every_fault().filter(|other| other.condition == fault.condition);
            Step::Inject(faults.into_iter().find(|other| other.to_string() == value).unwrap())
        }
        other => panic!("what setting is {other:?}?"),
    };
    other
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_mark_names_the_values_that_fail_and_no_others() {
    let (mut any, mut some) = (0, 0);
    for answer in ANSWERS.iter().filter(|answer| answer.seed < 10) {
        let scenario = &answer.reduced.scenario;
        let test_bed = (|| Seeded::with(answer.bug), Simulated::new);
        for setting in relevance(&test_bed, scenario, &answer.original, &Control::default()) {
            assert!(setting.tried.len() > 1, "{setting:?}");
            let fails = |value: &&String| answer.fails(&with_value(scenario, &setting, value));
            let failing: Vec<String> = setting.tried.iter().filter(fails).cloned().collect();
            assert_eq!(setting.fails, failing, "{setting:?}: {}", answer.named());
            assert_eq!(setting.is_dont_care(), failing.len() == setting.tried.len(), "{setting:?}");
            *(if setting.is_dont_care() { &mut any } else { &mut some }) += 1;
        }
    }
    assert!(any > 100 && some > 20, "{any} settings do not matter, {some} do");
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn every_setting_of_a_site_that_can_be_otherwise_is_marked() {
    let is_quiet = |scenario: &Scenario| {
        scenario.timeline.iter().all(|step| !matches!(step, Step::Logging(_)))
    };
    let mut answers = ANSWERS.iter().filter(|answer| answer.bug == Bug::NeedsLogging);
    let answer = answers.find(|answer| is_quiet(&answer.reduced.scenario)).unwrap();
    let test_bed = (|| Seeded::with(answer.bug), Simulated::new);
    let settings =
        relevance(&test_bed, &answer.reduced.scenario, &answer.original, &Control::default());
    let of_logging = settings.iter().find(|setting| setting.setting == "logging").unwrap();
    assert_eq!(of_logging.tried, ["\"none\"", "\"minimum\"", "\"medium\"", "\"maximum\""]);
    assert_eq!(of_logging.fails, ["\"none\""], "the bug shows at level none only");
    let of_exchange = settings.iter().find(|setting| setting.setting == "exchange").unwrap();
    assert_eq!(of_exchange.tried, ["\"5.0\"", "\"5.5\"", "\"5.5-sp1\""]);
}

/// Takes every batch for one of 16, whatever it is told.
#[derive(Debug, Clone, Copy)]
struct SixteenAlways;

impl Deviation for SixteenAlways {
    fn full_batch(&self, _told: u16) -> u16 {
        16
    }
}

#[test]
fn of_the_limits_only_those_that_matter_are_left_and_marked() {
    let test_bed = (|| Machine::deviating(SixteenAlways), Simulated::new);
    let limits = Limits { poll_seconds: 3600, export_max: 2, import_max: 1 };
    let timeline = vec![
        Step::Do(Operation::Start),
        Step::Mail(Direction::CcMail, 3),
        Step::Mail(Direction::Exchange, 5),
        Step::Cycles(2),
    ];
    let scenario = Scenario { setup: Setup { limits, ..Setup::default() }, timeline };
    let reduced = reduce(&test_bed, &scenario, &Control::default()).unwrap();
    // A full EXPORT in a cycle, and no other after it.
    let least = [Step::Do(Operation::Start), Step::Mail(Direction::Exchange, 2), Step::Cycles(1)];
    assert_eq!(reduced.scenario.timeline, least);
    let left = Limits { export_max: 2, ..Limits::default() };
    assert_eq!(reduced.scenario.setup, Setup { limits: left, ..Setup::default() });
    let settings = relevance(&test_bed, &reduced.scenario, &reduced.class, &Control::default());
    let of_limits: Vec<_> = settings.iter().filter(|s| s.setting.contains('-')).collect();
    assert_eq!(of_limits.len(), 1, "{of_limits:?}");
    assert_eq!(of_limits[0].setting, "export-max");
    // Two messages are no full batch where one has three or more.
    assert_eq!(of_limits[0].fails, ["1", "2"]);
}

#[test]
fn what_does_not_fail_is_not_reduced() {
    let test_bed = (Reference::new, Simulated::new);
    let config = Config { failure_persistence: None, cases: 2000, ..Config::default() };
    let drawn = TestRunner::new(config).run(&Scenarios::default(), |scenario| {
        proptest::prop_assert_eq!(reduce(&test_bed, &scenario, &Control::default()), None);
        Ok(())
    });
    drawn.unwrap();
}

#[rstest]
#[case::nothing_happens(Bug::Canary, &[])]
#[case::nothing_is_wrong(Bug::Canary, &[Step::Do(Operation::Start), Step::Cycles(3)])]
#[case::the_service_never_runs(Bug::NoStartRun,
    &[Step::Inject(default_fault(Condition::TabNameWrong)), Step::Cycles(3)])]
#[case::no_dirsync(Bug::DirsyncSilent,
    &[Step::Inject(default_fault(Condition::TabNameWrong)), Step::Do(Operation::Start)])]
fn a_bug_that_does_not_show_is_not_reduced(#[case] bug: Bug, #[case] steps: &[Step]) {
    let scenario = Scenario { timeline: steps.to_vec(), ..Scenario::default() };
    assert_eq!(
        reduce(&(|| Seeded::with(bug), Simulated::new), &scenario, &Control::default()),
        None
    );
}
