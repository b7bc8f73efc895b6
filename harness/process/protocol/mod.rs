//! The lines that pass between the harness and a connector in another process.
//!
//! One JSON object a line, in UTF-8, at most [`LINE_BYTES_MAX`] long. The harness sends a
//! [`Command`]; the connector answers with any number of [`ConnectorLine`]s, of which the last is
//! `done`; each `run` among them is answered by an [`Answer`]. Keys that a side does not know it
//! ignores. Both sides are written and read with the same types: the harness's own connector
//! speaks the protocol too.

mod from_connector;
mod schema;
mod to_connector;

pub use from_connector::{ConnectorLine, EventLine, LineError, RunLine};
pub use schema::{conversation_schema, line_schema};
pub use to_connector::{Answer, Command, CommandWord, SiteLine};

/// The version of the protocol, which `reset` names.
pub const PROTOCOL: u32 = 1;

/// The maximum length of a line in bytes, including its end.
pub const LINE_BYTES_MAX: usize = 64 * 1024;

/// Writes a message as one line, its end included, after what is in `buffer`.
///
/// # Errors
/// If it cannot be written as JSON; our own messages always can.
pub fn write_line(buffer: &mut Vec<u8>, message: &impl serde::Serialize) -> serde_json::Result<()> {
    serde_json::to_writer(&mut *buffer, message)?;
    buffer.push(b'\n');
    Ok(())
}
