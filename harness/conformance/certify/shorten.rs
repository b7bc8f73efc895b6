//! Making a test that a connector does not pass short, as the reducer does with scenarios.

use event70_engine::{Control, Repeats, Shrinker, TestBed};
use event70_model::{Connector, FailureKind, Trace};

use super::conduct::{Deviation, blocks, conduct_until};
use super::difference::ConductDifference;
use super::mealy::Input;
use super::model::Model;
use super::run::Refutation;

/// Making a test short takes at most so many steps.
const STEPS_MAX: usize = 1_000_000;
/// A test with more inputs is long: a step of a program takes some 10 microseconds, so that every
/// time that such a test is carried out is felt. Of a long test no less than half is left out at a
/// time: the one that there is goes through the file numbers, and needs what leads up to the number
/// that shows the fault.
const LONG: usize = 10_000;
/// A test is carried out again for so many steps altogether …
const REPEATED_STEPS_MAX: usize = 300_000;
/// … but so many times at least.
const TIMES_MIN: u32 = 3;

/// The refutation without the inputs behind the difference, as far as these are of no account to
/// it. What is left is completed, so that no run stays unanswered.
pub fn cut<B: TestBed>(
    model: &Model,
    refutation: &Refutation,
    test_bed: &B,
    control: &Control,
) -> Refutation {
    let mut attempts = Attempts::new(model, test_bed, control);
    attempts.cut(refutation.clone())
}

/// How often a refutation comes again, each time in a fresh connector: 20 times, or fewer if it
/// hangs or the test is long.
pub fn repeats<B: TestBed>(
    model: &Model,
    refutation: &Refutation,
    test_bed: &B,
    control: &Control,
) -> Repeats {
    let hangs = matches!(&refutation.difference, ConductDifference::Failed(failure)
        if failure.kind == FailureKind::Hung);
    let most = REPEATED_STEPS_MAX / refutation.test.len().max(1);
    let most = u32::try_from(most).unwrap_or(u32::MAX).max(TIMES_MIN);
    Repeats::counted(Repeats::wanted(hangs, most), control, |_| {
        shows(model, &refutation.test, refutation, &mut test_bed.connector()).is_some()
    })
}

/// The same refutation without the inputs that it does not need: no single one and no two of them
/// can be left out, unless that takes more than a million steps to find out or the test stays
/// longer than 10,000 inputs. What is left is completed, so that no run stays unanswered.
pub fn shortened<B: TestBed>(
    model: &Model,
    refutation: &Refutation,
    test_bed: &B,
    control: &Control,
) -> Refutation {
    let mut attempts = Attempts::new(model, test_bed, control);
    let mut current = attempts.cut(refutation.clone());
    let mut shrinker = Shrinker::new(current.test.clone());
    while attempts.steps_left >= current.test.len()
        && control.goes_on()
        && let Some(inputs) = shrinker.next()
    {
        let length = current.test.len();
        if length > LONG && length - inputs.len() < length / 2 {
            break;
        }
        if let Some(shorter) = attempts.shorter(&current, inputs) {
            current = attempts.cut(shorter);
            shrinker.accept(current.test.clone());
        }
    }
    current
}

/// Attempts to show the same in fewer inputs, all in one connector.
struct Attempts<'a, C> {
    model: &'a Model,
    connector: C,
    steps_left: usize,
    control: &'a Control,
}

impl<'a, C: Connector> Attempts<'a, C> {
    fn new(model: &'a Model, test_bed: &impl TestBed<Connector = C>, control: &'a Control) -> Self {
        Self { model, connector: test_bed.connector(), steps_left: STEPS_MAX, control }
    }

    /// The refutation with these inputs, completed, if they are fewer and show the same.
    fn shorter(
        &mut self,
        refutation: &Refutation,
        inputs: impl IntoIterator<Item = Input>,
    ) -> Option<Refutation> {
        let test = self.model.completed(inputs);
        if !self.control.goes_on() || test.len() >= refutation.test.len() {
            return None;
        }
        self.steps_left = self.steps_left.saturating_sub(test.len());
        let shown = shows(self.model, &test, refutation, &mut self.connector);
        let deviation = shown.filter(|_| !self.control.is_cancelled())?;
        Some(Refutation::of(refutation.number, test, *deviation))
    }

    /// The refutation without the inputs behind the difference.
    fn cut(&mut self, refutation: Refutation) -> Refutation {
        let needed = refutation.test.iter().take(refutation.inputs).copied();
        self.shorter(&refutation, needed).unwrap_or(refutation)
    }
}

/// Where a connector deviates in a test, if that is of the same kind.
fn shows<C: Connector>(
    model: &Model,
    test: &[Input],
    refutation: &Refutation,
    connector: &mut C,
) -> Option<Box<Deviation>> {
    let carried_out = conduct_until(&blocks(model, test), connector, &mut Trace::default());
    carried_out.err().filter(|found| found.difference.is_like(&refutation.difference))
}
