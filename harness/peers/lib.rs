//! `event70` held against its peers: the same model, tried with other people's tools.
//!
//! The figures in the README's "Measured" are ratios, and a ratio needs both sides in one run, on
//! one machine, doing the same work. This package holds the other side. It is a package of its own,
//! with its own lock file, so that nobody who tests or builds `event70` ever compiles its peers.
//!
//! - [`machine`]: the model as a user of `proptest-state-machine` writes it;
//! - [`pace`]: both sides, drawing, playing and judging so many cases;
//! - [`shrink`]: both sides making the same failing scenario small, and a check of what they return.
//!
//! ```text
//! cd harness/peers
//! cargo test                                    # both sides do the same work
//! cargo bench --bench proptest_state_machine    # cases a second, and the ratio
//! cargo run --release --example shrink          # how small, in how many runs
//! cargo run --release --example stateright -- theirs   # the proof's walk (and `ours`)
//! ```
#![forbid(unsafe_code)]

pub mod machine;
pub mod pace;
pub mod shrink;
