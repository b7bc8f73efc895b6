//! The mechanism: a simulated site, and the connector as the documents describe it.
//!
//! Written from the side of the things themselves. Nothing here reads the rule, for the rule is no
//! dependency of this crate: the two are held against each other.

mod deviation;
mod filing;
mod machine;
mod seeded;
mod simulated;

pub use deviation::{Deviation, Faithful, Occasion, Report};
pub use filing::FILED;
pub use machine::{Machine, Reference};
pub use seeded::{Bug, Seeded, SeededDeviation};
pub use simulated::Simulated;
