//! The connector as an operational machine: MSExchangeCCMC as the documents describe it.
//!
//! It looks at the Postoffice tab, has programs executed, and logs the event that belongs to the
//! program and its result. It knows nothing of conditions, and of Event 70 only that EXPORT's
//! result code 3 is reported with it. What the documents leave open it does as its [`Assignment`]
//! says. At every decision it asks its [`Deviation`]; the reference's is [`Faithful`] and costs
//! nothing, a seeded bug's decides otherwise at one place.

use event70_model::{
    Assignment, Assumption, Category, Connector, DirectoryExport, DirectoryImport, Event, Exchange,
    Failure, Insert, Job, Run, RunResult, Server, Stage, StorePath, Tab, View,
};
use serde::{Deserialize, Serialize};

use super::deviation::{Deviation, Faithful, Occasion, Report};
use super::filing::{event, of_setback, of_success};

/// The reference connector.
pub type Reference = Machine<Faithful>;

/// A connector in memory.
///
/// It can be written down and read back, for a connector whose process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Machine<D> {
    /// How many message EXPORTs there were, modulo 65,536: the next file has the number after it.
    /// Survives stop, restart and kill (C4).
    exports: u16,
    /// How many of the waiting outbound messages were handed over and reported already (C15).
    handed_over: u32,
    /// Restarts in this life of the service.
    restarts: u8,
    /// The threads that wait for a run until the service is started again.
    held: Threads,
    /// The tab as it was read when the service was started.
    tab: Tab,
    assignment: Assignment,
    deviation: D,
}

/// Some of the threads of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
struct Threads {
    export: bool,
    import: bool,
    dirsync: bool,
}

/// What a run means for what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// The program exited 0 after moving so many messages.
    Success { messages: u16 },
    /// The run was not successful.
    Setback,
    /// The program was not found, and the thread is started again.
    Restarted,
    /// The run does not finish.
    Hung,
    /// The service has stopped by itself.
    Stopped,
}

impl Reference {
    /// A connector that was never started, with every default.
    #[must_use]
    pub const fn new() -> Self {
        Self::deviating(Faithful)
    }
}

impl<D: Default> Default for Machine<D> {
    fn default() -> Self {
        Self::deviating(D::default())
    }
}

impl<D> Machine<D> {
    /// A connector that was never started and deviates so, with every default.
    #[must_use]
    pub const fn deviating(deviation: D) -> Self {
        Self {
            exports: 0,
            handed_over: 0,
            restarts: 0,
            held: Threads { export: false, import: false, dirsync: false },
            tab: Tab::CORRECT,
            assignment: Assignment::DEFAULT,
            deviation,
        }
    }

    /// The same connector where the documents leave something open and this is assumed.
    #[must_use]
    pub fn assuming(self, assignment: Assignment) -> Self {
        Self { assignment, ..self }
    }

    /// Whether it goes by the tab that it was started with.
    #[must_use]
    pub fn reads_tab_at_start(&self) -> bool {
        !self.assumes(Assumption::TabTakesEffect)
    }

    /// How many of the waiting outbound messages were handed over already.
    #[must_use]
    pub fn handed_over(&self) -> u32 {
        self.handed_over
    }

    /// The same connector as if it had run no message EXPORT yet, handed over so many messages and
    /// been started with a tab that is folded so: for a proof that keeps file numbers, lengths of
    /// queues and the number of passwords out of the state. One that does not run has nothing left to
    /// remember of its last life, if its next begins without any restarts.
    #[must_use]
    pub fn folded(self, handed_over: u32, running: bool, fold_tab: impl Fn(Tab) -> Tab) -> Self
    where
        D: Deviation,
    {
        let forgotten = !running && self.deviation.restarts_at_start(self.restarts) == 0;
        let restarts = if forgotten { 0 } else { self.restarts };
        let held = if running { self.held } else { Threads::default() };
        let is_read = running && !self.assumes(Assumption::TabTakesEffect);
        let tab = if is_read { fold_tab(self.tab) } else { Tab::CORRECT };
        Self { exports: 0, handed_over, restarts, held, tab, ..self }
    }

    /// The tab as it was read when the service was started.
    #[must_use]
    pub fn tab(&self) -> Tab {
        self.tab
    }

    /// The same connector in a life that was begun with this tab and has had so many restarts.
    #[must_use]
    pub fn amid(self, tab: Tab, restarts: u8) -> Self {
        Self { tab, restarts, ..self }
    }

    /// How many restarts this life of the service has had.
    #[must_use]
    pub fn restarts(&self) -> u8 {
        self.restarts
    }

    /// Whether the thread for message EXPORTs, that for IMPORTs and that for dirsyncs waits for a run
    /// until the service is started again.
    #[must_use]
    pub fn waiting_threads(&self) -> [bool; 3] {
        [self.held.export, self.held.import, self.held.dirsync]
    }

    /// Whether the other value of an assumption is assumed, not its default.
    fn assumes(&self, assumption: Assumption) -> bool {
        self.assignment.has(assumption)
    }

    /// The thread that runs a program for this.
    fn thread(&mut self, job: Job) -> (&mut bool, bool) {
        match job {
            Job::ExportMessages(_) => (&mut self.held.export, true),
            Job::ImportMessages => {
                let counts = self.assignment.has(Assumption::ImportRestartsThread);
                (&mut self.held.import, counts)
            }
            Job::ExportDirectory(_) | Job::ImportDirectory(_) => {
                let counts = self.assignment.has(Assumption::DirsyncRestartsThread);
                (&mut self.held.dirsync, counts)
            }
        }
    }
}

impl<D: Deviation> Machine<D> {
    fn log<S: Server>(&self, stage: &mut Stage<'_, S>, event: Event) {
        stage.log(self.deviation.filed(event));
    }

    /// Runs message EXPORT, again at once where its thread is started again at once.
    fn export_messages<S: Server>(&mut self, stage: &mut Stage<'_, S>, command: Occasion) -> After {
        loop {
            self.exports = self.exports.wrapping_add(1);
            let number = self.deviation.file_number(self.exports);
            let after = self.run(stage, command, Job::ExportMessages(number.into()));
            if !self.launches_again(after) {
                return after;
            }
        }
    }

    /// Whether a thread is started again within the same command.
    fn launches_again(&self, after: After) -> bool {
        let at_once = !self.assumes(Assumption::ThreadRestart);
        after == After::Restarted && at_once && self.restarts < u8::MAX
    }

    /// Has one program executed and reports how it ended.
    fn run<S: Server>(&mut self, stage: &mut Stage<'_, S>, command: Occasion, job: Job) -> After {
        let view = stage.view();
        let read_again = self.assumes(Assumption::TabTakesEffect);
        let in_force = if read_again { view.tab } else { self.tab };
        let ran = stage.run(Run::new(job, self.deviation.tab(in_force, view.tab)));
        let report = Report { command, job, ran, view };
        if let RunResult::Exited { returned, .. } = ran {
            self.handed_over = self.handed_over.saturating_sub(u32::from(returned));
        }
        if let RunResult::Exited { code: 0, messages, corrupt, .. } = ran {
            self.report_success(stage, &report, corrupt);
            return After::Success { messages };
        }
        if let Some(event) = self.deviation.setback(&report, of_setback(job, ran)) {
            self.log(stage, event);
        }
        if let Some(event) = self.deviation.afterthought(&report) {
            self.log(stage, event);
        }
        match ran {
            RunResult::NotFound if self.thread(job).1 => self.restart_thread(stage),
            RunResult::Unfinished => self.hangs(job),
            RunResult::Exited { code: 3, .. }
                if is_in_space(&view) && self.assumes(Assumption::AfterCode3InSpace) =>
            {
                *self.thread(job).0 = true;
                After::Setback
            }
            _ => After::Setback,
        }
    }

    /// A run does not finish: who launched it waits for it.
    fn hangs(&mut self, job: Job) -> After {
        if !self.assumes(Assumption::AfterHang) {
            if self.assumes(Assumption::HangHolds) {
                self.held = Threads { export: true, import: true, dirsync: true };
            } else {
                *self.thread(job).0 = true;
            }
        }
        After::Hung
    }

    fn report_success<S: Server>(
        &mut self,
        stage: &mut Stage<'_, S>,
        report: &Report,
        corrupt: u16,
    ) {
        if self.deviation.reports_success(report.view.logging.is_maximum(Category::General)) {
            self.log(stage, of_success(report.job));
        }
        if let Some(event) = self.deviation.success(report) {
            self.log(stage, event);
        }
        let failed = (0..corrupt).map_while(|_| self.deviation.conversion_failed(report));
        failed.for_each(|event| self.log(stage, event));
    }

    /// The directory is exported, and then imported if that went well. Whether all did; nothing
    /// where it does not come to an end.
    fn synchronize<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Option<bool> {
        let mut failed = false;
        for job in DirectoryExport::ALL.map(Job::ExportDirectory) {
            match self.run(stage, Occasion::Dirsync, job) {
                After::Success { .. } => {}
                After::Hung | After::Stopped => return None,
                After::Setback | After::Restarted => failed = true,
            }
            let goes_on = self.assumes(Assumption::DirsyncAfterFailure) && !self.held.dirsync;
            if failed && !goes_on {
                return Some(false);
            }
        }
        if failed {
            return Some(false);
        }
        for job in DirectoryImport::ALL.map(Job::ImportDirectory) {
            match self.run(stage, Occasion::Dirsync, job) {
                After::Success { .. } => {}
                After::Hung | After::Stopped => return None,
                After::Setback | After::Restarted => return Some(false),
            }
        }
        Some(true)
    }

    fn end_dirsync<S: Server>(&mut self, stage: &mut Stage<'_, S>, completed: bool) {
        if self.deviation.tells_end_of_dirsync(completed)
            && stage.view().logging.is_maximum(Category::DirSynch)
        {
            self.log(stage, event(14031, [Insert::Empty, Insert::Empty]));
        }
        if !completed && !self.assumes(Assumption::DirsyncFailureEvent) {
            self.log(stage, event(14005, [Insert::Empty, Insert::Empty]));
        }
    }

    fn restart_thread<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> After {
        let last = if self.assumes(Assumption::ThreadRestarts) { 25 } else { 26 };
        self.restarts = self.restarts.saturating_add(1);
        if self.restarts == self.deviation.last_restart(last) {
            self.log(stage, event(85, [Insert::Empty, Insert::Empty]));
            return After::Stopped;
        }
        self.log(stage, event(86, [Insert::Number(u16::from(self.restarts)), Insert::Empty]));
        After::Restarted
    }

    /// One EXPORT, and another after each full one (C5).
    fn exports_in_turn<S: Server>(&mut self, stage: &mut Stage<'_, S>, command: Occasion) -> After {
        let mut turns = 0..;
        let full = self.deviation.full_batch(stage.view().limits.export_max);
        while !self.held.export {
            let turn = turns.next().unwrap_or(u32::MAX);
            match self.export_messages(stage, command) {
                After::Success { messages } if messages == full => {}
                After::Setback if self.deviation.tries_again(turn) => {}
                after => return after,
            }
        }
        After::Setback
    }

    /// Hands over what is new, and imports it.
    fn imports_of_cycle<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> After {
        self.hand_over(stage);
        self.import_messages(stage)
    }

    /// Whether nothing more runs in a cycle after this.
    fn ends_cycle(&self, after: After) -> bool {
        match after {
            After::Stopped => true,
            After::Hung => self.assumes(Assumption::HangHolds),
            _ => false,
        }
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
    fn import_messages<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> After {
        let mut after = After::Setback;
        while self.handed_over > 0 && self.deviation.imports() && !self.held.import {
            after = self.run(stage, Occasion::Cycle, Job::ImportMessages);
            match after {
                After::Success { messages } if messages > 0 => {
                    self.handed_over = self.handed_over.saturating_sub(u32::from(messages));
                }
                after if self.launches_again(after) => {}
                _ => break,
            }
        }
        after
    }
}

/// Whether the connector store lies in a path with a space that the programs are given as it is;
/// Exchange 5.5 SP1 gives them the short form (C11).
fn is_in_space(view: &View) -> bool {
    view.store == StorePath::WithSpace && view.exchange != Exchange::V5_5Sp1
}

impl<D: Deviation> Connector for Machine<D> {
    fn reset(&mut self) -> Result<(), Failure> {
        let (mut deviation, assignment) = (self.deviation, self.assignment);
        deviation.reset();
        *self = Self::deviating(deviation).assuming(assignment);
        Ok(())
    }

    fn assume(&mut self, assignment: Assignment) {
        self.assignment = assignment;
    }

    fn start<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.restarts = self.deviation.restarts_at_start(self.restarts);
        self.held = Threads::default();
        self.tab = stage.view().tab;
        if self.assumes(Assumption::FileNumberAtStart) {
            self.exports = 0;
        }
        if !self.assumes(Assumption::StartExports) && self.deviation.exports_at_start() {
            self.exports_in_turn(stage, Occasion::Start);
        }
        Ok(())
    }

    fn cycle<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        if !self.deviation.runs_cycle() {
            return Ok(());
        }
        let import_first = self.assumes(Assumption::CycleOrder);
        let first = if import_first {
            self.imports_of_cycle(stage)
        } else {
            self.exports_in_turn(stage, Occasion::Cycle)
        };
        if self.ends_cycle(first) {
            return Ok(());
        }
        if import_first {
            self.exports_in_turn(stage, Occasion::Cycle)
        } else {
            self.imports_of_cycle(stage)
        };
        Ok(())
    }

    fn dirsync<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        if self.held.dirsync {
            return Ok(());
        }
        if stage.view().logging.is_maximum(Category::DirSynch) {
            self.log(stage, event(14001, [Insert::Empty, Insert::Empty]));
        }
        let ended = self.synchronize(stage);
        self.deviation.dirsync_ended(ended == Some(true));
        if let Some(completed) = ended {
            self.end_dirsync(stage, completed);
        }
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
    use event70_model::{Entered, Setup, Trace, View};

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
        let tab = Tab { path: Entered::Wrong, ..Tab::CORRECT };
        let held = Threads { import: true, ..Threads::default() };
        let fresh = Reference::new();
        let reference = Machine { exports: 7, handed_over: 9, restarts: 5, held, tab, ..fresh };
        assert_eq!(reference.handed_over(), 9);
        let up = Machine { exports: 0, handed_over: 1, ..reference };
        assert_eq!(reference.folded(1, true, |tab| tab), up);
        assert_eq!(reference.folded(1, false, |tab| tab), Machine { handed_over: 1, ..fresh });
        let reads_again = Assignment::DEFAULT.with(Assumption::TabTakesEffect, true);
        let folded = reference.assuming(reads_again).folded(1, true, |tab| tab);
        assert_eq!(folded, Machine { tab: Tab::CORRECT, assignment: reads_again, ..up });
    }

    #[test]
    fn restarts_outlive_a_life_only_if_the_next_one_counts_on() {
        for bug in [Bug::Canary, Bug::RestartsSurvive] {
            let down = Machine { restarts: 5, ..Seeded::with(bug) }.folded(0, false, |tab| tab);
            let kept = if bug == Bug::RestartsSurvive { 5 } else { 0 };
            assert_eq!(down.restarts, kept, "{bug}");
        }
    }
}
