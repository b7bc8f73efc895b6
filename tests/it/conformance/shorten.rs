//! A test that is made short still shows what it showed, and nothing in it is idle.

use std::sync::atomic::{AtomicUsize, Ordering};

use event70::conformance::certify::{
    ConductDifference, Input, Item, Letter, Refutation, Variant, blocks, conduct, cut, repeats,
    run_tests, shortened,
};
use event70::engine::Control;
use event70::model::{
    Connector, Entered, Failure, FailureKind, FileName, Insert, Job, Run, RunResult, Server, Stage,
    Tab, Trace,
};
use event70::reference::{Bug, Seeded, Simulated};
use event70::report::{INPUTS, NoInputs, conversation, read_inputs};
use event70::rule::{event, event_of_run};
use rstest::rstest;

use crate::conformance::bugs::refutation;
use crate::conformance::{MODEL, PLAIN};

/// In what a bug differs from the reference on this test.
fn difference(bug: Bug, test: &[Input]) -> Option<ConductDifference> {
    conduct(&blocks(&MODEL, test), &mut Seeded::with(bug), &mut Trace::default()).err()
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

/// The inputs of a test as they are kept.
fn kept(refutation: &Refutation) -> String {
    let kept = conversation(&MODEL, refutation, "a connector");
    kept.lines().find_map(|line| line.strip_prefix(INPUTS)).unwrap().to_owned()
}

fn read_kept(words: &str) -> Result<Vec<Input>, NoInputs> {
    read_inputs(&MODEL, &format!("# A connector\n{INPUTS}{words}\n"))
}

fn found_and_shortened(bug: Bug) -> (Refutation, Refutation) {
    let (found, test_bed) = (refutation(bug).unwrap(), (|| Seeded::with(bug), Simulated::new));
    assert!(repeats(&MODEL, &found, &test_bed, &Control::default()).is_steady());
    let short = shortened(&MODEL, &found, &test_bed, &Control::default());
    (found, short)
}

#[rstest]
fn a_short_test_shows_the_same_and_needs_all_its_inputs(
    #[values(
        Bug::Canary,
        Bug::WrongFile,
        Bug::NumberOnSuccessOnly,
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
#[ignore = "thorough: `just thorough` runs it"]
fn the_words_of_a_test_are_read_as_the_same_inputs() {
    for test in PLAIN.tests() {
        assert_eq!(read(&words(&test)), Some(test));
    }
    assert_eq!(MODEL.input("cycle/9/9"), None);
}

/// How far the restarts were counted, and which file it was, depends on what went before.
#[test]
fn what_was_counted_makes_no_other_difference() {
    let logs = |event| Some(Item::Logged(event, 1));
    let restarts = |count| event(86, [Insert::Number(count), Insert::Empty]);
    let about = |id, number: u16| logs(event_of_run(id, FileName::Message(number.into())));
    let asks = |job, tab| Some(Item::Run(Run { job, tab }));
    let difference = |found| ConductDifference::Other {
        index: 3,
        command: Letter::Cycle(Variant::ALL[0], 0),
        expected: logs(restarts(7)),
        found,
    };
    let wrong = Tab { password: Entered::Wrong, ..Tab::CORRECT };
    let alike = [
        vec![logs(restarts(1)), logs(restarts(25)), Some(Item::Logged(restarts(6), 2))],
        vec![about(70, 1), about(70, 0xFFFF)],
        vec![about(71, 1)],
        vec![logs(event(85, [Insert::Empty; 2]))],
        vec![asks(Job::ExportMessages(0.into()), Tab::CORRECT)],
        vec![asks(Job::ExportMessages(0.into()), wrong)],
        vec![asks(Job::ImportMessages, Tab::CORRECT)],
        vec![None],
    ];
    for (index, one) in alike.iter().enumerate() {
        for (other_index, other) in alike.iter().enumerate() {
            for (one, other) in one.iter().flat_map(|one| other.iter().map(move |o| (one, o))) {
                let (one, other) = (difference(one.clone()), difference(other.clone()));
                assert_eq!(one.is_like(&other), index == other_index, "{one} {other}");
            }
        }
    }
    // Another site is told of another password, so the same word is now the wrong one.
    let ConductDifference::Other { index, expected, .. } = difference(None) else { panic!() };
    let command = Letter::Cycle(Variant::ALL[1], 0);
    let told = Tab {
        name: Entered::Right,
        password: Entered::Wrong,
        path: Entered::Wrong,
        ..Tab::CORRECT
    };
    let found = asks(Job::ExportMessages(0.into()), Tab { password: Entered::Right, ..told });
    let elsewhere = ConductDifference::Other { index, command, expected, found };
    assert!(elsewhere.is_like(&difference(alike[5][0].clone())), "{elsewhere}");
}

/// A connector for a very long test: it fails as a program, or asks for the same file again, when it
/// comes to file 9000.
struct Late<'a> {
    number: u16,
    fails: bool,
    runs: &'a AtomicUsize,
}

impl Late<'_> {
    fn export<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<RunResult, Failure> {
        self.number = self.number.wrapping_add(1);
        self.runs.fetch_add(1, Ordering::Relaxed);
        let number = match (self.number, self.fails) {
            (0x9000, true) => {
                let what = "it exited".to_owned();
                return Err(Failure {
                    kind: FailureKind::Ended,
                    what,
                    report: String::new(),
                    during: None,
                });
            }
            (0x9000.., false) => 0x8FFF,
            (number, _) => number,
        };
        Ok(stage.run(Run::new(Job::ExportMessages(number.into()), stage.view().tab)))
    }
}

impl Connector for Late<'_> {
    fn reset(&mut self) -> Result<(), Failure> {
        self.number = 0;
        Ok(())
    }

    fn start<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.export(stage).map(|_| ())
    }

    fn cycle<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        while self.export(stage)? == RunResult::moved(16) {}
        Ok(())
    }

    fn dirsync<S: Server>(&mut self, _: &mut Stage<'_, S>) -> Result<(), Failure> {
        Ok(())
    }

    fn stop<S: Server>(&mut self, _: &mut Stage<'_, S>) -> Result<(), Failure> {
        Ok(())
    }

    fn kill(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}

#[rstest]
#[ignore = "thorough: `just thorough` runs it"]
fn a_fault_late_in_a_long_test_is_cut_to_it_and_repeated_less(#[values(false, true)] fails: bool) {
    let runs = AtomicUsize::new(0);
    let test_bed = (|| Late { number: 0, fails, runs: &runs }, Simulated::new);
    let input = |word| MODEL.input(word).unwrap();
    let (exported, full) = (input("exited/0/0/0"), input("exited/0/16/0"));
    let mut test = vec![input("start/0"), exported, input("cycle/0/0")];
    test.extend(std::iter::repeat_n(full, 1 << 16));
    test.push(exported);
    let longest = [(790, test)];
    let found = run_tests(&MODEL, &longest, &test_bed, 1, &Control::default()).unwrap().unwrap();
    assert_eq!(found.test, longest[0].1);
    runs.store(0, Ordering::Relaxed);
    let cut = cut(&MODEL, &found, &test_bed, &Control::default());
    let repeats = repeats(&MODEL, &cut, &test_bed, &Control::default());
    assert!(repeats.is_steady() && repeats.times == 8, "{repeats:?}");
    let short = shortened(&MODEL, &cut, &test_bed, &Control::default());
    assert_eq!((short.number, &short.test), (790, &cut.test));
    assert!(short.difference.is_like(&found.difference));
    let words = kept(&short);
    assert_eq!(words, "start/0 exited/0/0/0 cycle/0/0 exited/0/16/0*36862 exited/1/0/0");
    assert_eq!(read_kept(&words), Ok(short.test));
    let runs = runs.into_inner();
    assert!(runs < 450_000, "{runs}");
}

#[test]
fn a_test_that_was_kept_is_read_as_the_same_inputs() {
    let (_, short) = found_and_shortened(Bug::OncePerLife);
    let read = read_kept(&kept(&short));
    assert_eq!(read, Ok(short.test.clone()));
    let nothing = Refutation { test: Vec::new(), ..short };
    assert_eq!(kept(&nothing), "none");
    assert_eq!(read_kept("none "), Ok(Vec::new()));
    for (wrong, told) in [
        ("start/0*", "\"start/0*\" is not an input"),
        ("start/0*-1", "\"start/0*-1\" is not an input"),
        ("none stop", "\"none\" is not an input"),
        ("stop*1000000 stop", "it has more than 1000000 inputs"),
        ("stop*99999999999999999999", "is not an input"),
    ] {
        assert!(read_kept(wrong).unwrap_err().to_string().contains(told), "{wrong}");
    }
}
