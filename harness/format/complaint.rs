//! What is wrong with a scenario file, and where.

use std::io;
use std::ops::Range;

use event70_model::count;

use super::keys::FILE_BYTES_MAX;
use super::names::BadName;

/// One fault in the text of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The bytes of the text that are meant.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Why a file yields no scenario.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The text is not a scenario; every fault that was found, in the order of the text.
    #[error("{} in the text", count(.complaints.len() as u64, "fault"))]
    Faulty {
        /// The text.
        text: String,
        /// Its faults; never empty.
        complaints: Vec<Complaint>,
    },
    /// The file cannot be called so everywhere.
    #[error("invalid scenario name: {0}; rename it")]
    Name(#[from] BadName),
    /// Another file, at this path, has the same name, or one that is the same on some systems.
    #[error(
        "its name equals that of {0} where case or Unicode form is ignored; rename one of them"
    )]
    SameName(String),
    /// The file is larger than a scenario file may be.
    #[error("larger than {} bytes; split the timeline into several files", FILE_BYTES_MAX)]
    TooLarge,
    /// What the file assumes is ruled out by what is assumed.
    #[error("it assumes {0}, which --assume rules out")]
    Assumes(String),
    /// A folder, a device or the like under the name of a file.
    #[error("not a file; scenario files are ordinary files whose names end in .toml")]
    NotAFile,
    /// A link to a place outside the folder.
    #[error("a link that leads outside {0}; replace it with a copy of the file")]
    LeadsOutside(String),
    /// A link to a folder that holds it, or to itself.
    #[error("a link that leads in a circle; remove it")]
    Circle,
    /// A folder nested in too many others.
    #[error("nested in too many folders")]
    TooDeep,
    /// The system would not read it.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// A place in a text, as editors count: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Position {
    /// The place of a byte of `text`; past its end, the end.
    #[must_use]
    pub fn of(text: &str, byte: usize) -> Self {
        let before = text.get(..byte.min(text.len())).unwrap_or(text);
        let before = before.strip_prefix('\u{feff}').unwrap_or(before);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}
