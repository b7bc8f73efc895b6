//! The connector as an operational machine: MSExchangeCCMC as the documents describe it.
//!
//! It looks at the Postoffice tab, has programs executed, and logs the event that belongs to the
//! program and its result. It knows nothing of conditions, and of Event 70 only that EXPORT's
//! result code 3 is reported with it. At every decision it asks its [`Deviation`]; the reference's
//! is [`Faithful`] and costs nothing, a seeded bug's decides otherwise at one place.

use event70_model::{
    Category, Connector, DirectoryExport, DirectoryImport, Event, Failure, Insert, Job, Run,
    RunResult, Server, Stage,
};
use serde::{Deserialize, Serialize};

use super::deviation::{Deviation, Faithful, Occasion, Report};
use super::filing::{event, of_run};

/// An event of EXPORT is this plus its result code; attested for 0, 1, 3 and 4.
const EXPORT_EVENT: u16 = 67;
/// An event of IMPORT is this plus its result code; attested for 0, 1, 3, 4 and 5.
const IMPORT_EVENT: u16 = 58;

/// The reference connector.
pub type Reference = Machine<Faithful>;

/// A connector in memory.
///
/// It can be written down and read back, for a connector whose process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Machine<D> {
    /// How many message EXPORTs there were, modulo 65,536: the next file has the number after it.
    /// Survives stop, restart and kill (C4).
    exports: u16,
    /// How many of the waiting outbound messages were handed over and reported already (C15).
    handed_over: u32,
    /// Restarts in this life of the service.
    restarts: u8,
    deviation: D,
}

/// What a run means for what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// The program exited 0 after moving so many messages.
    Success { messages: u16 },
    /// The run was not successful.
    Setback,
    /// The service has stopped by itself.
    Stopped,
}

impl Reference {
    /// A connector that was never started.
    #[must_use]
    pub const fn new() -> Self {
        Self::deviating(Faithful)
    }
}

impl<D> Machine<D> {
    /// A connector that was never started and deviates so.
    #[must_use]
    pub const fn deviating(deviation: D) -> Self {
        Self { exports: 0, handed_over: 0, restarts: 0, deviation }
    }

    /// How many of the waiting outbound messages were handed over already.
    #[must_use]
    pub fn handed_over(&self) -> u32 {
        self.handed_over
    }

    /// The same connector as if it had run no message EXPORT yet and handed over so many messages:
    /// for a proof that keeps file numbers and lengths of queues out of the state. One that does not
    /// run has no restarts left to count, if its next life begins without any.
    #[must_use]
    pub fn folded(self, handed_over: u32, running: bool) -> Self
    where
        D: Deviation,
    {
        let forgotten = !running && self.deviation.restarts_at_start(self.restarts) == 0;
        let restarts = if forgotten { 0 } else { self.restarts };
        Self { exports: 0, handed_over, restarts, ..self }
    }
}

impl<D: Deviation> Machine<D> {
    fn log<S: Server>(&self, stage: &mut Stage<'_, S>, event: Event) {
        stage.log(self.deviation.filed(event));
    }

    fn export_messages<S: Server>(&mut self, stage: &mut Stage<'_, S>, command: Occasion) -> After {
        self.exports = self.exports.wrapping_add(1);
        let number = self.deviation.file_number(self.exports);
        self.run(stage, command, Job::ExportMessages(number.into()))
    }

    /// Has one program executed and reports how it ended.
    fn run<S: Server>(&mut self, stage: &mut Stage<'_, S>, command: Occasion, job: Job) -> After {
        let view = stage.view();
        let ran = stage.run(Run::new(job, self.deviation.tab(view.tab)));
        let report = Report { command, job, ran, view };
        if let RunResult::Exited { code: 0, messages, corrupt, .. } = ran {
            self.report_success(stage, &report, corrupt);
            return After::Success { messages };
        }
        if let Some(event) = self.deviation.setback(&report, setback_event(job, ran)) {
            self.log(stage, event);
        }
        if let Some(event) = self.deviation.afterthought(&report) {
            self.log(stage, event);
        }
        if ran == RunResult::NotFound { self.restart_thread(stage) } else { After::Setback }
    }

    fn report_success<S: Server>(
        &mut self,
        stage: &mut Stage<'_, S>,
        report: &Report,
        corrupt: u16,
    ) {
        if self.deviation.reports_success(report.view.logging.is_maximum(Category::General)) {
            let id = if report.job.is_export() { EXPORT_EVENT } else { IMPORT_EVENT };
            self.log(stage, of_run(id, report.job.file()));
        }
        if let Some(event) = self.deviation.success(report) {
            self.log(stage, event);
        }
        let failed = (0..corrupt).map_while(|_| self.deviation.conversion_failed(report));
        failed.for_each(|event| self.log(stage, event));
    }

    fn end_dirsync<S: Server>(&mut self, stage: &mut Stage<'_, S>, completed: bool) {
        self.deviation.dirsync_ended(completed);
        if self.deviation.tells_end_of_dirsync(completed)
            && stage.view().logging.is_maximum(Category::DirSynch)
        {
            self.log(stage, event(14031, [Insert::Empty, Insert::Empty]));
        }
    }

    fn restart_thread<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> After {
        self.restarts = self.restarts.saturating_add(1);
        if self.restarts == self.deviation.last_restart() {
            self.log(stage, event(85, [Insert::Empty, Insert::Empty]));
            return After::Stopped;
        }
        self.log(stage, event(86, [Insert::Number(u16::from(self.restarts)), Insert::Empty]));
        After::Setback
    }

    /// Converts the outbound messages that are new and hands them over to IMPORT (C15).
    fn hand_over<S: Server>(&mut self, stage: &mut Stage<'_, S>) {
        let view = stage.view();
        if view.logging.is_maximum(Category::Outbound) {
            let new = view.outbound.saturating_sub(self.handed_over);
            stage
                .log_times(self.deviation.filed(event(11001, [Insert::Empty, Insert::Empty])), new);
        }
        self.handed_over = view.outbound;
    }

    /// Imports until nothing waits or a run does not exit 0 (C5, C13).
    fn import_messages<S: Server>(&mut self, stage: &mut Stage<'_, S>) {
        while self.handed_over > 0 && self.deviation.imports() {
            match self.run(stage, Occasion::Cycle, Job::ImportMessages) {
                After::Success { messages } if messages > 0 => {
                    self.handed_over = self.handed_over.saturating_sub(u32::from(messages));
                }
                _ => return,
            }
        }
    }
}

/// The event that reports a run that was not successful.
fn setback_event(job: Job, ran: RunResult) -> Option<Event> {
    match ran {
        RunResult::Exited { code, .. } => {
            let first = if job.is_export() { EXPORT_EVENT } else { IMPORT_EVENT };
            Some(of_run(first + u16::from(code), job.file()))
        }
        RunResult::NotFound => Some(event(43, [Insert::Number(2), ran.printed()])),
        RunResult::Failed => Some(event(65, [Insert::File(job.file()), ran.printed()])),
        RunResult::Unfinished => None,
    }
}

impl<D: Deviation> Connector for Machine<D> {
    fn reset(&mut self) -> Result<(), Failure> {
        let mut deviation = self.deviation;
        deviation.reset();
        *self = Self::deviating(deviation);
        Ok(())
    }

    fn start<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.restarts = self.deviation.restarts_at_start(self.restarts);
        if self.deviation.exports_at_start() {
            self.export_messages(stage, Occasion::Start);
        }
        Ok(())
    }

    fn cycle<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        if !self.deviation.runs_cycle() {
            return Ok(());
        }
        for turn in 0.. {
            match self.export_messages(stage, Occasion::Cycle) {
                After::Success { messages } if messages == self.deviation.full_batch() => {}
                After::Setback if self.deviation.tries_again(turn) => {}
                After::Success { .. } | After::Setback => break,
                After::Stopped => return Ok(()),
            }
        }
        self.hand_over(stage);
        self.import_messages(stage);
        Ok(())
    }

    fn dirsync<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        if stage.view().logging.is_maximum(Category::DirSynch) {
            self.log(stage, event(14001, [Insert::Empty, Insert::Empty]));
        }
        let exports = DirectoryExport::ALL.map(Job::ExportDirectory);
        let imports = DirectoryImport::ALL.map(Job::ImportDirectory);
        for job in exports.into_iter().chain(imports) {
            if !matches!(self.run(stage, Occasion::Dirsync, job), After::Success { .. }) {
                self.end_dirsync(stage, false);
                return Ok(());
            }
        }
        self.end_dirsync(stage, true);
        Ok(())
    }

    fn stop<S: Server>(&mut self, _stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.deviation.stopped();
        Ok(())
    }

    fn kill(&mut self) -> Result<(), Failure> {
        self.deviation.killed();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use event70_model::{Setup, Trace, View};

    use super::*;
    use crate::{Bug, Seeded, Simulated};

    /// A site with a message for cc:Mail on which IMPORT succeeds and moves nothing, until it is
    /// asked too often.
    struct Stuck {
        imports: u32,
    }

    impl Server for Stuck {
        fn view(&self) -> View {
            View { outbound: 1, ..Simulated::new(&Setup::default()).view() }
        }

        fn run(&mut self, run: Run) -> RunResult {
            self.imports += u32::from(run.job == Job::ImportMessages);
            RunResult::exited(if self.imports > 9 { 1 } else { 0 })
        }
    }

    #[test]
    fn an_import_that_moves_nothing_is_not_repeated_in_its_cycle() {
        let (mut site, mut trace) = (Stuck { imports: 0 }, Trace::default());
        let cycled = Reference::new().cycle(&mut Stage::new(&mut site, &mut trace, 0));
        assert_eq!((cycled, site.imports), (Ok(()), 1));
    }

    #[test]
    fn a_folded_connector_keeps_only_what_it_is_told_to_keep() {
        let reference = Machine { exports: 7, handed_over: 9, restarts: 5, deviation: Faithful };
        assert_eq!(reference.handed_over(), 9);
        let up = Machine { exports: 0, handed_over: 1, restarts: 5, deviation: Faithful };
        assert_eq!(reference.folded(1, true), up);
        assert_eq!(reference.folded(1, false), Machine { restarts: 0, ..up });
    }

    #[test]
    fn restarts_outlive_a_life_only_if_the_next_one_counts_on() {
        for bug in [Bug::Canary, Bug::RestartsSurvive] {
            let down = Machine { restarts: 5, ..Seeded::with(bug) }.folded(0, false);
            let kept = if bug == Bug::RestartsSurvive { 5 } else { 0 };
            assert_eq!(down.restarts, kept, "{bug}");
        }
    }
}
