//! Which documented repairs end the trouble.

use event70_model::{Condition, Repair, Setup};

use super::evidence::Standing;
use crate::{Clearing, Documented, cleared_by, is_affected};

/// The repairs that, applied in this order, clear everything that holds and has an effect on this
/// site. None of them is superfluous: a repair is named once, CHKSTAT once for each pass of damage
/// that is left, and where only a restored backup mends the index it mends the data as well.
#[must_use]
pub fn remedy(setup: &Setup, standing: &[Standing]) -> Vec<Repair> {
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
    repairs
}

fn clears_at_once(repair: Repair, condition: Condition) -> bool {
    repair.entry().clears.contains(&(condition, Clearing::AtOnce))
}
