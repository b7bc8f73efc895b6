//! Scenarios generated, played, judged and shrunk.
//!
//! A scenario is played by a connector on a site ([`Player`]), and the [`Judge`] holds the log
//! against the invariant ([`Trial`]). Searches choose scenarios ([`explore`]) and make a failing
//! one small ([`reduce`]); they know only the two traits.

pub mod draw;
mod edit;
mod expectations;
mod independence;
mod judge;
mod learned;
mod play;
mod quick;
mod search;
mod shrink;
#[cfg(feature = "proptest")]
mod strategy;
mod trial;

pub use edit::fits;
pub(crate) use edit::in_setting;
pub use expectations::{Countable, Expectations, Unseen};
pub use independence::{ends_so, runs_differ, tables_differ, wrong_entries};
pub use judge::*;
pub use learned::{Contradiction, Learned};
pub use play::{Player, RESET};
pub use quick::{Quick, QuickMap};
pub use search::*;
pub use shrink::{Shrink, Shrinker};
#[cfg(feature = "proptest")]
pub use strategy::{ScenarioTree, Scenarios};
pub use trial::{Finding, PlayedStep, Trial, contradiction};
