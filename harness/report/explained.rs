//! What an administrator asks beyond why an event was logged, answered for each step and the end.
//!
//! What happened is taken from the trial; why, from the rule, read once more under what is assumed.

use event70_model::{Condition, Direction, Exchange, Operation, Step};
use event70_rule::{
    Deciding, Documented, Evidence, Exports, Invariant, Outcome, RuleState, RunKind, Since, Thread,
    deciding, restart_reason,
};

use super::account::{Account, StepAccount};
use super::results::{
    AfterEntry, DecidingEntry, DirsyncEntry, DownEntry, DownWord, EndExplanation, Ended,
    LastDirsyncEntry, MaskedEntry, OrderEntry, QueueEntry, RestartWord, SideEntry, StepExplanation,
    WaitsWord, Word, step_of,
};

/// What is explained of one trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// Of each step that was played.
    pub steps: Vec<StepExplanation>,
    /// Of the end.
    pub end: EndExplanation,
}

impl Explained {
    /// Explains a trial.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        let explainer = Explainer::new(account);
        let deciding = deciding(&account.file.scenario, explainer.invariant.rules());
        let steps = (0..account.steps.len()).map(|index| explainer.step(index, &deciding[index]));
        let steps: Vec<StepExplanation> = steps.collect();
        let end = explainer.end(&steps);
        Self { steps, end }
    }
}

/// The trial, and the rule as it reads the same scenario.
struct Explainer<'a> {
    steps: &'a [StepAccount],
    exchange: Exchange,
    invariant: Invariant,
    /// How many of the steps come before the first dirsync that completes, itself included.
    until_dirsync: usize,
}

impl<'a> Explainer<'a> {
    fn new(account: &'a Account) -> Self {
        let mut invariant = Invariant::assuming(account.assumed);
        invariant.predict(&account.file.scenario);
        let steps = &account.steps;
        let until_dirsync = steps.iter().position(completes_dirsync).unwrap_or(steps.len());
        Self { steps, exchange: account.file.scenario.setup.exchange, invariant, until_dirsync }
    }

    fn step(&self, index: usize, deciding: &[Deciding]) -> StepExplanation {
        let step = &self.steps[index];
        let (before, after) =
            (self.invariant.rule_state(index), self.invariant.rule_state(index + 1));
        let evidence = step.predicted.evidence.as_ref();
        let cause_5 = evidence.is_some_and(|e| e.condition() == Condition::SiteEntryMissing);
        StepExplanation {
            assumptions: deciding.iter().map(|d| self.decides(index, d)).collect(),
            order: step.predicted.exports().and_then(|exports| self.order(&exports, before)),
            restart: self.restart(step, before, after, evidence),
            ignorable: cause_5 && step.predicted.event_70() > 0 && index < self.until_dirsync,
            dirsync: self.dirsync(step, before),
            after: self.after(index + 1),
        }
    }

    fn end(&self, steps: &[StepExplanation]) -> EndExplanation {
        let played = self.steps.len();
        let dirsyncs = steps.iter().enumerate().rev();
        let last_dirsync = dirsyncs.filter_map(|(index, step)| {
            Some(LastDirsyncEntry { step: index + 1, dirsync: step.dirsync.clone()? })
        });
        let next = self.decides_run(RunKind::MessageExport, self.invariant.rule_state(played));
        EndExplanation {
            last_dirsync: { last_dirsync }.next(),
            ignorable: next == Some(Condition::SiteEntryMissing) && self.until_dirsync == played,
            after: self.after(played),
        }
    }

    fn decides(&self, index: usize, deciding: &Deciding) -> DecidingEntry {
        let outlook = self.invariant.predictions()[index].outlook;
        DecidingEntry {
            assumption: Word(deciding.assumption),
            assumed: SideEntry::of(deciding.assumed, &outlook),
            other: SideEntry::of(deciding.other, &deciding.outlook),
        }
    }

    /// The order of what is in the way of EXPORT runs, where it is more than one.
    fn order(&self, exports: &Exports, before: &RuleState) -> Option<OrderEntry> {
        let first = exports.decides?.condition;
        let masked = exports.in_the_way - first;
        let barrier = first.entry().barrier;
        let choice = |condition: Condition| {
            if condition.entry().barrier == barrier { WITHIN_A_BARRIER } else { OF_BARRIERS }
        };
        let mut choices: Vec<u8> = masked.iter().map(choice).collect();
        choices.sort_unstable();
        choices.dedup();
        let ends = |condition| self.ends(condition, exports, before);
        let order = OrderEntry {
            choices,
            decides: masked.iter().any(|condition| ends(condition) != exports.outcome),
            masked: masked
                .iter()
                .map(|condition| {
                    let (ended, code) = Ended::by_rule(ends(condition));
                    MaskedEntry { condition: Word(condition), ended, code }
                })
                .collect(),
        };
        (!masked.is_empty()).then_some(order)
    }

    /// How these runs would end if they met this condition first.
    fn ends(&self, condition: Condition, exports: &Exports, before: &RuleState) -> Outcome {
        let run = RunKind::from(exports.kind);
        self.invariant.rules().ends(before.fault(condition), self.exchange, run)
    }

    /// Why a restart belongs to the repair of what decides, or to the repair that the step is.
    fn restart(
        &self,
        step: &StepAccount,
        before: &RuleState,
        after: &RuleState,
        evidence: Option<&Evidence>,
    ) -> Option<RestartWord> {
        let repaired = match step.step {
            Step::Repair(_) => before.holding() - after.holding(),
            _ => evidence.map(Evidence::condition).into_iter().collect(),
        };
        let reason = |condition| restart_reason(condition, after, self.invariant.rules());
        repaired.iter().find_map(reason).map(Into::into)
    }

    fn dirsync(&self, step: &StepAccount, before: &RuleState) -> Option<DirsyncEntry> {
        if step.step != Step::Do(Operation::Dirsync) {
            return None;
        }
        Some(match step.failed {
            Some((job, ran)) => {
                DirsyncEntry::ended_by((job, ran), self.decides_run(job.into(), before))
            }
            None if step.ran => DirsyncEntry::Completed,
            None if !before.service().0 => DirsyncEntry::ServiceDown,
            None if before.held().contains(Thread::Dirsync) => DirsyncEntry::ThreadHeld,
            None => DirsyncEntry::NothingRan,
        })
    }

    /// How things stand after so many steps.
    fn after(&self, steps: usize) -> AfterEntry {
        let rule_state = self.invariant.rule_state(steps);
        let Some(step) = steps.checked_sub(1).map(|last| &self.steps[last]) else {
            return AfterEntry { down: Some(self.down(Since::Beginning)), ..AfterEntry::default() };
        };
        let queues = [Direction::Exchange, Direction::CcMail].into_iter().zip(step.waiting);
        let queues = queues.filter(|(_, messages)| *messages > 0);
        let queue = |(to, messages)| self.queue(to, messages, step.is_up, rule_state);
        AfterEntry {
            down: (!step.is_up).then(|| self.down(step.service_since)),
            held: rule_state.held().iter().filter(|_| step.is_up).map(Into::into).collect(),
            queues: queues.map(queue).collect(),
        }
    }

    fn down(&self, since: Since) -> DownEntry {
        let because = match since {
            Since::Beginning => DownWord::NotStarted,
            Since::Step(step) => match self.steps.get(step as usize).map(|step| step.step) {
                Some(Step::Do(Operation::Stop)) => DownWord::Stopped,
                Some(Step::Do(Operation::Kill)) => DownWord::Killed,
                _ => DownWord::GaveUp,
            },
        };
        DownEntry { since_step: step_of(since), because }
    }

    fn queue(
        &self,
        to: Direction,
        messages: u32,
        is_up: bool,
        rule_state: &RuleState,
    ) -> QueueEntry {
        let (thread, run) = match to {
            Direction::Exchange => (Thread::Export, RunKind::MessageExport),
            Direction::CcMail => (Thread::Import, RunKind::MessageImport),
        };
        let (because, condition) = match self.decides_run(run, rule_state) {
            _ if !is_up => (WaitsWord::ServiceDown, None),
            _ if rule_state.held().contains(thread) => (WaitsWord::ThreadHeld, None),
            None => (WaitsWord::NextRun, None),
            condition => (WaitsWord::Condition, condition),
        };
        QueueEntry { to: Word(to), messages, because, condition: condition.map(Word) }
    }

    /// What decides how a run of this kind ends, if something is in its way.
    fn decides_run(&self, run: RunKind, rule_state: &RuleState) -> Option<Condition> {
        rule_state.decides(run, self.invariant.rules()).map(|fault| fault.condition)
    }
}

/// The choices of an order: that of the barriers, and that of conditions within one (C1, C2).
const OF_BARRIERS: u8 = 1;
const WITHIN_A_BARRIER: u8 = 2;

fn completes_dirsync(step: &StepAccount) -> bool {
    step.step == Step::Do(Operation::Dirsync) && step.ran && step.failed.is_none()
}
