//! The log files of Windows NT, 2000, XP and 2003 (`AppEvent.Evt`), after the structures that MS-EVEN
//! publishes (ELF_LOGFILE_HEADER, EVENTLOGRECORD, ELF_EOF_RECORD) and the notes of libevt on files that
//! wrapped or were not closed.

mod layout;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use read::{is_one, read};
pub(crate) use write::write;
