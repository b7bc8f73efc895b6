//! What is worth telling of one trial.

use crate::conditions::{Condition, Repair};
use crate::connector::{Connector, Happening, Journal};
use crate::event_log::Entry;
use crate::invariant::{Standing, StepPrediction, remedy};
use crate::judge::{Verdict, count_event_70};
use crate::scenario::{ScenarioFile, Step};
use crate::site::{Job, Ran, Site};
use crate::trial::{Finding, Trial};

/// A person is told at most so many lines of one step: ten thousand cycles say the same as ten.
pub const LINES_MAX: usize = 16;

/// One trial of a scenario file, told from beginning to end.
#[derive(Debug, Clone)]
pub struct Account {
    /// The scenario's name.
    pub name: String,
    /// The file.
    pub file: ScenarioFile,
    /// Every step that was played.
    pub steps: Vec<StepAccount>,
    /// The first disagreement.
    pub finding: Option<Finding>,
    /// What holds at the end.
    pub standing: Vec<Standing>,
    /// The repairs that would clear all of it.
    pub remedy: Vec<Repair>,
}

/// One step of a trial.
#[derive(Debug, Clone)]
pub struct StepAccount {
    /// The step.
    pub step: Step,
    /// What happened, in order; the first so many lines.
    pub lines: Vec<Line>,
    /// How many lines more there were.
    pub lines_omitted: u64,
    /// What the invariant says.
    pub predicted: StepPrediction,
    /// What the author expects.
    pub expected: Option<u32>,
    /// How many Event 70 were logged.
    pub event_70: u32,
    /// What speaks against agreement.
    pub disagreement: Option<String>,
    /// What ANALYZE finds before this step, as the invariant reads it (C10).
    pub damage: Vec<Standing>,
    /// Whether the last maintenance is verified, as the site has it (C10).
    pub verified: bool,
}

/// Something that happened in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A program was executed.
    Run {
        /// When, in seconds since the beginning of the timeline.
        at: u32,
        /// For what.
        job: Job,
        /// How it ended.
        ran: Ran,
    },
    /// The connector asked for what no document knows.
    Undocumented {
        /// When, in seconds since the beginning of the timeline.
        at: u32,
        /// The command line, and what is wrong with it.
        what: String,
        /// How it ended.
        ran: Ran,
    },
    /// An entry appeared in the log.
    Logged(Entry),
}

impl Account {
    /// Tries a scenario file and tells of it, with at most `lines_max` lines for each step.
    pub fn of(
        name: &str,
        file: ScenarioFile,
        trial: &mut Trial,
        site: impl Site,
        connector: &mut impl Connector,
        lines_max: usize,
    ) -> Self {
        let mut steps = Vec::with_capacity(file.scenario.timeline.len());
        let mut records = 0;
        let finding = trial.show(&file.scenario, &file.expected, site, connector, |seen| {
            let (lines, lines_omitted) = lines(seen.journal, &mut records, lines_max);
            steps.push(StepAccount {
                step: file.scenario.timeline[seen.index],
                lines,
                lines_omitted,
                predicted: *seen.predicted,
                expected: file.expected.get(seen.index).copied().flatten(),
                event_70: count_event_70(seen.journal),
                disagreement: seen.disagreement.map(ToString::to_string),
                damage: Vec::new(),
                verified: seen.verified,
            });
        });
        for (index, step) in steps.iter_mut().enumerate() {
            if step.step == Step::Repair(Repair::Analyze) {
                step.damage = trial.invariant().standing(index);
                step.damage.retain(|standing| is_damage(standing.fault.condition));
            }
        }
        let standing = trial.invariant().standing(file.scenario.timeline.len());
        let remedy = remedy(&file.scenario.setup, &standing);
        Self { name: name.to_owned(), file, steps, finding, standing, remedy }
    }

    /// The verdict: that of the first disagreement, or agreement.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.finding.as_ref().map_or(Verdict::Agree, |finding| finding.disagreement.verdict())
    }

    /// How many Event 70 were logged.
    #[must_use]
    pub fn event_70(&self) -> u64 {
        self.steps.iter().map(|step| u64::from(step.event_70)).sum()
    }

    /// How many Event 70 the invariant predicts.
    #[must_use]
    pub fn predicted_event_70(&self) -> u64 {
        self.steps.iter().map(|step| u64::from(step.predicted.event_70())).sum()
    }
}

/// What ANALYZE looks for.
fn is_damage(condition: Condition) -> bool {
    Repair::RestorePostoffice.clears(condition)
}

/// The first lines of a step, and how many more there are. `records` counts the log's entries.
fn lines(journal: &Journal, records: &mut u64, lines_max: usize) -> (Vec<Line>, u64) {
    let mut lines = Vec::new();
    let mut omitted = 0;
    for happening in &journal.happenings {
        match happening {
            Happening::Ran { .. } | Happening::Undocumented { .. } | Happening::Verbatim { .. }
                if lines.len() == lines_max =>
            {
                *records += u64::from(matches!(happening, Happening::Verbatim { .. }));
                omitted += 1;
            }
            Happening::Ran { at, run, ran } => {
                lines.push(Line::Run { at: *at, job: run.job, ran: *ran });
            }
            Happening::Undocumented { at, index, ran } => {
                let what = journal.undocumented[*index as usize].to_string();
                lines.push(Line::Undocumented { at: *at, what, ran: *ran });
            }
            Happening::Verbatim { at, index } => {
                *records += 1;
                let event = &journal.verbatim[*index as usize];
                lines.push(Line::Logged(Entry::verbatim(*records, *at, event)));
            }
            Happening::Logged(record) | Happening::Foreign(record) => {
                let first = *records + 1;
                *records += u64::from(record.times);
                let told = (lines_max - lines.len()).min(record.times as usize) as u64;
                lines.extend((0..told).map(|nth| Line::Logged(Entry::new(first + nth, record))));
                omitted += u64::from(record.times) - told;
            }
        }
    }
    (lines, omitted)
}
