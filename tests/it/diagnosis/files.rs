//! A log that was played is the same evidence after it was written to a file and read back.

use event70::diagnosis::{Evidence, Observed};
use event70::engine::Player;
use event70::engine::draw::{Lengths, case};
use event70::logs::{LogKind, LogRecord, read, write};
use event70::model::{Scenario, Trace, TraceEvent};
use event70::reference::{Reference, Simulated};
use event70::rule::LogEntry;
use rstest::rstest;

use crate::support::is_thorough;

/// What is logged in a scenario, of the connector and of others.
fn played(scenario: &Scenario) -> Vec<LogRecord> {
    let site = Simulated::new(&scenario.setup);
    let (mut connector, mut trace) = (Reference::new(), Trace::default());
    let mut player = Player::new(site, &mut connector, &mut trace).unwrap();
    let mut log = Vec::new();
    for step in &scenario.timeline {
        player.step(step).unwrap();
        for traced in &player.trace().events {
            let (TraceEvent::Logged(record) | TraceEvent::Foreign(record)) = traced else {
                continue;
            };
            for _ in 0..record.times {
                log.push(LogRecord::from(&LogEntry::new(log.len() as u64 + 1, record)));
            }
        }
    }
    log
}

fn evidence(records: &[LogRecord]) -> Evidence {
    let observed: Vec<Observed> = records.iter().map(Observed::from).collect();
    Evidence::of(&observed, false)
}

#[rstest]
#[case::evt(LogKind::Evt)]
#[case::xml(LogKind::Xml)]
#[case::json(LogKind::Json)]
#[case::csv(LogKind::Csv)]
#[case::text(LogKind::Text)]
#[case::snapshot(LogKind::Snapshot)]
fn a_file_of_each_kind_is_the_same_evidence(#[case] kind: LogKind) {
    let mut scenario = Scenario::default();
    let cases = if is_thorough() { 20_000 } else { 2_000 };
    let mut records = 0;
    for index in 0..cases {
        case(0xe71, index, &Lengths(1..=12), &mut scenario);
        let mut log = played(&scenario);
        if kind == LogKind::Snapshot {
            // The text of a record whose message file is missing is not kept to the letter there.
            log.retain(|record| record.source == "MSExchangeCCMC");
        }
        if log.is_empty() || log.len() > 500 {
            continue;
        }
        let mut file = Vec::new();
        write(kind, &log, &mut file).unwrap();
        let back = read(&file).unwrap_or_else(|why| panic!("case {index}: {why}"));
        assert_eq!(back.kind, kind, "case {index}");
        let (before, after) = (evidence(&log), evidence(&back.records));
        assert_eq!(before.symbols, after.symbols, "case {index}: {:?}", back.troubles);
        records += log.len();
    }
    assert!(records > 1_000);
}
