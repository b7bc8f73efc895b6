//! The whole story of a trial as a person reads it; the snapshots hold exactly this.

use std::fmt::Write;

use super::account::{Account, Line, StepAccount};
use super::layout::{listed, wrap};
use crate::conditions::{Condition, Outcome, Repair, Setting};
use crate::event_log::{Category, Entry, clock};
use crate::invariant::{Evidence, ExportKind, Exports, Standing};
use crate::judge::{Disagreement, Verdict};
use crate::scenario::{LoggingChange, Setup, Step};
use crate::words::{Word, count, pasted, plain};

/// One line: the verdict, how many Event 70 there were, the name, the title.
#[must_use]
pub fn headline(account: &Account) -> String {
    let verdict = account.verdict().to_string();
    let event_70 = account.event_70();
    format!("{verdict:<10}{event_70:>6}  {}: {}", pasted(&account.name), account.file.title)
}

/// The whole story: what the site is, and for each step what happened, what was logged, and why.
#[must_use]
pub fn story(account: &Account) -> String {
    let mut text = String::new();
    let file = &account.file;
    let _ = writeln!(text, "{}", file.title);
    if !file.source.is_empty() {
        let _ = writeln!(text, "{}", wrap("source: ", 8, &file.source.join("; ")));
    }
    if let Some(notes) = &file.notes {
        let _ = writeln!(text, "{}", wrap("notes:  ", 8, notes));
    }
    let _ = writeln!(text, "{}", wrap("site:   ", 8, &site(&file.scenario.setup)));
    for (index, step) in account.steps.iter().enumerate() {
        let _ = write!(text, "\n{}", step_story(index, step));
    }
    let _ = write!(text, "\n{}", verdict(account));
    text
}

/// The site in one sentence.
pub(super) fn site(setup: &Setup) -> String {
    let levels = |change: LoggingChange, category: &Category| {
        change.with(*category, setup.logging.level(*category))
    };
    let logging = Category::ALL.iter().fold(LoggingChange::default(), levels);
    let wrong: Vec<String> =
        setup.conditions.iter().map(|condition| condition.to_string()).collect();
    let wrong = if wrong.is_empty() { "nothing".to_owned() } else { listed(&wrong) };
    format!(
        "Exchange {}, {} post office on {}, logging {logging}; wrong from the start: {wrong}",
        setup.exchange, setup.database, setup.host
    )
}

fn step_story(index: usize, step: &StepAccount) -> String {
    let mut text = format!("{:>3}  {}\n", index + 1, step.step);
    for line in &step.lines {
        let _ = writeln!(text, "{}", line_story(line));
    }
    if step.lines_omitted > 0 {
        let _ = writeln!(text, "       … and {}", count(step.lines_omitted, "more line"));
    }
    if let Some(because) = because(step) {
        let _ = writeln!(text, "{}", wrap("     = ", 7, &because));
    }
    if let Some(disagreement) = &step.disagreement {
        let _ = writeln!(text, "{}", wrap("     ! ", 7, disagreement));
    }
    text
}

fn line_story(line: &Line) -> String {
    match line {
        Line::Run { at, job, ran } => format!("     {}  {job}: {ran}", clock(*at).time()),
        Line::Undocumented { at, what, ran } => {
            wrap(&format!("     {}  ", clock(*at).time()), 15, &format!("{what}: {ran}"))
        }
        Line::Logged(entry) => logged(entry),
    }
}

fn logged(entry: &Entry) -> String {
    let first = format!(
        "     {}  {} {} {} {}: ",
        entry.time_generated.time(),
        plain(&entry.event_type),
        entry.event_id,
        plain(&entry.source_name),
        plain(&entry.category)
    );
    wrap(&first, 15, &plain(&entry.description()))
}

/// Why the step logged what it did, if EXPORT ran in it or maintenance was done.
fn because(step: &StepAccount) -> Option<String> {
    if step.step == Step::Repair(Repair::Analyze) {
        return Some(analysis(step));
    }
    step.predicted.exports.as_ref().map(reason)
}

/// What ANALYZE says (C10).
pub(super) fn analysis(step: &StepAccount) -> String {
    if step.verified {
        return "ANALYZE finds nothing: the maintenance is verified".to_owned();
    }
    let left: Vec<String> = step.damage.iter().map(left).collect();
    format!("ANALYZE repairs nothing and finds {}", listed(&left))
}

/// A condition that holds, with its setting or what is left of it.
pub(super) fn left(standing: &Standing) -> String {
    match setting(standing) {
        Some(setting) => format!("{} ({setting})", standing.fault.condition),
        None => standing.fault.condition.to_string(),
    }
}

fn setting(standing: &Standing) -> Option<String> {
    match standing.fault.setting {
        Setting::None | Setting::Passes(1) => None,
        Setting::Passes(passes) => {
            Some(format!("{} of {passes} passes left", standing.passes_left))
        }
        setting => Some(setting.to_string()),
    }
}

/// How the EXPORT runs of a step must end, and why.
pub(super) fn reason(exports: &Exports) -> String {
    let kind = match exports.kind {
        ExportKind::Messages => "message EXPORT",
        ExportKind::Directory => "directory EXPORT",
    };
    let runs = count(u64::from(exports.runs), kind);
    match (&exports.evidence, exports.outcome()) {
        (None, _) => format!("no Event 70: nothing stands in the way of {runs}"),
        (Some(evidence), Outcome::Exits(3)) => {
            format!("{} Event 70 from {runs}: {}", exports.runs, why(evidence))
        }
        (Some(evidence), outcome) => format!("no Event 70: {runs} {outcome}: {}", why(evidence)),
    }
}

/// The evidence as a sentence: what decided, since when, by which document, and what it masks.
pub(super) fn why(evidence: &Evidence) -> String {
    let entry = evidence.condition().entry();
    let row = evidence.row();
    let documents: Vec<String> = entry.source.iter().map(ToString::to_string).collect();
    let masked: Vec<String> = evidence.masks.iter().map(|c: Condition| c.to_string()).collect();
    let masks =
        if masked.is_empty() { String::new() } else { format!("; masks {}", listed(&masked)) };
    format!("{} ({}; {}){masks}", held(&evidence.standing), row.class, documents.join(", "))
}

/// What holds and since when, with its setting's own time where it was set anew.
pub(super) fn held(standing: &Standing) -> String {
    let Standing { fault, since, set, .. } = standing;
    match setting(standing) {
        Some(setting) if set != since => {
            format!("{} {since}, with {setting} {set}", fault.condition)
        }
        _ => format!("{} {since}", left(standing)),
    }
}

fn verdict(account: &Account) -> String {
    let predicted = account.predicted_event_70();
    let logged = account.event_70();
    let mut text = format!(
        "verdict: {}, {predicted} Event 70 predicted, {logged} logged\n",
        account.verdict()
    );
    if account.verdict() != Verdict::Agree
        && let Some(finding) = &account.finding
    {
        let place = format!("step {}: ", finding.step + 1);
        let _ = writeln!(text, "{}", wrap(&place, 8, &finding.disagreement.to_string()));
        if let Disagreement::Failed(failure) = &finding.disagreement {
            let report = failure.report.lines();
            text.extend(report.map(|line| format!("        {line}\n")));
        }
    }
    text
}
