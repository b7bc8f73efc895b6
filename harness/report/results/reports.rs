//! Which run an entry of the log reports.

use std::collections::{HashMap, VecDeque};

use event70_model::{FileName, Job, Keyword, RunResult, Source};
use event70_rule::LogEntry;

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
pub(super) struct Reports {
    at: u64,
    waiting: HashMap<(u16, Option<FileName>), VecDeque<usize>>,
}

impl Reports {
    /// Goes on to a time. The clock stands still while a command is carried out, and an event comes
    /// before its command is done: runs of an earlier time are over.
    pub(super) fn go_on(&mut self, at: u64) {
        if self.at != at {
            *self = Self { at, ..Self::default() };
        }
    }

    /// A run of its step, with its index, has ended.
    pub(super) fn ran(&mut self, index: usize, job: Job, ran: RunResult) {
        let mut wait = |id, file, times| {
            let waiting = self.waiting.entry((id, file)).or_default();
            waiting.extend((0..times).map(|_| index));
        };
        let file = Some(job.file());
        match (job.is_export(), ran) {
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
    pub(super) fn run_of(&mut self, entry: &LogEntry) -> Option<usize> {
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

#[cfg(test)]
mod tests {
    use event70_model::{Event, Record};
    use event70_rule::{FOREIGN_70, event_of_run};

    use super::*;

    fn entry(event: Event) -> LogEntry {
        LogEntry::new(1, &Record::once(0, event))
    }

    #[test]
    fn the_first_event_of_a_kind_reports_the_first_run_of_it() {
        let (mut reports, import) = (Reports::default(), Job::ImportMessages);
        reports.ran(0, import, RunResult::exited(0));
        reports.ran(1, import, RunResult::exited(1));
        reports.ran(2, import, RunResult::exited(0));
        let [good, bad] = [58, 59].map(|id| entry(event_of_run(id, import.file())));
        assert_eq!([reports.run_of(&good), reports.run_of(&good)], [Some(0), Some(2)]);
        assert_eq!([reports.run_of(&bad), reports.run_of(&bad)], [Some(1), None]);
    }

    #[test]
    fn a_run_of_another_file_time_or_source_is_not_reported() {
        let (mut reports, job) = (Reports::default(), Job::ExportMessages(1.into()));
        reports.ran(0, job, RunResult::exited(3));
        let other = Job::ExportMessages(2.into());
        assert_eq!(reports.run_of(&entry(event_of_run(70, other.file()))), None);
        assert_eq!(reports.run_of(&entry(FOREIGN_70)), None);
        reports.go_on(15);
        assert_eq!(reports.run_of(&entry(event_of_run(70, job.file()))), None);
    }
}
