//! A log file and its records, whatever kind of file it was.

use std::fmt;

use event70_model::{Category, EventType, Keyword};
use event70_rule::LogEntry;

use crate::time::seconds;
use crate::trouble::Trouble;

/// One record of a log file, as far as it could be read.
///
/// Empty strings at the end say nothing: no kind promises to keep them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRecord {
    /// The record's number in its file, where the file numbers its records.
    pub number: Option<u64>,
    /// When the event happened, in seconds since 1970, UTC. CSV and text as Event Viewer saves them,
    /// and snapshots, give a local time without its zone, which is taken as UTC.
    pub time: Option<i64>,
    /// Who wrote the record.
    pub source: String,
    /// The low 16 bits of the event ID, which is what Event Viewer shows.
    pub id: u16,
    /// Error, warning or information; nothing where it is not told, or another one, such as an audit.
    pub event_type: Option<EventType>,
    /// The category; nothing where it is not told, or not one of the connector's.
    pub category: Option<Category>,
    /// `%1`, `%2` and so on. Where a file has only the message text, they are taken back out of it by
    /// the texts of `event70_rule::MESSAGES`.
    pub strings: Vec<String>,
    /// The message text, where strings could not be taken out of it: a foreign source's, or one that
    /// no document prints.
    pub text: Option<String>,
    /// The computer on which it was written.
    pub computer: Option<String>,
    /// Where in the file the record begins.
    pub place: Place,
}

/// A record as it was logged, without a place in any file; its clock is taken as UTC.
impl From<&LogEntry> for LogRecord {
    fn from(entry: &LogEntry) -> Self {
        let category = |known: &&Category| known.title() == entry.category.raw();
        Self {
            number: Some(entry.record_number),
            time: seconds(entry.time_generated),
            source: entry.source_name.raw().to_owned(),
            id: entry.event_id,
            event_type: EventType::from_keyword(entry.event_type.raw()),
            category: Category::ALL.iter().find(category).copied(),
            strings: entry.strings.iter().map(|string| string.raw().to_owned()).collect(),
            text: None,
            computer: Some(entry.computer_name.to_owned()),
            place: Place::Offset(0),
        }
    }
}

/// A place in a log file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A byte, from 0.
    Offset(u64),
    /// A line, from 1.
    Line(u64),
}

/// What kind of file a log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogKind {
    /// A log of Windows NT, 2000, XP or 2003, as it lies on the disk.
    Evt,
    /// A log of Windows Vista or later, as it lies on the disk.
    Evtx,
    /// What `wevtutil query-events /format:xml` prints.
    Xml,
    /// What `Get-WinEvent` or `Get-EventLog` and `ConvertTo-Json` print, as objects one after the other
    /// or as an array.
    Json,
    /// Comma-separated, as Event Viewer saves it.
    Csv,
    /// Tab-separated as Event Viewer saves it, copied out of its window, or as the documents print it.
    Text,
    /// A snapshot of this project, or what `event70 run` prints.
    Snapshot,
}

/// A log file: what could be read of it, and what could not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// What kind of file it is.
    pub kind: LogKind,
    /// Its records, the oldest first.
    pub records: Vec<LogRecord>,
    /// What is broken or missing, that of the file as a whole first.
    pub troubles: Vec<Trouble>,
}

impl LogFile {
    /// Whether nothing is missing between the first record and the last. Logs as they lie on the disk,
    /// and snapshots, are whole unless a trouble says that records are lost; a person may have saved
    /// any part of what every other kind holds.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.kind.is_whole() && !self.troubles.iter().any(|trouble| trouble.kind.loses_records())
    }
}

impl LogFile {
    /// The same log with its oldest record first: Event Viewer and `Get-WinEvent` give the newest first
    /// unless they are told otherwise. Record numbers show it, or else times; a log within one second that
    /// has neither is left as it is.
    pub(crate) fn oldest_first(mut self) -> Self {
        let records = &self.records;
        let is_numbered = records.iter().all(|record| record.number.is_some());
        let key = |record: &LogRecord| match record.number {
            Some(number) if is_numbered => Some(i128::from(number)),
            _ => record.time.map(i128::from),
        };
        let keys: Vec<i128> = records.iter().filter_map(key).collect();
        let count = |is_so: fn(&[i128]) -> bool| keys.windows(2).filter(|pair| is_so(pair)).count();
        if count(|pair| pair[1] < pair[0]) > count(|pair| pair[1] > pair[0]) {
            self.records.reverse();
        }
        self
    }
}

impl LogKind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Evt, Self::Evtx, Self::Xml, Self::Json, Self::Csv, Self::Text, Self::Snapshot];

    const fn is_whole(self) -> bool {
        matches!(self, Self::Evt | Self::Evtx | Self::Snapshot)
    }
}

impl fmt::Display for LogKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Evt => ".evt",
            Self::Evtx => ".evtx",
            Self::Xml => "XML",
            Self::Json => "JSON",
            Self::Csv => "CSV",
            Self::Text => "text",
            Self::Snapshot => "snapshot",
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offset(offset) => write!(f, "byte {offset}"),
            Self::Line(line) => write!(f, "line {line}"),
        }
    }
}
