//! The JSON of `Get-WinEvent | ConvertTo-Json`, and of `Get-EventLog`, which has other names for the same:
//! one object, several one after the other, or an array.

mod entry;
mod objects;
mod write;

use entry::Entry;
use objects::Objects;

use crate::record::{LogFile, LogKind, LogRecord, Place};
use crate::text::Lines;
use crate::trouble::{Trouble, TroubleKind};

pub(crate) use write::write;

/// Whether a text begins as JSON objects do.
pub(crate) fn is_one(text: &str) -> bool {
    let text = text.trim_start();
    let text = text.strip_prefix('[').map_or(text, str::trim_start);
    text.starts_with('{') || text.starts_with(']')
}

/// Reads the objects of a text.
pub(crate) fn read(text: &str) -> LogFile {
    let mut log = LogFile { kind: LogKind::Json, records: Vec::new(), troubles: Vec::new() };
    let mut lines = Lines::of(text);
    let mut objects = Objects::of(text);
    while let Some((start, object)) = objects.next() {
        let line = lines.of_offset(start);
        let broken = |what: &str| Trouble::at_line(line, TroubleKind::Broken(what.to_owned()));
        let read = match object {
            Ok(object) => serde_json::from_str::<Entry>(object).map_err(|error| error.to_string()),
            Err(what) => Err(what.to_owned()),
        };
        match read {
            Ok(entry) => {
                for entry in entry.all() {
                    match entry.record(Place::Line(line as u64)) {
                        Ok((record, parts)) => add(&mut log, record, &parts, line),
                        Err(what) => log.troubles.push(broken(what)),
                    }
                }
            }
            // Where an end is missing, an object may have swallowed those after it.
            Err(_) if objects.looks_closer(start) => {}
            Err(what) => log.troubles.push(broken(&what)),
        }
    }
    if text.trim_start().starts_with('[') && !text.trim_end().ends_with(']') {
        let line = lines.of_offset(text.len());
        log.troubles.push(Trouble::at_line(line, TroubleKind::Cut));
    }
    log
}

fn add(log: &mut LogFile, record: LogRecord, parts: &[&str], line: usize) {
    log.records.push(record);
    let parts = parts.iter().map(|what| TroubleKind::Part((*what).to_owned()));
    log.troubles.extend(parts.map(|kind| Trouble::at_line(line, kind)));
}
