//! An event as a connector reports it: a small value, so that millions of them cost nothing.

use std::fmt;

use super::filing::{Category, EventType, Source};
use crate::FileName;

/// What a connector reports: a number, how it is filed, and two insertion strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Event {
    /// The event's number, as Event Viewer shows it.
    pub id: u16,
    /// Who writes it.
    pub source: Source,
    /// Error, warning or information.
    pub event_type: EventType,
    /// Which category it is filed under.
    pub category: Category,
    /// `%1` and `%2` of the message text.
    pub strings: [Insert; 2],
}

/// An insertion string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Insert {
    /// An empty string.
    Empty,
    /// The name of a run's file.
    File(FileName),
    /// A number.
    Number(u16),
    /// What a program, or the system in its place, printed on the console.
    Printed(Printed),
}

/// What is printed where a program cannot be executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Printed {
    /// The program is not found (Q294947).
    NotFound,
    /// The program does not find its resource file (Q190275).
    NoResourceFile,
}

/// An event in the log, with the time at which it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Record {
    /// Seconds since the beginning of the timeline.
    pub at: u64,
    /// What was written.
    pub event: Event,
    /// How many times in a row; a long queue that is handed over at once is one record here.
    pub times: u32,
}

impl Record {
    /// One record of an event.
    #[must_use]
    pub const fn once(at: u64, event: Event) -> Self {
        Self { at, event, times: 1 }
    }
}

impl Printed {
    /// The line as it was printed.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NotFound => "The system cannot find the file specified.",
            Self::NoResourceFile => "R0002 Resource file not found: C:\\WINNT\\IE.RI.",
        }
    }
}

impl Insert {
    /// The insertion string that is written like this, to the letter.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let number = || text.parse().ok().map(Self::Number);
        let printed = [Printed::NotFound, Printed::NoResourceFile].map(Self::Printed);
        [Self::Empty]
            .into_iter()
            .chain(FileName::from_text(text).map(Self::File))
            .chain(number())
            .chain(printed)
            .find(|insert| insert.to_string() == text)
    }
}

impl fmt::Display for Insert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::File(file) => file.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Printed(printed) => f.write_str(printed.text()),
        }
    }
}
