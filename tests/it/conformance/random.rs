//! Machines of chance, which are unlike the real one: their suites are complete as well.

use crate::support::is_long;
use event70::conformance::certify::suite;

use crate::conformance::certificate::holds;
use crate::conformance::machines::{Rng, Shape, random};
use crate::conformance::suite::mutants;
use crate::conformance::tests;

/// How many times as many machines are tried in the long tier.
const MORE: usize = 10;

fn rounds(plain: usize) -> usize {
    if is_long() { MORE * plain } else { plain }
}

#[test]
fn every_single_fault_is_noticed() {
    let mut rng = Rng(3);
    let mut total = 0;
    for round in 0..rounds(150) {
        let (states, inputs, modes) = (3 + round % 30, 3 + round % 4, 1 + round % 3);
        let machine = random(&mut rng, Shape { states, inputs, outputs: 2, modes, defined: 8 });
        for extra in 0..=1 {
            let Ok(suite) = suite(&machine, extra) else { continue };
            let planted = mutants(&machine, &tests(&suite), 1);
            assert_eq!(planted.missed, 0, "{machine:?}");
            total += planted.all;
        }
    }
    println!("{total} faults");
    assert!(total > 100_000);
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_tests_are_complete_but_not_for_one_more_state() {
    let mut rng = Rng(4);
    let mut proved = 0;
    for round in 0..rounds(100) {
        let (states, inputs, modes) = (3 + round % 15, 3 + round % 3, 1 + round % 3);
        let machine = random(&mut rng, Shape { states, inputs, outputs: 2, modes, defined: 8 });
        for extra in 0..=2 {
            let Ok(suite) = suite(&machine, extra) else { continue };
            assert!(holds(&machine, extra, &suite), "{extra} for {machine:?}");
            assert!(!holds(&machine, extra + 1, &suite) || machine.states() < 3);
            proved += 1;
        }
    }
    println!("{proved} suites");
    assert!(proved > 200);
}
