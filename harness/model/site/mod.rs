//! Where it happens: the post office, the network, the accounts, the Lotus programs.
//!
//! A [`Site`] is acted upon by the timeline (something breaks, something is repaired, mail is
//! sent). The part of it that the connector under test meets is the Exchange [`Server`]: it looks
//! at its settings ([`View`]) and has it execute programs ([`Run`], answered by [`RunResult`]). The
//! [`Simulated`] site is a small value that can be copied, compared and hashed.

mod command_line;
mod description;
mod limits;
mod run;
mod server;
mod view;

pub use command_line::{CommandLine, Undocumented};
pub use description::{Description, ProgramPaths, RIGHT, SITE_ENTRY, Tabbed};
pub use limits::{BATCH_MAX, Limits, POLL_SECONDS_MAX};
pub use run::{Job, Run, RunResult};
pub use server::Server;
pub use view::{Entered, StorePath, Tab, View};

use enumset::EnumSet;

use crate::{Condition, Direction, Fault, LoggingChange, Repair};

/// A site on which scenarios are played.
pub trait Site: Server {
    /// A condition begins to hold, or its setting is replaced.
    fn inject(&mut self, fault: Fault);

    /// A repair is applied; it does what it can.
    fn repair(&mut self, repair: Repair);

    /// Messages are put in the queue towards `to`.
    fn mail(&mut self, to: Direction, messages: u16);

    /// The diagnostics logging levels change.
    fn set_logging(&mut self, change: LoggingChange);

    /// How many messages wait in the queue towards `to`.
    fn waiting(&self, to: Direction) -> u32;

    /// What keeps the site from going on, if anything does: trouble of the harness, which no
    /// connector is to blame for.
    fn trouble(&self) -> Option<String> {
        None
    }

    /// Which conditions can hold on a site of this kind, as the mechanism has it; nothing where it
    /// does not say.
    fn can_hold(&self) -> Option<EnumSet<Condition>> {
        None
    }

    /// Whether ANALYZE was the last maintenance program to run, and found nothing (C10).
    fn maintenance_is_verified(&self) -> bool;
}
