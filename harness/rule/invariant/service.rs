//! When the service has EXPORT executed.
//!
//! Operators start and stop it; a program that is not found restarts its thread, and the 26th
//! restart in one life ends the service (C8). A cycle has IMPORT launched only while outbound mail
//! waits, so the count of restarts depends on that too.

use enumset::EnumSet;
use event70_model::{Condition, Direction, Operation, Step};

use super::prediction::ExportKind;
use super::rules::Clause;

/// The launch of a program that is not found which ends a life of the service (Q294947).
const LAST_LAUNCH: u32 = 26;

/// The service up to some step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Service {
    up: bool,
    /// Launches of programs that were not found, in this life.
    not_found: u32,
    outbound_waits: bool,
}

/// What a step has the service launch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Launched {
    pub(super) kind: ExportKind,
    /// In how many starts, cycles or dirsyncs of this step EXPORT is launched.
    pub(super) commands: u32,
}

impl Service {
    /// Whether it is up, how many launches in this life found no program, whether outbound mail
    /// waits.
    pub(super) fn summary(&self) -> (bool, u32, bool) {
        (self.up, self.not_found, self.outbound_waits)
    }

    /// A life that is over has nothing to count.
    pub(super) fn fold(&mut self) {
        if !self.up {
            self.not_found = 0;
        }
    }

    /// Reads one step that acts upon the service, and what holds during it. `clauses` tells which
    /// clauses of the rule hold.
    pub(super) fn next(
        &mut self,
        step: Step,
        holding: EnumSet<Condition>,
        import_is_stopped: bool,
        clauses: impl Fn(Clause) -> bool,
    ) -> Option<Launched> {
        let found = !holding.contains(Condition::ProgramsNotOnPath);
        match step {
            Step::Do(Operation::Start) if self.up && clauses(Clause::StartWhileUpDoesNothing) => {
                None
            }
            Step::Do(Operation::Restart) if !clauses(Clause::RestartStarts) => None,
            Step::Do(Operation::Start | Operation::Restart) => {
                self.up = true;
                if clauses(Clause::LifeForgetsRestarts) {
                    self.not_found = 0;
                }
                let commands = u32::from(clauses(Clause::StartRunsExport));
                self.launch(ExportKind::Messages, commands, 1, found, clauses)
            }
            Step::Do(Operation::Stop) => self.down(clauses(Clause::StopEnds)),
            Step::Do(Operation::Kill) => self.down(clauses(Clause::KillEnds)),
            Step::Do(Operation::Dirsync) if self.up || !clauses(Clause::DirsyncNeedsService) => {
                let each = u32::from(clauses(Clause::DirsyncLaunches));
                self.launch(ExportKind::Directory, 1, each, found, clauses)
            }
            Step::Cycles(count) if self.up || !clauses(Clause::CyclesNeedService) => {
                let import = self.outbound_waits && clauses(Clause::ImportIsLaunched);
                self.outbound_waits &= import_is_stopped || !clauses(Clause::ImportEmptiesQueue);
                let each = 1 + u32::from(import);
                self.launch(ExportKind::Messages, u32::from(count), each, found, clauses)
            }
            Step::Mail(Direction::CcMail, _) => {
                self.outbound_waits = true;
                None
            }
            _ => None,
        }
    }

    /// A life ends, if it does.
    fn down(&mut self, ends: bool) -> Option<Launched> {
        if ends {
            self.up = false;
        }
        None
    }

    /// The service carries out up to so many commands and launches `each` programs in each, EXPORT
    /// first.
    fn launch(
        &mut self,
        kind: ExportKind,
        commands: u32,
        each: u32,
        found: bool,
        clauses: impl Fn(Clause) -> bool,
    ) -> Option<Launched> {
        if found || !clauses(Clause::LastLaunchEnds) {
            return Some(Launched { kind, commands });
        }
        let left = LAST_LAUNCH.saturating_sub(self.not_found);
        if commands * each < left {
            self.not_found += commands * each;
            return Some(Launched { kind, commands });
        }
        (self.up, self.not_found) = (false, LAST_LAUNCH);
        Some(Launched { kind, commands: left.div_ceil(each.max(1)) })
    }
}
