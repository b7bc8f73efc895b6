//! The invariant as a small value that is carried from step to step.
//!
//! [`Invariant`](super::Invariant) reads a whole history; a proof needs to know at *one* moment all
//! that the future depends on. A [`Moment`] is that: what holds, in which settings, and how things
//! stand with the service. The two are held equal by a test, exhaustively for short timelines and
//! at random for long ones.

use enumset::EnumSet;

use super::Stops;
use super::prediction::ExportKind;
use super::service::Service;
use super::{DIRECTORY_EXPORTS, message_runs};
use crate::conditions::{
    Clearing, Condition, Direction, Fault, IndexCode, Outcome, PathOutcome, Repair, Setting,
};
use crate::scenario::{Setup, Step};

/// Everything on which predictions of later steps depend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    stops: Stops,
    holding: EnumSet<Condition>,
    outcome: PathOutcome,
    code: IndexCode,
    passes_left: u8,
    service: Service,
    inbound: u32,
}

/// What the invariant says of the next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// What is exported.
    pub kind: ExportKind,
    /// How many runs there are.
    pub runs: u32,
    /// What decides how they end.
    pub decides: Option<Fault>,
}

impl Moment {
    /// The moment before the first step.
    #[must_use]
    pub fn first(setup: &Setup) -> Self {
        Self {
            stops: Stops::on(setup.exchange),
            holding: setup.conditions,
            outcome: PathOutcome::Code3,
            code: IndexCode::One,
            passes_left: 1,
            service: Service::default(),
            inbound: 0,
        }
    }

    /// The conditions that hold.
    #[must_use]
    pub fn holding(&self) -> EnumSet<Condition> {
        self.holding
    }

    /// A condition that holds, in its setting; damage with the passes that are left of it.
    #[must_use]
    pub fn fault(&self, condition: Condition) -> Fault {
        let setting = match condition {
            Condition::InstallPathSpace => Setting::Outcome(self.outcome),
            Condition::DirectoryIndexDamaged => Setting::Code(self.code),
            Condition::PostofficeDamaged => Setting::Passes(self.passes_left),
            _ => Setting::None,
        };
        Fault { condition, setting }
    }

    /// Whether the service is up, how many launches in this life found no program, and whether
    /// outbound mail waits.
    #[must_use]
    pub fn service(&self) -> (bool, u32, bool) {
        self.service.summary()
    }

    /// The same moment with another number of inbound messages, and outbound mail waiting or not:
    /// for a proof that looks at classes of queues.
    pub fn fold(&mut self, inbound: u32, outbound_waits: bool) {
        self.inbound = inbound;
        self.service.fold(outbound_waits);
    }

    /// Moves on by one step and says what must happen in it.
    pub fn next(&mut self, step: Step) -> Option<Outlook> {
        match step {
            Step::Inject(fault) => self.inject(fault),
            Step::Repair(repair) => self.repair(repair),
            Step::Mail(Direction::Exchange, messages) => self.inbound += u32::from(messages),
            _ => {}
        }
        let launched = self.service.next(step, self.holding, &self.stops)?;
        let (in_the_way, runs) = match launched.kind {
            ExportKind::Messages => {
                let in_the_way = self.holding & self.stops.message_export;
                (in_the_way, message_runs(step, launched.commands, in_the_way, &mut self.inbound))
            }
            ExportKind::Directory => {
                let in_the_way = self.holding & self.stops.directory_export;
                (in_the_way, if in_the_way.is_empty() { DIRECTORY_EXPORTS } else { 1 })
            }
        };
        let decides = in_the_way.iter().next().map(|condition| self.fault(condition));
        let completes = launched.kind == ExportKind::Directory
            && self.holding.is_disjoint(self.stops.directory_export | self.stops.import);
        if completes {
            self.holding.remove(Condition::SiteEntryMissing);
        }
        Some(Outlook { kind: launched.kind, runs, decides })
    }

    /// How a run of this kind must end that is executed now: by the first condition in its way.
    #[must_use]
    pub fn import_outcome(&self) -> Outcome {
        let first = (self.holding & self.stops.import).iter().next();
        first.map_or(Outcome::NotStopped, |condition| self.fault(condition).row().import)
    }

    /// As [`import_outcome`](Self::import_outcome), for an EXPORT.
    #[must_use]
    pub fn export_outcome(&self, kind: ExportKind) -> Outcome {
        let stops = match kind {
            ExportKind::Messages => self.stops.message_export,
            ExportKind::Directory => self.stops.directory_export,
        };
        let first = (self.holding & stops).iter().next();
        first.map_or(Outcome::NotStopped, |condition| {
            let row = self.fault(condition).row();
            match kind {
                ExportKind::Messages => row.message_export,
                ExportKind::Directory => row.directory_export,
            }
        })
    }

    fn inject(&mut self, fault: Fault) {
        if fault.condition == Condition::ForeignEvent70 {
            return;
        }
        self.holding.insert(fault.condition);
        match fault.setting {
            Setting::None => {}
            Setting::Outcome(outcome) => self.outcome = outcome,
            Setting::Code(code) => self.code = code,
            Setting::Passes(passes) => self.passes_left = passes,
        }
    }

    fn repair(&mut self, repair: Repair) {
        let damaged = self.holding.contains(Condition::PostofficeDamaged);
        for (condition, how) in repair.entry().clears {
            let over = self.holding.contains(*condition)
                && match how {
                    Clearing::AtOnce => true,
                    Clearing::OnePass => {
                        self.passes_left -= 1;
                        self.passes_left == 0
                    }
                    Clearing::WhenUndamaged => !damaged,
                };
            if over {
                self.holding.remove(*condition);
                self.forget_setting(*condition);
            }
        }
    }

    /// What does not hold has no setting, so that equal futures are equal moments.
    fn forget_setting(&mut self, condition: Condition) {
        match Fault::default_of(condition).setting {
            Setting::None => {}
            Setting::Outcome(outcome) => self.outcome = outcome,
            Setting::Code(code) => self.code = code,
            Setting::Passes(passes) => self.passes_left = passes,
        }
    }
}

impl Outlook {
    /// How each of the runs ends.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match (self.decides, self.kind) {
            (None, _) => Outcome::NotStopped,
            (Some(fault), ExportKind::Messages) => fault.row().message_export,
            (Some(fault), ExportKind::Directory) => fault.row().directory_export,
        }
    }

    /// How many Event 70 the step must log.
    #[must_use]
    pub fn event_70(&self) -> u32 {
        if self.outcome() == Outcome::Exits(3) { self.runs } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::Invariant;
    use crate::scenario::draw::{Lengths, case};
    use crate::scenario::{Operation, Scenario};

    /// Both readings of one timeline, step by step.
    fn agree(invariant: &mut Invariant, scenario: &Scenario) {
        invariant.predict(scenario);
        let mut moment = Moment::first(&scenario.setup);
        for (at, step) in scenario.timeline.iter().enumerate() {
            assert_eq!(moment.holding(), invariant.holding(at), "step {at} of {scenario:?}");
            let outlook = moment.next(*step);
            let read = invariant.predictions()[at].exports;
            assert_eq!(outlook.map(|o| (o.kind, o.runs)), read.map(|e| (e.kind, e.runs)));
            assert_eq!(outlook.map(|o| o.outcome()), read.map(|e| e.outcome()), "{scenario:?}");
            let decides = outlook.and_then(|o| o.decides).map(|fault| fault.condition);
            let evidence = read.and_then(|e| e.evidence);
            assert_eq!(decides, evidence.map(|e| e.condition()), "step {at} of {scenario:?}");
        }
    }

    #[test]
    fn the_moment_and_the_history_say_the_same_of_every_short_timeline() {
        let inject = |condition, setting| Step::Inject(Fault { condition, setting });
        let alphabet = [
            Step::Do(Operation::Start),
            Step::Do(Operation::Restart),
            Step::Do(Operation::Stop),
            Step::Do(Operation::Dirsync),
            Step::Cycles(1),
            Step::Cycles(26),
            Step::Mail(Direction::Exchange, 16),
            Step::Mail(Direction::CcMail, 1),
            inject(Condition::ProgramsNotOnPath, Setting::None),
            inject(Condition::SiteEntryMissing, Setting::None),
            inject(Condition::ReadOnlyAccess, Setting::None),
            inject(Condition::PostofficeDamaged, Setting::Passes(2)),
            inject(Condition::PostofficeFragmented, Setting::None),
            Step::Repair(Repair::RestorePrograms),
            Step::Repair(Repair::AddSiteEntry),
            Step::Repair(Repair::GrantAccess),
            Step::Repair(Repair::Chkstat),
            Step::Repair(Repair::Reclaim),
        ];
        let mut invariant = Invariant::new();
        let mut scenario = Scenario::default();
        for number in 0..alphabet.len().pow(4) {
            let digits = (0..4).map(|place| number / alphabet.len().pow(place) % alphabet.len());
            scenario.timeline = digits.map(|digit| alphabet[digit]).collect();
            agree(&mut invariant, &scenario);
        }
    }

    #[test]
    fn the_moment_and_the_history_say_the_same_of_long_timelines_drawn_at_random() {
        let (mut invariant, mut scenario) = (Invariant::new(), Scenario::default());
        for index in 0..100_000 {
            case(0x70, index, &Lengths::default(), &mut scenario);
            agree(&mut invariant, &scenario);
        }
    }
}
