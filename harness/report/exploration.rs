//! What came of an exploration: what `explore --format json` prints, what `merge` reads, and both
//! tell a person.

use std::collections::BTreeMap;

use event70_engine::{Claim, Found, Learned, Plan, claims};
use event70_format::ScenarioFile;
use event70_model::{Assignments, count};
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use super::learned::learned;
use super::results::{Header, schema_of};
use super::summary::possible;

/// What came of an exploration, of one shard or of several together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ExplorationEntry {
    /// Who was tested, by what.
    #[serde(flatten)]
    pub header: Header,
    /// The seed, in hexadecimal digits.
    pub seed: String,
    /// Only cases below this number; `null` where time alone ends it.
    pub limit: Option<u64>,
    /// Which shard of how many, from 1.
    pub shard: [u64; 2],
    /// How many cases were played; with a finding, those up to it.
    pub cases: u64,
    /// How many steps they had.
    pub steps: u64,
    /// How long it took.
    pub seconds: f64,
    /// The finding with the lowest number.
    pub found: Option<FoundEntry>,
    /// For each assumption the values that are still possible.
    pub assumptions: BTreeMap<String, Vec<String>>,
    /// What was learned of the connector, and in which cases.
    pub learned: LearnedEntry,
    /// How many cases failed once and never again.
    pub unrepeated: u64,
    /// Whether a signal ended it.
    pub interrupted: bool,
    /// The claims that were never met.
    pub unknown: Vec<String>,
    /// In how many cases claims were counted.
    pub counted: u64,
    /// What must happen in some case, and how often it did.
    pub claims: Vec<ClaimEntry>,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct FoundEntry {
    /// The number of the case.
    pub case: u64,
    /// The verdict.
    pub verdict: String,
    /// Which failure it is.
    pub class: String,
    /// What the scenario shows.
    pub title: String,
    /// What it is.
    pub message: String,
    /// How often it came again, of how many times that it was replayed.
    pub repeats: [u32; 2],
    /// How many scenarios were played to reduce it.
    pub runs: usize,
    /// Whether no single element of it can be left out.
    pub one_minimal: bool,
    /// Whether no two of them can.
    pub two_minimal: bool,
    /// The scenario, as a file.
    pub scenario: String,
    /// The cases before it that it contradicts, if that is the finding.
    pub beside: Vec<BesideEntry>,
}

/// The JSON Schema of an [`ExplorationEntry`].
#[must_use]
pub fn exploration_schema() -> Schema {
    schema_of::<ExplorationEntry>()
}

impl FoundEntry {
    /// A finding that is not reduced, for it has to do with no scenario.
    #[must_use]
    pub fn unreduced(found: &Found) -> Self {
        let file = ScenarioFile::from(found.scenario.clone());
        Self {
            case: found.case,
            verdict: found.class.verdict.to_string(),
            class: found.class.to_string(),
            title: found.finding.disagreement.to_string(),
            message: found.finding.disagreement.to_string(),
            repeats: [found.repeats.alike, found.repeats.times],
            runs: 0,
            one_minimal: false,
            two_minimal: false,
            scenario: file.to_string(),
            beside: Vec::new(),
        }
    }
}

/// A case that a finding contradicts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct BesideEntry {
    /// The number of the case.
    pub case: u64,
    /// The scenario, as a file.
    pub scenario: String,
}

/// What was learned of a connector. A set of assignments is written as hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LearnedEntry {
    /// What might be assumed before.
    pub assumed: Mask,
    /// What fits all that was seen.
    pub left: Mask,
    /// The cases that ruled something out, with what fits each.
    pub telling: Vec<TellingEntry>,
}

/// A case that ruled something out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TellingEntry {
    /// The number of the case.
    pub case: u64,
    /// The assignments that fit it.
    pub fitting: Mask,
}

/// A set of assignments as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Mask(pub Assignments);

/// A text that is no set of assignments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a set of assignments in 256 hexadecimal digits")]
pub struct NoMask;

impl TryFrom<String> for Mask {
    type Error = NoMask;

    fn try_from(text: String) -> Result<Self, NoMask> {
        Assignments::from_hex(&text).map(Self).ok_or(NoMask)
    }
}

impl From<Mask> for String {
    fn from(mask: Mask) -> Self {
        mask.0.to_hex()
    }
}

/// A claim, and how often it was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimEntry {
    /// What must happen, as a sentence.
    pub says: String,
    /// In how many cases it did.
    pub met: u64,
}

impl LearnedEntry {
    /// What was learned in these cases.
    #[must_use]
    pub fn of(learned: &Learned<u64>) -> Self {
        let telling = learned.telling().iter();
        Self {
            assumed: Mask(*learned.assumed()),
            left: Mask(*learned.left()),
            telling: telling
                .map(|(case, fitting)| TellingEntry { case: *case, fitting: Mask(*fitting) })
                .collect(),
        }
    }
}

impl ExplorationEntry {
    /// What came of an exploration.
    #[must_use]
    pub fn of(
        header: Header,
        plan: &Plan,
        exploration: &event70_engine::Exploration,
        found: Option<FoundEntry>,
        seconds: f64,
        interrupted: bool,
    ) -> Self {
        let claims = claims(&exploration.labels).into_iter();
        let entry = Self {
            header,
            seed: format!("{:016x}", plan.seed),
            limit: (plan.cases != u64::MAX).then_some(plan.cases),
            shard: [plan.shard + 1, plan.shards],
            // The cases up to a finding do not depend on the number of jobs.
            cases: found.as_ref().map_or(exploration.cases, |found| found.case / plan.shards + 1),
            steps: exploration.steps,
            seconds,
            found,
            assumptions: BTreeMap::new(),
            learned: LearnedEntry::of(&exploration.learned),
            unrepeated: exploration.unrepeated,
            interrupted,
            unknown: Vec::new(),
            counted: exploration.labels.cases,
            claims: claims.map(|Claim { says, met }| ClaimEntry { says, met }).collect(),
        };
        entry.concluded()
    }

    /// The same with what follows from the rest of it.
    #[must_use]
    pub fn concluded(mut self) -> Self {
        self.assumptions = possible(&self.learned.left.0);
        let unmet = self.claims.iter().filter(|claim| claim.met == 0);
        self.unknown = unmet.map(|claim| claim.says.clone()).collect();
        self
    }

    /// How many claims were never met; with a finding that says nothing, for the search ended early.
    #[must_use]
    pub fn unknown(&self) -> usize {
        if self.found.is_some() { 0 } else { self.unknown.len() }
    }

    /// What it came to, for a person; with `labels` how often each claim was met. Of the last line
    /// `key=value` pairs for scripts.
    #[must_use]
    pub fn lines(&self, labels: bool) -> Vec<String> {
        let mut lines = Vec::new();
        if labels {
            let claims = self.claims.iter();
            lines.extend(claims.map(|claim| format!("{:>12}  {}", claim.met, claim.says)));
        }
        if self.unrepeated > 0 {
            lines.push(format!(
                "{} failed once but never when replayed; nothing was saved",
                count(self.unrepeated, "case")
            ));
        }
        if self.found.is_none() {
            lines.extend(self.unknown.iter().map(|says| format!("unknown: never met: {says}")));
            lines.push(self.rarest());
        }
        let told = learned(&self.learned.assumed.0, &self.learned.left.0);
        if !told.is_empty() {
            lines.push(told.trim_end().to_owned());
        }
        let Self { cases, steps, seed, seconds, unrepeated, .. } = self;
        let (found, unknown) = (usize::from(self.found.is_some()), self.unknown());
        let rate = *cases as f64 / seconds.max(1e-9);
        let interrupted = if self.interrupted { " interrupted=1" } else { "" };
        lines.push(format!(
            "cases={cases} steps={steps} found={found} unknown={unknown} seed={seed} \
             seconds={seconds:.3} rate={rate:.0} unrepeated={unrepeated}{interrupted}"
        ));
        lines
    }

    fn rarest(&self) -> String {
        let rarest = self.claims.iter().min_by_key(|claim| claim.met);
        let Some(rarest) = rarest.filter(|claim| claim.met > 0) else {
            return "a claim that is never met is not tested: raise --cases".to_owned();
        };
        let (claims, counted) = (self.claims.len(), self.counted);
        let ClaimEntry { says, met } = rarest;
        format!("all {claims} claims met; the rarest in {met} of {counted} cases counted: {says}")
    }
}
