//! One scenario as it was played: for each step what held and what ran.

use enumset::EnumSet;
use event70_model::{
    Assignment, Assignments, Condition, Connector, Fault, Operation, Scenario, Setup, Step, Trace,
    TraceEvent,
};
use event70_rule::{RuleState, Rules, RunKind, StepPrediction, is_affected};

use crate::{Expectations, TestBed};

/// A scenario that was played, step by step.
#[derive(Debug)]
pub(super) struct Played<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) looks: Vec<Look>,
}

/// One step of it.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) setup: Setup,
    pub(super) step: Step,
    /// How things stood before the step.
    pub(super) rule_state: RuleState,
    /// What held after it.
    pub(super) after: EnumSet<Condition>,
    pub(super) predicted: StepPrediction,
    /// Whether the last maintenance is verified.
    pub(super) verified: bool,
    /// Which kinds of run took place.
    ran: EnumSet<RunKind>,
    /// Whether another source wrote into the log.
    pub(super) foreign: bool,
}

impl Look {
    /// Whether a run of this kind took place.
    fn ran(&self, kind: RunKind) -> bool {
        self.ran.contains(kind)
    }

    /// What decided the runs of this kind in this step, if any ran.
    pub(super) fn decides(&self, kind: RunKind, rules: &Rules) -> Option<Fault> {
        match self.predicted.exports() {
            Some(exports) if RunKind::from(exports.kind) == kind => exports.decides,
            _ if self.ran(kind) => self.rule_state.decides(kind, rules),
            _ => None,
        }
    }

    /// Whether a run of this kind took place and nothing stopped it.
    pub(super) fn passes(&self, kind: RunKind, rules: &Rules) -> bool {
        self.ran(kind) && self.decides(kind, rules).is_none()
    }

    /// Whether the step is this operation.
    pub(super) fn does(&self, operation: Operation) -> bool {
        self.step == Step::Do(operation)
    }

    /// Whether this fault held before the step.
    pub(super) fn held(&self, fault: Fault) -> bool {
        let holding = self.rule_state.holding();
        holding.contains(fault.condition) && self.rule_state.fault(fault.condition) == fault
    }

    /// What held before and changes something on this site.
    pub(super) fn affecting(&self) -> EnumSet<Condition> {
        let holding = self.rule_state.holding().iter();
        holding.filter(|condition| is_affected(&self.setup, *condition)).collect()
    }
}

/// Plays scenarios and looks on.
pub(super) fn play<'a, B: TestBed>(
    test_bed: &B,
    scenarios: &'a [(Scenario, Assignment)],
) -> Vec<Played<'a>> {
    let (mut trial, mut connector) = (test_bed.trial(), test_bed.connector());
    let played = scenarios.iter().map(|(scenario, assignment)| {
        trial.assume(Assignments::only(*assignment));
        connector.assume(*assignment);
        let mut seen = Vec::with_capacity(scenario.timeline.len());
        let site = test_bed.site(&scenario.setup);
        trial.show(scenario, Expectations::NONE, site, &mut connector, |step| {
            seen.push((ran(step.trace), is_foreign(step.trace), step.verified));
        });
        let invariant = trial.invariant();
        let steps = scenario.timeline.iter().zip(seen).enumerate();
        let looks = steps.map(|(at, (step, (ran, foreign, verified)))| Look {
            setup: scenario.setup,
            step: *step,
            rule_state: *invariant.rule_state(at),
            after: invariant.holding(at + 1),
            predicted: invariant.predictions()[at],
            verified,
            ran,
            foreign,
        });
        Played { scenario, looks: looks.collect() }
    });
    played.collect()
}

fn ran(trace: &Trace) -> EnumSet<RunKind> {
    let kinds = trace.events.iter().filter_map(|traced| match traced {
        TraceEvent::Run { run, .. } => Some(RunKind::from(run.job)),
        _ => None,
    });
    kinds.collect()
}

fn is_foreign(trace: &Trace) -> bool {
    trace.events.iter().any(|traced| matches!(traced, TraceEvent::Foreign(_)))
}
