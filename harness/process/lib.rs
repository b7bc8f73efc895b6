//! Connectors in other processes: the protocol that they speak, and the processes that speak it.

#[cfg(unix)]
mod program;
mod protocol;

#[cfg(unix)]
pub use program::{
    CommandError, DEADLINE, Helper, Launch, PrivateFolder, Program, Watchdog, serve, sweep,
};
pub use protocol::{
    Answer, Command, CommandWord, EventLine, LINE_BYTES_MAX, LineError, PROTOCOL, RunLine, Said,
    SiteLine, write_line,
};
