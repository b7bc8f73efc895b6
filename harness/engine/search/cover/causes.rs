//! Whether each cause was ever seen for itself.
//!
//! A cause that is always hidden behind another, or always hides one, is not tested. It *decides
//! alone* in a run that it stops while nothing else stands in the way. It has a *pair* if two
//! scenarios are equal but for it, one has it and the other has it not, and they differ in how many
//! Event 70 there are.

use std::collections::{BTreeSet, HashMap};

use event70_model::{Condition, Keyword, Scenario, Step};
use event70_rule::{Class, Documented};

use super::Measure;
use super::played::Played;

/// How often a cause stood alone, and how often it was hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masking {
    /// The cause.
    pub condition: Condition,
    /// In how many scenarios it decided a run with nothing else in its way.
    pub alone: u64,
    /// In how many scenarios it was the only condition that ever held.
    pub sole: u64,
    /// In how many scenarios another condition hid it in some run.
    pub masked: u64,
}

fn causes() -> impl Iterator<Item = Condition> {
    let is_cause = |condition: &&Condition| {
        let rows = condition.entry().rows;
        rows.iter().any(|row| matches!(row.class, Class::Cause(_) | Class::CauseBeyondArticle))
    };
    Condition::ALL.iter().filter(is_cause).copied()
}

/// The masking report: one line for each cause.
pub(super) fn masking(played: &[Played<'_>]) -> Vec<Masking> {
    let files = |holds: &dyn Fn(&Played<'_>) -> bool| {
        played.iter().filter(|played| holds(played)).count() as u64
    };
    let of = |condition: Condition| Masking {
        condition,
        alone: files(&|played| decides_alone(played, condition)),
        sole: files(&|played| ever_held(played) == BTreeSet::from([condition])),
        masked: files(&|played| {
            let evidence = played.looks.iter().filter_map(|look| look.predicted.evidence);
            evidence.into_iter().any(|evidence| evidence.masks.contains(condition))
        }),
    };
    causes().map(of).collect()
}

fn decides_alone(played: &Played<'_>, condition: Condition) -> bool {
    let causing = played.looks.iter().filter(|look| look.predicted.event_70() > 0);
    causing
        .filter_map(|look| look.predicted.evidence)
        .any(|evidence| evidence.condition() == condition && evidence.masks.is_empty())
}

fn ever_held(played: &Played<'_>) -> BTreeSet<Condition> {
    let injected = played.scenario.timeline.iter().filter_map(|step| match step {
        Step::Inject(fault) => Some(fault.condition),
        _ => None,
    });
    injected.chain(played.scenario.setup.conditions).collect()
}

fn measure(name: &str, unmet: Vec<Condition>, most: usize) -> Measure {
    let total = causes().count();
    Measure {
        name: name.to_owned(),
        required: true,
        covered: (total - unmet.len()) as u64,
        total: total as u64,
        missing: unmet.iter().take(most).map(ToString::to_string).collect(),
    }
}

/// Each cause decided alone at least once.
pub(super) fn alone(masking: &[Masking], most: usize) -> Measure {
    let never = masking.iter().filter(|masking| masking.alone == 0);
    measure("causes alone", never.map(|masking| masking.condition).collect(), most)
}

/// Each cause has two scenarios that differ in it alone, and in Event 70.
pub(super) fn pairs(played: &[Played<'_>], most: usize) -> Measure {
    let unmet = causes().filter(|cause| !has_pair(played, *cause)).collect();
    measure("pairs", unmet, most)
}

fn has_pair(played: &[Played<'_>], cause: Condition) -> bool {
    let mut without: HashMap<&Scenario, u32> = HashMap::new();
    let (with, never): (Vec<_>, Vec<_>) =
        played.iter().partition(|played| ever_held(played).contains(&cause));
    for played in never {
        without.insert(played.scenario, event_70(played));
    }
    with.iter().any(|played| {
        let count = without.get(&left_out(played.scenario, cause));
        count.is_some_and(|count| *count != event_70(played))
    })
}

/// The scenario without this condition, whether it holds from the start or is injected.
fn left_out(scenario: &Scenario, condition: Condition) -> Scenario {
    let injects = |step: &&Step| !matches!(step, Step::Inject(f) if f.condition == condition);
    let mut setup = scenario.setup;
    setup.conditions.remove(condition);
    Scenario { setup, timeline: scenario.timeline.iter().filter(injects).copied().collect() }
}

fn event_70(played: &Played<'_>) -> u32 {
    played.looks.iter().map(|look| look.predicted.event_70()).sum()
}
