//! Over which steps each condition holds.
//!
//! A timeline is read as *episodes*. An injection at one step opens an episode; it lasts until the
//! first later step that, by the table of repairs, clears it, or until the same condition is
//! injected anew. A moment is the state just before a step: what a run in step `k` meets are the
//! episodes that cover moment `k`.

use enumset::EnumSet;

use super::prediction::Evidence;
use super::standing::{Since, Standing};
use crate::conditions::{Clearing, Condition, Fault, Repair, Setting};
use crate::scenario::{Scenario, Step};

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
    /// Every injection with the moment at which it begins to hold, in order.
    injections: Vec<(usize, Fault)>,
    /// Every repair with its step, in order.
    repairs: Vec<(usize, Repair)>,
    /// Every step that acts upon the service or its mail, in order.
    acts: Vec<(usize, Step)>,
}

impl History {
    /// Reads the episodes of a timeline.
    pub(super) fn read(&mut self, scenario: &Scenario) {
        self.episodes.clear();
        self.holding.clear();
        self.holding.resize(scenario.timeline.len() + 1, EnumSet::empty());
        self.gather(scenario);
        // Fragmentation after damage: what cures it asks whether damage is left (C10).
        let fragmented = |fault: &Fault| fault.condition == Condition::PostofficeFragmented;
        self.read_where(|fault| !fragmented(fault));
        self.read_where(fragmented);
    }

    /// Sorts the steps by what they do: inject, repair, or act upon the service and its mail.
    fn gather(&mut self, scenario: &Scenario) {
        self.repairs.clear();
        self.injections.clear();
        self.acts.clear();
        let initial = scenario.setup.conditions.iter();
        self.injections.extend(initial.map(|condition| (0, Fault::default_of(condition))));
        for (at, step) in scenario.timeline.iter().enumerate() {
            match step {
                Step::Inject(Fault { condition: Condition::ForeignEvent70, .. })
                | Step::Logging(_) => {}
                Step::Inject(fault) => self.injections.push((at + 1, *fault)),
                Step::Repair(repair) => self.repairs.push((at, *repair)),
                Step::Do(_) | Step::Cycles(_) | Step::Mail(..) => self.acts.push((at, *step)),
            }
        }
    }

    /// Every step that acts upon the service or its mail, with its place in the timeline.
    pub(super) fn acts(&self) -> &[(usize, Step)] {
        &self.acts
    }

    /// A dirsync completes in step `at`, which does what adding the site entry by hand does (C6):
    /// the episode in which it was missing ends here.
    pub(super) fn dirsync_completes(&mut self, at: usize) {
        let missing = Condition::SiteEntryMissing;
        if !self.holding[at].contains(missing) {
            return;
        }
        let mut continues_at = None;
        let mut since = Since::Beginning;
        for episode in self.episodes.iter_mut().filter(|e| e.fault.condition == missing) {
            if (episode.from..episode.to).contains(&at) {
                for holding in &mut self.holding[at + 1..episode.to] {
                    holding.remove(missing);
                }
                continues_at = Some(episode.to);
                since = moment_as_since(episode.to);
                episode.to = at + 1;
            } else if continues_at == Some(episode.from) {
                // What continued the episode that is over begins by itself.
                episode.since = since;
                continues_at = Some(episode.to);
            }
        }
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
        Some(Evidence { standing: self.standing_of(episode, at), masks })
    }

    /// Everything that holds just before step `at`, in the order of the catalogue.
    pub(super) fn standing(&self, at: usize) -> Vec<Standing> {
        let covering = self.episodes.iter().filter(|e| (e.from..e.to).contains(&at));
        let mut standing: Vec<Standing> =
            covering.map(|episode| self.standing_of(episode, at)).collect();
        standing.sort_by_key(|standing| standing.fault.condition);
        standing
    }

    fn standing_of(&self, episode: &Episode, at: usize) -> Standing {
        let set = moment_as_since(episode.from);
        let passes_left = match episode.fault.setting {
            Setting::Passes(passes) => passes - self.passes_run(episode.from, at),
            _ => 1,
        };
        Standing { fault: episode.fault, since: episode.since, set, passes_left }
    }

    /// Opens an episode for every injection of these faults, and finds its end.
    fn read_where(&mut self, of: impl Fn(&Fault) -> bool) {
        for index in 0..self.injections.len() {
            let (from, fault) = self.injections[index];
            if of(&fault) {
                self.open(index, from, fault);
            }
        }
    }

    fn open(&mut self, injection: usize, from: usize, fault: Fault) {
        let until = self.holding.len();
        let later = &self.injections[injection + 1..];
        let again = later.iter().find(|(_, later)| later.condition == fault.condition);
        let again = again.map_or(until, |(moment, _)| *moment);
        let to = self.cleared(fault, from, again);
        let mut since = moment_as_since(from);
        if from > 0 && self.holding[from - 1].contains(fault.condition) {
            let earlier = self.episodes.iter().rev();
            let earlier = earlier.filter(|earlier| earlier.fault.condition == fault.condition);
            since = earlier.map(|earlier| earlier.since).next().unwrap_or(since);
        }
        for holding in &mut self.holding[from..to] {
            holding.insert(fault.condition);
        }
        self.episodes.push(Episode { fault, since, from, to });
    }

    /// The moment after the first repair that clears this injection, by the table of repairs, or
    /// `until` if none does before.
    fn cleared(&self, fault: Fault, from: usize, until: usize) -> usize {
        let clearing = fault.condition.cleared_by();
        let mut passes_left = match fault.setting {
            Setting::Passes(passes) => passes,
            _ => 1,
        };
        for (at, repair) in &self.repairs {
            if !(from..until).contains(at) || !clearing.contains(*repair) {
                continue;
            }
            let over = match how(*repair, fault.condition) {
                Clearing::AtOnce => true,
                Clearing::OnePass => {
                    passes_left -= 1;
                    passes_left == 0
                }
                Clearing::WhenUndamaged => {
                    !self.holding[*at].contains(Condition::PostofficeDamaged)
                }
            };
            if over {
                return at + 1;
            }
        }
        until
    }

    fn passes_run(&self, from: usize, at: usize) -> u8 {
        let run = self
            .repairs
            .iter()
            .filter(|(step, repair)| (from..at).contains(step) && *repair == Repair::Chkstat);
        u8::try_from(run.count()).unwrap_or(u8::MAX)
    }
}

/// How a repair clears a condition that it clears.
fn how(repair: Repair, condition: Condition) -> Clearing {
    let clears = repair.entry().clears.iter().find(|(cleared, _)| *cleared == condition);
    clears.map_or(Clearing::AtOnce, |(_, how)| *how)
}

/// An episode that begins at this moment was opened by the step before it.
fn moment_as_since(moment: usize) -> Since {
    match u32::try_from(moment) {
        Ok(0) => Since::Beginning,
        Ok(moment) => Since::Step(moment - 1),
        Err(_) => Since::Step(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::Invariant;
    use crate::scenario::Operation;
    use crate::scenario::draw::{Lengths, case};

    /// Held of the episodes and the sets that are kept beside them; a dirsync that brings the
    /// missing entry is the one act that changes both.
    #[test]
    fn what_stands_at_a_moment_is_what_holds_then() {
        let (mut invariant, mut scenario) = (Invariant::new(), Scenario::default());
        let mut brought = 0;
        for index in 0..5000 {
            case(0x57, index, &Lengths::default(), &mut scenario);
            invariant.predict(&scenario);
            let holding = |at| invariant.holding(at).iter().collect::<Vec<_>>();
            for at in 0..=scenario.timeline.len() {
                let standing = invariant.standing(at).into_iter();
                let standing: Vec<Condition> = standing.map(|s| s.fault.condition).collect();
                assert_eq!(standing, holding(at), "before step {at} of {scenario:?}");
                if scenario.timeline.get(at) == Some(&Step::Do(Operation::Dirsync)) {
                    brought += u32::from(holding(at) != holding(at + 1));
                }
            }
        }
        assert!(brought > 100, "only {brought} dirsyncs brought the site entry");
    }
}
