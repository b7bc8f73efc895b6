//! Sequences that tell the states of one mode apart.
//!
//! The tests recognise a state by *harmonised state identifiers* (G. Luo, A. Petrenko,
//! G. v. Bochmann, "Selecting test sequences for partially-specified nondeterministic finite state
//! machines", 1994): a set of input sequences for every state, all applicable there, such that for
//! any two states of one mode the two sets have a common prefix to which the two states answer
//! differently. In a partial machine that is the right notion: a set common to all states need not
//! be applicable in each of them.
//!
//! They are found by adaptive experiments, as in D. Lee and M. Yannakakis, "Testing finite-state
//! machines: state identification and verification", IEEE Trans. Computers 43(3), 1994: all
//! states of a mode get the same input, those that answer differently are told apart, and each
//! group that is left goes on with an input of its own. Two states of a group that meet in the
//! same state, or of which only one can take the input, are *lost* to the experiment and need
//! another one. Each further experiment costs a further test of everything that leads to these
//! states, so the input is chosen that loses the fewest pairs, and among those the one after
//! which the pairs are closest to being told apart.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::mealy::{Input, Mealy, State};

/// Two states of the same mode that no sequence applicable in both tells apart.
///
/// Either they behave alike (the machine is not minimal), or their applicable inputs differ too
/// much. No test can find out which of the two an implementation is in, so there is no complete
/// suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no input sequence applicable in both tells state {first} from state {second}")]
pub struct Inseparable {
    /// One of the two states.
    pub first: State,
    /// The other one.
    pub second: State,
}

/// The sequences by which a state is recognised, none of them a prefix of another one.
pub(crate) type Identifier = Vec<Vec<Input>>;

/// Harmonised state identifiers for the given states (closed under transitions); the identifiers
/// of all other states are empty.
///
/// Takes O(pairs of states of one mode · inputs) per round of [`Distances::new`] and per level of
/// the experiments.
///
/// # Errors
/// [`Inseparable`], if two of the states have the same mode and no common separating sequence.
pub(crate) fn identifiers(
    machine: &Mealy,
    states: &[State],
) -> Result<Vec<Identifier>, Inseparable> {
    let mut modes = BTreeMap::<_, Vec<State>>::new();
    for &state in states {
        modes.entry(machine.mode(state)).or_default().push(state);
    }
    let modes: Vec<_> = modes.into_values().collect();
    let distances = Distances::new(machine, &modes)?;
    let mut search = Search {
        machine,
        resolved: vec![false; distances.table.len()],
        distances,
        found: vec![Vec::new(); machine.states()],
    };
    for mut open in modes {
        loop {
            // Every experiment resolves at least the nearest pair, so this comes to an end.
            open = open.iter().copied().filter(|&a| search.has_partner(a, &open)).collect();
            if open.is_empty() {
                break;
            }
            let all =
                open.iter().map(|&state| Subject { origin: state, current: state, useful: 0 });
            search.experiment(all.collect(), &mut Vec::new());
        }
    }
    Ok(search.found.into_iter().map(maximal).collect())
}

/// The sequences that are not a prefix of another one.
fn maximal(mut sequences: Vec<Vec<Input>>) -> Identifier {
    sequences.sort();
    // A prefix comes right before the sequences that go on from it.
    sequences.dedup_by(|next, previous| {
        let prefix = next.starts_with(previous);
        if prefix {
            std::mem::swap(next, previous);
        }
        prefix
    });
    sequences
}

/// For every two states of one mode the length of a shortest sequence that tells them apart.
struct Distances {
    /// Where the row of a state starts in the table.
    row: Vec<usize>,
    /// The number of a state among those of its mode, which is its column in their rows.
    column: Vec<usize>,
    table: Vec<usize>,
}

impl Distances {
    /// The distances within each of the given modes, found by rounds: a pair is told apart in
    /// round n if some common input tells it apart at once, or leads to a pair that was told apart
    /// in an earlier round.
    fn new(machine: &Mealy, modes: &[Vec<State>]) -> Result<Self, Inseparable> {
        let (mut distances, mut open) = Self::unknown(machine, modes);
        let mut round = 0;
        while let Some(&(first, second)) = open.first() {
            round += 1;
            let before = open.len();
            open.retain(|&(a, b)| {
                let found = machine.common(a, b).any(|(_, (output, p), (other, q))| {
                    output != other || (p != q && distances.get(p, q) < round)
                });
                if found {
                    distances.set(a, b, round);
                }
                !found
            });
            if open.len() == before {
                return Err(Inseparable { first, second });
            }
        }
        Ok(distances)
    }

    /// A table with no distance known yet, and all pairs.
    fn unknown(machine: &Mealy, modes: &[Vec<State>]) -> (Self, Vec<(State, State)>) {
        let states = machine.states();
        let mut distances = Self { row: vec![0; states], column: vec![0; states], table: vec![] };
        let mut pairs = Vec::new();
        for mode in modes {
            for (column, &state) in mode.iter().enumerate() {
                distances.row[state] = distances.table.len();
                distances.column[state] = column;
                distances.table.resize(distances.table.len() + mode.len(), usize::MAX);
                pairs.extend(mode[..column].iter().map(|&other| (other, state)));
            }
        }
        (distances, pairs)
    }

    fn at(&self, a: State, b: State) -> usize {
        self.row[a] + self.column[b]
    }

    fn get(&self, a: State, b: State) -> usize {
        self.table[self.at(a, b)]
    }

    fn set(&mut self, a: State, b: State, distance: usize) {
        let (forth, back) = (self.at(a, b), self.at(b, a));
        self.table[forth] = distance;
        self.table[back] = distance;
    }
}

/// A state that takes part in an experiment.
#[derive(Debug, Clone, Copy)]
struct Subject {
    /// The state that is to be recognised.
    origin: State,
    /// The state it has come to.
    current: State,
    /// How many of the inputs so far told it from another one.
    useful: usize,
}

struct Search<'a> {
    machine: &'a Mealy,
    distances: Distances,
    /// The pairs that the sequences found so far tell apart, laid out like the distances.
    resolved: Vec<bool>,
    found: Vec<Vec<Vec<Input>>>,
}

impl Search<'_> {
    fn is_resolved(&self, a: State, b: State) -> bool {
        self.resolved[self.distances.at(a, b)]
    }

    fn has_partner(&self, state: State, others: &[State]) -> bool {
        others.iter().any(|&other| other != state && !self.is_resolved(state, other))
    }

    /// Whether this experiment can and should still tell the two apart.
    fn is_live(&self, a: &Subject, b: &Subject) -> bool {
        a.current != b.current && !self.is_resolved(a.origin, b.origin)
    }

    /// Goes on with subjects that answered alike to the inputs so far.
    fn experiment(&mut self, block: Vec<Subject>, inputs: &mut Vec<Input>) {
        let (block, finished): (Vec<_>, Vec<_>) =
            block.iter().partition(|a| block.iter().any(|b| self.is_live(a, b)));
        self.record(&finished, inputs);
        let Some(input) = self.choose(&block) else { return };
        let mut groups = BTreeMap::<_, Vec<Subject>>::new();
        for subject in block {
            if let Some((output, current)) = self.machine.step(subject.current, input) {
                groups.entry(output).or_default().push(Subject { current, ..subject });
            } else {
                self.record(&[subject], inputs);
            }
        }
        inputs.push(input);
        let mut groups: Vec<_> = groups.into_values().collect();
        self.resolve(&mut groups, inputs.len());
        for group in groups {
            self.experiment(group, inputs);
        }
        inputs.pop();
    }

    fn record(&mut self, subjects: &[Subject], inputs: &[Input]) {
        for subject in subjects.iter().filter(|subject| subject.useful > 0) {
            self.found[subject.origin].push(inputs[..subject.useful].to_vec());
        }
    }

    /// Notes that the groups answered differently to the last of that many inputs.
    fn resolve(&mut self, groups: &mut [Vec<Subject>], inputs: usize) {
        for index in 1..groups.len() {
            let (before, rest) = groups.split_at_mut(index);
            for a in &mut rest[0] {
                for b in before.iter_mut().flatten() {
                    if !self.is_resolved(a.origin, b.origin) {
                        (a.useful, b.useful) = (inputs, inputs);
                        let forth = self.distances.at(a.origin, b.origin);
                        let back = self.distances.at(b.origin, a.origin);
                        self.resolved[forth] = true;
                        self.resolved[back] = true;
                    }
                }
            }
        }
    }

    /// The input to go on with: only one that brings the live pairs nearer to a first difference
    /// will do (else the experiment might never end), and of these the one that loses the fewest
    /// pairs and then leaves the smallest sum of distances.
    fn choose(&self, block: &[Subject]) -> Option<Input> {
        let pairs = || {
            block.iter().enumerate().flat_map(move |(index, a)| {
                let others = block[..index].iter().filter(move |b| self.is_live(a, b));
                others.map(move |b| (a.current, b.current))
            })
        };
        let nearest = pairs().map(|(a, b)| self.distances.get(a, b)).min()?;
        // Per input: whether it brings a pair nearer, how many pairs it keeps, and their distances.
        let mut scores = BTreeMap::<Input, (bool, usize, Reverse<usize>)>::new();
        for (a, b) in pairs() {
            for (input, (output, p), (other, q)) in self.machine.common(a, b) {
                let distance = match output == other {
                    false => 0,
                    true if p == q => continue,
                    true => self.distances.get(p, q),
                };
                let score = scores.entry(input).or_default();
                score.0 |= distance < nearest;
                score.1 += 1;
                score.2.0 += distance;
            }
        }
        let best = scores.into_iter().max_by_key(|&(input, score)| (score, Reverse(input)))?;
        Some(best.0)
    }
}
