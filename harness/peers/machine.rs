//! The model under `proptest-state-machine`, as somebody who knows proptest well writes it.
//!
//! A transition is a [`Step`]; the reference machine draws the same kinds of steps with the same
//! values and the same weights as `event70` does, starts a service that does not run, and looks
//! where something has just changed. Every choice is made in favour of the peer:
//!
//! - its state is a few bytes, and nothing is drawn that depends on what holds: no swarm, no
//!   repairs near what they repair, which `event70` pays for;
//! - a step that a site cannot have is kept out by a precondition, which rarely rejects;
//! - the scenario is gathered step by step and then played and judged once, at teardown, by the
//!   same [`Trial`] as `event70` uses, whose buffers are kept from case to case. Predicting after
//!   every step would cost twenty predictions a case instead of one;
//! - [`Kept`] draws from strategies that are built once, although the library's documentation
//!   builds them for each step, as [`Fresh`] does.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::LazyLock;

use event70::engine::Trial;
use event70::model::{
    Condition, Connector, Database, Direction, Exchange, Fault, Host, Keyword, Level, Logging,
    LoggingChange, Operation, Repair, Scenario, Setup, Step,
};
use event70::reference::{Reference, Simulated};
use event70::rule::{allows, every_fault};
use proptest::array::uniform4;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

/// What drawing the next step depends on.
#[derive(Debug, Clone)]
pub struct Known {
    /// The site before the first step.
    pub setup: Setup,
    running: bool,
    just_changed: bool,
}

impl Known {
    fn of(setup: Setup) -> Self {
        Self { setup, running: false, just_changed: false }
    }

    fn after(mut self, step: &Step) -> Self {
        match step {
            Step::Do(Operation::Start | Operation::Restart) => self.running = true,
            Step::Do(Operation::Stop | Operation::Kill) => self.running = false,
            _ => {}
        }
        self.just_changed = matches!(step, Step::Inject(_) | Step::Repair(_) | Step::Logging(_));
        self
    }

    fn allows(&self, step: &Step) -> bool {
        !matches!(step, Step::Inject(fault) if !allows(&self.setup, fault.condition))
    }

    fn mood(&self) -> Mood {
        match (self.running, self.just_changed) {
            (false, _) => Mood::Idle,
            (true, true) => Mood::Curious,
            (true, false) => Mood::Steady,
        }
    }
}

/// What is worth doing next.
#[derive(Debug, Clone, Copy)]
enum Mood {
    /// The service does not run: start it, half of the time.
    Idle,
    /// Something has changed: see whether it shows, half of the time.
    Curious,
    /// Anything.
    Steady,
}

/// Where a change shows.
const TELLING: &[Step] =
    &[Step::Cycles(1), Step::Cycles(1), Step::Do(Operation::Restart), Step::Do(Operation::Dirsync)];

/// Mostly one cycle.
const FEW_CYCLES: &[u16] = &[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3];

/// Every fault in every setting.
static FAULTS: LazyLock<Vec<Fault>> = LazyLock::new(|| every_fault().collect());

/// The weights are those of `event70::engine::draw`, in 256ths.
fn step(mood: Mood) -> BoxedStrategy<Step> {
    let (urge, urgent): (u32, &'static [Step]) = match mood {
        Mood::Idle => (256, &[Step::Do(Operation::Start)]),
        Mood::Curious => (256, TELLING),
        Mood::Steady => (1, &[Step::Cycles(1)]),
    };
    prop_oneof![
        urge => select(urgent),
        54 => select(FEW_CYCLES).prop_map(Step::Cycles),
        2 => (4u16..=27).prop_map(Step::Cycles),
        62 => select(Operation::ALL).prop_map(Step::Do),
        64 => select(FAULTS.as_slice()).prop_map(Step::Inject),
        48 => select(Repair::ALL).prop_map(Step::Repair),
        20 => (select(Direction::ALL), 1u16..=32).prop_map(|(to, count)| Step::Mail(to, count)),
        6 => uniform4(option::of(select(Level::ALL))).prop_map(logging).prop_map(Step::Logging),
    ]
    .boxed()
}

fn logging(levels: [Option<Level>; 4]) -> LoggingChange {
    let named = event70::model::Category::ALL.iter().zip(levels);
    named.fold(LoggingChange::default(), |change, (category, level)| match level {
        Some(level) => change.with(*category, level),
        None => change,
    })
}

fn known() -> BoxedStrategy<Known> {
    let site = (select(Exchange::ALL), select(Host::ALL), select(Database::ALL));
    let levels = uniform4(option::weighted(0.25, select(Level::ALL)));
    let conditions = option::weighted(0.5, select(Condition::ALL));
    (site, levels, conditions)
        .prop_map(|((exchange, host, database), levels, condition)| {
            let logging = logging(levels).applied_to(Logging::default());
            let mut setup = Setup { exchange, host, database, logging, ..Setup::default() };
            let can_hold = |condition: &Condition| {
                *condition != Condition::ForeignEvent70 && allows(&setup, *condition)
            };
            setup.conditions = condition.filter(can_hold).into_iter().collect();
            Known::of(setup)
        })
        .boxed()
}

/// Builds its strategies anew for each step, as the library's documentation shows it.
#[derive(Debug)]
pub struct Fresh;

impl ReferenceStateMachine for Fresh {
    type State = Known;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Known> {
        known()
    }

    fn transitions(state: &Known) -> BoxedStrategy<Step> {
        step(state.mood())
    }

    fn preconditions(state: &Known, step: &Step) -> bool {
        state.allows(step)
    }

    fn apply(state: Known, step: &Step) -> Known {
        state.after(step)
    }
}

/// Builds its strategies once in a thread, the fastest that the library lets one be.
#[derive(Debug)]
pub struct Kept;

thread_local! {
    static KNOWN: BoxedStrategy<Known> = known();
    static STEPS: [BoxedStrategy<Step>; 3] = [Mood::Idle, Mood::Curious, Mood::Steady].map(step);
    static TRIAL: RefCell<Trial> = RefCell::new(Trial::new());
}

impl ReferenceStateMachine for Kept {
    type State = Known;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Known> {
        KNOWN.with(Clone::clone)
    }

    fn transitions(state: &Known) -> BoxedStrategy<Step> {
        STEPS.with(|steps| steps[state.mood() as usize].clone())
    }

    fn preconditions(state: &Known, step: &Step) -> bool {
        state.allows(step)
    }

    fn apply(state: Known, step: &Step) -> Known {
        state.after(step)
    }
}

/// Who is tested: a type, since a [`StateMachineTest`] has no value to hold it.
pub trait Subject {
    /// A connector that was never started.
    fn connector() -> impl Connector;
}

/// The reference connector.
#[derive(Debug)]
pub struct Sound;

impl Subject for Sound {
    fn connector() -> impl Connector {
        Reference::new()
    }
}

/// The model as a test: a machine `R` that draws, and a subject `S`.
#[derive(Debug)]
pub struct Peer<R, S>(PhantomData<(R, S)>);

impl<R, S> StateMachineTest for Peer<R, S>
where
    R: ReferenceStateMachine<State = Known, Transition = Step>,
    S: Subject,
{
    type SystemUnderTest = Scenario;
    type Reference = R;

    fn init_test(known: &Known) -> Scenario {
        Scenario { setup: known.setup, timeline: Vec::with_capacity(crate::pace::STEPS) }
    }

    fn apply(mut scenario: Scenario, _: &Known, step: Step) -> Scenario {
        scenario.timeline.push(step);
        scenario
    }

    fn teardown(scenario: Scenario, _: Known) {
        let site = Simulated::new(&scenario.setup);
        let finding = TRIAL
            .with_borrow_mut(|trial| trial.first_finding(&scenario, site, &mut S::connector()));
        assert_eq!(finding, None);
    }
}
