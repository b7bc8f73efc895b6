//! Suites that are not complete, to show that the tests here can fail.

use std::collections::BTreeSet;

use event70::conformance::certify::{Input, Mealy, State};

/// Shortest access sequences.
fn access(machine: &Mealy) -> Vec<Option<Vec<Input>>> {
    let mut access = vec![None; machine.states()];
    access[machine.initial()] = Some(Vec::new());
    for state in machine.reachable() {
        let sequence: Vec<Input> = access[state].clone().unwrap();
        for &(input, _, target) in machine.transitions(state) {
            if access[target].is_none() {
                access[target] = Some([&sequence[..], &[input]].concat());
            }
        }
    }
    access
}

/// All applicable sequences of exactly the length, or shorter where no input is applicable.
fn words(machine: &Mealy, state: State, length: usize) -> Vec<Vec<Input>> {
    let row = machine.transitions(state);
    if length == 0 || row.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for &(input, _, target) in row {
        for rest in words(machine, target, length - 1) {
            all.push([&[input][..], &rest].concat());
        }
    }
    all
}

/// The suite without its separating part: every sequence of `extra + 1` inputs in every state.
/// No suite that executes the traversal set right after the access sequences has fewer steps.
pub(crate) fn traversal(machine: &Mealy, extra: usize) -> Vec<Vec<Input>> {
    let mut tests = BTreeSet::new();
    for (state, access) in access(machine).into_iter().enumerate() {
        let Some(access) = access else { continue };
        for word in words(machine, state, extra + 1) {
            tests.insert([&access[..], &word].concat());
        }
    }
    let all: Vec<_> = tests.into_iter().collect();
    let maximal = |(index, test): (usize, &Vec<Input>)| {
        let prefix = all.get(index + 1).is_some_and(|next| next.starts_with(test));
        (!prefix).then(|| test.clone())
    };
    all.iter().enumerate().filter_map(maximal).collect()
}
