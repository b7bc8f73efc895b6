//! Where the rule and a mechanism that is held against it differ, whatever a connector does.
//!
//! Such a difference is a bug of event70: no connector is to blame, and there is no verdict.

use event70_model::{DirectoryImport, Happening, Job, Journal, Ran, Run, Setup, Site};
use event70_rule::{Moment, Outcome, Rules, RunKind};

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
pub(crate) fn runs_differ(
    journal: &Journal,
    moment: &Moment,
    site: &impl Site,
    rules: &Rules,
) -> Option<String> {
    let tab = site.view().tab;
    for happening in &journal.happenings {
        let Happening::Ran { run, ran, .. } = happening else { continue };
        if *run != Run::new(run.job, tab) {
            continue;
        }
        let documented = moment.run_ends(kind(run.job), rules);
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

/// Which kind of run a job is.
#[must_use]
pub fn kind(job: Job) -> RunKind {
    match job {
        Job::ExportMessages(_) => RunKind::MessageExport,
        Job::ExportDirectory(_) => RunKind::DirectoryExport,
        Job::ImportMessages | Job::ImportDirectory(_) => RunKind::Import,
    }
}

/// Whether a run ended as the rule says.
#[must_use]
pub fn ends_so(ran: Ran, documented: Outcome) -> bool {
    match (ran, documented) {
        (Ran::Exited { code, .. }, Outcome::Exits(documented)) => code == documented,
        (Ran::Exited { code: 0, .. }, Outcome::NotStopped)
        | (Ran::NotFound, Outcome::NotFound)
        | (Ran::Failed, Outcome::Fails)
        | (Ran::Unfinished, Outcome::Unfinished) => true,
        _ => false,
    }
}
