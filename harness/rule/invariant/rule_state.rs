//! The evaluator of the rule: the state at one moment, all that the future depends on.
//!
//! A [`RuleState`] knows what holds, in which settings, and how things stand with the service. It is
//! moved on step by step under [`Rules`]. Whoever wants to know more than what follows has it take
//! [`Notes`]: a proof takes none, and evidence needs to know since when a condition holds.

use enumset::EnumSet;
use event70_model::{
    Assumption, Condition, Direction, Exchange, Fault, IndexCode, IndexCodes, PathOutcome, Repair,
    Setting, Setup, Step,
};

use super::evidence::Evidence;
use super::outbound::Outbound;
use super::outlook::Outlook;
use super::prediction::Exports;
use super::rules::{Clause, Rules, RunKind};
use super::service::{Service, TAB, Thread, Work};
use super::work::Way;
use crate::{Clearing, Documented, Outcome, default_fault};

/// Everything on which predictions of later steps depend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RuleState {
    exchange: Exchange,
    /// How many messages one EXPORT and one IMPORT move at most.
    pub(super) export_max: u16,
    pub(super) import_max: u16,
    pub(super) holding: EnumSet<Condition>,
    outcome: PathOutcome,
    codes: IndexCodes,
    passes_left: u8,
    pub(super) service: Service,
    pub(super) inbound: u32,
    /// Beside the message that IMPORT rejects.
    pub(super) outbound: Outbound,
}

/// What is written down while a state moves on.
pub(super) trait Notes {
    /// The step of this number, from 0, is about to be taken.
    fn at(&mut self, _step: usize) {}

    /// A condition begins to hold, or gets a new setting.
    fn injected(&mut self, _fault: Fault, _is_new: bool) {}

    /// What follows depends on this assumption.
    fn asked(&mut self, _assumption: Assumption) {}

    /// What follows depends on whether IMPORTs follow one that exited with code 5.
    fn supposed(&mut self) {}

    /// Why these runs end as they do, as far as that was written down.
    fn evidence(&self, _exports: &Exports, _after: &RuleState) -> Option<Evidence> {
        None
    }
}

/// Nothing is written down.
impl Notes for () {}

impl RuleState {
    /// The state before the first step.
    #[must_use]
    pub fn first(setup: &Setup) -> Self {
        Self {
            exchange: setup.exchange,
            export_max: setup.limits.export_max,
            import_max: setup.limits.import_max,
            holding: setup.conditions,
            outcome: PathOutcome::Code3,
            codes: IndexCodes::both(IndexCode::One),
            passes_left: 1,
            service: Service::default(),
            inbound: 0,
            outbound: Outbound::default(),
        }
    }

    /// The conditions that hold.
    #[must_use]
    pub fn holding(&self) -> EnumSet<Condition> {
        self.holding
    }

    /// A condition that holds, in its setting; damage with the passes that are left of it.
    #[must_use]
    #[inline]
    pub fn fault(&self, condition: Condition) -> Fault {
        let setting = match condition {
            Condition::InstallPathSpace => Setting::Outcome(self.outcome),
            Condition::DirectoryIndexDamaged => Setting::Codes(self.codes),
            Condition::PostofficeDamaged => Setting::Passes(self.passes_left),
            _ => Setting::None,
        };
        Fault { condition, setting }
    }

    /// Whether the service is up, how many launches in this life found no program, and whether
    /// outbound mail may wait.
    #[must_use]
    pub fn service(&self) -> (bool, u32, bool) {
        let (is_up, restarts) = self.service.summary();
        let rejected = self.holding.contains(Condition::OutboundMessageRejected);
        (is_up, restarts, rejected || !self.outbound.is_none())
    }

    /// What is wrong in the tab that this life of the service began with.
    #[must_use]
    pub fn in_force(&self) -> EnumSet<Condition> {
        self.service.tab()
    }

    /// The threads that launch nothing until the next start.
    #[must_use]
    pub fn held(&self) -> EnumSet<Thread> {
        self.service.held()
    }

    /// The same state with its numbers of messages replaced by the classes of them, and nothing
    /// remembered of a life that is over: for a proof that looks at classes. It keeps to what it has
    /// read itself; nothing is told to it of the site.
    pub fn fold(&mut self, class: impl Fn(Direction, u32) -> u32, rules: &Rules) {
        self.inbound = class(Direction::Exchange, self.inbound);
        self.outbound.fold(|waiting| class(Direction::CcMail, waiting));
        self.service.fold(rules);
    }

    /// Moves on by one step under these rules and says what must happen in it.
    pub fn next(&mut self, step: Step, rules: &Rules) -> Outlook {
        self.next_noting(step, rules, &mut ())
    }

    /// As [`next`](Self::next), and has `notes` taken.
    pub(super) fn next_noting(
        &mut self,
        step: Step,
        rules: &Rules,
        notes: &mut impl Notes,
    ) -> Outlook {
        match step {
            Step::Inject(fault) => self.inject(fault, rules, notes),
            Step::Repair(repair) => self.repair(repair, rules, notes),
            Step::Mail(Direction::Exchange, messages) => self.inbound += u32::from(messages),
            Step::Mail(Direction::CcMail, messages) => self.outbound.sends(messages.into()),
            _ => {}
        }
        if !matches!(step, Step::Do(_) | Step::Cycles(_)) {
            return Outlook::QUIET;
        }
        match self.service.takes(step, self.holding & TAB, rules) {
            None => Outlook::QUIET,
            Some(Work::Start) if rules.asks(Assumption::StartExports, notes) => Outlook::QUIET,
            Some(Work::Start) => self.exchanges_mail(1, false, rules, notes),
            Some(Work::Cycles(cycles)) => self.exchanges_mail(cycles, true, rules, notes),
            Some(Work::Dirsync) => self.synchronizes(rules, notes),
        }
    }

    /// What decides how a run of this kind ends that is executed now.
    #[must_use]
    pub fn decides(&self, run: RunKind, rules: &Rules) -> Option<Fault> {
        self.way(run, rules, &mut ()).decides
    }

    /// How a run of this kind must end that is executed now and is given what is in force.
    #[must_use]
    pub fn run_ends(&self, run: RunKind, rules: &Rules) -> Outcome {
        self.way(run, rules, &mut ()).outcome
    }

    /// How a run of this kind must end that is executed now and is given a tab of which this is
    /// wrong.
    #[must_use]
    pub fn run_ends_given(
        &self,
        run: RunKind,
        wrong: EnumSet<Condition>,
        rules: &Rules,
    ) -> Outcome {
        self.way_given(run, (self.holding - given(run)) | wrong, rules).outcome
    }

    /// The way of a run of this kind, given what is in force.
    #[inline]
    pub(super) fn way(&self, run: RunKind, rules: &Rules, notes: &mut impl Notes) -> Way {
        let (now, before) = (self.holding & given(run), self.service.tab() & given(run));
        if now == before || rules.asks(Assumption::TabTakesEffect, notes) {
            return self.way_given(run, self.holding, rules);
        }
        self.way_given(run, (self.holding - now) | before, rules)
    }

    /// The way of a run of this kind that meets what of this stands in its way (C1, C2).
    #[inline]
    fn way_given(&self, run: RunKind, met: EnumSet<Condition>, rules: &Rules) -> Way {
        let stops = rules.stops(run, self.exchange);
        let mut in_the_way = met & stops.always;
        for condition in met & stops.in_a_setting {
            if rules.ends(self.fault(condition), self.exchange, run) != Outcome::NotStopped {
                in_the_way.insert(condition);
            }
        }
        let mut order = in_the_way.iter();
        let first = if rules.has(Clause::HigherDecides) { order.next() } else { order.next_back() };
        let decides = first.map(|condition| self.fault(condition));
        let outcome =
            decides.map_or(Outcome::NotStopped, |fault| rules.ends(fault, self.exchange, run));
        Way { in_the_way, decides, outcome }
    }

    fn inject(&mut self, fault: Fault, rules: &Rules, notes: &mut impl Notes) {
        if fault.condition == Condition::ForeignEvent70 {
            return;
        }
        if rules.has(Clause::LastOfTwoHolds) {
            self.holding -= fault.condition.entry().excludes;
        }
        if fault.condition == Condition::PostofficePasswordChanged
            && rules.has(Clause::ChangedPasswordCounts)
        {
            self.service.goes_stale(fault.condition);
        }
        let is_new = self.holding.insert(fault.condition);
        if is_new || rules.has(Clause::InjectionReplaces) {
            self.set(fault.setting);
            notes.injected(fault, is_new);
        }
    }

    fn set(&mut self, setting: Setting) {
        match setting {
            Setting::None => {}
            Setting::Outcome(outcome) => self.outcome = outcome,
            Setting::Codes(codes) => self.codes = codes,
            Setting::Passes(passes) => self.passes_left = passes,
        }
    }

    fn repair(&mut self, repair: Repair, rules: &Rules, notes: &mut impl Notes) {
        let damaged = self.holding.contains(Condition::PostofficeDamaged);
        for condition in self.holding & rules.cleared_by(repair) {
            let over = match rules.clears(repair, condition) {
                None => false,
                Some(Clearing::AtOnce) => true,
                Some(Clearing::Becomes(other)) => {
                    let is_new = self.holding.insert(other);
                    notes.injected(default_fault(other), is_new);
                    true
                }
                Some(Clearing::OnePass) => {
                    self.passes_left = self.passes_left.saturating_sub(1);
                    self.passes_left == 0
                }
                Some(Clearing::WhenUndamaged) => !damaged,
            };
            if over {
                self.holding.remove(condition);
                self.forget_setting(condition);
            }
        }
    }

    /// What does not hold has no setting, so that equal futures are equal states.
    fn forget_setting(&mut self, condition: Condition) {
        self.set(default_fault(condition).setting);
    }
}

/// What of the tab a run of this kind is given by the connector: a message EXPORT is given the name
/// of the site entry, and a wrong name in the tab it meets in the tab itself (C23).
fn given(run: RunKind) -> EnumSet<Condition> {
    match run {
        RunKind::MessageExport => TAB - Condition::TabNameWrong,
        RunKind::DirectoryExport | RunKind::MessageImport | RunKind::DirectoryImport => TAB,
    }
}

#[cfg(test)]
mod tests {
    use event70_model::{Assignment, Keyword, Operation};

    use super::*;
    use crate::{Alteration, every_fault};

    fn after(steps: &[Step], rules: &Rules) -> RuleState {
        let mut rule_state = RuleState::first(&Setup::default());
        for step in steps {
            rule_state.next(*step, rules);
        }
        rule_state
    }

    #[test]
    fn a_state_knows_its_service_and_folds_a_life_that_is_over() {
        let next_cycle = Assignment::default().with(Assumption::ThreadRestart, true);
        let rules = Rules::assuming(next_cycle);
        let (start, stop) = (Step::Do(Operation::Start), Step::Do(Operation::Stop));
        let lost = Step::Inject(default_fault(Condition::ProgramsNotOnPath));
        let mail = Step::Mail(Direction::CcMail, 1);
        assert_eq!(after(&[], &rules).service(), (false, 0, false));
        assert_eq!(after(&[start], &rules).service(), (true, 0, false));
        let mut rule_state = after(&[lost, start, Step::Cycles(1), mail], &rules);
        assert_eq!(rule_state.service(), (true, 2, true), "a start and a cycle found no program");
        rule_state.fold(|_, waiting| waiting, &rules);
        assert_eq!(rule_state.service(), (true, 2, true), "this life still counts");
        rule_state.next(stop, &rules);
        assert_eq!(rule_state.service(), (false, 2, true));
        rule_state.fold(|_, waiting| waiting, &rules);
        assert_eq!(rule_state.service(), (false, 0, true));
    }

    #[test]
    fn states_with_the_same_future_are_equal() {
        let rules = Rules::documented();
        let folded = |steps: &[Step]| {
            let mut rule_state = after(steps, &rules);
            rule_state.fold(|_, waiting| waiting.min(1), &rules);
            rule_state
        };
        let (one, many) = (Step::Mail(Direction::Exchange, 1), Step::Mail(Direction::Exchange, 9));
        assert_ne!(after(&[one], &rules), after(&[many], &rules));
        assert_eq!(folded(&[one]), folded(&[many]));
        assert_ne!(folded(&[one]), folded(&[]));
        for fault in every_fault().filter(|f| f.condition != Condition::ForeignEvent70) {
            let repair = |repair: &Repair| {
                let how = rules.clears(*repair, fault.condition);
                matches!(how, Some(Clearing::AtOnce | Clearing::WhenUndamaged))
            };
            // The site entry is cured by dirsync alone.
            let Some(repair) = Repair::ALL.iter().find(|r| repair(r)) else { continue };
            let cleared = after(&[Step::Inject(fault), Step::Repair(*repair)], &rules);
            assert_eq!(cleared, after(&[], &rules), "{fault} after {repair}");
        }
    }

    #[test]
    fn without_the_clause_injecting_again_keeps_the_first_setting() {
        let hang = Setting::Outcome(PathOutcome::Hang);
        let condition = Condition::InstallPathSpace;
        let first = Fault { condition, setting: hang };
        let steps = [Step::Inject(first), Step::Inject(default_fault(condition))];
        let without = Rules::altered(Alteration::Without(Clause::InjectionReplaces));
        assert_eq!(after(&steps, &without).fault(condition), first);
        let documented = Rules::documented();
        assert_eq!(after(&steps, &documented).fault(condition), default_fault(condition));
    }

    #[test]
    fn without_the_clause_no_export_follows_a_full_batch() {
        let mail = Step::Mail(Direction::Exchange, 33);
        let without = Rules::altered(Alteration::Without(Clause::FullBatchRepeats));
        let runs = |rules: &Rules| {
            let outlook = after(&[mail], rules).next(Step::Do(Operation::Start), rules);
            outlook.exports.map(|exports| exports.runs)
        };
        // Two full batches and a message, which a start takes as well as a cycle does.
        assert_eq!(runs(&Rules::documented()), Some(3));
        assert_eq!(runs(&without), Some(1));
    }
}
