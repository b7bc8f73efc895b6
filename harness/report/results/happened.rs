//! What happened in a step: the runs, and the entries of the log.

use event70_model::{Foreign, Job, RunResult, Trace, TraceEvent, Undocumented, clock};
use event70_rule::{LogEntry, Outcome};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::event_groups::log_entry;
use super::reports::Reports;

/// An execution of EXPORT or IMPORT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct RunEntry {
    /// Its place among everything that happened in the step, from 1.
    pub order: u64,
    /// When, by the clock of the site.
    pub at: String,
    /// The program: `EXPORT` or `IMPORT`, or whatever else the connector asked for.
    pub program: String,
    /// For what; `null` where no document knows the command line.
    pub kind: Option<RunOf>,
    /// The file that it writes or reads; `null` where no document knows the command line.
    pub file: Option<String>,
    /// How it ended.
    pub ended: Ended,
    /// The result code, if it exited.
    pub code: Option<u8>,
    /// How many messages it moved, if it exited.
    pub messages: Option<u16>,
    /// How many messages that do not convert it exported beside those, if it exited.
    pub corrupt: Option<u16>,
    /// How many messages it took that could not be delivered, if it exited.
    pub returned: Option<u16>,
    /// The command line, where no document knows it.
    pub undocumented: Option<UndocumentedEntry>,
}

/// A command line that no document knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct UndocumentedEntry {
    /// The arguments of the program.
    pub arguments: Vec<String>,
    /// What is wrong with them.
    pub why: String,
}

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunOf {
    /// Messages.
    Messages,
    /// The directory, in dirsync.
    Directory,
}

/// How a run ended, as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// The program exited with a result code.
    Exited,
    /// The program was not found.
    NotFound,
    /// The program was found but could not run.
    Failed,
    /// The program did not finish.
    Unfinished,
}

/// An entry of the application log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct EventEntry {
    /// Its place among everything that happened in the step, from 1.
    pub order: u64,
    /// When, by the clock of the site.
    pub at: String,
    /// The number of the record in the log of the scenario, from 1.
    pub record: u64,
    /// The number of the event.
    pub id: u16,
    /// Who wrote it.
    #[schemars(with = "String")]
    pub source: Foreign,
    /// Error, Warning or Information; or whatever the connector said.
    #[schemars(with = "String")]
    pub r#type: Foreign,
    /// Its category as Event Viewer spells it; or whatever the connector said.
    #[schemars(with = "String")]
    pub category: Foreign,
    /// The computer.
    pub computer: &'static str,
    /// The insertion strings.
    #[schemars(with = "Vec<String>")]
    pub strings: Vec<Foreign>,
    /// The text with the insertion strings in place.
    #[schemars(with = "String")]
    pub description: Foreign,
    /// The run that it reports, as an index into the runs of this step, from 0; `null` where it
    /// reports none.
    pub run: Option<usize>,
}

/// The runs and the events of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::report) struct Happened {
    pub(super) runs: Vec<RunEntry>,
    pub(super) runs_omitted: u64,
    pub(super) events: Vec<EventEntry>,
    pub(super) events_omitted: u64,
}

impl Happened {
    /// The first so many of what happened in a step, after so many `records` of the log.
    pub(in crate::report) fn of(trace: &Trace, mut records: u64, entries_max: usize) -> Self {
        let mut told = Self::default();
        let (mut reports, mut order) = (Reports::default(), 0);
        for traced in &trace.events {
            reports.go_on(traced.at());
            let left = (entries_max - told.runs.len() - told.events.len()) as u64;
            let times = u64::from(traced.times());
            match RunEntry::of(trace, traced, order + 1) {
                Some(_) if left == 0 => told.runs_omitted += 1,
                Some(run) => {
                    if let TraceEvent::Run { run, ran, .. } = traced {
                        reports.ran(told.runs.len(), run.job, *ran);
                    }
                    told.runs.push(run);
                }
                None => {
                    for nth in 0..times.min(left) {
                        let entry = log_entry(trace, traced, records + nth + 1);
                        told.events.extend(entry.map(|entry| {
                            let run = reports.run_of(&entry);
                            EventEntry::of(entry, order + nth + 1, run)
                        }));
                    }
                    told.events_omitted += times.saturating_sub(left);
                }
            }
            records += traced.records();
            order += times;
        }
        told
    }
}

impl RunEntry {
    fn of(trace: &Trace, traced: &TraceEvent, order: u64) -> Option<Self> {
        match traced {
            TraceEvent::Run { at, run, ran } => {
                let kind = match run.job {
                    Job::ExportMessages(_) | Job::ImportMessages => RunOf::Messages,
                    Job::ExportDirectory(_) | Job::ImportDirectory(_) => RunOf::Directory,
                };
                Some(Self {
                    kind: Some(kind),
                    file: Some(run.job.file().to_string()),
                    ..Self::ended(order, *at, run.job.program().to_owned(), *ran)
                })
            }
            TraceEvent::Undocumented { at, index, ran } => {
                let Undocumented { line, why } = &trace.undocumented[*index as usize];
                let undocumented =
                    UndocumentedEntry { arguments: line.arguments.clone(), why: why.clone() };
                Some(Self {
                    undocumented: Some(undocumented),
                    ..Self::ended(order, *at, line.program.clone(), *ran)
                })
            }
            _ => None,
        }
    }

    fn ended(order: u64, at: u64, program: String, ran: RunResult) -> Self {
        let [messages, corrupt, returned] = match ran {
            RunResult::Exited { messages, corrupt, returned, .. } => {
                [messages, corrupt, returned].map(Some)
            }
            _ => [None; 3],
        };
        Self {
            order,
            at: clock(at).to_string(),
            program,
            kind: None,
            file: None,
            ended: ran.into(),
            code: ran.code(),
            messages,
            corrupt,
            returned,
            undocumented: None,
        }
    }
}

impl From<RunResult> for Ended {
    fn from(ran: RunResult) -> Self {
        match ran {
            RunResult::Exited { .. } => Self::Exited,
            RunResult::NotFound => Self::NotFound,
            RunResult::Failed => Self::Failed,
            RunResult::Unfinished => Self::Unfinished,
        }
    }
}

impl Ended {
    /// How a run ends by the rule, and its result code, if it exits.
    pub(in crate::report) fn by_rule(outcome: Outcome) -> (Self, Option<u8>) {
        match outcome {
            Outcome::NotStopped | Outcome::Corrupt => (Self::Exited, Some(0)),
            Outcome::Exits(code) => (Self::Exited, Some(code)),
            Outcome::NotFound => (Self::NotFound, None),
            Outcome::Fails => (Self::Failed, None),
            Outcome::Unfinished => (Self::Unfinished, None),
        }
    }
}

impl EventEntry {
    fn of(entry: LogEntry, order: u64, run: Option<usize>) -> Self {
        Self {
            order,
            at: entry.time_generated.to_string(),
            record: entry.record_number,
            id: entry.event_id,
            description: entry.description(),
            source: entry.source_name,
            r#type: entry.event_type,
            category: entry.category,
            computer: entry.computer_name,
            strings: entry.strings,
            run,
        }
    }
}

#[cfg(test)]
mod tests {
    use event70_model::{EVENT_70, Record, Run, Tab};
    use event70_rule::event_of_run;

    use super::*;

    #[test]
    fn what_is_omitted_is_counted_and_numbers_go_on() {
        let job = Job::ExportMessages(1.into());
        let run = Run { job, tab: Tab::CORRECT };
        let event = event_of_run(EVENT_70, job.file());
        let events = vec![
            TraceEvent::Run { at: 0, run, ran: RunResult::exited(3) },
            TraceEvent::Logged(Record { at: 0, event, times: 5 }),
            TraceEvent::Run { at: 0, run, ran: RunResult::exited(3) },
        ];
        let trace = Trace { events, ..Trace::default() };
        let counts = |entries_max| {
            let told = Happened::of(&trace, 10, entries_max);
            let orders: Vec<u64> = told.events.iter().map(|event| event.order).collect();
            let numbers: Vec<u64> = told.events.iter().map(|event| event.record).collect();
            assert_eq!(orders, (2..7).take(orders.len()).collect::<Vec<_>>());
            assert_eq!(numbers, (11..16).take(orders.len()).collect::<Vec<_>>());
            (told.runs.len(), told.runs_omitted, told.events.len(), told.events_omitted)
        };
        assert_eq!(counts(0), (0, 2, 0, 5));
        assert_eq!(counts(3), (1, 1, 2, 3));
        assert_eq!(counts(6), (1, 1, 5, 0));
        assert_eq!(counts(7), (2, 0, 5, 0));
    }
}
