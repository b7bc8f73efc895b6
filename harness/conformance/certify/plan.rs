//! Lays out the tests of a complete suite so that they share their steps.
//!
//! What has to be executed, and where it counts, is said in the documentation of
//! [`suite`](mod@super::suite). The plan is greedy: a test is carried on with the nearest sequence
//! that is still to be executed and that counts there, because going on at the end of a test
//! costs only the way there, while a new test costs the whole way from the initial state.

use std::collections::VecDeque;

use super::mealy::{Input, Mealy, State};
use super::separate::{Identifier, Inseparable, identifiers};
use super::trie::{Items, Node, Trie};

/// The root of the tree of tests.
const ROOT: Node = 0;

/// By how many steps a new test may be nearer to its first sequence before the current one is left.
/// Measured on the reference's machine: with one extra state 2 to 5 differ by less than 1 %, and
/// without a limit there are 36 % more steps; without extra states 0 to 6 are equally good, and
/// without a limit it is 60 % more.
const PATIENCE: usize = 4;

/// The tree of tests and the state cover it rests on.
pub(crate) type Planned = (Trie, Vec<Option<Node>>);

/// Plans a complete suite.
///
/// # Errors
/// [`Inseparable`], if the reachable states of some mode cannot all be told apart.
pub(crate) fn plan(machine: &Mealy, extra: usize) -> Result<Planned, Inseparable> {
    let order = machine.reachable();
    let identifiers = identifiers(machine, &order)?;
    let mut plan = Plan::new(machine, identifiers, &order);
    if extra > 0 {
        plan.fix_cover(&order);
    }
    plan.bounds(&order, extra);
    plan.items = plan.demand(&order, extra);
    plan.run();
    Ok((plan.tree, plan.cover))
}

/// A place at the end of a test that is being written.
#[derive(Debug, Clone)]
struct Walk {
    node: Node,
    state: State,
    /// What has to be known about other transitions before this place is known to be convergent
    /// with the access sequence of its state: nothing if 0, else that of rank `level - 1` and less.
    level: usize,
    /// The items that are being executed here, as far as they are.
    active: Vec<Node>,
}

/// A state found by a search, and how.
#[derive(Debug, Clone, Copy)]
struct Visit {
    state: State,
    level: usize,
    /// The visit before it and the input in between; `None` where the search began.
    from: Option<(usize, Input)>,
}

struct Plan<'a> {
    machine: &'a Mealy,
    identifiers: Vec<Identifier>,
    tree: Trie,
    /// The node of the access sequence of each state in the state cover.
    cover: Vec<Option<Node>>,
    /// Whether a transition, by state and index, leads from access sequence to access sequence.
    firm: Vec<Vec<bool>>,
    /// The place of each state in the order by which convergence is proved.
    rank: Vec<usize>,
    /// The highest level at which a sequence executed in a state counts.
    bound: Vec<usize>,
    items: Items,
    /// States and sequences to be executed right after the access sequence.
    exact: VecDeque<(State, Vec<Input>)>,
}

impl<'a> Plan<'a> {
    fn new(machine: &'a Mealy, identifiers: Vec<Identifier>, order: &[State]) -> Self {
        let states = machine.states();
        let mut rank = vec![0; states];
        for (index, &state) in order.iter().enumerate() {
            rank[state] = index;
        }
        let mut plan = Self {
            machine,
            identifiers,
            tree: Trie::new(1),
            cover: vec![None; states],
            firm: (0..states).map(|state| vec![false; machine.transitions(state).len()]).collect(),
            bound: rank.clone(),
            rank,
            items: Items::new(Trie::new(states)),
            exact: VecDeque::new(),
        };
        plan.settle(machine.initial(), ROOT);
        plan
    }

    /// Makes a node the access sequence of a state, unless it has one.
    fn settle(&mut self, state: State, node: Node) {
        if self.cover[state].is_none() {
            self.cover[state] = Some(node);
            let sequences = self.identifiers[state].iter();
            self.exact.extend(sequences.map(|sequence| (state, sequence.clone())));
        }
    }

    /// Makes the shortest access sequences the state cover, and their last transitions firm.
    fn fix_cover(&mut self, order: &[State]) {
        for &state in order {
            let Some(node) = self.cover[state] else { continue };
            for (index, &(input, _, target)) in self.machine.transitions(state).iter().enumerate() {
                if self.cover[target].is_none() {
                    let child = self.tree.extend(node, input);
                    self.settle(target, child);
                    self.firm[state][index] = true;
                }
            }
        }
    }

    /// With extra states what is executed in a state also serves to prove the convergence of the
    /// transitions that lead there, so it may rest on what comes before all of those only.
    fn bounds(&mut self, order: &[State], extra: usize) {
        if extra == 0 {
            return;
        }
        for &state in order {
            for (index, &(_, _, target)) in self.machine.transitions(state).iter().enumerate() {
                if !self.firm[state][index] {
                    self.bound[target] = self.bound[target].min(self.rank[state]);
                }
            }
        }
    }

    /// All that has to be executed at places convergent with the access sequences.
    fn demand(&self, order: &[State], extra: usize) -> Items {
        let mut items = Trie::new(self.machine.states());
        let mut entered = vec![false; self.machine.states()];
        for &state in order {
            for (index, &(input, _, target)) in self.machine.transitions(state).iter().enumerate() {
                if self.firm[state][index] {
                    continue;
                }
                let node = items.extend(state, input);
                self.traverse(&mut items, node, target, extra);
                if extra > 0 && !std::mem::replace(&mut entered[target], true) {
                    self.traverse(&mut items, target, target, extra);
                }
            }
        }
        Items::new(items)
    }

    /// All sequences of up to `length` inputs, each followed by the identifier of its target.
    fn traverse(&self, items: &mut Trie, node: Node, state: State, length: usize) {
        for sequence in &self.identifiers[state] {
            items.insert(node, sequence);
        }
        if length > 0 {
            for &(input, _, target) in self.machine.transitions(state) {
                let next = items.extend(node, input);
                self.traverse(items, next, target, length - 1);
            }
        }
    }

    fn run(&mut self) {
        loop {
            let mut walk = self.start();
            if let Some((state, sequence)) = self.exact.pop_front() {
                let Some(node) = self.cover[state] else { continue };
                if self.tree.contains(node, &sequence) {
                    continue;
                }
                let access = self.tree.path(node);
                self.write(&mut walk, &access);
                self.write(&mut walk, &sequence);
            } else if let Some((way, state)) = self.nearest(&walk) {
                self.execute(&mut walk, &way, state);
            } else {
                return;
            }
            self.carry_on(&mut walk);
        }
    }

    /// The beginning of a test.
    fn start(&self) -> Walk {
        let state = self.machine.initial();
        Walk { node: ROOT, state, level: 0, active: vec![state] }
    }

    /// Executes what is near the end of a test, until a new test is the better place.
    fn carry_on(&mut self, walk: &mut Walk) {
        while let Some((way, state)) = self.nearest(walk) {
            let anew = |fresh: (Vec<Input>, State)| fresh.0.len() + PATIENCE < way.len();
            if way.len() > PATIENCE && self.nearest(&self.start()).is_some_and(anew) {
                return;
            }
            self.execute(walk, &way, state);
        }
    }

    fn execute(&mut self, walk: &mut Walk, way: &[Input], state: State) {
        self.write(walk, way);
        let sequence = self.items.first(state);
        self.write(walk, &sequence);
    }

    fn write(&mut self, walk: &mut Walk, inputs: &[Input]) {
        for &input in inputs {
            self.step(walk, input);
        }
    }

    fn step(&mut self, walk: &mut Walk, input: Input) {
        // Only applicable sequences are ever written.
        let Some(index) = self.machine.index(walk.state, input) else { return };
        walk.level = self.level_after(walk.state, index, walk.level);
        walk.state = self.machine.transitions(walk.state)[index].2;
        walk.node = self.tree.extend(walk.node, input);
        for active in std::mem::take(&mut walk.active) {
            if let Some(next) = self.items.advance(active, input) {
                walk.active.push(next);
                self.complete(walk.node, next);
            }
        }
        if self.cover[walk.state] == Some(walk.node) {
            walk.level = 0;
        }
        if walk.level <= self.bound[walk.state] {
            walk.active.push(walk.state);
        }
    }

    /// The level after a transition, given by its index, of a state.
    fn level_after(&self, state: State, index: usize, level: usize) -> usize {
        if self.firm[state][index] { level } else { level.max(self.rank[state] + 1) }
    }

    /// Notes what was executed up to a node of the tree. If the state after its first input has no
    /// access sequence yet (there are no extra states then), it gets one: the identifier of that
    /// state has just been executed there.
    fn complete(&mut self, node: Node, item: Node) {
        let Some((length, first, state)) = self.items.complete(item) else { return };
        let Some((_, target)) = self.machine.step(state, first) else { return };
        if self.cover[target].is_none() {
            let back = (1..length).try_fold(node, |node, _| Some(self.tree.parent(node)?.0));
            self.settle(target, back.unwrap_or(node));
        }
    }

    /// The nearest state where something is still to be executed and would count, with the way
    /// there. From the initial state such a state is found whenever anything is left: breadth-first
    /// search goes there by transitions that are firm, or (without extra states) of lower rank.
    fn nearest(&self, walk: &Walk) -> Option<(Vec<Input>, State)> {
        let mut reached = vec![false; self.machine.states()];
        reached[walk.state] = true;
        let mut visits = vec![Visit { state: walk.state, level: walk.level, from: None }];
        let mut next = 0;
        while let Some(&Visit { state, level, .. }) = visits.get(next) {
            if level <= self.bound[state] && self.items.any(state) {
                return Some((way(&visits, next), state));
            }
            for (index, &(input, _, target)) in self.machine.transitions(state).iter().enumerate() {
                if !std::mem::replace(&mut reached[target], true) {
                    let level = self.level_after(state, index, level);
                    visits.push(Visit { state: target, level, from: Some((next, input)) });
                }
            }
            next += 1;
        }
        None
    }
}

/// The inputs that led a search to a visit.
fn way(visits: &[Visit], mut at: usize) -> Vec<Input> {
    let mut inputs = Vec::new();
    while let Some((before, input)) = visits[at].from {
        inputs.push(input);
        at = before;
    }
    inputs.reverse();
    inputs
}
