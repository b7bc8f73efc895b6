//! Connectors in other processes: the protocol that they speak, and the processes that speak it.

#[cfg(unix)]
mod program;
mod protocol;

#[cfg(unix)]
pub use program::{
    CommandError, ConversationLog, DEADLINE, Helper, Launch, PrivateFolder, ProgramConnector,
    Watchdog, serve, sweep,
};
pub use protocol::{
    Answer, Command, CommandWord, ConnectorLine, EventLine, LINE_BYTES_MAX, LineError, PROTOCOL,
    RunLine, SiteLine, conversation_schema, line_schema, write_line,
};
