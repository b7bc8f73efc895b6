//! Tests by chance, beside those of a suite.
//!
//! A suite is complete for connectors of few states. A mistake that remembers something for good, or
//! counts, doubles the states of a connector and may pass; long walks through the machine meet such
//! mistakes where no suite promises to. Each walk prefers a few inputs, else none would come to the
//! last restart of a life or into the depths of a dirsync.

use event70_engine::draw::{RandomSource, Stream};

use super::alphabet::Letter;
use super::mealy::Input;
use super::model::Model;

/// So many walks are carried out beside a suite.
pub const WALKS: u64 = 300;
/// The seed of the walks: they are the same for everyone, as the suite is.
const SEED: u64 = 70;
/// So many inputs make a walk.
const LENGTH: usize = 100;
/// So many inputs are preferred in it, four times in five.
const PREFERRED: usize = 3;

/// The walk of this number, [completed](Model::completed).
#[must_use]
pub fn walk(model: &Model, number: u64) -> Vec<Input> {
    let mut stream = Stream::of_case(SEED, number);
    let mut below = |bound: usize| (stream.next() % bound as u64) as usize;
    let mut preferred: Vec<Input> = (0..PREFERRED).map(|_| below(model.letters())).collect();
    preferred.retain(|input| model.letter(*input) != Letter::Kill);
    let (mut walk, mut state) = (Vec::new(), model.machine.initial());
    while walk.len() < LENGTH {
        let row = model.machine.transitions(state);
        let mut wanted: Vec<_> =
            row.iter().filter(|(input, ..)| preferred.contains(input)).collect();
        if wanted.is_empty() || below(5) == 0 {
            wanted = row.iter().collect();
        }
        if wanted.is_empty() {
            break;
        }
        let (input, _, target) = wanted[below(wanted.len())];
        walk.push(*input);
        state = *target;
    }
    model.completed(walk)
}
