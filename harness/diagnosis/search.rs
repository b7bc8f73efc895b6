//! The shortest way through the product of what is known and how much of the log is explained.
//!
//! After each record there is a *frontier*: every [`World`] in which all records so far are
//! explained, or the middle of a command of which some records are, with the least number of unseen
//! changes and the assignments under which it is so. The next frontier depends on nothing but this one
//! and the next record, and frontiers recur, so each is worked out once and a long log is walked as
//! fast as its records can be looked up. Going back from the end along the links gives the steps.

use std::rc::Rc;

use event70_engine::QuickMap;
use event70_model::{Assignment, Assignments, Exchange, Fault, Keyword};
use event70_rule::Outcome;

use crate::changes::{Change, SILENCE, changed, is_of_tab, matters_in_silence};
use crate::frontier::{Act, Begun, Chain, Entry, Link, Next, Node, Silence, Transition};
use crate::history::History;
use crate::moves::{Command, Item};
use crate::needs::{Needs, needs, still_needed};
use crate::symbol::Symbol;
use crate::table::{Place, Table, Unseen};
use crate::world::World;

/// How far a search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// So many conditions at most.
    pub(crate) conditions: u32,
    /// So many unseen changes at most.
    pub(crate) changes: Changes,
}

/// How many unseen changes a history may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Changes {
    /// So many in all.
    AtMost(u16),
    /// After each record so many more than the least number that explains the log up to there.
    Beyond(u16),
}

/// Where each record was come to.
#[derive(Debug)]
pub(crate) struct Walked {
    pub(crate) frontiers: Vec<Place>,
    pub(crate) transitions: Vec<Rc<Transition>>,
    /// How many symbols were explained; all, if there is a history.
    pub(crate) explained: usize,
}

/// A way through the log: the first of its worlds and the last, and the acts between.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) world: World,
    pub(crate) assignment: Assignment,
    pub(crate) acts: Vec<Act>,
    pub(crate) first: World,
}

/// A search of one log, under one kind of bounds.
#[derive(Debug)]
pub(crate) struct Search<'t> {
    pub(crate) table: &'t mut Table,
    is_whole: bool,
    bounds: Bounds,
    /// The numbers of the events of the log.
    wanted: Vec<u16>,
    pub(crate) frontiers: Vec<Rc<[Entry]>>,
    places: QuickMap<Rc<[Entry]>, Place>,
    begun: QuickMap<(Place, Symbol), Rc<[Begun]>>,
    transitions: QuickMap<(Place, Symbol, usize), Rc<Transition>>,
    chains: Vec<(Chain, Act)>,
}

impl<'t> Search<'t> {
    pub(crate) fn new(table: &'t mut Table, is_whole: bool, bounds: Bounds) -> Self {
        Self {
            table,
            is_whole,
            bounds,
            wanted: Vec::new(),
            frontiers: Vec::new(),
            places: QuickMap::default(),
            begun: QuickMap::default(),
            transitions: QuickMap::default(),
            chains: Vec::new(),
        }
    }

    /// Whether more was met than memory is spent on, so that not everything was looked at.
    pub(crate) fn is_given_up(&self) -> bool {
        self.table.is_full()
    }

    /// A set of assignments by its place.
    pub(crate) fn mask(&mut self, set: Assignments) -> Place {
        self.table.mask(set)
    }

    /// The assignments in a set.
    pub(crate) fn assignments(&self, mask: Place) -> Assignments {
        *self.table.set(mask)
    }

    /// A history that ends in this entry under this assignment.
    pub(crate) fn history(
        &self,
        walked: &Walked,
        end: &(usize, World, u16, Place),
        assignment: Assignment,
    ) -> History {
        History::of(&self.found(walked, end, assignment), self.table)
    }

    /// Walks over the log from these worlds, under these assignments.
    pub(crate) fn walk(&mut self, first: &[World], mask: Place, log: &[Symbol]) -> Walked {
        let settled = first.iter().map(|world| Entry {
            node: Node::Settled(self.table.place(*world)),
            cost: 0,
            mask,
        });
        let entries: Vec<Entry> = settled.collect();
        let mut at = self.place(entries);
        let mut walked = Walked { frontiers: vec![at], transitions: Vec::new(), explained: 0 };
        let needs = needs(log, self.table.rules());
        self.wanted = log.iter().map(|symbol| symbol.id).collect();
        self.wanted.sort_unstable();
        self.wanted.dedup();
        for (symbol, needs) in log.iter().zip(&needs[1..]) {
            let transition = self.transition(at, *symbol, needs);
            at = transition.to;
            // What is found with a full table is not all there is.
            if self.frontiers[at as usize].is_empty() || self.table.is_full() {
                return walked;
            }
            walked.frontiers.push(at);
            walked.transitions.push(transition);
            walked.explained += 1;
        }
        walked
    }

    /// Every world between two commands that the log can end in, with its cost beyond the least.
    pub(crate) fn ends(&self, walked: &Walked) -> Vec<(usize, World, u16, Place)> {
        let less: u16 = walked.transitions.iter().map(|one| one.less).sum();
        let last = walked.frontiers.last().copied().unwrap_or_default();
        let entries = self.frontiers[last as usize].iter().enumerate();
        let settled = entries.filter_map(|(index, entry)| match entry.node {
            Node::Settled(world) => {
                Some((index, *self.table.world(world), entry.cost + less, entry.mask))
            }
            Node::Amid { .. } => None,
        });
        settled.collect()
    }

    /// The frontier after each symbol, by its place, and what its costs are counted from.
    pub(crate) fn frontiers(walked: &Walked) -> impl Iterator<Item = (Place, u16)> + '_ {
        walked.transitions.iter().scan(0, |from, transition| {
            *from += transition.less;
            Some((transition.to, *from))
        })
    }

    /// Every world of a frontier with its unseen changes, counted from this; one in the middle of a
    /// command is that after it.
    pub(crate) fn worlds(&self, frontier: Place, from: u16) -> Vec<(World, u16)> {
        let entries = self.frontiers[frontier as usize].iter();
        entries.map(|entry| (*self.world(entry), entry.cost + from)).collect()
    }

    /// Goes back from this entry to the first worlds, along links that fit this assignment.
    fn found(
        &self,
        walked: &Walked,
        end: &(usize, World, u16, Place),
        assignment: Assignment,
    ) -> Found {
        let (mut index, world, _, _) = *end;
        let mut acts = Vec::new();
        for transition in walked.transitions.iter().rev() {
            let links = &transition.links[index];
            let possible =
                links.iter().filter(|link| self.table.set(link.mask).contains(assignment));
            let Some(link) = possible.min_by_key(|link| self.operations(link.chain)) else { break };
            let mut chain = link.chain;
            while chain != 0 {
                let (before, act) = self.chains[chain as usize - 1];
                acts.push(act);
                chain = before;
            }
            index = link.from as usize;
        }
        acts.reverse();
        let first = match self.frontiers[walked.frontiers[0] as usize][index].node {
            Node::Settled(first) => *self.table.world(first),
            Node::Amid { .. } => world,
        };
        Found { world, assignment, acts, first }
    }

    /// How many operations of the service a chain has.
    fn operations(&self, mut chain: Chain) -> usize {
        let mut operations = 0;
        while chain != 0 {
            let (before, act) = self.chains[chain as usize - 1];
            let is_cycle = |made: Place| self.table.known[made as usize].command == Command::Cycle;
            operations += usize::from(matches!(act, Act::Command(made) if !is_cycle(made)));
            chain = before;
        }
        operations
    }

    fn place(&mut self, entries: Vec<Entry>) -> Place {
        let entries: Rc<[Entry]> = entries.into();
        let next = self.frontiers.len() as Place;
        *self.places.entry(Rc::clone(&entries)).or_insert_with(|| {
            self.frontiers.push(entries);
            next
        })
    }

    fn transition(&mut self, from: Place, symbol: Symbol, needs: &Needs) -> Rc<Transition> {
        // The rest of a log needs less and less, so that how many needs there are tells which.
        let key = (from, symbol, needs.len());
        if let Some(known) = self.transitions.get(&key) {
            return Rc::clone(known);
        }
        let made = Rc::new(self.explain(from, symbol, needs));
        self.transitions.insert(key, Rc::clone(&made));
        made
    }

    /// All that this record can be after a frontier.
    fn explain(&mut self, from: Place, symbol: Symbol, needs: &Needs) -> Transition {
        let begun = self.begun(from, symbol);
        let mut next = Next::default();
        let entries = Rc::clone(&self.frontiers[from as usize]);
        for (index, entry) in entries.iter().enumerate() {
            let Node::Amid { made, next: at, again } = entry.node else { continue };
            let link = Link { from: index as u32, mask: entry.mask, chain: 0 };
            if again {
                let item = self.table.known[made as usize].made.logged[usize::from(at)];
                let batch = item.symbol.run.filter(|_| symbol.fits(item.symbol));
                if let Some(run) = batch {
                    let chain = self.chained(0, Act::Batch(run));
                    self.explained(made, at.into(), entry.cost, Link { chain, ..link }, &mut next);
                }
            } else {
                self.consume(made, at, symbol, entry.cost, link, &mut next);
            }
        }
        for one in begun.iter() {
            self.consume(one.made, 0, symbol, one.cost, one.link, &mut next);
        }
        self.bounded(next, needs)
    }

    /// Explains a record by an event of a command that has come so far.
    fn consume(
        &mut self,
        made: Place,
        from: u16,
        symbol: Symbol,
        cost: u16,
        link: Link,
        next: &mut Next,
    ) {
        let known = &self.table.known[made as usize];
        let logged = &known.made.logged;
        // In an excerpt what stands before may be left out.
        let end = if self.is_whole { usize::from(from) + 1 } else { logged.len() };
        let here = (usize::from(from)..end).find(|at| symbol.fits(logged[*at].symbol));
        if let Some(here) = here {
            self.explained(made, here, cost, link, next);
        }
    }

    /// Where a history stands after this event of a command.
    fn explained(&self, made: Place, here: usize, cost: u16, link: Link, next: &mut Next) {
        let known = &self.table.known[made as usize];
        let logged = &known.made.logged;
        let (is_last, repeats) = (here + 1 == logged.len(), logged[here].repeats);
        let after = Node::Settled(known.after);
        if repeats {
            next.add(Node::Amid { made, next: here as u16, again: true }, cost, link);
        }
        if !is_last {
            let node = Node::Amid { made, next: here as u16 + 1, again: false };
            next.add(node, cost, link);
        }
        if is_last || !self.is_whole {
            next.add(after, cost, link);
        }
    }

    /// The entries that are within the bounds, in a fixed order.
    pub(crate) fn bounded(&mut self, next: Next, needs: &Needs) -> Transition {
        let mut entries: Vec<(Entry, Vec<Link>)> = next.entries(self.table);
        let least = entries.iter().map(|(entry, _)| entry.cost).min().unwrap_or(0);
        let less = match self.bounds.changes {
            Changes::AtMost(_) => 0,
            Changes::Beyond(_) => least,
        };
        let most = self.most(least);
        entries.retain(|(entry, _)| entry.cost <= most && self.can_explain(entry, needs));
        for (entry, _) in &mut entries {
            entry.cost -= less;
        }
        entries.sort_by_key(|(entry, _)| (entry.cost, entry.node, entry.mask));
        let (entries, links): (Vec<Entry>, Vec<Vec<Link>>) = entries.into_iter().unzip();
        Transition { to: self.place(entries), less, links }
    }

    /// Whether the rest of the log can be explained without too many conditions.
    fn can_explain(&self, entry: &Entry, needs: &Needs) -> bool {
        let held = self.world(entry).held;
        held.len() as u32 + still_needed(held, needs) <= self.bounds.conditions
    }

    /// The world of an entry; of one in the middle of a command that after it.
    fn world(&self, entry: &Entry) -> &World {
        match entry.node {
            Node::Settled(world) => self.table.world(world),
            Node::Amid { made, .. } => &self.table.known[made as usize].made.after,
        }
    }

    /// The most unseen changes where the least is this.
    fn most(&self, least: u16) -> u16 {
        match self.bounds.changes {
            Changes::AtMost(most) => most,
            Changes::Beyond(more) => least + more,
        }
    }

    pub(crate) fn chained(&mut self, before: Chain, act: Act) -> Chain {
        self.chains.push((before, act));
        self.chains.len() as Chain
    }

    /// Every command that can be begun after a frontier and log this event first; before it there may
    /// be changes, and commands of which nothing is in the log.
    fn begun(&mut self, from: Place, symbol: Symbol) -> Rc<[Begun]> {
        if let Some(known) = self.begun.get(&(from, symbol)) {
            return Rc::clone(known);
        }
        let entries = Rc::clone(&self.frontiers[from as usize]);
        let least = entries.iter().map(|entry| entry.cost).min().unwrap_or(0);
        let most = self.most(least);
        let mut silence = Silence::new(most);
        let mut begun = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            if let Node::Settled(world) = entry.node {
                let link = Link { from: index as u32, mask: entry.mask, chain: 0 };
                silence.add(self.table, world, entry.cost, link);
            }
        }
        while let Some((world, cost, link)) = silence.next() {
            for command in Command::ALL {
                let mut giving =
                    Giving { command, symbol, silence: &mut silence, begun: &mut begun };
                self.unseen(world, cost, link, None, &mut giving);
            }
        }
        let begun: Rc<[Begun]> = begun.into();
        self.begun.insert((from, symbol), Rc::clone(&begun));
        begun
    }

    /// Gives a command after any changes that make a difference for it; `last` is the latest of
    /// them and the world before it.
    fn unseen(
        &mut self,
        world: Place,
        cost: u16,
        link: Link,
        last: Option<(Change, Place)>,
        giving: &mut Giving<'_>,
    ) {
        if self.table.is_full() {
            return;
        }
        let command = giving.command;
        let moves = self.table.moves(world, command);
        let mut is_useful =
            last.is_none_or(|(change, _)| is_of_tab(change) && command.begins_life());
        for made in moves.iter() {
            let known = &self.table.known[*made as usize];
            let begins_so = self.begins_with(&known.made.logged, giving.symbol);
            if known.made.after.held.len() as u32 > self.bounds.conditions {
                continue;
            }
            let is_silent = known.made.logged.is_empty();
            // In an excerpt all that a command logs may be left out.
            let passes = known.made.changes
                && (is_silent || !self.is_whole)
                && last.is_none_or(|(change, _)| matters_in_silence(change, command));
            let (after, assumed) = (known.after, known.assumed);
            if !passes && !begins_so {
                continue;
            }
            if begins_so && last.is_some_and(|last| self.could_come_later(last, command, *made)) {
                continue;
            }
            is_useful |= begins_so;
            let both = self.table.set(link.mask).and(self.table.set(assumed));
            if both.is_empty() {
                continue;
            }
            let mask = self.table.mask(both);
            let chain = self.chained(link.chain, Act::Command(*made));
            let link = Link { mask, chain, ..link };
            if begins_so {
                giving.begun.push(Begun { link, cost, made: *made });
            }
            if passes {
                let unwitnessed = u16::from(command != Command::Cycle);
                giving.silence.add(self.table, after, cost + unwitnessed, link);
            }
        }
        let decides =
            matches!(last, Some((Change::Inject(fault), _)) if self.stops_first(fault, command));
        // What is injected after a condition stands behind it, and cannot make it decide.
        if cost >= giving.silence.most || decides && !is_useful {
            return;
        }
        let changes = self.table.changes(world, command);
        for Unseen { change, after, tells } in changes.iter() {
            if !tells.is_empty()
                && !tells.iter().any(|id| *id == SILENCE || self.wanted.contains(id))
            {
                continue;
            }
            let follows = last.is_none_or(|(before, _)| {
                before.place() < change.place() || before == *change && change.repeats()
            });
            let within = self.table.world(*after).held.len() as u32 <= self.bounds.conditions;
            if follows && within {
                let chain = self.chained(link.chain, Act::Change(*change, *after));
                let link = Link { chain, ..link };
                self.unseen(*after, cost + 1, link, Some((*change, world)), giving);
            }
        }
    }

    /// Whether this is the first event of a command that is in the log.
    fn begins_with(&self, logged: &[Item], symbol: Symbol) -> bool {
        let end = if self.is_whole { 1 } else { logged.len() };
        logged.iter().take(end).any(|item| symbol.fits(item.symbol))
    }

    /// Whether the first run of a command is stopped by this fault, on some edition.
    fn stops_first(&self, fault: Fault, command: Command) -> bool {
        let ends =
            |exchange: &Exchange| self.table.rules().ends(fault, *exchange, command.runs()[0]);
        Exchange::ALL.iter().any(|exchange| ends(exchange) != Outcome::NotStopped)
    }

    /// Whether the same would be logged without the last change, and it would lead to the same after the
    /// command, so that it could as well come there. A life goes by the tab that it begins with, so there it could not.
    fn could_come_later(&mut self, last: (Change, Place), command: Command, made: Place) -> bool {
        let (change, before) = last;
        if is_of_tab(change) && command.begins_life() {
            return false;
        }
        let moves = self.table.moves(before, command);
        let made = &self.table.known[made as usize].made;
        let is_same = |other: &Place| {
            let other = &self.table.known[*other as usize].made;
            other.logged == made.logged && changed(&other.after, change).contains(&made.after)
        };
        moves.iter().any(is_same)
    }
}

/// A command that is to log this event first.
struct Giving<'a> {
    command: Command,
    symbol: Symbol,
    silence: &'a mut Silence,
    begun: &'a mut Vec<Begun>,
}
