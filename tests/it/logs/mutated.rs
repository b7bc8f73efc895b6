//! A file that was damaged is refused, or read with what is broken named.
//!
//! Method: a file of each kind with bytes changed, taken out, put in, or cut off, a thousand times; and
//! bytes of no kind. Nothing panics. Where a kind shows where its records begin and end, none is missing
//! without a word.

use std::time::{Duration, Instant};

use event70::logs::{LogKind, LogRecord, Place, read, write};
use event70::model::{Category, EventType};
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};
use rstest::rstest;

use super::sample::WRITTEN;
use crate::support::{factor, is_thorough};

const RECORDS: u64 = 30;

pub(super) fn config() -> ProptestConfig {
    let cases = if is_thorough() { 20_000 * factor() } else { 1_000 };
    ProptestConfig { cases, failure_persistence: None, ..<_>::default() }
}

/// One damage: where, in thousandths of the file; how many bytes; what is put there.
#[derive(Debug, Clone)]
pub(super) enum Damage {
    Change(u32, Vec<u8>),
    Insert(u32, Vec<u8>),
    Remove(u32, usize),
    Cut(u32),
    FlipBit(u32, u8),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = || 0..1_000_000_u32;
    let bytes = || {
        let letters = proptest::sample::select(&b"\"<>&{}[],\t\r\n\\/:0 \x00\xff"[..]);
        proptest::collection::vec(prop_oneof![letters, any::<u8>()], 1..6)
    };
    prop_oneof![
        (place(), bytes()).prop_map(|(at, bytes)| Damage::Change(at, bytes)),
        (place(), bytes()).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (place(), 1..60_usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        place().prop_map(Damage::Cut),
        (place(), 0..8_u8).prop_map(|(at, bit)| Damage::FlipBit(at, bit)),
    ]
}

/// A few damages to one file.
pub(super) fn damages() -> impl Strategy<Value = Vec<Damage>> {
    proptest::collection::vec(damage(), 1..4)
}

impl Damage {
    pub(super) fn does(&self, file: &mut Vec<u8>) {
        let length = file.len();
        let place = |at: u32| (u64::from(at) * length as u64 / 1_000_000) as usize;
        let end = |at: usize, more: usize| (at + more).min(length);
        match self {
            Self::Change(at, bytes) => {
                let (from, to) = (place(*at), end(place(*at), bytes.len()));
                file[from..to].copy_from_slice(&bytes[..to - from]);
            }
            Self::Insert(at, bytes) => drop(file.splice(place(*at)..place(*at), bytes.clone())),
            Self::Remove(at, more) => drop(file.drain(place(*at)..end(place(*at), *more))),
            Self::Cut(at) => file.truncate(place(*at)),
            Self::FlipBit(at, bit) => {
                if let Some(byte) = file.get_mut(place(*at)) {
                    *byte ^= 1 << bit;
                }
            }
        }
    }
}

/// A log as a connector makes one, so that every kind can hold it.
fn log(kind: LogKind) -> Vec<u8> {
    let record = |number: u64| LogRecord {
        number: Some(number),
        time: Some(881_398_800 + 15 * number as i64),
        source: "MSExchangeCCMC".into(),
        id: [70, 67, 68][number as usize % 3],
        event_type: Some(EventType::Error),
        category: Some(Category::General),
        strings: vec![format!("msg{number:04X}.ccm")],
        text: None,
        computer: Some("EXCH1".into()),
        place: Place::Line(0),
    };
    let mut file = Vec::new();
    write(kind, &(1..=RECORDS).map(record).collect::<Vec<_>>(), &mut file).unwrap();
    file
}

#[rstest]
fn a_damaged_file_is_refused_or_what_is_broken_is_named(
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
    let sound = log(kind);
    assert_eq!(read(&sound).unwrap().troubles, []);
    let shows_ends = matches!(kind, LogKind::Evt | LogKind::Xml | LogKind::Json);
    let outcome = TestRunner::new(config()).run(&damages(), |damages| {
        let mut file = sound.clone();
        for damage in &damages {
            damage.does(&mut file);
        }
        if let Ok(log) = read(&file) {
            let lost = (log.records.len() as u64) < RECORDS;
            let is_silent = log.troubles.is_empty();
            prop_assert!(!(shows_ends && lost && is_silent), "{} records", log.records.len());
        }
        Ok(())
    });
    if let Err(TestError::Fail(why, damages)) = outcome {
        panic!("{kind}: {why}: {damages:?}");
    }
}

#[test]
fn bytes_of_no_kind_are_refused_or_read() {
    let parts: Vec<Vec<u8>> = WRITTEN.map(|kind| log(kind)[..200].to_vec()).into();
    let part = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        proptest::sample::select(parts),
        Just(b"Event ID: 70\nSource: MSExchangeCCMC\nDate: 1/2/3 4:5\n".to_vec()),
        Just(b"ElfFile\0LfLe".to_vec()),
    ];
    let file = proptest::collection::vec(part, 0..5);
    let outcome = TestRunner::new(config()).run(&file, |parts| {
        let bytes = parts.concat();
        let read = read(&bytes);
        prop_assert!(!bytes.is_empty() || read.is_err());
        Ok(())
    });
    outcome.unwrap();
}

/// A megabyte takes a fraction of a second, and would take many minutes if each part were looked at for each
/// other.
#[rstest]
#[case::quotes_without_end("", "\"a,\n", "")]
#[case::quotes_on_one_line("Source,Event\n", "\"a,", "")]
#[case::lines_of_a_description("1/1/97,1:1 AM,a,b,c,1,d,e,f\n", "g\n", "")]
#[case::objects_without_end("", "{\n", "")]
#[case::objects_on_one_line("[", "{\"Id\":1},", "{\"Id\"")]
#[case::objects_in_objects("", "{\"value\":[", "")]
#[case::events_without_end("", "<Event >", "</Event>")]
#[case::events_in_events("<Event>", "<Data>", "</Event>")]
#[case::signatures("", "LfLe", "\0")]
#[case::sizes_that_lead_on("", "\x38\0\0\0LfLe", "")]
#[case::names_of_fields("", "Event ID: 1 Source: ", "")]
#[case::records_without_text("", "Event ID: 1\n", "")]
#[case::records_that_stand_for_many(
    "site:   a post office on b\n",
    "     +0:00     Error 1 a b: × 99999\n",
    ""
)]
#[case::lines_that_go_on(
    "site:   a post office on b\n     +0:00     a\n",
    "               a\n",
    ""
)]
#[case::blanks_in_a_text("Event ID: 67\nLotus cc:Mail EXPORT to file a", " ", "b")]
#[case::beginnings_of_a_text("Event ID: 67\nLotus cc:Mail EXPORT to file a", " completed", "b")]
fn a_file_that_is_made_to_be_slow_is_not(
    #[case] begin: &str,
    #[case] unit: &str,
    #[case] end: &str,
) {
    let file = format!("{begin}{}{end}", unit.repeat(1_000_000 / unit.len()));
    let began = Instant::now();
    if let Ok(log) = read(file.as_bytes()) {
        assert!(log.records.len() <= 250_000, "{}", log.records.len());
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}
