//! A complete conformance suite for a connector, and what it takes to pass it.
//!
//! The reference is a finite [`Mealy`] machine: commands and the answers to `run` are its inputs,
//! runs asked for and events its outputs ([`Model`]). For such a machine testing theory knows suites
//! that are *complete* ([`suite`]): a connector with at most so many states more than the machine
//! that passes every test does, after any inputs of this alphabet and in any number, what the
//! reference does. A state is counted with what the harness sees of it (the *mode*: whether the
//! service runs, or which run is waited for in which command), so that a connector whose memory is
//! the same stopped and running has two. [`run_tests`] carries a suite out, [`shortened`] makes a
//! test that is not passed short.

mod alphabet;
mod conduct;
mod difference;
mod infer;
mod item;
mod mealy;
mod model;
mod plan;
mod run;
mod script;
mod separate;
mod shorten;
mod suite;
mod trie;
mod walks;

pub use alphabet::{Letter, Variant};
pub use conduct::{Block, OwnLine, OwnWords, blocks, conduct};
pub use difference::{ConductDifference, Rule};
pub use infer::{InferError, Inferred, Unfit, infer};
pub use item::{Item, Oddity};
pub use mealy::{Input, Malformed, Mealy, Mode, Output, State, Transition};
pub use model::Model;
pub use run::{NumberedTest, Refutation, run_tests};
pub use separate::Inseparable;
pub use shorten::{cut, repeats, shortened};
pub use suite::{Suite, suite};
pub use walks::{WALKS, walk};
