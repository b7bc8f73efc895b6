//! What was played is among what explains its log.

use event70::diagnosis::{By, Diagnoser, Diagnosis, Options, Standing, Symbol};
use event70::engine::draw::{Lengths, case};
use event70::format::ScenarioFile;
use event70::model::{Assignment, Assignments, Keyword, Level, Limits, Logging, Scenario, Step};
use event70::rule::RunKind;
use rstest::rstest;

use super::{Truth, diagnosed, truth};
use crate::support::{is_long, is_thorough};

/// How many random scenarios are played at each level.
fn cases() -> u64 {
    match (is_long(), is_thorough()) {
        (true, _) => 25_000,
        (_, true) => 400,
        _ => 60,
    }
}

/// The scenario of this number, with the limits that nobody has edited.
fn drawn(index: u64, most: u16, scenario: &mut Scenario) {
    case(0x0f70, index, &Lengths(1..=most), scenario);
    scenario.setup.limits = Limits::default();
}

fn told(scenario: &Scenario) -> String {
    ScenarioFile::from(scenario.clone()).to_string()
}

/// Fails unless the true history is consistent with its log, and no smallest one costs more or plays
/// another log.
fn holds(diagnosis: &Diagnosis, truth: &Truth, is_whole: bool, scenario: &Scenario) {
    let Some(group) = diagnosis.groups.first() else {
        panic!("no history at {:?} of {}", diagnosis.stopped_at, told(scenario));
    };
    let least = (group.conditions.len(), diagnosis.changes);
    assert!(least <= (truth.held.len(), truth.changes), "{least:?} of {}", told(scenario));
    for group in &diagnosis.groups {
        let plays = diagnosis.is_played_by(&group.history, is_whole);
        assert!(plays, "{} for {}", told(&group.history.scenario), told(scenario));
    }
    if truth.changes <= diagnosis.within {
        for (condition, standing) in &diagnosis.standings {
            let is_ruled_out = matches!(standing, Standing::RuledOut(_));
            let is_true = truth.held.contains(*condition);
            assert!(!is_ruled_out || !is_true, "{condition} in {}", told(scenario));
        }
    }
}

/// At each level, and with levels that change, under every assignment in turn.
#[rstest]
#[case::none(Some(Level::None))]
#[case::maximum(Some(Level::Maximum))]
#[case::changing(None)]
fn what_was_played_is_among_what_explains_its_log(#[case] level: Option<Level>) {
    let assignments: Vec<_> = Assignments::ALL.iter().collect();
    let (mut scenario, mut diagnoser) = (Scenario::default(), Diagnoser::default());
    let (mut decided, mut diagnosed_logs) = (0, 0);
    for index in 0..cases() {
        drawn(index, 8, &mut scenario);
        if let Some(level) = level {
            scenario.setup.logging = Logging::all(level);
            scenario.timeline.retain(|step| !matches!(step, Step::Logging(_)));
        }
        let assignment = assignments[index as usize * 37 % assignments.len()];
        let truth = truth(&scenario, assignment);
        let options = Options {
            is_whole: true,
            assignments: Assignments::only(assignment),
            ..Options::default()
        };
        let diagnosis = diagnosed(&mut diagnoser, &truth.symbols, &options);
        holds(&diagnosis, &truth, true, &scenario);
        diagnosed_logs += 1;
        decided += u64::from(diagnosis.groups.len() == 1);
    }
    let level = level.map_or("changing", Keyword::keyword);
    println!("level {level}: one explanation of {decided} of {diagnosed_logs} logs");
    assert!(decided > 0);
}

/// With nothing known of the connector, and every second record lost.
#[test]
fn what_was_played_explains_what_is_left_of_its_log() {
    let (mut scenario, mut diagnoser) = (Scenario::default(), Diagnoser::default());
    for index in 0..cases() {
        drawn(index, 6, &mut scenario);
        let mut truth = truth(&scenario, Assignment::DEFAULT);
        let mut place = 0;
        truth.symbols.retain(|_| {
            place += 1;
            place % 2 == index % 2
        });
        let diagnosis = diagnosed(&mut diagnoser, &truth.symbols, &Options::default());
        // An operation of which the record is lost is one that nobody saw.
        let lost =
            scenario.timeline.iter().filter(|step| matches!(step, Step::Do(_))).count() as u16;
        truth.changes += lost;
        holds(&diagnosis, &truth, false, &scenario);
    }
}

/// A record that cannot come of the rest is told, and it is the last of the shortest part that cannot
/// be explained.
#[test]
fn a_record_that_nothing_explains_is_told() {
    let mut diagnoser = Diagnoser::default();
    let options = Options { is_whole: true, ..Options::default() };
    let at = |ids: &[(u16, Option<RunKind>)]| {
        ids.iter().map(|(id, run)| Symbol { id: *id, run: *run }).collect::<Vec<_>>()
    };
    let export = Some(RunKind::MessageExport);
    // A dirsync that ends has begun, and is shown from its beginning or not at all.
    for log in
        [at(&[(67, export), (14031, None)]), at(&[(14001, None), (71, export), (14031, None)])]
    {
        let diagnosis = diagnosed(&mut diagnoser, &log, &options);
        assert!(diagnosis.groups.is_empty(), "{log:?}");
        assert_eq!(diagnosis.stopped_at, Some(By::Record(log.len() - 1)), "{log:?}");
    }
}

/// Ten thousand records of many incidents are read to the end, and the least is not claimed where it
/// is not known.
#[test]
fn a_long_log_of_many_incidents_has_a_history() {
    let mut diagnoser = Diagnoser::default();
    let options = Options { is_whole: true, ..Options::default() };
    let export = |id| Symbol { id, run: Some(RunKind::MessageExport) };
    let incident = [vec![export(67); 70], vec![export(70); 30]].concat();
    let log = incident.repeat(100);
    let diagnosis = diagnosed(&mut diagnoser, &log, &options);
    let group = diagnosis.groups.first().expect("a history");
    assert_eq!(group.conditions.len(), 1);
    // Each incident begins once, and each but the last is over.
    assert_eq!((diagnosis.changes, diagnosis.is_least), (199, false));
    assert!(diagnosis.is_played_by(&group.history, true));
}
