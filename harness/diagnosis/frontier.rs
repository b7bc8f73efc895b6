//! What a frontier is made of: where a history can stand after a record, and how it came there.

use std::collections::BTreeMap;

use event70_engine::QuickMap;
use event70_model::Assignments;
use event70_rule::RunKind;

use crate::changes::Change;
use crate::table::{Place, Table};

/// Where a history stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Node {
    /// Between two commands.
    Settled(Place),
    /// In a command that has come to an event; `again` where that was there already and repeats.
    Amid { made: Place, next: u16, again: bool },
}

/// One way to stand so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    pub(crate) node: Node,
    /// Unseen changes.
    pub(crate) cost: u16,
    /// The assignments under which there are no fewer.
    pub(crate) mask: Place,
}

/// What happened between two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Something that nobody saw, and the world after it.
    Change(Change, Place),
    /// A command, with the move that it led to.
    Command(Place),
    /// One more batch of mail was moved in the command before, by a run of this kind.
    Batch(RunKind),
}

/// A chain of acts, each with the one before it; nothing is 0.
pub(crate) type Chain = Place;

/// How an entry is come to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) from: u32,
    pub(crate) mask: Place,
    pub(crate) chain: Chain,
}

/// A command of which something is logged, begun from an entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begun {
    pub(crate) link: Link,
    pub(crate) cost: u16,
    pub(crate) made: Place,
}

/// From a frontier by one record to the next.
#[derive(Debug)]
pub(crate) struct Transition {
    pub(crate) to: Place,
    /// What was taken off the cost of every entry.
    pub(crate) less: u16,
    /// For each entry of the frontier that it leads to.
    pub(crate) links: Vec<Vec<Link>>,
}

/// The worlds that are come to without a record, those with the fewest changes first.
#[derive(Debug)]
pub(crate) struct Silence {
    waiting: Vec<Vec<(Place, Link)>>,
    seen: QuickMap<Place, Vec<(u16, Place)>>,
    pub(crate) most: u16,
    at: usize,
}

impl Silence {
    pub(crate) fn new(most: u16) -> Self {
        Self {
            waiting: vec![Vec::new(); usize::from(most) + 1],
            seen: QuickMap::default(),
            most,
            at: 0,
        }
    }

    /// Adds a world, under the assignments under which it was not come to as cheaply.
    pub(crate) fn add(&mut self, table: &mut Table, world: Place, cost: u16, link: Link) {
        if cost > self.most {
            return;
        }
        let seen = self.seen.entry(world).or_default();
        let mut left = *table.set(link.mask);
        for (_, mask) in seen.iter().filter(|(known, _)| *known <= cost) {
            left = left.without(table.set(*mask));
        }
        if !left.is_empty() {
            let mask = table.mask(left);
            seen.push((cost, mask));
            self.waiting[usize::from(cost)].push((world, Link { mask, ..link }));
        }
    }

    pub(crate) fn next(&mut self) -> Option<(Place, u16, Link)> {
        while self.at < self.waiting.len() {
            if let Some((world, link)) = self.waiting[self.at].pop() {
                return Some((world, self.at as u16, link));
            }
            self.at += 1;
        }
        None
    }
}

/// The entries of the next frontier, as they are found.
#[derive(Debug, Default)]
pub(crate) struct Next {
    nodes: BTreeMap<Node, Vec<(u16, Vec<Link>)>>,
}

impl Next {
    pub(crate) fn add(&mut self, node: Node, cost: u16, link: Link) {
        let costs = self.nodes.entry(node).or_default();
        match costs.iter_mut().find(|(known, _)| *known == cost) {
            Some((_, links)) => links.push(link),
            None => costs.push((cost, vec![link])),
        }
    }

    /// Each node by its cost, under the assignments under which there is none of less.
    pub(crate) fn entries(self, table: &mut Table) -> Vec<(Entry, Vec<Link>)> {
        let mut entries = Vec::new();
        for (node, mut costs) in self.nodes {
            costs.sort_by_key(|(cost, _)| *cost);
            let mut cheaper = Assignments::NONE;
            for (cost, links) in costs {
                let all = links.iter().fold(cheaper, |all, link| all.or(table.set(link.mask)));
                let new = all.without(&cheaper);
                cheaper = all;
                if !new.is_empty() {
                    entries.push((Entry { node, cost, mask: table.mask(new) }, links));
                }
            }
        }
        entries
    }
}
