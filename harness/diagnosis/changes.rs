//! What nobody saw happen between two records: a repair, an injection, another level, mail.
//!
//! Such a change is looked for only right before the command for which it makes a difference. One
//! that makes none there could as well come later, so no history is lost, and of the histories that
//! differ in nothing but when a change took place only the latest is found: the canonical one.

use enumset::{EnumSet, enum_set};
use event70_model::{Condition, Direction, Fault, Keyword, Repair, Site};
use event70_rule::{
    Clearing, Documented, Outcome, Rules, clears, default_fault, faults_of, is_affected,
};

use crate::ask::met_by;
use crate::kinds::Kinds;
use crate::moves::Command;
use crate::needs::shown_as;
use crate::world::{Queue, TAB, World, excluded_by, lasting};

/// What a run that does not finish can be told by: that nothing comes any more.
pub(crate) const SILENCE: u16 = 0;

/// A step of which no record tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// A documented repair.
    Repair(Repair),
    /// A condition begins to hold.
    Inject(Fault),
    /// From now on successful runs and dirsyncs are shown, or neither.
    ShowsAll(bool),
    /// From now on successful runs are shown, or not.
    ShowsRuns(bool),
    /// From now on dirsyncs are shown, or not.
    ShowsDirsyncs(bool),
    /// Mail, as much as the records after it tell.
    Mail(Direction),
    /// The service is stopped. Nothing in a log needs it, but somebody may say so.
    Stop,
}

impl Change {
    /// Where it stands among changes that can change places: they are looked for in one order only.
    /// A repair stands before an injection, which it would undo or not touch.
    pub(crate) fn place(self) -> usize {
        match self {
            Self::Repair(repair) => repair as usize,
            Self::Inject(fault) => 100 + fault.condition as usize,
            Self::ShowsAll(_) => 50,
            Self::ShowsRuns(_) => 51,
            Self::ShowsDirsyncs(_) => 52,
            Self::Mail(to) => 300 + to as usize,
            Self::Stop => 400,
        }
    }

    /// Whether it may be followed by itself.
    pub(crate) fn repeats(self) -> bool {
        self == Self::Repair(Repair::Chkstat)
    }
}

/// Every change that can make a difference for this command, with what it leads to, and of an injection
/// the events of which one must follow.
pub(crate) fn changes(
    world: &World,
    command: Command,
    rules: &Rules,
) -> Vec<(Change, World, Vec<u16>)> {
    let repairs = repairs_for(world, command, rules).iter().map(Change::Repair);
    let injections = lasting().flat_map(faults_of).filter_map(|fault| {
        let tells = told_by(world, fault, command, rules);
        (!tells.is_empty()).then_some((Change::Inject(fault), tells))
    });
    let others = levels(world, command).into_iter().chain(mail(world, command));
    let untold = |change| (change, Vec::new());
    let all = repairs.map(untold).chain(injections).chain(others.map(untold));
    all.flat_map(|(change, tells)| {
        let after = changed(world, change).into_iter();
        after.map(move |after| (change, after, tells.clone()))
    })
    .collect()
}

/// The changes of what is shown of this command.
fn levels(world: &World, command: Command) -> Vec<Change> {
    let [runs, dirsyncs] = world.shown;
    let mut changes = Vec::new();
    if command == Command::Dirsync {
        let differ = |shown: &bool| world.shown.contains(&Some(!shown));
        changes.extend([false, true].into_iter().filter(differ).map(Change::ShowsAll));
    }
    changes.extend(runs.map(|shown| Change::ShowsRuns(!shown)));
    if command == Command::Dirsync {
        changes.extend(dirsyncs.map(|shown| Change::ShowsDirsyncs(!shown)));
    }
    changes
}

/// The mail of which this command can take more than is known to wait.
fn mail(world: &World, command: Command) -> impl Iterator<Item = Change> {
    let inbound = !world.inbound && command != Command::Dirsync;
    let outbound = world.outbound == Queue::Empty && command == Command::Cycle;
    let waits = [(inbound, Direction::Exchange), (outbound, Direction::CcMail)];
    waits.into_iter().filter(|(is_so, _)| *is_so).map(|(_, to)| Change::Mail(to))
}

/// The worlds after a change.
pub(crate) fn changed(world: &World, change: Change) -> Vec<World> {
    let [runs, dirsyncs] = world.shown;
    match change {
        Change::Repair(repair) => repaired(world, repair),
        Change::Inject(fault) => injected(world, fault),
        Change::ShowsAll(shown) => vec![World { shown: [Some(shown); 2], ..*world }],
        Change::ShowsRuns(shown) => vec![World { shown: [Some(shown), dirsyncs], ..*world }],
        Change::ShowsDirsyncs(shown) => vec![World { shown: [runs, Some(shown)], ..*world }],
        Change::Mail(Direction::Exchange) => vec![World { inbound: true, ..*world }],
        Change::Mail(Direction::CcMail) => vec![World { outbound: Queue::Waits, ..*world }],
        Change::Stop => vec![World { running: false, ..*world }.folded()],
    }
}

/// The repairs that clear something which is known to stand in the way of a run of this command.
fn repairs_for(world: &World, command: Command, rules: &Rules) -> EnumSet<Repair> {
    let holding = world.holding();
    let met = command.runs().iter().flat_map(|run| {
        let goes_by_now = met_by(world, *run, true);
        let met = if command.begins_life() {
            goes_by_now
        } else {
            goes_by_now | met_by(world, *run, false)
        };
        met.iter()
            .filter(|condition| {
                let fault = world.fault(*condition).unwrap_or(default_fault(*condition));
                world.kinds.setups().any(|setup| {
                    rules.ends(fault, setup.exchange, *run) != Outcome::NotStopped
                        && is_affected(&setup, *condition)
                })
            })
            .collect::<Vec<_>>()
    });
    let in_the_way: EnumSet<Condition> =
        met.filter(|condition| holding.contains(*condition)).collect();
    let clearing = |repair: &Repair| in_the_way.iter().any(|condition| clears(*repair, condition));
    Repair::ALL.iter().copied().filter(clearing).collect()
}

/// A world after a repair, divided where it depends on something open what comes of it.
fn repaired(world: &World, repair: Repair) -> Vec<World> {
    let mut parts = vec![*world];
    for (condition, how) in repair.entry().clears {
        if !world.open.contains(*condition) {
            continue;
        }
        // What the life goes by stays as it is, so it must be known what that was.
        let of_life = world.running && TAB.contains(*condition);
        if !of_life && *how == Clearing::AtOnce {
            parts.iter_mut().for_each(|part| part.open -= *condition);
            continue;
        }
        parts = parts.iter().flat_map(|part| either(part, *condition)).collect();
    }
    for part in &mut parts {
        part.site.repair(repair);
        // An entry that is made by hand is a condition of its own.
        part.held |= part.holding();
        *part = part.folded();
    }
    parts
}

/// A world divided by whether a condition holds that is open in it.
fn either(part: &World, condition: Condition) -> Vec<World> {
    let with = faults_of(condition).filter_map(|fault| part.with(fault));
    with.chain([part.without(condition)]).collect()
}

/// If this condition is known not to hold, the events that can show that it has begun to: those of the
/// runs of this command that it stops, or silence.
fn told_by(world: &World, fault: Fault, command: Command, rules: &Rules) -> Vec<u16> {
    let condition = fault.condition;
    if world.open.contains(condition) || world.site.holds(fault) {
        return Vec::new();
    }
    let mut told = Vec::new();
    for setup in world.kinds.setups().filter(|setup| is_affected(setup, condition)) {
        for run in command.runs() {
            let outcome = rules.ends(fault, setup.exchange, *run);
            told.extend(shown_as(*run, outcome));
            if outcome == Outcome::Unfinished {
                told.push(SILENCE);
            }
        }
    }
    told.sort_unstable();
    told.dedup();
    told
}

/// The worlds in which this condition begins to hold, whether it held before or not; none if it can on
/// no site that is left.
fn injected(world: &World, fault: Fault) -> Vec<World> {
    let condition = fault.condition;
    let parts =
        if world.open.contains(condition) { either(world, condition) } else { vec![*world] };
    let on_sites = parts.iter().filter_map(|part| {
        let kinds = part.kinds.and(Kinds::allowing(condition));
        (!kinds.is_empty()).then(|| part.on(kinds))
    });
    let begins = on_sites.map(|mut after| {
        after.open -= excluded_by(condition);
        after.held |= condition;
        after.site.inject(fault);
        after.folded()
    });
    begins.collect()
}

/// Whether something on the tab is changed.
pub(crate) fn is_of_tab(change: Change) -> bool {
    match change {
        Change::Inject(fault) => TAB.contains(fault.condition),
        Change::Repair(repair) => TAB.iter().any(|condition| clears(repair, condition)),
        _ => false,
    }
}

/// What can keep a run from finishing, or hold its thread.
const HOLDING: EnumSet<Condition> =
    enum_set!(Condition::InstallPathSpace | Condition::InstallPathLong);

/// Whether a change can make a difference for a command of which nothing is in the log. An injection
/// shows in what is logged, or else in the life that begins with it.
pub(crate) fn matters_in_silence(change: Change, command: Command) -> bool {
    match change {
        // A run that does not finish holds its thread.
        Change::Inject(fault) if HOLDING.contains(fault.condition) => true,
        Change::Inject(_) => is_of_tab(change) && command.begins_life(),
        _ => true,
    }
}
