//! Over which steps each condition holds.
//!
//! A timeline is read as *episodes*. An injection at one step opens an episode; it lasts until the
//! first later step that, by the table of repairs, clears it, or until the same condition is
//! injected anew. A moment is the state just before a step: what a run in step `k` meets are the
//! episodes that cover moment `k`.

use std::fmt;

use enumset::EnumSet;

use super::prediction::Evidence;
use crate::conditions::{Clearing, Condition, Fault, Repair, Setting};
use crate::scenario::{Operation, Scenario, Step};

/// Since when a condition holds without a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Since {
    /// Since before the first step.
    Beginning,
    /// Since this step, counted from 0.
    Step(u32),
}

/// A condition that holds at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What holds, in the setting of its latest injection.
    pub fault: Fault,
    /// Since when.
    pub since: Since,
    /// How many CHKSTAT passes of damage are left; 1 for every other condition.
    pub passes_left: u8,
}

/// The moments `from..to` over which one injection holds.
#[derive(Debug, Clone, Copy)]
struct Episode {
    fault: Fault,
    since: Since,
    from: usize,
    to: usize,
}

/// The episodes of one timeline. Its buffers are used again for the next.
#[derive(Debug, Default)]
pub(super) struct History {
    episodes: Vec<Episode>,
    holding: Vec<EnumSet<Condition>>,
    repairs: Vec<(usize, Repair)>,
}

impl History {
    /// Reads every condition but the site entry, whose end depends on completed dirsyncs.
    pub(super) fn read(&mut self, scenario: &Scenario) {
        self.episodes.clear();
        self.holding.clear();
        self.holding.resize(scenario.timeline.len() + 1, EnumSet::empty());
        self.repairs.clear();
        self.repairs.extend(scenario.timeline.iter().enumerate().filter_map(|(at, step)| {
            if let Step::Repair(repair) = step { Some((at, *repair)) } else { None }
        }));
        // Fragmentation after damage: what cures it asks whether damage is left (C10).
        self.read_where(scenario, |condition| {
            !matches!(condition, Condition::SiteEntryMissing | Condition::PostofficeFragmented)
        });
        self.read_where(scenario, |condition| condition == Condition::PostofficeFragmented);
    }

    /// Reads the episodes in which the site entry is missing. A dirsync that completes does what
    /// the repair by hand does (C6); `completes(step, what holds then)` tells which ones do.
    pub(super) fn read_site_entry(
        &mut self,
        scenario: &Scenario,
        completes: impl Fn(usize, EnumSet<Condition>) -> bool,
    ) {
        let dirsync = Step::Do(Operation::Dirsync);
        let steps = scenario.timeline.iter().enumerate();
        let completed = steps
            .filter(|(at, step)| **step == dirsync && completes(*at, self.holding[*at]))
            .map(|(at, _)| (at, Repair::AddSiteEntry));
        self.repairs.extend(completed);
        self.repairs.sort_unstable_by_key(|(at, _)| *at);
        self.read_where(scenario, |condition| condition == Condition::SiteEntryMissing);
    }

    /// What holds just before step `at`.
    pub(super) fn holding(&self, at: usize) -> EnumSet<Condition> {
        self.holding[at]
    }

    /// Why a run in step `at` ended that met these conditions: the first of them decided.
    pub(super) fn evidence(&self, at: usize, in_the_way: EnumSet<Condition>) -> Option<Evidence> {
        let decides = in_the_way.iter().next()?;
        let episode = self.episodes.iter().find(|episode| {
            episode.fault.condition == decides && (episode.from..episode.to).contains(&at)
        })?;
        let masks = in_the_way - decides;
        Some(Evidence { fault: episode.fault, since: episode.since, masks })
    }

    /// Everything that holds just before step `at`, in the order of the catalogue.
    pub(super) fn standing(&self, at: usize) -> Vec<Standing> {
        let covering = self.episodes.iter().filter(|e| (e.from..e.to).contains(&at));
        let mut standing: Vec<Standing> = covering
            .map(|episode| Standing {
                fault: episode.fault,
                since: episode.since,
                passes_left: match episode.fault.setting {
                    Setting::Passes(passes) => passes - self.passes_run(episode.from, at),
                    _ => 1,
                },
            })
            .collect();
        standing.sort_by_key(|standing| standing.fault.condition);
        standing
    }

    /// Opens an episode for every injection of these conditions, and finds its end.
    fn read_where(&mut self, scenario: &Scenario, of: impl Fn(Condition) -> bool) {
        for condition in scenario.setup.conditions.iter().filter(|condition| of(*condition)) {
            self.open(scenario, Fault::default_of(condition), 0);
        }
        for (at, step) in scenario.timeline.iter().enumerate() {
            if let Step::Inject(fault) = step
                && of(fault.condition)
                && fault.condition != Condition::ForeignEvent70
            {
                self.open(scenario, *fault, at + 1);
            }
        }
    }

    fn open(&mut self, scenario: &Scenario, fault: Fault, from: usize) {
        let until = scenario.timeline.len() + 1;
        let again = self.injected_again(scenario, fault.condition, from).unwrap_or(until);
        let to = self.cleared(fault, from).unwrap_or(until).min(again);
        let continues = self.episodes.iter().rev().find(|earlier| {
            earlier.fault.condition == fault.condition && earlier.to == from && from > 0
        });
        let since = match (continues, from) {
            (Some(earlier), _) if self.holding[from - 1].contains(fault.condition) => earlier.since,
            (_, 0) => Since::Beginning,
            (_, _) => Since::Step(from as u32 - 1),
        };
        for moment in from..to {
            self.holding[moment].insert(fault.condition);
        }
        self.episodes.push(Episode { fault, since, from, to });
    }

    /// The moment after the next injection of the same condition.
    fn injected_again(&self, scenario: &Scenario, of: Condition, from: usize) -> Option<usize> {
        let later = scenario.timeline.iter().enumerate().skip(from);
        later
            .filter_map(|(at, step)| match step {
                Step::Inject(fault) if fault.condition == of => Some(at + 1),
                _ => None,
            })
            .next()
    }

    /// The moment after the first repair that clears this injection, by the table of repairs.
    fn cleared(&self, fault: Fault, from: usize) -> Option<usize> {
        let mut passes_left = match fault.setting {
            Setting::Passes(passes) => passes,
            _ => 1,
        };
        let later = self.repairs.iter().filter(|(at, _)| *at >= from);
        for (at, repair) in later {
            let clears = repair.entry().clears.iter().find(|(c, _)| *c == fault.condition);
            let over = match clears {
                None => false,
                Some((_, Clearing::AtOnce)) => true,
                Some((_, Clearing::OnePass)) => {
                    passes_left -= 1;
                    passes_left == 0
                }
                Some((_, Clearing::WhenUndamaged)) => {
                    !self.holding[*at].contains(Condition::PostofficeDamaged)
                }
            };
            if over {
                return Some(at + 1);
            }
        }
        None
    }

    fn passes_run(&self, from: usize, at: usize) -> u8 {
        let run = self
            .repairs
            .iter()
            .filter(|(step, repair)| (from..at).contains(step) && *repair == Repair::Chkstat);
        u8::try_from(run.count()).unwrap_or(u8::MAX)
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Beginning => f.write_str("from the beginning"),
            Self::Step(step) => write!(f, "since step {}", step + 1),
        }
    }
}
