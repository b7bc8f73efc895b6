//! How many scenarios of 20 steps a second are drawn, played and judged, and how jobs add up.
//!
//! The goals, in a release build: at least 1,000,000 cases a second on one job, and at least 1.8
//! times as many on two. Drawing alone is beside them, to show where the time goes. After
//! criterion's own report one job and two take turns for some rounds, so that whatever else the
//! machine does strikes both, and their ratio is printed: `cargo bench --bench explore`. The same
//! against `proptest-state-machine` is in `harness/peers`.

use std::hint::black_box;
use std::time::Instant;

use criterion::{Criterion, Throughput, criterion_group};
use event70::engine::{Control, Plan, draw, explore};
use event70::model::Scenario;
use event70::reference::{Reference, Simulated};

/// Enough that the cases whose labels are all counted, the first 65,536, do not set the pace.
const CASES: u64 = 1_000_000;
const ROUNDS: usize = 9;

fn lengths() -> draw::Lengths {
    draw::Lengths(20..=20)
}

fn explored(jobs: usize) {
    let plan = Plan { lengths: lengths(), ..Plan::new(black_box(1), CASES) };
    let bench = (Reference::new, Simulated::new);
    let exploration = explore(&plan, &bench, jobs, &Control::default(), &|_, _, _, _| {}).unwrap();
    assert!(exploration.found.is_none() && exploration.cases == CASES);
}

fn drawn(lengths: &draw::Lengths, scenario: &mut Scenario) {
    for case in 0..CASES {
        draw::case(black_box(1), case, lengths, scenario);
        black_box(&scenario);
    }
}

fn cases(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cases of 20 steps");
    group.sample_size(10);
    group.throughput(Throughput::Elements(CASES));
    group.bench_function("draw", |bencher| {
        let mut scenario = Scenario::default();
        bencher.iter(|| drawn(&lengths(), &mut scenario));
    });
    group.bench_function("explore, 1 job", |bencher| bencher.iter(|| explored(1)));
    group.bench_function("explore, 2 jobs", |bencher| bencher.iter(|| explored(2)));
    group.finish();
}

/// One job and two in turn.
fn in_turn() {
    let seconds = |jobs| {
        let begun = Instant::now();
        explored(jobs);
        begun.elapsed().as_secs_f64()
    };
    let mut rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (seconds(1), seconds(2))).collect();
    rounds.sort_by(|one, other| (one.0 / one.1).total_cmp(&(other.0 / other.1)));
    let ratio = |round: usize| rounds[round].0 / rounds[round].1;
    let (least, median, most) = (ratio(0), ratio(ROUNDS / 2), ratio(ROUNDS - 1));
    println!("2 jobs over 1, {ROUNDS} rounds in turn: {median:.2} ({least:.2} to {most:.2})");
}

criterion_group!(benches, cases);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    if std::env::args().any(|argument| argument == "--bench") {
        in_turn();
    }
}
