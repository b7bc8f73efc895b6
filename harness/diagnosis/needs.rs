//! Which conditions a record needs: the fewest that a history of a log, or of the rest of one, has.

use std::collections::HashMap;
use std::rc::Rc;

use enumset::EnumSet;
use event70_model::{Condition, Exchange, Keyword};
use event70_rule::{Outcome, Rules, RunKind, faults_of};

use crate::symbol::Symbol;
use crate::world::lasting;

/// For each event of a failure in the rest of a log the conditions of which one must hold.
pub(crate) type Needs = Rc<[EnumSet<Condition>]>;

/// What is needed from each symbol of a log on, the end of the log included; where it is the same it
/// is one and the same value.
pub(crate) fn needs(log: &[Symbol], rules: &Rules) -> Vec<Needs> {
    let mut known: HashMap<Symbol, EnumSet<Condition>> = HashMap::new();
    let mut needs: Vec<Needs> = vec![Rc::from([])];
    for symbol in log.iter().rev() {
        let last = needs.last().cloned().unwrap_or_default();
        let needed = *known.entry(*symbol).or_insert_with(|| needed_by(*symbol, rules));
        if needed.is_empty() || last.contains(&needed) {
            needs.push(last);
        } else {
            needs.push(last.iter().copied().chain([needed]).collect());
        }
    }
    needs.reverse();
    needs
}

/// At least so many conditions must hold at some time beside those that have: needs of which none is
/// met and no two are met by one condition.
pub(crate) fn still_needed(held: EnumSet<Condition>, needs: &[EnumSet<Condition>]) -> u32 {
    let mut taken = EnumSet::empty();
    let mut count = 0;
    for needed in needs.iter().filter(|needed| needed.is_disjoint(held)) {
        if needed.is_disjoint(taken) {
            taken |= *needed;
            count += 1;
        }
    }
    count
}

/// The conditions of which one must hold for this event; none, if a healthy site has it.
fn needed_by(symbol: Symbol, rules: &Rules) -> EnumSet<Condition> {
    let kinds = RunKind::ALL.iter().filter(|run| symbol.run.is_none_or(|told| told == **run));
    let kinds: Vec<RunKind> = kinds.copied().collect();
    let shows = |condition: &Condition| {
        faults_of(*condition).any(|fault| {
            Exchange::ALL.iter().any(|exchange| {
                let shown = |run: &RunKind| shown_as(*run, rules.ends(fault, *exchange, *run));
                kinds.iter().any(|run| shown(run).contains(&symbol.id))
            })
        })
    };
    lasting().filter(shows).collect()
}

/// The events that report such an end of such a run.
pub(crate) fn shown_as(run: RunKind, outcome: Outcome) -> Vec<u16> {
    let base = match run {
        RunKind::MessageExport | RunKind::DirectoryExport => 67,
        RunKind::MessageImport | RunKind::DirectoryImport => 58,
    };
    match outcome {
        Outcome::NotStopped | Outcome::Unfinished => Vec::new(),
        Outcome::Exits(code) => vec![base + u16::from(code)],
        Outcome::NotFound => vec![43, 85],
        Outcome::Fails => vec![65],
        Outcome::Corrupt => vec![54],
    }
}
