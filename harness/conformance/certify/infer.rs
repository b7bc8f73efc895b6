//! What a connector does where the documents leave something open, found out by trying it.
//!
//! Random cases are drawn, and each that the assignments which are left do not all predict alike is
//! played: what the connector does in it rules some of them out. What no case tells apart, walks
//! through the machine of each assignment may.

use std::fmt;

use event70_engine::{Disagreement, Finding, TestBed, Trial, draw};
use event70_model::{
    Assignment, Assignments, Assumption, Connector, Direction, Failure, Job, Operation, Scenario,
    Setup, Step, Trace, TraceEvent,
};
use event70_rule::{Rules, VersionSpace};

use super::conduct::{blocks, conduct};
use super::difference::ConductDifference;
use super::mealy::Malformed;
use super::model::Model;
use super::walks::{WALKS, walk};

/// The seed of the cases.
const SEED: u64 = 70;
/// At most so many cases are drawn one after the other that tell nothing.
const SILENT_MAX: u64 = 300;
/// At most so many assignments are walked.
const WALKED_MAX: u32 = 64;

/// Why nothing is inferred.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InferError {
    /// No machine can be read off the reference.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The connector failed as a program.
    #[error("{0}")]
    Failed(Failure),
}

/// By which assignment a connector goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inferred {
    /// The assignment.
    pub assignment: Assignment,
    /// The first thing it did that no assignment allows, if it did such a thing: then the assignment is
    /// one that fitted all before, and what the suite holds against the connector under it may be a
    /// matter of that choice.
    pub unfit: Option<Unfit>,
}

/// Something that a connector did and no assignment allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// What was played.
    pub scenario: Scenario,
    /// In which step, and what.
    pub finding: Finding,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = self.finding.step + 1;
        let steps: Vec<String> =
            self.scenario.timeline.iter().take(step).map(ToString::to_string).collect();
        let (steps, what) = (steps.join("; "), &self.finding.disagreement);
        write!(f, "no assignment allows step {step} of `{steps}`: {what}")
    }
}

/// The assignment by which a connector goes, of which these are possible: one that fits all that it
/// did, as long as one does. What it has come to when it no longer `goes_on` is no answer.
///
/// # Errors
/// If no machine can be read off the reference, or at the first failure of the connector.
pub fn infer<B: TestBed>(
    test_bed: &B,
    possible: Assignments,
    goes_on: impl Fn() -> bool,
) -> Result<Inferred, InferError> {
    let mut connector = test_bed.connector();
    let (left, unfit) = by_cases(test_bed, &mut connector, possible, &goes_on)?;
    if !goes_on() {
        return Ok(Inferred::default());
    }
    let order = import_comes_first(test_bed, &mut connector)?;
    let one = by_walks(&mut connector, left, order, &goes_on)?;
    Ok(Inferred { assignment: one.with(Assumption::CycleOrder, order), unfit })
}

fn by_cases<B: TestBed>(
    test_bed: &B,
    connector: &mut B::Connector,
    mut left: Assignments,
    goes_on: &impl Fn() -> bool,
) -> Result<(Assignments, Option<Unfit>), InferError> {
    let (mut trial, mut scenario, mut silent) = (test_bed.trial(), Scenario::default(), 0);
    for case in 0.. {
        if left.len() == 1 || silent == SILENT_MAX || !goes_on() {
            break;
        }
        silent += 1;
        draw::case(SEED, case, &draw::Lengths(4..=24), &mut scenario);
        if !tells(&scenario, left) {
            continue;
        }
        trial.assume(left);
        let site = test_bed.site(&scenario.setup);
        if let Some(finding) = trial.first_finding(&scenario, site, connector) {
            let finding = not_failed(finding)?;
            return Ok((left, Some(Unfit { scenario, finding })));
        }
        if *trial.left() != left {
            (left, silent) = (*trial.left(), 0);
        }
    }
    Ok((left, None))
}

/// A finding that says something of what a connector does.
fn not_failed(finding: Finding) -> Result<Finding, InferError> {
    match finding.disagreement {
        Disagreement::Failed(failure) => Err(InferError::Failed(failure)),
        _ => Ok(finding),
    }
}

/// Whether two of these assignments predict different runs of a scenario.
fn tells(scenario: &Scenario, among: Assignments) -> bool {
    let mut space = VersionSpace::new(&Rules::documented(), &scenario.setup, among);
    scenario.timeline.iter().any(|step| {
        let (mut first, mut differs) = (None, false);
        space.step(*step, |outlook, _| {
            differs |= *first.get_or_insert(*outlook) != *outlook;
            true
        });
        differs
    })
}

/// Whether IMPORT is run before EXPORT in a cycle.
fn import_comes_first<B: TestBed>(
    test_bed: &B,
    connector: &mut B::Connector,
) -> Result<bool, InferError> {
    let timeline =
        vec![Step::Do(Operation::Start), Step::Mail(Direction::CcMail, 1), Step::Cycles(1)];
    let scenario = Scenario { setup: Setup::default(), timeline };
    let (site, mut jobs) = (test_bed.site(&scenario.setup), Vec::new());
    let mut trial = Trial::assuming(Assignments::ALL);
    let found = trial.until_finding(&scenario, site, connector, |seen| {
        let runs = seen.trace.events.iter().filter_map(|traced| match traced {
            TraceEvent::Run { run, .. } if seen.index == 2 => Some(run.job),
            _ => None,
        });
        jobs.extend(runs);
    });
    found.map(not_failed).transpose()?;
    Ok(jobs.first() == Some(&Job::ImportMessages))
}

/// The first of these assignments of which no walk through its machine goes otherwise; the first of
/// all where each has one.
fn by_walks<C: Connector>(
    connector: &mut C,
    left: Assignments,
    import_first: bool,
    goes_on: &impl Fn() -> bool,
) -> Result<Assignment, InferError> {
    let first = left.nearest_to_default().unwrap_or_default();
    if left.len() == 1 || left.len() > WALKED_MAX {
        return Ok(first);
    }
    let mut trace = Trace::default();
    let mut candidates: Vec<Assignment> = left.iter().collect();
    candidates.sort_by_key(|candidate| candidate.deviations().len());
    for candidate in candidates.into_iter().take_while(|_| goes_on()) {
        let model = Model::of_reference(candidate.with(Assumption::CycleOrder, import_first))?;
        let goes = |number| conduct(&blocks(&model, &walk(&model, number)), connector, &mut trace);
        match (0..WALKS).map(goes).find_map(Result::err) {
            None => return Ok(candidate),
            Some(ConductDifference::Failed(failure)) => return Err(InferError::Failed(failure)),
            Some(ConductDifference::Other { .. }) => {}
        }
    }
    Ok(first)
}
