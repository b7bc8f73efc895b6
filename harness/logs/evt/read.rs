//! Records read one after the other; what is none is passed over up to the next signature.

use super::layout::{
    Course, END, FILLER, RECORD, end_signature, is_signed, next_signed, u16_at, u32_at,
};
use crate::filing::{category_of, type_of};
use crate::record::{LogFile, LogKind, LogRecord, Place};
use crate::text::utf_16;
use crate::trouble::{Trouble, TroubleKind};

/// Whether the bytes are a log file, or a part of one: no text has this signature beside a zero byte.
pub(crate) fn is_one(bytes: &[u8]) -> bool {
    is_signed(bytes, 0) || (bytes.contains(&0) && next_signed(bytes, 0).is_some())
}

/// Reads the records of a log file, from the oldest to the newest.
pub(crate) fn read(file: &[u8]) -> LogFile {
    let course = Course::of(file);
    let headers = course.complaints.iter();
    let headers = headers.map(|what| TroubleKind::Header((*what).to_owned()));
    let mut log = LogFile {
        kind: LogKind::Evt,
        records: Vec::new(),
        troubles: headers.map(|kind| Trouble::at_offset(0, kind)).collect(),
    };
    let (mut at, mut broken_from) = (0, None);
    let bytes = &*course.bytes;
    while at < bytes.len() {
        let size = match span(bytes, at) {
            Ok(size) => size,
            Err(what) => {
                let why = || TroubleKind::Broken(what.to_owned());
                let kind = if what == CUT { TroubleKind::Cut } else { why() };
                broken_from.get_or_insert((course.in_file(at), kind));
                at = next_signed(bytes, at + 1).unwrap_or(bytes.len());
                continue;
            }
        };
        log.troubles.extend(broken_from.take().map(|(from, kind)| Trouble::at_offset(from, kind)));
        if let Some(record) = bytes.get(at..at + size).filter(|_| is_signed(bytes, at)) {
            let place = course.in_file(at);
            let (record, parts) = record_of(record, place);
            log.records.push(record);
            let parts = parts.into_iter().map(|what| TroubleKind::Part(what.to_owned()));
            log.troubles.extend(parts.map(|kind| Trouble::at_offset(place, kind)));
        }
        at += size;
    }
    log.troubles.extend(broken_from.map(|(from, kind)| Trouble::at_offset(from, kind)));
    if !course.is_ordered {
        log.records.sort_by_key(|record| record.number);
    }
    gaps(&mut log, course.oldest);
    log
}

const CUT: &str = "the file ends in the middle of it";

/// How many bytes the record at this place takes, or what stands where there is none.
fn span(bytes: &[u8], at: usize) -> Result<usize, &'static str> {
    let size = u32_at(bytes, at).ok_or(CUT)?;
    if size == FILLER {
        return Ok(4);
    }
    if bytes[at..].starts_with(&end_signature()) {
        return Ok(END);
    }
    if !is_signed(bytes, at) {
        return Err("its signature is missing");
    }
    let size = size as usize;
    if size < RECORD || !size.is_multiple_of(4) {
        return Err("its size is wrong");
    }
    let last = u32_at(bytes, at + size - 4).ok_or(CUT)?;
    if last as usize == size { Ok(size) } else { Err("its size at both ends is not the same") }
}

/// The record that these bytes are, and what of it makes no sense.
fn record_of(bytes: &[u8], place: usize) -> (LogRecord, Vec<&'static str>) {
    let mut parts = Vec::new();
    let word = |at| u32_at(bytes, at).unwrap_or_default();
    let half = |at| u16_at(bytes, at).unwrap_or_default();
    let mut rest = &bytes[RECORD..bytes.len() - 4];
    let source = text(&mut rest, &mut parts);
    let computer = text(&mut rest, &mut parts);
    let mut rest = bytes.get(word(36) as usize..bytes.len() - 4).unwrap_or_default();
    let strings = usize::from(half(26));
    let mut read = Vec::new();
    while read.len() < strings && !rest.is_empty() {
        read.push(text(&mut rest, &mut parts));
    }
    if read.len() < strings {
        parts.push("it has fewer strings than it says");
    }
    let event_type = type_of(half(24));
    let record = LogRecord {
        number: Some(word(8).into()),
        time: Some(word(12).into()),
        id: half(20),
        event_type,
        category: category_of(&source, half(28)),
        source,
        strings: read,
        text: None,
        computer: Some(computer).filter(|name| !name.is_empty()),
        place: Place::Offset(place as u64),
    };
    parts.dedup();
    (record, parts)
}

/// Takes the text up to the next zero.
fn text(rest: &mut &[u8], parts: &mut Vec<&'static str>) -> String {
    let (units, _) = rest.as_chunks::<2>();
    let length = units.iter().position(|unit| *unit == [0, 0]);
    if length.is_none() {
        parts.push("a text in it has no end");
    }
    let length = length.unwrap_or(units.len());
    let text = utf_16(&rest[..2 * length], u16::from_le_bytes);
    if text.contains(char::REPLACEMENT_CHARACTER) {
        parts.push("a text in it is not UTF-16");
    }
    *rest = rest.get(2 * (length + 1)..).unwrap_or_default();
    text
}

/// Names the numbers that are missing before the first record and between records.
fn gaps(log: &mut LogFile, oldest: Option<u32>) {
    if let (Some(from), Some(first)) = (oldest.map(u64::from), log.records.first())
        && let Some(number) = first.number.filter(|number| *number > from)
    {
        let kind = TroubleKind::Gap { from, to: number - 1 };
        log.troubles.push(Trouble { place: first.place, kind });
    }
    for pair in log.records.windows(2) {
        let (Some(one), Some(next)) = (pair[0].number, pair[1].number) else { continue };
        let kind = match next.checked_sub(one) {
            Some(1) => continue,
            Some(2..) => TroubleKind::Gap { from: one + 1, to: next - 1 },
            _ => TroubleKind::Part(format!("it is number {next} and follows number {one}")),
        };
        log.troubles.push(Trouble { place: pair[1].place, kind });
    }
}
