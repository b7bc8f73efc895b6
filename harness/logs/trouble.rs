//! What is wrong with a log file: so wrong that it is refused, or broken in places.

use std::fmt;
use std::io;

use event70_model::count;

use crate::record::{LogKind, Place};

/// Something that is broken or missing in a log file that was read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Where in the file.
    pub place: Place,
    /// What it is.
    pub kind: TroubleKind,
}

/// What is broken or missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TroubleKind {
    /// What stands there is no record; reading goes on with the next that is one.
    #[error("no record could be read here: {0}")]
    Broken(String),
    /// The file ends before it should.
    #[error("the file ends in the middle of a record")]
    Cut,
    /// The records that are numbered so are not in the file.
    #[error("{} missing: numbers {from} to {to}", count(to - from + 1, "record"))]
    Gap {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
    },
    /// Whoever wrote the file left out so many lines.
    #[error("{} left out here", count(*.0, "line"))]
    LeftOut(u64),
    /// The text stands for more records than are made of a text: so many.
    #[error("this text stands for more records than are read from one: {0}")]
    TooMany(usize),
    /// From here on the file tells of another log.
    #[error("another log begins here")]
    Another,
    /// The record was kept, but for a part that makes no sense.
    #[error("part of the record could not be read: {0}")]
    Part(String),
    /// The file's header is not as it should be.
    #[error("{0}")]
    Header(String),
}

/// Why a file is not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is of no kind that is known.
    #[error(
        "this is no event log: expected .evt, .evtx, XML of wevtutil, JSON of Get-WinEvent, CSV or \
         text as an English Event Viewer saves them (headers in other languages are not known), or a \
         snapshot"
    )]
    UnknownKind,
    /// This build reads no files of this kind.
    #[error("{0} files are not read by this build: it lacks the feature `evtx`")]
    NotBuilt(LogKind),
    /// It is of a known kind, and broken from the start.
    #[error("this {kind} file cannot be read: {why}")]
    Broken {
        /// The kind.
        kind: LogKind,
        /// What is wrong.
        why: String,
    },
}

/// Why records cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Nothing here writes files of this kind.
    #[error("{0} files cannot be written")]
    Kind(LogKind),
    /// A record has something that this kind of file cannot hold.
    #[error("record {} cannot be written as {kind}: {why}", index + 1)]
    Record {
        /// Which of the records, from 0.
        index: usize,
        /// The kind of file.
        kind: LogKind,
        /// What the file cannot hold.
        why: &'static str,
    },
    /// The destination failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Trouble {
    pub(crate) fn at_line(line: usize, kind: TroubleKind) -> Self {
        Self { place: Place::Line(line as u64), kind }
    }

    pub(crate) fn at_offset(offset: usize, kind: TroubleKind) -> Self {
        Self { place: Place::Offset(offset as u64), kind }
    }
}

impl TroubleKind {
    /// Whether records may be missing that the log once had.
    #[must_use]
    pub fn loses_records(&self) -> bool {
        !matches!(self, Self::Part(_) | Self::Header(_))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind)
    }
}
