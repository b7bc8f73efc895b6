//! How a run ends where it is open what holds: the world falls into parts, one for each condition that
//! may decide, and one in which nothing stops the run.
//!
//! A run walks past the barriers in the order of the catalogue, so the parts are these: the first open
//! condition decides; it does not hold and the second decides; and so on. What stands behind the one
//! that decides stays open, which is why no part is told that knows more than the log can tell.

use enumset::EnumSet;
use event70_model::{Condition, Fault};
use event70_rule::{Outcome, Rules, RunKind, faults_of, is_affected};

use crate::kinds::Kinds;
use crate::world::{TAB, World, lasting};

/// The parts of a world in each of which it is known what decides how this run ends. Where the service
/// goes by another tab than there is now, `reads_again` says that its runs are given that one all the
/// same.
pub(crate) fn ask(world: &World, run: RunKind, reads_again: bool, rules: &Rules) -> Vec<World> {
    let met = met_by(world, run, reads_again);
    let mut parts = Vec::new();
    let mut undecided = vec![*world];
    for condition in lasting() {
        if !met.contains(condition) && !world.open.contains(condition) {
            continue;
        }
        let mut still = Vec::new();
        for part in undecided {
            decided_by(
                &part,
                condition,
                met.contains(condition),
                run,
                rules,
                &mut parts,
                &mut still,
            );
        }
        undecided = still;
    }
    parts.extend(undecided);
    parts
}

/// What of that which is known to hold a run of this kind meets: of the tab what it is given. The name
/// on the tab a message EXPORT meets in the tab itself (C23).
pub(crate) fn met_by(world: &World, run: RunKind, reads_again: bool) -> EnumSet<Condition> {
    let given = match run {
        RunKind::MessageExport => TAB - Condition::TabNameWrong,
        _ => TAB,
    };
    let holding = world.holding();
    if world.running && !reads_again {
        (holding - given) | (world.in_force() & given)
    } else {
        holding
    }
}

/// Divides a part by whether this condition decides.
fn decided_by(
    part: &World,
    condition: Condition,
    is_met: bool,
    run: RunKind,
    rules: &Rules,
    decided: &mut Vec<World>,
    still: &mut Vec<World>,
) {
    let mut passing = part.kinds;
    let faults: Vec<Fault> = match part.fault(condition) {
        Some(fault) if is_met => vec![fault],
        _ => faults_of(condition).collect(),
    };
    for fault in faults {
        let stopped = stopped_by(part.kinds, fault, run, rules);
        for kinds in stopped {
            passing = passing.without(kinds);
            if is_met {
                decided.push(part.on(kinds));
            } else if let Some(with) = part.on(kinds).with(fault) {
                decided.push(with);
            }
        }
    }
    if is_met {
        // On these it is in the way of nothing.
        if !passing.is_empty() {
            still.push(part.on(passing));
        }
        return;
    }
    if passing == part.kinds {
        still.push(*part);
        return;
    }
    // It does not hold where it would stop the run. Where it stops runs of other kinds only it stays
    // open; where it can stop none, it makes no difference.
    let elsewhere = passing.and(Kinds::such(|setup| is_affected(setup, condition)));
    let here = part.kinds.without(elsewhere);
    still.push(part.on(here).without(condition));
    if !elsewhere.is_empty() {
        still.push(part.on(elsewhere));
    }
}

/// The kinds of site on which this fault stops such a run, those on which it ends alike together.
fn stopped_by(kinds: Kinds, fault: Fault, run: RunKind, rules: &Rules) -> Vec<Kinds> {
    let mut groups: Vec<(Outcome, Kinds)> = Vec::new();
    for setup in kinds.setups() {
        let outcome = rules.ends(fault, setup.exchange, run);
        if outcome == Outcome::NotStopped || !is_affected(&setup, fault.condition) {
            continue;
        }
        let this = kinds.and(Kinds::of(&setup));
        match groups.iter_mut().find(|(known, _)| *known == outcome) {
            Some((_, group)) => *group = group.or(this),
            None => groups.push((outcome, this)),
        }
    }
    groups.into_iter().map(|(_, kinds)| kinds).collect()
}
