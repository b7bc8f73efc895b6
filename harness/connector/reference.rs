//! The reference connector: MSExchangeCCMC as the documents describe it.
//!
//! It is an operational machine: it looks at the Postoffice tab, has programs executed, and logs
//! the event that belongs to the program and its result. It knows nothing of conditions, and of
//! Event 70 only that EXPORT's result code 3 is reported with it.

use super::stage::Stage;
use super::{Connector, Failure};
use crate::event_log::{Category, Event, Insert};
use crate::files::{DirectoryExport, DirectoryImport};
use crate::site::{Job, Ran, Run, Site};

/// An EXPORT that moved this many messages is followed by another at once (Q168211).
const FULL_BATCH: u16 = 16;
/// Within one life of the service this restart is one too many (Q294947, C8).
const RESTARTS_MAX: u8 = 26;
/// An event of EXPORT is this plus its result code; attested for 0, 1, 3 and 4.
const EXPORT_EVENT: u16 = 67;
/// An event of IMPORT is this plus its result code; attested for 0, 1, 3, 4 and 5.
const IMPORT_EVENT: u16 = 58;

/// The reference connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The number of the next message EXPORT's file; survives stop, restart and kill (C4).
    next_file: u16,
    /// How many of the waiting outbound messages were handed over and reported already (C15).
    handed_over: u32,
    /// Restarts in this life of the service.
    restarts: u8,
}

/// Whether the service goes on after a run, and whether the run exited 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// The program exited 0 after moving so many messages.
    Success { messages: u16 },
    /// The run was reported, or kept silent, as not successful.
    Setback,
    /// The service has stopped by itself.
    Stopped,
}

impl Reference {
    /// A connector that was never started.
    #[must_use]
    pub const fn new() -> Self {
        Self { next_file: 1, handed_over: 0, restarts: 0 }
    }

    fn export_messages<S: Site>(&mut self, stage: &mut Stage<'_, S>) -> After {
        let number = self.next_file;
        self.next_file = number.wrapping_add(1);
        self.run(stage, Job::ExportMessages(number))
    }

    /// Has one program executed and reports how it ended.
    fn run<S: Site>(&mut self, stage: &mut Stage<'_, S>, job: Job) -> After {
        let view = stage.view();
        let ran = stage.run(Run { job, tab: view.tab });
        match ran {
            Ran::Exited { code, messages, corrupt } => {
                let first = if job.is_export() { EXPORT_EVENT } else { IMPORT_EVENT };
                let event = Event::of_run(first + u16::from(code), job.file());
                if code != 0 {
                    stage.log(event);
                    return After::Setback;
                }
                if view.logging.is_maximum(Category::General) {
                    stage.log(event);
                }
                for _ in 0..corrupt {
                    stage.log(Event::new(54, [Insert::Empty, Insert::Empty]));
                }
                After::Success { messages }
            }
            Ran::NotFound => self.restart_thread(stage, ran),
            Ran::Failed => {
                let console = Insert::Text(ran.console());
                stage.log(Event::new(65, [Insert::File(job.file()), console]));
                After::Setback
            }
            Ran::Unfinished => After::Setback,
        }
    }

    fn restart_thread<S: Site>(&mut self, stage: &mut Stage<'_, S>, ran: Ran) -> After {
        stage.log(Event::new(43, [Insert::Number(2), Insert::Text(ran.console())]));
        self.restarts += 1;
        if self.restarts == RESTARTS_MAX {
            stage.log(Event::new(85, [Insert::Empty, Insert::Empty]));
            return After::Stopped;
        }
        stage.log(Event::new(86, [Insert::Number(u16::from(self.restarts)), Insert::Empty]));
        After::Setback
    }

    /// Converts the outbound messages that are new and hands them over to IMPORT (C15).
    fn hand_over<S: Site>(&mut self, stage: &mut Stage<'_, S>) {
        let view = stage.view();
        if view.logging.is_maximum(Category::Outbound) {
            for _ in self.handed_over..view.outbound {
                stage.log(Event::new(11001, [Insert::Empty, Insert::Empty]));
            }
        }
        self.handed_over = view.outbound;
    }

    /// Imports until nothing waits or a run does not exit 0 (C5, C13).
    fn import_messages<S: Site>(&mut self, stage: &mut Stage<'_, S>) {
        while self.handed_over > 0 {
            match self.run(stage, Job::ImportMessages) {
                After::Success { messages } if messages > 0 => {
                    self.handed_over = self.handed_over.saturating_sub(u32::from(messages));
                }
                _ => return,
            }
        }
    }
}

impl Default for Reference {
    fn default() -> Self {
        Self::new()
    }
}

impl Connector for Reference {
    fn reset(&mut self) -> Result<(), Failure> {
        *self = Self::new();
        Ok(())
    }

    fn start<S: Site>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.restarts = 0;
        self.export_messages(stage);
        Ok(())
    }

    fn cycle<S: Site>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        loop {
            match self.export_messages(stage) {
                After::Success { messages: FULL_BATCH } => {}
                After::Success { .. } | After::Setback => break,
                After::Stopped => return Ok(()),
            }
        }
        self.hand_over(stage);
        self.import_messages(stage);
        Ok(())
    }

    fn dirsync<S: Site>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        if stage.view().logging.is_maximum(Category::DirSynch) {
            stage.log(Event::new(14001, [Insert::Empty, Insert::Empty]));
        }
        let exports = DirectoryExport::ALL.map(Job::ExportDirectory);
        let imports = DirectoryImport::ALL.map(Job::ImportDirectory);
        for job in exports.into_iter().chain(imports) {
            if !matches!(self.run(stage, job), After::Success { .. }) {
                return Ok(());
            }
        }
        if stage.view().logging.is_maximum(Category::DirSynch) {
            stage.log(Event::new(14031, [Insert::Empty, Insert::Empty]));
        }
        Ok(())
    }

    fn stop<S: Site>(&mut self, _stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        Ok(())
    }

    fn kill(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}
