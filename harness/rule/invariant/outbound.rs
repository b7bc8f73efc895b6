//! How much mail waits to go to cc:Mail, as far as that can be known.
//!
//! An IMPORT that exits with code 5 has returned a batch of messages, and whether another follows it
//! in the same interval is told by no document. So from then on only bounds are known, until a step
//! needs to know whether any mail waits: then it is supposed that some does, or that none does.

use super::rule_state::Notes;
use super::rules::Rules;

/// Outbound messages, beside the one that IMPORT rejects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Outbound {
    least: u32,
    most: u32,
}

impl Outbound {
    /// Whether none waits, whatever is supposed.
    pub(super) fn is_none(self) -> bool {
        self.most == 0
    }

    pub(super) fn sends(&mut self, messages: u32) {
        self.least += messages;
        self.most += messages;
    }

    /// All of it is imported.
    pub(super) fn is_imported(&mut self) {
        *self = Self::default();
    }

    /// In each of so many intervals at least one IMPORT returns as many messages as it may take.
    pub(super) fn is_returned(&mut self, intervals: u32, batch: u32) {
        self.least = 0;
        self.most = self.most.saturating_sub(intervals.saturating_mul(batch));
    }

    /// Whether any waits. Where that depends on what is supposed, it is what was supposed from now
    /// on.
    pub(super) fn waits(&mut self, rules: &Rules, notes: &mut impl Notes) -> bool {
        if self.least == 0 && self.most > 0 {
            if rules.supposes_imports_after_code_5(notes) {
                self.most = 0;
            } else {
                self.least = 1;
            }
        }
        self.least > 0
    }

    /// Its numbers replaced by the classes of them.
    pub(super) fn fold(&mut self, class: impl Fn(u32) -> u32) {
        (self.least, self.most) = (class(self.least), class(self.most));
    }
}
