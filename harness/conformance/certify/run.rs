//! A whole suite, carried out on as many jobs as wanted.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use event70_engine::{Control, TestBed, on_jobs};
use event70_model::Trace;

use super::conduct::{Deviation, OwnLine, blocks, conduct_until};
use super::difference::ConductDifference;
use super::mealy::Input;
use super::model::Model;

/// The inputs of a test, with its number.
pub type NumberedTest = (usize, Vec<Input>);

/// A test that a connector does not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refutation {
    /// Its number in the suite.
    pub number: usize,
    /// Its inputs.
    pub test: Vec<Input>,
    /// In what the connector differs.
    pub difference: ConductDifference,
    /// How many of the inputs it takes to come there; those behind them are of no account.
    pub inputs: usize,
    /// What the connector says there; nothing if it failed.
    pub own: Option<Box<OwnLine>>,
}

impl Refutation {
    /// That of a test that deviates so.
    pub(super) fn of(number: usize, test: Vec<Input>, deviation: Deviation) -> Self {
        let Deviation { difference, inputs, own } = deviation;
        Self { number, test, difference, inputs, own }
    }
}

/// Carries out tests on `jobs` jobs and returns the refutation with the lowest number, if any.
/// Every lower test was carried out as well, unless the search was stopped.
///
/// # Errors
/// If there cannot be as many threads.
pub fn run_tests<B: TestBed>(
    model: &Model,
    tests: &[NumberedTest],
    test_bed: &B,
    jobs: usize,
    control: &Control,
) -> io::Result<Option<Refutation>> {
    let next = AtomicUsize::new(0);
    let lowest: Mutex<Option<Refutation>> = Mutex::new(None);
    let work = || {
        let (mut connector, mut trace) = (test_bed.connector(), Trace::default());
        while control.goes_on() {
            let Some((number, test)) = tests.get(next.fetch_add(1, Ordering::Relaxed)) else {
                return;
            };
            if is_above(&lowest, *number) {
                continue;
            }
            let carried_out = conduct_until(&blocks(model, test), &mut connector, &mut trace);
            if let Err(deviation) = carried_out {
                if control.is_cancelled() {
                    return;
                }
                keep_lowest(&lowest, Refutation::of(*number, test.clone(), *deviation));
            }
            control.done.fetch_add(1, Ordering::Relaxed);
        }
    };
    on_jobs(jobs, control, work)?;
    Ok(lowest.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn is_above(lowest: &Mutex<Option<Refutation>>, number: usize) -> bool {
    let lowest = lowest.lock().unwrap_or_else(PoisonError::into_inner);
    lowest.as_ref().is_some_and(|lowest| lowest.number < number)
}

fn keep_lowest(lowest: &Mutex<Option<Refutation>>, refutation: Refutation) {
    let mut lowest = lowest.lock().unwrap_or_else(PoisonError::into_inner);
    if lowest.as_ref().is_none_or(|lowest| refutation.number < lowest.number) {
        *lowest = Some(refutation);
    }
}
