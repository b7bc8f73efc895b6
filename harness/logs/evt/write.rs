//! Records written as a log file that never wrapped and was closed.

use std::io;

use super::layout::{END, HEADER, RECORD, SIGNATURE, end_signature};
use crate::filing::{number_of_category, number_of_type, severity_of};
use crate::record::{LogKind, LogRecord};
use crate::trouble::WriteError;

/// A log grows by so many bytes, and this is the size that an application log has at first.
const UNIT: usize = 64 * 1024;
const FIRST_SIZE: usize = 8 * UNIT;
/// Records are kept so many seconds at least: a week, as Windows NT has it.
const RETENTION: u32 = 7 * 86_400;

/// Writes records. One without a number gets the one after that of the record before it.
pub(crate) fn write(records: &[LogRecord], out: &mut impl io::Write) -> Result<(), WriteError> {
    let mut body = Vec::new();
    let (mut oldest, mut next) = (0, 1);
    for (index, record) in records.iter().enumerate() {
        let cannot = |why| WriteError::Record { index, kind: LogKind::Evt, why };
        let number = record.number.map_or(Ok(next), u32::try_from);
        let number = number.map_err(|_| cannot("its number has more than 32 bits"))?;
        append(&mut body, record, number).map_err(cannot)?;
        if index == 0 {
            oldest = number;
        }
        next = number.wrapping_add(1);
        if body.len() > u32::MAX as usize - 2 * FIRST_SIZE {
            return Err(cannot("the file would be larger than 4 GiB"));
        }
    }
    let end = (HEADER + body.len()) as u32;
    let size = (end as usize + END).next_multiple_of(UNIT).max(FIRST_SIZE) as u32;
    let first = HEADER as u32;
    let signature = u32::from_le_bytes(*SIGNATURE);
    let version = [1, 1];
    let flags = 0;
    let header = [first, signature, version[0], version[1], first, end, next, oldest, size, flags];
    words(out, &header)?;
    words(out, &[RETENTION, first])?;
    out.write_all(&body)?;
    out.write_all(&end_signature())?;
    words(out, &[first, end, next, oldest, END as u32])?;
    Ok(())
}

fn words(out: &mut impl io::Write, words: &[u32]) -> io::Result<()> {
    words.iter().try_for_each(|word| out.write_all(&word.to_le_bytes()))
}

fn append(body: &mut Vec<u8>, record: &LogRecord, number: u32) -> Result<(), &'static str> {
    let time = record.time.ok_or("it has no time")?;
    let time = u32::try_from(time).map_err(|_| "its time is not between 1970 and 2106")?;
    let strings = u16::try_from(record.strings.len()).map_err(|_| "it has too many strings")?;
    let id = severity_of(record.event_type) << 30 | u32::from(record.id);
    let signature = u32::from_le_bytes(*SIGNATURE);
    let names = names(record)?;
    // Where user, strings and data would begin; there is no user, and there are no data.
    let user = RECORD + names.len();
    let mut tail = names;
    for string in &record.strings {
        push(&mut tail, string)?;
    }
    let data = RECORD + tail.len();
    tail.resize(tail.len().next_multiple_of(4), 0);
    let size = u32::try_from(RECORD + tail.len() + 4).map_err(|_| "it is too large")?;
    let (user, data) = (user as u32, data as u32);
    let halves = |low: u16, high: u16| u32::from(high) << 16 | u32::from(low);
    let fields = [
        size,
        signature,
        number,
        time,
        time,
        id,
        halves(number_of_type(record.event_type), strings),
        halves(number_of_category(record.category), 0),
        0,
        user,
        0,
        user,
        0,
        data,
    ];
    body.extend(fields.iter().flat_map(|word| word.to_le_bytes()));
    body.extend(tail);
    body.extend(size.to_le_bytes());
    Ok(())
}

/// Source and computer, and what makes the next place a multiple of four.
fn names(record: &LogRecord) -> Result<Vec<u8>, &'static str> {
    let mut names = Vec::new();
    push(&mut names, &record.source)?;
    push(&mut names, record.computer.as_deref().unwrap_or_default())?;
    names.resize(names.len().next_multiple_of(4), 0);
    Ok(names)
}

fn push(bytes: &mut Vec<u8>, text: &str) -> Result<(), &'static str> {
    if text.contains('\0') {
        return Err("a text in it has a zero character");
    }
    bytes.extend(text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
    Ok(())
}
