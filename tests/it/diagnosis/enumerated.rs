//! Every history of a few steps over a small alphabet: what costs least in the enumeration is what the
//! search finds.
//!
//! The enumeration knows nothing of the search: it plays each timeline, beginning on each site that
//! can have some of the conditions, and keeps for each log the least cost and the sets of conditions of
//! the histories that have it.

use std::collections::{BTreeMap, BTreeSet};

use enumset::EnumSet;
use event70::diagnosis::{Diagnoser, Kinds, Options, Symbol};
use event70::model::{
    Assignment, Assignments, Condition, Level, Logging, Operation, Repair, Scenario, Setup, Step,
};
use event70::rule::default_fault;

use super::{diagnosed, truth};
use crate::support::is_thorough;

/// The conditions of the alphabet: of each cause and each way to show one, and one that only IMPORT
/// meets.
const CONDITIONS: [Condition; 4] = [
    Condition::TabPasswordWrong,
    Condition::PostofficeLocked,
    Condition::SiteEntryMissing,
    Condition::ReadOnlyAccess,
];

fn alphabet() -> Vec<Step> {
    let operations = [Operation::Start, Operation::Restart, Operation::Dirsync].map(Step::Do);
    let repairs = [Repair::CorrectPostofficeTab, Repair::ReleaseLock, Repair::GrantAccess];
    let injections = CONDITIONS.map(|condition| Step::Inject(default_fault(condition)));
    let steps = operations.into_iter().chain([Step::Cycles(1)]);
    steps.chain(repairs.map(Step::Repair)).chain(injections).collect()
}

/// The number of each event of a log, and the kind of run that it names.
type Log = Vec<(u16, Option<String>)>;

/// What the enumeration keeps of a log.
#[derive(Default)]
struct Least {
    symbols: Vec<Symbol>,
    cost: Option<(usize, u16)>,
    groups: BTreeSet<Vec<Condition>>,
}

/// Every log of histories of so many steps, at Maximum, on a healthy site or one with some conditions.
fn enumerated(steps: usize) -> BTreeMap<Log, Least> {
    let mut logs: BTreeMap<Log, Least> = BTreeMap::new();
    let alphabet = alphabet();
    for bits in 0..1_u32 << CONDITIONS.len() {
        let held = CONDITIONS.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1);
        let conditions: EnumSet<Condition> = held.map(|(_, condition)| *condition).collect();
        let setup = Setup { conditions, logging: Logging::all(Level::Maximum), ..Setup::default() };
        let mut places = vec![0; steps];
        'all: loop {
            let timeline = places.iter().map(|place| alphabet[*place]).collect();
            let scenario = Scenario { setup, timeline };
            let played = truth(&scenario, Assignment::DEFAULT);
            if !played.symbols.is_empty() {
                let log: Log = played
                    .symbols
                    .iter()
                    .map(|symbol| (symbol.id, symbol.run.map(|run| run.to_string())))
                    .collect();
                let least = logs.entry(log).or_default();
                let cost = (played.held.len(), played.changes);
                if least.cost.is_none_or(|known| cost < known) {
                    let symbols = played.symbols.clone();
                    *least = Least { symbols, cost: Some(cost), groups: BTreeSet::new() };
                }
                if least.cost == Some(cost) {
                    least.groups.insert(played.held.iter().collect());
                }
            }
            for place in &mut places {
                *place += 1;
                if *place < alphabet.len() {
                    continue 'all;
                }
                *place = 0;
            }
            break;
        }
    }
    logs
}

/// All that the enumeration takes for granted.
fn known() -> Options {
    Options {
        kinds: Kinds::of(&Setup::default()),
        shown: [Some(true); 2],
        assignments: Assignments::only(Assignment::DEFAULT),
        is_whole: true,
        ..Options::default()
    }
}

/// The search knows more histories than the alphabet has: other conditions, a service that is up
/// before. So its least cost is at most that of the enumeration; where it is the same, each group of
/// the enumeration is one of the search, and each group of the search that the alphabet can tell is
/// one of the enumeration, if that had the steps for it.
#[test]
fn the_least_cost_is_that_of_all_histories() {
    let steps = if is_thorough() { 4 } else { 3 };
    let mut diagnoser = Diagnoser::default();
    let (mut same, mut logs) = (0, 0);
    for (log, least) in enumerated(steps) {
        let diagnosis = diagnosed(&mut diagnoser, &least.symbols, &known());
        let group = diagnosis.groups.first().unwrap_or_else(|| panic!("no history of {log:?}"));
        let found = (group.conditions.len(), diagnosis.changes);
        let enumerated = least.cost.unwrap();
        assert!(found <= enumerated, "{found:?} of {log:?}, {enumerated:?} enumerated");
        logs += 1;
        if found < enumerated {
            continue;
        }
        same += 1;
        let groups: BTreeSet<Vec<Condition>> =
            diagnosis.groups.iter().map(|group| group.conditions.iter().collect()).collect();
        for group in &least.groups {
            assert!(groups.contains(group), "{group:?} of {log:?} is not found: {groups:?}");
        }
    }
    println!("{same} of {logs} logs have no cheaper history than those of {steps} steps");
    assert!(same * 2 > logs, "{same} of {logs}");
}

/// A search that is too cheap would be told by the same play: each group plays the log at its price.
#[test]
fn each_group_plays_its_log_at_its_price() {
    let mut diagnoser = Diagnoser::default();
    for (log, least) in enumerated(2) {
        let diagnosis = diagnosed(&mut diagnoser, &least.symbols, &known());
        for group in &diagnosis.groups {
            let history = &group.history;
            assert!(diagnosis.is_played_by(history, true), "{log:?}");
            // What it takes to bring about what was so before the first record is free.
            let mut whole = truth(&history.scenario, history.assignment);
            let (before, _) = history.scenario.timeline.split_at(history.before);
            let setup = history.scenario.setup;
            let before = truth(&Scenario { setup, timeline: before.to_vec() }, history.assignment);
            whole.changes -= before.changes;
            assert_eq!(
                (whole.held, whole.changes),
                (group.conditions, diagnosis.changes),
                "{log:?}: {:?}",
                history.scenario.timeline
            );
        }
    }
}
