//! Records as they may stand in a log.

use event70::logs::{LogKind, LogRecord, Place};
use event70::model::{Category, EventType, Keyword, Source};
use event70::rule::MESSAGES;
use proptest::prelude::*;
use proptest::sample::select;

/// Every kind of log file that is written.
pub(crate) const WRITTEN: [LogKind; 6] =
    [LogKind::Evt, LogKind::Xml, LogKind::Json, LogKind::Csv, LogKind::Text, LogKind::Snapshot];

/// Strings that a kind of file may trip over.
const HARD: [&str; 14] = [
    "",
    "msg0001.ccm",
    "msg9e37b.CCM",
    "*.ccm",
    "a \"quoted\" word",
    "\"",
    "two\twords",
    "two\r\nlines",
    "one\n\nother",
    "a; b, c.",
    "\u{1f4ec} caf\u{e9} \u{202e}",
    "R0002 Resource file not found: C:\\WINNT\\IE.RI.",
    " returned result code 3. ",
    "<Event> & ]]> </Data>",
];

fn string() -> impl Strategy<Value = String> {
    prop_oneof![4 => select(&HARD[..]).prop_map(str::to_owned), 1 => "[ -~\u{e0}-\u{ff}]{0,12}"]
}

fn source() -> impl Strategy<Value = String> {
    let ours = Just(Source::Ccmc.keyword().to_owned());
    prop_oneof![4 => ours, 1 => Just("MSExchangeMTA".to_owned()), 1 => "[A-Za-z][A-Za-z ]{0,8}[a-z]"]
}

fn id() -> impl Strategy<Value = u16> {
    let known: Vec<u16> = MESSAGES.iter().map(|message| message.id).collect();
    prop_oneof![4 => select(known), 1 => any::<u16>()]
}

fn record() -> impl Strategy<Value = LogRecord> {
    let filed = (
        proptest::option::of(select(EventType::ALL)),
        proptest::option::of(select(Category::ALL)),
        proptest::option::of(Just("EXCH1".to_owned())),
    );
    let strings = proptest::collection::vec(string(), 0..4);
    (source(), id(), filed, strings).prop_map(|(source, id, filed, strings)| LogRecord {
        number: None,
        time: None,
        source,
        id,
        event_type: filed.0,
        category: filed.1,
        strings,
        text: None,
        computer: filed.2,
        place: Place::Line(0),
    })
}

/// A log: numbers one after the other, times that never go back.
pub(crate) fn records(most: usize) -> impl Strategy<Value = Vec<LogRecord>> {
    let drawn = proptest::collection::vec((record(), 0..100_000_i64), 0..most);
    (drawn, 1..1_000_000_u64, 0..2_000_000_000_i64).prop_map(|(drawn, number, begin)| {
        let mut time = begin;
        let numbered = drawn.into_iter().zip(number..);
        let filled = numbered.map(|((record, passed), number)| {
            time += passed;
            LogRecord { number: Some(number), time: Some(time), ..record }
        });
        filled.collect()
    })
}

/// What a kind of file keeps of a record: some have no column for a field, and .evt has the number of a
/// category, which is another in every source.
pub(crate) fn kept(kind: LogKind, record: &LogRecord) -> LogRecord {
    let mut kept = LogRecord { place: Place::Line(0), ..record.clone() };
    if matches!(kind, LogKind::Evt) && record.source != Source::Ccmc.keyword() {
        kept.category = None;
    }
    if matches!(kind, LogKind::Csv | LogKind::Text | LogKind::Snapshot) {
        kept.number = None;
        while kept.strings.last().is_some_and(String::is_empty) {
            kept.strings.pop();
        }
    }
    if matches!(kind, LogKind::Csv | LogKind::Snapshot) {
        kept.computer = None;
    }
    if kind == LogKind::Snapshot {
        kept.time = None;
    }
    kept
}
