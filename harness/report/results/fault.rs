//! Conditions in the tree of results: what holds, since when, and what decides.

use event70_model::{Condition, Fault, IndexCode, IndexCodes, PathOutcome, Repair, Setting};
use event70_rule::{Barrier, Basis, Class, Documented, Evidence, Since, Standing, cleared_by, row};
use schemars::JsonSchema;
use serde::Serialize;

use super::word::Word;

/// A condition in its setting, if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct FaultEntry {
    /// The condition.
    pub condition: Word<Condition>,
    /// How many CHKSTAT passes the damage needs.
    pub passes: Option<u8>,
    /// What the programs do in a path with a space.
    pub outcome: Option<Word<PathOutcome>>,
    /// The result code with which a damaged index shows in EXPORT.
    pub export_code: Option<u8>,
    /// The same in IMPORT.
    pub import_code: Option<u8>,
}

/// A condition that holds at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct HoldingEntry {
    /// What holds, in the setting of its latest injection.
    #[serde(flatten)]
    pub fault: FaultEntry,
    /// How many CHKSTAT passes are left of damage.
    pub passes_left: Option<u8>,
    /// Since which step it holds; `null` if since before the first.
    pub since_step: Option<u32>,
    /// Since which step in this setting; `null` if since before the first.
    pub set_step: Option<u32>,
}

/// Why the runs of a step must end as predicted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct EvidenceEntry {
    /// The condition that decides.
    #[serde(flatten)]
    pub decides: HoldingEntry,
    /// Whether it causes Event 70, resembles a cause, or has nothing to do with it.
    pub class: ClassWord,
    /// The number of the cause in the article, from 1.
    pub cause: Option<u8>,
    /// The barrier at which the runs are stopped; `null` for what stops none.
    pub barrier: Option<BarrierWord>,
    /// How firmly that stands.
    pub basis: BasisWord,
    /// The number of the choice that decides where the documents leave it open.
    pub choice: Option<u8>,
    /// The documents that say so.
    pub documents: Vec<Place>,
    /// What holds as well and would have stopped the runs further on.
    pub masks: Vec<Word<Condition>>,
    /// The documented repairs of the condition that decides, the first to try first.
    pub repairs: Vec<Word<Repair>>,
}

/// A place in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Place {
    /// The number of the document, for example `Q166045`.
    pub document: &'static str,
    /// The part of it that is meant; `null` if all of it is.
    pub part: Option<&'static str>,
}

/// Whether a condition causes Event 70.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClassWord {
    /// The article names it as a cause.
    Cause,
    /// Another document does.
    CauseBeyondArticle,
    /// It shows in another way.
    NearMiss,
    /// It changes nothing that Event 70 depends on.
    Decoy,
}

/// A barrier that a run meets, in the order in which it meets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BarrierWord {
    /// The program is started.
    Launch,
    /// It reads its settings file in the connector store.
    SettingsFile,
    /// It reaches the post office.
    Reach,
    /// It finds the post office up and free.
    Lock,
    /// It understands the database.
    Version,
    /// It logs on.
    Credentials,
    /// It may write, which only IMPORT needs.
    Write,
    /// It finds the entry of the Exchange site, which only a message EXPORT needs.
    SiteEntry,
    /// It can read the data.
    Data,
}

/// How firmly a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BasisWord {
    /// A document states it.
    Stated,
    /// It follows from what documents state.
    Inferred,
    /// The documents leave it open, and a choice decides.
    Chosen,
}

impl From<Fault> for FaultEntry {
    fn from(fault: Fault) -> Self {
        let none = Self {
            condition: Word(fault.condition),
            passes: None,
            outcome: None,
            export_code: None,
            import_code: None,
        };
        match fault.setting {
            Setting::None => none,
            Setting::Passes(passes) => Self { passes: Some(passes), ..none },
            Setting::Outcome(outcome) => Self { outcome: Some(Word(outcome)), ..none },
            Setting::Codes(IndexCodes { export, import }) => {
                let [export_code, import_code] = [export, import].map(|code| Some(number(code)));
                Self { export_code, import_code, ..none }
            }
        }
    }
}

fn number(code: IndexCode) -> u8 {
    match code {
        IndexCode::One => 1,
        IndexCode::Four => 4,
    }
}

impl From<&Standing> for HoldingEntry {
    fn from(standing: &Standing) -> Self {
        let is_counted = matches!(standing.fault.setting, Setting::Passes(_));
        Self {
            fault: standing.fault.into(),
            passes_left: is_counted.then_some(standing.passes_left),
            since_step: step_of(standing.since),
            set_step: step_of(standing.set),
        }
    }
}

impl From<&Evidence> for EvidenceEntry {
    fn from(evidence: &Evidence) -> Self {
        let entry = evidence.condition().entry();
        let (class, cause) = match row(evidence.standing.fault).class {
            Class::Cause(number) => (ClassWord::Cause, Some(number)),
            Class::CauseBeyondArticle => (ClassWord::CauseBeyondArticle, None),
            Class::NearMiss => (ClassWord::NearMiss, None),
            Class::Decoy => (ClassWord::Decoy, None),
        };
        let (basis, choice) = match entry.basis {
            Basis::Stated => (BasisWord::Stated, None),
            Basis::Inferred => (BasisWord::Inferred, None),
            Basis::Chosen(number) => (BasisWord::Chosen, Some(number)),
        };
        let passages = entry.source.iter().map(|passage| Place {
            document: passage.article,
            part: Some(passage.part).filter(|part| !part.is_empty()),
        });
        Self {
            decides: (&evidence.standing).into(),
            class,
            cause,
            barrier: barrier(entry.barrier),
            basis,
            choice,
            documents: passages.collect(),
            masks: evidence.masks.iter().map(Word).collect(),
            repairs: cleared_by(evidence.condition()).iter().map(Word).collect(),
        }
    }
}

fn barrier(barrier: Barrier) -> Option<BarrierWord> {
    Some(match barrier {
        Barrier::Launch => BarrierWord::Launch,
        Barrier::SettingsFile => BarrierWord::SettingsFile,
        Barrier::Reach => BarrierWord::Reach,
        Barrier::Lock => BarrierWord::Lock,
        Barrier::Version => BarrierWord::Version,
        Barrier::Credentials => BarrierWord::Credentials,
        Barrier::Write => BarrierWord::Write,
        Barrier::SiteEntry => BarrierWord::SiteEntry,
        Barrier::Data => BarrierWord::Data,
        Barrier::None => return None,
    })
}

/// The number of a step from 1; none for what was so before the first.
pub(in crate::report) fn step_of(since: Since) -> Option<u32> {
    match since {
        Since::Beginning => None,
        Since::Step(step) => Some(step + 1),
    }
}
