//! The rows that are missing, each as a scenario that a person can read.
//!
//! A row is a set of conditions that hold from the start. Its scenario sends mail both ways, has
//! the service start, work a cycle and synchronize directories, and then repairs barrier by barrier,
//! from the outside in or from the inside out, with a cycle after each repair: so one scenario meets
//! many combinations, and tells in passing what was hidden behind what.

use std::cmp::Reverse;

use enumset::EnumSet;
use event70_model::{Assignment, Condition, Direction, Operation, Repair, Scenario, Setup, Step};
use event70_rule::{Documented, Invariant, StepPrediction, cleared_by};

use super::Kind;
use super::array::Greedy;
use super::played::play;
use super::tuples::{Columns, Tuples, met};
use crate::TestBed;

/// The streams of which the one that needs the fewest rows is taken.
const SEEDS: u64 = 4;

/// A row that is missing, as a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrayRow {
    /// The kind of site.
    pub kind: Kind,
    /// What happens.
    pub scenario: Scenario,
    /// What is predicted of each of its steps.
    pub predicted: Vec<StepPrediction>,
}

/// The rows that these scenarios lack for all combinations of `strength` conditions, for each kind
/// of site.
pub fn rows_to_write<B: TestBed>(
    test_bed: &B,
    scenarios: &[(Scenario, Assignment)],
    strength: usize,
) -> Vec<ArrayRow> {
    let played = play(test_bed, scenarios);
    let of_kind = |kind| {
        let columns = Columns::of(kind);
        let mut open = Tuples::new(columns.0.len(), strength);
        for row in met(&played, kind, &columns) {
            open.see(row);
        }
        let found = (0..SEEDS).map(|seed| rows_of(kind, &columns, open.clone(), seed));
        found.min_by_key(Vec::len).unwrap_or_default()
    };
    Kind::all().flat_map(of_kind).collect()
}

fn rows_of(kind: Kind, columns: &Columns, mut open: Tuples, seed: u64) -> Vec<ArrayRow> {
    let all = columns.conditions(u32::MAX);
    let ways = [false, true].map(|from_inside| repairs_of(all, from_inside));
    let mut greedy = Greedy::new(columns.0.len(), seed);
    let mut invariant = Invariant::new();
    let mut rows = Vec::new();
    while let Some((row, repairs)) = best(&mut greedy, columns, &ways, &open) {
        let scenario = scenario(kind, columns.conditions(row), repairs);
        let predicted = invariant.predict(&scenario).to_vec();
        for (at, _) in predicted.iter().enumerate().filter(|(_, step)| step.exports().is_some()) {
            open.see(columns.row(invariant.holding(at)));
        }
        rows.push(ArrayRow { kind, scenario, predicted });
    }
    rows
}

/// The best row that is found, with the way of its repairs. Of two that add as much the first.
fn best<'a>(
    greedy: &mut Greedy,
    columns: &Columns,
    ways: &'a [Vec<Repair>],
    open: &Tuples,
) -> Option<(u32, &'a [Repair])> {
    let mut best: Option<(u32, u32, &[Repair])> = None;
    for repairs in ways {
        let cleared: Vec<u32> =
            repairs.iter().map(|r| columns.row(conditions_cleared(*r))).collect();
        let (gain, row) = greedy.next(open, &|row| on_the_way(row, &cleared))?;
        if best.is_none_or(|(most, ..)| gain > most) {
            best = Some((gain, row, repairs));
        }
    }
    best.map(|(_, row, repairs)| (row, repairs))
}

/// The row itself and what is left of it after each repair. What it meets is asked of the invariant
/// once the row is taken: a dirsync on the way may have brought the site entry before its turn.
fn on_the_way(row: u32, cleared: &[u32]) -> Vec<u32> {
    let mut met = vec![row];
    let mut left = row;
    for cleared in cleared.iter().filter(|cleared| row & **cleared != 0) {
        left &= !cleared;
        met.push(left);
    }
    met
}

/// The scenario of a row: what holds is repaired in this order.
fn scenario(kind: Kind, conditions: EnumSet<Condition>, repairs: &[Repair]) -> Scenario {
    let setup = Setup { host: kind.host, database: kind.database, conditions, ..Setup::default() };
    let mut timeline = vec![
        Step::Mail(Direction::Exchange, 1),
        Step::Mail(Direction::CcMail, 1),
        Step::Do(Operation::Start),
        Step::Cycles(1),
        Step::Do(Operation::Dirsync),
    ];
    let mut left = conditions;
    for repair in repairs {
        let cleared = conditions_cleared(*repair);
        if !cleared.is_disjoint(left) {
            left -= cleared;
            // What was held up or in force before counts until the service is started again.
            let restart = Step::Do(Operation::Restart);
            timeline.extend([Step::Repair(*repair), restart, Step::Cycles(1)]);
        }
    }
    Scenario { setup, timeline }
}

/// The repairs that clear these conditions, barrier by barrier from the outside in or from the
/// inside out; each one once. Of the data the index comes last: what mends it would mend the rest
/// at once.
fn repairs_of(conditions: EnumSet<Condition>, from_inside: bool) -> Vec<Repair> {
    let mut in_order: Vec<Condition> = conditions.iter().collect();
    in_order.sort_by_key(|condition| {
        (condition.entry().barrier, *condition == Condition::DirectoryIndexDamaged, *condition)
    });
    if from_inside {
        in_order.sort_by_key(|condition| Reverse(condition.entry().barrier));
    }
    let mut repairs = Vec::new();
    for repair in in_order.iter().filter_map(|condition| cleared_by(*condition).iter().next()) {
        if !repairs.contains(&repair) {
            repairs.push(repair);
        }
    }
    repairs
}

/// What this repair clears of conditions in their default settings, applied in that order.
fn conditions_cleared(repair: Repair) -> EnumSet<Condition> {
    repair.entry().clears.iter().map(|(condition, _)| *condition).collect()
}
