//! A server that answers what it is told to: the environment of a conformance test.

use std::collections::VecDeque;

use event70_model::{
    CommandLine, Description, Entered, Job, Run, RunResult, Server, Tab, Tabbed, Undocumented, View,
};

use super::alphabet::{Letter, Variant};

/// A server during one command.
#[derive(Debug)]
pub(super) struct Script {
    command: Letter,
    answers: VecDeque<RunResult>,
    /// The command lines that were executed.
    lines: Vec<CommandLine>,
}

impl Script {
    /// A server that shows the site of a command, and answers these runs. Runs beyond them do not
    /// finish.
    pub(super) fn new(command: Letter, answers: impl IntoIterator<Item = RunResult>) -> Self {
        Self { command, answers: answers.into_iter().collect(), lines: Vec::new() }
    }

    /// The command lines that were executed, each documented.
    pub(super) fn lines(&self) -> &[CommandLine] {
        &self.lines
    }
}

fn opposite(entered: Entered) -> Entered {
    match entered {
        Entered::Right => Entered::Wrong,
        Entered::Wrong => Entered::Right,
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

    /// What is passed on is held against what was told, now or with another command: a connector may
    /// keep the tab that it was started with. A word that was never told is the opposite of what is
    /// due.
    fn execute(&mut self, line: &CommandLine) -> Result<(Run, RunResult), Undocumented> {
        let told = self.description();
        let as_told = line.read(&Description { right: told.tab.clone(), ..told })?;
        let passed = line.parse()?;
        let now = self.view().tab;
        let entered =
            |is_told_now, word: &str, words: fn(&Tabbed) -> &String, of: fn(&Tab) -> Entered| {
                let due = of(&now);
                match (is_told_now, Variant::of_word(word, words)) {
                    (Entered::Right, _) => due,
                    (Entered::Wrong, Some(other)) => of(&other.view(0).tab),
                    (Entered::Wrong, None) => opposite(due),
                }
            };
        let name = match as_told.job {
            // Named is the site entry, which is no matter of the tab.
            Job::ExportMessages(_) => as_told.tab.name,
            _ => entered(as_told.tab.name, passed.name, |tab| &tab.name, |tab| tab.name),
        };
        let tab = Tab {
            name,
            password: entered(
                as_told.tab.password,
                passed.password,
                |tab| &tab.password,
                |tab| tab.password,
            ),
            path: entered(as_told.tab.path, passed.path, |tab| &tab.path, |tab| tab.path),
            ..now
        };
        self.lines.push(line.clone());
        let run = Run { job: as_told.job, tab };
        Ok((run, self.run(run)))
    }
}
