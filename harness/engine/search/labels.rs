//! What a random search has seen, counted over its cases.
//!
//! A case counts once for each label that it earns, however often it earns it.

use enumset::EnumSet;
use event70_model::{Condition, Keyword, Repair, Scenario, Source, Step, Trace, TraceEvent};
use event70_rule::{Barrier, Documented, Invariant, MESSAGES, StepPrediction, message_index};

/// The longest timeline that is counted under a length of its own.
const LENGTH_MAX: usize = 60;

/// Counts of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// How many cases there were.
    pub cases: u64,
    /// In how many each condition was injected, or held from the start.
    pub injected: [u64; Condition::ALL.len()],
    /// In how many each condition decided an EXPORT.
    pub decisive: [u64; Condition::ALL.len()],
    /// In how many each condition was masked by another.
    pub masked: [u64; Condition::ALL.len()],
    /// In how many each repair ended a condition.
    pub repaired: [u64; Repair::ALL.len()],
    /// In how many an EXPORT was stopped at each barrier.
    pub barriers: [u64; Barrier::None as usize + 1],
    /// In how many each event of the message table was logged.
    pub events: [u64; MESSAGES.len()],
    /// In how many another source wrote into the log.
    pub foreign: u64,
    /// How many cases had each number of steps; the last also counts those that had more.
    pub lengths: [u64; LENGTH_MAX + 1],
}

/// What a case has met is gathered in words with a bit for each of these.
const _: () = assert!(
    MESSAGES.len() <= 32
        && Repair::COUNT <= 32
        && Condition::COUNT <= 32
        && (Barrier::None as usize) < 32
);

/// The events of one case, gathered step by step.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventsSeen {
    known: u32,
    foreign: bool,
}

impl EventsSeen {
    /// Notes the events of one step.
    pub fn see(&mut self, trace: &Trace) {
        for traced in &trace.events {
            match traced {
                TraceEvent::Logged(record) if record.event.source == Source::Ccmc => {
                    self.known |= message_index(record.event.id).map_or(0, |index| 1 << index);
                }
                TraceEvent::Foreign(_) => self.foreign = true,
                _ => {}
            }
        }
    }
}

impl Default for Labels {
    fn default() -> Self {
        Self {
            cases: 0,
            injected: [0; Condition::ALL.len()],
            decisive: [0; Condition::ALL.len()],
            masked: [0; Condition::ALL.len()],
            repaired: [0; Repair::ALL.len()],
            barriers: [0; Barrier::None as usize + 1],
            events: [0; MESSAGES.len()],
            foreign: 0,
            lengths: [0; LENGTH_MAX + 1],
        }
    }
}

impl Labels {
    /// Counts one case that was played to its end.
    pub fn count(&mut self, scenario: &Scenario, invariant: &Invariant, events: EventsSeen) {
        self.cases += 1;
        self.lengths[scenario.timeline.len().min(LENGTH_MAX)] += 1;
        self.foreign += u64::from(events.foreign);
        bump(&mut self.events, events.known);
        self.count_timeline(scenario, invariant);
        self.count_deciding(invariant);
    }

    /// The counts of two searches together.
    pub fn add(&mut self, other: &Self) {
        self.cases += other.cases;
        self.foreign += other.foreign;
        let pairs: [(&mut [u64], &[u64]); 7] = [
            (&mut self.injected, &other.injected),
            (&mut self.decisive, &other.decisive),
            (&mut self.masked, &other.masked),
            (&mut self.repaired, &other.repaired),
            (&mut self.barriers, &other.barriers),
            (&mut self.events, &other.events),
            (&mut self.lengths, &other.lengths),
        ];
        for (mine, theirs) in pairs {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine += theirs;
            }
        }
    }

    fn count_timeline(&mut self, scenario: &Scenario, invariant: &Invariant) {
        let mut injected = scenario.setup.conditions;
        let mut repaired: u32 = 0;
        for (at, step) in scenario.timeline.iter().enumerate() {
            match step {
                Step::Inject(fault) => {
                    injected.insert(fault.condition);
                }
                Step::Repair(repair) if invariant.holding(at) != invariant.holding(at + 1) => {
                    repaired |= 1 << *repair as u32;
                }
                _ => {}
            }
        }
        bump(&mut self.injected, injected.as_u32());
        bump(&mut self.repaired, repaired);
    }

    fn count_deciding(&mut self, invariant: &Invariant) {
        let mut decisive: EnumSet<Condition> = EnumSet::empty();
        let mut masked: EnumSet<Condition> = EnumSet::empty();
        let mut barriers: u32 = 0;
        for exports in invariant.predictions().iter().filter_map(StepPrediction::exports) {
            let Some(condition) = exports.condition() else { continue };
            decisive.insert(condition);
            masked |= exports.masks();
            barriers |= 1 << condition.entry().barrier as u32;
        }
        bump(&mut self.decisive, decisive.as_u32());
        bump(&mut self.masked, masked.as_u32());
        bump(&mut self.barriers, barriers);
    }
}

/// Adds one to the count of every bit that is set.
fn bump(counts: &mut [u64], mut bits: u32) {
    while bits != 0 {
        counts[bits.trailing_zeros() as usize] += 1;
        bits &= bits - 1;
    }
}
