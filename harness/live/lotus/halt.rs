//! What halts a run: a result code, and what the program prints.

use std::{fmt, io};

use event70_model::trouble;

use super::Error;
use super::database::{is_busy, is_without_room};

/// The end of a run that something halted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Halt {
    /// The result code.
    pub(super) code: u8,
    /// What the program prints.
    pub(super) why: String,
}

/// The code of a program that could not run at all. It is none of the documented ones: the system
/// says so, not the program (Q190275).
pub const COULD_NOT_RUN: u8 = 126;
/// The code of a launcher that finds no program.
pub const NOT_FOUND: u8 = 127;
/// The code of a program for which there is no disk space, memory or descriptor left. That is no
/// circumstance of a site but of the computer on which the harness runs.
pub const NO_ROOM: u8 = 125;

impl Halt {
    /// An end with this code.
    pub(super) fn with(code: u8, why: impl fmt::Display) -> Self {
        Self { code, why: why.to_string() }
    }

    /// The post office cannot be reached, or does not know who asks.
    pub(super) fn not_accessible(why: impl fmt::Display) -> Self {
        Self::with(3, why)
    }

    /// Another process holds the post office.
    pub(super) fn locked() -> Self {
        Self::with(4, "Post office is locked by another process.")
    }

    /// Something is wrong on the side of Exchange: a folder is none, a file is there already.
    pub(super) fn exchange_side(why: impl fmt::Display) -> Self {
        Self::with(1, why)
    }

    /// A file on the side of Exchange cannot be read or written.
    pub(super) fn exchange_file(error: io::Error) -> Self {
        let code = if trouble::advice(&error).is_some() { NO_ROOM } else { 1 };
        Self::with(code, error)
    }

    /// Something about the files of a site fails that no document explains.
    pub(super) fn unexplained(error: Error) -> Self {
        match error {
            Error::Database { source, .. } => Self::database(1)(source),
            Error::File { source, .. } => Self::exchange_file(source),
            error => Self::with(1, error),
        }
    }

    /// A database does not do what it should: somebody else holds it, there is no room for what it
    /// has to write, or else it is broken, which has its own code in each program.
    pub(super) fn database(code_if_broken: u8) -> impl Fn(rusqlite::Error) -> Self {
        move |error| {
            if is_busy(&error) {
                return Self::locked();
            }
            let code = if is_without_room(&error) { NO_ROOM } else { code_if_broken };
            Self::with(code, error)
        }
    }
}
