//! What an administrator asks: why did this run log Event 70, why did that one not, what helps?

use std::fmt::Write;

use event70_model::{Condition, Operation, Repair, Step};
use event70_rule::{Documented, Evidence, Since, Standing, cleared_by, is_affected};

use super::account::{Account, StepAccount};
use super::layout::wrap;
use super::text::{analysis, held, reason, site};

/// The timeline with the evidence for every run, what is masked, and the documented repairs that
/// clear what holds at the end.
#[must_use]
pub fn explanation(account: &Account) -> String {
    let file = &account.file;
    let mut text = format!("{}\n", file.title.shown());
    let _ = writeln!(text, "{}\n", wrap("site: ", 6, &site(&file.scenario.setup)));
    for (index, step) in account.steps.iter().enumerate() {
        let _ = write!(text, "{}", explain_step(index, step));
    }
    let _ = write!(text, "\n{}", remaining(account));
    text
}

fn explain_step(index: usize, step: &StepAccount) -> String {
    let mut text = format!("{:>3}  {}\n", index + 1, step.step);
    if step.step == Step::Repair(Repair::Analyze) {
        let _ = writeln!(text, "{}", wrap("     = ", 7, &analysis(step)));
    }
    let Some(reason) = reason(&step.predicted, Since::to_string) else { return text };
    let _ = writeln!(text, "{}", wrap("     = ", 7, &reason));
    if let Some(evidence) = &step.predicted.evidence {
        let _ = writeln!(text, "{}", wrap("       meaning: ", 9, &meaning(evidence)));
        for repair in helps(evidence.condition()) {
            let _ = writeln!(text, "{}", wrap("       repair:  ", 9, &repair));
        }
    }
    if let Some(disagreement) = &step.disagreement {
        let _ = writeln!(text, "{}", wrap("     ! ", 7, &disagreement.to_string()));
    }
    text
}

fn meaning(evidence: &Evidence) -> String {
    let entry = evidence.condition().entry();
    format!(
        "{}; the run is stopped at the barrier \"{}\" ({})",
        entry.meaning, entry.barrier, entry.basis
    )
}

/// Every documented repair of a condition, the first to try first.
fn helps(condition: Condition) -> Vec<String> {
    let dirsync = (condition == Condition::SiteEntryMissing).then(|| DIRSYNC.to_owned());
    dirsync.into_iter().chain(cleared_by(condition).iter().map(instruction)).collect()
}

/// The article's own cure of cause 5.
const DIRSYNC: &str =
    "dirsync: let a dirsync complete, which makes the site entry (Q166045 resolution 4)";

fn instruction(repair: Repair) -> String {
    let entry = repair.entry();
    let documents: Vec<String> = entry.source.iter().map(ToString::to_string).collect();
    format!("{repair}: {} ({})", entry.instruction, documents.join(", "))
}

/// The part of a repair that is no repair.
const RESTART: &str = "restart: stop and start the service, for what was wrong before still counts in it \
                       (Q233164)";

fn remaining(account: &Account) -> String {
    let setup = &account.file.scenario.setup;
    let (affecting, inert): (Vec<&Standing>, Vec<&Standing>) =
        account.standing.iter().partition(|s| is_affected(setup, s.fault.condition));
    let mut text = String::new();
    for standing in &inert {
        let line = format!("{} holds and changes nothing on this site (C11)", standing.fault);
        let _ = writeln!(text, "{}", wrap("", 2, &line));
    }
    if affecting.is_empty() {
        let _ = match account.remedy.is_empty() {
            true => writeln!(text, "At the end nothing stands in the way of a run."),
            false => writeln!(text, "At the end nothing holds any more, but:\n  1. {RESTART}"),
        };
        return text;
    }
    let _ = writeln!(text, "Still active at the end:");
    for standing in &affecting {
        let entry = standing.fault.condition.entry();
        let line = format!("{}: {}", held(standing, Since::to_string), entry.meaning);
        let _ = writeln!(text, "{}", wrap("  - ", 4, &line));
    }
    let _ = writeln!(text, "These repairs, in this order, clear it:");
    for (index, step) in account.remedy.iter().enumerate() {
        let told = match step {
            Step::Repair(repair) => instruction(*repair),
            Step::Do(Operation::Dirsync) => DIRSYNC.to_owned(),
            _ => RESTART.to_owned(),
        };
        let _ = writeln!(text, "{}", wrap(&format!("  {}. ", index + 1), 5, &told));
    }
    let is_maintenance =
        |step: &Step| matches!(step, Step::Repair(Repair::Chkstat | Repair::Reclaim));
    if account.remedy.iter().any(is_maintenance) {
        let advice = "Run ANALYZE after every CHKSTAT and RECLAIM: it repairs nothing and shows \
                      what is left (Q166045 resolution 3).";
        let _ = writeln!(text, "{}", wrap("", 0, advice));
    }
    text
}
