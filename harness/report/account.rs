//! What is worth telling of one trial.

use event70_engine::{
    Contradiction, Disagreement, Expectations, Finding, Learned, PlayedStep, Seen, Trial, Verdict,
    contradiction, count_event_70,
};
use event70_format::ScenarioFile;
#[cfg(feature = "cli")]
use event70_logs::LogRecord;
use event70_model::{
    Assignment, Assignments, Condition, Connector, Direction, Expectation, Foreign, Job,
    MessageFile, Operation, Pins, Repair, RunResult, Site, Step, Trace, TraceEvent,
};
use event70_rule::{Since, Standing, StepPrediction, clears, remedy};

#[cfg(feature = "cli")]
use super::event_groups::log_entry;
use super::event_groups::{EventGroup, event_groups};
#[cfg(feature = "cli")]
use super::results::Happened;

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
    /// What would clear all of it: repairs, and operations where they belong to them.
    pub remedy: Vec<Step>,
    /// Under which assignment this was predicted; where several are possible, under the one that
    /// fits what was seen and is nearest to the default.
    pub assumed: Assignment,
    /// Its log, as far as it was asked for.
    #[cfg(feature = "cli")]
    pub log: Vec<LogRecord>,
    /// How many records its log has in all.
    pub records: u64,
}

/// How much of a trial is told one by one, beside what a person is told of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Detail {
    /// The maximum number of runs and events of each step.
    pub entries_max: usize,
    /// The maximum number of records of its log.
    pub records_max: usize,
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
    /// What happened, one by one: what a machine is told.
    #[cfg(feature = "cli")]
    pub(super) happened: Happened,
    /// The time at which the step begins, in seconds since the beginning of the timeline.
    pub begins_at: u64,
    /// The number of the file that the step's first message EXPORT must take.
    pub next_file: MessageFile,
    /// What the invariant says.
    pub predicted: StepPrediction,
    /// What the author expects.
    pub expected: Expectation,
    /// How many Event 70 were logged.
    pub event_70: u32,
    /// What speaks against agreement.
    pub disagreement: Option<Disagreement>,
    /// What holds before this step, as the invariant reads it.
    pub holding: Vec<Standing>,
    /// Whether the last maintenance is verified, as the site has it (C10).
    pub verified: bool,
    /// Whether the service is up after this step.
    pub is_up: bool,
    /// In which step it came up or went down last; `Beginning` if it was never up.
    pub service_since: Since,
    /// How many messages wait after this step, towards Exchange and towards cc:Mail.
    pub waiting: [u32; Direction::COUNT],
    /// Whether any program was run.
    pub ran: bool,
    /// The first run that did not exit with code 0.
    pub failed: Option<(Job, RunResult)>,
}

impl Account {
    /// Tries a scenario file and tells of it: each step in groups, and one by one in so much `detail`.
    /// What its author expects must hold under what the file assumes, or else what was `given`.
    pub fn of(
        name: &Foreign,
        file: ScenarioFile,
        trial: &mut Trial,
        site: impl Site,
        connector: &mut impl Connector,
        given: &Pins,
        #[cfg_attr(not(feature = "cli"), allow(unused_variables))] detail: Detail,
    ) -> Self {
        let mut steps: Vec<StepAccount> = Vec::with_capacity(file.scenario.timeline.len());
        #[cfg(feature = "cli")]
        let mut log = Vec::new();
        let (mut records, mut next_file) = (0_u64, MessageFile::numbered(1));
        let expected =
            Expectations { steps: &file.expected, under: file.assume.or(given).or_default() };
        let finding = trial.show(&file.scenario, expected, site, connector, |seen| {
            let step = file.scenario.timeline[seen.index];
            let (groups, untold) = event_groups(seen.trace, records + 1);
            steps.push(StepAccount {
                step,
                groups,
                untold,
                #[cfg(feature = "cli")]
                happened: Happened::of(seen.trace, records, detail.entries_max),
                begins_at: seen.begins_at,
                next_file,
                predicted: *seen.predicted,
                expected: file.expected.get(seen.index).cloned().unwrap_or_default(),
                event_70: count_event_70(seen.trace),
                disagreement: seen.disagreement.cloned(),
                holding: Vec::new(),
                verified: seen.verified,
                is_up: seen.is_up,
                service_since: service_since(steps.last(), step, &seen),
                waiting: seen.waiting,
                ran: runs_of(seen.trace).next().is_some(),
                failed: runs_of(seen.trace).find(|(_, ran)| ran.code() != Some(0)),
            });
            #[cfg(feature = "cli")]
            add_records(&mut log, seen.trace, records, detail.records_max);
            records += seen.trace.events.iter().map(TraceEvent::records).sum::<u64>();
            next_file = file_after(seen.trace).unwrap_or(next_file);
        });
        let mut standing = trial.invariant().standing(&file.scenario);
        for (step, holding) in steps.iter_mut().zip(&mut standing) {
            step.holding = holding;
        }
        let standing = standing.last().unwrap_or_default();
        let invariant = trial.invariant();
        let rule_state = invariant.rule_state(file.scenario.timeline.len());
        let remedy = remedy(&file.scenario.setup, &standing, rule_state, invariant.rules());
        let assumed = invariant.rules().assignment();
        Self {
            name: name.clone(),
            file,
            steps,
            finding,
            standing,
            remedy,
            assumed,
            #[cfg(feature = "cli")]
            log,
            records,
        }
    }

    /// The verdict: that of the first disagreement, or agreement.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.finding.as_ref().map_or(Verdict::Agree, |finding| finding.disagreement.verdict())
    }

    /// Learns from a trial in which nothing disagrees what fits all that was `seen` of it. Where
    /// nothing fits it together with those before it, that is its finding.
    pub fn learn(&mut self, learned: &mut Learned<String>, fitting: &Assignments, seen: &[Seen]) {
        if self.finding.is_some() {
            return;
        }
        let name = self.name.shown().to_string();
        if let Err(Contradiction { with }) = learned.learn(&name, fitting) {
            self.finding = contradiction(&self.file.scenario, seen, *learned.left(), with);
        }
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

impl StepAccount {
    /// What ANALYZE finds before this step (C10).
    pub(super) fn damage(&self) -> impl Iterator<Item = &Standing> {
        self.holding.iter().filter(|standing| is_damage(standing.fault.condition))
    }
}

/// What ANALYZE looks for.
fn is_damage(condition: Condition) -> bool {
    clears(Repair::RestorePostoffice, condition)
}

/// Since when the service is as it is after a step. A start that begins a life ends the time it was
/// down, even if the service gives up within the step.
fn service_since(before: Option<&StepAccount>, step: Step, seen: &PlayedStep<'_>) -> Since {
    let (was_up, since) = before.map_or((false, Since::Beginning), |b| (b.is_up, b.service_since));
    let begins_life = match step {
        Step::Do(Operation::Restart) => true,
        Step::Do(Operation::Start) => !was_up,
        _ => false,
    };
    if seen.is_up == was_up && !begins_life {
        since
    } else {
        Since::Step(u32::try_from(seen.index).unwrap_or(u32::MAX))
    }
}

/// Adds what a step logged, after so many `records`, up to so many in all.
#[cfg(feature = "cli")]
fn add_records(log: &mut Vec<LogRecord>, trace: &Trace, mut records: u64, records_max: usize) {
    for traced in &trace.events {
        for nth in 0..traced.records() {
            if log.len() >= records_max {
                return;
            }
            let entry = log_entry(trace, traced, records + nth + 1);
            log.extend(entry.as_ref().map(LogRecord::from));
        }
        records += traced.records();
    }
}

/// The runs of a step, each with how it ended.
fn runs_of(trace: &Trace) -> impl DoubleEndedIterator<Item = (Job, RunResult)> {
    trace.events.iter().filter_map(|traced| match traced {
        TraceEvent::Run { run, ran, .. } => Some((run.job, *ran)),
        _ => None,
    })
}

/// The file that follows the last message file of a step.
fn file_after(trace: &Trace) -> Option<MessageFile> {
    runs_of(trace).rev().find_map(|(job, _)| match job {
        Job::ExportMessages(file) => Some(file.plus(1)),
        _ => None,
    })
}
