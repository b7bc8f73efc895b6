//! The shards of an exploration put together: what one exploration of all their cases comes to.

use std::collections::BTreeMap;

use event70_engine::{Contradiction, FailureClass, Learned, Misfit, draw};
use event70_format::{Comments, write};
use event70_model::{Assignments, Scenario};

use super::counterexample::{contradicting_file, contradicts};
use super::exploration::{BesideEntry, ExplorationEntry, FoundEntry, LearnedEntry};
use super::layout::listed;

/// The result of a shard, and what its file is called.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The name of the file.
    pub name: String,
    /// What came of it.
    pub entry: ExplorationEntry,
}

/// Why results are not the shards of one exploration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmergeable {
    /// There is none.
    #[error("there is nothing to merge")]
    Nothing,
    /// Something is no result of an exploration.
    #[error("{name}: {what} cannot be")]
    Impossible {
        /// The name of the file.
        name: String,
        /// What is impossible.
        what: &'static str,
    },
    /// Two are of different explorations.
    #[error("{one} and {other} differ in {what}: {} and {}", .values[0], .values[1])]
    Differ {
        /// The name of a file.
        one: String,
        /// That of another.
        other: String,
        /// What is not the same.
        what: &'static str,
        /// What it is in each.
        values: [String; 2],
    },
    /// One shard is there twice.
    #[error("{one} and {other} are both shard {shard}")]
    Twice {
        /// The name of a file.
        one: String,
        /// That of another.
        other: String,
        /// Which shard.
        shard: String,
    },
    /// Some shards are not there.
    #[error("missing: {0}")]
    Missing(String),
    /// A shard did not come to its end, and has no finding.
    #[error("{name}: shard {shard} was interrupted; run it again")]
    Interrupted {
        /// The name of the file.
        name: String,
        /// Which shard.
        shard: String,
    },
}

/// So many missing shards are named.
const NAMED_MAX: u64 = 8;

/// What all shards of an exploration come to together.
///
/// # Errors
/// If these are not all shards of one exploration, each once.
pub fn merged(parts: &[Part]) -> Result<ExplorationEntry, Unmergeable> {
    let shards = shards(parts)?;
    let first = shards.values().next().ok_or(Unmergeable::Nothing)?;
    let impossible = |what| Unmergeable::Impossible { name: first.name.clone(), what };
    let seed = u64::from_str_radix(&first.entry.seed, 16).map_err(|_| impossible("its seed"))?;
    let mut whole = first.entry.clone();
    whole.shard = [1, 1];
    for part in shards.values().skip(1) {
        add(&mut whole, part)?;
    }
    let last = whole.found.as_ref().map_or(u64::MAX, |found| found.case);
    let telling = shards.values().flat_map(|part| &part.entry.learned.telling);
    let telling: BTreeMap<u64, Assignments> =
        telling.map(|told| (told.case, told.fitting.0)).collect();
    let mut learned = Learned::new(whole.learned.assumed.0);
    for (case, fitting) in telling.range(..last) {
        if let Err(Contradiction { with }) = learned.learn(case, fitting) {
            whole.found = between(seed, (*case, *fitting), with, *learned.left());
            break;
        }
    }
    whole.learned = LearnedEntry::of(&learned);
    Ok(whole.concluded())
}

/// The parts by the number of their shard: all there are, each once and of one exploration.
fn shards(parts: &[Part]) -> Result<BTreeMap<u64, &Part>, Unmergeable> {
    let mut shards: BTreeMap<u64, &Part> = BTreeMap::new();
    let first = parts.first().ok_or(Unmergeable::Nothing)?;
    let [_, of] = first.entry.shard;
    for part in parts {
        let [shard, shards_of_it] = part.entry.shard;
        let (name, named) = (part.name.clone(), format!("{shard}/{shards_of_it}"));
        are_alike(first, part)?;
        if !(1..=of).contains(&shard) {
            return Err(Unmergeable::Impossible { name, what: "its shard" });
        }
        if part.entry.interrupted && part.entry.found.is_none() {
            return Err(Unmergeable::Interrupted { name, shard: named });
        }
        if let Some(other) = shards.insert(shard, part) {
            let one = other.name.clone();
            return Err(Unmergeable::Twice { one, other: name, shard: named });
        }
    }
    let missing = of - shards.len() as u64;
    if missing == 0 {
        return Ok(shards);
    }
    let named = (1..=of).filter(|shard| !shards.contains_key(shard));
    let mut named: Vec<String> =
        named.take(NAMED_MAX as usize).map(|shard| format!("shard {shard}/{of}")).collect();
    if missing > NAMED_MAX {
        named.push(format!("{} others", missing - NAMED_MAX));
    }
    Err(Unmergeable::Missing(listed(&named)))
}

/// That two parts are of one exploration.
fn are_alike(one: &Part, other: &Part) -> Result<(), Unmergeable> {
    let told = |part: &Part| {
        let ExplorationEntry { header, seed, limit, shard, learned, .. } = &part.entry;
        let limit = limit.map_or_else(|| "no limit".to_owned(), |limit| limit.to_string());
        let assumed = super::learned::assumed(&learned.assumed.0);
        [
            ("the version of event70", format!("{} {}", header.tool.version, header.format)),
            ("the connector", header.subject.description.clone()),
            ("what is assumed", assumed),
            ("the seed", seed.clone()),
            ("the number of cases", limit),
            ("the number of shards", shard[1].to_string()),
        ]
    };
    let pairs = told(one).into_iter().zip(told(other));
    let different = pairs.into_iter().find(|(one, other)| one != other);
    different.map_or(Ok(()), |((what, value), (_, other_value))| {
        let (one, other) = (one.name.clone(), other.name.clone());
        Err(Unmergeable::Differ { one, other, what, values: [value, other_value] })
    })
}

/// Adds what was counted in another shard, and its finding if it is the first.
fn add(whole: &mut ExplorationEntry, part: &Part) -> Result<(), Unmergeable> {
    let entry = &part.entry;
    let says = |entry: &ExplorationEntry| -> Vec<String> {
        entry.claims.iter().map(|claim| claim.says.clone()).collect()
    };
    if says(whole) != says(entry) {
        let name = part.name.clone();
        return Err(Unmergeable::Impossible { name, what: "its claims" });
    }
    for (claim, more) in whole.claims.iter_mut().zip(&entry.claims) {
        claim.met = claim.met.saturating_add(more.met);
    }
    let counts = [
        (&mut whole.cases, entry.cases),
        (&mut whole.steps, entry.steps),
        (&mut whole.counted, entry.counted),
        (&mut whole.unrepeated, entry.unrepeated),
    ];
    for (count, more) in counts {
        *count = count.saturating_add(more);
    }
    whole.seconds += entry.seconds;
    whole.interrupted |= entry.interrupted;
    let case = |found: &Option<FoundEntry>| found.as_ref().map_or(u64::MAX, |found| found.case);
    if case(&entry.found) < case(&whole.found) {
        whole.found.clone_from(&entry.found);
    }
    Ok(())
}

/// The finding that nothing fits a case together with cases of other shards, of which these
/// assignments were left.
fn between(
    seed: u64,
    last: (u64, Assignments),
    with: Vec<(u64, Assignments)>,
    left: Assignments,
) -> Option<FoundEntry> {
    let all: Vec<(u64, Assignments)> = std::iter::once(last).chain(with).collect();
    let told = all.iter().map(|(case, fitting)| {
        let others = all.iter().filter(|(other, _)| other != case);
        let beside: Vec<(String, Assignments)> =
            others.map(|(case, fitting)| (format!("case {case}"), *fitting)).collect();
        let names: Vec<String> = beside.iter().map(|(name, _)| name.clone()).collect();
        let assumed = left.nearest_to_default().unwrap_or_default();
        let (document, steps, fitting) = (None, Vec::new(), *fitting);
        let misfit = Misfit { document, assumed, open: left.len(), fitting, steps, beside };
        let mut scenario = Scenario::default();
        draw::case(seed, *case, &draw::Lengths::default(), &mut scenario);
        let mut file = contradicting_file(&scenario, &misfit);
        file.notes = contradicts(&misfit, &names).map(Into::into);
        let (title, text) = (file.title.raw().to_owned(), write(&file, &Comments::default()));
        (BesideEntry { case: *case, scenario: text }, title, misfit.to_string())
    });
    let mut told: Vec<(BesideEntry, String, String)> = told.collect();
    let (BesideEntry { case, scenario }, title, message) = told.drain(..1).next()?;
    let class = FailureClass::CONTRADICTION;
    Some(FoundEntry {
        case,
        verdict: class.verdict.to_string(),
        class: class.to_string(),
        title,
        message,
        repeats: [0; 2],
        runs: 0,
        one_minimal: false,
        two_minimal: false,
        scenario,
        beside: told.into_iter().map(|(beside, ..)| beside).collect(),
    })
}
