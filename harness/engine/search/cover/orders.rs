//! Which three events some timeline has in which order, adjacent or not.
//!
//! The events are the injection of each condition, the repairs that clear something, each
//! operation, cycles, and mail each way. What holds from the start counts as injected before the
//! first step, in no order among itself. Two conditions that no host can have both make no order.

use event70_model::{Condition, Direction, Operation, Repair, Step, Word};
use event70_rule::Documented;

use super::Measure;
use super::played::Played;

/// One event of a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Inject(Condition),
    Repair(Repair),
    Do(Operation),
    Cycles,
    Mail(Direction),
}

fn events() -> Vec<Event> {
    let repairs = Repair::ALL.iter().filter(|repair| !repair.entry().clears.is_empty());
    let mut events: Vec<Event> = Condition::ALL.iter().map(|c| Event::Inject(*c)).collect();
    events.extend(repairs.map(|repair| Event::Repair(*repair)));
    events.extend(Operation::ALL.iter().map(|operation| Event::Do(*operation)));
    events.push(Event::Cycles);
    events.extend(Direction::ALL.iter().map(|to| Event::Mail(*to)));
    events
}

fn event_of(step: Step) -> Option<Event> {
    match step {
        Step::Inject(fault) => Some(Event::Inject(fault.condition)),
        Step::Repair(repair) => Some(Event::Repair(repair)),
        Step::Do(operation) => Some(Event::Do(operation)),
        Step::Cycles(_) => Some(Event::Cycles),
        Step::Mail(to, _) => Some(Event::Mail(to)),
        Step::Logging(_) => None,
    }
}

/// Sets of events, at most 64 of them, as bits; each set is what happens at one moment.
fn moments(played: &Played<'_>, events: &[Event]) -> Vec<u64> {
    let bit = |event: Event| {
        events.iter().position(|other| *other == event).map_or(0, |index| 1_u64 << index)
    };
    let first = played.scenario.setup.conditions.iter();
    let first = first.fold(0, |set, condition| set | bit(Event::Inject(condition)));
    let steps = played.scenario.timeline.iter().filter_map(|step| event_of(*step)).map(bit);
    std::iter::once(first).chain(steps).collect()
}

/// For each ordered pair of events the set of those that some timeline has after both.
#[derive(Debug)]
struct Orders {
    events: Vec<Event>,
    after: Vec<u64>,
}

impl Orders {
    fn add(&mut self, played: &Played<'_>) {
        let moments = moments(played, &self.events);
        let mut later = vec![0; moments.len() + 1];
        for at in (0..moments.len()).rev() {
            later[at] = later[at + 1] | moments[at];
        }
        let mut begun: u64 = 0;
        for (at, moment) in moments.iter().enumerate() {
            let new = moment & !begun;
            begun |= moment;
            for first in bits(new) {
                self.add_from(first, at, &moments, &later);
            }
        }
    }

    /// What comes after the first time that `first` happens.
    fn add_from(&mut self, first: usize, at: usize, moments: &[u64], later: &[u64]) {
        let mut begun: u64 = 1 << first;
        for (next, moment) in moments.iter().enumerate().skip(at + 1) {
            let new = moment & !begun;
            begun |= moment;
            for second in bits(new) {
                let index = first * self.events.len() + second;
                self.after[index] |= later[next + 1] & !(1 << first) & !(1 << second);
            }
        }
    }
}

fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (set != 0).then(|| set.trailing_zeros() as usize)?;
        set &= set - 1;
        Some(bit)
    })
}

/// Whether some site can have all of these.
fn possible(events: [Event; 3]) -> bool {
    let hosts = events.iter().filter_map(|event| match event {
        Event::Inject(condition) => Some(condition.entry().hosts),
        _ => None,
    });
    hosts.reduce(|both, hosts| both & hosts).is_none_or(|hosts| !hosts.is_empty())
}

/// The measure of orders.
pub(super) fn measure(played: &[Played<'_>], most: usize) -> Measure {
    let events = events();
    let count = events.len();
    let mut orders = Orders { events, after: vec![0; count * count] };
    for played in played {
        orders.add(played);
    }
    let name = |event: Event| match event {
        Event::Inject(condition) => format!("inject {condition}"),
        Event::Repair(repair) => format!("repair {repair}"),
        Event::Do(operation) => operation.to_string(),
        Event::Cycles => "cycles".to_owned(),
        Event::Mail(to) => format!("mail to {to}"),
    };
    let (mut covered, mut total, mut missing) = (0, 0, Vec::new());
    let pairs = (0..count).flat_map(|a| (0..count).map(move |b| (a, b))).filter(|(a, b)| a != b);
    for (a, b) in pairs {
        let after = orders.after[a * count + b];
        for c in (0..count).filter(|c| *c != a && *c != b) {
            let order = [a, b, c].map(|index| orders.events[index]);
            if !possible(order) {
                continue;
            }
            total += 1;
            if after & (1 << c) != 0 {
                covered += 1;
            } else if missing.len() < most {
                missing.push(order.map(name).join(", then "));
            }
        }
    }
    Measure { name: "orders of three events".to_owned(), required: false, covered, total, missing }
}
