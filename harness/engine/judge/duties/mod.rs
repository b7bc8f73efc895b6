//! What the documents ask of every connector, held against the runs that were observed.
//!
//! Nothing here knows what stands in the way of a run: each run that is there must be reported by its
//! own event, and intervals keep the rhythm of Q168211 as long as no run was seen after which a
//! connector may run nothing for a while. So it holds for every connector, whatever else it may
//! choose. Event 70 is the article's own and is judged before.

mod rhythm;

use event70_model::{
    FileName, Job, Level, Logging, Operation, Run, RunResult, Step, Trace, TraceEvent,
};
use event70_rule::message;

pub(super) use rhythm::{Interval, may_hold};

use super::Logged;
use super::disagreement::{Flaw, Judged};

/// The program was not found (Q294947).
const NOT_FOUND: u16 = 43;
/// A message did not convert (Q212759).
const NOT_CONVERTED: u16 = 54;
/// A dirsync begins, and has ended well (Q181186).
const DIRSYNC_BEGINS: u16 = 14001;
const DIRSYNC_ENDS: u16 = 14031;
/// The service has stopped by itself (Q294947).
pub(super) const GIVEN_UP: u16 = 85;
/// So many programs at least are not found in a life before it does: 24 or 25 restarts (Q176375,
/// Q294947) come before the last.
pub(super) const LAUNCHES_LOST_MIN: u32 = 25;
/// The events that report a run.
const REPORTS: [u16; 11] = [43, 54, 58, 59, 61, 62, 63, 65, 67, 68, 71];

/// What a connector has left undone, or done unasked, against a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Duty {
    /// A run is not reported.
    #[error("Event {id} is missing: {} {ran} ({})", run.job, source_of(*id))]
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
    /// The service is up, nothing holds it, and intervals have no EXPORT, or there are too many.
    #[error(
        "message EXPORTs in {found} of {cycles} intervals, although the service is up ({})",
        self.document()
    )]
    Intervals {
        /// How many intervals there were.
        cycles: u16,
        /// How many had an EXPORT.
        found: u16,
    },
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
            Self::Intervals { .. }
            | Self::NoFurtherExport
            | Self::ExportAgain
            | Self::NoImport
            | Self::ImportAgain => "Q168211",
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
            Self::Intervals { .. } | Self::NoFurtherExport | Self::ExportAgain => "exports",
            Self::NoImport | Self::ImportAgain => "imports",
        }
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

/// Where in [`REPORTS`] an event stands.
fn place(id: u16) -> Option<usize> {
    REPORTS.iter().position(|report| *report == id)
}

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

/// The file of the run that a record of this number reports, where `open` later runs call for one too.
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

#[cfg(test)]
mod tests {
    use event70_model::{EVENT_70, Event, Insert, Record, Tab, Verbatim};
    use event70_rule::{event, event_of_run};

    use super::*;
    use crate::Disagreement;

    const MAXIMUM: Logging = Logging::all(Level::Maximum);
    const MEDIUM: Logging = Logging::all(Level::Medium);
    const NONE: Logging = Logging::all(Level::None);

    fn ended(job: Job, ran: RunResult) -> TraceEvent {
        TraceEvent::Run { at: 0, run: Run { job, tab: Tab::CORRECT }, ran }
    }

    fn export(number: u16, code: u8) -> TraceEvent {
        ended(Job::ExportMessages(number.into()), RunResult::exited(code))
    }

    fn logged(event: Event) -> TraceEvent {
        TraceEvent::Logged(Record::once(0, event))
    }

    fn about(id: u16, number: u16) -> TraceEvent {
        logged(event_of_run(id, FileName::Message(number.into())))
    }

    fn bare(id: u16) -> TraceEvent {
        logged(event(id, [Insert::Empty; 2]))
    }

    /// What is breached, in words.
    fn breach(judged: Judged) -> Option<String> {
        match *judged.err()? {
            Disagreement::Malformed(Flaw::Duty(Duty::Unreported { id, run, .. })) => {
                Some(format!("unreported {id} {}", run.job.file()))
            }
            Disagreement::Malformed(Flaw::Duty(Duty::Unfounded { id })) => {
                Some(format!("unfounded {id}"))
            }
            Disagreement::Malformed(Flaw::Duty(Duty::Unwanted { id })) => {
                Some(format!("unwanted {id}"))
            }
            Disagreement::Malformed(Flaw::Field { id, field, found, .. }) => {
                Some(format!("{field} of {id}: {found}"))
            }
            other => Some(other.to_string()),
        }
    }

    fn reported(events: Vec<TraceEvent>, logging: Logging) -> Option<String> {
        breach(each_run_is_reported(&Trace { events, ..Trace::default() }, logging))
    }

    #[test]
    fn the_nth_event_reports_the_nth_run_that_calls_for_it() {
        let is = |events, breach: Option<&str>| {
            assert_eq!(reported(events, MEDIUM).as_deref(), breach);
        };
        is(vec![export(1, 1), about(68, 1)], None);
        is(vec![export(1, 1)], Some("unreported 68 msg0001.ccm"));
        is(vec![about(68, 1), export(1, 1)], Some("unfounded 68"));
        is(vec![export(1, 1), about(68, 1), about(68, 1)], Some("unfounded 68"));
        is(vec![export(1, 1), about(68, 2)], Some("file of 68: msg0002.ccm"));
        let both = vec![export(1, 1), export(2, 1)];
        let then = |ids: [u16; 2]| [both.clone(), ids.map(|n| about(68, n)).to_vec()].concat();
        is(then([1, 2]), None);
        is(then([2, 1]), Some("file of 68: msg0002.ccm"));
        is([both.clone(), vec![about(68, 1)]].concat(), Some("unreported 68 msg0002.ccm"));
        is(both, Some("unreported 68 msg0001.ccm"));
        is(vec![export(1, 4), about(71, 1), export(2, 3), about(EVENT_70, 2)], None);
        let lost = ended(Job::ImportMessages, RunResult::NotFound);
        is(vec![lost, logged(event(43, [Insert::Number(2), Insert::Empty]))], None);
        is(vec![lost], Some("unreported 43 *.ccm"));
        is(vec![ended(Job::ImportMessages, RunResult::Unfinished)], None);
        is(vec![ended(Job::ImportMessages, RunResult::exited(5))], Some("unreported 63 *.ccm"));
    }

    #[test]
    fn an_event_in_its_connectors_own_words_reports_a_run_too() {
        let words = Verbatim::from(&event_of_run(68, FileName::Message(1.into())));
        let words = Verbatim { event_type: "error".into(), ..words };
        let events = vec![export(1, 1), TraceEvent::Verbatim { at: 0, index: 0 }];
        let trace = Trace { events, verbatim: vec![words], ..Trace::default() };
        assert_eq!(each_run_is_reported(&trace, NONE), Ok(()));
    }

    #[test]
    fn each_message_that_does_not_convert_has_its_event() {
        let ran = RunResult::Exited { code: 0, messages: 0, corrupt: 2, returned: 0 };
        let run = ended(Job::ExportMessages(1.into()), ran);
        let of = |times| [vec![run], vec![bare(54); times]].concat();
        assert_eq!(reported(of(2), NONE), None);
        assert_eq!(reported(of(1), NONE).as_deref(), Some("unreported 54 msg0001.ccm"));
        assert_eq!(reported(of(3), NONE).as_deref(), Some("unfounded 54"));
    }

    #[test]
    fn success_is_reported_at_maximum_not_at_none_and_perhaps_between() {
        let silent = || vec![export(1, 0)];
        let told = || vec![export(1, 0), about(67, 1)];
        assert_eq!(reported(silent(), MAXIMUM).as_deref(), Some("unreported 67 msg0001.ccm"));
        assert_eq!([reported(silent(), MEDIUM), reported(silent(), NONE)], [None, None]);
        assert_eq!([reported(told(), MAXIMUM), reported(told(), MEDIUM)], [None, None]);
        assert_eq!(reported(told(), NONE).as_deref(), Some("unwanted 67"));
        assert_eq!(reported(vec![bare(14001)], NONE).as_deref(), Some("unwanted 14001"));
    }

    #[test]
    fn a_dirsync_is_told_once_before_its_runs_and_again_if_all_succeed() {
        let dirsync = |events: Vec<TraceEvent>| {
            let trace = Trace { events, ..Trace::default() };
            dirsync_is_told(&Step::Do(Operation::Dirsync), &trace, MAXIMUM)
        };
        let [good, bad] = [0, 3].map(|code| ended(Job::ImportMessages, RunResult::exited(code)));
        let (begin, end) = (bare(DIRSYNC_BEGINS), bare(DIRSYNC_ENDS));
        assert_eq!(dirsync(vec![begin, good, good, end]), Ok(()));
        assert_eq!(dirsync(vec![begin, good, bad]), Ok(()));
        assert_eq!(dirsync(vec![]), Ok(()));
        let is = |events, duty: Duty| assert_eq!(dirsync(events), duty.into());
        is(vec![good, end], Duty::Begin);
        is(vec![good, begin, end], Duty::Begin);
        is(vec![begin, begin, good, end], Duty::Begin);
        is(vec![begin, good], Duty::End);
        is(vec![begin, bad, end], Duty::End);
        is(vec![begin, good, end, end], Duty::End);
        is(vec![begin, end], Duty::End);
        let cycle = |event| {
            let trace = Trace { events: vec![event], ..Trace::default() };
            dirsync_is_told(&Step::Cycles(1), &trace, MAXIMUM)
        };
        assert_eq!((cycle(begin), cycle(end)), (Duty::Begin.into(), Duty::End.into()));
    }
}
