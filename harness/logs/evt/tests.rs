//! Files as other programs leave them behind, made by hand out of files that are written here.

use event70_model::{Category, EventType};

use super::layout::{DIRTY, END, FILLER, HEADER, u32_at};
use super::{read, write};
use crate::record::{LogFile, LogRecord, Place};
use crate::trouble::TroubleKind;

fn record(number: u64) -> LogRecord {
    LogRecord {
        number: Some(number),
        time: Some(881_398_800 + number as i64),
        source: "MSExchangeCCMC".to_owned(),
        id: 70,
        event_type: Some(EventType::Error),
        category: Some(Category::General),
        strings: vec![format!("msg{number:04X}.ccm"), String::new()],
        text: None,
        computer: Some("EXCH1".to_owned()),
        place: Place::Offset(0),
    }
}

fn records(count: u64) -> Vec<LogRecord> {
    (1..=count).map(record).collect()
}

fn file(records: &[LogRecord]) -> Vec<u8> {
    let mut file = Vec::new();
    write(records, &mut file).unwrap();
    file
}

/// The numbers of the records, after each of them was found to be what was written.
fn numbers(log: &LogFile) -> Vec<u64> {
    let number = |read: &LogRecord| {
        let number = read.number.unwrap();
        assert_eq!(*read, LogRecord { place: read.place, ..record(number) });
        number
    };
    log.records.iter().map(number).collect()
}

fn put(file: &mut [u8], at: usize, word: u32) {
    file[at..at + 4].copy_from_slice(&word.to_le_bytes());
}

/// The file with its records from `at` on before the others, as in a log that began anew at its front:
/// the record at the cut is in two parts, or with a filler in the space that is too small for one.
fn wrapped(file: &[u8], at: usize, filler: usize) -> Vec<u8> {
    let (begin, end) = (HEADER, u32_at(file, 20).unwrap() as usize);
    let (body, tail) = (&file[begin..end], &file[end..]);
    let filler: Vec<u8> = (0..filler).flat_map(|_| FILLER.to_le_bytes()).collect();
    let mut made = [&file[..begin], &body[at..], tail, &body[..at], &filler].concat();
    let end = HEADER + body.len() - at;
    for (place, word) in [(16, end + END), (20, end), (end + 20, end + END), (end + 24, end)] {
        put(&mut made, place, word as u32);
    }
    made
}

#[test]
fn the_header_and_the_first_record_are_as_published() {
    let file = file(&records(2));
    let word = |at| u32_at(&file, at).unwrap();
    let record = word(HEADER);
    assert_eq!([word(0), word(4), word(8), word(12), word(16)], [48, 0x654C_664C, 1, 1, 48]);
    assert_eq!([word(20), word(24), word(28)], [48 + 2 * record, 3, 1]);
    assert_eq!(word(48 + 20), 0xC000_0046, "the event ID with its severity");
    assert_eq!([word(48 + 24), word(48 + 28)], [2 << 16 | 1, 1], "type, strings, category");
    assert_eq!(word(48 + record as usize - 4), record, "its size once more");
}

#[test]
fn a_file_that_wrapped_is_read_from_its_oldest_record() {
    let plain = file(&records(5));
    let size = u32_at(&plain, HEADER).unwrap() as usize;
    for (at, filler) in [(2 * size, 0), (2 * size, 3), (2 * size + 20, 0), (size - 4, 0)] {
        let log = read(&wrapped(&plain, at, filler));
        assert_eq!(numbers(&log), [1, 2, 3, 4, 5], "{at} {filler}");
        assert_eq!(log.troubles, [], "{at} {filler}");
    }
}

#[test]
fn a_header_that_is_old_does_not_hide_records() {
    let mut dirty = file(&records(5));
    let old = file(&records(2));
    dirty[..HEADER].copy_from_slice(&old[..HEADER]);
    put(&mut dirty, 36, DIRTY);
    let log = read(&dirty);
    assert_eq!(numbers(&log), [1, 2, 3, 4, 5]);
    assert!(
        matches!(log.troubles[..], [ref trouble] if matches!(trouble.kind, TroubleKind::Header(_)))
    );
    assert!(log.is_whole());
}

#[test]
fn a_broken_record_is_passed_over_and_named() {
    let good = file(&records(5));
    let size = u32_at(&good, HEADER).unwrap() as usize;
    let second = HEADER + size;
    for (at, word) in [(second, 12), (second, 0xFFFF_FF00), (second + 4, 0), (second + size - 4, 0)]
    {
        let mut broken = good.clone();
        put(&mut broken, at, word);
        let log = read(&broken);
        assert_eq!(numbers(&log), [1, 3, 4, 5], "{word:x} at {at}");
        assert_eq!(log.troubles[0].place, Place::Offset(second as u64));
        assert_eq!(log.troubles[1].kind, TroubleKind::Gap { from: 2, to: 2 });
        assert!(!log.is_whole());
    }
}

#[test]
fn a_part_of_a_file_is_read_as_far_as_it_goes() {
    let whole = file(&records(3));
    let size = u32_at(&whole, HEADER).unwrap() as usize;
    let log = read(&whole[..HEADER + 2 * size + 10]);
    assert_eq!(numbers(&log), [1, 2]);
    assert!(log.troubles.iter().any(|trouble| trouble.kind == TroubleKind::Cut));
    let log = read(&whole[HEADER + size..]);
    assert_eq!(numbers(&log), [2, 3]);
}

#[test]
fn strings_that_are_not_there_are_named_and_the_record_is_kept() {
    let mut short = file(&records(1));
    short[HEADER + 26] = 9;
    let log = read(&short);
    assert_eq!(log.records[0].strings[0], "msg0001.ccm");
    assert!(matches!(log.troubles[0].kind, TroubleKind::Part(_)));
}
