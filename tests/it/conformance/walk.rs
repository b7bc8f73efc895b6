//! The machine that the suite is made from is the reference: on walks of chance through it both do
//! the same, command for command.

use crate::support::is_long;
use std::collections::{HashMap, HashSet};

use event70::conformance::certify::{ConductDifference, Input, Item, State, blocks, conduct, walk};
use event70::model::{Connector, Keyword, Trace};
use event70::reference::{Bug, Reference, Seeded};

use crate::conformance::{MODEL, real};

/// So many walks are taken in the plain tier, and in the long one.
const WALKS: (u64, u64) = (2_000, 50_000);

fn walks() -> impl Iterator<Item = Vec<Input>> {
    (0..if is_long() { WALKS.1 } else { WALKS.0 }).map(|number| walk(&MODEL, number))
}

fn on(connector: &mut impl Connector, test: &[Input]) -> Result<(), ConductDifference> {
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
    assert!(inputs > 200_000, "{inputs}");
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
    assert!(never.is_empty(), "{never:?}");
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
