//! A trial as JSON, for machines.

use std::path::Path;

use event70_engine::Disagreement;
use event70_format::{Complaint, FileError, Position};
use event70_model::{Condition, Step, clock};
use event70_rule::{
    Documented, ExportKind, LogEntry, Since, Standing, StepPrediction, cleared_by, row,
};
use serde_json::{Value, json};

use super::account::{Account, StepAccount, StepLine};

/// One scenario with its whole result.
#[must_use]
pub fn account_json(account: &Account) -> Value {
    let finding = account.finding.as_ref().map(|finding| {
        let failed = match &finding.disagreement {
            Disagreement::Failed(failure) => Some(failure),
            _ => None,
        };
        json!({
            "step": finding.step + 1,
            "message": finding.disagreement.to_string(),
            "breaches": finding.disagreement.breach().to_string(),
            "failure": failed.map(|failure| failure.kind.to_string()),
            "report": failed.map(|failure| &failure.report),
        })
    });
    json!({
        "name": account.name,
        "title": account.file.title,
        "source": account.file.source,
        "verdict": account.verdict().to_string(),
        "predicted": account.predicted_event_70(),
        "logged": account.event_70(),
        "finding": finding,
        "steps": account.steps.iter().enumerate().map(step).collect::<Vec<_>>(),
        "standing": account.standing.iter().map(standing).collect::<Vec<_>>(),
        "remedy": account.remedy.iter().map(named).collect::<Vec<_>>(),
    })
}

/// A file that yielded no scenario.
#[must_use]
pub fn faulty_json(path: &Path, error: &FileError) -> Value {
    let complaints = match error {
        FileError::Faulty { text, complaints } => {
            complaints.iter().map(|complaint| complaint_json(text, complaint)).collect()
        }
        _ => Vec::new(),
    };
    json!({ "file": path.to_string_lossy(), "error": error.to_string(), "complaints": complaints })
}

fn complaint_json(text: &str, complaint: &Complaint) -> Value {
    let Position { line, column } = Position::of(text, complaint.span.start);
    json!({ "line": line, "column": column, "message": complaint.message, "help": complaint.help })
}

fn step((index, step): (usize, &StepAccount)) -> Value {
    json!({
        "step": index + 1,
        "what": step.step.to_string(),
        "exports": exports(&step.predicted),
        "predicted": step.predicted.event_70(),
        "expected": step.expected,
        "logged": step.event_70,
        "disagreement": step.disagreement,
        "events": step.lines.iter().map(line).collect::<Vec<_>>(),
        "events-omitted": step.lines_omitted,
    })
}

fn exports(predicted: &StepPrediction) -> Option<Value> {
    let exports = predicted.exports?;
    let kind = match exports.kind {
        ExportKind::Messages => "messages",
        ExportKind::Directory => "directory",
    };
    let evidence = predicted.evidence.as_ref().map(|evidence| {
        let entry = evidence.condition().entry();
        json!({
            "condition": evidence.condition().to_string(),
            "class": row(evidence.standing.fault).class.to_string(),
            "since-step": since(evidence.standing.since),
            "basis": entry.basis.to_string(),
            "documents": entry.source.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "masks": evidence.masks.iter().map(|c: Condition| c.to_string()).collect::<Vec<_>>(),
            "repairs": cleared_by(evidence.condition()).iter().map(|r| r.to_string()).collect::<Vec<_>>(),
        })
    });
    Some(json!({
        "kind": kind,
        "runs": exports.runs,
        "outcome": exports.outcome.to_string(),
        "evidence": evidence,
    }))
}

fn standing(standing: &Standing) -> Value {
    json!({
        "condition": standing.fault.condition.to_string(),
        "since-step": since(standing.since),
        "passes-left": standing.passes_left,
    })
}

/// The step's number from 1; 0 for what holds from the beginning.
fn since(since: Since) -> u32 {
    match since {
        Since::Beginning => 0,
        Since::Step(step) => step + 1,
    }
}

fn line(line: &StepLine) -> Value {
    match line {
        StepLine::Run { at, job, ran } => {
            json!({ "at": clock(*at).to_string(), "run": job.to_string(), "ended": ran.to_string() })
        }
        StepLine::Undocumented { at, what, ran } => {
            json!({ "at": clock(*at).to_string(), "undocumented": what, "ended": ran.to_string() })
        }
        StepLine::Logged(entry) => event(entry),
    }
}

fn event(entry: &LogEntry) -> Value {
    json!({
        "at": entry.time_generated.to_string(),
        "record": entry.record_number,
        "event": entry.event_id,
        "source": entry.source_name,
        "type": entry.event_type,
        "category": entry.category,
        "computer": entry.computer_name,
        "strings": entry.strings,
        "description": entry.description(),
    })
}

/// A step of the remedy: the name of a repair, or of what the operator does.
fn named(step: &Step) -> String {
    match step {
        Step::Repair(repair) => repair.to_string(),
        step => step.to_string(),
    }
}
