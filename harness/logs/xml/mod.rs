//! The XML of `wevtutil query-events /format:xml`: `Event` elements of the event schema, one after the
//! other or below an `Events` element.

mod event;
mod read;
mod write;

#[cfg(feature = "evtx")]
pub(crate) use event::event_of;
pub(crate) use read::{is_one, read};
pub(crate) use write::write;
