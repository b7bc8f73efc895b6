//! A snapshot read back is the log that was played.
//!
//! Method: every scenario of the set is played on the reference, its snapshot is read, and so is what `run`
//! prints of it: the same records in the same order, but for what lines are left out of a long step.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use event70::format::discover;
use event70::logs::{LogKind, LogRecord, TroubleKind, read};
use event70::model::{EventType, FileName, Keyword};
use event70::rule::LogEntry;

use crate::published::log_of;
use crate::support::{event70_here, one_in};

/// Number, type, category and strings, with message files named by when they appear first.
type Told = (u16, String, String, Vec<String>);

#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    fn strings<'a>(&mut self, strings: impl Iterator<Item = &'a str>) -> Vec<String> {
        let mut told: Vec<String> = strings
            .map(|text| match FileName::from_text(text) {
                Some(FileName::Message(_)) => {
                    let next = self.0.len();
                    format!("file {}", self.0.entry(text.to_uppercase()).or_insert(next))
                }
                _ => text.to_owned(),
            })
            .collect();
        while told.last().is_some_and(String::is_empty) {
            told.pop();
        }
        told
    }

    fn played(&mut self, entry: &LogEntry) -> Told {
        let (event_type, category) = (entry.event_type.raw(), entry.category.raw());
        let strings = self.strings(entry.strings.iter().map(|string| string.raw()));
        // When a message was handed over is counted from the step in a snapshot.
        let strings = if entry.event_id == 11001 { strings[..2].to_vec() } else { strings };
        (entry.event_id, event_type.to_owned(), category.to_owned(), strings)
    }

    fn read(&mut self, record: &LogRecord) -> Told {
        let strings = self.strings(record.strings.iter().map(String::as_str));
        let strings = if record.id == 11001 { strings[..2].to_vec() } else { strings };
        let word = |told: Option<&str>| told.unwrap_or_default().to_owned();
        let event_type = word(record.event_type.map(EventType::keyword));
        (record.id, event_type, word(record.category.map(|c| c.title())), strings)
    }
}

/// Whether the records that were read are those that were played, or some of them in order where lines are
/// left out; which files are one shows only where none are.
fn compare(name: &str, text: &str, played: &[LogEntry]) {
    let log = read(text.as_bytes()).unwrap_or_else(|why| panic!("{name}: {why}"));
    assert_eq!(log.kind, LogKind::Snapshot, "{name}");
    let is_left_out = |kind: &TroubleKind| matches!(kind, TroubleKind::LeftOut(_));
    assert!(log.troubles.iter().all(|trouble| is_left_out(&trouble.kind)), "{:?}", log.troubles);
    if log.troubles.is_empty() {
        let (mut played_names, mut read_names) = (Names::default(), Names::default());
        let played: Vec<Told> = played.iter().map(|entry| played_names.played(entry)).collect();
        let read: Vec<Told> = log.records.iter().map(|record| read_names.read(record)).collect();
        assert!(log.is_whole());
        assert_eq!(read.len(), played.len(), "{name}");
        for (read, played) in read.iter().zip(&played) {
            assert_eq!(read, played, "{name}");
        }
    } else {
        assert!(!log.is_whole());
        let mut rest = played.iter();
        for record in &log.records {
            let is_it = |entry: &LogEntry| entry.event_id == record.id;
            assert!(rest.any(is_it), "{name}: {record:?}");
        }
    }
}

#[test]
fn each_snapshot_reads_back_as_the_log_that_was_played() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut compared, mut records) = (0, 0);
    for found in discover(&root.join("scenarios")).iter().step_by(one_in(5)) {
        let name = found.name.raw();
        let text = fs::read_to_string(root.join(format!("snapshots/{name}.snap"))).unwrap();
        let played = log_of(name);
        compare(name, &text, &played);
        compared += 1;
        records += played.len();
    }
    assert!(compared > 80 && records > 200, "{compared} {records}");
}

#[test]
fn what_run_prints_reads_back_with_files_and_times_as_logged() {
    for name in ["stories/entry-deleted-again", "near-misses/message-corrupt"] {
        let path = format!("scenarios/{name}.toml");
        let printed = event70_here(&["run", &path]).with_status(0).out;
        let played = log_of(name);
        compare(name, &printed, &played);
        for (record, entry) in read(printed.as_bytes()).unwrap().records.iter().zip(&played) {
            assert_eq!(
                record.strings.first().map(String::as_str),
                entry.strings.first().map(|s| s.raw()).filter(|s| !s.is_empty())
            );
            let at = jiff::Timestamp::from_second(record.time.unwrap()).unwrap();
            let at = at.to_zoned(jiff::tz::TimeZone::UTC).datetime();
            assert_eq!(at, entry.time_generated, "{name}");
        }
    }
}
