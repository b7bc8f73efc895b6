//! Why a run ends as it does, and since when that is so.

use std::fmt;

use enumset::EnumSet;
use event70_model::{Condition, Fault, Setting, Setup};

use super::prediction::Exports;
use super::rule_state::{Notes, RuleState};
use crate::default_fault;

/// Since when a condition holds without a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Since {
    /// Since before the first step.
    Beginning,
    /// Since this step, counted from 0.
    Step(u32),
}

/// A condition that holds at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What holds, in the setting of its latest injection.
    pub fault: Fault,
    /// Since when.
    pub since: Since,
    /// Since when in this setting.
    pub set: Since,
    /// How many CHKSTAT passes of damage are left; 1 for every other condition.
    pub passes_left: u8,
}

/// Why a run ended as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// The condition that decided, in its setting, and since when it holds.
    pub standing: Standing,
    /// What held as well and would have stopped the run further on.
    pub masks: EnumSet<Condition>,
}

impl Evidence {
    /// The condition that decided.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.standing.fault.condition
    }
}

/// Where each condition that holds comes from: the notes that evidence needs.
#[derive(Debug)]
pub(super) struct Origins {
    /// The step that is being taken.
    now: Since,
    of: [Origin; Condition::COUNT],
    supposed: bool,
}

#[derive(Debug, Clone, Copy)]
struct Origin {
    since: Since,
    set: Since,
    setting: Setting,
}

impl Origins {
    /// Before the first step.
    pub(super) fn first(setup: &Setup) -> Self {
        let none =
            Origin { since: Since::Beginning, set: Since::Beginning, setting: Setting::None };
        let mut origins =
            Self { now: Since::Beginning, of: [none; Condition::COUNT], supposed: false };
        for condition in setup.conditions {
            origins.injected(default_fault(condition), true);
        }
        origins
    }

    /// Whether something had to be supposed.
    pub(super) fn have_supposed(&self) -> bool {
        self.supposed
    }

    /// A condition that holds at this moment.
    pub(super) fn standing(&self, condition: Condition, rule_state: &RuleState) -> Standing {
        let Origin { since, set, setting } = self.of[condition as usize];
        let passes_left = match rule_state.fault(condition).setting {
            Setting::Passes(passes) => passes,
            _ => 1,
        };
        Standing { fault: Fault { condition, setting }, since, set, passes_left }
    }
}

impl Notes for Origins {
    fn at(&mut self, step: usize) {
        self.now = Since::Step(u32::try_from(step).unwrap_or(u32::MAX));
    }

    fn injected(&mut self, fault: Fault, is_new: bool) {
        let origin = &mut self.of[fault.condition as usize];
        if is_new {
            origin.since = self.now;
        }
        (origin.set, origin.setting) = (self.now, fault.setting);
    }

    fn supposed(&mut self) {
        self.supposed = true;
    }

    fn evidence(&self, exports: &Exports, after: &RuleState) -> Option<Evidence> {
        let standing = self.standing(exports.decides?.condition, after);
        Some(Evidence { standing, masks: exports.masks() })
    }
}

/// Whether something had to be supposed, and nothing else.
#[derive(Debug, Default)]
pub(super) struct Supposed(pub(super) bool);

impl Notes for Supposed {
    fn supposed(&mut self) {
        self.0 = true;
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Beginning => f.write_str("from the beginning"),
            Self::Step(step) => write!(f, "since step {}", step + 1),
        }
    }
}
