//! How a search is watched and ended from outside.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How a search is watched and ended from outside.
#[derive(Debug, Default)]
pub struct Control {
    /// Set this to end the search after what is in hand.
    pub stop: Arc<AtomicBool>,
    /// Set beside `stop` if the connectors are not waited for either: that they failed then says
    /// nothing.
    pub cancelled: Arc<AtomicBool>,
    /// How many cases are done; grows while the search runs.
    pub done: AtomicU64,
    /// What is being done with a case that failed.
    after: Mutex<Option<Progress>>,
}

/// What a search is doing, and how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The number of cases done.
    Cases(u64),
    /// A case that failed is played again.
    Repeating {
        /// Which case.
        case: u64,
        /// How often it was played again.
        done: u32,
        /// How often it will be.
        of: u32,
    },
    /// A scenario is made small.
    Reducing {
        /// How many elements are left.
        elements: usize,
        /// How many scenarios were played.
        runs: usize,
    },
    /// Other values are tried for each setting of a reduced scenario.
    Varying,
}

impl Control {
    /// A control whose connectors are not waited for once this is set.
    #[must_use]
    pub fn cancelling(cancelled: &Arc<AtomicBool>) -> Self {
        Self { cancelled: Arc::clone(cancelled), ..Self::default() }
    }

    /// Whether the search goes on.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    /// Whether connectors are not waited for any longer.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// What is being done.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let after = *self.after.lock().unwrap_or_else(PoisonError::into_inner);
        after.unwrap_or_else(|| Progress::Cases(self.done.load(Ordering::Relaxed)))
    }

    /// Says what is being done with a case that failed; nothing once that is over.
    pub(super) fn says(&self, progress: Option<Progress>) {
        *self.after.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }
}
