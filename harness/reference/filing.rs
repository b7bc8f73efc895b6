//! How the service files what it logs.
//!
//! Written from the documents for the mechanism alone, beside the message table that the judge
//! reads: a row that is wrong on one side shows as a record that is filed wrongly.

use event70_model::{Category, Event, EventType, FileName, Insert, Source};

/// The service's event of this number.
pub(super) fn event(id: u16, strings: [Insert; 2]) -> Event {
    let (event_type, category) = match id {
        // A run that went well (Q168211, Q181186).
        58 | 67 => (EventType::Information, Category::General),
        // The service tries again (Q294947).
        86 => (EventType::Information, Category::General),
        // A message is handed over (Q181186).
        11001 => (EventType::Information, Category::Outbound),
        // A dirsync begins and ends (Q233164).
        14001 | 14031 => (EventType::Information, Category::DirSynch),
        // Whatever went wrong.
        _ => (EventType::Error, Category::General),
    };
    Event { id, source: Source::Ccmc, event_type, category, strings }
}

/// The service's event about a run on this file.
pub(super) fn of_run(id: u16, file: FileName) -> Event {
    event(id, [Insert::File(file), Insert::Empty])
}
