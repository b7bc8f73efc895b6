//! What the documents ask of every connector, held against the runs that were observed.
//!
//! Nothing here knows what stands in the way of a run: each run that is there must be reported by its
//! own event, and intervals keep the rhythm of Q168211 as long as no run was seen after which a
//! connector may run nothing for a while. So it holds for every connector, whatever else it may
//! choose. Event 70 is the article's own and is judged before.

mod dirsync;
mod rhythm;

use event70_model::{FileName, Job, Level, Logging, Run, RunResult, Trace, TraceEvent};
use event70_rule::message;

pub(super) use dirsync::{Dirsync, dirsync_is_told};
pub(super) use rhythm::{Interval, may_hold};

use super::disagreement::{Flaw, Judged};
use super::{Logged, commands};

/// The program was not found (Q294947).
pub(super) const NOT_FOUND: u16 = 43;
/// A message did not convert (Q212759).
const NOT_CONVERTED: u16 = 54;
/// A dirsync begins, and has ended well (Q181186).
const DIRSYNC_BEGINS: u16 = 14001;
const DIRSYNC_ENDS: u16 = 14031;
/// The service has stopped by itself (Q294947).
pub(super) const GIVEN_UP: u16 = 85;
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
    /// A dirsync imports before it has exported everything.
    #[error(
        "a dirsync exports the directory, mailing lists and bulletin boards before it imports \
         anything ({})",
        self.document()
    )]
    ImportedFirst,
    /// The service stops by itself after fewer restarts than any document gives.
    #[error(
        "Event 85 is logged after {lost} runs that were not found; 24 or 25 restarts come before it \
         ({})",
        self.document()
    )]
    GivesUpEarly {
        /// How many runs of this life were not found.
        lost: u32,
    },
    /// The service has stopped by itself, and says so again.
    #[error("the service stops by itself once, with one Event 85 ({})", self.document())]
    GivesUpAgain,
    /// The service has stopped by itself, and goes on all the same.
    #[error("nothing runs and nothing is logged after Event 85 ({})", self.document())]
    AfterGivingUp,
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
    #[error("an EXPORT that moved as many messages as it may is followed by another at once ({})", self.document())]
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
            Self::Begin | Self::ImportedFirst => "Q181186",
            Self::GivesUpEarly { .. } | Self::GivesUpAgain | Self::AfterGivingUp => "Q294947",
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
            Self::ImportedFirst => "dirsync-order",
            Self::GivesUpEarly { .. } | Self::GivesUpAgain | Self::AfterGivingUp => "given-up",
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
#[inline]
pub(super) fn report(job: Job, ran: RunResult) -> Option<u16> {
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

/// Whether an event reports a run, Event 70 apart.
pub(super) fn is_report(id: u16) -> bool {
    place(id).is_some()
}

/// Whether an event that only level Maximum shows must be there, must not be, or may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Always,
    Never,
    Perhaps,
}

impl Shown {
    pub(super) fn at(logging: Logging) -> Self {
        match logging {
            _ if logging == Logging::all(Level::Maximum) => Self::Always,
            _ if logging == Logging::all(Level::None) => Self::Never,
            _ => Self::Perhaps,
        }
    }
}

/// Each run of a step is reported by its own event, once, after it ended and before its command is
/// done; no event is there that no run calls for.
pub(super) fn each_run_is_reported(trace: &Trace, logging: Logging) -> Judged {
    let shown = Shown::at(logging);
    let mut open = Open::default();
    commands(trace).try_for_each(|events| open.are_reported(events, trace, shown))
}

/// How many events of each number are called for and were not logged yet.
#[derive(Debug, Clone, Copy, Default)]
struct Open {
    each: [i64; REPORTS.len()],
    all: i64,
}

impl Open {
    /// So many more events of this number are called for, or fewer. How many it leaves.
    fn add(&mut self, place: usize, times: i64) -> i64 {
        self.all += times;
        self.each[place] += times;
        self.each[place]
    }

    /// A run calls for the events that must report it.
    fn called_for_by(&mut self, job: Job, ran: RunResult, shown: Shown) {
        let is_due = |id: &u16| !is_of_maximum(*id) || shown == Shown::Always;
        if let Some(place) = report(job, ran).filter(is_due).and_then(place) {
            self.add(place, 1);
        }
        if let RunResult::Exited { corrupt: corrupt @ 1.., .. } = ran
            && let Some(place) = place(NOT_CONVERTED)
        {
            self.add(place, i64::from(corrupt));
        }
    }

    /// Holds the runs and the events of one command against each other. Nothing is left open by the
    /// one before it.
    fn are_reported(&mut self, events: &[TraceEvent], trace: &Trace, shown: Shown) -> Judged {
        for (index, traced) in events.iter().enumerate() {
            if let TraceEvent::Run { run, ran, .. } = traced {
                self.called_for_by(run.job, *ran, shown);
                continue;
            }
            let Some(logged) = Logged::of(traced, trace) else { continue };
            let id = logged.id();
            if is_of_maximum(id) && shown != Shown::Always {
                if shown == Shown::Never {
                    return Duty::Unwanted { id }.into();
                }
                continue;
            }
            let Some(place) = place(id) else { continue };
            let open = self.add(place, -i64::from(logged.times()));
            if open < 0 {
                return Duty::Unfounded { id }.into();
            }
            if !matches!(id, NOT_FOUND | NOT_CONVERTED)
                && let Some(file) = file_of(&events[..index], id, open)
            {
                logged.names_file(file)?;
            }
        }
        if self.all == 0 {
            return Ok(());
        }
        let missing = REPORTS.iter().zip(self.each).find(|(_, open)| *open > 0);
        missing.map_or(Ok(()), |(id, open)| unreported(events, *id, open))
    }
}

/// Whether an event is logged with its category at Maximum only.
#[inline]
pub(super) fn is_of_maximum(id: u16) -> bool {
    matches!(id, 58 | 67 | DIRSYNC_BEGINS | DIRSYNC_ENDS)
}

/// The file of the run that a record of this number reports, where `open` later runs call for one too.
fn file_of(before: &[TraceEvent], id: u16, open: i64) -> Option<FileName> {
    let calls = |traced: &TraceEvent| match traced {
        TraceEvent::Run { run, ran, .. } if report(run.job, *ran) == Some(id) => {
            Some(run.job.file())
        }
        _ => None,
    };
    before.iter().rev().filter_map(calls).nth(usize::try_from(open).ok()?)
}

fn unreported(events: &[TraceEvent], id: u16, open: i64) -> Judged {
    let calls = |traced: &TraceEvent| match *traced {
        TraceEvent::Run { run, ran, .. }
            if report(run.job, ran) == Some(id)
                || id == NOT_CONVERTED && matches!(ran, RunResult::Exited { corrupt: 1.., .. }) =>
        {
            Some(Duty::Unreported { id, run, ran })
        }
        _ => None,
    };
    let runs = events.iter().rev().filter_map(calls);
    let first = runs.take(usize::try_from(open).unwrap_or(1)).last();
    first.map_or(Ok(()), Judged::from)
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
    fn an_event_of_the_next_interval_reports_no_run_of_this_one() {
        let interval = |at: u64, events: Vec<TraceEvent>| {
            let at_that_time = move |traced| match traced {
                TraceEvent::Run { run, ran, .. } => TraceEvent::Run { at, run, ran },
                TraceEvent::Logged(record) => TraceEvent::Logged(Record { at, ..record }),
                other => other,
            };
            events.into_iter().map(at_that_time).collect::<Vec<_>>()
        };
        let in_time = [
            interval(15, vec![export(1, 1), about(68, 1)]),
            interval(30, vec![export(2, 1), about(68, 2)]),
        ];
        assert_eq!(reported(in_time.concat(), NONE), None);
        let late = [
            interval(15, vec![export(1, 1)]),
            interval(30, vec![about(68, 1), export(2, 1), about(68, 2)]),
        ];
        assert_eq!(reported(late.concat(), NONE).as_deref(), Some("unreported 68 msg0001.ccm"));
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
}
