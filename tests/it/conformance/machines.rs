//! Chance, random machines, and machines that can be changed.

use std::collections::HashSet;

use event70::conformance::certify::{Input, Mealy, Mode, Output, State, Transition};

/// SplitMix64 (G. Steele, D. Lea, C. Flood, 2014): enough randomness for tests, the same each time.
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub(crate) fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        (!all.is_empty()).then(|| &all[self.below(all.len())])
    }
}

/// The shape of random machines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) states: usize,
    pub(crate) inputs: usize,
    /// Different outputs per mode of the target.
    pub(crate) outputs: usize,
    pub(crate) modes: usize,
    /// How many of ten transitions are there.
    pub(crate) defined: usize,
}

/// The minimal machine of a random one; may have fewer states, and pairs that are inseparable.
pub(crate) fn random(rng: &mut Rng, shape: Shape) -> Mealy {
    let modes: Vec<Mode> = (0..shape.states).map(|_| rng.below(shape.modes) as Mode).collect();
    let mut rows = Vec::new();
    for _ in 0..shape.states {
        let mut row: Vec<Transition> = Vec::new();
        for input in 0..shape.inputs {
            let target = rng.below(shape.states);
            let output = rng.below(shape.outputs) + shape.outputs * usize::from(modes[target]);
            if rng.below(10) < shape.defined {
                row.push((input, output as Output, target));
            }
        }
        rows.push(row);
    }
    Mealy::new(0, modes, rows).unwrap().minimised().0
}

/// All states of the mode of a state but itself.
pub(crate) fn peers(machine: &Mealy, state: State) -> impl Iterator<Item = State> {
    let same = move |&other: &State| other != state && machine.mode(other) == machine.mode(state);
    (0..machine.states()).filter(same)
}

/// A machine with its transitions in the open, to be changed.
#[derive(Debug, Clone)]
pub(crate) struct Mutable {
    pub(crate) initial: State,
    pub(crate) modes: Vec<Mode>,
    pub(crate) rows: Vec<Vec<Transition>>,
}

impl Mutable {
    pub(crate) fn of(machine: &Mealy) -> Self {
        let states = 0..machine.states();
        Self {
            initial: machine.initial(),
            modes: states.clone().map(|state| machine.mode(state)).collect(),
            rows: states.map(|state| machine.transitions(state).to_vec()).collect(),
        }
    }

    pub(crate) fn step(&self, state: State, input: Input) -> Option<(Output, State)> {
        let row = &self.rows[state];
        let index = row.binary_search_by_key(&input, |transition| transition.0).ok()?;
        Some((row[index].1, row[index].2))
    }

    /// Whether it answers every sequence that is applicable in the specification alike.
    pub(crate) fn conforms(&self, specification: &Mealy) -> bool {
        let mut seen = HashSet::from([(specification.initial(), self.initial)]);
        let mut todo: Vec<_> = seen.iter().copied().collect();
        while let Some((ours, theirs)) = todo.pop() {
            for &(input, output, target) in specification.transitions(ours) {
                match self.step(theirs, input) {
                    Some((same, other)) if same == output => {
                        if seen.insert((target, other)) {
                            todo.push((target, other));
                        }
                    }
                    _ => return false,
                }
            }
        }
        true
    }
}
