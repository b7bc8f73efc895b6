//! During which steps the service acts.
//!
//! Operators start and stop it; a program that is not found restarts its thread, and the 26th
//! restart in one life ends the service (C8). A cycle has IMPORT launched only while outbound mail
//! waits, so the count of restarts depends on that too.

use super::Stops;
use super::history::History;
use crate::conditions::{Condition, Direction};
use crate::scenario::{Operation, Scenario, Step};

/// The launch of a program that is not found which ends a life of the service (Q294947).
const LAST_LAUNCH: u32 = 26;

/// The service during one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Service {
    /// Whether it acts on this step at all.
    pub(super) acts: bool,
    /// In how many cycles of this step it has EXPORT executed, at most.
    pub(super) cycles: u32,
}

/// One life of the service, from a start on.
#[derive(Debug, Clone, Copy)]
struct Life {
    up: bool,
    not_found: u32,
}

/// Reads the service's part in every step.
pub(super) fn read(
    scenario: &Scenario,
    history: &History,
    stops: &Stops,
    service: &mut Vec<Service>,
) {
    service.clear();
    let mut life = Life { up: false, not_found: 0 };
    let mut outbound_waits = false;
    for (index, step) in scenario.timeline.iter().enumerate() {
        let holding = history.holding(index);
        let found = !holding.contains(Condition::ProgramsNotOnPath);
        let was_up = life.up;
        let (acts, cycles) = match *step {
            Step::Do(Operation::Start) if was_up => (false, 0),
            Step::Do(Operation::Start | Operation::Restart) => {
                life = Life { up: true, not_found: 0 };
                (true, life.launches(1, 1, found))
            }
            Step::Do(Operation::Stop | Operation::Kill) => {
                life.up = false;
                (false, 0)
            }
            Step::Do(Operation::Dirsync) => {
                (was_up, if was_up { life.launches(1, 1, found) } else { 0 })
            }
            Step::Cycles(count) if was_up => {
                let each = 1 + u32::from(outbound_waits);
                outbound_waits &= !holding.is_disjoint(stops.import);
                (true, life.launches(u32::from(count), each, found))
            }
            Step::Mail(Direction::CcMail, _) => {
                outbound_waits = true;
                (false, 0)
            }
            _ => (false, 0),
        };
        service.push(Service { acts, cycles });
    }
}

impl Life {
    /// The service launches programs in up to `cycles` cycles, `each` of them in a cycle. Returns
    /// in how many cycles it came to launch EXPORT, which comes first in each.
    fn launches(&mut self, cycles: u32, each: u32, found: bool) -> u32 {
        if found {
            return cycles;
        }
        let left = LAST_LAUNCH - self.not_found;
        if cycles * each < left {
            self.not_found += cycles * each;
            return cycles;
        }
        self.up = false;
        left.div_ceil(each)
    }
}
