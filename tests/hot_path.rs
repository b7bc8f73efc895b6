//! Predicting, playing and judging a scenario allocates nothing once the buffers are large enough:
//! what millions of cases a second rest on.

use event70::engine::Trial;
use event70::engine::draw::{Lengths, case};
use event70::model::Scenario;
use event70::reference::{Reference, Simulated};

#[test]
fn the_hot_path_allocates_nothing_once_warm() {
    let (mut trial, mut connector) = (Trial::new(), Reference::new());
    let mut scenario = Scenario::default();
    let mut run = |cases: std::ops::Range<u64>| {
        for index in cases {
            case(0x70, index, &Lengths::default(), &mut scenario);
            let site = Simulated::new(&scenario.setup);
            assert_eq!(trial.first_finding(&scenario, site, &mut connector), None);
        }
    };
    run(0..20_000);
    let warm = allocation_counter::measure(|| run(0..20_000));
    assert_eq!(warm.count_total, 0, "{warm:?}");
    // The counter counts: a box is one allocation.
    let counted = allocation_counter::measure(|| drop(std::hint::black_box(Box::new(1_u8))));
    assert_eq!(counted.count_total, 1);
}
