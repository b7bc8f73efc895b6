//! Every row of the catalogue's tables of conditions and of repairs.
//!
//! A cell of the table of conditions, (condition, setting, editions, kind of run), is exercised where the
//! condition stops that kind of run by a run that it decided, and elsewhere by such a run that
//! exited 0 while the condition held. A repair is exercised for each condition that it clears.

use enumset::EnumSet;
use event70_model::{Condition, Exchange, Fault, Keyword, Operation, Repair, Step};
use event70_rule::{Documented, Outcome, REPAIRS, Rules, RunKind, every_fault, on_editions};

use super::Item;
use super::played::Look;

/// The cells of the table of conditions.
pub(super) fn of_conditions() -> Vec<Item> {
    let lasting = every_fault().filter(|fault| fault.condition != Condition::ForeignEvent70);
    let rows = lasting.flat_map(|fault| {
        let rows = fault.condition.entry().rows_of(fault.setting);
        rows.map(move |row| (fault, row))
    });
    let cells = rows.flat_map(|(fault, row)| {
        let met = RunKind::ALL.iter().filter(|kind| kind.can_meet(row));
        met.map(move |kind| cell(fault, row.editions, *kind))
    });
    let foreign = Item::new("foreign-event-70 is written", |played| {
        played.looks.iter().any(|look| look.foreign)
    });
    cells.chain([foreign]).collect()
}

fn cell(fault: Fault, editions: EnumSet<Exchange>, kind: RunKind) -> Item {
    let rules = Rules::documented();
    let first = editions.iter().next().unwrap_or(Exchange::V5_0);
    let outcome = rules.ends(fault, first, kind);
    Item::new(format!("{fault}{}: {kind} {outcome}", on_editions(editions)), move |played| {
        played.looks.iter().filter(|look| editions.contains(look.setup.exchange)).any(|look| {
            if outcome == Outcome::NotStopped {
                look.passes(kind, &rules) && look.held(fault)
            } else {
                look.decides(kind, &rules) == Some(fault)
            }
        })
    })
}

/// The cells of the table of repairs, and the article's own cure of cause 5.
pub(super) fn of_repairs() -> Vec<Item> {
    let cells = REPAIRS.iter().flat_map(|entry| {
        entry.clears.iter().map(|(condition, _)| {
            let (repair, condition) = (entry.repair, *condition);
            Item::new(format!("{repair} ends {condition}"), move |played| {
                played
                    .looks
                    .iter()
                    .any(|look| look.step == Step::Repair(repair) && ends(look, condition))
            })
        })
    });
    let analyze = [(true, "nothing"), (false, "damage")].map(|(verified, finds)| {
        Item::new(format!("{} finds {finds}", Repair::Analyze), move |played| {
            let mut looks = played.looks.iter();
            looks
                .any(|look| look.step == Step::Repair(Repair::Analyze) && look.verified == verified)
        })
    });
    let dirsync = Item::new("a complete dirsync ends site-entry-missing", |played| {
        let mut looks = played.looks.iter();
        looks.any(|look| look.does(Operation::Dirsync) && ends(look, Condition::SiteEntryMissing))
    });
    cells.chain(analyze).chain([dirsync]).collect()
}

fn ends(look: &Look, condition: Condition) -> bool {
    look.rule_state.holding().contains(condition) && !look.after.contains(condition)
}
