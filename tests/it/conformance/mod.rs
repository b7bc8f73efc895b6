//! A connector that passes the conformance suite does what the reference does: the suite is
//! complete, the machine that it is made from is the reference, and every bug that it can refute it
//! refutes.
//!
//! Method: completeness is held up in three ways that do not rest on each other. On small machines
//! every implementation there is gets searched for one that passes wrongly (`complete`). On the
//! real machine every single fault is planted and must be noticed (`suite`). And an argument of its
//! own, which knows the tests and nothing of how they were planned, derives completeness from them
//! (`certificate`). All three fail on suites that leave something out. `walk` holds machine and
//! reference side by side, `bugs` and `shorten` take the suite to connectors that are known to be
//! wrong.
//!
//! `EVENT70_LONG=1` plants every fault instead of a sample, takes the suite for one added state
//! through `certificate` as well, and takes many times as many machines and walks.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

pub(crate) mod bugs;
mod certificate;
mod complete;
mod machines;
mod mealy;
mod random;
mod shorten;
mod suite;
mod walk;
mod weaker;

use std::sync::LazyLock;

use event70::conformance::certify::{Input, Mealy, Model, Suite, suite as suite_of};
use event70::model::Assignment;

/// The reference as users' suites are made from it.
pub(crate) static MODEL: LazyLock<Model> =
    LazyLock::new(|| Model::of_reference(Assignment::DEFAULT).unwrap());
/// The suite that `event70 certify` carries out.
pub(crate) static PLAIN: LazyLock<Suite> = LazyLock::new(|| suite_of(real(), 0).unwrap());
/// The suite for one added state.
static ONE_MORE: LazyLock<Suite> = LazyLock::new(|| suite_of(real(), 1).unwrap());

fn real() -> &'static Mealy {
    &MODEL.machine
}

fn tests(suite: &Suite) -> Vec<Vec<Input>> {
    suite.tests().collect()
}
