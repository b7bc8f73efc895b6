//! Both truth values of every clause of the rule.

use event70_model::{Operation, Step};
use event70_rule::{Barrier, CATALOGUE, Documented, ExportKind, Outcome};

use super::Item;
use super::played::{Look, RunKind};

const SERVICE_GIVES_UP: u16 = 85;
const RESTARTS: u16 = 86;
const DIRSYNC_COMPLETE: u16 = 14031;

/// Every clause, once true and once false.
pub(super) fn items() -> Vec<Item> {
    let mut items: Vec<Item> = RunKind::ALL.iter().flat_map(|kind| of_barriers(*kind)).collect();
    items.extend([
        step("a cycle finds the service up", |look| cycles(look) && look.up),
        step("a cycle finds the service down", |look| cycles(look) && !look.up),
        step("a dirsync finds the service up", |look| dirsync(look) && look.up),
        step("a dirsync finds the service down", |look| dirsync(look) && !look.up),
        step("a start finds the service up", |look| start(look) && look.up),
        step("a start finds the service down", |look| start(look) && !look.up),
        step("a program that is not found restarts", |look| look.runs.logged(RESTARTS)),
        step("the 26th launch ends the service", |look| look.runs.logged(SERVICE_GIVES_UP)),
        step("a batch is full", |look| full_batch(look) == Some(true)),
        step("no batch is full", |look| full_batch(look) == Some(false)),
        step("a dirsync completes", |look| dirsync(look) && completes(look)),
        step("a dirsync does not complete", |look| dirsync(look) && look.up && !completes(look)),
        step("outbound mail waits", |look| cycles(look) && look.up && look.runs.imports > 0),
        step("no outbound mail waits", |look| cycles(look) && look.up && look.runs.imports == 0),
    ]);
    items
}

/// An item that is shown by one step.
pub(super) fn step(says: &str, shows: impl Fn(&Look) -> bool + 'static) -> Item {
    Item::new(says, move |played| played.looks.iter().any(&shows))
}

/// For each barrier that can stop this kind of run: it is stopped there, and it passes.
fn of_barriers(kind: RunKind) -> Vec<Item> {
    let stops = CATALOGUE.iter().filter(|e| kind.outcome(&e.rows[0]) != Outcome::NotStopped);
    let mut barriers: Vec<Barrier> = stops.map(|entry| entry.barrier).collect();
    barriers.dedup();
    let both = barriers.into_iter().flat_map(|barrier| {
        let name = kind.name();
        let stopped = step(&format!("{barrier}: stops {name}"), move |look| {
            decided_at(look, kind) == Some(barrier)
        });
        let passed = step(&format!("{barrier}: lets {name} pass"), move |look| {
            look.passes(kind) || decided_at(look, kind).is_some_and(|at| at > barrier)
        });
        [stopped, passed]
    });
    both.collect()
}

fn decided_at(look: &Look, kind: RunKind) -> Option<Barrier> {
    look.decides(kind).map(|fault| fault.condition.entry().barrier)
}

fn cycles(look: &Look) -> bool {
    matches!(look.step, Step::Cycles(_))
}

fn dirsync(look: &Look) -> bool {
    look.does(Operation::Dirsync)
}

fn start(look: &Look) -> bool {
    look.does(Operation::Start)
}

/// Whether some EXPORT of these cycles moved a full batch, so that another followed at once.
pub(super) fn full_batch(look: &Look) -> Option<bool> {
    let Step::Cycles(count) = look.step else { return None };
    let exports = look.predicted.exports.filter(|exports| exports.kind == ExportKind::Messages)?;
    Some(exports.runs > u32::from(count))
}

/// Whether nothing stood in the way of a dirsync, of its EXPORT or of its IMPORT.
pub(super) fn completes(look: &Look) -> bool {
    look.runs.logged(DIRSYNC_COMPLETE)
        || (look.passes(RunKind::DirectoryExport) && look.passes(RunKind::Import))
}
