//! What the documents leave open about a connector, with what speaks for each side.

use event70_model::{Assumption, Keyword};

use super::entry::Passage;
use super::lookup::Documented;

/// One assumption: what its values mean, and the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssumptionEntry {
    /// The assumption.
    pub assumption: Assumption,
    /// What is open, as a question.
    pub question: &'static str,
    /// What is so under each of its values, the default first.
    pub sides: [Side; 2],
}

/// One of the two behaviours that the documents allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// What the connector does.
    pub says: &'static str,
    /// The documents that speak for it.
    pub source: &'static [Passage],
}

const fn at(article: &'static str, part: &'static str) -> Passage {
    Passage { article, part }
}

const fn side(says: &'static str, source: &'static [Passage]) -> Side {
    Side { says, source }
}

const fn entry(
    assumption: Assumption,
    question: &'static str,
    first: Side,
    second: Side,
) -> AssumptionEntry {
    AssumptionEntry { assumption, question, sides: [first, second] }
}

/// Every assumption, in the order of [`Assumption`].
pub static ASSUMPTIONS: [AssumptionEntry; Assumption::COUNT] = [
    entry(
        Assumption::TabTakesEffect,
        "Since when do name, password and path of the Postoffice tab count?",
        side(
            "as they are when the service is started",
            &[at("Q233164", "stop and restart"), at("Q294947", "the second thread")],
        ),
        side("as they are when a program is launched", &[]),
    ),
    entry(
        Assumption::StartExports,
        "Does a start run an EXPORT at once?",
        side("yes", &[at("Q166045", "every time the service is started")]),
        side("no: the first interval is the first cycle", &[at("Q168211", "")]),
    ),
    entry(
        Assumption::ThreadRestart,
        "When is a thread started again whose program was not found?",
        side("at once, until it is found or the service stops", &[at("Q294947", "its trace")]),
        side("in the next cycle", &[]),
    ),
    entry(
        Assumption::ThreadRestarts,
        "How many restarts come before the Event 85?",
        side("25", &[at("Q294947", "up to 25")]),
        side("24", &[at("Q176375", "repeat 25 times")]),
    ),
    entry(
        Assumption::ImportRestartsThread,
        "Is an IMPORT that is not found a restart too?",
        side("no: only EXPORT has such a thread", &[at("Q294947", "dwCCExport")]),
        side("yes: it is counted with those of EXPORT", &[]),
    ),
    entry(
        Assumption::DirsyncRestartsThread,
        "Is a program of a dirsync that is not found a restart too?",
        side("no: only message EXPORT has such a thread", &[at("Q294947", "dwCCExport")]),
        side("yes: it is counted with those of EXPORT, and not launched again", &[]),
    ),
    entry(
        Assumption::AfterHang,
        "What becomes of a run that does not finish?",
        side(
            "whoever launched it launches nothing until the next start",
            &[at("Q164695", "stops responding"), at("Q181186", "")],
        ),
        side("it is given up, and tried again in the next cycle or dirsync", &[]),
    ),
    entry(
        Assumption::HangHolds,
        "What does a run that does not finish hold up?",
        side("its own thread: EXPORT, IMPORT or dirsync", &[at("Q181186", "11001 and 14001")]),
        side("the whole connector", &[at("Q164695", "stops responding")]),
    ),
    entry(
        Assumption::AfterCode3InSpace,
        "What follows a code 3 while the connector store lies in a path with a space?",
        side("the next cycle tries again", &[at("Q166045", "cause 4")]),
        side(
            "its thread launches nothing until the next start",
            &[at("Q164695", "will stop responding with error 3")],
        ),
    ),
    entry(
        Assumption::DirsyncAfterFailure,
        "Does a dirsync go on after an EXPORT that failed?",
        side("no", &[]),
        side("yes: the other two are exported; whether it imports is not judged", &[]),
    ),
    entry(
        Assumption::FileNumberAtStart,
        "Do the numbers of message files begin again at a start?",
        side("no", &[at("Q179072", "")]),
        side("yes", &[]),
    ),
    entry(
        Assumption::DirsyncFailureEvent,
        "What does the reference log for a dirsync that failed?",
        side("Event 14005", &[at("Q233164", ""), at("Q197258", "")]),
        side("nothing", &[]),
    ),
    entry(
        Assumption::CycleOrder,
        "Which program does the reference run first in a cycle?",
        side("EXPORT", &[at("Q168211", "")]),
        side("IMPORT", &[]),
    ),
];

impl Documented for Assumption {
    type Entry = AssumptionEntry;

    fn entry(self) -> &'static AssumptionEntry {
        &ASSUMPTIONS[self as usize]
    }
}

impl AssumptionEntry {
    /// The two values, each with what is so under it.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, &Side)> {
        self.assumption.values().into_iter().zip(&self.sides)
    }

    /// The assumption's word.
    #[must_use]
    pub fn keyword(&self) -> &'static str {
        self.assumption.keyword()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_assumption_has_its_entry_and_a_question() {
        for (assumption, entry) in Assumption::ALL.iter().zip(&ASSUMPTIONS) {
            assert_eq!(entry.assumption, *assumption);
            assert!(entry.question.ends_with('?'), "{assumption}");
        }
    }
}
