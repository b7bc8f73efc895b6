//! Where a connector may decide otherwise than the documents say.
//!
//! Every method is one decision of the [`Machine`](super::Machine), and its default is the
//! documented one. [`Faithful`] takes every default; a seeded bug overrides one or two.

use event70_model::{Event, Insert, Job, RunResult, Tab, View};
use serde::{Deserialize, Serialize};

use super::filing::event;

/// Which command of the harness a run belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Occasion {
    /// The service starts.
    Start,
    /// The interval between two cycles has passed.
    Cycle,
    /// Directories are synchronized.
    Dirsync,
}

/// A run that has ended and is about to be reported.
#[derive(Debug, Clone, Copy)]
pub struct Report {
    /// During which command.
    pub command: Occasion,
    /// What for.
    pub job: Job,
    /// How it ended.
    pub ran: RunResult,
    /// What the connector saw of the site before the run.
    pub view: View,
}

impl Report {
    /// Whether this is what Event 70 reports: an EXPORT that exited with code 3.
    #[must_use]
    pub fn calls_for_70(&self) -> bool {
        self.job.is_export() && self.ran.code() == Some(3)
    }
}

/// The decisions of a connector.
pub trait Deviation: Copy {
    /// A new scenario begins.
    fn reset(&mut self) {}

    /// The service stops in order.
    fn stopped(&mut self) {}

    /// The service's process is ended without notice.
    fn killed(&mut self) {}

    /// A dirsync has ended, completed or not.
    fn dirsync_ended(&mut self, _completed: bool) {}

    /// Whether starting the service runs an EXPORT at once (C3).
    fn exports_at_start(&mut self) -> bool {
        true
    }

    /// The number of restarts with which a life of the service begins.
    fn restarts_at_start(&self, _last_life: u8) -> u8 {
        0
    }

    /// The restart at which the service gives up; `documented` is the one that is assumed.
    fn last_restart(&self, documented: u8) -> u8 {
        documented
    }

    /// The entries of the tab that are passed to a program: those in force. `entered` is what stands
    /// in the tab now.
    fn tab(&mut self, in_force: Tab, _entered: Tab) -> Tab {
        in_force
    }

    /// The file number of a message EXPORT, of which this is the `nth` (C4).
    fn file_number(&mut self, nth: u16) -> u16 {
        nth
    }

    /// Whether an unsuccessful EXPORT is tried again at once; `turn` counts the runs of the cycle.
    fn tries_again(&self, _turn: u32) -> bool {
        false
    }

    /// The event that reports a run that was not successful; `documented` is nothing for a run that
    /// did not finish.
    fn setback(&mut self, _report: &Report, documented: Option<Event>) -> Option<Event> {
        documented
    }

    /// An event beside that of a run that was successful.
    fn success(&mut self, _report: &Report) -> Option<Event> {
        None
    }

    /// An event that follows the report of a setback.
    fn afterthought(&mut self, _report: &Report) -> Option<Event> {
        None
    }

    /// Whether a run that exited 0 is reported; `is_maximum` says whether the level asks for it.
    fn reports_success(&self, is_maximum: bool) -> bool {
        is_maximum
    }

    /// Whether the end of a dirsync is logged.
    fn tells_end_of_dirsync(&self, completed: bool) -> bool {
        completed
    }

    /// Whether anything is run in this cycle.
    fn runs_cycle(&mut self) -> bool {
        true
    }

    /// Whether outbound mail is imported at all.
    fn imports(&self) -> bool {
        true
    }

    /// An EXPORT that moved this many messages is followed by another at once (Q168211).
    /// `told` is how many one EXPORT moves at most.
    fn full_batch(&self, told: u16) -> u16 {
        told
    }

    /// How an event is filed.
    fn filed(&self, event: Event) -> Event {
        event
    }

    /// The event for a message that did not convert (Q212759).
    fn conversion_failed(&self, _report: &Report) -> Option<Event> {
        Some(event(54, [Insert::Empty, Insert::Empty]))
    }
}

/// Decides everything as documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Faithful;

impl Deviation for Faithful {}
