//! Partial deterministic Mealy machines and their minimisation.
//!
//! A [`Mealy`] machine is what a conformance test is derived from: in every state only some inputs
//! are applicable, and an applicable input has exactly one output and one target. Every state has
//! a visible *mode*, and the output of a transition determines the mode of its target; this is
//! what lets [`suite`](super::suite::suite) leave states of different modes undistinguished.

use std::collections::BTreeMap;

/// A state, numbered from 0.
pub type State = usize;
/// An input, numbered from 0.
pub type Input = usize;
/// An output; the numbers have no meaning beyond being equal or different.
pub type Output = u32;
/// The visible mode of a state.
pub type Mode = u16;
/// One transition: the input, the output it produces, and the target state.
pub type Transition = (Input, Output, State);

/// Why a description of a machine was refused by [`Mealy::new`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// There is not exactly one mode per state.
    #[error("{modes} modes were given for {states} states")]
    Modes {
        /// How many modes were given.
        modes: usize,
        /// How many states have a list of transitions.
        states: usize,
    },
    /// The initial state does not exist.
    #[error("the initial state {0} does not exist")]
    Initial(State),
    /// The transitions of a state are not sorted by input, or an input occurs twice.
    #[error(
        "the transitions of state {state} are not in strictly ascending order at input {input}"
    )]
    Order {
        /// The state whose transitions are out of order.
        state: State,
        /// The first input that is not greater than the one before it.
        input: Input,
    },
    /// A transition leads to a state that does not exist.
    #[error("state {state} has a transition on input {input} to a state that does not exist")]
    Target {
        /// Where the transition starts.
        state: State,
        /// Its input.
        input: Input,
    },
    /// The same output leads to states of two different modes, so it does not show the mode.
    #[error("output {output} leads to states of mode {first} and of mode {second}")]
    Mode {
        /// The output.
        output: Output,
        /// The mode of the target of one transition with that output.
        first: Mode,
        /// The mode of the target of another one.
        second: Mode,
    },
}

/// A partial deterministic Mealy machine with visible modes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mealy {
    initial: State,
    modes: Vec<Mode>,
    transitions: Vec<Vec<Transition>>,
}

impl Mealy {
    /// A machine with one mode and one list of transitions per state; each list is in strictly
    /// ascending order of the inputs, and an input that is missing is not applicable there.
    ///
    /// # Errors
    /// [`Malformed`], if the description is not such a machine, or if some output does not
    /// determine the mode of the target.
    pub fn new(
        initial: State,
        modes: Vec<Mode>,
        transitions: Vec<Vec<Transition>>,
    ) -> Result<Self, Malformed> {
        let states = transitions.len();
        if modes.len() != states {
            return Err(Malformed::Modes { modes: modes.len(), states });
        }
        if initial >= states {
            return Err(Malformed::Initial(initial));
        }
        let mut shown = BTreeMap::new();
        for (state, row) in transitions.iter().enumerate() {
            if let Some(pair) = row.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
                return Err(Malformed::Order { state, input: pair[1].0 });
            }
            for &(input, output, target) in row {
                let &second = modes.get(target).ok_or(Malformed::Target { state, input })?;
                let first = *shown.entry(output).or_insert(second);
                if first != second {
                    return Err(Malformed::Mode { output, first, second });
                }
            }
        }
        Ok(Self { initial, modes, transitions })
    }

    /// The initial state, in which the machine is after a reset.
    #[must_use]
    pub fn initial(&self) -> State {
        self.initial
    }

    /// How many states there are; they are numbered from 0.
    #[must_use]
    pub fn states(&self) -> usize {
        self.modes.len()
    }

    /// The visible mode of a state.
    #[must_use]
    pub fn mode(&self, state: State) -> Mode {
        self.modes[state]
    }

    /// The transitions of a state, in ascending order of their inputs.
    #[must_use]
    pub fn transitions(&self, state: State) -> &[Transition] {
        &self.transitions[state]
    }

    /// The output and the target of an input in a state, or `None` if it is not applicable there.
    /// Takes time logarithmic in the number of inputs applicable in the state.
    #[must_use]
    pub fn step(&self, state: State, input: Input) -> Option<(Output, State)> {
        let (_, output, target) = self.transitions[state][self.index(state, input)?];
        Some((output, target))
    }

    /// Where the transition of a state on an input is among its transitions.
    pub(crate) fn index(&self, state: State, input: Input) -> Option<usize> {
        self.transitions[state].binary_search_by_key(&input, |&(input, ..)| input).ok()
    }

    /// The state an input sequence leads to, or `None` if it is not applicable.
    #[must_use]
    pub fn target(&self, from: State, inputs: &[Input]) -> Option<State> {
        inputs.iter().try_fold(from, |state, &input| Some(self.step(state, input)?.1))
    }

    /// The inputs applicable in both states, ascending, with what they do in each of the two.
    pub(crate) fn common(
        &self,
        first: State,
        second: State,
    ) -> impl Iterator<Item = (Input, (Output, State), (Output, State))> {
        let mut other = self.transitions[second].iter().copied().peekable();
        self.transitions[first].iter().filter_map(move |&(input, output, target)| {
            while other.next_if(|&(candidate, ..)| candidate < input).is_some() {}
            let (_, its_output, its_target) =
                other.next_if(|&(candidate, ..)| candidate == input)?;
            Some((input, (output, target), (its_output, its_target)))
        })
    }

    /// The reachable states in breadth-first order, that is in ascending order of the length of
    /// their shortest access sequence (and of its inputs, among those of one length).
    #[must_use]
    pub fn reachable(&self) -> Vec<State> {
        let mut seen = vec![false; self.states()];
        let mut order = vec![self.initial];
        seen[self.initial] = true;
        let mut next = 0;
        while next < order.len() {
            for &(_, _, target) in &self.transitions[order[next]] {
                if !std::mem::replace(&mut seen[target], true) {
                    order.push(target);
                }
            }
            next += 1;
        }
        order
    }

    /// The minimal machine of the reachable part, and the state of it that each state of `self`
    /// became (`None` for unreachable ones).
    ///
    /// Two states are merged only if they have the same mode, the same applicable inputs, and the
    /// same outputs for every applicable sequence: to be inapplicable counts as an output of its
    /// own, so nothing is chosen for what is not specified. The new states are numbered in
    /// breadth-first order, so the result depends on the behaviour of `self` alone.
    ///
    /// This is Moore's partition refinement (E. F. Moore, "Gedanken-experiments on sequential
    /// machines", 1956): O(transitions · log states) per round, and at most as many rounds as the
    /// longest sequence needed to tell two states apart.
    #[must_use]
    pub fn minimised(&self) -> (Self, Vec<Option<State>>) {
        let order = self.reachable();
        let class = self.classes(&order);
        let mut number = BTreeMap::new();
        let mut representatives = Vec::new();
        for &state in &order {
            number.entry(class[state]).or_insert_with(|| {
                representatives.push(state);
                representatives.len() - 1
            });
        }
        let mut map = vec![None; self.states()];
        for &state in &order {
            map[state] = number.get(&class[state]).copied();
        }
        let row = |&state: &State| {
            let row = self.transitions[state].iter();
            row.map(|&(input, output, target)| (input, output, number[&class[target]])).collect()
        };
        let modes = representatives.iter().map(|&state| self.modes[state]).collect();
        let transitions = representatives.iter().map(row).collect();
        // The initial state is the first in breadth-first order, so its class has the number 0.
        (Self { initial: 0, modes, transitions }, map)
    }

    /// The coarsest partition of the given states (closed under transitions) into states that
    /// behave alike, as a class number for each state.
    fn classes(&self, states: &[State]) -> Vec<usize> {
        let mut class: Vec<usize> = self.modes.iter().map(|&mode| usize::from(mode)).collect();
        let mut count = 0;
        loop {
            let mut numbers = BTreeMap::new();
            let mut refined = class.clone();
            for &state in states {
                let row = self.transitions[state].iter();
                let successors: Vec<_> = row.map(|&(i, o, target)| (i, o, class[target])).collect();
                let fresh = numbers.len();
                refined[state] = *numbers.entry((class[state], successors)).or_insert(fresh);
            }
            class = refined;
            if numbers.len() == count {
                return class;
            }
            count = numbers.len();
        }
    }
}
