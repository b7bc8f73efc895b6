//! The site's own record of runs: those that it was asked for, and those that a connector started.

use std::collections::VecDeque;
use std::path::PathBuf;

use super::execute::End;
use crate::lotus::Error;
use crate::lotus::record::{Line, read_new};
use crate::site::CommandLine;

/// The record, as far as it was read.
#[derive(Debug)]
pub(super) struct Runs {
    file: PathBuf,
    offset: u64,
    /// Runs that have begun and not ended, by the number of their process.
    begun: VecDeque<(u32, CommandLine)>,
    /// Runs that have ended and were not yet told of, with how many messages they moved.
    ended: VecDeque<(CommandLine, End, u16)>,
}

impl Runs {
    pub(super) fn new(file: PathBuf) -> Self {
        Self { file, offset: 0, begun: VecDeque::new(), ended: VecDeque::new() }
    }

    /// How many messages our own run moved, which was this process and has ended. It is not told of
    /// a second time.
    pub(super) fn of_ours(&mut self, process: u32) -> Result<u16, Error> {
        let mut moved = 0;
        for line in read_new(&self.file, &mut self.offset)? {
            match line {
                Line::Started { run, .. } if run == process => {}
                Line::Ended { run, messages, .. } if run == process => moved = messages,
                line => self.note(line),
            }
        }
        Ok(moved)
    }

    /// The next run that the connector started by itself and that has ended; once the command is
    /// over, one that has not ended is one that was killed or will be.
    pub(super) fn next(&mut self, is_done: bool) -> Result<Option<(CommandLine, End, u16)>, Error> {
        for line in read_new(&self.file, &mut self.offset)? {
            self.note(line);
        }
        if let Some(ended) = self.ended.pop_front() {
            return Ok(Some(ended));
        }
        let unfinished = if is_done { self.begun.pop_front() } else { None };
        Ok(unfinished.map(|(_, line)| (line, End::Killed, 0)))
    }

    fn note(&mut self, line: Line) {
        match line {
            Line::Started { run, program, arguments } => {
                self.begun.push_back((run, CommandLine { program, arguments }));
            }
            Line::Ended { run, code, messages, .. } => {
                let index = self.begun.iter().position(|(begun, _)| *begun == run);
                if let Some((_, line)) = index.and_then(|index| self.begun.remove(index)) {
                    self.ended.push_back((line, End::Exited(code), messages));
                }
            }
            Line::Unreadable(_) => {}
        }
    }
}
