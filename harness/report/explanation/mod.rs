//! What an administrator asks: why did this run log Event 70, why did that one not, what helps?

mod lines;

use std::fmt::Write;

use event70_model::{Condition, Operation, Repair, Step};
use event70_rule::{Documented, Evidence, Since, Standing, cleared_by, is_affected};

use super::account::{Account, StepAccount};
use super::explained::Explained;
use super::layout::wrap;
use super::results::{AfterEntry, DirsyncEntry, EndExplanation, RestartWord, StepExplanation};
use super::text::{analysis, held, reason, site};

/// The timeline with the evidence for every run, what is masked, and what is explained beside that;
/// how things stand at the end, and the documented repairs that clear what holds then.
#[must_use]
pub fn explanation(account: &Account, explained: &Explained) -> String {
    let file = &account.file;
    let mut text = format!("{}\n", file.title.shown());
    let _ = writeln!(text, "{}\n", wrap("site: ", 6, &site(&file.scenario.setup)));
    let mut before = &AfterEntry::default();
    for (index, (step, explained)) in account.steps.iter().zip(&explained.steps).enumerate() {
        let _ = write!(text, "{}", explain_step(index, step, explained, before));
        before = &explained.after;
    }
    let _ = write!(text, "\n{}{}", end(&explained.end), remaining(account));
    text
}

fn explain_step(
    index: usize,
    step: &StepAccount,
    explained: &StepExplanation,
    before: &AfterEntry,
) -> String {
    let mut text = format!("{:>3}  {}\n", index + 1, step.step);
    if step.step == Step::Repair(Repair::Analyze) {
        let _ = writeln!(text, "{}", wrap("     = ", 7, &analysis(step)));
    }
    if let Some(reason) = reason(&step.predicted, Since::to_string) {
        let _ = writeln!(text, "{}", wrap("     = ", 7, &reason));
    }
    for (label, line) in facts(step, explained, before) {
        let _ = writeln!(text, "{}", wrap(&format!("       {label:<9}"), 9, &line));
    }
    if let Some(disagreement) = &step.disagreement {
        let _ = writeln!(text, "{}", wrap("     ! ", 7, &disagreement.to_string()));
    }
    text
}

/// What is told of a step in a line each, with the label of the line.
fn facts(
    step: &StepAccount,
    explained: &StepExplanation,
    before: &AfterEntry,
) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(evidence) = &step.predicted.evidence {
        facts.push(("meaning:", meaning(evidence)));
        facts.extend(helps(evidence.condition()).into_iter().map(|repair| ("repair:", repair)));
    }
    let StepExplanation { assumptions, order, restart, ignorable, dirsync, after } = explained;
    facts.extend(restart.map(|reason| ("repair:", lines::restart(reason).to_owned())));
    facts.extend(ignorable.then(|| ("ignore:", lines::IGNORABLE.to_owned())));
    facts.extend(order.as_ref().map(|order| ("order:", lines::order(order))));
    facts.extend(assumptions.iter().map(|entry| ("assumed:", lines::assumption(entry))));
    facts.extend(dirsync.as_ref().map(|dirsync| ("dirsync:", lines::dirsync(dirsync))));
    let is_at_work = matches!(step.step, Step::Do(_) | Step::Cycles(_));
    if is_at_work {
        facts.extend(after.down.as_ref().map(|entry| ("service:", lines::down(entry))));
        facts.extend((!after.held.is_empty()).then(|| ("held:", lines::held(&after.held))));
    }
    if is_at_work || after.queues != before.queues {
        facts.extend(after.queues.iter().map(|entry| ("mail:", lines::queue(entry))));
    }
    facts
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

/// How things stand at the end, as far as it is worth telling.
fn end(explained: &EndExplanation) -> String {
    let EndExplanation { last_dirsync, ignorable, after } = explained;
    let mut told: Vec<String> = Vec::new();
    told.extend(after.down.as_ref().map(|entry| format!("service: {}", lines::down(entry))));
    told.extend((!after.held.is_empty()).then(|| format!("held: {}", lines::held(&after.held))));
    told.extend(after.queues.iter().map(|entry| format!("mail: {}", lines::queue(entry))));
    let failed = last_dirsync.as_ref().filter(|last| last.dirsync != DirsyncEntry::Completed);
    told.extend(failed.map(|last| {
        format!("dirsync: that of step {} {}", last.step, lines::dirsync(&last.dirsync))
    }));
    told.extend(ignorable.then(|| format!("ignore: {}", lines::IGNORABLE)));
    let mut text = String::new();
    if !told.is_empty() {
        let _ = writeln!(text, "How things stand at the end:");
    }
    for line in told {
        let _ = writeln!(text, "{}", wrap("  - ", 4, &line));
    }
    text
}

/// A restart after the repairs.
const RESTART: &str = lines::restart(RestartWord::TabInForce);

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
