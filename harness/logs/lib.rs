//! Event log files: read into records of one type, and written from them.
//!
//! [`read`] tells the kind of a file by its content and never by its name. Whatever the bytes are, it
//! either refuses them and says why, or gives what it could read and names what is broken, each with its
//! place; it takes time and memory in proportion to the file. [`write()`] makes a file of every kind but
//! .evtx, which is read with the feature `evtx` only.
//!
//! ```
//! let list = b"12/6/97\t9:00:15 AM\tMSExchangeCCMC\tInformation\tGeneral\t67\tN/A\tEXCH1\t\
//!     Lotus cc:Mail EXPORT to file msg65F9.ccm completed successfully.\r\n";
//! let log = event70_logs::read(list).unwrap();
//! assert_eq!(log.kind, event70_logs::LogKind::Text);
//! assert_eq!((log.records[0].id, &log.records[0].strings[..]), (67, &["msg65F9.ccm".to_owned()][..]));
//! assert!(!log.is_whole(), "whoever saved it may have left records out");
//! ```

#![forbid(unsafe_code)]

mod delimited;
mod draft;
mod evt;
#[cfg(feature = "evtx")]
mod evtx;
mod filing;
mod json;
mod local;
mod message;
mod pasted;
mod record;
#[cfg(test)]
mod samples;
mod snapshot;
mod template;
mod text;
mod time;
mod trouble;
mod xml;

use std::io;

pub use record::{LogFile, LogKind, LogRecord, Place};
pub use trouble::{Trouble, TroubleKind, Unreadable, WriteError};

/// Reads a log file.
///
/// # Errors
/// If it is of no known kind, or broken from the start.
pub fn read(bytes: &[u8]) -> Result<LogFile, Unreadable> {
    let mut log = read_any(bytes)?;
    let oddity =
        |record: &LogRecord| Some(Trouble { place: record.place, kind: message::oddity(record)? });
    log.troubles.extend(log.records.iter().filter_map(oddity));
    match log.troubles.first() {
        Some(trouble) if log.records.is_empty() => {
            Err(Unreadable::Broken { kind: log.kind, why: trouble.to_string() })
        }
        _ => Ok(log),
    }
}

fn read_any(bytes: &[u8]) -> Result<LogFile, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if bytes.starts_with(b"ElfFile\0") {
        #[cfg(feature = "evtx")]
        return evtx::read(bytes);
        #[cfg(not(feature = "evtx"))]
        return Err(Unreadable::NotBuilt(LogKind::Evtx));
    }
    if evt::is_one(bytes) {
        return Ok(evt::read(bytes));
    }
    let text = text::decoded(bytes);
    let log = if xml::is_one(&text) {
        xml::read(&text).oldest_first()
    } else if json::is_one(&text) {
        json::read(&text).oldest_first()
    } else if let Some(log) = delimited::read(&text) {
        log.oldest_first()
    } else if snapshot::is_one(&text) {
        snapshot::read(&text)
    } else {
        pasted::read(&text).ok_or(Unreadable::UnknownKind)?.oldest_first()
    };
    Ok(log)
}

/// Writes records as a log file. What comes back from each kind:
///
/// | kind | number | time | computer | category | strings |
/// |---|---|---|---|---|---|
/// | .evt | yes; consecutive where there is none | yes, and there must be one | yes | of the connector only | yes |
/// | XML, JSON | yes | yes | yes | yes | yes |
/// | CSV (with a header) | no | yes | no | yes | as far as a message text tells them |
/// | text (with tabs) | no | yes | yes | yes | as far as a message text tells them |
/// | snapshot | no | no | no | yes | as far as a message text on one line tells them |
///
/// # Errors
/// If a record has something that this kind of file cannot hold, or `out` fails.
pub fn write(
    kind: LogKind,
    records: &[LogRecord],
    out: &mut impl io::Write,
) -> Result<(), WriteError> {
    match kind {
        LogKind::Evt => evt::write(records, out),
        LogKind::Json => json::write(records, out),
        LogKind::Xml => xml::write(records, out),
        LogKind::Csv => delimited::write_commas(records, out),
        LogKind::Text => delimited::write_tabs(records, out),
        LogKind::Snapshot => snapshot::write(records, out),
        LogKind::Evtx => Err(WriteError::Kind(kind)),
    }
}
