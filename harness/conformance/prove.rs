//! Proof: every reachable state, every step, the connector's answer held against the invariant's.
//!
//! Random cases can only fail to refute. But the site and the connector are finite once file
//! numbers are checked by their own rule within each step and kept out of the state. What is left
//! is walked breadth first from a healthy site of every kind until nothing new turns up, so that
//! the rule holds for timelines of any length, and the first disagreement that a walk meets is its shortest.
//!
//! One walk over everything at once would be large for no gain. [`scopes`] takes it apart by four
//! arguments, and `tests/it/prove.rs` holds each of them by a test that fails where it is unsound:
//!
//! - *Conditions apart.* What a run does depends on the first condition in its way, and the four
//!   kinds of run have at most three such. That each kind of run ends as the catalogue says is
//!   checked for combinations of conditions, however many ([`combinations`](super::combinations()));
//!   the walk then needs no more than three at a time.
//! - *Restarts by what they decide.* The count of restarts moves only while the programs are not
//!   found, and then no other condition decides anything; while they are found nothing looks at it.
//! - *Queues by class.* A queue decides whether a batch is full or leaves something, and whether
//!   some mail waits, of which some was or was not handed over. The walks have the default sizes of
//!   batches; others decide by the same classes. Mail that IMPORT returns batch by batch is walked
//!   for up to two batches; longer queues differ in how many cycles it takes.
//! - *Levels by what they show.* Logging levels decide which events are shown, not what runs.

use std::collections::hash_map::Entry;
use std::hash::Hash;

use enumset::EnumSet;
use event70_engine::{Disagreement, Judge, Player, QuickMap, Seen, runs_differ};
use event70_model::{
    Condition, Database, Direction, Exchange, Failure, Host, Keyword, Level, Limits, LoggingChange,
    Operation, Repair, Scenario, Setup, Site, Step, Trace,
};
use event70_reference::{Deviation, Machine, Simulated};
use event70_rule::{RuleState, Rules, allows, every_fault};

/// What one walk looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// What it is about, in a word or two.
    pub name: &'static str,
    /// The conditions that are injected.
    pub conditions: EnumSet<Condition>,
    /// At most so many of them hold together, [`Condition::ProgramsNotOnPath`] not counted.
    pub together: usize,
    /// Whether inbound mail is sent and logging levels are changed.
    pub queues_and_levels: bool,
    /// The walk gives up after so many states: a connector with unbounded memory has no closure.
    pub states_max: usize,
}

/// So many conditions at a time: as many as can decide the four kinds of run, since what stops
/// one kind of IMPORT alone does not decide beside what stops both.
pub const TOGETHER: usize = 3;
/// More states than this mean that a connector's memory does not close.
const STATES_MAX: usize = 20_000_000;

/// The walks that make up a proof.
#[must_use]
pub fn scopes(together: usize) -> [Scope; 3] {
    let all = EnumSet::all();
    let scope = |name, conditions, together, queues_and_levels| Scope {
        name,
        conditions,
        together,
        queues_and_levels,
        states_max: STATES_MAX,
    };
    [
        scope("queues and levels", all - Condition::ProgramsNotOnPath, 1, true),
        scope("restarts", all, 1, false),
        scope("conditions", all - Condition::ProgramsNotOnPath, together, false),
    ]
}

/// What a walk came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Walk {
    /// The states that were reached.
    pub states: u64,
    /// The steps that were taken from them.
    pub transitions: u64,
    /// Whether nothing new was left.
    pub closed: bool,
    /// The shortest timeline on which connector and invariant disagree.
    pub refuted: Option<(Scenario, Disagreement)>,
}

impl Walk {
    /// Two walks together.
    pub fn add(&mut self, other: &Self) {
        self.states += other.states;
        self.transitions += other.transitions;
        self.closed &= other.closed;
    }
}

/// Every kind of site: edition, host, database. Its limits are the defaults.
pub fn kinds() -> impl Iterator<Item = Setup> {
    Exchange::ALL.iter().flat_map(|exchange| {
        Host::ALL.iter().flat_map(move |host| {
            Database::ALL.iter().map(move |database| Setup {
                exchange: *exchange,
                host: *host,
                database: *database,
                ..Setup::default()
            })
        })
    })
}

/// Every step that matters on such a site within a scope. A step of many cycles is many steps of
/// one, a queue is described by its class, and of the levels only Maximum makes a difference (C9).
#[must_use]
pub fn alphabet(setup: &Setup, scope: &Scope) -> Vec<Step> {
    let operations = Operation::ALL.iter().map(|operation| Step::Do(*operation));
    let repairs = Repair::ALL.iter().map(|repair| Step::Repair(*repair));
    let faults = every_fault().filter(|fault| {
        allows(setup, fault.condition) && scope.conditions.contains(fault.condition)
    });
    let always = [Step::Cycles(1), Step::Mail(Direction::CcMail, 1)];
    let sometimes = [
        Step::Mail(Direction::Exchange, 1),
        Step::Mail(Direction::Exchange, setup.limits.export_max),
        Step::Mail(Direction::CcMail, setup.limits.import_max + 1),
        Step::Logging(LoggingChange::all(Level::Maximum)),
        Step::Logging(LoggingChange::all(Level::Minimum)),
        Step::Logging(LoggingChange::all(Level::None)),
    ];
    let sometimes = sometimes.into_iter().filter(|_| scope.queues_and_levels);
    let steps = operations.chain(always).chain(sometimes);
    steps.chain(faults.map(Step::Inject)).chain(repairs).collect()
}

/// A site that is a small value, of which there are finitely many once queues are folded.
pub trait FiniteSite: Site + Copy + Eq + Hash {
    /// The same site with queues of these lengths, the message that IMPORT rejects not counted, and
    /// maintenance not verified.
    #[must_use]
    fn folded(self, to_exchange: u32, to_cc_mail: u32) -> Self;
}

impl FiniteSite for Simulated {
    fn folded(self, to_exchange: u32, to_cc_mail: u32) -> Self {
        Self::folded(self, to_exchange, to_cc_mail)
    }
}

/// A state of the product: site, connector and invariant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Product<D, S = Simulated> {
    site: S,
    connector: Machine<D>,
    rule_state: RuleState,
    running: bool,
}

impl<D: Deviation> Product<D> {
    /// The state before the first step.
    #[must_use]
    pub fn first(setup: &Setup, connector: Machine<D>) -> Self {
        Self::on(Simulated::new(setup), setup, connector)
    }
}

impl<D: Deviation, S: FiniteSite> Product<D, S> {
    /// The state before the first step on this site.
    #[must_use]
    pub fn on(site: S, setup: &Setup, connector: Machine<D>) -> Self {
        Self { site, connector, rule_state: RuleState::first(setup), running: false }
    }

    /// What the invariant remembers.
    #[must_use]
    pub fn rule_state(&self) -> &RuleState {
        &self.rule_state
    }

    /// The site.
    #[must_use]
    pub fn site(&self) -> &S {
        &self.site
    }

    /// Takes one step, judged by these rules; what happened in it is in the trace.
    ///
    /// # Errors
    /// If connector and invariant disagree in it.
    pub fn step(
        &mut self,
        step: Step,
        rules: &Rules,
        trace: &mut Trace,
    ) -> Result<(), Box<Disagreement>> {
        let before = self.rule_state;
        let predicted = self.rule_state.next(step, rules);
        let mut judge = Judge::resume(&self.site, before.holding());
        let mut player = Player::resume(self.site, &mut self.connector, trace, self.running, 0);
        player.step(&step).map_err(|failure| Box::new(Disagreement::Failed(failure)))?;
        let judged = judge.step(&step, player.trace(), player.site(), rules);
        let judged = judged
            .and_then(|()| Seen::of(player.trace()).held_against(&predicted, rules.assignment()));
        let right = player.site().right_tab();
        let differ = runs_differ(player.trace(), &before, rules, right);
        (self.site, self.running) = (*player.site(), player.is_running());
        judged?;
        differ.map_or(Ok(()), |what| Err(Box::new(Disagreement::Failed(Failure::of_harness(what)))))
    }

    /// The state with everything left out that decides nothing: the file number, and the lengths
    /// of queues beyond what they decide.
    #[must_use]
    pub fn fold(mut self, rules: &Rules) -> Self {
        let limits = self.site.view().limits;
        let inbound = class_of_inbound(self.site.waiting(Direction::Exchange), &limits);
        let waiting = self.site.waiting(Direction::CcMail);
        let rejected = self.rule_state.holding().contains(Condition::OutboundMessageRejected);
        let rejected = u32::from(rejected);
        let handed_over = self.connector.handed_over();
        // A queue of which only a part was handed over has at least two messages.
        let is_parted = (1..waiting).contains(&handed_over);
        let least = if is_parted { 2 - rejected } else { 1 };
        let outbound = match class_of_outbound(waiting.saturating_sub(rejected), &limits) {
            1 => least,
            class => class,
        };
        let handed_over = match handed_over {
            0 => 0,
            _ if is_parted => 1,
            _ => outbound + rejected,
        };
        let right = self.site.right_tab();
        self.site = self.site.folded(inbound, outbound);
        self.connector = self.connector.folded(handed_over, self.running, |tab| tab.folded(right));
        let class = |to, waiting| match to {
            Direction::Exchange => class_of_inbound(waiting, &limits),
            Direction::CcMail => class_of_outbound(waiting, &limits),
        };
        self.rule_state.fold(class, rules);
        self
    }
}

/// The number in place of a queue of inbound messages: none, fewer than a batch, one batch, more.
fn class_of_inbound(waiting: u32, limits: &Limits) -> u32 {
    let batch = u32::from(limits.export_max);
    match waiting {
        0 => 0,
        part if part < batch => 1,
        more => more.min(batch + 1),
    }
}

/// The number in place of a queue of outbound messages: none, as many as one IMPORT may take, more.
fn class_of_outbound(waiting: u32, limits: &Limits) -> u32 {
    let batch = u32::from(limits.import_max);
    match waiting {
        0 => 0,
        part if part <= batch => 1,
        _ => batch + 1,
    }
}

/// Walks everything that is reachable from this state, on a healthy site of this kind.
pub fn walk<D: Deviation + Eq + Hash, S: FiniteSite>(
    setup: &Setup,
    first: Product<D, S>,
    rules: &Rules,
    scope: &Scope,
    mut reached: impl FnMut(&Product<D, S>),
) -> Walk {
    let alphabet = alphabet(setup, scope);
    let first = first.fold(rules);
    let mut walked = Walk { states: 1, ..Walk::default() };
    let mut known: QuickMap<Product<D, S>, u32> = QuickMap::default();
    let mut states = vec![first];
    let mut came: Vec<(u32, u8)> = vec![(0, 0)];
    let mut trace = Trace::default();
    known.insert(first, 0);
    let mut next = 0;
    while next < states.len() && states.len() < scope.states_max {
        let from = states[next];
        reached(&from);
        for (letter, step) in alphabet.iter().enumerate() {
            if exceeds(&from, *step, scope.together) {
                continue;
            }
            walked.transitions += 1;
            let mut to = from;
            if let Err(disagreement) = to.step(*step, rules, &mut trace) {
                let timeline = path(&came, &alphabet, next, *step);
                let scenario = Scenario { setup: *setup, timeline };
                walked.refuted = Some((scenario, *disagreement));
                walked.states = states.len() as u64;
                return walked;
            }
            let to = to.fold(rules);
            // Most steps change nothing, and to look a state up is dear.
            if to == from {
                continue;
            }
            if let Entry::Vacant(vacant) = known.entry(to) {
                vacant.insert(states.len() as u32);
                states.push(to);
                came.push((next as u32, letter as u8));
            }
        }
        next += 1;
    }
    walked.states = states.len() as u64;
    walked.closed = next == states.len();
    walked
}

/// Whether a step would make more conditions hold together than the walk looks at.
fn exceeds<D: Deviation, S: FiniteSite>(from: &Product<D, S>, step: Step, together: usize) -> bool {
    let Step::Inject(fault) = step else { return false };
    let counted = from.rule_state.holding() - Condition::ProgramsNotOnPath;
    let more = !from.rule_state.holding().contains(fault.condition);
    let uncounted = Condition::ForeignEvent70 | Condition::ProgramsNotOnPath;
    more && !uncounted.contains(fault.condition) && counted.len() >= together
}

/// The steps that led to a state, and one more.
fn path(came: &[(u32, u8)], alphabet: &[Step], mut state: usize, last: Step) -> Vec<Step> {
    let mut steps = vec![last];
    while state != 0 {
        let (before, letter) = came[state];
        steps.push(alphabet[letter as usize]);
        state = before as usize;
    }
    steps.reverse();
    steps
}
