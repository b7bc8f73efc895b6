//! When the service has EXPORT executed.
//!
//! Operators start and stop it; a program that is not found restarts its thread, and the 26th
//! restart in one life ends the service (C8). A cycle has IMPORT launched only while outbound mail
//! waits, so the count of restarts depends on that too.

use enumset::EnumSet;

use super::Stops;
use super::prediction::ExportKind;
use crate::conditions::{Condition, Direction};
use crate::scenario::{Operation, Step};

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

    /// The same, with outbound mail waiting or not.
    pub(super) fn fold(&mut self, outbound_waits: bool) {
        self.outbound_waits = outbound_waits;
    }

    /// Reads one step that acts upon the service, and what holds during it.
    pub(super) fn next(
        &mut self,
        step: Step,
        holding: EnumSet<Condition>,
        stops: &Stops,
    ) -> Option<Launched> {
        let found = !holding.contains(Condition::ProgramsNotOnPath);
        match step {
            Step::Do(Operation::Start) if self.up => None,
            Step::Do(Operation::Start | Operation::Restart) => {
                (self.up, self.not_found) = (true, 0);
                self.launch(ExportKind::Messages, 1, 1, found)
            }
            Step::Do(Operation::Stop | Operation::Kill) => {
                (self.up, self.not_found) = (false, 0);
                None
            }
            Step::Do(Operation::Dirsync) if self.up => {
                self.launch(ExportKind::Directory, 1, 1, found)
            }
            Step::Cycles(count) if self.up => {
                let each = 1 + u32::from(self.outbound_waits);
                self.outbound_waits &= !holding.is_disjoint(stops.import);
                self.launch(ExportKind::Messages, u32::from(count), each, found)
            }
            Step::Mail(Direction::CcMail, _) => {
                self.outbound_waits = true;
                None
            }
            _ => None,
        }
    }

    /// The service carries out up to so many commands and launches `each` programs in each, EXPORT
    /// first.
    fn launch(
        &mut self,
        kind: ExportKind,
        commands: u32,
        each: u32,
        found: bool,
    ) -> Option<Launched> {
        if found {
            return Some(Launched { kind, commands });
        }
        let left = LAST_LAUNCH - self.not_found;
        if commands * each < left {
            self.not_found += commands * each;
            return Some(Launched { kind, commands });
        }
        (self.up, self.not_found) = (false, 0);
        Some(Launched { kind, commands: left.div_ceil(each) })
    }
}
