//! What ends the trouble: the documented repairs, and a restart where one belongs to them.

use event70_model::{Assumption, Condition, Operation, Repair, Setup, Step};

use super::evidence::Standing;
use super::rule_state::RuleState;
use super::rules::Rules;
use crate::{Clearing, Documented, cleared_by, is_affected};

/// The repairs that, applied in this order, clear everything that holds and has an effect on this
/// site, and a restart after them if the service that runs is held up by what is over (Q233164).
/// None of them is superfluous: a repair is named once, CHKSTAT once for each pass of damage that is
/// left, and where only a restored backup mends the index it mends the data as well.
#[must_use]
pub fn remedy(
    setup: &Setup,
    standing: &[Standing],
    rule_state: &RuleState,
    rules: &Rules,
) -> Vec<Step> {
    let affected = standing.iter().filter(|s| is_affected(setup, s.fault.condition));
    let mut repairs: Vec<Repair> = Vec::new();
    for standing in affected {
        let condition = standing.fault.condition;
        if repairs.iter().any(|repair| clears_at_once(*repair, condition)) {
            continue;
        }
        let Some(repair) = cleared_by(condition).iter().next() else { continue };
        let times =
            if condition == Condition::PostofficeDamaged { standing.passes_left } else { 1 };
        repairs.extend((0..times).map(|_| repair));
    }
    let restart = needs_restart(rule_state, rules).then_some(Step::Do(Operation::Restart));
    repairs.into_iter().map(Step::Repair).chain(restart).collect()
}

fn clears_at_once(repair: Repair, condition: Condition) -> bool {
    repair.entry().clears.contains(&(condition, Clearing::AtOnce))
}

/// Whether the service is up, and a thread of it is held or a wrong entry of the tab in force.
fn needs_restart(rule_state: &RuleState, rules: &Rules) -> bool {
    let is_old = !rules.assumes(Assumption::TabTakesEffect) && !rule_state.in_force().is_empty();
    rule_state.service().0 && (is_old || !rule_state.held().is_empty())
}
