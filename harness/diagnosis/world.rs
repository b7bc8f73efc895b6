//! What is known of a site and a service at one moment of a history.
//!
//! A history that begins with a log knows little: which conditions hold, how much mail waits and what
//! is shown at which level is left open until a record depends on it. A [`World`] is a set of concrete
//! states: everything that is [open](World::open) may be either way, and whatever it is, what has been
//! logged so far is the same.

use enumset::{EnumSet, enum_set};
use event70_engine::wrong_entries;
use event70_model::{Assignment, Condition, Fault, Keyword, Server, Site, Tab};
use event70_reference::{Reference, Simulated};
use event70_rule::{Documented, faults_of};

use crate::kinds::Kinds;

/// What a life of the service goes by as it was when it began.
pub(crate) const TAB: EnumSet<Condition> = enum_set!(
    Condition::TabPathWrong
        | Condition::TabNameWrong
        | Condition::TabPasswordWrong
        | Condition::PostofficePasswordChanged
);

/// What may be known of outbound mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Queue {
    /// Nothing.
    Open,
    /// That none waits.
    Empty,
    /// That some waits; how much does not matter.
    Waits,
}

/// A set of states in which the same was logged so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct World {
    /// The kinds of site that it fits.
    pub(crate) kinds: Kinds,
    /// A site of the first of these kinds on which exactly that holds which is known to hold. Nothing
    /// waits in its queues.
    pub(crate) site: Simulated,
    /// A connector with every default.
    pub(crate) connector: Reference,
    pub(crate) running: bool,
    /// Conditions of which nobody knows whether they hold. Of the tab, what is open in it is the same
    /// in the life that runs.
    pub(crate) open: EnumSet<Condition>,
    /// Conditions that may have held at the first record for all that is known.
    pub(crate) maybe: EnumSet<Condition>,
    /// Conditions that are known to have held at some time.
    pub(crate) held: EnumSet<Condition>,
    /// Whether it is known how many restarts this life has had.
    pub(crate) counted: bool,
    /// Whether successful runs, and whether dirsyncs, are shown; nothing where that is open.
    pub(crate) shown: [Option<bool>; 2],
    /// Whether any number of messages to Exchange may wait; else none does.
    pub(crate) inbound: bool,
    pub(crate) outbound: Queue,
}

impl World {
    /// A world of which nothing is known but these kinds, what is shown, and whether the service runs.
    pub(crate) fn first(kinds: Kinds, shown: [Option<bool>; 2], running: bool) -> Self {
        let site = Simulated::new(&kinds.first());
        let lasting = EnumSet::all() - Condition::ForeignEvent70;
        let world = Self {
            kinds,
            site,
            connector: Reference::new().amid(site.view().tab, 0),
            running,
            open: lasting,
            maybe: lasting,
            held: EnumSet::empty(),
            counted: !running,
            shown,
            inbound: true,
            outbound: Queue::Open,
        };
        world.folded()
    }

    /// What is known to hold on the site now.
    pub(crate) fn holding(&self) -> EnumSet<Condition> {
        self.faults().map(|fault| fault.condition).collect()
    }

    /// What is known to hold, each in its setting.
    pub(crate) fn faults(&self) -> impl Iterator<Item = Fault> + '_ {
        lasting().flat_map(faults_of).filter(|fault| self.site.holds(*fault))
    }

    /// A condition that is known to hold, in its setting.
    pub(crate) fn fault(&self, condition: Condition) -> Option<Fault> {
        faults_of(condition).find(|fault| self.site.holds(*fault))
    }

    /// What is wrong in the tab that the life goes by.
    pub(crate) fn in_force(&self) -> EnumSet<Condition> {
        wrong_entries(self.connector.tab(), self.site.right_tab())
    }

    /// What is wrong in the tab now.
    pub(crate) fn wrong_now(&self) -> EnumSet<Condition> {
        wrong_entries(self.site.view().tab, self.site.right_tab())
    }

    /// Whether the life goes by another tab than there is now.
    pub(crate) fn goes_by_another_tab(&self) -> bool {
        self.running && self.in_force() != self.wrong_now()
    }

    /// The same, and this condition, which was open, holds in this setting since before the first
    /// record; nothing if that is so on no site that is left.
    pub(crate) fn with(mut self, fault: Fault) -> Option<Self> {
        let condition = fault.condition;
        let kinds = self.kinds.and(Kinds::allowing(condition));
        if kinds.is_empty() {
            return None;
        }
        self.open -= excluded_by(condition) | condition;
        self.maybe -= excluded_by(condition);
        self.held |= condition;
        self.site.inject(fault);
        if self.running && TAB.contains(condition) {
            let (mut tab, now) = (self.connector.tab(), self.site.view().tab);
            match condition {
                Condition::TabNameWrong => tab.name = now.name,
                Condition::TabPasswordWrong => tab.password = now.password,
                Condition::TabPathWrong => tab.path = now.path,
                _ => {}
            }
            self.connector = self.in_life(tab);
        }
        Some(self.folded().on(kinds))
    }

    /// The same, and this condition, which was open, never held.
    pub(crate) fn without(mut self, condition: Condition) -> Self {
        self.open -= condition;
        self.maybe -= condition;
        self
    }

    /// The same on these kinds of site only.
    pub(crate) fn on(mut self, kinds: Kinds) -> Self {
        if kinds.first() != self.kinds.first() {
            let faults: Vec<Fault> = self.faults().collect();
            self.site = Simulated::new(&kinds.first());
            faults.into_iter().for_each(|fault| self.site.inject(fault));
            // The connector's tab is of a site that is folded.
            self.site = self.site.folded(0, 0);
        }
        self.kinds = kinds;
        self.folded()
    }

    /// The connector in a life that goes by this tab.
    fn in_life(&self, tab: Tab) -> Reference {
        let restarts = self.connector.restarts();
        self.connector.amid(tab, restarts)
    }

    /// The same with everything left out that decides nothing. How much mail waits, and what of it
    /// was handed over, is told beside the site.
    pub(crate) fn folded(mut self) -> Self {
        let right = self.site.right_tab();
        self.site = self.site.folded(0, 0);
        self.connector =
            self.connector
                .assuming(Assignment::DEFAULT)
                .folded(0, self.running, |tab| tab.folded(right));
        if !self.running {
            self.counted = true;
        }
        self
    }
}

/// What cannot hold beside a condition.
pub(crate) fn excluded_by(condition: Condition) -> EnumSet<Condition> {
    condition.entry().excludes
}

/// Every condition that lasts, in the order in which runs meet them.
pub(crate) fn lasting() -> impl Iterator<Item = Condition> {
    Condition::ALL.iter().copied().filter(|condition| *condition != Condition::ForeignEvent70)
}
