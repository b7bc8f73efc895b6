//! Where a connector acts during one command, and what is written down of it.

use crate::event_log::{Event, Record};
use crate::site::{Ran, Run, Site, View};

/// One thing that was observed during a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Happening {
    /// The connector had a program executed; the site's own record of it.
    Ran {
        /// Seconds since the beginning of the timeline.
        at: u32,
        /// What was asked for.
        run: Run,
        /// How it ended.
        ran: Ran,
    },
    /// The connector logged an event.
    Logged(Record),
    /// Somebody else wrote into the same log.
    Foreign(Record),
}

/// What happened during one step, in order; emptied and used again for the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journal {
    /// What happened.
    pub happenings: Vec<Happening>,
}

/// The site and the log, as a connector meets them while it carries out one command.
#[derive(Debug)]
pub struct Stage<'a, S> {
    site: &'a mut S,
    journal: &'a mut Journal,
    at: u32,
}

impl<'a, S: Site> Stage<'a, S> {
    /// A stage at a moment of the timeline, in seconds since its beginning.
    pub fn new(site: &'a mut S, journal: &'a mut Journal, at: u32) -> Self {
        Self { site, journal, at }
    }

    /// What the connector sees of the site now.
    #[must_use]
    pub fn view(&self) -> View {
        self.site.view()
    }

    /// Has the site execute a program.
    pub fn run(&mut self, run: Run) -> Ran {
        let ran = self.site.run(run);
        self.journal.happenings.push(Happening::Ran { at: self.at, run, ran });
        ran
    }

    /// Logs an event.
    pub fn log(&mut self, event: Event) {
        self.log_times(event, 1);
    }

    /// Logs the same event so many times.
    pub fn log_times(&mut self, event: Event, times: u32) {
        if times > 0 {
            self.journal.happenings.push(Happening::Logged(Record { at: self.at, event, times }));
        }
    }
}
