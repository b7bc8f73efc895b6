//! One scenario as it was played: for each step what held, what ran and what was logged.

use enumset::EnumSet;
use event70_model::{
    Condition, Fault, Happening, Job, Journal, Operation, Ran, Scenario, Setting, Setup, Step,
};
use event70_rule::{
    ExportKind, Outcome, Row, Standing, StepPrediction, is_affected, message_index, row,
};

use crate::{Bench, Trial};

/// A scenario that was played, step by step.
#[derive(Debug)]
pub(super) struct Played<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) looks: Vec<Look>,
}

/// A kind of run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunKind {
    MessageExport,
    DirectoryExport,
    Import,
}

impl RunKind {
    pub(super) const ALL: [Self; 3] = [Self::MessageExport, Self::DirectoryExport, Self::Import];

    pub(super) fn outcome(self, row: &Row) -> Outcome {
        match self {
            Self::MessageExport => row.message_export,
            Self::DirectoryExport => row.directory_export,
            Self::Import => row.import,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::MessageExport => "message EXPORT",
            Self::DirectoryExport => "directory EXPORT",
            Self::Import => "IMPORT",
        }
    }
}

/// One step of it.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) setup: Setup,
    pub(super) step: Step,
    /// Whether the service was up before the step.
    pub(super) up: bool,
    /// What held before and after the step.
    pub(super) before: EnumSet<Condition>,
    pub(super) after: EnumSet<Condition>,
    /// What held before, with its settings.
    pub(super) standing: Vec<Standing>,
    /// What held after, with its settings.
    pub(super) standing_after: Vec<Standing>,
    pub(super) predicted: StepPrediction,
    /// Whether the last maintenance is verified.
    pub(super) verified: bool,
    pub(super) runs: Runs,
}

/// The runs and events of a step.
#[derive(Debug, Clone, Default)]
pub(super) struct Runs {
    pub(super) imports: u32,
    pub(super) imports_exited_0: u32,
    pub(super) file_numbers: Option<(u16, u16)>,
    /// Whether FFFF was followed by 0000.
    pub(super) wraps: bool,
    /// The events that were logged, by their place among the messages.
    events: u32,
    pub(super) foreign: bool,
}

impl Runs {
    fn of(journal: &Journal) -> Self {
        let mut runs = Self::default();
        for happening in &journal.happenings {
            match happening {
                Happening::Ran { run, ran, .. } => runs.count(run.job, *ran),
                Happening::Logged(record) => {
                    runs.events |= message_index(record.event.id).map_or(0, |index| 1 << index);
                }
                Happening::Foreign(_) => runs.foreign = true,
                Happening::Verbatim { .. } | Happening::Undocumented { .. } => {}
            }
        }
        runs
    }

    fn count(&mut self, job: Job, ran: Ran) {
        match job {
            Job::ExportMessages(number) => {
                let (first, last) = self.file_numbers.unwrap_or((number, number));
                self.wraps |= last > number;
                self.file_numbers = Some((first, number));
            }
            Job::ExportDirectory(_) => {}
            Job::ImportMessages | Job::ImportDirectory(_) => {
                self.imports += 1;
                self.imports_exited_0 += u32::from(ran.code() == Some(0));
            }
        }
    }

    /// Whether this event was logged.
    pub(super) fn logged(&self, id: u16) -> bool {
        message_index(id).is_some_and(|index| self.events & (1 << index) != 0)
    }
}

impl Look {
    /// Whether a run of this kind took place.
    pub(super) fn ran(&self, kind: RunKind) -> bool {
        match kind {
            RunKind::Import => self.runs.imports > 0,
            RunKind::MessageExport => {
                self.predicted.exports.is_some_and(|e| e.kind == ExportKind::Messages)
            }
            RunKind::DirectoryExport => {
                self.predicted.exports.is_some_and(|e| e.kind == ExportKind::Directory)
            }
        }
    }

    /// Everything in the way of a run of this kind, the first of which decides.
    pub(super) fn in_the_way(&self, kind: RunKind) -> impl Iterator<Item = Fault> {
        let affected = self
            .standing
            .iter()
            .map(|standing| standing.fault)
            .filter(|fault| is_affected(&self.setup, fault.condition));
        affected.filter(move |fault| kind.outcome(row(*fault)) != Outcome::NotStopped)
    }

    /// What decided the runs of this kind in this step, if any ran.
    pub(super) fn decides(&self, kind: RunKind) -> Option<Fault> {
        if self.ran(kind) { self.in_the_way(kind).next() } else { None }
    }

    /// Whether a run of this kind took place and nothing stopped it.
    pub(super) fn passes(&self, kind: RunKind) -> bool {
        self.ran(kind) && self.in_the_way(kind).next().is_none()
    }

    /// Whether the step is this operation.
    pub(super) fn does(&self, operation: Operation) -> bool {
        self.step == Step::Do(operation)
    }

    /// What held before and changes something on this site.
    pub(super) fn affecting(&self) -> EnumSet<Condition> {
        self.before.iter().filter(|condition| is_affected(&self.setup, *condition)).collect()
    }

    /// How many passes of damage were left, before and after the step.
    pub(super) fn passes_left(&self) -> (u8, u8) {
        let left = |standing: &[Standing]| {
            let damage = standing.iter().find(|s| matches!(s.fault.setting, Setting::Passes(_)));
            damage.map_or(0, |damage| damage.passes_left)
        };
        (left(&self.standing), left(&self.standing_after))
    }
}

/// Plays scenarios and looks on.
pub(super) fn play<'a, B: Bench>(bench: &B, scenarios: &'a [Scenario]) -> Vec<Played<'a>> {
    let mut trial = Trial::new();
    let mut connector = bench.connector();
    let played = scenarios.iter().map(|scenario| {
        let mut seen = Vec::with_capacity(scenario.timeline.len());
        let site = bench.site(&scenario.setup);
        trial.show(scenario, &[], site, &mut connector, |step| {
            seen.push((Runs::of(step.journal), step.verified));
        });
        Played { scenario, looks: looks(scenario, &trial, seen) }
    });
    played.collect()
}

fn looks(scenario: &Scenario, trial: &Trial, seen: Vec<(Runs, bool)>) -> Vec<Look> {
    let invariant = trial.invariant();
    let standing: Vec<_> = invariant.standing(scenario).collect();
    let mut up = false;
    let steps = scenario.timeline.iter().zip(seen).enumerate();
    steps
        .map(|(at, (step, (runs, verified)))| {
            let look = Look {
                setup: scenario.setup,
                step: *step,
                up,
                before: invariant.holding(at),
                after: invariant.holding(at + 1),
                standing: standing[at].clone(),
                standing_after: standing[at + 1].clone(),
                predicted: invariant.predictions()[at],
                verified,
                runs,
            };
            up = match step {
                Step::Do(Operation::Start | Operation::Restart) => true,
                Step::Do(Operation::Stop | Operation::Kill) => false,
                _ => up,
            } && !look.runs.logged(85);
            look
        })
        .collect()
}
