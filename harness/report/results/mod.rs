//! The results of a run as a tree: what `--format json` and `--format jsonl` print, and what their
//! JSON Schema is made from.
//!
//! A document is [`Results`]; line by line it is [`ResultLine`]s, first a header, last a summary.
//! Every key is always there: what there is none of is `null`, an empty list or 0. Steps and lines
//! count from 1, as people count them; the index of a run counts from 0, as programs do.

mod explanation;
mod fault;
mod happened;
mod invalid;
mod known;
mod reports;
mod scenario;
mod step;
mod word;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use super::summary::SummaryEntry;

pub use explanation::{
    AfterEntry, DecidingEntry, DirsyncEntry, DownEntry, DownWord, EndExplanation, ImportsWord,
    LastDirsyncEntry, MaskedEntry, OrderEntry, QueueEntry, RestartWord, SideEntry, StepExplanation,
    ThreadWord, WaitsWord,
};
pub use fault::{
    BarrierWord, BasisWord, ClassWord, EvidenceEntry, FaultEntry, HoldingEntry, Place,
};
pub use happened::{Ended, EventEntry, RunEntry, RunOf, UndocumentedEntry};
pub use invalid::{ComplaintEntry, InvalidEntry};
pub use known::{KnownEntry, StandingWord, TallyEntry};
pub use scenario::{
    Breached, FindingEntry, LevelsEntry, MisfitEntry, RemedyEntry, ScenarioEntry, SiteEntry,
    Violated,
};
pub use step::{Action, ExportsEntry, ServiceEntry, StepEntry, WaitingEntry};
pub use word::Word;

pub(super) use fault::step_of;
pub(super) use happened::Happened;

/// The version of the format. It is raised where a key changes its meaning or goes away; one that is
/// added raises nothing.
pub const RESULTS_FORMAT: u32 = 1;

/// The results of a run, as one document.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Results {
    /// What these are the results of.
    #[serde(flatten)]
    pub header: Header,
    /// Every scenario that was played, in the order of the files.
    pub scenarios: Vec<ScenarioEntry>,
    /// Every file that is no scenario, in the order of the files.
    pub invalid: Vec<InvalidEntry>,
    /// What came of the whole run.
    pub summary: SummaryEntry,
}

/// One line of results, printed as soon as it is known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "line", rename_all = "kebab-case")]
pub enum ResultLine {
    /// The first line: what these are the results of.
    Header(Header),
    /// A scenario that was played.
    Scenario(Box<ScenarioEntry>),
    /// A file that is no scenario.
    Invalid(InvalidEntry),
    /// The last line: what came of the whole run. Without it, the run did not come to its end.
    Summary(SummaryEntry),
}

/// What results are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Header {
    /// The version of the format.
    pub format: u32,
    /// The program that tested.
    pub tool: Tool,
    /// Who was tested.
    pub subject: Tested,
}

/// The program that tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Who was tested, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Tested {
    /// `reference`, or the command that starts the connector.
    pub connector: String,
    /// The seeded bug of the reference, if it has one.
    pub bug: Option<String>,
    /// The site: `simulated` or `live`.
    pub site: String,
    /// All of this for a person, for example as a heading.
    pub description: String,
}

impl Header {
    /// The header of results of this program.
    #[must_use]
    pub fn new(subject: Tested) -> Self {
        Self { format: RESULTS_FORMAT, tool: Tool::this(), subject }
    }
}

impl Tool {
    /// This program.
    #[must_use]
    pub fn this() -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { name: "event70".to_owned(), version }
    }
}

/// The JSON Schema of [`Results`].
#[must_use]
pub fn results_schema() -> Schema {
    schema_of::<Results>()
}

/// The JSON Schema of a [`ResultLine`].
#[must_use]
pub fn result_line_schema() -> Schema {
    schema_of::<ResultLine>()
}

/// The schema of what is written, not of what could be read: every key is required.
pub(super) fn schema_of<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>()
}
