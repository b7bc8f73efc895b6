//! The event log: what a connector says, as the Windows NT application log keeps it.
//!
//! An [`Event`] is what a connector reports: a number and its insertion strings. `MESSAGES` is
//! the message file: the text, type and category of every event that the documents give. A
//! [`Record`] is an event with its time, and `LogEntry` is the record with every field of an NT
//! application log entry, rendered as Event Viewer shows it. A program may report what no table
//! knows; that is kept [`Verbatim`]. Event 70 is one row among its
//! siblings here; *when* it must appear is the invariant's affair.

mod event;
mod filing;
mod verbatim;

pub use event::{Event, Insert, Printed, Record};
pub use filing::{Category, EventType, Level, Logging, Source};
pub use verbatim::Verbatim;

/// The number that this project exists for.
pub const EVENT_70: u16 = 70;

/// The computer on which the connector runs.
pub const COMPUTER: &str = "EXCH1";
