//! What must hold between scenarios, whatever they are: a prefix writes a prefix of the log, decoys
//! change no Event 70, an injected cause removes none unless it shows in another way itself, repairs
//! that `explain` names do clear, independent steps can change places, a restart changes no later
//! verdict. And of the exploration: it is the same on any number of jobs, and its shards add up.
//!
//! Method: each relation is held twice, once against what the invariant predicts and once against
//! the log that the reference writes on the simulated site, on scenarios that are drawn anew in
//! every run; proptest prints a simplified one where a relation is broken. Each test counts how
//! often its relation had something to say, so that none is met vacuously.
//!
//! `EVENT70_LONG=1` draws a hundred times as many.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::cell::Cell;

use event70::engine::{
    Control, Exploration, Plan, Player, Scenarios, Trial, claims, draw, explore,
};
use event70::model::{
    Assignment, Condition, Connector, Exchange, Fault, Job, Operation, Repair, Scenario, Setting,
    Source, Step, Trace, TraceEvent,
};
use event70::reference::{Bug, Reference, Seeded, Simulated};
use event70::rule::{
    Clearing, Documented, ExportKind, Invariant, Outcome, StepPrediction, allows, every_fault,
    remedy, row,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{TestCaseError, TestRunner};
use rstest::rstest;

use crate::support::factor;
use crate::support::trouble::trouble_after;

/// Holds a relation against so many drawn values.
fn for_every<S: Strategy>(
    cases: u32,
    drawn: S,
    relation: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let cases = cases * factor();
    let config = ProptestConfig { failure_persistence: None, cases, ..ProptestConfig::default() };
    TestRunner::new(config).run(&drawn, relation).unwrap_or_else(|error| panic!("{error}"));
}

/// A scenario step by step.
struct Played {
    predicted: Vec<StepPrediction>,
    /// What holds before each step, and at the end.
    holding: Vec<enumset::EnumSet<Condition>>,
    logged: Vec<Trace>,
}

fn played(scenario: &Scenario) -> Played {
    let mut invariant = Invariant::new();
    let predicted = invariant.predict(scenario).to_vec();
    let holding = (0..=predicted.len()).map(|at| invariant.holding(at)).collect();
    let (mut connector, mut trace) = (Reference::new(), Trace::default());
    let mut player =
        Player::new(Simulated::new(&scenario.setup), &mut connector, &mut trace).unwrap();
    let steps = scenario.timeline.iter();
    let logged = steps.map(|step| {
        player.step(step).unwrap();
        player.trace().clone()
    });
    let logged = logged.collect();
    Played { predicted, holding, logged }
}

/// How many times the connector wrote an event of this number in one step.
fn logged(trace: &Trace, id: u16) -> u32 {
    let times = trace.events.iter().map(|traced| match traced {
        TraceEvent::Logged(record) if record.event.id == id => record.times,
        _ => 0,
    });
    times.sum()
}

/// The EXPORT runs of one step.
fn exports(trace: &Trace) -> impl Iterator<Item = Job> {
    trace.events.iter().filter_map(|traced| match traced {
        TraceEvent::Run { run, .. } if run.job.is_export() => Some(run.job),
        _ => None,
    })
}

impl Played {
    /// How many Event 70 each step has: by the prediction, and by the log.
    fn event_70(&self) -> [Vec<u32>; 2] {
        [
            self.predicted.iter().map(StepPrediction::event_70).collect(),
            self.logged.iter().map(|trace| logged(trace, 70)).collect(),
        ]
    }

    /// What each step exports: by the prediction, and by the log.
    fn kinds(&self) -> [Vec<Option<ExportKind>>; 2] {
        let of_job = |job| match job {
            Job::ExportMessages(_) => ExportKind::Messages,
            _ => ExportKind::Directory,
        };
        [
            self.predicted.iter().map(|step| Some(step.exports()?.kind)).collect(),
            self.logged.iter().map(|trace| exports(trace).next().map(of_job)).collect(),
        ]
    }
}

/// The scenario with these steps put in before step `at`.
fn with_steps(scenario: &Scenario, at: usize, steps: &[Step]) -> Scenario {
    let mut other = scenario.clone();
    other.timeline.splice(at..at, steps.iter().copied());
    other
}

#[test]
fn the_log_of_a_prefix_is_a_prefix_of_the_log() {
    for_every(2000, (Scenarios::default(), any::<Index>()), |(scenario, cut)| {
        let cut = cut.index(scenario.timeline.len() + 1);
        let prefix =
            Scenario { setup: scenario.setup, timeline: scenario.timeline[..cut].to_vec() };
        let (whole, part) = (played(&scenario), played(&prefix));
        prop_assert_eq!(&part.predicted[..], &whole.predicted[..cut]);
        prop_assert_eq!(&part.logged[..], &whole.logged[..cut]);
        prop_assert_eq!(&part.holding[..], &whole.holding[..=cut]);
        Ok(())
    });
}

/// What changes nothing that Event 70 depends on; a store path only on 5.5 SP1 (C11).
fn decoy() -> impl Strategy<Value = Fault> {
    let decoys = every_fault().filter(|fault| {
        let entry = fault.condition.entry();
        entry.inert_on.contains(Exchange::V5_5Sp1)
            || [Condition::ForeignEvent70, Condition::MessageCorrupt].contains(&fault.condition)
    });
    select(decoys.collect::<Vec<_>>())
}

#[test]
fn decoys_change_no_event_70() {
    let drawn = (Scenarios::default(), proptest::collection::vec((decoy(), any::<Index>()), 1..4));
    let seen = Cell::new(0);
    for_every(2000, drawn, |(mut scenario, decoys)| {
        let of_path = |fault: &Fault| !fault.condition.entry().inert_on.is_empty();
        if decoys.iter().any(|(fault, _)| of_path(fault)) {
            scenario.setup.exchange = Exchange::V5_5Sp1;
        }
        let mut with = scenario.clone();
        let mut counts = played(&scenario).event_70();
        for (fault, at) in decoys {
            let at = at.index(with.timeline.len() + 1);
            with = with_steps(&with, at, &[Step::Inject(fault)]);
            counts.iter_mut().for_each(|counts| counts.insert(at, 0));
        }
        seen.set(seen.get() + counts[0].iter().sum::<u32>());
        prop_assert_eq!(played(&with).event_70(), counts);
        Ok(())
    });
    assert!(seen.get() > 1000, "only {} Event 70", seen.get());
}

/// A foreign record, and a long store path where only short ones are passed on, leave the whole log
/// of the connector as it is, in every other step.
#[test]
fn what_the_connector_cannot_notice_does_not_change_its_log() {
    let unnoticed = decoy().prop_filter("is noticed", |f| f.condition != Condition::MessageCorrupt);
    for_every(
        2000,
        (Scenarios::default(), unnoticed, any::<Index>()),
        |(mut scenario, fault, at)| {
            scenario.setup.exchange = Exchange::V5_5Sp1;
            let at = at.index(scenario.timeline.len() + 1);
            let mut with = played(&with_steps(&scenario, at, &[Step::Inject(fault)])).logged;
            let own = with.remove(at);
            prop_assert_eq!(with, played(&scenario).logged);
            let foreign = own.events.iter().filter(|traced| {
                matches!(traced, TraceEvent::Foreign(record)
                if record.event.id == 70 && record.event.source != Source::Ccmc)
            });
            prop_assert_eq!(foreign.count(), own.events.len());
            Ok(())
        },
    );
}

/// A fault that the site of this scenario can have, in a setting that does not lessen damage which
/// is there already: injecting fewer passes than are left would repair some of it.
fn that_adds(scenario: &Scenario, faults: &[Fault], which: &Index, at: usize) -> Fault {
    let fits: Vec<Fault> =
        faults.iter().copied().filter(|f| allows(&scenario.setup, f.condition)).collect();
    let mut fault = fits[which.index(fits.len())];
    let mut invariant = Invariant::new();
    invariant.predict(scenario);
    let damage = invariant.standing(scenario).nth(at).unwrap();
    let damage = damage.iter().find(|s| s.fault.condition == Condition::PostofficeDamaged);
    if let (Setting::Passes(passes), Some(damage)) = (fault.setting, damage) {
        fault.setting = Setting::Passes(passes.max(damage.passes_left));
    }
    fault
}

/// Holds the relation for one injection before step `at`. Says in how many steps the number fell
/// and in how many it rose.
///
/// What holds after the injection is what held without it, and the injected condition, and perhaps
/// causes that would have been cured: a dirsync that fails creates no site entry, and RECLAIM does
/// nothing to damaged data. All of these make EXPORT exit with code 3. So the number of a step falls
/// only where the injected condition stands before the one that decided and ends such a run in
/// another way, where it ends one that it excludes, or where the service has given up (C8) or a run
/// that does not finish holds its thread.
fn injection_holds(
    scenario: &Scenario,
    fault: Fault,
    at: usize,
) -> Result<(u32, u32), TestCaseError> {
    let before = played(scenario);
    let after = played(&with_steps(scenario, at, &[Step::Inject(fault)]));
    let gave_up = |step: usize| after.logged[at..step].iter().any(|log| logged(log, 85) > 0);
    let mut invariant = Invariant::new();
    invariant.predict(&with_steps(scenario, at, &[Step::Inject(fault)]));
    let is_held = |step: usize| !invariant.rule_state(step).held().is_empty();
    let (mut fell, mut rose) = (0, 0);
    let counts = before.event_70().into_iter().zip(after.event_70());
    for ((before, after), kinds) in counts.zip(after.kinds()) {
        prop_assert_eq!(&after[..at], &before[..at]);
        prop_assert_eq!(after[at], 0);
        for step in at..before.len() {
            let (was, is) = (before[step], after[step + 1]);
            rose += u32::from(is > was);
            if is >= was {
                continue;
            }
            fell += 1;
            let Some(kind) = kinds[step + 1] else {
                let silent = gave_up(step + 1) || is_held(step + 1);
                prop_assert!(silent, "no EXPORT in step {}", step + 1);
                continue;
            };
            let outcome = match kind {
                ExportKind::Messages => row(fault).message_export,
                ExportKind::Directory => row(fault).directory_export,
            };
            let otherwise = ![Outcome::Exits(3), Outcome::NotStopped].contains(&outcome);
            let ends_another = !fault.condition.entry().excludes.is_empty();
            prop_assert!(
                otherwise || ends_another,
                "{fault} took {} of {was} from step {step}",
                was - is
            );
            prop_assert_eq!(is, 0, "all runs of a step end alike");
        }
    }
    Ok((fell, rose))
}

#[test]
fn an_injection_removes_event_70_only_where_it_ends_the_run() {
    let faults: Vec<Fault> = every_fault().collect();
    let drawn = (Scenarios::default(), any::<(Index, Index)>());
    let (fell, rose) = (Cell::new(0), Cell::new(0));
    for_every(3000, drawn, |(scenario, (which, at))| {
        let at = at.index(scenario.timeline.len() + 1);
        let fault = that_adds(&scenario, &faults, &which, at);
        let (less, more) = injection_holds(&scenario, fault, at)?;
        fell.set(fell.get() + less);
        rose.set(rose.get() + more);
        Ok(())
    });
    assert!(fell.get() > 100 && rose.get() > 100, "{} fell, {} rose", fell.get(), rose.get());
}

#[test]
fn the_named_repairs_are_enough_and_none_is_superfluous() {
    let tried = Cell::new(0);
    for_every(2000, Scenarios::default(), |scenario| {
        let mut invariant = Invariant::new();
        invariant.predict(&scenario);
        let (standing, last) = (
            invariant.standing(&scenario).last().unwrap(),
            invariant.rule_state(scenario.timeline.len()),
        );
        let advice = remedy(&scenario.setup, &standing, last, invariant.rules());
        prop_assert_eq!(
            trouble_after(&scenario, Assignment::DEFAULT, &advice),
            None,
            "after {:?}",
            &advice
        );
        for left_out in 0..advice.len() {
            let mut rest = advice.clone();
            let repair = rest.remove(left_out);
            let trouble = trouble_after(&scenario, Assignment::DEFAULT, &rest);
            prop_assert!(trouble.is_some(), "{} is superfluous in {:?}", repair, &advice);
            tried.set(tried.get() + 1);
        }
        Ok(())
    });
    assert!(tried.get() > 1500, "only {} repairs tried", tried.get());
}

/// Whether a repair asks for, or ends, what an injection brings about.
fn concerns(repair: Repair, condition: Condition) -> bool {
    let clears = repair.entry().clears;
    // RECLAIM does nothing while the data are damaged (C10).
    let asks = clears.iter().any(|(_, how)| *how == Clearing::WhenUndamaged);
    clears
        .iter()
        .any(|(cleared, how)| *cleared == condition || *how == Clearing::Becomes(condition))
        || (asks && condition == Condition::PostofficeDamaged)
}

/// Whether two steps do the same in either order as far as Event 70 goes. Nothing is said of steps
/// in which the service has programs executed, but that no logging level matters to them (C9).
fn are_independent(one: Step, other: Step) -> bool {
    let is_down = |step| matches!(step, Step::Do(Operation::Stop | Operation::Kill));
    match (one, other) {
        (Step::Logging(_), _) | (_, Step::Logging(_)) => true,
        (Step::Inject(fault), Step::Inject(other)) => {
            let excludes = fault.condition.entry().excludes.contains(other.condition);
            fault.condition != other.condition && !excludes
        }
        (Step::Inject(fault), Step::Repair(repair))
        | (Step::Repair(repair), Step::Inject(fault)) => !concerns(repair, fault.condition),
        (Step::Repair(one), Step::Repair(other)) => {
            let touches = |one: Repair, other: Repair| {
                let mut cleared = one.entry().clears.iter().map(|(condition, _)| *condition);
                cleared.any(|condition| concerns(other, condition))
            };
            !touches(one, other) && !touches(other, one)
        }
        (Step::Mail(..) | Step::Inject(_) | Step::Repair(_), Step::Mail(..))
        | (Step::Mail(..), Step::Inject(_) | Step::Repair(_)) => true,
        (step, Step::Inject(_) | Step::Repair(_) | Step::Mail(..))
        | (Step::Inject(_) | Step::Repair(_) | Step::Mail(..), step) => is_down(step),
        _ => false,
    }
}

#[test]
fn two_independent_steps_can_change_places() {
    let swapped = Cell::new(0);
    for_every(2000, (Scenarios::default(), any::<Index>()), |(scenario, which)| {
        let pairs = scenario.timeline.windows(2).enumerate();
        let pairs =
            pairs.filter(|(_, pair)| pair[0] != pair[1] && are_independent(pair[0], pair[1]));
        let pairs: Vec<usize> = pairs.map(|(at, _)| at).collect();
        if pairs.is_empty() {
            return Ok(());
        }
        let at = pairs[which.index(pairs.len())];
        let mut other = scenario.clone();
        other.timeline.swap(at, at + 1);
        let mut counts = played(&scenario).event_70();
        counts.iter_mut().for_each(|counts| counts.swap(at, at + 1));
        prop_assert_eq!(played(&other).event_70(), counts, "steps {} and {}", at, at + 1);
        swapped.set(swapped.get() + 1);
        Ok(())
    });
    assert!(swapped.get() > 1000, "only {} swapped", swapped.get());
}

/// Whether the service runs after these steps, if it never gives up.
fn runs_after(steps: &[Step]) -> bool {
    let switched = steps.iter().rev().find_map(|step| match step {
        Step::Do(Operation::Start | Operation::Restart) => Some(true),
        Step::Do(Operation::Stop | Operation::Kill) => Some(false),
        _ => None,
    });
    switched.unwrap_or(false)
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_restart_changes_no_other_verdict() {
    let seen = Cell::new(0);
    for_every(4000, (Scenarios::default(), any::<Index>()), |(scenario, at)| {
        let at = at.index(scenario.timeline.len() + 1);
        let before = played(&scenario);
        let counted = before.holding.iter().any(|h| h.contains(Condition::ProgramsNotOnPath));
        if counted || !runs_after(&scenario.timeline[..at]) {
            return Ok(());
        }
        // A restart reads the tab and frees what is held, or its own EXPORT does not finish.
        let mut invariant = Invariant::new();
        invariant.predict(&scenario);
        let moment = invariant.rule_state(at);
        let tab = Condition::TabPathWrong | Condition::TabNameWrong | Condition::TabPasswordWrong;
        let hangs = Condition::InstallPathLong | Condition::InstallPathSpace;
        let is_held = !moment.held().is_empty() || !moment.holding().is_disjoint(hangs);
        if is_held || moment.in_force() != moment.holding() & tab {
            return Ok(());
        }
        let after = played(&with_steps(&scenario, at, &[Step::Do(Operation::Restart)]));
        let counts = after.event_70();
        prop_assert!(counts.iter().all(|counts| counts[at] <= 1), "one EXPORT at the start (C3)");
        seen.set(seen.get() + counts[0][at]);
        let others = counts.map(|counts| [&counts[..at], &counts[at + 1..]].concat());
        prop_assert_eq!(others, before.event_70());
        Ok(())
    });
    assert!(seen.get() > 300, "only {} restarts logged Event 70", seen.get());
}

#[test]
fn each_step_has_as_many_exports_as_predicted() {
    let seen = Cell::new(0);
    for_every(2000, Scenarios::default(), |scenario| {
        let played = played(&scenario);
        prop_assert_eq!(&played.kinds()[0], &played.kinds()[1]);
        for (step, (predicted, trace)) in played.predicted.iter().zip(&played.logged).enumerate() {
            let runs = predicted.exports().map_or(0, |exports| exports.runs as usize);
            prop_assert_eq!(exports(trace).count(), runs, "in step {}", step);
            seen.set(seen.get() + runs);
        }
        Ok(())
    });
    assert!(seen.get() > 10_000);
}

fn explored<C: Connector + Clone + Sync>(connector: C, plan: &Plan, jobs: usize) -> Exploration {
    explore(
        plan,
        &(|| connector.clone(), Simulated::new),
        jobs,
        &Control::default(),
        &|_, _, _, _| {},
    )
    .unwrap()
}

/// The search of `cargo test`: another seed in every run, which is printed where it fails.
#[test]
fn a_hundred_thousand_cases_agree_and_every_claim_is_met() {
    let seed: u64 = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0);
    let plan = Plan::new(seed, 100_000 * u64::from(factor()));
    let exploration = explored(Reference::new(), &plan, 2);
    assert!(exploration.found.is_none(), "seed {seed:016x}: {:?}", exploration.found);
    assert_eq!(exploration.cases, plan.cases, "seed {seed:016x}");
    let claims = claims(&exploration.labels);
    let unmet: Vec<_> = claims.iter().filter(|c| c.met == 0).map(|c| &c.says).collect();
    assert!(unmet.is_empty(), "seed {seed:016x}: never seen: {unmet:?}");
    assert!(claims.len() > 80);
}

#[rstest]
#[case(2)]
#[case(5)]
fn an_exploration_is_the_same_on_any_number_of_jobs(#[case] jobs: usize) {
    let plan = Plan::new(0x5eed, 12_345);
    let (one, many) =
        (explored(Reference::new(), &plan, 1), explored(Reference::new(), &plan, jobs));
    assert_eq!((one.cases, one.labels.cases), (12_345, 12_345));
    assert_eq!((many.cases, many.steps), (one.cases, one.steps));
    assert_eq!(many.labels, one.labels);
}

#[rstest]
#[case::one(1)]
#[case::two(2)]
#[case::seven(7)]
#[case::many(3000)]
fn the_shards_of_an_exploration_add_up(#[case] shards: u64) {
    let plan = Plan::new(0x5eed, 6_001);
    let whole = explored(Reference::new(), &plan, 1);
    let mut sum = Exploration::of(Assignment::DEFAULT.into());
    for shard in 0..shards {
        let part = explored(Reference::new(), &Plan { shard, shards, ..plan.clone() }, 1);
        assert!(part.cases > 0, "shard {shard} is empty");
        sum.cases += part.cases;
        sum.steps += part.steps;
        sum.labels.add(&part.labels);
    }
    assert_eq!((sum.cases, sum.steps), (whole.cases, whole.steps));
    assert_eq!(sum.labels, whole.labels);
}

/// The first case of a seed that fails, one after another.
fn first_failing(bug: Bug, seed: u64, lengths: &draw::Lengths) -> Option<u64> {
    let (mut trial, mut connector) = (Trial::new(), Seeded::with(bug));
    let mut scenario = Scenario::default();
    (0..20_000).find(|case| {
        draw::case(seed, *case, lengths, &mut scenario);
        let site = Simulated::new(&scenario.setup);
        trial.first_finding(&scenario, site, &mut connector).is_some()
    })
}

/// Among the bugs are ones that show in the first cases and ones that show after thousands.
#[rstest]
#[case::at_once(Bug::Canary)]
#[case::soon(Bug::FailedAs70)]
#[case::seldom(Bug::RestartsSurvive)]
#[case::very_seldom(Bug::NeverGivesUp)]
#[ignore = "thorough: `just thorough` runs it"]
fn any_number_of_jobs_and_the_shard_find_the_lowest_failure(#[case] bug: Bug) {
    for seed in [0, 4, u64::MAX] {
        let plan = Plan::new(seed, 20_000);
        let first = first_failing(bug, seed, &plan.lengths);
        for jobs in [1, 2, 5] {
            let found = explored(Seeded::with(bug), &plan, jobs).found;
            assert_eq!(found.map(|found| found.case), first, "seed {seed:x}, {jobs} jobs");
        }
        let of_shard = |shard| {
            let part = Plan { shard, shards: 3, ..plan.clone() };
            explored(Seeded::with(bug), &part, 2).found.map(|found| found.case)
        };
        assert_eq!((0..3).filter_map(of_shard).min(), first, "seed {seed:x}");
    }
}
