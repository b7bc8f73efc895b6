//! Playing again: does a finding repeat, and does a connector forget?
//!
//! A connector in another process may do one thing now and another later. A finding is reduced only
//! if it repeats, for otherwise every step of the reduction would be decided by chance; and of the
//! scenarios without a finding some are played again in a fresh connector, to see what leaks from
//! one scenario into the next.

use event70_model::{
    FailureKind, FileName, Insert, Job, Keyword, MessageFile, Run, Scenario, Trace, TraceEvent,
};
use event70_rule::is_judged;

use super::{Control, Found, Progress, TestBed, failure};
use crate::{Disagreement, Finding, Flaw, Verdict};

/// The number of times that a finding is replayed …
const TIMES: u32 = 20;
/// … if each time costs the whole deadline …
const TIMES_HUNG: u32 = 3;
/// … or if it does not even complete `reset`: with the first one that is three times.
const TIMES_AT_RESET: u32 = 2;

/// How often a finding came again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Repeats {
    /// How often its scenario was played again, each time in a fresh connector.
    pub times: u32,
    /// In how many of them it failed in the same way.
    pub alike: u32,
}

impl Repeats {
    /// How often a finding is tried again: less often where it `hangs` and each time takes the whole
    /// deadline, and `most` times at most.
    pub fn wanted(hangs: bool, most: u32) -> u32 {
        if hangs { TIMES_HUNG } else { TIMES }.min(most)
    }

    /// Tries so many `times` as long as `control` lets it, and counts how often it `comes`. What was
    /// not waited for is not counted.
    pub fn counted(times: u32, control: &Control, mut comes: impl FnMut(u32) -> bool) -> Self {
        let mut repeats = Self::default();
        while repeats.times < times && control.goes_on() {
            let alike = comes(repeats.times);
            if control.is_cancelled() {
                break;
            }
            repeats.times += 1;
            repeats.alike += u32::from(alike);
        }
        repeats
    }

    /// Whether it was played again, and came every time.
    #[must_use]
    pub fn is_steady(self) -> bool {
        self.times > 0 && self.alike == self.times
    }
}

/// Plays a scenario that failed in this way again, each time in a fresh connector. What was seen
/// only beside a fresh connector is looked for in the one that showed it: that has the history.
pub(super) fn replay<B: TestBed>(
    test_bed: &B,
    found: &Found,
    used: &mut B::Connector,
    control: &Control,
) -> Repeats {
    let Found { case, scenario, class, .. } = found;
    let mut trial = test_bed.trial();
    let hangs = class.flaw == Some(FailureKind::Hung.keyword());
    let is_beside_a_fresh_one =
        matches!(found.finding.disagreement, Disagreement::Malformed(Flaw::Unsteady { .. }));
    let most = if found.is_at_reset() { TIMES_AT_RESET } else { TIMES };
    let of = Repeats::wanted(hangs || is_beside_a_fresh_one, most);
    Repeats::counted(of, control, |done| {
        control.says(Some(Progress::Repeating { case: *case, done, of }));
        if is_beside_a_fresh_one {
            return matches!(compare(test_bed, scenario, used), Ok(Some(_)));
        }
        let found = failure(test_bed, &mut trial, &mut test_bed.connector(), scenario);
        found.is_some_and(|(_, other)| other == *class)
    })
}

/// Plays a scenario in this connector, which has played others, and in a fresh one. What happens
/// must be the same, but for the names of message files and for what is never judged: those a
/// connector may choose by chance. The first step in which it is not is a finding. Where the harness cannot play
/// it, that is the finding: two plays that trouble cut off somewhere compare nothing.
pub(super) fn forgets<B: TestBed>(
    test_bed: &B,
    scenario: &Scenario,
    used: &mut B::Connector,
) -> Option<Finding> {
    compare(test_bed, scenario, used).unwrap_or_else(Some)
}

fn compare<B: TestBed>(
    test_bed: &B,
    scenario: &Scenario,
    used: &mut B::Connector,
) -> Result<Option<Finding>, Finding> {
    let in_used = traces(test_bed, scenario, used)?;
    let in_fresh = traces(test_bed, scenario, &mut test_bed.connector())?;
    let Some(step) = first_difference(&in_used, &in_fresh) else { return Ok(None) };
    let in_another = traces(test_bed, scenario, &mut test_bed.connector())?;
    let leak = in_another == in_fresh;
    Ok(Some(Finding { step, disagreement: Disagreement::Malformed(Flaw::Unsteady { leak }) }))
}

/// What happens in each step.
///
/// # Errors
///
/// What kept the harness from playing it.
fn traces<B: TestBed>(
    test_bed: &B,
    scenario: &Scenario,
    connector: &mut B::Connector,
) -> Result<Vec<Trace>, Finding> {
    let mut traces = Vec::with_capacity(scenario.timeline.len());
    let look = |seen: crate::PlayedStep<'_>| traces.push(compared(seen.trace));
    let site = test_bed.site(&scenario.setup);
    match test_bed.trial().until_finding(scenario, site, connector, look) {
        Some(trouble) if trouble.disagreement.verdict() == Verdict::None => Err(trouble),
        _ => Ok(traces),
    }
}

/// What is compared of a step.
fn compared(trace: &Trace) -> Trace {
    const SOME_FILE: MessageFile = MessageFile::numbered(0);
    let mut compared = Trace { undocumented: trace.undocumented.clone(), ..Trace::default() };
    for traced in &trace.events {
        let mut traced = *traced;
        match &mut traced {
            TraceEvent::Run { run: Run { job: Job::ExportMessages(file), .. }, .. } => {
                *file = SOME_FILE;
            }
            TraceEvent::Logged(record) if is_judged(record.event.id) => {
                for string in &mut record.event.strings {
                    if let Insert::File(FileName::Message(file)) = string {
                        *file = SOME_FILE;
                    }
                }
            }
            TraceEvent::Verbatim { index, .. } if is_judged(trace.verbatim[*index as usize].id) => {
                let event = trace.verbatim[*index as usize].clone();
                *index = compared.verbatim.len() as u32;
                compared.verbatim.push(event);
            }
            TraceEvent::Logged(_) | TraceEvent::Verbatim { .. } => continue,
            _ => {}
        }
        compared.events.push(traced);
    }
    compared
}

fn first_difference(one: &[Trace], other: &[Trace]) -> Option<usize> {
    let differs = one.iter().zip(other).position(|(one, other)| one != other);
    differs.or((one.len() != other.len()).then(|| one.len().min(other.len())))
}
