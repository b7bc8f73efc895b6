//! The message file, and how Event Viewer shows what is filed by it.

mod entry;
mod messages;

use event70_model::{Category, EVENT_70, Event, EventType, FileName, Insert, Source};

pub use entry::{LogEntry, printed_text};
pub use messages::{
    EventMessage, LOGGED, MESSAGES, NEVER_JUDGED, is_judged, message, message_index, prints,
};

/// The connector's event of this number, filed as the message table says; one that the table does
/// not know is a General error.
#[must_use]
pub fn event(id: u16, strings: [Insert; 2]) -> Event {
    let (event_type, category) =
        message(id).map_or((EventType::Error, Category::General), |m| (m.event_type, m.category));
    Event { id, source: Source::Ccmc, event_type, category, strings }
}

/// The event that reports how a run on `file` ended.
#[must_use]
pub fn event_of_run(id: u16, file: FileName) -> Event {
    event(id, [Insert::File(file), Insert::Empty])
}

/// The decoy: a record numbered 70 that another source writes (C18).
pub const FOREIGN_70: Event = Event {
    id: EVENT_70,
    source: Source::Mta,
    event_type: EventType::Error,
    category: Category::General,
    strings: [Insert::Empty, Insert::Empty],
};
