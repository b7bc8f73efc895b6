//! Where the rule and a mechanism that is held against it differ, whatever a connector does.
//!
//! Such a difference is a bug of event70: no connector is to blame, and there is no verdict.

use event70_model::{DirectoryImport, Job, Run, RunResult, Setup, Site, Trace, TraceEvent};
use event70_rule::{Outcome, RuleState, Rules, RunKind, StepPrediction};

/// In what rule and mechanism differ before anything happens: which conditions can hold on this
/// kind of site.
#[must_use]
pub fn tables_differ(setup: &Setup, site: &impl Site, rules: &Rules) -> Option<String> {
    let (table, mechanism) = (rules.can_hold(setup), site.can_hold()?);
    let condition = table.symmetric_difference(mechanism).iter().next()?;
    let Setup { host, database, .. } = setup;
    let (can, cannot) = if table.contains(condition) {
        ("the catalogue", "the simulated site")
    } else {
        ("the simulated site", "the catalogue")
    };
    Some(format!(
        "this is a bug of event70: that {condition} can hold on {host} with {database} is said by \
         {can} and not by {cannot}"
    ))
}

/// In how a run ended otherwise on a mechanism than the rule says, in a step that began at this
/// moment. A run that was not given what stands in the tab says nothing, nor does one after the
/// site entry was brought.
#[must_use]
pub fn runs_differ(
    trace: &Trace,
    predicted: &StepPrediction,
    rule_state: &RuleState,
    site: &impl Site,
    rules: &Rules,
) -> Option<String> {
    let mut ends: [Option<Outcome>; RunKind::COUNT] = [None; RunKind::COUNT];
    for traced in &trace.events {
        let TraceEvent::Run { run, ran, .. } = traced else { continue };
        let kind = RunKind::from(run.job);
        // Whatever a run of a kind meets, the others of the step meet too.
        let documented = match predicted.exports {
            Some(exports) if RunKind::from(exports.kind) == kind => exports.outcome,
            _ => *ends[kind as usize].get_or_insert_with(|| rule_state.run_ends(kind, rules)),
        };
        if !ends_so(*ran, documented) && *run == Run::new(run.job, site.view().tab) {
            let job = run.job;
            return Some(format!(
                "this is a bug of event70: {job} {ran} on the simulated site, and by the catalogue it \
                 {documented}"
            ));
        }
        if run.job == Job::ImportDirectory(DirectoryImport::Additions) {
            return None;
        }
    }
    None
}

/// Whether a run ended as the rule says.
#[must_use]
pub fn ends_so(ran: RunResult, documented: Outcome) -> bool {
    match (ran, documented) {
        (RunResult::Exited { code, .. }, Outcome::Exits(documented)) => code == documented,
        (RunResult::Exited { code: 0, corrupt: 0, .. }, Outcome::NotStopped)
        | (RunResult::Exited { code: 0, messages: 0, corrupt: 1.., .. }, Outcome::Corrupt)
        | (RunResult::NotFound, Outcome::NotFound)
        | (RunResult::Failed, Outcome::Fails)
        | (RunResult::Unfinished, Outcome::Unfinished) => true,
        _ => false,
    }
}
