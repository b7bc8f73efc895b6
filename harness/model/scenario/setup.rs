//! The site as it stands before the first step.

use enumset::EnumSet;

use crate::{Condition, Database, Exchange, Host, Limits, Logging};

/// What kind of site it is and what is wrong with it from the start. The default is a healthy
/// Exchange 5.0 with a DB6 post office on Windows NT, dirsync completed, logging at none, and the limits
/// that nobody has edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Setup {
    /// The edition of Exchange.
    pub exchange: Exchange,
    /// Where the post office lives.
    pub host: Host,
    /// The version of its database.
    pub database: Database,
    /// The diagnostics logging levels.
    pub logging: Logging,
    /// The polling interval, and how many messages one run moves at most.
    pub limits: Limits,
    /// What holds from the start, in default settings. `dirsync = "never"` is
    /// [`Condition::SiteEntryMissing`].
    pub conditions: EnumSet<Condition>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            exchange: Exchange::V5_0,
            host: Host::WindowsNt,
            database: Database::Db6,
            logging: Logging::default(),
            limits: Limits::default(),
            conditions: EnumSet::empty(),
        }
    }
}
