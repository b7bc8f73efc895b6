//! A diagnosis as a person reads it.

use event70_model::{Assignments, Keyword, count, shown};

use super::super::layout::{listed, wrap};
use super::headline::cost;
use super::{ByEntry, DiagnosedEntry, HistoryEntry, StandingWord, Word};

/// So many of what to look at or try next are printed.
const NEXT_MAX: usize = 5;

/// What explains a log, with so many of the histories.
#[must_use]
pub fn text(entry: &DiagnosedEntry, histories_max: usize) -> String {
    let mut lines = vec![head(entry)];
    let trouble = |trouble: &super::TroubleEntry| {
        wrap("  ", 4, &format!("{}: {}", trouble.place, shown(&trouble.what)))
    };
    lines.extend(entry.troubles.iter().map(trouble));
    for one in &entry.unexplained {
        let about = format!(
            "record {} ({}): Event {} is set aside: {}",
            one.record, one.place, one.event, one.why
        );
        lines.push(wrap("  ", 4, &about));
    }
    lines.push(String::new());
    lines.push(wrap("", 2, &entry.headline));
    lines.extend(conditions(entry));
    lines.extend(histories(entry, histories_max));
    lines.extend(next(entry));
    if !entry.repairs.is_empty() {
        lines.push("\nrepairs, in this order".to_owned());
        let repairs = entry.repairs.iter().enumerate();
        lines.extend(repairs.map(|(index, repair)| {
            let about = format!("{} ({})", repair.instruction, repair.source.join("; "));
            wrap(&format!("  {}. ", index + 1), 5, &about)
        }));
    }
    lines.join("\n")
}

fn head(entry: &DiagnosedEntry) -> String {
    let kind = if entry.whole { "whole log" } else { "excerpt" };
    let about = format!(
        "{}: {}, {kind}, {}, {} as evidence",
        shown(&entry.path),
        entry.kind,
        count(entry.records as u64, "record"),
        entry.evidence
    );
    wrap("", 2, &about)
}

fn conditions(entry: &DiagnosedEntry) -> Vec<String> {
    let of = |standing: StandingWord| {
        entry.conditions.iter().filter(move |one| one.standing == standing)
    };
    let words = |standing| {
        let words: Vec<String> =
            of(standing).map(|one| one.condition.0.keyword().to_owned()).collect();
        words.join(", ")
    };
    let mut lines = Vec::new();
    for (standing, title) in
        [(StandingWord::Certain, "certain"), (StandingWord::Possible, "possible")]
    {
        if of(standing).next().is_some() {
            lines.push(wrap(&format!("  {title:<10}"), 12, &words(standing)));
        }
    }
    let mut by: Vec<(&ByEntry, Vec<String>)> = Vec::new();
    for one in of(StandingWord::RuledOut) {
        let (Some(this), word) = (&one.by, one.condition.0.keyword().to_owned()) else { continue };
        match by.iter_mut().find(|(known, _)| *known == this) {
            Some((_, words)) => words.push(word),
            None => by.push((this, vec![word])),
        }
    }
    by.sort_by_key(|(by, _)| match by {
        ByEntry::Site => 0,
        ByEntry::Record { record, .. } => *record,
        ByEntry::Saw { saw } => usize::MAX / 2 + saw,
    });
    for (by, words) in by {
        let by = match by {
            ByEntry::Site => "since no such site has it".to_owned(),
            ByEntry::Record { record, event } => format!("by record {record}, Event {event}"),
            ByEntry::Saw { saw } => format!("by what was seen, {saw}"),
        };
        lines.push(wrap("  ruled out ", 12, &format!("{by}: {}", words.join(", "))));
    }
    if !lines.is_empty() {
        let within = match entry.within_conditions {
            Some(conditions) => format!("within {}", cost(conditions as usize, entry.within)),
            None => "not every history was looked at".to_owned(),
        };
        lines.insert(0, format!("\nconditions ({within})"));
    }
    lines
}

fn histories(entry: &DiagnosedEntry, most: usize) -> Vec<String> {
    let Some(price) = &entry.cost else { return Vec::new() };
    let mut told = format!(
        "\nsmallest histories: {}, each with {}",
        entry.histories.len(),
        cost(price.conditions, price.changes)
    );
    if !price.least {
        told.push_str("; one with fewer changes may exist");
    }
    let mut lines = vec![told];
    for (index, history) in entry.histories.iter().take(most).enumerate() {
        lines.extend(one(index + 1, history));
    }
    if entry.histories.len() > most {
        lines.push(format!("  and {} more (--histories N)", entry.histories.len() - most));
    }
    lines
}

fn one(number: usize, history: &HistoryEntry) -> Vec<String> {
    let conditions = words(&history.conditions, "no condition");
    let mut lines = vec![wrap(&format!("  {number}. "), 5, &conditions)];
    let mut site = vec![
        format!("Exchange {}", alternatives(&history.exchange)),
        alternatives(&history.host),
        alternatives(&history.database),
    ];
    let all = Assignments::ALL.len();
    if history.assignments < all {
        let assumed: Vec<String> = history
            .assumed
            .iter()
            .map(|one| format!("{} = {}", one.assumption.0, one.value))
            .collect();
        site.push(match &assumed[..] {
            [] => format!("{} of {all} assignments", history.assignments),
            _ => format!("if {}", listed(&assumed)),
        });
    }
    lines.push(wrap("     on ", 8, &site.join(", ")));
    let mut before: Vec<String> =
        history.from_the_start.iter().map(|word| word.0.keyword().to_owned()).collect();
    before.extend(history.before.iter().cloned());
    if !before.is_empty() {
        lines.push(wrap("     before ", 8, &before.join("; ")));
    }
    if !history.steps.is_empty() {
        lines.push(wrap("     then ", 8, &history.steps.join("; ")));
    }
    lines
}

fn next(entry: &DiagnosedEntry) -> Vec<String> {
    if entry.next.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["\nwhat to look at or try next".to_owned()];
    for (index, one) in entry.next.iter().take(NEXT_MAX).enumerate() {
        lines.push(wrap(&format!("  {}. ", index + 1), 5, &one.check));
        let outcomes: Vec<String> = one
            .outcomes
            .iter()
            .map(|outcome| format!("{} leaves {}", outcome.seen, outcome.leaves))
            .collect();
        lines.push(wrap("     ", 5, &outcomes.join("; ")));
    }
    lines
}

fn words<K: Keyword>(words: &[Word<K>], none: &str) -> String {
    match words {
        [] => none.to_owned(),
        _ => words.iter().map(|word| word.0.keyword()).collect::<Vec<_>>().join(", "),
    }
}

/// The values that fit; `any` where all do.
fn alternatives<K: Keyword + std::fmt::Display>(values: &[Word<K>]) -> String {
    if values.len() == K::ALL.len() {
        return "any".to_owned();
    }
    values.iter().map(|word| word.0.keyword()).collect::<Vec<_>>().join(" or ")
}
