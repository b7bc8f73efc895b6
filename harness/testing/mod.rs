//! A connector of one's own, tested in one's own `cargo test`.
//!
//! [`Suite`] is a whole test program (feature `suite`); [`assert_agrees`] is for unit tests and for
//! properties.
// Of what the program shares with these, some is used by it alone.

mod agrees;
#[cfg_attr(not(feature = "suite"), allow(dead_code))]
pub(crate) mod assumed;
#[cfg(feature = "suite")]
#[cfg_attr(not(feature = "cli"), allow(dead_code))]
pub(crate) mod files;
#[cfg(feature = "suite")]
#[cfg_attr(not(feature = "cli"), allow(dead_code))]
pub(crate) mod kept;
#[cfg(feature = "suite")]
#[cfg_attr(not(feature = "cli"), allow(dead_code))]
pub(crate) mod known;
#[cfg(feature = "suite")]
mod order;
#[cfg(feature = "suite")]
mod played;
#[cfg(feature = "suite")]
mod running;
#[cfg(feature = "suite")]
mod searches;
#[cfg(feature = "suite")]
mod snapshots;
#[cfg(feature = "suite")]
#[cfg_attr(not(feature = "cli"), allow(dead_code))]
pub(crate) mod standard;
#[cfg(feature = "suite")]
mod subject;
#[cfg(feature = "suite")]
mod suite;

pub use agrees::assert_agrees;
#[cfg(feature = "suite")]
pub use known::{Known, KnownFailure, Standing, Tally, violated};
#[cfg(all(unix, feature = "suite"))]
pub use subject::Program;
#[cfg(feature = "suite")]
pub use subject::{Made, Subject};
#[cfg(feature = "suite")]
pub use suite::Suite;
