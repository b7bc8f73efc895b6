//! What is written reads back.
//!
//! Method: random logs with strings that files trip over, written to each kind and read again. A kind that
//! cannot hold a record says so, which the kinds that hold everything never do.

use std::cell::Cell;

use event70::logs::{LogKind, LogRecord, Place, WriteError, read, write};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rstest::rstest;

use super::sample::{WRITTEN, kept, records};
use crate::support::{factor, is_thorough};

fn cases() -> u32 {
    if is_thorough() { 2_000 * factor() } else { 200 }
}

fn written(kind: LogKind, records: &[LogRecord]) -> Result<Vec<u8>, WriteError> {
    let mut file = Vec::new();
    write(kind, records, &mut file).map(|()| file)
}

#[rstest]
fn random_records_read_back_from_each_kind(
    #[values(
        LogKind::Evt,
        LogKind::Xml,
        LogKind::Json,
        LogKind::Csv,
        LogKind::Text,
        LogKind::Snapshot
    )]
    kind: LogKind,
) {
    let (drawn, held) = (Cell::new(0), Cell::new(0));
    let config = ProptestConfig { cases: cases(), failure_persistence: None, ..<_>::default() };
    let outcome = TestRunner::new(config).run(&records(12), |records| {
        drawn.set(drawn.get() + records.len());
        let is_writable = |record: &LogRecord| written(kind, std::slice::from_ref(record)).is_ok();
        let records: Vec<_> = records.into_iter().filter(is_writable).collect();
        held.set(held.get() + records.len());
        if records.is_empty() {
            return Ok(());
        }
        let file = written(kind, &records).unwrap();
        let log = read(&file).map_err(|why| TestCaseError::fail(why.to_string()))?;
        prop_assert_eq!(log.kind, kind);
        let expected: Vec<_> = records.iter().map(|record| kept(kind, record)).collect();
        let place = Place::Line(0);
        let came: Vec<_> =
            log.records.into_iter().map(|record| LogRecord { place, ..record }).collect();
        prop_assert_eq!(came, expected);
        Ok(())
    });
    outcome.unwrap();
    let (drawn, held) = (drawn.get(), held.get());
    let share = match kind {
        LogKind::Evt | LogKind::Xml | LogKind::Json => 100,
        LogKind::Csv | LogKind::Text => 70,
        _ => 10,
    };
    assert!(held * 100 >= drawn * share, "{kind}: {held} of {drawn}");
}

#[test]
fn what_a_kind_cannot_hold_is_refused_with_a_reason() {
    assert!(matches!(written(LogKind::Evtx, &[]), Err(WriteError::Kind(LogKind::Evtx))));
    let record = LogRecord {
        number: None,
        time: None,
        source: "MSExchangeCCMC".into(),
        id: 70,
        event_type: None,
        category: None,
        strings: vec!["a; b\nc\n\nd".into(), " ".into(), "\u{0}".into()],
        text: None,
        computer: None,
        place: Place::Line(0),
    };
    for kind in WRITTEN.into_iter().filter(|kind| *kind != LogKind::Json) {
        let error = written(kind, std::slice::from_ref(&record)).unwrap_err().to_string();
        assert!(error.starts_with(&format!("record 1 cannot be written as {kind}: ")), "{error}");
    }
}
