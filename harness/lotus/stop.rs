//! What stops a run: a result code, and what the program says.

use std::fmt;

use super::database::is_busy;

/// The end of a run that something stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
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

impl Stop {
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

    /// Something fails on the side of Exchange: the disk is full, a folder is none.
    pub(super) fn exchange_side(why: impl fmt::Display) -> Self {
        Self::with(1, why)
    }

    /// A database does not do what it should: somebody else holds it, or else it is broken, which
    /// has its own code in each program.
    pub(super) fn database(code_if_broken: u8) -> impl Fn(rusqlite::Error) -> Self {
        move |error| {
            if is_busy(&error) { Self::locked() } else { Self::with(code_if_broken, error) }
        }
    }
}
