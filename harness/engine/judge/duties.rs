//! What the documents ask of every connector, held against the runs that were observed.
//!
//! Nothing here knows when a connector runs its programs: each run that is there must be reported by
//! its own event, each interval keeps the rhythm that its own runs call for. So it holds for every
//! connector, whatever else it may choose. Event 70 is the article's own and is judged before.

use event70_model::{
    Direction, FileName, Insert, Job, Level, Logging, Operation, Run, RunResult, Step, Trace,
    TraceEvent,
};
use event70_rule::message;

use super::Logged;
use super::disagreement::{Flaw, Judged};

/// A message EXPORT that moved so many messages is followed by another at once (Q168211).
const EXPORT_MESSAGES_MAX: u16 = 16;
/// The program was not found (Q294947).
const NOT_FOUND: u16 = 43;
/// A message did not convert (Q212759).
const NOT_CONVERTED: u16 = 54;
/// A dirsync begins, and has ended well (Q181186).
const DIRSYNC_BEGINS: u16 = 14001;
const DIRSYNC_ENDS: u16 = 14031;
/// The events that report a run.
const REPORTS: [u16; 11] = [43, 54, 58, 59, 61, 62, 63, 65, 67, 68, 71];

/// What a connector has left undone, or done unasked, against a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Duty {
    /// A run is not reported.
    #[error("Event {id} is missing: {} {} ({})", run.job, ran_as(*ran), source_of(*id))]
    Unreported {
        /// The event's number.
        id: u16,
        /// The run.
        run: Run,
        /// How it ended.
        ran: RunResult,
    },
    /// An event reports a run that was not, or that ended otherwise.
    #[error("Event {id} is logged, and no run calls for it ({})", source_of(*id))]
    Unfounded {
        /// The event's number.
        id: u16,
    },
    /// An event of level Maximum is logged although every category is at None.
    #[error("Event {id} is logged although diagnostics logging is at None ({})", source_of(*id))]
    Unwanted {
        /// The event's number.
        id: u16,
    },
    /// A dirsync is not announced before its runs, or not once.
    #[error("a dirsync logs Event 14001 once and before its runs ({})", self.document())]
    Begin,
    /// The end of a dirsync is logged although a run failed, or not logged although none did.
    #[error("a dirsync logs Event 14031 if all of its runs exited 0, and only then ({})", self.document())]
    End,
    /// A full batch is not followed by another EXPORT.
    #[error("an EXPORT that moved 16 messages is followed by another at once ({})", self.document())]
    NoFurtherExport,
    /// An interval has an EXPORT too many.
    #[error("an interval has one message EXPORT, and one more only after a full batch ({})", self.document())]
    ExportAgain,
    /// Outbound mail waits, and no IMPORT is run.
    #[error("outbound mail waits, and the interval has no IMPORT for it ({})", self.document())]
    NoImport,
    /// An IMPORT that failed is run again in the same interval.
    #[error("an IMPORT that did not exit 0 is run again in the same interval ({})", self.document())]
    ImportAgain,
}

impl Duty {
    /// The document that asks for it.
    #[must_use]
    pub fn document(&self) -> &'static str {
        match self {
            Self::Unreported { id, .. } | Self::Unfounded { id } | Self::Unwanted { id } => {
                source_of(*id)
            }
            Self::Begin => "Q181186",
            Self::End => "Q197258",
            Self::NoFurtherExport | Self::ExportAgain | Self::NoImport | Self::ImportAgain => {
                "Q168211"
            }
        }
    }

    /// What kind of breach it is, as a word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unreported { .. } => "unreported",
            Self::Unfounded { .. } => "unfounded",
            Self::Unwanted { .. } => "unwanted",
            Self::Begin | Self::End => "dirsync-events",
            Self::NoFurtherExport | Self::ExportAgain => "exports",
            Self::NoImport | Self::ImportAgain => "imports",
        }
    }
}

fn ran_as(ran: RunResult) -> String {
    match ran {
        RunResult::Exited { code, corrupt: 0, .. } => format!("exited with code {code}"),
        RunResult::Exited { code, corrupt, .. } => {
            format!("exited with code {code}, {corrupt} not converted")
        }
        RunResult::NotFound => "was not found".to_owned(),
        RunResult::Failed => "failed to run".to_owned(),
        RunResult::Unfinished => "did not finish".to_owned(),
    }
}

fn source_of(id: u16) -> &'static str {
    message(id).map_or("", |message| message.source.article)
}

impl From<Duty> for Judged {
    fn from(duty: Duty) -> Self {
        Flaw::Duty(duty).into()
    }
}

/// The event that reports a run, but for Event 70.
fn report(job: Job, ran: RunResult) -> Option<u16> {
    match (job.is_export(), ran) {
        (_, RunResult::NotFound) => Some(NOT_FOUND),
        (true, RunResult::Failed) => Some(65),
        (true, RunResult::Exited { code: code @ (0 | 1 | 4), .. }) => Some(67 + u16::from(code)),
        (false, RunResult::Exited { code: 0, .. }) => Some(58),
        (false, RunResult::Exited { code: code @ (1 | 3 | 4 | 5), .. }) => {
            Some(58 + u16::from(code))
        }
        _ => None,
    }
}

/// Where in [`REPORTS`] an event stands. Every run and record asks, so it takes one look into a table.
fn place(id: u16) -> Option<usize> {
    PLACES.get(id as usize).map(|place| *place as usize).filter(|place| *place < REPORTS.len())
}

static PLACES: [u8; 72] = {
    let mut places = [REPORTS.len() as u8; 72];
    let mut place = 0;
    while place < REPORTS.len() {
        places[REPORTS[place] as usize] = place as u8;
        place += 1;
    }
    places
};

/// Whether an event that only level Maximum shows must be there, must not be, or may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Always,
    Never,
    Perhaps,
}

impl Shown {
    fn at(logging: Logging) -> Self {
        match logging {
            _ if logging == Logging::all(Level::Maximum) => Self::Always,
            _ if logging == Logging::all(Level::None) => Self::Never,
            _ => Self::Perhaps,
        }
    }
}

/// Each run of a step is reported by its own event, once and after it ended; no event is there that
/// no run calls for.
pub(super) fn each_run_is_reported(trace: &Trace, logging: Logging) -> Judged {
    let shown = Shown::at(logging);
    if each_report_follows_at_once(trace, shown) {
        return Ok(());
    }
    let mut open = [0_i64; REPORTS.len()];
    for (index, traced) in trace.events.iter().enumerate() {
        if let TraceEvent::Run { run, ran, .. } = traced {
            if let Some(place) = report(run.job, *ran).and_then(place) {
                open[place] += 1;
            }
            if let (RunResult::Exited { corrupt, .. }, Some(place)) = (ran, place(NOT_CONVERTED)) {
                open[place] += i64::from(*corrupt);
            }
            continue;
        }
        let Some(logged) = Logged::of(traced, trace) else { continue };
        let id = logged.id();
        let is_of_maximum = matches!(id, 58 | 67 | DIRSYNC_BEGINS | DIRSYNC_ENDS);
        if is_of_maximum && shown == Shown::Never {
            return Duty::Unwanted { id }.into();
        }
        let Some(place) = place(id).filter(|_| !is_of_maximum || shown == Shown::Always) else {
            continue;
        };
        open[place] -= i64::from(logged.times());
        if open[place] < 0 {
            return Duty::Unfounded { id }.into();
        }
        if !matches!(id, NOT_FOUND | NOT_CONVERTED)
            && let Some(file) = file_of(trace, index, id, open[place])
        {
            logged.names_file(file)?;
        }
    }
    let is_due = |id: u16| !matches!(id, 58 | 67) || shown == Shown::Always;
    let missing = REPORTS.iter().zip(open).find(|(id, open)| *open > 0 && is_due(**id));
    missing.map_or(Ok(()), |(id, open)| unreported(trace, *id, open))
}

/// Whether each record that reports a run follows it at once, and none is missing: as nearly always,
/// and quickly seen.
#[inline]
fn each_report_follows_at_once(trace: &Trace, shown: Shown) -> bool {
    let mut events = trace.events.iter();
    while let Some(traced) = events.next() {
        match traced {
            TraceEvent::Run { run, ran, .. } => {
                if matches!(ran, RunResult::Exited { corrupt: 1.., .. }) {
                    return false;
                }
                let id = report(run.job, *ran);
                let Some(id) = id.filter(|id| !matches!(id, 58 | 67) || shown == Shown::Always)
                else {
                    continue;
                };
                let file = Insert::File(run.job.file());
                let is_it = matches!(events.next(), Some(TraceEvent::Logged(record))
                    if record.event.id == id
                        && record.times == 1
                        && (id == NOT_FOUND || record.event.strings[0] == file));
                if !is_it {
                    return false;
                }
            }
            TraceEvent::Logged(record) => {
                let id = record.event.id;
                let is_unwanted = shown == Shown::Never && id >= DIRSYNC_BEGINS;
                if place(id).is_some() || is_unwanted {
                    return false;
                }
            }
            TraceEvent::Verbatim { .. } => return false,
            TraceEvent::Foreign(_) | TraceEvent::Undocumented { .. } => {}
        }
    }
    true
}

/// The file of the run that a record of this number reports, if so many of those before it are not
/// reported yet: the first of them and the record's own.
fn file_of(trace: &Trace, index: usize, id: u16, open: i64) -> Option<FileName> {
    let calls = |traced: &TraceEvent| match traced {
        TraceEvent::Run { run, ran, .. } if report(run.job, *ran) == Some(id) => {
            Some(run.job.file())
        }
        _ => None,
    };
    trace.events[..index].iter().rev().filter_map(calls).nth(usize::try_from(open).ok()?)
}

fn unreported(trace: &Trace, id: u16, open: i64) -> Judged {
    let calls = |traced: &TraceEvent| match *traced {
        TraceEvent::Run { run, ran, .. }
            if report(run.job, ran) == Some(id)
                || id == NOT_CONVERTED && matches!(ran, RunResult::Exited { corrupt: 1.., .. }) =>
        {
            Some(Duty::Unreported { id, run, ran })
        }
        _ => None,
    };
    let runs = trace.events.iter().rev().filter_map(calls);
    let first = runs.take(usize::try_from(open).unwrap_or(1)).last();
    first.map_or(Ok(()), Judged::from)
}

/// What a dirsync logs of itself, with every category at Maximum.
#[inline]
pub(super) fn dirsync_is_told(step: &Step, trace: &Trace, logging: Logging) -> Judged {
    if Shown::at(logging) != Shown::Always {
        return Ok(());
    }
    let (mut runs, mut failed, mut begun, mut ended): (u32, u32, u32, u32) = (0, 0, 0, 0);
    for traced in &trace.events {
        if let TraceEvent::Run { ran, .. } = traced {
            if begun == 0 && matches!(step, Step::Do(Operation::Dirsync)) {
                return Duty::Begin.into();
            }
            runs += 1;
            failed += u32::from(ran.code() != Some(0));
        }
        let Some(logged) = Logged::of(traced, trace) else { continue };
        match logged.id() {
            DIRSYNC_BEGINS => begun += logged.times(),
            DIRSYNC_ENDS => ended += logged.times(),
            _ => {}
        }
    }
    if !matches!(step, Step::Do(Operation::Dirsync)) {
        return match (begun, ended) {
            (0, 0) => Ok(()),
            (0, _) => Duty::End.into(),
            _ => Duty::Begin.into(),
        };
    }
    if begun > 1 {
        return Duty::Begin.into();
    }
    let completed = runs > 0 && failed == 0;
    if ended == u32::from(completed) { Ok(()) } else { Duty::End.into() }
}

/// The message runs of one interval, and what they call for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Interval {
    at: u32,
    export: Option<RunResult>,
    import: Option<RunResult>,
}

impl Interval {
    /// Takes the next run of a step of cycles; `waiting` outbound messages waited before it, and
    /// `is_held` says whether this life has had a run after which a thread may run nothing.
    #[inline]
    pub(super) fn takes(
        &mut self,
        at: u32,
        job: Job,
        ran: RunResult,
        waiting: u64,
        is_held: bool,
    ) -> Judged {
        if at != self.at {
            let ended = self.ends(waiting, is_held);
            *self = Self { at, ..Self::default() };
            ended?;
        }
        match job.moves_messages() {
            Some(Direction::Exchange) => {
                let may_follow = self
                    .export
                    .is_none_or(|before| is_full(before) || matches!(before, RunResult::NotFound));
                self.export = Some(ran);
                if may_follow { Ok(()) } else { Duty::ExportAgain.into() }
            }
            Some(Direction::CcMail) => {
                let may_follow = self.import.is_none_or(|before| {
                    matches!(before, RunResult::NotFound | RunResult::Exited { code: 0 | 5, .. })
                });
                self.import = Some(ran);
                if may_follow { Ok(()) } else { Duty::ImportAgain.into() }
            }
            None => Ok(()),
        }
    }

    /// What is left undone in it.
    #[inline]
    pub(super) fn ends(&self, waiting: u64, is_held: bool) -> Judged {
        let Some(export) = self.export else { return Ok(()) };
        if is_full(export) {
            return Duty::NoFurtherExport.into();
        }
        let is_left = match self.import {
            None => true,
            Some(RunResult::Exited { code: 0, messages, .. }) => messages > 0,
            Some(_) => false,
        };
        if waiting > 0 && is_left && !is_held { Duty::NoImport.into() } else { Ok(()) }
    }
}

/// Whether after this run a thread, or the service, may run nothing for a while.
#[inline]
pub(super) fn may_hold(job: Job, ran: RunResult) -> bool {
    match ran {
        RunResult::NotFound | RunResult::Unfinished => true,
        RunResult::Exited { code: 3, .. } => !job.is_export(),
        RunResult::Exited { .. } | RunResult::Failed => false,
    }
}

fn is_full(ran: RunResult) -> bool {
    matches!(ran, RunResult::Exited { code: 0, messages: EXPORT_MESSAGES_MAX.., .. })
}
