//! What was logged in all scenarios of a run, as one event log of Windows NT.

use std::io;
use std::path::Path;

use event70_logs::{LogKind, LogRecord, WriteError, write};
use event70_model::shown_path;

use super::play_files::PlayedFile;
use super::save::{cannot_write, replace};
use super::{Output, Status};

/// The maximum number of records in such a log, which are held in memory until it is written.
pub(super) const RECORDS_MAX: usize = 500_000;

/// The logs of the scenarios that were played, one after the other.
#[derive(Default)]
pub(super) struct PlayedLog {
    records: Vec<LogRecord>,
    /// How many there are in all, those included that are too many.
    total: u64,
}

impl PlayedLog {
    /// Takes the log of the next scenario.
    pub(super) fn add(&mut self, played: &mut PlayedFile) {
        let Ok(account) = &mut played.account else { return };
        self.total += account.records;
        let room = RECORDS_MAX - self.records.len();
        self.records.extend(std::mem::take(&mut account.log).into_iter().take(room));
    }

    /// Writes them, numbered from 1, or says why they are not written.
    pub(super) fn write(mut self, path: &Path, output: &mut Output) -> io::Result<Status> {
        if self.total > RECORDS_MAX as u64 {
            output.complain(format!(
                "error: {}: not written: {} records were logged, and a file gets at most {RECORDS_MAX}",
                shown_path(path),
                self.total
            ))?;
            return Ok(Status::Usage);
        }
        for (record, number) in self.records.iter_mut().zip(1..) {
            record.number = Some(number);
        }
        let mut file = Vec::new();
        let written = match write(LogKind::Evt, &self.records, &mut file) {
            Ok(()) => replace(path, &file),
            Err(WriteError::Io(error)) => Err(error),
            Err(why) => Err(io::Error::other(why)),
        };
        match written {
            Ok(()) => Ok(Status::Agree),
            Err(error) => cannot_write(path, &error, output),
        }
    }
}
