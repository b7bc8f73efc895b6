//! The machine that the suite is made from is the reference: on walks of chance through it both do
//! the same, command for command.
//!
//! Method: each walk prefers a few inputs, else no walk would come to the 26th restart or into the
//! depths of a dirsync.

use crate::support::is_long;
use std::collections::{HashMap, HashSet};

use event70::conformance::certify::{Difference, Input, Item, State, blocks, conduct};
use event70::model::{Connector, Trace, Word};
use event70::reference::{Bug, Reference, Seeded};

use crate::conformance::machines::Rng;
use crate::conformance::{MODEL, real};

/// So many walks are taken in the plain tier, and in the long one.
const WALKS: (usize, usize) = (2_000, 50_000);
/// So many inputs make a walk.
const LENGTH: usize = 100;
/// So many inputs are preferred in it, four times in five.
const PREFERRED: usize = 3;

/// A walk, completed.
fn walk(rng: &mut Rng) -> Vec<Input> {
    let preferred: Vec<Input> = (0..PREFERRED).map(|_| rng.below(MODEL.letters())).collect();
    let (mut walk, mut state) = (Vec::new(), real().initial());
    while walk.len() < LENGTH {
        let row = real().transitions(state);
        let wanted: Vec<_> = row.iter().filter(|(input, ..)| preferred.contains(input)).collect();
        let any = rng.below(5) == 0;
        let chosen = rng.one_of(&wanted).copied().filter(|_| !any).or_else(|| rng.one_of(row));
        let (input, _, target) = *chosen.unwrap();
        walk.push(input);
        state = target;
    }
    MODEL.completed(walk)
}

fn walks() -> impl Iterator<Item = Vec<Input>> {
    let mut rng = Rng(70);
    std::iter::repeat_with(move || walk(&mut rng)).take(if is_long() { WALKS.1 } else { WALKS.0 })
}

fn on(connector: &mut impl Connector, test: &[Input]) -> Result<(), Difference> {
    conduct(&blocks(&MODEL, test), connector, &mut Trace::default())
}

#[test]
fn on_walks_of_chance_the_reference_does_what_the_machine_says() {
    let (mut connector, mut inputs) = (Reference::new(), 0);
    for walk in walks() {
        inputs += walk.len();
        let words = || walk.iter().map(|input| MODEL.letter(*input).to_string());
        let done = on(&mut connector, &walk);
        assert_eq!(done, Ok(()), "{}", words().collect::<Vec<_>>().join(" "));
    }
    println!("{inputs} inputs");
    assert!(inputs > 200_000);
}

#[test]
fn the_walks_come_around() {
    let (mut states, mut taken, mut gave_up) = (HashSet::<State>::new(), HashSet::new(), 0);
    for walk in walks() {
        let mut state = real().initial();
        for input in walk {
            let (output, target) = real().step(state, input).unwrap();
            let is_85 = |item: &Item| matches!(item, Item::Logged(event, _) if event.id == 85);
            gave_up += usize::from(MODEL.items(output).iter().any(is_85));
            taken.insert((state, input));
            states.insert(target);
            state = target;
        }
    }
    let (all, seen, taken) = (real().states(), states.len(), taken.len());
    println!("{seen} of {all} states, {taken} transitions, the service gave up {gave_up} times");
    assert!(seen * 2 > all && gave_up > 0);
}

#[test]
fn on_walks_of_chance_a_seeded_bug_does_something_else() {
    let differs = |bug: &&Bug| walks().any(|walk| on(&mut Seeded::with(**bug), &walk).is_err());
    let never: Vec<&Bug> = Bug::ALL.iter().filter(|bug| !differs(bug)).collect();
    assert_eq!(never, [&Bug::NumberWrapsEarly], "a walk has too few files");
}

/// Else two states would be taken for told apart by an answer in which nobody sees a difference.
#[test]
fn what_is_seen_after_an_input_tells_the_mode() {
    let mut modes = HashMap::new();
    for state in 0..real().states() {
        for (input, output, target) in real().transitions(state) {
            let (mode, next) = (real().mode(state), real().mode(*target));
            let first = *modes.entry((mode, input, MODEL.items(*output))).or_insert(next);
            let letter = MODEL.letter(*input);
            assert_eq!(first, next, "{letter} in mode {mode}: {:?}", MODEL.items(*output));
        }
    }
}
