//! Scenarios of 20 steps drawn, played and judged: `event70` and `proptest-state-machine`.
//!
//! The goal is at least 25 times as many cases a second, on one core. After criterion's own report
//! the two sides take turns for some rounds, so that whatever else the machine does strikes both,
//! and the ratio is printed with its spread: `cargo bench --bench proptest_state_machine`.

use std::hint::black_box;

use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, measurement::WallTime};
use event70_peers::machine::{Fresh, Kept, Peer, Sound};
use event70_peers::pace::{Rates, ours, peers, runner};
use proptest_state_machine::StateMachineTest;

/// Enough that the cases whose labels are all counted, the first 65,536, do not set the pace.
const OUR_CASES: u64 = 500_000;
const PEERS_CASES: u64 = 10_000;
const ROUNDS: usize = 15;

fn cases(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cases of 20 steps");
    group.sample_size(10);
    group.throughput(Throughput::Elements(OUR_CASES));
    group.bench_function("event70", |bencher| bencher.iter(|| explored(OUR_CASES)));
    group.throughput(Throughput::Elements(PEERS_CASES));
    peer::<Peer<Fresh, Sound>>(&mut group, "proptest-state-machine");
    peer::<Peer<Kept, Sound>>(&mut group, "proptest-state-machine, strategies kept");
    group.finish();
}

fn peer<T: StateMachineTest>(group: &mut BenchmarkGroup<'_, WallTime>, name: &str) {
    let mut runner = runner();
    group.bench_function(name, |bencher| {
        bencher.iter(|| assert_eq!(peers::<T>(&mut runner, PEERS_CASES), Ok(PEERS_CASES)));
    });
}

fn explored(cases: u64) {
    let exploration = ours(black_box(1), cases);
    assert!(exploration.found.is_none() && exploration.cases == cases);
}

/// Both sides in turn.
fn side_by_side() {
    let (mut us, mut fresh, mut kept) = (Rates::default(), Rates::default(), Rates::default());
    let mut runner = runner();
    for _ in 0..ROUNDS {
        us.time(OUR_CASES, || explored(OUR_CASES));
        fresh.time(PEERS_CASES, || {
            assert_eq!(peers::<Peer<Fresh, Sound>>(&mut runner, PEERS_CASES), Ok(PEERS_CASES));
        });
        kept.time(PEERS_CASES, || {
            assert_eq!(peers::<Peer<Kept, Sound>>(&mut runner, PEERS_CASES), Ok(PEERS_CASES));
        });
    }
    println!("in turn, {ROUNDS} rounds: median (least to greatest)");
    println!("event70                                  {us} cases/s");
    println!("proptest-state-machine                   {fresh} cases/s");
    println!("proptest-state-machine, strategies kept  {kept} cases/s");
    println!("ratio                                    {}", us.over(&fresh));
    println!("ratio, strategies kept                   {}", us.over(&kept));
}

criterion_group!(benches, cases);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    if std::env::args().any(|argument| argument == "--bench") {
        side_by_side();
    }
}
