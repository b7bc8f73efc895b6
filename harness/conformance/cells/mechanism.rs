//! The mechanism with one cell of what it knows altered.

use enumset::EnumSet;
use event70_model::{
    Category, Condition, Direction, Event, EventType, Exchange, Fault, LoggingChange, Repair, Run,
    RunResult, Server, Setup, Site, Tab, View,
};
use event70_reference::{Deviation, Machine, Simulated};
use event70_rule::{Alteration, Clearing, Documented, Outcome, RunKind, every_fault};

use crate::FiniteSite;

/// A simulated site of which one cell is altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AlteredSite {
    site: Simulated,
    setup: Setup,
    /// What is altered; nothing where it is the rule that is.
    alteration: Option<Alteration>,
}

impl AlteredSite {
    /// The site as a scenario begins with it, altered so.
    #[must_use]
    pub fn new(setup: &Setup, alteration: Option<Alteration>) -> Self {
        Self { site: Simulated::new(setup), setup: *setup, alteration }
    }

    /// Has `run` happen as if the site were `other`, which changes no more than a run changes.
    fn run_as(&mut self, mut other: Simulated, run: Run) -> RunResult {
        let before = other;
        let ran = other.run(given(&other, run));
        self.site = self.site.changed_as(&before, &other);
        ran
    }

    /// A run that meets this fault ends otherwise.
    fn ends(&mut self, fault: Fault, outcome: Outcome, run: Run) -> RunResult {
        let without = self.site.without(fault.condition);
        let (mut with, mut other) = (self.site, without);
        let (now, otherwise) = (with.run(run), other.run(given(&without, run)));
        let is_first = now != otherwise;
        let goes_through = now.code() == Some(0);
        match outcome {
            Outcome::NotStopped => self.run_as(without, run),
            Outcome::Exits(code) if is_first || goes_through => RunResult::exited(code),
            _ => self.site.run(run),
        }
    }

    /// The condition changes nothing on this edition, or does although it should not.
    fn inert(&mut self, condition: Condition, run: Run) -> RunResult {
        let is_inert = condition.entry().inert_on.contains(self.setup.exchange);
        let as_on_another = self.site.on(Exchange::V5_0);
        let without = self.site.without(condition);
        self.run_as(if is_inert { as_on_another } else { without }, run)
    }

    /// The fault of this condition that holds, if it does.
    fn fault(&self, condition: Condition) -> Option<Fault> {
        every_fault().find(|fault| fault.condition == condition && self.site.holds(*fault))
    }

    /// The repair clears the condition so, or not at all.
    fn clears(&mut self, condition: Condition, how: Option<Clearing>, held: Option<Fault>) {
        let Some(held) = held else { return };
        match how {
            None => self.site.inject(held),
            Some(Clearing::Becomes(other)) => self.site.inject(other.into()),
            Some(Clearing::AtOnce | Clearing::WhenUndamaged) => {
                // What it has become instead is not there either.
                let became = condition.entry().excludes;
                self.site = became
                    .iter()
                    .fold(self.site.without(condition), |site, became| site.without(became));
            }
            Some(Clearing::OnePass) => {
                let fewer = every_fault().filter(|fault| fault.condition == condition);
                let fewer = fewer.take_while(|fault| *fault != held).last();
                self.site = self.site.without(condition);
                if let Some(fewer) = fewer {
                    self.site.inject(fewer);
                }
            }
        }
    }
}

/// The same run, given what stands in the tab of this site.
fn given(site: &Simulated, run: Run) -> Run {
    Run::new(run.job, site.view().tab)
}

impl Server for AlteredSite {
    fn view(&self) -> View {
        self.site.view()
    }

    fn right_tab(&self) -> Tab {
        self.site.right_tab()
    }

    fn run(&mut self, run: Run) -> RunResult {
        match self.alteration {
            Some(Alteration::Ends(fault, editions, stopped, outcome))
                if editions.contains(self.setup.exchange)
                    && stopped == RunKind::from(run.job)
                    && self.site.holds(fault) =>
            {
                self.ends(fault, outcome, run)
            }
            Some(Alteration::Inert(condition, exchange))
                if exchange == self.setup.exchange && self.fault(condition).is_some() =>
            {
                self.inert(condition, run)
            }
            _ => self.site.run(run),
        }
    }
}

impl Site for AlteredSite {
    fn inject(&mut self, fault: Fault) {
        self.site.inject(fault);
    }

    fn repair(&mut self, repair: Repair) {
        let Some(Alteration::Clears(altered, condition, how)) = self.alteration else {
            return self.site.repair(repair);
        };
        let held = self.fault(condition);
        self.site.repair(repair);
        if altered == repair {
            self.clears(condition, how, held);
        }
    }

    fn mail(&mut self, to: Direction, messages: u16) {
        self.site.mail(to, messages);
    }

    fn set_logging(&mut self, change: LoggingChange) {
        self.site.set_logging(change);
    }

    fn waiting(&self, to: Direction) -> u32 {
        self.site.waiting(to)
    }

    fn can_hold(&self) -> Option<EnumSet<Condition>> {
        let mut can_hold = self.site.can_hold()?;
        match self.alteration {
            Some(Alteration::Host(condition, host)) if host == self.setup.host => {
                can_hold ^= condition;
            }
            Some(Alteration::Database(condition, database)) if database == self.setup.database => {
                can_hold ^= condition;
            }
            _ => {}
        }
        Some(can_hold)
    }

    fn maintenance_is_verified(&self) -> bool {
        self.site.maintenance_is_verified()
    }
}

impl FiniteSite for AlteredSite {
    fn folded(self, to_exchange: u32, to_cc_mail: u32) -> Self {
        Self { site: self.site.folded(to_exchange, to_cc_mail), ..self }
    }
}

/// Files one event under another type or category; files every event as documented if empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Misfiled(Option<(u16, EventType, Category)>);

/// The reference connector, altered so.
#[must_use]
pub fn altered_connector(alteration: Option<Alteration>) -> Machine<Misfiled> {
    Machine::deviating(Misfiled(match alteration {
        Some(Alteration::Filed(id, event_type, category)) => Some((id, event_type, category)),
        _ => None,
    }))
}

impl Deviation for Misfiled {
    fn filed(&self, event: Event) -> Event {
        match self.0 {
            Some((id, event_type, category)) if id == event.id => {
                Event { event_type, category, ..event }
            }
            _ => event,
        }
    }
}
