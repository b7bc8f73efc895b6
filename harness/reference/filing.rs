//! How the service files what it logs.
//!
//! Written from the documents for the mechanism alone, beside the message table that the judge
//! reads: a row that is wrong on one side shows as a record that is filed wrongly.

use event70_model::Category::{DirSynch, General, Outbound};
use event70_model::EventType::{Error, Information};
use event70_model::{Category, Event, EventType, FileName, Insert, Job, RunResult, Source};

/// Every event that the service logs, with its type and category.
pub const FILED: [(u16, EventType, Category); 17] = [
    // A program that is not found (Q294947).
    (43, Error, General),
    // A message that does not convert (Q212759).
    (54, Error, General),
    // IMPORT by its result code, from 0 (Q181186, Q168670, Q195649, Q179072).
    (58, Information, General),
    (59, Error, General),
    (61, Error, General),
    (62, Error, General),
    // EXPORT that fails to run (Q190275).
    (65, Error, General),
    // EXPORT by its result code, from 0 (Q181186, Q168465, Q166045, Q179072).
    (67, Information, General),
    (68, Error, General),
    (70, Error, General),
    (71, Error, General),
    // The service gives up, or tries again (Q294947).
    (85, Error, General),
    (86, Information, General),
    // A message is handed over (Q181186).
    (11001, Information, Outbound),
    // A dirsync begins, fails and ends (Q233164).
    (14001, Information, DirSynch),
    (14005, Error, DirSynch),
    (14031, Information, DirSynch),
];

/// The service's event of this number.
#[inline]
pub(super) fn event(id: u16, strings: [Insert; 2]) -> Event {
    let filed = FILED.iter().find(|(filed, ..)| *filed == id);
    // A run may end with a result code that no document names.
    let (event_type, category) = filed.map_or((Error, General), |row| (row.1, row.2));
    Event { id, source: Source::Ccmc, event_type, category, strings }
}

/// The service's event about a run on this file.
#[inline]
pub(super) fn of_run(id: u16, file: FileName) -> Event {
    event(id, [Insert::File(file), Insert::Empty])
}

/// An event of EXPORT is this plus its result code; attested for 0, 1, 3 and 4.
const EXPORT_EVENT: u16 = 67;
/// An event of IMPORT is this plus its result code; attested for 0, 1, 3, 4 and 5.
const IMPORT_EVENT: u16 = 58;

/// The event of a run with result code 0.
fn first(job: Job) -> u16 {
    if job.is_export() { EXPORT_EVENT } else { IMPORT_EVENT }
}

/// The event that reports a run that was successful.
#[inline]
pub(super) fn of_success(job: Job) -> Event {
    of_run(first(job), job.file())
}

/// The event that reports a run that was not successful.
#[inline]
pub(super) fn of_setback(job: Job, ran: RunResult) -> Option<Event> {
    match ran {
        RunResult::Exited { code, .. } => Some(of_run(first(job) + u16::from(code), job.file())),
        RunResult::NotFound => Some(event(43, [Insert::Number(2), ran.printed()])),
        RunResult::Failed => Some(event(65, [Insert::File(job.file()), ran.printed()])),
        RunResult::Unfinished => None,
    }
}
