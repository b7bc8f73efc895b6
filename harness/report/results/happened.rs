//! What happened in a step: the runs, the entries of the log, and which entry reports which run.

use std::collections::{HashMap, VecDeque};

use event70_model::{
    FileName, Foreign, Job, Keyword, RunResult, Source, Trace, TraceEvent, Undocumented, clock,
};
use event70_rule::LogEntry;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::event_groups::log_entry;

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
    /// The first so many of what happened in a step. `records` counts the entries of the log.
    pub(in crate::report) fn of(trace: &Trace, records: &mut u64, entries_max: usize) -> Self {
        let mut told = Self::default();
        let (mut reports, mut order) = (Reports::default(), 0);
        for traced in &trace.events {
            reports.at(traced.at());
            let left = (entries_max - told.runs.len() - told.events.len()) as u64;
            let times = u64::from(traced.times());
            match RunEntry::of(trace, traced, order + 1) {
                Some(_) if left == 0 => told.runs_omitted += 1,
                Some(run) => {
                    reports.note(traced, told.runs.len());
                    told.runs.push(run);
                }
                None => {
                    for nth in 0..times.min(left) {
                        let entry = log_entry(trace, traced, *records + nth + 1);
                        told.events.extend(entry.map(|entry| {
                            let run = reports.run_of(&entry);
                            EventEntry::of(entry, order + nth + 1, run)
                        }));
                    }
                    told.events_omitted += times.saturating_sub(left);
                }
            }
            *records += traced.records();
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

    fn ended(order: u64, at: u32, program: String, ran: RunResult) -> Self {
        let (ended, [messages, corrupt]) = match ran {
            RunResult::Exited { messages, corrupt, .. } => {
                (Ended::Exited, [Some(messages), Some(corrupt)])
            }
            RunResult::NotFound => (Ended::NotFound, [None; 2]),
            RunResult::Failed => (Ended::Failed, [None; 2]),
            RunResult::Unfinished => (Ended::Unfinished, [None; 2]),
        };
        Self {
            order,
            at: clock(at).to_string(),
            program,
            kind: None,
            file: None,
            ended,
            code: ran.code(),
            messages,
            corrupt,
            undocumented: None,
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

/// A launch that found no program, and a message that did not convert: their events name no file.
const NOT_FOUND: u16 = 43;
const NOT_CONVERTED: u16 = 54;
/// EXPORT failed to run.
const FAILED: u16 = 65;
/// What is added to the result code of a program.
const IMPORT_EXITED: u16 = 58;
const EXPORT_EXITED: u16 = 67;

/// The runs of a command that wait for an event of a number, about a file where such an event names
/// one: the first event reports the first run.
#[derive(Default)]
struct Reports {
    at: u32,
    waiting: HashMap<(u16, Option<FileName>), VecDeque<usize>>,
}

impl Reports {
    /// Forgets the runs of the command before: the clock stands still while one is carried out, and
    /// an event comes before its command is done.
    fn at(&mut self, at: u32) {
        if self.at != at {
            *self = Self { at, ..Self::default() };
        }
    }

    /// Notes a run, the `index`th of its step.
    fn note(&mut self, traced: &TraceEvent, index: usize) {
        let TraceEvent::Run { run, ran, .. } = *traced else { return };
        let mut wait = |id, file, times| {
            let waiting = self.waiting.entry((id, file)).or_default();
            waiting.extend((0..times).map(|_| index));
        };
        let file = Some(run.job.file());
        match (run.job.is_export(), ran) {
            (_, RunResult::NotFound) => wait(NOT_FOUND, None, 1),
            (true, RunResult::Failed) => wait(FAILED, file, 1),
            (true, RunResult::Exited { code: code @ (0 | 1 | 3 | 4), corrupt, .. }) => {
                wait(EXPORT_EXITED + u16::from(code), file, 1);
                wait(NOT_CONVERTED, None, corrupt);
            }
            (false, RunResult::Exited { code: code @ (0 | 1 | 3..=5), .. }) => {
                wait(IMPORT_EXITED + u16::from(code), file, 1);
            }
            _ => {}
        }
    }

    /// The index of the run that an event reports.
    fn run_of(&mut self, entry: &LogEntry) -> Option<usize> {
        if entry.source_name.raw() != Source::Ccmc.keyword() {
            return None;
        }
        let file = match entry.event_id {
            NOT_FOUND | NOT_CONVERTED => None,
            _ => Some(FileName::from_text(entry.strings.first()?.raw())?),
        };
        self.waiting.get_mut(&(entry.event_id, file))?.pop_front()
    }
}
