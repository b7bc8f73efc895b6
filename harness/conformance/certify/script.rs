//! A server that answers what it is told to: the environment of a conformance test.

use std::collections::VecDeque;

use event70_model::{
    CommandLine, Description, Entered, Run, RunResult, Server, Tab, Undocumented, View,
};

use super::alphabet::Letter;

/// A server during one command.
#[derive(Debug)]
pub(super) struct Script {
    command: Letter,
    answers: VecDeque<RunResult>,
}

impl Script {
    /// A server that shows the site of a command, and answers these runs. Runs beyond them do not
    /// finish.
    pub(super) fn new(command: Letter, answers: impl IntoIterator<Item = RunResult>) -> Self {
        Self { command, answers: answers.into_iter().collect() }
    }
}

impl Server for Script {
    fn view(&self) -> View {
        let (variant, outbound) = self.command.site();
        variant.view(outbound)
    }

    fn run(&mut self, _run: Run) -> RunResult {
        self.answers.pop_front().unwrap_or(RunResult::Unfinished)
    }

    fn description(&self) -> Description {
        let (variant, outbound) = self.command.site();
        variant.description(outbound)
    }

    /// What is passed on is held against what was told, not against what would be right.
    fn execute(&mut self, line: &CommandLine) -> Result<(Run, RunResult), Undocumented> {
        let told = self.description();
        let as_told = line.read(&Description { right: told.tab.clone(), ..told })?;
        let due = Run::new(as_told.job, self.view().tab);
        let passed = |as_told, due| match (as_told, due) {
            (Entered::Right, due) => due,
            (Entered::Wrong, Entered::Right) => Entered::Wrong,
            (Entered::Wrong, Entered::Wrong) => Entered::Right,
        };
        let tab = Tab {
            name: passed(as_told.tab.name, due.tab.name),
            password: passed(as_told.tab.password, due.tab.password),
            path: passed(as_told.tab.path, due.tab.path),
        };
        let run = Run { job: as_told.job, tab };
        Ok((run, self.run(run)))
    }
}
