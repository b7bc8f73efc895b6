//! What ends the trouble: the documented repairs, and what the service must do after them.

use event70_model::{Assumption, Condition, Keyword, Operation, Repair, Setup, Step};

use super::evidence::Standing;
use super::rule_state::RuleState;
use super::rules::Rules;
use crate::{Clearing, Documented, Outcome, cleared_by, is_affected};

/// The repairs that, applied in this order, clear everything that holds and has an effect on this
/// site; a restart after them if the service that runs is held up by what is over (Q233164); and
/// where the site entry is wanting or wrong, a dirsync, which brings it. None of them is
/// superfluous: a repair is named once, CHKSTAT once for each pass of damage that is left, and where
/// only a restored backup mends the index it mends the data as well.
#[must_use]
pub fn remedy(
    setup: &Setup,
    standing: &[Standing],
    rule_state: &RuleState,
    rules: &Rules,
) -> Vec<Step> {
    let affected = standing.iter().filter(|s| is_affected(setup, s.fault.condition));
    let (mut repairs, mut needs_dirsync): (Vec<Repair>, bool) = (Vec::new(), false);
    for standing in affected {
        let condition = standing.fault.condition;
        if repairs.iter().any(|repair| clears_at_once(*repair, condition)) {
            continue;
        }
        if condition == Condition::SiteEntryMissing {
            needs_dirsync = true;
            continue;
        }
        let Some(repair) = cleared_by(condition).iter().next() else { continue };
        needs_dirsync |= condition == Condition::EntryMadeByHand;
        let times =
            if condition == Condition::PostofficeDamaged { standing.passes_left } else { 1 };
        repairs.extend((0..times).map(|_| repair));
    }
    let operations = [
        (needs_restart(rule_state, rules), Operation::Restart),
        (needs_dirsync, Operation::Dirsync),
    ];
    let operations = operations.into_iter().filter(|(is_needed, _)| *is_needed);
    let operations = operations.map(|(_, operation)| Step::Do(operation));
    repairs.into_iter().map(Step::Repair).chain(operations).collect()
}

fn clears_at_once(repair: Repair, condition: Condition) -> bool {
    repair.entry().clears.contains(&(condition, Clearing::AtOnce))
}

/// Why a restart belongs to a repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestartReason {
    /// What is wrong on the tab, or was, is in force until the next start (Q233164).
    InForce,
    /// A thread is held until the next start by a run that met the condition (Q164695, Q181186).
    Held,
}

/// Why the service that runs must be restarted as well when this condition is repaired, or after it
/// was; nothing where the repair is enough.
#[must_use]
pub fn restart_reason(
    condition: Condition,
    rule_state: &RuleState,
    rules: &Rules,
) -> Option<RestartReason> {
    if !rule_state.service().0 {
        return None;
    }
    if !rules.assumes(Assumption::TabTakesEffect) && rule_state.in_force().contains(condition) {
        return Some(RestartReason::InForce);
    }
    let holds = condition.entry().rows.iter().any(|row| row.message_export == Outcome::Unfinished);
    (holds && !rule_state.held().is_empty()).then_some(RestartReason::Held)
}

/// Whether the service is up, and a thread of it is held or a wrong entry of the tab in force.
fn needs_restart(rule_state: &RuleState, rules: &Rules) -> bool {
    Condition::ALL.iter().any(|condition| restart_reason(*condition, rule_state, rules).is_some())
}
