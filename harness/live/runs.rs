//! The site's own record of runs: those requested of it, and those that a connector started.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use event70_model::CommandLine;
use rustix::process::{Pid, Signal, kill_process};

use super::execute::End;
use crate::lotus::Error;
use crate::lotus::record::{Moved, RecordLine, read_new};

/// The record, as far as it was read.
#[derive(Debug)]
pub(super) struct Runs {
    file: PathBuf,
    offset: u64,
    /// Runs that have begun and not ended, by the number of their process.
    begun: VecDeque<(u32, CommandLine)>,
    /// Runs that have ended and were not reported yet.
    ended: VecDeque<(CommandLine, Ended)>,
}

/// How a run ended, and what it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) end: End,
    /// What it moved.
    pub(super) moved: Moved,
    /// What it printed.
    pub(super) console: String,
}

impl Ended {
    /// An end of which nothing is recorded.
    pub(super) fn unrecorded(end: End) -> Self {
        Self { end, moved: Moved::default(), console: String::new() }
    }
}

impl Runs {
    pub(super) fn new(file: PathBuf) -> Self {
        Self { file, offset: 0, begun: VecDeque::new(), ended: VecDeque::new() }
    }

    /// The end of our own run, which was this process and has ended so. It is not reported a second
    /// time, whether it has left a record of its end or was killed.
    pub(super) fn of_ours(&mut self, process: u32, end: End) -> Result<Ended, Error> {
        let mut ended = None;
        for line in read_new(&self.file, &mut self.offset)? {
            match line {
                RecordLine::Started { run, .. } if run == process => {}
                RecordLine::Ended { run, moved, console, .. } if run == process => {
                    ended = Some(Ended { end, moved, console });
                }
                line => self.note(line),
            }
        }
        if !matches!(end, End::Exited(_)) {
            return Ok(Ended::unrecorded(end));
        }
        ended.ok_or_else(|| {
            let what = format!("process {process} has left no record of its end");
            Error::Content { path: self.file.clone(), what }
        })
    }

    /// The next run that the connector started by itself and that has ended. Once the command is
    /// over, one that still goes on is ended: nothing of it may reach into the next step.
    pub(super) fn next(&mut self, is_done: bool) -> Result<Option<(CommandLine, Ended)>, Error> {
        if is_done {
            self.begun.iter().for_each(|(process, _)| kill(*process, &self.file));
        }
        for line in read_new(&self.file, &mut self.offset)? {
            self.note(line);
        }
        if let Some(ended) = self.ended.pop_front() {
            return Ok(Some(ended));
        }
        let unfinished = if is_done { self.begun.pop_front() } else { None };
        Ok(unfinished.map(|(_, line)| (line, Ended::unrecorded(End::Killed))))
    }

    fn note(&mut self, line: RecordLine) {
        match line {
            RecordLine::Started { run, program, arguments } => {
                self.begun.push_back((run, CommandLine { program, arguments }));
            }
            RecordLine::Ended { run, code, moved, console } => {
                let index = self.begun.iter().position(|(begun, _)| *begun == run);
                if let Some((_, line)) = index.and_then(|index| self.begun.remove(index)) {
                    self.ended.push_back((line, Ended { end: End::Exited(code), moved, console }));
                }
            }
            RecordLine::Unreadable(_) => {}
        }
    }
}

/// How often to check whether a killed process is gone.
const LOOKS_MAX: u32 = 500;
const PAUSE: Duration = Duration::from_millis(1);

/// Kills a process and waits until it is gone, if it is still a program of the site that keeps its
/// record in this file. Only where the system tells of processes in `/proc`.
fn kill(process: u32, record: &Path) {
    let program = PathBuf::from(format!("/proc/{process}/exe"));
    let site = record.ancestors().nth(2);
    // A process that has ended has no program any more, even before it is reaped.
    let still_runs =
        || fs::read_link(&program).is_ok_and(|it| site.is_some_and(|s| it.starts_with(s)));
    for _ in 0..LOOKS_MAX {
        if !still_runs() {
            return;
        }
        if let Some(process) = i32::try_from(process).ok().and_then(Pid::from_raw) {
            // It may have ended in the meantime.
            let _ = kill_process(process, Signal::KILL);
        }
        std::thread::sleep(PAUSE);
    }
}
