//! What happened in a step, with repetitions folded.
//!
//! A service that meets the same barrier every 15 seconds says the same every time. A person wants
//! to read it once, and how often it was repeated. What happened within one second is an
//! [`EventGroup`]; groups that differ only in the numbers of their files are shown as one, with a
//! count.

use event70_model::{FileName, Insert, Job, MessageFile, Record, RunResult, Trace, TraceEvent};
use event70_rule::LogEntry;

/// The maximum number of different lines shown for one step.
pub const LINES_MAX: usize = 16;

/// Everything that happened at one second, and how often the same came again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventGroup {
    /// When it happened first, in seconds since the beginning of the timeline.
    pub at: u64,
    /// What happened, in order.
    pub lines: Vec<RepeatedLine>,
    /// How often it happened: at least once.
    pub times: u32,
    /// How many seconds lie between two times; 0 where it happened once.
    pub every: u64,
}

/// A line, and how often it came in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedLine {
    /// The first of them.
    pub line: StepLine,
    /// How often: at least once.
    pub times: u32,
}

/// Something that happened in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepLine {
    /// A program was executed.
    Run {
        /// For what.
        job: Job,
        /// How it ended.
        ran: RunResult,
    },
    /// The connector asked for what no document knows.
    Undocumented {
        /// The command line, and what is wrong with it.
        what: String,
        /// How it ended.
        ran: RunResult,
    },
    /// An entry appeared in the log.
    Logged(LogEntry),
}

/// The groups of a step up to [`LINES_MAX`] lines, and how many events more there were.
/// `first_record` is the number of the log's entry that the step's first one becomes.
///
/// Takes time in proportion to the events and makes no line of what came again.
pub(super) fn event_groups(trace: &Trace, first_record: u64) -> (Vec<EventGroup>, u64) {
    let mut groups: Vec<EventGroup> = Vec::new();
    let mut last: &[TraceEvent] = &[];
    let (mut lines, mut omitted, mut record) = (0, 0, first_record);
    for now in trace.events.chunk_by(|one, next| one.at() == next.at()) {
        let at = now.first().map_or(0, TraceEvent::at);
        let came_again = groups.last_mut().filter(|group| {
            let passed = at.wrapping_sub(group.at + group.every * u64::from(group.times - 1));
            omitted == 0
                && (group.times == 1 || group.every == passed)
                && are_alike(trace, last, now)
        });
        if let Some(group) = came_again {
            group.every = (at - group.at) / u64::from(group.times);
            group.times += 1;
        } else if omitted > 0 || lines >= LINES_MAX {
            omitted += now.iter().map(|traced| u64::from(traced.times())).sum::<u64>();
        } else {
            let (told, more) = in_a_row(trace, now, record, LINES_MAX - lines);
            lines += told.len();
            omitted += more;
            groups.push(EventGroup { at, lines: told, times: 1, every: 0 });
        }
        last = now;
        record += now.iter().map(TraceEvent::records).sum::<u64>();
    }
    (groups, omitted)
}

/// Happenings of one second as lines, each with its count, and how many more there were.
fn in_a_row(
    trace: &Trace,
    now: &[TraceEvent],
    mut record: u64,
    lines_max: usize,
) -> (Vec<RepeatedLine>, u64) {
    let mut lines: Vec<RepeatedLine> = Vec::new();
    let mut omitted = 0;
    for row in now.chunk_by(|one, next| follows(trace, one, next)) {
        let times = row.iter().map(TraceEvent::times).fold(0, u32::saturating_add);
        if lines.len() < lines_max {
            lines.extend(line(trace, &row[0], record).map(|line| RepeatedLine { line, times }));
        } else {
            omitted += u64::from(times);
        }
        record += row.iter().map(TraceEvent::records).sum::<u64>();
    }
    (lines, omitted)
}

/// The line that tells of a traced, or of the first of its times.
fn line(trace: &Trace, traced: &TraceEvent, record: u64) -> Option<StepLine> {
    Some(match traced {
        TraceEvent::Run { run, ran, .. } => StepLine::Run { job: run.job, ran: *ran },
        TraceEvent::Undocumented { index, ran, .. } => {
            let what = trace.undocumented[*index as usize].to_string();
            StepLine::Undocumented { what, ran: *ran }
        }
        logged => StepLine::Logged(log_entry(trace, logged, record)?),
    })
}

/// The entry of the log that a traced makes, or the first of its times, if it makes any.
pub(super) fn log_entry(trace: &Trace, traced: &TraceEvent, record: u64) -> Option<LogEntry> {
    match traced {
        TraceEvent::Verbatim { at, index } => {
            Some(LogEntry::verbatim(record, *at, &trace.verbatim[*index as usize]))
        }
        TraceEvent::Logged(event) | TraceEvent::Foreign(event) => {
            Some(LogEntry::new(record, event))
        }
        TraceEvent::Run { .. } | TraceEvent::Undocumented { .. } => None,
    }
}

/// Whether two groups differ in nothing but their time and in files that are numbered on.
fn are_alike(trace: &Trace, one: &[TraceEvent], other: &[TraceEvent]) -> bool {
    let number =
        |group: &[TraceEvent]| group.iter().find_map(message_file).map(MessageFile::number);
    let first = |group: &[TraceEvent]| number(group).unwrap_or(0);
    let shift = first(other).wrapping_sub(first(one));
    one.len() == other.len()
        && one.iter().zip(other).all(|(one, other)| differ_by(trace, one, other, shift))
}

/// Whether one traced is the other one again, on the next file if it is on a numbered one.
fn follows(trace: &Trace, one: &TraceEvent, next: &TraceEvent) -> bool {
    differ_by(trace, one, next, message_file(one).is_some().into())
}

fn differ_by(trace: &Trace, one: &TraceEvent, other: &TraceEvent, shift: u32) -> bool {
    match (one, other) {
        (TraceEvent::Run { run, ran, .. }, TraceEvent::Run { run: other, ran: ended, .. }) => {
            let job = match run.job {
                Job::ExportMessages(file) => Job::ExportMessages(file.plus(shift)),
                job => job,
            };
            job == other.job && run.tab == other.tab && ran == ended
        }
        (TraceEvent::Logged(record), TraceEvent::Logged(other))
        | (TraceEvent::Foreign(record), TraceEvent::Foreign(other)) => {
            let mut event = record.event;
            event.strings = event.strings.map(|insert| match insert {
                Insert::File(FileName::Message(file)) => {
                    Insert::File(FileName::Message(file.plus(shift)))
                }
                insert => insert,
            });
            event == other.event && record.times == other.times
        }
        (TraceEvent::Verbatim { index, .. }, TraceEvent::Verbatim { index: other, .. }) => {
            trace.verbatim[*index as usize] == trace.verbatim[*other as usize]
        }
        (
            TraceEvent::Undocumented { index, ran, .. },
            TraceEvent::Undocumented { index: other, ran: ended, .. },
        ) => {
            let what = |index: u32| &trace.undocumented[index as usize];
            what(*index) == what(*other) && ran == ended
        }
        _ => false,
    }
}

/// The message file that a traced is about.
fn message_file(traced: &TraceEvent) -> Option<MessageFile> {
    match traced {
        TraceEvent::Run { run, .. } => match run.job {
            Job::ExportMessages(file) => Some(file),
            _ => None,
        },
        TraceEvent::Logged(Record { event, .. }) => {
            event.strings.iter().find_map(|insert| match insert {
                Insert::File(FileName::Message(file)) => Some(*file),
                _ => None,
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use event70_model::{EVENT_70, Run, RunResult, Tab};
    use event70_rule::event_of_run;

    use super::*;

    fn cycle(at: u64, number: u16, code: u8) -> Vec<TraceEvent> {
        let job = Job::ExportMessages(number.into());
        let run = Run { job, tab: Tab::CORRECT };
        let mut events = vec![TraceEvent::Run { at, run, ran: RunResult::exited(code) }];
        if code == 3 {
            let event = event_of_run(EVENT_70, job.file());
            events.push(TraceEvent::Logged(Record::once(at, event)));
        }
        events
    }

    fn told(events: Vec<TraceEvent>) -> (Vec<EventGroup>, u64) {
        event_groups(&Trace { events, ..Trace::default() }, 1)
    }

    #[test]
    fn what_comes_again_at_a_steady_pace_is_one_group() {
        let cycles = (1..=6).flat_map(|n| cycle(15 * u64::from(n), n, 3)).collect();
        let (groups, omitted) = told(cycles);
        assert_eq!((groups.len(), omitted), (1, 0));
        assert_eq!((groups[0].at, groups[0].times, groups[0].every), (15, 6, 15));
        assert_eq!(groups[0].lines.len(), 2);
    }

    #[test]
    fn another_code_pace_or_a_skipped_file_begins_a_new_group() {
        let codes = [cycle(15, 1, 3), cycle(30, 2, 0), cycle(45, 3, 0)].concat();
        assert_eq!(told(codes).0.iter().map(|m| m.times).collect::<Vec<_>>(), [1, 2]);
        let paces = [cycle(15, 1, 0), cycle(30, 2, 0), cycle(50, 3, 0)].concat();
        assert_eq!(told(paces).0.iter().map(|m| m.times).collect::<Vec<_>>(), [2, 1]);
        let mut wrong_file = cycle(15, 1, 3);
        wrong_file.extend(cycle(30, 2, 3).into_iter().take(1));
        wrong_file.extend(cycle(30, 1, 3).into_iter().skip(1));
        assert_eq!(told(wrong_file).0.len(), 2);
    }

    #[test]
    fn runs_in_a_row_are_one_line_and_their_number_is_exact() {
        let run = |number| cycle(15, number, 0).remove(0);
        let (groups, omitted) = told((1..=3).map(run).collect());
        assert_eq!((groups[0].lines[0].times, groups[0].lines.len(), omitted), (3, 1, 0));
        // Every second file: nothing follows, and only so many lines are told.
        let (groups, omitted) = told((1..=20).map(|n| run(2 * n)).collect());
        assert_eq!((groups[0].lines.len(), omitted), (LINES_MAX, 4));
    }
}
