//! What happened within one second, and the records that it makes.

use event70_model::{Category, EventType, Keyword, MessageFile};

use super::lines::is_run;
use crate::record::{LogRecord, Place};
use crate::template::strings_of;

/// The maximum number of records that are made of a text: a few words stand for any number of them.
pub(crate) const RECORDS_MAX: usize = 250_000;

/// The lines of one second.
#[derive(Default)]
pub(super) struct Group {
    /// When, if that is told.
    pub(super) at: Option<i64>,
    entries: Vec<Entry>,
    /// How many message files were written in it.
    exports: u32,
}

/// A record, and how often it came in a row.
struct Entry {
    record: LogRecord,
    times: u32,
}

/// What stands before the text of a record: `Error 70 MSExchangeCCMC General: `.
pub(super) struct Head<'a> {
    event_type: &'a str,
    id: u16,
    source: &'a str,
    category: &'a str,
    /// The text.
    text: &'a str,
}

impl<'a> Head<'a> {
    pub(super) fn of(line: &'a str) -> Option<Self> {
        let (event_type, rest) = line.split_once(' ')?;
        let (id, rest) = rest.split_once(' ')?;
        let (source, rest) = rest.split_once(' ')?;
        let (category, text) =
            rest.split_once(": ").or_else(|| Some((rest.strip_suffix(':')?, "")))?;
        Some(Self { event_type, id: id.parse().ok()?, source, category, text })
    }

    fn record(&self, line: usize) -> LogRecord {
        let Self { id, source, text, .. } = *self;
        let strings = strings_of(source, id, text);
        LogRecord {
            number: None,
            time: None,
            source: source.to_owned(),
            id,
            event_type: EventType::from_keyword(self.event_type),
            category: Category::ALL.iter().find(|c| c.title() == self.category).copied(),
            text: strings.is_none().then(|| text.to_owned()),
            strings: strings.unwrap_or_default(),
            computer: None,
            place: Place::Line(line as u64),
        }
    }
}

/// Makes records of groups, one story after the other.
#[derive(Default)]
pub(super) struct Teller {
    pub(super) records: Vec<LogRecord>,
    /// How many files were written before this step, and with it.
    before: u32,
    written: u32,
}

impl Teller {
    /// A step begins: its first file is the next.
    pub(super) fn begin_step(&mut self) {
        self.before = self.written;
    }

    /// Takes one line into a group, with its files by name. Whether it tells of a run or a record.
    pub(super) fn add(&mut self, group: &mut Group, line: usize, told: &str) -> bool {
        let told = named(told, self.before);
        let (text, times) = counted(&told);
        if let Some(head) = Head::of(text) {
            group.entries.push(Entry { record: head.record(line), times });
            return true;
        }
        let file = text.split([' ', ':']).nth(2).and_then(MessageFile::from_text);
        if file.is_some() && text.starts_with("EXPORT to ") {
            group.exports = group.exports.wrapping_add(times);
        }
        is_run(text)
    }

    /// Makes the records of a group that came so many times in all, so many seconds apart. Whether
    /// there was room for all of them.
    pub(super) fn tell(&mut self, group: &Group, times: u64, every: i64) -> bool {
        let rounds = if group.entries.is_empty() { 0 } else { times };
        let shift = group.exports.max(1);
        self.written = self.written.wrapping_add(group.exports.wrapping_mul(times as u32));
        for round in 0..rounds {
            let time = group.at.map(|at| at.saturating_add(every.saturating_mul(round as i64)));
            let ahead = shift.wrapping_mul(round as u32);
            for Entry { record, times } in &group.entries {
                for turn in 0..*times {
                    if self.records.len() >= RECORDS_MAX {
                        return false;
                    }
                    let ahead = ahead.wrapping_add(turn);
                    let strings = record.strings.iter().map(|text| moved_on(text, ahead)).collect();
                    self.records.push(LogRecord { time, strings, ..record.clone() });
                }
            }
        }
        true
    }
}

/// A string, or the file that comes so many after the one that it names.
fn moved_on(text: &str, ahead: u32) -> String {
    match MessageFile::from_text(text).filter(|_| ahead > 0) {
        Some(file) => file.plus(ahead).to_string(),
        None => text.to_owned(),
    }
}

/// A line without the count at its end.
fn counted(told: &str) -> (&str, u32) {
    let counted = told
        .rsplit_once(" × ")
        .and_then(|(text, times)| Some((text, times.parse().ok().filter(|times| *times > 0)?)));
    counted.unwrap_or((told, 1))
}

/// The text with `msg#1.ccm` as the file that comes first after so many.
fn named(told: &str, before: u32) -> String {
    let mut parts = told.split("msg#");
    let mut named = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let place = part.split_once(".ccm").and_then(|(place, rest)| {
            Some((u32::try_from(place.parse::<i64>().ok()?.rem_euclid(1 << 16)).ok()?, rest))
        });
        match place {
            Some((place, rest)) => {
                let file = MessageFile::numbered(before.wrapping_add(place) as u16);
                named.push_str(&file.to_string());
                named.push_str(rest);
            }
            None => {
                named.push_str("msg#");
                named.push_str(part);
            }
        }
    }
    named
}
