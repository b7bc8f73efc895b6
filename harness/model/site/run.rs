//! One execution of a Lotus program: what a connector asks for, and how it ended.

use std::fmt;

use super::view::{Entered, Tab};
use crate::{Direction, DirectoryExport, DirectoryImport, FileName, Insert, MessageFile, Printed};

/// What a connector asks the site to execute, in place of a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Run {
    /// Which program, for what, on which file.
    pub job: Job,
    /// What the connector passes on: path and password from the Postoffice tab, and as the name the
    /// tab's too, but in a message EXPORT that of the site entry, which no tab makes wrong.
    pub tab: Tab,
}

impl Run {
    /// A run with the entries of this tab, as far as they are passed on.
    #[must_use]
    pub const fn new(job: Job, tab: Tab) -> Self {
        match job {
            Job::ExportMessages(_) => Self { job, tab: Tab { name: Entered::Right, ..tab } },
            _ => Self { job, tab },
        }
    }
}

/// What a run is for; this says the program too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Job {
    /// EXPORT of messages to this file.
    ExportMessages(MessageFile),
    /// EXPORT of one part of the directory.
    ExportDirectory(DirectoryExport),
    /// IMPORT of the messages that wait.
    ImportMessages,
    /// IMPORT of one file of directory updates.
    ImportDirectory(DirectoryImport),
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunResult {
    /// The program exited.
    Exited {
        /// Its result code.
        code: u8,
        /// How many messages it moved.
        messages: u16,
        /// How many messages it exported that do not convert, beside those that it moved.
        corrupt: u16,
        /// How many messages it sent back to their senders instead of moving them.
        returned: u16,
    },
    /// The program was not found.
    NotFound,
    /// The program was found but could not run.
    Failed,
    /// The program did not finish.
    Unfinished,
}

impl Job {
    /// The file of the run, as events name it.
    #[must_use]
    #[inline]
    pub fn file(self) -> FileName {
        match self {
            Self::ExportMessages(file) => FileName::Message(file),
            Self::ExportDirectory(file) => FileName::DirectoryExport(file),
            Self::ImportMessages => FileName::AllMessages,
            Self::ImportDirectory(file) => FileName::DirectoryImport(file),
        }
    }

    /// Towards which side the run moves messages, if that is what it does.
    #[must_use]
    #[inline]
    pub fn moves_messages(self) -> Option<Direction> {
        match self {
            Self::ExportMessages(_) => Some(Direction::Exchange),
            Self::ImportMessages => Some(Direction::CcMail),
            Self::ExportDirectory(_) | Self::ImportDirectory(_) => None,
        }
    }

    /// Whether the program is EXPORT.
    #[must_use]
    #[inline]
    pub fn is_export(self) -> bool {
        matches!(self, Self::ExportMessages(_) | Self::ExportDirectory(_))
    }

    /// The program's name.
    #[must_use]
    pub fn program(self) -> &'static str {
        if self.is_export() { "EXPORT" } else { "IMPORT" }
    }
}

impl RunResult {
    /// An exit with this code that moved nothing.
    #[must_use]
    pub const fn exited(code: u8) -> Self {
        Self::Exited { code, messages: 0, corrupt: 0, returned: 0 }
    }

    /// An exit with code 0 after moving so many messages.
    #[must_use]
    pub const fn moved(messages: u16) -> Self {
        Self::Exited { code: 0, messages, corrupt: 0, returned: 0 }
    }

    /// The result code, if the program exited.
    #[must_use]
    #[inline]
    pub const fn code(self) -> Option<u8> {
        match self {
            Self::Exited { code, .. } => Some(code),
            Self::NotFound | Self::Failed | Self::Unfinished => None,
        }
    }

    /// What the program, or the system in its place, printed.
    #[must_use]
    pub const fn printed(self) -> Insert {
        match self {
            Self::Exited { .. } | Self::Unfinished => Insert::Empty,
            Self::NotFound => Insert::Printed(Printed::NotFound),
            Self::Failed => Insert::Printed(Printed::NoResourceFile),
        }
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = if self.is_export() { "to" } else { "from" };
        write!(f, "{} {to} {}", self.program(), self.file())
    }
}

impl fmt::Display for RunResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited { code: 0, messages, .. } if *messages > 0 => {
                write!(f, "exited 0, {messages} moved")
            }
            Self::Exited { code, returned: returned @ 1.., .. } => {
                write!(f, "exited {code}, {returned} returned")
            }
            Self::Exited { code, .. } => write!(f, "exited {code}"),
            Self::NotFound => f.write_str("not found"),
            Self::Failed => f.write_str("failed to run"),
            Self::Unfinished => f.write_str("did not finish"),
        }
    }
}
