//! What explains a log: the smallest histories, and what is certain, possible and ruled out.

use std::collections::HashMap;

use enumset::EnumSet;
use event70_model::{Assignments, Condition};
use event70_rule::{allows, is_affected};

use crate::history::History;
use crate::kinds::Kinds;
use crate::needs::{needs, still_needed};
use crate::saw::Saw;
use crate::search::{Bounds, Changes, Search, Walked};
use crate::symbol::{Observed, Reading, Symbol, Why};
use crate::table::{Place, Table};
use crate::world::{World, lasting};

/// Histories with more conditions than this are not looked for.
const CONDITIONS_MAX: u32 = 6;
/// Up to so many unseen changes in all, the least number is found whatever the history.
const CHANGES_MAX: u16 = 3;
/// Where there are more, no prefix of a history has more than so many beyond what its records need.
const CHANGES_BEYOND: u16 = 2;

/// What is known beside the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The kinds of site that it may be of.
    pub kinds: Kinds,
    /// Whether successful runs, and whether dirsyncs, are shown at the first record.
    pub shown: [Option<bool>; 2],
    /// What may be assumed.
    pub assignments: Assignments,
    /// Whether nothing of the connector is missing between the first record and the last.
    pub is_whole: bool,
    /// How many unseen changes what is certain and what is ruled out allows; as many as the smallest
    /// histories need, where nothing is said.
    pub changes: Option<u16>,
    /// What was seen after the log.
    pub saw: Vec<Saw>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            kinds: Kinds::ALL,
            shown: [None; 2],
            assignments: Assignments::ALL,
            is_whole: false,
            changes: None,
            saw: Vec::new(),
        }
    }
}

/// A log as far as it is evidence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// What each record that is evidence says.
    pub symbols: Vec<Symbol>,
    /// Which record says it.
    pub records: Vec<usize>,
    /// The records that nothing of the model can have made, and why.
    pub unexplained: Vec<(usize, Why)>,
}

/// How far a condition is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It holds at some time in every history.
    Certain,
    /// It does in some.
    Possible,
    /// It does in none.
    RuledOut(By),
}

/// What rules a condition out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// No site that may be meant can have it.
    Site,
    /// The log up to this record.
    Record(usize),
    /// What was seen after the log, up to this.
    Saw(usize),
}

/// The smallest histories in which the same conditions hold at some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The conditions.
    pub conditions: EnumSet<Condition>,
    /// Those that still hold after the last record.
    pub holding: EnumSet<Condition>,
    /// The kinds of site that fit.
    pub kinds: Kinds,
    /// The assignments that fit.
    pub assignments: Assignments,
    /// One of the histories.
    pub history: History,
}

/// What explains a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The log.
    pub evidence: Evidence,
    /// The smallest histories, grouped by their conditions; none, if there is no history.
    pub groups: Vec<Group>,
    /// How many unseen changes the smallest histories have.
    pub changes: u16,
    /// Whether it is known that none has fewer.
    pub is_least: bool,
    /// How many unseen changes the standings allow.
    pub within: u16,
    /// How many conditions that show; nothing where not every history was looked at.
    pub within_conditions: Option<u32>,
    /// How each condition stands.
    pub standings: Vec<(Condition, Standing)>,
    /// Where there is no history: the end of the shortest part of the log, and of what was seen after
    /// it, that has none.
    pub stopped_at: Option<By>,
    /// Whether there are more possibilities than memory is spent on. Then a history may exist that was
    /// not found.
    pub is_given_up: bool,
    /// How many things were seen after the log.
    saw: usize,
}

impl Evidence {
    /// What these records say. Of a whole log an Event 85 that follows no launch is no evidence.
    #[must_use]
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Observed>, is_whole: bool) -> Self {
        let mut evidence = Self::default();
        for (index, record) in records.into_iter().enumerate() {
            match Reading::of(record) {
                Reading::Passed => {}
                Reading::Unexplained(why) => evidence.unexplained.push((index, why)),
                Reading::Evidence(symbol) => {
                    let launched = evidence.symbols.last().is_some_and(|last| last.id == 43);
                    if symbol.id == 85 && is_whole && !launched {
                        evidence.unexplained.push((index, Why::NoLaunchBefore));
                        continue;
                    }
                    evidence.symbols.push(symbol);
                    evidence.records.push(index);
                }
            }
        }
        evidence
    }
}

/// Finds what explains logs, and remembers from one to the next what a command can lead to.
#[derive(Debug)]
pub struct Diagnoser(Table);

impl Default for Diagnoser {
    fn default() -> Self {
        Self(Table::new())
    }
}

impl Diagnoser {
    /// What explains this log.
    #[must_use]
    pub fn diagnose(&mut self, evidence: Evidence, options: &Options) -> Diagnosis {
        if self.0.is_full() {
            self.0 = Table::new();
        }
        Diagnosis::of(evidence, options, &mut self.0)
    }
}

impl Diagnosis {
    fn of(evidence: Evidence, options: &Options, table: &mut Table) -> Self {
        let mut diagnosis = Self {
            evidence,
            groups: Vec::new(),
            changes: 0,
            is_least: true,
            within: 0,
            within_conditions: None,
            standings: Vec::new(),
            stopped_at: None,
            is_given_up: false,
            saw: options.saw.len(),
        };
        let furthest = diagnosis.find_smallest(table, options);
        diagnosis.is_given_up &= diagnosis.groups.is_empty();
        if diagnosis.is_given_up {
            return diagnosis;
        }
        if diagnosis.groups.is_empty() {
            let records = &diagnosis.evidence.records;
            diagnosis.stopped_at = Some(match records.get(furthest) {
                Some(record) => By::Record(*record),
                None if furthest < records.len() + diagnosis.saw => {
                    By::Saw(furthest - records.len())
                }
                // Every record is explained, but the log ends in the middle of a command.
                None => diagnosis.last(),
            });
        } else {
            diagnosis.stand(table, options);
        }
        diagnosis
    }

    /// Whether the reference connector logs this log when it plays a history: nothing else, or, of an
    /// excerpt, all of it in its order. Where something was seen after the log, more may follow.
    #[must_use]
    pub fn is_played_by(&self, history: &History, is_whole: bool) -> bool {
        let log = &self.evidence.symbols;
        if !is_whole || self.saw == 0 {
            return history.plays(log, is_whole);
        }
        let played = history.played();
        played.len() >= log.len() && log.iter().zip(&played).all(|(symbol, one)| symbol.fits(*one))
    }

    /// The last thing that was seen.
    fn last(&self) -> By {
        match (self.saw.checked_sub(1), self.evidence.records.last()) {
            (Some(last), _) => By::Saw(last),
            (None, Some(record)) => By::Record(*record),
            (None, None) => By::Site,
        }
    }

    /// Finds the smallest histories. Returns how many symbols could be explained at all.
    fn find_smallest(&mut self, table: &mut Table, options: &Options) -> usize {
        let mut furthest = 0;
        let needed = needs(&self.evidence.symbols, table.rules());
        let fewest = still_needed(EnumSet::empty(), &needed[0]);
        let mut bounds: Vec<Changes> = (0..=CHANGES_MAX).map(Changes::AtMost).collect();
        bounds.push(Changes::Beyond(CHANGES_BEYOND));
        for conditions in fewest..=CONDITIONS_MAX.max(fewest) {
            let mut at = 0;
            while let Some(changes) = bounds.get(at).copied() {
                at += 1;
                let bound = Bounds { conditions, changes };
                let mut search = Search::new(table, options.is_whole, bound);
                let walked = walk(&mut search, options, &self.evidence.symbols);
                furthest = furthest.max(walked.explained);
                if search.is_given_up() {
                    // What is met so is too much: from now on fewer possibilities are looked at.
                    *table = Table::new();
                    self.is_given_up = true;
                    (bounds, at) = match changes {
                        Changes::Beyond(0) => return furthest,
                        Changes::Beyond(1) => (vec![Changes::Beyond(0)], 0),
                        _ => (vec![Changes::Beyond(1), Changes::Beyond(0)], 0),
                    };
                    continue;
                }
                let ends = if walked.explained == self.evidence.symbols.len() + self.saw {
                    search.ends(&walked)
                } else {
                    Vec::new()
                };
                if let Some(least) = ends.iter().map(|end| end.2).min() {
                    self.is_least = matches!(changes, Changes::AtMost(_)) && !self.is_given_up;
                    self.changes = least;
                    let smallest = ends.iter().filter(|end| end.2 == least);
                    self.groups = grouped(&search, &walked, smallest);
                    return furthest;
                }
            }
        }
        furthest
    }

    /// Finds out what is certain, possible and ruled out.
    fn stand(&mut self, table: &mut Table, options: &Options) {
        self.within = options.changes.unwrap_or(self.changes).max(self.changes);
        if !self.is_least {
            self.leave_open(options);
            return;
        }
        let most = self.groups.iter().map(|group| group.conditions.len() as u32).max().unwrap_or(0);
        for conditions in [most + 2, most + 1, most] {
            if self.stand_within(conditions, table, options) {
                self.within_conditions = Some(conditions);
                return;
            }
            // What is met so is too much.
            *table = Table::new();
        }
        self.leave_open(options);
    }

    /// Finds it out among histories with so many conditions that show. Returns whether all of them
    /// could be looked at.
    fn stand_within(&mut self, conditions: u32, table: &mut Table, options: &Options) -> bool {
        let bounds = Bounds { conditions, changes: Changes::AtMost(self.within) };
        let mut search = Search::new(table, options.is_whole, bounds);
        let walked = walk(&mut search, options, &self.evidence.symbols);
        if search.is_given_up() {
            return false;
        }
        let ends: Vec<(World, u16)> =
            search.ends(&walked).into_iter().map(|end| (end.1, end.2)).collect();
        let certain = ends.iter().fold(EnumSet::all(), |all, (world, _)| all & world.held);
        let possible = possible_in(&ends, self.within);
        let ruled_out = self.ruled_out(&search, &walked, options);
        self.standings = lasting()
            .map(|condition| {
                let standing = if certain.contains(condition) {
                    Standing::Certain
                } else if possible.contains(condition) {
                    Standing::Possible
                } else {
                    Standing::RuledOut(ruled_out.get(&condition).copied().unwrap_or(By::Site))
                };
                (condition, standing)
            })
            .collect();
        true
    }

    /// Where not every history was looked at, nothing is certain, and nothing is ruled out but what no
    /// site can have.
    fn leave_open(&mut self, options: &Options) {
        let possible = options.kinds.can_hold();
        let standing = |condition: Condition| match possible.contains(condition) {
            true => Standing::Possible,
            false => Standing::RuledOut(By::Site),
        };
        self.standings = lasting().map(|condition| (condition, standing(condition))).collect();
    }

    /// For each condition the first record after which it is in no history.
    fn ruled_out(
        &self,
        search: &Search<'_>,
        walked: &Walked,
        options: &Options,
    ) -> HashMap<Condition, By> {
        let mut known: HashMap<(Place, u16), EnumSet<Condition>> = HashMap::new();
        // What is in no entry no site can have.
        let mut left = options.kinds.can_hold();
        let mut ruled_out: HashMap<Condition, By> = HashMap::new();
        let records = self.evidence.records.iter().map(|record| By::Record(*record));
        let mut by = records.chain((0..self.saw).map(By::Saw));
        for frontier in Search::frontiers(walked) {
            let (place, from) = frontier;
            let possible = *known
                .entry(frontier)
                .or_insert_with(|| possible_in(&search.worlds(place, from), self.within));
            let by = by.next().unwrap_or(By::Site);
            ruled_out.extend((left - possible).iter().map(|condition| (condition, by)));
            left &= possible;
        }
        // What the last record or sight leaves in the middle of a command only.
        let last = self.last();
        ruled_out.extend(left.iter().map(|condition| (condition, last)));
        ruled_out
    }
}

fn walk(search: &mut Search<'_>, options: &Options, symbols: &[Symbol]) -> Walked {
    let first = [false, true].map(|running| World::first(options.kinds, options.shown, running));
    let mask = search.mask(options.assignments);
    let mut walked = search.walk(&first, mask, symbols);
    if walked.explained == symbols.len() {
        for saw in &options.saw {
            if !search.see(&mut walked, saw) {
                break;
            }
            walked.explained += 1;
        }
    }
    walked
}

/// The conditions that hold at some time in a history that ends in one of these worlds: those that are
/// known to have held, those that may have, those that make no difference on a site that is left, and
/// where one more change is allowed, every one that a site can have.
fn possible_in(worlds: &[(World, u16)], within: u16) -> EnumSet<Condition> {
    let is_possible = |condition: &Condition| {
        worlds.iter().any(|(world, cost)| {
            let is_free = world.maybe.contains(*condition) || *cost < within;
            let mut kinds = world.kinds.setups().filter(|setup| allows(setup, *condition));
            world.held.contains(*condition)
                || kinds.any(|setup| is_free || !is_affected(&setup, *condition))
        })
    };
    lasting().filter(is_possible).collect()
}

/// The smallest histories, those with the same conditions together.
fn grouped<'a>(
    search: &Search<'_>,
    walked: &Walked,
    smallest: impl Iterator<Item = &'a (usize, World, u16, Place)>,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for end in smallest {
        let (_, world, _, mask) = end;
        let fitting = search.assignments(*mask);
        let Some(assignment) = fitting.nearest_to_default() else { continue };
        let history = search.history(walked, end, assignment);
        match groups.iter_mut().find(|group| group.conditions == world.held) {
            Some(group) => {
                group.kinds = group.kinds.or(world.kinds);
                group.assignments = group.assignments.or(&fitting);
                group.holding |= world.holding();
                if history.plainness() < group.history.plainness() {
                    group.history = history;
                }
            }
            None => groups.push(Group {
                conditions: world.held,
                holding: world.holding(),
                kinds: world.kinds,
                assignments: fitting,
                history,
            }),
        }
    }
    groups.sort_by_key(|group| {
        let places: Vec<usize> = group.conditions.iter().map(|c| c as usize).collect();
        (!group.history.assignment.deviations().is_empty(), places)
    });
    groups
}
