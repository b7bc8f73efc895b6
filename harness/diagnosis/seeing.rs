//! The search goes on by what somebody saw after the log: steps that are known to have been taken.

use std::rc::Rc;

use event70_model::Step;

use crate::changes::changed;
use crate::frontier::{Act, Link, Next, Node};
use crate::needs::Needs;
use crate::saw::{Saw, Taken, eaten, taken};
use crate::search::{Search, Walked};
use crate::table::Place;

/// A world, how it was come to, and how many of the events that were seen have been explained.
type Stand = (Place, Link, usize);

impl Search<'_> {
    /// Goes on from the end of the log by what somebody saw, to the worlds in which exactly that is
    /// logged. Returns whether there is one.
    pub(crate) fn see(&mut self, walked: &mut Walked, saw: &Saw) -> bool {
        let last = walked.frontiers.last().copied().unwrap_or_default();
        let entries = Rc::clone(&self.frontiers[last as usize]);
        let mut stands: Vec<(Place, u16, Link, usize)> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            if let Node::Settled(world) = entry.node {
                let link = Link { from: index as u32, mask: entry.mask, chain: 0 };
                stands.push((world, entry.cost, link, 0));
            }
        }
        for step in &saw.steps {
            stands = self.step(stands, *step, &saw.events);
        }
        let mut next = Next::default();
        for (world, cost, link, _) in stands.iter().filter(|stand| stand.3 == saw.events.len()) {
            next.add(Node::Settled(*world), *cost, *link);
        }
        let transition = self.bounded(next, &Needs::from([]));
        let is_possible = !self.frontiers[transition.to as usize].is_empty();
        walked.frontiers.push(transition.to);
        walked.transitions.push(Rc::new(transition));
        is_possible
    }

    /// Every stand after one step that is known to have been taken.
    fn step(
        &mut self,
        stands: Vec<(Place, u16, Link, usize)>,
        step: Step,
        events: &[u16],
    ) -> Vec<(Place, u16, Link, usize)> {
        let mut all = Vec::new();
        for (world, cost, link, seen) in stands {
            let mut now = vec![(world, link, seen)];
            for taken in taken(step, self.table.world(world).running) {
                let after = now.into_iter().flat_map(|one| self.take(one, taken, events));
                now = after.collect();
            }
            all.extend(now.into_iter().map(|(world, link, seen)| (world, cost, link, seen)));
        }
        all
    }

    fn take(&mut self, (world, link, seen): Stand, taken: Taken, events: &[u16]) -> Vec<Stand> {
        let mut after = Vec::new();
        match taken {
            Taken::Change(change) => {
                for changed in changed(self.table.world(world), change) {
                    let place = self.table.place(changed);
                    let chain = self.chained(link.chain, Act::Change(change, place));
                    after.push((place, Link { chain, ..link }, seen));
                }
            }
            // The service may have stopped by itself in a cycle before.
            Taken::Command(command) if !command.is_possible(self.table.world(world).running) => {
                after.push((world, link, seen));
            }
            Taken::Command(command) => {
                for made in self.table.moves(world, command).iter() {
                    let known = &self.table.known[*made as usize];
                    let ends = eaten(&known.made.logged, &events[seen..]);
                    let (place, assumed) = (known.after, known.assumed);
                    let both = self.table.set(link.mask).and(self.table.set(assumed));
                    if both.is_empty() || ends.is_empty() {
                        continue;
                    }
                    let mask = self.table.mask(both);
                    let chain = self.chained(link.chain, Act::Command(*made));
                    let link = Link { mask, chain, ..link };
                    after.extend(ends.into_iter().map(|more| (place, link, seen + more)));
                }
            }
        }
        after
    }
}
