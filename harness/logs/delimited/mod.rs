//! Comma- and tab-separated lists as Event Viewer saves them.
//!
//! Windows NT to 2003 save nine columns without a header: date, time, source, type, category, event, user,
//! computer, description. Later versions have a header (`Level`, `Date and Time`, `Source`, `Event ID`,
//! `Task Category`), with the description in a column after it. Headers are known in English only.

mod layout;
mod read;
mod rows;
mod write;

pub(crate) use read::read;
pub(crate) use write::{write_commas, write_tabs};
