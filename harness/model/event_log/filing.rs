//! How a record is filed: its source, type and category, and the level from which it is shown.

use crate::keywords;

keywords! {
    /// Who wrote a record.
    pub enum Source {
        /// The connector.
        Ccmc = "MSExchangeCCMC",
        /// Another service of the same computer: the decoy of C18.
        Mta = "MSExchangeMTA",
    }
}

keywords! {
    /// The type of a record, as Windows NT knows it.
    pub enum EventType {
        /// Something failed.
        Error = "Error",
        /// Something may fail.
        Warning = "Warning",
        /// Something happened.
        Information = "Information",
    }
}

keywords! {
    /// The connector's categories of events, each with a diagnostics logging level of its own.
    pub enum Category {
        /// Everything else, the runs of IMPORT and EXPORT among it.
        General = "general",
        /// Messages to cc:Mail.
        Outbound = "outbound",
        /// Messages to Exchange.
        Inbound = "inbound",
        /// Directory synchronization.
        DirSynch = "dir-synch",
    }
}

keywords! {
    /// A diagnostics logging level.
    pub enum Level {
        /// Errors only; the default.
        None = "none",
        /// Little more.
        Minimum = "minimum",
        /// For a narrowed problem.
        Medium = "medium",
        /// A complete trail.
        Maximum = "maximum",
    }
}

/// The diagnostics logging level of every category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Logging([Level; 4]);

impl Logging {
    /// The same level for every category.
    #[must_use]
    pub const fn all(level: Level) -> Self {
        Self([level; 4])
    }

    /// The level of one category.
    #[must_use]
    #[inline]
    pub const fn level(self, category: Category) -> Level {
        self.0[category as usize]
    }

    /// The same levels but for one category.
    #[must_use]
    pub const fn with(mut self, category: Category, level: Level) -> Self {
        self.0[category as usize] = level;
        self
    }

    /// Whether a complete trail of this category is wanted.
    #[must_use]
    #[inline]
    pub fn is_maximum(self, category: Category) -> bool {
        self.level(category) == Level::Maximum
    }

    /// The level, where every category has the same.
    #[must_use]
    pub fn uniform(self) -> Option<Level> {
        self.0.iter().all(|level| *level == self.0[0]).then_some(self.0[0])
    }
}

impl Default for Logging {
    fn default() -> Self {
        Self::all(Level::None)
    }
}

impl Category {
    /// The category as Event Viewer spells it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::Outbound => "Outbound",
            Self::Inbound => "Inbound",
            Self::DirSynch => "Dir-Synch",
        }
    }
}
