//! The Exchange server: what a connector meets of a site.

use super::command_line::{CommandLine, Undocumented};
use super::description::Description;
use super::run::{Run, RunResult};
use super::view::{Tab, View};
use crate::Event;

/// The computer on which the connector runs, with its settings, its programs and its event log.
pub trait Server {
    /// What the connector sees of the site.
    fn view(&self) -> View;

    /// Executes a program and says how it ended.
    fn run(&mut self, run: Run) -> RunResult;

    /// What would be right in the tab: the harness's own knowledge, which no connector is told.
    fn right_tab(&self) -> Tab {
        Tab::CORRECT
    }

    /// What a connector in another process is told of the site: the same as the
    /// [`view`](Self::view), in words.
    fn description(&self) -> Description {
        Description::of(&self.view(), self.right_tab())
    }

    /// Executes a command line: what it asks for, and how that ended.
    ///
    /// # Errors
    /// If no document knows such a command line.
    fn execute(&mut self, line: &CommandLine) -> Result<(Run, RunResult), Undocumented> {
        let run = line.read(&self.description())?;
        Ok((run, self.run(run)))
    }

    /// The next run that the connector has started by itself instead of asking for it, if there is
    /// one that was not yet told of; the site's own record. Once the command is over (`is_done`),
    /// a run that has not ended is one that will not.
    fn witnessed(&mut self, _is_done: bool) -> Option<(CommandLine, RunResult)> {
        None
    }

    /// What the run that was [executed](Self::execute) or [witnessed](Self::witnessed) last has
    /// printed on its console, where that is more than its [result](RunResult::printed) says.
    fn printed(&self) -> &str {
        ""
    }

    /// The connector has written an event into the log so many times. It is in the trace in any
    /// case; a server that has a log of its own heeds this too.
    fn logged(&mut self, _event: Event, _times: u32) {}
}
