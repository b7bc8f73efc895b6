//! How long one scenario of 20 steps takes: predicted, played and judged.
//!
//! The floor beside it is the same walk over the timeline with nothing to do, so that the figure
//! can be read as a ratio on any machine: `cargo bench --bench play`.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use event70::engine::Trial;
use event70::model::{Condition, Direction, Operation, Repair, Scenario, Setup, Step};
use event70::reference::{Reference, Simulated};
use event70::rule::{Invariant, default_fault};

/// Twenty steps with three faults, their repairs, mail both ways, a restart and a dirsync.
fn twenty_steps() -> Scenario {
    let inject = |condition| Step::Inject(default_fault(condition));
    let timeline = vec![
        Step::Do(Operation::Start),
        Step::Mail(Direction::Exchange, 17),
        Step::Cycles(1),
        inject(Condition::TabPasswordWrong),
        Step::Cycles(2),
        inject(Condition::PostofficeDamaged),
        Step::Do(Operation::Restart),
        Step::Repair(Repair::CorrectPostofficeTab),
        Step::Cycles(1),
        Step::Mail(Direction::CcMail, 6),
        Step::Repair(Repair::Chkstat),
        Step::Cycles(1),
        inject(Condition::SiteEntryMissing),
        Step::Cycles(2),
        Step::Do(Operation::Dirsync),
        Step::Cycles(1),
        inject(Condition::ForeignEvent70),
        Step::Do(Operation::Stop),
        Step::Do(Operation::Start),
        Step::Cycles(1),
    ];
    Scenario { setup: Setup::default(), timeline }
}

fn one_scenario(criterion: &mut Criterion) {
    let scenario = twenty_steps();
    let mut group = criterion.benchmark_group("one scenario of 20 steps");
    group.bench_function("floor: walk the timeline", |bencher| {
        bencher.iter(|| {
            black_box(&scenario).timeline.iter().filter(|step| matches!(step, Step::Do(_))).count()
        });
    });
    group.bench_function("predict", |bencher| {
        let mut invariant = Invariant::new();
        bencher.iter(|| invariant.predict(black_box(&scenario)).len());
    });
    group.bench_function("predict, play and judge", |bencher| {
        let mut trial = Trial::new();
        let mut connector = Reference::new();
        bencher.iter_batched(
            || Simulated::new(&scenario.setup),
            |site| trial.first_finding(black_box(&scenario), site, &mut connector),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, one_scenario);
criterion_main!(benches);
