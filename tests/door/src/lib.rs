//! Somebody's connector, written from the documents.

use event70::model::{
    Category, Connector, DirectoryExport, DirectoryImport, Event, EventType, Failure, Insert, Job,
    Run, RunResult, Server, Source, Stage,
};

/// The service gives up with this restart.
const LAST_RESTART: u16 = 26;

#[derive(Debug, Clone, Default)]
pub struct MyConnector {
    /// Of the last message EXPORT file.
    number: u16,
    /// Restarts in this life of the service.
    restarts: u16,
    /// A planted bug: a dirsync logs no Event 70.
    is_silent_in_dirsync: bool,
}

impl MyConnector {
    /// The same connector with a bug in it.
    pub fn buggy() -> Self {
        Self { is_silent_in_dirsync: true, ..Self::default() }
    }

    fn export_messages<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Option<u16> {
        self.number = self.number.wrapping_add(1);
        self.run(stage, Job::ExportMessages(self.number.into()))
    }

    /// One run and the events for it: how many messages it moved, nothing unless it exited 0.
    fn run<S: Server>(&mut self, stage: &mut Stage<'_, S>, job: Job) -> Option<u16> {
        let first = if job.is_export() { 67 } else { 58 };
        let file = Insert::File(job.file());
        let ran = stage.run(Run::new(job, stage.view().tab));
        match ran {
            RunResult::Exited { code: 0, messages, corrupt, .. } => {
                trace(stage, first, Category::General, file);
                (0..corrupt).for_each(|_| error(stage, 54, [Insert::Empty; 2]));
                return Some(messages);
            }
            RunResult::Exited { code: 3, .. }
                if self.is_silent_in_dirsync && matches!(job, Job::ExportDirectory(_)) => {}
            RunResult::Exited { code, .. } => {
                error(stage, first + u16::from(code), [file, Insert::Empty]);
            }
            RunResult::Failed => error(stage, 65, [file, ran.printed()]),
            RunResult::NotFound => {
                error(stage, 43, [Insert::Number(2), ran.printed()]);
                self.restarts += 1;
                match self.restarts {
                    LAST_RESTART => error(stage, 85, [Insert::Empty; 2]),
                    count => {
                        let strings = [Insert::Number(count), Insert::Empty];
                        log(stage, 86, EventType::Information, Category::General, strings);
                    }
                }
            }
            RunResult::Unfinished => {}
        }
        None
    }
}

impl Connector for MyConnector {
    fn reset(&mut self) -> Result<(), Failure> {
        let is_silent_in_dirsync = self.is_silent_in_dirsync;
        *self = Self { is_silent_in_dirsync, ..Self::default() };
        Ok(())
    }

    fn start<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.restarts = 0;
        while self.export_messages(stage) == Some(stage.view().limits.export_max) {}
        Ok(())
    }

    fn cycle<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        while self.export_messages(stage) == Some(stage.view().limits.export_max) {}
        let mut waiting = stage.view().outbound;
        while self.restarts < LAST_RESTART && waiting > 0 {
            let Some(moved @ 1..) = self.run(stage, Job::ImportMessages) else { break };
            waiting = waiting.saturating_sub(moved.into());
        }
        Ok(())
    }

    fn dirsync<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        trace(stage, 14001, Category::DirSynch, Insert::Empty);
        let exports = DirectoryExport::ALL.map(Job::ExportDirectory);
        let imports = DirectoryImport::ALL.map(Job::ImportDirectory);
        for job in exports.into_iter().chain(imports) {
            let Some(_) = self.run(stage, job) else { return Ok(()) };
        }
        trace(stage, 14031, Category::DirSynch, Insert::Empty);
        Ok(())
    }

    fn stop<S: Server>(&mut self, _stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        Ok(())
    }

    fn kill(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}

fn log<S: Server>(
    stage: &mut Stage<'_, S>,
    id: u16,
    event_type: EventType,
    category: Category,
    strings: [Insert; 2],
) {
    stage.log(Event { id, source: Source::Ccmc, event_type, category, strings });
}

fn error<S: Server>(stage: &mut Stage<'_, S>, id: u16, strings: [Insert; 2]) {
    log(stage, id, EventType::Error, Category::General, strings);
}

/// Logs what is wanted only while the logging of its category is at maximum.
fn trace<S: Server>(stage: &mut Stage<'_, S>, id: u16, category: Category, file: Insert) {
    if stage.view().logging.is_maximum(category) {
        log(stage, id, EventType::Information, category, [file, Insert::Empty]);
    }
}

#[cfg(test)]
mod tests {
    use event70::engine::Scenarios;
    use event70::model::{Condition, Operation, Scenario, Setup, Step};
    use event70::testing::assert_agrees;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_dirsync_reports_its_exports() {
        let timeline = vec![
            Step::Do(Operation::Start),
            Step::Inject(Condition::PostofficeFragmented.into()),
            Step::Do(Operation::Dirsync),
        ];
        let scenario = Scenario { setup: Setup::default(), timeline };
        assert_agrees(&scenario, MyConnector::default());
        let buggy = std::panic::catch_unwind(|| assert_agrees(&scenario, MyConnector::buggy()));
        assert!(buggy.is_err());
    }

    proptest! {
        #[test]
        fn any_scenario_agrees(scenario in Scenarios::default()) {
            assert_agrees(&scenario, MyConnector::default());
        }
    }
}
