//! What is still wrong after a remedy, found by playing on.

use event70::engine::Player;
use event70::model::{
    Assignment, Direction, EventType, Operation, Scenario, Site, Step, Trace, TraceEvent,
};
use event70::reference::{Reference, Simulated};

/// Plays a scenario on, where this is assumed, with this remedy and a message both ways, through a
/// cycle and a dirsync of a running service, as it runs then and after one more restart. Says what
/// trouble shows in them, if any.
pub(crate) fn trouble_after(
    scenario: &Scenario,
    assumed: Assignment,
    remedy: &[Step],
) -> Option<String> {
    let now = trouble_from(scenario, assumed, remedy, Operation::Start);
    now.or_else(|| trouble_from(scenario, assumed, remedy, Operation::Restart))
}

fn trouble_from(
    scenario: &Scenario,
    assumed: Assignment,
    remedy: &[Step],
    operation: Operation,
) -> Option<String> {
    let mut connector = Reference::new().assuming(assumed);
    let mut trace = Trace::default();
    let site = Simulated::new(&scenario.setup);
    let mut player = Player::new(site, &mut connector, &mut trace).unwrap();
    let mut steps = scenario.timeline.clone();
    // What the service is to do comes last and needs it to run.
    let (operations, repairs): (Vec<Step>, Vec<Step>) =
        remedy.iter().partition(|step| matches!(step, Step::Do(_)));
    steps.extend(repairs.into_iter().chain([Step::Do(operation)]).chain(operations));
    steps.extend([Direction::Exchange, Direction::CcMail].map(|to| Step::Mail(to, 1)));
    for step in &steps {
        player.step(step).unwrap();
    }
    let error = [Step::Cycles(1), Step::Do(Operation::Dirsync)].iter().find_map(|step| {
        player.step(step).unwrap();
        player.trace().events.iter().find_map(|traced| match traced {
            TraceEvent::Logged(record) if record.event.event_type == EventType::Error => {
                Some(format!("Event {}", record.event.id))
            }
            _ => None,
        })
    });
    let runs = player.trace().events.iter().any(|traced| matches!(traced, TraceEvent::Run { .. }));
    let waits = |to| player.site().waiting(to) > 0;
    let mail = [Direction::Exchange, Direction::CcMail].into_iter().find(|to| waits(*to));
    let silent = (!runs).then(|| "a dirsync runs nothing".to_owned());
    error.or_else(|| mail.map(|to| format!("mail to {to} waits"))).or(silent)
}
