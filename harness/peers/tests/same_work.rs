//! Both sides do the same work: the same cases' length, as many runs, and the same bugs found.

use event70::engine::{Control, Plan, Trial, draw, explore};
use event70::model::{Connector, Scenario, Step, TraceEvent};
use event70::reference::{Bug, Reference, Seeded, Simulated};
use event70_peers::machine::{Fresh, Kept, Known, Peer, Sound, Subject};
use event70_peers::pace::{STEPS, ours, peers, runner};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{TestError, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

/// A bug as a type.
macro_rules! planted {
    ($name:ident) => {
        struct $name;
        impl Subject for $name {
            fn connector() -> impl Connector {
                Seeded::with(Bug::$name)
            }
        }
    };
}
planted!(Canary);
planted!(Doubled);
planted!(WrongFile);
planted!(DirsyncSilent);
planted!(OncePerLife);

fn peer_finds<R, S>() -> bool
where
    R: ReferenceStateMachine<State = Known, Transition = Step>,
    S: Subject,
{
    let config = proptest::test_runner::Config { cases: 10_000, ..runner().config().clone() };
    let tried = TestRunner::new(config.clone()).run(
        &R::sequential_strategy(STEPS),
        |(state, steps, seen)| {
            Peer::<R, S>::test_sequential(config.clone(), state, steps, seen);
            Ok(())
        },
    );
    matches!(tried, Err(TestError::Fail(..)))
}

fn we_find(bug: Bug) -> bool {
    let plan = Plan { lengths: draw::Lengths(STEPS as u16..=STEPS as u16), ..Plan::new(1, 10_000) };
    let bench = (|| Seeded::with(bug), Simulated::new);
    explore(&plan, &bench, 1, &Control::default(), &|_, _, _, _| {}).unwrap().found.is_some()
}

#[test]
fn a_seeded_bug_is_found_by_both() {
    assert!(we_find(Bug::Canary));
    assert!(peer_finds::<Fresh, Canary>() && peer_finds::<Kept, Canary>());
    assert!(we_find(Bug::Doubled) && peer_finds::<Kept, Doubled>());
    assert!(we_find(Bug::WrongFile) && peer_finds::<Kept, WrongFile>());
    assert!(we_find(Bug::DirsyncSilent) && peer_finds::<Kept, DirsyncSilent>());
    assert!(we_find(Bug::OncePerLife) && peer_finds::<Kept, OncePerLife>());
}

#[test]
fn the_reference_is_found_fault_with_by_neither() {
    assert!(ours(1, 20_000).found.is_none());
    assert_eq!(peers::<Peer<Fresh, Sound>>(&mut runner(), 2_000), Ok(2_000));
    assert_eq!(peers::<Peer<Kept, Sound>>(&mut runner(), 20_000), Ok(20_000));
}

/// Programs that the connector has executed, and events that it logs, in these scenarios.
fn events(scenarios: impl Iterator<Item = Scenario>) -> (usize, usize) {
    let mut trial = Trial::new();
    let (mut runs, mut events) = (0, 0);
    for scenario in scenarios {
        assert_eq!(scenario.timeline.len(), STEPS);
        let site = Simulated::new(&scenario.setup);
        let finding = trial.until_finding(&scenario, site, &mut Reference::new(), |seen| {
            for traced in &seen.trace.events {
                runs += usize::from(matches!(traced, TraceEvent::Run { .. }));
                events += usize::from(matches!(traced, TraceEvent::Logged(_)));
            }
        });
        assert_eq!(finding, None);
    }
    (runs, events)
}

#[test]
fn a_case_of_the_peer_is_as_much_to_play_as_one_of_ours() {
    const CASES: u64 = 20_000;
    let lengths = draw::Lengths(STEPS as u16..=STEPS as u16);
    let (our_runs, our_events) = events((0..CASES).map(|case| {
        let mut scenario = Scenario::default();
        draw::case(1, case, &lengths, &mut scenario);
        scenario
    }));
    let strategy = Kept::sequential_strategy(STEPS);
    let mut runner = runner();
    let (their_runs, their_events) = events((0..CASES).map(|_| {
        let (known, timeline, _) = strategy.new_tree(&mut runner).unwrap().current();
        Scenario { setup: known.setup, timeline }
    }));
    println!("runs: ours {our_runs}, theirs {their_runs}");
    println!("records: ours {our_events}, theirs {their_events}");
    let alike = |ours: usize, theirs: usize| 5 * ours > 4 * theirs && 4 * ours < 5 * theirs;
    assert!(alike(our_runs, their_runs), "runs: ours {our_runs}, theirs {their_runs}");
    assert!(alike(our_events, their_events), "events: ours {our_events}, theirs {their_events}");
}
