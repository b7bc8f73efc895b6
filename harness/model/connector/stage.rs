//! Where a connector acts during one command, and what is written down of it.

use crate::{
    CommandLine, Description, Event, Foreign, Keyword, Record, Run, RunResult, Server, Source,
    Undocumented, Verbatim, View,
};

/// The event that says that the service has stopped by itself (Q294947).
const SERVICE_GIVES_UP: u16 = 85;

/// One thing that was observed during a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TraceEvent {
    /// The connector had a program executed; the site's own record of it.
    Run {
        /// Seconds since the beginning of the timeline.
        at: u64,
        /// What was asked for.
        run: Run,
        /// How it ended.
        ran: RunResult,
    },
    /// The connector logged an event.
    Logged(Record),
    /// Somebody else wrote into the same log.
    Foreign(Record),
    /// The connector logged an event in words that no table knows.
    Verbatim {
        /// Seconds since the beginning of the timeline.
        at: u64,
        /// Which of the trace's [`verbatim`](Trace::verbatim) events.
        index: u32,
    },
    /// The connector asked for a command line that no document knows.
    Undocumented {
        /// Seconds since the beginning of the timeline.
        at: u64,
        /// Which of the trace's [`undocumented`](Trace::undocumented) command lines.
        index: u32,
        /// How that ended (C22).
        ran: RunResult,
    },
}

impl TraceEvent {
    /// When it happened, in seconds since the beginning of the timeline.
    #[must_use]
    pub fn at(&self) -> u64 {
        match self {
            Self::Run { at, .. } | Self::Verbatim { at, .. } | Self::Undocumented { at, .. } => *at,
            Self::Logged(record) | Self::Foreign(record) => record.at,
        }
    }

    /// How often it happened in a row.
    #[must_use]
    pub fn times(&self) -> u32 {
        match self {
            Self::Logged(record) | Self::Foreign(record) => record.times,
            Self::Run { .. } | Self::Verbatim { .. } | Self::Undocumented { .. } => 1,
        }
    }

    /// How many entries of the log it makes.
    #[must_use]
    pub fn records(&self) -> u64 {
        match self {
            Self::Run { .. } | Self::Undocumented { .. } => 0,
            _ => u64::from(self.times()),
        }
    }
}

/// What happened during one step, in order; emptied and used again for the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// What happened.
    pub events: Vec<TraceEvent>,
    /// The events among it that only their own words can tell; none from a connector in memory.
    pub verbatim: Vec<Verbatim>,
    /// The command lines among it that no document knows; none from a connector in memory.
    pub undocumented: Vec<Undocumented>,
    /// What runs among it have printed on their consoles, each with the index of its run, in order;
    /// nothing of a run that printed no more than its result says.
    pub consoles: Vec<(usize, Foreign)>,
}

impl Trace {
    /// An empty trace that keeps its buffers.
    #[inline]
    pub fn clear(&mut self) {
        self.events.clear();
        if !(self.verbatim.is_empty() && self.undocumented.is_empty() && self.consoles.is_empty()) {
            self.clear_texts();
        }
    }

    #[cold]
    fn clear_texts(&mut self) {
        self.verbatim.clear();
        self.undocumented.clear();
        self.consoles.clear();
    }

    /// What the run at this index has printed on its console beyond what its result says.
    #[must_use]
    pub fn printed(&self, index: usize) -> &str {
        let found = self.consoles.binary_search_by_key(&index, |(run, _)| *run);
        found.map_or("", |at| self.consoles[at].1.raw())
    }
}

/// The site and the log, as a connector meets them while it carries out one command.
#[derive(Debug)]
pub struct Stage<'a, S> {
    site: &'a mut S,
    trace: &'a mut Trace,
    at: u64,
    has_given_up: bool,
}

impl<'a, S: Server> Stage<'a, S> {
    /// A stage at a moment of the timeline, in seconds since its beginning.
    pub fn new(site: &'a mut S, trace: &'a mut Trace, at: u64) -> Self {
        Self { site, trace, at, has_given_up: false }
    }

    /// Whether the connector has logged that the service has stopped by itself.
    #[must_use]
    pub fn has_given_up(&self) -> bool {
        self.has_given_up
    }

    /// Seconds since the beginning of the timeline.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }

    /// What a connector in another process is told of the site now.
    #[must_use]
    pub fn description(&self) -> Description {
        self.site.description()
    }

    /// What the connector sees of the site now.
    #[must_use]
    pub fn view(&self) -> View {
        self.site.view()
    }

    /// Has the site execute a program.
    pub fn run(&mut self, run: Run) -> RunResult {
        let ran = self.site.run(run);
        self.trace.events.push(TraceEvent::Run { at: self.at, run, ran });
        ran
    }

    /// Has the site execute a command line. Returns how that ended, and what was printed beyond that.
    pub fn execute(&mut self, line: &CommandLine) -> (RunResult, &str) {
        self.witness(false);
        match self.site.execute(line) {
            Ok((run, ran)) => {
                self.note_run(run, ran);
                (ran, self.site.printed())
            }
            Err(undocumented) => {
                let ran = undocumented.ran();
                self.note(undocumented, ran);
                (ran, "")
            }
        }
    }

    /// Notes the runs that the connector has started by itself since this was last asked.
    pub fn witness(&mut self, is_done: bool) {
        while let Some((line, ran)) = self.site.witnessed(is_done) {
            match line.read(&self.site.description()) {
                Ok(run) => self.note_run(run, ran),
                Err(undocumented) => self.note(undocumented, ran),
            }
        }
    }

    /// Notes a run of a command line, and its console.
    fn note_run(&mut self, run: Run, ran: RunResult) {
        let printed = self.site.printed();
        if !printed.is_empty() {
            self.trace.consoles.push((self.trace.events.len(), printed.into()));
        }
        self.trace.events.push(TraceEvent::Run { at: self.at, run, ran });
    }

    fn note(&mut self, undocumented: Undocumented, ran: RunResult) {
        let index = self.trace.undocumented.len() as u32;
        self.trace.undocumented.push(undocumented);
        self.trace.events.push(TraceEvent::Undocumented { at: self.at, index, ran });
    }

    /// Logs an event that a program reports. The same event several times in a row is one record.
    pub fn report(&mut self, event: Verbatim) {
        self.witness(false);
        let Some(known) = event.known() else {
            let index = self.trace.verbatim.len() as u32;
            self.has_given_up |=
                event.id == SERVICE_GIVES_UP && event.source == Source::Ccmc.keyword();
            self.trace.verbatim.push(event);
            self.trace.events.push(TraceEvent::Verbatim { at: self.at, index });
            return;
        };
        match self.trace.events.last_mut() {
            Some(TraceEvent::Logged(last)) if last.event == known && last.at == self.at => {
                last.times = last.times.saturating_add(1);
            }
            _ => self.log(known),
        }
    }

    /// Logs an event.
    pub fn log(&mut self, event: Event) {
        self.log_times(event, 1);
    }

    /// Logs the same event this many times.
    pub fn log_times(&mut self, event: Event, times: u32) {
        if times > 0 {
            self.site.logged(event, times);
            self.has_given_up |= event.id == SERVICE_GIVES_UP && event.source == Source::Ccmc;
            self.trace.events.push(TraceEvent::Logged(Record { at: self.at, event, times }));
        }
    }
}
