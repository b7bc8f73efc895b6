//! What ends the trouble.

use event70_model::{Condition, Operation, Repair, Setup, Step};

use super::evidence::Standing;
use crate::{Clearing, Documented, cleared_by, is_affected};

/// The repairs that, applied in this order, clear everything that holds and has an effect on this
/// site; where the site entry is wanting or wrong, a dirsync follows them, which brings it. None
/// of them is superfluous: a repair is named once, CHKSTAT once for each pass of damage that is
/// left, and where only a restored backup mends the index it mends the data as well.
#[must_use]
pub fn remedy(setup: &Setup, standing: &[Standing]) -> Vec<Step> {
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
    let dirsync = needs_dirsync.then_some(Step::Do(Operation::Dirsync));
    repairs.into_iter().map(Step::Repair).chain(dirsync).collect()
}

fn clears_at_once(repair: Repair, condition: Condition) -> bool {
    repair.entry().clears.contains(&(condition, Clearing::AtOnce))
}
