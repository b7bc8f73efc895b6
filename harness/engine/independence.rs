//! Where the rule and a mechanism that is held against it differ, whatever a connector does.
//!
//! Such a difference is a bug of event70: no connector is to blame, and there is no verdict.

use enumset::EnumSet;
use event70_model::{
    Condition, DirectoryImport, Entered, Job, RunResult, Setup, Site, Tab, Trace, TraceEvent,
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
pub fn runs_differ(
    trace: &Trace,
    rule_state: &RuleState,
    rules: &Rules,
    right: Tab,
) -> Option<String> {
    // Whatever a run of a kind meets that is given the same tab, the others of the step meet too.
    let mut ends: [Option<(Tab, Outcome)>; RunKind::COUNT] = [None; RunKind::COUNT];
    for traced in &trace.events {
        let TraceEvent::Run { run, ran, .. } = traced else { continue };
        let kind = RunKind::from(run.job);
        let documented = match ends[kind as usize] {
            Some((tab, outcome)) if tab == run.tab => outcome,
            _ => rule_state.run_ends_given(kind, wrong_entries(run.tab, right), rules),
        };
        ends[kind as usize] = Some((run.tab, documented));
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
    let entries = [
        (tab.name == Entered::Wrong, Condition::TabNameWrong),
        (tab.password == Entered::Wrong, Condition::TabPasswordWrong),
        (tab.issue != right.issue, Condition::PostofficePasswordChanged),
        (tab.path == Entered::Wrong, Condition::TabPathWrong),
    ];
    let wrong = entries.into_iter().filter(|(is_wrong, _)| *is_wrong);
    wrong.map(|(_, condition)| condition).collect()
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
