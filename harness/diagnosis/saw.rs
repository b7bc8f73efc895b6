//! What somebody saw after the log: steps that were taken, and the events that came of them.

use event70_model::{Category, Level, Operation, Step};

use crate::changes::Change;
use crate::moves::{Command, Item};

/// Steps that were taken after the log, and what was logged in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saw {
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// The numbers of the events, in order, of which something is judged; none where none was logged.
    pub events: Vec<u16>,
}

/// What one step of a person comes down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// A command; after a stop where the service ran.
    Command(Command),
    /// Something that changes the world and has nothing logged.
    Change(Change),
}

/// What a step comes down to in this world, once for each of many cycles.
pub(crate) fn taken(step: Step, running: bool) -> Vec<Taken> {
    match step {
        Step::Cycles(count) if running => {
            vec![Taken::Command(Command::Cycle); usize::from(count)]
        }
        Step::Do(Operation::Start) if !running => vec![Taken::Command(Command::Start)],
        Step::Do(Operation::Restart) if running => vec![Taken::Command(Command::Restart)],
        Step::Do(Operation::Restart) => vec![Taken::Command(Command::Start)],
        Step::Do(Operation::Dirsync) if running => vec![Taken::Command(Command::Dirsync)],
        Step::Do(Operation::Stop | Operation::Kill) if running => {
            vec![Taken::Change(Change::Stop)]
        }
        Step::Do(_) | Step::Cycles(_) => Vec::new(),
        Step::Inject(fault) => vec![Taken::Change(Change::Inject(fault))],
        Step::Repair(repair) => vec![Taken::Change(Change::Repair(repair))],
        Step::Mail(to, _) => vec![Taken::Change(Change::Mail(to))],
        Step::Logging(change) => {
            let shows = |category| change.level(category).map(|level| level == Level::Maximum);
            let runs = shows(Category::General).map(Change::ShowsRuns);
            let dirsyncs = shows(Category::DirSynch).map(Change::ShowsDirsyncs);
            runs.into_iter().chain(dirsyncs).map(Taken::Change).collect()
        }
    }
}

/// How many of the events, from the first on, these items are, each once or, where it repeats, once or
/// more; nothing if they are others.
pub(crate) fn eaten(items: &[Item], events: &[u16]) -> Vec<usize> {
    let mut ends = vec![0];
    for item in items {
        let mut next = Vec::new();
        for end in ends {
            let mut at = end;
            while events.get(at) == Some(&item.symbol.id) {
                at += 1;
                next.push(at);
                if !item.repeats {
                    break;
                }
            }
        }
        next.sort_unstable();
        next.dedup();
        ends = next;
    }
    ends
}
