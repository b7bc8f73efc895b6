//! One thing that happens.

use std::fmt;

use crate::{Category, Direction, Fault, Keyword, Level, Logging, Repair, keywords};

/// The maximum number of cycles or messages of one step.
pub const COUNT_MAX: u16 = 10_000;

/// One step of a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Somebody operates the service.
    Do(Operation),
    /// This many polling intervals pass; the service, if it runs, works in each (C5).
    Cycles(u16),
    /// A condition begins to hold; one that holds already gets the new setting.
    Inject(Fault),
    /// A documented repair is applied.
    Repair(Repair),
    /// This many messages are put in the queue towards `Direction`.
    Mail(Direction, u16),
    /// The diagnostics logging levels change.
    Logging(LoggingChange),
}

keywords! {
    /// What an operator does with the service.
    pub enum Operation {
        /// Starts it; nothing if it runs.
        Start = "start",
        /// Stops it; nothing if it does not run.
        Stop = "stop",
        /// Stops it and starts it.
        Restart = "restart",
        /// Ends its process without notice.
        Kill = "kill",
        /// Has it synchronize directories now; nothing if it does not run.
        Dirsync = "dirsync",
    }
}

/// A change of diagnostics logging levels: the categories that it names get a new level (C20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LoggingChange([Option<Level>; 4]);

impl LoggingChange {
    /// Every category gets this level.
    #[must_use]
    pub const fn all(level: Level) -> Self {
        Self([Some(level); 4])
    }

    /// The same change, with this category set to this level as well.
    #[must_use]
    pub const fn with(mut self, category: Category, level: Level) -> Self {
        self.0[category as usize] = Some(level);
        self
    }

    /// The level that this category gets, if the change names it.
    #[must_use]
    pub const fn level(self, category: Category) -> Option<Level> {
        self.0[category as usize]
    }

    /// The levels after the change.
    #[must_use]
    #[inline]
    pub fn applied_to(self, logging: Logging) -> Logging {
        Category::ALL.iter().fold(logging, |logging, category| match self.level(*category) {
            Some(level) => logging.with(*category, level),
            None => logging,
        })
    }

    /// The level that every category gets, where it is the same for all.
    #[must_use]
    pub fn uniform(self) -> Option<Level> {
        self.0[0].filter(|level| self.0.iter().all(|other| *other == Some(*level)))
    }
}

impl fmt::Display for LoggingChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(level) = self.uniform() {
            return level.fmt(f);
        }
        let named = Category::ALL.iter().filter_map(|category| {
            self.level(*category).map(|level| format!("{category} {level}"))
        });
        f.write_str(&named.collect::<Vec<_>>().join(", "))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Do(operation) => operation.fmt(f),
            Self::Cycles(1) => f.write_str("1 cycle"),
            Self::Cycles(count) => write!(f, "{count} cycles"),
            Self::Inject(fault) => write!(f, "inject {fault}"),
            Self::Repair(repair) => write!(f, "repair {repair}"),
            Self::Mail(to, 1) => write!(f, "1 message to {to}"),
            Self::Mail(to, count) => write!(f, "{count} messages to {to}"),
            Self::Logging(change) => write!(f, "logging {change}"),
        }
    }
}
