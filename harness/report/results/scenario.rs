//! A scenario in the tree of results.

use std::path::Path;

use event70_engine::{Breach, Disagreement, Finding, Misfit, Verdict};
use event70_model::{
    Assumption, Category, Condition, Database, Exchange, FailureKind, Foreign, Host, Level,
    Operation, Repair, Setup, Step,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::account::Account;
use super::super::explained::Explained;
use super::explanation::EndExplanation;
use super::fault::HoldingEntry;
use super::known::KnownEntry;
use super::step::StepEntry;
use super::word::Word;

/// A scenario with its whole result.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ScenarioEntry {
    /// Its name.
    #[schemars(with = "String")]
    pub name: Foreign,
    /// Its file.
    pub file: String,
    /// What it shows, in one line.
    #[schemars(with = "String")]
    pub title: Foreign,
    /// The documents that it follows, in its author's words.
    #[schemars(with = "Vec<String>")]
    pub source: Vec<Foreign>,
    /// Why it is kept.
    #[schemars(with = "Option<String>")]
    pub notes: Option<Foreign>,
    /// The site before the first step.
    pub site: SiteEntry,
    /// The verdict: that of the first step that does not agree.
    pub verdict: Word<Verdict>,
    /// What is violated; `null` where nothing is, or no document that could be.
    pub violated: Option<Violated>,
    /// How many Event 70 are predicted for the steps that were played.
    pub predicted: u64,
    /// How many Event 70 were logged.
    pub logged: u64,
    /// What was found, if anything was.
    pub finding: Option<FindingEntry>,
    /// What it is beside the list of known failures; `null` where there is none, and where it agrees
    /// and is not in it.
    pub known: Option<KnownEntry>,
    /// The steps that were played.
    pub steps: Vec<StepEntry>,
    /// How many steps were not played, for the connector or the harness failed before.
    pub steps_unplayed: usize,
    /// What holds at the end.
    pub standing: Vec<HoldingEntry>,
    /// What clears it, in this order: repairs, and operations where they belong to them.
    pub remedy: Vec<RemedyEntry>,
    /// What is explained of the end; `null` unless it was asked for, by `explain`.
    pub explanation: Option<EndExplanation>,
}

/// A part of a remedy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum RemedyEntry {
    /// A repair.
    Repair(Word<Repair>),
    /// An operation, such as a restart.
    Do(Word<Operation>),
}

/// A value of an assumption that does not fit what was seen, and the one that would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct MisfitEntry {
    /// The assumption.
    pub assumption: Word<Assumption>,
    /// The value that is assumed.
    pub assumed: &'static str,
    /// The value that would fit.
    pub would_fit: &'static str,
}

/// A site before the first step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SiteEntry {
    /// The edition of Exchange.
    pub exchange: Word<Exchange>,
    /// Where the post office lives.
    pub host: Word<Host>,
    /// The version of the post office database.
    pub database: Word<Database>,
    /// The diagnostics logging level of each category.
    pub logging: LevelsEntry,
    /// What is wrong from the start.
    pub conditions: Vec<Word<Condition>>,
    /// How many seconds a polling interval has.
    pub poll_seconds: u32,
    /// How many messages one EXPORT moves at most.
    pub export_max: u16,
    /// How many messages one IMPORT moves at most.
    pub import_max: u16,
}

/// A diagnostics logging level for each category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LevelsEntry {
    /// General.
    pub general: Option<Word<Level>>,
    /// Outbound.
    pub outbound: Option<Word<Level>>,
    /// Inbound.
    pub inbound: Option<Word<Level>>,
    /// Dir-Synch.
    pub dir_synch: Option<Word<Level>>,
}

/// What a disagreement violates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Violated {
    /// Of which kind it is.
    pub kind: Breached,
    /// The number of the document; `null` where it is none.
    pub document: Option<&'static str>,
    /// The assumptions under which the runs would fit, where these decide.
    pub assumptions: Vec<MisfitEntry>,
}

/// What can be violated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Breached {
    /// The article: when Event 70 is logged, and how.
    Article,
    /// Another document.
    Document,
    /// No document: only a reading of them where they leave something open.
    Assumption,
    /// What the author of the scenario expects.
    Author,
}

/// The first disagreement of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct FindingEntry {
    /// In which step, from 1.
    pub step: usize,
    /// What it is, for a person.
    pub message: String,
    /// In which way the connector failed as a program, if it did.
    pub failure: Option<Word<FailureKind>>,
    /// The command that it did not carry out.
    pub during: Option<&'static str>,
    /// The last lines of both sides and what the connector wrote to stderr, in several lines.
    pub report: Option<String>,
}

impl ScenarioEntry {
    /// The result of the scenario in this file, whose steps begin on these lines, with what is
    /// explained of it, if anything is.
    #[must_use]
    pub fn of(
        account: Account,
        explained: Option<Explained>,
        file: &Path,
        lines: &[usize],
    ) -> Self {
        let (mut each, explanation) = match explained {
            Some(Explained { steps, end }) => (steps.into_iter(), Some(end)),
            None => (Vec::new().into_iter(), None),
        };
        let finding = account.finding.as_ref();
        let steps_unplayed = account.file.scenario.timeline.len() - account.steps.len();
        Self {
            file: file.to_string_lossy().into_owned(),
            site: (&account.file.scenario.setup).into(),
            verdict: Word(account.verdict()),
            violated: finding.and_then(|finding| Violated::by(&finding.disagreement)),
            predicted: account.predicted_event_70(),
            logged: account.event_70(),
            finding: finding.map(Into::into),
            known: None,
            standing: account.standing.iter().map(Into::into).collect(),
            remedy: account.remedy.iter().filter_map(RemedyEntry::of).collect(),
            name: account.name,
            title: account.file.title,
            source: account.file.source,
            notes: account.file.notes,
            steps: (account.steps.into_iter().enumerate())
                .map(|(index, step)| {
                    StepEntry::of(index, lines.get(index).copied(), step, each.next())
                })
                .collect(),
            steps_unplayed,
            explanation,
        }
    }
}

impl From<&Setup> for SiteEntry {
    fn from(setup: &Setup) -> Self {
        Self {
            exchange: Word(setup.exchange),
            host: Word(setup.host),
            database: Word(setup.database),
            logging: LevelsEntry::of(|category| Some(setup.logging.level(category))),
            conditions: setup.conditions.iter().map(Word).collect(),
            poll_seconds: setup.limits.poll_seconds,
            export_max: setup.limits.export_max,
            import_max: setup.limits.import_max,
        }
    }
}

impl LevelsEntry {
    pub(super) fn of(level: impl Fn(Category) -> Option<Level>) -> Self {
        let level = |category| level(category).map(Word);
        Self {
            general: level(Category::General),
            outbound: level(Category::Outbound),
            inbound: level(Category::Inbound),
            dir_synch: level(Category::DirSynch),
        }
    }
}

impl RemedyEntry {
    /// A step of a remedy; nothing of a step that is in none.
    fn of(step: &Step) -> Option<Self> {
        match step {
            Step::Repair(repair) => Some(Self::Repair(Word(*repair))),
            Step::Do(operation) => Some(Self::Do(Word(*operation))),
            _ => None,
        }
    }
}

impl Violated {
    /// What a disagreement violates; nothing where no program may do so, whatever it is for.
    #[must_use]
    pub fn by(disagreement: &Disagreement) -> Option<Self> {
        let (kind, document) = match disagreement.breach() {
            Breach::Article => (Breached::Article, Some(ARTICLE)),
            Breach::Document(document) => (Breached::Document, Some(document)),
            Breach::Assumption => (Breached::Assumption, None),
            Breach::Other if disagreement.verdict() == Verdict::Expectation => {
                (Breached::Author, None)
            }
            Breach::Other => return None,
        };
        let differing = disagreement.misfit().map(Misfit::differing).unwrap_or_default();
        let assumptions = differing.into_iter().map(|(assumption, [assumed, would_fit])| {
            MisfitEntry { assumption: Word(assumption), assumed, would_fit }
        });
        Some(Self { kind, document, assumptions: assumptions.collect() })
    }
}

/// The number of the article.
const ARTICLE: &str = "Q166045";

impl From<&Finding> for FindingEntry {
    fn from(finding: &Finding) -> Self {
        let failed = match &finding.disagreement {
            Disagreement::Failed(failure) => Some(failure),
            _ => None,
        };
        Self {
            step: finding.step + 1,
            message: finding.disagreement.to_string(),
            failure: failed.map(|failure| Word(failure.kind)),
            during: failed.and_then(|failure| failure.during),
            report: failed.map(|failure| failure.report.clone()),
        }
    }
}
