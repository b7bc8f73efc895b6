//! A diagnosis, for machines as a tree and for people as text.
//!
//! The tree is what `diagnose --format json` prints; the text is rendered from it.

mod headline;
mod text;

use enumset::{EnumSet, enum_set};
use event70_diagnosis::{
    By, Check, Diagnosis, Group, Kinds, Sight, Standing, Suggestion, suggestions,
};
use event70_logs::LogFile;
use event70_model::{
    Assumption, Condition, Database, Exchange, Host, Keyword, Operation, Setup, Step,
};
use event70_rule::{Class, Documented, cleared_by, is_affected};
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::results::{Tool, Word, schema_of};

pub use text::text;

/// The version of the format. It is raised where a key changes its meaning or goes away.
pub const DIAGNOSES_FORMAT: u32 = 1;

/// What explains some logs, as one document.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Diagnoses {
    /// The version of the format.
    pub format: u32,
    /// The program that diagnosed.
    pub tool: Tool,
    /// Each log, in the order in which they were given.
    pub logs: Vec<DiagnosedEntry>,
}

/// What explains a log.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DiagnosedEntry {
    /// The file.
    pub path: String,
    /// What kind of file it is.
    pub kind: String,
    /// Whether nothing of the connector is taken to be missing between the first record and the last.
    pub whole: bool,
    /// How many records the file has.
    pub records: usize,
    /// How many of them are evidence: of the connector, and of an event of which something is judged.
    pub evidence: usize,
    /// The answer in one sentence.
    pub headline: String,
    /// What is broken or missing in the file.
    pub troubles: Vec<TroubleEntry>,
    /// The records that nothing of the model can have made.
    pub unexplained: Vec<UnexplainedEntry>,
    /// Where there is no history: up to where the shortest part of the log goes that has none.
    pub stopped_at: Option<ByEntry>,
    /// What the smallest histories cost; `null` where there is none.
    pub cost: Option<CostEntry>,
    /// How many unseen changes what is certain, possible and ruled out allows.
    pub within: u16,
    /// How many conditions that show; `null` where not every history was looked at.
    pub within_conditions: Option<u32>,
    /// How each condition stands.
    pub conditions: Vec<StandingEntry>,
    /// The smallest histories, grouped by their conditions.
    pub histories: Vec<HistoryEntry>,
    /// What to look at or to try next, the best first.
    pub next: Vec<NextEntry>,
    /// The documented repairs of what still holds, in order, where there is one explanation.
    pub repairs: Vec<RepairEntry>,
}

/// Something that is broken in a log file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TroubleEntry {
    /// Where in the file.
    pub place: String,
    /// What it is.
    pub what: String,
}

/// A record that nothing of the model can have made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct UnexplainedEntry {
    /// Which record of the file, from 1.
    pub record: usize,
    /// Where in the file.
    pub place: String,
    /// The event's number.
    pub event: u16,
    /// Why nothing can have made it.
    pub why: String,
    /// Whether anything is judged of such an event.
    pub judged: bool,
}

/// What the smallest histories cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct CostEntry {
    /// How many conditions hold at some time.
    pub conditions: usize,
    /// How many steps no record tells of.
    pub changes: u16,
    /// Whether it is known that no history costs less.
    pub least: bool,
}

/// How a condition stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct StandingEntry {
    /// The condition.
    pub condition: Word<Condition>,
    /// How far it is decided.
    pub standing: StandingWord,
    /// What rules it out; `null` where it is not ruled out.
    pub by: Option<ByEntry>,
}

/// How far a condition is decided, with as many unseen changes as the smallest histories have, or as
/// were allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StandingWord {
    /// It holds at some time in every history.
    Certain,
    /// It does in some.
    Possible,
    /// It does in none.
    RuledOut,
}

/// Up to where something goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ByEntry {
    /// No site that may be meant can have it.
    Site,
    /// A record of the file, from 1, and its event.
    Record {
        /// Which record.
        record: usize,
        /// The event's number.
        event: u16,
    },
    /// Something that was seen after the log, from 1.
    Saw {
        /// Which of what was seen.
        saw: usize,
    },
}

/// One of the smallest histories, for all in which the same conditions hold at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct HistoryEntry {
    /// The conditions that hold at some time.
    pub conditions: Vec<Word<Condition>>,
    /// Those that hold after the last record.
    pub holding: Vec<Word<Condition>>,
    /// The editions of Exchange that fit.
    pub exchange: Vec<Word<Exchange>>,
    /// Where the post office may lie.
    pub host: Vec<Word<Host>>,
    /// The databases that fit.
    pub database: Vec<Word<Database>>,
    /// How many assignments of what the documents leave open fit, of 1,024.
    pub assignments: u32,
    /// What must be assumed: each with the one value that fits.
    pub assumed: Vec<AssumedEntry>,
    /// What is so before the first step.
    pub from_the_start: Vec<Word<Condition>>,
    /// The steps before the first record.
    pub before: Vec<String>,
    /// The steps of the log.
    pub steps: Vec<String>,
}

/// A value that is decided of an assumption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AssumedEntry {
    /// The assumption.
    pub assumption: Word<Assumption>,
    /// Its value.
    pub value: &'static str,
}

/// Something to look at or to try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct NextEntry {
    /// What to do, as an instruction.
    pub check: String,
    /// Whether it changes nothing.
    pub look: bool,
    /// For each outcome how many explanations it leaves.
    pub outcomes: Vec<OutcomeEntry>,
}

/// What may come of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct OutcomeEntry {
    /// What is seen.
    pub seen: String,
    /// How many explanations are left then.
    pub leaves: usize,
}

/// A repair of something that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct RepairEntry {
    /// What to do, as an instruction.
    pub instruction: String,
    /// What it clears.
    pub clears: Vec<Word<Condition>>,
    /// The documents that say so.
    pub source: Vec<String>,
}

/// The JSON Schema of [`Diagnoses`].
#[must_use]
pub fn diagnoses_schema() -> Schema {
    schema_of::<Diagnoses>()
}

impl Diagnoses {
    /// What explains these logs.
    #[must_use]
    pub fn new(logs: Vec<DiagnosedEntry>) -> Self {
        Self { format: DIAGNOSES_FORMAT, tool: Tool::this(), logs }
    }
}

impl DiagnosedEntry {
    /// The tree of what explains a log.
    #[must_use]
    pub fn of(path: &str, log: &LogFile, is_whole: bool, diagnosis: &Diagnosis) -> Self {
        let by = |by: &By| by_entry(*by, log);
        let groups = &diagnosis.groups;
        Self {
            path: path.to_owned(),
            kind: log.kind.to_string(),
            whole: is_whole,
            records: log.records.len(),
            evidence: diagnosis.evidence.symbols.len(),
            headline: headline::headline(diagnosis),
            troubles: log
                .troubles
                .iter()
                .map(|trouble| TroubleEntry {
                    place: trouble.place.to_string(),
                    what: trouble.kind.to_string(),
                })
                .collect(),
            unexplained: diagnosis
                .evidence
                .unexplained
                .iter()
                .map(|(record, why)| UnexplainedEntry {
                    record: record + 1,
                    place: log.records[*record].place.to_string(),
                    event: log.records[*record].id,
                    why: why.to_string(),
                    judged: why.is_judged(),
                })
                .collect(),
            stopped_at: diagnosis.stopped_at.as_ref().map(by),
            cost: groups.first().map(|group| CostEntry {
                conditions: group.conditions.len(),
                changes: diagnosis.changes,
                least: diagnosis.is_least,
            }),
            within: diagnosis.within,
            within_conditions: diagnosis.within_conditions,
            conditions: diagnosis
                .standings
                .iter()
                .map(|(condition, standing)| StandingEntry {
                    condition: Word(*condition),
                    standing: StandingWord::from(*standing),
                    by: match standing {
                        Standing::RuledOut(by) => Some(by_entry(*by, log)),
                        Standing::Certain | Standing::Possible => None,
                    },
                })
                .collect(),
            histories: groups.iter().map(HistoryEntry::of).collect(),
            next: suggestions(groups).iter().map(NextEntry::of).collect(),
            repairs: match &groups[..] {
                [group] => repairs(group),
                _ => Vec::new(),
            },
        }
    }
}

fn by_entry(by: By, log: &LogFile) -> ByEntry {
    match by {
        By::Site => ByEntry::Site,
        By::Record(index) => ByEntry::Record { record: index + 1, event: log.records[index].id },
        By::Saw(index) => ByEntry::Saw { saw: index + 1 },
    }
}

impl From<Standing> for StandingWord {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Certain => Self::Certain,
            Standing::Possible => Self::Possible,
            Standing::RuledOut(_) => Self::RuledOut,
        }
    }
}

impl HistoryEntry {
    fn of(group: &Group) -> Self {
        let history = &group.history;
        let words = |steps: &[Step]| steps.iter().map(Step::to_string).collect();
        let (before, steps) = history.scenario.timeline.split_at(history.before);
        let decided = Assumption::ALL.iter().filter_map(|key| {
            let value = group.assignments.decided(*key).filter(|_| key.is_inferable())?;
            Some(AssumedEntry { assumption: Word(*key), value })
        });
        Self {
            conditions: group.conditions.iter().map(Word).collect(),
            holding: group.holding.iter().map(Word).collect(),
            exchange: each(group.kinds, |setup| setup.exchange),
            host: each(group.kinds, |setup| setup.host),
            database: each(group.kinds, |setup| setup.database),
            assignments: group.assignments.len(),
            assumed: decided.collect(),
            from_the_start: history.scenario.setup.conditions.iter().map(Word).collect(),
            before: words(before),
            steps: words(steps),
        }
    }
}

/// Each value that some of these sites have.
fn each<K: Keyword>(kinds: Kinds, value: impl Fn(&Setup) -> K) -> Vec<Word<K>> {
    let has = |word: &&K| kinds.setups().any(|setup| value(&setup) == **word);
    K::ALL.iter().filter(has).map(|word| Word(*word)).collect()
}

impl NextEntry {
    fn of(suggestion: &Suggestion) -> Self {
        let check = match &suggestion.check {
            Check::Look(look) => look.instruction.to_owned(),
            Check::Try(steps) => {
                let words: Vec<String> = steps.iter().map(Step::to_string).collect();
                format!("try: {}", words.join("; "))
            }
        };
        let outcomes = suggestion
            .outcomes
            .iter()
            .map(|outcome| OutcomeEntry { seen: seen(&outcome.seen), leaves: outcome.leaves });
        Self {
            check,
            look: matches!(suggestion.check, Check::Look(_)),
            outcomes: outcomes.collect(),
        }
    }
}

fn seen(sight: &Sight) -> String {
    match sight {
        Sight::Looked(seen) => (*seen).to_owned(),
        Sight::Events(events) if events.is_empty() => "no event".to_owned(),
        Sight::Events(events) => {
            let words: Vec<String> = events.iter().map(u16::to_string).collect();
            let word = if events.len() == 1 { "Event" } else { "Events" };
            format!("{word} {}", words.join(", "))
        }
    }
}

/// What a service that runs goes by, or is held up by, until it is started again.
const COUNTS_FROM_A_START: EnumSet<Condition> = enum_set!(
    Condition::TabPathWrong
        | Condition::TabNameWrong
        | Condition::TabPasswordWrong
        | Condition::PostofficePasswordChanged
        | Condition::InstallPathSpace
        | Condition::InstallPathLong
        | Condition::ProgramsNotOnPath
);

/// The repairs of what still holds, in the order in which runs meet it. Dirsync is the article's own
/// cure of a missing site entry, and what is on the tab counts from the next start.
fn repairs(group: &Group) -> Vec<RepairEntry> {
    let mut repairs: Vec<RepairEntry> = Vec::new();
    let affects =
        |condition: &Condition| group.kinds.setups().any(|setup| is_affected(&setup, *condition));
    for condition in group.holding.iter().filter(affects) {
        if condition == Condition::SiteEntryMissing {
            repairs.push(RepairEntry {
                instruction: "let a dirsync complete; it makes the entry".to_owned(),
                clears: vec![Word(condition)],
                source: vec!["Q166045 cause 5".to_owned()],
            });
            continue;
        }
        let Some(repair) = cleared_by(condition).iter().next() else { continue };
        let entry = repair.entry();
        if let Some(known) = repairs.iter_mut().find(|known| known.instruction == entry.instruction)
        {
            known.clears.push(Word(condition));
            continue;
        }
        repairs.push(RepairEntry {
            instruction: entry.instruction.to_owned(),
            clears: vec![Word(condition)],
            source: entry.source.iter().map(ToString::to_string).collect(),
        });
    }
    if !group.holding.is_disjoint(COUNTS_FROM_A_START) {
        repairs.push(RepairEntry {
            instruction: format!(
                "{} the service, so that it goes by what was changed",
                Operation::Restart
            ),
            clears: Vec::new(),
            source: vec!["Q233164".to_owned()],
        });
    }
    repairs
}

/// Whether a condition is one of the article's five causes, and which.
fn cause(condition: Condition) -> Option<u8> {
    condition.entry().rows.iter().find_map(|row| match row.class {
        Class::Cause(number) => Some(number),
        _ => None,
    })
}
