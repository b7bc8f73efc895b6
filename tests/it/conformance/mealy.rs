//! Machines, minimisation, and what makes no suite possible.

use event70::conformance::certify::{Inseparable, Malformed, Mealy, suite};

use crate::conformance::machines::{Mutable, Rng, Shape, random};
use crate::conformance::{PLAIN, real, tests};

#[test]
fn malformed_descriptions_are_refused() {
    let new = Mealy::new;
    assert_eq!(new(0, vec![0], vec![]), Err(Malformed::Modes { modes: 1, states: 0 }));
    assert_eq!(new(0, vec![], vec![]), Err(Malformed::Initial(0)));
    assert_eq!(new(1, vec![0], vec![vec![]]), Err(Malformed::Initial(1)));
    let twice = vec![vec![(1, 0, 0), (1, 0, 0)]];
    assert_eq!(new(0, vec![0], twice), Err(Malformed::Order { state: 0, input: 1 }));
    let away = vec![vec![(3, 0, 1)]];
    assert_eq!(new(0, vec![0], away), Err(Malformed::Target { state: 0, input: 3 }));
    let hidden = vec![vec![(0, 5, 0), (1, 5, 1)], vec![]];
    let error = Malformed::Mode { output: 5, first: 0, second: 1 };
    assert_eq!(new(0, vec![0, 1], hidden), Err(error));
}

#[test]
fn states_are_merged_only_if_mode_inputs_and_behaviour_agree() {
    // 1 and 2 behave alike, 3 has another mode, 4 has one input less, 5 is unreachable.
    let row = |target| vec![(0, 10, target), (1, 10, target)];
    let rows = vec![
        vec![(0, 0, 1), (1, 0, 2), (2, 9, 3), (3, 0, 4)],
        row(0),
        row(0),
        row(0),
        vec![(0, 10, 0)],
        row(0),
    ];
    // Output 10 leads to mode 0, output 0 to mode 1, output 9 to mode 2.
    let machine = Mealy::new(0, vec![0, 1, 1, 2, 1, 1], rows).unwrap();
    let (minimal, map) = machine.minimised();
    assert_eq!(map, [Some(0), Some(1), Some(1), Some(2), Some(3), None]);
    assert_eq!((minimal.states(), minimal.initial(), minimal.mode(2)), (4, 0, 2));
    assert_eq!(minimal.step(0, 1), Some((0, 1)));
    assert_eq!(minimal.step(3, 1), None);
    assert_eq!(minimal.target(0, &[2, 0, 3]), Some(3));
}

#[test]
fn a_minimal_machine_stays_as_it_is() {
    let mut rng = Rng(11);
    let shape = Shape { states: 12, inputs: 2, outputs: 1, modes: 2, defined: 8 };
    let of_chance = (0..200).map(|_| random(&mut rng, shape));
    for machine in of_chance.chain([real().clone()]) {
        let (again, map) = machine.minimised();
        assert_eq!(machine, again);
        assert!(map.into_iter().enumerate().all(|(state, new)| new == Some(state)));
    }
}

#[test]
fn the_minimal_machine_behaves_alike() {
    // Three copies of a machine, each transition leading to the next copy: the same behaviour.
    let mut rng = Rng(12);
    let shape = Shape { states: 8, inputs: 3, outputs: 2, modes: 2, defined: 8 };
    for _ in 0..200 {
        let machine = random(&mut rng, shape);
        let (one, mut copies) = (machine.states(), Mutable::of(&machine));
        for copy in 1..3 {
            copies.modes.extend_from_within(..one);
            copies.rows.extend_from_within(..one);
            for target in copies.rows[copy * one..].iter_mut().flatten().map(|t| &mut t.2) {
                *target += one * ((copy + 1) % 3);
            }
        }
        copies.rows[..one].iter_mut().flatten().for_each(|transition| transition.2 += one);
        let copied = Mealy::new(copies.initial, copies.modes, copies.rows).unwrap();
        let minimal = copied.minimised().0;
        assert_eq!(minimal, machine);
        assert!(Mutable::of(&minimal).conforms(&copied) && Mutable::of(&copied).conforms(&minimal));
    }
}

#[test]
fn inseparable_states_are_named() {
    // States 1 and 2 have the same mode, but no input in common.
    let rows = vec![vec![(0, 0, 1), (1, 0, 2)], vec![(0, 1, 0)], vec![(1, 1, 0)]];
    let machine = Mealy::new(0, vec![0, 1, 1], rows).unwrap();
    assert_eq!(machine.minimised().0, machine);
    let error = suite(&machine, 0).unwrap_err();
    assert_eq!(error, Inseparable { first: 1, second: 2 });
    let text = "no input sequence applicable in both tells state 1 from state 2";
    assert_eq!(error.to_string(), text);
}

#[test]
fn trivial_machines_have_trivial_suites() {
    let dead = Mealy::new(0, vec![0], vec![vec![]]).unwrap();
    let none = suite(&dead, 3).unwrap();
    assert!(none.is_empty() && none.tests().next().is_none() && none.steps() == 0);
    let single = Mealy::new(0, vec![0], vec![vec![(0, 0, 0), (1, 1, 0)]]).unwrap();
    let all = suite(&single, 0).unwrap();
    assert!(all.tests().flatten().any(|input| input == 0));
    assert!(all.tests().flatten().any(|input| input == 1));
    assert_eq!(all.steps(), all.tests().map(|test| test.len()).sum::<usize>());
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_same_machine_has_the_same_suite() {
    assert_eq!(tests(&PLAIN), tests(&suite(real(), 0).unwrap()));
    let mut rng = Rng(13);
    let shape = Shape { states: 20, inputs: 4, outputs: 2, modes: 2, defined: 9 };
    for machine in (0..20).map(|_| random(&mut rng, shape)) {
        let all = || suite(&machine, 1).map(|suite| tests(&suite));
        assert_eq!(all(), all());
    }
}
