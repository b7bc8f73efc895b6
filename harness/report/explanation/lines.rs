//! The sentences of an explanation, each rendered from its part of the tree of results.

use event70_model::{Direction, Keyword, count};
use event70_rule::Outcome;

use super::super::layout::listed;
use super::super::results::{
    DecidingEntry, DirsyncEntry, DownEntry, DownWord, Ended, ExportsEntry, ImportsWord, OrderEntry,
    QueueEntry, RestartWord, RunOf, SideEntry, ThreadWord, WaitsWord,
};

/// Which assumption decides, and what its other value would predict.
pub(super) fn assumption(entry: &DecidingEntry) -> String {
    let DecidingEntry { assumption, assumed, other } = entry;
    let mut parts = vec![format!("{} Event 70", other.event_70)];
    parts.push(other.exports.as_ref().map_or_else(|| "no EXPORT".to_owned(), exports));
    if (other.imports, other.imports_lost) != (assumed.imports, assumed.imports_lost) {
        parts.push(imports(other));
    }
    match (assumed.gives_up, other.gives_up) {
        (_, true) => parts.push("the service gives up (Event 85)".to_owned()),
        (true, false) => parts.push("the service does not give up".to_owned()),
        (false, false) => {}
    }
    let (key, value) = (assumption.0, assumed.value);
    format!("{key} = {value} decides: under {}: {}", other.value, parts.join(", "))
}

fn exports(exports: &ExportsEntry) -> String {
    let kind = match exports.kind {
        RunOf::Messages => "message EXPORT",
        RunOf::Directory => "directory EXPORT",
    };
    let ends = outcome(exports.ended, exports.code).of(exports.runs);
    format!("{} {ends}", count(exports.runs.into(), kind))
}

fn imports(side: &SideEntry) -> String {
    match side.imports {
        ImportsWord::None => "no IMPORT".to_owned(),
        ImportsWord::Some => "at least 1 IMPORT".to_owned(),
        ImportsWord::Lost => {
            let lost = count(side.imports_lost.into(), "IMPORT");
            format!("{lost} {}", Outcome::NotFound.of(side.imports_lost))
        }
        ImportsWord::InPlaceOfExports => {
            "in each cycle EXPORT or IMPORT does not finish".to_owned()
        }
        ImportsWord::NotTold => "IMPORT as it may be".to_owned(),
    }
}

/// What a run did, in the rule's words.
fn outcome(ended: Ended, code: Option<u8>) -> Outcome {
    match ended {
        Ended::Exited => Outcome::Exits(code.unwrap_or_default()),
        Ended::NotFound => Outcome::NotFound,
        Ended::Failed => Outcome::Fails,
        Ended::Unfinished => Outcome::Unfinished,
    }
}

/// That it is our choice which of several conditions comes first, and what it changes.
pub(super) fn order(order: &OrderEntry) -> String {
    let choices: Vec<String> = order.choices.iter().map(|number| format!("C{number}")).collect();
    let choices = listed(&choices);
    if !order.decides {
        return format!("which comes first is our choice ({choices}); any order ends a run alike");
    }
    let masked = order.masked.iter().map(|masked| {
        let ends = outcome(masked.ended, masked.code);
        format!("with {} first a run {ends}", masked.condition.0)
    });
    let masked = listed(&masked.collect::<Vec<_>>());
    format!("which comes first is our choice ({choices}) and decides: {masked}")
}

/// The part of a repair that is no repair.
pub(super) const fn restart(reason: RestartWord) -> &'static str {
    match reason {
        RestartWord::TabInForce => {
            "restart: stop and start the service, for what was wrong before still counts in it \
             (Q233164)"
        }
        RestartWord::ThreadHeld => {
            "restart: stop and start the service, for a thread of it launches nothing until then \
             (Q164695, Q181186)"
        }
    }
}

/// What the article says of cause 5.
pub(super) const IGNORABLE: &str = "cause 5 may be ignored until the first dirsync with this post \
                                    office completes (Q166045 resolution 4)";

/// What came of a dirsync.
pub(super) fn dirsync(entry: &DirsyncEntry) -> String {
    match entry {
        DirsyncEntry::Completed => "completed".to_owned(),
        DirsyncEntry::EndedBy { program, file, ended, code, condition } => {
            let by = condition.map_or_else(String::new, |by| format!(", stopped by {}", by.0));
            let is_warned_of = *program == "EXPORT" && *code == Some(3);
            let article = if is_warned_of { " (Q166045 symptoms)" } else { "" };
            let ends = outcome(*ended, *code);
            format!("did not complete: {program} of {file} {ends}{by}{article}")
        }
        DirsyncEntry::ServiceDown => "did not complete: the service is down".to_owned(),
        DirsyncEntry::ThreadHeld => {
            "did not complete: its thread launches nothing until the next start".to_owned()
        }
        DirsyncEntry::NothingRan => "did not complete: no program was run".to_owned(),
    }
}

/// Since when the service is down, and why.
pub(super) fn down(entry: &DownEntry) -> String {
    let why = match entry.because {
        DownWord::NotStarted => "it was not started",
        DownWord::Stopped => "it was stopped",
        DownWord::Killed => "it was killed",
        DownWord::GaveUp => "it gave up after too many restarts of a thread (Event 85)",
    };
    let since = entry.since_step.map_or_else(String::new, |step| format!(" since step {step}"));
    format!("down{since}: {why}")
}

/// What launches nothing until the next start.
pub(super) fn held(threads: &[ThreadWord]) -> String {
    let names = threads.iter().map(|thread| match thread {
        ThreadWord::Export => "message EXPORT",
        ThreadWord::Import => "message IMPORT",
        ThreadWord::Dirsync => "dirsync",
    });
    let names: Vec<String> = names.map(str::to_owned).collect();
    format!("nothing is launched until the next start, whatever is repaired: {}", listed(&names))
}

/// How much mail waits in one direction, and for what.
pub(super) fn queue(entry: &QueueEntry) -> String {
    let (side, program) = match entry.to.0 {
        Direction::Exchange => ("Exchange", "EXPORT"),
        Direction::CcMail => ("cc:Mail", "IMPORT"),
    };
    let wait = if entry.messages == 1 { "waits" } else { "wait" };
    let condition = entry.condition.map_or("a condition", |condition| condition.0.keyword());
    let why = match entry.because {
        WaitsWord::ServiceDown => "the service is down".to_owned(),
        WaitsWord::ThreadHeld => format!("{program} is not launched until the next start"),
        WaitsWord::Condition => format!("{condition} is in the way of {program}"),
        WaitsWord::NextRun => format!("nothing is in the way of the next {program}"),
    };
    format!("{} {wait} towards {side}: {why}", count(entry.messages.into(), "message"))
}
