//! A log is led back to every smallest history that explains it, and to nothing else.
//!
//! Goal: what `diagnose` says is exact. Method: the other way round. A scenario is played, and of what
//! is logged the true history must be among the consistent ones, none of the smallest may cost more, and
//! each must play the same log (`round_trips`). For short histories over a small alphabet all of them
//! are enumerated by brute force (`enumerated`). And the published logs must be explained by the cause
//! that their article names (`articles`).

mod articles;
mod command;
mod enumerated;
mod files;
mod round_trips;

use enumset::EnumSet;
use event70::diagnosis::{Diagnoser, Diagnosis, Evidence, Options, Symbol};
use event70::engine::Player;
use event70::model::{Assignment, Condition, Scenario, Step, Trace, TraceEvent};
use event70::reference::{Reference, Simulated};
use event70::rule::faults_of;

/// What the reference logs, and what its history costs.
struct Truth {
    symbols: Vec<Symbol>,
    /// The conditions that hold at some time.
    held: EnumSet<Condition>,
    /// The steps of which no record tells.
    changes: u16,
}

/// Plays a scenario, and keeps account of its cost: steps that log nothing count, cycles do not.
fn truth(scenario: &Scenario, assignment: Assignment) -> Truth {
    let site = Simulated::new(&scenario.setup);
    let (mut connector, mut trace) = (Reference::new().assuming(assignment), Trace::default());
    let mut player = Player::new(site, &mut connector, &mut trace).unwrap();
    let held = scenario.setup.conditions - Condition::ForeignEvent70;
    let mut truth = Truth { symbols: Vec::new(), held, changes: 0 };
    for step in &scenario.timeline {
        player.step(step).unwrap();
        let before = truth.symbols.len();
        for traced in &player.trace().events {
            let TraceEvent::Logged(record) = traced else { continue };
            let symbol = Symbol::of(&record.event).into_iter();
            truth.symbols.extend(symbol.flat_map(|one| vec![one; record.times as usize]));
        }
        let is_unseen = match step {
            Step::Cycles(_) => false,
            Step::Do(_) => truth.symbols.len() == before,
            Step::Inject(fault) => fault.condition != Condition::ForeignEvent70,
            Step::Repair(_) | Step::Mail(..) | Step::Logging(_) => true,
        };
        truth.changes += u16::from(is_unseen);
        truth.held |= holding(player.site());
    }
    truth
}

fn holding(site: &Simulated) -> EnumSet<Condition> {
    let lasting = EnumSet::all() - Condition::ForeignEvent70;
    let holds = |condition: Condition| faults_of(condition).any(|fault| site.holds(fault));
    lasting.iter().filter(|condition| holds(*condition)).collect()
}

/// What explains these symbols.
fn diagnosed(diagnoser: &mut Diagnoser, symbols: &[Symbol], options: &Options) -> Diagnosis {
    let evidence = Evidence {
        symbols: symbols.to_vec(),
        records: (0..symbols.len()).collect(),
        unexplained: Vec::new(),
    };
    diagnoser.diagnose(evidence, options)
}
