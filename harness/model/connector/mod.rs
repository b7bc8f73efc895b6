//! Who is tested: anything that behaves, or should behave, like the connector.
//!
//! A [`Connector`] receives the commands of an operator and of the clock, and acts on a
//! [`Stage`]: it looks at the site, has programs executed, and logs events.

mod failure;
mod stage;

pub use failure::{Failure, FailureKind};
pub use stage::{Stage, Trace, TraceEvent};

use crate::{Assignment, Server};

/// A connector service, in memory or behind a protocol.
///
/// A command is carried out whole before it returns: every run that it has executed and every event
/// that it logs belongs to it. What a connector knows of the site it asks the [`Stage`] for, at each
/// command anew; what it was told of one command is not to be taken for granted in the next. Nothing
/// happens between two commands.
///
/// The harness calls [`start`](Self::start) only while the service is stopped and the other
/// commands only while it runs; an Event 85 says that it has stopped by itself (C8). Of the state
/// that a connector has,
///
/// | | stop, Event 85 | kill | reset |
/// |---|---|---|---|
/// | number of the last message file | survives | survives | begins anew |
/// | mail that was handed over and still waits | survives | survives | none |
/// | restarts of threads, threads that wait | forgotten at the next start | forgotten | none |
/// | the tab as it was read | read again at the next start | read again | none |
///
/// A command returns `Ok` whatever becomes of the runs: that a program fails is what the log is for.
/// `Err` says that the connector itself failed as a program, which one in memory never does.
///
/// The least that there is: it exports when it is started and in each cycle, and reports code 3.
///
/// ```
/// use event70_model::{
///     Category, Connector, Event, EventType, Failure, Insert, Job, Run, RunResult, Server, Source,
///     Stage,
/// };
///
/// #[derive(Default)]
/// struct Least {
///     number: u16,
/// }
///
/// impl Least {
///     fn export<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
///         self.number = self.number.wrapping_add(1);
///         let job = Job::ExportMessages(self.number.into());
///         let ran = stage.run(Run::new(job, stage.view().tab));
///         if let RunResult::Exited { code: 3, .. } = ran {
///             stage.log(Event {
///                 id: 70,
///                 source: Source::Ccmc,
///                 event_type: EventType::Error,
///                 category: Category::General,
///                 strings: [Insert::File(job.file()), Insert::Empty],
///             });
///         }
///         Ok(())
///     }
/// }
///
/// impl Connector for Least {
///     fn reset(&mut self) -> Result<(), Failure> {
///         *self = Self::default();
///         Ok(())
///     }
///
///     fn start<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
///         self.export(stage)
///     }
///
///     fn cycle<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
///         self.export(stage)
///     }
///
///     fn dirsync<S: Server>(&mut self, _stage: &mut Stage<'_, S>) -> Result<(), Failure> {
///         Ok(())
///     }
///
///     fn stop<S: Server>(&mut self, _stage: &mut Stage<'_, S>) -> Result<(), Failure> {
///         Ok(())
///     }
///
///     fn kill(&mut self) -> Result<(), Failure> {
///         Ok(())
///     }
/// }
/// ```
pub trait Connector {
    /// Forgets everything, the file number too: a new scenario begins. What it does from now on is
    /// what a fresh connector would do.
    ///
    /// # Errors
    /// If the connector failed as a program.
    fn reset(&mut self) -> Result<(), Failure>;

    /// What it is to do where the documents leave something open, from the next `reset` on. A
    /// connector that can be nothing but itself passes this over, as does every one by default; the
    /// reference heeds it.
    fn assume(&mut self, _assignment: Assignment) {}

    /// The service starts, for the first time, again, or after a kill: one message EXPORT, and another
    /// at once after each that moved as many messages as it may
    /// ([`Limits::export_max`](crate::Limits), 16). Restarts count from none, and no thread waits any
    /// more. No IMPORT, and no dirsync.
    ///
    /// # Errors
    /// If the connector failed as a program.
    fn start<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure>;

    /// The interval between two cycles has passed (C5): message EXPORT as at a start, and IMPORT while
    /// it exits 0 and mail is left of what waited when the cycle began
    /// ([`View::outbound`](crate::View::outbound); it is for the connector to count what its runs
    /// moved). No thread that waits runs anything.
    ///
    /// # Errors
    /// If the connector failed as a program.
    fn cycle<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure>;

    /// Directories are to be synchronized now (C6): 14001 at Maximum, three EXPORTs, then two
    /// IMPORTs, 14031 if all of them exited 0. By default it ends with the first that does not. No
    /// messages are moved.
    ///
    /// # Errors
    /// If the connector failed as a program.
    fn dirsync<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure>;

    /// The service stops in order. It runs nothing and logs nothing.
    ///
    /// # Errors
    /// If the connector failed as a program.
    fn stop<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure>;

    /// The service's process is ended without notice: it can do nothing about it. What it would have
    /// kept on its disk is there at the next start, all else is gone.
    ///
    /// # Errors
    /// If the connector failed as a program.
    fn kill(&mut self) -> Result<(), Failure>;
}
