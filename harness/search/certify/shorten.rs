//! Making a test that a connector does not pass short, as the reducer does with scenarios.

use super::conduct::{Difference, blocks, conduct};
use super::mealy::Input;
use super::model::Model;
use super::run::Refutation;
use crate::connector::{Connector, FailureKind, Journal};
use crate::search::{Bench, Repeats};

/// Making a test short takes at most so many steps.
const STEPS_MAX: usize = 1_000_000;

/// How often a refutation comes again, each time in a fresh connector.
pub fn repeats<B: Bench>(model: &Model, refutation: &Refutation, bench: &B) -> Repeats {
    let hangs = matches!(&refutation.difference, Difference::Failed(failure)
        if failure.kind == FailureKind::Hung);
    Repeats::counted(hangs, || {
        let test = &refutation.test;
        differs_alike(model, test, refutation, &mut bench.connector()).is_some()
    })
}

/// The same refutation without the inputs that it does not need: no single one and no two of them
/// can be left out, unless that takes more than a million steps to find out. What is left is
/// completed, so that no run stays unanswered.
pub fn shortened<B: Bench>(model: &Model, refutation: &Refutation, bench: &B) -> Refutation {
    let mut connector = bench.connector();
    let mut current = refutation.clone();
    let mut size = current.test.len().div_ceil(2).max(1);
    let mut steps_left = STEPS_MAX;
    loop {
        let shorter = candidates(&current.test, size).find_map(|candidate| {
            let test = model.completed(candidate);
            if test.len() >= current.test.len() {
                return None;
            }
            steps_left = steps_left.checked_sub(test.len())?;
            let difference = differs_alike(model, &test, refutation, &mut connector)?;
            Some(Refutation { test, difference, number: refutation.number })
        });
        if steps_left < current.test.len() {
            return shorter.unwrap_or(current);
        }
        match (shorter, size) {
            (Some(shorter), _) => current = shorter,
            (None, 0) => return current,
            (None, size_now) => size = size_now / 2,
        }
        size = size.min(current.test.len());
    }
}

/// The test without each run of so many inputs in a row; for size 0 without each pair.
fn candidates(test: &[Input], size: usize) -> Box<dyn Iterator<Item = Vec<Input>> + '_> {
    let without = |drop: &dyn Fn(usize) -> bool| {
        let kept = test.iter().enumerate().filter(|(index, _)| !drop(*index));
        kept.map(|(_, input)| *input).collect::<Vec<Input>>()
    };
    if size > 0 {
        let starts = (0..test.len()).step_by(size.div_ceil(2)).rev();
        let runs =
            starts.map(move |start| without(&|index| (start..start + size).contains(&index)));
        return Box::new(runs);
    }
    let pairs = (0..test.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
    Box::new(pairs.map(move |(one, other)| without(&|index| index == one || index == other)))
}

/// The difference that a test shows, if it is of the same kind.
fn differs_alike<C: Connector>(
    model: &Model,
    test: &[Input],
    refutation: &Refutation,
    connector: &mut C,
) -> Option<Difference> {
    let difference = conduct(&blocks(model, test), connector, &mut Journal::default()).err()?;
    difference.is_like(&refutation.difference).then_some(difference)
}
