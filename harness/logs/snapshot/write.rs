//! Records written as the one step of a story.

use std::io;

use event70_model::{Category, EventType, Keyword};

use super::lines::{COLUMN, WIDTH};
use super::read;
use crate::message::text_of;
use crate::record::{LogKind, LogRecord};
use crate::trouble::WriteError;

const HEAD: &str =
    "Records of a log\nsite:   not told: any post office on any host\n\n  -  records\n";

/// Writes records. Times are counted from the first, as a snapshot counts them from its step, and so do not
/// come back.
pub(crate) fn write(records: &[LogRecord], out: &mut impl io::Write) -> Result<(), WriteError> {
    write!(out, "{HEAD}")?;
    let first = records.iter().find_map(|record| record.time);
    for (index, record) in records.iter().enumerate() {
        let cannot = |why| WriteError::Record { index, kind: LogKind::Snapshot, why };
        let text = text_of(record).ok_or_else(|| cannot("no message text tells its strings"))?;
        let passed =
            record.time.zip(first).map_or(0, |(time, first)| time.saturating_sub(first).max(0));
        let lines = lines(record, passed, &text);
        if !reads_back(record, &lines) {
            return Err(cannot(
                "a text in it has white space or letters that a story does not keep",
            ));
        }
        out.write_all(lines.as_bytes())?;
    }
    Ok(())
}

fn lines(record: &LogRecord, passed: i64, text: &str) -> String {
    let (hours, minutes, seconds) = (passed / 3600, passed / 60 % 60, passed % 60);
    let elapsed = match hours {
        0 => format!("+{minutes}:{seconds:02}"),
        hours => format!("+{hours}:{minutes:02}:{seconds:02}"),
    };
    let event_type = record.event_type.map_or("None", EventType::keyword);
    let category = record.category.map_or("None", Category::title);
    let (id, source) = (record.id, &record.source);
    let mut lines = format!("     {elapsed:<8}  {event_type} {id} {source} {category}:");
    let mut column = lines.chars().count();
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column + 1 + width > WIDTH {
            lines.push('\n');
            lines.push_str(&" ".repeat(COLUMN));
            column = COLUMN;
        } else {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += width;
    }
    lines.push('\n');
    lines
}

/// Whether the lines are read as the record.
fn reads_back(record: &LogRecord, lines: &str) -> bool {
    let log = read(&format!("{HEAD}{lines}"));
    let [read] = &log.records[..] else { return false };
    let mut strings = record.strings.clone();
    crate::template::without_empty_end(&mut strings);
    let LogRecord { source, id, event_type, category, text, .. } = record;
    log.troubles.is_empty()
        && (&read.source, read.id, read.event_type, read.category, &read.text, &read.strings)
            == (source, *id, *event_type, *category, text, &strings)
}
