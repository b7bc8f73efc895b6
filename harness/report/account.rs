//! What is worth telling of one trial.

use event70_engine::{Finding, Trial, Verdict, count_event_70};
use event70_format::ScenarioFile;
use event70_model::{
    Condition, Connector, Foreign, Job, MessageFile, Repair, RunResult, Site, Step, Trace,
    TraceEvent,
};
use event70_rule::{LogEntry, Standing, StepPrediction, clears, remedy};

use super::event_groups::{EventGroup, event_groups, line};

/// One trial of a scenario file, told from beginning to end.
#[derive(Debug, Clone)]
pub struct Account {
    /// The scenario's name.
    pub name: Foreign,
    /// The file.
    pub file: ScenarioFile,
    /// Every step that was played.
    pub steps: Vec<StepAccount>,
    /// The first disagreement.
    pub finding: Option<Finding>,
    /// What holds at the end.
    pub standing: Vec<Standing>,
    /// The repairs that would clear all of it.
    pub remedy: Vec<Step>,
}

/// One step of a trial.
#[derive(Debug, Clone)]
pub struct StepAccount {
    /// The step.
    pub step: Step,
    /// What happened, in order, each once with how often it came: what a person is told.
    pub groups: Vec<EventGroup>,
    /// How many events more there were than the moments tell of.
    pub untold: u64,
    /// What happened, one by one: what a machine is told; the first so many.
    pub lines: Vec<StepLine>,
    /// How many lines more there were.
    pub lines_omitted: u64,
    /// The time at which the step begins, in seconds since the beginning of the timeline.
    pub begins_at: u32,
    /// The number of the file that the step's first message EXPORT must take.
    pub next_file: MessageFile,
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
pub enum StepLine {
    /// A program was executed.
    Run {
        /// When, in seconds since the beginning of the timeline.
        at: u32,
        /// For what.
        job: Job,
        /// How it ended.
        ran: RunResult,
    },
    /// The connector asked for what no document knows.
    Undocumented {
        /// When, in seconds since the beginning of the timeline.
        at: u32,
        /// The command line, and what is wrong with it.
        what: String,
        /// How it ended.
        ran: RunResult,
    },
    /// An entry appeared in the log.
    Logged(LogEntry),
}

impl Account {
    /// Tries a scenario file and tells of it: each step in groups, and one by one in at most
    /// `lines_max` lines.
    pub fn of(
        name: &Foreign,
        file: ScenarioFile,
        trial: &mut Trial,
        site: impl Site,
        connector: &mut impl Connector,
        lines_max: usize,
    ) -> Self {
        let mut steps = Vec::with_capacity(file.scenario.timeline.len());
        let (mut records, mut next_file) = (0, MessageFile::numbered(1));
        let finding = trial.show(&file.scenario, &file.expected, site, connector, |seen| {
            let (groups, untold) = event_groups(seen.trace, records + 1);
            let (lines, lines_omitted) = lines(seen.trace, &mut records, lines_max);
            steps.push(StepAccount {
                step: file.scenario.timeline[seen.index],
                groups,
                untold,
                lines,
                lines_omitted,
                begins_at: seen.begins_at,
                next_file,
                predicted: *seen.predicted,
                expected: file.expected.get(seen.index).copied().flatten(),
                event_70: count_event_70(seen.trace),
                disagreement: seen.disagreement.map(ToString::to_string),
                damage: Vec::new(),
                verified: seen.verified,
            });
            next_file = file_after(seen.trace).unwrap_or(next_file);
        });
        let mut standing = Vec::new();
        for (index, stands) in trial.invariant().standing(&file.scenario).enumerate() {
            if let Some(step) = steps.get_mut(index)
                && step.step == Step::Repair(Repair::Analyze)
            {
                let damage = stands.iter().filter(|s| is_damage(s.fault.condition));
                step.damage = damage.copied().collect();
            }
            standing = stands;
        }
        let remedy = remedy(&file.scenario.setup, &standing);
        Self { name: name.clone(), file, steps, finding, standing, remedy }
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
    clears(Repair::RestorePostoffice, condition)
}

/// The file that follows the last message file of a step.
fn file_after(trace: &Trace) -> Option<MessageFile> {
    trace.events.iter().rev().find_map(|traced| match traced {
        TraceEvent::Run { run, .. } => match run.job {
            Job::ExportMessages(file) => Some(file.plus(1)),
            _ => None,
        },
        _ => None,
    })
}

/// The first lines of a step, and how many more there are. `records` counts the log's entries.
fn lines(trace: &Trace, records: &mut u64, lines_max: usize) -> (Vec<StepLine>, u64) {
    let mut lines = Vec::new();
    let mut omitted = 0;
    for traced in &trace.events {
        let first = *records + 1;
        *records += traced.records();
        let times = u64::from(traced.times());
        let told = times.min((lines_max - lines.len()) as u64);
        lines.extend((0..told).map(|nth| line(trace, traced, first + nth)));
        omitted += times - told;
    }
    (lines, omitted)
}
