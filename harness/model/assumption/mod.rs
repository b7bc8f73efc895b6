//! What the documents leave open about a connector.
//!
//! An [`Assumption`] is a point at which they allow two behaviours; an [`Assignment`] takes one of
//! them at each. What a connector was seen to do leaves some assignments possible and not others:
//! a set of [`Assignments`].

mod assignment;
mod assignments;
mod pins;

pub use assignment::Assignment;
pub use assignments::Assignments;
pub use pins::Pins;

use crate::keywords;

keywords! {
    /// A point at which the documents allow two behaviours of a connector.
    pub enum Assumption {
        /// Since when name, password and path of the Postoffice tab count.
        TabTakesEffect = "tab-takes-effect",
        /// Whether a start runs an EXPORT.
        StartExports = "start-exports",
        /// When a thread is started again whose program was not found.
        ThreadRestart = "thread-restart",
        /// After how many restarts the service gives up.
        ThreadRestarts = "thread-restarts",
        /// Whether an IMPORT that is not found counts as a restart.
        ImportRestartsThread = "import-restarts-thread",
        /// Whether a directory EXPORT that is not found counts as a restart.
        DirsyncRestartsThread = "dirsync-restarts-thread",
        /// How long a thread is held by a run that does not finish.
        AfterHang = "after-hang",
        /// What is held by a run that does not finish.
        HangHolds = "hang-holds",
        /// What becomes of a thread with a code 3 while the store lies in a path with a space.
        AfterCode3InSpace = "after-code-3-in-space",
        /// Whether a dirsync goes on after an EXPORT that failed.
        DirsyncAfterFailure = "dirsync-after-failure",
        /// Whether the numbers of message files begin again at a start.
        FileNumberAtStart = "file-number-at-start",
        /// What reports a dirsync that failed.
        DirsyncFailureEvent = "dirsync-failure-event",
        /// Which program runs first in a cycle.
        CycleOrder = "cycle-order",
    }
}

impl Assumption {
    /// How many of them, the first, are inferred from what a connector does. The others show in
    /// nothing that is judged, and only the reference heeds them.
    pub const INFERABLE: usize = 10;

    /// The two values: first that of the reading with the better source, which is the default.
    #[must_use]
    pub const fn values(self) -> [&'static str; 2] {
        match self {
            Self::TabTakesEffect => ["restart", "next-run"],
            Self::StartExports => ["yes", "no"],
            Self::ThreadRestart => ["at-once", "next-cycle"],
            Self::ThreadRestarts => ["25", "24"],
            Self::ImportRestartsThread | Self::DirsyncRestartsThread => ["no", "shared"],
            Self::AfterHang => ["until-restart", "next-cycle"],
            Self::HangHolds => ["thread", "connector"],
            Self::AfterCode3InSpace => ["next-cycle", "until-restart"],
            Self::DirsyncAfterFailure => ["ends", "goes-on"],
            Self::FileNumberAtStart => ["continues", "begins-again"],
            Self::DirsyncFailureEvent => ["14005", "none"],
            Self::CycleOrder => ["export-first", "import-first"],
        }
    }

    /// Whether it is inferred from what a connector does.
    #[must_use]
    pub const fn is_inferable(self) -> bool {
        (self as usize) < Self::INFERABLE
    }
}
