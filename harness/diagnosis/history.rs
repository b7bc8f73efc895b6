//! A history as a scenario that plays the log.

use enumset::EnumSet;
use event70_engine::Player;
use event70_model::{
    Assignment, Assumption, COUNT_MAX, Category, Condition, Direction, Fault, Keyword, Level,
    Logging, LoggingChange, Operation, Scenario, Setup, Step, Trace, TraceEvent,
};
use event70_reference::{Reference, Simulated};
use event70_rule::{RunKind, default_fault};

use crate::changes::Change;
use crate::frontier::Act;
use crate::moves::Command;
use crate::search::Found;
use crate::symbol::Symbol;
use crate::table::Table;
use crate::world::TAB;

/// One history that explains a log: a timeline that plays it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The site before the first step, and every step.
    pub scenario: Scenario,
    /// How many of the steps, the first, bring about what was so before the first record.
    pub before: usize,
    /// Under which assignment it plays the log.
    pub assignment: Assignment,
}

/// The categories whose level decides what is shown.
const CATEGORIES: [Category; 2] = [Category::General, Category::DirSynch];

/// Messages towards one side: how many of them the records tell, and the step that sends them.
#[derive(Debug, Clone, Copy, Default)]
struct Sent {
    step: Option<usize>,
    messages: u32,
}

impl History {
    /// The history that a search has found.
    pub(crate) fn of(found: &Found, table: &Table) -> Self {
        let first = First::of(found, table);
        let setup = Setup {
            logging: first.logging(),
            conditions: first.conditions_from_the_start(),
            ..found.world.kinds.first()
        };
        let mut steps = first.steps(found.assignment);
        let mut sent = [Sent::default(); 2];
        let mut before = steps.len();
        let mut told = Vec::new();
        let mut shift = Vec::new();
        for act in &found.acts {
            match *act {
                Act::Change(Change::Mail(to), _) => {
                    shift.push((to, std::mem::take(&mut sent[to as usize])));
                    sent[to as usize].step = Some(told.len());
                    told.push(Step::Mail(to, 1));
                }
                Act::Change(change, _) => told.push(step_of(change)),
                Act::Command(made) => {
                    let known = &table.known[made as usize];
                    push(&mut told, known.command);
                    let imported = |id: u16| {
                        let run = Some(RunKind::MessageImport);
                        known
                            .made
                            .logged
                            .iter()
                            .filter(move |i| i.symbol == Symbol { id, run })
                            .count()
                    };
                    let outbound = &mut sent[Direction::CcMail as usize];
                    outbound.messages += u32::from(imported(58) > 0);
                    outbound.messages += BATCH_OUT * imported(63) as u32;
                    if known.made.waited && outbound.messages == 0 {
                        outbound.messages = 1;
                    }
                }
                Act::Batch(RunKind::MessageExport) => {
                    sent[Direction::Exchange as usize].messages += BATCH_IN;
                }
                Act::Batch(_) => sent[Direction::CcMail as usize].messages += BATCH_OUT,
            }
        }
        shift.extend(Direction::ALL.iter().map(|to| (*to, sent[*to as usize])));
        for (to, Sent { step, messages }) in shift {
            match step {
                Some(step) => told[step] = Step::Mail(to, limited(messages.max(1))),
                None if messages > 0 => {
                    steps.extend(mail(to, messages));
                    before = steps.len();
                }
                None => {}
            }
        }
        steps.extend(told);
        let scenario = Scenario { setup, timeline: steps };
        Self { scenario, before, assignment: found.assignment }
    }

    /// How plain it is: the less, the plainer. Few deviations from what is assumed by default come
    /// first, then few steps beside cycles, then few steps.
    pub(crate) fn plainness(&self) -> (usize, usize, usize) {
        let steps = &self.scenario.timeline;
        let others = steps.iter().filter(|step| !matches!(step, Step::Cycles(_))).count();
        (self.assignment.deviations().len(), others, steps.len())
    }

    /// What the reference connector logs when it plays this history, from the first step of the log on.
    #[must_use]
    pub fn played(&self) -> Vec<Symbol> {
        self.played_with(&[], self.before)
    }

    /// The judged events that it logs in these steps, taken after this history.
    #[must_use]
    pub fn and_then(&self, steps: &[Step]) -> Vec<u16> {
        let logged = self.played_with(steps, self.scenario.timeline.len());
        logged.into_iter().map(|symbol| symbol.id).collect()
    }

    /// What is logged from this step on in this history and these steps after it.
    fn played_with(&self, more: &[Step], from: usize) -> Vec<Symbol> {
        let site = Simulated::new(&self.scenario.setup);
        let (mut connector, mut trace) =
            (Reference::new().assuming(self.assignment), Trace::default());
        let mut logged = Vec::new();
        // The reference never fails as a program.
        let Ok(mut player) = Player::new(site, &mut connector, &mut trace) else { return logged };
        for (index, step) in self.scenario.timeline.iter().chain(more).enumerate() {
            if player.step(step).is_err() {
                return logged;
            }
            if index < from {
                continue;
            }
            for traced in &player.trace().events {
                let TraceEvent::Logged(record) = traced else { continue };
                let symbol = Symbol::of(&record.event);
                logged.extend(
                    symbol
                        .into_iter()
                        .flat_map(|one| std::iter::repeat_n(one, record.times as usize)),
                );
            }
        }
        logged
    }

    /// Whether it plays this log: nothing else, or, of an excerpt, all of it in its order.
    #[must_use]
    pub fn plays(&self, log: &[Symbol], is_whole: bool) -> bool {
        let played = self.played();
        if is_whole {
            return played.len() == log.len()
                && log.iter().zip(&played).all(|(symbol, one)| symbol.fits(*one));
        }
        let mut played = played.iter();
        log.iter().all(|symbol| played.any(|one| symbol.fits(*one)))
    }
}

/// How many messages one EXPORT and one IMPORT move at most (C5).
const BATCH_IN: u32 = 16;
const BATCH_OUT: u32 = 5;

/// What was so before the first record.
struct First {
    faults: Vec<Fault>,
    shown: [bool; 2],
    running: bool,
    restarts: u8,
}

impl First {
    /// Reads off what a history has found to have been so at its beginning.
    fn of(found: &Found, table: &Table) -> Self {
        let mut first = Self {
            faults: Vec::new(),
            shown: [false; 2],
            running: found.first.running,
            restarts: 0,
        };
        let mut known = found.first.held;
        let mut shown = found.first.shown;
        for condition in known {
            first.faults.extend(found.first.fault(condition));
        }
        for act in &found.acts {
            let (world, injected) = match *act {
                Act::Batch(_) => continue,
                Act::Command(made) => {
                    let made = &table.known[made as usize].made;
                    first.restarts =
                        first.restarts.max(if made.was_open { made.counted } else { 0 });
                    (made.after, EnumSet::empty())
                }
                Act::Change(Change::Inject(fault), after) => {
                    (*table.world(after), EnumSet::only(fault.condition))
                }
                Act::Change(_, after) => (*table.world(after), EnumSet::empty()),
            };
            for condition in world.held - known - injected {
                let fault = world.fault(condition).unwrap_or(default_fault(condition));
                first.faults.push(fault);
            }
            known |= world.held;
            for (known, now) in shown.iter_mut().zip(world.shown) {
                *known = known.or(now);
            }
        }
        first.shown = shown.map(|shown| shown == Some(true));
        first
    }

    fn logging(&self) -> Logging {
        let shown = CATEGORIES.into_iter().zip(self.shown).filter(|(_, shown)| *shown);
        shown.fold(Logging::default(), |logging, (category, _)| {
            logging.with(category, Level::Maximum)
        })
    }

    /// Whether this is so before the service is started: all of it, if it does not run; else what it
    /// was started with.
    fn is_from_the_start(&self, fault: &Fault) -> bool {
        let is_default = *fault == default_fault(fault.condition);
        is_default && (!self.running || TAB.contains(fault.condition))
    }

    fn conditions_from_the_start(&self) -> EnumSet<Condition> {
        let faults = self.faults.iter().filter(|fault| self.is_from_the_start(fault));
        faults.map(|fault| fault.condition).collect()
    }

    /// The steps before the first record.
    fn steps(&self, assignment: Assignment) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.running {
            steps.push(Step::Do(Operation::Start));
        }
        let later = self.faults.iter().filter(|fault| !self.is_from_the_start(fault));
        steps.extend(later.map(|fault| Step::Inject(*fault)));
        if self.restarts > 0 {
            if assignment.has(Assumption::ThreadRestart) {
                steps.push(Step::Cycles(self.restarts.into()));
            } else {
                let dirsync = Step::Do(Operation::Dirsync);
                steps.extend(std::iter::repeat_n(dirsync, self.restarts.into()));
            }
        }
        steps
    }
}

/// Appends a command; cycles in a row are one step.
fn push(steps: &mut Vec<Step>, command: Command) {
    match (steps.last_mut(), command) {
        (Some(Step::Cycles(count)), Command::Cycle) if *count < COUNT_MAX => *count += 1,
        _ => steps.push(command.step()),
    }
}

fn step_of(change: Change) -> Step {
    let level = |category: Category, shown: bool| {
        let level = if shown { Level::Maximum } else { Level::None };
        Step::Logging(LoggingChange::default().with(category, level))
    };
    match change {
        Change::Repair(repair) => Step::Repair(repair),
        Change::Inject(fault) => Step::Inject(fault),
        Change::ShowsAll(true) => Step::Logging(LoggingChange::all(Level::Maximum)),
        Change::ShowsAll(false) => Step::Logging(LoggingChange::all(Level::None)),
        Change::ShowsRuns(shown) => level(CATEGORIES[0], shown),
        Change::ShowsDirsyncs(shown) => level(CATEGORIES[1], shown),
        Change::Mail(to) => Step::Mail(to, 1),
        Change::Stop => Step::Do(Operation::Stop),
    }
}

fn limited(messages: u32) -> u16 {
    u16::try_from(messages).unwrap_or(u16::MAX).min(COUNT_MAX)
}

/// The steps that send so many messages.
fn mail(to: Direction, messages: u32) -> Vec<Step> {
    let most = u32::from(COUNT_MAX);
    let full = std::iter::repeat_n(Step::Mail(to, COUNT_MAX), (messages / most) as usize);
    let rest = Some(messages % most).filter(|rest| *rest > 0);
    full.chain(rest.map(|rest| Step::Mail(to, limited(rest)))).collect()
}
