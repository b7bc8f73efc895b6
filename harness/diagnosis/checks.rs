//! What to look at or try next: what splits the explanations that are left best.

use enumset::{EnumSet, enum_set};
use event70_model::{Condition, Operation, Repair, Step};
use event70_rule::{REPAIRS, RepairEntry};

use crate::diagnosis::Group;

/// Something that an administrator can look at, and which conditions it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// What to do, as an instruction.
    pub instruction: &'static str,
    /// What is seen where one of the conditions holds, and where none does.
    pub outcomes: [&'static str; 2],
    /// The conditions of which one holds if the first is seen.
    pub shows: EnumSet<Condition>,
}

const fn look(
    instruction: &'static str,
    outcomes: [&'static str; 2],
    shows: EnumSet<Condition>,
) -> Look {
    Look { instruction, outcomes, shows }
}

/// What can be looked at without changing anything, in the order in which it takes little effort.
pub const LOOKS: [Look; 16] = [
    look(
        "compare the path on the Postoffice tab with the folder of the post office",
        ["they differ", "they are the same"],
        enum_set!(Condition::TabPathWrong),
    ),
    look(
        "compare the name on the Postoffice tab with the name of the post office",
        ["they differ", "they are the same"],
        enum_set!(Condition::TabNameWrong),
    ),
    look(
        "run ADMIN for the post office with the password of the Postoffice tab",
        ["it is refused", "it is accepted"],
        enum_set!(Condition::TabPasswordWrong | Condition::PostofficePasswordChanged),
    ),
    look(
        "look for an entry of the Exchange site in the directory of the post office",
        ["there is none", "there is one"],
        enum_set!(Condition::SiteEntryMissing),
    ),
    look(
        "look whether somebody made the entry of the Exchange site by hand",
        ["somebody did", "nobody did"],
        enum_set!(Condition::EntryMadeByHand),
    ),
    look(
        "log on as the Exchange service account, open the folder of the post office, and \
                      create a file in it",
        ["one of the two fails", "both work"],
        enum_set!(Condition::ShareAccessDenied | Condition::ReadOnlyAccess),
    ),
    look(
        "look whether Gateway Services for NetWare has a gateway account, whether that is a \
                      member of NTGATEWAY, and how many connections it may have",
        ["something is missing or used up", "all is there"],
        enum_set!(
            Condition::GatewayNotConfigured
                | Condition::GatewayAccountNotInNtgateway
                | Condition::GatewayConnectionLimit
        ),
    ),
    look(
        "log on to NetWare with the name and the password of the Exchange service account",
        ["it fails", "it works"],
        enum_set!(Condition::NetwareAccountMismatch | Condition::NetwareAccountLocked),
    ),
    look(
        "look which service pack Windows NT has, and whether the LSA2 hotfix is installed",
        ["the hotfix is there, and no SP4", "it is otherwise"],
        enum_set!(Condition::Lsa2Hotfix),
    ),
    look(
        "look whether the path of the connector store has a space or a name of more than \
                      eight characters",
        ["it has", "it has neither"],
        enum_set!(Condition::InstallPathSpace | Condition::InstallPathLong),
    ),
    look(
        "run EXPORT at a command prompt of the Exchange server, and look for IE.RI",
        ["EXPORT or IE.RI is not found", "both are there"],
        enum_set!(Condition::ProgramsNotOnPath | Condition::ResourceFileMissing),
    ),
    look(
        "compare the selected Import/Export version with the database of the post office",
        ["they do not fit", "they fit"],
        enum_set!(Condition::DatabaseVersionMismatch),
    ),
    look(
        "ask whether the post office is down for maintenance, or another process holds it",
        ["it is down or held", "it is up and free"],
        enum_set!(Condition::PostofficeShutDown | Condition::PostofficeLocked),
    ),
    look(
        "look for extended characters in the name of the post office",
        ["there are some", "there are none"],
        enum_set!(Condition::PostofficeNameExtended),
    ),
    look(
        "look at the oldest message of either queue, and compare Locale Date Format with the \
                      dates that IMPORT expects",
        ["something is wrong with them", "nothing is"],
        enum_set!(
            Condition::MessageCorrupt
                | Condition::OutboundMessageRejected
                | Condition::DateFormatUnknown
        ),
    ),
    look(
        "run ANALYZE over the post office",
        ["it finds damage", "it finds none"],
        enum_set!(
            Condition::DirectoryIndexDamaged
                | Condition::PostofficeDamaged
                | Condition::PostofficeFragmented
        ),
    ),
];

/// What can be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// Something is looked at.
    Look(Look),
    /// Steps are taken, and the log is looked at.
    Try(Vec<Step>),
}

/// A check, and what each outcome would leave over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What to do.
    pub check: Check,
    /// For each outcome how many explanations it leaves; of steps that are tried, as one history of each
    /// group plays them.
    pub outcomes: Vec<Outcome>,
}

/// What may come of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What is seen.
    pub seen: Sight,
    /// How many explanations are left then.
    pub leaves: usize,
}

/// What is seen in a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// What is seen of something that is looked at.
    Looked(&'static str),
    /// These judged events are logged, in this order.
    Events(Vec<u16>),
}

/// What splits these explanations, the best first: what leaves least over in the worst case; of those
/// that leave as much, looks before what changes anything, and what can do no harm before repairs.
#[must_use]
pub fn suggestions(groups: &[Group]) -> Vec<Suggestion> {
    let looks = LOOKS.iter().map(|look| looked(*look, groups));
    let [cycle, restart, dirsync] =
        [Step::Cycles(1), Step::Do(Operation::Restart), Step::Do(Operation::Dirsync)];
    let operations = [vec![cycle], vec![restart], vec![dirsync, cycle]];
    let repairs = REPAIRS.iter().filter(|entry| clears_some(entry, groups)).map(|entry| {
        let tab = entry.repair == Repair::CorrectPostofficeTab;
        let after = if tab { restart } else { cycle };
        vec![Step::Repair(entry.repair), after]
    });
    let tries = operations.into_iter().chain(repairs).map(|steps| tried(steps, groups));
    let mut found: Vec<Suggestion> =
        looks.chain(tries).filter(|one| one.outcomes.len() > 1).collect();
    // The sort is stable: what comes before in the list is tried first.
    found.sort_by_key(|one| (one.worst(), rank(&one.check)));
    found
}

impl Suggestion {
    /// How many explanations are left in the worst case.
    #[must_use]
    pub fn worst(&self) -> usize {
        self.outcomes.iter().map(|outcome| outcome.leaves).max().unwrap_or(0)
    }
}

fn rank(check: &Check) -> usize {
    match check {
        Check::Look(_) => 0,
        Check::Try(steps) => 1 + usize::from(matches!(steps[0], Step::Repair(_))),
    }
}

fn clears_some(entry: &RepairEntry, groups: &[Group]) -> bool {
    let clears = |condition: Condition| entry.clears.iter().any(|(other, _)| *other == condition);
    groups.iter().any(|group| group.holding.iter().any(clears))
}

fn looked(look: Look, groups: &[Group]) -> Suggestion {
    let shown = groups.iter().filter(|group| !group.holding.is_disjoint(look.shows)).count();
    let [found, not_found] = look.outcomes.map(Sight::Looked);
    let sides = [(found, shown), (not_found, groups.len() - shown)];
    let outcomes = sides.into_iter().filter(|(_, leaves)| *leaves > 0);
    let outcomes = outcomes.map(|(seen, leaves)| Outcome { seen, leaves }).collect();
    Suggestion { check: Check::Look(look), outcomes }
}

/// What comes of steps, as the history of each group plays them.
fn tried(steps: Vec<Step>, groups: &[Group]) -> Suggestion {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for group in groups {
        let seen = Sight::Events(group.history.and_then(&steps));
        match outcomes.iter_mut().find(|outcome| outcome.seen == seen) {
            Some(outcome) => outcome.leaves += 1,
            None => outcomes.push(Outcome { seen, leaves: 1 }),
        }
    }
    Suggestion { check: Check::Try(steps), outcomes }
}

#[cfg(test)]
mod tests {
    use event70_model::Keyword;

    use super::*;

    #[test]
    fn every_condition_that_lasts_can_be_looked_for_in_one_place() {
        for condition in Condition::ALL.iter().filter(|c| **c != Condition::ForeignEvent70) {
            let looks = LOOKS.iter().filter(|look| look.shows.contains(*condition));
            assert_eq!(looks.count(), 1, "{condition}");
        }
    }
}
