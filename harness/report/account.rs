//! What is worth telling of one trial.

use crate::conditions::Repair;
use crate::connector::{Connector, Happening};
use crate::event_log::Entry;
use crate::invariant::{Standing, StepPrediction, remedy};
use crate::judge::{Verdict, count_event_70};
use crate::scenario::{ScenarioFile, Step};
use crate::site::{Job, Ran, Site};
use crate::trial::{Finding, Trial};

/// Of one step at most so many lines are kept; a step of 10,000 cycles says the same as one of 10.
const LINES_MAX: usize = 16;

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
    pub lines_omitted: usize,
    /// What the invariant says.
    pub predicted: StepPrediction,
    /// What the author expects.
    pub expected: Option<u32>,
    /// How many Event 70 were logged.
    pub event_70: u32,
    /// What speaks against agreement.
    pub disagreement: Option<String>,
    /// Whether the last maintenance is verified (C10).
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
    /// An entry appeared in the log.
    Logged(Entry),
}

impl Account {
    /// Tries a scenario file and tells of it.
    pub fn of(
        name: &str,
        file: ScenarioFile,
        trial: &mut Trial,
        site: impl Site,
        connector: &mut impl Connector,
    ) -> Self {
        let mut steps = Vec::with_capacity(file.scenario.timeline.len());
        let mut records = 0;
        let finding = trial.show(&file.scenario, &file.expected, site, connector, |seen| {
            let all = seen.journal.happenings.iter();
            let lines = all.map(|happening| line(happening, &mut records));
            let lines: Vec<Line> = lines.take(LINES_MAX).collect();
            let omitted = &seen.journal.happenings[lines.len()..];
            records +=
                omitted.iter().filter(|h| !matches!(h, Happening::Ran { .. })).count() as u64;
            steps.push(StepAccount {
                step: file.scenario.timeline[seen.index],
                lines_omitted: omitted.len(),
                lines,
                predicted: *seen.predicted,
                expected: file.expected.get(seen.index).copied().flatten(),
                event_70: count_event_70(seen.journal),
                disagreement: seen.disagreement.map(ToString::to_string),
                verified: seen.verified,
            });
        });
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

fn line(happening: &Happening, records: &mut u64) -> Line {
    match happening {
        Happening::Ran { at, run, ran } => Line::Run { at: *at, job: run.job, ran: *ran },
        Happening::Logged(record) | Happening::Foreign(record) => {
            *records += 1;
            Line::Logged(Entry::new(*records, record))
        }
    }
}
