//! When the service has programs executed.
//!
//! Operators start and stop it; a program that is not found restarts its thread, and one restart
//! too many in a life ends the service (C8); a run that does not finish holds a thread. What of
//! this the documents leave open is asked of the assignment, and only where it makes a difference.

use enumset::{EnumSet, EnumSetType};
use event70_model::{Assumption, Condition, Operation, Step};

use super::rule_state::Notes;
use super::rules::{Clause, Rules};

/// The lower and the higher of two numbers of restarts before the service gives up (Q176375,
/// Q294947).
const RESTARTS: [u32; 2] = [24, 25];

/// What is entered on the Postoffice tab, where it is wrong.
pub(super) const TAB: EnumSet<Condition> = enumset::enum_set!(
    Condition::TabPathWrong
        | Condition::TabNameWrong
        | Condition::TabPasswordWrong
        | Condition::PostofficePasswordChanged
);

/// What runs programs one after the other, and can be held by one of them.
#[derive(Debug, Hash, EnumSetType)]
pub enum Thread {
    /// Message EXPORT.
    Export,
    /// Message IMPORT.
    Import,
    /// A dirsync.
    Dirsync,
}

/// The service up to some step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Service {
    up: bool,
    /// Launches of programs that were not found and count as restarts, in this life.
    restarts: u32,
    /// The threads that launch nothing until the next start.
    held: EnumSet<Thread>,
    /// What was wrong on the tab when this life began, or has become so since.
    tab: EnumSet<Condition>,
}

/// What a step has the service do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// The EXPORT at a start.
    Start,
    /// So many cycles.
    Cycles(u32),
    /// A dirsync.
    Dirsync,
}

/// Launches of a program that is not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost {
    /// How many count as restarts.
    pub(super) launches: u32,
    /// Whether the service gives up.
    pub(super) gives_up: bool,
}

impl Service {
    /// Whether it is up, and how many launches in this life found no program.
    pub(super) fn summary(&self) -> (bool, u32) {
        (self.up, self.restarts)
    }

    /// What was entered rightly when this life began is wrong now.
    pub(super) fn goes_stale(&mut self, entry: Condition) {
        if self.up {
            self.tab |= entry;
        }
    }

    /// What was wrong on the tab when this life began, or has become so since.
    pub(super) fn tab(&self) -> EnumSet<Condition> {
        self.tab
    }

    pub(super) fn held(&self) -> EnumSet<Thread> {
        self.held
    }

    pub(super) fn holds(&mut self, threads: impl Into<EnumSet<Thread>>) {
        self.held |= threads.into();
    }

    /// A life that is over has nothing to remember, and what nobody looks at is forgotten.
    pub(super) fn fold(&mut self, rules: &Rules) {
        if !self.up {
            *self = Self::default();
        }
        if rules.assumes(Assumption::TabTakesEffect) {
            self.tab = EnumSet::empty();
        }
    }

    /// Reads one step that acts upon the service, and says what work it has in it; `wrong` is what
    /// is wrong on the tab now.
    pub(super) fn takes(
        &mut self,
        step: Step,
        wrong: EnumSet<Condition>,
        rules: &Rules,
    ) -> Option<Work> {
        match step {
            Step::Do(Operation::Start) if self.up && rules.has(Clause::StartWhileUpDoesNothing) => {
                None
            }
            Step::Do(Operation::Restart) if !rules.has(Clause::RestartStarts) => None,
            Step::Do(Operation::Start | Operation::Restart) => {
                let kept = if rules.has(Clause::LifeForgetsRestarts) { 0 } else { self.restarts };
                *self = Self { up: true, restarts: kept, held: EnumSet::empty(), tab: wrong };
                Some(Work::Start)
            }
            Step::Do(Operation::Stop) => self.down(rules.has(Clause::StopEnds)),
            Step::Do(Operation::Kill) => self.down(rules.has(Clause::KillEnds)),
            Step::Do(Operation::Dirsync) if self.up || !rules.has(Clause::DirsyncNeedsService) => {
                Some(Work::Dirsync)
            }
            Step::Cycles(count) if self.up || !rules.has(Clause::CyclesNeedService) => {
                Some(Work::Cycles(u32::from(count)))
            }
            _ => None,
        }
    }

    /// A life ends, if it does.
    fn down(&mut self, ends: bool) -> Option<Work> {
        if ends {
            self.up = false;
        }
        None
    }

    /// Up to so many launches find no program, each of which counts as a restart, or as many more
    /// as it takes until the service gives up.
    pub(super) fn loses(
        &mut self,
        launches: u32,
        until_it_gives_up: bool,
        rules: &Rules,
        notes: &mut impl Notes,
    ) -> Lost {
        if !rules.has(Clause::LastLaunchEnds) {
            return Lost { launches, gives_up: false };
        }
        let [sooner, later] = RESTARTS.map(|restarts| (restarts + 1).saturating_sub(self.restarts));
        let goes_on = |left: u32| !until_it_gives_up && launches < left;
        let left = if goes_on(sooner) {
            later
        } else if rules.asks(Assumption::ThreadRestarts, notes) {
            sooner
        } else {
            later
        };
        if goes_on(left) {
            self.restarts += launches;
            return Lost { launches, gives_up: false };
        }
        self.up = false;
        self.restarts += left;
        Lost { launches: left, gives_up: true }
    }
}
