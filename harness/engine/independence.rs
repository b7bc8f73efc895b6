//! Where the rule and a mechanism that is held against it differ, whatever a connector does.
//!
//! Such a difference is a bug of event70: no connector is to blame, and there is no verdict.

use enumset::EnumSet;
use event70_model::{
    Condition, DirectoryImport, Entered, Job, Run, RunResult, Setup, Site, Tab, Trace, TraceEvent,
};
use event70_rule::{Outcome, RuleState, Rules, RunKind, UNDELIVERABLE};

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

/// How the end of a run on a mechanism differs from what the rule says, or nothing if no run does.
///
/// `rule_state` is from the moment at which the step began, and `right` is the tab that would be
/// correct in it. A run after the site entry was brought is not compared.
#[must_use]
#[inline]
pub fn runs_differ(
    trace: &Trace,
    rule_state: &RuleState,
    rules: &Rules,
    right: Tab,
) -> Option<String> {
    if trace.events.is_empty() { None } else { some_run_differs(trace, rule_state, rules, right) }
}

fn some_run_differs(
    trace: &Trace,
    rule_state: &RuleState,
    rules: &Rules,
    right: Tab,
) -> Option<String> {
    // What the run before met, this one meets too that is of the same kind and given the same tab.
    let mut before: Option<(&Run, &RunResult)> = None;
    for traced in &trace.events {
        let TraceEvent::Run { run, ran, .. } = traced else { continue };
        let kind = RunKind::from(run.job);
        let is_alike = |(other, ended): (&Run, &RunResult)| {
            ended == ran && RunKind::from(other.job) == kind && other.tab == run.tab
        };
        if before.is_some_and(is_alike) {
            continue;
        }
        before = Some((run, ran));
        let wrong = wrong_entries(run.tab, right);
        let documented = rule_state.run_ends_given(kind, wrong, rules);
        if !ends_so(*ran, documented) {
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

/// What is wrong in a tab where another would be right.
#[must_use]
pub fn wrong_entries(tab: Tab, right: Tab) -> EnumSet<Condition> {
    let wrong = |is_wrong, condition| EnumSet::from_iter(Some(condition).filter(|_| is_wrong));
    wrong(tab.name == Entered::Wrong, Condition::TabNameWrong)
        | wrong(tab.password == Entered::Wrong, Condition::TabPasswordWrong)
        | wrong(tab.issue != right.issue, Condition::PostofficePasswordChanged)
        | wrong(tab.path == Entered::Wrong, Condition::TabPathWrong)
}

/// Whether a run ended as the rule says.
#[must_use]
pub fn ends_so(ran: RunResult, documented: Outcome) -> bool {
    match (ran, documented) {
        // Where no mail waits there is none that cannot be delivered.
        (
            RunResult::Exited { code: 0, messages: 0, corrupt: 0, .. },
            Outcome::Exits(UNDELIVERABLE),
        ) => true,
        (RunResult::Exited { code, .. }, Outcome::Exits(documented)) => code == documented,
        (RunResult::Exited { code: 0, corrupt: 0, .. }, Outcome::NotStopped)
        | (RunResult::Exited { code: 0, messages: 0, corrupt: 1.., .. }, Outcome::Corrupt)
        | (RunResult::NotFound, Outcome::NotFound)
        | (RunResult::Failed, Outcome::Fails)
        | (RunResult::Unfinished, Outcome::Unfinished) => true,
        _ => false,
    }
}
