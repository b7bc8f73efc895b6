//! A test that is made short still shows what it showed, and nothing in it is idle.

use event70::connector::{Bug, Journal, Seeded};
use event70::report::{INPUTS, conversation};
use event70::search::Simulation;
use event70::search::certify::{
    Difference, Input, Refutation, blocks, conduct, repeats, shortened,
};
use rstest::rstest;

use crate::bugs::refutation;
use crate::{MODEL, PLAIN};

/// In what a bug differs from the reference on this test.
fn difference(bug: Bug, test: &[Input]) -> Option<Difference> {
    conduct(&blocks(&MODEL, test), &mut Seeded::with(bug), &mut Journal::default()).err()
}

/// The test without these inputs, completed.
fn without(test: &[Input], left_out: &[usize]) -> Vec<Input> {
    let kept = test.iter().enumerate().filter(|(index, _)| !left_out.contains(index));
    MODEL.completed(kept.map(|(_, input)| *input))
}

fn words(test: &[Input]) -> String {
    let words = test.iter().map(|input| MODEL.letter(*input).to_string());
    words.collect::<Vec<_>>().join(" ")
}

fn read(words: &str) -> Option<Vec<Input>> {
    words.split_whitespace().map(|word| MODEL.input(word)).collect()
}

fn found_and_shortened(bug: Bug) -> (Refutation, Refutation) {
    let (found, bench) = (refutation(bug).unwrap(), Simulation(|| Seeded::with(bug)));
    assert!(repeats(&MODEL, &found, &bench).is_steady());
    let short = shortened(&MODEL, &found, &bench);
    (found, short)
}

#[rstest]
fn a_short_test_shows_the_same_and_needs_all_its_inputs(
    #[values(
        Bug::Canary,
        Bug::WrongFile,
        Bug::NumberLostOnKill,
        Bug::DirsyncExcuses,
        Bug::GivesUpEarly,
        Bug::SilentAfterDirsyncAndRestart,
        Bug::StaleAfterDirsync
    )]
    bug: Bug,
) {
    let (found, short) = found_and_shortened(bug);
    assert_eq!(short.number, found.number);
    assert!(short.difference.is_like(&found.difference), "{short:?}");
    assert_eq!(difference(bug, &short.test).as_ref(), Some(&short.difference));
    let shows = |test: &[Input]| {
        difference(bug, test).is_some_and(|other| other.is_like(&found.difference))
    };
    for one in 0..short.test.len() {
        for other in 0..=one {
            let less = without(&short.test, &[one, other]);
            let idle = less.len() < short.test.len() && shows(&less);
            assert!(!idle, "inputs {one} and {other} of {} are idle", words(&short.test));
        }
    }
    assert!(short.test.len() < found.test.len(), "{}", words(&short.test));
}

#[test]
fn the_words_of_a_test_are_read_as_the_same_inputs() {
    for test in PLAIN.tests() {
        assert_eq!(read(&words(&test)), Some(test));
    }
    assert_eq!(MODEL.input("cycle/9/9"), None);
}

#[test]
fn a_test_that_was_kept_is_read_as_the_same_inputs() {
    let (_, short) = found_and_shortened(Bug::OncePerLife);
    let kept = conversation(&MODEL, &short, "a connector");
    let line = kept.lines().find_map(|line| line.strip_prefix(INPUTS)).unwrap();
    assert_eq!(read(line), Some(short.test));
}
