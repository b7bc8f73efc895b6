//! Who is tested: anything that behaves, or should behave, like the connector.
//!
//! A [`Connector`] receives the commands of an operator and of the clock, and acts on a
//! [`Stage`]: it looks at the site, has programs executed, and logs events. The [`Reference`] is
//! the connector as the documents describe it; a [`Seeded`] one has one known [`Bug`] in it.

mod failure;
mod stage;

pub use failure::{Failure, FailureKind};
pub use stage::{Stage, Trace, TraceEvent};

use crate::{Assignment, Server};

/// A connector service, in memory or behind a protocol.
///
/// The harness calls [`start`](Self::start) only while the service is stopped and the other
/// commands only while it runs; an Event 85 says that it has stopped by itself (C8).
pub trait Connector {
    /// Forgets everything, the file number too: a new scenario begins.
    ///
    /// # Errors
    /// If the connector failed as a program.
    fn reset(&mut self) -> Result<(), Failure>;

    /// What it is to do where the documents leave something open, from the next `reset` on. A
    /// connector that can be nothing but itself passes this over, as does every one by default; the
    /// reference heeds it.
    fn assume(&mut self, _assignment: Assignment) {}

    /// The service starts.
    ///
    /// # Errors
    /// If the connector failed as a program.
    fn start<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure>;

    /// The interval between two cycles has passed (C5).
    ///
    /// # Errors
    /// If the connector failed as a program.
    fn cycle<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure>;

    /// Directories are to be synchronized now (C6).
    ///
    /// # Errors
    /// If the connector failed as a program.
    fn dirsync<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure>;

    /// The service stops in order.
    ///
    /// # Errors
    /// If the connector failed as a program.
    fn stop<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure>;

    /// The service's process is ended without notice.
    ///
    /// # Errors
    /// If the connector failed as a program.
    fn kill(&mut self) -> Result<(), Failure>;
}
