//! The answer in one sentence.

use std::collections::BTreeSet;

use event70_diagnosis::{By, Diagnosis, Group, Standing};
use event70_model::{Condition, Keyword, count};
use event70_rule::Documented;

use super::super::layout::listed;
use super::cause;

/// What is wrong, as far as the log tells.
pub(super) fn headline(diagnosis: &Diagnosis) -> String {
    match &diagnosis.groups[..] {
        [] => no_history(diagnosis),
        _ if diagnosis.evidence.symbols.is_empty() => {
            "no record of the connector from which anything can be told".to_owned()
        }
        [group] if group.conditions.is_empty() => {
            "no condition is needed to explain this log: nothing in it tells of a fault".to_owned()
        }
        [group] if is_certain(group, diagnosis) => one(group),
        [group] => format!("the smallest explanation: {}", one(group)),
        groups => {
            let causes = causes_of(groups);
            let of = if causes.is_empty() { String::new() } else { format!(" ({causes})") };
            format!("one of {} explanations{of}, which this log cannot tell apart", groups.len())
        }
    }
}

fn no_history(diagnosis: &Diagnosis) -> String {
    if diagnosis.is_given_up {
        return "too many possibilities to look at: say what is known (--exchange, --host, --database, \
                --logging, --assume), or give a shorter part of the log"
            .to_owned();
    }
    let up_to = match diagnosis.stopped_at {
        Some(By::Record(record)) => format!("up to record {}", record + 1),
        Some(By::Saw(saw)) => format!("with sight {} after it", saw + 1),
        Some(By::Site) | None => "as it is".to_owned(),
    };
    format!("nothing that is documented explains this log {up_to}")
}

/// Whether no other explanation does without one of these conditions.
fn is_certain(group: &Group, diagnosis: &Diagnosis) -> bool {
    let certain = |condition| diagnosis.standings.contains(&(condition, Standing::Certain));
    group.conditions.iter().all(certain)
}

fn one(group: &Group) -> String {
    let named: Vec<String> = group.conditions.iter().map(named).collect();
    let mut said = listed(&named);
    let past: Vec<String> = (group.conditions - group.holding)
        .iter()
        .map(|condition| condition.keyword().to_owned())
        .collect();
    if group.holding.is_empty() {
        said.push_str("; it is over");
    } else if !past.is_empty() {
        said.push_str(&format!("; over: {}", listed(&past)));
    }
    if group.holding.contains(Condition::SiteEntryMissing) {
        said.push_str("; it may be ignored until the first dirsync completes");
    }
    said
}

/// A condition with the number of its cause and what it means.
fn named(condition: Condition) -> String {
    let meaning = condition.entry().meaning;
    match cause(condition) {
        Some(number) => format!("cause {number}, {condition}: {meaning}"),
        None => format!("{condition}: {meaning}"),
    }
}

/// The causes of the article that these explanations are of: `cause 2`, `causes 1, 2 and 4, or none of
/// the five`.
fn causes_of(groups: &[Group]) -> String {
    let each = groups.iter().map(|group| group.conditions.iter().find_map(cause));
    let causes: BTreeSet<Option<u8>> = each.collect();
    let numbers: Vec<String> = causes.iter().flatten().map(u8::to_string).collect();
    let word = match numbers.len() {
        0 => return String::new(),
        1 => "cause",
        _ => "causes",
    };
    let or_none = if causes.contains(&None) { ", or none of the five" } else { "" };
    format!("{word} {}{or_none}", listed(&numbers))
}

/// `2 conditions and 1 unseen change`.
pub(super) fn cost(conditions: usize, changes: u16) -> String {
    let conditions = count(conditions as u64, "condition");
    format!("{conditions} and {}", count(changes.into(), "unseen change"))
}
