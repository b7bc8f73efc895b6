//! What witnesses each modelling choice, C1 to C12.
//!
//! A choice is witnessed where its other answer would have shown in the log: C1 by two conditions
//! at two barriers in the way of one run, C11 by an `install-path` condition that holds on 5.5-sp1
//! while a run passes.

use event70_model::{Category, Condition, Exchange, Level, Operation, Repair, Step, Word};
use event70_rule::{Barrier, Documented};

use super::Item;
use super::clauses::{completes, full_batch, step};
use super::played::{Look, Played, RunKind};

const EVENT_OF_SUCCESS: u16 = 67;

/// The witnesses of every choice.
pub(super) fn items() -> Vec<Item> {
    [of_order(), of_runs(), of_launches_and_levels(), of_maintenance(), of_no_ops()]
        .into_iter()
        .flatten()
        .collect()
}

fn of_order() -> Vec<Item> {
    let at = |look: &Look| -> Vec<Barrier> {
        let kinds = RunKind::ALL.into_iter().filter(|kind| look.ran(*kind)).take(1);
        let faults = kinds.flat_map(|kind| look.in_the_way(kind).collect::<Vec<_>>());
        faults.map(|fault| fault.condition.entry().barrier).collect()
    };
    vec![
        step("C1: two barriers in the way of one run", move |look| {
            at(look).windows(2).any(|pair| pair[0] != pair[1])
        }),
        step("C2: two conditions at the barrier that decides", move |look| {
            let barriers = at(look);
            barriers.len() > 1 && barriers[0] == barriers[1]
        }),
        step("C3: a start has an EXPORT that cause 5 stops", |look| {
            look.does(Operation::Start)
                && look.decides(RunKind::MessageExport).map(|f| f.condition)
                    == Some(Condition::SiteEntryMissing)
        }),
        step("C3: a start has an EXPORT that nothing stops", |look| {
            look.does(Operation::Start) && look.passes(RunKind::MessageExport)
        }),
    ]
}

fn of_runs() -> Vec<Item> {
    let after = |operation: Operation| {
        let says = format!("C4: the file number goes on after a {operation}");
        Item::new(says, move |played| goes_on_after(played, operation))
    };
    let mut items: Vec<Item> =
        [Operation::Stop, Operation::Restart, Operation::Kill].map(after).into();
    items.extend([
        step("C4: the file number wraps", |look| look.runs.wraps),
        step("C5: a full batch is followed by another at once", |look| {
            full_batch(look) == Some(true)
        }),
        step("C5: several IMPORTs in one cycle", |look| {
            look.step == Step::Cycles(1) && look.runs.imports > 1
        }),
        step("C6: a dirsync brings the site entry", |look| {
            look.does(Operation::Dirsync)
                && (look.before - look.after).contains(Condition::SiteEntryMissing)
        }),
        step("C6: a dirsync ends early in EXPORT", |look| {
            look.decides(RunKind::DirectoryExport).is_some()
        }),
        step("C6: a dirsync ends early in IMPORT", |look| {
            look.passes(RunKind::DirectoryExport) && !completes(look)
        }),
        Item::new("C7: the tab is broken under a running service", |played| {
            tab_edited(played, |look| matches!(look.step, Step::Inject(_)))
        }),
        Item::new("C7: the tab is mended under a running service", |played| {
            tab_edited(played, |look| look.step == Step::Repair(Repair::CorrectPostofficeTab))
        }),
    ]);
    items
}

/// A message EXPORT before this operation on a running service, and one after.
fn goes_on_after(played: &Played<'_>, operation: Operation) -> bool {
    let numbered = |looks: &[Look]| looks.iter().any(|look| look.runs.file_numbers.is_some());
    played.looks.iter().enumerate().any(|(at, look)| {
        let (before, after) = (&played.looks[..at], &played.looks[at..]);
        look.does(operation) && look.up && numbered(before) && numbered(after)
    })
}

/// Such a step changed the tab while the service ran, and the next step has a message EXPORT.
fn tab_edited(played: &Played<'_>, edits: impl Fn(&Look) -> bool) -> bool {
    const TAB: [Condition; 3] =
        [Condition::TabPathWrong, Condition::TabNameWrong, Condition::TabPasswordWrong];
    let on_tab = |look: &Look| {
        let changed = look.before.symmetric_difference(look.after);
        TAB.iter().any(|condition| changed.contains(*condition))
    };
    played.looks.windows(2).any(|pair| {
        let (edit, next) = (&pair[0], &pair[1]);
        edit.up && edits(edit) && on_tab(edit) && next.up && next.ran(RunKind::MessageExport)
    })
}

fn of_launches_and_levels() -> Vec<Item> {
    let mut items = vec![
        step("C8: 43 and 86, restart after restart", |look| {
            look.runs.logged(43) && look.runs.logged(86)
        }),
        step("C8: the 26th launch: 43 and 85", |look| look.runs.logged(43) && look.runs.logged(85)),
        Item::new("C9: Event 70 with every level at none", |played| {
            let quiet = played.scenario.setup.logging.uniform() == Some(Level::None);
            let levels = |look: &Look| matches!(look.step, Step::Logging(_));
            quiet
                && !played.looks.iter().any(levels)
                && played.looks.iter().any(|look| look.runs.logged(70))
        }),
        step("C9: a run that exits 0 logs no 67 below Maximum", |look| {
            look.passes(RunKind::MessageExport) && !look.runs.logged(EVENT_OF_SUCCESS)
        }),
        Item::new("C9: one category at Maximum, another not", |played| {
            let logging = played.scenario.setup.logging;
            let at_maximum = |category: &&Category| logging.level(**category) == Level::Maximum;
            let count = Category::ALL.iter().filter(at_maximum).count();
            count > 0 && count < Category::ALL.len()
        }),
    ];
    items.extend(
        [EVENT_OF_SUCCESS, 58, 11001, 14001, 14031].map(|id| {
            step(&format!("C9: Event {id} at Maximum"), move |look| look.runs.logged(id))
        }),
    );
    items
}

fn of_maintenance() -> Vec<Item> {
    let repairs = |look: &Look, repair| look.step == Step::Repair(repair);
    let mut items = vec![
        step("C10: CHKSTAT takes away one pass of several", move |look| {
            let (before, after) = look.passes_left();
            repairs(look, Repair::Chkstat) && after > 0 && after < before
        }),
        step("C10: RECLAIM does nothing while damage is left", move |look| {
            let both = Condition::PostofficeDamaged | Condition::PostofficeFragmented;
            repairs(look, Repair::Reclaim) && look.after.is_superset(both)
        }),
        step("C10: RECLAIM cures fragmentation when no damage is left", move |look| {
            let fragmented = Condition::PostofficeFragmented;
            repairs(look, Repair::Reclaim) && (look.before - look.after).contains(fragmented)
        }),
        step("C10: ANALYZE finds what is left", move |look| {
            repairs(look, Repair::Analyze) && !look.verified
        }),
        step("C10: ANALYZE verifies", move |look| repairs(look, Repair::Analyze) && look.verified),
    ];
    items.extend([Condition::InstallPathSpace, Condition::InstallPathLong].map(|condition| {
        step(&format!("C11: {condition} stops nothing on 5.5-sp1"), move |look| {
            look.setup.exchange == Exchange::V5_5Sp1
                && look.before.contains(condition)
                && look.passes(RunKind::MessageExport)
        })
    }));
    items
}

fn of_no_ops() -> Vec<Item> {
    let idle = [
        (Operation::Start, true),
        (Operation::Stop, false),
        (Operation::Kill, false),
        (Operation::Dirsync, false),
    ];
    let mut items: Vec<Item> = idle
        .into_iter()
        .map(|(operation, up)| {
            let state = if up { "runs" } else { "is stopped" };
            let says = format!("C12: {operation} while the service {state}");
            step(&says, move |look| look.does(operation) && look.up == up)
        })
        .collect();
    items.push(step("C12: a cycle while the service is stopped", |look| {
        matches!(look.step, Step::Cycles(_)) && !look.up
    }));
    items.push(step("C12: a repair that has nothing to clear", |look| {
        matches!(look.step, Step::Repair(_)) && look.before.is_empty()
    }));
    items
}
